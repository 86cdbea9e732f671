//! What is asked of a DELETE, written once: the same value becomes the body and the query.

use secateur_domain::{ids::ObjectKey, plan::DeleteOptions};
use serde::Serialize;

use crate::{error::ClusterError, requests::DryRun, url::Query};

/// How an object is to be deleted, and which version of it.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The plan's options.
    pub options: &'a DeleteOptions,
    /// The `resourceVersion` that the object must still have. Asked for, and refused without, where only unchanged
    /// objects may go; sent wherever it is given.
    pub version: Option<&'a str>,
}

/// `DeleteOptions` as the server takes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireOptions<'a> {
    // Every group's servers take the core version of it, as they do from kubectl.
    api_version: &'static str,
    kind: &'static str,
    preconditions: WirePreconditions<'a>,
    propagation_policy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    grace_period_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<[&'static str; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WirePreconditions<'a> {
    uid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_version: Option<&'a str>,
}

impl<'a> WireOptions<'a> {
    pub(super) fn new(
        key: &'a ObjectKey,
        wanted: &Wanted<'a>,
        dry_run: DryRun,
    ) -> Result<Self, ClusterError> {
        if wanted.options.only_if_unchanged && wanted.version.is_none() {
            return Err(ClusterError::Unusable(format!(
                "{key} may be deleted only if it is unchanged, and the version it had is not known"
            )));
        }
        Ok(Self {
            api_version: "v1",
            kind: "DeleteOptions",
            preconditions: WirePreconditions { uid: key.uid.as_str(), resource_version: wanted.version },
            propagation_policy: wanted.options.propagation.as_str(),
            grace_period_seconds: wanted.options.grace_period_seconds,
            dry_run: dry_run.as_str().map(|all| [all]),
        })
    }

    /// The names are those of apimachinery's `Convert_url_Values_To_v1_DeleteOptions`; the preconditions are plain
    /// `uid` and `resourceVersion` there.
    pub(super) fn query(&self) -> Query {
        let grace = self.grace_period_seconds.map(|seconds| seconds.to_string());
        Query::default()
            .with("uid", self.preconditions.uid)
            .with_some("resourceVersion", self.preconditions.resource_version)
            .with("propagationPolicy", self.propagation_policy)
            .with_some("gracePeriodSeconds", grace.as_deref())
            .with_some("dryRun", self.dry_run.map(|[all]| all))
    }
}

impl DryRun {
    /// Its value in a query and in a body.
    pub(crate) fn as_str(self) -> Option<&'static str> {
        match self {
            Self::No => None,
            Self::All => Some("All"),
        }
    }
}

//! Whether a dry run is one.
//!
//! An API server of its own behind the aggregation layer may ignore `dryRun`, and preconditions as well: there a
//! rehearsal can delete. So only what kube-apiserver itself stores is rehearsed: its own groups, and what custom
//! resource definitions define.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use secateur_domain::kind::Kind;
use serde::{Deserialize, de::IgnoredAny};

use crate::{
    client::{Client, ask},
    error::ClusterError,
    lists::METADATA,
    pipeline::Verb,
    url::{self, Query},
};

/// The groups that kube-apiserver serves itself.
const BUILT_IN: [&str; 23] = [
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

/// Whether the kind's objects can be rehearsed on without the risk that it is done for real.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rehearsable {
    /// kube-apiserver itself stores them.
    Yes,
    /// Another server does, or that cannot be ruled out.
    No {
        /// Why, the end of "cannot be rehearsed: …".
        why: String,
    },
}

/// Who serves a group version, as far as we may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ServedBy {
    KubeApiserver,
    AnotherServer,
    /// Its `APIService` may not be read, or is not there.
    NotSaid,
}

/// One question, shared by all who ask it at the same time.
type Asking<T> = Shared<BoxFuture<'static, Result<T, ClusterError>>>;

/// What was asked about kinds and group versions since discovery was read last.
#[derive(Default)]
pub(crate) struct Known {
    /// Guards what each group version and each definition was found to be; never held while asking.
    group_versions: Mutex<HashMap<String, Answered<ServedBy>>>,
    definitions: Mutex<HashMap<String, Answered<bool>>>,
}

impl Known {
    /// Other servers may serve the kinds now.
    pub(crate) fn forget(&self) {
        self.group_versions.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.definitions.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

enum Answered<T: Clone> {
    /// Ends with those who wait for it: it holds the client, which holds this.
    Asking(WeakShared<BoxFuture<'static, Result<T, ClusterError>>>),
    Known(T),
}

impl Client {
    /// Whether kube-apiserver itself stores this kind, so that `dryRun` and preconditions are honoured.
    ///
    /// Asks once per group version, and where that is not told once per kind; answers last until discovery is read
    /// again.
    /// An error is that of asking, and is not kept.
    pub async fn can_rehearse(&self, kind: &Kind) -> Result<Rehearsable, ClusterError> {
        if BUILT_IN.contains(&kind.group.as_str()) {
            return Ok(Rehearsable::Yes);
        }
        let known = &self.shared.rehearsable;
        let name = format!("{}.{}", kind.version, kind.group);
        let ask = || served_by(self.clone(), name.clone()).boxed();
        match once(&known.group_versions, &name, ask).await? {
            ServedBy::KubeApiserver => Ok(Rehearsable::Yes),
            ServedBy::AnotherServer => Ok(Rehearsable::No {
                why: format!(
                    "{} is served by an API server of its own, which may ignore dryRun and really delete",
                    kind.group
                ),
            }),
            ServedBy::NotSaid => {
                let name = kind.resource();
                let ask = || is_defined(self.clone(), name.clone()).boxed();
                Ok(if once(&known.definitions, &name, ask).await? {
                    Rehearsable::Yes
                } else {
                    Rehearsable::No {
                        why: format!(
                            "it cannot be seen whether {} is served by an API server of its own, which may ignore \
                             dryRun and really delete",
                            kind.group
                        ),
                    }
                })
            }
        }
    }

    /// Refuses where a dry run might not be one.
    pub(crate) async fn insist_on_dry_runs(&self, kind: &Kind, what: &str) -> Result<(), ClusterError> {
        match self.can_rehearse(kind).await? {
            Rehearsable::Yes => Ok(()),
            Rehearsable::No { why } => {
                Err(ClusterError::Unusable(format!("{what}: cannot be rehearsed: {why}")))
            }
        }
    }
}

/// The answer to a question that is asked once, however many ask it at the same time.
async fn once<T: Clone + Send + Sync + 'static>(
    known: &Mutex<HashMap<String, Answered<T>>>,
    name: &str,
    ask: impl FnOnce() -> BoxFuture<'static, Result<T, ClusterError>>,
) -> Result<T, ClusterError> {
    let asking: Asking<T> = {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let running = match known.get(name) {
            Some(Answered::Known(answer)) => return Ok(answer.clone()),
            Some(Answered::Asking(asking)) => asking.upgrade(),
            None => None,
        };
        // One that failed is over, and its error is for those who waited for it.
        let running = running.filter(|asking| !matches!(asking.peek(), Some(Err(_))));
        running.unwrap_or_else(|| {
            let asking = ask().shared();
            if let Some(weak) = asking.downgrade() {
                known.insert(name.to_owned(), Answered::Asking(weak));
            }
            asking
        })
    };
    let answer = asking.await?;
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known.insert(name.to_owned(), Answered::Known(answer.clone()));
    Ok(answer)
}

async fn served_by(client: Client, name: String) -> Result<ServedBy, ClusterError> {
    let segments = ["apis", "apiregistration.k8s.io", "v1", "apiservices", name.as_str()];
    let uri = url::build(client.server(), &segments, &Query::default())?;
    let ask = ask(Verb::Get, uri, "application/json", format!("reading APIService {name}"));
    let answer = match client.pipeline().send(&ask).await {
        Err(ClusterError::Refused(_) | ClusterError::NotFound(_)) => return Ok(ServedBy::NotSaid),
        outcome => outcome?,
    };
    client
        .decode(&ask, answer.body, |body| {
            let WireApiService { spec } = serde_json::from_slice(body)?;
            Ok(if spec.service.is_some() { ServedBy::AnotherServer } else { ServedBy::KubeApiserver })
        })
        .await
}

/// Whether the definition of a custom resource can be read.
async fn is_defined(client: Client, name: String) -> Result<bool, ClusterError> {
    let segments = ["apis", "apiextensions.k8s.io", "v1", "customresourcedefinitions", name.as_str()];
    let uri = url::build(client.server(), &segments, &Query::default())?;
    let ask = ask(Verb::Get, uri, METADATA, format!("reading CustomResourceDefinition {name}"));
    match client.pipeline().send(&ask).await {
        Err(ClusterError::Refused(_) | ClusterError::NotFound(_)) => Ok(false),
        outcome => outcome.map(|_| true),
    }
}

/// Without a `spec` it is no `APIService`, and nothing is to be concluded from it.
#[derive(Deserialize)]
struct WireApiService {
    spec: WireSpec,
}

#[derive(Deserialize)]
struct WireSpec {
    service: Option<IgnoredAny>,
}

#[cfg(test)]
mod tests;

//! The few fields of an object's metadata that are needed. Everything else, `managedFields` above all, is skipped
//! without being built.

use std::borrow::Cow;

use secateur_domain::{
    ids::{ResourceName, Uid},
    outcome::WaitsFor,
};
use serde::Deserialize;

/// An object of which only the metadata matters.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PartialObject<'a> {
    #[serde(borrow, default)]
    pub(crate) metadata: ObjectMeta<'a>,
}

/// `ObjectMeta`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ObjectMeta<'a> {
    #[serde(borrow)]
    pub(crate) name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) namespace: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) uid: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) resource_version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) creation_timestamp: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) deletion_timestamp: Option<Cow<'a, str>>,
    pub(crate) deletion_grace_period_seconds: Option<i64>,
    pub(crate) finalizers: Option<Vec<Box<str>>>,
}

/// `ListMeta`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ListMeta {
    pub(crate) resource_version: Option<String>,
    #[serde(rename = "continue")]
    pub(crate) continue_token: Option<String>,
    pub(crate) remaining_item_count: Option<i64>,
}

impl ListMeta {
    /// What to ask the next page with; Go leaves an empty one where there is none.
    pub(crate) fn next(&mut self) -> Option<String> {
        self.continue_token.take().filter(|token| !token.is_empty())
    }

    /// The server's estimate of what is left.
    pub(crate) fn remaining(&self) -> Option<u64> {
        self.remaining_item_count.and_then(|count| u64::try_from(count).ok())
    }
}

impl ObjectMeta<'_> {
    /// The name, if it can be one.
    pub(crate) fn name(&self) -> Option<ResourceName> {
        ResourceName::parse(self.name.as_deref()?).ok()
    }

    /// The namespace, for what is in one.
    pub(crate) fn namespace(&self) -> Option<ResourceName> {
        ResourceName::parse(self.namespace.as_deref()?).ok()
    }

    /// The UID.
    pub(crate) fn uid(&self) -> Option<Uid> {
        Uid::parse(self.uid.as_deref()?).ok()
    }

    /// The version.
    pub(crate) fn version(&self) -> String {
        self.resource_version.as_deref().unwrap_or_default().to_owned()
    }

    /// When it was created, in Unix seconds.
    pub(crate) fn created(&self) -> Option<i64> {
        let timestamp: jiff::Timestamp = self.creation_timestamp.as_deref()?.parse().ok()?;
        Some(timestamp.as_second())
    }

    /// What it waits for, where it is being deleted.
    pub(crate) fn terminating(&self) -> Option<WaitsFor> {
        let until = self.deletion_timestamp.as_deref()?;
        let finalizers = self.finalizers.as_deref().unwrap_or_default();
        Some(WaitsFor {
            finalizers: finalizers.iter().map(ToString::to_string).collect(),
            grace_period_seconds: self
                .deletion_grace_period_seconds
                .and_then(|seconds| u32::try_from(seconds).ok()),
            until: until.parse().ok().map(jiff::Timestamp::as_second),
        })
    }
}

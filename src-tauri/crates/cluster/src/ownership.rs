//! The metadata of many objects at once: who owns them, and what says that they come back.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use secateur_domain::{
    ids::{ResourceName, Uid},
    kind::Kind,
    outcome::WaitsFor,
};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};

use crate::{
    client::{Client, ask},
    decode::{ListMeta, ObjectMeta},
    error::ClusterError,
    lists::METADATA_LIST,
    pipeline::Verb,
    url::{self, Query},
};

/// Labels and annotations of those who bring back what they manage: Helm, Argo CD, Flux, OLM, the addon manager,
/// and a kubelet its static Pods.
const SIGNS: [&str; 7] = [
    "addonmanager.kubernetes.io/mode",
    "argocd.argoproj.io/instance",
    "argocd.argoproj.io/tracking-id",
    "helm.sh/chart",
    "kubernetes.io/config.mirror",
    "meta.helm.sh/release-name",
    "olm.owner",
];
const SIGN_PREFIXES: [&str; 2] = ["helm.toolkit.fluxcd.io/", "kustomize.toolkit.fluxcd.io/"];

/// What matters of one object beside its contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Its namespace.
    pub namespace: Option<ResourceName>,
    /// Its name.
    pub name: ResourceName,
    /// Its UID.
    pub uid: Uid,
    /// Its `resourceVersion`.
    pub version: String,
    /// Set when it has a `deletionTimestamp`.
    pub terminating: Option<WaitsFor>,
    /// Its owners.
    pub owners: Vec<Owner>,
    /// Those of its labels that say who brings it back.
    pub labels: BTreeMap<String, String>,
    /// Those of its annotations that do.
    pub annotations: BTreeMap<String, String>,
}

/// An owner reference. The owner is in the object's namespace, or in none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// `apps/v1`.
    pub api_version: String,
    /// `ReplicaSet`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its UID.
    pub uid: Uid,
    /// Whether it is the one that controls the object, and brings it back.
    pub is_controller: bool,
    /// Whether a deletion of it in the foreground waits for the object.
    pub blocks: bool,
}

/// One page of metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataPage {
    /// The objects in the server's order. One without a name and a UID has no identity and is not among them.
    pub objects: Vec<Metadata>,
    /// The list's version.
    pub resource_version: String,
    /// What to ask the next page with.
    pub continue_token: Option<String>,
    /// The server's estimate of what is left.
    pub remaining: Option<u64>,
}

impl Client {
    /// One page of metadata.
    pub async fn list_metadata(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        limit: u32,
        continue_token: Option<&str>,
    ) -> Result<MetadataPage, ClusterError> {
        let query = Query::default().with("limit", &limit.to_string()).with_some("continue", continue_token);
        let uri = url::collection(self.server(), kind, namespace, &query)?;
        let ask = ask(Verb::List, uri, METADATA_LIST, format!("listing {}", kind.resource()));
        let answer = self.pipeline().send(&ask).await?;
        self.decode(&ask, answer.body, |body| {
            let mut list: WireList<'_> = serde_json::from_slice(body)?;
            let items = list.items.unwrap_or_default().into_iter();
            Ok(MetadataPage {
                objects: items.filter_map(|item| item.metadata.read()).collect(),
                continue_token: list.metadata.next(),
                remaining: list.metadata.remaining(),
                resource_version: list.metadata.resource_version.unwrap_or_default(),
            })
        })
        .await
    }
}

#[derive(Deserialize)]
struct WireList<'a> {
    metadata: ListMeta,
    #[serde(borrow)]
    items: Option<Vec<WireObject<'a>>>,
}

#[derive(Deserialize)]
struct WireObject<'a> {
    #[serde(borrow)]
    metadata: WireMetadata<'a>,
}

/// `ObjectMeta` with what the lists of rows have no use for. Unknown fields are skipped without being built, which a
/// flattened struct would not do.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMetadata<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    namespace: Option<Cow<'a, str>>,
    #[serde(borrow)]
    uid: Option<Cow<'a, str>>,
    #[serde(borrow)]
    resource_version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    deletion_timestamp: Option<Cow<'a, str>>,
    deletion_grace_period_seconds: Option<i64>,
    finalizers: Option<Vec<Box<str>>>,
    owner_references: Option<Vec<WireOwner>>,
    labels: Option<Signs>,
    annotations: Option<Signs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireOwner {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    uid: String,
    controller: Option<bool>,
    block_owner_deletion: Option<bool>,
}

impl WireMetadata<'_> {
    /// `None` where it has no identity.
    fn read(self) -> Option<Metadata> {
        let common = ObjectMeta {
            name: self.name,
            namespace: self.namespace,
            uid: self.uid,
            resource_version: self.resource_version,
            deletion_timestamp: self.deletion_timestamp,
            deletion_grace_period_seconds: self.deletion_grace_period_seconds,
            finalizers: self.finalizers,
            creation_timestamp: None,
            labels: None,
        };
        Some(Metadata {
            namespace: common.namespace(),
            name: common.name()?,
            uid: common.uid()?,
            version: common.version(),
            terminating: common.terminating(),
            owners: self.owner_references.into_iter().flatten().filter_map(WireOwner::read).collect(),
            labels: self.labels.unwrap_or_default().0,
            annotations: self.annotations.unwrap_or_default().0,
        })
    }
}

impl WireOwner {
    /// `None` for a reference to nothing, which the server's own garbage collector could not follow either.
    fn read(self) -> Option<Owner> {
        Some(Owner {
            uid: Uid::parse(&self.uid).ok()?,
            api_version: self.api_version,
            kind: self.kind,
            name: self.name,
            is_controller: self.controller == Some(true),
            blocks: self.block_owner_deletion == Some(true),
        })
    }
}

/// The labels or annotations of [`SIGNS`]; others, which may be as large as an object, are skipped as they are read.
#[derive(Default)]
struct Signs(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Signs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SignsVisitor)
    }
}

struct SignsVisitor;

impl<'de> Visitor<'de> for SignsVisitor {
    type Value = Signs;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Signs, A::Error> {
        let mut signs = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if is_sign(&key) {
                signs.insert(key, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Signs(signs))
    }
}

fn is_sign(key: &str) -> bool {
    SIGNS.contains(&key) || SIGN_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

#[cfg(test)]
mod tests;

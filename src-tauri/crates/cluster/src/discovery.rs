//! What a server serves, from aggregated discovery, or group by group where there is none.
//!
//! Nothing is kept: the caller decides how long an answer is good for, and gives its edition to learn whether it still
//! is.

use std::{collections::HashSet, sync::Arc};

use futures::{StreamExt, TryStreamExt, stream};
use http::{HeaderValue, StatusCode, header::ETAG};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{APIGroupList, APIResource, APIResourceList};
use kube::core::discovery::v2::{
    ACCEPT_AGGREGATED_DISCOVERY_V2, APIGroupDiscovery, APIGroupDiscoveryList, APIResourceDiscovery,
};
use secateur_domain::kind::{Kind, Scope};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    client::{Client, ask},
    error::ClusterError,
    pipeline::{Ask, Verb},
    url::{self, Query},
};

/// How many group versions are read at once where discovery is not aggregated.
const PARALLEL: usize = 8;
const JSON: &str = "application/json";

/// What the server serves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Discovered {
    /// The kinds in the server's order, the core group first; every version of each.
    pub kinds: Vec<Arc<Kind>>,
    /// Group versions whose own server does not answer.
    pub unavailable: Vec<Unavailable>,
    /// By what it can be told whether it is still so.
    pub edition: Edition,
}

/// A group version whose own server does not answer, so that its kinds are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailable {
    /// `group/version`.
    pub group_version: String,
    /// Why, in the server's words where we may read them.
    pub why: String,
}

/// The documents that an answer was read from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edition {
    core: Option<Arc<Document>>,
    groups: Option<Arc<Document>>,
}

/// One document of aggregated discovery.
#[derive(Debug, PartialEq, Eq)]
struct Document {
    tag: Option<HeaderValue>,
    kinds: Vec<Arc<Kind>>,
    /// Group versions whose own server does not answer.
    missing: Vec<String>,
}

impl Client {
    /// What the server serves. Who serves it, as far as that was asked, is asked again when it matters.
    pub async fn discover(&self) -> Result<Discovered, ClusterError> {
        Ok(self.discover_since(&Edition::default()).await?.unwrap_or_default())
    }

    /// The same, where it is another than in that edition; `None` where it is not.
    pub async fn discover_since(&self, known: &Edition) -> Result<Option<Discovered>, ClusterError> {
        self.shared.rehearsable.forget();
        match self.aggregated(known).await {
            // Servers before 1.26, and proxies that know only what they knew: the old way always works.
            Ok(None) | Err(ClusterError::NotSupported(_) | ClusterError::NotFound(_)) => {
                let (kinds, missing) = self.one_by_one().await?;
                Ok(Some(Discovered {
                    kinds,
                    unavailable: self.why_all(missing).await,
                    edition: Edition::default(),
                }))
            }
            Ok(Some(edition)) if edition.is_same(known) => Ok(None),
            Ok(Some(edition)) => {
                let documents = || edition.core.iter().chain(&edition.groups);
                let kinds = documents().flat_map(|document| document.kinds.iter().map(Arc::clone)).collect();
                let missing = documents().flat_map(|document| document.missing.iter().cloned()).collect();
                Ok(Some(Discovered { kinds, unavailable: self.why_all(missing).await, edition }))
            }
            Err(error) => Err(error),
        }
    }

    /// Why these group versions are missing.
    async fn why_all(&self, missing: Vec<String>) -> Vec<Unavailable> {
        let why = |group_version: String| async move {
            let why = match self.why(&group_version).await {
                Ok(Some(words)) => words,
                // That its APIService may not be read, or says nothing, tells nothing of its server.
                Ok(None) | Err(_) => "its own server does not answer".to_owned(),
            };
            Unavailable { group_version, why }
        };
        stream::iter(missing).map(why).buffered(PARALLEL).collect().await
    }

    /// What the `APIService` of a group version says of it.
    async fn why(&self, group_version: &str) -> Result<Option<String>, ClusterError> {
        let Some((group, version)) = group_version.split_once('/') else { return Ok(None) };
        let name = format!("{version}.{group}");
        let uri = url::build(
            self.server(),
            &["apis", "apiregistration.k8s.io", "v1", "apiservices", &name],
            &Query::default(),
        )?;
        let ask = ask(Verb::Get, uri, JSON, format!("reading APIService {name}"));
        let answer = self.pipeline().send(&ask).await?;
        self.decode(&ask, answer.body, |body| {
            let WireApiService { status } = serde_json::from_slice(body)?;
            let available = status.conditions.into_iter().find(|condition| condition.kind == "Available");
            Ok(available.filter(|condition| condition.status != "True").map(|condition| condition.message))
        })
        .await
    }

    /// `None` when the server answers with something else.
    async fn aggregated(&self, known: &Edition) -> Result<Option<Edition>, ClusterError> {
        let core = self.aggregated_document(&["api"], known.core.as_ref());
        let groups = self.aggregated_document(&["apis"], known.groups.as_ref());
        let (core, groups) = futures::try_join!(core, groups)?;
        Ok((core.is_some() && groups.is_some()).then_some(Edition { core, groups }))
    }

    async fn aggregated_document(
        &self,
        segments: &[&str],
        known: Option<&Arc<Document>>,
    ) -> Result<Option<Arc<Document>>, ClusterError> {
        let mut ask = self.ask_document(segments, ACCEPT_AGGREGATED_DISCOVERY_V2)?;
        ask.known = known.and_then(|known| known.tag.clone());
        let answer = self.pipeline().exchange(&ask).await?;
        if ask.known.is_some() && answer.status == StatusCode::NOT_MODIFIED {
            return Ok(known.map(Arc::clone));
        }
        let answer = answer.accepted(&self.pipeline().host)?;
        let tag = answer.headers.get(ETAG).cloned();
        self.decode(&ask, answer.body, |body| {
            let list: Option<APIGroupDiscoveryList> = serde_json::from_slice(body)?;
            let groups = list.map(|list| list.items).unwrap_or_default();
            // An APIVersions or an APIGroupList has no items: that was not the aggregated document.
            Ok((!groups.is_empty()).then(|| Arc::new(Document::of(groups, tag))))
        })
        .await
    }

    /// The kinds, and the group versions that do not answer.
    async fn one_by_one(&self) -> Result<(Vec<Arc<Kind>>, Vec<String>), ClusterError> {
        let groups: APIGroupList = self.document(&["apis"], JSON).await?;
        let core = std::iter::once((String::new(), "v1".to_owned(), true));
        let others = groups.groups.into_iter().flat_map(|group| {
            let preferred = group.preferred_version.map(|version| version.version);
            group.versions.into_iter().enumerate().map(move |(position, version)| {
                let is_preferred =
                    preferred.as_ref().map_or(position == 0, |preferred| *preferred == version.version);
                (group.name.clone(), version.version, is_preferred)
            })
        });
        let read: Vec<_> = stream::iter(core.chain(others))
            .map(|(group, version, is_preferred)| async move {
                let segments = if group.is_empty() {
                    vec!["api", version.as_str()]
                } else {
                    vec!["apis", group.as_str(), version.as_str()]
                };
                let list = match self.document::<APIResourceList>(&segments, JSON).await {
                    Ok(list) => Some(list.resources),
                    Err(
                        ClusterError::Server(_)
                        | ClusterError::NotFound(_)
                        | ClusterError::Undecodable { .. },
                    ) => None,
                    Err(error) => return Err(error),
                };
                Ok((group, version, is_preferred, list))
            })
            .buffered(PARALLEL)
            .try_collect()
            .await?;
        let (mut kinds, mut missing) = (Vec::new(), Vec::new());
        for (group, version, is_preferred, list) in read {
            match list {
                None => missing.push(group_version(&group, &version)),
                Some(list) => kinds.extend(
                    list.into_iter()
                        .filter(|resource| !resource.name.contains('/'))
                        .map(|resource| Arc::new(from_list(resource, &group, &version, is_preferred))),
                ),
            }
        }
        Ok((kinds, missing))
    }

    async fn document<T: DeserializeOwned + Send + 'static>(
        &self,
        segments: &[&str],
        accept: &'static str,
    ) -> Result<T, ClusterError> {
        let ask = self.ask_document(segments, accept)?;
        let answer = self.pipeline().send(&ask).await?;
        self.decode(&ask, answer.body, |body| Ok(serde_json::from_slice(body)?)).await
    }

    fn ask_document(&self, segments: &[&str], accept: &'static str) -> Result<Ask, ClusterError> {
        let uri = url::build(self.server(), segments, &Query::default())?;
        Ok(ask(Verb::Get, uri, accept, "discovering what is served".to_owned()))
    }
}

impl Edition {
    /// Whether the server can say in a few bytes that nothing has changed since.
    pub fn is_tagged(&self) -> bool {
        [&self.core, &self.groups]
            .iter()
            .all(|document| document.as_ref().is_some_and(|own| own.tag.is_some()))
    }

    /// Whether the server has said of both documents that they are these.
    fn is_same(&self, known: &Self) -> bool {
        let is_same = |own: &Option<Arc<Document>>, known: &Option<Arc<Document>>| match (own, known) {
            (Some(own), Some(known)) => Arc::ptr_eq(own, known),
            _ => false,
        };
        is_same(&self.core, &known.core) && is_same(&self.groups, &known.groups)
    }
}

impl Document {
    fn of(groups: Vec<APIGroupDiscovery>, tag: Option<HeaderValue>) -> Self {
        let mut document = Self { tag, kinds: Vec::new(), missing: Vec::new() };
        for group in groups {
            document.add(group);
        }
        document
    }

    fn add(&mut self, group: APIGroupDiscovery) {
        let name = group.metadata.and_then(|metadata| metadata.name).unwrap_or_default();
        // The group prefers its first version; a resource that is only in a later one is preferred there.
        let mut seen = HashSet::new();
        for served in group.versions {
            let version = served.version.unwrap_or_default();
            if served.freshness.as_deref() == Some("Stale") {
                self.missing.push(group_version(&name, &version));
            }
            for resource in served.resources {
                let Some(kind) = from_aggregated(resource, &name, &version, &mut seen) else { continue };
                self.kinds.push(Arc::new(kind));
            }
        }
    }
}

/// `None` for what is no kind of its own: an entry that only carries subresources.
fn from_aggregated(
    resource: APIResourceDiscovery,
    group: &str,
    version: &str,
    seen: &mut HashSet<String>,
) -> Option<Kind> {
    let plural = resource.resource.filter(|plural| !plural.is_empty())?;
    let own_kind = resource.response_kind?;
    if resource.verbs.is_empty() {
        return None;
    }
    Some(Kind {
        group: group.to_owned(),
        version: version.to_owned(),
        is_preferred: seen.insert(plural.clone()),
        plural,
        singular: resource.singular_resource.unwrap_or_default(),
        name: own_kind.kind.filter(|name| !name.is_empty())?,
        scope: if resource.scope.as_deref() == Some("Cluster") { Scope::Cluster } else { Scope::Namespaced },
        verbs: resource.verbs,
        short_names: resource.short_names,
        categories: resource.categories,
    })
}

fn from_list(resource: APIResource, group: &str, version: &str, is_preferred: bool) -> Kind {
    Kind {
        group: group.to_owned(),
        version: version.to_owned(),
        plural: resource.name,
        singular: resource.singular_name,
        name: resource.kind,
        scope: if resource.namespaced { Scope::Namespaced } else { Scope::Cluster },
        verbs: resource.verbs,
        short_names: resource.short_names.unwrap_or_default(),
        categories: resource.categories.unwrap_or_default(),
        is_preferred,
    }
}

/// `apps/v1`, or `v1` in the core group.
pub(crate) fn group_version(group: &str, version: &str) -> String {
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}

#[derive(Deserialize)]
struct WireApiService {
    status: WireStatus,
}

#[derive(Deserialize)]
struct WireStatus {
    #[serde(default)]
    conditions: Vec<WireCondition>,
}

#[derive(Deserialize)]
struct WireCondition {
    #[serde(rename = "type")]
    kind: String,
    status: String,
    #[serde(default)]
    message: String,
}

#[cfg(test)]
mod tests;

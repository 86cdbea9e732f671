//! What a server serves, from aggregated discovery, or group by group where there is none.
//!
//! Nothing is kept: the caller decides how long an answer is good for.

use std::{collections::HashSet, sync::Arc};

use futures::{StreamExt, TryStreamExt, stream};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{APIGroupList, APIResource, APIResourceList};
use kube::core::discovery::v2::{
    ACCEPT_AGGREGATED_DISCOVERY_V2, APIGroupDiscovery, APIGroupDiscoveryList, APIResourceDiscovery,
};
use secateur_domain::kind::{Kind, Scope};
use serde::de::DeserializeOwned;

use crate::{
    client::{Client, ask},
    error::ClusterError,
    pipeline::Verb,
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
    /// Group versions whose own server does not answer, as `group/version`.
    pub unavailable: Vec<String>,
}

impl Client {
    /// What the server serves. Who serves it, as far as that was asked, is asked again when it matters.
    pub async fn discover(&self) -> Result<Discovered, ClusterError> {
        self.shared.rehearsable.forget();
        match self.aggregated().await {
            // Servers before 1.26, and proxies that know only what they knew: the old way always works.
            Ok(None) | Err(ClusterError::NotSupported(_) | ClusterError::NotFound(_)) => {
                self.one_by_one().await
            }
            Ok(Some(discovered)) => Ok(discovered),
            Err(error) => Err(error),
        }
    }

    /// `None` when the server answers with something else.
    async fn aggregated(&self) -> Result<Option<Discovered>, ClusterError> {
        let core = self.document::<Option<APIGroupDiscoveryList>>(&["api"], ACCEPT_AGGREGATED_DISCOVERY_V2);
        let groups =
            self.document::<Option<APIGroupDiscoveryList>>(&["apis"], ACCEPT_AGGREGATED_DISCOVERY_V2);
        let (core, groups) = futures::try_join!(core, groups)?;
        let items = |list: Option<APIGroupDiscoveryList>| list.map(|list| list.items).unwrap_or_default();
        let (core, groups) = (items(core), items(groups));
        // An APIVersions or an APIGroupList has no items: that was not the aggregated document.
        if core.is_empty() || groups.is_empty() {
            return Ok(None);
        }
        let mut discovered = Discovered::default();
        for group in core.into_iter().chain(groups) {
            discovered.add(group);
        }
        Ok(Some(discovered))
    }

    async fn one_by_one(&self) -> Result<Discovered, ClusterError> {
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
        let mut discovered = Discovered::default();
        for (group, version, is_preferred, list) in read {
            match list {
                None => discovered.unavailable.push(group_version(&group, &version)),
                Some(list) => discovered.kinds.extend(
                    list.into_iter()
                        .filter(|resource| !resource.name.contains('/'))
                        .map(|resource| Arc::new(from_list(resource, &group, &version, is_preferred))),
                ),
            }
        }
        Ok(discovered)
    }

    async fn document<T: DeserializeOwned + Send + 'static>(
        &self,
        segments: &[&str],
        accept: &'static str,
    ) -> Result<T, ClusterError> {
        let uri = url::build(self.server(), segments, &Query::default())?;
        let ask = ask(Verb::Get, uri, accept, "discovering what is served".to_owned());
        let answer = self.pipeline().send(&ask).await?;
        self.decode(&ask, answer.body, |body| Ok(serde_json::from_slice(body)?)).await
    }
}

impl Discovered {
    fn add(&mut self, group: APIGroupDiscovery) {
        let name = group.metadata.and_then(|metadata| metadata.name).unwrap_or_default();
        // The group prefers its first version; a resource that is only in a later one is preferred there.
        let mut seen = HashSet::new();
        for served in group.versions {
            let version = served.version.unwrap_or_default();
            if served.freshness.as_deref() == Some("Stale") {
                self.unavailable.push(group_version(&name, &version));
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

#[cfg(test)]
mod tests;

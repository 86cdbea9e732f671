//! Served kinds, and finding one by what a person typed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Where a kind's objects live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// In namespaces.
    Namespaced,
    /// In the cluster as a whole.
    Cluster,
}

/// A served resource, from aggregated discovery.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Kind {
    /// The API group; empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// `configmaps`.
    pub plural: String,
    /// `configmap`; empty where discovery says none.
    pub singular: String,
    /// `ConfigMap`.
    pub name: String,
    /// Namespaced or not.
    pub scope: Scope,
    /// What may be asked of it: `list`, `delete`, …
    pub verbs: Vec<String>,
    /// `cm`.
    pub short_names: Vec<String>,
    /// `all`.
    pub categories: Vec<String>,
    /// Whether this is the group's preferred version of it.
    pub is_preferred: bool,
}

impl Kind {
    /// Whether the server serves `verb` for it.
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|own| own == verb)
    }

    /// The namespace, for a kind whose objects live in one.
    pub fn in_namespace<Namespace>(&self, namespace: Option<Namespace>) -> Option<Namespace> {
        namespace.filter(|_| self.scope == Scope::Namespaced)
    }

    /// `configmaps`, `deployments.apps`: what kubectl calls the resource.
    pub fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// Whether `word`, in lower case, is one of its names of this sort.
    fn is_called(&self, sort: Sort, word: &str) -> bool {
        match sort {
            Sort::Resource => self.plural == word || self.singular == word,
            Sort::Short => self.short_names.iter().any(|short| short == word),
            Sort::Kind => self.name.to_lowercase() == word,
        }
    }
}

/// The sorts of names, in kubectl's order: a short name of one kind stands back behind the plural of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Resource,
    Short,
    Kind,
}

const SORTS: [Sort; 3] = [Sort::Resource, Sort::Short, Sort::Kind];

/// Why a word names no kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KindError {
    /// No served kind is called so.
    #[error("the server serves no kind {0:?}")]
    Unknown(String),
}

/// Finds the kind that kubectl would take for `word`: a plural, singular, short or kind name in any case, alone or with
/// a group or its beginning (`deployments.apps`, `ingresses.net`), or a version and a group (`deployments.v1.apps`,
/// `pods.v1.`). Of several the group that comes first in the server's order wins, the core group before all, and in it
/// the preferred version.
pub fn resolve(kinds: &[Arc<Kind>], word: &str) -> Result<Arc<Kind>, KindError> {
    let word = word.to_lowercase();
    let found = match word.split_once('.') {
        None => first(kinds, &word, |_| true),
        Some((name, rest)) => with_version(kinds, name, rest)
            .or_else(|| first(kinds, name, |kind| kind.group == rest))
            .or_else(|| first(kinds, name, |kind| kind.group.starts_with(rest))),
    };
    found.ok_or(KindError::Unknown(word))
}

/// The kinds that kubectl would take for `words`: several with commas between, categories (`all`) among them, each kind
/// once.
pub fn resolve_all(kinds: &[Arc<Kind>], words: &str) -> Result<Vec<Arc<Kind>>, KindError> {
    let mut found: Vec<Arc<Kind>> = Vec::new();
    for word in words.split(',') {
        let members = in_category(kinds, word);
        let meant = if members.is_empty() { vec![resolve(kinds, word)?] } else { members };
        for kind in meant {
            if !found.contains(&kind) {
                found.push(kind);
            }
        }
    }
    Ok(found)
}

/// The resources that `word` is a short name of as well, where it is one and means another.
pub fn also_short_for(kinds: &[Arc<Kind>], word: &str) -> Vec<String> {
    let mut resources: Vec<String> = Vec::new();
    if !kinds.iter().any(|kind| kind.is_called(Sort::Resource, word)) {
        for kind in kinds.iter().filter(|kind| kind.is_called(Sort::Short, word)) {
            if !resources.contains(&kind.resource()) {
                resources.push(kind.resource());
            }
        }
    }
    resources.into_iter().skip(1).collect()
}

fn in_category(kinds: &[Arc<Kind>], category: &str) -> Vec<Arc<Kind>> {
    let of_category = kinds.iter().filter(|kind| kind.categories.iter().any(|own| own == category));
    of_category.filter_map(|member| best(kinds, |kind| kind.resource() == member.resource())).collect()
}

/// Without a group the version is enough, as for kubectl.
fn with_version(kinds: &[Arc<Kind>], name: &str, rest: &str) -> Option<Arc<Kind>> {
    let (version, group) = rest.split_once('.').unwrap_or((rest, ""));
    first(kinds, name, |kind| kind.version == version && (group.is_empty() || kind.group == group))
}

fn first(kinds: &[Arc<Kind>], name: &str, is_wanted: impl Fn(&Kind) -> bool) -> Option<Arc<Kind>> {
    SORTS.into_iter().find_map(|sort| best(kinds, |kind| kind.is_called(sort, name) && is_wanted(kind)))
}

/// The preferred version of the first that matches.
fn best(kinds: &[Arc<Kind>], is_it: impl Fn(&Kind) -> bool) -> Option<Arc<Kind>> {
    let first = kinds.iter().find(|kind| is_it(kind))?;
    let preferred = kinds.iter().find(|kind| kind.is_preferred && kind.group == first.group && is_it(kind));
    Some(Arc::clone(preferred.unwrap_or(first)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(
        group: &str,
        version: &str,
        plural: &str,
        name: &str,
        short: &[&str],
        is_preferred: bool,
    ) -> Arc<Kind> {
        Arc::new(Kind {
            group: group.into(),
            version: version.into(),
            plural: plural.into(),
            singular: name.to_lowercase(),
            name: name.into(),
            scope: Scope::Namespaced,
            verbs: vec!["list".into()],
            short_names: short.iter().map(|&short| short.into()).collect(),
            categories: vec![],
            is_preferred,
        })
    }

    fn check(word: &str, expected: Option<&str>) {
        let kinds = [
            kind("", "v1", "pods", "Pod", &["po"], true),
            kind("", "v1", "events", "Event", &["ev"], true),
            kind("apps", "v1", "deployments", "Deployment", &["deploy"], true),
            kind("apps", "v1beta1", "deployments", "Deployment", &["deploy"], false),
            kind("events.k8s.io", "v1", "events", "Event", &["ev"], true),
            kind("networking.k8s.io", "v1", "ingresses", "Ingress", &["ing"], true),
            kind("old.example.com", "v1beta1", "flowers", "Flower", &[], false),
            kind("new.example.com", "v1", "flowers", "Flower", &["deployment"], true),
            kind("new.example.com", "v1", "petals", "Leaf", &[], true),
        ];
        let found = resolve(&kinds, word).ok().map(|kind| format!("{}/{}", kind.resource(), kind.version));
        assert_eq!(found.as_deref(), expected, "{word}");
    }

    #[test]
    fn a_short_name() {
        check("po", Some("pods/v1"));
    }
    #[test]
    fn a_plural_a_singular_and_a_kind_in_any_case() {
        for word in ["pods", "pod", "Pod", "PODS"] {
            check(word, Some("pods/v1"));
        }
    }
    #[test]
    fn a_group() {
        check("deployments.apps", Some("deployments.apps/v1"));
        check("events.events.k8s.io", Some("events.events.k8s.io/v1"));
    }
    #[test]
    fn a_version_and_a_group() {
        check("deployments.v1beta1.apps", Some("deployments.apps/v1beta1"));
        check("pods.v1", Some("pods/v1"));
    }
    #[test]
    fn a_version_alone() {
        check("deployments.v1beta1.", Some("deployments.apps/v1beta1"));
        check("deployments.v7.", None);
    }
    #[test]
    fn the_beginning_of_a_group() {
        check("ingresses.networking", Some("ingresses.networking.k8s.io/v1"));
        check("ing.net", Some("ingresses.networking.k8s.io/v1"));
        check("ingresses.working", None);
    }
    #[test]
    fn the_core_group_comes_first() {
        check("events", Some("events/v1"));
    }
    #[test]
    fn an_earlier_group_comes_first_though_it_prefers_another_version() {
        check("flowers", Some("flowers.old.example.com/v1beta1"));
    }
    #[test]
    fn a_resource_goes_before_the_short_name_of_another() {
        check("deployment", Some("deployments.apps/v1"));
    }
    #[test]
    fn a_kind_that_is_called_otherwise_than_its_resource() {
        check("leaf", Some("petals.new.example.com/v1"));
    }
    #[test]
    fn nothing_else() {
        check("pots", None);
        check("", None);
        check("pods.apps", None);
    }

    #[test]
    fn a_short_name_of_several() {
        let kinds = [
            kind("", "v1", "events", "Event", &["ev"], true),
            kind("events.k8s.io", "v1", "events", "Event", &["ev"], true),
            kind("events.k8s.io", "v1beta1", "events", "Event", &["ev"], false),
            kind("example.com", "v1", "evenings", "Evening", &["ev", "events"], true),
        ];
        assert_eq!(also_short_for(&kinds, "ev"), ["events.events.k8s.io", "evenings.example.com"]);
        assert!(also_short_for(&kinds, "events").is_empty(), "a resource is meant");
    }

    fn check_all(words: &str, expected: &[&str]) {
        let in_all = |kind: Arc<Kind>| Arc::new(Kind { categories: vec!["all".into()], ..(*kind).clone() });
        let kinds = [
            in_all(kind("", "v1", "pods", "Pod", &["po"], true)),
            kind("", "v1", "secrets", "Secret", &[], true),
            in_all(kind("apps", "v1", "deployments", "Deployment", &["deploy"], true)),
            in_all(kind("apps", "v1beta1", "deployments", "Deployment", &["deploy"], false)),
        ];
        let found = resolve_all(&kinds, words).map(|found| {
            found.iter().map(|kind| format!("{}/{}", kind.resource(), kind.version)).collect::<Vec<_>>()
        });
        assert_eq!(found.unwrap_or_default(), expected, "{words}");
    }

    #[test]
    fn several_with_commas_each_once_in_that_order() {
        check_all("secrets,po", &["secrets/v1", "pods/v1"]);
        check_all("po,pods,Pod", &["pods/v1"]);
    }
    #[test]
    fn a_category_stands_for_its_kinds_in_the_version_that_is_preferred() {
        check_all("all", &["pods/v1", "deployments.apps/v1"]);
        check_all("secrets,all", &["secrets/v1", "pods/v1", "deployments.apps/v1"]);
    }
    #[test]
    fn one_that_is_unknown_among_several_is_none_of_them() {
        check_all("po,pots", &[]);
        check_all("", &[]);
    }
}

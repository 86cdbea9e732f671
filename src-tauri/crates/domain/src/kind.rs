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

    /// `configmaps`, `deployments.apps`: what kubectl calls the resource.
    pub fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// Whether `word` is one of its names, in lower case.
    fn is_called(&self, word: &str) -> bool {
        self.plural == word
            || self.singular == word
            || self.name.to_lowercase() == word
            || self.short_names.iter().any(|short| short == word)
    }
}

/// Why a word names no kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KindError {
    /// No served kind is called so.
    #[error("the server serves no kind {0:?}")]
    Unknown(String),
}

/// Finds the kind that kubectl would take for `word`: a plural, singular, kind or short name in any case, alone or
/// with a group (`deployments.apps`) or a version and a group (`deployments.v1.apps`). The first in the server's
/// order wins, as with kubectl, whose discovery lists the core group first.
pub fn resolve(kinds: &[Arc<Kind>], word: &str) -> Result<Arc<Kind>, KindError> {
    let word = word.to_lowercase();
    let found = match word.split_once('.') {
        None => preferred(kinds, |kind| kind.is_called(&word)),
        Some((name, rest)) => with_version(kinds, name, rest)
            .or_else(|| preferred(kinds, |kind| kind.is_called(name) && kind.group == rest))
            // kubectl takes the beginning of a group too: `ingresses.networking`.
            .or_else(|| {
                preferred(kinds, |kind| {
                    kind.is_called(name)
                        && kind.group.strip_prefix(rest).is_some_and(|tail| tail.starts_with('.'))
                })
            }),
    };
    found.ok_or(KindError::Unknown(word))
}

fn with_version(kinds: &[Arc<Kind>], name: &str, rest: &str) -> Option<Arc<Kind>> {
    let (version, group) = rest.split_once('.').unwrap_or((rest, ""));
    kinds
        .iter()
        .find(|kind| kind.is_called(name) && kind.version == version && kind.group == group)
        .map(Arc::clone)
}

fn preferred(kinds: &[Arc<Kind>], is_it: impl Fn(&Kind) -> bool) -> Option<Arc<Kind>> {
    kinds
        .iter()
        .find(|kind| kind.is_preferred && is_it(kind))
        .or_else(|| kinds.iter().find(|kind| is_it(kind)))
        .map(Arc::clone)
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
    fn the_beginning_of_a_group() {
        check("ingresses.networking", Some("ingresses.networking.k8s.io/v1"));
    }
    #[test]
    fn the_core_group_comes_first() {
        check("events", Some("events/v1"));
    }
    #[test]
    fn nothing_else() {
        check("pots", None);
        check("", None);
        check("pods.apps", None);
        check("ingresses.net", None);
    }
}

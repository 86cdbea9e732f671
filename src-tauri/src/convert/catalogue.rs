//! Clusters, kinds and namespaces.

use std::sync::Arc;

use secateur_contract as page;
use secateur_domain::{
    fingerprint::Fingerprint,
    kind::{Kind, Scope},
    tier::{ClusterCare, Tier},
};
use secateur_engine::{
    ClusterSummary, Code, EngineError, KubeconfigState, ServedKinds, SessionState, ShellKubeconfig,
};

use super::{IntoEngine, IntoPage, seconds, session::path};

impl IntoPage<page::Catalogue> for KubeconfigState {
    fn into_page(self) -> page::Catalogue {
        let looked = self.looked.into_iter();
        page::Catalogue {
            clusters: self.clusters.into_page(),
            current: self.current.map(|cluster| cluster.to_string()),
            hidden: self.hidden.into_page(),
            shell: self.shell.into_page(),
            is_practising: self.is_practising,
            problems: self.problems.into_page(),
            looked: looked.map(|at| page::LookedPlace { place: at.place, found: at.found }).collect(),
            looked_at: seconds(self.looked_at),
        }
    }
}

impl IntoPage<page::ShellKubeconfig> for ShellKubeconfig {
    fn into_page(self) -> page::ShellKubeconfig {
        page::ShellKubeconfig { offered: self.offered, used: self.used, declined: self.declined }
    }
}

impl IntoPage<page::ClusterSummary> for ClusterSummary {
    fn into_page(self) -> page::ClusterSummary {
        let path = path(&self);
        page::ClusterSummary {
            id: self.id.to_string(),
            letters: self.care.letters.clone().unwrap_or_else(|| letters(&self.name)),
            name: self.name,
            source: self.source,
            server: self.server,
            namespace: self.namespace,
            state: self.state.into_page(),
            since: self.since.map(seconds),
            user: self.user,
            method: self.method,
            problem: self.problem.map(|failure| failure.message.clone()),
            credential: self.credential.into_page(),
            plugin: self.plugin.map(IntoPage::into_page),
            consent: self.consent.map(IntoPage::into_page),
            path,
            certificate: self.certificate.map(IntoPage::into_page),
            next_try: self.next_try.map(seconds),
            is_added: self.is_added,
            is_practice: self.is_practice,
            headers: self.headers,
            is_insecure: self.is_insecure,
            tier: self.care.tier.into_page(),
            care: self.care.into_page(),
            fingerprint: self.fingerprint.map(IntoPage::into_page),
            is_locked: self.is_locked,
            unlocked_until: self.unlocked_until.map(seconds),
            generation: self.generation,
            clock_offset: self.clock_offset,
        }
    }
}

impl IntoPage<page::Tier> for Tier {
    fn into_page(self) -> page::Tier {
        match self {
            Self::Production => page::Tier::Production,
            Self::Staging => page::Tier::Staging,
            Self::Development => page::Tier::Development,
            Self::Unknown => page::Tier::Unknown,
        }
    }
}

impl IntoEngine<Tier> for page::Tier {
    fn into_engine(self) -> Result<Tier, EngineError> {
        Ok(match self {
            Self::Production => Tier::Production,
            Self::Staging => Tier::Staging,
            Self::Development => Tier::Development,
            Self::Unknown => Tier::Unknown,
        })
    }
}

impl IntoPage<page::ClusterCare> for ClusterCare {
    fn into_page(self) -> page::ClusterCare {
        page::ClusterCare {
            tier: self.tier.into_page(),
            is_tier_asked: self.is_tier_asked,
            read_only: self.read_only,
            color: self.color,
            letters: self.letters,
            group: self.group,
        }
    }
}

impl IntoEngine<ClusterCare> for page::ClusterCare {
    fn into_engine(self) -> Result<ClusterCare, EngineError> {
        Ok(ClusterCare {
            tier: self.tier.into_engine()?,
            is_tier_asked: self.is_tier_asked,
            read_only: self.read_only,
            color: self.color,
            letters: self.letters,
            group: self.group,
        })
    }
}

impl IntoPage<page::FingerprintWords> for Fingerprint {
    fn into_page(self) -> page::FingerprintWords {
        page::FingerprintWords {
            server: self.server,
            ca: self.ca_hash,
            namespace: self.namespace,
            uid: self.namespace_uid.map(|uid| uid.to_string()),
        }
    }
}

impl IntoPage<page::SessionState> for SessionState {
    fn into_page(self) -> page::SessionState {
        match self {
            Self::NotConnected => page::SessionState::NotConnected,
            Self::Connecting => page::SessionState::Connecting,
            Self::SignedIn => page::SessionState::SignedIn,
            Self::SignedOut => page::SessionState::SignedOut,
            Self::NeedsSignIn => page::SessionState::NeedsSignIn,
            Self::NeedsConsent => page::SessionState::NeedsConsent,
            Self::Unreachable => page::SessionState::Unreachable,
            Self::Intercepted => page::SessionState::Intercepted,
            Self::UntrustedCertificate => page::SessionState::UntrustedCertificate,
            Self::Unusable => page::SessionState::Unusable,
        }
    }
}

/// Two letters for a tile: the first of the first and of the last part of the name, or the first two of its only part.
fn letters(name: &str) -> String {
    let parts: Vec<&str> =
        name.split(|character: char| !character.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let letters: String = match parts.as_slice() {
        [] => name.chars().take(2).collect(),
        [only] => only.chars().take(2).collect(),
        [first, .., last] => first.chars().take(1).chain(last.chars().take(1)).collect(),
    };
    letters.to_uppercase()
}

impl IntoPage<page::Kinds> for ServedKinds {
    fn into_page(self) -> page::Kinds {
        let preferred = self.kinds.iter().filter(|kind| kind.is_preferred);
        page::Kinds {
            kinds: preferred.map(|kind| Arc::clone(kind).into_page()).collect(),
            unavailable: self
                .unavailable
                .iter()
                .map(|missing| format!("{}: {}", missing.group_version, missing.why))
                .collect(),
            is_remembered: self.is_remembered,
        }
    }
}

/// Not being allowed to list namespaces is an answer: a name can still be typed.
pub(crate) fn namespaces<E: From<EngineError>>(
    answer: Result<Vec<String>, EngineError>,
) -> Result<page::Namespaces, E> {
    match answer.map_err(|error| (error.describe(), error)) {
        Ok(names) => Ok(page::Namespaces { names, refused: None }),
        Err((failure, _)) if failure.code == Code::Refused => {
            Ok(page::Namespaces { names: Vec::new(), refused: Some(Box::new(failure.into_page())) })
        }
        Err((_, error)) => Err(error.into()),
    }
}

impl IntoPage<page::KindSummary> for Arc<Kind> {
    fn into_page(self) -> page::KindSummary {
        page::KindSummary {
            kind: self.as_ref().into_page(),
            name: self.name.clone(),
            scope: match self.scope {
                Scope::Namespaced => page::Scope::Namespaced,
                Scope::Cluster => page::Scope::Cluster,
            },
            singular: self.singular.clone(),
            short_names: self.short_names.clone(),
            categories: self.categories.clone(),
            is_listable: self.can("list"),
            is_deletable: self.can("delete"),
            is_custom: is_custom(&self.group),
        }
    }
}

/// Kubernetes' own groups with a name in a domain. `k8s.io` alone says nothing: CRDs are in `gateway.networking.k8s.io`.
const OWN_GROUPS: [&str; 18] = [
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

/// Whether a CRD or an aggregated API serves a group: a CRD's group has a dot, and so has an aggregated API's.
fn is_custom(group: &str) -> bool {
    group.contains('.') && !OWN_GROUPS.contains(&group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(letters(name), expected, "{name}");
    }

    #[test]
    fn letters_come_from_the_first_and_the_last_part() {
        check("payments-prod-eu", "PE");
        check("arn:aws:eks:eu-west-1:1234:cluster/shop", "AS");
        check("garden", "GA");
        check("x", "X");
        check("🌱", "🌱");
        check("--", "--");
    }

    #[test]
    fn kubernetes_own_groups_are_not_custom() {
        for group in ["", "apps", "events.k8s.io", "rbac.authorization.k8s.io"] {
            assert!(!is_custom(group), "{group}");
        }
        for group in ["garden.example.org", "gateway.networking.k8s.io", "metrics.k8s.io"] {
            assert!(is_custom(group), "{group}");
        }
    }
}

//! How much a plan could lose, in words, and what a person has to do to agree.
//!
//! Tiers, impact and connection join when plans know them; until then the kinds and the count decide.

use std::collections::BTreeSet;

use crate::{ids::ObjectKey, plan::Plan};

/// How much could be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RiskLevel {
    /// A click.
    Low,
    /// A hold.
    Medium,
    /// The typed name.
    High,
}

/// What the person has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofAsked {
    /// Click Delete.
    Click,
    /// Type this word exactly.
    Typed(String),
}

/// A level with its reasons and the proof that it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// The level.
    pub level: RiskLevel,
    /// Why, as parts of a sentence.
    pub reasons: Vec<String>,
    /// The proof.
    pub proof: ProofAsked,
}

/// More targets than this ask for a typed name, whatever they are.
const MANY: usize = 50;
/// Of a longer name only the end is typed.
const LONGEST_WORD: usize = 40;
const TYPED_END: usize = 12;

pub(crate) fn assess(plan: &Plan) -> Risk {
    let mut reasons: Vec<String> = Vec::new();
    for reason in plan.targets().iter().filter_map(grave) {
        if !reasons.iter().any(|known| known == reason) {
            reasons.push(reason.to_owned());
        }
    }
    if plan.targets().len() > MANY {
        reasons.push(format!("{} objects", count(plan.targets().len())));
    }
    if reasons.is_empty() {
        return Risk { level: RiskLevel::Low, reasons, proof: ProofAsked::Click };
    }
    Risk { level: RiskLevel::High, reasons, proof: ProofAsked::Typed(word(plan)) }
}

/// A count with thousands separators.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Why a target's kind is grave, if it is.
fn grave(key: &ObjectKey) -> Option<&'static str> {
    match (key.kind.group.as_str(), key.kind.plural.as_str()) {
        ("", "namespaces") => Some("a whole namespace"),
        ("", "nodes") => Some("a node"),
        ("", "persistentvolumes" | "persistentvolumeclaims") => Some("data may be destroyed"),
        ("storage.k8s.io", _) => Some("storage"),
        ("apiextensions.k8s.io", "customresourcedefinitions") => Some("every custom resource of a kind"),
        ("rbac.authorization.k8s.io", _) => Some("access rights"),
        ("admissionregistration.k8s.io", _) => Some("admission rules"),
        ("apiregistration.k8s.io", _) => Some("a part of the API"),
        _ => None,
    }
}

/// One target: its own name; several in one namespace: the namespace; else the cluster.
fn word(plan: &Plan) -> String {
    let name = match plan.targets() {
        [only] => only.name.to_string(),
        targets => {
            let places: BTreeSet<_> =
                targets.iter().map(|key| (&key.cluster, key.namespace.as_ref())).collect();
            match (places.len(), places.first()) {
                (1, Some((_, Some(namespace)))) => namespace.to_string(),
                _ => plan.clusters().values().next().map(|cluster| cluster.name.clone()).unwrap_or_default(),
            }
        }
    };
    let length = name.chars().count();
    if length > LONGEST_WORD { name.chars().skip(length - TYPED_END).collect() } else { name }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        fingerprint::Fingerprint,
        ids::{ClusterId, ResourceName, Uid},
        kind::Scope,
        plan::{DeleteOptions, PlannedCluster},
        sort::test_rows::kind,
    };

    fn check(targets: &[(&str, &str, &str, &str)], level: RiskLevel, proof: &ProofAsked) {
        let cluster = ClusterId::derive("file", "context", "server");
        let fingerprint = Fingerprint {
            server: String::new(),
            ca_hash: String::new(),
            namespace: String::new(),
            namespace_uid: None,
        };
        let clusters =
            BTreeMap::from([(cluster.clone(), PlannedCluster { name: "garden".into(), fingerprint })]);
        let keys = targets.iter().enumerate().map(|(index, (group, plural, namespace, name))| ObjectKey {
            cluster: cluster.clone(),
            kind: kind(group, plural, plural, Scope::Namespaced),
            namespace: ResourceName::parse(namespace).ok(),
            name: ResourceName::parse(name).expect("a name"),
            uid: Uid::parse(&index.to_string()).expect("a UID"),
        });
        let risk = Plan::freeze(keys, &clusters, DeleteOptions::default()).expect("a plan").risk();
        assert_eq!((risk.level, &risk.proof), (level, proof));
        assert_eq!(risk.reasons.is_empty(), level == RiskLevel::Low);
    }

    fn typed(word: &str) -> ProofAsked {
        ProofAsked::Typed(word.into())
    }

    #[test]
    fn a_config_map_takes_a_click() {
        check(&[("", "configmaps", "ns", "a")], RiskLevel::Low, &ProofAsked::Click);
    }
    #[test]
    fn a_namespace_a_node_a_volume_a_definition_and_a_role_take_their_name() {
        for (group, plural) in [
            ("", "namespaces"),
            ("", "nodes"),
            ("", "persistentvolumes"),
            ("", "persistentvolumeclaims"),
            ("storage.k8s.io", "storageclasses"),
            ("apiextensions.k8s.io", "customresourcedefinitions"),
            ("rbac.authorization.k8s.io", "clusterroles"),
            ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
        ] {
            check(&[(group, plural, "", "the-name")], RiskLevel::High, &typed("the-name"));
        }
    }
    #[test]
    fn several_in_one_namespace_take_the_namespace() {
        let role = "rbac.authorization.k8s.io";
        check(&[(role, "roles", "ns", "a"), ("", "configmaps", "ns", "b")], RiskLevel::High, &typed("ns"));
    }
    #[test]
    fn several_in_several_namespaces_take_the_cluster() {
        let role = "rbac.authorization.k8s.io";
        check(
            &[(role, "roles", "n1", "a"), ("", "configmaps", "n2", "b")],
            RiskLevel::High,
            &typed("garden"),
        );
    }
    #[test]
    fn of_a_long_name_the_end_is_typed() {
        let name = format!("{}{}", "x".repeat(40), "the-last-end");
        check(&[("", "namespaces", "", &name)], RiskLevel::High, &typed("the-last-end"));
    }
    #[test]
    fn counts_have_thousands_separators() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }
    #[test]
    fn many_objects_are_never_one_click() {
        let names: Vec<String> = (0..51).map(|index| format!("c{index}")).collect();
        let targets: Vec<_> = names.iter().map(|name| ("", "configmaps", "ns", name.as_str())).collect();
        check(&targets, RiskLevel::High, &typed("ns"));
        check(&targets[..50], RiskLevel::Low, &ProofAsked::Click);
    }
}

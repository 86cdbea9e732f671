use std::collections::BTreeMap;

use super::*;
use crate::{
    fingerprint::Fingerprint,
    ids::{ClusterId, ResourceName, Uid},
    kind::Scope,
    plan::{DeleteOptions, PlannedCluster},
    testing::kind,
};

fn check(targets: &[(&str, &str, &str, &str)], level: RiskLevel, proof: &ProofAsked) {
    let risk = plan(targets, Tier::Development).risk(&Found::default());
    assert_eq!((risk.level, &risk.proof), (level, proof));
    assert_eq!(risk.reasons.is_empty(), level == RiskLevel::Low);
}

fn in_tier(tier: Tier, found: Found, level: RiskLevel, reasons: &[&str]) {
    let risk = plan(&[("", "configmaps", "ns", "a")], tier).risk(&found);
    assert_eq!((risk.level, risk.reasons), (level, reasons.iter().map(ToString::to_string).collect()));
}

fn plan(targets: &[(&str, &str, &str, &str)], tier: Tier) -> Plan {
    let cluster = ClusterId::derive("file", "context", "server");
    let fingerprint = Fingerprint {
        server: String::new(),
        ca_hash: String::new(),
        namespace: String::new(),
        namespace_uid: None,
    };
    let planned = PlannedCluster { name: "garden".into(), fingerprint, tier, is_insecure: false };
    let clusters = BTreeMap::from([(cluster.clone(), planned)]);
    let keys = targets.iter().enumerate().map(|(index, (group, plural, namespace, name))| ObjectKey {
        cluster: cluster.clone(),
        kind: kind(group, plural, plural, Scope::Namespaced),
        namespace: ResourceName::parse(namespace).ok(),
        name: ResourceName::parse(name).expect("a name"),
        uid: Uid::parse(&index.to_string()).expect("a UID"),
    });
    Plan::freeze(keys, &clusters, DeleteOptions::default()).expect("a plan")
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
    check(&[(role, "roles", "n1", "a"), ("", "configmaps", "n2", "b")], RiskLevel::High, &typed("garden"));
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
    check(&targets[..50], RiskLevel::Medium, &ProofAsked::Hold { count: 50 });
}

#[test]
fn a_production_cluster_and_one_of_unknown_tier_take_the_name() {
    in_tier(Tier::Production, Found::default(), RiskLevel::High, &["production"]);
    in_tier(Tier::Unknown, Found::default(), RiskLevel::High, &["unknown tier"]);
}
#[test]
fn what_goes_with_a_target_takes_a_hold() {
    in_tier(Tier::Staging, Found::default(), RiskLevel::Low, &[]);
    let found = Found { dependants: 3, referring: 0 };
    in_tier(Tier::Staging, found, RiskLevel::Medium, &["3 objects go with it"]);
    in_tier(Tier::Development, found, RiskLevel::Medium, &["3 objects go with it"]);
    in_tier(Tier::Staging, Found { dependants: 50, referring: 0 }, RiskLevel::High, &["51 objects"]);
}
#[test]
fn a_system_namespace_takes_the_name() {
    check(&[("", "configmaps", "kube-system", "a")], RiskLevel::High, &typed("a"));
}

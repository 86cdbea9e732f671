use super::*;
use crate::{ids::ClusterId, kind::Scope, testing::kind};

fn name(text: &str) -> ResourceName {
    ResourceName::parse(text).expect("a name")
}

fn uid(text: &str) -> Uid {
    Uid::parse(text).expect("a UID")
}

/// "deployments.apps web in ns": what is not in a namespace leaves "in ns" out. The UID is the name.
fn target(text: &str) -> ObjectKey {
    let object = object(text);
    ObjectKey {
        cluster: ClusterId::derive("file", "context", "server"),
        kind: object.kind,
        namespace: object.namespace,
        name: object.name,
        uid: object.uid,
    }
}

/// The same, "of a,b" for its owners.
fn object(text: &str) -> Listed {
    let mut words = text.split(' ');
    let resource = words.next().expect("a resource");
    let named = words.next().expect("a name");
    let (mut namespace, mut owners) = (None, Vec::new());
    while let (Some(word), Some(value)) = (words.next(), words.next()) {
        match word {
            "in" => namespace = Some(name(value)),
            _ => owners = value.split(',').map(uid).collect(),
        }
    }
    let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
    let scope = if namespace.is_some() { Scope::Namespaced } else { Scope::Cluster };
    Listed { kind: kind(group, plural, plural, scope), namespace, name: name(named), uid: uid(named), owners }
}

fn check(targets: &[&str], propagation: Propagation, listed: &[&str], expected: &[(&str, &str)]) {
    let targets: Vec<_> = targets.iter().map(|text| target(text)).collect();
    let listed: Vec<_> = listed.iter().map(|text| object(text)).collect();
    let taken: Vec<(&str, &str)> = goes_with(&targets, propagation, &listed)
        .iter()
        .map(|taken| (targets[taken.target].name.as_str(), listed[taken.object].name.as_str()))
        .collect();
    assert_eq!(taken, expected);
}

fn check_levels(targets: &[&str], listed: &[&str], expected: &[u32]) {
    let targets: Vec<_> = targets.iter().map(|text| target(text)).collect();
    let listed: Vec<_> = listed.iter().map(|text| object(text)).collect();
    assert_eq!(levels(&targets, &listed), expected);
}

const BACKGROUND: Propagation = Propagation::Background;
const WEB: [&str; 4] = [
    "pods p1 in ns of rs",
    "replicasets.apps rs in ns of web",
    "deployments.apps web in ns",
    "pods other in ns of elsewhere",
];

#[test]
fn what_is_owned_goes_at_every_remove_and_owners_first() {
    check(&["deployments.apps web in ns"], BACKGROUND, &WEB, &[("web", "rs"), ("web", "p1")]);
}
#[test]
fn orphans_stay() {
    check(&["deployments.apps web in ns"], Propagation::Orphan, &WEB, &[]);
}
#[test]
fn an_object_with_another_living_owner_stays() {
    check(&["configmaps a in ns"], BACKGROUND, &["configmaps c in ns of a,b", "configmaps b in ns"], &[]);
}
#[test]
fn an_owner_that_was_not_listed_counts_as_living() {
    check(&["configmaps a in ns"], BACKGROUND, &["configmaps c in ns of a,unseen"], &[]);
}
#[test]
fn an_object_whose_owners_all_go_goes() {
    let listed = ["configmaps c in ns of a,b"];
    check(&["configmaps a in ns", "configmaps b in ns"], BACKGROUND, &listed, &[("b", "c")]);
}
#[test]
fn an_owner_in_another_namespace_counts_as_absent() {
    check(&["configmaps a in ns"], BACKGROUND, &["configmaps c in elsewhere of a"], &[]);
    let listed = ["configmaps c in elsewhere of a,b", "configmaps b in elsewhere of n", "nodes n"];
    check(&["configmaps a in ns", "nodes n"], BACKGROUND, &listed, &[("n", "b"), ("n", "c")]);
}
#[test]
fn what_lives_in_no_namespace_is_owned_by_nothing_in_one() {
    check(&["configmaps a in ns"], BACKGROUND, &["clusterroles.rbac c of a"], &[]);
}
#[test]
fn a_namespace_takes_everything_in_it_whoever_owns_it_and_whatever_the_propagation() {
    let listed = ["pods p in ns of unseen", "configmaps c in ns", "configmaps d in other"];
    for propagation in [BACKGROUND, Propagation::Orphan] {
        check(&["namespaces ns"], propagation, &listed, &[("ns", "p"), ("ns", "c")]);
    }
}
#[test]
fn a_definition_takes_its_resources_everywhere_and_what_they_own() {
    let definition = "customresourcedefinitions.apiextensions.k8s.io plots.garden.example.com";
    let listed = [
        "plots.garden.example.com a in ns",
        "plots.garden.example.com b in other",
        "plots.example.com c in ns",
        "pods p in other of b",
    ];
    let with = "plots.garden.example.com";
    check(&[definition], BACKGROUND, &listed, &[(with, "a"), (with, "b"), (with, "p")]);
}
#[test]
fn an_object_that_two_groups_serve_goes_once() {
    let listed = ["ingresses.networking i in ns of a", "ingresses.extensions i in ns of a"];
    check(&["configmaps a in ns"], BACKGROUND, &listed, &[("a", "i")]);
}
#[test]
fn a_target_goes_with_no_other_target() {
    let targets = ["deployments.apps web in ns", "replicasets.apps rs in ns"];
    check(&targets, BACKGROUND, &WEB, &[("rs", "p1")]);
}
#[test]
fn owners_that_own_each_other_end() {
    check(&["configmaps a in ns"], BACKGROUND, &["configmaps b in ns of c", "configmaps c in ns of b"], &[]);
    check(
        &["configmaps a in ns"],
        BACKGROUND,
        &["configmaps a in ns of b", "configmaps b in ns of a"],
        &[("a", "b")],
    );
}

#[test]
fn targets_that_have_nothing_to_do_with_each_other_are_on_one_level() {
    check_levels(&["configmaps a in ns", "configmaps b in ns"], &["configmaps a in ns"], &[0, 0]);
}
#[test]
fn an_owner_is_below_what_it_owns_also_through_what_is_no_target() {
    let targets = ["pods p1 in ns", "deployments.apps web in ns", "pods other in ns"];
    check_levels(&targets, &WEB, &[1, 0, 0]);
    let targets = ["pods p1 in ns", "replicasets.apps rs in ns", "deployments.apps web in ns"];
    check_levels(&targets, &WEB, &[2, 1, 0]);
}
#[test]
fn a_namespace_and_a_definition_are_below_their_contents() {
    let definition = "customresourcedefinitions.apiextensions.k8s.io plots.garden.example.com";
    let targets = ["configmaps a in ns", "namespaces ns", "plots.garden.example.com b in other", definition];
    check_levels(&targets, &[], &[1, 0, 1, 0]);
}
#[test]
fn a_circle_has_levels_too() {
    let targets = ["configmaps a in ns", "configmaps b in ns"];
    check_levels(&targets, &["configmaps a in ns of b", "configmaps b in ns of a"], &[0, 0]);
}

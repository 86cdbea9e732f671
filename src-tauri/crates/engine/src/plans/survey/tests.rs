use secateur_domain::ids::Uid;

use super::*;
use crate::testing::{config_map, kind, object};

fn name(text: &str) -> ResourceName {
    ResourceName::parse(text).expect("a name")
}

fn served() -> Vec<Arc<Kind>> {
    vec![
        kind("", "configmaps", "ConfigMap", Scope::Namespaced),
        kind("", "events", "Event", Scope::Namespaced),
        kind("", "nodes", "Node", Scope::Cluster),
        kind("garden.example.com", "plots", "Plot", Scope::Namespaced),
    ]
}

fn check(targets: &[ObjectKey], propagation: Propagation, expected: &[&str]) {
    let lists = lists(&searched(&served()), &places(targets, propagation), targets);
    let told: Vec<String> = lists
        .iter()
        .map(|(kind, place)| match place {
            Place::Everywhere => kind.plural.clone(),
            Place::Namespace(name) => format!("{} in {name}", kind.plural),
        })
        .collect();
    assert_eq!(told, expected);
}

fn definition() -> ObjectKey {
    let kind = kind("apiextensions.k8s.io", "customresourcedefinitions", "Definition", Scope::Cluster);
    object("garden", &kind, "plots.garden.example.com")
}

fn namespace(text: &str) -> ObjectKey {
    object("garden", &kind("", "namespaces", "Namespace", Scope::Cluster), text)
}

#[test]
fn each_kind_is_listed_once_in_the_targets_namespace_and_events_never() {
    let targets = [config_map("garden", "a"), config_map("garden", "b")];
    check(&targets, Propagation::Background, &["configmaps in ns", "plots in ns"]);
}
#[test]
fn orphans_need_no_list() {
    check(&[config_map("garden", "a")], Propagation::Orphan, &[]);
}
#[test]
fn a_namespace_is_searched_whatever_the_propagation() {
    check(&[namespace("team")], Propagation::Orphan, &["configmaps in team", "plots in team"]);
}
#[test]
fn what_lives_in_no_namespace_may_own_anything_anywhere() {
    let node = object("garden", &kind("", "nodes", "Node", Scope::Cluster), "n");
    check(&[node], Propagation::Background, &["configmaps", "nodes", "plots"]);
}
#[test]
fn a_definition_has_its_resources_listed_everywhere_and_nothing_else_at_first() {
    check(&[definition()], Propagation::Background, &["plots"]);
}
#[test]
fn what_its_resources_may_own_is_searched_where_they_are() {
    let plot = Listed {
        kind: kind("garden.example.com", "plots", "Plot", Scope::Namespaced),
        namespace: Some(name("team")),
        name: name("p"),
        uid: Uid::parse("p").expect("a UID"),
        owners: Vec::new(),
    };
    let listed = [plot];
    let found = places_of_resources(&[definition()], &listed, Propagation::Background);
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [Place::Namespace(name("team"))]);
    assert!(places_of_resources(&[definition()], &listed, Propagation::Orphan).is_empty());
    assert!(places_of_resources(&[config_map("garden", "a")], &listed, Propagation::Background).is_empty());
}
#[test]
fn with_very_many_namespaces_each_kind_is_listed_in_all_at_once() {
    let targets: Vec<_> = (0..=NAMESPACES).map(|number| namespace(&format!("ns{number}"))).collect();
    check(&targets, Propagation::Background, &["configmaps", "plots"]);
}
#[test]
fn a_kind_that_is_served_in_two_versions_is_listed_in_the_preferred_one() {
    let mut old = kind("garden.example.com", "plots", "Plot", Scope::Namespaced).as_ref().clone();
    (old.version, old.is_preferred) = ("v1beta1".into(), false);
    let new = kind("garden.example.com", "plots", "Plot", Scope::Namespaced);
    let kinds = searched(&[Arc::new(old), new]);
    assert_eq!(kinds.iter().map(|kind| kind.version.as_str()).collect::<Vec<_>>(), ["v1"]);
}

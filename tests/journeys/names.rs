//! Names that are not safe in a URL reach the object they name, and never the collection; and names that are very long.

use secateur_domain::{
    outcome::Outcome,
    plan::DeleteOptions,
    view::{Filter, Query},
};

use crate::{
    audit::deletes,
    support::{engine::Engine, headless::Headless, plane::first},
};

/// Every shape of name that RBAC allows and a URL does not take as it is. A server lets no name hold `/` or `%`.
const NAMES: [&str; 11] =
    ["?x", "#x", "a b", "system:node:x", "🌱", "a?b=c&d", "..x", "a;b", "+", "ünïcode", "\\"];

#[test]
fn fault_57_a_role_of_any_name_is_deleted_and_its_neighbours_live() {
    let plane = first();
    plane.namespace("names");
    plane.apply(&role("bystander"));
    for name in NAMES {
        plane.apply(&role(name));
    }
    let person = Headless::admin(plane);
    for (done, name) in NAMES.iter().enumerate() {
        let ran = person.plan_and_delete(&["roles", "-n", "names", "--", name], &[]);
        assert_eq!(ran.status, 0, "{name}: {ran:?}");
        let left = plane.kubectl(&["-n", "names", "get", "roles", "-o", "name"]).lines().count();
        assert_eq!(left, NAMES.len() - done, "{name}: exactly one more is gone");
    }
    assert!(plane.uid("names", "role", "bystander").is_some());
    let sent = deletes(plane, "names");
    let named: Vec<&str> = sent.iter().map(|delete| delete.name.as_str()).collect();
    assert_eq!(named, NAMES);
}

#[test]
fn fault_57_what_is_no_name_is_refused_before_anything_is_sent() {
    let person = Headless::admin(first());
    for name in ["", ".", "..", "a/b"] {
        let ran = person.run(&["plan", "roles", "-n", "default", "--", name]);
        assert_eq!(ran.status, 2, "{name:?}: {ran:?}");
    }
    // A name that cannot be reaches the server as it is written, not as the role A that it would decode to.
    first().kubectl(&["-n", "default", "create", "role", "A", "--verb=get", "--resource=pods"]);
    let ran = person.run(&["plan", "roles", "-n", "default", "--", "%41"]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.stderr.contains(r#""%41": may not contain '%'"#), "{ran:?}");
}

#[test]
fn fault_56_the_longest_names_and_10_000_labels_are_listed_whole_and_deleted() {
    let plane = first();
    plane.namespace("long");
    let name = "n".repeat(253);
    plane.config_map("long", &name);
    let labels: Vec<String> = (0..10_000).map(|number| format!(r#""label-{number}":"v{number}""#)).collect();
    plane.apply(&format!(
        r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"labelled","namespace":"long","labels":{{{}}}}}}}"#,
        labels.join(",")
    ));
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let list = engine.list(&cluster, "configmaps", Some("long"));
        list.row(&name).await;
        list.row("labelled").await;
        let filter = Filter::parse("", &["label=label-9999=v9999"]).expect("a filter");
        engine.backend.set_query(&list.id, Query { filter, ..Query::default() }).await.expect("open");
        list.until("the one with the label", |_| (list.names() == ["labelled"]).then_some(())).await;
        let keys = engine.keys(&cluster, "long", &[&name, "labelled"]).await;
        let job = engine.delete(keys, DeleteOptions::default()).await;
        assert!(matches!(engine.settled(&job).await, Outcome::Gone { .. }));
    });
    let mut named: Vec<String> = deletes(plane, "long").into_iter().map(|delete| delete.name).collect();
    named.sort();
    assert_eq!(named, ["labelled".to_owned(), name]);
}

#[test]
fn fault_56_a_role_whose_name_no_url_can_hold_is_listed_whole_and_refused() {
    let plane = first();
    plane.namespace("longest");
    let name = "r".repeat(200_000);
    plane.apply(&role_in("longest", &name));
    let listed = Headless::admin(plane).run(&["list", "roles", "-n", "longest"]);
    assert!(listed.stdout.contains(&name), "{}", listed.stderr);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        engine.list(&cluster, "roles", Some("longest")).row(&name).await;
        let keys = engine.keys_of(&cluster, "roles", "longest", &[]).await;
        let job = engine.delete(keys, DeleteOptions::default()).await;
        let outcome = engine.settled(&job).await;
        let Outcome::NotSent { cause } = outcome else { panic!("it was sent: {}", outcome.word()) };
        assert!(cause.contains("is the longest"), "{}", &cause[cause.len() - 200..]);
    });
    assert_eq!(deletes(plane, "longest").len(), 0);
    assert_eq!(plane.kubectl(&["-n", "longest", "get", "roles", "-o", "name"]).lines().count(), 1);
}

fn role(name: &str) -> String {
    role_in("names", name)
}

fn role_in(namespace: &str, name: &str) -> String {
    let name = serde_json::to_string(name).expect("JSON");
    format!(
        r#"{{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{{"name":{name},"namespace":"{namespace}"}},"rules":[]}}"#
    )
}

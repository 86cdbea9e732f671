//! Fault 57: names that are not safe in a URL reach the object they name, and never the collection.

use crate::{
    audit::deletes,
    support::{headless::Headless, plane::first},
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

fn role(name: &str) -> String {
    let name = serde_json::to_string(name).expect("JSON");
    format!(
        r#"{{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{{"name":{name},"namespace":"names"}},"rules":[]}}"#
    )
}

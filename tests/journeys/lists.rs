//! Lists: what is chosen, and what is said where there is nothing or too little. That they are kubectl's, cell by cell, is
//! `printing`.

use crate::support::{headless::Headless, plane::first};

#[test]
fn labels_and_fields_select() {
    let plane = first();
    plane.namespace("selected");
    for name in ["a", "b"] {
        plane.config_map("selected", name);
    }
    plane.kubectl(&["-n", "selected", "label", "cm", "a", "part=yes"]);
    let person = Headless::admin(plane);
    let labelled = person.run(&["list", "cm", "-n", "selected", "-l", "part=yes"]);
    assert_eq!(labelled.stdout.lines().count(), 2, "{labelled:?}");
    let named = person.run(&["list", "cm", "-n", "selected", "--field-selector", "metadata.name=b"]);
    assert!(named.stdout.lines().nth(1).is_some_and(|line| line.starts_with("b ")), "{named:?}");
}

#[test]
fn a_kind_that_is_not_served_is_named() {
    let ran = Headless::admin(first()).run(&["list", "flowers"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("flowers"), "{ran:?}");
}

#[test]
fn a_list_that_is_refused_is_not_empty() {
    let ran = Headless::user(first(), "nobody").run(&["list", "secrets", "-A"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("cannot list resource"), "{ran:?}");
}

#[test]
fn of_several_kinds_and_names_what_can_be_read_is_printed_and_the_rest_is_said() {
    let plane = first();
    plane.namespace("some");
    plane.config_map("some", "there");
    let person = Headless::admin(plane);
    let named = person.run(&["list", "cm", "there", "elsewhere", "-n", "some"]);
    assert_eq!((named.status, named.stdout.lines().count()), (1, 2), "{named:?}");
    assert!(named.stdout.contains("\nthere ") && named.stderr.contains("elsewhere"), "{named:?}");
    let missing = person.run(&["list", "cm/elsewhere", "-n", "some"]);
    assert_eq!((missing.status, missing.stdout.as_str()), (1, ""), "{missing:?}");
    let tenant = Headless::user(plane, "tenant").run(&["list", "cm,nodes", "-n", "tenant-a"]);
    assert_eq!(tenant.status, 1, "{tenant:?}");
    assert!(
        tenant.stdout.starts_with("NAME ") && tenant.stdout.contains("\nkube-root-ca.crt "),
        "{tenant:?}"
    );
    assert!(tenant.stderr.contains("cannot list resource \"nodes\""), "{tenant:?}");
}

#[test]
fn what_kubectl_does_not_take_is_refused_before_anything_is_asked() {
    let person = Headless::admin(first());
    for arguments in [
        &["list", "cm/a", "b"][..],
        &["list", "cm/a/b"],
        &["list", "cm", "a", "-l", "part=yes"],
        &["list", "cm", "a", "-A"],
        &["list", "all", "a"],
        &["list", "cm,flowers"],
        &["list"],
    ] {
        let ran = person.run(arguments);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{arguments:?}: {ran:?}");
        assert!(!ran.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn as_json_there_are_all_columns_and_whole_cells_with_uids() {
    let plane = first();
    plane.namespace("as-json");
    let uid = plane.config_map("as-json", "one");
    let ran = Headless::admin(plane).run(&["list", "cm,deploy", "-n", "as-json", "-o", "json"]);
    let lines: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[0]["kind"], "configmaps", "{ran:?}");
    assert_eq!(lines[0]["columns"], serde_json::json!(["Name", "Data", "Age"]));
    let rows = lines[0]["rows"].as_array().expect("rows");
    let one = rows.iter().find(|row| row["name"] == "one").expect("the ConfigMap");
    assert_eq!(
        (&one["namespace"], &one["uid"], &one["cells"][1]),
        (&"as-json".into(), &uid.into(), &"1".into())
    );
    assert_eq!((&lines[1]["kind"], &lines[1]["rows"]), (&"deployments.apps".into(), &serde_json::json!([])));
}

#[test]
fn kinds_are_those_of_the_server_with_their_short_names() {
    let plane = first();
    plane.seed_garden();
    let ran = Headless::admin(plane).run(&["kinds", "-o", "json"]);
    let ours: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let theirs = plane.kubectl(&["api-resources", "--no-headers", "-o", "name"]);
    for name in theirs.lines() {
        let is_it = |kind: &serde_json::Value| {
            let group = kind["group"].as_str().expect("a group");
            let plural = kind["plural"].as_str().expect("a plural");
            name == if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") }
        };
        assert!(ours.iter().any(is_it), "{name} is missing");
    }
    let plots = ours.iter().find(|kind| kind["plural"] == "plots").expect("the custom kind");
    assert_eq!(plots["shortNames"], serde_json::json!(["plt"]));
}

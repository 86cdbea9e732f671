//! Lists are what kubectl prints, cell by cell.

use std::sync::LazyLock;

use crate::support::{
    headless::Headless,
    plane::{Plane, first},
    wait_until,
};

/// The garden, seeded once for all of these.
static GARDEN: LazyLock<&'static Plane> = LazyLock::new(|| {
    let plane = first();
    plane.seed_garden();
    wait_until("the garden's pods run", || {
        let phases =
            plane.kubectl(&["-n", "garden", "get", "pods", "-o", "jsonpath={.items[*].status.phase}"]);
        !phases.is_empty() && phases.split(' ').all(|phase| phase != "Pending")
    });
    plane
});

/// Compares `list` with `kubectl get`, in `-o wide` as well. kubectl is asked before and after, since ages go on.
fn check(kind: &str, location: &[&str]) {
    let plane = *GARDEN;
    for wide in [&[][..], &["-o", "wide"]] {
        let get = [&["get", kind], location, wide].concat();
        let before = plane.kubectl(&get);
        let ran = Headless::admin(plane).run(&[&["list", kind], location, wide].concat());
        let after = plane.kubectl(&get);
        assert_eq!(ran.status, 0, "{ran:?}");
        assert!(ran.stdout.lines().count() > 1, "{kind} has no rows: {ran:?}");
        let (before, ours, after) = (cells(&before), cells(&ran.stdout), cells(&after));
        assert_eq!(ours.len(), before.len(), "{kind} {wide:?}: {ours:#?} {before:#?}");
        for ((ours, before), after) in ours.iter().zip(&before).zip(&after) {
            assert_eq!(ours.len(), before.len(), "{kind} {wide:?}: {ours:?} {before:?}");
            for ((cell, before), after) in ours.iter().zip(before).zip(after) {
                let is_same = cell == before || cell == after || is_between(before, cell, after);
                assert!(is_same, "{kind} {wide:?}: {cell:?} is neither {before:?} nor {after:?}");
            }
        }
    }
}

/// The cells of printed lines: kubectl puts three spaces between them at least.
fn cells(printed: &str) -> Vec<Vec<String>> {
    let split = |line: &str| {
        line.split("   ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    printed.lines().map(split).collect()
}

/// Whether an age lies between two others.
fn is_between(before: &str, cell: &str, after: &str) -> bool {
    match (seconds(before), seconds(cell), seconds(after)) {
        (Some(before), Some(cell), Some(after)) => before <= cell && cell <= after,
        _ => false,
    }
}

fn seconds(age: &str) -> Option<u64> {
    let mut total = 0;
    let mut number = String::new();
    for character in age.chars() {
        match character {
            '0'..='9' => number.push(character),
            's' | 'm' | 'h' | 'd' => {
                let unit = match character {
                    's' => 1,
                    'm' => 60,
                    'h' => 3600,
                    _ => 86_400,
                };
                total += number.parse::<u64>().ok()? * unit;
                number.clear();
            }
            _ => return None,
        }
    }
    (!age.is_empty() && number.is_empty()).then_some(total)
}

#[test]
fn workloads_are_as_kubectl_prints_them() {
    for kind in ["pods", "deploy", "statefulsets.apps", "ds", "replicasets.v1.apps", "jobs", "cj"] {
        check(kind, &["-A"]);
    }
}

#[test]
fn configuration_network_and_storage_are_as_kubectl_prints_them() {
    for kind in [
        "cm",
        "secrets",
        "svc",
        "ing",
        "netpol",
        "pvc",
        "hpa",
        "pdb",
        "sa",
        "quota",
        "limits",
        "endpointslices",
    ] {
        check(kind, &["-n", "garden"]);
    }
}

#[test]
fn what_lives_in_no_namespace_is_as_kubectl_prints_it() {
    for kind in ["nodes", "ns", "pv", "sc", "pc", "clusterroles", "crd", "clusterrolebindings"] {
        check(kind, &[]);
    }
}

#[test]
fn custom_resources_show_the_columns_their_authors_meant() {
    check("plots", &["-n", "garden"]);
    check("plt", &["-A"]);
    check("roles", &["-n", "garden"]);
    check("rolebindings", &["-n", "garden"]);
}

#[test]
fn the_alignment_is_kubectls_too() {
    let plane = *GARDEN;
    let ours = Headless::admin(plane).run(&["list", "configmaps", "-n", "garden"]).stdout;
    let theirs = plane.kubectl(&["get", "configmaps", "-n", "garden"]);
    let starts = |printed: &str| printed.lines().next().map(|line| (line.find("DATA"), line.find("AGE")));
    assert_eq!(starts(&ours), starts(&theirs));
}

#[test]
fn an_empty_list_says_so_on_standard_error() {
    let plane = first();
    plane.namespace("empty");
    let ran = Headless::admin(plane).run(&["list", "cronjobs", "-n", "empty"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, ""));
    assert!(ran.stderr.contains("No resources found in empty namespace."), "{ran:?}");
}

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
fn without_a_namespace_it_is_the_contexts_own() {
    let ran = Headless::admin(first()).run(&["list", "cm"]);
    assert!(ran.stdout.contains("kube-root-ca.crt"), "{ran:?}");
    assert!(!ran.stdout.starts_with("NAMESPACE"), "{ran:?}");
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
fn kinds_are_those_of_the_server_with_their_short_names() {
    let plane = *GARDEN;
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

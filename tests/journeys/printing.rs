//! What `list` prints is what `kubectl get` prints for the same arguments, cell by cell and space by space.

use std::{collections::BTreeSet, sync::LazyLock};

use crate::support::{
    headless::Headless,
    plane::{Plane, quiet},
    printed::{difference, is_same_but_ages},
    wait_until,
};

/// The kinds that the server lists, as kubectl calls them, where garden and herbarium are seeded.
static KINDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let plane = seeded();
    let names = plane.kubectl(&["api-resources", "--verbs=list", "-o", "name"]);
    // Its rows come in another order each time.
    names.lines().filter(|&name| name != "componentstatuses").map(str::to_owned).collect()
});

/// Seeded once for all of these.
static SEEDED: LazyLock<&'static Plane> = LazyLock::new(|| {
    let plane = quiet();
    plane.seed_garden();
    plane.seed(&["herbarium"]);
    plane.seed(&["sheds", "--namespace", "herbarium"]);
    plane.seed(&["configmaps", "--namespace", "paged", "--count", "600", "--prefix", "a"]);
    plane.seed(&[
        "configmaps",
        "--namespace",
        "paged",
        "--count",
        "600",
        "--prefix",
        "longer-from-the-second-page-on",
    ]);
    wait_until("the garden's pods run", || {
        let phases =
            plane.kubectl(&["-n", "garden", "get", "pods", "-o", "jsonpath={.items[*].status.phase}"]);
        !phases.is_empty() && phases.split(' ').all(|phase| phase != "Pending")
    });
    plane
});

fn seeded() -> &'static Plane {
    *SEEDED
}

/// Compares `list` with `kubectl get`; gives what was printed.
fn check(arguments: &[&str]) -> String {
    let plane = seeded();
    let get = || {
        let output = plane.try_kubectl(&[&["get"], arguments].concat());
        let text = |bytes| String::from_utf8(bytes).expect("kubectl prints UTF-8");
        assert!(output.status.success(), "kubectl get {arguments:?}: {}", text(output.stderr));
        (text(output.stdout), text(output.stderr))
    };
    let person = Headless::admin(plane);
    let mut compared = None;
    wait_until("nothing but ages changes while three commands run", || {
        let (before, _) = get();
        let ran = person.run(&[&["list"], arguments].concat());
        let (after, told) = get();
        assert_eq!((ran.status, &ran.stderr), (0, &told), "list {arguments:?}");
        let is_quiet = is_same_but_ages(&before, &after);
        compared = is_quiet.then(|| (difference(&before, &ran.stdout, &after), ran.stdout));
        is_quiet
    });
    let (difference, printed) = compared.expect("it was compared");
    assert_eq!(difference, None, "list {arguments:?}");
    printed
}

/// The kinds that stand in the tables of several kinds.
fn kinds_in(printed: &str) -> BTreeSet<&str> {
    let words = printed.split_whitespace().filter_map(|word| word.split_once('/'));
    words.map(|(kind, _)| kind).collect()
}

#[test]
fn every_kind_that_the_server_lists_in_one_run() {
    let kinds = KINDS.join(",");
    let printed = check(&[&kinds, "-A", "-o", "wide"]);
    let found = kinds_in(&printed);
    assert!(found.len() >= 50, "{} kinds have objects: {found:?}", found.len());
    for kind in ["event", "event.events.k8s.io", "shed.annex.example.com", "specimen.herbarium.example.com"] {
        assert!(found.contains(kind), "{kind} is not among {found:?}");
    }
    check(&[&kinds, "-n", "herbarium"]);
    check(&[&kinds, "-n", "garden", "-l", "app=greenhouse"]);
}

#[test]
fn each_kind_alone() {
    let mut filled = 0;
    for kind in KINDS.iter() {
        filled += usize::from(!check(&[kind, "-A", "-o", "wide"]).is_empty());
    }
    assert!(filled >= 50, "{filled} kinds have objects");
}

#[test]
fn workloads_without_the_wide_columns_and_in_one_namespace() {
    for kind in ["pods", "deploy", "statefulsets.apps", "ds", "replicasets.v1.apps", "jobs", "cj", "ev"] {
        check(&[kind, "-n", "garden"]);
    }
}

#[test]
fn columns_of_every_type_in_the_version_that_is_named() {
    for version in ["v1", "v1beta1", "v2alpha1"] {
        let kind = format!("specimens.{version}.herbarium.example.com");
        check(&[&kind, "-n", "herbarium"]);
        check(&[&kind, "-A", "-o", "wide"]);
    }
    let printed = check(&["specimens", "-n", "herbarium", "-o", "wide"]);
    for cell in
        ["GRÖßE", "1e+21", "1.23e-05", "-9223372036854775808", "<invalid>", "^[[31mL.", "two...", "true"]
    {
        assert!(printed.contains(cell), "{cell} is not in {printed}");
    }
    check(&["cabinets"]);
    check(&["cabinets", "-o", "wide"]);
}

#[test]
fn a_list_of_several_pages_is_one_table() {
    let printed = check(&["configmaps", "-n", "paged"]);
    assert_eq!(printed.lines().count(), 1_202);
    check(&["cm", "-n", "paged", "-l", "shard in (3,7)", "-o", "wide"]);
    check(&["cm", "-n", "paged", "--field-selector", "metadata.name=a-00003"]);
}

#[test]
fn every_spelling_of_a_kind() {
    for kind in [
        "po",
        "pod",
        "Pod",
        "PODS",
        "pods.v1.",
        "deployments.apps",
        "deploy.apps",
        "Deployment.v1.apps",
        "deployments.v1.",
        "ing.networking",
        "ingresses.net",
        "storageclass.storage",
        "events.events.k8s.io",
        "plt",
        "Specimen",
        "furniture.herbarium.example.com",
        "Furniture.v1.herbarium.example.com",
    ] {
        check(&[kind, "-A"]);
    }
}

#[test]
fn several_kinds_categories_and_names() {
    for arguments in [
        &["all", "-n", "garden"][..],
        &["all", "-A", "-o", "wide"],
        &["herbs", "-A"],
        &["po,svc,pods", "-n", "garden", "-o", "wide"],
        &["nodes,pods", "-A"],
        &["pods,nodes", "-A"],
        &["cm", "settings", "almanac", "-n", "garden"],
        &["svc,deploy", "greenhouse", "-n", "garden"],
        &["cm/settings", "cm/almanac", "deploy/greenhouse", "cm/frost-dates", "-n", "garden"],
        &["node/node-1", "-A"],
        &["sheds", "shed-1", "-n", "herbarium"],
    ] {
        check(arguments);
    }
}

#[test]
fn nothing_found_is_said_on_standard_error() {
    for arguments in [
        &["losses", "-n", "herbarium"][..],
        &["losses", "-A"],
        &["losses,cronjobs", "-n", "herbarium"],
        &["sheds", "-n", "garden"],
        &["volumeattributesclasses"],
        &["volumeattributesclasses", "-n", "garden"],
        &["cm", "-n", "no-such-namespace"],
        &["cm", "-n", "garden", "-l", "nobody=has"],
    ] {
        assert_eq!(check(arguments), "", "{arguments:?}");
    }
}

#[test]
fn without_a_namespace_it_is_the_contexts_own() {
    assert!(!check(&["cm"]).starts_with("NAMESPACE"));
}

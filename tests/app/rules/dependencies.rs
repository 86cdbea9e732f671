//! Which crate may name which: the arrows of `docs/architecture.md`.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;

use super::assert_none;
use crate::files::root;

/// A crate of ours, and those of ours that it may name.
const EDGES: [(&str, &[&str]); 8] = [
    ("secateur-domain", &[]),
    ("secateur-cluster", &["secateur-domain"]),
    ("secateur-store", &["secateur-domain"]),
    ("secateur-contract", &["secateur-domain"]),
    ("secateur-practice", &["secateur-cluster", "secateur-domain"]),
    ("secateur-engine", &["secateur-cluster", "secateur-domain", "secateur-store"]),
    (
        "secateur-headless",
        &["secateur-cluster", "secateur-domain", "secateur-engine", "secateur-practice", "secateur-store"],
    ),
    (
        "secateur",
        &[
            "secateur-cluster",
            "secateur-contract",
            "secateur-domain",
            "secateur-engine",
            "secateur-practice",
            "secateur-store",
        ],
    ),
];

/// A crate from outside, by the beginning of its name, and the only one of ours that may name it.
const OWNED: [(&str, &str); 9] = [
    ("kube", "secateur-cluster"),
    ("k8s-openapi", "secateur-cluster"),
    ("tokio-rustls", "secateur-cluster"),
    ("rusqlite", "secateur-store"),
    ("keyring", "secateur-store"),
    ("ts-rs", "secateur-contract"),
    ("tauri", "secateur"),
    ("wry", "secateur"),
    ("webkit2gtk", "secateur"),
];

/// A package and what it depends on, for building and running; tests may name what they like of ours.
type Packages = BTreeMap<String, Vec<String>>;

fn offences(packages: &Packages) -> Vec<String> {
    let mut offences = Vec::new();
    for (package, dependencies) in packages {
        let Some((_, allowed)) = EDGES.iter().find(|(name, _)| name == package) else {
            offences.push(format!("{package} is in no arrow of the architecture"));
            continue;
        };
        for dependency in dependencies {
            if dependency.starts_with("secateur") && !allowed.contains(&dependency.as_str()) {
                offences.push(format!("{package} may not name {dependency}"));
            }
            let owner = OWNED.iter().find(|(start, _)| dependency.starts_with(start)).map(|(_, owner)| owner);
            if owner.is_some_and(|owner| owner != package) {
                offences
                    .push(format!("{package} may not name {dependency}: that is {}'s", owner.unwrap_or(&"")));
            }
        }
    }
    offences
}

#[expect(clippy::disallowed_methods, reason = "asks cargo; the exec runner is for credential plugins")]
fn packages() -> Packages {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo's answer");
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    let list = |value: &Value, key: &str| value[key].as_array().expect("a list").clone();
    list(&metadata, "packages")
        .iter()
        .map(|package| {
            let dependencies = list(package, "dependencies");
            let own = dependencies.iter().filter(|dependency| dependency["kind"] != "dev").map(name);
            (name(package), own.collect())
        })
        .collect()
}

#[test]
fn a_wrong_arrow_is_found() {
    let check = |package: &str, dependency: &str, expected: usize| {
        let packages = BTreeMap::from([(package.to_owned(), vec![dependency.to_owned()])]);
        assert_eq!(offences(&packages).len(), expected, "{package} on {dependency}");
    };
    check("secateur-domain", "secateur-store", 1);
    check("secateur-engine", "secateur-contract", 1);
    check("secateur-engine", "kube", 1);
    check("secateur-headless", "tauri", 1);
    check("secateur", "secateur-headless", 1);
    check("secateur-engine", "keyring-core", 1);
    check("secateur-new", "serde", 1);
    check("secateur-cluster", "kube", 0);
    check("secateur-engine", "secateur-store", 0);
}

#[test]
fn crates_name_only_what_the_architecture_allows() {
    let packages = packages();
    assert!(packages.contains_key("secateur-engine"));
    assert_none("dependencies", &offences(&packages));
}

//! The page's types are those of the contract.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use super::assert_none;
use crate::files::root;

type Files = BTreeMap<String, String>;

fn offences(fresh: &Files, kept: &Files) -> Vec<String> {
    let changed = fresh.iter().filter(|(name, text)| kept.get(*name) != Some(*text));
    let left = kept.keys().filter(|name| !fresh.contains_key(*name));
    let changed =
        changed.map(|(name, _)| format!("{name} is not what the contract says: run `make bindings`"));
    changed.chain(left.map(|name| format!("{name} is no longer in the contract"))).collect()
}

fn read(folder: &Path) -> Files {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let named = entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())));
    named.filter_map(|(name, path)| Some((name, fs::read_to_string(path).ok()?))).collect()
}

/// Has the contract's own tests write them, as `make bindings` does, into another folder. All packages are asked for,
/// so that everything is built already.
#[expect(clippy::disallowed_methods, reason = "asks cargo; the exec runner is for credential plugins")]
fn generate(folder: &Path) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--quiet", "--workspace", "--lib", "export_bindings"])
        .current_dir(root())
        .env("TS_RS_EXPORT_DIR", folder)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_stale_binding_is_found() {
    let files = |pairs: &[(&str, &str)]| -> Files {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    let fresh = files(&[("A.ts", "1")]);
    assert_eq!(offences(&fresh, &files(&[("A.ts", "2")])).len(), 1);
    assert_eq!(offences(&fresh, &files(&[])).len(), 1);
    assert_eq!(offences(&fresh, &files(&[("A.ts", "1"), ("B.ts", "1")])).len(), 1);
    assert_eq!(offences(&fresh, &fresh), Vec::<String>::new());
}

#[test]
fn the_pages_types_are_those_of_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    generate(folder.path());
    assert_none("bindings", &offences(&read(folder.path()), &read(&root().join("ui/src/ipc/bindings"))));
}

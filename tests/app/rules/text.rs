//! What no file may hold, and how long one may be.

use super::assert_none;
use crate::files::{SourceFile, under};

/// `style.md`: stop at 500.
const LONGEST: usize = 500;
/// Written by hand, and so to be read.
const CODE: [&str; 8] = [".rs", ".ts", ".svelte", ".css", ".go", ".sh", ".py", ".js"];

fn too_long(file: &SourceFile) -> Option<String> {
    let lines = file.text.lines().count();
    (file.is_a(&CODE) && lines > LONGEST).then(|| format!("{} has {lines} lines", file.path))
}

/// Hosts of package registries, and folders of one person's machine. Cargo.lock names its registry by its format.
fn foreign(file: &SourceFile) -> Vec<String> {
    // Put together here, so that this file does not hold what it forbids.
    let words = [
        ["registry.", "npmjs.org"],
        ["registry.", "yarnpkg.com"],
        ["static.", "crates.io"],
        ["index.", "crates.io"],
        ["proxy.", "golang.org"],
        ["sum.", "golang.org"],
        ["pypi.", "org"],
        ["/wo", "rk/"],
        ["/ro", "ot/"],
    ];
    let found = words.iter().map(|word| word.concat()).filter(|word| file.text.contains(word));
    found.map(|word| format!("{} holds {word}", file.path)).collect()
}

/// Deleting many at once, which does not exist here. Comments may speak of it.
fn collections(file: &SourceFile) -> Vec<String> {
    let names = [["delete_", "collection"].concat(), ["delete", "collection"].concat()];
    let code = file.text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let is_call = |line: &&str| names.iter().any(|name| line.to_lowercase().contains(name));
    code.filter(is_call).map(|line| format!("{}: {}", file.path, line.trim())).collect()
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.into(), text: text.into() }
}

#[test]
fn a_long_file_is_found() {
    let lines = |count: usize| "x\n".repeat(count);
    assert!(too_long(&file("a.rs", &lines(501))).is_some());
    assert!(too_long(&file("a.rs", &lines(500))).is_none());
    assert!(too_long(&file("package-lock.json", &lines(5_000))).is_none());
}

#[test]
fn a_registry_or_a_machines_path_is_found() {
    for parts in
        [["https://registry.", "npmjs.org/x"], ["https://proxy.", "golang.org"], ["/ro", "ot/.cargo"]]
    {
        assert_eq!(foreign(&file("a.md", &parts.concat())).len(), 1, "{parts:?}");
    }
    assert_eq!(foreign(&file("a.md", "docs.rs and kubernetes.io")), Vec::<String>::new());
}

#[test]
fn a_bulk_delete_is_found() {
    let call = ["api.delete_", "collection(&options)"].concat();
    assert_eq!(collections(&file("a.rs", &call)).len(), 1);
    assert_eq!(collections(&file("a.rs", &format!("// never {call}"))), Vec::<String>::new());
}

#[test]
fn files_hold_what_they_may_and_no_more_than_is_read() {
    let files = under(".");
    assert_none("no file is too long", &files.iter().filter_map(too_long).collect::<Vec<_>>());
    let own = files.iter().filter(|file| file.path != "Cargo.lock");
    assert_none("no registry, no machine", &own.flat_map(foreign).collect::<Vec<_>>());
    let rust = under("src-tauri");
    // Tests say that it never happened.
    let is_test = |file: &SourceFile| file.path.contains("/tests/") || file.path.ends_with("tests.rs");
    // The practice server names what it refuses.
    let is_server = |file: &SourceFile| file.path == "src-tauri/crates/practice/src/route.rs";
    let rust = rust.iter().filter(|file| file.is_a(&[".rs"]) && !is_test(file) && !is_server(file));
    assert_none("no bulk delete", &rust.flat_map(collections).collect::<Vec<_>>());
}

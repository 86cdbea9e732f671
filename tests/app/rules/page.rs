//! The page: one door to the host, no markup from data, features apart, a text for every error.

use super::assert_none;
use crate::files::{SourceFile, text, under};

/// What turns text into markup or code.
const SINKS: [&str; 12] = [
    "{@html",
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "createContextualFragment",
    "DOMParser",
    "srcdoc",
    "eval(",
    "new Function",
    "javascript:",
    " style=\"",
];

fn sinks(file: &SourceFile) -> Vec<String> {
    let found = SINKS.iter().filter(|sink| file.text.contains(**sink));
    found.map(|sink| format!("{}: {}", file.path, sink.trim())).collect()
}

fn doors(file: &SourceFile) -> Vec<String> {
    let is_door = file.path == "ui/src/ipc/tauri.ts";
    let names_host = ["@tauri-apps", "__TAURI"].iter().any(|name| file.text.contains(name));
    if names_host && !is_door { vec![format!("{} talks to the host", file.path)] } else { Vec::new() }
}

/// Imports that a feature, or what features share, may not have.
fn strays(file: &SourceFile) -> Vec<String> {
    let own = file.path.strip_prefix("ui/src/features/").and_then(|path| path.split('/').next());
    let is_shared = ["ui/src/shared/", "ui/src/ipc/"].iter().any(|folder| file.path.starts_with(folder));
    imports(file)
        .filter_map(|target| {
            let feature = target.strip_prefix("ui/src/features/")?.split('/').next()?.to_owned();
            let is_stray = is_shared || own.is_some_and(|own| own != feature);
            is_stray.then(|| format!("{} imports {target}", file.path))
        })
        .collect()
}

/// The files that a file imports by relative paths, from the root.
fn imports(file: &SourceFile) -> impl Iterator<Item = String> {
    let quoted = file.text.split(['\'', '"']);
    let relative = quoted.filter(|text| text.starts_with("./") || text.starts_with("../"));
    relative.map(|path| {
        let mut parts: Vec<&str> = file.path.split('/').collect();
        parts.pop();
        for part in path.split('/') {
            match part {
                "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        parts.join("/")
    })
}

/// Codes of the binding that the page has no text for.
fn silent_codes(binding: &str, texts: &str) -> Vec<String> {
    let union = binding.split_once("ErrorCode =").map_or("", |(_, union)| union);
    let codes: Vec<&str> = union.split('"').skip(1).step_by(2).collect();
    assert!(!codes.is_empty(), "the binding names its codes");
    codes.into_iter().filter(|code| !texts.contains(&format!("{code}: {{"))).map(str::to_owned).collect()
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.into(), text: text.into() }
}

#[test]
fn markup_from_data_is_found() {
    for text in
        ["{@html name}", "a.innerHTML = b", "<p style=\"color: red\">", "eval(x)", "new Function('x')"]
    {
        assert_eq!(sinks(&file("ui/src/a.svelte", text)).len(), 1, "{text}");
    }
    assert_eq!(sinks(&file("ui/src/a.svelte", "<p style:color={x}>{name}</p>")), Vec::<String>::new());
}

#[test]
fn a_second_door_is_found() {
    let text = "import { invoke } from '@tauri-apps/api/core'";
    assert_eq!(doors(&file("ui/src/features/list/a.ts", text)).len(), 1);
    assert_eq!(doors(&file("ui/src/ipc/tauri.ts", text)).len(), 0);
}

#[test]
fn a_feature_that_imports_a_feature_is_found() {
    let check = |path: &str, target: &str, expected: usize| {
        assert_eq!(
            strays(&file(path, &format!("import a from '{target}'"))).len(),
            expected,
            "{path} {target}"
        );
    };
    check("ui/src/features/list/a.ts", "../tray/b", 1);
    check("ui/src/features/list/deep/a.ts", "../../tray/b", 1);
    check("ui/src/shared/a.ts", "../features/list/b", 1);
    check("ui/src/features/list/a.ts", "./b", 0);
    check("ui/src/features/list/a.ts", "../../shared/b", 0);
    check("ui/src/App.svelte", "./features/list/b", 0);
}

#[test]
fn a_code_without_a_text_is_found() {
    let binding = "export type ErrorCode = \"busy\" | \"timeout\";";
    assert_eq!(silent_codes(binding, "busy: { title"), ["timeout"]);
}

#[test]
fn the_page_keeps_its_rules() {
    let files = under("ui/src");
    let sources: Vec<_> = files.iter().filter(|file| file.is_a(&[".ts", ".svelte", ".html"])).collect();
    // A test of the page may name what the page may not use.
    let shipped = sources.iter().filter(|file| !file.is_a(&[".test.ts"]));
    let shipped: Vec<_> = shipped.collect();
    assert_none("no markup from data", &shipped.iter().flat_map(|file| sinks(file)).collect::<Vec<_>>());
    assert_none("one door to the host", &shipped.iter().flat_map(|file| doors(file)).collect::<Vec<_>>());
    assert_none("features stand apart", &sources.iter().flat_map(|file| strays(file)).collect::<Vec<_>>());
    let silent = silent_codes(&text("ui/src/ipc/bindings/ErrorCode.ts"), &text("ui/src/shared/errors.ts"));
    assert_none("every error code has a text", &silent);
}

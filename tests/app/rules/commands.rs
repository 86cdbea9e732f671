//! Commands: declared, registered, permitted and called by the same names, and short.

use std::collections::BTreeSet;

use serde_json::Value;

use super::assert_none;
use crate::files::{text, under};

/// A command's body may have so many lines; more is logic, which is the engine's.
const LONGEST: usize = 8;

/// Names of the functions under `#[tauri::command]`, with the number of lines in their bodies.
fn declared(source: &str) -> Vec<(String, usize)> {
    source
        .split("#[tauri::command")
        .skip(1)
        .filter_map(|after| {
            let (_, after) = after.split_once("fn ")?;
            let (name, _) = after.split_once(['(', '<'])?;
            let (_, body) = after.split_once("{\n")?;
            let lines = body.lines().take_while(|line| *line != "}").count();
            Some((name.to_owned(), lines))
        })
        .collect()
}

/// Names in `generate_handler![…]`.
fn registered(source: &str) -> Vec<String> {
    let list = source.split_once("generate_handler![").and_then(|(_, after)| after.split_once(']'));
    let names = list.map_or("", |(list, _)| list).split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| name.rsplit("::").next().unwrap_or(name).to_owned()).collect()
}

/// The quoted names in every `commands.allow = […]` of a permission file.
fn permitted(source: &str) -> Vec<String> {
    let lists = source.split("commands.allow = [").skip(1).filter_map(|after| after.split(']').next());
    lists.flat_map(quoted).collect()
}

/// What the page calls.
fn called(source: &str) -> Vec<String> {
    let calls = source.split("invoke('").skip(1);
    calls.filter_map(|after| after.split('\'').next()).map(str::to_owned).collect()
}

fn quoted(list: &str) -> Vec<String> {
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Names that are in one of the lists and not in the other, and names that are twice in one.
fn differences(what: &str, expected: &[String], found: &[String]) -> Vec<String> {
    let (left, right): (BTreeSet<_>, BTreeSet<_>) = (expected.iter().collect(), found.iter().collect());
    let missing = left.difference(&right).map(|name| format!("{name} is not {what}"));
    let unknown = right.difference(&left).map(|name| format!("{name} is {what} and no command"));
    let twice = right.iter().filter(|name| found.iter().filter(|other| other == *name).count() > 1);
    missing.chain(unknown).chain(twice.map(|name| format!("{name} is {what} twice"))).collect()
}

#[test]
fn the_lists_are_read_as_they_are_written() {
    let source = "/// Doc.\n#[tauri::command(async)]\npub(crate) fn a_read(app: App<'_>) -> X {\n    one\n}\n\n\
        #[tauri::command]\npub(crate) async fn b_write(\n    app: App<'_>,\n) -> X {\n    one\n    two\n}\n";
    assert_eq!(declared(source), [("a_read".to_owned(), 1), ("b_write".to_owned(), 2)]);
    assert_eq!(registered("tauri::generate_handler![\n  a::a_read,\n  b_write,\n]"), ["a_read", "b_write"]);
    assert_eq!(
        permitted("commands.allow = [\n \"a_read\",\n]\ncommands.allow = [\"b_write\"]"),
        ["a_read", "b_write"]
    );
    assert_eq!(called("x: () => invoke('a_read'), y: invoke('b_write', { z })"), ["a_read", "b_write"]);
}

#[test]
fn a_command_that_is_missing_or_twice_is_found() {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    assert_eq!(differences("here", &names(&["a"]), &names(&[])).len(), 1);
    assert_eq!(differences("here", &names(&[]), &names(&["a"])).len(), 1);
    assert_eq!(differences("here", &names(&["a"]), &names(&["a", "a"])).len(), 1);
    assert_eq!(differences("here", &names(&["a"]), &names(&["a"])).len(), 0);
}

#[test]
fn every_command_is_registered_called_and_in_exactly_one_permission_set() {
    let sources = under("src-tauri/src/commands");
    let commands: Vec<(String, usize)> = sources.iter().flat_map(|file| declared(&file.text)).collect();
    let names: Vec<String> = commands.iter().map(|(name, _)| name.clone()).collect();
    assert!(names.contains(&"plan_confirm".to_owned()));
    assert_none("registered", &differences("registered", &names, &registered(&text("src-tauri/src/lib.rs"))));
    let sets: Vec<String> =
        under("src-tauri/permissions").iter().flat_map(|file| permitted(&file.text)).collect();
    assert_none("permitted", &differences("in a permission set", &names, &sets));
    assert_none("called", &differences("called by the page", &names, &called(&text("ui/src/ipc/tauri.ts"))));
    let long = commands.iter().filter(|(_, lines)| *lines > LONGEST);
    assert_none("short", &long.map(|(name, lines)| format!("{name} has {lines} lines")).collect::<Vec<_>>());
}

#[test]
fn only_the_main_window_is_given_the_sets_and_nothing_else() {
    let capability: Value = serde_json::from_str(&text("src-tauri/capabilities/main.json")).expect("JSON");
    assert_eq!(under("src-tauri/capabilities").len(), 1);
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert_eq!(capability["permissions"], serde_json::json!(["read", "delete", "settings"]));
    assert_eq!(capability.get("remote"), None);
    let changing = [
        "plan_confirm",
        "job_control",
        "job_resume",
        "job_dismiss",
        "cluster_unlock",
        "restore_confirm",
        "trash_empty",
        "window_close",
    ];
    assert_eq!(permitted(&text("src-tauri/permissions/delete.toml")), changing);
}

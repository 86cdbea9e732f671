//! Patches: JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7386).

use serde::Deserialize;
use serde_json::Value;

use crate::object;

/// One operation of a JSON Patch.
#[derive(Debug, Deserialize)]
pub(crate) struct Step {
    op: Operation,
    path: String,
    #[serde(default)]
    value: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Operation {
    Test,
    Add,
    Replace,
    Remove,
}

/// Applies a JSON Patch; an error says which step does not fit.
pub(crate) fn apply(object: &mut Value, steps: Vec<Step>) -> Result<(), String> {
    for Step { op, path, value } in steps {
        match op {
            Operation::Test if object.pointer(&path).unwrap_or(&Value::Null) == &value => {}
            Operation::Test => return Err(format!("testing value {path} failed: test failed")),
            Operation::Add => add(object, &path, value)?,
            Operation::Replace => {
                let at = object.pointer_mut(&path);
                *at.ok_or_else(|| {
                    format!("replace operation does not apply: doc is missing key: {path}: missing value")
                })? = value;
            }
            Operation::Remove => remove(object, &path)?,
        }
    }
    Ok(())
}

/// Applies a JSON Merge Patch.
pub(crate) fn merge(object: &mut Value, patch: Value) {
    let Value::Object(members) = patch else {
        *object = patch;
        return;
    };
    if !object.is_object() {
        *object = Value::Object(serde_json::Map::new());
    }
    let Value::Object(own) = object else { return };
    for (name, value) in members {
        if value.is_null() {
            own.remove(&name);
        } else {
            merge(own.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// The place that a path ends in, and its last segment.
fn place<'a>(object: &'a mut Value, path: &str) -> Option<(&'a mut Value, String)> {
    let (parent, _) = path.rsplit_once('/')?;
    let last = object::segments(path).last()?;
    Some((object.pointer_mut(parent)?, last))
}

fn add(object: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let missing = || format!("add operation does not apply: doc is missing path: {path:?}: missing value");
    let (parent, last) = place(object, path).ok_or_else(missing)?;
    match parent {
        Value::Object(members) => {
            members.insert(last, value);
        }
        Value::Array(items) => {
            let at = if last == "-" { items.len() } else { last.parse().unwrap_or(usize::MAX) };
            if at > items.len() {
                return Err(format!(
                    "add operation does not apply: Unable to access invalid index: {last}: invalid index referenced"
                ));
            }
            items.insert(at, value);
        }
        _ => return Err(missing()),
    }
    Ok(())
}

fn remove(object: &mut Value, path: &str) -> Result<(), String> {
    let missing = || format!("remove operation does not apply: doc is missing path: {path:?}: missing value");
    let (parent, last) = place(object, path).ok_or_else(missing)?;
    match parent {
        Value::Object(members) => members.remove(&last).map(drop).ok_or_else(missing),
        Value::Array(items) => {
            let at = last.parse().ok().filter(|at| *at < items.len()).ok_or_else(missing)?;
            items.remove(at);
            Ok(())
        }
        _ => Err(missing()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(steps: Value, expected: Result<Value, &str>) {
        let mut object = json!({"finalizers": ["one", "two"], "labels": {"a/b": "c"}});
        let steps = serde_json::from_value(steps).expect("steps");
        let outcome = apply(&mut object, steps).map(|()| object);
        match (outcome, expected) {
            (Ok(object), Ok(expected)) => assert_eq!(object, expected),
            (Err(problem), Err(expected)) => assert!(problem.contains(expected), "{problem}"),
            (outcome, _) => panic!("{outcome:?}"),
        }
    }

    #[test]
    fn a_patch_takes_out_what_it_tested() {
        let remove = |value: &str| {
            json!([
                {"op": "test", "path": "/finalizers/1", "value": value},
                {"op": "remove", "path": "/finalizers/1"},
            ])
        };
        check(remove("two"), Ok(json!({"finalizers": ["one"], "labels": {"a/b": "c"}})));
        check(remove("three"), Err("testing value /finalizers/1 failed"));
    }

    #[test]
    fn a_patch_adds_and_replaces_where_there_is_a_place() {
        check(
            json!([
                {"op": "add", "path": "/finalizers/-", "value": "three"},
                {"op": "replace", "path": "/labels/a~1b", "value": "d"},
            ]),
            Ok(json!({"finalizers": ["one", "two", "three"], "labels": {"a/b": "d"}})),
        );
        check(json!([{"op": "add", "path": "/missing/x", "value": 1}]), Err("missing path"));
        check(json!([{"op": "replace", "path": "/missing", "value": 1}]), Err("missing key"));
    }

    #[test]
    fn a_merge_puts_in_and_takes_out() {
        let mut object = json!({"a": {"b": 1, "c": 2}, "d": [1, 2]});
        merge(&mut object, json!({"a": {"b": null, "e": {"f": null, "g": 3}}, "d": [4]}));
        assert_eq!(object, json!({"a": {"c": 2, "e": {"g": 3}}, "d": [4]}));
    }
}

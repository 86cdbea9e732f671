//! The simple JSON paths that columns use: `.spec.name`, `.data['a.b']`, `.items[0]`, and
//! `.status.conditions[?(@.type=="Ready")].status`.

use serde_json::Value;

/// The first value there.
pub(crate) fn first<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    let path = path.trim_start_matches('$');
    match path.chars().next() {
        None => Some(object),
        Some('.') => {
            let (name, rest) = name(path.get(1..)?);
            if name.is_empty() { first(object, rest) } else { first(object.get(name)?, rest) }
        }
        Some('[') => {
            let (inside, rest) = path.get(1..)?.split_once(']')?;
            first(selected(object, inside)?, rest)
        }
        Some(_) => None,
    }
}

/// A member's name up to the next step; `\` takes a dot into it.
fn name(path: &str) -> (String, &str) {
    let mut name = String::new();
    let mut characters = path.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '.' | '[' => return (name, path.get(at..).unwrap_or_default()),
            '\\' => name.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => name.push(character),
        }
    }
    (name, "")
}

fn selected<'a>(object: &'a Value, inside: &str) -> Option<&'a Value> {
    if let Some(test) = inside.strip_prefix("?(").and_then(|test| test.strip_suffix(')')) {
        let (path, wanted) = test.split_once("==")?;
        let path = path.trim().trim_start_matches('@');
        let wanted = wanted.trim().trim_matches(['\'', '"']);
        let meets = |item: &&Value| first(item, path).is_some_and(|value| is_text(value, wanted));
        return object.as_array()?.iter().find(meets);
    }
    match inside.trim() {
        "*" => object.as_array()?.first(),
        index if index.parse::<usize>().is_ok() => object.get(index.parse::<usize>().ok()?),
        name => object.get(name.trim_matches(['\'', '"'])),
    }
}

fn is_text(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Bool(value) => wanted == if *value { "true" } else { "false" },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(path: &str, expected: Option<&str>) {
        let object = json!({
            "spec": {"name": "a", "x.y": "dotted"},
            "status": {"conditions": [{"type": "New", "status": "no"}, {"type": "Ready", "status": "yes"}]},
        });
        assert_eq!(first(&object, path).and_then(Value::as_str), expected, "{path}");
    }

    #[test]
    fn paths_find_the_first_value() {
        check(".spec.name", Some("a"));
        check(".spec.x\\.y", Some("dotted"));
        check(".spec['x.y']", Some("dotted"));
        check(".status.conditions[0].type", Some("New"));
        check(r#".status.conditions[?(@.type=="Ready")].status"#, Some("yes"));
        check(".status.conditions[*].status", Some("no"));
        check(".status.missing.name", None);
    }
}

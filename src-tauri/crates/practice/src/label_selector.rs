//! Label selectors as objects have them: `matchLabels` and `matchExpressions`.

use serde_json::Value;

use crate::object;

/// Whether the selector takes an object. An absent one takes none, an empty one all: callers that know it otherwise
/// say so.
pub(crate) fn matches(selector: &Value, object: &Value) -> bool {
    if !selector.is_object() {
        return false;
    }
    let mut labels = object::members(selector, "/matchLabels").into_iter().flatten();
    let mut expressions = object::items(selector, "/matchExpressions").iter();
    labels.all(|(key, value)| object::label(object, key) == value.as_str())
        && expressions.all(|expression| is_met(expression, object))
}

fn is_met(expression: &Value, object: &Value) -> bool {
    let label = object::label(object, object::text(expression, "/key"));
    let has = |value: &str| object::items(expression, "/values").iter().any(|own| own == value);
    match object::text(expression, "/operator") {
        "In" => label.is_some_and(has),
        "NotIn" => !label.is_some_and(has),
        "Exists" => label.is_some(),
        "DoesNotExist" => label.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn takes(selector: &Value) -> bool {
        matches(selector, &json!({"metadata": {"labels": {"app": "cart", "tier": "web"}}}))
    }

    #[test]
    fn every_part_of_a_selector_must_be_met() {
        assert!(takes(&json!({})));
        assert!(takes(&json!({"matchLabels": {"app": "cart"}})));
        assert!(!takes(&json!({"matchLabels": {"app": "cart", "tier": "database"}})));
        assert!(takes(
            &json!({"matchExpressions": [{"key": "app", "operator": "In", "values": ["cart", "ledger"]}]})
        ));
        assert!(takes(
            &json!({"matchExpressions": [{"key": "zone", "operator": "NotIn", "values": ["north"]}]})
        ));
        assert!(!takes(&json!({
            "matchLabels": {"app": "cart"},
            "matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}],
        })));
    }

    #[test]
    fn no_selector_takes_nothing() {
        assert!(!takes(&Value::Null));
    }
}

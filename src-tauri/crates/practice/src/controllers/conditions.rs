//! The conditions in an object's status.

use serde_json::{Value, json};

use crate::object;

pub(super) struct Condition<'a> {
    /// As `Ready`.
    pub(super) kind: &'a str,
    pub(super) is_true: bool,
    /// Left out where it is empty, as the message is.
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
}

/// The object's conditions with these among them: where a status is what it was, so is the time since when it is.
pub(super) fn with(object: &Value, now: &str, conditions: &[Condition<'_>]) -> Vec<Value> {
    let mut all = object::items(object, "/status/conditions").to_vec();
    for condition in conditions {
        let old = all.iter_mut().find(|own| object::text(own, "/type") == condition.kind);
        let status = if condition.is_true { "True" } else { "False" };
        let since = old
            .as_ref()
            .filter(|old| object::text(old, "/status") == status)
            .map_or(now, |old| object::text(old, "/lastTransitionTime"));
        let mut new = json!({"type": condition.kind, "status": status, "lastTransitionTime": since});
        for (member, text) in [("/reason", condition.reason), ("/message", condition.message)] {
            if !text.is_empty() {
                object::set(&mut new, member, text);
            }
        }
        match old {
            Some(old) => *old = new,
            None => all.push(new),
        }
    }
    all
}

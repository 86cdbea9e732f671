//! What people may ask about themselves. Nothing of it is stored.

use serde_json::{Value, json};

use super::{Access, User, rules};
use crate::{object, rights::rules::Verdict, state::State};

/// Answers a `SelfSubjectReview` or a `SelfSubjectAccessReview`; `plural` says which.
pub(crate) fn review(state: &State, user: &User, plural: &str, mut asked: Value) -> Value {
    let status = if plural == "selfsubjectreviews" {
        json!({"userInfo": {"username": user.name, "groups": user.groups}})
    } else {
        access_status(state, user, &asked)
    };
    object::set(&mut asked, "/metadata/creationTimestamp", Value::Null);
    object::set(&mut asked, "/status", status);
    asked
}

fn access_status(state: &State, user: &User, asked: &Value) -> Value {
    let text = |member: &str| object::text(asked, &format!("/spec/{member}"));
    let access = if asked.pointer("/spec/nonResourceAttributes").is_some() {
        Access::Path { verb: text("nonResourceAttributes/verb"), path: text("nonResourceAttributes/path") }
    } else {
        Access::Resource {
            verb: text("resourceAttributes/verb"),
            group: text("resourceAttributes/group"),
            plural: text("resourceAttributes/resource"),
            subresource: text("resourceAttributes/subresource"),
            namespace: text("resourceAttributes/namespace"),
            name: text("resourceAttributes/name"),
        }
    };
    let (is_allowed, reason) = match rules::judge(state, user, &access) {
        Verdict::Allowed { reason } => (true, reason),
        Verdict::Denied { reason } => (false, reason),
    };
    let mut status = json!({"allowed": is_allowed});
    if !reason.is_empty() {
        object::set(&mut status, "/reason", reason);
    }
    status
}

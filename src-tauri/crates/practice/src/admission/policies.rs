//! `ValidatingAdmissionPolicies` with their bindings.

use serde_json::Value;

use super::{Attempt, RULES, is_ruled, is_selected};
use crate::{
    object,
    state::State,
    status::{Refusal, resource},
};

/// The warnings of the policies that only warn.
pub(super) fn review(state: &State, attempt: &Attempt<'_>) -> Result<Vec<String>, Refusal> {
    let mut warnings = Vec::new();
    for binding in state.list(&resource(RULES, "validatingadmissionpolicybindings"), None) {
        let policies = resource(RULES, "validatingadmissionpolicies");
        let Some(policy) = state.get(&policies, "", object::text(binding, "/spec/policyName")) else {
            continue;
        };
        let is_about = |constraints: &Value| {
            is_selected(state, constraints, attempt)
                && constraints
                    .get("resourceRules")
                    .is_none_or(|_| is_ruled(object::items(constraints, "/resourceRules"), attempt))
        };
        let is_matched = policy.pointer("/spec/matchConstraints").is_some_and(is_about)
            && binding.pointer("/spec/matchResources").is_none_or(is_about);
        let Some(validation) = is_matched.then(|| failed(policy)).flatten() else { continue };
        let message = format!(
            "ValidatingAdmissionPolicy '{}' with binding '{}'",
            object::name(policy),
            object::name(binding)
        );
        let why = why(validation);
        for action in object::items(binding, "/spec/validationActions").iter().filter_map(Value::as_str) {
            match action {
                "Deny" => {
                    return Err(denied(attempt, &format!("{message} denied request: {why}"), validation));
                }
                "Warn" => warnings.push(format!("Validation failed for {message}: {why}")),
                _ => {}
            }
        }
    }
    Ok(warnings)
}

/// The first validation that does not hold.
fn failed(policy: &Value) -> Option<&Value> {
    let validations = object::items(policy, "/spec/validations").iter();
    validations.into_iter().find(|validation| object::text(validation, "/expression").trim() != "true")
}

fn why(validation: &Value) -> String {
    match (object::text(validation, "/message"), object::text(validation, "/expression").trim()) {
        ("", expression) => format!("failed expression: {expression}"),
        (message, _) => message.to_owned(),
    }
}

fn denied(attempt: &Attempt<'_>, message: &str, validation: &Value) -> Refusal {
    let mut refusal = attempt.forbidden(message);
    (refusal.code, refusal.reason) = match object::text(validation, "/reason") {
        "Forbidden" => (403, "Forbidden"),
        "Unauthorized" => (401, "Unauthorized"),
        "RequestEntityTooLarge" => (413, "RequestEntityTooLarge"),
        _ => (422, "Invalid"),
    };
    let cause = serde_json::json!([{"message": message}]);
    object::set(&mut refusal.details, "/causes", cause);
    refusal
}

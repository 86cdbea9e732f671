//! What may be done at all, whoever asks: the namespaces' lifecycle, admission policies, and webhooks.
//!
//! Policies know two expressions, `true` and `false`; webhooks are the few of [`webhooks`].

mod policies;
mod webhooks;

use serde_json::{Value, json};

use crate::{kinds::Kind, label_selector, object, state::State, status::Refusal};

/// Namespaces without which a cluster is none.
const IMMORTAL: [&str; 3] = ["default", "kube-system", "kube-public"];
/// What says what may be done is not asked about itself, or nobody could ever change it again.
const RULES: &str = "admissionregistration.k8s.io";

/// What is done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Create,
    Update,
    Delete,
}

impl Operation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

/// What somebody, who may, is about to do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub(crate) operation: Operation,
    pub(crate) kind: &'a Kind,
    /// Empty for the object itself.
    pub(crate) subresource: &'a str,
    /// Empty for what is in no namespace.
    pub(crate) namespace: &'a str,
    /// Empty where the server is to choose one.
    pub(crate) name: &'a str,
    pub(crate) old: Option<&'a Value>,
    pub(crate) new: Option<&'a Value>,
    pub(crate) is_dry_run: bool,
}

impl Attempt<'_> {
    /// The name for sentences.
    fn named(&self) -> &str {
        if !self.name.is_empty() {
            return self.name;
        }
        let generated = self.new.map_or("", |new| object::text(new, "/metadata/generateName"));
        if generated.is_empty() { "Unknown" } else { generated }
    }

    fn forbidden(&self, why: &str) -> Refusal {
        Refusal::forbidden(&self.kind.group, &self.kind.plural, self.named(), why)
    }
}

/// Judges an attempt, and changes nothing; gives the warnings that go with the answer.
pub(crate) fn review(state: &State, attempt: &Attempt<'_>) -> Result<Vec<String>, Refusal> {
    namespace(state, attempt)?;
    if attempt.kind.group == RULES {
        return Ok(Vec::new());
    }
    let warnings = policies::review(state, attempt)?;
    webhooks::review(state, attempt)?;
    Ok(warnings)
}

/// The namespaces' lifecycle.
fn namespace(state: &State, attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let namespace = attempt.namespace;
    match attempt.operation {
        Operation::Delete if is_namespace(attempt.kind) && IMMORTAL.contains(&attempt.name) => {
            Err(Refusal::forbidden("", "namespaces", attempt.name, "this namespace may not be deleted"))
        }
        Operation::Create if !namespace.is_empty() && !is_namespace(attempt.kind) => {
            let Some(own) = state.get("namespaces", "", namespace) else {
                let message = format!("namespaces {namespace:?} not found");
                return Err(Refusal::new(404, "NotFound", message).about("", "namespaces", namespace));
            };
            if object::text(own, "/status/phase") != "Terminating" {
                return Ok(());
            }
            let why = format!(
                "unable to create new content in namespace {namespace} because it is being terminated"
            );
            let cause = format!("namespace {namespace} is being terminated");
            let cause =
                json!({"reason": "NamespaceTerminating", "message": cause, "field": "metadata.namespace"});
            Err(attempt.forbidden(&why).caused_by(cause))
        }
        _ => Ok(()),
    }
}

fn is_namespace(kind: &Kind) -> bool {
    kind.group.is_empty() && kind.plural == "namespaces"
}

/// Whether one of the rules is about the attempt.
fn is_ruled(rules: &[Value], attempt: &Attempt<'_>) -> bool {
    let kind = attempt.kind;
    let resource = |own: &str| {
        let (plural, subresource) = own.split_once('/').unwrap_or((own, ""));
        (plural == "*" || plural == kind.plural) && (subresource == "*" || subresource == attempt.subresource)
    };
    rules.iter().any(|rule| {
        let has = |list: &str, wanted: &str| {
            object::items(rule, list).iter().any(|own| own == "*" || own == wanted)
        };
        let is_scope = match object::text(rule, "/scope") {
            "Cluster" => attempt.namespace.is_empty(),
            "Namespaced" => !attempt.namespace.is_empty(),
            _ => true,
        };
        is_scope
            && has("/operations", attempt.operation.as_str())
            && has("/apiGroups", &kind.group)
            && has("/apiVersions", &kind.version)
            && object::items(rule, "/resources").iter().filter_map(Value::as_str).any(resource)
    })
}

/// Whether the selectors of a policy or a webhook take the object, as it was or as it is to be.
fn is_selected(state: &State, selectors: &Value, attempt: &Attempt<'_>) -> bool {
    let takes = |selector: &str, object: &Value| {
        selectors.pointer(selector).is_none_or(|selector| label_selector::matches(selector, object))
    };
    let namespace = if is_namespace(attempt.kind) {
        attempt.new.or(attempt.old)
    } else {
        state.get("namespaces", "", attempt.namespace).map(|namespace| &**namespace)
    };
    let mut objects = attempt.old.into_iter().chain(attempt.new);
    objects.any(|object| takes("/objectSelector", object))
        && namespace.is_none_or(|namespace| takes("/namespaceSelector", namespace))
}

#[cfg(test)]
mod tests;

//! Roles and bindings, evaluated as the real authorizer does.

use std::sync::Arc;

use serde_json::Value;

use super::{Access, User, rbac, resource_path};
use crate::{object, state::State};

pub(super) enum Verdict {
    /// The first binding that allows it, in words; empty for those who may do everything.
    Allowed { reason: String },
    /// Why it could not be told, in words; empty where no rule allows it.
    Denied { reason: String },
}

pub(super) fn judge(state: &State, user: &User, access: &Access<'_>) -> Verdict {
    if user.is_master() {
        return Verdict::Allowed { reason: String::new() };
    }
    let mut problems = Vec::new();
    for binding in bindings(state, access) {
        let subjects = object::items(&binding, "/subjects");
        let namespace = object::namespace(&binding);
        let Some(subject) = subjects.iter().find(|subject| is_subject(subject, namespace, user)) else {
            continue;
        };
        match role(state, &binding) {
            Ok(role) if object::items(&role, "/rules").iter().any(|rule| allows(rule, access)) => {
                return Verdict::Allowed { reason: reason(&binding, subject) };
            }
            Ok(_) => {}
            Err(problem) => problems.push(problem),
        }
    }
    let reason = match problems.as_slice() {
        [] => String::new(),
        [one] => format!("RBAC: {one}"),
        many => format!("RBAC: [{}]", many.join(", ")),
    };
    Verdict::Denied { reason }
}

/// The bindings that may have a say, those of the cluster first.
fn bindings(state: &State, access: &Access<'_>) -> Vec<Arc<Value>> {
    let mut bindings: Vec<Arc<Value>> = state.list(&rbac("clusterrolebindings"), None).cloned().collect();
    if let Access::Resource { namespace, .. } = *access
        && !namespace.is_empty()
    {
        bindings.extend(state.list(&rbac("rolebindings"), Some(namespace)).cloned());
    }
    bindings
}

fn is_subject(subject: &Value, namespace: &str, user: &User) -> bool {
    let name = object::text(subject, "/name");
    match object::text(subject, "/kind") {
        "User" => name == user.name,
        "Group" => user.groups.iter().any(|group| group == name),
        "ServiceAccount" => {
            let own = object::text(subject, "/namespace");
            let namespace = if own.is_empty() { namespace } else { own };
            user.name == format!("system:serviceaccount:{namespace}:{name}")
        }
        _ => false,
    }
}

/// The role that a binding names, or what is wrong with it.
fn role(state: &State, binding: &Value) -> Result<Arc<Value>, String> {
    let name = object::text(binding, "/roleRef/name");
    let (plural, singular, namespace) = match object::text(binding, "/roleRef/kind") {
        "Role" => ("roles", "role", object::namespace(binding)),
        _ => ("clusterroles", "clusterrole", ""),
    };
    let role = state.get(&rbac(plural), namespace, name).cloned();
    role.ok_or_else(|| format!("{} {name:?} not found", rbac(singular)))
}

fn allows(rule: &Value, access: &Access<'_>) -> bool {
    let has_exactly = |list: &str, wanted: &str| object::items(rule, list).iter().any(|own| own == wanted);
    let has = |list: &str, wanted: &str| has_exactly(list, "*") || has_exactly(list, wanted);
    match *access {
        Access::Path { verb, path } => {
            let covers = |own: &Value| {
                let own = own.as_str().unwrap_or_default();
                own == path || own.strip_suffix('*').is_some_and(|start| path.starts_with(start))
            };
            has("/verbs", verb) && object::items(rule, "/nonResourceURLs").iter().any(covers)
        }
        Access::Resource { verb, group, plural, subresource, name, .. } => {
            let names = object::items(rule, "/resourceNames");
            let is_resource = has("/resources", &resource_path(plural, subresource))
                || (!subresource.is_empty() && has_exactly("/resources", &format!("*/{subresource}")));
            has("/verbs", verb)
                && has("/apiGroups", group)
                && is_resource
                && (names.is_empty() || names.iter().any(|own| own == name))
        }
    }
}

/// As `clusterRoleBindingDescriber` and `roleBindingDescriber` of the real one say it.
fn reason(binding: &Value, subject: &Value) -> String {
    let (name, namespace) = (object::name(binding), object::namespace(binding));
    let (kind, name) = if namespace.is_empty() {
        ("ClusterRoleBinding", name.to_owned())
    } else {
        ("RoleBinding", format!("{name}/{namespace}"))
    };
    let subject_name = object::text(subject, "/name");
    let subject = match object::text(subject, "/kind") {
        "ServiceAccount" => {
            format!("ServiceAccount {:?}", format!("{subject_name}/{}", object::text(subject, "/namespace")))
        }
        kind => format!("{kind} {subject_name:?}"),
    };
    format!(
        "RBAC: allowed by {kind} {name:?} of {} {:?} to {subject}",
        object::text(binding, "/roleRef/kind"),
        object::text(binding, "/roleRef/name"),
    )
}

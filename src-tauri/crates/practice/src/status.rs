//! What the server says when it does not do what was asked, in the server's own words.

use serde_json::{Value, json};

use crate::{kinds::Kind, object};

/// A refusal; it becomes a `Status`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) code: u16,
    /// As `NotFound`; empty where the server gives none.
    pub(crate) reason: &'static str,
    pub(crate) message: String,
    /// `StatusDetails`; null where there are none.
    pub(crate) details: Value,
    /// Where an expired list goes on; empty otherwise.
    pub(crate) continue_token: String,
}

impl Refusal {
    pub(crate) fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into(), details: Value::Null, continue_token: String::new() }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message)
    }

    /// The credential is not accepted.
    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    /// `why` ends the sentence `pods "web" is forbidden: …`. An empty name is left out.
    pub(crate) fn forbidden(group: &str, plural: &str, name: &str, why: &str) -> Self {
        let resource = resource(group, plural);
        let subject = if name.is_empty() { resource } else { format!("{resource} {name:?}") };
        Self::new(403, "Forbidden", format!("{subject} is forbidden: {why}")).about(group, plural, name)
    }

    pub(crate) fn not_found(kind: &Kind, name: &str) -> Self {
        let message = format!("{} {name:?} not found", kind.resource());
        Self::new(404, "NotFound", message).about(&kind.group, &kind.plural, name)
    }

    /// `object` has the name.
    pub(crate) fn exists(kind: &Kind, object: &Value) -> Self {
        let name = object::name(object);
        let ending = if object::is_terminating(object) { "object is being deleted: " } else { "" };
        let message = format!("{ending}{} {name:?} already exists", kind.resource());
        Self::new(409, "AlreadyExists", message).about(&kind.group, &kind.plural, name)
    }

    /// `why` ends the sentence `Operation cannot be fulfilled on pods "web": …`.
    pub(crate) fn conflict(kind: &Kind, name: &str, why: &str) -> Self {
        Self::conflict_on(&kind.group, &kind.plural, name, why)
    }

    /// The same, where the server names the kind in the place of the resource.
    pub(crate) fn conflict_of_kind(kind: &Kind, name: &str, why: &str) -> Self {
        Self::conflict_on(&kind.group, &kind.name, name, why)
    }

    fn conflict_on(group: &str, what: &str, name: &str, why: &str) -> Self {
        let subject = resource(group, what);
        let message = format!("Operation cannot be fulfilled on {subject} {name:?}: {why}");
        Self::new(409, "Conflict", message).about(group, what, name)
    }

    /// One field is wrong: `Pod "web" is invalid: field: why`. `reason` is of a cause, as `FieldValueRequired`.
    pub(crate) fn invalid(kind: &Kind, name: &str, field: &str, reason: &str, why: &str) -> Self {
        let subject = resource(&kind.group, &kind.name);
        let message = format!("{subject} {name:?} is invalid: {field}: {why}");
        Self::new(422, "Invalid", message)
            .about(&kind.group, &kind.name, name)
            .caused_by(json!({"reason": reason, "message": why, "field": field}))
    }

    /// Something that the server itself takes for a failure of its own; it gives no reason.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(500, "", message)
    }

    /// A resource that a group version, which is served, does not have.
    pub(crate) fn no_such_resource() -> Self {
        let mut refusal = Self::new(404, "NotFound", "the server could not find the requested resource");
        refusal.details = json!({});
        refusal
    }

    pub(crate) fn method_not_allowed() -> Self {
        let message = "the server does not allow this method on the requested resource";
        let mut refusal = Self::new(405, "MethodNotAllowed", message);
        refusal.details = json!({});
        refusal
    }

    /// A watch from, or a list at, a version that is forgotten.
    pub(crate) fn expired(message: impl Into<String>) -> Self {
        Self::new(410, "Expired", message)
    }

    /// Adds a cause of that reason.
    pub(crate) fn because(self, reason: &str, message: &str) -> Self {
        self.caused_by(json!({"reason": reason, "message": message}))
    }

    /// Adds a cause, `{reason, message, field}`.
    pub(crate) fn caused_by(mut self, cause: Value) -> Self {
        let mut causes = object::items(&self.details, "/causes").to_vec();
        causes.push(cause);
        object::set(&mut self.details, "/causes", causes);
        self
    }

    /// Names the object in the details, as `kind` the plural.
    pub(crate) fn about(mut self, group: &str, plural: &str, name: &str) -> Self {
        let mut details = json!({"kind": plural});
        if !name.is_empty() {
            object::set(&mut details, "/name", name);
        }
        if !group.is_empty() {
            object::set(&mut details, "/group", group);
        }
        self.details = details;
        self
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut status = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "code": self.code,
        });
        if !self.reason.is_empty() {
            object::set(&mut status, "/reason", self.reason);
        }
        if !self.details.is_null() {
            object::set(&mut status, "/details", self.details.clone());
        }
        if !self.continue_token.is_empty() {
            object::set(&mut status, "/metadata/continue", self.continue_token.as_str());
        }
        status
    }
}

/// `deployments.apps`, or `pods` in the core group.
pub(crate) fn resource(group: &str, plural: &str) -> String {
    if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") }
}

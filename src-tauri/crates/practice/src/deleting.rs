//! DELETE: what its options say, and what is answered.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    admission::{self, Attempt, Operation},
    deletion::{Deletion, Fate, Propagation},
    kinds::{DEFINITIONS, Kind},
    object,
    route::Query,
    state::State,
    status::Refusal,
};

/// `DeleteOptions`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Options {
    /// The UID that the object must have.
    pub(crate) uid: Option<String>,
    /// The version that it must have.
    pub(crate) version: Option<String>,
    pub(crate) deletion: Deletion,
    pub(crate) is_dry_run: bool,
    /// The old way to ask for a cascade, which alone is answered with 202.
    pub(crate) orphan_dependants: Option<bool>,
}

/// What a DELETE came to.
pub(crate) struct Deleted {
    pub(crate) fate: Fate,
    pub(crate) warnings: Vec<String>,
}

impl Options {
    /// As the server reads them: from the query only where there is no body.
    pub(crate) fn read(body: &Bytes, query: &Query) -> Result<Self, Refusal> {
        if body.is_empty() {
            return Self::of(&in_query(query)?);
        }
        let options: Value = serde_json::from_slice(body).map_err(|problem| {
            Refusal::bad_request(format!("couldn't get version/kind; json parse error: {problem}"))
        })?;
        match object::text(&options, "/kind") {
            "" | "DeleteOptions" => Self::of(&options),
            _ => Err(Refusal::bad_request("decoded object cannot be converted to DeleteOptions")),
        }
    }

    /// Reads `DeleteOptions`, as they are in a body.
    pub(crate) fn of(options: &Value) -> Result<Self, Refusal> {
        let text = |pointer| options.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let invalid = |why: String| {
            Refusal::new(422, "Invalid", format!("DeleteOptions.meta.k8s.io \"\" is invalid: {why}"))
        };
        let orphan_dependants = options.pointer("/orphanDependents").and_then(Value::as_bool);
        let propagation = match text("/propagationPolicy").as_deref() {
            None => orphan_dependants
                .map(|orphans| if orphans { Propagation::Orphan } else { Propagation::Background }),
            Some(_) if orphan_dependants.is_some() => {
                let why = "propagationPolicy: Invalid value: \"Background\": orphanDependents and deletionPropagation cannot be both set";
                return Err(invalid(why.to_owned()));
            }
            Some("Orphan") => Some(Propagation::Orphan),
            Some("Background") => Some(Propagation::Background),
            Some("Foreground") => Some(Propagation::Foreground),
            Some(other) => {
                return Err(invalid(format!(
                    "propagationPolicy: Unsupported value: {other:?}: supported values: \"Foreground\", \
                     \"Background\", \"Orphan\", \"nil\""
                )));
            }
        };
        let dry_runs = object::items(options, "/dryRun");
        if let Some(other) = dry_runs.iter().find(|dry_run| *dry_run != "All") {
            return Err(invalid(format!("dryRun: Unsupported value: [{other}]: supported values: \"All\"")));
        }
        Ok(Self {
            uid: text("/preconditions/uid"),
            version: text("/preconditions/resourceVersion"),
            deletion: Deletion {
                propagation,
                grace_seconds: options.pointer("/gracePeriodSeconds").and_then(Value::as_i64),
            },
            is_dry_run: !dry_runs.is_empty(),
            orphan_dependants,
        })
    }
}

/// The query's options as they would be in a body.
fn in_query(query: &Query) -> Result<Value, Refusal> {
    let mut options = json!({});
    for (name, pointer) in [
        ("uid", "/preconditions/uid"),
        ("resourceVersion", "/preconditions/resourceVersion"),
        ("propagationPolicy", "/propagationPolicy"),
    ] {
        if query.has(name) {
            object::set(&mut options, pointer, query.get(name));
        }
    }
    if query.has("gracePeriodSeconds") {
        let text = query.get("gracePeriodSeconds");
        let seconds: i64 = text.parse().map_err(|_| {
            Refusal::bad_request(format!("strconv.ParseInt: parsing {text:?}: invalid syntax"))
        })?;
        object::set(&mut options, "/gracePeriodSeconds", seconds);
    }
    if query.has("orphanDependents") {
        object::set(&mut options, "/orphanDependents", query.is("orphanDependents"));
    }
    if query.has("dryRun") {
        object::set(&mut options, "/dryRun", json!([query.get("dryRun")]));
    }
    Ok(options)
}

/// Deletes an object, or says what would become of it. Whether somebody may was judged before.
pub(crate) fn delete(
    state: &mut State,
    kind: &Kind,
    namespace: &str,
    name: &str,
    options: &Options,
) -> Result<Deleted, Refusal> {
    let resource = kind.resource();
    let absent = || Refusal::not_found(kind, name);
    let object = state.get(&resource, namespace, name).ok_or_else(absent)?;
    insist(kind, object, options)?;
    let attempt = Attempt {
        operation: Operation::Delete,
        kind,
        subresource: "",
        namespace,
        name,
        old: Some(object),
        new: None,
        is_dry_run: options.is_dry_run,
    };
    let warnings = admission::review(state, &attempt)?;
    let fate = if options.is_dry_run {
        state.fate(&resource, namespace, name, &options.deletion)
    } else {
        state.begin_delete(&resource, namespace, name, &options.deletion)
    };
    Ok(Deleted { fate: fate.ok_or_else(absent)?, warnings })
}

/// The preconditions. Namespaces and definitions have a registry of their own, which compares later and says it
/// otherwise.
pub(crate) fn insist(kind: &Kind, object: &Value, options: &Options) -> Result<(), Refusal> {
    let has_own_registry = matches!(kind.resource().as_str(), "namespaces" | DEFINITIONS);
    let refused = |wanted: &str, field: &str, found: &str, perhaps: &str| {
        let name = object::name(object);
        if has_own_registry {
            let failed = format!("{field} in precondition: {wanted}, {field} in object meta: {found}");
            return Err(Refusal::conflict(kind, name, &format!("Precondition failed: {failed}")));
        }
        let why = format!(
            "the {field} in the precondition ({wanted}) does not match the {field} in record ({found}). The object \
             might have been {perhaps}"
        );
        Err(Refusal::conflict_of_kind(kind, name, &why))
    };
    let differs = |wanted: &Option<String>, found: &str| {
        wanted.clone().filter(|wanted| !wanted.is_empty() && wanted != found)
    };
    let (uid, version) = (object::uid(object), object::text(object, "/metadata/resourceVersion"));
    if let Some(wanted) = differs(&options.uid, uid) {
        return refused(&wanted, "UID", uid, "deleted and then recreated");
    }
    if let Some(wanted) = differs(&options.version, version) {
        return refused(&wanted, "ResourceVersion", version, "modified");
    }
    Ok(())
}

/// What the server says of an object that is removed, where it does not say its last state.
pub(crate) fn success(kind: &Kind, object: &Value) -> Value {
    let mut details = json!({"name": object::name(object), "kind": kind.plural, "uid": object::uid(object)});
    if !kind.group.is_empty() {
        object::set(&mut details, "/group", kind.group.as_str());
    }
    json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details})
}

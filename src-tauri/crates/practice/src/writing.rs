//! Creating and changing objects, as the server's registry does: what a client may not say is put right, what it says
//! wrong is refused.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    admission::{self, Attempt, Operation},
    defaults,
    kinds::Kind,
    names, object,
    patch::{self, Step},
    state::State,
    status::Refusal,
};

/// What of the metadata is the server's own from an object's first moment on.
const OWN: [&str; 5] = [
    "/metadata/uid",
    "/metadata/creationTimestamp",
    "/metadata/deletionTimestamp",
    "/metadata/deletionGracePeriodSeconds",
    "/metadata/generation",
];

/// Where something is written, and whether for real.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) kind: &'a Kind,
    /// Empty for what is in no namespace.
    pub(crate) namespace: &'a str,
    /// Empty where something is created.
    pub(crate) name: &'a str,
    /// Empty for the object itself.
    pub(crate) subresource: &'a str,
    pub(crate) is_dry_run: bool,
}

/// What was written, and what the server warns of.
pub(crate) struct Written {
    pub(crate) object: Arc<Value>,
    pub(crate) warnings: Vec<String>,
}

/// How an object is to be changed.
pub(crate) enum Change {
    /// It becomes this.
    Whole(Value),
    Steps(Vec<Step>),
    Merge(Value),
}

/// Creates the object.
pub(crate) fn create(state: &mut State, target: &Target<'_>, mut object: Value) -> Result<Written, Refusal> {
    let kind = target.kind;
    fit(target, &mut object)?;
    if object::name(&object).is_empty() {
        let generated = object::text(&object, "/metadata/generateName").to_owned();
        if generated.is_empty() {
            let why = "Required value: name or generateName is required";
            return Err(Refusal::invalid(kind, "", "metadata.name", "FieldValueRequired", why));
        }
        object::set(&mut object, "/metadata/name", format!("{generated}{}", state.suffix(5)));
    }
    if !object::text(&object, "/metadata/resourceVersion").is_empty() {
        return Err(Refusal::internal("resourceVersion should not be set on objects to be created"));
    }
    names::check(kind, object::name(&object))?;
    for pointer in OWN.into_iter().chain(["/metadata/managedFields", "/metadata/selfLink"]) {
        object::take(&mut object, pointer);
    }
    if kind.has_status() {
        object::take(&mut object, "/status");
    }
    defaults::fill(state, kind, &mut object);
    let attempt = Attempt {
        operation: Operation::Create,
        kind,
        subresource: target.subresource,
        namespace: target.namespace,
        name: object::name(&object),
        old: None,
        new: Some(&object),
        is_dry_run: target.is_dry_run,
    };
    let warnings = admission::review(state, &attempt)?;
    let resource = kind.resource();
    let object = if target.is_dry_run {
        if let Some(present) = state.get(&resource, target.namespace, object::name(&object)) {
            return Err(Refusal::exists(kind, present));
        }
        let uid = state.new_uid();
        object::set(&mut object, "/metadata/uid", uid);
        object::set(&mut object, "/metadata/creationTimestamp", state.now());
        Arc::new(object)
    } else {
        state.create(&resource, object)?
    };
    Ok(Written { object, warnings })
}

/// Changes the object.
pub(crate) fn change(state: &mut State, target: &Target<'_>, change: Change) -> Result<Written, Refusal> {
    let (kind, name) = (target.kind, target.name);
    let resource = kind.resource();
    let old = state.get(&resource, target.namespace, name).ok_or_else(|| Refusal::not_found(kind, name))?;
    let old = Arc::clone(old);
    let mut new = changed(&old, change)?;
    fit(target, &mut new)?;
    keep(target, &old, &mut new)?;
    let attempt = Attempt {
        operation: Operation::Update,
        kind,
        subresource: target.subresource,
        namespace: target.namespace,
        name,
        old: Some(&old),
        new: Some(&new),
        is_dry_run: target.is_dry_run,
    };
    let warnings = admission::review(state, &attempt)?;
    let object = if target.is_dry_run {
        Arc::new(new)
    } else {
        state.update(&resource, new).ok_or_else(|| Refusal::not_found(kind, name))?
    };
    Ok(Written { object, warnings })
}

fn changed(old: &Value, change: Change) -> Result<Value, Refusal> {
    let mut new = old.clone();
    match change {
        Change::Whole(object) => new = object,
        Change::Merge(patch) => patch::merge(&mut new, patch),
        Change::Steps(steps) => patch::apply(&mut new, steps).map_err(|problem| {
            let message = "the server rejected our request due to an error in our request";
            Refusal::new(422, "Invalid", message).because("UnexpectedServerResponse", &problem)
        })?,
    }
    Ok(new)
}

/// Makes an object say where it is and of which kind, or refuses it where it says something else.
fn fit(target: &Target<'_>, object: &mut Value) -> Result<(), Refusal> {
    let kind = target.kind;
    if !object.is_object() {
        let why = format!("the object provided is unrecognized (must be of type {})", kind.name);
        return Err(Refusal::bad_request(why));
    }
    let (version, name) = (object::text(object, "/apiVersion"), object::text(object, "/kind"));
    if !version.is_empty() && version != kind.api_version() {
        return Err(Refusal::bad_request(format!(
            "the API version in the data ({version}) does not match the expected API version ({})",
            kind.api_version()
        )));
    }
    if !name.is_empty() && name != kind.name {
        let (version, own) = (kind.version.as_str(), kind.name.as_str());
        let why = format!(
            "{name} in version {version:?} cannot be handled as a {own}: no kind {name:?} is registered"
        );
        return Err(Refusal::bad_request(why));
    }
    let namespace = object::namespace(object);
    if namespace != target.namespace && !namespace.is_empty() {
        let why = "the namespace of the provided object does not match the namespace sent on the request";
        return Err(Refusal::bad_request(why));
    }
    if !target.name.is_empty() && object::name(object) != target.name {
        let (own, sent) = (object::name(object), target.name);
        let why = format!("the name of the object ({own}) does not match the name on the URL ({sent})");
        return Err(Refusal::bad_request(why));
    }
    object::set(object, "/apiVersion", kind.api_version());
    object::set(object, "/kind", kind.name.as_str());
    if !target.namespace.is_empty() {
        object::set(object, "/metadata/namespace", target.namespace);
    }
    Ok(())
}

/// Puts back what a change may not change, and refuses what it may not ask for.
fn keep(target: &Target<'_>, old: &Value, new: &mut Value) -> Result<(), Refusal> {
    let (kind, name) = (target.kind, target.name);
    let version = object::text(new, "/metadata/resourceVersion");
    if !version.is_empty() && version != object::text(old, "/metadata/resourceVersion") {
        let why =
            "the object has been modified; please apply your changes to the latest version and try again";
        return Err(Refusal::conflict(kind, name, why));
    }
    let uid = object::uid(new);
    if !uid.is_empty() && uid != object::uid(old) {
        let why = format!("Invalid value: {uid:?}: field is immutable");
        return Err(Refusal::invalid(kind, name, "metadata.uid", "FieldValueInvalid", &why));
    }
    for pointer in OWN.into_iter().chain(["/metadata/resourceVersion"]) {
        put_back(old, new, pointer);
    }
    if target.subresource == "status" {
        let status = new.get("status").cloned();
        new.clone_from(old);
        object::set(new, "/status", status.unwrap_or_default());
    } else if kind.has_status() {
        put_back(old, new, "/status");
    }
    if kind.resource() == "namespaces" && target.subresource != "finalize" {
        put_back(old, new, "/spec/finalizers");
    }
    let added: Vec<&str> =
        object::finalizers(new).filter(|finalizer| !object::has_finalizer(old, finalizer)).collect();
    if object::is_terminating(old) && !added.is_empty() {
        let listed: Vec<String> = added.iter().map(|finalizer| format!("{finalizer:?}")).collect();
        let why = format!(
            "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers \
             []string{{{}}}",
            listed.join(", ")
        );
        return Err(Refusal::invalid(kind, name, "metadata.finalizers", "FieldValueForbidden", &why));
    }
    Ok(())
}

fn put_back(old: &Value, new: &mut Value, pointer: &str) {
    match old.pointer(pointer) {
        Some(value) => object::set(new, pointer, value.clone()),
        None => {
            object::take(new, pointer);
        }
    }
}

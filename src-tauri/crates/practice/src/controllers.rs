//! What a cluster does by itself: each controller looks at one object, compares it with what it should be, and does
//! what is missing. Looking again where nothing is missing changes nothing.

mod budgets;
mod claims;
mod conditions;
mod definitions;
mod deployments;
mod jobs;
mod namespaces;
mod pods;
mod replicas;
mod stateful;

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use crate::{
    admission::{self, Attempt, Operation},
    defaults,
    deletion::{Deletion, FOREGROUND, Fate, Propagation},
    garbage,
    kinds::DEFINITIONS,
    label_selector, object,
    state::{Change, Key, State, What},
    status::Refusal,
};

pub(crate) use definitions::register;
pub(crate) use pods::is_ready;

/// Before the next request is answered, and not within the one that caused it.
pub(crate) const AT_ONCE: Duration = Duration::ZERO;
/// When what was refused is tried again.
pub(crate) const RETRY: Duration = Duration::from_secs(10);

/// What is to happen later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Errand {
    /// The controllers of its kind look at an object.
    Look(Key),
    /// The garbage collector looks at it.
    Collect(Key),
    /// Something happens to a pod, if it is still the one with this UID.
    Pod(String, pods::Step),
    /// A group version is unregistered, if nobody defines it any more.
    Retire(String),
}

impl Errand {
    pub(crate) fn run(self, state: &mut State) {
        match self {
            Self::Look(key) => look(state, &key),
            Self::Collect(key) => garbage::collect(state, &key),
            Self::Pod(uid, step) => pods::step(state, &uid, step),
            Self::Retire(service) => definitions::retire(state, &service),
        }
    }
}

fn look(state: &mut State, key: &Key) {
    let Some(object) = state.get(&key.kind, &key.namespace, &key.name).map(Arc::clone) else { return };
    match &*key.kind {
        "namespaces" => namespaces::look(state, &object),
        "pods" => pods::look(state, &object),
        "persistentvolumeclaims" => claims::look_at_claim(state, &object),
        "persistentvolumes" => claims::look_at_volume(state, &object),
        "deployments.apps" => deployments::look(state, &object),
        "replicasets.apps" => replicas::look(state, &object),
        "statefulsets.apps" => stateful::look(state, &object),
        "jobs.batch" => jobs::look(state, &object),
        "poddisruptionbudgets.policy" => budgets::look(state, &object),
        DEFINITIONS => definitions::look(state, &object),
        _ => {}
    }
}

/// Asks for looks at whatever a change may concern; it is called after every change, and changes nothing itself.
pub(crate) fn react(state: &mut State, change: &Change) {
    let key = Key::of(&change.kind, &change.object);
    let is_removed = change.what == What::Removed;
    if is_removed || begins_foreground(change) {
        for (dependant, _) in state.dependants(object::uid(&change.object)) {
            state.later(AT_ONCE, Errand::Collect(dependant));
        }
    }
    if !is_removed {
        look_later(state, key.clone());
        if object::is_terminating(&change.object) || !object::owners(&change.object).is_empty() {
            state.later(AT_ONCE, Errand::Collect(key.clone()));
        }
    }
    for owner in object::owners(change.before.as_deref().unwrap_or(&change.object)) {
        if let Some((owner, object)) = state.by_uid(&owner.uid) {
            let (owner, is_terminating) = (owner.clone(), object::is_terminating(object));
            if is_terminating {
                state.later(AT_ONCE, Errand::Collect(owner.clone()));
            }
            look_later(state, owner);
        }
    }
    match &*change.kind {
        "pods" => {
            budgets::react_to_pod(state, &change.object);
            claims::react_to_pod(state, &change.object);
            replicas::react_to_orphan(state, &change.object);
        }
        "persistentvolumeclaims" => claims::react_to_claim(state, &change.object),
        "persistentvolumes" => claims::react_to_volume(state),
        DEFINITIONS => definitions::react(state, change),
        _ => {}
    }
    if is_removed {
        definitions::react_to_removal(state, &change.kind);
        if !key.namespace.is_empty() {
            look_later(state, Key::new("namespaces", "", &key.namespace));
        }
    }
}

fn begins_foreground(change: &Change) -> bool {
    let waits = |object: &Value| object::is_terminating(object) && object::has_finalizer(object, FOREGROUND);
    waits(&change.object) && !change.before.as_deref().is_some_and(waits)
}

fn look_later(state: &mut State, key: Key) {
    state.later(AT_ONCE, Errand::Look(key));
}

/// Has those of a kind looked at that are about a pod.
fn look_at_those_about(state: &mut State, kind: &str, pod: &Value) {
    let owners = state.list(kind, Some(object::namespace(pod))).filter(|owner| is_about(owner, pod));
    let owners: Vec<Key> = owners.map(|owner| Key::of(kind, owner)).collect();
    for owner in owners {
        look_later(state, owner);
    }
}

/// Whether the selector of a budget or a workload takes an object of its namespace.
pub(crate) fn is_about(owner: &Value, object: &Value) -> bool {
    owner.pointer("/spec/selector").is_some_and(|selector| label_selector::matches(selector, object))
}

/// Creates an object as a controller does: with the server's defaults, and where admission lets it. One that is there
/// already stays.
fn create(state: &mut State, kind: &str, mut object: Value) {
    // Most looks find what they would create; they need not ask admission for it.
    if state.get(kind, object::namespace(&object), object::name(&object)).is_some() {
        return;
    }
    let Some(served) = state.kinds.get(kind).map(Arc::clone) else { return };
    object::set(&mut object, "/apiVersion", served.api_version());
    object::set(&mut object, "/kind", served.name.clone());
    defaults::fill(state, &served, &mut object);
    let attempt = Attempt {
        operation: Operation::Create,
        kind: &served,
        subresource: "",
        namespace: object::namespace(&object),
        name: object::name(&object),
        old: None,
        new: Some(&object),
        is_dry_run: false,
    };
    if admission::review(state, &attempt).is_ok() {
        // Nothing has that name, so that it is not refused.
        let _ = state.create(kind, object);
    }
}

/// Deletes an object as a controller does: what admission refuses, it refuses to controllers too.
pub(crate) fn delete(state: &mut State, key: &Key, deletion: &Deletion) -> Result<Option<Fate>, Refusal> {
    let kind = state.kinds.get(&key.kind).map(Arc::clone);
    let object = state.get(&key.kind, &key.namespace, &key.name).map(Arc::clone);
    let Some((kind, object)) = kind.zip(object) else { return Ok(None) };
    let attempt = Attempt {
        operation: Operation::Delete,
        kind: &kind,
        subresource: "",
        namespace: &key.namespace,
        name: &key.name,
        old: Some(&object),
        new: None,
        is_dry_run: false,
    };
    admission::review(state, &attempt)?;
    Ok(state.begin_delete(&key.kind, &key.namespace, &key.name, deletion))
}

/// Deletes an object, whose dependants go too.
fn delete_in_background(state: &mut State, kind: &str, object: &Value) -> Result<(), Refusal> {
    let deletion = Deletion { propagation: Some(Propagation::Background), grace_seconds: None };
    delete(state, &Key::of(kind, object), &deletion).map(|_| ())
}

/// The reference of what a controller made.
fn controlled_by(owner: &Value) -> Value {
    json!([{
        "apiVersion": object::text(owner, "/apiVersion"),
        "kind": object::text(owner, "/kind"),
        "name": object::name(owner),
        "uid": object::uid(owner),
        "controller": true,
        "blockOwnerDeletion": true,
    }])
}

/// The controller of an object, if it has one.
fn controller(object: &Value) -> Option<object::Owner> {
    object::owners(object).into_iter().find(|owner| owner.is_controller)
}

/// The objects of a kind that this one controls.
fn controlled(state: &State, kind: &str, owner: &Value) -> Vec<Arc<Value>> {
    let dependants = state.dependants(object::uid(owner)).into_iter();
    let own = dependants.filter(|(key, dependant)| {
        *key.kind == *kind
            && controller(dependant).is_some_and(|controller| controller.uid == object::uid(owner))
    });
    own.map(|(_, dependant)| dependant).collect()
}

/// Writes members of an object's status.
fn set_status(state: &mut State, kind: &str, object: &Value, members: Value) {
    let Value::Object(members) = members else { return };
    state.change(kind, object::namespace(object), object::name(object), |object| {
        for (name, value) in members {
            if value.is_null() {
                object::take(object, &format!("/status/{name}"));
            } else {
                object::set(object, &format!("/status/{name}"), value);
            }
        }
    });
}

#[cfg(test)]
mod tests;

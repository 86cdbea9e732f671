//! Garbage collection: what goes with its owners, what waits for its dependants, and what is left without them. After
//! `garbagecollector.go` of the real one.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    controllers::{self, Errand},
    deletion::{Deletion, FOREGROUND, ORPHAN, Propagation},
    object::{self, Owner},
    state::{Key, State},
};

/// Looks at one object: as an owner that is going, or as a dependant.
pub(crate) fn collect(state: &mut State, key: &Key) {
    let Some(object) = state.get(&key.kind, &key.namespace, &key.name).map(Arc::clone) else { return };
    if object::is_terminating(&object) {
        if object::has_finalizer(&object, ORPHAN) {
            orphan_dependants(state, &object);
            let_go(state, key, ORPHAN);
        } else if object::has_finalizer(&object, FOREGROUND) {
            wait_for_dependants(state, key, &object);
        }
        return;
    }
    let owners = object::owners(&object);
    if owners.is_empty() {
        return;
    }
    let (solid, others): (Vec<_>, Vec<_>) = owners
        .iter()
        .map(|owner| (owner, found(state, key, owner)))
        .partition(|(_, found)| *found == Found::Solid);
    if !solid.is_empty() {
        let gone: Vec<&str> = others.iter().map(|(owner, _)| owner.uid.as_str()).collect();
        if !gone.is_empty() {
            disown(state, key, |uid| gone.contains(&uid));
        }
        return;
    }
    let is_waited_for = others.iter().any(|(_, found)| *found == Found::Waiting);
    let has_dependants = !state.dependants(object::uid(&object)).is_empty();
    let propagation = if is_waited_for && has_dependants || object::has_finalizer(&object, FOREGROUND) {
        Propagation::Foreground
    } else if object::has_finalizer(&object, ORPHAN) {
        Propagation::Orphan
    } else {
        Propagation::Background
    };
    let deletion = Deletion { propagation: Some(propagation), grace_seconds: None };
    if controllers::delete(state, key, &deletion).is_err() {
        // An admission rule holds it; it is tried again, as the real one does.
        state.once_later(controllers::RETRY, Errand::Collect(key.clone()));
    }
}

/// What became of an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// It is there, or it cannot be told.
    Solid,
    /// It is there, and waits for its dependants to go.
    Waiting,
    Absent,
}

/// Owners are in the dependant's namespace or in none: one elsewhere is absent.
fn found(state: &State, dependant: &Key, owner: &Owner) -> Found {
    let Some(kind) = state.kinds.by_name(&owner.api_version, &owner.kind) else { return Found::Solid };
    if kind.is_namespaced && dependant.namespace.is_empty() {
        return Found::Solid;
    }
    let namespace = if kind.is_namespaced { dependant.namespace.as_str() } else { "" };
    match state.get(&kind.resource(), namespace, &owner.name) {
        Some(object) if object::uid(object) != owner.uid => Found::Absent,
        Some(object) if object::is_terminating(object) && object::has_finalizer(object, FOREGROUND) => {
            Found::Waiting
        }
        Some(_) => Found::Solid,
        None => Found::Absent,
    }
}

fn orphan_dependants(state: &mut State, owner: &Value) {
    let owner = object::uid(owner);
    for (dependant, _) in state.dependants(owner) {
        disown(state, &dependant, |uid| uid == owner);
    }
}

/// Lets the owner go once nothing that blocks it is left, and sees to it that everything goes.
fn wait_for_dependants(state: &mut State, key: &Key, owner: &Value) {
    let uid = object::uid(owner);
    let dependants = state.dependants(uid);
    let blocks =
        |dependant: &Value| object::owners(dependant).iter().any(|owner| owner.uid == uid && owner.blocks);
    if !dependants.iter().any(|(_, dependant)| blocks(dependant)) {
        let_go(state, key, FOREGROUND);
        return;
    }
    for (key, dependant) in dependants {
        if !object::is_terminating(&dependant) {
            state.later(controllers::AT_ONCE, Errand::Collect(key));
        }
    }
}

fn let_go(state: &mut State, key: &Key, finalizer: &str) {
    state.change(&key.kind, &key.namespace, &key.name, |object| object::remove_finalizer(object, finalizer));
}

/// Takes owner references out.
fn disown(state: &mut State, key: &Key, is_disowned: impl Fn(&str) -> bool) {
    state.change(&key.kind, &key.namespace, &key.name, |object| {
        object::retain(object, "/metadata/ownerReferences", |reference| {
            !is_disowned(object::text(reference, "/uid"))
        });
    });
}

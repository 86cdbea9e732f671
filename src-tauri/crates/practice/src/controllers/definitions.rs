//! Definitions of custom resources: they are served at once, and take all their resources with them.

use serde_json::{Value, json};

use super::{
    Errand, RETRY,
    conditions::{self, Condition},
    create, delete_in_background, look_later,
};
use crate::{
    deletion::CLEANUP,
    kinds::{DEFINITIONS, served_version},
    object,
    state::{Change, Key, State, What},
    status::resource,
};

const SERVICES: &str = "apiservices.apiregistration.k8s.io";

pub(super) fn look(state: &mut State, definition: &Value) {
    if object::is_terminating(definition) {
        if object::has_finalizer(definition, CLEANUP) {
            clean_up(state, definition);
        }
        return;
    }
    establish(state, definition);
    register(state, object::text(definition, "/spec/group"), version_of(definition));
}

/// Says that the server itself serves a group's version.
pub(crate) fn register(state: &mut State, group: &str, version: &str) {
    let service = json!({
        "metadata": {
            "name": format!("{version}.{group}"),
            "labels": {"kube-aggregator.kubernetes.io/automanaged": "true"},
        },
        "spec": {"group": group, "version": version, "groupPriorityMinimum": 1000, "versionPriority": 100},
    });
    create(state, SERVICES, service);
}

/// The registration of its group may go with a definition.
pub(super) fn react(state: &mut State, change: &Change) {
    if change.what == What::Removed {
        state.later(super::AT_ONCE, Errand::Retire(service_of(&change.object)));
    }
}

/// Unregisters a group's version, unless somebody defines it still.
pub(super) fn retire(state: &mut State, service: &str) {
    if !state.list(DEFINITIONS, None).any(|definition| service_of(definition) == service) {
        state.remove(SERVICES, "", service);
    }
}

/// A definition that waits for the last of its resources.
pub(super) fn react_to_removal(state: &mut State, kind: &str) {
    if state.get(DEFINITIONS, "", kind).is_some_and(|definition| object::is_terminating(definition)) {
        look_later(state, Key::new(DEFINITIONS, "", kind));
    }
}

/// `v1.garden.example.com`.
fn service_of(definition: &Value) -> String {
    format!("{}.{}", version_of(definition), object::text(definition, "/spec/group"))
}

/// `v1`.
fn version_of(definition: &Value) -> &str {
    served_version(definition).map_or("", |version| object::text(version, "/name"))
}

fn establish(state: &mut State, definition: &Value) {
    let now = state.now();
    let mut established = definition.clone();
    let condition = |kind, reason, message| Condition { kind, is_true: true, reason, message };
    let conditions = [
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ];
    object::set(&mut established, "/status/conditions", conditions::with(definition, &now, &conditions));
    let names = definition.pointer("/spec/names").cloned().unwrap_or_default();
    object::set(&mut established, "/status/acceptedNames", names);
    let versions = object::items(definition, "/spec/versions").iter();
    let stored = versions.filter(|version| object::is(version, "/storage"));
    let stored: Vec<Value> = stored.filter_map(|version| version.get("name").cloned()).collect();
    object::set(&mut established, "/status/storedVersions", stored);
    state.update(DEFINITIONS, established);
}

/// Deletes all its resources; lets it go once there are none.
fn clean_up(state: &mut State, definition: &Value) {
    let kind =
        resource(object::text(definition, "/spec/group"), object::text(definition, "/spec/names/plural"));
    let resources: Vec<_> = state.list(&kind, None).cloned().collect();
    let mut is_refused = false;
    for resource in resources.iter().filter(|resource| !object::is_terminating(resource)) {
        is_refused |= delete_in_background(state, &kind, resource).is_err();
    }
    if is_refused {
        // An admission rule holds some of them. One look tries all of them again.
        state.once_later(RETRY, Errand::Look(Key::of(DEFINITIONS, definition)));
    }
    let is_empty = state.list(&kind, None).next().is_none();
    let now = state.now();
    let (is_true, reason, message) = if is_empty {
        (false, "InstanceDeletionCompleted", "removed all instances")
    } else {
        (true, "InstanceDeletionInProgress", "CustomResource deletion is in progress")
    };
    let condition = Condition { kind: "Terminating", is_true, reason, message };
    let conditions = conditions::with(definition, &now, &[condition]);
    state.change(DEFINITIONS, "", object::name(definition), |definition| {
        object::set(definition, "/status/conditions", conditions);
        if is_empty {
            object::remove_finalizer(definition, CLEANUP);
        }
    });
}

//! `ReplicaSets`: as many pods as are wanted, made from the template; pods that nobody controls are taken in.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    controlled, controlled_by, controller, create, delete_in_background, is_about, look_at_those_about, pods,
    set_status,
};
use crate::{object, state::State};

const KIND: &str = "replicasets.apps";

pub(super) fn look(state: &mut State, set: &Value) {
    if !object::is_terminating(set) {
        adopt(state, "pods", set);
        keep_count(state, set);
    }
    let pods = controlled(state, "pods", set);
    let pods: Vec<_> = pods.iter().filter(|pod| pods::is_active(pod)).collect();
    let ready = pods.iter().filter(|pod| pods::is_ready(pod)).count();
    set_status(
        state,
        KIND,
        set,
        json!({
            "replicas": pods.len(),
            "fullyLabeledReplicas": some(pods.len()),
            "readyReplicas": some(ready),
            "availableReplicas": some(ready),
            "observedGeneration": object::number(set, "/metadata/generation"),
        }),
    );
}

/// A count that is left out where it is zero.
pub(super) fn some(count: usize) -> Value {
    if count == 0 { Value::Null } else { count.into() }
}

/// A pod that nobody controls may be what a `ReplicaSet` is short of.
pub(super) fn react_to_orphan(state: &mut State, pod: &Value) {
    if controller(pod).is_none() && !object::is_terminating(pod) {
        look_at_those_about(state, KIND, pod);
    }
}

/// Takes in what its selector takes and nobody controls.
pub(super) fn adopt(state: &mut State, kind: &str, owner: &Value) {
    let is_orphan = |object: &&Arc<Value>| {
        is_about(owner, object) && controller(object).is_none() && !object::is_terminating(object)
    };
    let orphans: Vec<_> =
        state.list(kind, Some(object::namespace(owner))).filter(is_orphan).cloned().collect();
    for orphan in orphans {
        state.change(kind, object::namespace(&orphan), object::name(&orphan), |orphan| {
            let mut references = object::items(orphan, "/metadata/ownerReferences").to_vec();
            references.extend(object::items(&controlled_by(owner), "").iter().cloned());
            object::set(orphan, "/metadata/ownerReferences", references);
        });
    }
}

fn keep_count(state: &mut State, set: &Value) {
    let mut active = controlled(state, "pods", set);
    active.retain(|pod| pods::is_active(pod));
    let wanted = usize::try_from(object::number(set, "/spec/replicas")).unwrap_or_default();
    for _ in active.len()..wanted {
        let name = format!("{}-{}", object::name(set), state.suffix(5));
        let pod = from_template(set, &name);
        create(state, "pods", pod);
    }
    // Those that are not ready go first.
    active.sort_by_key(|pod| pods::is_ready(pod));
    for pod in active.iter().take(active.len().saturating_sub(wanted)) {
        // Where admission refuses it, it stays until the set is looked at again.
        let _ = delete_in_background(state, "pods", pod);
    }
}

/// A pod made from an owner's template.
pub(super) fn from_template(owner: &Value, name: &str) -> Value {
    let template =
        |member: &str| owner.pointer("/spec/template").and_then(|own| own.pointer(member)).cloned();
    let mut pod = json!({"metadata": template("/metadata").unwrap_or_default(), "spec": template("/spec")});
    object::take(&mut pod, "/metadata/creationTimestamp");
    object::set(&mut pod, "/metadata/name", name);
    object::set(&mut pod, "/metadata/generateName", format!("{}-", object::name(owner)));
    object::set(&mut pod, "/metadata/namespace", object::namespace(owner));
    object::set(&mut pod, "/metadata/ownerReferences", controlled_by(owner));
    pod
}

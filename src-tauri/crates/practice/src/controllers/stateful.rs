//! `StatefulSets`: pods with names that stay, one after the other, each with its claims.

use serde_json::{Value, json};

use super::{controlled, controlled_by, create, delete_in_background, pods, replicas, set_status};
use crate::{object, state::State};

const KIND: &str = "statefulsets.apps";
const CLAIMS: &str = "persistentvolumeclaims";

pub(super) fn look(state: &mut State, set: &Value) {
    if !object::is_terminating(set) {
        replicas::adopt(state, "pods", set);
        keep_pods(state, set);
    }
    let pods = controlled(state, "pods", set);
    let ready = pods.iter().filter(|pod| pods::is_ready(pod)).count();
    let revision = format!("{}-{}", object::name(set), "1");
    set_status(
        state,
        KIND,
        set,
        json!({
            "observedGeneration": object::number(set, "/metadata/generation"),
            "replicas": pods.len(),
            "readyReplicas": replicas::some(ready),
            "availableReplicas": ready,
            "currentReplicas": replicas::some(pods.len()),
            "updatedReplicas": replicas::some(pods.len()),
            "currentRevision": revision.clone(),
            "updateRevision": revision,
            "collisionCount": 0,
        }),
    );
}

/// Makes the first pod that is missing, once those before it are ready; takes away the last that is too many.
fn keep_pods(state: &mut State, set: &Value) {
    let namespace = object::namespace(set);
    let wanted = object::number(set, "/spec/replicas");
    let is_parallel = object::text(set, "/spec/podManagementPolicy") == "Parallel";
    for ordinal in 0..wanted {
        let name = format!("{}-{ordinal}", object::name(set));
        match state.get("pods", namespace, &name) {
            None => {
                make_claims(state, set, ordinal);
                let pod = pod(set, &name, ordinal);
                create(state, "pods", pod);
                if !is_parallel {
                    return;
                }
            }
            Some(pod) if matches!(pods::phase(pod), "Failed" | "Succeeded") && pods_own(pod, set) => {
                let pod = pod.clone();
                // Where admission refuses it, it stays until the set is looked at again.
                let _ = delete_in_background(state, "pods", &pod);
                return;
            }
            Some(pod) if !is_parallel && (!pods::is_ready(pod) || object::is_terminating(pod)) => return,
            Some(_) => {}
        }
    }
    let is_beyond = |pod: &Value| {
        let ordinal = object::name(pod).rsplit_once('-').and_then(|(_, ordinal)| ordinal.parse::<i64>().ok());
        ordinal.is_some_and(|ordinal| ordinal >= wanted) && !object::is_terminating(pod)
    };
    if let Some(last) = controlled(state, "pods", set).iter().rev().find(|pod| is_beyond(pod)) {
        let _ = delete_in_background(state, "pods", last);
    }
}

fn pods_own(pod: &Value, set: &Value) -> bool {
    super::controller(pod).is_some_and(|owner| owner.uid == object::uid(set)) && !object::is_terminating(pod)
}

fn pod(set: &Value, name: &str, ordinal: i64) -> Value {
    let mut pod = replicas::from_template(set, name);
    let labels = [
        ("apps.kubernetes.io~1pod-index", ordinal.to_string()),
        ("controller-revision-hash", format!("{}-1", object::name(set))),
        ("statefulset.kubernetes.io~1pod-name", name.to_owned()),
    ];
    for (label, value) in labels {
        object::set(&mut pod, &format!("/metadata/labels/{label}"), value);
    }
    object::set(&mut pod, "/spec/hostname", name);
    object::set(&mut pod, "/spec/subdomain", object::text(set, "/spec/serviceName"));
    let mut volumes = object::items(&pod, "/spec/volumes").to_vec();
    for template in object::items(set, "/spec/volumeClaimTemplates") {
        let volume = object::name(template);
        volumes.push(json!({
            "name": volume,
            "persistentVolumeClaim": {"claimName": claim_name(set, template, ordinal)},
        }));
    }
    if !volumes.is_empty() {
        object::set(&mut pod, "/spec/volumes", volumes);
    }
    pod
}

fn claim_name(set: &Value, template: &Value, ordinal: i64) -> String {
    format!("{}-{}-{ordinal}", object::name(template), object::name(set))
}

/// They stay when the set goes, unless it says otherwise.
fn make_claims(state: &mut State, set: &Value, ordinal: i64) {
    for template in object::items(set, "/spec/volumeClaimTemplates") {
        let mut claim = json!({
            "metadata": template.get("metadata").cloned().unwrap_or_default(),
            "spec": template.get("spec").cloned().unwrap_or_default(),
        });
        object::set(&mut claim, "/metadata/name", claim_name(set, template, ordinal));
        object::set(&mut claim, "/metadata/namespace", object::namespace(set));
        for (label, value) in object::members(set, "/spec/selector/matchLabels").into_iter().flatten() {
            object::set(&mut claim, &format!("/metadata/labels/{}", label.replace('/', "~1")), value.clone());
        }
        if object::text(set, "/spec/persistentVolumeClaimRetentionPolicy/whenDeleted") == "Delete" {
            object::set(&mut claim, "/metadata/ownerReferences", controlled_by(set));
        }
        create(state, CLAIMS, claim);
    }
}

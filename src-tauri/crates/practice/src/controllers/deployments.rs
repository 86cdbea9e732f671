//! Deployments: one `ReplicaSet` for the present template, which has all the replicas; those of earlier templates have
//! none.

use std::hash::{Hash, Hasher};

use serde_json::{Value, json};

use super::{
    conditions::{self, Condition},
    controlled, controlled_by, create, replicas, set_status,
};
use crate::{object, state::State};

const KIND: &str = "deployments.apps";
const SETS: &str = "replicasets.apps";
const HASH: &str = "pod-template-hash";
const REVISION: &str = "deployment.kubernetes.io/revision";

pub(super) fn look(state: &mut State, deployment: &Value) {
    let hash = template_hash(deployment);
    if !object::is_terminating(deployment) {
        replicas::adopt(state, SETS, deployment);
        roll_out(state, deployment, &hash);
    }
    let sets = controlled(state, SETS, deployment);
    let sum = |count: &str| -> i64 { sets.iter().map(|set| object::number(set, count)).sum() };
    let current = sets.iter().find(|set| object::label(set, HASH) == Some(&hash));
    let updated = current.map_or(0, |set| object::number(set, "/status/replicas"));
    let wanted = object::number(deployment, "/spec/replicas");
    let available = sum("/status/availableReplicas");
    let some = |count: i64| if count > 0 { Value::from(count) } else { Value::Null };
    let now = state.now();
    let (reason, message) = if available >= wanted {
        ("MinimumReplicasAvailable", "Deployment has minimum availability.")
    } else {
        ("MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    };
    let condition = Condition { kind: "Available", is_true: available >= wanted, reason, message };
    let conditions = conditions::with(deployment, &now, &[condition]);
    set_status(
        state,
        KIND,
        deployment,
        json!({
            "observedGeneration": object::number(deployment, "/metadata/generation"),
            "replicas": some(sum("/status/replicas")),
            "updatedReplicas": some(updated),
            "readyReplicas": some(sum("/status/readyReplicas")),
            "availableReplicas": some(available),
            "unavailableReplicas": some(wanted - available),
            "conditions": conditions,
        }),
    );
}

/// Makes the `ReplicaSet` of the present template, where it is missing, and gives it all the replicas.
fn roll_out(state: &mut State, deployment: &Value, hash: &str) {
    let wanted = object::number(deployment, "/spec/replicas");
    let sets = controlled(state, SETS, deployment);
    for set in &sets {
        let replicas = if object::label(set, HASH) == Some(hash) { wanted } else { 0 };
        if object::number(set, "/spec/replicas") != replicas {
            state.change(SETS, object::namespace(set), object::name(set), |set| {
                object::set(set, "/spec/replicas", replicas);
            });
        }
    }
    if sets.iter().any(|set| object::label(set, HASH) == Some(hash)) {
        return;
    }
    let revision = sets.len().saturating_add(1).to_string();
    let mut set = json!({
        "metadata": {
            "name": format!("{}-{hash}", object::name(deployment)),
            "namespace": object::namespace(deployment),
            "labels": deployment.pointer("/spec/template/metadata/labels").cloned().unwrap_or_default(),
            "annotations": {
                "deployment.kubernetes.io/desired-replicas": wanted.to_string(),
                REVISION: revision,
            },
            "ownerReferences": controlled_by(deployment),
        },
        "spec": {
            "replicas": wanted,
            "selector": deployment.pointer("/spec/selector").cloned().unwrap_or_default(),
            "template": deployment.pointer("/spec/template").cloned().unwrap_or_default(),
        },
    });
    for labels in ["/metadata/labels", "/spec/selector/matchLabels", "/spec/template/metadata/labels"] {
        object::set(&mut set, &format!("{labels}/{HASH}"), hash);
    }
    create(state, SETS, set);
    state.change(KIND, object::namespace(deployment), object::name(deployment), |deployment| {
        let annotation = format!("/metadata/annotations/{}", REVISION.replace('/', "~1"));
        object::set(deployment, &annotation, revision);
    });
}

/// What the pods of one template are known by; its letters are those of the real one.
fn template_hash(deployment: &Value) -> String {
    const LETTERS: &[u8] = b"bcdf2456789ghjkl";
    // The standard hasher's keys are fixed; its text is the same in every run of one build.
    let mut hasher = std::hash::DefaultHasher::new();
    deployment.pointer("/spec/template").map(Value::to_string).hash(&mut hasher);
    let hash = hasher.finish();
    let letter = |place: u32| LETTERS.get(usize::try_from((hash >> (4 * place)) & 15).unwrap_or_default());
    (0..10).filter_map(letter).copied().map(char::from).collect()
}

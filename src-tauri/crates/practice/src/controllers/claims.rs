//! Claims and volumes: which belongs to which, what protects them, and what becomes of a volume whose claim is gone.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{create, delete_in_background, look_later, set_status};
use crate::{
    object,
    state::{Key, State},
};

const CLAIMS: &str = "persistentvolumeclaims";
const VOLUMES: &str = "persistentvolumes";
const CLAIM_PROTECTION: &str = "kubernetes.io/pvc-protection";
const VOLUME_PROTECTION: &str = "kubernetes.io/pv-protection";
/// The classes whose volumes are made when they are claimed, with what becomes of a volume afterwards.
const CLASSES: [(&str, &str); 2] = [("fast", "Delete"), ("kept", "Retain")];

pub(super) fn look_at_claim(state: &mut State, claim: &Value) {
    if object::is_terminating(claim) {
        if object::has_finalizer(claim, CLAIM_PROTECTION) && !is_used(state, claim) {
            state.change(CLAIMS, object::namespace(claim), object::name(claim), |claim| {
                object::remove_finalizer(claim, CLAIM_PROTECTION);
            });
        }
    } else if object::text(claim, "/status/phase") != "Bound" {
        match volume_for(state, claim) {
            Some(volume) => bind(state, claim, &volume),
            None => provision(state, claim),
        }
    }
}

pub(super) fn look_at_volume(state: &mut State, volume: &Value) {
    let phase = object::text(volume, "/status/phase");
    let is_bound = claim_of(state, volume).is_some();
    if object::is_terminating(volume) {
        if object::has_finalizer(volume, VOLUME_PROTECTION) && !is_bound {
            state.change(VOLUMES, "", object::name(volume), |volume| {
                object::remove_finalizer(volume, VOLUME_PROTECTION);
            });
        }
        return;
    }
    let was_bound = !object::text(volume, "/spec/claimRef/uid").is_empty();
    match phase {
        _ if is_bound => {}
        "Bound" | "Released" if was_bound => {
            if phase == "Bound" {
                set_status(state, VOLUMES, volume, json!({"phase": "Released"}));
            } else if object::text(volume, "/spec/persistentVolumeReclaimPolicy") == "Delete" {
                // What is on it goes first, and then it. Where admission refuses it, it stays Released.
                let _ = delete_in_background(state, VOLUMES, volume);
            }
        }
        "Pending" => set_status(state, VOLUMES, volume, json!({"phase": "Available"})),
        _ => {}
    }
}

/// A pod that came or went may have used claims.
pub(super) fn react_to_pod(state: &mut State, pod: &Value) {
    for claim in claims_of(pod) {
        look_later(state, Key::new(CLAIMS, object::namespace(pod), claim));
    }
}

pub(super) fn react_to_claim(state: &mut State, claim: &Value) {
    let volume = object::text(claim, "/spec/volumeName");
    if !volume.is_empty() {
        look_later(state, Key::new(VOLUMES, "", volume));
    }
}

/// Claims may have waited for it.
pub(super) fn react_to_volume(state: &mut State) {
    let is_waiting = |claim: &&Arc<Value>| object::text(claim, "/status/phase") == "Pending";
    let waiting: Vec<Key> =
        state.list(CLAIMS, None).filter(is_waiting).map(|claim| Key::of(CLAIMS, claim)).collect();
    for claim in waiting {
        look_later(state, claim);
    }
}

/// The claims that a pod mounts.
fn claims_of(pod: &Value) -> impl Iterator<Item = &str> {
    let volumes = object::items(pod, "/spec/volumes").iter();
    volumes
        .map(|volume| object::text(volume, "/persistentVolumeClaim/claimName"))
        .filter(|name| !name.is_empty())
}

/// Whether a pod that has a node mounts it, over or not.
fn is_used(state: &State, claim: &Value) -> bool {
    let mut pods = state.list("pods", Some(object::namespace(claim)));
    pods.any(|pod| {
        !object::text(pod, "/spec/nodeName").is_empty()
            && claims_of(pod).any(|name| name == object::name(claim))
    })
}

/// The claim that a volume is bound to, if it is there.
fn claim_of<'a>(state: &'a State, volume: &Value) -> Option<&'a Arc<Value>> {
    let reference = |member: &str| object::text(volume, &format!("/spec/claimRef/{member}"));
    let claim = state.get(CLAIMS, reference("namespace"), reference("name"))?;
    (object::uid(claim) == reference("uid")).then_some(claim)
}

/// An available volume that is good enough: the one made for the claim, or one of its class.
fn volume_for(state: &State, claim: &Value) -> Option<Arc<Value>> {
    let is_meant = |volume: &&Arc<Value>| {
        let reference = |member: &str| object::text(volume, &format!("/spec/claimRef/{member}"));
        reference("name") == object::name(claim)
            && reference("namespace") == object::namespace(claim)
            && (reference("uid").is_empty() || reference("uid") == object::uid(claim))
    };
    let is_free = |volume: &&Arc<Value>| {
        object::text(volume, "/status/phase") == "Available" && volume.pointer("/spec/claimRef").is_none()
    };
    let fits = |volume: &&Arc<Value>| {
        let modes = object::items(volume, "/spec/accessModes");
        object::text(volume, "/spec/storageClassName") == object::text(claim, "/spec/storageClassName")
            && object::items(claim, "/spec/accessModes").iter().all(|mode| modes.contains(mode))
            && bytes(object::text(volume, "/spec/capacity/storage"))
                >= bytes(object::text(claim, "/spec/resources/requests/storage"))
    };
    let wanted = object::text(claim, "/spec/volumeName");
    let is_wanted = |volume: &&Arc<Value>| wanted.is_empty() || object::name(volume) == wanted;
    let mut volumes: Vec<_> =
        state.list(VOLUMES, None).filter(|volume| !object::is_terminating(volume)).collect();
    volumes.retain(|volume| is_wanted(volume) && (is_meant(volume) || is_free(volume)) && fits(volume));
    volumes.sort_by_key(|volume| (!is_meant(volume), bytes(object::text(volume, "/spec/capacity/storage"))));
    volumes.first().map(|volume| Arc::clone(volume))
}

fn bind(state: &mut State, claim: &Value, volume: &Value) {
    let reference = json!({
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "namespace": object::namespace(claim),
        "name": object::name(claim),
        "uid": object::uid(claim),
        "resourceVersion": object::text(claim, "/metadata/resourceVersion"),
    });
    state.change(VOLUMES, "", object::name(volume), |volume| {
        object::set(volume, "/spec/claimRef", reference);
        object::set(volume, "/status/phase", "Bound");
    });
    state.change(CLAIMS, object::namespace(claim), object::name(claim), |claim| {
        object::set(claim, "/metadata/annotations/pv.kubernetes.io~1bind-completed", "yes");
        object::set(claim, "/spec/volumeName", object::name(volume));
        object::set(
            claim,
            "/status",
            json!({
                "phase": "Bound",
                "accessModes": object::items(volume, "/spec/accessModes"),
                "capacity": volume.pointer("/spec/capacity"),
            }),
        );
    });
}

/// Makes a volume for a claim, where its class does that.
fn provision(state: &mut State, claim: &Value) {
    let class = object::text(claim, "/spec/storageClassName");
    let Some((_, policy)) = CLASSES.iter().find(|(name, _)| *name == class) else { return };
    let name = format!("pvc-{}", object::uid(claim));
    let volume = json!({
        "metadata": {
            "name": name,
            "annotations": {"pv.kubernetes.io/provisioned-by": "disks.practice.example.com"},
        },
        "spec": {
            "storageClassName": class,
            "accessModes": object::items(claim, "/spec/accessModes"),
            "capacity": claim.pointer("/spec/resources/requests"),
            "persistentVolumeReclaimPolicy": policy,
            "claimRef": {"namespace": object::namespace(claim), "name": object::name(claim)},
            "csi": {"driver": "disks.practice.example.com", "volumeHandle": name},
        },
    });
    create(state, VOLUMES, volume);
}

/// A quantity of storage in bytes, as far as volumes are compared by it.
fn bytes(quantity: &str) -> u64 {
    let digits = quantity.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit: u64 = match quantity.trim_start_matches(digits) {
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        "k" => 1000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "T" => 1_000_000_000_000,
        _ => 1,
    };
    digits.parse::<u64>().unwrap_or_default().saturating_mul(unit)
}

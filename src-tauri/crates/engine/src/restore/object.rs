//! From a copy to an object that can be created: what a server sets is taken out, and what will differ is said.
//!
//! Pure: a copy's JSON in, the new object's JSON and sentences out.

use std::collections::HashMap;

use serde_json::Value;

/// What a server sets in `metadata`. Owners are looked at one by one.
const SERVER_SET: [&str; 9] = [
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
    "selfLink",
    "ownerReferences",
];
/// Finalizers that a deletion itself adds.
const OF_THE_DELETION: [&str; 2] = ["foregroundDeletion", "orphan"];
/// What ties a claim to the volume that it had.
const BINDING: [&str; 4] = [
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
    "volume.kubernetes.io/selected-node",
    "volume.beta.kubernetes.io/storage-provisioner",
];
/// Labels by which a Job knows its Pods: made from its UID.
const OF_A_JOB: [&str; 4] =
    ["controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"];

/// What became of an owner that a copy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OwnerNow {
    /// It lives.
    Alive,
    /// It was restored, and has this UID now.
    Restored(String),
    /// It is gone.
    Gone,
}

/// An object that can be created, and how it differs from what was deleted.
#[derive(Debug, PartialEq)]
pub(crate) struct Prepared {
    /// The object.
    pub(crate) object: Value,
    /// Sentences.
    pub(crate) differences: Vec<String>,
}

/// An owner that a copy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    /// Its kind.
    pub(crate) kind: String,
    /// Its API group and version.
    pub(crate) api_version: String,
    /// Its name.
    pub(crate) name: String,
    /// Its UID.
    pub(crate) uid: String,
    /// Whether it controls the object, and so brings it back by itself.
    pub(crate) is_controller: bool,
}

/// The owners that a copy names.
pub(crate) fn owners(copy: &Value) -> Vec<Owner> {
    let text =
        |owner: &Value, field: &str| owner.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let references = copy.pointer("/metadata/ownerReferences").and_then(Value::as_array);
    let owner = |owner: &Value| Owner {
        kind: text(owner, "kind"),
        api_version: text(owner, "apiVersion"),
        name: text(owner, "name"),
        uid: text(owner, "uid"),
        is_controller: owner.get("controller").and_then(Value::as_bool).unwrap_or_default(),
    };
    references.into_iter().flatten().map(owner).collect()
}

/// Makes an object of a copy that can be created. `owners` says what became of each owner, by its old UID.
pub(crate) fn prepare(copy: &Value, owners: &HashMap<String, OwnerNow>) -> Prepared {
    let mut object = copy.clone();
    let mut differences = Vec::new();
    let references = take_server_set(&mut object);
    let kept: Vec<Value> =
        references.into_iter().filter_map(|owner| renew(owner, owners, &mut differences)).collect();
    if !kept.is_empty()
        && let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut)
    {
        metadata.insert("ownerReferences".into(), kept.into());
    }
    let has_status = object.as_object_mut().is_some_and(|object| object.remove("status").is_some());
    of_its_kind(&mut object, &mut differences);
    if has_status && differences.is_empty() {
        differences.push("Its status is lost and made anew.".to_owned());
    }
    Prepared { object, differences }
}

/// Takes the addresses out that a Service had: another may have them now.
pub(crate) fn without_addresses(object: &mut Value) -> bool {
    let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) else { return false };
    let is_headless = spec.get("clusterIP").and_then(Value::as_str) == Some("None");
    let had_addresses =
        !is_headless && (spec.remove("clusterIP").is_some() | spec.remove("clusterIPs").is_some());
    let had_check = spec.remove("healthCheckNodePort").is_some();
    let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
    let node_ports = ports.into_iter().flatten().filter_map(Value::as_object_mut);
    let had_ports = node_ports.filter_map(|port| port.remove("nodePort")).count() > 0;
    had_addresses || had_check || had_ports
}

/// Takes out what the server sets; gives the owner references.
fn take_server_set(object: &mut Value) -> Vec<Value> {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return Vec::new() };
    let references = metadata.get_mut("ownerReferences").and_then(Value::as_array_mut).map(std::mem::take);
    for field in SERVER_SET {
        metadata.remove(field);
    }
    if let Some(finalizers) = metadata.get_mut("finalizers").and_then(Value::as_array_mut) {
        finalizers.retain(|finalizer| !finalizer.as_str().is_some_and(|own| OF_THE_DELETION.contains(&own)));
    }
    references.unwrap_or_default()
}

/// An owner reference that still holds, with the owner's UID as it is now.
fn renew(
    mut owner: Value,
    owners: &HashMap<String, OwnerNow>,
    differences: &mut Vec<String>,
) -> Option<Value> {
    let uid = owner.get("uid").and_then(Value::as_str).unwrap_or_default();
    match owners.get(uid) {
        Some(OwnerNow::Alive) => Some(owner),
        Some(OwnerNow::Restored(now)) => {
            owner.as_object_mut()?.insert("uid".into(), now.clone().into());
            Some(owner)
        }
        // A reference to what is gone would have the garbage collector delete it at once.
        Some(OwnerNow::Gone) | None => {
            let text = |field: &str| owner.get(field).and_then(Value::as_str).unwrap_or_default();
            differences.push(format!(
                "Its owner {} {} is gone: nothing owns it.",
                text("kind"),
                text("name")
            ));
            None
        }
    }
}

/// What each kind holds that was made for the object that was, and not for the one that will be.
fn of_its_kind(object: &mut Value, differences: &mut Vec<String>) {
    let text = |field: &str| object.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    match (api_version.as_str(), kind.as_str()) {
        ("v1", "Pod") => pod(object, differences),
        ("v1", "PersistentVolumeClaim") => claim(object, differences),
        ("v1", "PersistentVolume") => volume(object, differences),
        ("v1", "ServiceAccount") => drop_field(object, "secrets"),
        ("v1", "Secret") => secret(object, differences),
        ("v1", "Namespace") => {
            drop_field(object, "spec");
            differences.push("Only what was copied comes back in it.".to_owned());
        }
        ("batch/v1", "Job") => job(object, differences),
        _ => {}
    }
}

fn pod(object: &mut Value, differences: &mut Vec<String>) {
    if let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) {
        // The priority is worked out anew from its class; the two may not differ.
        for field in ["nodeName", "ephemeralContainers", "priority", "preemptionPolicy"] {
            spec.remove(field);
        }
    }
    differences.push("It is scheduled anew; what it had written in its containers is lost.".to_owned());
}

fn claim(object: &mut Value, differences: &mut Vec<String>) {
    if let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) {
        spec.remove("volumeName");
    }
    drop_keys(object, "/metadata/annotations", &BINDING);
    differences.push("It gets a new, empty volume: the data of the old one is not brought back.".to_owned());
}

fn volume(object: &mut Value, differences: &mut Vec<String>) {
    if let Some(claim) = object.pointer_mut("/spec/claimRef").and_then(Value::as_object_mut) {
        claim.remove("uid");
        claim.remove("resourceVersion");
        differences
            .push("It waits for a claim of the same name; what was on a deleted disk is lost.".to_owned());
    }
}

fn secret(object: &mut Value, differences: &mut Vec<String>) {
    if object.get("type").and_then(Value::as_str) == Some("kubernetes.io/service-account-token") {
        drop_keys(object, "/metadata/annotations", &["kubernetes.io/service-account.uid"]);
        drop_field(object, "data");
        differences.push("Its token is made anew: the old one no longer works.".to_owned());
    }
}

fn job(object: &mut Value, differences: &mut Vec<String>) {
    let is_manual = object.pointer("/spec/manualSelector").and_then(Value::as_bool).unwrap_or_default();
    if !is_manual {
        if let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) {
            spec.remove("selector");
        }
        drop_keys(object, "/metadata/labels", &OF_A_JOB);
        drop_keys(object, "/spec/template/metadata/labels", &OF_A_JOB);
    }
    differences.push("It runs again from its beginning.".to_owned());
}

fn drop_field(object: &mut Value, field: &str) {
    if let Some(object) = object.as_object_mut() {
        object.remove(field);
    }
}

fn drop_keys(object: &mut Value, place: &str, keys: &[&str]) {
    if let Some(map) = object.pointer_mut(place).and_then(Value::as_object_mut) {
        for key in keys {
            map.remove(*key);
        }
    }
}

#[cfg(test)]
mod tests;

//! Namespaces: what each of them has from the start, and how one that terminates is emptied. After
//! `namespaced_resources_deleter.go` of the real one.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Errand, RETRY,
    conditions::{self, Condition},
    create, delete_in_background,
};
use crate::{
    object,
    state::{Key, State},
};

const KIND: &str = "namespaces";
const FINALIZER: &str = "kubernetes";
const AUTHORITY: &str = "kube-root-ca.crt";

pub(super) fn look(state: &mut State, namespace: &Value) {
    if object::is_terminating(namespace) {
        if object::items(namespace, "/spec/finalizers").iter().any(|own| own == FINALIZER) {
            empty(state, namespace);
        }
    } else {
        furnish(state, object::name(namespace));
    }
}

/// What every namespace has, and has again when somebody deletes it.
fn furnish(state: &mut State, namespace: &str) {
    let metadata = |name: &str| json!({"name": name, "namespace": namespace});
    create(state, "serviceaccounts", json!({"metadata": metadata("default")}));
    let mut authority = json!({
        "metadata": metadata(AUTHORITY),
        "data": {"ca.crt": "-----BEGIN CERTIFICATE-----\nnone: practice clusters are in memory\n-----END CERTIFICATE-----\n"},
    });
    let note = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such \
                as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across \
                distributions of Kubernetes clusters.";
    object::set(&mut authority, "/metadata/annotations/kubernetes.io~1description", note);
    create(state, "configmaps", authority);
}

/// What is left of one kind.
struct Left {
    count: usize,
    finalizers: BTreeMap<String, usize>,
    /// Why something cannot be deleted.
    problems: Vec<String>,
}

/// Deletes what is in it, the pods first; lets it go once nothing is left.
fn empty(state: &mut State, namespace: &Value) {
    let name = object::name(namespace);
    let mut kinds: Vec<String> =
        state.kinds.all().iter().filter(|kind| kind.is_namespaced).map(|kind| kind.resource()).collect();
    kinds.sort_by_key(|kind| (kind != "pods", kind.clone()));
    let mut left: Vec<(String, Left)> = Vec::new();
    let mut are_pods_left = false;
    for kind in kinds {
        let own = empty_of(state, &kind, name);
        if own.count == 0 {
            continue;
        }
        are_pods_left = kind == "pods";
        left.push((kind, own));
        if are_pods_left {
            break;
        }
    }
    if left.iter().any(|(_, own)| !own.problems.is_empty()) {
        state.once_later(RETRY, Errand::Look(Key::new(KIND, "", name)));
    }
    // Of pods, which go before everything else, the real one says nothing either.
    let told = if are_pods_left { &[] } else { left.as_slice() };
    let conditions = conditions(state, namespace, told);
    state.change(KIND, "", name, |namespace| {
        object::set(namespace, "/status/conditions", conditions);
        if left.is_empty() {
            object::retain(namespace, "/spec/finalizers", |own| own != FINALIZER);
        }
    });
}

fn empty_of(state: &mut State, kind: &str, namespace: &str) -> Left {
    let mut left = Left { count: 0, finalizers: BTreeMap::new(), problems: Vec::new() };
    let objects: Vec<_> = state.list(kind, Some(namespace)).cloned().collect();
    for object in objects.iter().filter(|object| !object::is_terminating(object)) {
        if let Err(refusal) = delete_in_background(state, kind, object) {
            left.problems.push(refusal.message);
        }
    }
    for object in state.list(kind, Some(namespace)) {
        left.count = left.count.saturating_add(1);
        for finalizer in object::finalizers(object) {
            *left.finalizers.entry(finalizer.to_owned()).or_default() += 1;
        }
    }
    left
}

/// The five conditions that say why it hangs, if it does.
fn conditions(state: &State, namespace: &Value, left: &[(String, Left)]) -> Vec<Value> {
    let mut problems: Vec<&str> =
        left.iter().flat_map(|(_, left)| &left.problems).map(String::as_str).collect();
    problems.sort_unstable();
    let mut remaining: Vec<String> = left
        .iter()
        .map(|(kind, left)| {
            let dot = if kind.contains('.') { "" } else { "." };
            format!("{kind}{dot} has {} resource instances", left.count)
        })
        .collect();
    remaining.sort();
    let mut finalizers: BTreeMap<&str, usize> = BTreeMap::new();
    for (finalizer, count) in left.iter().flat_map(|(_, left)| &left.finalizers) {
        *finalizers.entry(finalizer).or_default() += count;
    }
    let finalizers: Vec<String> = finalizers
        .iter()
        .map(|(finalizer, count)| format!("{finalizer} in {count} resource instances"))
        .collect();
    let said = [
        (
            "NamespaceDeletionDiscoveryFailure",
            None,
            "ResourcesDiscovered",
            "All resources successfully discovered",
        ),
        (
            "NamespaceDeletionGroupVersionParsingFailure",
            None,
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        (
            "NamespaceDeletionContentFailure",
            (!problems.is_empty()).then(|| {
                let problem = problems.join(", ");
                let many = problems.len();
                (
                    "ContentDeletionFailed",
                    format!("Failed to delete all resource types, {many} remaining: {problem}"),
                )
            }),
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        (
            "NamespaceContentRemaining",
            (!remaining.is_empty()).then(|| {
                ("SomeResourcesRemain", format!("Some resources are remaining: {}", remaining.join(", ")))
            }),
            "ContentRemoved",
            "All content successfully removed",
        ),
        (
            "NamespaceFinalizersRemaining",
            (!finalizers.is_empty()).then(|| {
                let all = finalizers.join(", ");
                (
                    "SomeFinalizersRemain",
                    format!("Some content in the namespace has finalizers remaining: {all}"),
                )
            }),
            "ContentHasNoFinalizers",
            "All content-preserving finalizers finished",
        ),
    ];
    let conditions = said.each_ref().map(|(kind, trouble, good_reason, good_message)| match trouble {
        Some((reason, message)) => Condition { kind, is_true: true, reason, message },
        None => Condition { kind, is_true: false, reason: good_reason, message: good_message },
    });
    conditions::with(namespace, &state.now(), &conditions)
}

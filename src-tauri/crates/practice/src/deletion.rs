//! What a DELETE does to one object, as the server's registry decides it: pure, so that a dry run is the same decision.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    kinds::{DEFINITIONS, Kind},
    object,
    state::{milliseconds, timestamp},
};

pub(crate) const ORPHAN: &str = "orphan";
pub(crate) const FOREGROUND: &str = "foregroundDeletion";
/// Of definitions, which wait for their resources.
pub(crate) const CLEANUP: &str = "customresourcecleanup.apiextensions.k8s.io";

/// How an object is to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Deletion {
    /// The kind's default when absent.
    pub(crate) propagation: Option<Propagation>,
    /// The object's own, or the kind's, when absent.
    pub(crate) grace_seconds: Option<i64>,
}

/// `propagationPolicy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Propagation {
    Orphan,
    Background,
    Foreground,
}

/// What becomes of the object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fate {
    /// It goes at once; as it was last.
    Removed(Arc<Value>),
    /// It stays until its grace period is over and its finalizers are gone; as it is then.
    Terminating(Arc<Value>),
    /// It is terminating already and stays as it is.
    Pending(Arc<Value>),
}

/// Decides it. After `BeforeDelete` of apiserver's `rest/delete.go` and `Store.Delete` of its generic registry; the
/// registries of namespaces and of definitions have their own way.
pub(crate) fn fate(kind: &Kind, object: &Arc<Value>, deletion: &Deletion, now_ms: u64) -> Fate {
    match kind.resource().as_str() {
        "namespaces" => namespace(kind, object, deletion, now_ms),
        DEFINITIONS if !object::is_terminating(object) => {
            let mut ending = Value::clone(object);
            mark(&mut ending, 0, now_ms);
            object::add_finalizer(&mut ending, CLEANUP);
            Fate::Terminating(Arc::new(ending))
        }
        _ => ordinary(kind, object, deletion, now_ms),
    }
}

fn ordinary(kind: &Kind, object: &Arc<Value>, deletion: &Deletion, now_ms: u64) -> Fate {
    let mut ending = Value::clone(object);
    let own_grace = object::number(object, "/metadata/deletionGracePeriodSeconds");
    let mut grace = 0;
    if kind.resource() == "pods" {
        let asked = deletion.grace_seconds.map(|seconds| if seconds < 0 { 1 } else { seconds });
        if object::is_terminating(object) && own_grace > 0 {
            // It may only become shorter.
            match asked.filter(|asked| *asked < own_grace) {
                None => return Fate::Pending(Arc::clone(object)),
                Some(asked) => {
                    grace = asked;
                    shorten(&mut ending, own_grace, asked);
                }
            }
        } else if !object::is_terminating(object) {
            grace = pod_grace(object, asked);
            mark(&mut ending, grace, now_ms);
        }
    }
    set_propagation(kind, &mut ending, deletion);
    let is_held = object::finalizers(&ending).next().is_some();
    if !is_held && grace == 0 {
        return Fate::Removed(Arc::new(ending));
    }
    if is_held && kind.resource() != "pods" {
        mark(&mut ending, 0, now_ms);
    }
    Fate::Terminating(Arc::new(ending))
}

/// The pods' own rule: nothing runs where they are not on a node, or are over.
fn pod_grace(pod: &Value, asked: Option<i64>) -> i64 {
    let is_running = !object::text(pod, "/spec/nodeName").is_empty()
        && !matches!(object::text(pod, "/status/phase"), "Succeeded" | "Failed");
    if !is_running {
        return 0;
    }
    asked.unwrap_or_else(|| object::number(pod, "/spec/terminationGracePeriodSeconds"))
}

fn namespace(kind: &Kind, object: &Arc<Value>, deletion: &Deletion, now_ms: u64) -> Fate {
    if object::is_terminating(object) {
        let is_held = !object::items(object, "/spec/finalizers").is_empty();
        return if is_held {
            Fate::Pending(Arc::clone(object))
        } else {
            ordinary(kind, object, deletion, now_ms)
        };
    }
    let mut ending = Value::clone(object);
    object::set(&mut ending, "/metadata/deletionTimestamp", timestamp(now_ms));
    object::set(&mut ending, "/status/phase", "Terminating");
    set_propagation(kind, &mut ending, deletion);
    Fate::Terminating(Arc::new(ending))
}

/// Sets the `deletionTimestamp`, unless an earlier one is there.
fn mark(object: &mut Value, grace_seconds: i64, now_ms: u64) {
    if !object::is_terminating(object) {
        let grace_ms = u64::try_from(grace_seconds).unwrap_or_default().saturating_mul(1000);
        object::set(object, "/metadata/deletionTimestamp", timestamp(now_ms.saturating_add(grace_ms)));
    }
    object::set(object, "/metadata/deletionGracePeriodSeconds", grace_seconds);
}

fn shorten(object: &mut Value, from_seconds: i64, to_seconds: i64) {
    let end = milliseconds(object::text(object, "/metadata/deletionTimestamp")).unwrap_or_default();
    let sooner = u64::try_from(from_seconds.saturating_sub(to_seconds)).unwrap_or_default();
    let end = timestamp(end.saturating_sub(sooner.saturating_mul(1000)));
    object::set(object, "/metadata/deletionTimestamp", end);
    object::set(object, "/metadata/deletionGracePeriodSeconds", to_seconds);
}

/// Puts in the finalizer that the propagation asks for, and takes out the other.
fn set_propagation(kind: &Kind, object: &mut Value, deletion: &Deletion) {
    let wanted = match deletion.propagation {
        Some(Propagation::Orphan) => Some(ORPHAN),
        Some(Propagation::Foreground) => Some(FOREGROUND),
        Some(Propagation::Background) => None,
        None if object::has_finalizer(object, ORPHAN) => Some(ORPHAN),
        None if object::has_finalizer(object, FOREGROUND) => Some(FOREGROUND),
        None => kind.orphans_by_default.then_some(ORPHAN),
    };
    let own: Vec<Value> = object::items(object, "/metadata/finalizers").to_vec();
    let mut finalizers = own.clone();
    finalizers
        .retain(|finalizer| wanted == finalizer.as_str() || (finalizer != ORPHAN && finalizer != FOREGROUND));
    if let Some(wanted) = wanted.filter(|wanted| !finalizers.iter().any(|own| own == wanted)) {
        finalizers.push(wanted.into());
    }
    if finalizers.is_empty() {
        object::take(object, "/metadata/finalizers");
    } else if finalizers != own {
        object::set(object, "/metadata/finalizers", json!(finalizers));
    }
}

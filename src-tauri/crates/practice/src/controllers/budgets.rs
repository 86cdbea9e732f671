//! `PodDisruptionBudgets`: how many of their pods may be evicted now.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::{
    Errand,
    conditions::{self, Condition},
    controller, is_about, look_at_those_about, pods, set_status,
};
use crate::{
    object,
    state::{Key, State, milliseconds},
};

const KIND: &str = "poddisruptionbudgets.policy";
/// How long a pod that was evicted counts as going, if nobody sees it go.
const EVICTION: Duration = Duration::from_mins(2);

pub(super) fn look(state: &mut State, budget: &Value) {
    let namespace = object::namespace(budget);
    let pods: Vec<_> =
        state.list("pods", Some(namespace)).filter(|pod| is_about(budget, pod)).cloned().collect();
    let evicted = still_going(state, budget, &pods);
    let is_healthy = |pod: &Value| {
        !object::is_terminating(pod)
            && pods::is_ready(pod)
            && !evicted.iter().any(|(name, _)| name == object::name(pod))
    };
    let healthy = pods.iter().filter(|pod| is_healthy(pod)).count();
    let (expected, desired) = needed(state, budget, &pods);
    let allowed = if expected == 0 { 0 } else { healthy.saturating_sub(desired) };
    let (reason, now) = (if allowed > 0 { "SufficientPods" } else { "InsufficientPods" }, state.now());
    let condition = Condition { kind: "DisruptionAllowed", is_true: allowed > 0, reason, message: "" };
    let mut conditions = conditions::with(budget, &now, &[condition]);
    let generation = object::number(budget, "/metadata/generation");
    for condition in &mut conditions {
        object::set(condition, "/message", "");
        object::set(condition, "/observedGeneration", generation);
    }
    let disrupted: serde_json::Map<_, _> = evicted.into_iter().map(|(name, at)| (name, at.into())).collect();
    if !disrupted.is_empty() {
        state.later(EVICTION, Errand::Look(Key::of(KIND, budget)));
    }
    set_status(
        state,
        KIND,
        budget,
        json!({
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "expectedPods": expected,
            "disruptionsAllowed": allowed,
            "disruptedPods": if disrupted.is_empty() { Value::Null } else { disrupted.into() },
            "observedGeneration": generation,
            "conditions": conditions,
        }),
    );
}

/// Has the budgets of a pod's namespace looked at.
pub(super) fn react_to_pod(state: &mut State, pod: &Value) {
    look_at_those_about(state, KIND, pod);
}

/// Those of a budget's pods that were evicted and are not known to be going, with when they were.
fn still_going(state: &State, budget: &Value, pods: &[Arc<Value>]) -> Vec<(String, String)> {
    let is_there =
        |name: &str| pods.iter().any(|pod| object::name(pod) == name && !object::is_terminating(pod));
    let now = state.now_ms();
    let since = |at: &str| Duration::from_millis(now.saturating_sub(milliseconds(at).unwrap_or_default()));
    let evicted = object::members(budget, "/status/disruptedPods").into_iter().flatten();
    evicted
        .filter_map(|(name, at)| Some((name.clone(), at.as_str()?.to_owned())))
        .filter(|(name, at)| is_there(name) && since(at) < EVICTION)
        .collect()
}

/// How many pods there should be, and how many of them healthy.
fn needed(state: &State, budget: &Value, pods: &[Arc<Value>]) -> (usize, usize) {
    let spec = |member: &str| budget.get("spec").and_then(|spec| spec.get(member));
    if let Some(least) = spec("minAvailable").and_then(Value::as_u64) {
        return (pods.len(), usize::try_from(least).unwrap_or(usize::MAX));
    }
    let scale = scale(state, pods);
    let of_scale = |value: &Value| {
        let percent = value.as_str().and_then(|text| text.strip_suffix('%')?.parse::<usize>().ok());
        let absolute = value.as_u64().and_then(|count| usize::try_from(count).ok());
        percent.map(|percent| (percent.saturating_mul(scale)).div_ceil(100)).or(absolute).unwrap_or_default()
    };
    let desired = match (spec("maxUnavailable"), spec("minAvailable")) {
        (Some(most), _) => scale.saturating_sub(of_scale(most)),
        (None, Some(least)) => of_scale(least),
        (None, None) => 0,
    };
    (scale, desired)
}

/// What those who control the pods want of them, each asked once.
fn scale(state: &State, pods: &[Arc<Value>]) -> usize {
    let mut owners = BTreeSet::new();
    let mut scale = 0_usize;
    for owner in pods.iter().filter_map(|pod| controller(pod)) {
        let Some((_, owner)) = state.by_uid(&owner.uid) else { continue };
        let above = controller(owner).and_then(|above| state.by_uid(&above.uid));
        let owner = above.map_or(owner, |(_, above)| above);
        if owners.insert(object::uid(owner).to_owned()) {
            let replicas = usize::try_from(object::number(owner, "/spec/replicas"));
            scale = scale.saturating_add(replicas.unwrap_or_default());
        }
    }
    scale
}

//! Jobs: pods until enough of them succeeded, or too many failed.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Errand,
    conditions::{self, Condition},
    controlled, create, delete_in_background, pods, replicas, set_status,
};
use crate::{
    object,
    state::{Key, State, milliseconds},
};

const KIND: &str = "jobs.batch";

pub(super) fn look(state: &mut State, job: &Value) {
    if object::is_terminating(job) || object::is(job, "/spec/suspend") {
        return;
    }
    if !object::text(job, "/status/completionTime").is_empty() || is(job, "Failed") {
        return clean_up(state, job);
    }
    let pods = controlled(state, "pods", job);
    let count = |phase: &str| pods.iter().filter(|pod| pods::phase(pod) == phase).count();
    let (succeeded, failed) = (count("Succeeded"), count("Failed"));
    let active: Vec<_> = pods.iter().filter(|pod| pods::is_active(pod)).collect();
    let ready = active.iter().filter(|pod| pods::is_ready(pod)).count();
    let wanted = number(job, "/spec/completions");
    let now = state.now();
    let started = match object::text(job, "/status/startTime") {
        "" => now.clone(),
        started => started.to_owned(),
    };
    let mut status = json!({
        "startTime": started,
        "ready": ready,
        "succeeded": replicas::some(succeeded),
        "failed": replicas::some(failed),
        "terminating": 0,
        "uncountedTerminatedPods": {},
    });
    let end = if succeeded >= wanted {
        let message = "Reached expected number of succeeded pods";
        Some(ended(job, &now, ["SuccessCriteriaMet", "Complete"], "CompletionsReached", message))
    } else if failed > number(job, "/spec/backoffLimit") {
        let message = "Job has reached the specified backoff limit";
        Some(ended(job, &now, ["FailureTarget", "Failed"], "BackoffLimitExceeded", message))
    } else {
        None
    };
    if let Some(conditions) = end {
        if succeeded >= wanted {
            object::set(&mut status, "/completionTime", now);
        }
        object::set(&mut status, "/active", Value::Null);
        object::set(&mut status, "/conditions", conditions);
        for pod in active {
            // Where admission refuses it, it runs on.
            let _ = delete_in_background(state, "pods", pod);
        }
    } else {
        let missing = wanted.saturating_sub(succeeded).min(number(job, "/spec/parallelism"));
        for _ in active.len()..missing {
            let name = format!("{}-{}", object::name(job), state.suffix(5));
            let pod = replicas::from_template(job, &name);
            create(state, "pods", pod);
        }
        object::set(&mut status, "/active", replicas::some(active.len().max(missing)));
    }
    set_status(state, KIND, job, status);
}

fn number(job: &Value, pointer: &str) -> usize {
    usize::try_from(object::number(job, pointer)).unwrap_or_default()
}

fn is(job: &Value, condition: &str) -> bool {
    object::items(job, "/status/conditions").iter().any(|own| object::text(own, "/type") == condition)
}

fn ended(job: &Value, now: &str, kinds: [&str; 2], reason: &str, message: &str) -> Vec<Value> {
    let conditions = kinds.map(|kind| Condition { kind, is_true: true, reason, message });
    conditions::with(job, now, &conditions)
}

/// Deletes it so long after it ended as it asks for.
fn clean_up(state: &mut State, job: &Value) {
    let Some(seconds) = job.pointer("/spec/ttlSecondsAfterFinished").and_then(Value::as_u64) else { return };
    let ended = object::items(job, "/status/conditions").last();
    let ended = ended.and_then(|condition| milliseconds(object::text(condition, "/lastTransitionTime")));
    let due = ended.unwrap_or_default().saturating_add(seconds.saturating_mul(1000));
    match due.saturating_sub(state.now_ms()) {
        0 => {
            // Where admission refuses it, it stays.
            let _ = delete_in_background(state, KIND, job);
        }
        left => state.later(Duration::from_millis(left), Errand::Look(Key::of(KIND, job))),
    }
}

//! Pods, as a scheduler and kubelets see to them: they get a node, run, and end. Nothing runs really.
//!
//! How a pod ends is in its annotations: `practice.example.com/ends` is `Succeeded`, `Failed` or `Crashing`,
//! `practice.example.com/takes` is how long that takes, `practice.example.com/stops` how long it takes its time when it
//! is told to stop, both in seconds. A Job's pods succeed, unless they keep running.

use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value, json};

use super::{
    Errand,
    conditions::{self, Condition},
    controller,
};
use crate::{
    object,
    state::{State, milliseconds},
};

const ENDS: &str = "practice.example.com/ends";
const TAKES: &str = "practice.example.com/takes";
const STOPS: &str = "practice.example.com/stops";
/// As for tests/control-plane.
const KEEPS_RUNNING: &str = "plane.example.com/keeps-running";

const UNTIL_BOUND: Duration = Duration::from_millis(200);
const UNTIL_STARTED: Duration = Duration::from_millis(800);
const UNTIL_ENDED: Duration = Duration::from_secs(1);
const UNTIL_STOPPED: Duration = Duration::from_secs(2);
/// How long a crashing container lives, and how long it is waited for at most before it is started again.
const UNTIL_CRASHED: Duration = Duration::from_secs(3);
const LONGEST_BACK_OFF: Duration = Duration::from_mins(5);

/// What happens to a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It gets a node.
    Bind,
    Start,
    /// Its containers end by themselves.
    End,
    /// A crashing container is started again.
    Restart,
    /// It has been told to stop, and has.
    Stop,
}

/// Whether it is `Ready`.
pub(crate) fn is_ready(pod: &Value) -> bool {
    let conditions = object::items(pod, "/status/conditions");
    conditions
        .iter()
        .any(|own| object::text(own, "/type") == "Ready" && object::text(own, "/status") == "True")
}

/// Whether it is neither over nor on its way out.
pub(super) fn is_active(pod: &Value) -> bool {
    !object::is_terminating(pod) && !is_over(pod)
}

fn is_over(pod: &Value) -> bool {
    matches!(phase(pod), "Succeeded" | "Failed")
}

pub(super) fn phase(pod: &Value) -> &str {
    object::text(pod, "/status/phase")
}

/// Asks for what happens to it next. What is asked for twice happens once.
pub(super) fn look(state: &mut State, pod: &Value) {
    let next = if object::is_terminating(pod) {
        let grace = object::number(pod, "/metadata/deletionGracePeriodSeconds");
        (grace > 0).then(|| (until_stopped(state, pod, grace), Step::Stop))
    } else if object::text(pod, "/spec/nodeName").is_empty() {
        Some((UNTIL_BOUND, Step::Bind))
    } else if phase(pod) == "Pending" {
        has_kubelet(state, pod).then_some((UNTIL_STARTED, Step::Start))
    } else if phase(pod) == "Running" && is_ready(pod) {
        ends(pod).map(|(after, _)| (after, Step::End))
    } else {
        None
    };
    if let Some((after, step)) = next {
        state.later(after, Errand::Pod(object::uid(pod).to_owned(), step));
    }
}

pub(super) fn step(state: &mut State, uid: &str, step: Step) {
    let Some((_, pod)) = state.by_uid(uid) else { return };
    let pod = Arc::clone(pod);
    match step {
        Step::Stop if object::is_terminating(&pod) => stop(state, &pod),
        _ if object::is_terminating(&pod) => {}
        Step::Bind if object::text(&pod, "/spec/nodeName").is_empty() => bind(state, &pod),
        Step::Start if phase(&pod) == "Pending" => start(state, &pod, 0),
        Step::End if phase(&pod) == "Running" && is_ready(&pod) => end(state, &pod),
        Step::Restart if phase(&pod) == "Running" && !is_ready(&pod) => start(state, &pod, restarts(&pod)),
        _ => {}
    }
}

/// How it ends by itself, and after how long.
fn ends(pod: &Value) -> Option<(Duration, &str)> {
    let takes = seconds(pod, TAKES);
    match object::annotation(pod, ENDS) {
        Some("Crashing") => Some((takes.unwrap_or(UNTIL_CRASHED), "Crashing")),
        Some(how) => Some((takes.unwrap_or(UNTIL_ENDED), how)),
        None => {
            let is_jobs = controller(pod).is_some_and(|owner| owner.kind == "Job");
            let is_ending = is_jobs && object::annotation(pod, KEEPS_RUNNING).is_none();
            is_ending.then(|| (takes.unwrap_or(UNTIL_ENDED), "Succeeded"))
        }
    }
}

fn seconds(pod: &Value, annotation: &str) -> Option<Duration> {
    object::annotation(pod, annotation)?.trim_end_matches('s').parse().ok().map(Duration::from_secs)
}

/// The process stops before its grace period is over, unless it takes longer; where there is no kubelet, nobody says
/// that it has.
fn until_stopped(state: &State, pod: &Value, grace_seconds: i64) -> Duration {
    let grace = Duration::from_secs(u64::try_from(grace_seconds).unwrap_or_default());
    let until = milliseconds(object::text(pod, "/metadata/deletionTimestamp")).unwrap_or_default();
    let left = Duration::from_millis(until.saturating_sub(state.now_ms()));
    if !has_kubelet(state, pod) {
        return left;
    }
    let takes = seconds(pod, STOPS).unwrap_or(UNTIL_STOPPED);
    left.saturating_sub(grace.saturating_sub(takes))
}

fn has_kubelet(state: &State, pod: &Value) -> bool {
    state.get("nodes", "", object::text(pod, "/spec/nodeName")).is_some()
}

/// Gives it the node with the fewest pods.
fn bind(state: &mut State, pod: &Value) {
    let load = |node: &str| {
        state.list("pods", None).filter(|pod| object::text(pod, "/spec/nodeName") == node).count()
    };
    let is_fit = |node: &Value| {
        let mut wanted = object::members(pod, "/spec/nodeSelector").into_iter().flatten();
        !object::is(node, "/spec/unschedulable")
            && wanted.all(|(key, value)| object::label(node, key) == value.as_str())
    };
    let nodes = state.list("nodes", None).filter(|node| is_fit(node));
    let Some(node) = nodes.map(|node| object::name(node).to_owned()).min_by_key(|node| load(node)) else {
        return;
    };
    let scheduled = Condition { kind: "PodScheduled", is_true: true, reason: "", message: "" };
    let conditions = conditions::with(pod, &state.now(), &[scheduled]);
    state.change("pods", object::namespace(pod), object::name(pod), |pod| {
        object::set(pod, "/spec/nodeName", node);
        object::set(pod, "/status/conditions", conditions);
    });
}

fn start(state: &mut State, pod: &Value, restarts: i64) {
    let now = state.now();
    let uid = object::uid(pod).as_bytes();
    let number = |range: std::ops::Range<usize>| {
        uid.get(range).into_iter().flatten().fold(7_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte))
    };
    let ip = format!("10.244.{}.{}", number(0..8) % 3, number(9..36).max(2));
    let host = state.get("nodes", "", object::text(pod, "/spec/nodeName"));
    let host = host.map_or("", |node| object::text(node, "/status/addresses/0/address")).to_owned();
    let containers = statuses(pod, |_| Container {
        state: json!({"running": {"startedAt": now}}),
        last: last_state(pod),
        is_ready: true,
        restarts,
    });
    let mut members = ready_conditions(pod, &now, None);
    members.insert("phase".to_owned(), "Running".into());
    members.insert("hostIP".to_owned(), host.into());
    members.insert("podIP".to_owned(), ip.clone().into());
    members.insert("podIPs".to_owned(), json!([{"ip": ip}]));
    if object::text(pod, "/status/startTime").is_empty() {
        members.insert("startTime".to_owned(), now.into());
    }
    members.insert("containerStatuses".to_owned(), containers);
    super::set_status(state, "pods", pod, Value::Object(members));
}

fn end(state: &mut State, pod: &Value) {
    match ends(pod) {
        Some((_, "Crashing")) => crash(state, pod),
        Some((_, how)) => finish(state, pod, how),
        None => {}
    }
}

/// All its containers end, and it with them.
fn finish(state: &mut State, pod: &Value, phase: &str) {
    let now = state.now();
    let (code, reason) = if phase == "Succeeded" { (0, "Completed") } else { (1, "Error") };
    let containers = statuses(pod, |_| Container {
        state: json!({"terminated": terminated(pod, &now, code, reason)}),
        last: json!({}),
        is_ready: false,
        restarts: restarts(pod),
    });
    let mut members = ready_conditions(pod, &now, Some(if code == 0 { "PodCompleted" } else { "PodFailed" }));
    members.insert("phase".to_owned(), phase.into());
    members.insert("containerStatuses".to_owned(), containers);
    super::set_status(state, "pods", pod, Value::Object(members));
}

fn crash(state: &mut State, pod: &Value) {
    let now = state.now();
    let restarts = restarts(pod).saturating_add(1);
    let doubled = u32::try_from(restarts.min(6)).unwrap_or_default();
    let back_off = Duration::from_secs(5).saturating_mul(1 << doubled).min(LONGEST_BACK_OFF);
    let containers = statuses(pod, |name| Container {
        state: json!({"waiting": {
            "reason": "CrashLoopBackOff",
            "message": format!("back-off {}s restarting failed container={name}", back_off.as_secs()),
        }}),
        last: json!({"terminated": terminated(pod, &now, 1, "Error")}),
        is_ready: false,
        restarts,
    });
    let mut members = ready_conditions(pod, &now, Some("ContainersNotReady"));
    members.insert("containerStatuses".to_owned(), containers);
    super::set_status(state, "pods", pod, Value::Object(members));
    state.later(back_off, Errand::Pod(object::uid(pod).to_owned(), Step::Restart));
}

/// The kubelet says that nothing of it runs any more: it is gone, or what holds it does so still.
fn stop(state: &mut State, pod: &Value) {
    let grace = object::number(pod, "/metadata/deletionGracePeriodSeconds");
    if !until_stopped(state, pod, grace).is_zero() {
        return;
    }
    let now = state.now();
    let members = ready_conditions(pod, &now, Some("PodCompleted"));
    state.change("pods", object::namespace(pod), object::name(pod), |pod| {
        object::set(pod, "/metadata/deletionGracePeriodSeconds", 0);
        if phase(pod) == "Running" {
            object::set(pod, "/status/phase", "Succeeded");
            for (member, value) in members {
                object::set(pod, &format!("/status/{member}"), value);
            }
        }
    });
}

/// How one container is.
struct Container {
    state: Value,
    last: Value,
    is_ready: bool,
    restarts: i64,
}

fn statuses(pod: &Value, container: impl Fn(&str) -> Container) -> Value {
    let status = |own: &Value| {
        let name = object::text(own, "/name");
        let container = container(name);
        json!({
            "name": name,
            "image": object::text(own, "/image"),
            "imageID": "",
            "ready": container.is_ready,
            "started": container.is_ready,
            "restartCount": container.restarts,
            "state": container.state,
            "lastState": container.last,
        })
    };
    object::items(pod, "/spec/containers").iter().map(status).collect()
}

fn terminated(pod: &Value, now: &str, code: i64, reason: &str) -> Value {
    let started = object::text(pod, "/status/containerStatuses/0/state/running/startedAt");
    json!({"exitCode": code, "reason": reason, "startedAt": started, "finishedAt": now})
}

fn last_state(pod: &Value) -> Value {
    pod.pointer("/status/containerStatuses/0/lastState").cloned().unwrap_or_else(|| json!({}))
}

fn restarts(pod: &Value) -> i64 {
    object::number(pod, "/status/containerStatuses/0/restartCount")
}

/// The status with its conditions alone; `why_not` is why it is not ready.
fn ready_conditions(pod: &Value, now: &str, why_not: Option<&str>) -> Map<String, Value> {
    let is_ready = why_not.is_none();
    let conditions = [
        ("PodReadyToStartContainers", is_ready || why_not == Some("ContainersNotReady")),
        ("Initialized", true),
        ("Ready", is_ready),
        ("ContainersReady", is_ready),
    ];
    let conditions = conditions.map(|(kind, is_true)| {
        let reason = why_not.filter(|_| !is_true).unwrap_or_default();
        Condition { kind, is_true, reason, message: "" }
    });
    let mut members = Map::new();
    members.insert("conditions".to_owned(), conditions::with(pod, now, &conditions).into());
    members
}

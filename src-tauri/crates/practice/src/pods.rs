//! What a pod's row says of its containers: `printPod` of `printers.go` of Kubernetes 1.36.

use serde_json::Value;

use crate::{
    cells::has_condition,
    object::{self, is, items, number, text},
    table::since,
};

/// The cells that come from the containers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Printed {
    pub(crate) ready: String,
    pub(crate) status: String,
    pub(crate) restarts: String,
}

/// What is counted over the containers.
#[derive(Default)]
struct Count {
    ready: i64,
    restarts: i64,
    last_restart: String,
}

impl Count {
    fn restart(&mut self, status: &Value) {
        self.restarts = self.restarts.saturating_add(number(status, "/restartCount"));
        let finished = text(status, "/lastState/terminated/finishedAt");
        // Times of one form compare as texts.
        if finished > self.last_restart.as_str() {
            finished.clone_into(&mut self.last_restart);
        }
    }
}

impl Printed {
    pub(crate) fn of(pod: &Value, now_ms: u64) -> Self {
        let phase = text(pod, "/status/phase");
        let mut status = match text(pod, "/status/reason") {
            "" => phase.to_owned(),
            reason => reason.to_owned(),
        };
        let mut count = Count::default();
        let initializing = initializing(pod, &mut count);
        if let Some(initializing) = &initializing {
            status.clone_from(initializing);
        }
        if initializing.is_none() || has_condition(pod, "Initialized") {
            count = Count { ready: count.ready, ..Count::default() };
            for side in sidecars(pod) {
                count.restart(side);
            }
            if let Some(running) = running(pod, &mut count, &status) {
                status = running;
            }
        }
        if object::is_terminating(pod) {
            if text(pod, "/status/reason") == "NodeLost" {
                "Unknown".clone_into(&mut status);
            } else if !matches!(phase, "Succeeded" | "Failed") {
                "Terminating".clone_into(&mut status);
            }
        }
        let total = items(pod, "/spec/containers").len().saturating_add(sidecar_names(pod).count());
        let restarts = match (count.restarts, count.last_restart.as_str()) {
            (0, _) | (_, "") => count.restarts.to_string(),
            (restarts, last) => format!("{restarts} ({} ago)", since(last, now_ms)),
        };
        Self { ready: format!("{}/{total}", count.ready), status, restarts }
    }
}

/// How many of the readiness gates are met.
pub(crate) fn gates(pod: &Value) -> String {
    let gates = items(pod, "/spec/readinessGates");
    if gates.is_empty() {
        return "<none>".to_owned();
    }
    let met = gates.iter().filter(|gate| has_condition(pod, text(gate, "/conditionType"))).count();
    format!("{met}/{}", gates.len())
}

fn sidecar_names(pod: &Value) -> impl Iterator<Item = &str> {
    let containers = items(pod, "/spec/initContainers").iter();
    let sidecars = containers.filter(|container| text(container, "/restartPolicy") == "Always");
    sidecars.map(|container| text(container, "/name"))
}

fn is_sidecar(pod: &Value, status: &Value) -> bool {
    sidecar_names(pod).any(|name| name == text(status, "/name"))
}

fn sidecars(pod: &Value) -> impl Iterator<Item = &Value> {
    items(pod, "/status/initContainerStatuses").iter().filter(|status| is_sidecar(pod, status))
}

/// What the first init container that is not done says.
fn initializing(pod: &Value, count: &mut Count) -> Option<String> {
    for (position, status) in items(pod, "/status/initContainerStatuses").iter().enumerate() {
        count.restart(status);
        let terminated = status.pointer("/state/terminated");
        let exit_code = terminated.map(|terminated| number(terminated, "/exitCode"));
        if exit_code == Some(0) {
            continue;
        }
        if is_sidecar(pod, status) && is(status, "/started") {
            count.ready = count.ready.saturating_add(i64::from(is(status, "/ready")));
            continue;
        }
        let waiting = text(status, "/state/waiting/reason");
        return Some(match terminated {
            Some(terminated) => format!("Init:{}", ending(terminated)),
            None if !waiting.is_empty() && waiting != "PodInitializing" => format!("Init:{waiting}"),
            None => format!("Init:{position}/{}", items(pod, "/spec/initContainers").len()),
        });
    }
    None
}

/// What the containers say; `None` where they say nothing.
fn running(pod: &Value, count: &mut Count, status: &str) -> Option<String> {
    let mut said: Option<String> = None;
    let (mut is_running, mut error) = (false, None);
    for container in items(pod, "/status/containerStatuses").iter().rev() {
        count.restart(container);
        let waiting = text(container, "/state/waiting/reason");
        if !waiting.is_empty() {
            said = Some(waiting.to_owned());
        } else if let Some(terminated) = container.pointer("/state/terminated") {
            let ending = ending(terminated);
            if number(terminated, "/exitCode") != 0 {
                error = Some(ending.clone());
            }
            said = Some(ending);
        } else if is(container, "/ready") && container.pointer("/state/running").is_some() {
            is_running = true;
            count.ready = count.ready.saturating_add(1);
        }
    }
    if said.as_deref().unwrap_or(status) != "Completed" {
        return said;
    }
    if is_running && has_condition(pod, "Ready") {
        return Some("Running".to_owned());
    }
    error.or_else(|| is_running.then(|| "NotReady".to_owned())).or(said)
}

fn ending(terminated: &Value) -> String {
    match (text(terminated, "/reason"), number(terminated, "/signal")) {
        ("", 0) => format!("ExitCode:{}", number(terminated, "/exitCode")),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    }
}

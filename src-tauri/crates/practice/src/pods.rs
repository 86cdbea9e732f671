//! What a pod's row says of its containers: `printPod` of `printers.go` of Kubernetes 1.36, but for init containers and
//! readiness gates, which no pod here has.

use serde_json::Value;

use crate::{
    cells::has_condition,
    object::{self, is, items, number, text},
    table::since,
};

/// `1/1`: how many are ready.
pub(crate) fn ready(pod: &Value) -> String {
    let ready = statuses(pod).filter(|status| is_running(status)).count();
    format!("{ready}/{}", items(pod, "/spec/containers").len())
}

/// `Running`, or what is wrong.
pub(crate) fn status(pod: &Value) -> String {
    let phase = text(pod, "/status/phase");
    if object::is_terminating(pod) && !matches!(phase, "Succeeded" | "Failed") {
        return "Terminating".to_owned();
    }
    let own = match text(pod, "/status/reason") {
        "" => phase,
        reason => reason,
    };
    // The first container has the last word.
    let said = statuses(pod).find_map(said).unwrap_or_else(|| own.to_owned());
    if said != "Completed" {
        return said;
    }
    let has_running = statuses(pod).any(is_running);
    if has_running && has_condition(pod, "Ready") {
        return "Running".to_owned();
    }
    let failed = statuses(pod).find(|status| number(status, "/state/terminated/exitCode") != 0);
    match failed.and_then(self::said) {
        Some(failure) => failure,
        None if has_running => "NotReady".to_owned(),
        None => said,
    }
}

/// `0`, or `2 (5m ago)`.
pub(crate) fn restarts(pod: &Value, now_ms: u64) -> String {
    let count: i64 = statuses(pod).map(|status| number(status, "/restartCount")).sum();
    // Times of one form compare as texts.
    let last = statuses(pod).map(|status| text(status, "/lastState/terminated/finishedAt")).max();
    match (count, last.unwrap_or_default()) {
        (0, _) | (_, "") => count.to_string(),
        (count, last) => format!("{count} ({} ago)", since(last, now_ms)),
    }
}

fn statuses(pod: &Value) -> impl Iterator<Item = &Value> {
    items(pod, "/status/containerStatuses").iter()
}

fn is_running(status: &Value) -> bool {
    is(status, "/ready") && status.pointer("/state/running").is_some() && said(status).is_none()
}

/// What a container that does not run says.
fn said(status: &Value) -> Option<String> {
    let waiting = text(status, "/state/waiting/reason");
    if !waiting.is_empty() {
        return Some(waiting.to_owned());
    }
    let terminated = status.pointer("/state/terminated")?;
    Some(match text(terminated, "/reason") {
        "" => format!("ExitCode:{}", number(terminated, "/exitCode")),
        reason => reason.to_owned(),
    })
}

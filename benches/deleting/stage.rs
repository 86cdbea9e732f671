//! One control plane, and one namespace for each time that something is deleted in it.

use std::{
    fs,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use secateur_engine::Targets;
use serde_json::Value;

use crate::{
    other::{Latencies, Reading},
    ours,
    plane::Plane,
    report::{OURS, Run},
};

/// What is deleted, one after the other, as `plane seed` and the servers call it.
pub(crate) const KINDS: [&str; 2] = ["configmaps", "pods"];
/// Where the other client's ConfigMap is.
const ELSEWHERE: &str = "elsewhere";
/// Whoever reads there: a token of its own, and no right to write.
const OTHER: &str = "bench-viewer";
/// How long the other client's reads are measured while nothing else happens.
const BEFORE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_mins(5);

/// The plane, and how many objects are deleted at a time.
pub(crate) struct Stage<'a> {
    plane: &'a Plane,
    objects: usize,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(plane: &'a Plane, objects: usize) -> Self {
        plane.namespace(ELSEWHERE);
        plane.config_map(ELSEWHERE, "read");
        Self { plane, objects }
    }

    /// Deletes with Secateur, planned before: the clock starts with the confirmation.
    pub(crate) fn ours(&self, kind: &'static str, round: usize, state: &Path) -> Run {
        let namespace = format!("{kind}-ours-{round}");
        self.seed(kind, &namespace);
        let targets = Targets {
            kind: kind.to_owned(),
            namespace: Some(namespace.clone()),
            label_selector: Some(label(kind)),
            ..Targets::default()
        };
        let (mut before, mut reading) = (Latencies::default(), None);
        let took = ours::delete(&self.plane.kubeconfig(), self.plane.name, state, &targets, || {
            before = self.read_alone();
            reading = Some(self.reading());
        });
        let during = reading.expect("the plan was confirmed").end();
        assert_eq!(self.left(kind, &namespace), 0, "{namespace}: said to be gone and is there");
        let sent = self.sent(&namespace);
        assert_eq!(sent, self.objects, "{namespace}: DELETEs in the server's audit log");
        eprintln!(
            "{kind}, Secateur: planned in {:.2} s, gone in {:.2} s, {:?}",
            took.planned.as_secs_f64(),
            took.deleted.as_secs_f64(),
            took.requests
        );
        Run { kind, way: OURS, seconds: took.deleted.as_secs_f64(), before, during, ours: Some(took) }
    }

    /// Deletes with kubectl.
    pub(crate) fn kubectl(&self, kind: &'static str, way: &'static str, arguments: &[&str]) -> Run {
        let namespace = format!("{kind}-{}", way.replace([' ', '=', '-'], ""));
        self.seed(kind, &namespace);
        let before = self.read_alone();
        let reading = self.reading();
        let began = Instant::now();
        self.plane.kubectl(&[&["delete", kind, "-n", &namespace, "-l", &label(kind)], arguments].concat());
        let seconds = began.elapsed().as_secs_f64();
        let during = reading.end();
        // What it did not wait for is not to disturb what comes next.
        wait_until(&format!("{namespace} is empty"), || self.left(kind, &namespace) == 0);
        eprintln!("{kind}, {way}: {seconds:.2} s");
        Run { kind, way, seconds, before, during, ours: None }
    }

    fn reading(&self) -> Reading {
        Reading::begin(&self.plane.kubeconfig(), OTHER, ELSEWHERE, "read")
    }

    fn read_alone(&self) -> Latencies {
        let reading = self.reading();
        std::thread::sleep(BEFORE);
        reading.end()
    }

    /// Seeds a namespace of its own; Pods run when it returns.
    fn seed(&self, kind: &str, namespace: &str) {
        let count = self.objects.to_string();
        let mut seed = self.plane.run("seed");
        seed.args([kind, "--namespace", namespace, "--count", &count]).stdout(Stdio::null());
        assert!(seed.status().expect("seed runs").success(), "{namespace} could not be seeded");
        if kind == "pods" {
            wait_until(&format!("the pods in {namespace} run"), || {
                self.counted(&["pods", "-n", namespace, "--field-selector", "status.phase=Running"])
                    == self.objects
            });
        }
    }

    /// How many are still there.
    fn left(&self, kind: &str, namespace: &str) -> usize {
        self.counted(&[kind, "-n", namespace, "-l", &label(kind)])
    }

    fn counted(&self, arguments: &[&str]) -> usize {
        self.plane.kubectl(&[&["get", "-o", "name"], arguments].concat()).lines().count()
    }

    /// The DELETEs of Secateur in a namespace that were for real, by the server's own log.
    fn sent(&self, namespace: &str) -> usize {
        let log = fs::read_to_string(self.plane.audit_log()).expect("the audit log");
        let events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let is_ours = |event: &Value| {
            let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
            text(event.get("userAgent")).starts_with("secateur")
                && event.get("verb").is_some_and(|verb| verb == "delete")
                && text(event.pointer("/objectRef/namespace")) == namespace
                && !text(event.get("requestURI")).contains("dryRun=")
        };
        events.filter(is_ours).count()
    }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "still not: {what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// What the seed labels its objects with.
fn label(kind: &str) -> String {
    format!("app={}", kind.trim_end_matches('s'))
}

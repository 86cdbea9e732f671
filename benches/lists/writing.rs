//! How soon a write at the server can be shown, and the one who writes.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::{
    plane,
    stage::{NAMESPACE, NAMESPACES},
    view::List,
};

/// How long somebody writes.
const WRITING: Duration = Duration::from_secs(40);
const EVERY: &str = "200ms";
const PROBE: &str = "Probe-";

/// Somebody who changes pods at the server.
pub(crate) struct Writer {
    child: Child,
}

/// What a writer says at its end.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Wrote {
    pub(crate) changes: f64,
    pub(crate) failed: f64,
    pub(crate) seconds: f64,
}

#[derive(Deserialize)]
struct Probe {
    number: u32,
    /// In nanoseconds of the wall clock, which both read.
    sent: u128,
    answered: u128,
}

/// From the moment that a write was sent until a hint had come and the changed row was pulled, in milliseconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Latencies {
    pub(crate) count: usize,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// The middle of what the write itself took.
    pub(crate) write_p50: f64,
}

/// The first pod changes again and again, and each change is waited for.
pub(crate) async fn latencies(list: &mut List, kubeconfig: &str, pods: usize) -> Latencies {
    let writer = Writer::start(kubeconfig, pods, &["--probe-every", EVERY]);
    let mut seen: HashMap<u32, u128> = HashMap::new();
    let end = Instant::now() + WRITING;
    while tokio::time::timeout_at(end, list.hint()).await.is_ok() {
        let window = list.window();
        let cells = window.rows.iter().flat_map(|row| row.cells.iter());
        let probe = cells.filter_map(|cell| cell.strip_prefix(PROBE)).find_map(|number| number.parse().ok());
        if let Some(number) = probe {
            seen.entry(number).or_insert_with(now);
        }
    }
    let (probes, _) = writer.end();
    // The last may not have come when nobody looked any more.
    let probes: Vec<_> = probes.iter().filter(|probe| seen.contains_key(&probe.number)).collect();
    assert!(probes.len() > 100, "{} changes were seen", probes.len());
    let took = |until: &dyn Fn(&Probe) -> u128| {
        let of_one = |probe: &&Probe| Duration::from_nanos_u128(until(probe).saturating_sub(probe.sent));
        probes.iter().map(of_one).collect::<Vec<_>>()
    };
    let until_seen = took(&|probe| seen.get(&probe.number).copied().unwrap_or_default());
    let until_answered = took(&|probe| probe.answered);
    Latencies {
        count: probes.len(),
        p50: percentile(&until_seen, 50),
        p99: percentile(&until_seen, 99),
        write_p50: percentile(&until_answered, 50),
    }
}

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_nanos()
}

/// The least that so many of a hundred do not exceed, in milliseconds.
pub(crate) fn percentile(latencies: &[Duration], hundredths: usize) -> f64 {
    let mut sorted = latencies.to_vec();
    sorted.sort();
    let rank = (sorted.len() * hundredths).div_ceil(100).max(1);
    sorted.get(rank - 1).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1_000.0)
}

impl Writer {
    pub(crate) fn start(kubeconfig: &str, pods: usize, how: &[&str]) -> Self {
        let (count, namespaces) = (pods.to_string(), NAMESPACES.to_string());
        let mut change = plane::command(&plane::binary());
        change
            .args(["change", "--kubeconfig", kubeconfig, "--namespace", NAMESPACE])
            .args(["--namespaces", &namespaces, "--count", &count])
            .args(how)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        Self { child: change.spawn().expect("the writer starts") }
    }

    /// Ends it; gives what it told.
    fn end(mut self) -> (Vec<Probe>, Wrote) {
        drop(self.child.stdin.take());
        let told = BufReader::new(self.child.stdout.take().expect("its output"));
        let mut lines: Vec<String> = told.lines().map(|line| line.expect("a line")).collect();
        assert!(self.child.wait().expect("it ends").success(), "the writer failed");
        let wrote = lines.pop().expect("its last line");
        let probes = lines.iter().map(|line| serde_json::from_str(line).expect("a probe"));
        (probes.collect(), serde_json::from_str(&wrote).expect("its sum"))
    }

    /// Ends it; gives what it wrote in all.
    pub(crate) fn stop(self) -> Wrote {
        self.end().1
    }
}

//! How soon a write at the server can be shown.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::{
    percentile::percentile,
    view::List,
    writer::{PROBE, Probe, Writer},
};

/// How long somebody writes.
const WRITING: Duration = Duration::from_secs(40);
const EVERY: &str = "200ms";

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
    // Hints tell what changes among the rows that were pulled last.
    list.window();
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

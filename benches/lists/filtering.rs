//! Filtering while very much changes, and for how long it may.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::{memory::Memory, percentile::percentile, view::List, writer::Writer};

/// Changes a second that are asked for; what came of it is measured.
const RATE: &str = "1000";
/// Each so manieth of them is a pod that goes and comes again.
const REPLACE_EVERY: &str = "20";
/// Until changes come as they will.
const WARMING: Duration = Duration::from_secs(3);
const KEYS: usize = 100;
const MINUTE: Duration = Duration::from_mins(1);
const BETWEEN_KEYS: Duration = Duration::from_millis(150);
/// How long pods change in all, in minutes, where nobody says.
const CHURN: u64 = 2;

/// From the filter's change until its rows were pulled, in milliseconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Filtered {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    /// Changes a second at the server meanwhile and afterwards.
    pub(crate) changes: f64,
    pub(crate) minutes: f64,
}

/// Types while pods change, and lets them change for longer.
pub(crate) async fn while_changing(list: &mut List, kubeconfig: &str, pods: usize) -> Filtered {
    let minutes = std::env::var("SECATEUR_BENCH_CHURN")
        .map_or(CHURN, |minutes| minutes.parse().expect("SECATEUR_BENCH_CHURN is a number of minutes"));
    say_memory("before pods change");
    let writer = Writer::start(kubeconfig, pods, &["--rate", RATE, "--replace-every", REPLACE_EVERY]);
    let end = Instant::now() + Duration::from_secs(minutes * 60);
    tokio::time::sleep(WARMING).await;
    let mut latencies = Vec::new();
    for key in 0..KEYS {
        // Each chooses ten pods of their own.
        let text = format!("pod-{:04}", (key * 37) % (pods / 10));
        let began = Instant::now();
        list.filter(&text).await;
        while !shows(list, &text) {
            list.hint().await;
        }
        latencies.push(began.elapsed());
        tokio::time::sleep(BETWEEN_KEYS).await;
    }
    list.filter("").await;
    say_memory("after typing");
    while Instant::now() < end {
        tokio::time::sleep_until(end.min(Instant::now() + MINUTE)).await;
        say_memory("while pods change");
    }
    let wrote = writer.end().1;
    Filtered {
        p50: percentile(&latencies, 50),
        p95: percentile(&latencies, 95),
        changes: wrote.rate(),
        minutes: wrote.seconds / 60.0,
    }
}

fn say_memory(when: &str) {
    eprintln!("{:.1} MiB {when}", Memory::now().share);
}

fn shows(list: &List, text: &str) -> bool {
    let rows = list.window().rows;
    rows.first().is_some_and(|row| row.row.name.starts_with(text))
}

//! What journeys stand on: control planes, the headless binary, an engine, faults.

pub(crate) mod chance;
pub(crate) mod course;
pub(crate) mod disk;
pub(crate) mod engine;
pub(crate) mod faults;
pub(crate) mod headless;
pub(crate) mod jobs;
pub(crate) mod keyring;
pub(crate) mod kubeconfig;
pub(crate) mod link;
pub(crate) mod parts;
pub(crate) mod peer;
pub(crate) mod plane;
pub(crate) mod practised;
pub(crate) mod printed;
pub(crate) mod recorder;
pub(crate) mod scripted;

use std::time::{Duration, Instant};

/// How long a condition may take that should be there in a moment.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until `is_so`; says what was waited for when it never comes.
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "still not: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Says that a test was left out, and why.
pub(crate) fn skipped(why: &str) {
    std::io::Write::write_all(&mut std::io::stderr(), format!("skipped: {why}\n").as_bytes())
        .expect("stderr");
}

//! Where most of what was measured is.

use std::time::Duration;

/// The least that so many of a hundred do not exceed, in milliseconds.
pub(crate) fn percentile(latencies: &[Duration], hundredths: usize) -> f64 {
    let mut sorted = latencies.to_vec();
    sorted.sort();
    let rank = (sorted.len() * hundredths).div_ceil(100).max(1);
    sorted.get(rank - 1).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1_000.0)
}

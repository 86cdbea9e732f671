//! This process as the kernel sees it.

use std::fs;

use nix::sys::{
    resource::{Usage, UsageWho, getrusage},
    time::TimeValLike,
};

/// Memory in MiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// Its share of what it has.
    pub(crate) share: f64,
    /// All that it has.
    pub(crate) resident: f64,
    /// The most it ever had.
    pub(crate) peak: f64,
}

impl Memory {
    pub(crate) fn now() -> Self {
        Self {
            share: field("/proc/self/smaps_rollup", "Pss:"),
            resident: field("/proc/self/status", "VmRSS:"),
            peak: field("/proc/self/status", "VmHWM:"),
        }
    }
}

/// The time of the processor that this process has had, in seconds.
pub(crate) fn processor() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("what it took");
    seconds(&usage)
}

/// The time of the processor, in user and kernel.
#[expect(clippy::cast_precision_loss, reason = "microseconds of one process are far from 2^52")]
pub(crate) fn seconds(usage: &Usage) -> f64 {
    (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6
}

fn field(file: &str, name: &str) -> f64 {
    let text = fs::read_to_string(file).expect("the kernel tells");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("the field");
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib / 1024.0
}

//! Many of something: how many, and in parts that know nothing of each other.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::chance::Chance;

/// Some of them.
pub(crate) struct Part {
    pub(crate) number: usize,
    pub(crate) count: usize,
    /// Chances of its own, which the same seed gives again.
    pub(crate) chance: Chance,
    /// What a failure should say.
    pub(crate) told: String,
}

/// How many of something, where the environment does not say: few in `make test`, many in `make proof`.
pub(crate) fn several(variable: &str, usually: usize) -> usize {
    std::env::var(variable).ok().and_then(|count| count.parse().ok()).unwrap_or(usually)
}

/// Does so many in parts of a size, some of which are done beside each other.
pub(crate) fn in_parts(count: usize, size: usize, beside: usize, work: impl Fn(Part) + Sync) {
    let seed = Chance::new().seed;
    let next = AtomicUsize::new(0);
    let one_after_the_other = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let left = count.saturating_sub(number * size);
            if left == 0 {
                return;
            }
            let chance = Chance::of(seed.wrapping_add(number as u64));
            let told = format!("SECATEUR_SEED={seed}, part {number}");
            work(Part { number, count: left.min(size), chance, told });
        }
    };
    std::thread::scope(|threads| {
        for _ in 0..beside {
            threads.spawn(one_after_the_other);
        }
    });
}

//! Chance that can be had again: a failure names its seed.

/// Numbers from a seed, by Knuth's linear congruential generator: good enough to choose by, and the same everywhere.
pub(crate) struct Chance {
    pub(crate) seed: u64,
    state: u64,
}

impl Chance {
    /// From `SECATEUR_SEED`, or from the clock.
    pub(crate) fn new() -> Self {
        let given = std::env::var("SECATEUR_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            u64::from(now.expect("after 1970").subsec_nanos())
        });
        Self::of(seed)
    }

    /// From this seed.
    pub(crate) fn of(seed: u64) -> Self {
        Self { seed, state: seed }
    }

    /// Some number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.state >> 33).expect("31 bits") % limit
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// Takes some of `all` out, at most `most`.
    pub(crate) fn take<T>(&mut self, all: &mut Vec<T>, most: usize) -> Vec<T> {
        let count = (1 + self.below(most)).min(all.len());
        (0..count).map(|_| all.swap_remove(self.below(all.len()))).collect()
    }
}

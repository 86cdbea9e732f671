//! How long to wait before what did not answer is tried again.

use std::time::Duration;

/// The first wait for a cluster that does not answer.
const FIRST: Duration = Duration::from_millis(800);
/// No wait is longer.
pub(crate) const LONGEST: Duration = Duration::from_secs(30);

/// Waits, each twice as long as the one before.
pub(crate) struct Backoff {
    first: Duration,
    next: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self::from(FIRST)
    }
}

impl Backoff {
    /// The first wait is this long.
    pub(crate) fn from(first: Duration) -> Self {
        Self { first, next: first }
    }

    /// The wait that is next.
    pub(crate) fn next(&mut self) -> Duration {
        let wait = self.next;
        self.next = (wait * 2).min(LONGEST);
        wait
    }

    /// Something answered for a while: the next wait is the first again.
    pub(crate) fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute() {
        let mut backoff = Backoff::default();
        let waits: Vec<u128> = (0..8).map(|_| backoff.next().as_millis()).collect();
        assert_eq!(waits, [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
        backoff.reset();
        assert_eq!(backoff.next().as_millis(), 800);
    }
}

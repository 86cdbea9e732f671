//! Notices that the machine was asleep: the clock on the wall went on while nothing else did.
//!
//! What was open before may lead nowhere, or to another place: lists are stale, watches are opened again, and jobs
//! ask each cluster what it is before they go on.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::clock::{Clock, millis};

/// How often the clocks are compared.
const TICK: Duration = Duration::from_millis(500);
/// A clock that is put right is moved by less.
const ASLEEP_MS: u64 = 3_000;
/// A busy machine is not late by so much.
const LATE_MS: u64 = 10_000;

/// Two clocks, as they were when they were compared last.
struct Clocks {
    wall: u64,
    steady: Instant,
}

impl Clocks {
    /// Whether the machine was asleep since the last comparison. Where the steady clock goes on during sleep, as on
    /// Windows, the long time between two comparisons says it.
    fn have_slept(&mut self, wall: u64, steady: Instant) -> bool {
        let by_wall = wall.saturating_sub(self.wall);
        let by_steady = millis(steady.duration_since(self.steady));
        (self.wall, self.steady) = (wall, steady);
        by_wall.saturating_sub(by_steady) > ASLEEP_MS || by_steady > LATE_MS
    }
}

/// Calls `woke` each time that the machine was asleep. Runs until it is dropped.
pub(crate) async fn watch(clock: Arc<dyn Clock>, woke: impl Fn() + Send) {
    let mut clocks = Clocks { wall: clock.now_ms(), steady: Instant::now() };
    loop {
        tokio::time::sleep(TICK).await;
        if clocks.have_slept(clock.now_ms(), Instant::now()) {
            woke();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both clocks go on by so many milliseconds.
    fn check(wall: u64, steady: u64, expected: bool) {
        let start = Instant::now();
        let mut clocks = Clocks { wall: 1_000_000, steady: start };
        let slept = clocks.have_slept(1_000_000 + wall, start + Duration::from_millis(steady));
        assert_eq!(slept, expected, "{wall} ms by the wall, {steady} ms by the steady clock");
    }

    #[test]
    fn a_tick_is_no_sleep() {
        check(500, 500, false);
    }
    #[test]
    fn a_clock_that_is_put_right_is_no_sleep() {
        check(2_400, 500, false);
        check(0, 500, false);
    }
    #[test]
    fn the_wall_going_on_alone_is_sleep() {
        check(60_000, 500, true);
    }
    #[test]
    fn a_tick_that_comes_much_too_late_is_sleep() {
        check(60_000, 60_000, true);
    }

    #[test]
    fn a_clock_that_was_put_back_is_no_sleep_and_the_next_sleep_is_noticed() {
        let start = Instant::now();
        let mut clocks = Clocks { wall: 1_000_000, steady: start };
        assert!(!clocks.have_slept(500_000, start + Duration::from_millis(500)));
        assert!(clocks.have_slept(560_000, start + Duration::from_secs(1)));
    }
}

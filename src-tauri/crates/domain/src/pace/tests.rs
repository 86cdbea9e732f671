//! The pace against a simulated server: so many workers, each of whom takes so long for a request.

use super::*;

/// A server with `workers`, each busy for `takes` ms with one request; over `at_most` under way it answers 429.
struct Simulated {
    workers: usize,
    takes: u64,
    at_most: usize,
}

/// What a run showed.
struct Run {
    limits: Vec<usize>,
    refused: usize,
    under_way: usize,
}

impl Simulated {
    /// Sends as much as the pace allows for `ms`.
    fn run(&self, pace: &mut Pace, ms: u64) -> Run {
        self.run_from(pace, 0, ms)
    }

    fn run_from(&self, pace: &mut Pace, from: u64, ms: u64) -> Run {
        // Each: when it was sent, when it is answered, whether it is refused.
        let mut out: Vec<(u64, u64, bool)> = Vec::new();
        let mut free_at = vec![from; self.workers];
        let mut run = Run { limits: Vec::new(), refused: 0, under_way: 0 };
        for now in from..from + ms {
            while let Some(place) = out.iter().position(|(_, at, _)| *at <= now) {
                let (sent, _, is_refused) = out.swap_remove(place);
                if is_refused {
                    run.refused += 1;
                    pace.slowed(Slowed::Busy { retry_after: Some(50) }, sent, now);
                } else {
                    pace.answered(sent, now);
                }
            }
            while pace.paused_until(now).is_none() && out.len() < pace.limit() {
                let is_refused = out.len() >= self.at_most;
                let worker = free_at.iter_mut().min().expect("a worker");
                let at = if is_refused { now + 1 } else { (*worker).max(now) + self.takes };
                if !is_refused {
                    *worker = at;
                }
                out.push((now, at, is_refused));
                pace.sent(out.len());
                run.under_way = run.under_way.max(out.len());
            }
            run.limits.push(pace.limit());
        }
        run
    }
}

#[test]
fn it_begins_with_two() {
    assert_eq!(Pace::default().limit(), 2);
}

#[test]
fn it_climbs_to_thirty_two_on_a_server_that_keeps_up_and_no_further() {
    let mut pace = Pace::default();
    let run = Simulated { workers: 64, takes: 20, at_most: 1_000 }.run(&mut pace, 3_000);
    assert_eq!((pace.limit(), run.under_way, run.refused), (32, 32, 0));
}

#[test]
fn a_request_waits_at_most_as_long_as_it_takes() {
    let check = |workers: usize, takes: u64| {
        let mut pace = Pace::default();
        let run = Simulated { workers, takes, at_most: 1_000 }.run(&mut pace, 10_000);
        let late = &run.limits[5_000..];
        let (least, most) = (late.iter().min(), late.iter().max());
        assert!(least >= Some(&workers), "a server of {workers} is kept busy: {least:?}");
        assert!(most <= Some(&(workers * 2)), "it queues on a server of {workers}: {most:?}");
    };
    check(2, 1);
    check(8, 20);
    check(12, 300);
}

#[test]
fn what_takes_longer_by_itself_is_not_held_back_for_ever() {
    let mut pace = Pace::default();
    Simulated { workers: 64, takes: 4, at_most: 1_000 }.run(&mut pace, 3_000);
    // Of another kind, with a webhook behind it: it is its own measure once few are under way.
    pace.measure_from(3_000);
    Simulated { workers: 64, takes: 400, at_most: 1_000 }.run_from(&mut pace, 3_000, 60_000);
    assert_eq!(pace.limit(), 32, "the server keeps up with that too");
}

#[test]
fn it_finds_what_a_server_that_refuses_takes() {
    let mut pace = Pace::default();
    let run = Simulated { workers: 64, takes: 20, at_most: 12 }.run(&mut pace, 30_000);
    let late = &run.limits[5_000..];
    assert!(late.iter().all(|limit| (4..=15).contains(limit)), "{:?}", late.iter().minmax());
    let answered = 30_000 / 20 * 8;
    assert!(run.refused * 20 < answered, "{} of about {answered} were refused", run.refused);
}

#[test]
fn thirty_two_refusals_at_once_halve_it_once() {
    let mut pace = Pace { limit: 32, ..Pace::default() };
    for _ in 0..32 {
        pace.slowed(Slowed::Busy { retry_after: None }, 5, 10);
    }
    assert_eq!(pace.limit(), 16);
    pace.slowed(Slowed::NoAnswer, 11, 20);
    assert_eq!(pace.limit(), 8);
}

#[test]
fn one_at_a_time_is_the_least() {
    let mut pace = Pace::default();
    for round in 0..10 {
        pace.slowed(Slowed::NoAnswer, round * 10 + 1, round * 10 + 2);
    }
    assert_eq!(pace.limit(), 1);
    assert_eq!(pace.paused_until(200), None, "a lost answer pauses nothing by itself");
}

#[test]
fn the_server_is_left_alone_as_long_as_it_says_and_two_minutes_at_most() {
    let check = |retry_after: Option<u64>, expected: u64| {
        let mut pace = Pace::default();
        pace.slowed(Slowed::Busy { retry_after }, 0, 1_000);
        assert_eq!(pace.paused_until(1_000), Some(1_000 + expected), "{retry_after:?}");
        assert_eq!(pace.paused_until(1_000 + expected), None);
    };
    check(Some(7_000), 7_000);
    check(None, 2_000);
    check(Some(3_600_000), 120_000);
}

#[test]
fn the_longest_wait_counts_whoever_was_told() {
    let mut pace = Pace::default();
    pace.slowed(Slowed::Busy { retry_after: Some(9_000) }, 0, 0);
    pace.slowed(Slowed::Busy { retry_after: Some(1_000) }, 0, 10);
    assert_eq!(pace.paused_until(10), Some(9_000));
}

#[test]
fn a_lane_that_has_little_to_send_learns_nothing() {
    let mut pace = Pace::default();
    for now in 0..1_000 {
        pace.sent(1);
        pace.answered(now, now + 1);
    }
    assert_eq!(pace.limit(), 2);
}

/// The least and the most, for messages.
trait MinMax {
    fn minmax(self) -> (usize, usize);
}

impl<'a, I: Iterator<Item = &'a usize> + Clone> MinMax for I {
    fn minmax(self) -> (usize, usize) {
        (self.clone().min().copied().unwrap_or(0), self.max().copied().unwrap_or(0))
    }
}

//! The machine does not fall asleep in the middle of a job.

use keepawake::KeepAwake;
use secateur_domain::outcome::Outcome;
use secateur_engine::{JobLane, JobState, JobSummary, LaneState, LaneWait};

/// Whether a job needs the machine: while something is on its way, or would be sent or learned soon. One that waits
/// for the person, or for objects that hang in their finalizers, can wait through the night.
pub(super) fn keeps_awake(job: &JobSummary) -> bool {
    if job.is_settled || job.state == JobState::Interrupted {
        return false;
    }
    job.in_flight > 0 || job.lanes.iter().any(moves)
}

fn moves(lane: &JobLane) -> bool {
    match lane.state {
        LaneState::Checking | LaneState::Paused(LaneWait::Server { .. } | LaneWait::Connection) => true,
        LaneState::Running | LaneState::Done | LaneState::Stopped => {
            lane.outcomes.iter().any(|(outcome, count)| *count > 0 && is_soon(outcome))
        }
        // One that waits for its turn does so while another moves.
        LaneState::Waiting | LaneState::Paused(LaneWait::SignIn | LaneWait::Unlock | LaneWait::Person) => {
            false
        }
    }
}

fn is_soon(outcome: &Outcome) -> bool {
    !outcome.is_final() && !matches!(outcome, Outcome::Terminating { .. })
}

/// Holds the machine awake while it is wanted.
#[derive(Default)]
pub(super) struct Awake {
    is_wanted: bool,
    hold: Option<KeepAwake>,
    is_told: bool,
}

impl Awake {
    /// Takes hold, or lets go. The system is asked when that changes, and not at every step of a job.
    pub(super) fn keep(&mut self, is_wanted: bool) {
        if is_wanted == self.is_wanted {
            return;
        }
        self.is_wanted = is_wanted;
        self.hold = None;
        if is_wanted {
            self.hold = hold().map_err(|error| self.tell(&error)).ok();
        }
    }

    /// A machine without a power daemon will not have one for the next job either.
    fn tell(&mut self, error: &keepawake::Error) {
        if !std::mem::replace(&mut self.is_told, true) {
            tracing::info!(%error, "the machine may fall asleep during a job");
        }
    }
}

/// Against sleep, however it is asked for; where only the idle machine can be held, that.
fn hold() -> keepawake::Result<KeepAwake> {
    ask(true).or_else(|_| ask(false))
}

fn ask(is_any_sleep: bool) -> keepawake::Result<KeepAwake> {
    keepawake::Builder::default()
        .idle(true)
        .sleep(is_any_sleep)
        .reason("Deleting objects and seeing that they are gone")
        .app_name("Secateur")
        .app_reverse_domain("dev.secateur.desktop")
        .create()
}

#[cfg(test)]
mod tests {
    use secateur_domain::{ids::ClusterId, outcome::WaitsFor, tier::Tier};

    use super::*;
    use crate::desktop::testing::job;

    fn lane(state: LaneState, outcomes: Vec<(Outcome, usize)>) -> JobLane {
        JobLane {
            cluster: ClusterId::derive("file", "context", "server"),
            name: "garden".into(),
            total: 3,
            tier: Tier::Unknown,
            is_practice: false,
            settled: 0,
            outcomes,
            state,
            seconds: None,
            at_once: 8,
            sentence: String::new(),
            problem: None,
        }
    }

    fn check(state: LaneState, outcome: &Outcome, expected: bool) {
        let job = job(JobState::Running, vec![lane(state, vec![(outcome.clone(), 1)])]);
        assert_eq!(keeps_awake(&job), expected, "{state:?} {outcome:?}");
    }

    #[test]
    fn a_lane_that_moves_holds_the_machine() {
        let terminating = || Outcome::Terminating { waits_for: WaitsFor::default() };
        check(LaneState::Checking, &Outcome::Waiting, true);
        check(LaneState::Running, &Outcome::Waiting, true);
        check(LaneState::Running, &Outcome::Accepted, true);
        check(LaneState::Done, &Outcome::Accepted, true);
        check(LaneState::Stopped, &Outcome::Requested, true);
        check(LaneState::Paused(LaneWait::Server { until: 1 }), &Outcome::Waiting, true);
        check(LaneState::Paused(LaneWait::Connection), &Outcome::Waiting, true);
        check(LaneState::Running, &terminating(), false);
        check(LaneState::Done, &Outcome::Gone { successor: None }, false);
        check(LaneState::Waiting, &Outcome::Waiting, false);
        for wait in [LaneWait::SignIn, LaneWait::Unlock, LaneWait::Person] {
            check(LaneState::Paused(wait), &Outcome::Waiting, false);
        }
    }

    #[test]
    fn what_is_on_its_way_holds_it_whatever_the_lanes_say() {
        let paused = lane(LaneState::Paused(LaneWait::Person), vec![(Outcome::Waiting, 2)]);
        let job = JobSummary { in_flight: 1, ..job(JobState::Paused, vec![paused]) };
        assert!(keeps_awake(&job));
    }

    #[test]
    fn a_job_at_its_end_holds_nothing() {
        for state in [JobState::Settled, JobState::Interrupted] {
            let job = job(state, vec![lane(LaneState::Running, vec![(Outcome::Waiting, 3)])]);
            assert!(!keeps_awake(&job), "{state:?}");
        }
    }
}

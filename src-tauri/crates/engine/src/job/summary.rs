//! A job in numbers, as the panel and the status bar show it.

use std::collections::VecDeque;

use secateur_domain::{ids::ClusterId, outcome::Outcome, tier::Tier};

use super::{
    sentences::{self, Counts},
    state::{LaneFacts, Targets, is_failed},
    words::{Intent, JobState, LaneState, LaneWait},
};
use crate::words;

/// The pace is that of so long, in milliseconds.
const LATELY_MS: u64 = 5_000;
/// There is no pace before this.
const SHORTEST_MS: u64 = 500;

/// A job in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSummary {
    /// Its id.
    pub job: String,
    /// "`ConfigMap` a", "14 Jobs".
    pub subject: String,
    /// When it began, in milliseconds of the local clock.
    pub started: u64,
    /// The same as a time of day.
    pub started_text: String,
    /// Who asked, where all clusters say the same.
    pub user: Option<String>,
    /// Where it is.
    pub state: JobState,
    /// Whether every target is at its end.
    pub is_settled: bool,
    /// Targets in all.
    pub total: usize,
    /// Those at their end.
    pub settled: usize,
    /// DELETEs on their way now.
    pub in_flight: usize,
    /// Targets settled a second, lately.
    pub per_second: Option<u32>,
    /// Seconds left at that pace.
    pub seconds_left: Option<u32>,
    /// How long it took, once it is settled.
    pub took: Option<String>,
    /// By outcome, those that occur; a recreated target is counted as `Gone` with a successor.
    pub outcomes: Vec<(Outcome, usize)>,
    /// One for each cluster.
    pub lanes: Vec<JobLane>,
    /// The one sentence about it.
    pub sentence: String,
    /// Targets that a new plan could try again.
    pub retryable: usize,
    /// Whether it waits for the person.
    pub needs_person: bool,
}

/// One cluster's part of a job in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobLane {
    /// The cluster.
    pub cluster: ClusterId,
    /// Its name.
    pub name: String,
    /// Its targets.
    pub total: usize,
    /// Its tier when the job began.
    pub tier: Tier,
    /// Whether it is a practice cluster.
    pub is_practice: bool,
    /// Those at their end.
    pub settled: usize,
    /// By outcome.
    pub outcomes: Vec<(Outcome, usize)>,
    /// Where it is.
    pub state: LaneState,
    /// Seconds until it goes on, where the server said.
    pub seconds: Option<u32>,
    /// DELETEs in flight at most, now.
    pub at_once: usize,
    /// Its one sentence.
    pub sentence: String,
    /// Why it did not go on, or why what became of its targets is not all written down.
    pub problem: Option<String>,
}

/// How many targets were settled, lately.
#[derive(Debug, Default)]
pub(super) struct Rate(VecDeque<(u64, usize)>);

impl Rate {
    /// So many are settled now.
    pub(super) fn note(&mut self, settled: usize, now: u64) {
        self.0.push_back((now, settled));
        // The newest of those that are too old stays: from it on, the whole time is covered.
        while self.0.get(1).is_some_and(|(at, _)| now.saturating_sub(*at) >= LATELY_MS) {
            self.0.pop_front();
        }
    }

    /// Targets settled a second.
    fn per_second(&self) -> Option<f64> {
        let ((first, before), (last, after)) = (self.0.front()?, self.0.back()?);
        let elapsed = last.saturating_sub(*first);
        #[expect(clippy::cast_precision_loss, reason = "counts and times far below 2^52")]
        (elapsed >= SHORTEST_MS).then(|| after.saturating_sub(*before) as f64 * 1_000.0 / elapsed as f64)
    }
}

impl Targets {
    pub(super) fn summary(&self, now: u64) -> JobSummary {
        let lanes: Vec<JobLane> = self.lanes.iter().map(|lane| self.lane_summary(lane, now)).collect();
        let settled = self.states.iter().filter(|state| state.outcome.is_final()).count();
        let counts = Counts::of(self.states.iter().map(|state| &state.outcome));
        let state = match (&self.settled_at, &self.intent) {
            (Some(_), _) => JobState::Settled,
            (None, Intent::Stop { .. }) => JobState::Stopped,
            (None, Intent::Pause) => JobState::Paused,
            (None, Intent::Run) => JobState::Running,
        };
        let rate = self.rate.per_second().filter(|_| state == JobState::Running);
        let needs_person = self.settled_at.is_none()
            && lanes.iter().any(|lane| {
                matches!(
                    lane.state,
                    LaneState::Paused(LaneWait::SignIn | LaneWait::Unlock | LaneWait::Person)
                )
            });
        JobSummary {
            job: self.id.clone(),
            subject: self.subject.clone(),
            started: self.started,
            started_text: words::time_of_day(self.started),
            user: self.user(),
            state,
            is_settled: self.settled_at.is_some(),
            total: self.states.len(),
            settled,
            in_flight: self.states.iter().filter(|state| state.outcome == Outcome::Requested).count(),
            per_second: rate.map(whole),
            seconds_left: rate.filter(|rate| *rate > 0.0).map(|rate| {
                #[expect(clippy::cast_precision_loss, reason = "a count of targets is far below 2^52")]
                whole((self.states.len() - settled) as f64 / rate)
            }),
            took: self.settled_at.map(|at| words::took(at.saturating_sub(self.started).cast_signed())),
            outcomes: count_outcomes(self.states.iter().map(|state| &state.outcome)),
            sentence: self.job_sentence(state, &counts, &lanes),
            lanes,
            retryable: self.states.iter().filter(|state| is_failed(&state.outcome)).count(),
            needs_person,
        }
    }

    fn lane_summary(&self, lane: &LaneFacts, now: u64) -> JobLane {
        let own: Vec<_> = self.states.iter().filter(|state| state.key.cluster == lane.cluster).collect();
        let seconds = match lane.state {
            LaneState::Paused(LaneWait::Server { until }) => {
                u32::try_from(until.saturating_sub(now).div_ceil(1_000)).ok()
            }
            _ => None,
        };
        let counts = Counts::of(own.iter().map(|state| &state.outcome));
        JobLane {
            cluster: lane.cluster.clone(),
            name: lane.name.clone(),
            total: own.len(),
            tier: lane.tier,
            is_practice: lane.is_practice,
            settled: own.iter().filter(|state| state.outcome.is_final()).count(),
            state: lane.state,
            seconds,
            at_once: lane.at_once,
            sentence: sentences::lane(&lane.name, lane.state, lane.at_once, seconds, &counts),
            problem: lane.problem.clone().or_else(|| self.journal_problem.clone()),
            outcomes: count_outcomes(own.iter().map(|state| &state.outcome)),
        }
    }

    fn job_sentence(&self, state: JobState, counts: &Counts, lanes: &[JobLane]) -> String {
        if let ([only], JobState::Running | JobState::Settled) = (self.states.as_slice(), state) {
            let waits = lanes.first().filter(|lane| matches!(lane.state, LaneState::Paused(_)));
            return match waits {
                Some(lane) if state == JobState::Running => lane.sentence.clone(),
                _ => self.sentence(only),
            };
        }
        match (state, &self.intent) {
            (JobState::Settled, Intent::Stop { cause }) if counts.not_sent > 0 => {
                sentences::stopped(cause, counts)
            }
            (JobState::Settled, _) => sentences::settled(&self.subject, counts),
            (_, Intent::Stop { cause }) => sentences::stopped(cause, counts),
            (JobState::Paused, _) => sentences::paused(counts),
            _ => String::new(),
        }
    }

    /// Who asks, where all clusters say the same.
    fn user(&self) -> Option<String> {
        let mut users = self.lanes.iter().map(|lane| lane.user.as_str());
        let first = users.next().filter(|user| !user.is_empty())?;
        users.all(|user| user == first).then(|| first.to_owned())
    }
}

/// Rounded to a whole number, and up to one where there is anything at all.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "neither negative nor near 2^32; the cast saturates"
)]
fn whole(number: f64) -> u32 {
    number.round().max(if number > 0.0 { 1.0 } else { 0.0 }) as u32
}

/// Counts by outcome, whatever an outcome carries; recreated targets apart from gone ones.
pub(super) fn count_outcomes<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Vec<(Outcome, usize)> {
    let mut counts: Vec<(Outcome, usize)> = Vec::new();
    for outcome in outcomes {
        match counts.iter_mut().find(|(known, _)| known.word() == outcome.word()) {
            Some((_, count)) => *count += 1,
            None => counts.push((outcome.clone(), 1)),
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::Rate;

    #[test]
    fn the_pace_is_that_of_the_last_five_seconds() {
        let mut rate = Rate::default();
        rate.note(0, 0);
        assert_eq!(rate.per_second(), None, "one look is no pace");
        rate.note(50, 1_000);
        assert_eq!(rate.per_second(), Some(50.0));
        for (second, settled) in (2..=10).zip((60..).step_by(10)) {
            rate.note(settled, second * 1_000);
        }
        assert_eq!(rate.per_second(), Some(10.0), "the fast first second is long over");
    }
}

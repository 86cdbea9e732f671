//! Jobs and outcomes.

use secateur_contract as page;
use secateur_domain::outcome::Outcome;
use secateur_engine::{EngineError, JobControl, JobLane, JobState, JobSummary, LaneState, LaneWait};

use super::{IntoEngine, IntoPage, count};

impl IntoEngine<JobControl> for page::JobControl {
    fn into_engine(self) -> Result<JobControl, EngineError> {
        Ok(match self {
            Self::Pause => JobControl::Pause,
            Self::Resume => JobControl::Resume,
            Self::Stop => JobControl::Stop,
        })
    }
}

impl IntoPage<page::JobSummary> for JobSummary {
    fn into_page(self) -> page::JobSummary {
        page::JobSummary {
            job: self.job,
            subject: self.subject,
            started: self.started_text,
            user: self.user,
            state: match self.state {
                JobState::Running => page::JobState::Running,
                JobState::Paused => page::JobState::Paused,
                JobState::Stopped => page::JobState::Stopped,
                JobState::Settled => page::JobState::Settled,
                JobState::Interrupted => page::JobState::Interrupted,
            },
            is_settled: self.is_settled,
            total: count(self.total),
            settled: count(self.settled),
            in_flight: count(self.in_flight),
            per_second: self.per_second,
            seconds_left: self.seconds_left,
            took: self.took,
            outcomes: self.outcomes.into_page(),
            lanes: self.lanes.into_page(),
            sentence: self.sentence,
            retryable: count(self.retryable),
            needs_person: self.needs_person,
        }
    }
}

impl IntoPage<page::JobLane> for JobLane {
    fn into_page(self) -> page::JobLane {
        let waits_for = match self.state {
            LaneState::Paused(wait) => Some(match wait {
                LaneWait::SignIn => page::LaneWait::SignIn,
                LaneWait::Unlock => page::LaneWait::Unlock,
                LaneWait::Server { .. } => page::LaneWait::Server,
                LaneWait::Connection => page::LaneWait::Connection,
                LaneWait::Person => page::LaneWait::Person,
            }),
            _ => None,
        };
        let state = match self.state {
            LaneState::Waiting => page::LaneState::Waiting,
            LaneState::Checking => page::LaneState::Checking,
            LaneState::Running => page::LaneState::Running,
            LaneState::Paused(_) => page::LaneState::Paused,
            LaneState::Stopped => page::LaneState::Stopped,
            LaneState::Done => page::LaneState::Done,
        };
        page::JobLane {
            cluster: self.cluster.to_string(),
            name: self.name,
            tier: self.tier.into_page(),
            is_practice: self.is_practice,
            total: count(self.total),
            settled: count(self.settled),
            outcomes: self.outcomes.into_page(),
            state,
            waits_for,
            seconds: self.seconds,
            at_once: count(self.at_once),
            sentence: self.sentence,
            problem: self.problem,
        }
    }
}

impl IntoPage<page::OutcomeCount> for (Outcome, usize) {
    fn into_page(self) -> page::OutcomeCount {
        page::OutcomeCount { outcome: self.0.into_page(), count: count(self.1) }
    }
}

impl IntoPage<page::Outcome> for Outcome {
    fn into_page(self) -> page::Outcome {
        match self {
            Self::Waiting => page::Outcome::Waiting,
            Self::Requested => page::Outcome::Requested,
            Self::Accepted => page::Outcome::Accepted,
            Self::Gone { successor: None } => page::Outcome::Gone,
            Self::Gone { successor: Some(_) } => page::Outcome::Recreated,
            Self::AlreadyGone => page::Outcome::AlreadyGone,
            Self::Replaced { .. } => page::Outcome::Replaced,
            Self::Terminating { .. } => page::Outcome::Terminating,
            Self::Refused { .. } => page::Outcome::Refused,
            Self::Unknown { .. } => page::Outcome::Unknown,
            Self::NotSent { .. } => page::Outcome::NotSent,
        }
    }
}

/// The word by which the domain and the journal know an outcome: `Outcome::word`.
pub(super) fn outcome_word(outcome: page::Outcome) -> &'static str {
    match outcome {
        page::Outcome::Waiting => "waiting",
        page::Outcome::Requested => "requested",
        page::Outcome::Accepted => "accepted",
        page::Outcome::Gone => "gone",
        page::Outcome::Recreated => "recreated",
        page::Outcome::AlreadyGone => "alreadyGone",
        page::Outcome::Replaced => "replaced",
        page::Outcome::Terminating => "terminating",
        page::Outcome::Refused => "refused",
        page::Outcome::Unknown => "unknown",
        page::Outcome::NotSent => "notSent",
    }
}

#[cfg(test)]
mod tests {
    use secateur_domain::{ids::Uid, outcome::WaitsFor};

    use super::*;

    fn check(outcome: Outcome) {
        let known = outcome.word();
        assert_eq!(outcome_word(outcome.into_page()), known);
    }

    #[test]
    fn the_page_asks_for_outcomes_by_the_journals_words() {
        let uid = Uid::parse("7b0c").ok();
        for outcome in [
            Outcome::Waiting,
            Outcome::Requested,
            Outcome::Accepted,
            Outcome::Gone { successor: None },
            Outcome::Gone { successor: uid.clone() },
            Outcome::AlreadyGone,
            Outcome::Replaced { successor: uid },
            Outcome::Terminating { waits_for: WaitsFor::default() },
            Outcome::Refused { status: 403, reason: String::new(), message: String::new() },
            Outcome::Unknown { cause: String::new() },
            Outcome::NotSent { cause: String::new() },
        ] {
            check(outcome);
        }
    }
}

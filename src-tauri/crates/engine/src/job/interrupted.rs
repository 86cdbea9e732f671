//! An interrupted job in numbers, from the journal alone.

use secateur_domain::{ids::ObjectKey, outcome::Outcome, practice::is_practice};

use super::{
    resume::{Interrupted, given_up},
    sentences::{self, Counts},
    state::is_failed,
    summary::{JobLane, JobSummary, count_outcomes},
    words::{JobState, LaneState},
};
use crate::words;

impl Interrupted {
    /// What the panel says of it until a person decides.
    pub(crate) fn summary(&self) -> JobSummary {
        let targets: Vec<(ObjectKey, Outcome)> =
            self.targets.iter().map(|row| (row.target.object.key(), as_left(&row.latest.outcome))).collect();
        let keys: Vec<ObjectKey> = targets.iter().map(|(key, _)| key.clone()).collect();
        let started = u64::try_from(self.row.created).unwrap_or_default();
        let lanes = self.row.clusters.iter().map(|cluster| {
            let own = || targets.iter().filter(|(key, _)| key.cluster == cluster.cluster);
            let counts = Counts::of(own().map(|(_, outcome)| outcome));
            JobLane {
                cluster: cluster.cluster.clone(),
                name: cluster.name.clone(),
                total: counts.total(),
                tier: cluster.tier,
                is_practice: is_practice(&cluster.server),
                settled: own().filter(|(_, outcome)| outcome.is_final()).count(),
                outcomes: count_outcomes(own().map(|(_, outcome)| outcome)),
                state: LaneState::Stopped,
                seconds: None,
                at_once: 0,
                sentence: sentences::lane(&cluster.name, LaneState::Stopped, 0, None, &counts),
                problem: None,
            }
        });
        let lanes: Vec<JobLane> = lanes.collect();
        let mut users = self.row.clusters.iter().map(|cluster| cluster.user.as_deref());
        let first = users.next().flatten();
        JobSummary {
            job: self.row.job.clone(),
            subject: words::subject(&keys),
            started,
            started_text: words::time_of_day(started),
            user: first.filter(|user| users.all(|other| other == Some(user))).map(str::to_owned),
            state: JobState::Interrupted,
            is_settled: false,
            total: targets.len(),
            settled: targets.iter().filter(|(_, outcome)| outcome.is_final()).count(),
            in_flight: 0,
            per_second: None,
            seconds_left: None,
            took: None,
            outcomes: count_outcomes(targets.iter().map(|(_, outcome)| outcome)),
            lanes,
            sentence: sentences::interrupted(&Counts::of(targets.iter().map(|(_, outcome)| outcome))),
            retryable: targets.iter().filter(|(_, outcome)| is_failed(outcome)).count(),
            needs_person: true,
        }
    }
}

/// What was on its way when nobody was left to hear the answer is unknown until it is checked.
fn as_left(outcome: &Outcome) -> Outcome {
    match outcome {
        Outcome::Requested | Outcome::Accepted => given_up(outcome).unwrap_or_else(|| outcome.clone()),
        other => other.clone(),
    }
}

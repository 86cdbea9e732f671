//! The targets of a job and where each of them is.

use std::{collections::HashMap, sync::Arc};

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::{Outcome, Seen},
    plan::Plan,
    row::{ColumnKind, Liveness, Row, RowState},
    tier::Tier,
};
use secateur_store::OutcomeRecord;

use super::{
    after_sight,
    words::{JobState, LaneState},
};
use crate::{
    list::ListSnapshot,
    marks::{key_columns, key_row},
    session::Session,
    words,
};

/// After so long without news of a target, in milliseconds, it is looked at.
const OVERDUE_MS: u64 = 3_000;
const OVERDUE_TERMINATING_MS: u64 = 15_000;

/// Where one target is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TargetState {
    /// The target.
    pub(super) key: ObjectKey,
    /// Its outcome so far.
    pub(super) outcome: Outcome,
    /// Since when, in milliseconds of the local clock.
    pub(super) since: u64,
    /// The server's id for the DELETE.
    pub(super) audit_id: Option<String>,
    /// What a watch saw before the DELETE was answered: it counts once the answer is here.
    seen_early: Option<Seen>,
    /// Nothing can be seen of it.
    is_blind: bool,
    /// The server said "deleted" with its UID.
    is_named: bool,
    /// Nothing more is done about it.
    is_given_up: bool,
    /// When it was looked at last because it was overdue.
    looked_at: u64,
}

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

struct LaneFacts {
    cluster: ClusterId,
    name: String,
    user: String,
    tier: Tier,
    problem: Option<String>,
}

/// All targets of a job.
pub(super) struct Targets {
    id: String,
    subject: String,
    started: u64,
    is_settled: bool,
    states: Vec<TargetState>,
    lanes: Vec<LaneFacts>,
    journal_problem: Option<String>,
}

impl Targets {
    pub(super) fn new(
        id: String,
        plan: &Plan,
        sessions: &HashMap<ClusterId, Arc<Session>>,
        now: u64,
    ) -> Self {
        let states = plan
            .targets()
            .iter()
            .map(|key| TargetState {
                key: key.clone(),
                outcome: Outcome::Waiting,
                since: now,
                audit_id: None,
                seen_early: None,
                is_blind: false,
                is_named: false,
                is_given_up: false,
                looked_at: now,
            })
            .collect();
        let lanes = plan
            .clusters()
            .iter()
            .map(|(cluster, planned)| LaneFacts {
                cluster: cluster.clone(),
                name: planned.name.clone(),
                user: sessions.get(cluster).and_then(|session| session.summary().user).unwrap_or_default(),
                tier: planned.tier,
                problem: None,
            })
            .collect();
        let subject = words::subject(plan.targets());
        Self { id, subject, started: now, is_settled: false, states, lanes, journal_problem: None }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn len(&self) -> usize {
        self.states.len()
    }

    pub(super) fn get(&self, target: usize) -> Option<&TargetState> {
        self.states.get(target)
    }

    /// Takes what the DELETE was answered with.
    pub(super) fn answer(
        &mut self,
        target: usize,
        outcome: Outcome,
        audit_id: Option<String>,
        now: u64,
    ) -> bool {
        let Some(state) = self.states.get_mut(target) else { return false };
        if audit_id.is_some() {
            state.audit_id = audit_id;
        }
        // What was seen to be gone does not come back by an answer that was under way.
        if state.outcome.is_gone() {
            return false;
        }
        let is_set = set(state, outcome, now);
        is_set | end_unseen(state, now)
    }

    /// The server named the target's UID as deleted.
    pub(super) fn name(&mut self, target: usize) {
        if let Some(state) = self.states.get_mut(target) {
            state.is_named = true;
        }
    }

    /// Nothing more is done about a target whose outcome is unknown.
    pub(super) fn give_up(&mut self, target: usize) {
        if let Some(state) = self.states.get_mut(target) {
            state.is_given_up = true;
        }
    }

    /// What a watch saw of a target before its DELETE was answered.
    pub(super) fn take_seen_early(&mut self, target: usize) -> Option<Seen> {
        let state = self.states.get_mut(target)?;
        if is_unanswered(&state.outcome) { None } else { state.seen_early.take() }
    }

    /// Takes what was seen of a target.
    pub(super) fn see(&mut self, target: usize, seen: &Seen, now: u64) -> bool {
        let Some(state) = self.states.get_mut(target) else { return false };
        if is_unanswered(&state.outcome) {
            // A watch can be faster than the answer; the answer says whether it was our doing.
            state.seen_early = Some(seen.clone());
            return false;
        }
        match after_sight(&state.outcome, &state.key, seen) {
            Some(outcome) => set(state, outcome, now),
            None => false,
        }
    }

    /// Nothing can be seen of a target: the server's own word is the last one, if it named the UID.
    pub(super) fn blind(&mut self, target: usize, now: u64) -> bool {
        let Some(state) = self.states.get_mut(target) else { return false };
        state.is_blind = true;
        end_unseen(state, now)
    }

    pub(super) fn set_problem(&mut self, cluster: &ClusterId, problem: String) {
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.cluster == *cluster) {
            lane.problem = Some(problem);
        }
    }

    pub(super) fn set_journal_problem(&mut self, problem: &str) {
        self.journal_problem = Some(format!("What became of these targets is not written down: {problem}."));
    }

    pub(super) fn set_settled(&mut self, is_settled: bool) {
        self.is_settled = is_settled;
    }

    pub(super) fn are_all_final(&self) -> bool {
        let is_over = |state: &TargetState| {
            let is_unseen = state.is_blind && !is_unanswered(&state.outcome);
            let is_left = state.is_given_up && matches!(state.outcome, Outcome::Unknown { .. });
            state.outcome.is_final() || is_unseen || is_left
        };
        self.states.iter().all(is_over)
    }

    /// Targets that their watch has said nothing about for too long, at most `most`, the longest unlooked-at first.
    /// They count as looked at now.
    pub(super) fn take_overdue(&mut self, now: u64, most: usize) -> Vec<(usize, ObjectKey)> {
        let is_overdue = |state: &TargetState| {
            let pace = match state.outcome {
                Outcome::Accepted | Outcome::Unknown { .. } => OVERDUE_MS,
                Outcome::Terminating { .. } => OVERDUE_TERMINATING_MS,
                _ => return false,
            };
            !state.is_blind && now.saturating_sub(state.looked_at.max(state.since)) > pace
        };
        let mut overdue: Vec<_> =
            self.states.iter_mut().enumerate().filter(|(_, state)| is_overdue(state)).collect();
        overdue.sort_by_key(|(_, state)| state.looked_at);
        let taken = overdue.into_iter().take(most).map(|(target, state)| {
            state.looked_at = now;
            (target, state.key.clone())
        });
        taken.collect()
    }

    /// What the journal is told of these targets.
    pub(super) fn records(&self, targets: &[usize]) -> Vec<OutcomeRecord> {
        targets
            .iter()
            .filter_map(|&target| {
                let state = self.states.get(target)?;
                Some(OutcomeRecord {
                    ordinal: u32::try_from(target).ok()?,
                    outcome: state.outcome.clone(),
                    audit_id: state.audit_id.clone(),
                    status: None,
                    note: None,
                    at: state.since.cast_signed(),
                })
            })
            .collect()
    }

    pub(super) fn summary(&self) -> JobSummary {
        let lanes = self
            .lanes
            .iter()
            .map(|lane| {
                let own: Vec<_> =
                    self.states.iter().filter(|state| state.key.cluster == lane.cluster).collect();
                JobLane {
                    cluster: lane.cluster.clone(),
                    name: lane.name.clone(),
                    total: own.len(),
                    tier: lane.tier,
                    settled: own.iter().filter(|state| state.outcome.is_final()).count(),
                    outcomes: count(own),
                    state: if self.is_settled { LaneState::Done } else { LaneState::Running },
                    seconds: None,
                    at_once: 8,
                    sentence: String::new(),
                    problem: lane.problem.clone().or_else(|| self.journal_problem.clone()),
                }
            })
            .collect();
        let sentence = match self.states.as_slice() {
            [only] => self.sentence(only),
            _ => String::new(),
        };
        JobSummary {
            job: self.id.clone(),
            subject: self.subject.clone(),
            started: self.started,
            started_text: words::time_of_day(self.started),
            user: None,
            state: if self.is_settled { JobState::Settled } else { JobState::Running },
            is_settled: self.is_settled,
            total: self.states.len(),
            settled: self.states.iter().filter(|state| state.outcome.is_final()).count(),
            in_flight: self.states.iter().filter(|state| state.outcome == Outcome::Requested).count(),
            per_second: None,
            seconds_left: None,
            took: None,
            outcomes: count(&self.states),
            lanes,
            sentence,
            retryable: 0,
            needs_person: false,
        }
    }

    /// The targets as a list: what needs a person first, the rest newest first.
    pub(super) fn snapshot(&self) -> ListSnapshot {
        let mut ordered: Vec<&TargetState> = self.states.iter().collect();
        ordered.sort_by_key(|state| (rank(&state.outcome), std::cmp::Reverse(state.since)));
        ListSnapshot {
            columns: key_columns(&[("Outcome", ColumnKind::Outcome)], &[("Since", ColumnKind::Age)]),
            rows: ordered.into_iter().map(|state| Arc::new(self.row(state))).collect(),
            liveness: if self.is_settled { Liveness::Settled } else { Liveness::Live },
        }
    }

    fn row(&self, state: &TargetState) -> Row {
        let cluster_name = self.lane(state).map_or("", |lane| lane.name.as_str());
        let since = words::time_of_day(state.since);
        let mut row = key_row(&state.key, cluster_name, &[state.outcome.word()], &[&since]);
        row.state = match &state.outcome {
            Outcome::Terminating { .. } => RowState::Terminating,
            outcome if outcome.is_gone() => RowState::Gone,
            _ => RowState::Live,
        };
        row.note = needs_words(&state.outcome).then(|| self.sentence(state));
        row.outcome = Some(state.outcome.clone());
        row
    }

    fn sentence(&self, state: &TargetState) -> String {
        if state.is_blind && state.outcome == (Outcome::Gone { successor: None }) {
            return format!("{} is gone, the server says. It may not be looked at.", state.key);
        }
        let (name, user) = self.lane(state).map_or(("", ""), |lane| (lane.name.as_str(), lane.user.as_str()));
        words::sentence(&state.key, name, &state.outcome, state.since, user)
    }

    fn lane(&self, state: &TargetState) -> Option<&LaneFacts> {
        self.lanes.iter().find(|lane| lane.cluster == state.key.cluster)
    }
}

fn set(state: &mut TargetState, outcome: Outcome, now: u64) -> bool {
    if state.outcome == outcome {
        return false;
    }
    // Finalizers that come and go do not make a target terminate anew.
    if std::mem::discriminant(&state.outcome) != std::mem::discriminant(&outcome) {
        state.since = now;
    }
    state.outcome = outcome;
    true
}

/// Ends a target that nobody may look at: gone by the server's own word, or unknown.
fn end_unseen(state: &mut TargetState, now: u64) -> bool {
    match state.outcome {
        Outcome::Accepted if state.is_blind && state.is_named => {
            set(state, Outcome::Gone { successor: None }, now)
        }
        Outcome::Accepted if state.is_blind => {
            let cause = "the server took it, and nobody here may look whether it is gone".to_owned();
            set(state, Outcome::Unknown { cause }, now)
        }
        _ => false,
    }
}

/// Whether the DELETE was not sent yet, or not answered.
fn is_unanswered(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Waiting | Outcome::Requested)
}

/// Counts by outcome, whatever an outcome carries; recreated targets apart from gone ones.
fn count<'a>(states: impl IntoIterator<Item = &'a TargetState>) -> Vec<(Outcome, usize)> {
    let mut counts: Vec<(Outcome, usize)> = Vec::new();
    for state in states {
        let word = state.outcome.word();
        match counts.iter_mut().find(|(outcome, _)| outcome.word() == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((state.outcome.clone(), 1)),
        }
    }
    counts
}

/// Which outcomes say more than their word.
pub(super) fn needs_words(outcome: &Outcome) -> bool {
    !matches!(
        outcome,
        Outcome::Waiting
            | Outcome::Requested
            | Outcome::Accepted
            | Outcome::Gone { successor: None }
            | Outcome::AlreadyGone
    )
}

fn rank(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Refused { .. } | Outcome::NotSent { .. } => 0,
        Outcome::Unknown { .. } => 1,
        Outcome::Replaced { .. } => 2,
        Outcome::Terminating { .. } => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests;

//! The targets of a job and where each of them is.

use std::{collections::HashMap, sync::Arc};

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::{Outcome, Seen},
    plan::Plan,
    row::{ColumnKind, Liveness, Row, RowState},
};
use secateur_store::OutcomeRecord;

use super::after_sight;
use crate::{
    list::ListSnapshot,
    marks::{key_columns, key_row},
    session::Session,
    words,
};

/// Where one target is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetState {
    /// The target.
    pub key: ObjectKey,
    /// Its outcome so far.
    pub outcome: Outcome,
    /// Since when, in milliseconds of the local clock.
    pub since: u64,
    /// The server's id for the DELETE.
    pub audit_id: Option<String>,
    /// What a watch saw before the DELETE was answered: it counts once the answer is here.
    seen_early: Option<Seen>,
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
    /// Whether every target is at its end.
    pub is_settled: bool,
    /// Targets in all.
    pub total: usize,
    /// By outcome, those that occur; a recreated target is counted as `Gone` with a successor.
    pub outcomes: Vec<(Outcome, usize)>,
    /// One for each cluster.
    pub lanes: Vec<JobLane>,
    /// The one sentence about the only target.
    pub sentence: Option<String>,
    /// Why the journal does not have everything, if so.
    pub journal_problem: Option<String>,
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
    /// By outcome.
    pub outcomes: Vec<(Outcome, usize)>,
    /// Why it did not go on.
    pub problem: Option<String>,
}

struct LaneState {
    cluster: ClusterId,
    name: String,
    user: String,
    problem: Option<String>,
}

/// All targets of a job.
pub(super) struct Targets {
    id: String,
    subject: String,
    started: u64,
    is_settled: bool,
    states: Vec<TargetState>,
    lanes: Vec<LaneState>,
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
            })
            .collect();
        let lanes = plan
            .clusters()
            .iter()
            .map(|(cluster, planned)| LaneState {
                cluster: cluster.clone(),
                name: planned.name.clone(),
                user: sessions.get(cluster).and_then(|session| session.summary().user).unwrap_or_default(),
                problem: None,
            })
            .collect();
        let subject = words::subject(plan.targets());
        Self { id, subject, started: now, is_settled: false, states, lanes, journal_problem: None }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
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
        // A look that settles a lost answer may come after the watch has settled it already.
        if state.outcome.is_gone() && matches!(outcome, Outcome::Gone { .. } | Outcome::Terminating { .. }) {
            return false;
        }
        set(state, outcome, now)
    }

    /// What a watch saw of a target before its DELETE was answered.
    pub(super) fn take_seen_early(&mut self, target: usize) -> Option<Seen> {
        let state = self.states.get_mut(target)?;
        if state.outcome == Outcome::Requested { None } else { state.seen_early.take() }
    }

    /// Takes what was seen of a target.
    pub(super) fn see(&mut self, target: usize, seen: &Seen, now: u64) -> bool {
        let Some(state) = self.states.get_mut(target) else { return false };
        if state.outcome == Outcome::Requested {
            // A watch can be faster than the answer; the answer says whether it was our doing.
            state.seen_early = Some(seen.clone());
            return false;
        }
        match after_sight(&state.outcome, &state.key, seen) {
            Some(outcome) => set(state, outcome, now),
            None => false,
        }
    }

    /// Nothing can be seen of a target: the server's own word is the last one.
    pub(super) fn blind(&mut self, target: usize, now: u64) -> bool {
        let Some(state) = self.states.get_mut(target) else { return false };
        state.outcome == Outcome::Accepted && set(state, Outcome::Gone { successor: None }, now)
    }

    pub(super) fn set_problem(&mut self, cluster: &ClusterId, problem: String) {
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.cluster == *cluster) {
            lane.problem = Some(problem);
        }
    }

    pub(super) fn set_journal_problem(&mut self, problem: &str) {
        self.journal_problem = Some(problem.to_owned());
    }

    pub(super) fn set_settled(&mut self, is_settled: bool) {
        self.is_settled = is_settled;
    }

    pub(super) fn are_all_final(&self) -> bool {
        self.states.iter().all(|state| state.outcome.is_final())
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
                    outcomes: count(own),
                    problem: lane.problem.clone(),
                }
            })
            .collect();
        let sentence = match self.states.as_slice() {
            [only] => Some(self.sentence(only)),
            _ => None,
        };
        JobSummary {
            job: self.id.clone(),
            subject: self.subject.clone(),
            started: self.started,
            started_text: words::time_of_day(self.started),
            is_settled: self.is_settled,
            total: self.states.len(),
            outcomes: count(&self.states),
            lanes,
            sentence,
            journal_problem: self.journal_problem.clone(),
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
        let mut row = key_row(&state.key, cluster_name, &[words::outcome_word(&state.outcome)], &[&since]);
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
        let (name, user) = self.lane(state).map_or(("", ""), |lane| (lane.name.as_str(), lane.user.as_str()));
        words::sentence(&state.key, name, &state.outcome, state.since, user)
    }

    fn lane(&self, state: &TargetState) -> Option<&LaneState> {
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

/// Counts by outcome, whatever an outcome carries; recreated targets apart from gone ones.
fn count<'a>(states: impl IntoIterator<Item = &'a TargetState>) -> Vec<(Outcome, usize)> {
    let mut counts: Vec<(Outcome, usize)> = Vec::new();
    for state in states {
        let word = words::outcome_word(&state.outcome);
        match counts.iter_mut().find(|(outcome, _)| words::outcome_word(outcome) == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((state.outcome.clone(), 1)),
        }
    }
    counts
}

/// Which outcomes say more than their word.
fn needs_words(outcome: &Outcome) -> bool {
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

//! The targets of a job and where each of them is.

use std::{collections::HashMap, sync::Arc};

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::{Outcome, Seen},
    pace::Pace,
    plan::Until,
    row::{ColumnKind, Liveness, Remarks, Row, RowState},
    tier::Tier,
};
use secateur_store::OutcomeRecord;

use super::{
    PlannedJob, Reply, after_sight,
    summary::Rate,
    words::{Intent, LaneState, LaneWait},
};
use crate::{
    list::{self, ListSnapshot},
    marks::{key_columns, key_row},
    session::Session,
    words,
};

/// A target that is terminating for so long over its grace period, in milliseconds, is held by something.
const HELD_MS: u64 = 10_000;
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
    /// The HTTP status of the last reply.
    status: Option<u16>,
    /// What else the receipt should say.
    note: Option<String>,
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

/// One cluster's part as it is now.
pub(super) struct LaneFacts {
    pub(super) cluster: ClusterId,
    pub(super) name: String,
    pub(super) user: String,
    pub(super) tier: Tier,
    pub(super) is_practice: bool,
    pub(super) problem: Option<String>,
    pub(super) state: LaneState,
    /// DELETEs under way at most.
    pub(super) at_once: usize,
    pub(super) has_ended: bool,
}

/// All targets of a job.
pub(super) struct Targets {
    pub(super) id: String,
    pub(super) subject: String,
    pub(super) started: u64,
    /// When the job was settled, in milliseconds of the local clock.
    pub(super) settled_at: Option<u64>,
    pub(super) until: Until,
    pub(super) intent: Intent,
    pub(super) states: Vec<TargetState>,
    /// In the order of execution.
    pub(super) lanes: Vec<LaneFacts>,
    pub(super) journal_problem: Option<String>,
    pub(super) rate: Rate,
}

impl Targets {
    /// All targets where they are before the first DELETE: waiting, or where an earlier run left them.
    pub(super) fn new(
        id: String,
        planned: &PlannedJob,
        sessions: &HashMap<ClusterId, Arc<Session>>,
        now: u64,
    ) -> Self {
        let plan = planned.confirmed.plan();
        let states = plan.targets().iter().enumerate().map(|(target, key)| {
            let so_far = planned.so_far.get(&target);
            TargetState {
                key: key.clone(),
                outcome: so_far.map_or(Outcome::Waiting, |so_far| so_far.outcome.clone()),
                since: so_far.and_then(|so_far| u64::try_from(so_far.at).ok()).unwrap_or(now),
                audit_id: so_far.and_then(|so_far| so_far.audit_id.clone()),
                status: None,
                note: None,
                seen_early: None,
                is_blind: false,
                is_named: false,
                is_given_up: false,
                looked_at: now,
            }
        });
        let lanes = plan.order().into_iter().filter_map(|cluster| {
            let planned = plan.clusters().get(&cluster)?;
            Some(LaneFacts {
                name: planned.name.clone(),
                user: sessions.get(&cluster).and_then(|session| session.summary().user).unwrap_or_default(),
                tier: planned.tier,
                is_practice: planned.is_practice(),
                problem: None,
                state: LaneState::Checking,
                at_once: Pace::default().limit(),
                has_ended: false,
                cluster,
            })
        });
        Self {
            id,
            subject: words::subject(plan.targets()),
            started: now,
            settled_at: None,
            until: plan.options().until,
            intent: Intent::Run,
            states: states.collect(),
            lanes: lanes.collect(),
            journal_problem: None,
            rate: Rate::default(),
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn get(&self, target: usize) -> Option<&TargetState> {
        self.states.get(target)
    }

    /// Takes what the DELETE was answered with.
    pub(super) fn answer(&mut self, target: usize, outcome: Outcome, reply: Reply, now: u64) -> bool {
        let Some(state) = self.states.get_mut(target) else { return false };
        if reply.audit_id.is_some() {
            state.audit_id = reply.audit_id;
        }
        (state.status, state.note) = (reply.status, words::warned(&reply.warnings));
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

    /// A lane has sent all that it will send; `problem` says why that is not everything.
    pub(super) fn end_lane(&mut self, cluster: &ClusterId, problem: Option<String>) {
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.cluster == *cluster) {
            lane.has_ended = true;
            let is_stopped = problem.is_some() || matches!(self.intent, Intent::Stop { .. });
            lane.state = if is_stopped { LaneState::Stopped } else { LaneState::Done };
            lane.problem = problem;
        }
    }

    pub(super) fn set_lane(&mut self, cluster: &ClusterId, state: LaneState, at_once: usize) {
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.cluster == *cluster && !lane.has_ended) {
            (lane.state, lane.at_once) = (state, at_once);
        }
    }

    pub(super) fn set_journal_problem(&mut self, problem: &str) {
        self.journal_problem = Some(format!("What became of these targets is not written down: {problem}."));
    }

    /// Whether nothing more is sent and nothing more awaited.
    pub(super) fn are_all_over(&self) -> bool {
        self.lanes.iter().all(|lane| lane.has_ended) && self.states.iter().all(|state| self.is_over(state))
    }

    /// How many of them more is awaited of.
    pub(super) fn left(&self) -> usize {
        self.states.iter().filter(|state| !self.is_over(state)).count()
    }

    /// Whether all that is left is held: terminating for longer than it should be. The job then counts as settled,
    /// and says so, while it is followed on.
    pub(super) fn are_rest_held(&self, now: u64) -> bool {
        let is_held = |state: &TargetState| match &state.outcome {
            Outcome::Terminating { waits_for } => {
                let until = waits_for.until.and_then(|until| u64::try_from(until).ok());
                let from = until.map_or(state.since, |until| state.since.max(until.saturating_mul(1_000)));
                now.saturating_sub(from) > HELD_MS
            }
            _ => false,
        };
        self.lanes.iter().all(|lane| lane.has_ended)
            && self.states.iter().all(|state| self.is_over(state) || is_held(state))
    }

    fn is_over(&self, state: &TargetState) -> bool {
        let is_unseen = state.is_blind && !is_unanswered(&state.outcome);
        let is_left = state.is_given_up && matches!(state.outcome, Outcome::Unknown { .. });
        let is_taken = self.until == Until::Accepted
            && matches!(state.outcome, Outcome::Accepted | Outcome::Terminating { .. });
        state.outcome.is_final() || is_unseen || is_left || is_taken
    }

    /// How many are settled now counts for the pace.
    pub(super) fn note_pace(&mut self, now: u64) {
        let settled = self.states.iter().filter(|state| state.outcome.is_final()).count();
        self.rate.note(settled, now);
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

    /// What the journal is told of a target's step; nothing where it knows: that a DELETE is on its way was written
    /// before it was. What came with a reply is told once.
    pub(super) fn record(&mut self, target: usize) -> Option<OutcomeRecord> {
        let state = self.states.get_mut(target)?;
        if state.outcome == Outcome::Requested {
            return None;
        }
        Some(OutcomeRecord {
            ordinal: u32::try_from(target).ok()?,
            outcome: state.outcome.clone(),
            audit_id: state.audit_id.clone(),
            status: state.status.take(),
            note: state.note.take(),
            at: state.since.cast_signed(),
        })
    }

    /// The targets as a list: what needs a person first, the rest newest first.
    pub(super) fn snapshot(&self) -> ListSnapshot {
        let mut ordered: Vec<&TargetState> = self.states.iter().collect();
        ordered.sort_by_key(|state| (rank(&state.outcome), std::cmp::Reverse(state.since)));
        let columns = key_columns(&[("Outcome", ColumnKind::Outcome)], &[("Since", ColumnKind::Age)]);
        let rows = ordered.into_iter().map(|state| Arc::new(self.row(state)));
        list::chosen(
            columns,
            rows,
            if self.settled_at.is_some() { Liveness::Settled } else { Liveness::Live },
        )
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
        let note = needs_words(&state.outcome).then(|| self.sentence(state));
        let outcome = Some(state.outcome.clone());
        row.remarks = Some(Box::new(Remarks { note, outcome, rehearsal: None }));
        row
    }

    pub(super) fn sentence(&self, state: &TargetState) -> String {
        if state.is_blind && state.outcome == (Outcome::Gone { successor: None }) {
            return format!("{} is gone, the server says. It may not be looked at.", state.key);
        }
        if let (Outcome::Unknown { .. }, Some(lane)) = (&state.outcome, self.lane(state))
            && lane.state == LaneState::Paused(LaneWait::SignIn)
        {
            let name = &lane.name;
            return format!(
                "Unknown: no answer to the DELETE. Checked by its UID as soon as {name} is signed in."
            );
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

/// Whether it was not deleted, and trying again makes sense.
pub(super) fn is_failed(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused { .. } | Outcome::NotSent { .. } | Outcome::Unknown { .. })
}

#[cfg(test)]
mod tests;

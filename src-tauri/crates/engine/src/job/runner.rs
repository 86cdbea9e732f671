//! The task that owns a job: it takes what lanes and followers tell, writes it down, and tells it on.

use std::{collections::HashMap, sync::Arc, time::Duration};

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::Outcome,
    plan::{Order, PlannedCluster},
};
use secateur_store::OutcomeRecord;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{
    JobContext, JobSummary, PlannedJob, Step,
    copies::{Copier, Room},
    gate::{Gate, Turn},
    lane::{CopyWanted, Lane, LaneTarget},
    pen::Pen,
    state::Targets,
    words::Intent,
};
use crate::{
    event::Event,
    follow::{Followed, Sight, Start},
    list::ListSnapshot,
    session::Session,
};

/// Steps that come within this time are journaled and told together.
const TOGETHER: Duration = Duration::from_millis(20);
/// While this many targets are left, steps are gathered longer: drawing up all rows takes its time. The last ones are
/// told at once, and with them the end.
const MANY: usize = 200;
const TOGETHER_MANY: Duration = Duration::from_millis(200);
/// So many steps may wait to be written down: the bound keeps a fast server from running ahead of the journal.
const AHEAD: usize = 4_096;
/// How often targets that their watch says nothing about are looked for; so many are then looked at.
const OVERDUE: Duration = Duration::from_secs(3);
const OVERDUE_AT_ONCE: usize = 32;
/// How long a settled job is still followed, so that what takes a target's place is seen.
const LINGER: Duration = Duration::from_secs(3);
/// Countdowns and the pace move on this often.
const SECOND: Duration = Duration::from_secs(1);

/// Owns a job's targets.
pub(super) struct Runner {
    targets: Targets,
    summary: watch::Sender<Arc<JobSummary>>,
    snapshot: watch::Sender<Arc<ListSnapshot>>,
    intent: Arc<watch::Sender<Intent>>,
    turn: watch::Sender<usize>,
    pen: Pen,
    gates: HashMap<ClusterId, Arc<Gate>>,
    context: JobContext,
}

/// Where lanes and followers tell what they have to tell.
struct Ears {
    steps: mpsc::Sender<Step>,
    sights: mpsc::Sender<Sight>,
    followers: CancellationToken,
}

impl Runner {
    /// With receivers for what it tells.
    pub(super) fn new(
        id: String,
        planned: &PlannedJob,
        intent: Arc<watch::Sender<Intent>>,
        context: JobContext,
    ) -> (Self, watch::Receiver<Arc<JobSummary>>, watch::Receiver<Arc<ListSnapshot>>) {
        let now = context.clock.now_ms();
        let targets = Targets::new(id.clone(), planned, &context.sessions, now);
        let (summary, summaries) = watch::channel(Arc::new(targets.summary(now)));
        let (snapshot, snapshots) = watch::channel(Arc::new(targets.snapshot()));
        let pen = Pen::new(context.journal.clone(), id, &context.tasks);
        let turn = watch::Sender::new(0);
        let runner = Self { targets, summary, snapshot, intent, turn, pen, gates: HashMap::new(), context };
        (runner, summaries, snapshots)
    }

    /// Runs until the job is settled. When the backend ends, what was told until then is written down first.
    pub(super) fn spawn(self, planned: PlannedJob) {
        let tasks = self.context.tasks.clone();
        tasks.spawn(self.run(planned));
    }

    async fn run(mut self, planned: PlannedJob) {
        let (steps, mut stepped) = mpsc::channel(AHEAD);
        let (sights, mut seen) = mpsc::channel(AHEAD);
        let ears = Ears { steps, sights: sights.clone(), followers: self.context.stop.child_token() };
        self.start_lanes(planned, &ears);
        let mut overdue = tokio::time::interval(OVERDUE);
        let mut second = tokio::time::interval(SECOND);
        let mut intent = self.intent.subscribe();
        let ended = self.context.stop.clone();
        self.tell();
        while !self.targets.are_all_over() {
            let mut written = Vec::new();
            let mut is_news = true;
            tokio::select! {
                () = ended.cancelled() => {}
                Some(step) = stepped.recv() => self.step(step, &mut written),
                Some(sight) = seen.recv() => self.sight(sight, &mut written),
                _ = overdue.tick() => {
                    is_news = false;
                    self.look_at_overdue(&sights);
                }
                _ = second.tick() => is_news = self.targets.settled_at.is_none(),
                Ok(()) = intent.changed() => self.targets.intent = intent.borrow_and_update().clone(),
            }
            while let Ok(step) = stepped.try_recv() {
                self.step(step, &mut written);
            }
            while let Ok(sight) = seen.try_recv() {
                self.sight(sight, &mut written);
            }
            is_news |= !written.is_empty();
            self.keep(written).await;
            if self.targets.settled_at.is_none() && self.targets.are_rest_held(self.context.clock.now_ms()) {
                // Nothing more is done; what is held is followed on, and keeps nobody waiting.
                self.finish().await;
            } else if is_news {
                self.tell();
            }
            if ended.is_cancelled() {
                break;
            }
            if !self.targets.are_all_over() {
                let together = if self.targets.left() < MANY { TOGETHER } else { TOGETHER_MANY };
                let _ = tokio::time::timeout(together, ended.cancelled()).await;
            }
        }
        drop(sights);
        if self.targets.are_all_over() {
            self.finish().await;
            drop(ears.sights);
            ended.run_until_cancelled(self.linger(seen)).await;
        }
        ears.followers.cancel();
    }

    fn start_lanes(&mut self, planned: PlannedJob, ears: &Ears) {
        let plan = planned.confirmed.plan().clone();
        let is_staged = plan.options().order != Order::Together;
        let room = Arc::new(Room::default());
        let mut targets = lane_targets(&planned);
        let mut waiting = planned.waiting;
        for (place, cluster) in plan.order().into_iter().enumerate() {
            let session = self.context.sessions.get(&cluster).map(Arc::clone);
            let (Some(session), Some(own)) = (session, plan.clusters().get(&cluster)) else { continue };
            let turn = Turn { stage: if is_staged { place } else { 0 }, now: self.turn.subscribe() };
            let gate = Arc::new(Gate::new(
                Arc::clone(&session),
                own.clone(),
                self.intent.subscribe(),
                turn,
                Arc::clone(&self.context.clock),
                ears.steps.clone(),
            ));
            self.gates.insert(cluster.clone(), Arc::clone(&gate));
            let followed = plan.targets().iter().enumerate().filter(|(target, key)| {
                let is_final = planned.so_far.get(target).is_some_and(|so_far| so_far.outcome.is_final());
                key.cluster == cluster && !is_final
            });
            let followed = followed.map(|(target, key)| (target, key.clone()));
            let (readiness, group_count) = self.follow(&session, own, followed, ears);
            let (own_targets, rest): (Vec<_>, Vec<_>) =
                targets.into_iter().partition(|target| target.key.cluster == cluster);
            targets = rest;
            let (to_wait, to_send): (Vec<_>, Vec<_>) =
                own_targets.into_iter().partition(|target| waiting.contains_key(&target.target));
            let lane = Lane {
                gate,
                pen: self.pen.clone(),
                copier: Copier {
                    trash: self.context.trash.clone(),
                    job: self.targets.id().to_owned(),
                    cluster,
                    fingerprint: own.fingerprint.digest(),
                    clock: Arc::clone(&self.context.clock),
                    room: Arc::clone(&room),
                },
                options: plan.options(),
                waiting: to_wait
                    .iter()
                    .filter_map(|target| Some((target.target, waiting.remove(&target.target)?)))
                    .collect(),
                targets: to_send,
                intent: Arc::clone(&self.intent),
                clock: Arc::clone(&self.context.clock),
                steps: ears.steps.clone(),
                readiness,
                group_count,
            };
            self.context.tasks.spawn(self.context.stop.clone().run_until_cancelled_owned(lane.run()));
        }
    }

    /// One watch for each kind; gives what counts those that are open, and how many there are.
    fn follow(
        &self,
        session: &Arc<Session>,
        planned: &PlannedCluster,
        targets: impl Iterator<Item = (usize, ObjectKey)>,
        ears: &Ears,
    ) -> (watch::Receiver<usize>, usize) {
        let (ready, readiness) = watch::channel(0);
        let groups = Followed::by_kind(session, &planned.fingerprint, targets);
        let group_count = groups.len();
        for group in groups {
            let (own, mut own_sights) = mpsc::channel(64);
            let (forward, ready) = (ears.sights.clone(), ready.clone());
            let token = &ears.followers;
            self.context.tasks.spawn(token.clone().run_until_cancelled_owned(group.run(Start::Watch, own)));
            self.context.tasks.spawn(token.clone().run_until_cancelled_owned(async move {
                while let Some(sight) = own_sights.recv().await {
                    if matches!(sight, Sight::Ready) {
                        ready.send_modify(|count| *count += 1);
                    } else if forward.send(sight).await.is_err() {
                        return;
                    }
                }
            }));
        }
        (readiness, group_count)
    }

    /// Looks at targets that should have been seen to go: a watch can lose what a proxy swallowed.
    fn look_at_overdue(&mut self, sights: &mpsc::Sender<Sight>) {
        for (target, key) in self.targets.take_overdue(self.context.clock.now_ms(), OVERDUE_AT_ONCE) {
            let Some(gate) = self.gates.get(&key.cluster).map(Arc::clone) else { continue };
            let sights = sights.clone();
            self.context.tasks.spawn(self.context.stop.clone().run_until_cancelled_owned(async move {
                // Another cluster behind the same address says nothing of the target.
                let Ok(signed_in) = gate.session.signed_in() else { return };
                let Ok(Ok(identified)) = tokio::time::timeout(OVERDUE, gate.identified()).await else {
                    return;
                };
                match identified.client.look(&key).await {
                    Ok(_) if !gate.is_identified(&signed_in) => {}
                    // The job has settled meanwhile when nobody listens.
                    Ok(seen) => drop(sights.send(Sight::Target { target, seen }).await),
                    Err(error) => drop(gate.session.error("get", error)),
                }
            }));
        }
    }

    fn step(&mut self, step: Step, written: &mut Vec<OutcomeRecord>) {
        match step {
            Step::Lane { cluster, state, at_once } => self.targets.set_lane(&cluster, state, at_once),
            Step::LaneEnded { cluster, problem } => {
                self.targets.end_lane(&cluster, problem);
                // The next one's turn, where they come one after the other.
                self.turn.send_modify(|turn| *turn += 1);
            }
            Step::Named { target } => self.targets.name(target),
            Step::GaveUp { target } => self.targets.give_up(target),
            Step::Target { target, outcome, reply } => {
                let now = self.context.clock.now_ms();
                let warnings = reply.warnings.clone();
                if self.targets.answer(target, outcome, reply, now) {
                    written.extend(self.targets.record(target));
                    self.told(target, warnings);
                }
                if let Some(seen) = self.targets.take_seen_early(target) {
                    self.sight(Sight::Target { target, seen }, written);
                }
            }
        }
    }

    fn sight(&mut self, sight: Sight, written: &mut Vec<OutcomeRecord>) {
        let now = self.context.clock.now_ms();
        let (target, is_new) = match sight {
            Sight::Ready => return,
            Sight::Target { target, seen } => (target, self.targets.see(target, &seen, now)),
            Sight::Blind(target) => (target, self.targets.blind(target, now)),
        };
        if is_new {
            written.extend(self.targets.record(target));
            self.told(target, Vec::new());
        }
    }

    /// Every step of a target is told, in order.
    fn told(&self, target: usize, warnings: Vec<String>) {
        if let Some(state) = self.targets.get(target) {
            self.context.events.send(Event::TargetChanged {
                job: self.targets.id().to_owned(),
                key: Box::new(state.key.clone()),
                outcome: state.outcome.clone(),
                audit_id: state.audit_id.clone(),
                warnings,
            });
            if state.outcome.is_gone() || matches!(state.outcome, Outcome::Replaced { .. }) {
                let identity = state.key.identity();
                if self.context.marks.with(|marks| marks.contains(&identity)) {
                    let summary = self.context.marks.unmark([&identity]);
                    self.context.events.send(Event::SelectionChanged(summary));
                }
            }
        }
    }

    /// Writes every step to the journal, in one transaction.
    async fn keep(&mut self, records: Vec<OutcomeRecord>) {
        if records.is_empty() {
            return;
        }
        if let Err(problem) = self.pen.write(records).await {
            self.targets.set_journal_problem(&problem);
        }
    }

    /// The job is settled: it is written down once, and told.
    async fn finish(&mut self) {
        let now = self.context.clock.now_ms();
        if self.targets.settled_at.is_none() {
            self.targets.settled_at = Some(now);
            let (journal, id) = (self.context.journal.clone(), self.targets.id().to_owned());
            let finished =
                tokio::task::spawn_blocking(move || journal.finish_job(&id, now.cast_signed())).await;
            if let Ok(Err(error)) = finished {
                self.targets.set_journal_problem(&error.to_string());
            }
        }
        self.tell();
    }

    /// Looks on for a moment: what a controller puts in a target's place comes a little later.
    async fn linger(&mut self, mut seen: mpsc::Receiver<Sight>) {
        let until = tokio::time::Instant::now() + LINGER;
        while let Ok(Some(sight)) = tokio::time::timeout_at(until, seen.recv()).await {
            let mut written = Vec::new();
            self.sight(sight, &mut written);
            if !written.is_empty() {
                self.keep(written).await;
                self.tell();
            }
        }
    }

    fn tell(&mut self) {
        let now = self.context.clock.now_ms();
        self.targets.note_pace(now);
        let summary = Arc::new(self.targets.summary(now));
        self.summary.send_replace(Arc::clone(&summary));
        self.snapshot.send_replace(Arc::new(self.targets.snapshot()));
        self.context.events.send(Event::JobChanged(Box::new(summary.as_ref().clone())));
    }
}

/// The targets that are still to be sent, as lanes know them.
fn lane_targets(planned: &PlannedJob) -> Vec<LaneTarget> {
    let plan = planned.confirmed.plan();
    let targets = plan.targets().iter().enumerate();
    let to_send = targets.filter(|(target, _)| !planned.so_far.contains_key(target));
    to_send
        .map(|(target, key)| LaneTarget {
            target,
            version: plan.version(key).map(str::to_owned),
            level: planned.levels.get(target).copied().unwrap_or_default(),
            is_refusal_foreseen: planned
                .rehearsals
                .get(target)
                .is_some_and(|(rehearsal, _)| rehearsal.is_refused()),
            is_doubtful: planned.doubtful.contains(&target),
            copy: if planned.uncopied.contains_key(&target) {
                CopyWanted::NotPossible
            } else if let Some(at) = planned.copied.get(&target) {
                CopyWanted::Done { at: *at }
            } else {
                CopyWanted::Yes
            },
            dependants: planned.dependants.get(&target).cloned().unwrap_or_default(),
            key: key.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::job_for_one;

    #[test]
    fn a_copy_of_an_earlier_run_is_as_old_as_it_is() {
        let mut planned = job_for_one();
        let copy = |planned: &PlannedJob| lane_targets(planned).first().map(|target| target.copy);
        assert_eq!(copy(&planned), Some(CopyWanted::Yes));
        planned.copied.insert(0, 7);
        assert_eq!(copy(&planned), Some(CopyWanted::Done { at: 7 }), "so that an old one is made again");
        planned.uncopied.insert(0, "no get".to_owned());
        assert_eq!(copy(&planned), Some(CopyWanted::NotPossible));
    }
}

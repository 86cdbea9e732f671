//! Executing a confirmed plan: one task owns the targets' outcomes; a lane for each cluster sends, followers watch.

mod journaled;
mod lane;
mod planned;
mod state;
mod words;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::{Outcome, Seen, after_look},
    plan::{ConfirmedPlan, PlannedCluster},
};
use secateur_store::Journal;
use tokio::sync::{mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use self::journaled::journaled;
pub(crate) use self::planned::PlannedJob;
use self::{lane::Lane, state::Targets};
pub use self::{
    state::{JobLane, JobSummary},
    words::{JobControl, JobState, LaneState, LaneWait},
};
use crate::{
    clock::Clock,
    event::{Event, EventSink},
    follow::{Followed, Sight, Start},
    list::ListSnapshot,
    marks::Marks,
    session::Session,
};

/// Steps that come within this time are journaled and told together.
const TOGETHER: Duration = Duration::from_millis(20);
/// From this many targets on, steps are gathered longer: drawing up all rows takes its time.
const MANY: usize = 200;
const TOGETHER_MANY: Duration = Duration::from_millis(200);
/// So many steps may wait to be written down: the bound keeps a fast server from running ahead of the journal.
const AHEAD: usize = 4_096;
/// How often targets that their watch says nothing about are looked for; so many are then looked at.
const OVERDUE: Duration = Duration::from_secs(3);
const OVERDUE_AT_ONCE: usize = 32;
/// How long a settled job is still followed, so that what takes a target's place is seen.
const LINGER: Duration = Duration::from_secs(3);

/// What a job needs of the backend.
pub(crate) struct JobContext {
    pub(crate) sessions: HashMap<ClusterId, Arc<Session>>,
    pub(crate) journal: Journal,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: Arc<dyn EventSink<Event>>,
    pub(crate) marks: Arc<Marks>,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

/// A running or settled job. Its tasks end with the backend.
pub(crate) struct Job {
    pub(crate) summaries: watch::Receiver<Arc<JobSummary>>,
    pub(crate) snapshots: watch::Receiver<Arc<ListSnapshot>>,
}

/// What lanes tell the job.
#[derive(Debug)]
enum Step {
    /// A target moved on.
    Target { target: usize, outcome: Outcome, audit_id: Option<String> },
    /// The server said "deleted" and named the target's UID. Comes before the outcome.
    Named { target: usize },
    /// A target's outcome stays unknown: nothing more is sent, and it was there when it was looked at last.
    GaveUp { target: usize },
    /// A lane has sent all that it will send.
    LaneEnded { problem: Option<(ClusterId, String)> },
}

/// A target that was terminating before the job, and so is sent nothing.
pub(crate) type AlreadyTerminating = HashMap<usize, Outcome>;

impl Job {
    /// Starts executing. The journal already holds the intent.
    pub(crate) fn start(id: String, planned: PlannedJob, context: JobContext) -> Self {
        let PlannedJob { confirmed, waiting, .. } = planned;
        let targets = Targets::new(id, confirmed.plan(), &context.sessions, context.clock.now_ms());
        let (summary, summaries) = watch::channel(Arc::new(targets.summary()));
        let (snapshot, snapshots) = watch::channel(Arc::new(targets.snapshot()));
        let runner =
            Runner { targets, summary, snapshot, open_lanes: confirmed.plan().clusters().len(), context };
        let stop = runner.context.stop.clone();
        let tasks = runner.context.tasks.clone();
        tasks.spawn(stop.run_until_cancelled_owned(runner.run(confirmed, waiting)));
        Self { summaries, snapshots }
    }
}

struct Runner {
    targets: Targets,
    summary: watch::Sender<Arc<JobSummary>>,
    snapshot: watch::Sender<Arc<ListSnapshot>>,
    open_lanes: usize,
    context: JobContext,
}

impl Runner {
    async fn run(mut self, confirmed: ConfirmedPlan, waiting: AlreadyTerminating) {
        let (steps, mut stepped) = mpsc::channel(AHEAD);
        let (sights, mut seen) = mpsc::channel(AHEAD);
        let followers = self.context.stop.child_token();
        self.start_lanes(&confirmed, &waiting, &steps, &sights, &followers);
        drop(steps);
        let together = if self.targets.len() < MANY { TOGETHER } else { TOGETHER_MANY };
        let mut overdue = tokio::time::interval(OVERDUE);
        self.tell();
        while !self.is_settled() {
            let mut changed = Vec::new();
            tokio::select! {
                Some(step) = stepped.recv() => self.step(step, &mut changed),
                Some(sight) = seen.recv() => self.sight(sight, &mut changed),
                _ = overdue.tick() => self.look_at_overdue(confirmed.plan().clusters(), &sights),
            }
            while let Ok(step) = stepped.try_recv() {
                self.step(step, &mut changed);
            }
            while let Ok(sight) = seen.try_recv() {
                self.sight(sight, &mut changed);
            }
            self.keep(&changed).await;
            self.tell();
            if !self.is_settled() {
                tokio::time::sleep(together).await;
            }
        }
        drop(sights);
        self.finish().await;
        self.linger(seen).await;
        followers.cancel();
    }

    fn start_lanes(
        &self,
        confirmed: &ConfirmedPlan,
        waiting: &AlreadyTerminating,
        steps: &mpsc::Sender<Step>,
        sights: &mpsc::Sender<Sight>,
        followers: &CancellationToken,
    ) {
        for (cluster, planned) in confirmed.plan().clusters() {
            let Some(session) = self.context.sessions.get(cluster) else { continue };
            let targets: Vec<(usize, ObjectKey)> = confirmed
                .plan()
                .targets()
                .iter()
                .enumerate()
                .filter(|(_, key)| key.cluster == *cluster)
                .map(|(target, key)| (target, key.clone()))
                .collect();
            let (ready, readiness) = watch::channel(0);
            let groups = Followed::by_kind(session, &planned.fingerprint, targets.iter().cloned());
            let group_count = groups.len();
            for group in groups {
                let (own, mut own_sights) = mpsc::channel(64);
                let (forward, ready) = (sights.clone(), ready.clone());
                self.context
                    .tasks
                    .spawn(followers.clone().run_until_cancelled_owned(group.run(Start::Watch, own)));
                self.context.tasks.spawn(followers.clone().run_until_cancelled_owned(async move {
                    while let Some(sight) = own_sights.recv().await {
                        if matches!(sight, Sight::Ready) {
                            ready.send_modify(|count| *count += 1);
                        } else if forward.send(sight).await.is_err() {
                            return;
                        }
                    }
                }));
            }
            let lane = Lane {
                session: Arc::clone(session),
                planned: planned.clone(),
                options: confirmed.plan().options(),
                targets,
                waiting: waiting.clone(),
                steps: steps.clone(),
                readiness,
                group_count,
            };
            self.context.tasks.spawn(self.context.stop.clone().run_until_cancelled_owned(lane.run()));
        }
    }

    /// Looks at targets that should have been seen to go: a watch can lose what a proxy swallowed.
    fn look_at_overdue(
        &mut self,
        planned: &BTreeMap<ClusterId, PlannedCluster>,
        sights: &mpsc::Sender<Sight>,
    ) {
        for (target, key) in self.targets.take_overdue(self.context.clock.now_ms(), OVERDUE_AT_ONCE) {
            let session = self.context.sessions.get(&key.cluster).map(Arc::clone);
            let (Some(session), Some(planned)) = (session, planned.get(&key.cluster)) else { continue };
            let (fingerprint, sights) = (planned.fingerprint.clone(), sights.clone());
            self.context.tasks.spawn(self.context.stop.clone().run_until_cancelled_owned(async move {
                let Ok(signed_in) = session.signed_in() else { return };
                // Another cluster behind the same address says nothing of the target.
                if signed_in.fingerprint != fingerprint {
                    return;
                }
                match signed_in.client.look(&key).await {
                    // The job has settled meanwhile when nobody listens.
                    Ok(seen) => drop(sights.send(Sight::Target { target, seen }).await),
                    Err(error) => drop(session.error("get", error)),
                }
            }));
        }
    }

    fn step(&mut self, step: Step, changed: &mut Vec<usize>) {
        match step {
            Step::LaneEnded { problem } => {
                self.open_lanes = self.open_lanes.saturating_sub(1);
                if let Some((cluster, problem)) = problem {
                    self.targets.set_problem(&cluster, problem);
                }
            }
            Step::Named { target } => self.targets.name(target),
            Step::GaveUp { target } => self.targets.give_up(target),
            Step::Target { target, outcome, audit_id } => {
                let now = self.context.clock.now_ms();
                if self.targets.answer(target, outcome, audit_id, now) {
                    changed.push(target);
                    self.told(target);
                }
                if let Some(seen) = self.targets.take_seen_early(target) {
                    self.sight(Sight::Target { target, seen }, changed);
                }
            }
        }
    }

    fn sight(&mut self, sight: Sight, changed: &mut Vec<usize>) {
        let now = self.context.clock.now_ms();
        match sight {
            Sight::Ready => {}
            Sight::Target { target, seen } => {
                if self.targets.see(target, &seen, now) {
                    changed.push(target);
                    self.told(target);
                }
            }
            Sight::Blind(target) => {
                if self.targets.blind(target, now) {
                    changed.push(target);
                    self.told(target);
                }
            }
        }
    }

    /// Every step of a target is told, in order.
    fn told(&self, target: usize) {
        if let Some(state) = self.targets.get(target) {
            self.context.events.send(Event::TargetChanged {
                job: self.targets.id().to_owned(),
                key: Box::new(state.key.clone()),
                outcome: state.outcome.clone(),
                audit_id: state.audit_id.clone(),
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

    /// Writes the changed outcomes to the journal, in one transaction.
    async fn keep(&mut self, changed: &[usize]) {
        let records = self.targets.records(changed);
        if records.is_empty() {
            return;
        }
        let (journal, id) = (self.context.journal.clone(), self.targets.id().to_owned());
        let kept = tokio::task::spawn_blocking(move || journal.record_all(&id, &records)).await;
        match kept {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.targets.set_journal_problem(&error.to_string()),
            Err(error) => self.targets.set_journal_problem(&error.to_string()),
        }
    }

    async fn finish(&mut self) {
        let (journal, id, now) =
            (self.context.journal.clone(), self.targets.id().to_owned(), self.context.clock.now_ms());
        let finished = tokio::task::spawn_blocking(move || journal.finish_job(&id, now.cast_signed())).await;
        if let Ok(Err(error)) = finished {
            self.targets.set_journal_problem(&error.to_string());
        }
        self.tell();
    }

    /// Looks on for a moment: what a controller puts in a target's place comes a little later.
    async fn linger(&mut self, mut seen: mpsc::Receiver<Sight>) {
        let until = tokio::time::Instant::now() + LINGER;
        while let Ok(Some(sight)) = tokio::time::timeout_at(until, seen.recv()).await {
            let mut changed = Vec::new();
            self.sight(sight, &mut changed);
            if !changed.is_empty() {
                self.keep(&changed).await;
                self.tell();
            }
        }
    }

    fn is_settled(&self) -> bool {
        self.open_lanes == 0 && self.targets.are_all_final()
    }

    fn tell(&mut self) {
        let is_settled = self.is_settled();
        self.targets.set_settled(is_settled);
        let summary = Arc::new(self.targets.summary());
        self.summary.send_replace(Arc::clone(&summary));
        self.snapshot.send_replace(Arc::new(self.targets.snapshot()));
        self.context.events.send(Event::JobChanged(Box::new(summary.as_ref().clone())));
    }
}

/// The outcome that a look at a target's name gives it, if the look says anything new. See the domain's rules.
fn after_sight(present: &Outcome, key: &ObjectKey, seen: &Seen) -> Option<Outcome> {
    match (present, seen) {
        (
            Outcome::Requested | Outcome::Accepted | Outcome::Terminating { .. } | Outcome::Unknown { .. },
            _,
        ) => after_look(&key.uid, seen),
        (Outcome::Gone { successor: None }, Seen::Present { uid, .. }) if *uid != key.uid => {
            Some(Outcome::Gone { successor: Some(uid.clone()) })
        }
        (Outcome::Replaced { successor: None }, Seen::Present { uid, .. }) if *uid != key.uid => {
            Some(Outcome::Replaced { successor: Some(uid.clone()) })
        }
        _ => None,
    }
}

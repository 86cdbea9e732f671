//! Open plans: frozen targets, what is known of each now, and the one way from a plan to a job.
//!
//! A plan is worked out by tasks of its own, which end with it: followers look at the targets, rehearsers ask the
//! servers, surveys look for what goes along. What they learn is [`known::Known`]'s; one task tells it.

mod access;
mod copies;
mod export;
mod findings;
mod known;
mod rehearse;
mod rows;
mod shapes;
mod summary;
mod survey;
mod taken;
mod tasks;
mod words;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::future::BoxFuture;
use secateur_domain::{
    ids::{ClusterId, Identity, ObjectKey},
    outcome::Outcome,
    plan::{ConfirmedPlan, Plan, PlanError, Proof},
};
use tokio::sync::{Notify, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use self::copies::Keeping;
use self::known::{Known, News, Wanted};
pub use self::shapes::{
    Finding, FindingKind, FindingTone, PlanCluster, PlanForm, PlanProgress, PlanSummary, PlannedTarget,
    Presence,
};
use crate::{
    clock::Clock,
    event::{Event, EventSink},
    failure::EngineError,
    job::PlannedJob,
    kubectl,
    list::ListSnapshot,
    session::Session,
};

/// What a plan needs of the backend.
pub(crate) struct PlanContext {
    pub(crate) sessions: HashMap<ClusterId, Arc<Session>>,
    /// What copies are kept in, once that is known: looking for the key of the trash can take its time.
    pub(crate) keeping: BoxFuture<'static, Keeping>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: Arc<dyn EventSink<Event>>,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

/// An open plan. Everything that works it out ends when it is dropped.
pub(crate) struct OpenPlan {
    id: String,
    sessions: HashMap<ClusterId, Arc<Session>>,
    clock: Arc<dyn Clock>,
    events: Arc<dyn EventSink<Event>>,
    stop: CancellationToken,
    /// Guards what is known of the targets, and what of that was not told yet; held for moments.
    known: Mutex<Known>,
    untold: Mutex<Vec<String>>,
    snapshots: watch::Sender<Arc<ListSnapshot>>,
    ready: watch::Sender<bool>,
    /// Rung when there is something to tell: soon, or at once.
    progress: Arc<Notify>,
    urgent: Arc<Notify>,
    /// Rung when a cluster's rehearser has something to do.
    bells: BTreeMap<ClusterId, Arc<Notify>>,
}

impl OpenPlan {
    pub(crate) fn open(id: String, plan: Plan, context: PlanContext) -> Arc<Self> {
        let bells = plan.clusters().keys().map(|cluster| (cluster.clone(), Arc::default())).collect();
        let known = Known::new(plan);
        let PlanContext { sessions, keeping, clock, events, tasks, stop } = context;
        let open = Arc::new(Self {
            id,
            sessions,
            clock,
            events,
            stop,
            snapshots: watch::Sender::new(Arc::new(rows::snapshot(&known))),
            known: Mutex::new(known),
            untold: Mutex::default(),
            ready: watch::Sender::new(false),
            progress: Arc::default(),
            urgent: Arc::default(),
            bells,
        });
        tasks::start(&open, keeping, &tasks);
        open
    }

    pub(crate) fn snapshots(&self) -> watch::Receiver<Arc<ListSnapshot>> {
        self.snapshots.subscribe()
    }

    /// Whether it is worked out; the channel closes when it is forgotten.
    pub(crate) fn readiness(&self) -> watch::Receiver<bool> {
        self.ready.subscribe()
    }

    /// The sessions of its clusters.
    pub(crate) fn sessions(&self) -> &HashMap<ClusterId, Arc<Session>> {
        &self.sessions
    }

    /// Checks the proof. In the window what was lost or would be refused is no longer part of the plan, and the
    /// digest shown says so; on a command line the plan is executed exactly as it was frozen.
    pub(crate) fn confirm(&self, proof: &Proof) -> Result<PlannedJob, EngineError> {
        let mut known = self.lock();
        if !known.is_ready() {
            return Err(EngineError::PlanNotReady);
        }
        let left = known.left().plan.clone();
        let plan = match proof {
            Proof::Digest(_) => known.plan.clone(),
            Proof::Shown { .. } => {
                left.ok_or_else(|| EngineError::PlanChanged(summary::none_left(&known)))?
            }
        };
        for session in plan.clusters().keys().filter_map(|cluster| self.sessions.get(cluster)) {
            session.insist_on_unlocked()?;
        }
        if plan.is_force() {
            let now = plan.clusters().keys().filter_map(|cluster| self.sessions.get(cluster));
            let now = now.map(|session| session.server_now()).min().unwrap_or_default();
            if let (false, Some(pod)) = (known.may_force(now), plan.targets().first()) {
                return Err(PlanError::Force(pod.to_string()).into());
            }
        }
        let confirmed = plan.confirm(proof, &known.found())?;
        Ok(planned(&known, confirmed))
    }

    /// The plan in a form to take along.
    pub(crate) fn export(&self, form: PlanForm) -> Result<String, EngineError> {
        let summary = self.summary();
        let mut known = self.lock();
        if form == PlanForm::Kubectl {
            let left = known.left().plan.clone();
            let plan = left.as_ref().unwrap_or(&known.plan);
            let context = |key: &ObjectKey| {
                plan.clusters().get(&key.cluster).map_or("", |cluster| cluster.name.as_str())
            };
            return Ok(kubectl::lines(plan.targets().iter().map(|key| (context(key), key)), plan.options()));
        }
        let document = export::document(&known, &summary);
        if form == PlanForm::Json { document.json() } else { document.yaml() }
    }

    /// Takes something in, and has it told.
    fn know(&self, take_in: impl FnOnce(&mut Known) -> News) {
        let (news, is_ready) = {
            let mut known = self.lock();
            let news = take_in(&mut known);
            let is_ready = news != News::Nothing && known.is_ready();
            (news, is_ready)
        };
        self.bells.values().for_each(|bell| bell.notify_one());
        match news {
            News::Nothing => {}
            News::Change(change) => {
                self.untold.lock().unwrap_or_else(PoisonError::into_inner).push(change);
                self.urgent.notify_one();
            }
            News::Progress if is_ready && !*self.ready.borrow() => self.urgent.notify_one(),
            News::Progress => self.progress.notify_one(),
        }
    }

    fn take_wanted(&self, cluster: &ClusterId) -> Option<Wanted> {
        self.lock().take_wanted(cluster)
    }

    /// Whether a cluster is locked, or who asks there, is another now.
    fn standing_changed(&self) {
        self.urgent.notify_one();
    }

    fn now(&self) -> u64 {
        self.clock.now_ms()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenPlan {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What a job is given: the confirmed targets with what is known of each.
fn planned(known: &Known, confirmed: ConfirmedPlan) -> PlannedJob {
    let places: HashMap<Identity, usize> =
        known.plan.targets().iter().enumerate().map(|(place, key)| (key.identity(), place)).collect();
    // From a target's place among the confirmed ones to its place among all.
    let all: Vec<usize> =
        confirmed.plan().targets().iter().filter_map(|key| places.get(&key.identity()).copied()).collect();
    let confirmed_place: HashMap<usize, usize> =
        all.iter().enumerate().map(|(confirmed, place)| (*place, confirmed)).collect();
    let is_force = confirmed.plan().is_force();
    let mut job = PlannedJob::new(confirmed, HashMap::new());
    let targets = all.iter().filter_map(|place| known.targets.get(*place));
    job.levels = targets.clone().map(|target| target.level).collect();
    job.taken =
        targets.clone().map(|target| u32::try_from(target.takes.count()).unwrap_or(u32::MAX)).collect();
    job.rehearsals = targets
        .clone()
        .map(|target| (target.rehearsal.clone(), target.rehearsed_at.map(u64::cast_signed)))
        .collect();
    for (place, target) in targets.enumerate() {
        if let Some(why) = &target.uncopied {
            job.uncopied.insert(place, why.clone());
        }
        // A second DELETE could change how the first one is carried out; only a Pod that is forced is sent one.
        if let (Presence::Terminating(waits_for), false) = (&target.presence, is_force) {
            job.waiting.insert(place, Outcome::Terminating { waits_for: waits_for.clone() });
        }
    }
    for (with, key) in copies::copied(known) {
        if let Some(place) = confirmed_place.get(&with) {
            job.dependants.entry(*place).or_default().push(key);
        }
    }
    job
}

#[cfg(test)]
mod testing;

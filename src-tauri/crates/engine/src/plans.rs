//! Open plans: frozen targets, what is known of each now, and the one way from a plan to a job.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::{Outcome, Seen, WaitsFor},
    plan::{ConfirmedPlan, DeleteOptions, Plan, PlanDigest, Proof},
    rehearsal::Rehearsal,
    risk::{Found, Risk, count},
    row::{ColumnKind, Liveness, RowState},
    tier::Tier,
};
use tokio::sync::{mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    event::{Event, EventSink},
    failure::EngineError,
    follow::{Followed, Sight, Start},
    job::PlannedJob,
    kubectl,
    list::ListSnapshot,
    marks::{key_columns, key_row},
    session::Session,
};

/// Plans up to this size are shown with every target looked at.
const LOOKED_AT_FIRST: usize = 50;
const FIRST_LOOK: Duration = Duration::from_secs(2);

/// What is known of a target now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// There, as far as is known.
    Present,
    /// There and terminating.
    Terminating(WaitsFor),
    /// Gone.
    Gone,
    /// Gone, and a namesake lives.
    Replaced,
}

impl Presence {
    fn is_lost(&self) -> bool {
        matches!(self, Self::Gone | Self::Replaced)
    }
}

/// A target of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTarget {
    /// The target.
    pub key: ObjectKey,
    /// What is known of it.
    pub presence: Presence,
    /// What its rehearsal was answered.
    pub rehearsal: Rehearsal,
}

/// A cluster's part of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanCluster {
    /// The cluster.
    pub cluster: ClusterId,
    /// Its name when the plan was made.
    pub name: String,
    /// Host and port of its server.
    pub server: String,
    /// The namespaces concerned.
    pub namespaces: Vec<String>,
    /// Its targets.
    pub count: usize,
    /// How careful to be with it.
    pub tier: Tier,
    /// Who asks there.
    pub user: Option<String>,
    /// Whether it is read-only now.
    pub is_locked: bool,
}

/// How a finding is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingTone {
    /// As hoped for.
    Good,
    /// To be known.
    Plain,
    /// Not answered yet.
    Asking,
    /// To be thought about.
    Warn,
    /// Something is lost, or is refused.
    Bad,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    /// The server would refuse.
    Refused,
    /// A target changed since the plan was made.
    Changed,
    /// What goes with a target.
    Dependants,
    /// A target would hang.
    Hangs,
    /// Whether a copy is kept.
    Copy,
    /// What the server said to the rehearsal.
    Rehearsal,
}

/// One thing to know before agreeing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// About what.
    pub kind: FindingKind,
    /// How it is drawn.
    pub tone: FindingTone,
    /// A sentence.
    pub title: String,
    /// More.
    pub detail: String,
}

/// A plan as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSummary {
    /// Its id.
    pub plan: String,
    /// Of what is left of it: given back to agree.
    pub digest: PlanDigest,
    /// Its clusters.
    pub clusters: Vec<PlanCluster>,
    /// Its targets as they were frozen.
    pub total: usize,
    /// Those that are left.
    pub remaining: usize,
    /// Kinds and how many of each are left.
    pub kinds: Vec<(String, usize)>,
    /// The only target of a plan for one.
    pub only: Option<PlannedTarget>,
    /// The options.
    pub options: DeleteOptions,
    /// The risk.
    pub risk: Risk,
    /// The findings, heaviest first; a dozen at most.
    pub findings: Vec<Finding>,
    /// How far it is worked out.
    pub progress: PlanProgress,
    /// Whether it is worked out.
    pub is_ready: bool,
    /// "Rehearsed at 14:03:12 as platform-oncall."; empty until then.
    pub rehearsed: String,
}

/// How far a plan is worked out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanProgress {
    /// Steps done.
    pub done: usize,
    /// Steps in all, as far as is known.
    pub total: usize,
    /// "412 of 1,000 rehearsed".
    pub words: String,
}

/// The forms in which a plan can be taken along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanForm {
    /// What a person would type.
    Kubectl,
    /// Everything that the plan knows.
    Json,
    /// The same.
    Yaml,
}

/// An open plan. Following ends when it is dropped.
pub(crate) struct OpenPlan {
    id: String,
    plan: Plan,
    sessions: HashMap<ClusterId, Arc<Session>>,
    /// Guards what is known of the targets, one entry each, in the plan's order.
    presences: Mutex<Vec<Presence>>,
    /// Guards which targets nobody here may look at, and so copy.
    blind: Mutex<BTreeSet<usize>>,
    looked_at: watch::Sender<usize>,
    snapshots: watch::Sender<Arc<ListSnapshot>>,
    stop: CancellationToken,
}

impl OpenPlan {
    pub(crate) fn open(
        id: String,
        plan: Plan,
        sessions: HashMap<ClusterId, Arc<Session>>,
        events: Arc<dyn EventSink<Event>>,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Arc<Self> {
        let presences = vec![Presence::Present; plan.targets().len()];
        let open = Arc::new(Self {
            id,
            snapshots: watch::Sender::new(Arc::new(snapshot(&plan, &presences))),
            plan,
            sessions,
            presences: Mutex::new(presences),
            blind: Mutex::default(),
            looked_at: watch::Sender::new(0),
            stop: stop.clone(),
        });
        let (sights, mut seen) = mpsc::channel(64);
        for (cluster, session) in &open.sessions {
            let own =
                open.plan.targets().iter().cloned().enumerate().filter(|(_, key)| key.cluster == *cluster);
            let Some(planned) = open.plan.clusters().get(cluster) else { continue };
            for group in Followed::by_kind(session, &planned.fingerprint, own) {
                tasks.spawn(stop.clone().run_until_cancelled_owned(group.run(Start::Look, sights.clone())));
            }
        }
        let task = Arc::downgrade(&open);
        tasks.spawn(stop.run_until_cancelled_owned(async move {
            let mut seen_once = BTreeSet::new();
            while let Some(sight) = seen.recv().await {
                let Some(plan) = task.upgrade() else { return };
                let target = match &sight {
                    Sight::Ready => continue,
                    Sight::Target { target, .. } | Sight::Blind(target) => *target,
                };
                match sight {
                    Sight::Target { target, seen } => plan.see(target, &seen, events.as_ref()),
                    Sight::Blind(target) => {
                        plan.blind.lock().unwrap_or_else(PoisonError::into_inner).insert(target);
                    }
                    Sight::Ready => {}
                }
                seen_once.insert(target);
                plan.looked_at.send_replace(seen_once.len());
            }
        }));
        open
    }

    /// Waits until each target was looked at, for a plan of a few; not long.
    pub(crate) async fn first_look(&self) {
        let total = self.plan.targets().len();
        if total <= LOOKED_AT_FIRST {
            let mut looked_at = self.looked_at.subscribe();
            // A server that is slow to answer does not keep the sheet from opening: what it says comes later.
            let _ = tokio::time::timeout(FIRST_LOOK, looked_at.wait_for(|count| *count >= total)).await;
        }
    }

    pub(crate) fn snapshots(&self) -> watch::Receiver<Arc<ListSnapshot>> {
        self.snapshots.subscribe()
    }

    /// The sessions of its clusters.
    pub(crate) fn sessions(&self) -> &HashMap<ClusterId, Arc<Session>> {
        &self.sessions
    }

    /// Checks the proof. In the window what was lost is no longer part of the plan, and the digest shown says so; on
    /// a command line the plan is executed exactly as it was frozen.
    pub(crate) fn confirm(&self, proof: &Proof) -> Result<PlannedJob, EngineError> {
        let plan = match proof {
            Proof::Digest(_) => self.plan.clone(),
            Proof::Shown { .. } => self.left().ok_or_else(|| EngineError::PlanChanged(self.none_left()))?,
        };
        let confirmed = plan.confirm(proof, &Found::default())?;
        let waiting = self.already_terminating(&confirmed);
        let mut planned = PlannedJob::new(confirmed, waiting);
        planned.uncopied = self.uncopied(&planned.confirmed);
        Ok(planned)
    }

    /// The targets of `confirmed` that may not be read.
    fn uncopied(&self, confirmed: &ConfirmedPlan) -> BTreeMap<usize, String> {
        let blind = self.blind.lock().unwrap_or_else(PoisonError::into_inner);
        let unread: BTreeSet<_> =
            blind.iter().filter_map(|target| Some(self.plan.targets().get(*target)?.identity())).collect();
        let targets = confirmed.plan().targets().iter().enumerate();
        targets
            .filter(|(_, key)| unread.contains(&key.identity()))
            .map(|(target, _)| (target, "it may not be read".to_owned()))
            .collect()
    }

    /// The targets of `confirmed` that were terminating already: they are followed and sent nothing.
    fn already_terminating(&self, confirmed: &ConfirmedPlan) -> HashMap<usize, Outcome> {
        let presences = self.lock();
        let known: HashMap<_, _> = self
            .plan
            .targets()
            .iter()
            .zip(presences.iter())
            .map(|(key, presence)| (key.identity(), presence))
            .collect();
        let targets = confirmed.plan().targets().iter().enumerate();
        targets
            .filter_map(|(target, key)| match known.get(&key.identity()) {
                Some(Presence::Terminating(waits_for)) => {
                    Some((target, Outcome::Terminating { waits_for: waits_for.clone() }))
                }
                _ => None,
            })
            .collect()
    }

    pub(crate) fn summary(&self) -> PlanSummary {
        let presences = self.lock().clone();
        let left = left(&self.plan, &presences);
        let shown = left.as_ref().unwrap_or(&self.plan);
        let only = match (self.plan.targets(), presences.as_slice()) {
            ([key], [presence]) => Some(PlannedTarget {
                key: key.clone(),
                presence: presence.clone(),
                rehearsal: Rehearsal::Asking,
            }),
            _ => None,
        };
        PlanSummary {
            plan: self.id.clone(),
            digest: shown.digest(),
            clusters: clusters(shown),
            total: self.plan.targets().len(),
            remaining: left.as_ref().map_or(0, |left| left.targets().len()),
            kinds: kinds(shown),
            only,
            options: self.plan.options(),
            risk: shown.risk(&Found::default()),
            findings: findings(&self.plan, &presences),
            progress: PlanProgress::default(),
            is_ready: true,
            rehearsed: String::new(),
        }
    }

    /// The plan in a form to take along.
    pub(crate) fn export(&self, form: PlanForm) -> Result<String, EngineError> {
        match form {
            PlanForm::Kubectl => {
                let plan = self.left().unwrap_or_else(|| self.plan.clone());
                let context = |key: &ObjectKey| {
                    plan.clusters().get(&key.cluster).map_or("", |cluster| cluster.name.as_str())
                };
                Ok(kubectl::lines(plan.targets().iter().map(|key| (context(key), key)), plan.options()))
            }
            PlanForm::Json | PlanForm::Yaml => {
                Err(EngineError::Invalid("this form of a plan is not written yet".into()))
            }
        }
    }

    fn see(&self, target: usize, seen: &Seen, events: &dyn EventSink<Event>) {
        let Some(key) = self.plan.targets().get(target) else { return };
        let presence = match seen {
            Seen::Absent => Presence::Gone,
            Seen::Present { uid, .. } if *uid != key.uid => Presence::Replaced,
            Seen::Present { terminating: Some(waits_for), .. } => Presence::Terminating(waits_for.clone()),
            Seen::Present { .. } => Presence::Present,
        };
        let change = {
            let mut presences = self.lock();
            let Some(known) = presences.get_mut(target) else { return };
            if *known == presence {
                return;
            }
            *known = presence.clone();
            self.snapshots.send_replace(Arc::new(snapshot(&self.plan, &presences)));
            changed(key, &presence)
        };
        let plan = Box::new(self.summary());
        let change = if plan.remaining == 0 { self.none_left() } else { change };
        events.send(Event::PlanChanged { plan, change });
    }

    fn left(&self) -> Option<Plan> {
        left(&self.plan, &self.lock())
    }

    fn none_left(&self) -> String {
        match self.plan.targets() {
            [only] => format!("{only} is gone. Nothing to delete."),
            many => format!("None of these {} objects is left. Nothing to delete.", count(many.len())),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Presence>> {
        self.presences.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenPlan {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn left(plan: &Plan, presences: &[Presence]) -> Option<Plan> {
    let lost: BTreeSet<_> = plan
        .targets()
        .iter()
        .zip(presences)
        .filter(|(_, presence)| presence.is_lost())
        .map(|(key, _)| key.identity())
        .collect();
    plan.without(|key| lost.contains(&key.identity()))
}

fn clusters(plan: &Plan) -> Vec<PlanCluster> {
    plan.clusters()
        .iter()
        .map(|(cluster, planned)| {
            let own: Vec<_> = plan.targets().iter().filter(|key| key.cluster == *cluster).collect();
            let namespaces: BTreeSet<String> =
                own.iter().filter_map(|key| key.namespace.as_ref()).map(ToString::to_string).collect();
            let server = &planned.fingerprint.server;
            PlanCluster {
                cluster: cluster.clone(),
                name: planned.name.clone(),
                server: server.split_once("://").map_or(server.as_str(), |(_, host)| host).to_owned(),
                namespaces: namespaces.into_iter().collect(),
                count: own.len(),
                tier: planned.tier,
                user: None,
                is_locked: false,
            }
        })
        .collect()
}

fn kinds(plan: &Plan) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for key in plan.targets() {
        *counts.entry(&key.kind.name).or_default() += 1;
    }
    let mut kinds: Vec<_> = counts.into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    kinds
}

fn changed(key: &ObjectKey, presence: &Presence) -> String {
    match presence {
        Presence::Replaced => format!("{key} was replaced. It is no longer part of this plan."),
        Presence::Gone => format!("{key} is gone. It is no longer part of this plan."),
        Presence::Terminating(_) => format!("{key} is terminating. It is not sent a second DELETE."),
        Presence::Present => format!("{key} is there again."),
    }
}

fn findings(plan: &Plan, presences: &[Presence]) -> Vec<Finding> {
    let targets: Vec<_> = plan.targets().iter().zip(presences).collect();
    let mut findings = Vec::new();
    for (key, presence) in targets.iter().filter(|(_, presence)| presence.is_lost()) {
        let title = changed(key, presence);
        findings.push(Finding {
            kind: FindingKind::Changed,
            tone: FindingTone::Warn,
            title,
            detail: String::new(),
        });
    }
    for (key, presence) in &targets {
        if let Presence::Terminating(waits_for) = presence {
            let detail = match waits_for.finalizers.as_slice() {
                [] => "It was deleted before; it goes when its grace period is over.".to_owned(),
                finalizers => format!("It was deleted before and waits for {}.", finalizers.join(", ")),
            };
            let title = format!("{key} is already terminating");
            findings.push(Finding { kind: FindingKind::Hangs, tone: FindingTone::Warn, title, detail });
        }
    }
    findings.push(Finding {
        kind: FindingKind::Rehearsal,
        tone: FindingTone::Plain,
        title: "Not rehearsed".to_owned(),
        detail: "Whether the server would accept it is known when it answers.".to_owned(),
    });
    let (title, detail) = match plan.targets() {
        [_] => ("No copy is kept", "It cannot be restored by Secateur."),
        _ => ("No copies are kept", "They cannot be restored by Secateur."),
    };
    findings.push(Finding {
        kind: FindingKind::Copy,
        tone: FindingTone::Warn,
        title: title.to_owned(),
        detail: detail.to_owned(),
    });
    findings
}

/// The plan's targets as a list.
fn snapshot(plan: &Plan, presences: &[Presence]) -> ListSnapshot {
    let rows = plan.targets().iter().zip(presences).map(|(key, presence)| {
        let name = plan.clusters().get(&key.cluster).map_or("", |cluster| cluster.name.as_str());
        let (state, word) = match presence {
            Presence::Present => (RowState::Live, ""),
            Presence::Terminating(_) => (RowState::Terminating, "already terminating"),
            Presence::Gone => (RowState::Gone, "gone, not part of this plan"),
            Presence::Replaced => (RowState::Gone, "replaced, not part of this plan"),
        };
        let mut row = key_row(key, name, &[], &[word]);
        row.state = state;
        Arc::new(row)
    });
    ListSnapshot {
        columns: key_columns(&[], &[("Effect", ColumnKind::Text)]),
        rows: rows.collect(),
        liveness: Liveness::Settled,
    }
}

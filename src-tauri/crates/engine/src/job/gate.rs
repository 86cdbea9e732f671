//! The gate before every DELETE to one cluster: the person lets it go on, its turn has come, it is signed in and
//! unlocked, the server does not ask to wait, and it is still the cluster of the plan.
//!
//! It also says how many DELETEs may be under way. What a target needs of its own (a copy, an entry in the journal)
//! is not its business.

mod check;
mod slots;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use secateur_domain::{pace::Pace, plan::PlannedCluster};
use tokio::sync::{Notify, Semaphore, mpsc, watch};

pub(super) use self::{check::is_away, slots::Slot};
use super::{
    Step,
    lane::LaneTarget,
    words::{Intent, LaneState, LaneWait},
};
use crate::{
    backoff::Backoff,
    clock::Clock,
    failure::{Code, EngineError},
    session::{Session, SignedIn},
};

/// How long nothing more is sent for the sake of a target whose answer was lost and that was not looked at yet.
const DOUBT_MS: u64 = 10_000;
const DOUBT_LOOK: Duration = Duration::from_millis(500);

/// So many targets may be written down before there is a slot for their DELETE.
const WRITTEN_AHEAD: usize = 8;

/// Where a lane stands among the lanes of its job.
pub(super) struct Turn {
    /// Lanes with a higher stage wait for those with a lower one.
    pub(super) stage: usize,
    /// The stage whose turn it is.
    pub(super) now: watch::Receiver<usize>,
}

/// One cluster's gate; its lane's workers share it.
pub(super) struct Gate {
    pub(super) session: Arc<Session>,
    planned: PlannedCluster,
    intent: watch::Receiver<Intent>,
    turn: Turn,
    clock: Arc<dyn Clock>,
    steps: mpsc::Sender<Step>,
    /// Guards the figures below, for moments and never across an await.
    figures: Mutex<Figures>,
    /// One check at a time: whoever waits finds what the other found out. Guards how long to wait before the next.
    checking: tokio::sync::Mutex<Backoff>,
    /// Targets that are written down and wait for a slot: the disk is to keep nobody from sending, and a person who
    /// stops the job finds few that have to be put back.
    ahead: Semaphore,
    /// Told when a slot is free or the limit has grown.
    freed: Notify,
    /// Told when a doubtful target was looked at.
    looked: Notify,
}

struct Figures {
    pace: Pace,
    under_way: usize,
    checked: Option<Checked>,
    /// Why nothing more is sent, for good.
    closed: Option<String>,
    /// Targets whose answer was lost, and since when.
    doubtful: HashMap<usize, u64>,
    told: Option<(LaneState, usize)>,
}

/// What a check of the fingerprint holds for: another credential, connection or waking asks for another check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Checked {
    generation: u32,
    connections: u64,
    woken: u64,
}

/// What keeps the gate shut.
enum Obstacle {
    Person,
    Turn,
    Session(LaneWait),
    Server { until: u64 },
    Identity,
    Doubts,
}

impl Gate {
    pub(super) fn new(
        session: Arc<Session>,
        planned: PlannedCluster,
        intent: watch::Receiver<Intent>,
        turn: Turn,
        clock: Arc<dyn Clock>,
        steps: mpsc::Sender<Step>,
    ) -> Self {
        let figures = Figures {
            pace: Pace::default(),
            under_way: 0,
            checked: None,
            closed: None,
            doubtful: HashMap::new(),
            told: None,
        };
        Self {
            session,
            planned,
            intent,
            turn,
            clock,
            steps,
            figures: Mutex::new(figures),
            checking: tokio::sync::Mutex::new(Backoff::from(check::FIRST_WAIT)),
            ahead: Semaphore::new(WRITTEN_AHEAD),
            freed: Notify::new(),
            looked: Notify::new(),
        }
    }

    /// Waits until a DELETE may be sent, and gives the session to send it with. An error says why nothing more is
    /// sent at all.
    pub(super) async fn pass(&self) -> Result<SignedIn, String> {
        loop {
            let mut intent = self.intent.clone();
            intent.borrow_and_update();
            let mut changes = self.session.changes();
            let obstacle = match self.try_pass() {
                Ok(signed_in) => {
                    self.tell(LaneState::Running).await;
                    return Ok(signed_in);
                }
                Err(Shut::ForGood(cause)) => return Err(cause),
                Err(Shut::ForNow(obstacle)) => obstacle,
            };
            tokio::select! {
                () = self.overcome(obstacle, &mut changes) => {}
                told = intent.changed() => {
                    // The job's own end: nobody is left to let it go on.
                    told.map_err(|_| "The job has ended.".to_owned())?;
                }
            }
        }
    }

    /// As [`Self::pass`], for a lane that has these to send: one that has nothing to send has nothing to wait for.
    pub(super) async fn pass_for(&self, targets: &[LaneTarget]) -> Result<(), String> {
        if targets.is_empty() { Ok(()) } else { self.pass().await.map(drop) }
    }

    /// The session to send one DELETE with now, asked just before it.
    pub(super) fn pass_now(&self) -> Option<SignedIn> {
        self.try_pass().ok()
    }

    /// Nothing more is sent, for this reason; the first one stays.
    pub(super) fn close(&self, cause: String) {
        self.figures().closed.get_or_insert(cause);
    }

    /// Why nothing more is sent, if so.
    pub(super) fn closed(&self) -> Option<String> {
        self.figures().closed.clone()
    }

    /// An answer to this target's DELETE was lost: before anything else is sent it is looked at, and whether this is
    /// still the same cluster is checked.
    pub(super) fn doubt(&self, target: usize) {
        let now = self.clock.now_ms();
        let mut figures = self.figures();
        figures.doubtful.insert(target, now);
        figures.checked = None;
    }

    /// A doubtful target was looked at.
    pub(super) fn looked_at(&self, target: usize) {
        self.figures().doubtful.remove(&target);
        self.looked.notify_waiters();
    }

    /// Something broke: it is checked what is there now.
    pub(super) fn mistrust(&self) {
        self.figures().checked = None;
    }

    fn try_pass(&self) -> Result<SignedIn, Shut> {
        let now_for = |obstacle| Err(Shut::ForNow(obstacle));
        match &*self.intent.borrow() {
            Intent::Stop { cause } => return Err(Shut::ForGood(cause.clone())),
            Intent::Pause => return now_for(Obstacle::Person),
            Intent::Run => {}
        }
        if let Some(cause) = &self.figures().closed {
            return Err(Shut::ForGood(cause.clone()));
        }
        if *self.turn.now.borrow() < self.turn.stage {
            return now_for(Obstacle::Turn);
        }
        let signed_in = match self.session.for_writing() {
            Ok(signed_in) => signed_in,
            Err(EngineError::ReadOnly { .. }) => return now_for(Obstacle::Session(LaneWait::Unlock)),
            Err(error) => {
                let is_away = matches!(error.describe().code, Code::Unreachable | Code::Timeout);
                let wait = if is_away { LaneWait::Connection } else { LaneWait::SignIn };
                return now_for(Obstacle::Session(wait));
            }
        };
        let now = self.clock.now_ms();
        let as_it_is = self.as_it_is(&signed_in);
        let figures = self.figures();
        if let Some(until) = figures.pace.paused_until(now) {
            return now_for(Obstacle::Server { until });
        }
        if figures.checked != Some(as_it_is) {
            return now_for(Obstacle::Identity);
        }
        if figures.doubtful.values().any(|since| now.saturating_sub(*since) < DOUBT_MS) {
            return now_for(Obstacle::Doubts);
        }
        Ok(signed_in)
    }

    /// Waits until this obstacle may be gone.
    async fn overcome(&self, obstacle: Obstacle, changes: &mut watch::Receiver<u64>) {
        match obstacle {
            Obstacle::Person => {
                self.tell(LaneState::Paused(LaneWait::Person)).await;
                std::future::pending::<()>().await;
            }
            Obstacle::Turn => {
                self.tell(LaneState::Waiting).await;
                let (mut now, stage) = (self.turn.now.clone(), self.turn.stage);
                // The sender lives as long as the job.
                let _ = now.wait_for(|now| *now >= stage).await;
            }
            Obstacle::Session(wait) => {
                self.tell(LaneState::Paused(wait)).await;
                let _ = changes.changed().await;
            }
            Obstacle::Server { until } => {
                self.tell(LaneState::Paused(LaneWait::Server { until })).await;
                let wait = until.saturating_sub(self.clock.now_ms());
                tokio::time::sleep(Duration::from_millis(wait)).await;
                self.figures().pace.measure_from(self.clock.now_ms());
            }
            Obstacle::Identity => {
                // Without a session there is another obstacle, which is looked for next.
                if let Ok(signed_in) = self.session.signed_in() {
                    self.identify(&signed_in).await;
                }
            }
            Obstacle::Doubts => {
                // The look tells; the time is for one that does not come.
                let _ = tokio::time::timeout(DOUBT_LOOK, self.looked.notified()).await;
            }
        }
    }

    /// Tells the job where the lane is.
    async fn tell(&self, state: LaneState) {
        self.tell_change(Some(state)).await;
    }

    /// Tells the job how many may be under way, once it was told where the lane is.
    async fn tell_pace(&self) {
        self.tell_change(None).await;
    }

    /// Tells where the lane is and at what pace it goes, once each time that one of them changes, and in that order:
    /// workers that tell at the same time must not leave what was first on screen.
    async fn tell_change(&self, state: Option<LaneState>) {
        let next = |figures: &Figures| {
            let state = state.or(figures.told.map(|(state, _)| state))?;
            Some((state, figures.pace.limit())).filter(|next| figures.told != Some(*next))
        };
        if next(&self.figures()).is_none() {
            return;
        }
        // The job's own end closes the queue.
        let Ok(place) = self.steps.reserve().await else { return };
        let mut figures = self.figures();
        if let Some((state, at_once)) = next(&figures) {
            figures.told = Some((state, at_once));
            place.send(Step::Lane { cluster: self.session.id().clone(), state, at_once });
        }
    }

    fn figures(&self) -> MutexGuard<'_, Figures> {
        // Each figure is set whole, so a panic elsewhere leaves none half-written.
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why the gate does not let anything through.
enum Shut {
    ForNow(Obstacle),
    ForGood(String),
}

//! Executing a confirmed plan: one task owns the targets' outcomes; for each cluster a lane copies and sends, a gate
//! says when it may, and followers watch what becomes of the targets.
//!
//! In order, for each target: its copy is in the trash, that it is requested is in the journal, its DELETE is sent,
//! its answer is told, and what a watch or a GET sees of it ends it. Each of these steps is written down before the
//! next begins, so that whatever ends the application leaves a journal from which [`resume`] can go on.

mod copies;
mod gate;
mod interrupted;
mod journaled;
mod lane;
mod pen;
mod planned;
mod resume;
mod runner;
mod send;
mod sentences;
mod state;
mod summary;
mod words;

use std::{collections::HashMap, sync::Arc};

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::{Outcome, Seen, after_look},
};
use secateur_store::{Journal, Trash};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use self::{
    journaled::journaled,
    planned::PlannedJob,
    resume::{Interrupted, given_up},
};
use self::{runner::Runner, words::Intent};
pub use self::{
    summary::{JobLane, JobSummary},
    words::{JobControl, JobState, LaneState, LaneWait},
};
use crate::{
    clock::Clock,
    event::{Event, EventSink},
    list::ListSnapshot,
    marks::Marks,
    session::Session,
};

/// What a job needs of the backend.
pub(crate) struct JobContext {
    pub(crate) sessions: HashMap<ClusterId, Arc<Session>>,
    pub(crate) journal: Journal,
    pub(crate) trash: Trash,
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
    intent: Arc<watch::Sender<Intent>>,
}

/// A target that was terminating before the job, and so is sent nothing.
pub(crate) type AlreadyTerminating = HashMap<usize, Outcome>;

/// What came with a step of a target.
#[derive(Debug, Clone, Default)]
struct Reply {
    audit_id: Option<String>,
    status: Option<u16>,
    /// What the server warned of.
    warnings: Vec<String>,
}

/// What lanes tell the job.
#[derive(Debug)]
enum Step {
    /// A target moved on.
    Target { target: usize, outcome: Outcome, reply: Reply },
    /// The server said "deleted" and named the target's UID. Comes before the outcome.
    Named { target: usize },
    /// A target's outcome stays unknown: nothing more is sent, and it was there when it was looked at last.
    GaveUp { target: usize },
    /// A lane is somewhere else now, or sends another number at a time.
    Lane { cluster: ClusterId, state: LaneState, at_once: usize },
    /// A lane has sent all that it will send.
    LaneEnded { cluster: ClusterId, problem: Option<String> },
}

/// Which targets another plan is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// What was refused, not sent, or not answered.
    Failed,
    /// All that is not known to be at its end, too.
    Left,
}

impl Which {
    /// Whether a target with this outcome is one of them.
    pub(crate) fn is_wanted(self, outcome: &Outcome) -> bool {
        let is_left = self == Self::Left && !outcome.is_final();
        is_left || state::is_failed(outcome)
    }
}

impl Job {
    /// Starts executing. The journal already holds the intent.
    pub(crate) fn start(id: String, planned: PlannedJob, context: JobContext) -> Self {
        let intent = Arc::new(watch::Sender::new(Intent::Run));
        let (runner, summaries, snapshots) = Runner::new(id, &planned, Arc::clone(&intent), context);
        runner.spawn(planned);
        Self { summaries, snapshots, intent }
    }

    /// Pauses, goes on, or stops; a stopped job stays stopped.
    pub(crate) fn control(&self, control: JobControl) {
        let wanted = match control {
            JobControl::Pause => Intent::Pause,
            JobControl::Resume => Intent::Run,
            JobControl::Stop => Intent::Stop { cause: "Stopped by you.".to_owned() },
        };
        self.intent.send_if_modified(|intent| {
            let is_new = *intent != wanted && !matches!(intent, Intent::Stop { .. });
            if is_new {
                *intent = wanted;
            }
            is_new
        });
    }

    /// The targets for another plan.
    pub(crate) fn keys(&self, which: Which) -> Vec<ObjectKey> {
        let snapshot = self.snapshots.borrow();
        let rows = snapshot.table.rows.iter().map(|(_, row)| row);
        let wanted = rows.filter(|row| row.outcome().is_some_and(|outcome| which.is_wanted(outcome)));
        wanted.filter_map(|row| row.key()).collect()
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

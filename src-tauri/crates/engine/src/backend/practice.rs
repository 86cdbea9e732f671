//! The practice clusters: they are behind the transport that the backend was given, and come into the catalogue only
//! while a person practises. They and real clusters share no list and no plan.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use secateur_cluster::{Context, practice_contexts};
use secateur_domain::ids::{ClusterId, Identity, ObjectKey};
use secateur_store::StoredSettings;

use super::{Backend, KubeconfigState, MarkedPart, lock};
use crate::{
    event::Event,
    failure::EngineError,
    job::{JobState, JobSummary},
    session::Session,
};

/// Makes the practice clusters what they were at first.
type Reset = Box<dyn Fn() + Send + Sync>;

/// The practice clusters, as whoever opens a backend hands them over.
pub struct PracticeClusters {
    /// A context for each of them and each of their users.
    pub kubeconfig: String,
    /// Makes them what they were at first.
    pub reset: Reset,
    /// Whether they are in the list whatever the settings say.
    pub is_always_open: bool,
}

/// What the backend knows of them.
pub(super) struct Practice {
    /// Absent where there are none.
    reset: Option<Reset>,
    contexts: Vec<Context>,
    is_open: AtomicBool,
}

impl Practice {
    /// `was_open` says whether a person was practising at the end of the last run.
    pub(super) fn new(clusters: Option<PracticeClusters>, was_open: impl FnOnce() -> bool) -> Self {
        let is_open = clusters.as_ref().is_some_and(|clusters| clusters.is_always_open || was_open());
        let contexts = clusters.as_ref().map(|clusters| practice_contexts(&clusters.kubeconfig));
        Self {
            reset: clusters.map(|clusters| clusters.reset),
            contexts: contexts.unwrap_or_default(),
            is_open: AtomicBool::new(is_open),
        }
    }

    /// What makes them what they were at first, where there are any.
    fn reset(&self) -> Result<&Reset, EngineError> {
        let none = || EngineError::Invalid("this backend has no practice clusters".to_owned());
        self.reset.as_ref().ok_or_else(none)
    }

    /// Whether they are in the list.
    pub(super) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::SeqCst)
    }

    /// Their contexts, while they are in the list.
    pub(super) fn contexts(&self) -> Vec<Context> {
        if self.is_open() { self.contexts.clone() } else { Vec::new() }
    }
}

impl Backend {
    /// Brings the practice clusters into the list, in this run and the next ones.
    pub async fn open_practice(&self) -> Result<KubeconfigState, EngineError> {
        self.inner.practice.reset()?;
        self.practise(true).await
    }

    /// Takes the practice clusters off the list, with what is marked and planned in them. Receipts and copies stay.
    pub async fn close_practice(&self) -> Result<KubeconfigState, EngineError> {
        self.insist_on_no_practice_job("closed")?;
        self.forget_practice();
        self.practise(false).await
    }

    /// Makes the practice clusters what they were at first. What is marked and planned in them is forgotten, lists are
    /// read again; receipts and copies stay.
    pub async fn reset_practice(&self) -> Result<KubeconfigState, EngineError> {
        let reset = self.inner.practice.reset()?;
        self.insist_on_no_practice_job("reset")?;
        self.forget_practice();
        reset();
        for session in self.practice_sessions().values() {
            session.read_anew().await;
        }
        Ok(self.catalogue())
    }

    /// Refuses a list of practice clusters and real ones.
    pub(super) fn insist_on_one_sort(&self, clusters: &[ClusterId]) -> Result<(), EngineError> {
        let sessions: Vec<_> =
            clusters.iter().map(|cluster| self.session(cluster)).collect::<Result<_, _>>()?;
        let practice = sessions.iter().find(|session| session.is_practice());
        let real = sessions.iter().find(|session| !session.is_practice());
        let Some((practice, real)) = practice.zip(real) else { return Ok(()) };
        Err(EngineError::Invalid(format!(
            "a list is of practice clusters or of real ones, and not of both: {} is for practice, and {} is real",
            practice.name(),
            real.name()
        )))
    }

    /// The marked objects, or the part of them in clusters of one sort.
    pub(super) fn marked(&self, part: MarkedPart) -> Vec<ObjectKey> {
        let practice = self.practice_sessions();
        let mut keys = self.inner.marks.keys();
        keys.retain(|key| match part {
            MarkedPart::All => true,
            MarkedPart::Practice => practice.contains_key(&key.cluster),
            MarkedPart::Real => !practice.contains_key(&key.cluster),
        });
        keys
    }

    async fn practise(&self, is_open: bool) -> Result<KubeconfigState, EngineError> {
        self.inner.practice.is_open.store(is_open, Ordering::SeqCst);
        let state = self.reload().await?;
        if self.inner.stores.is_some() {
            self.change_settings(move |settings: &mut StoredSettings| settings.practice = is_open).await?;
        }
        Ok(state)
    }

    /// What is being deleted there is not taken away under the job.
    fn insist_on_no_practice_job(&self, what: &str) -> Result<(), EngineError> {
        let is_sending = |job: &JobSummary| {
            matches!(job.state, JobState::Running | JobState::Paused)
                && !job.is_settled
                && job.lanes.iter().any(|lane| lane.is_practice)
        };
        let jobs = lock(&self.inner.jobs);
        let running = jobs.iter().map(|job| Arc::clone(&job.summaries.borrow())).find(|job| is_sending(job));
        running.map_or(Ok(()), |job| {
            Err(EngineError::Invalid(format!(
                "the practice clusters were not {what}: a job is still deleting there, {}; stop it first, or wait \
                 until it has ended",
                job.subject
            )))
        })
    }

    fn forget_practice(&self) {
        let practice = self.practice_sessions();
        lock(&self.inner.plans)
            .retain(|_, plan| !plan.sessions().keys().any(|cluster| practice.contains_key(cluster)));
        let marked: Vec<Identity> =
            self.marked(MarkedPart::Practice).iter().map(ObjectKey::identity).collect();
        if !marked.is_empty() {
            self.inner.events.send(Event::SelectionChanged(self.inner.marks.unmark(&marked)));
        }
    }

    fn practice_sessions(&self) -> HashMap<ClusterId, Arc<Session>> {
        let known = lock(&self.inner.catalogue);
        let practice = known.sessions.iter().filter(|(_, session)| session.is_practice());
        practice.map(|(cluster, session)| (cluster.clone(), Arc::clone(session))).collect()
    }
}

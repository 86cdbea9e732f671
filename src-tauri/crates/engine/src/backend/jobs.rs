//! Jobs: those of this run, and those that an earlier run left unfinished.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use secateur_domain::ids::{ClusterId, ObjectKey};
use secateur_store::{CopyRole, OutcomeRecord, StoreError};

use super::{Backend, Stores, blocking, lock};
use crate::{
    event::Event,
    failure::EngineError,
    job::{Interrupted, Job, JobContext, JobControl, JobState, JobSummary, PlannedJob, Which, given_up},
    session::Session,
};

/// A control shows in the summary soon, and is not waited for longer.
const SHOWN: Duration = Duration::from_millis(500);

impl Backend {
    /// The jobs of this run, newest first, and after them those that an earlier run left unfinished. These are never
    /// resumed by themselves.
    pub fn jobs(&self) -> Vec<JobSummary> {
        let mut jobs: Vec<JobSummary> =
            lock(&self.inner.jobs).iter().rev().map(|job| job.summaries.borrow().as_ref().clone()).collect();
        jobs.extend(lock(&self.inner.interrupted).iter().cloned());
        jobs
    }

    /// Pauses a running job, lets it go on, or stops it.
    pub async fn control_job(&self, id: &str, control: JobControl) -> Result<JobSummary, EngineError> {
        let job = self.job(id)?;
        let mut summaries = job.summaries.clone();
        job.control(control);
        let wanted = match control {
            JobControl::Pause => JobState::Paused,
            JobControl::Resume => JobState::Running,
            JobControl::Stop => JobState::Stopped,
        };
        let is_shown = |summary: &Arc<JobSummary>| summary.state == wanted || summary.is_settled;
        // A stopped job does not go on; its summary says what it is.
        let _ = tokio::time::timeout(SHOWN, summaries.wait_for(is_shown)).await;
        let summary = job.summaries.borrow().as_ref().clone();
        Ok(summary)
    }

    /// Lets an interrupted job go on, if nothing changed: each target that is at no end is looked at first, and a
    /// replaced one, another cluster or an altered journal means that a new plan is needed. Nothing is sent then.
    pub async fn resume_job(&self, id: &str) -> Result<JobSummary, EngineError> {
        let summary = self.take_interrupted(id)?;
        let resumed = self.resume(id).await;
        if resumed.is_err() {
            lock(&self.inner.interrupted).push(summary);
        }
        resumed
    }

    /// Gives an interrupted job up: what was not sent stays so, and what is not known stays unknown.
    pub async fn dismiss_job(&self, id: &str) -> Result<(), EngineError> {
        let summary = self.take_interrupted(id)?;
        if let Err(error) = self.give_up(id).await {
            lock(&self.inner.interrupted).push(summary);
            return Err(error);
        }
        let settled = JobSummary {
            state: JobState::Settled,
            is_settled: true,
            needs_person: false,
            sentence: "The job was interrupted and given up.".to_owned(),
            ..summary
        };
        self.inner.events.send(Event::JobChanged(Box::new(settled)));
        Ok(())
    }

    /// The targets of a job of this or an earlier run for another plan.
    pub(super) async fn keys_of_job(&self, id: &str, which: Which) -> Result<Vec<ObjectKey>, EngineError> {
        if let Ok(job) = self.job(id) {
            return Ok(job.keys(which));
        }
        let left = self.read_job(id).await?;
        let sessions = self.sessions_of(&left)?;
        left.left(&sessions, |outcome| which.is_wanted(outcome)).await
    }

    /// What a job needs, with these clusters' sessions.
    pub(super) async fn job_context(
        &self,
        sessions: HashMap<ClusterId, Arc<Session>>,
    ) -> Result<JobContext, EngineError> {
        let stores = self.stores()?;
        // The trash may still wait for the keyring.
        let trash = blocking(move || stores.trash().cloned()).await??;
        let stores = self.stores()?;
        Ok(JobContext {
            sessions,
            journal: stores.journal()?.clone(),
            trash,
            clock: Arc::clone(&self.inner.clock),
            events: Arc::clone(&self.inner.events),
            marks: Arc::clone(&self.inner.marks),
            tasks: self.inner.tasks.clone(),
            stop: self.child(),
        })
    }

    /// Starts a job whose intent is in the journal.
    pub(super) fn start_job(&self, id: String, planned: PlannedJob, context: JobContext) -> JobSummary {
        let job = Job::start(id, planned, context);
        let summary = job.summaries.borrow().as_ref().clone();
        lock(&self.inner.jobs).push(Arc::new(job));
        summary
    }

    async fn resume(&self, id: &str) -> Result<JobSummary, EngineError> {
        let left = self.read_job(id).await?;
        let sessions = self.sessions_of(&left)?;
        let context = self.job_context(sessions.clone()).await?;
        let (trash, job) = (context.trash.clone(), id.to_owned());
        let rows = blocking(move || trash.rows()).await?.map_err(storage)?;
        let copied: BTreeMap<usize, u64> = rows
            .iter()
            .filter(|copy| copy.job == job && copy.role == CopyRole::Target && copy.is_readable)
            .map(|copy| (copy.ordinal as usize, u64::try_from(copy.at).unwrap_or_default()))
            .collect();
        let planned = left.plan(&sessions, copied).await?;
        Ok(self.start_job(id.to_owned(), planned, context))
    }

    async fn give_up(&self, id: &str) -> Result<(), EngineError> {
        let left = self.read_job(id).await?;
        let (stores, job) = (self.stores()?, id.to_owned());
        let now = self.inner.clock.now_ms().cast_signed();
        let records: Vec<OutcomeRecord> = left
            .targets
            .iter()
            .filter_map(|row| Some(OutcomeRecord::new(row.ordinal, given_up(&row.latest.outcome)?, now)))
            .collect();
        let journal = stores.journal()?.clone();
        let written = blocking(move || {
            journal.record_all(&job, &records)?;
            journal.finish_job(&job, now)
        });
        written.await?.map_err(storage)
    }

    fn take_interrupted(&self, id: &str) -> Result<JobSummary, EngineError> {
        let mut interrupted = lock(&self.inner.interrupted);
        let place = interrupted.iter().position(|job| job.job == id);
        let not_open = || EngineError::NotOpen { what: "interrupted job", id: id.to_owned() };
        Ok(interrupted.remove(place.ok_or_else(not_open)?))
    }

    async fn read_job(&self, id: &str) -> Result<Interrupted, EngineError> {
        let (stores, job) = (self.stores()?, id.to_owned());
        let journal = stores.journal()?.clone();
        let read = blocking(move || {
            let row = journal.job(&job)?;
            Ok::<_, StoreError>((row, journal.targets(&job)?))
        });
        let (row, targets) = read.await?.map_err(storage)?;
        let row = row.ok_or_else(|| EngineError::NotOpen { what: "job", id: id.to_owned() })?;
        Ok(Interrupted { row, targets })
    }

    fn sessions_of(&self, left: &Interrupted) -> Result<HashMap<ClusterId, Arc<Session>>, EngineError> {
        let clusters = left.row.clusters.iter().map(|cluster| cluster.cluster.clone());
        clusters.map(|cluster| Ok((cluster.clone(), self.session(&cluster)?))).collect()
    }
}

/// What an earlier run left unfinished, newest first. Blocks on the journal. A journal that cannot be read says so
/// when something is to be deleted.
pub(super) fn interrupted(stores: &Stores) -> Vec<JobSummary> {
    let Ok(journal) = stores.journal() else { return Vec::new() };
    let rows = journal.unfinished().unwrap_or_default();
    let with_targets = rows.into_iter().filter_map(|row| {
        let targets = journal.targets(&row.job).ok()?;
        Some(Interrupted { row, targets }.summary())
    });
    with_targets.collect()
}

fn storage(error: StoreError) -> EngineError {
    EngineError::Storage(Arc::new(error))
}

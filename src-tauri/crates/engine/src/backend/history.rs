//! The history, receipts and the trash.

use std::{sync::Arc, time::Duration};

use secateur_domain::ids::{ClusterId, ObjectKey, ResourceName};
use secateur_store::{HistoryQuery, JobRow, Journal, StoreError, TargetRow, Trash};
use tokio::sync::watch;

use super::{Backend, Stores, blocking, lock};
use crate::{
    event::Event,
    export,
    failure::EngineError,
    job, kubectl,
    list::ListSnapshot,
    receipts::{self, History, Receipt, TrashSummary},
    restore::ReceiptRef,
    session::Session,
    words,
};

/// Jobs a page, unless the query says.
const PAGE: u32 = 100;
const DAY_MS: i64 = 86_400_000;
const BETWEEN_CLEARINGS: Duration = Duration::from_hours(1);

/// The forms in which receipts can be taken along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptsForm {
    /// A list of objects.
    Json,
    /// One line a receipt.
    Csv,
}

/// What the journal and the trash say of one target.
struct Record {
    job: JobRow,
    target: TargetRow,
    receipt: Receipt,
}

impl Backend {
    /// A page of the history that matches, newest first.
    pub async fn history(&self, query: HistoryQuery) -> Result<History, EngineError> {
        let stores = self.stores()?;
        let now = self.inner.clock.now_ms().cast_signed();
        let mut history = blocking(move || history(&stores, query, now)).await?.map_err(storage)?;
        let running = lock(&self.inner.jobs);
        for job in &mut history.jobs {
            let own = running.iter().find(|own| own.summaries.borrow().job == job.job);
            let is_running = own.is_some_and(|own| !own.summaries.borrow().is_settled);
            job.is_running = is_running;
            job.is_interrupted = job.is_interrupted && own.is_none();
        }
        Ok(history)
    }

    /// One receipt.
    pub async fn receipt(&self, reference: &ReceiptRef) -> Result<Receipt, EngineError> {
        Ok(self.record_of(reference).await?.receipt)
    }

    /// Looks at the object of a receipt again, and notes in the receipt what was seen.
    pub async fn check_receipt(&self, reference: &ReceiptRef) -> Result<Receipt, EngineError> {
        let record = self.record_of(reference).await?;
        let then = record.job.clusters.iter().find(|cluster| cluster.cluster == reference.row.0);
        let then = then.ok_or_else(|| not_there(reference))?;
        let session = self.session_of(&then.cluster, &then.fingerprint.digest())?;
        let key = ObjectKey { cluster: session.id().clone(), ..record.target.target.object.key() };
        let seen = session
            .signed_in()?
            .client
            .look(&key)
            .await
            .map_err(|error| session.error(&format!("get {key}"), error))?;
        let note = format!("Checked again: {}", words::seen(&key, &seen));
        let (journal, job, ordinal) =
            (self.stores()?.journal()?.clone(), reference.job.clone(), record.target.ordinal);
        let now = self.inner.clock.now_ms().cast_signed();
        blocking(move || journal.note(&job, ordinal, &note, now)).await?.map_err(storage)?;
        self.receipt(reference).await
    }

    /// What kubectl would have been told.
    pub async fn receipt_as_kubectl(&self, reference: &ReceiptRef) -> Result<String, EngineError> {
        let record = self.record_of(reference).await?;
        let key = record.target.target.object.key();
        Ok(kubectl::lines([(record.receipt.cluster.name.as_str(), &key)], record.job.options))
    }

    /// All receipts that match, in a form to take along.
    pub async fn export_receipts(
        &self,
        query: HistoryQuery,
        form: ReceiptsForm,
    ) -> Result<String, EngineError> {
        let stores = self.stores()?;
        let receipts = blocking(move || matching(&stores, &query)).await?.map_err(storage)?;
        match form {
            ReceiptsForm::Json => export::receipts_json(&receipts),
            ReceiptsForm::Csv => Ok(export::receipts_csv(&receipts)),
        }
    }

    /// All receipts that match.
    pub async fn receipts(&self, query: HistoryQuery) -> Result<Vec<Receipt>, EngineError> {
        let stores = self.stores()?;
        blocking(move || matching(&stores, &query)).await?.map_err(storage)
    }

    /// The trash in numbers.
    pub async fn trash(&self) -> Result<TrashSummary, EngineError> {
        let stores = self.stores()?;
        blocking(move || trash_summary(&stores)).await?.map_err(storage)
    }

    /// The copies in the trash, newest first, without what is in them.
    pub async fn copies(&self) -> Result<Vec<secateur_store::CopyRow>, EngineError> {
        let trash = self.stores()?.trash()?.clone();
        blocking(move || trash.rows()).await?.map_err(storage)
    }

    /// Throws every copy away. What was deleted can then not be restored.
    pub async fn empty_trash(&self) -> Result<TrashSummary, EngineError> {
        let is_needed = |job: &Arc<job::Job>| !job.summaries.borrow().is_settled;
        if lock(&self.inner.jobs).iter().any(is_needed) {
            // Nothing of it would be restorable, and what it copied it does not copy again.
            let why = "a job is running: the trash can be emptied when it has ended";
            return Err(EngineError::Invalid(why.to_owned()));
        }
        let trash = self.stores()?.trash()?.clone();
        blocking(move || trash.empty()).await?.map_err(storage)?;
        self.inner.events.send(Event::HistoryChanged);
        self.trash().await
    }

    /// Keeps the trash and the receipts within what the settings allow, now and every hour, until the backend closes.
    pub async fn keep_within_bounds(self) {
        let (weak, stop) = (Arc::downgrade(&self.inner), self.child());
        drop(self);
        while let Some(inner) = weak.upgrade() {
            if let Err(error) = (Self { inner }).retain().await {
                tracing::warn!(%error, "what is too old could not be thrown away");
            }
            if stop.run_until_cancelled(tokio::time::sleep(BETWEEN_CLEARINGS)).await.is_none() {
                return;
            }
        }
    }

    /// Throws away what is older, or more, than the settings keep.
    pub async fn retain(&self) -> Result<(), EngineError> {
        let stores = self.stores()?;
        let now = self.inner.clock.now_ms().cast_signed();
        let thrown = blocking(move || {
            let settings = stores.settings.read();
            let before = |days: u32| now.saturating_sub(i64::from(days).saturating_mul(DAY_MS));
            let (Ok(trash), Ok(journal)) = (stores.trash(), stores.journal()) else { return Ok(0) };
            let copies = trash.retain(before(settings.trash_days), u64::from(settings.trash_mib) << 20)?;
            Ok(copies + journal.retain(before(settings.receipt_days))?)
        })
        .await?
        .map_err(storage)?;
        if thrown > 0 {
            self.inner.events.send(Event::HistoryChanged);
        }
        Ok(())
    }

    /// The receipts of a job as a list.
    pub(super) fn receipt_rows(
        &self,
        job: &str,
        query: &HistoryQuery,
    ) -> Result<watch::Receiver<Arc<ListSnapshot>>, EngineError> {
        let stores = self.stores()?;
        let not_open = || EngineError::NotOpen { what: "job", id: job.to_owned() };
        let row = stores.journal()?.job(job).map_err(storage)?.ok_or_else(not_open)?;
        let targets = stores.journal()?.matching(job, query).map_err(storage)?;
        let (publish, rows) = watch::channel(Arc::new(job::journaled(&row, &targets)));
        drop(publish);
        Ok(rows)
    }

    /// The session of the cluster that had this id, or that is the same by its fingerprint: a kubeconfig that was
    /// moved or renamed changes nothing. It is signed in, and it is that cluster.
    pub(super) fn session_of(
        &self,
        cluster: &ClusterId,
        fingerprint: &str,
    ) -> Result<Arc<Session>, EngineError> {
        let sessions: Vec<Arc<Session>> = {
            let known = lock(&self.inner.catalogue);
            let own = known.sessions.get(cluster).into_iter();
            let others = known.sessions.iter().filter(|(id, _)| *id != cluster).map(|(_, other)| other);
            own.chain(others).cloned().collect()
        };
        let is_it = |session: &&Arc<Session>| session.fingerprint().as_deref() == Some(fingerprint);
        let is_open = |session: &&Arc<Session>| session.signed_in().is_ok();
        let mut same = sessions.iter().filter(is_it);
        if let Some(session) = same.clone().find(is_open).or_else(|| same.next()) {
            session.signed_in()?;
            return Ok(Arc::clone(session));
        }
        let own = self.session(cluster)?;
        own.signed_in()?;
        Err(EngineError::OtherCluster(own.name().to_owned()))
    }

    async fn record_of(&self, reference: &ReceiptRef) -> Result<Record, EngineError> {
        let (stores, reference) = (self.stores()?, reference.clone());
        blocking(move || {
            let (journal, trash) = (stores.journal()?, stores.trash()?);
            record(journal, trash, &reference).map_err(storage)?.ok_or_else(|| not_there(&reference))
        })
        .await?
    }
}

pub(super) fn storage(error: StoreError) -> EngineError {
    EngineError::Storage(Arc::new(error))
}

fn not_there(reference: &ReceiptRef) -> EngineError {
    EngineError::NotOpen { what: "receipt", id: reference.job.clone() }
}

fn history(stores: &Stores, query: HistoryQuery, now: i64) -> Result<History, StoreError> {
    let (Ok(journal), settings) = (stores.journal(), stores.settings.read()) else {
        return Ok(History::default());
    };
    let query = HistoryQuery { limit: query.limit.filter(|limit| *limit > 0).or(Some(PAGE)), ..query };
    let mut jobs = Vec::new();
    for row in journal.search(&query)? {
        let subject = journal.subject(&row.job)?;
        let only = subject.only.as_ref().map(ResourceName::as_str);
        jobs.push(receipts::history_job(&row, &subject.kinds, only, now));
    }
    Ok(History {
        jobs,
        total: journal.count(&query)?.jobs,
        receipts: journal.count_receipts()?,
        clusters: journal.cluster_names()?,
        receipt_days: settings.receipt_days,
        trash: trash_summary(stores)?,
        problem: journal.problem().map(str::to_owned),
    })
}

fn trash_summary(stores: &Stores) -> Result<TrashSummary, StoreError> {
    let days = stores.settings.read().trash_days;
    let Ok(trash) = stores.trash() else { return Ok(TrashSummary { days, ..TrashSummary::default() }) };
    let stats = trash.stats()?;
    Ok(TrashSummary {
        copies: stats.count,
        bytes: stats.bytes,
        unreadable: stats.count.saturating_sub(stats.readable),
        is_lasting: trash.is_lasting(),
        problem: trash.problem().map(str::to_owned),
        days,
    })
}

fn matching(stores: &Stores, query: &HistoryQuery) -> Result<Vec<Receipt>, StoreError> {
    let (Ok(journal), Ok(trash)) = (stores.journal(), stores.trash()) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for job in journal.search(query)? {
        let all = HistoryQuery { limit: None, offset: 0, ..query.clone() };
        for target in journal.matching(&job.job, &all)? {
            let object = &target.target.object;
            let row = (object.cluster.clone(), object.uid.clone());
            let reference = ReceiptRef { job: job.job.clone(), row };
            let events = journal.events(&job.job, target.ordinal)?;
            let copies = trash.of_target(&job.job, target.ordinal)?;
            found.extend(receipts::receipt(reference, &job, &target, &events, &copies));
        }
    }
    Ok(found)
}

fn record(journal: &Journal, trash: &Trash, reference: &ReceiptRef) -> Result<Option<Record>, StoreError> {
    let target = journal.target_by_uid(&reference.job, &reference.row.1)?;
    let (Some(job), Some(target)) = (journal.job(&reference.job)?, target) else { return Ok(None) };
    let events = journal.events(&reference.job, target.ordinal)?;
    let copies = trash.of_target(&reference.job, target.ordinal)?;
    let receipt = receipts::receipt(reference.clone(), &job, &target, &events, &copies);
    Ok(receipt.map(|receipt| Record { job, target, receipt }))
}

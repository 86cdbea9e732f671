//! Restoring: from receipts to what will differ, and from there to created objects.

use std::sync::Arc;

use super::{Backend, blocking, lock, new_id};
use crate::{
    event::Event,
    failure::EngineError,
    restore::{self, OpenRestore, ReceiptRef, RestoreSummary, Sources},
};

impl Backend {
    /// Reads the copies of these receipts and begins to ask the servers. Creates nothing.
    pub async fn plan_restore(&self, receipts: Vec<ReceiptRef>) -> Result<RestoreSummary, EngineError> {
        if receipts.is_empty() {
            return Err(EngineError::Invalid("no receipt is chosen".to_owned()));
        }
        let stores = self.stores()?;
        let id = new_id();
        let sources = Sources {
            id: id.clone(),
            journal: stores.journal()?.clone(),
            trash: stores.trash()?.clone(),
            clock: Arc::clone(&self.inner.clock),
            events: Arc::clone(&self.inner.events),
            stop: self.child(),
        };
        let stop = sources.stop.clone();
        let backend = self.clone();
        let open = blocking(move || {
            restore::read(sources, &receipts, |cluster, fingerprint| backend.session_of(cluster, fingerprint))
        })
        .await??;
        let open = Arc::new(open);
        let summary = open.summary();
        self.inner.tasks.spawn(stop.run_until_cancelled_owned(Arc::clone(&open).follow()));
        lock(&self.inner.restores).insert(id, open);
        Ok(summary)
    }

    /// A restore as it is now.
    pub fn restore(&self, id: &str) -> Result<RestoreSummary, EngineError> {
        Ok(self.open_restore(id)?.summary())
    }

    /// Waits until every server was asked.
    pub async fn restore_ready(&self, id: &str) -> Result<RestoreSummary, EngineError> {
        let open = self.open_restore(id)?;
        open.ready().await;
        Ok(open.summary())
    }

    /// Creates what is planned; gives what came of it.
    pub async fn confirm_restore(&self, id: &str) -> Result<RestoreSummary, EngineError> {
        let open = self.open_restore(id)?;
        open.carry_out().await?;
        self.inner.events.send(Event::HistoryChanged);
        Ok(open.summary())
    }

    /// Forgets a restore; forgetting one that is not open does nothing.
    pub fn discard_restore(&self, id: &str) {
        if let Some(open) = lock(&self.inner.restores).remove(id) {
            open.close();
        }
    }

    fn open_restore(&self, id: &str) -> Result<Arc<OpenRestore>, EngineError> {
        let not_open = || EngineError::NotOpen { what: "restore", id: id.to_owned() };
        lock(&self.inner.restores).get(id).map(Arc::clone).ok_or_else(not_open)
    }
}

//! Writes a job's outcomes into the journal: one task takes whatever is queued, and one transaction keeps it all.
//!
//! Every worker of every cluster waits for the disk before it sends a DELETE; together they wait once.

use secateur_domain::outcome::Outcome;
use secateur_store::{Journal, OutcomeRecord};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

/// So many writers may queue; there are never more workers than that.
const QUEUE: usize = 1_024;

/// A job's way to the journal. Cheap to clone.
#[derive(Clone)]
pub(super) struct Pen {
    queue: mpsc::Sender<Entry>,
}

struct Entry {
    records: Vec<OutcomeRecord>,
    written: oneshot::Sender<Result<(), String>>,
}

impl Pen {
    /// Begins to write for `job`. The task ends when the last clone is dropped, after what was queued is written.
    pub(super) fn new(journal: Journal, job: String, tasks: &TaskTracker) -> Self {
        let (queue, entries) = mpsc::channel(QUEUE);
        tasks.spawn(write_all(journal, job, entries));
        Self { queue }
    }

    /// Returns when the disk has these records, or with the reason why it does not.
    pub(super) async fn write(&self, records: Vec<OutcomeRecord>) -> Result<(), String> {
        let ended = || "the application is ending".to_owned();
        let (written, answer) = oneshot::channel();
        self.queue.send(Entry { records, written }).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }

    /// Writes down that a DELETE is about to be sent. Nothing is sent before this has returned `Ok`.
    pub(super) async fn request(&self, target: usize, note: Option<String>, now: u64) -> Result<(), String> {
        let ordinal = u32::try_from(target).map_err(|_| "a job has at most 2^32 targets".to_owned())?;
        let requested = OutcomeRecord::new(ordinal, Outcome::Requested, now.cast_signed());
        self.write(vec![OutcomeRecord { note, ..requested }]).await
    }
}

async fn write_all(journal: Journal, job: String, mut entries: mpsc::Receiver<Entry>) {
    while let Some(first) = entries.recv().await {
        let mut records = first.records;
        let mut waiting = vec![first.written];
        while let Ok(entry) = entries.try_recv() {
            records.extend(entry.records);
            waiting.push(entry.written);
        }
        let (journal, job) = (journal.clone(), job.clone());
        let written = tokio::task::spawn_blocking(move || journal.record_all(&job, &records)).await;
        let outcome = match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        for written in waiting {
            // Who gave up waiting sends nothing either.
            let _ = written.send(outcome.clone());
        }
    }
}

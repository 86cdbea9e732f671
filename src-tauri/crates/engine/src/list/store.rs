//! The rows of one kind in one place of one cluster, for whoever looks at them.

use std::sync::{Arc, Mutex, PoisonError};

use secateur_domain::{
    ids::{ClusterId, ResourceName},
    kind::Kind,
};
use tokio::sync::{mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{ListSnapshot, reader::Reader, writer};
use crate::{
    clock::Clock,
    failure::{Code, Failure},
    session::Session,
};

/// What a store holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct StoreKey {
    pub(crate) cluster: ClusterId,
    pub(crate) kind: Arc<Kind>,
    /// One namespace; all of them, or none, when absent.
    pub(crate) namespace: Option<ResourceName>,
    /// As `kubectl --field-selector` takes it: the server is asked for these objects only.
    pub(crate) fields: Option<String>,
}

/// Rows that are still without metadata and wanted first.
pub(crate) type Wanted = Vec<(Option<ResourceName>, Arc<str>)>;

/// What is needed to read.
pub(crate) struct Surroundings {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

/// A store. Its tasks end when it is dropped.
pub(crate) struct Store {
    pub(crate) key: StoreKey,
    pub(crate) snapshots: watch::Receiver<Arc<ListSnapshot>>,
    session: Arc<Session>,
    messages: mpsc::Sender<writer::Message>,
    refresh: watch::Sender<u64>,
    wanted: watch::Sender<Wanted>,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// Guards what stops the reader, where there is one.
    reading: Mutex<Option<CancellationToken>>,
}

impl Store {
    /// A store that reads from its first [`Self::thaw`] on; the first snapshot says "opening".
    pub(crate) fn new(key: StoreKey, session: Arc<Session>, surroundings: &Surroundings) -> Self {
        // Pages have hundreds of rows; the bound keeps a fast server from filling memory ahead of the writer.
        let (messages, inbox) = mpsc::channel(16);
        let (publish, snapshots) = watch::channel(Arc::new(writer::opening(session.name())));
        let stop = surroundings.stop.child_token();
        let writer =
            writer::Writer::new(session.id(), session.name(), Arc::clone(&surroundings.clock), publish);
        surroundings.tasks.spawn(stop.clone().run_until_cancelled_owned(writer.run(inbox)));
        Self {
            key,
            snapshots,
            session,
            messages,
            refresh: watch::Sender::new(0),
            wanted: watch::Sender::default(),
            tasks: surroundings.tasks.clone(),
            stop,
            reading: Mutex::default(),
        }
    }

    /// Reads and watches, if it does not already.
    pub(super) fn thaw(&self) {
        let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        if reading.is_some() {
            return;
        }
        let stop = self.stop.child_token();
        let reader = Reader {
            session: Arc::clone(&self.session),
            key: self.key.clone(),
            messages: self.messages.clone(),
            refreshed: self.refresh.subscribe(),
            wanted: self.wanted.subscribe(),
            snapshots: self.snapshots.clone(),
        };
        self.tasks.spawn(stop.clone().run_until_cancelled_owned(reader.run()));
        *reading = Some(stop);
    }

    /// Whether it is read and watched.
    pub(super) fn is_reading(&self) -> bool {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Stops reading and watching, and says why. The rows stay, as of now.
    pub(super) fn freeze(&self, why: &str) {
        let stopped = self.reading.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(stopped) = stopped else { return };
        stopped.cancel();
        let failure = Arc::new(Failure::new(Code::Unreachable, why.to_owned()));
        let told = writer::Message::Troubled { failure, as_of: self.session.server_now() };
        let messages = self.messages.clone();
        // The writer ends with the store, and this task too.
        let telling = async move { drop(messages.send(told).await) };
        self.tasks.spawn(self.stop.clone().run_until_cancelled_owned(telling));
    }

    pub(super) fn rows(&self) -> usize {
        self.snapshots.borrow().table.rows.len()
    }

    /// The present session, as what is cancelled at its end.
    pub(super) fn session(&self) -> Option<CancellationToken> {
        self.session.signed_in().ok().map(|signed_in| signed_in.ended)
    }

    pub(super) fn is_of(&self, session: &Arc<Session>) -> bool {
        Arc::ptr_eq(&self.session, session)
    }

    /// Reads the list again, without an empty moment.
    pub(super) fn refresh(&self) {
        self.refresh.send_modify(|count| *count += 1);
    }

    /// Says which rows are looked at whose metadata is awaited: theirs is read first.
    pub(crate) fn want(&self, rows: Wanted) {
        self.wanted.send_if_modified(|wanted| {
            let is_news = *wanted != rows;
            *wanted = rows;
            is_news
        });
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

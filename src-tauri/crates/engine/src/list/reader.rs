//! Reads one kind in one place of one cluster, and keeps reading: pages, then a watch, and again after trouble.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use secateur_cluster::{ClusterError, Include, ListRequest, TableEvent};
use secateur_domain::{
    kind::{Kind, Scope},
    row::Warning,
};
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};

use super::{Leading, Message};
use crate::{
    backoff::{Backoff, LONGEST},
    failure::{Code, Failure},
    session::{Session, SignedIn},
};

/// The first page is small, so that something can be seen at once.
const FIRST_PAGE: u32 = 250;
/// A Table page is one buffer on the server: no more than this at a time.
const PAGE: u32 = 500;
/// Paging is begun again this often when the server forgets the version in the middle of it.
const PAGING_RESTARTS: u32 = 2;
/// How often a list is read where it may be listed and not watched.
const POLL: Duration = Duration::from_secs(5);
/// A watch that ends sooner than this is not opened again before it.
const SHORTEST_WATCH: Duration = Duration::from_secs(1);

pub(super) struct Reader {
    pub(super) index: usize,
    pub(super) session: Arc<Session>,
    pub(super) kind: Arc<Kind>,
    /// One namespace; all of them when absent.
    pub(super) namespace: Option<String>,
    pub(super) leading: Leading,
    pub(super) messages: mpsc::Sender<Message>,
    pub(super) refreshed: watch::Receiver<u64>,
}

/// Why a turn of reading ended without an error.
enum Turn {
    /// Read the list again now.
    Relist,
    /// Read it again after a while: it cannot be watched.
    Poll,
}

impl Reader {
    /// Runs until the list is closed: the task is dropped.
    pub(super) async fn run(mut self) {
        let mut backoff = Backoff::default();
        loop {
            if let Err(error) = self.session.signed_in() {
                self.trouble(Arc::new(error.describe())).await;
            }
            let signed_in = self.session.wait_until_signed_in().await;
            let (mut refreshed, mut reached) = (self.refreshed.clone(), self.session.reached());
            refreshed.mark_unchanged();
            let (mut wakes, mut reloads) = (self.session.wakes(), self.session.reloads());
            let began = Instant::now();
            let turn = tokio::select! {
                () = signed_in.ended.cancelled() => continue,
                _ = refreshed.changed() => continue,
                _ = reloads.changed() => continue,
                _ = wakes.changed() => {
                    let slept = format!("The computer was asleep. Reading {} again.", self.session.name());
                    self.trouble(Arc::new(Failure::new(Code::Unreachable, slept))).await;
                    continue;
                }
                turn = self.read_and_watch(&signed_in) => turn,
            };
            let pause = match turn {
                Ok(Turn::Relist) => Duration::ZERO,
                Ok(Turn::Poll) => POLL,
                Err(error) => {
                    let failure = self.failure(error);
                    let is_retryable = failure.is_retryable;
                    self.trouble(Arc::new(failure)).await;
                    if began.elapsed() > LONGEST {
                        backoff.reset();
                    }
                    let wait = backoff.next();
                    if is_retryable {
                        self.session.tries_again_in(wait);
                        wait
                    } else {
                        Duration::MAX
                    }
                }
            };
            tokio::select! {
                () = self.session.wait_to_try(pause) => {}
                _ = refreshed.changed() => {}
                _ = reloads.changed() => {}
                _ = reached.changed() => {}
                () = signed_in.ended.cancelled() => {}
            }
        }
    }

    async fn read_and_watch(&mut self, signed_in: &SignedIn) -> Result<Turn, ClusterError> {
        let mut restarts = 0;
        let version = loop {
            match self.read(signed_in).await {
                Err(ClusterError::Gone) if restarts < PAGING_RESTARTS => restarts += 1,
                read => break read?,
            }
        };
        self.session.set_clock_offset(signed_in.client.clock_offset());
        self.session.reach();
        match self.watch(signed_in, version).await {
            Ok(turn) => Ok(turn),
            Err(ClusterError::Gone) => Ok(Turn::Relist),
            Err(ClusterError::Refused(_) | ClusterError::NotSupported(_)) => Ok(Turn::Poll),
            Err(error) => Err(error),
        }
    }

    /// All pages; gives the version to watch from.
    async fn read(&mut self, signed_in: &SignedIn) -> Result<String, ClusterError> {
        self.tell(Message::Began { reader: self.index }).await;
        let mut request = self.request();
        request.limit = Some(FIRST_PAGE);
        loop {
            let page = signed_in.client.list_table(&request).await?;
            let columns = self.leading.columns(&self.kind, &page.columns);
            let rows = page.rows.into_iter().map(|row| self.leading.row(self.session.name(), row)).collect();
            let warning = |text| Warning { cluster: self.session.id().clone(), text };
            let warnings = page.warnings.into_iter().map(warning).collect();
            let (reader, remaining) = (self.index, page.remaining);
            self.tell(Message::Page { reader, columns, rows, remaining, warnings }).await;
            request.continue_token = page.continue_token;
            request.limit = Some(PAGE);
            if request.continue_token.is_none() {
                self.tell(Message::Completed { reader: self.index }).await;
                return Ok(page.resource_version);
            }
        }
    }

    /// Follows changes from `version`; servers end watches after a while, and then it goes on where it was.
    async fn watch(&mut self, signed_in: &SignedIn, mut version: String) -> Result<Turn, ClusterError> {
        if !self.kind.can("watch") {
            return Ok(Turn::Poll);
        }
        loop {
            let opened = Instant::now();
            let mut events = signed_in.client.watch_table(&self.request(), &version).await?;
            while let Some(event) = events.next().await {
                let reader = self.index;
                match event? {
                    TableEvent::Upserted { row, resource_version } => {
                        version = resource_version;
                        let row = self.leading.row(self.session.name(), row);
                        self.tell(Message::Upserted { reader, row }).await;
                    }
                    TableEvent::Removed { row, resource_version } => {
                        version = resource_version;
                        self.tell(Message::Removed { reader, row }).await;
                    }
                    TableEvent::Bookmark { resource_version } => version = resource_version,
                }
            }
            tokio::time::sleep(SHORTEST_WATCH.saturating_sub(opened.elapsed())).await;
        }
    }

    fn request(&self) -> ListRequest {
        ListRequest {
            kind: Arc::clone(&self.kind),
            namespace: self.namespace.clone().filter(|_| self.kind.scope == Scope::Namespaced),
            label_selector: None,
            field_selector: None,
            limit: None,
            continue_token: None,
            include: Include::Metadata,
        }
    }

    /// The failure as the person is told it: who may not list what, where.
    fn failure(&self, error: ClusterError) -> Failure {
        let place = match &self.namespace {
            _ if self.kind.scope == Scope::Cluster => String::new(),
            Some(namespace) => format!(" in {namespace}"),
            None => " in all namespaces".to_owned(),
        };
        let is_unreachable = matches!(error, ClusterError::Transport(_));
        let mut failure = self.session.error(&format!("list {}{place}", self.kind.plural), error).describe();
        if is_unreachable {
            self.session.miss(failure.clone());
        }
        if failure.code == Code::Refused
            && let Some(user) = self.session.summary().user
        {
            failure.message =
                format!("{user} may not list {}{place} of {}.", self.kind.plural, self.session.name());
        }
        failure
    }

    async fn trouble(&self, failure: Arc<Failure>) {
        let as_of = self.session.server_now();
        self.tell(Message::Troubled { reader: self.index, failure, as_of }).await;
    }

    async fn tell(&self, message: Message) {
        // The writer ends with the list, and so does this task: nobody is left to be told.
        let _ = self.messages.send(message).await;
    }
}

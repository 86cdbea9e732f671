//! Keeps one store read: lists, then watches, and again after trouble.

use std::{sync::Arc, time::Duration};

use secateur_cluster::ClusterError;
use secateur_domain::kind::Scope;
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};

use super::{
    ListSnapshot,
    store::{StoreKey, Wanted},
    writer::Message,
};
use crate::{
    backoff::{Backoff, LONGEST},
    failure::{Code, Failure},
    session::Session,
};

/// A list that has to be read again so soon is read again a little later.
const SOON: Duration = Duration::from_secs(2);
/// How often a list is read where it may be listed and not watched.
const POLL: Duration = Duration::from_secs(5);
/// And where too many others are watched.
const UNWATCHED: Duration = Duration::from_secs(30);

pub(super) struct Reader {
    pub(super) session: Arc<Session>,
    pub(super) key: StoreKey,
    pub(super) messages: mpsc::Sender<Message>,
    pub(super) refreshed: watch::Receiver<u64>,
    pub(super) wanted: watch::Receiver<Wanted>,
    /// What the store holds already.
    pub(super) snapshots: watch::Receiver<Arc<ListSnapshot>>,
}

/// Why a turn of reading ended without an error.
pub(super) enum Turn {
    /// Read the list again now.
    Relist,
    /// Read it again after a while: it cannot be watched.
    Poll,
    /// The same, for now: too many others are watched.
    Unwatched,
}

impl Reader {
    /// Runs until nobody wants it any more: the task is dropped.
    pub(super) async fn run(self) {
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
            let is_unwatched = matches!(turn, Ok(Turn::Unwatched));
            let pause = match turn {
                // A server that forgets a list as soon as it is read is not asked for it without end.
                Ok(Turn::Relist) if began.elapsed() < SOON => {
                    self.trouble(Arc::new(self.failure(ClusterError::Gone))).await;
                    backoff.next()
                }
                Ok(Turn::Relist) => Duration::ZERO,
                Ok(Turn::Poll) => POLL,
                Ok(Turn::Unwatched) => {
                    let words = format!(
                        "More lists of {} are open than can be watched at a time. This one is read every half minute.",
                        self.session.name()
                    );
                    self.trouble(Arc::new(Failure::new(Code::Unreachable, words))).await;
                    UNWATCHED
                }
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
                () = self.session.watches().until_list(), if is_unwatched => {}
                _ = refreshed.changed() => {}
                _ = reloads.changed() => {}
                _ = reached.changed() => {}
                () = signed_in.ended.cancelled() => {}
            }
        }
    }

    /// The failure as the person is told it: who may not list what, where.
    fn failure(&self, error: ClusterError) -> Failure {
        let kind = &self.key.kind;
        let place = match &self.key.namespace {
            _ if kind.scope == Scope::Cluster => String::new(),
            Some(namespace) => format!(" in {namespace}"),
            None => " in all namespaces".to_owned(),
        };
        let is_unreachable = matches!(error, ClusterError::Transport(_));
        let mut failure = self.session.error(&format!("list {}{place}", kind.plural), error).describe();
        if is_unreachable {
            self.session.miss(failure.clone());
        }
        if failure.code == Code::Refused
            && let Some(user) = self.session.summary().user
        {
            failure.message =
                format!("{user} may not list {}{place} of {}.", kind.plural, self.session.name());
        }
        failure
    }

    async fn trouble(&self, failure: Arc<Failure>) {
        let as_of = self.session.server_now();
        self.tell(Message::Troubled { failure, as_of }).await;
    }

    pub(super) async fn tell(&self, message: Message) {
        // The writer ends with the store, and so does this task: nobody is left to be told.
        let _ = self.messages.send(message).await;
    }
}

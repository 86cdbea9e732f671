//! How many watches a session has open. A server lets a hundred streams be open on a connection, and the next one waits
//! in silence: so many are never asked for. Who gets no watch looks again and again instead, and a list says so.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Lists that are watched at a time in one cluster.
pub(crate) const LISTS: usize = 60;
/// Watches that follow what plans and jobs are about, a kind each. Two more are of what defines kinds.
const FOLLOWED: usize = 18;
/// What was frozen for it gives its watch back in less.
const A_MOMENT: Duration = Duration::from_secs(1);

/// Held for as long as a watch is open.
pub(crate) type Watch = OwnedSemaphorePermit;

/// The watches of a session.
pub(crate) struct Watches {
    lists: Arc<Semaphore>,
    followed: Arc<Semaphore>,
}

impl Default for Watches {
    fn default() -> Self {
        Self { lists: Arc::new(Semaphore::new(LISTS)), followed: Arc::new(Semaphore::new(FOLLOWED)) }
    }
}

impl Watches {
    /// A list may be watched, where not too many are.
    pub(crate) async fn of_list(&self) -> Option<Watch> {
        timeout(A_MOMENT, Arc::clone(&self.lists).acquire_owned()).await.ok()?.ok()
    }

    /// Waits until a list could be watched.
    pub(crate) async fn until_list(&self) {
        // Nobody closes it, so there is a turn for everybody; it is given back at once.
        drop(self.lists.acquire().await);
    }

    /// Targets may be watched, where not too many are.
    pub(crate) fn of_followed(&self) -> Option<Watch> {
        Arc::clone(&self.followed).try_acquire_owned().ok()
    }
}

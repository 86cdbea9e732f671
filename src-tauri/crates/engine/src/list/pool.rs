//! The stores that there are. One that nobody looks at any more stays **warm** for a while, read and watched, so that
//! going back to it costs nothing; then it is **frozen**, its rows as of then; and it is **evicted** where the rows of
//! such stores become too many.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use super::{Store, StoreKey, store::Surroundings};
use crate::session::Session;

/// So many stores that nobody looks at are kept up to date: each has a watch, and a server is not to pay for what a
/// person saw an hour ago.
const WARM: usize = 8;
/// For so long, in milliseconds.
const WARM_FOR: u64 = 5 * 60 * 1_000;
const BETWEEN_LOOKS: Duration = Duration::from_secs(30);
/// So many rows are held, in all, that nobody looks at: some 50 MB.
const IDLE_ROWS: usize = 100_000;

struct Entry {
    store: Arc<Store>,
    users: usize,
    /// When the last user left, in milliseconds of the engine's clock.
    left_at: u64,
    /// The session that there was then: what somebody saw who has signed out is kept for nobody.
    session: Option<CancellationToken>,
}

impl Entry {
    fn rows_worth_keeping(&self) -> usize {
        let is_over = self.session.as_ref().is_none_or(CancellationToken::is_cancelled);
        if is_over { 0 } else { self.store.rows() }
    }
}

/// The stores by what they hold.
pub(crate) struct Pool {
    surroundings: Surroundings,
    /// Guards the stores; held for moments.
    stores: Mutex<HashMap<StoreKey, Entry>>,
}

/// A store that somebody looks at.
pub(crate) struct Lease {
    store: Arc<Store>,
    pool: Arc<Pool>,
}

impl Lease {
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}

impl Pool {
    pub(crate) fn new(surroundings: Surroundings) -> Arc<Self> {
        Arc::new(Self { surroundings, stores: Mutex::default() })
    }

    /// The store for this, as it is kept or opened now.
    pub(crate) fn lease(self: &Arc<Self>, key: StoreKey, session: &Arc<Session>) -> Lease {
        let mut stores = self.lock();
        // A cluster that was taken off the list and added again has another session.
        let is_good =
            |entry: &Entry| entry.store.is_of(session) && (entry.users > 0 || entry.rows_worth_keeping() > 0);
        if stores.get(&key).is_some_and(|entry| !is_good(entry)) {
            stores.remove(&key);
        }
        let entry = stores.entry(key.clone()).or_insert_with(|| Entry {
            store: Arc::new(Store::new(key, Arc::clone(session), &self.surroundings)),
            users: 0,
            left_at: 0,
            session: None,
        });
        entry.users += 1;
        let store = Arc::clone(&entry.store);
        drop(stores);
        store.thaw();
        Lease { store, pool: Arc::clone(self) }
    }

    /// Freezes what has been warm for long enough, again and again.
    pub(crate) async fn keep_settled(self: Arc<Self>) {
        loop {
            tokio::time::sleep(BETWEEN_LOOKS).await;
            let evicted = settle(&mut self.lock(), self.surroundings.clock.now_ms());
            drop(evicted);
        }
    }

    fn leave(&self, store: &Arc<Store>) {
        let now = self.surroundings.clock.now_ms();
        let mut stores = self.lock();
        if let Some(entry) = stores.get_mut(&store.key)
            && Arc::ptr_eq(&entry.store, store)
        {
            entry.users = entry.users.saturating_sub(1);
            entry.left_at = now;
            entry.session = store.session();
        }
        let evicted = settle(&mut stores, now);
        drop(stores);
        drop(evicted);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<StoreKey, Entry>> {
        self.stores.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.pool.leave(&self.store);
    }
}

/// Freezes and evicts; what is evicted is given back, to be dropped when nobody waits.
fn settle(stores: &mut HashMap<StoreKey, Entry>, now: u64) -> Vec<Entry> {
    let mut idle: Vec<_> = stores
        .iter()
        .filter(|(_, entry)| entry.users == 0)
        .map(|(key, entry)| (entry.left_at, entry.rows_worth_keeping(), key.clone()))
        .collect();
    idle.sort_by_key(|(left_at, ..)| std::cmp::Reverse(*left_at));
    let mut rows = 0;
    let mut evicted = Vec::new();
    for (order, (left_at, own, key)) in idle.into_iter().enumerate() {
        rows += own;
        if rows > IDLE_ROWS || own == 0 {
            evicted.extend(stores.remove(&key));
        } else if (order >= WARM || now.saturating_sub(left_at) > WARM_FOR)
            && let Some(entry) = stores.get(&key)
        {
            entry.store.freeze();
        }
    }
    evicted
}

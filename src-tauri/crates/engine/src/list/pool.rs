//! The stores that there are. One that nobody looks at any more stays **warm** for a while, read and watched, so that
//! going back to it costs nothing; then it is **frozen**, its rows as of then; and it is **evicted** where the rows of
//! such stores become too many. Where more of a cluster are read than may be watched, what was seen least recently is
//! frozen as well, somebody's or not.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

use super::{Store, StoreKey, store::Surroundings};
use crate::session::{LISTS, Session};

/// So many stores that nobody looks at are kept up to date: each has a watch, and a server is not to pay for what a
/// person saw an hour ago.
const WARM: usize = 8;
/// For so long, in milliseconds.
const WARM_FOR: u64 = 5 * 60 * 1_000;
const BETWEEN_LOOKS: Duration = Duration::from_secs(30);
/// So many rows are held, in all, that nobody looks at: some 150 MB. A list of 100,000 is among them.
const IDLE_ROWS: usize = 150_000;
/// Lists that somebody began to look at within this, in milliseconds, are of one view: none of them makes room for
/// another.
const TOGETHER: u64 = 1_000;

struct Entry {
    store: Arc<Store>,
    users: usize,
    /// When somebody began to look at it, or the last user left, in milliseconds of the engine's clock.
    seen_at: u64,
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

    /// Reads it again, and from then on, because a person wants it.
    pub(crate) fn read_again(&self) {
        self.pool.look_at(&self.store);
        self.store.refresh();
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
            seen_at: 0,
            session: None,
        });
        entry.users += 1;
        let store = Arc::clone(&entry.store);
        drop(stores);
        self.look_at(&store);
        Lease { store, pool: Arc::clone(self) }
    }

    /// Reads and watches it from now on, if that is not so, and makes room for it.
    fn look_at(&self, store: &Arc<Store>) {
        let now = self.surroundings.clock.now_ms();
        store.thaw();
        let mut stores = self.lock();
        if let Some(entry) = stores.get_mut(&store.key) {
            entry.seen_at = now;
        }
        make_room(&stores, store, now);
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
            entry.seen_at = now;
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
        .map(|(key, entry)| (entry.seen_at, entry.rows_worth_keeping(), key.clone()))
        .collect();
    idle.sort_by_key(|(seen_at, ..)| std::cmp::Reverse(*seen_at));
    let mut rows = 0;
    let mut evicted = Vec::new();
    for (order, (seen_at, own, key)) in idle.into_iter().enumerate() {
        rows += own;
        if rows > IDLE_ROWS || own == 0 {
            evicted.extend(stores.remove(&key));
        } else if (order >= WARM || now.saturating_sub(seen_at) > WARM_FOR)
            && let Some(entry) = stores.get(&key)
        {
            entry.store.freeze("Nobody looked at this list, so it was not kept up to date.");
        }
    }
    evicted
}

/// Freezes lists of the same cluster, as many as are read beyond what may be watched: first those that nobody looks at,
/// then those that somebody began to look at longest ago.
fn make_room(stores: &HashMap<StoreKey, Entry>, wanted: &Arc<Store>, now: u64) {
    let others = stores.values().filter(|entry| entry.store.key.cluster == wanted.key.cluster);
    let mut read: Vec<&Entry> = others.filter(|entry| entry.store.is_reading()).collect();
    let too_many = read.len().saturating_sub(LISTS);
    read.retain(|entry| entry.users == 0 || now.saturating_sub(entry.seen_at) > TOGETHER);
    read.sort_by_key(|entry| (entry.users > 0, entry.seen_at));
    for entry in read.into_iter().take(too_many) {
        entry.store.freeze(
            "So many other lists were opened since that this one is not kept up to date any more. It is again once \
             you read it again.",
        );
    }
}

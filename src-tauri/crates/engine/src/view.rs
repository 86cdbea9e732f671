//! Views: a filtered, sorted window on any list. A view's task arranges rows when they change and hints; the
//! window is then pulled.

mod arranged;
mod together;
mod window;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::select_all;
use secateur_domain::{
    ids::{ClusterId, Identity, ObjectKey},
    row::Liveness,
    view::{Leading, Query},
};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::arranged::Arranged;
pub use self::window::{ViewHint, ViewPart, ViewWindow, WindowRow};
use crate::{
    clock::Clock,
    event::EventSink,
    list::{Lease, ListSnapshot, uses::Looked},
    marks::Marks,
};

/// At most 30 hints a second.
const BETWEEN_HINTS: Duration = Duration::from_millis(33);
/// How long a filter by time may be behind.
const BETWEEN_TIMES: Duration = Duration::from_secs(5);
/// Rows are arranged on a blocking thread from here on: it takes over a millisecond.
const MANY: usize = 1_000;

/// The time in Unix seconds by a cluster's clock.
pub(crate) type Now = dyn Fn(&ClusterId) -> i64 + Send + Sync;

/// What a view looks at.
#[derive(Default)]
pub(crate) struct Feeds {
    /// The lists.
    pub(crate) lists: Vec<Feed>,
    /// The columns that stand before the lists' own.
    pub(crate) leading: Leading,
}

/// One list.
pub(crate) struct Feed {
    pub(crate) snapshots: watch::Receiver<Arc<ListSnapshot>>,
    /// Whose objects they are, for a list of objects.
    pub(crate) cluster: Option<ClusterId>,
    /// Keeps the store open that it comes from.
    pub(crate) lease: Option<Lease>,
    /// What uses the objects, where a filter asks for it.
    pub(crate) uses: Option<watch::Receiver<Looked>>,
}

impl Feeds {
    /// One list of its own.
    pub(crate) fn one(snapshots: watch::Receiver<Arc<ListSnapshot>>) -> Self {
        Self { lists: vec![Feed { snapshots, cluster: None, lease: None, uses: None }], ..Self::default() }
    }

    /// The time of each list, by its server's clock.
    fn times(&self, now: &Now) -> Vec<i64> {
        self.lists.iter().map(|list| list.cluster.as_ref().map_or(0, now)).collect()
    }

    /// Reads the lists again.
    fn refresh(&self) {
        self.lists.iter().filter_map(|list| list.lease.as_ref()).for_each(Lease::read_again);
    }
}

/// Feeds, and how far they were seen.
struct Watched {
    feeds: Arc<Feeds>,
    lists: Vec<watch::Receiver<Arc<ListSnapshot>>>,
    uses: Vec<watch::Receiver<Looked>>,
}

impl From<Arc<Feeds>> for Watched {
    fn from(feeds: Arc<Feeds>) -> Self {
        let lists = feeds.lists.iter().map(|list| list.snapshots.clone()).collect();
        let uses = feeds.lists.iter().filter_map(|list| list.uses.clone()).collect();
        Self { feeds, lists, uses }
    }
}

impl Watched {
    fn take(&mut self) -> Vec<Arc<ListSnapshot>> {
        self.uses.iter_mut().for_each(watch::Receiver::mark_unchanged);
        self.lists.iter_mut().map(|list| Arc::clone(&list.borrow_and_update())).collect()
    }

    /// Waits until a list changed, or more is known of what uses its objects.
    async fn changed(&mut self) {
        tokio::select! {
            () = any_changed(self.lists.iter_mut()) => {}
            () = any_changed(self.uses.iter_mut()) => {}
        }
    }
}

/// Waits until one of these changed. Those that never will again are waited for no more.
pub(crate) async fn any_changed<'a, T: 'a>(receivers: impl Iterator<Item = &'a mut watch::Receiver<T>>) {
    let mut waiting: Vec<_> = receivers.map(|receiver| Box::pin(receiver.changed())).collect();
    while !waiting.is_empty() {
        let (outcome, index, _) = select_all(waiting.iter_mut()).await;
        if outcome.is_ok() {
            return;
        }
        drop(waiting.swap_remove(index));
    }
    std::future::pending::<()>().await;
}

/// An open view. Its task ends when it is dropped.
pub(crate) struct View {
    id: String,
    clock: Arc<dyn Clock>,
    marks: Arc<Marks>,
    /// Guards the present arrangement, which the view's task replaces whole.
    arranged: Mutex<Arranged>,
    query: watch::Sender<Query>,
    feeds: watch::Sender<Arc<Feeds>>,
    versions: watch::Sender<u64>,
    now: Box<Now>,
    stop: CancellationToken,
}

/// What a view is made of.
pub(crate) struct ViewParts {
    pub(crate) id: String,
    pub(crate) feeds: Feeds,
    pub(crate) query: Query,
    pub(crate) marks: Arc<Marks>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) now: Box<Now>,
    pub(crate) hints: Arc<dyn EventSink<ViewHint>>,
}

/// Objects that were asked for, by identity.
pub(crate) struct Contents {
    /// Those that are in the list.
    pub(crate) all: HashSet<Identity>,
    /// Those of them that match its filter.
    pub(crate) matching: HashSet<Identity>,
    /// Whether the whole list has been read.
    pub(crate) is_complete: bool,
}

impl View {
    pub(crate) fn open(parts: ViewParts, tasks: &TaskTracker, stop: CancellationToken) -> Arc<Self> {
        let ViewParts { id, feeds, query, marks, clock, now, hints } = parts;
        let mut watched = Watched::from(Arc::new(feeds));
        let first = Arranged::new(watched.take(), &watched.feeds, query.clone(), &now, &marks);
        let (query, queries) = watch::channel(query);
        let (feeds, feeds_changed) = watch::channel(Arc::clone(&watched.feeds));
        let view = Arc::new(Self {
            id,
            clock,
            marks,
            arranged: Mutex::new(first),
            query,
            feeds,
            versions: watch::Sender::new(1),
            now,
            stop: stop.clone(),
        });
        let marked = view.marks.changes();
        let task = Task { watched, next: None, feeds_changed, queries, marked, hints };
        tasks.spawn(stop.run_until_cancelled_owned(task.run(Arc::downgrade(&view))));
        view
    }

    /// Changes filter, order and columns, and waits until the rows are arranged so, or until another query took this
    /// one's place. A hint follows.
    pub(crate) async fn set_query(&self, query: Query) {
        let mut versions = self.versions();
        self.query.send_replace(query.clone());
        let is_over = || *self.lock().query == query || *self.query.borrow() != query;
        let arranging = async { while !is_over() && versions.changed().await.is_ok() {} };
        self.stop.run_until_cancelled(arranging).await;
    }

    /// Looks at other lists from now on, once there is something to be seen in them.
    pub(crate) fn set_feeds(&self, feeds: Feeds) {
        self.feeds.send_replace(Arc::new(feeds));
    }

    /// Tells each new arrangement: rows, order or marks.
    pub(crate) fn versions(&self) -> watch::Receiver<u64> {
        self.versions.subscribe()
    }

    pub(crate) fn hint(&self) -> ViewHint {
        self.lock().hint(&self.id)
    }

    /// The columns that a filter names and the lists do not have, as far as they are known.
    pub(crate) fn unknown_column(&self, query: &Query) -> Option<String> {
        self.lock().unknown_column(query)
    }

    /// The rows from `start`, printed now. What is seen of them before it can be acted on is read first.
    pub(crate) fn window(&self, start: usize, count: usize) -> ViewWindow {
        let mut arranged = self.lock();
        arranged.pull(start, count);
        arranged.want(start, count);
        arranged.window(&self.id, start, count, self.clock.now_ms(), &self.now, &self.marks)
    }

    /// Reads its lists again.
    pub(crate) fn refresh(&self) {
        self.feeds.borrow().refresh();
    }

    /// Waits until all rows that match were read and can be marked; ends as well when marks changed otherwise.
    pub(crate) async fn readable(&self) {
        let (mut versions, mut marked) = (self.versions(), self.marks.changes());
        let is_read = |hint: ViewHint| {
            hint.awaited == 0 && !matches!(hint.liveness, Liveness::Reading { .. } | Liveness::Opening)
        };
        while !is_read(self.hint()) {
            tokio::select! {
                changed = versions.changed() => if changed.is_err() { return },
                _ = marked.changed() => return,
            }
        }
    }

    /// The keys of these rows of the view, those that are in it and can be acted on.
    pub(crate) fn keys(&self, wanted: &[Identity]) -> Vec<ObjectKey> {
        let wanted: HashSet<&Identity> = wanted.iter().collect();
        self.lock().keys(|row| row.identity().is_some_and(|identity| wanted.contains(&identity)))
    }

    /// The keys of all rows that match and can be acted on.
    pub(crate) fn all_keys(&self) -> Vec<ObjectKey> {
        self.lock().keys(|_| true)
    }

    /// The keys from one row to another in the present order, both included; none if either is not in the view.
    pub(crate) fn range_keys(&self, from: &Identity, to: &Identity) -> Vec<ObjectKey> {
        self.lock().range_keys(from, to)
    }

    /// Which of these objects are in the list, and which of them match.
    pub(crate) fn contents(&self, of: &[ObjectKey]) -> Contents {
        self.lock().contents(of)
    }

    /// The kind of the list, `deployments.apps`.
    pub(crate) fn resource(&self) -> Option<String> {
        let feeds = self.feeds.borrow();
        feeds.lists.iter().find_map(|list| Some(list.lease.as_ref()?.store().key.kind.resource()))
    }

    /// The clusters that have no such list, or none yet.
    pub(crate) fn missing(&self) -> Vec<ClusterId> {
        let feeds = self.feeds.borrow();
        feeds
            .lists
            .iter()
            .filter(|list| list.lease.is_none())
            .filter_map(|list| list.cluster.clone())
            .collect()
    }

    async fn arrange(&self, snapshots: Vec<Arc<ListSnapshot>>, feeds: &Arc<Feeds>, query: Query) {
        let before = self.lock().clone();
        let rows: usize = snapshots.iter().map(|snapshot| snapshot.table.rows.len()).sum();
        let marks = Arc::clone(&self.marks);
        let now = feeds.times(&self.now);
        let feeds = Arc::clone(feeds);
        let work = move || before.next(snapshots, &feeds, query, &now, &marks);
        let next = if rows < MANY {
            work()
        } else {
            match tokio::task::spawn_blocking(work).await {
                Ok(next) => next,
                // Only a panic or the runtime's end: the present arrangement stays.
                Err(_) => return,
            }
        };
        let mut arranged = self.lock();
        *arranged = next.in_place_of(&arranged);
        drop(arranged);
        self.versions.send_modify(|count| *count += 1);
    }

    fn lock(&self) -> MutexGuard<'_, Arranged> {
        self.arranged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Keeps a view arranged.
struct Task {
    watched: Watched,
    /// What is looked at once there is something to be seen in it.
    next: Option<Watched>,
    feeds_changed: watch::Receiver<Arc<Feeds>>,
    queries: watch::Receiver<Query>,
    marked: watch::Receiver<u64>,
    hints: Arc<dyn EventSink<ViewHint>>,
}

impl Task {
    /// Runs until the view is closed, which it does not hold open.
    async fn run(mut self, view: std::sync::Weak<View>) {
        let mut told = None;
        loop {
            let Some(hint) = view.upgrade().map(|view| view.hint()) else { return };
            // What nobody sees is no news.
            if told.replace(hint.version) != Some(hint.version) {
                self.hints.send(hint);
            }
            // A person who types waits for nobody.
            let is_asked = tokio::select! {
                () = tokio::time::sleep(BETWEEN_HINTS) => false,
                changed = self.queries.changed() => changed.is_ok(),
            };
            if !is_asked && !self.changed().await {
                return;
            }
            let query = self.queries.borrow_and_update().clone();
            self.marked.mark_unchanged();
            let Some(view) = view.upgrade() else { return };
            view.arrange(self.watched.take(), &self.watched.feeds, query).await;
        }
    }

    /// Waits until there is something to arrange; `false` when there never will be.
    async fn changed(&mut self) -> bool {
        loop {
            let is_timed = self.queries.borrow().filter.is_timed();
            let Self { watched, next, feeds_changed, queries, marked, .. } = self;
            tokio::select! {
                () = watched.changed() => return true,
                () = tokio::time::sleep(BETWEEN_TIMES), if is_timed => return true,
                changed = queries.changed() => return changed.is_ok(),
                changed = marked.changed() => return changed.is_ok(),
                changed = feeds_changed.changed() => {
                    if changed.is_err() {
                        return false;
                    }
                    *next = Some(Arc::clone(&feeds_changed.borrow_and_update()).into());
                }
                opened = opened(next) => {
                    *watched = opened;
                    return true;
                }
            }
        }
    }
}

/// Takes what comes next as soon as there is something to be seen in each of its lists.
async fn opened(next: &mut Option<Watched>) -> Watched {
    let is_opening = |watched: &Watched| {
        watched.lists.iter().any(|list| matches!(list.borrow().liveness, Liveness::Opening))
    };
    loop {
        match next {
            None => std::future::pending().await,
            Some(watched) if is_opening(watched) => watched.changed().await,
            Some(_) => {
                if let Some(opened) = next.take() {
                    return opened;
                }
            }
        }
    }
}

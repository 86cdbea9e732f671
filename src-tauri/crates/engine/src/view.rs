//! Views: a filtered, sorted window on any list. A view's task arranges rows when they change and hints; the
//! window is then pulled.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use secateur_domain::{
    age,
    ids::{Identity, ObjectKey},
    row::{Column, ColumnKind, Liveness, Row, RowState, Warning},
    view::{Query, arrange, shown},
};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{clock::Clock, event::EventSink, failure::Failure, list::ListSnapshot, marks::Marks};

/// At most 30 hints a second.
const BETWEEN_HINTS: Duration = Duration::from_millis(33);
/// How long a change is shown as one, in milliseconds.
const FRESH_MS: u64 = 1_200;
/// Rows are arranged on a blocking thread from here on: it takes over a millisecond.
const MANY: usize = 1_000;
/// The largest window that may be pulled.
const LARGEST_WINDOW: usize = 500;

/// A view's totals.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewHint {
    /// The view.
    pub view: String,
    /// Grows with every change.
    pub version: u32,
    /// Rows that match.
    pub total: usize,
    /// Rows in all.
    pub unfiltered: usize,
    /// Matching rows that are marked.
    pub marked: usize,
    /// Matching rows that can be marked.
    pub markable: usize,
    /// Completeness.
    pub liveness: Liveness<Arc<Failure>>,
}

/// Rows of one version of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewWindow {
    /// The totals of that version.
    pub hint: ViewHint,
    /// The columns shown.
    pub columns: Vec<Column>,
    /// The index of the first row.
    pub start: usize,
    /// The rows.
    pub rows: Vec<WindowRow>,
    /// Seconds until an age among them reads differently.
    pub ages_change_in: Option<u32>,
    /// What the servers warned of when the list was read.
    pub warnings: Arc<[Warning]>,
}

/// One row of a window.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowRow {
    /// The row; its cells are those of the list.
    pub row: Arc<Row>,
    /// The printed cells, one for each shown column.
    pub cells: Vec<String>,
    /// Whether it is marked.
    pub is_marked: bool,
    /// Whether it changed just now.
    pub is_fresh: bool,
}

struct Arranged {
    snapshot: Arc<ListSnapshot>,
    order: Arc<[u32]>,
    query: Query,
    version: u32,
    marked: usize,
    markable: usize,
}

/// An open view. Its task ends when it is dropped.
pub(crate) struct View {
    id: String,
    clock: Arc<dyn Clock>,
    marks: Arc<Marks>,
    /// Guards the present arrangement, which the view's task replaces whole.
    arranged: Mutex<Arranged>,
    query: watch::Sender<Query>,
    versions: watch::Sender<u64>,
    stop: CancellationToken,
}

/// What a view is made of.
pub(crate) struct ViewParts {
    pub(crate) id: String,
    pub(crate) snapshots: watch::Receiver<Arc<ListSnapshot>>,
    pub(crate) query: Query,
    pub(crate) marks: Arc<Marks>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hints: Arc<dyn EventSink<ViewHint>>,
}

/// The rows of a view by identity.
pub(crate) struct Contents {
    /// All rows of its list.
    pub(crate) all: HashSet<Identity>,
    /// Those that match its filter.
    pub(crate) matching: HashSet<Identity>,
    /// Whether the whole list has been read.
    pub(crate) is_complete: bool,
}

impl View {
    pub(crate) fn open(parts: ViewParts, tasks: &TaskTracker, stop: CancellationToken) -> Arc<Self> {
        let ViewParts { id, mut snapshots, query, marks, clock, hints } = parts;
        let snapshot = Arc::clone(&snapshots.borrow_and_update());
        let (query, mut queries) = watch::channel(query);
        let first = arranged(snapshot, queries.borrow_and_update().clone(), 1, &marks);
        let mut marked = marks.changes();
        let view = Arc::new(Self {
            id,
            clock,
            marks,
            arranged: Mutex::new(first),
            query,
            versions: watch::Sender::new(1),
            stop: stop.clone(),
        });
        let task = Arc::downgrade(&view);
        tasks.spawn(stop.run_until_cancelled_owned(async move {
            // A list whose writer has ended, as a settled job's, never changes again; filter and marks still do.
            let mut is_fed = true;
            loop {
                // Held only while arranging, so that closing the view ends it.
                if let Some(view) = task.upgrade() {
                    hints.send(view.hint());
                } else {
                    return;
                }
                tokio::time::sleep(BETWEEN_HINTS).await;
                tokio::select! {
                    changed = snapshots.changed(), if is_fed => is_fed = changed.is_ok(),
                    changed = queries.changed() => if changed.is_err() { return },
                    changed = marked.changed() => if changed.is_err() { return },
                }
                let snapshot = Arc::clone(&snapshots.borrow_and_update());
                let query = queries.borrow_and_update().clone();
                marked.mark_unchanged();
                let Some(view) = task.upgrade() else { return };
                view.arrange_again(snapshot, query).await;
            }
        }));
        view
    }

    /// Changes filter and order; a hint follows.
    pub(crate) fn set_query(&self, query: Query) {
        self.query.send_replace(query);
    }

    /// Tells each new arrangement: rows, order or marks.
    pub(crate) fn versions(&self) -> watch::Receiver<u64> {
        self.versions.subscribe()
    }

    pub(crate) fn hint(&self) -> ViewHint {
        self.hint_of(&self.lock())
    }

    /// The rows from `start`, printed now. `server_now` gives the time by a row's cluster.
    pub(crate) fn window(&self, start: usize, count: usize, server_now: impl Fn(&Row) -> i64) -> ViewWindow {
        let arranged = self.lock();
        let columns = &arranged.snapshot.columns;
        let positions: Vec<(usize, ColumnKind)> = shown(columns, arranged.query.is_wide)
            .map(|(position, column)| (position, column.kind))
            .collect();
        let now = self.clock.now_ms();
        let mut ages_change_in: Option<i64> = None;
        let mut print = |row: &Row, (position, kind): (usize, ColumnKind)| match row.created {
            Some(created) if kind == ColumnKind::Age => {
                let seconds = server_now(row).saturating_sub(created);
                let change = age::changes_in(seconds);
                ages_change_in = Some(ages_change_in.map_or(change, |soonest| soonest.min(change)));
                age::human(seconds)
            }
            _ => row.cells.get(position).map(ToString::to_string).unwrap_or_default(),
        };
        let rows: Vec<WindowRow> = self.marks.with(|selection| {
            arranged
                .order
                .iter()
                .skip(start)
                .take(count.min(LARGEST_WINDOW))
                .filter_map(|&index| arranged.snapshot.rows.get(index as usize))
                .map(|row| WindowRow {
                    cells: positions.iter().map(|&at| print(row, at)).collect(),
                    is_marked: row.identity().is_some_and(|identity| selection.contains(&identity)),
                    is_fresh: row.changed_at.is_some_and(|at| now.saturating_sub(at) < FRESH_MS),
                    row: Arc::clone(row),
                })
                .collect()
        });
        ViewWindow {
            hint: self.hint_of(&arranged),
            columns: shown(columns, arranged.query.is_wide).map(|(_, column)| column.clone()).collect(),
            start,
            rows,
            ages_change_in: ages_change_in.and_then(|seconds| u32::try_from(seconds).ok()),
            warnings: Arc::clone(&arranged.snapshot.warnings),
        }
    }

    /// The keys of these rows of the view, those that are in it and can be acted on.
    pub(crate) fn keys(&self, wanted: &[Identity]) -> Vec<ObjectKey> {
        let wanted: HashSet<&Identity> = wanted.iter().collect();
        self.actionable(|row| row.identity().is_some_and(|identity| wanted.contains(&identity)))
    }

    /// The keys of all rows that match and can be acted on.
    pub(crate) fn all_keys(&self) -> Vec<ObjectKey> {
        self.actionable(|_| true)
    }

    /// The keys from one row to another in the present order, both included; none if either is not in the view.
    pub(crate) fn range_keys(&self, from: &Identity, to: &Identity) -> Vec<ObjectKey> {
        let arranged = self.lock();
        if !arranged.snapshot.liveness.is_actionable() {
            return Vec::new();
        }
        let place = |wanted: &Identity| {
            ordered(&arranged).position(|row| row.identity().is_some_and(|identity| identity == *wanted))
        };
        let (Some(from), Some(to)) = (place(from), place(to)) else { return Vec::new() };
        let (first, last) = (from.min(to), from.max(to));
        ordered(&arranged).skip(first).take(last - first + 1).filter_map(Row::key).collect()
    }

    /// The rows of the list, and those of them that match.
    pub(crate) fn contents(&self) -> Contents {
        let arranged = self.lock();
        Contents {
            all: arranged.snapshot.rows.iter().filter_map(|row| row.identity()).collect(),
            matching: ordered(&arranged).filter_map(Row::identity).collect(),
            is_complete: matches!(arranged.snapshot.liveness, Liveness::Live),
        }
    }

    fn actionable(&self, is_wanted: impl Fn(&Row) -> bool) -> Vec<ObjectKey> {
        let arranged = self.lock();
        if !arranged.snapshot.liveness.is_actionable() {
            return Vec::new();
        }
        ordered(&arranged).filter(|row| is_wanted(row)).filter_map(Row::key).collect()
    }

    async fn arrange_again(&self, snapshot: Arc<ListSnapshot>, query: Query) {
        let version = self.lock().version.wrapping_add(1);
        let marks = Arc::clone(&self.marks);
        let next = if snapshot.rows.len() < MANY {
            arranged(snapshot, query, version, &marks)
        } else {
            match tokio::task::spawn_blocking(move || arranged(snapshot, query, version, &marks)).await {
                Ok(next) => next,
                // Only a panic or the runtime's end: the present arrangement stays.
                Err(_) => return,
            }
        };
        *self.lock() = next;
        self.versions.send_modify(|count| *count += 1);
    }

    fn hint_of(&self, arranged: &Arranged) -> ViewHint {
        ViewHint {
            view: self.id.clone(),
            version: arranged.version,
            total: arranged.order.len(),
            unfiltered: arranged.snapshot.rows.len(),
            marked: arranged.marked,
            markable: arranged.markable,
            liveness: arranged.snapshot.liveness.clone(),
        }
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

fn ordered(arranged: &Arranged) -> impl Iterator<Item = &Row> {
    arranged.order.iter().filter_map(|&index| arranged.snapshot.rows.get(index as usize)).map(AsRef::as_ref)
}

fn arranged(snapshot: Arc<ListSnapshot>, query: Query, version: u32, marks: &Marks) -> Arranged {
    let order: Arc<[u32]> = arrange(&snapshot.columns, &snapshot.rows, &query).into();
    let mut next = Arranged { snapshot, order, query, version, marked: 0, markable: 0 };
    if next.snapshot.liveness.is_actionable() {
        let is_there = |row: &&Row| row.uid.is_some() && row.state != RowState::Gone;
        next.markable = ordered(&next).filter(is_there).count();
    }
    next.marked = marks.with(|selection| {
        if selection.is_empty() {
            return 0;
        }
        ordered(&next).filter_map(Row::identity).filter(|identity| selection.contains(identity)).count()
    });
    next
}

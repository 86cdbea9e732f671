//! Holds the rows of one store. The only task that writes them; publishes at most 30 snapshots a second.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::Arc,
    time::Duration,
};

use secateur_domain::{
    ids::{ClusterId, ResourceName},
    row::{Column, ColumnKind, Labels, Liveness, OwnOrder, Row, RowState, Table, Warning},
    rows::Rows,
};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, timeout_at},
};

use super::{ListSnapshot, index::Index};
use crate::{clock::Clock, failure::Failure};

const BETWEEN_SNAPSHOTS: Duration = Duration::from_millis(33);
/// Warnings of a list: whoever looks at it reads no more, and each window brings them along.
const WARNINGS: usize = 5;

/// So many labels that rows have in common are remembered, and so many namespaces.
const ALIKE: usize = 4_096;
/// Of so many objects the version is remembered: a server tells things out of order in one breath, if it does at all.
const VERSIONS: usize = 4_096;

/// What readers tell.
pub(super) enum Message {
    /// A list begins: rows of an earlier one that it does not have again go when it is complete.
    Began,
    /// A part of it.
    Page { columns: Arc<[Column]>, rows: Vec<Row>, warnings: Vec<String> },
    /// About so many rows it has in all, as far as the server said.
    Counted { about: Option<u64> },
    /// It is complete.
    Completed,
    /// A row came or changed. The version is 0 where it is no number.
    Upserted { row: Row, version: u64 },
    /// A row went.
    Removed { row: Row, version: u64 },
    /// Rows are no longer kept up to date.
    Troubled { failure: Arc<Failure>, as_of: i64 },
}

/// A name in its namespace. It shares the texts of its row.
type Name = (Option<ResourceName>, Arc<str>);

/// What rows that came by the watch have in common, of which each would hold its own.
#[derive(Default)]
struct Alike {
    namespaces: HashSet<ResourceName>,
    labels: HashSet<Labels>,
}

impl Alike {
    fn share(&mut self, row: &mut Row) {
        if let Some(namespace) = &mut row.namespace {
            share(&mut self.namespaces, namespace);
        }
        share(&mut self.labels, &mut row.labels);
    }
}

/// Makes it the one that is alike and known; it is the one from now on where there is none.
fn share<T: Clone + Eq + Hash>(known: &mut HashSet<T>, own: &mut T) {
    if let Some(alike) = known.get(own) {
        own.clone_from(alike);
        return;
    }
    if known.len() >= ALIKE {
        known.clear();
    }
    known.insert(own.clone());
}

enum Phase {
    Opening,
    Reading,
    Live,
    Troubled { failure: Arc<Failure>, as_of: i64, has_read: bool },
}

pub(super) struct Writer {
    cluster: ClusterId,
    table: Table,
    names: Index,
    /// Marks and plans go by UID, so of two rows that claim the same one only the first has it.
    uids: Index,
    /// Places that rows left.
    free: Vec<u32>,
    list: u32,
    /// For each place the list that had its row last: older ones go when a list is complete.
    lists: Vec<u32>,
    phase: Phase,
    /// Whether it was ever read to its end.
    was_complete: bool,
    /// Whether it is being read, for the first time or again.
    is_reading: bool,
    about: Option<u64>,
    /// What the watch told of while the list is read, which may be older than that.
    told: HashSet<Name>,
    /// The version of what the watch told last of some objects: of those that it tells of at once.
    versions: HashMap<Name, u64>,
    alike: Alike,
    /// What the server warned of, in the list that said so last.
    warnings: Vec<Warning>,
    warned_in: u32,
    clock: Arc<dyn Clock>,
    publish: watch::Sender<Arc<ListSnapshot>>,
}

/// What is known before anything came.
pub(super) fn opening(cluster: &str) -> ListSnapshot {
    ListSnapshot { table: empty(cluster), liveness: Liveness::Opening, warnings: [].into() }
}

fn empty(cluster: &str) -> Table {
    Table { cluster: cluster.into(), columns: [].into(), rows: Rows::default(), order: OwnOrder::Name }
}

impl Writer {
    pub(super) fn new(
        cluster: &ClusterId,
        name: &str,
        clock: Arc<dyn Clock>,
        publish: watch::Sender<Arc<ListSnapshot>>,
    ) -> Self {
        Self {
            cluster: cluster.clone(),
            table: empty(name),
            names: Index::by_name(),
            uids: Index::by_uid(),
            free: Vec::new(),
            list: 0,
            lists: Vec::new(),
            phase: Phase::Opening,
            was_complete: false,
            is_reading: false,
            about: None,
            told: HashSet::new(),
            versions: HashMap::new(),
            alike: Alike::default(),
            warnings: Vec::new(),
            warned_in: 0,
            clock,
            publish,
        }
    }

    /// Runs until the store is dropped. Readers are never kept waiting for the next snapshot.
    pub(super) async fn run(mut self, mut inbox: mpsc::Receiver<Message>) {
        let mut next = Instant::now();
        while let Some(message) = inbox.recv().await {
            self.apply(message);
            while Instant::now() < next
                && let Ok(Some(message)) = timeout_at(next, inbox.recv()).await
            {
                self.apply(message);
            }
            while let Ok(message) = inbox.try_recv() {
                self.apply(message);
            }
            self.publish.send_replace(Arc::new(self.snapshot()));
            next = Instant::now() + BETWEEN_SNAPSHOTS;
        }
    }

    fn apply(&mut self, message: Message) {
        match message {
            Message::Began => {
                self.list = self.list.wrapping_add(1);
                self.about = None;
                self.told.clear();
                self.is_reading = true;
                // What is live stays so, and what is known to be of earlier until all of it was read again.
                if matches!(self.phase, Phase::Opening | Phase::Troubled { has_read: false, .. }) {
                    self.phase = Phase::Reading;
                }
            }
            Message::Page { columns, rows, warnings } => {
                // A definition that changed prints other columns.
                if self.table.columns != columns {
                    self.table.columns = columns;
                }
                self.warn(warnings);
                for row in rows {
                    self.read(row);
                }
            }
            Message::Counted { about } => self.about = about,
            Message::Completed => self.complete(),
            Message::Upserted { row, version } => {
                if self.is_news(&row, version) {
                    let now = self.clock.now_ms();
                    self.put(row, Some(now));
                }
            }
            Message::Removed { row, version } => {
                if self.is_news(&row, version) {
                    self.remove(&row);
                }
            }
            Message::Troubled { failure, as_of } => self.trouble(failure, as_of),
        }
    }

    /// A row as the list has it. What the watch told of it meanwhile counts, and what came with its metadata.
    fn read(&mut self, row: Row) {
        let name = name(&row);
        if self.told.contains(&name) {
            return;
        }
        let is_less = row.state == RowState::Awaited
            && self.names.find(&self.table.rows, &row).is_some_and(|place| self.has_uid(place));
        if !is_less {
            self.put(row, None);
        }
    }

    /// Whether this list has brought the UID of the row there.
    fn has_uid(&self, place: u32) -> bool {
        self.lists.get(place as usize) == Some(&self.list)
            && self.table.rows.get(place).is_some_and(|row| row.uid.is_some())
    }

    fn put(&mut self, mut row: Row, now: Option<u64>) {
        // Rows of a page share already what they have in common.
        if now.is_some() {
            self.alike.share(&mut row);
        }
        if self.is_anothers(&row) {
            row.uid = None;
        }
        match self.names.find(&self.table.rows, &row) {
            None => self.add(row, now),
            Some(place) => self.replace(place, row, now),
        }
    }

    fn add(&mut self, mut row: Row, now: Option<u64>) {
        row.changed_at = now;
        let row = Arc::new(row);
        let place = match self.free.pop() {
            Some(place) => {
                self.table.rows.set(place, Some(row));
                place
            }
            None => self.table.rows.push(row),
        };
        self.names.put(&self.table.rows, place);
        self.uids.put(&self.table.rows, place);
        self.take_into_list(place);
    }

    fn replace(&mut self, place: u32, mut row: Row, now: Option<u64>) {
        self.take_into_list(place);
        let Some(before) = self.table.rows.get(place) else { return };
        let is_change = differs(&self.table.columns, before, &row);
        let is_same_moment = before.cells == row.cells || !has_elapsed(&self.table.columns);
        if !is_change && is_same_moment {
            // Time went by: what counts from its printing counts from the same moment.
            return;
        }
        row.changed_at = now.filter(|_| is_change).or(before.changed_at);
        row.share(before);
        if before.uid != row.uid {
            self.uids.take(&self.table.rows, place);
        }
        self.table.rows.set(place, Some(Arc::new(row)));
        self.uids.put(&self.table.rows, place);
    }

    fn take_into_list(&mut self, place: u32) {
        let place = place as usize;
        if self.lists.len() <= place {
            self.lists.resize(place + 1, self.list);
        }
        if let Some(list) = self.lists.get_mut(place) {
            *list = self.list;
        }
    }

    fn remove(&mut self, row: &Row) {
        let Some(place) = self.names.find(&self.table.rows, row) else { return };
        // A late removal of an earlier object does not take its namesake away.
        let is_it = self.table.rows.get(place).is_some_and(|held| held.uid.is_none() || held.uid == row.uid);
        if is_it {
            self.take_away(place);
        }
    }

    fn take_away(&mut self, place: u32) {
        self.names.take(&self.table.rows, place);
        self.uids.take(&self.table.rows, place);
        self.table.rows.set(place, None);
        self.free.push(place);
    }

    /// Whether another row has its UID.
    fn is_anothers(&self, row: &Row) -> bool {
        let place = self.uids.find(&self.table.rows, row);
        let other = place.and_then(|place| self.table.rows.get(place));
        other.is_some_and(|other| other.name != row.name || other.namespace != row.namespace)
    }

    /// Whether what the watch tells is newer than what it told before. While the list is read that counts more.
    fn is_news(&mut self, row: &Row, version: u64) -> bool {
        let name = name(row);
        if self.is_reading {
            self.told.insert(name.clone());
        }
        if self.versions.len() >= VERSIONS {
            self.versions.clear();
        }
        let before = self.versions.entry(name).or_default();
        // Versions that are no numbers cannot be compared.
        let is_news = version == 0 || version > *before;
        if is_news {
            *before = version;
        }
        is_news
    }

    fn complete(&mut self) {
        self.phase = Phase::Live;
        (self.was_complete, self.is_reading) = (true, false);
        self.about = None;
        self.told = HashSet::new();
        let places = self.table.rows.iter().map(|(place, _)| place);
        let is_older = |place: &u32| self.lists.get(*place as usize) != Some(&self.list);
        let older: Vec<u32> = places.filter(is_older).collect();
        for place in older {
            self.take_away(place);
        }
    }

    fn trouble(&mut self, failure: Arc<Failure>, as_of: i64) {
        self.phase = match &self.phase {
            // What was stale stays as of when it became so.
            Phase::Troubled { as_of, has_read, .. } => {
                Phase::Troubled { failure, as_of: *as_of, has_read: *has_read }
            }
            Phase::Opening => Phase::Troubled { failure, as_of, has_read: false },
            Phase::Reading | Phase::Live => {
                let has_read = !self.table.rows.is_empty() || matches!(self.phase, Phase::Live);
                Phase::Troubled { failure, as_of, has_read }
            }
        };
    }

    fn warn(&mut self, warnings: Vec<String>) {
        if std::mem::replace(&mut self.warned_in, self.list) != self.list {
            self.warnings.clear();
        }
        for text in warnings {
            let is_known = self.warnings.iter().any(|warning| warning.text == text);
            if self.warnings.len() < WARNINGS && !is_known {
                self.warnings.push(Warning { cluster: self.cluster.clone(), text });
            }
        }
    }

    fn snapshot(&self) -> ListSnapshot {
        ListSnapshot {
            table: self.table.clone(),
            liveness: self.liveness(),
            warnings: self.warnings.as_slice().into(),
        }
    }

    fn liveness(&self) -> Liveness<Arc<Failure>> {
        match &self.phase {
            Phase::Opening => Liveness::Opening,
            Phase::Reading if self.table.columns.is_empty() => Liveness::Opening,
            Phase::Reading => Liveness::Reading { about: self.about },
            Phase::Live => Liveness::Live,
            Phase::Troubled { failure, as_of, has_read: false } => {
                Liveness::Failed { at: *as_of, problem: Arc::clone(failure) }
            }
            Phase::Troubled { failure, as_of, .. } => {
                let is_partial = !self.was_complete;
                Liveness::Stale { as_of: *as_of, problem: Arc::clone(failure), is_partial }
            }
        }
    }
}

/// Whether a person sees another row, or it is another object. Texts that say how long ago something was change all the
/// time.
fn differs(columns: &[Column], before: &Row, after: &Row) -> bool {
    let is_text = |column: &Column| !matches!(column.kind, ColumnKind::Age | ColumnKind::Elapsed);
    let mut positions = columns.iter().enumerate().filter(|(_, column)| is_text(column)).map(|(at, _)| at);
    let has_cells = positions.any(|at| before.cells.get(at) != after.cells.get(at));
    has_cells
        || before.uid != after.uid
        || before.state != after.state
        || before.labels != after.labels
        || before.deleted != after.deleted
        || before.finalizers != after.finalizers
}

/// Whether a column counts from a moment that may be another later.
fn has_elapsed(columns: &[Column]) -> bool {
    columns.iter().any(|column| column.kind == ColumnKind::Elapsed)
}

fn name(row: &Row) -> Name {
    (row.namespace.clone(), Arc::clone(&row.name))
}

#[cfg(test)]
mod tests;

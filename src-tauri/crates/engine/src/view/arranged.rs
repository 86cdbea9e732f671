//! What a view shows at one moment.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use secateur_domain::{
    ids::{ClusterId, Identity, ObjectKey, Uid},
    row::{Liveness, Row, RowState, Table},
    selection::Selection,
    uses::Uses,
    view::{Arrangement, Counts, Layout, Place, Query, Sight},
};

use super::{Contents, Feed, Feeds, Now};
use crate::{list::ListSnapshot, marks::Marks};

/// Whoever pulls has at most three questions under way, and looks at the answer to one of the last three.
const PULLS: usize = 3;
/// More rows than are on any screen.
const MOST_WANTED: usize = 200;

/// Lists, filtered and in order.
#[derive(Clone)]
pub(super) struct Arranged {
    pub(super) snapshots: Arc<[Arc<ListSnapshot>]>,
    tables: Arc<[Table]>,
    pub(super) feeds: Arc<Feeds>,
    pub(super) layout: Arc<Layout>,
    pub(super) query: Arc<Query>,
    pub(super) version: u32,
    /// The rows that were pulled last, each time from which on and how many.
    pulled: VecDeque<(usize, usize)>,
    arrangement: Arc<Arrangement>,
    /// What the arrangement was made with.
    made_with: MadeWith,
}

#[derive(Clone, PartialEq, Eq)]
struct MadeWith {
    marks: u64,
    uses: Vec<Option<Arc<Uses>>>,
    /// Times, where the filter looks at them.
    now: Vec<i64>,
}

impl Arranged {
    pub(super) fn new(
        snapshots: Vec<Arc<ListSnapshot>>,
        feeds: &Arc<Feeds>,
        query: Query,
        now: &Now,
        marks: &Marks,
    ) -> Self {
        let now = feeds.times(now);
        let nothing = Self {
            snapshots: [].into(),
            tables: [].into(),
            feeds: Arc::default(),
            layout: Arc::default(),
            query: Arc::default(),
            version: 0,
            pulled: VecDeque::new(),
            arrangement: Arc::default(),
            made_with: MadeWith { marks: 0, uses: Vec::new(), now: Vec::new() },
        };
        nothing.next(snapshots, feeds, query, &now, marks)
    }

    /// This, after something changed. What did not is not worked out again.
    pub(super) fn next(
        mut self,
        snapshots: Vec<Arc<ListSnapshot>>,
        feeds: &Arc<Feeds>,
        query: Query,
        now: &[i64],
        marks: &Marks,
    ) -> Self {
        let tables: Vec<Table> = snapshots.iter().map(|snapshot| snapshot.table.clone()).collect();
        let has_columns = |(now, then): (&Table, &Table)| Arc::ptr_eq(&now.columns, &then.columns);
        let is_same = |(now, then): (&Feed, &Feed)| now.snapshots.same_channel(&then.snapshots);
        let are_same_lists = feeds.lists.iter().zip(&self.feeds.lists).all(is_same)
            && tables.len() == self.tables.len()
            && tables.iter().zip(self.tables.iter()).all(has_columns);
        let is_same_query = *self.query == query;
        let is_same_order = are_same_lists
            && self.version > 0
            && self.query.sort == query.sort
            && self.query.is_wide == query.is_wide
            && self.query.columns == query.columns;
        if !is_same_order {
            self.layout = Arc::new(Layout::of(&tables, feeds.leading, &query));
        }
        let known = |feed: &Feed| feed.uses.as_ref().and_then(|uses| uses.borrow().uses.clone());
        let uses: Vec<_> = feeds.lists.iter().map(known).collect();
        let made_with = MadeWith {
            marks: marks.version(),
            uses,
            now: if query.filter.is_timed() { now.to_vec() } else { Vec::new() },
        };
        let sight = Sight { layout: &self.layout, tables: &tables, now, uses: &made_with.uses };
        marks.with(|selection| {
            let is_marked = |row: &Row| is_marked(selection, row);
            if !is_same_order {
                self.arrangement = Arc::new(Arrangement::new(sight, &query, is_marked));
                return;
            }
            let are_same_times = made_with.uses == self.made_with.uses && made_with.now == self.made_with.now;
            let arrangement = Arc::make_mut(&mut self.arrangement);
            arrangement.follow(&self.tables, sight, &query, is_marked);
            if !is_same_query || !are_same_times {
                arrangement.filter(sight, &query, is_marked);
            } else if made_with.marks != self.made_with.marks {
                arrangement.count_marks(&tables, is_marked);
            }
        });
        self.made_with = made_with;
        self.snapshots = snapshots.into();
        self.tables = tables.into();
        self.feeds = Arc::clone(feeds);
        self.query = Arc::new(query);
        self.version = self.version.wrapping_add(1);
        self
    }

    /// This, in the place of `before`: it is another version only where somebody can see a difference.
    pub(super) fn in_place_of(mut self, before: &Self) -> Self {
        self.pulled.clone_from(&before.pulled);
        if self.looks_like(before) {
            self.version = before.version;
        }
        self
    }

    /// Somebody looks at these rows from now on.
    pub(super) fn pull(&mut self, start: usize, count: usize) {
        self.pulled.truncate(PULLS - 1);
        self.pulled.push_front((start, count));
    }

    /// Whether whoever pulled from `before` would be given the same again.
    fn looks_like(&self, before: &Self) -> bool {
        let is_alike = |(now, then): (&Arc<ListSnapshot>, &Arc<ListSnapshot>)| {
            now.table.rows.len() == then.table.rows.len()
                && now.liveness == then.liveness
                && now.warnings == then.warnings
        };
        !self.pulled.is_empty()
            && Arc::ptr_eq(&self.layout, &before.layout)
            && Arc::ptr_eq(&self.feeds, &before.feeds)
            // What is known of uses is said beside the rows.
            && self.feeds.lists.iter().all(|list| list.uses.is_none())
            && self.query == before.query
            && self.made_with == before.made_with
            && self.snapshots.iter().zip(before.snapshots.iter()).all(is_alike)
            && self.places().len() == before.places().len()
            && self.arrangement.counts() == before.arrangement.counts()
            && self.pulled.iter().all(|&(start, count)| self.rows_in(start, count).eq(before.rows_in(start, count)))
    }

    pub(super) fn unknown_column(&self, query: &Query) -> Option<String> {
        if self.layout.is_empty() {
            return None;
        }
        query.filter.columns().find(|name| self.layout.called(name).is_none()).map(str::to_owned)
    }

    /// The rows that match, with the number of their list.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, &Arc<Row>)> {
        self.places().iter().filter_map(|place| self.row(*place))
    }

    /// So many of them from `start`.
    pub(super) fn rows_in(&self, start: usize, count: usize) -> impl Iterator<Item = (usize, &Arc<Row>)> {
        self.places().iter().skip(start).take(count).filter_map(|place| self.row(*place))
    }

    pub(super) fn row(&self, place: Place) -> Option<(usize, &Arc<Row>)> {
        let part = place.part as usize;
        Some((part, self.tables.get(part)?.rows.get(place.row)?))
    }

    pub(super) fn table(&self, part: usize) -> Option<&Table> {
        self.tables.get(part)
    }

    pub(super) fn places(&self) -> &[Place] {
        self.arrangement.places()
    }

    pub(super) fn unfiltered(&self) -> usize {
        self.tables.iter().map(|table| table.rows.len()).sum()
    }

    /// The counts of matching rows, those that can be marked only where their list is not of an earlier time.
    pub(super) fn counts(&self) -> Counts {
        let mut all = Counts::default();
        for (counts, snapshot) in self.arrangement.counts().iter().zip(self.snapshots.iter()) {
            all.marked += counts.marked;
            if snapshot.liveness.is_actionable() {
                all.markable += counts.markable;
                all.awaited += counts.awaited;
            }
        }
        all
    }

    /// Whether the rows of this list may be acted on.
    pub(super) fn is_actionable(&self, part: usize) -> bool {
        self.snapshots.get(part).is_some_and(|snapshot| snapshot.liveness.is_actionable())
    }

    /// What a person should know of what uses the objects of a list.
    pub(super) fn remark(&self, part: usize) -> Option<String> {
        let remark = self.feeds.lists.get(part)?.uses.as_ref()?.borrow().remark.clone();
        (!remark.is_empty()).then_some(remark)
    }

    /// The cluster of a list of objects.
    pub(super) fn cluster(&self, part: usize) -> Option<&ClusterId> {
        self.feeds.lists.get(part)?.cluster.as_ref()
    }

    /// Says to the stores which of their rows are seen before their metadata was read.
    pub(super) fn want(&self, start: usize, count: usize) {
        if self.counts().awaited == 0 {
            return;
        }
        let seen: Vec<_> = self.rows_in(start, count.min(MOST_WANTED)).collect();
        for (part, list) in self.feeds.lists.iter().enumerate() {
            let awaited = seen.iter().filter(|(of, row)| *of == part && row.state == RowState::Awaited);
            if let Some(lease) = &list.lease {
                let wanted = awaited.map(|(_, row)| (row.namespace.clone(), Arc::clone(&row.name)));
                lease.store().want(wanted.collect());
            }
        }
    }

    pub(super) fn keys(&self, is_wanted: impl Fn(&Row) -> bool) -> Vec<ObjectKey> {
        let rows = self.rows().filter(|(part, row)| self.is_actionable(*part) && is_wanted(row));
        rows.filter_map(|(_, row)| row.key()).collect()
    }

    pub(super) fn range_keys(&self, from: &Identity, to: &Identity) -> Vec<ObjectKey> {
        let is_it =
            |row: &Row, (cluster, uid): &Identity| row.cluster == *cluster && row.uid.as_ref() == Some(uid);
        let place = |wanted: &Identity| self.rows().position(|(_, row)| is_it(row, wanted));
        let (Some(from), Some(to)) = (place(from), place(to)) else { return Vec::new() };
        let (first, last) = (from.min(to), from.max(to));
        let range = self.rows().skip(first).take(last - first + 1);
        range.filter(|(part, _)| self.is_actionable(*part)).filter_map(|(_, row)| row.key()).collect()
    }

    pub(super) fn contents(&self, of: &[ObjectKey]) -> Contents {
        let wanted: HashSet<&Uid> = of.iter().map(|key| &key.uid).collect();
        let is_wanted = |row: &&Arc<Row>| row.uid.as_ref().is_some_and(|uid| wanted.contains(uid));
        let all = self.tables.iter().flat_map(|table| table.rows.iter()).map(|(_, row)| row);
        let matching = self.rows().map(|(_, row)| row);
        Contents {
            all: all.filter(is_wanted).filter_map(|row| row.identity()).collect(),
            matching: matching.filter(is_wanted).filter_map(|row| row.identity()).collect(),
            is_complete: self.snapshots.iter().all(|snapshot| matches!(snapshot.liveness, Liveness::Live)),
        }
    }
}

pub(super) fn is_marked(selection: &Selection, row: &Row) -> bool {
    !selection.is_empty() && row.identity().is_some_and(|identity| selection.contains(&identity))
}

#[cfg(test)]
mod tests {
    use secateur_domain::{row::Column, view::Filter};
    use tokio::sync::watch;

    use super::*;
    use crate::{
        failure::{Code, Failure},
        list::chosen,
        marks::{key_columns, key_row},
        testing::config_map,
    };

    type One = Liveness<Arc<Failure>>;

    fn list(columns: &Arc<[Column]>, liveness: One, rows: &[(&str, &str)]) -> Arc<ListSnapshot> {
        let rows = rows.iter().map(|(name, note)| {
            let mut row = key_row(&config_map("garden", name), "garden", &[], &[]);
            row.set_note(Some((*note).to_owned()));
            Arc::new(row)
        });
        Arc::new(chosen(Arc::clone(columns), rows, liveness))
    }

    #[test]
    fn it_is_another_version_only_where_somebody_can_see_a_difference() {
        let (columns, marks) = (key_columns(&[], &[]), Marks::new());
        let first = list(&columns, Liveness::Live, &[("a", "1"), ("b", "1"), ("c", "1")]);
        let feeds = Arc::new(Feeds::one(watch::channel(Arc::clone(&first)).1));
        let first = Arranged::new(vec![first], &feeds, Query::default(), &|_| 0, &marks);
        let (mut unseen, mut seen) = (first.clone(), first);
        seen.pull(0, 1);
        let mut check = |liveness: One, rows: &[(&str, &str)], query: &Query, is_news: bool| {
            for (arranged, is_news) in [(&mut seen, is_news), (&mut unseen, true)] {
                let snapshot = list(&columns, liveness.clone(), rows);
                let next = arranged.clone().next(vec![snapshot], &feeds, query.clone(), &[0], &marks);
                let next = next.in_place_of(arranged);
                assert_eq!(next.version > arranged.version, is_news, "{rows:?} {query:?}");
                *arranged = next;
            }
        };
        let all = Query::default();
        let problem = Arc::new(Failure::new(Code::Refused, "not here".into()));
        let stale = Liveness::Stale { as_of: 7, problem, is_partial: false };
        check(Liveness::Live, &[("a", "1"), ("b", "2"), ("c", "1")], &all, false);
        check(Liveness::Live, &[("a", "2"), ("b", "2"), ("c", "1")], &all, true);
        check(Liveness::Live, &[("a", "2"), ("b", "2")], &all, true);
        check(stale.clone(), &[("a", "2"), ("b", "2")], &all, true);
        let filter = Filter::parse::<&str>("a", &[]).expect("a text");
        check(stale.clone(), &[("a", "2"), ("b", "2")], &Query { filter, ..all.clone() }, true);
        marks.mark([config_map("garden", "b")]);
        check(stale.clone(), &[("a", "2"), ("b", "2")], &all, true);
        check(stale, &[("a", "2"), ("b", "2")], &all, false);
    }
}

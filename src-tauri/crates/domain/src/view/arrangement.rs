//! The rows of a view that match, in order. When rows change, only those are looked at again.

use std::{cmp::Ordering, sync::Arc};

use super::{Layout, Query, matcher::Matcher};
use crate::{
    ids::ResourceName,
    row::{OwnOrder, Row, RowState, Table},
    sort::{Key, Sorter},
    uses::Uses,
};

/// A row of a view: which table, and where in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The table.
    pub part: u32,
    /// The place in it.
    pub row: u32,
}

impl Place {
    /// The row that is there.
    pub fn of<'a>(&self, tables: &'a [Table]) -> Option<&'a Row> {
        Some(tables.get(self.part as usize)?.rows.get(self.row)?)
    }
}

/// What a view looks at.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// The columns.
    pub layout: &'a Layout,
    /// The rows.
    pub tables: &'a [Table],
    /// The time of each table in Unix seconds, by its server's clock.
    pub now: &'a [i64],
    /// What uses the objects of each table, where a filter asks for it and it is known.
    pub uses: &'a [Option<Arc<Uses>>],
}

/// Matching rows of one table, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Those that can be acted on.
    pub markable: usize,
    /// Those whose metadata is still being read.
    pub awaited: usize,
    /// Those that are marked.
    pub marked: usize,
}

/// Rows in order, and those of them that match.
#[derive(Debug, Clone, Default)]
pub struct Arrangement {
    /// All rows: another filter has nothing to sort.
    sorted: Vec<Place>,
    matching: Vec<Place>,
    counts: Vec<Counts>,
    /// How rows are compared; without it they stand in their own order.
    sorter: Option<Sorter>,
}

impl Arrangement {
    /// Arranges all rows.
    pub fn new(sight: Sight<'_>, query: &Query, is_marked: impl Fn(&Row) -> bool) -> Self {
        let places = (0_u32..)
            .zip(sight.tables)
            .flat_map(|(part, table)| table.rows.iter().map(move |(row, _)| Place { part, row }));
        let mut next = Self { sorted: places.collect(), ..Self::default() };
        next.sorter = query.sort.as_ref().and_then(|(id, direction)| {
            let shown = sight.layout.with_id(id)?;
            let cells = next.sorted.iter().map(|place| {
                let table = sight.tables.get(place.part as usize);
                let row = table.and_then(|table| Some((table, table.rows.get(place.row)?)));
                row.map_or("", |(table, row)| shown.text(table, place.part as usize, row))
            });
            Some(Sorter::new(shown.column.kind, *direction, cells))
        });
        let order = Order::new(sight, query, next.sorter);
        let mut keyed: Vec<_> = next.sorted.iter().filter_map(|place| order.keyed(*place)).collect();
        // Rows come in their own order for long stretches, which this finds. What is equal by the column then stays in it.
        keyed.sort_by(|left, right| order.compare_own(left, right));
        keyed.sort_by(|left, right| order.compare_by_column(left, right));
        next.sorted = keyed.into_iter().map(|keyed| keyed.place).collect();
        next.filter(sight, query, is_marked);
        next
    }

    /// Finds the rows that match another filter; the order and the rows are what they were.
    pub fn filter(&mut self, sight: Sight<'_>, query: &Query, is_marked: impl Fn(&Row) -> bool) {
        let matcher = Matcher::new(&query.filter, sight);
        self.matching.clear();
        let mut counts = vec![Counts::default(); sight.tables.len()];
        for place in &self.sorted {
            let Some(row) = place.of(sight.tables) else { continue };
            if matcher.matches(place.part as usize, row) {
                self.matching.push(*place);
                count(&mut counts, *place, row, 1, &is_marked);
            }
        }
        self.counts = counts;
    }

    /// Follows a change of rows from `before`; filter, order, columns and marks are what they were. Comes to what
    /// [`Self::new`] would, but for how a column is read, which stays as it was.
    pub fn follow(
        &mut self,
        before: &[Table],
        sight: Sight<'_>,
        query: &Query,
        is_marked: impl Fn(&Row) -> bool,
    ) {
        let both = sight.tables.iter().zip(before);
        let changed: Vec<_> = both.map(|(now, then)| now.rows.changed_since(&then.rows)).collect();
        let total: usize = changed.iter().map(Vec::len).sum();
        if total == 0 {
            return;
        }
        // A great change is sooner arranged anew, and may have taught how a column is to be read.
        if total > self.sorted.len() / 8 {
            *self = Self::new(sight, query, is_marked);
            return;
        }
        let touched: Vec<_> =
            changed.iter().zip(before).map(|(places, table)| Touched::of(places, table)).collect();
        let is_touched =
            |place: &Place| touched.get(place.part as usize).is_some_and(|touched| touched.has(place.row));
        self.sorted.retain(|place| !is_touched(place));
        let mut counts = std::mem::take(&mut self.counts);
        self.matching.retain(|place| {
            let is_touched = is_touched(place);
            if is_touched && let Some(row) = place.of(before) {
                count(&mut counts, *place, row, -1, &is_marked);
            }
            !is_touched
        });
        let order = Order::new(sight, query, self.sorter);
        let places = (0_u32..).zip(&changed);
        let places = places.flat_map(|(part, rows)| rows.iter().map(move |&row| Place { part, row }));
        let mut come: Vec<_> = places.filter_map(|place| order.keyed(place)).collect();
        come.sort_by(|left, right| order.compare(left, right));
        self.sorted = order.merged(&self.sorted, &come);
        let matcher = Matcher::new(&query.filter, sight);
        come.retain(|keyed| matcher.matches(keyed.place.part as usize, keyed.row));
        for keyed in &come {
            count(&mut counts, keyed.place, keyed.row, 1, &is_marked);
        }
        self.matching = order.merged(&self.matching, &come);
        self.counts = counts;
    }

    /// The places of the rows that match, in order.
    pub fn places(&self) -> &[Place] {
        &self.matching
    }

    /// The matching rows of each table, counted.
    pub fn counts(&self) -> &[Counts] {
        &self.counts
    }

    /// Counts marks anew, after they changed.
    pub fn count_marks(&mut self, tables: &[Table], is_marked: impl Fn(&Row) -> bool) {
        for counts in &mut self.counts {
            counts.marked = 0;
        }
        for place in &self.matching {
            if place.of(tables).is_some_and(&is_marked)
                && let Some(counts) = self.counts.get_mut(place.part as usize)
            {
                counts.marked += 1;
            }
        }
    }
}

/// Counts one row more or less.
fn count(counts: &mut [Counts], place: Place, row: &Row, by: isize, is_marked: &impl Fn(&Row) -> bool) {
    let Some(counts) = counts.get_mut(place.part as usize) else { return };
    let add = |count: &mut usize, is_it: bool| {
        if is_it {
            *count = count.saturating_add_signed(by);
        }
    };
    add(&mut counts.awaited, row.state == RowState::Awaited);
    add(&mut counts.markable, row.is_markable());
    add(&mut counts.marked, is_marked(row));
}

/// Places of a table, to be asked for quickly.
struct Touched(Vec<u64>);

impl Touched {
    fn of(places: &[u32], table: &Table) -> Self {
        let mut bits = vec![0_u64; table.rows.places() as usize / 64 + 1];
        for place in places {
            if let Some(word) = bits.get_mut(*place as usize / 64) {
                *word |= 1 << (place % 64);
            }
        }
        Self(bits)
    }

    fn has(&self, place: u32) -> bool {
        self.0.get(place as usize / 64).is_some_and(|word| word & (1 << (place % 64)) != 0)
    }
}

/// A row with what it is compared by.
struct Keyed<'a> {
    place: Place,
    row: &'a Row,
    key: Option<Key<'a>>,
}

/// How rows stand.
struct Order<'a> {
    sight: Sight<'a>,
    by: Option<(&'a super::Shown, Sorter)>,
}

impl<'a> Order<'a> {
    fn new(sight: Sight<'a>, query: &Query, sorter: Option<Sorter>) -> Self {
        let shown = query.sort.as_ref().and_then(|(id, _)| sight.layout.with_id(id));
        Self { sight, by: shown.zip(sorter) }
    }

    fn keyed(&self, place: Place) -> Option<Keyed<'a>> {
        let table = self.sight.tables.get(place.part as usize)?;
        let row = table.rows.get(place.row)?;
        let key = self.by.map(|(shown, sorter)| sorter.key(row, shown.text(table, place.part as usize, row)));
        Some(Keyed { place, row, key })
    }

    fn compare(&self, left: &Keyed<'_>, right: &Keyed<'_>) -> Ordering {
        self.compare_by_column(left, right).then_with(|| self.compare_own(left, right))
    }

    fn compare_by_column(&self, left: &Keyed<'_>, right: &Keyed<'_>) -> Ordering {
        match (&self.by, &left.key, &right.key) {
            (Some((_, sorter)), Some(left), Some(right)) => sorter.compare(left, right),
            _ => Ordering::Equal,
        }
    }

    /// Whatever else they are, no two rows are equal.
    fn compare_own(&self, left: &Keyed<'_>, right: &Keyed<'_>) -> Ordering {
        let is_by_name = self.sight.tables.first().is_some_and(|table| table.order == OwnOrder::Name);
        let by_name = if is_by_name { by_name(left.row, right.row) } else { Ordering::Equal };
        let place = |keyed: &Keyed<'_>| (keyed.place.part, keyed.place.row);
        by_name.then_with(|| place(left).cmp(&place(right)))
    }

    /// What is in order and what comes in, in order.
    fn merged(&self, kept: &[Place], come: &[Keyed<'_>]) -> Vec<Place> {
        let mut merged = Vec::with_capacity(kept.len() + come.len());
        let mut rest = kept;
        for new in come {
            let before = rest.partition_point(|place| {
                self.keyed(*place).is_some_and(|held| self.compare(&held, new).is_lt())
            });
            let (earlier, later) = rest.split_at(before);
            merged.extend_from_slice(earlier);
            merged.push(new.place);
            rest = later;
        }
        merged.extend_from_slice(rest);
        merged
    }
}

/// As servers list: by `namespace/name`, byte by byte.
fn by_name(left: &Row, right: &Row) -> Ordering {
    fn namespace(row: &Row) -> &[u8] {
        row.namespace.as_ref().map(ResourceName::as_str).unwrap_or_default().as_bytes()
    }
    let name = || left.name.as_bytes().cmp(right.name.as_bytes());
    if left.namespace == right.namespace {
        return name();
    }
    let (left, right) = (namespace(left), namespace(right));
    let shorter = left.len().min(right.len());
    left.iter().take(shorter).cmp(right.iter().take(shorter)).then_with(|| {
        match (left.get(shorter), right.get(shorter)) {
            (None, Some(next)) => b'/'.cmp(next),
            (Some(next), None) => next.cmp(&b'/'),
            _ => name(),
        }
    })
}

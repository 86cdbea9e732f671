//! 50,000 pods of a view: put in order, filtered, and followed while some of them change.

use std::sync::Arc;

use secateur_domain::{
    ids::ResourceName,
    row::{OwnOrder, Row, Table},
    view::{Arrangement, Direction, Filter, Layout, Leading, Query, Sight},
};

use crate::{collected, pages};

const ROWS: usize = 50_000;
/// Changes that come together.
const CHANGES: usize = 500;
/// Far from each other, as changes are.
const STRIDE: usize = 97;

pub(crate) fn sort_by_name() {
    sort("Name");
}

pub(crate) fn sort_by_restarts() {
    sort("Restarts");
}

fn sort(column: &str) {
    let view = View::of(query("", Some(column)));
    let arrangement = collected(|| Arrangement::new(view.sight(), &view.query, |_| false));
    assert_eq!(arrangement.places().len(), ROWS);
}

/// A person types; the order is what it was.
pub(crate) fn filter_by_text() {
    let view = View::of(query("", None));
    let mut arrangement = Arrangement::new(view.sight(), &view.query, |_| false);
    let typed = query("web-0123", None);
    collected(|| arrangement.filter(view.sight(), &typed, |_| false));
    assert_eq!(arrangement.places().len(), 10);
}

/// Rows change at the server, in a view that is sorted by what changes.
pub(crate) fn apply() {
    let mut view = View::of(query("", Some("Restarts")));
    let mut arrangement = Arrangement::new(view.sight(), &view.query, |_| false);
    let before = view.tables.clone();
    let like = pages::page().rows.swap_remove(0);
    let changed: Vec<_> = (0..CHANGES)
        .map(|change| {
            let at = change * STRIDE % ROWS;
            (u32::try_from(at).expect("a place"), Arc::new(row(&like, at, "99 (1s ago)")))
        })
        .collect();
    collected(|| {
        for (place, row) in changed {
            view.tables[0].rows.set(place, Some(row));
        }
        arrangement.follow(&before, view.sight(), &view.query, |_| false);
    });
    let last = arrangement.places().last().and_then(|place| place.of(&view.tables));
    assert_eq!(last.and_then(|row| row.cells.get(3)), Some("99 (1s ago)"));
}

/// The page pulls what it shows.
pub(crate) fn window() {
    let view = View::of(query("", Some("Restarts")));
    let arrangement = Arrangement::new(view.sight(), &view.query, |_| false);
    let printed = collected(|| {
        let rows = arrangement.places().iter().skip(ROWS / 2).take(50);
        let rows = rows.filter_map(|place| place.of(&view.tables)).map(|row| {
            let cells =
                view.layout.shown().map(|shown| shown.print(&view.tables[0], 0, row, Some(1_767_225_600)));
            cells.map(|(text, _)| text).collect::<Vec<_>>()
        });
        rows.collect::<Vec<_>>()
    });
    assert_eq!((printed.len(), printed[0][0].get(..5)), (50, Some("team-")));
}

struct View {
    tables: Vec<Table>,
    layout: Layout,
    query: Query,
}

impl View {
    fn of(query: Query) -> Self {
        let page = pages::page();
        let rows = (0..ROWS).map(|at| {
            let like = &page.rows[at % pages::ROWS];
            Arc::new(row(like, at, like.cells.get(3).expect("restarts")))
        });
        let table = Table {
            cluster: "garden".into(),
            rows: rows.collect(),
            columns: page.columns,
            order: OwnOrder::Name,
        };
        let tables = vec![table];
        let leading = Leading { with_namespace: true, ..Leading::default() };
        Self { layout: Layout::of(&tables, leading, &query), tables, query }
    }

    fn sight(&self) -> Sight<'_> {
        Sight { layout: &self.layout, tables: &self.tables, now: &[1_767_225_600], uses: &[] }
    }
}

fn query(text: &str, sort: Option<&str>) -> Query {
    Query {
        filter: Filter::parse::<&str>(text, &[]).expect("a filter"),
        sort: sort.map(|column| (column.to_owned(), Direction::Ascending)),
        ..Query::default()
    }
}

/// A row like another: rows come by namespace, and in it by name.
fn row(like: &Row, at: usize, restarts: &str) -> Row {
    let name = format!("web-{at:05}");
    let own = [name.as_str(), "1/1", "Running", restarts];
    Row {
        namespace: ResourceName::parse(&format!("team-{:02}", at / 2_500)).ok(),
        cells: own.into_iter().chain(like.cells.iter().skip(own.len())).collect(),
        name: name.as_str().into(),
        ..like.clone()
    }
}

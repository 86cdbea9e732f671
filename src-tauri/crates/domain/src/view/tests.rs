use std::sync::Arc;

use super::*;
use crate::{
    row::{OwnOrder, Row, RowState, Table},
    testing::{columns, row},
    uses::Uses,
};

fn table(rows: impl IntoIterator<Item = Arc<Row>>) -> Table {
    Table {
        cluster: "garden".into(),
        columns: columns().into(),
        rows: rows.into_iter().collect(),
        order: OwnOrder::Name,
    }
}

fn query(text: &str, tokens: &[&str], sort: Option<(&str, Direction)>) -> Query {
    Query {
        filter: Filter::parse(text, tokens).expect("a filter"),
        sort: sort.map(|(id, direction)| (id.to_owned(), direction)),
        ..Query::default()
    }
}

/// What a view of these tables shows at 1,000 seconds.
fn names(tables: &[Table], query: &Query) -> Vec<String> {
    let layout = Layout::of(tables, Leading { with_cluster: true, with_namespace: true }, query);
    let sight = Sight { layout: &layout, tables, now: &[1_000, 1_000], uses: &[] };
    let arrangement = Arrangement::new(sight, query, |_| false);
    shown(&arrangement, tables)
}

fn shown(arrangement: &Arrangement, tables: &[Table]) -> Vec<String> {
    arrangement.places().iter().map(|place| place.of(tables).expect("a row").name.to_string()).collect()
}

fn three() -> Vec<Table> {
    let mut labelled = Row::clone(&row("b", "db-1", "Running", "1", None));
    labelled.labels = [("app".into(), "db".into())].into_iter().collect();
    let mut going = Row::clone(&row("a", "web-2", "Error", "10 (5m ago)", Some(50)));
    (going.state, going.deleted) = (RowState::Terminating, Some(400));
    vec![table([row("a", "web-1", "Running", "2", Some(100)), Arc::new(going), Arc::new(labelled)])]
}

fn check(text: &str, tokens: &[&str], expected: &[&str]) {
    assert_eq!(names(&three(), &query(text, tokens, None)), expected, "{text} {tokens:?}");
}

fn sorted(by: &str, direction: Direction, expected: &[&str]) {
    assert_eq!(names(&three(), &query("", &[], Some((by, direction)))), expected);
}

#[test]
fn without_a_query_rows_stand_as_servers_list_them() {
    let rows = ["a-b/x", "a/y", "b/a", "a/x"].map(|path| {
        let (namespace, name) = path.split_once('/').expect("a path");
        row(namespace, name, "Running", "0", None)
    });
    assert_eq!(names(&[table(rows)], &Query::default()), ["x", "x", "y", "a"], "a-b comes before a/");
}
#[test]
fn every_word_must_be_in_some_cell_in_any_case() {
    check("WEB run", &[], &["web-1"]);
    check("nothing", &[], &[]);
}
#[test]
fn a_word_is_looked_for_within_cells_and_not_across_them() {
    check("1Run", &[], &[]);
}
#[test]
fn the_cluster_and_the_namespace_are_searched_too() {
    check("garden", &[], &["web-1", "web-2", "db-1"]);
    check("b garden", &[], &["web-1", "web-2", "db-1"]);
    check("garden ~db", &[], &["db-1"]);
}
#[test]
fn a_word_behind_a_tilde_is_looked_for_loosely_in_the_name() {
    check("~w2", &[], &["web-2"]);
}
#[test]
fn labels_namespaces_and_columns() {
    check("", &["label=app=db"], &["db-1"]);
    check("", &["label:!app"], &["web-1", "web-2"]);
    check("", &["ns:b,c"], &["db-1"]);
    check("", &["ns:!b,c"], &["web-1", "web-2"]);
    check("", &["status:running"], &["web-1", "db-1"]);
    check("", &["status:!Running"], &["web-2"]);
    check("", &["Status:err*,Pending"], &["web-2"]);
    check("", &["restarts:>1"], &["web-1", "web-2"]);
    check("", &["restarts:<2"], &["db-1"]);
    check("", &["node:node-7", "ns:a", "restarts:>9"], &["web-2"]);
    check("", &["nonsense:1"], &[]);
}
#[test]
fn ages_and_how_long_something_should_have_been_gone() {
    check("", &["older:15m"], &["web-1", "web-2"]);
    check("", &["older:940s"], &["web-2"]);
    check("", &["younger:15m1s"], &["web-1"]);
    check("", &["terminating:"], &["web-2"]);
    check("", &["terminating:10m"], &["web-2"]);
    check("", &["terminating:11m"], &[]);
}
#[test]
fn what_nothing_uses_is_known_when_all_that_could_use_it_was_read() {
    let (tables, query) = (three(), query("", &["unused:"], None));
    let layout = Layout::of(&tables, Leading::default(), &query);
    let mut uses = Uses::default();
    uses.add("a", "web-1");
    uses.add("b", "web-2");
    let check = |uses: Option<Uses>, expected: &[&str]| {
        let uses = [uses.map(Arc::new)];
        let sight = Sight { layout: &layout, tables: &tables, now: &[1_000], uses: &uses };
        assert_eq!(shown(&Arrangement::new(sight, &query, |_| false), &tables), expected);
    };
    check(None, &[]);
    check(Some(uses), &["web-2", "db-1"]);
}
#[test]
fn a_filter_that_means_nothing_says_why() {
    let refused = |token: &str, problem: &str| {
        assert_eq!(Filter::parse("", &[token]).expect_err("no filter").to_string(), problem);
    };
    refused("status:", "status of what?");
    refused("label=app in", "label: '(' is missing before its end");
    refused("older:soon", "\"soon\" is no time: 30s, 10m, 12h, 7d or 1y");
    let problem = Filter::parse("", &["pods"]).expect_err("no filter").to_string();
    assert!(problem.starts_with("\"pods\" is no filter"), "{problem}");
}
#[test]
fn the_server_is_asked_for_fields_and_the_rest_is_looked_at_here() {
    let filter =
        Filter::parse("", &["field:status.phase=Failed", "field:spec.nodeName!=a", "ns:a"]).expect("one");
    assert_eq!(filter.fields().as_deref(), Some("status.phase=Failed,spec.nodeName!=a"));
    assert_eq!(Filter::default().fields(), None);
}
#[test]
fn labels_that_are_still_being_read_match_nothing_yet() {
    let mut awaited = Row::clone(&row("a", "web-1", "Running", "2", None));
    (awaited.state, awaited.uid) = (RowState::Awaited, None);
    let tables = [table([Arc::new(awaited)])];
    assert_eq!(names(&tables, &query("", &["label=!app"], None)), [""; 0]);
    assert_eq!(names(&tables, &query("web", &[], None)), ["web-1"]);
}

#[test]
fn numbers_sort_as_numbers() {
    sorted("Restarts", Direction::Ascending, &["db-1", "web-1", "web-2"]);
    sorted("Restarts", Direction::Descending, &["web-2", "web-1", "db-1"]);
}
#[test]
fn the_youngest_has_the_smallest_age() {
    sorted("Age", Direction::Ascending, &["web-1", "web-2", "db-1"]);
}
#[test]
fn an_unknown_column_sorts_nothing() {
    sorted("Nothing", Direction::Ascending, &["web-1", "web-2", "db-1"]);
}

#[test]
fn rows_of_several_clusters_are_one_list_whose_columns_are_those_of_all() {
    let mut other = table([row("a", "web-3", "Pending", "5", None)]);
    other.cluster = "annex".into();
    let mut columns = other.columns.to_vec();
    columns.remove(2);
    other.columns = columns.into();
    let tables = [three().remove(0), other];
    let query = query("", &[], Some(("secateur/Cluster", Direction::Ascending)));
    assert_eq!(names(&tables, &query), ["web-3", "web-1", "web-2", "db-1"]);
    let layout = Layout::of(&tables, Leading { with_cluster: true, with_namespace: true }, &query);
    let headings: Vec<_> = layout.shown().map(|shown| shown.column.name.as_str()).collect();
    assert_eq!(headings, ["Cluster", "Namespace", "Name", "Status", "Restarts", "Age"]);
}

#[test]
fn columns_are_shown_and_hidden_as_the_person_chose() {
    let choice = ColumnChoice {
        shown: vec!["Node".into()],
        hidden: vec!["Status".into(), "Name".into()],
        labels: vec!["example.com/app".into()],
    };
    let query = Query { columns: choice, ..Query::default() };
    let layout = Layout::of(&three(), Leading::default(), &query);
    let ids = |shown: Vec<&Shown>| shown.iter().map(|shown| shown.column.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(layout.shown().collect()), ["Name", "Restarts", "Age", "Node", "label:example.com/app"]);
    assert_eq!(ids(layout.hidden().collect()), ["Status"]);
    let wide = Layout::of(&three(), Leading::default(), &Query { is_wide: true, ..Query::default() });
    assert_eq!(wide.shown().count(), 5);
}

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 33).expect("31 bits") % end
    }

    fn row(&mut self) -> Arc<Row> {
        let (namespace, name) = (["a", "a-b", "b"][self.below(3) as usize], self.below(40).to_string());
        let (status, restarts) = (["Running", "Error"][self.below(2) as usize], self.below(12).to_string());
        row(namespace, &name, status, &restarts, Some(self.below(9).into()))
    }
}

#[test]
fn what_follows_changes_is_what_would_be_arranged_anew() {
    for (round, sort) in
        [None, Some("Restarts"), Some("Name"), Some("Age"), Some("Status")].into_iter().enumerate()
    {
        let query = query("run", &["restarts:<9"], sort.map(|by| (by, Direction::Descending)));
        let mut dice = Dice(round as u64);
        let mut tables = [table((0..300).map(|_| dice.row())), table((0..200).map(|_| dice.row()))];
        let layout = Layout::of(&tables, Leading::default(), &query);
        let is_marked = |row: &Row| row.name.contains('1');
        let anew = |tables: &[Table]| {
            let sight = Sight { layout: &layout, tables, now: &[0, 0], uses: &[] };
            Arrangement::new(sight, &query, is_marked)
        };
        let mut followed = anew(&tables);
        for step in 0..60 {
            let before = tables.clone();
            for _ in 0..dice.below(if step % 20 == 0 { 200 } else { 8 }) {
                let Some(table) = tables.get_mut(dice.below(2) as usize) else { continue };
                let place = dice.below(table.rows.places());
                match dice.below(3) {
                    0 => table.rows.set(place, None),
                    1 => table.rows.set(place, Some(dice.row())),
                    _ => drop(table.rows.push(dice.row())),
                }
            }
            let sight = Sight { layout: &layout, tables: &tables, now: &[0, 0], uses: &[] };
            followed.follow(&before, sight, &query, is_marked);
            let expected = anew(&tables);
            assert_eq!(followed.places(), expected.places(), "{sort:?}, step {step}");
            assert_eq!(followed.counts(), expected.counts(), "{sort:?}, step {step}");
        }
    }
}

#[test]
fn another_filter_finds_what_would_be_arranged_anew() {
    let mut dice = Dice(7);
    let tables = [table((0..300).map(|_| dice.row()))];
    let by = Some(("Restarts", Direction::Ascending));
    let (before, after) = (query("run", &[], by), query("err", &["ns:b"], by));
    let layout = Layout::of(&tables, Leading::default(), &before);
    let sight = Sight { layout: &layout, tables: &tables, now: &[0], uses: &[] };
    let mut arrangement = Arrangement::new(sight, &before, |_| false);
    arrangement.filter(sight, &after, |_| false);
    let expected = Arrangement::new(sight, &after, |_| false);
    assert_eq!((arrangement.places(), arrangement.counts()), (expected.places(), expected.counts()));
    assert!(!expected.places().is_empty());
}

use super::*;
use crate::testing::row;

fn sorted<'a>(cells: &[&'a str], kind: ColumnKind, direction: Direction) -> Vec<&'a str> {
    let sorter = Sorter::new(kind, direction, cells.iter().copied());
    let row = row("a", "b", "Running", "0", None);
    let mut cells = cells.to_vec();
    cells.sort_by(|left, right| sorter.compare(&sorter.key(&row, left), &sorter.key(&row, right)));
    cells
}

fn check(cells: &[&str], expected: &[&str]) {
    assert_eq!(sorted(cells, ColumnKind::Text, Direction::Ascending), expected);
}

#[test]
fn numbers() {
    check(&["10", "9", "-1", "9.5", "100%"], &["-1", "9", "9.5", "10", "100%"]);
}
#[test]
fn restarts_with_the_time_since_the_last() {
    check(
        &["5 (3d ago)", "14 (2m ago)", "0", "5 (80s ago)", "5"],
        &["0", "5", "5 (80s ago)", "5 (3d ago)", "14 (2m ago)"],
    );
}
#[test]
fn ratios_by_what_is_there() {
    check(&["2/2", "1/10", "0/1", "3/3", "1/2", "0/0"], &["0/1", "1/10", "1/2", "0/0", "2/2", "3/3"]);
}
#[test]
fn quantities() {
    check(
        &["1Gi", "500Mi", "2", "1500m", "1e3", "10Gi", "1k", "1T"],
        &["1500m", "2", "1e3", "1k", "500Mi", "1Gi", "10Gi", "1T"],
    );
}
#[test]
fn durations() {
    check(
        &["3d", "2h", "45s", "5m", "3d4h", "2y38d", "150ms"],
        &["150ms", "45s", "5m", "2h", "3d", "3d4h", "2y38d"],
    );
}
#[test]
fn what_could_be_two_things_is_what_the_rest_of_its_column_is() {
    check(&["5m", "1h", "2s"], &["2s", "5m", "1h"]);
    check(&["5m", "1", "2k"], &["5m", "1", "2k"]);
}
#[test]
fn texts_with_their_numbers_as_numbers() {
    check(&["node-10", "node-9", "node-09", "node"], &["node", "node-09", "node-9", "node-10"]);
    check(&["10.0.0.12", "10.0.0.2", "9.1.1.1"], &["9.1.1.1", "10.0.0.2", "10.0.0.12"]);
    check(&["v1.30.2", "v1.9.11"], &["v1.9.11", "v1.30.2"]);
}
#[test]
fn what_reads_otherwise_than_its_column_comes_after_it() {
    check(&["Unknown", "2", "1"], &["1", "2", "Unknown"]);
}
#[test]
fn what_is_missing_comes_last_in_either_direction() {
    let cells = ["<none>", "2", "", "10", "-", "<unknown>"];
    let last = ["<none>", "", "-", "<unknown>"];
    let ascending = sorted(&cells, ColumnKind::Text, Direction::Ascending);
    let descending = sorted(&cells, ColumnKind::Text, Direction::Descending);
    assert_eq!(ascending, [&["2", "10"], &last[..]].concat());
    assert_eq!(descending, [&["10", "2"], &last[..]].concat());
}
#[test]
fn a_name_is_a_text_whatever_it_looks_like() {
    assert_eq!(sorted(&["-", "10m", "9h"], ColumnKind::Name, Direction::Ascending), ["-", "9h", "10m"]);
}
#[test]
fn no_text_breaks_the_order() {
    let odd = [
        "/",
        "1/",
        "/2",
        "1//2",
        "e5",
        "1e",
        "+",
        ".",
        "--1",
        "5 (ago)",
        "5 (x ago)",
        "5 ",
        "\u{1F980}",
        "1d2",
        "é9",
    ];
    let forwards = sorted(&odd, ColumnKind::Text, Direction::Ascending);
    let mut reversed = odd;
    reversed.reverse();
    assert_eq!(forwards, sorted(&reversed, ColumnKind::Text, Direction::Ascending));
}
#[test]
fn a_cell_is_compared_with_what_is_typed_as_what_both_mean() {
    let check = |cell: &str, typed: &str, expected: Option<Ordering>| {
        assert_eq!(compare_cells(cell, typed), expected, "{cell} {typed}");
    };
    check("14 (2m ago)", "9", Some(Ordering::Greater));
    check("2/3", "3/3", Some(Ordering::Less));
    check("10Gi", "9Gi", Some(Ordering::Greater));
    check("3d4h", "4d", Some(Ordering::Less));
    check("<none>", "3", None);
    check("3", "many", None);
}

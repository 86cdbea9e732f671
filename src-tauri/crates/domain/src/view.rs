//! Arranging a list: which rows match, in which order.

use crate::{
    row::{Column, ColumnKind, Row},
    sort::sort,
};

/// Sort direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// Filter and order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Words that a row must all contain in some printed cell, in any case.
    pub text: String,
    /// A column's id and the direction; the list's own order when absent or unknown.
    pub sort: Option<(String, Direction)>,
    /// Whether wide columns are shown, and so searched.
    pub is_wide: bool,
    /// Only rows with one of these outcomes, by [`Outcome::word`]; all where there is none.
    pub outcomes: Vec<String>,
}

/// The indices of the rows that match, in order. `rows` is in the list's own order, which also breaks ties.
pub fn arrange<R: AsRef<Row>>(columns: &[Column], rows: &[R], query: &Query) -> Vec<u32> {
    let words: Vec<String> = query.text.split_whitespace().map(str::to_lowercase).collect();
    let searched: Vec<usize> = shown(columns, query.is_wide)
        .filter(|(_, column)| column.kind != ColumnKind::Age)
        .map(|(index, _)| index)
        .collect();
    let mut order: Vec<u32> = (0..)
        .zip(rows)
        .filter(|(_, row)| is_chosen(row.as_ref(), &query.outcomes))
        .filter(|(_, row)| words.iter().all(|word| contains(row.as_ref(), &searched, word)))
        .map(|(index, _)| index)
        .collect();
    if let Some((id, direction)) = &query.sort
        && let Some((position, column)) = columns.iter().enumerate().find(|(_, column)| column.id == *id)
    {
        sort(rows, &mut order, position, column.kind, *direction);
    }
    order
}

fn is_chosen(row: &Row, outcomes: &[String]) -> bool {
    let has = |word: &str| outcomes.iter().any(|chosen| chosen == word);
    outcomes.is_empty() || row.outcome.as_ref().is_some_and(|outcome| has(outcome.word()))
}

/// The columns that a query shows, with their positions in a row's cells.
pub fn shown(columns: &[Column], is_wide: bool) -> impl Iterator<Item = (usize, &Column)> {
    columns.iter().enumerate().filter(move |(_, column)| is_wide || !column.is_wide)
}

fn contains(row: &Row, searched: &[usize], word: &str) -> bool {
    searched
        .iter()
        .filter_map(|&position| row.cells.get(position))
        .any(|cell| cell.to_lowercase().contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{columns, row};

    fn check(text: &str, sort: Option<(&str, Direction)>, expected: &[&str]) {
        let rows = [
            row("a", "web-1", "Running", "2", Some(100)),
            row("a", "web-2", "Error", "10", Some(50)),
            row("b", "db-1", "Running", "1", None),
        ];
        let query = Query {
            text: text.into(),
            sort: sort.map(|(id, way)| (id.into(), way)),
            is_wide: false,
            outcomes: Vec::new(),
        };
        let names: Vec<_> = arrange(&columns(), &rows, &query)
            .iter()
            .map(|&index| rows[index as usize].name.to_string())
            .collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn without_a_query_the_order_is_the_lists_own() {
        check("", None, &["web-1", "web-2", "db-1"]);
    }
    #[test]
    fn every_word_must_be_in_some_cell_in_any_case() {
        check("WEB run", None, &["web-1"]);
    }
    #[test]
    fn no_row_may_match() {
        check("nothing", None, &[]);
    }
    #[test]
    fn numbers_sort_as_numbers() {
        check("", Some(("Restarts", Direction::Ascending)), &["db-1", "web-1", "web-2"]);
        check("", Some(("Restarts", Direction::Descending)), &["web-2", "web-1", "db-1"]);
    }
    #[test]
    fn the_youngest_has_the_smallest_age_and_an_unknown_age_comes_last() {
        check("", Some(("Age", Direction::Ascending)), &["web-1", "web-2", "db-1"]);
    }
    #[test]
    fn an_unknown_column_sorts_nothing() {
        check("", Some(("Nothing", Direction::Ascending)), &["web-1", "web-2", "db-1"]);
    }
    #[test]
    fn wide_columns_are_searched_only_when_shown() {
        check("node-7", None, &[]);
    }
}

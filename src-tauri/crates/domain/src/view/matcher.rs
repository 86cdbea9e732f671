//! Whether rows meet a filter.

use std::cmp::Ordering;

use super::{
    Filter, Sight,
    filter::{CellTest, Condition},
    layout::Shown,
    text::{contains, contains_loosely},
};
use crate::{
    row::{ColumnKind, Row, RowState},
    sort::compare_cells,
};

/// A filter, looked at together with the list that it is for.
pub(super) struct Matcher<'a> {
    filter: &'a Filter,
    sight: Sight<'a>,
    /// What free text is looked for in: the columns of cells, and the others.
    of_cells: Vec<&'a Shown>,
    others: Vec<&'a Shown>,
    /// The column of each condition on one.
    columns: Vec<Option<&'a Shown>>,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(filter: &'a Filter, sight: Sight<'a>) -> Self {
        let is_searched =
            |shown: &&Shown| !matches!(shown.column.kind, ColumnKind::Age | ColumnKind::Elapsed);
        let searched = sight.layout.shown().filter(is_searched);
        let (of_cells, others) = searched.partition(|shown| shown.is_of_cells());
        let column = |condition: &Condition| match condition {
            Condition::Column { name, .. } => sight.layout.called(name),
            _ => None,
        };
        Self { filter, sight, of_cells, others, columns: filter.conditions.iter().map(column).collect() }
    }

    pub(super) fn matches(&self, part: usize, row: &Row) -> bool {
        let mut conditions = self.filter.conditions.iter().zip(&self.columns);
        self.has_outcome(row)
            && conditions.all(|(condition, column)| self.meets(condition, *column, part, row))
            && self.has_words(part, row)
    }

    fn has_outcome(&self, row: &Row) -> bool {
        let chosen = &self.filter.outcomes;
        let has = |word: &str| chosen.iter().any(|chosen| chosen == word);
        chosen.is_empty() || row.outcome().is_some_and(|outcome| has(outcome.word()))
    }

    fn has_words(&self, part: usize, row: &Row) -> bool {
        let Some(table) = self.sight.tables.get(part) else { return false };
        self.filter.words.iter().all(|word| {
            if word.is_loose {
                return contains_loosely(&row.name, &word.text);
            }
            let has = |shown: &&Shown| contains(shown.text(table, part, row), &word.text);
            // Most rows have a word in no cell, and then one look at all of them is enough.
            let may_have = contains(row.cells.text(), &word.text);
            (may_have && self.of_cells.iter().any(has)) || self.others.iter().any(has)
        })
    }

    fn meets(&self, condition: &Condition, column: Option<&Shown>, part: usize, row: &Row) -> bool {
        let now = self.sight.now.get(part).copied().unwrap_or_default();
        let namespace = row.namespace.as_ref().map_or("", |namespace| namespace.as_str());
        match condition {
            Condition::Labels(selector) => row.state != RowState::Awaited && selector.matches(&row.labels),
            Condition::Namespaces(names, is_not) => names.iter().any(|name| name == namespace) != *is_not,
            Condition::Older(than) => row.created.is_some_and(|created| now - created >= *than),
            Condition::Younger(than) => row.created.is_some_and(|created| now - created < *than),
            Condition::Terminating(than) => {
                row.state == RowState::Terminating
                    && row.deleted.is_none_or(|deleted| now.saturating_sub(deleted) >= *than)
            }
            Condition::Unused => {
                let uses = self.sight.uses.get(part).and_then(Option::as_deref);
                uses.is_some_and(|uses| !uses.has(namespace, &row.name))
            }
            Condition::Column { test, .. } => {
                let (Some(column), Some(table)) = (column, self.sight.tables.get(part)) else { return false };
                test.is_met(column.text(table, part, row))
            }
        }
    }
}

impl CellTest {
    fn is_met(&self, cell: &str) -> bool {
        match self {
            Self::Is(texts, is_not) => texts.iter().any(|text| is_it(cell, text)) != *is_not,
            Self::Less(than) => compare_cells(cell, than) == Some(Ordering::Less),
            Self::Greater(than) => compare_cells(cell, than) == Some(Ordering::Greater),
        }
    }
}

/// `text` is in lower case; `init*` is whatever begins so.
fn is_it(cell: &str, text: &str) -> bool {
    let cell = cell.to_lowercase();
    text.strip_suffix('*').map_or_else(|| cell == text, |beginning| cell.starts_with(beginning))
}

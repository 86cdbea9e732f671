//! Comparing two rows by one column.

use std::cmp::Ordering;

use crate::row::{ColumnKind, Row};

/// Compares by the cell at `position`, typed by the column's kind.
pub fn compare(left: &Row, right: &Row, position: usize, kind: ColumnKind) -> Ordering {
    let (left_cell, right_cell) = (cell(left, position), cell(right, position));
    match kind {
        // A small age is a late creation; what has no creation time is older than anything.
        ColumnKind::Age => right.created.cmp(&left.created),
        ColumnKind::Name | ColumnKind::Namespace | ColumnKind::Cluster | ColumnKind::Kind => {
            left_cell.cmp(right_cell)
        }
        _ => match (leading_number(left_cell), leading_number(right_cell)) {
            (Some(left), Some(right)) => left.total_cmp(&right).then_with(|| left_cell.cmp(right_cell)),
            // Cells that start with a number come before those that do not, so that the order is total.
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => left_cell.cmp(right_cell),
        },
    }
}

fn cell(row: &Row, position: usize) -> &str {
    row.cells.get(position).map_or("", |cell| cell)
}

/// The number that a cell starts with, if what follows is no further part of a word: `14 (2m ago)`, `2/3`.
fn leading_number(cell: &str) -> Option<f64> {
    let end =
        cell.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(cell.len());
    let (number, rest) = cell.split_at(end);
    if rest.is_empty() || rest.starts_with([' ', '/', '%']) { number.parse().ok() } else { None }
}

#[cfg(test)]
pub(crate) mod test_rows {
    use std::sync::Arc;

    use crate::{
        ids::{ClusterId, ResourceName, Uid},
        kind::{Kind, Scope},
        row::{Column, ColumnKind, Row, RowState},
    };

    pub(crate) fn kind(group: &str, plural: &str, name: &str, scope: Scope) -> Arc<Kind> {
        Arc::new(Kind {
            group: group.into(),
            version: "v1".into(),
            plural: plural.into(),
            singular: String::new(),
            name: name.into(),
            scope,
            verbs: vec!["list".into(), "delete".into()],
            short_names: vec![],
            categories: vec![],
            is_preferred: true,
        })
    }

    pub(crate) fn columns() -> Vec<Column> {
        [
            ("Namespace", ColumnKind::Namespace, false),
            ("Name", ColumnKind::Name, false),
            ("Status", ColumnKind::Status, false),
            ("Restarts", ColumnKind::Number, false),
            ("Age", ColumnKind::Age, false),
            ("Node", ColumnKind::Text, true),
        ]
        .map(|(name, kind, is_wide)| Column {
            id: name.into(),
            name: name.into(),
            description: String::new(),
            kind,
            is_wide,
        })
        .into()
    }

    pub(crate) fn row(
        namespace: &str,
        name: &str,
        status: &str,
        restarts: &str,
        created: Option<i64>,
    ) -> Arc<Row> {
        Arc::new(Row {
            cluster: ClusterId::derive("file", "context", "server"),
            kind: kind("", "pods", "Pod", Scope::Namespaced),
            namespace: ResourceName::parse(namespace).ok(),
            name: name.into(),
            uid: Uid::parse(&format!("uid-of-{name}")).ok(),
            cells: [namespace, name, status, restarts, "1d", "node-7"].map(Into::into).into(),
            created,
            state: RowState::Live,
            finalizers: Box::default(),
            note: None,
            changed_at: None,
            outcome: None,
            rehearsal: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: Option<f64>) {
        assert_eq!(leading_number(cell), expected, "{cell}");
    }

    #[test]
    fn a_number_with_a_remark() {
        check("14 (2m ago)", Some(14.0));
    }
    #[test]
    fn a_ratio() {
        check("2/3", Some(2.0));
    }
    #[test]
    fn a_name_that_starts_with_a_digit_is_no_number() {
        check("7a", None);
        check("", None);
        check("<none>", None);
    }
}

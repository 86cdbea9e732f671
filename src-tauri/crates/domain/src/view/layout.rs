//! The columns of a view: those that stand before the servers' own, the servers', and labels; and where the text of each
//! is found.

use super::Query;
use crate::{
    age,
    row::{Column, ColumnKind, Row, Table},
};

/// The columns that stand before the servers' own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Leading {
    /// The cluster, for a list of several.
    pub with_cluster: bool,
    /// The namespace, for a list of more than one.
    pub with_namespace: bool,
}

/// The columns of a view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    all: Vec<Shown>,
}

/// One column of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The column.
    pub column: Column,
    /// Whether it is printed.
    pub is_shown: bool,
    from: From,
}

/// Where the text of a column is found.
#[derive(Debug, Clone, PartialEq)]
enum From {
    Cluster,
    Namespace,
    Label(String),
    /// The position in the cells of each table, where it has that column.
    Cells(Vec<Option<usize>>),
}

impl Layout {
    /// The columns of these tables, each once.
    pub fn of(tables: &[Table], leading: Leading, query: &Query) -> Self {
        let mut all = Vec::new();
        if leading.with_cluster {
            all.push((own("Cluster", ColumnKind::Cluster), From::Cluster));
        }
        if leading.with_namespace {
            all.push((own("Namespace", ColumnKind::Namespace), From::Namespace));
        }
        let first = all.len();
        for (part, table) in tables.iter().enumerate() {
            for (position, column) in table.columns.iter().enumerate() {
                if !all.iter().skip(first).any(|(known, _)| known.id == column.id) {
                    all.push((column.clone(), From::Cells(vec![None; tables.len()])));
                }
                let known = all.iter_mut().skip(first).find(|(known, _)| known.id == column.id);
                if let Some((_, From::Cells(places))) = known
                    && let Some(place) = places.get_mut(part)
                {
                    *place = Some(position);
                }
            }
        }
        // The label of no object, and no column where nothing was read yet.
        let labels = query.columns.labels.iter().filter(|_| all.len() > first);
        let labels: Vec<_> = labels.map(|key| (label(key), From::Label(key.clone()))).collect();
        all.extend(labels);
        let all = all.into_iter().map(|(column, from)| {
            let is_shown = is_shown(&column, query);
            Shown { column, is_shown, from }
        });
        Self { all: all.collect() }
    }

    /// The columns that are printed.
    pub fn shown(&self) -> impl Iterator<Item = &Shown> {
        self.all.iter().filter(|shown| shown.is_shown)
    }

    /// Those that are not.
    pub fn hidden(&self) -> impl Iterator<Item = &Shown> {
        self.all.iter().filter(|shown| !shown.is_shown)
    }

    /// The column with this id, printed or not.
    pub fn with_id(&self, id: &str) -> Option<&Shown> {
        self.all.iter().find(|shown| shown.column.id == id)
    }

    /// The column that a person calls so, printed or not.
    pub fn called(&self, name: &str) -> Option<&Shown> {
        let is_it = |column: &Column| is_same(&column.name, name) || is_same(&column.id, name);
        self.all.iter().find(|shown| is_it(&shown.column))
    }

    /// Whether nothing was read yet.
    pub fn is_empty(&self) -> bool {
        !self.all.iter().any(|shown| matches!(shown.from, From::Cells(_)))
    }
}

impl Shown {
    /// Its text for a row of the table `part`, as it was printed.
    pub fn text<'a>(&self, table: &'a Table, part: usize, row: &'a Row) -> &'a str {
        match &self.from {
            From::Cluster => &table.cluster,
            From::Namespace => row.namespace.as_ref().map_or("", |namespace| namespace.as_str()),
            From::Label(key) => row.labels.get(key).unwrap_or_default(),
            From::Cells(places) => {
                let position = places.get(part).copied().flatten();
                position.and_then(|position| row.cells.get(position)).unwrap_or_default()
            }
        }
    }

    /// Its text for a row as a person reads it at `now`, in Unix seconds by the server's clock, and the seconds until that
    /// reads differently.
    pub fn print(&self, table: &Table, part: usize, row: &Row, now: Option<i64>) -> (String, Option<i64>) {
        let text = self.text(table, part, row);
        let since = now.and_then(|now| Some(now.saturating_sub(age::since(row, self.column.kind, text)?)));
        match since {
            Some(seconds) => (age::human(seconds), Some(age::changes_in(seconds))),
            None => (text.to_owned(), None),
        }
    }

    /// Whether its texts are part of the cells that a server printed.
    pub(super) fn is_of_cells(&self) -> bool {
        matches!(self.from, From::Cells(_))
    }
}

fn is_shown(column: &Column, query: &Query) -> bool {
    let has = |ids: &[String]| ids.contains(&column.id);
    let is_hidden = has(&query.columns.hidden) && column.kind != ColumnKind::Name;
    let is_printed = query.is_wide || !column.is_wide || has(&query.columns.shown);
    is_printed && !is_hidden
}

/// As a person types a heading: `nominated-node`, `NOMINATED NODE`.
fn is_same(heading: &str, typed: &str) -> bool {
    let plain = |character: &char| !matches!(character, ' ' | '-' | '_');
    let heading = heading.chars().filter(plain).flat_map(char::to_lowercase);
    heading.eq(typed.chars().filter(plain).flat_map(char::to_lowercase))
}

fn own(name: &str, kind: ColumnKind) -> Column {
    let (id, name) = (format!("secateur/{name}"), name.to_owned());
    Column { id, name, description: String::new(), kind, is_wide: false }
}

fn label(key: &str) -> Column {
    let name = key.rsplit_once('/').map_or(key, |(_, name)| name).to_owned();
    let description = format!("The label {key}");
    Column { id: format!("label:{key}"), name, description, kind: ColumnKind::Text, is_wide: false }
}

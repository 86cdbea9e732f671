//! The part of a view that is drawn.

use std::sync::Arc;

use secateur_domain::{
    age,
    ids::ClusterId,
    row::{Column, Liveness, Row, RowState, Warning},
    view::Shown,
};

use super::{
    Now,
    arranged::{Arranged, is_marked},
    together::together,
};
use crate::{failure::Failure, list::ListSnapshot, marks::Marks};

/// How long a change is shown as one, in milliseconds.
const FRESH_MS: u64 = 1_200;
/// The largest window that may be pulled.
const LARGEST_WINDOW: usize = 500;

/// A view's totals.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewHint {
    /// The view.
    pub view: String,
    /// Grows with every change of what the totals say, or of a row that was pulled last.
    pub version: u32,
    /// Rows that match.
    pub total: usize,
    /// Rows in all.
    pub unfiltered: usize,
    /// Matching rows that are marked.
    pub marked: usize,
    /// Matching rows that can be marked.
    pub markable: usize,
    /// Matching rows that cannot be marked yet.
    pub awaited: usize,
    /// Completeness.
    pub liveness: Liveness<Arc<Failure>>,
}

/// Rows of one version of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewWindow {
    /// The totals of that version.
    pub hint: ViewHint,
    /// The columns shown.
    pub columns: Vec<Column>,
    /// Those that are not.
    pub hidden_columns: Vec<Column>,
    /// The index of the first row.
    pub start: usize,
    /// The rows.
    pub rows: Vec<WindowRow>,
    /// Seconds until an age among them reads differently.
    pub ages_change_in: Option<u32>,
    /// What the servers warned of when the list was read.
    pub warnings: Vec<Warning>,
    /// How it stands with each cluster of a list of objects.
    pub parts: Vec<ViewPart>,
}

/// The part of one cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewPart {
    /// The cluster.
    pub cluster: ClusterId,
    /// Its rows, without the filter.
    pub rows: usize,
    /// Completeness.
    pub liveness: Liveness<Arc<Failure>>,
    /// With what caution a filter of its rows is to be taken.
    pub remark: Option<String>,
}

/// One row of a window.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowRow {
    /// The row; its cells are those of the list.
    pub row: Arc<Row>,
    /// The printed cells, one for each shown column.
    pub cells: Vec<String>,
    /// Whether it is marked.
    pub is_marked: bool,
    /// Whether it changed just now.
    pub is_fresh: bool,
    /// Whether it is as of an earlier time.
    pub is_stale: bool,
    /// For how many seconds a terminating object should have been gone; negative while its grace lasts.
    pub overdue: Option<i64>,
}

impl Arranged {
    pub(super) fn hint(&self, view: &str) -> ViewHint {
        let counts = self.counts();
        ViewHint {
            view: view.to_owned(),
            version: self.version,
            total: self.places().len(),
            unfiltered: self.unfiltered(),
            marked: counts.marked,
            markable: counts.markable,
            awaited: counts.awaited,
            liveness: together(self.lists(), !self.is_of_several()),
        }
    }

    pub(super) fn window(
        &self,
        view: &str,
        start: usize,
        count: usize,
        now_ms: u64,
        now: &Now,
        marks: &Marks,
    ) -> ViewWindow {
        let shown: Vec<&Shown> = self.layout.shown().collect();
        let times = self.feeds.times(now);
        let mut ages_change_in: Option<i64> = None;
        let window = self.rows_in(start, count.min(LARGEST_WINDOW));
        let rows = marks.with(|selection| {
            let drawn = window.map(|(part, row)| {
                let now = self.cluster(part).and(times.get(part).copied());
                let printed = shown.iter().map(|shown| self.print(shown, part, row, now));
                let (cells, changes): (Vec<_>, Vec<_>) = printed.unzip();
                let is_going = row.state == RowState::Terminating;
                let overdue = row.deleted.filter(|_| is_going).zip(now).map(|(deleted, now)| now - deleted);
                let overdue_changes = overdue.map(age::changes_in);
                let changes = changes.into_iter().flatten().chain(overdue_changes);
                ages_change_in = ages_change_in.into_iter().chain(changes).min();
                WindowRow {
                    cells,
                    is_marked: is_marked(selection, row),
                    is_fresh: row.changed_at.is_some_and(|at| now_ms.saturating_sub(at) < FRESH_MS),
                    is_stale: !self.is_actionable(part),
                    overdue,
                    row: Arc::clone(row),
                }
            });
            drawn.collect()
        });
        ViewWindow {
            hint: self.hint(view),
            columns: shown.iter().map(|shown| shown.column.clone()).collect(),
            hidden_columns: self.layout.hidden().map(|shown| shown.column.clone()).collect(),
            start,
            rows,
            ages_change_in: ages_change_in.and_then(|seconds| u32::try_from(seconds).ok()),
            warnings: self.warnings(),
            parts: self.parts(),
        }
    }

    fn print(&self, shown: &Shown, part: usize, row: &Row, now: Option<i64>) -> (String, Option<i64>) {
        self.table(part).map(|table| shown.print(table, part, row, now)).unwrap_or_default()
    }

    fn lists(&self) -> impl Iterator<Item = &ListSnapshot> + Clone {
        self.snapshots.iter().map(AsRef::as_ref)
    }

    fn is_of_several(&self) -> bool {
        let mut clusters = (0..self.snapshots.len()).map(|part| self.cluster(part));
        let first = clusters.next();
        first.is_some_and(|first| clusters.any(|cluster| cluster != first))
    }

    /// Each text once for each cluster.
    fn warnings(&self) -> Vec<Warning> {
        let mut warnings: Vec<Warning> = Vec::new();
        for warning in self.snapshots.iter().flat_map(|snapshot| snapshot.warnings.iter()) {
            if !warnings.contains(warning) {
                warnings.push(warning.clone());
            }
        }
        warnings
    }

    fn parts(&self) -> Vec<ViewPart> {
        let mut parts: Vec<ViewPart> = Vec::new();
        for cluster in (0..self.snapshots.len()).filter_map(|part| self.cluster(part)) {
            if parts.iter().any(|part| part.cluster == *cluster) {
                continue;
            }
            let lists = self.lists().enumerate();
            let own = lists.filter(|(part, _)| self.cluster(*part) == Some(cluster)).map(|(_, list)| list);
            parts.push(ViewPart {
                cluster: cluster.clone(),
                rows: own.clone().map(|list| list.table.rows.len()).sum(),
                liveness: together(own, true),
                remark: (0..self.snapshots.len())
                    .filter(|part| self.cluster(*part) == Some(cluster))
                    .find_map(|part| self.remark(part)),
            });
        }
        parts
    }
}

//! The targets of a job that is only in the journal, as the list that a running job has.

use std::sync::Arc;

use secateur_domain::row::{ColumnKind, Liveness, Remarks, RowState};
use secateur_store::{JobRow, TargetRow};

use super::state::needs_words;
use crate::{
    list::{self, ListSnapshot},
    marks::{key_columns, key_row},
    words,
};

/// The list of these targets, in the journal's order.
pub(crate) fn journaled(job: &JobRow, targets: &[TargetRow]) -> ListSnapshot {
    let rows = targets.iter().map(|target| {
        let key = target.target.object.key();
        let cluster = job.clusters.iter().find(|cluster| cluster.cluster == key.cluster);
        let name = cluster.map_or("", |cluster| cluster.name.as_str());
        let user = cluster.and_then(|cluster| cluster.user.as_deref()).unwrap_or_default();
        let outcome = &target.latest.outcome;
        let at = u64::try_from(target.latest.at).unwrap_or_default();
        let mut row = key_row(&key, name, &[outcome.word()], &[&words::time_of_day(at)]);
        row.state = if outcome.is_gone() { RowState::Gone } else { RowState::Live };
        let note = needs_words(outcome).then(|| words::sentence(&key, name, outcome, at, user));
        row.remarks = Some(Box::new(Remarks { note, outcome: Some(outcome.clone()), rehearsal: None }));
        Arc::new(row)
    });
    let columns = key_columns(&[("Outcome", ColumnKind::Outcome)], &[("Settled", ColumnKind::Text)]);
    list::chosen(columns, rows, Liveness::Settled)
}

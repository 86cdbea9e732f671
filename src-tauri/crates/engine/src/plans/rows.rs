//! A plan's targets as a list, in the order of execution.

use std::{collections::BTreeMap, sync::Arc};

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    rehearsal::Rehearsal,
    row::{ColumnKind, Liveness, Remarks, Row, RowState},
};

use super::{
    known::{Known, Target},
    shapes::Presence,
};
use crate::{
    list::{self, ListSnapshot},
    marks::{key_columns, key_row},
};

pub(super) fn snapshot(known: &Known) -> ListSnapshot {
    let order: BTreeMap<ClusterId, usize> =
        known.plan.order().into_iter().enumerate().map(|(place, cluster)| (cluster, place)).collect();
    let mut targets: Vec<(&ObjectKey, &Target)> = known.each().collect();
    targets.sort_by_key(|(key, _)| order.get(&key.cluster));
    let columns = key_columns(&[], &[("Rehearsal", ColumnKind::Rehearsal), ("Effect", ColumnKind::Text)]);
    let rows = targets.into_iter().map(|(key, target)| Arc::new(row(known, key, target)));
    list::chosen(columns, rows, Liveness::Settled)
}

fn row(known: &Known, key: &ObjectKey, target: &Target) -> Row {
    let cluster = known.plan.clusters().get(&key.cluster).map_or("", |cluster| cluster.name.as_str());
    let mut row = key_row(key, cluster, &[], &[word(&target.rehearsal), &effect(known, target)]);
    row.state = match &target.presence {
        Presence::Terminating(_) => RowState::Terminating,
        Presence::Gone | Presence::Replaced => RowState::Gone,
        Presence::Present | Presence::Changed => RowState::Live,
    };
    let rehearsal = Some(target.rehearsal.clone());
    row.remarks = Some(Box::new(Remarks { note: note(target), rehearsal, outcome: None }));
    row
}

/// A rehearsal's word in a cell.
pub(super) fn word(rehearsal: &Rehearsal) -> &'static str {
    match rehearsal {
        Rehearsal::Asking => "asking",
        Rehearsal::Accepted => "accepted",
        Rehearsal::Refused { .. } => "refused",
        Rehearsal::CannotBe { .. } => "cannot be rehearsed",
        Rehearsal::NoAnswer { .. } => "no answer",
        Rehearsal::NotAsked { .. } => "not rehearsed",
    }
}

/// What deleting it does. What comes back, hangs or is lost will be said here too.
fn effect(known: &Known, target: &Target) -> String {
    let why_out = match &target.presence {
        Presence::Gone => "gone, not part of this plan",
        Presence::Replaced => "replaced, not part of this plan",
        Presence::Changed => "changed, not part of this plan",
        _ if known.is_left_out(target) => "not part of this plan",
        Presence::Terminating(_) if !known.plan.is_force() => "already terminating",
        _ => "",
    };
    if !why_out.is_empty() {
        return why_out.to_owned();
    }
    let effects =
        target.takes.effect().into_iter().chain(target.uncopied.as_ref().map(|_| "no copy".to_owned()));
    effects.collect::<Vec<_>>().join(", ")
}

/// A second line: the server's words, or what goes with it.
fn note(target: &Target) -> Option<String> {
    if target.presence.is_lost() {
        return None;
    }
    match &target.rehearsal {
        Rehearsal::Refused { message, .. } => Some(message.clone()),
        Rehearsal::CannotBe { why: reason }
        | Rehearsal::NoAnswer { cause: reason }
        | Rehearsal::NotAsked { why: reason }
            if !matches!(target.presence, Presence::Terminating(_)) =>
        {
            Some(reason.clone())
        }
        _ => match (target.takes.note(), &target.uncopied) {
            (Some(takes), None) => Some(takes),
            (None, Some(why)) => Some(format!("no copy: {why}")),
            (Some(takes), Some(why)) => Some(format!("{takes}. No copy: {why}")),
            (None, None) => None,
        },
    }
}

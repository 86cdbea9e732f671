//! `restore`: deleted objects created again from their copies, after what will differ was said.

use std::collections::{BTreeMap, BTreeSet};

use secateur_domain::ids::{ClusterId, Uid};
use secateur_engine::{
    Backend, EngineError, HistoryQuery, Receipt, RestoreItem, RestoreState, RestoreSummary,
};
use serde_json::{Value, json};

use crate::{
    commands::{Lock, open, writable},
    follow::target_json,
    output::{self, Stopped},
};

/// What follows once everything was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// It is created.
    Create,
    /// Nothing.
    Nothing,
}

/// Restores receipts: says what will differ and what the servers say to it, and creates what can be.
pub(crate) async fn run(backend: &Backend, ids: &[String], then: Then, lock: Lock) -> Result<u8, Stopped> {
    let mut receipts = Vec::new();
    for id in ids {
        receipts.push(find(backend, id).await?);
    }
    let clusters: BTreeSet<&ClusterId> = receipts.iter().map(|receipt| &receipt.cluster.cluster).collect();
    for cluster in clusters {
        match open(backend, cluster, lock).await {
            // It may stand under another entry now: the engine finds it by its fingerprint.
            Err(_) if !is_known(backend, cluster) => open_all(backend, lock).await,
            opened => drop(opened?),
        }
    }
    let references = receipts.iter().map(|receipt| receipt.receipt.clone()).collect();
    let planned = backend.plan_restore(references).await?;
    let planned = backend.restore_ready(&planned.restore).await?;
    print(&planned)?;
    planned.notes.iter().for_each(|note| output::remark(note));
    if then == Then::Nothing {
        return end(&planned, &receipts);
    }
    for cluster in &planned.clusters {
        writable(&cluster.name, cluster.is_locked)?;
    }
    let done = backend.confirm_restore(&planned.restore).await?;
    print(&done)?;
    end(&done, &receipts)
}

/// The receipt with this id.
async fn find(backend: &Backend, id: &str) -> Result<Receipt, Stopped> {
    let none = || Stopped::Unusable(format!("no receipt has the id {id:?}; receipts prints what there is"));
    let (job, uid) = id.split_once('/').ok_or_else(none)?;
    let uid = Uid::parse(uid).map_err(EngineError::from)?;
    let query = HistoryQuery { text: uid.to_string(), job: Some(job.to_owned()), ..HistoryQuery::default() };
    let found = backend.receipts(query).await?;
    found.into_iter().find(|found| found.object.uid == uid).ok_or_else(none)
}

fn is_known(backend: &Backend, cluster: &ClusterId) -> bool {
    backend.catalogue().clusters.iter().any(|known| known.id == *cluster)
}

/// Opens whatever can be opened; what cannot be is not the one that is looked for, or the engine says so.
async fn open_all(backend: &Backend, lock: Lock) {
    for cluster in backend.catalogue().clusters {
        if let Err(error) = open(backend, &cluster.id, lock).await {
            output::remark(&format!("{}: {}", cluster.name, error.message()));
        }
    }
}

fn print(restore: &RestoreSummary) -> Result<(), Stopped> {
    output::warn(restore.items.iter().flat_map(|item| &item.warnings));
    restore.items.iter().try_for_each(|item| output::json(&item_json(item)))
}

fn item_json(item: &RestoreItem) -> Value {
    let mut line = target_json(&item.object.key());
    if let Value::Object(fields) = &mut line {
        fields.insert("state".into(), json!(word(item.state)));
        fields.insert("rehearsal".into(), json!(item.rehearsal));
        fields.insert("words".into(), json!(item.words));
        fields.insert("newUid".into(), json!(item.new_uid));
    }
    line
}

/// Prints the totals; gives the exit status. What a controller makes by itself may be left out; what was named may not.
fn end(summary: &RestoreSummary, named: &[Receipt]) -> Result<u8, Stopped> {
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    for item in &summary.items {
        *totals.entry(word(item.state)).or_default() += 1;
    }
    output::json(&json!({ "total": summary.items.len(), "totals": totals, "sentence": summary.sentence }))?;
    let is_named = |item: &RestoreItem| named.iter().any(|receipt| receipt.object.uid == item.object.uid);
    let is_lost = |item: &RestoreItem| match item.state {
        RestoreState::Restored => false,
        RestoreState::Planned => summary.is_done || item.rehearsal.is_refused(),
        RestoreState::LeftOut => is_named(item),
        RestoreState::Creating | RestoreState::Refused | RestoreState::Unknown | RestoreState::NotTried => {
            true
        }
    };
    Ok(u8::from(summary.items.iter().any(is_lost)))
}

fn word(state: RestoreState) -> &'static str {
    match state {
        RestoreState::Planned => "planned",
        RestoreState::LeftOut => "leftOut",
        RestoreState::Creating => "creating",
        RestoreState::Restored => "restored",
        RestoreState::Refused => "refused",
        RestoreState::Unknown => "unknown",
        RestoreState::NotTried => "notTried",
    }
}

//! Reading the copies of receipts into a restore: what is created, in which order, what is left out and why.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
};

use secateur_domain::{
    ids::{ClusterId, Uid},
    rehearsal::Rehearsal,
};
use secateur_store::{CopyRole, CopyRow, Journal, StoreError, Trash};
use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    Item, OpenRestore, Phase, ReceiptRef, RestoreItem, RestoreState,
    object::{self, Owner},
    order::{self, Stage},
};
use crate::{
    clock::Clock,
    event::{Event, EventSink},
    failure::EngineError,
    session::Session,
};

/// What copies are read from, and what a restore lives on.
pub(crate) struct Sources {
    pub(crate) id: String,
    pub(crate) journal: Journal,
    pub(crate) trash: Trash,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: Arc<dyn EventSink<Event>>,
    pub(crate) stop: CancellationToken,
}

/// Reads the copies of these receipts; blocks on the disk. `session_of` gives the session of a cluster by its id then
/// and by its fingerprint.
pub(crate) fn read(
    sources: Sources,
    receipts: &[ReceiptRef],
    session_of: impl Fn(&ClusterId, &str) -> Result<Arc<Session>, EngineError>,
) -> Result<OpenRestore, EngineError> {
    let storage = |error: StoreError| EngineError::Storage(Arc::new(error));
    let mut items: Vec<Item> = Vec::new();
    let mut sessions = HashMap::new();
    let mut seen: HashSet<Uid> = HashSet::new();
    for receipt in receipts {
        let target = sources.journal.target_by_uid(&receipt.job, &receipt.row.1).map_err(storage)?;
        let not_there = || EngineError::NotOpen { what: "receipt", id: receipt.job.clone() };
        let target = target.ok_or_else(not_there)?;
        let job = sources.journal.job(&receipt.job).map_err(storage)?.ok_or_else(not_there)?;
        let then =
            job.clusters.iter().find(|cluster| cluster.cluster == receipt.row.0).ok_or_else(not_there)?;
        let session = session_of(&then.cluster, &then.fingerprint.digest())?;
        let cluster = session.id().clone();
        let name = session.name().to_owned();
        sessions.insert(cluster.clone(), session);
        let mut copies = sources.trash.of_target(&receipt.job, target.ordinal).map_err(storage)?;
        if !copies.iter().any(|copy| copy.role == CopyRole::Target) && seen.insert(receipt.row.1.clone()) {
            let mut object = target.target.object.clone();
            object.cluster = cluster.clone();
            items.push(left_out(object, &name, receipt, target.ordinal, "No copy of it is in the trash."));
        }
        copies.retain(|copy| seen.insert(copy.object.uid.clone()));
        for copy in copies {
            items.push(item(&sources.trash, copy, receipt, &cluster, &name)?);
        }
    }
    arrange(&mut items);
    Ok(OpenRestore {
        id: sources.id,
        sessions,
        journal: sources.journal,
        clock: sources.clock,
        events: sources.events,
        items: Mutex::new(items),
        owners: Mutex::default(),
        phase: watch::Sender::new(Phase::Rehearsing),
        stop: sources.stop,
    })
}

fn item(
    trash: &Trash,
    copy: CopyRow,
    receipt: &ReceiptRef,
    cluster: &ClusterId,
    cluster_name: &str,
) -> Result<Item, EngineError> {
    let mut object = copy.object;
    object.cluster = cluster.clone();
    if copy.role == CopyRole::Dependant && order::is_made_by_the_cluster(&object) {
        let why = "The cluster makes it by itself.";
        return Ok(left_out(object, cluster_name, receipt, copy.ordinal, why));
    }
    if !copy.is_readable {
        let why = "Its copy cannot be read: the key that it was written with is not here.";
        return Ok(left_out(object, cluster_name, receipt, copy.ordinal, why));
    }
    let body = trash.body(copy.id).map_err(|error| EngineError::CopyUnreadable(error.to_string()))?;
    let value: Value = serde_json::from_slice(&body).map_err(|error| {
        EngineError::CopyUnreadable(format!("the copy of {} is no object: {error}", object.name))
    })?;
    Ok(Item { copy: Some(value), ..new(object, cluster_name, receipt, copy.ordinal) })
}

fn new(object: secateur_store::ObjectRecord, cluster_name: &str, receipt: &ReceiptRef, ordinal: u32) -> Item {
    Item {
        stage: Stage::of(&object),
        shown: RestoreItem {
            object,
            cluster_name: cluster_name.to_owned(),
            rehearsal: Rehearsal::Asking,
            state: RestoreState::Planned,
            words: Vec::new(),
            warnings: Vec::new(),
            new_uid: None,
        },
        job: receipt.job.clone(),
        ordinal,
        copy: None,
        is_without_addresses: false,
    }
}

fn left_out(
    object: secateur_store::ObjectRecord,
    cluster_name: &str,
    receipt: &ReceiptRef,
    ordinal: u32,
    why: &str,
) -> Item {
    let mut item = new(object, cluster_name, receipt, ordinal);
    leave_out(&mut item, why.to_owned());
    item
}

pub(super) fn leave_out(item: &mut Item, why: String) {
    item.shown.state = RestoreState::LeftOut;
    item.shown.rehearsal = Rehearsal::NotAsked { why: why.clone() };
    item.shown.words = vec![why];
}

/// Leaves out what an owner that is restored makes again, and puts the rest in the order of creation.
fn arrange(items: &mut [Item]) {
    let owners: Vec<Vec<Owner>> =
        items.iter().map(|item| item.copy.as_ref().map(object::owners).unwrap_or_default()).collect();
    let place: HashMap<String, usize> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.copy.is_some())
        .map(|(index, item)| (item.shown.object.uid.to_string(), index))
        .collect();
    let mut depths = vec![0_u16; items.len()];
    for _ in 0..order::DEEPEST {
        let mut is_changed = false;
        for (index, owners) in owners.iter().enumerate() {
            let below = owners.iter().filter_map(|owner| depths.get(*place.get(&owner.uid)?)).max();
            let depth = below.map_or(0, |depth| depth + 1).min(order::DEEPEST);
            if let Some(own) = depths.get_mut(index).filter(|own| **own < depth) {
                *own = depth;
                is_changed = true;
            }
        }
        if !is_changed {
            break;
        }
    }
    for ((item, owners), depth) in items.iter_mut().zip(&owners).zip(depths) {
        item.stage.depth = depth;
        let controller = owners.iter().find(|owner| owner.is_controller && place.contains_key(&owner.uid));
        if let Some(owner) = controller.filter(|_| item.shown.state == RestoreState::Planned) {
            leave_out(item, format!("{} {} makes it again.", owner.kind, owner.name));
        }
    }
    items.sort_by_key(|item| (item.shown.state == RestoreState::LeftOut, item.stage));
}

//! Live lists of objects. A **store** holds the rows of one kind in one place of one cluster: one task reads them, one
//! writes them and publishes snapshots. Stores are shared by the views that need them and kept for a while after
//! (`pool`). They know nothing of filters, order and marks: those are views'.

mod index;
mod pool;
mod reader;
mod reading;
mod store;
pub(crate) mod uses;
mod writer;

use std::sync::Arc;

use secateur_domain::{
    ids::{ClusterId, ResourceName},
    row::{Column, Liveness, Row, Snapshot, Table},
};

pub(crate) use self::{
    pool::{Lease, Pool},
    store::{Store, StoreKey, Surroundings},
};
use crate::failure::Failure;

/// The rows of any list at one moment.
pub(crate) type ListSnapshot = Snapshot<Arc<Failure>>;

/// A list of chosen objects, in the order given.
pub(crate) fn chosen(
    columns: Arc<[Column]>,
    rows: impl IntoIterator<Item = Arc<Row>>,
    liveness: Liveness<Arc<Failure>>,
) -> ListSnapshot {
    let table = Table { columns, rows: rows.into_iter().collect(), ..Table::default() };
    Snapshot { table, liveness, warnings: [].into() }
}

/// Which namespaces a list reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Namespaces {
    /// All of them; also for kinds that live in none.
    All,
    /// Only these.
    Only(Vec<ResourceName>),
}

/// Which objects a list holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectsRequest {
    /// The clusters.
    pub clusters: Vec<ClusterId>,
    /// The kind, as kubectl would take it.
    pub kind: String,
    /// The namespaces.
    pub namespaces: Namespaces,
}

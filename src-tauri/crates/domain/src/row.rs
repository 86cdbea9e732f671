//! Rows as the server prints them, and the snapshot of a list that views read.

use std::sync::Arc;

use crate::{
    ids::{ClusterId, Identity, ObjectKey, ResourceName, Uid},
    kind::Kind,
    outcome::Outcome,
    rehearsal::Rehearsal,
};

/// How a column is drawn and sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// The cluster.
    Cluster,
    /// The kind.
    Kind,
    /// The namespace.
    Namespace,
    /// The object's name.
    Name,
    /// A state word.
    Status,
    /// Numbers.
    Number,
    /// The time since the object was created.
    Age,
    /// The outcome of a target.
    Outcome,
    /// The rehearsal of a target.
    Rehearsal,
    /// Anything else.
    Text,
}

/// One column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Unique within the list.
    pub id: String,
    /// The server's heading.
    pub name: String,
    /// What the server says it means.
    pub description: String,
    /// How it is drawn.
    pub kind: ColumnKind,
    /// Whether kubectl prints it with `-o wide` only.
    pub is_wide: bool,
}

/// What may be done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowState {
    /// Read, has a UID.
    #[default]
    Live,
    /// A `deletionTimestamp` is set.
    Terminating,
    /// Gone since.
    Gone,
}

/// One object in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its cluster.
    pub cluster: ClusterId,
    /// Its kind.
    pub kind: Arc<Kind>,
    /// Its namespace, for kinds that have one.
    pub namespace: Option<ResourceName>,
    /// Its name; text as the server gave it, for a row without a key may have an impossible one.
    pub name: Arc<str>,
    /// Its UID; until it is known the row can be seen and not acted on.
    pub uid: Option<Uid>,
    /// One printed text for each column.
    pub cells: Box<[Box<str>]>,
    /// `creationTimestamp` in Unix seconds.
    pub created: Option<i64>,
    /// What may be done with it.
    pub state: RowState,
    /// The finalizers, which name what a terminating object waits for.
    pub finalizers: Box<[Box<str>]>,
    /// A second line.
    pub note: Option<String>,
    /// When this row last came or changed while being watched, in milliseconds of the engine's clock.
    pub changed_at: Option<u64>,
    /// The outcome, for the rows of a job.
    pub outcome: Option<Outcome>,
    /// What its rehearsal was answered, for the rows of a plan.
    pub rehearsal: Option<Box<Rehearsal>>,
}

impl Row {
    /// Cluster and UID.
    pub fn identity(&self) -> Option<Identity> {
        Some((self.cluster.clone(), self.uid.clone()?))
    }

    /// The key, if the row has all that a key needs.
    pub fn key(&self) -> Option<ObjectKey> {
        Some(ObjectKey {
            cluster: self.cluster.clone(),
            kind: Arc::clone(&self.kind),
            namespace: self.namespace.clone(),
            name: ResourceName::parse(&self.name).ok()?,
            uid: self.uid.clone()?,
        })
    }
}

/// The rows of a list at one moment, in the list's own order.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot<Problem> {
    /// The columns.
    pub columns: Arc<[Column]>,
    /// The rows.
    pub rows: Arc<[Arc<Row>]>,
    /// How complete and live they are.
    pub liveness: Liveness<Problem>,
    /// What the servers warned of when the rows were read, each text once for each cluster.
    pub warnings: Arc<[Warning]>,
}

/// A remark of a server about what it was asked, in its own words: bounded, and without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Whose.
    pub cluster: ClusterId,
    /// The text of a `Warning` header.
    pub text: String,
}

/// How complete and how live rows are.
#[derive(Debug, Clone, PartialEq)]
pub enum Liveness<Problem> {
    /// Nothing has come yet.
    Opening,
    /// Pages are being read; the server said about how many there are.
    Reading {
        /// The estimate.
        about: Option<u64>,
    },
    /// Complete, and a watch keeps it so.
    Live,
    /// Complete, and nothing changes it.
    Settled,
    /// As of a time, in Unix seconds by the server's clock.
    Stale {
        /// That time.
        as_of: i64,
        /// Why.
        problem: Problem,
    },
    /// Nothing could be read.
    Failed {
        /// Why.
        problem: Problem,
    },
}

impl<Problem> Liveness<Problem> {
    /// Whether rows may be marked and acted on: not when they are of an earlier time.
    pub fn is_actionable(&self) -> bool {
        matches!(self, Self::Live | Self::Settled | Self::Reading { .. })
    }
}

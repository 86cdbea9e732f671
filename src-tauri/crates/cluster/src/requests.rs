//! What is asked of a cluster and what comes back, as values.

use std::sync::Arc;

use secateur_domain::{
    ids::{ResourceName, Uid},
    kind::Kind,
    outcome::{DeleteAnswer, WaitsFor},
    rehearsal::Rehearsal,
    row::{Column, Row},
};

/// How much of each object a table brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Include {
    /// Cells only: rows get no UID.
    None,
    /// The metadata, so that rows can be acted on.
    Metadata,
}

/// One page of a list, or the list that a watch goes on from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRequest {
    /// The kind.
    pub kind: Arc<Kind>,
    /// One namespace; all of them when absent.
    pub namespace: Option<String>,
    /// As `-l`.
    pub label_selector: Option<String>,
    /// As `--field-selector`.
    pub field_selector: Option<String>,
    /// Rows a page.
    pub limit: Option<u32>,
    /// The version that it is to have, exactly; the present one when absent.
    pub at: Option<String>,
    /// Where the page before ended.
    pub continue_token: Option<String>,
    /// What comes along.
    pub include: Include,
}

impl ListRequest {
    /// All objects of a kind as they are now, with their metadata, in one answer.
    pub fn new(kind: Arc<Kind>) -> Self {
        Self {
            kind,
            namespace: None,
            label_selector: None,
            field_selector: None,
            limit: None,
            at: None,
            continue_token: None,
            include: Include::Metadata,
        }
    }
}

/// One page of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TablePage {
    /// The columns; all of them, wide ones included.
    pub columns: Arc<[Column]>,
    /// The rows in the server's order.
    pub rows: Vec<Row>,
    /// The list's version.
    pub resource_version: String,
    /// What to ask the next page with.
    pub continue_token: Option<String>,
    /// The server's estimate of what is left.
    pub remaining: Option<u64>,
    /// The `Warning` headers' texts.
    pub warnings: Vec<String>,
}

/// A change of a watched table.
#[derive(Debug, Clone, PartialEq)]
pub enum TableEvent {
    /// Came or changed.
    Upserted {
        /// The row.
        row: Row,
        /// What to watch from after this.
        resource_version: String,
    },
    /// Went, as it was last.
    Removed {
        /// The row.
        row: Row,
        /// What to watch from after this.
        resource_version: String,
    },
    /// Nothing changed up to here.
    Bookmark {
        /// What to watch from after this.
        resource_version: String,
    },
}

/// Objects to follow by their metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchRequest {
    /// The kind.
    pub kind: Arc<Kind>,
    /// One namespace; all of them when absent.
    pub namespace: Option<String>,
    /// One name; all of them when absent.
    pub name: Option<String>,
    /// Where to start; with the present state when absent.
    pub resource_version: Option<String>,
}

/// A change of a watched object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectEvent {
    /// Is there.
    Present {
        /// Its namespace.
        namespace: Option<ResourceName>,
        /// Its name.
        name: ResourceName,
        /// Its UID.
        uid: Uid,
        /// Set when it has a `deletionTimestamp`.
        terminating: Option<WaitsFor>,
        /// What to watch from after this.
        resource_version: String,
    },
    /// Is gone.
    Removed {
        /// Its namespace.
        namespace: Option<ResourceName>,
        /// Its name.
        name: ResourceName,
        /// Its UID.
        uid: Uid,
        /// What to watch from after this.
        resource_version: String,
    },
    /// Nothing changed up to here.
    Bookmark {
        /// What to watch from after this.
        resource_version: String,
    },
}

/// Whether a request that writes is only a rehearsal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DryRun {
    /// It is for real.
    No,
    /// The server does everything but keep the result.
    All,
}

/// What a rehearsed DELETE came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsed {
    /// The answer.
    pub rehearsal: Rehearsal,
    /// The `Warning` headers' texts.
    pub warnings: Vec<String>,
}

impl From<Rehearsal> for Rehearsed {
    /// Where the server said nothing beside it.
    fn from(rehearsal: Rehearsal) -> Self {
        Self { rehearsal, warnings: Vec::new() }
    }
}

/// What became of one DELETE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// The answer.
    pub answer: DeleteAnswer,
    /// `Audit-Id`, the server's own name for this request.
    pub audit_id: Option<String>,
    /// The HTTP status, where one came.
    pub status: Option<u16>,
    /// The `Warning` headers' texts.
    pub warnings: Vec<String>,
}

//! A live list of objects: one reader for each (cluster, namespace), one writer that holds the rows and publishes
//! snapshots of them. It knows nothing of filters, order and marks: those are views'.

mod reader;
mod writer;

use std::sync::Arc;

use secateur_domain::{
    ids::{ClusterId, ResourceName},
    kind::Kind,
    row::{Column, ColumnKind, Row, Snapshot, Warning},
};
use tokio::sync::{mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{clock::Clock, failure::Failure, session::Session};

/// The rows of any list at one moment.
pub(crate) type ListSnapshot = Snapshot<Arc<Failure>>;

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

/// An open list. Its tasks end with `stop`.
pub(crate) struct ObjectList {
    pub(crate) snapshots: watch::Receiver<Arc<ListSnapshot>>,
    refresh: watch::Sender<u64>,
    stop: CancellationToken,
}

impl ObjectList {
    /// Reads the kind in each cluster; the first snapshot says "opening".
    pub(crate) fn open(
        sources: Vec<(Arc<Session>, Arc<Kind>)>,
        namespaces: &Namespaces,
        clock: Arc<dyn Clock>,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        // Pages are up to 500 rows; the bound keeps a fast server from filling memory ahead of the writer.
        let (messages, inbox) = mpsc::channel(64);
        let (refresh, refreshed) = watch::channel(0);
        let leading = Leading {
            with_cluster: sources.len() > 1,
            with_namespace: !matches!(namespaces, Namespaces::Only(only) if only.len() == 1),
        };
        let places: Vec<Option<String>> = match namespaces {
            Namespaces::All => vec![None],
            Namespaces::Only(only) => only.iter().map(|namespace| Some(namespace.to_string())).collect(),
        };
        let mut readers = 0;
        for (session, kind) in sources {
            for namespace in &places {
                let reader = reader::Reader {
                    index: readers,
                    session: Arc::clone(&session),
                    kind: Arc::clone(&kind),
                    namespace: namespace.clone(),
                    leading,
                    messages: messages.clone(),
                    refreshed: refreshed.clone(),
                };
                readers += 1;
                tasks.spawn(stop.clone().run_until_cancelled_owned(reader.run()));
            }
        }
        let (publish, snapshots) = watch::channel(Arc::new(writer::opening()));
        let writer = writer::Writer::new(readers, clock, publish);
        tasks.spawn(stop.clone().run_until_cancelled_owned(writer.run(inbox)));
        Self { snapshots, refresh, stop }
    }

    /// Reads the list again, without an empty moment.
    pub(crate) fn refresh(&self) {
        self.refresh.send_modify(|count| *count += 1);
    }
}

impl Drop for ObjectList {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The columns that stand before the server's own.
#[derive(Debug, Clone, Copy)]
struct Leading {
    with_cluster: bool,
    with_namespace: bool,
}

impl Leading {
    fn columns(self, kind: &Kind, columns: &[Column]) -> Arc<[Column]> {
        let own = |id: &str, kind| Column {
            id: format!("secateur/{id}"),
            name: id.to_owned(),
            description: String::new(),
            kind,
            is_wide: false,
        };
        let mut all = Vec::with_capacity(columns.len() + 2);
        if self.with_cluster {
            all.push(own("Cluster", ColumnKind::Cluster));
        }
        if self.has_namespace(kind) {
            all.push(own("Namespace", ColumnKind::Namespace));
        }
        all.extend_from_slice(columns);
        all.into()
    }

    fn row(self, cluster_name: &str, mut row: Row) -> Row {
        let mut cells = Vec::with_capacity(row.cells.len() + 2);
        if self.with_cluster {
            cells.push(cluster_name.into());
        }
        if self.has_namespace(&row.kind) {
            cells.push(row.namespace.as_ref().map_or("", ResourceName::as_str).into());
        }
        cells.extend(std::mem::take(&mut row.cells));
        row.cells = cells.into();
        row
    }

    fn has_namespace(self, kind: &Kind) -> bool {
        self.with_namespace && kind.scope == secateur_domain::kind::Scope::Namespaced
    }
}

/// What readers tell the writer. `reader` is the reader's index.
enum Message {
    /// A list begins: rows of an earlier one that it does not have again will go when it is complete.
    Began { reader: usize },
    /// A page of it.
    Page {
        reader: usize,
        columns: Arc<[Column]>,
        rows: Vec<Row>,
        remaining: Option<u64>,
        warnings: Vec<Warning>,
    },
    /// It is complete, and a watch is about to keep it so.
    Completed { reader: usize },
    /// A row came or changed.
    Upserted { reader: usize, row: Row },
    /// A row went.
    Removed { reader: usize, row: Row },
    /// Rows are no longer kept up to date.
    Troubled { reader: usize, failure: Arc<Failure>, as_of: i64 },
}

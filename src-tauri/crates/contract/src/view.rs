//! Views: one windowed list for objects, a plan's targets, a job's outcomes and the marked objects.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ApiError, HistoryQuery, KindRef, Outcome, RehearsalState};

/// Which namespaces a list reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "scope", content = "names")]
#[ts(export)]
pub enum NamespaceScope {
    /// All of them; also for kinds that live in none.
    All,
    /// Only these.
    Only(Vec<String>),
}

/// What a view shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "source")]
#[ts(export)]
pub enum ViewSource {
    /// Live objects of one kind.
    Objects {
        /// The clusters, in the order of the column.
        clusters: Vec<String>,
        /// The kind.
        kind: KindRef,
        /// The namespaces.
        namespaces: NamespaceScope,
    },
    /// The targets of a plan.
    Plan {
        /// The plan.
        plan: String,
    },
    /// The targets of a job with their outcomes.
    Job {
        /// The job.
        job: String,
    },
    /// The receipts of a job in the journal that match.
    Receipts {
        /// The job.
        job: String,
        /// Which of them.
        #[serde(default)]
        query: HistoryQuery,
    },
    /// The marked objects: the tray.
    Marked {
        /// The view of the list on screen: rows that are not in it say why, and come first.
        #[serde(default)]
        #[ts(optional)]
        beside: Option<String>,
    },
}

/// Sort direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// What a view is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SortBy {
    /// A column's id.
    pub column: String,
    /// Which way.
    pub direction: Direction,
}

/// Filter and order of a view.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct ViewQuery {
    /// Text that a row must contain, in any printed cell, in any case; words are all required, and `~word` is looked
    /// for loosely: its letters in their order.
    pub text: String,
    /// What else a row must be, each as it is typed: `label=app=web,tier!=db`, `field:status.phase=Failed`, `ns:a,b`,
    /// `status:Running,Completed` and any other column in this way, `restarts:>5`, `older:7d`, `younger:1h`,
    /// `terminating:10m`, `unused:`. One that means nothing is refused, with the reason, and what was shown stays.
    pub filters: Vec<String>,
    /// The order; the server's own (namespace, name) when absent.
    pub sort: Option<SortBy>,
    /// Whether the columns of `kubectl -o wide` are printed too.
    pub is_wide: bool,
    /// Which columns are printed where that is not as the server has it.
    pub columns: ColumnChoice,
    /// Only rows with one of these outcomes; all where there is none.
    pub outcomes: Vec<Outcome>,
}

/// The columns that a person chose, by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct ColumnChoice {
    /// Wide ones that are printed all the same.
    pub shown: Vec<String>,
    /// Those that are not printed; a name always is.
    pub hidden: Vec<String>,
    /// Labels that are printed as columns of their own, behind the server's; their ids are `label:KEY`.
    pub labels: Vec<String>,
}

/// Asks for a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ViewOpen {
    /// What it shows.
    pub source: ViewSource,
    /// How.
    #[serde(default)]
    pub query: ViewQuery,
    /// At most how many of its first rows come with the answer.
    pub count: u32,
}

/// An open view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ViewOpened {
    /// Its id, for every later request.
    pub view: String,
    /// Its first rows, where they are known already.
    pub window: ViewWindow,
}

/// How a column is drawn and sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ColumnKind {
    /// The cluster, drawn with its tier.
    Cluster,
    /// The namespace.
    Namespace,
    /// The object's name: the widest column, cut last.
    Name,
    /// A state word, drawn with its glyph.
    Status,
    /// Numbers, right-aligned.
    Number,
    /// An age, right-aligned.
    Age,
    /// Anything else.
    Text,
    /// The outcome of a target, drawn with its glyph.
    Outcome,
    /// The rehearsal of a target, drawn with its glyph.
    Rehearsal,
    /// The kind's name.
    Kind,
}

/// One column of a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Column {
    /// Stable within the view's kind; used to sort.
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

/// Names a row within a view: identity is (cluster, UID).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RowId {
    /// The cluster.
    pub cluster: String,
    /// The object's UID.
    pub uid: String,
}

/// What may be done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RowState {
    /// Read, live, has a UID.
    Live,
    /// A `deletionTimestamp` is set.
    Terminating,
    /// Its UID is still being read: it can be seen, and acted on in a moment.
    Awaited,
    /// No UID: can be seen and not acted on.
    Incomplete,
    /// Shown as of an earlier time; cannot be acted on.
    Stale,
    /// Gone since; kept where a person's pointer or mark is.
    Gone,
}

/// One row of a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WindowRow {
    /// Cluster and UID; absent for an incomplete row.
    pub id: Option<RowId>,
    /// The object's kind, `ConfigMap`.
    pub kind: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// One text for each of the window's columns.
    pub cells: Vec<String>,
    /// What may be done with it.
    pub state: RowState,
    /// Whether it is marked.
    pub is_marked: bool,
    /// Whether it came or changed within the last 1.2 s.
    pub is_fresh: bool,
    /// What became of it, for a job's targets and receipts.
    pub outcome: Option<Outcome>,
    /// What its rehearsal was answered, for a plan's targets.
    pub rehearsal: Option<RehearsalState>,
    /// A second line: the server's words, what is waited for, why a mark is not in the list; of a terminating object
    /// whose grace is over, for how long.
    pub note: Option<String>,
}

/// How complete and how live a view's rows are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "phase")]
#[ts(export)]
pub enum Liveness {
    /// The first page is awaited.
    Opening,
    /// Pages are still being read.
    Reading {
        /// Rows read so far.
        read: u32,
        /// Rows there may be in all, where the server said so.
        about: Option<u32>,
    },
    /// All rows are here and a watch keeps them so.
    Live,
    /// All rows are here, and nothing keeps them so: a plan's targets, or a finished job.
    Settled,
    /// Rows are as of this time, and why; reading goes on when it can.
    Stale {
        /// Unix seconds by the server's clock.
        as_of: f64,
        /// Why.
        error: ApiError,
        /// Whether it was never read to its end, so that there are more.
        is_partial: bool,
    },
    /// Nothing could be read, and why. Not an empty list.
    Failed {
        /// Why.
        error: ApiError,
    },
}

/// A tiny message that says that a view changed; the page then pulls the window it shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ViewHint {
    /// The view.
    pub view: String,
    /// Grows with every change of what the totals say, or of a row that was pulled last.
    pub version: u32,
    /// Rows that match.
    pub total: u32,
    /// Rows in all, without the filter.
    pub unfiltered: u32,
    /// How many of the matching rows are marked.
    pub marked: u32,
    /// How many of the matching rows can be marked.
    pub markable: u32,
    /// How many of the matching rows cannot be marked yet, because their UIDs are still being read.
    pub awaited: u32,
    /// Completeness.
    pub liveness: Liveness,
}

/// The rows from `start` of one version of a view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ViewWindow {
    /// The view's totals at the moment of these rows.
    pub hint: ViewHint,
    /// The columns that are printed, the same for every row.
    pub columns: Vec<Column>,
    /// Those that are not: wide ones, and those that the person hid.
    pub hidden_columns: Vec<Column>,
    /// The index of the first row.
    pub start: u32,
    /// The rows, at most as many as were asked for.
    pub rows: Vec<WindowRow>,
    /// Seconds until the first of these rows' ages reads differently.
    pub ages_change_in: Option<f64>,
    /// What the servers warned of when the list was read: a few, each text once for each cluster.
    pub warnings: Vec<Warning>,
    /// How it stands with each cluster of a list of objects, in the order in which they were asked for.
    pub parts: Vec<ViewPart>,
}

/// The part of one cluster in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ViewPart {
    /// The cluster.
    pub cluster: String,
    /// Its rows, without the filter.
    pub rows: u32,
    /// How complete and live they are.
    pub liveness: Liveness,
    /// With what caution a filter of its rows is to be taken: what was looked at for it, and what cannot be known.
    pub remark: Option<String>,
}

/// A remark of a server about what it was asked, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Warning {
    /// The cluster.
    pub cluster: String,
    /// Its words.
    pub text: String,
}

/// A change of the marked objects, made on a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "change")]
#[ts(export)]
pub enum SelectionChange {
    /// Mark these rows of the view.
    Mark {
        /// Rows of the view.
        rows: Vec<RowId>,
    },
    /// Take the mark off these objects, in the view or not.
    Unmark {
        /// Marked objects.
        rows: Vec<RowId>,
    },
    /// Mark from one row of the view to another, both included, in the view's present order.
    MarkRange {
        /// The end where it began.
        from: RowId,
        /// The end where it was let go.
        to: RowId,
    },
    /// Mark all rows that match the view's filter.
    MarkAll,
    /// Take the mark off all rows that match the view's filter.
    UnmarkAll,
    /// Take every mark off, in every cluster.
    Clear,
    /// Take the last `Clear` back; possible for 10 s.
    UndoClear,
}

/// The marked objects in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SelectionSummary {
    /// How many in all.
    pub total: u32,
    /// How many of each kind, largest first.
    pub kinds: Vec<KindCount>,
    /// How many in each cluster.
    pub clusters: Vec<ClusterCount>,
}

/// So many objects of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct KindCount {
    /// `ConfigMap`.
    pub kind: String,
    /// How many.
    pub count: u32,
}

/// So many objects in a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ClusterCount {
    /// The cluster's id.
    pub cluster: String,
    /// How many.
    pub count: u32,
}

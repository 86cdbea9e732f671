//! Receipts, the trash and restoring.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Outcome, RehearsalState, RowId, Tier};

/// Which receipts are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct HistoryQuery {
    /// Part of a name, UID, kind, namespace, cluster or Audit-Id, in any case.
    pub text: String,
    /// Only these outcomes; all where there is none.
    pub outcomes: Vec<Outcome>,
    /// Only this cluster, by the name it had.
    pub cluster: Option<String>,
    /// Jobs to leave out before the first.
    pub start: u32,
    /// Jobs at most; 100 where it is 0.
    pub count: u32,
}

/// One deletion, which can be unfolded into its receipts by a view over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryJob {
    /// Its id.
    pub job: String,
    /// "Today", "Yesterday", "Friday, 20 November 2026".
    pub day: String,
    /// "14:03".
    pub time: String,
    /// "9 objects in 2 clusters".
    pub subject: String,
    /// "5 gone, 3 recreated, 1 terminating. Took 1 min 34 s."
    pub outcome: String,
    /// Its clusters' names and tiers, in the order of execution.
    pub clusters: Vec<HistoryCluster>,
    /// Receipts in all.
    pub total: u32,
    /// Those that match the query.
    pub matching: u32,
    /// Whether Secateur ended while it ran.
    pub is_interrupted: bool,
    /// Whether it is still running.
    pub is_running: bool,
}

/// A cluster as a receipt knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryCluster {
    /// Its id then.
    pub cluster: String,
    /// Its name then.
    pub name: String,
    /// Its tier then.
    pub tier: Tier,
    /// Whether it is a practice cluster.
    pub is_practice: bool,
}

/// A page of the history, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct History {
    /// The jobs.
    pub jobs: Vec<HistoryJob>,
    /// Jobs that match in all.
    pub total: u32,
    /// Receipts kept in all.
    pub receipts: u32,
    /// Names of all clusters that occur.
    pub clusters: Vec<String>,
    /// How long receipts are kept, in days.
    pub receipt_days: u32,
    /// The trash.
    pub trash: TrashSummary,
    /// What is wrong with the journal, if anything: a damaged file was set aside.
    pub problem: Option<String>,
}

/// The trash in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TrashSummary {
    /// Copies.
    pub copies: u32,
    /// Their size on disk.
    pub bytes: f64,
    /// Copies whose key is no longer there.
    pub unreadable: u32,
    /// Whether copies taken now can be read after quitting.
    pub is_lasting: bool,
    /// Why not, a sentence.
    pub problem: Option<String>,
    /// How long they are kept, in days.
    pub days: u32,
}

/// Names a receipt: a target of a job.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReceiptRef {
    /// The job.
    pub job: String,
    /// The target.
    pub row: RowId,
}

/// One step of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Happened {
    /// "14:04:42.118", by the local clock.
    pub at: String,
    /// "DELETE sent".
    pub text: String,
}

/// Whether a deleted object can be created again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum CopyState {
    /// Its copy is in the trash.
    Kept,
    /// Its copy is there and the key is not.
    Unreadable,
    /// Its copy was thrown away: too old, too many, or by hand.
    Thrown,
    /// None was taken, as the plan said.
    None,
}

/// The record of one target's deletion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Receipt {
    /// Which.
    pub receipt: ReceiptRef,
    /// `Deployment`.
    pub kind: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// "confirmed at 14:04:43".
    pub words: String,
    /// Where.
    pub cluster: HistoryCluster,
    /// Who.
    pub by: Option<String>,
    /// Host and port of the server.
    pub server: String,
    /// "CA 4f9a…e0c1, kube-system 0d7c…".
    pub fingerprint: String,
    /// The UID that was deleted.
    pub uid: String,
    /// "Background, grace as the object says".
    pub options: String,
    /// "typing payments-prod-eu".
    pub agreed: String,
    /// Step by step.
    pub happened: Vec<Happened>,
    /// The server's id for the DELETE.
    pub audit_id: Option<String>,
    /// Whether it can be created again.
    pub copy: CopyState,
    /// A sentence about that: what comes with it, what does not.
    pub copy_words: String,
    /// Copies that would be restored, what went with it included.
    pub copies: u32,
}

/// The forms in which receipts can be taken along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ReceiptsForm {
    /// One object a receipt.
    Json,
    /// One line a receipt.
    Csv,
}

/// What becomes, or became, of one object that is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RestoreState {
    /// Will be created.
    Planned,
    /// Is left out, for the reason that is said.
    LeftOut,
    /// Is being created.
    Creating,
    /// Was created, with a new UID.
    Restored,
    /// The server refused.
    Refused,
    /// No answer; it was looked for and is not known to be there.
    Unknown,
    /// Not tried, since something that it needs could not be restored, or it was stopped.
    NotTried,
}

/// One object that is restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RestoreItem {
    /// `ConfigMap`.
    pub kind: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Its cluster's name.
    pub cluster: String,
    /// What the server said to creating it as a dry run.
    pub rehearsal: RehearsalState,
    /// Where it is.
    pub state: RestoreState,
    /// What will differ, or why not, or the server's words.
    pub words: Vec<String>,
}

/// A restore: first what will differ, then what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RestoreSummary {
    /// Its id.
    pub restore: String,
    /// "Restore Deployment checkout-api-canary?"
    pub title: String,
    /// The clusters that are written to.
    pub clusters: Vec<HistoryCluster>,
    /// Those of them that are read-only now, by id.
    pub locked: Vec<String>,
    /// In the order of creation.
    pub items: Vec<RestoreItem>,
    /// What holds for all: "They get new UIDs."
    pub notes: Vec<String>,
    /// Whether every rehearsal was answered.
    pub is_ready: bool,
    /// Whether it was carried out.
    pub is_done: bool,
    /// "Restored as ConfigMap a in ns, garden, with a new UID."; empty before.
    pub sentence: String,
}

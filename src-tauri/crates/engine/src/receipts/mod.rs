//! Receipts and the history, as a person reads them.

mod words;

use secateur_domain::{ids::ClusterId, outcome::Outcome, rehearsal::Rehearsal, tier::Tier};
use secateur_store::{ObjectRecord, OutcomeCount};

pub(crate) use self::words::{history_job, receipt};
use crate::restore::ReceiptRef;

/// A cluster as a receipt knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryCluster {
    /// Its id then.
    pub cluster: ClusterId,
    /// Its name then.
    pub name: String,
    /// Its tier then.
    pub tier: Tier,
    /// Whether it is a practice cluster.
    pub is_practice: bool,
}

/// One deletion of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryJob {
    /// Its id.
    pub job: String,
    /// "Today", "Yesterday", "Friday, 20 November 2026".
    pub day: String,
    /// "14:03".
    pub time: String,
    /// "9 objects in 2 clusters".
    pub subject: String,
    /// "5 gone, 3 recreated. Took 1 min 34 s."
    pub outcome: String,
    /// Its clusters, in the order of execution.
    pub clusters: Vec<HistoryCluster>,
    /// Receipts in all.
    pub total: u32,
    /// Those that match.
    pub matching: u32,
    /// Whether Secateur ended while it ran.
    pub is_interrupted: bool,
    /// Whether it is running.
    pub is_running: bool,
    /// When it was confirmed, in Unix milliseconds.
    pub created: i64,
    /// When it came to its end.
    pub finished: Option<i64>,
    /// Its targets by outcome, those that occur.
    pub outcomes: Vec<OutcomeCount>,
}

/// A page of the history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The jobs, newest first.
    pub jobs: Vec<HistoryJob>,
    /// Jobs that match in all.
    pub total: u32,
    /// Receipts kept in all.
    pub receipts: u64,
    /// Names of the clusters that occur.
    pub clusters: Vec<String>,
    /// How long receipts are kept, in days.
    pub receipt_days: u32,
    /// The trash.
    pub trash: TrashSummary,
    /// What is wrong with the journal.
    pub problem: Option<String>,
}

/// The trash in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrashSummary {
    /// Copies.
    pub copies: u32,
    /// Their size.
    pub bytes: u64,
    /// Copies whose key is not here.
    pub unreadable: u32,
    /// Whether copies taken now can be read after quitting.
    pub is_lasting: bool,
    /// Why not.
    pub problem: Option<String>,
    /// How long they are kept, in days.
    pub days: u32,
}

/// Whether a deleted object can be created again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyState {
    /// Its copy is in the trash.
    Kept,
    /// It is there, and its key is not.
    Unreadable,
    /// It was thrown away.
    Thrown,
    /// None was taken.
    None,
}

impl CopyState {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Unreadable => "unreadable",
            Self::Thrown => "thrown",
            Self::None => "none",
        }
    }
}

/// One step of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// "14:04:42.118".
    pub at: String,
    /// The same in Unix milliseconds.
    pub ms: i64,
    /// What.
    pub text: String,
}

/// The record of one target's deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Which.
    pub receipt: ReceiptRef,
    /// What was deleted.
    pub object: ObjectRecord,
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
    /// The fingerprint, shortened.
    pub fingerprint: String,
    /// Its digest.
    pub fingerprint_digest: String,
    /// "Background, grace as the object says".
    pub options: String,
    /// "typing payments-prod-eu".
    pub agreed: String,
    /// Step by step.
    pub happened: Vec<Happened>,
    /// What the rehearsal was answered.
    pub rehearsal: Rehearsal,
    /// The HTTP status of the answer to the DELETE.
    pub status: Option<u16>,
    /// The server's id for the DELETE.
    pub audit_id: Option<String>,
    /// Whether it can be created again.
    pub copy: CopyState,
    /// A sentence about that.
    pub copy_words: String,
    /// Copies that would be restored.
    pub copies: usize,
}

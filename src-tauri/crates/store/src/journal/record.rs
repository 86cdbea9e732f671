//! What the journal is given, and what it gives back.

use secateur_domain::{
    fingerprint::Fingerprint,
    ids::{ClusterId, ResourceName},
    outcome::Outcome,
    plan::{Agreed, DeleteOptions},
    rehearsal::Rehearsal,
    tier::Tier,
};
use serde::{Deserialize, Serialize};

use crate::ObjectRecord;

/// The intent: everything a job will send, written before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRecord {
    /// The job's id.
    pub job: String,
    /// The digest of the plan that was confirmed.
    pub digest: String,
    /// How the targets are deleted.
    pub options: DeleteOptions,
    /// How the person agreed.
    pub agreed: Agreed,
    /// When it was confirmed, in Unix milliseconds.
    pub created: i64,
    /// The clusters of its targets, as they were then, in the order of execution.
    pub clusters: Vec<JobCluster>,
    /// The targets; a target's place here is its ordinal from now on.
    pub targets: Vec<TargetRecord>,
}

/// A cluster of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCluster {
    /// Its id.
    pub cluster: ClusterId,
    /// Its display name when the job was confirmed.
    pub name: String,
    /// What it was; on resume it must still be this.
    pub fingerprint: Fingerprint,
    /// Its tier then.
    pub tier: Tier,
    /// Who was signed in, where the server said.
    pub user: Option<String>,
    /// The server's URL.
    pub server: String,
}

/// One target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetRecord {
    /// Which object.
    pub object: ObjectRecord,
    /// The version that it must still have, where only unchanged ones may go.
    pub resource_version: Option<String>,
    /// What the server said to the rehearsal.
    pub rehearsal: Rehearsal,
    /// When it said so, in Unix milliseconds.
    pub rehearsed_at: Option<i64>,
    /// Whether a copy was to be kept.
    pub copy: CopyPlanned,
    /// How many objects were found to go with it.
    pub dependants: u32,
    /// Those of them that are copied with it.
    pub copied_with: Vec<ObjectRecord>,
    /// Targets of a lower level are sent first: an owner's is below those of what it owns.
    pub level: u32,
}

/// Whether a copy of a target is kept before its DELETE is sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "copy")]
pub enum CopyPlanned {
    /// It is.
    #[default]
    Kept,
    /// The person may not read the object.
    NotAllowed {
        /// The server's sentence.
        why: String,
    },
    /// It is not, for another reason.
    NotKept {
        /// Which.
        why: String,
    },
}

/// What became of a target at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeRecord {
    /// The target's place in its job.
    pub ordinal: u32,
    /// The outcome.
    pub outcome: Outcome,
    /// The server's id for the request that led to it, where it gave one.
    pub audit_id: Option<String>,
    /// The HTTP status of the reply that led to it, where there was one.
    pub status: Option<u16>,
    /// What else is worth knowing: a warning of the server, "Restored with a new UID …".
    pub note: Option<String>,
    /// When, in Unix milliseconds.
    pub at: i64,
}

impl OutcomeRecord {
    /// An outcome of which nothing else is known.
    pub fn new(ordinal: u32, outcome: Outcome, at: i64) -> Self {
        Self { ordinal, outcome, audit_id: None, status: None, note: None, at }
    }
}

/// A job as it was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// The job's id.
    pub job: String,
    /// The digest of its plan.
    pub digest: String,
    /// How its targets are deleted.
    pub options: DeleteOptions,
    /// How the person agreed; `None` for a job of a Secateur that did not write that down.
    pub agreed: Option<Agreed>,
    /// When it was confirmed, in Unix milliseconds.
    pub created: i64,
    /// When it came to its end; `None` for one that was interrupted or is under way.
    pub finished: Option<i64>,
    /// Its clusters, in the order of execution.
    pub clusters: Vec<JobCluster>,
    /// Its targets by latest outcome, only those that occur.
    pub outcomes: Vec<OutcomeCount>,
    /// How many of its targets match what was searched for; all of them where nothing was.
    pub matching: u32,
}

impl JobRow {
    /// Targets in all.
    pub fn total(&self) -> u32 {
        self.outcomes.iter().map(|counted| counted.count).sum()
    }
}

/// So many targets have this latest outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeCount {
    /// [`Outcome::word`]: `gone`, `recreated`, `alreadyGone`.
    pub outcome: String,
    /// How many.
    pub count: u32,
}

/// A target with its latest outcome: a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetRow {
    /// The target's place in its job.
    pub ordinal: u32,
    /// What was to be deleted.
    pub target: TargetRecord,
    /// Its latest outcome, `Waiting` until one was recorded; with the last audit id, status and note that came with
    /// any outcome.
    pub latest: OutcomeRecord,
}

/// What a search over the journal asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryQuery {
    /// Words that must all occur in a target's name, UID, kind, namespace, cluster name or audit id, in any case.
    pub text: String,
    /// Only targets with one of these outcomes, by [`Outcome::word`]; all where there is none.
    pub outcomes: Vec<String>,
    /// Only targets of this job.
    pub job: Option<String>,
    /// Only targets in a cluster that had this name.
    pub cluster: Option<String>,
    /// At most so many results; all where there is none.
    pub limit: Option<u32>,
    /// So many results are left out first.
    pub offset: u32,
}

/// What a job was about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobSubject {
    /// The kinds of its targets, most first, and how many of each.
    pub kinds: Vec<(String, u32)>,
    /// The name of its one target.
    pub only: Option<ResourceName>,
}

/// How much a search finds, without its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HistoryCount {
    /// Jobs with a matching target.
    pub jobs: u32,
    /// Matching targets.
    pub receipts: u64,
}

//! What the journal is given, and what it gives back.

use secateur_domain::{
    fingerprint::Fingerprint,
    ids::{ClusterId, ResourceName, Uid},
    outcome::Outcome,
    plan::DeleteOptions,
};

/// The intent: everything a job will send, written before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRecord {
    /// The job's id.
    pub job: String,
    /// The digest of the plan that was confirmed.
    pub digest: String,
    /// How the targets are deleted.
    pub options: DeleteOptions,
    /// When it was confirmed, in Unix milliseconds.
    pub created: i64,
    /// The clusters of its targets, as they were then.
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
}

/// One target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetRecord {
    /// Its cluster.
    pub cluster: ClusterId,
    /// The API group; empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// `configmaps`.
    pub plural: String,
    /// `ConfigMap`.
    pub kind: String,
    /// Its namespace.
    pub namespace: Option<ResourceName>,
    /// Its name.
    pub name: ResourceName,
    /// Its UID.
    pub uid: Uid,
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
    /// When, in Unix milliseconds.
    pub at: i64,
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
    /// When it was confirmed, in Unix milliseconds.
    pub created: i64,
    /// When it came to its end; `None` for one that was interrupted or is under way.
    pub finished: Option<i64>,
    /// Its clusters.
    pub clusters: Vec<JobCluster>,
    /// Its targets by latest outcome, only those that occur.
    pub outcomes: Vec<OutcomeCount>,
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
    /// The outcome's name: `gone`, `alreadyGone`, the tag under which [`Outcome`] is stored.
    pub outcome: String,
    /// How many.
    pub count: u32,
}

/// A target with its latest outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetRow {
    /// What was to be deleted.
    pub target: TargetRecord,
    /// Its latest outcome; `Waiting` until one was recorded.
    pub latest: OutcomeRecord,
}

//! Plans, proofs, jobs and outcomes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{KindCount, RowId, Tier};

/// What becomes of an object's dependants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Propagation {
    /// The object first, its dependants after.
    #[default]
    Background,
    /// The dependants first, the object waits for them.
    Foreground,
    /// The dependants stay.
    Orphan,
}

/// How the targets are deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct DeleteOptions {
    /// Dependants.
    pub propagation: Propagation,
    /// Seconds; what each object says when absent.
    pub grace_period_seconds: Option<u32>,
}

/// What a plan is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "of")]
#[ts(export)]
pub enum PlanOf {
    /// All marked objects.
    Marked,
    /// One row of a view.
    Row {
        /// The view.
        view: String,
        /// The row, as it was under the pointer.
        row: RowId,
    },
}

/// Asks for a plan. It sends nothing that changes anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlanCreate {
    /// The targets.
    pub of: PlanOf,
    /// The options.
    #[serde(default)]
    pub options: DeleteOptions,
}

/// How much could be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RiskLevel {
    /// One click.
    Low,
    /// Hold.
    Medium,
    /// The typed name.
    High,
}

/// What the person has to do to agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "proof")]
#[ts(export)]
pub enum ProofAsked {
    /// A click on Delete.
    Click,
    /// The word, typed exactly.
    Typed {
        /// The word.
        word: String,
    },
}

/// One target of a plan, frozen at the click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlanTarget {
    /// Its cluster's id.
    pub cluster: String,
    /// `ConfigMap`.
    pub kind: String,
    /// `configmaps`, `deployments.apps`.
    pub resource: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Its UID.
    pub uid: String,
    /// What the plan knows of it now.
    pub presence: TargetPresence,
}

/// Whether a planned object is still what was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum TargetPresence {
    /// It is there, with this UID.
    Present,
    /// It is there and already terminating.
    Terminating,
    /// It is gone.
    Gone,
    /// It is gone, and a namesake with another UID lives.
    Replaced,
}

/// One cluster's part of a plan: a band of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlanCluster {
    /// Its id.
    pub cluster: String,
    /// Its name when the plan was made.
    pub name: String,
    /// Its tier.
    pub tier: Tier,
    /// Host and port of the server.
    pub server: String,
    /// The namespaces concerned, sorted; empty for kinds that live in none.
    pub namespaces: Vec<String>,
    /// Targets in it.
    pub count: u32,
}

/// What a finding is about; its weight orders the findings of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum FindingKind {
    /// Data would be destroyed.
    Data,
    /// The server would refuse.
    Refused,
    /// A target changed since the plan was made.
    Changed,
    /// Something brings a target back.
    ComesBack,
    /// A target would hang.
    Hangs,
    /// Something refers to a target.
    Refers,
    /// What goes with a target.
    Dependants,
    /// Whether a copy is kept.
    Copy,
    /// What the server said to the rehearsal.
    Rehearsal,
}

/// One thing the sheet says before the click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Finding {
    /// About what.
    pub kind: FindingKind,
    /// A sentence, 13/600.
    pub title: String,
    /// The explanation under it.
    pub detail: String,
}

/// A plan as the sheet shows it. Long lists of targets are read with a view over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlanSummary {
    /// Its id.
    pub plan: String,
    /// A digest over fingerprints, options and UIDs, given back with the confirmation.
    pub digest: String,
    /// Bands in the order of execution.
    pub clusters: Vec<PlanCluster>,
    /// Targets in all.
    pub total: u32,
    /// Targets that can still be deleted.
    pub remaining: u32,
    /// Of which kinds.
    pub kinds: Vec<KindCount>,
    /// The one target of a plan for one.
    pub only: Option<PlanTarget>,
    /// The options.
    pub options: DeleteOptions,
    /// How much could be lost.
    pub risk: RiskLevel,
    /// Why.
    pub reasons: Vec<String>,
    /// What the person has to do.
    pub proof: ProofAsked,
    /// What was found, heaviest first.
    pub findings: Vec<Finding>,
    /// The command that kubectl would take, one a line.
    pub as_kubectl: String,
}

/// The confirmation: a plan and a proof, never names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlanConfirm {
    /// The plan.
    pub plan: String,
    /// The digest of what was shown.
    pub digest: String,
    /// The typed word, where one was asked for.
    pub typed: Option<String>,
}

/// A target's way from the click to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Outcome {
    /// Not yet its turn.
    Waiting,
    /// The DELETE is on its way.
    Requested,
    /// The server accepted; whether it is gone is not known yet.
    Accepted,
    /// Confirmed gone.
    Gone,
    /// Gone, and a successor with another UID has its name.
    Recreated,
    /// Was gone when the DELETE arrived.
    AlreadyGone,
    /// A namesake with another UID lives and was not touched.
    Replaced,
    /// Accepted, still there: a grace period or finalizers.
    Terminating,
    /// The server refused.
    Refused,
    /// No answer; being checked by UID.
    Unknown,
    /// Nothing was sent for it.
    NotSent,
}

/// How many targets have an outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OutcomeCount {
    /// The outcome.
    pub outcome: Outcome,
    /// How many.
    pub count: u32,
}

/// One cluster's part of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct JobLane {
    /// The cluster's id.
    pub cluster: String,
    /// Its name when the job began.
    pub name: String,
    /// Its tier.
    pub tier: Tier,
    /// Its targets.
    pub total: u32,
    /// By outcome, only those that occur.
    pub outcomes: Vec<OutcomeCount>,
    /// Why it does not go on, if it does not.
    pub problem: Option<String>,
}

/// A job as the panel and the status bar show it. Its targets are read with a view over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct JobSummary {
    /// Its id.
    pub job: String,
    /// "ConfigMap a in ns", "14 Jobs".
    pub subject: String,
    /// When it began, as text by the local clock: 14:03:12.
    pub started: String,
    /// Whether every target has reached an end, `Terminating` not being one.
    pub is_settled: bool,
    /// Targets in all.
    pub total: u32,
    /// By outcome, only those that occur.
    pub outcomes: Vec<OutcomeCount>,
    /// One a cluster, in the order of execution.
    pub lanes: Vec<JobLane>,
    /// The one sentence about a job for one target.
    pub sentence: Option<String>,
}

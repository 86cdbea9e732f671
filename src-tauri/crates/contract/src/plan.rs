//! Plans and proofs.

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

/// How several clusters follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Order {
    /// All at the same time.
    #[default]
    Together,
    /// In the order shown, one after the other.
    Staged,
    /// The same, and nothing more is sent after the first failure that the rehearsal did not foresee.
    StagedUntilFailure,
}

/// When a job is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Until {
    /// When everything was seen to be gone, or is at another end.
    #[default]
    Gone,
    /// When the servers have taken everything.
    Accepted,
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
    /// Only where the object is still as the plan saw it.
    pub only_if_unchanged: bool,
    /// Several clusters.
    pub order: Order,
    /// When the job is over.
    pub until: Until,
}

/// Which of the marked objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum MarkedPart {
    /// All of them: refused where some are in practice clusters and some are not.
    All,
    /// Those in practice clusters.
    Practice,
    /// Those in real ones.
    Real,
}

/// What a plan is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "of")]
#[ts(export)]
pub enum PlanOf {
    /// The marked objects.
    Marked {
        /// Which of them.
        part: MarkedPart,
    },
    /// One row of a view.
    Row {
        /// The view.
        view: String,
        /// The row, as it was under the pointer.
        row: RowId,
    },
    /// What a job could not delete: its refused, unknown and unsent targets that are still there.
    Failed {
        /// The job.
        job: String,
    },
    /// What an interrupted or stopped job has not deleted.
    Left {
        /// The job.
        job: String,
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
    /// Delete held for 1.2 s, or the count typed.
    Hold {
        /// How many are deleted.
        count: u32,
    },
    /// The word, typed exactly.
    Typed {
        /// The word.
        word: String,
    },
}

/// What the server said to the same DELETE as a dry run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum RehearsalState {
    /// Not answered yet.
    Asking,
    /// It would accept.
    Accepted,
    /// It would refuse: the target is not part of what is deleted.
    Refused,
    /// It cannot be asked; it may still be accepted.
    CannotBe,
    /// Asked, and not answered.
    NoAnswer,
    /// Nothing was asked, for a reason that is said.
    NotAsked,
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
    /// What the rehearsal was answered.
    pub rehearsal: RehearsalState,
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
    /// It is there and no longer at the version that was seen, where only unchanged ones may go.
    Changed,
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
    /// Whether it is a practice cluster.
    pub is_practice: bool,
    /// Host and port of the server.
    pub server: String,
    /// The namespaces concerned, sorted; empty for kinds that live in none.
    pub namespaces: Vec<String>,
    /// Targets in it.
    pub count: u32,
    /// Who asks there.
    pub user: Option<String>,
    /// Whether it is read-only now: it has to be unlocked before anything can be agreed to.
    pub is_locked: bool,
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

/// How a finding is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum FindingTone {
    /// As hoped for.
    Good,
    /// To be known.
    Plain,
    /// Not awaited yet: the line keeps its place.
    Asking,
    /// To be thought about.
    Warn,
    /// Something is lost, or is refused.
    Bad,
}

/// One thing the sheet says before the click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Finding {
    /// About what.
    pub kind: FindingKind,
    /// How it is drawn.
    pub tone: FindingTone,
    /// A sentence, 13/600.
    pub title: String,
    /// The explanation under it.
    pub detail: String,
}

/// How far a plan is worked out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlanProgress {
    /// Steps done: rehearsals answered, lists read.
    pub done: u32,
    /// Steps in all, as far as is known.
    pub total: u32,
    /// "412 of 1,000 rehearsed".
    pub words: String,
}

/// The forms in which a plan can be taken along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PlanForm {
    /// The commands that kubectl would take, one a line.
    Kubectl,
    /// Everything that the plan knows.
    Json,
    /// The same.
    Yaml,
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
    /// What was found, heaviest first; at most a dozen, each about many where need be.
    pub findings: Vec<Finding>,
    /// How far it is worked out.
    pub progress: PlanProgress,
    /// Whether it is worked out, so that it can be agreed to.
    pub is_ready: bool,
    /// "Rehearsed at 14:03:12 as platform-oncall."; empty until then.
    pub rehearsed: String,
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
    /// What the person did.
    pub given: Given,
}

/// What the person did to agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "how")]
#[ts(export)]
pub enum Given {
    /// Pressed Delete.
    Click,
    /// Held it.
    Held {
        /// For so many milliseconds.
        ms: u32,
    },
    /// Typed this, and pressed Delete.
    Typed {
        /// The word.
        word: String,
    },
}

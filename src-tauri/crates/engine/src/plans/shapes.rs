//! A plan as others see it.

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::WaitsFor,
    plan::{DeleteOptions, PlanDigest},
    rehearsal::Rehearsal,
    risk::Risk,
    tier::Tier,
};

/// What is known of a target now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// There, as far as is known.
    Present,
    /// There and terminating.
    Terminating(WaitsFor),
    /// Gone.
    Gone,
    /// Gone, and a namesake lives.
    Replaced,
    /// There, and another than was seen first, where only unchanged ones may go.
    Changed,
}

impl Presence {
    /// Whether it is no longer what was planned, and so no part of the plan that is shown.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self, Self::Gone | Self::Replaced | Self::Changed)
    }
}

/// A target of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTarget {
    /// The target.
    pub key: ObjectKey,
    /// What is known of it.
    pub presence: Presence,
    /// What its rehearsal was answered.
    pub rehearsal: Rehearsal,
}

/// A cluster's part of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanCluster {
    /// The cluster.
    pub cluster: ClusterId,
    /// Its name when the plan was made.
    pub name: String,
    /// Host and port of its server.
    pub server: String,
    /// The namespaces concerned, sorted; of very many only the first.
    pub namespaces: Vec<String>,
    /// Its targets.
    pub count: usize,
    /// How careful to be with it.
    pub tier: Tier,
    /// Whether it is a practice cluster.
    pub is_practice: bool,
    /// Who asks there.
    pub user: Option<String>,
    /// Whether it is read-only now.
    pub is_locked: bool,
}

/// How a finding is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingTone {
    /// As hoped for.
    Good,
    /// To be known.
    Plain,
    /// Not answered yet.
    Asking,
    /// To be thought about.
    Warn,
    /// Something is lost, or is refused.
    Bad,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    /// The server would refuse.
    Refused,
    /// A target changed since the plan was made.
    Changed,
    /// What goes with a target.
    Dependants,
    /// A target would hang.
    Hangs,
    /// Whether a copy is kept.
    Copy,
    /// What the server said to the rehearsal.
    Rehearsal,
}

/// One thing to know before agreeing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// About what.
    pub kind: FindingKind,
    /// How it is drawn.
    pub tone: FindingTone,
    /// A sentence.
    pub title: String,
    /// More.
    pub detail: String,
}

/// A plan as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSummary {
    /// Its id.
    pub plan: String,
    /// Of what is left of it: given back to agree.
    pub digest: PlanDigest,
    /// Of all targets as they were frozen: the proof on a command line.
    pub frozen: PlanDigest,
    /// Its clusters.
    pub clusters: Vec<PlanCluster>,
    /// Its targets as they were frozen.
    pub total: usize,
    /// Those that are left.
    pub remaining: usize,
    /// Kinds and how many of each are left.
    pub kinds: Vec<(String, usize)>,
    /// The only target of a plan for one.
    pub only: Option<PlannedTarget>,
    /// The options.
    pub options: DeleteOptions,
    /// The risk.
    pub risk: Risk,
    /// The findings, heaviest first; a dozen at most.
    pub findings: Vec<Finding>,
    /// How far it is worked out.
    pub progress: PlanProgress,
    /// Whether it is worked out.
    pub is_ready: bool,
    /// "Rehearsed at 14:03:12 as platform-oncall."; empty until then.
    pub rehearsed: String,
}

/// How far a plan is worked out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanProgress {
    /// Steps done.
    pub done: usize,
    /// Steps in all, as far as is known.
    pub total: usize,
    /// "412 of 1,000 rehearsed".
    pub words: String,
}

/// The forms in which a plan can be taken along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanForm {
    /// What a person would type.
    Kubectl,
    /// Everything that the plan knows.
    Json,
    /// The same.
    Yaml,
}

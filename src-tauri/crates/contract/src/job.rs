//! Jobs and outcomes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Tier;

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

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum JobState {
    /// It goes on.
    Running,
    /// The person paused it; what was sent is followed.
    Paused,
    /// The person stopped it; what was sent is followed.
    Stopped,
    /// Every target is at an end, `Terminating` not being one.
    Settled,
    /// Secateur ended while it ran. Nothing goes on by itself.
    Interrupted,
}

/// Where one cluster's part of a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum LaneState {
    /// Its turn comes after other clusters.
    Waiting,
    /// Whether it is the cluster of the plan is being checked.
    Checking,
    /// It sends and follows.
    Running,
    /// It waits: see `waits_for`.
    Paused,
    /// Nothing more is sent.
    Stopped,
    /// Everything was sent and answered.
    Done,
}

/// What a paused lane waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum LaneWait {
    /// Signing in again.
    SignIn,
    /// An unlock: the cluster is read-only.
    Unlock,
    /// The time that the server asked for.
    Server,
    /// An answer: nothing can be reached.
    Connection,
    /// The person, who paused the job.
    Person,
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
    /// Whether it is a practice cluster.
    pub is_practice: bool,
    /// Its targets.
    pub total: u32,
    /// Those at an end.
    pub settled: u32,
    /// By outcome, only those that occur.
    pub outcomes: Vec<OutcomeCount>,
    /// Where it is.
    pub state: LaneState,
    /// What it waits for, when it is paused.
    pub waits_for: Option<LaneWait>,
    /// Seconds until it goes on, where it says so.
    pub seconds: Option<u32>,
    /// DELETEs in flight at most, now.
    pub at_once: u32,
    /// Its one sentence.
    pub sentence: String,
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
    /// "`ConfigMap` a in ns", "14 Jobs".
    pub subject: String,
    /// When it began, as text by the local clock: 14:03:12.
    pub started: String,
    /// Who asked, where all clusters say the same.
    pub user: Option<String>,
    /// Where it is.
    pub state: JobState,
    /// Whether every target has reached an end, `Terminating` not being one.
    pub is_settled: bool,
    /// Targets in all.
    pub total: u32,
    /// Those at an end.
    pub settled: u32,
    /// DELETEs on their way now.
    pub in_flight: u32,
    /// Targets settled a second, lately; absent before there is a pace.
    pub per_second: Option<u32>,
    /// Seconds left at that pace.
    pub seconds_left: Option<u32>,
    /// How long it took, as text, once it is settled.
    pub took: Option<String>,
    /// By outcome, only those that occur.
    pub outcomes: Vec<OutcomeCount>,
    /// One a cluster, in the order of execution.
    pub lanes: Vec<JobLane>,
    /// The one sentence about it.
    pub sentence: String,
    /// Targets that a new plan could try again.
    pub retryable: u32,
    /// Whether it waits for the person: to sign in, to unlock, to go on.
    pub needs_person: bool,
}

/// What a person does to a running job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum JobControl {
    /// Send nothing more for now.
    Pause,
    /// Go on.
    Resume,
    /// Send nothing more.
    Stop,
}

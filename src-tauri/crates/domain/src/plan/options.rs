//! How a plan's targets are deleted.

use serde::{Deserialize, Serialize};

/// What becomes of dependants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Propagation {
    /// The object first, its dependants after.
    #[default]
    Background,
    /// Dependants first.
    Foreground,
    /// Dependants stay.
    Orphan,
}

impl Propagation {
    /// Kubernetes' word for it, in `propagationPolicy`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Background => "Background",
            Self::Foreground => "Foreground",
            Self::Orphan => "Orphan",
        }
    }
}

/// How several clusters follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Order {
    /// All at the same time.
    #[default]
    Together,
    /// In the order shown, each when everything of the one before was answered.
    Staged,
    /// The same, and nothing more is sent after the first refusal or lost answer that the rehearsal did not foresee.
    StagedUntilFailure,
}

/// When a job is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Until {
    /// When every target was seen to be gone, or is at another end.
    #[default]
    Gone,
    /// When the servers have taken everything: what is then terminating is not followed.
    Accepted,
}

/// How the targets are deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeleteOptions {
    /// Dependants; always sent.
    pub propagation: Propagation,
    /// In seconds; what each object says when absent.
    pub grace_period_seconds: Option<u32>,
    /// Only where the object is still at the version that the plan saw: the DELETE carries that too.
    pub only_if_unchanged: bool,
    /// How several clusters follow each other.
    pub order: Order,
    /// When the job is over. It changes nothing that is sent, and so is no part of the digest.
    pub until: Until,
}

//! What a server said to the same DELETE with `dryRun=All`.

use serde::{Deserialize, Serialize};

/// A rehearsal's answer for one target.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "rehearsal")]
pub enum Rehearsal {
    /// Not answered yet.
    #[default]
    Asking,
    /// The server would accept it.
    Accepted,
    /// The server would refuse, in its own words.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Status' `reason`.
        reason: String,
        /// The server's sentence.
        message: String,
    },
    /// It cannot be asked without the risk of deleting, or the server does not rehearse this; it may still be accepted.
    CannotBe {
        /// Why, the end of "cannot be rehearsed: …".
        why: String,
    },
    /// Asked, and not answered.
    NoAnswer {
        /// Why.
        cause: String,
    },
    /// Nothing was asked: the target is gone or replaced, or terminating already, or its cluster is read-only.
    NotAsked {
        /// Why.
        why: String,
    },
}

impl Rehearsal {
    /// Whether the answer is still awaited.
    pub fn is_asking(&self) -> bool {
        matches!(self, Self::Asking)
    }

    /// Whether the server would refuse.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

//! How careful a person wants to be with a cluster.

use serde::{Deserialize, Serialize};

/// Chosen by hand, kept by the cluster's fingerprint. Ordered as a plan over several clusters is executed: where least
/// can be lost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tier {
    /// One click where nothing is lost.
    Development,
    /// A hold for anything with dependants.
    Staging,
    /// Not chosen yet: treated like production, and asked for once.
    #[default]
    Unknown,
    /// Read-only until unlocked; the typed name.
    Production,
}

impl Tier {
    /// Its word, as people read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Unknown => "unknown",
            Self::Production => "production",
        }
    }

    /// Whether writes need an unlock unless the person chose otherwise.
    pub fn is_read_only(self) -> bool {
        self == Self::Production
    }
}

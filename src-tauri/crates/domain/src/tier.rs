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

/// Letters on a tile, at most.
pub const LETTERS: usize = 2;
/// Colours to choose from, by numbers from 0.
pub const COLORS: u8 = 8;

/// What a person chose for a cluster. It belongs to what the cluster is, whatever its entry is called.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterCare {
    /// How careful to be.
    pub tier: Tier,
    /// Whether a cluster without a tier was asked about: it is asked about once.
    pub is_tier_asked: bool,
    /// Whether writes need an unlock; the tier's own rule where absent.
    pub read_only: Option<bool>,
    /// One of the eight colours, 0 to 7; the tier's where absent.
    pub color: Option<u8>,
    /// The letters on its tile, two at most; from its name where absent.
    pub letters: Option<String>,
    /// The group it stands in.
    pub group: Option<String>,
}

impl ClusterCare {
    /// Whether writes need an unlock.
    pub fn is_read_only(&self) -> bool {
        self.read_only.unwrap_or_else(|| self.tier.is_read_only())
    }
}

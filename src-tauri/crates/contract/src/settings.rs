//! What a person chose for the window.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ColumnChoice, SortBy};

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Theme {
    /// As the desktop.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Settings of the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// Page zoom in percent, 80 to 200.
    pub text_size: u32,
    /// The cluster that was open last.
    pub last_cluster: Option<String>,
    /// How long copies are kept in the trash, in days.
    pub trash_days: u32,
    /// How large the trash may grow, in MiB.
    pub trash_mib: u32,
    /// How long receipts are kept, in days.
    pub receipt_days: u32,
    /// How long a read-only cluster stays unlocked, in minutes.
    pub unlock_minutes: u32,
    /// The kinds that stand first in every kind list, as `deployments.apps`.
    pub favourite_kinds: Vec<String>,
    /// The kinds that were looked at last, the newest first.
    pub recent_kinds: Vec<String>,
    /// The clusters that stand first in the rail.
    pub kept_clusters: Vec<String>,
    /// The order in which clusters stand; others follow in that of their files.
    pub cluster_order: Vec<String>,
    /// When each cluster was on screen last, as Unix seconds.
    #[ts(type = "Record<string, number>")]
    pub clusters_used: BTreeMap<String, u32>,
    /// How many of the five steps of the tour are done.
    pub tour_steps: u32,
    /// How lists are arranged, by resource (`deployments.apps`). Written one by one, by `list_look_write`.
    pub looks: BTreeMap<String, ListLook>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            text_size: 100,
            last_cluster: None,
            trash_days: 30,
            trash_mib: 2_048,
            receipt_days: 90,
            unlock_minutes: 15,
            favourite_kinds: ["pods", "configmaps", "namespaces"].map(str::to_owned).into(),
            recent_kinds: Vec::new(),
            kept_clusters: Vec::new(),
            cluster_order: Vec::new(),
            clusters_used: BTreeMap::new(),
            tour_steps: 0,
            looks: BTreeMap::new(),
        }
    }
}

/// How a person arranged the lists of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export)]
pub struct ListLook {
    /// Whether the columns of `kubectl -o wide` are printed.
    pub is_wide: bool,
    /// Which columns are printed where that is not as the server has it.
    pub columns: ColumnChoice,
    /// Widths in sixteenths of a rem, which are pixels at a text size of 100 %, by the columns' ids.
    pub widths: BTreeMap<String, u32>,
    /// The order; the server's own when absent.
    pub sort: Option<SortBy>,
}

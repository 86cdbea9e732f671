//! Messages from the backend that belong to no view. Each stays under 8 KiB.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ClusterSummary, JobSummary, PlanSummary, SelectionSummary};

/// Something changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "event")]
#[ts(export)]
pub enum BackendEvent {
    /// A cluster's session changed.
    ClusterChanged {
        /// As it is now.
        cluster: Box<ClusterSummary>,
    },
    /// The catalogue was read again.
    CatalogueChanged {
        /// Which clusters are new, gone or changed, a sentence; absent where none is.
        #[ts(optional)]
        #[serde(skip_serializing_if = "Option::is_none", default)]
        change: Option<String>,
    },
    /// A cluster's kinds were read again.
    KindsChanged {
        /// Which.
        cluster: String,
    },
    /// The server ended a session: once for each (cluster, generation).
    LoggedOut {
        /// Which.
        cluster_id: String,
        /// The credential's generation.
        generation: u32,
        /// The server's words.
        cause: String,
    },
    /// The marked objects changed.
    SelectionChanged {
        /// In numbers.
        selection: SelectionSummary,
    },
    /// A target of an open plan changed; the person has to look again.
    PlanChanged {
        /// As it is now.
        plan: PlanSummary,
        /// What changed, a sentence.
        change: String,
    },
    /// A job moved on.
    JobChanged {
        /// As it is now.
        job: JobSummary,
    },
    /// Receipts or the trash changed, at most once a second.
    HistoryChanged,
    /// A restore moved on; it is read with `restore_read`.
    RestoreChanged {
        /// Which.
        restore: String,
    },
    /// Files are dragged over the window. The host keeps their paths; `clusters_add_dropped` adds what was dropped.
    FilesDragged {
        /// Where they are.
        drag: FilesDrag,
    },
    /// The window was asked to close while jobs run; the page asks the person, and answers with `window_close`.
    CloseAsked {
        /// Jobs that run.
        jobs: u32,
        /// Their objects that are not deleted yet.
        left: u32,
    },
}

/// Where files are that the person drags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum FilesDrag {
    /// Over the window.
    Over,
    /// Not over it any more.
    Left,
    /// Dropped on it.
    Dropped,
}

/// What the person wants of the jobs that run when the window is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum CloseAnswer {
    /// Stop them, and quit.
    Stop,
    /// Let them run, and stay.
    Stay,
}

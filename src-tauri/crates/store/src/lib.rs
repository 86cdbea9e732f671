//! What Secateur keeps on this machine: the journal of deletions and the window's settings, in one folder that one
//! running Secateur owns.
//!
//! Everything here blocks on the disk; callers on an async runtime use `spawn_blocking`. No file format of our own
//! holds anything that must survive a crash: that is SQLite's business. No secret is stored here in the clear.

mod error;
mod folder;
mod journal;
mod settings;

pub use error::StoreError;
pub use folder::StateDir;
pub use journal::{
    Journal,
    record::{JobCluster, JobRecord, JobRow, OutcomeCount, OutcomeRecord, TargetRecord, TargetRow},
};
pub use settings::{SettingsStore, StoredSettings, Theme};

//! What Secateur keeps on this machine: the journal of deletions, the trash with a copy of what was deleted, the safe
//! with what is needed to sign in, the settings, and what clusters served, in one folder that one running Secateur owns; and the key of trash
//! and safe in the system's keyring.
//!
//! Everything here blocks on the disk or the keyring; callers on an async runtime use `spawn_blocking`. No file format
//! of our own holds anything that must survive a crash: that is SQLite's business. No secret is stored in the clear.

mod commit;
mod database;
mod error;
mod folder;
mod journal;
mod kinds;
mod looks;
mod object;
mod safe;
mod settings;
#[cfg(test)]
mod testing;
mod trash;
mod vault;

pub use error::StoreError;
pub use folder::StateDir;
pub use journal::{
    Journal,
    record::{
        CopyPlanned, HistoryCount, HistoryQuery, JobCluster, JobRecord, JobRow, JobSubject, OutcomeCount,
        OutcomeRecord, TargetRecord, TargetRow,
    },
};
pub use kinds::RememberedKinds;
pub use looks::ListLook;
pub use object::ObjectRecord;
pub use safe::{
    AddedCluster, AddedClusters, HeaderValues, KeptHeaders, KeptTokens, MemoryTokens, Safe, TokenStore,
};
pub use secrecy::{ExposeSecret, SecretString};
pub use settings::{SettingsStore, StoredSettings, Theme};
pub use trash::{CopyRole, CopyRow, NewCopy, Trash, TrashStats};
pub use vault::{KeyPlace, Vault};
pub use zeroize::Zeroizing;

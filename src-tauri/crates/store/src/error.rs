//! Why something could not be kept.

use std::{
    io,
    path::{Path, PathBuf},
};

use rusqlite::ErrorCode;

/// Why something could not be kept or read back. After any of these nothing may be sent to a cluster.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No space is left; once there is, the same request can succeed.
    #[error("the disk with {} is full", file.display())]
    Full {
        /// The file that could not grow.
        file: PathBuf,
        /// What the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file is not, or no longer, what Secateur wrote. It was left as it is.
    #[error("{} is damaged", file.display())]
    Damaged {
        /// The damaged file.
        file: PathBuf,
        /// What was found wrong.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A newer Secateur wrote the file, and this one would lose what it does not understand.
    #[error(
        "{} was written by a newer Secateur (its format is {found}, this one knows up to {known})",
        file.display()
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// The format found.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// Another running Secateur owns the folder.
    #[error(
        "another Secateur{} is using {}",
        holder.map(|id| format!(" (process {id})")).unwrap_or_default(),
        folder.display()
    )]
    AlreadyInUse {
        /// The folder.
        folder: PathBuf,
        /// The other's process id, where it could be read.
        holder: Option<u32>,
    },
    /// An outcome was recorded for a target that no intent names.
    #[error("the journal has no target {ordinal} of job {job}")]
    UnknownTarget {
        /// The job.
        job: String,
        /// The target's place in it.
        ordinal: u32,
    },
    /// A copy that is not, or no longer, in the trash.
    #[error("the trash has no copy {copy}")]
    NoCopy {
        /// The copy asked for.
        copy: i64,
    },
    /// The copy is under a key that is not at hand: another run's, or one that the keyring no longer has.
    #[error("the copy of {object} is under a key that is no longer there, so it cannot be read")]
    Unreadable {
        /// "`ConfigMap` a".
        object: String,
    },
    /// The copy is not what was put into the trash: somebody or something changed the file.
    #[error("the copy of {object} was altered on the disk, so it is not used")]
    Altered {
        /// "`ConfigMap` a".
        object: String,
    },
    /// A copy could not be encrypted, so it was not kept.
    #[error("the copy of {object} cannot be encrypted")]
    NotEncrypted {
        /// "`ConfigMap` a".
        object: String,
    },
    /// What was kept for a cluster is under a key that is not at hand: the keyring gives none, or another than it had.
    #[error(
        "{kept} cannot be read: {}",
        cause.unwrap_or("its key is no longer in the keyring")
    )]
    KeyNotAtHand {
        /// "the kept token", "a cluster that was added".
        kept: &'static str,
        /// What is wrong with the keyring, if anything is.
        cause: Option<&'static str>,
    },
    /// What was kept for a cluster is not what was put there: somebody or something changed the file.
    #[error("{kept} was altered on the disk, so it is not used")]
    SealBroken {
        /// "the kept token", "a cluster that was added".
        kept: &'static str,
    },
    /// It could not be encrypted, so it was not kept.
    #[error("{kept} cannot be encrypted, so it is held for this run only")]
    NotSealed {
        /// "the kept token", "a cluster that was added".
        kept: &'static str,
    },
    /// A setting has a value that it may not have; nothing was changed.
    #[error("{setting} may not be {value}")]
    InvalidSetting {
        /// Which, as people read it.
        setting: &'static str,
        /// What it was to be.
        value: String,
    },
    /// Nobody said where things are kept, and there is no home folder.
    #[error("there is no home folder, and so no place to keep anything")]
    NoHome,
    /// The file cannot be read or written.
    #[error("{} cannot be used: {source}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StoreError {
    /// What a failed file operation on `file` means.
    pub(crate) fn of_file(file: &Path, source: io::Error) -> Self {
        let file = file.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::Full { file, source: source.into() }
            }
            _ => Self::Io { file, source: source.into() },
        }
    }

    /// What SQLite's answer about `file` means.
    pub(crate) fn of_database(file: &Path, source: rusqlite::Error) -> Self {
        let code = source.sqlite_error_code();
        let file = file.to_owned();
        if let rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::IntegralValueOutOfRange(..) = source
        {
            // A value that does not read back was not written by this code.
            return Self::Damaged { file, source: source.into() };
        }
        let source = Box::new(source);
        match code {
            Some(ErrorCode::DiskFull) => Self::Full { file, source },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { file, source },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::AlreadyInUse { folder: file.parent().unwrap_or(&file).to_owned(), holder: None }
            }
            _ => Self::Io { file, source },
        }
    }
}

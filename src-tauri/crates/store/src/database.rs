//! One SQLite file of ours: opening it safely, its versions, its transactions.

mod damage;

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, Row, Transaction, TransactionBehavior, types::Type};
use serde::{Serialize, de::DeserializeOwned};

use crate::{StoreError, commit::commit};

/// What is done to a file to bring it from one version to the next.
pub(crate) struct Migration {
    /// Applied first.
    pub(crate) script: &'static str,
    /// What a script cannot do, after it.
    pub(crate) then: fn(&Connection) -> rusqlite::Result<()>,
}

/// A file's name and its versions.
pub(crate) struct Schema {
    /// The file's name in the state folder.
    pub(crate) file: &'static str,
    /// One for each version, applied in order; `PRAGMA user_version` says how many were. A migration that has been
    /// released is never changed: the next version gets one of its own.
    pub(crate) migrations: &'static [Migration],
    /// Its tables, those that others refer to first.
    pub(crate) tables: &'static [&'static str],
    /// Reads what everything else depends on; what does not read back is damage.
    pub(crate) read_back: fn(&Connection) -> rusqlite::Result<()>,
    /// How what is deleted is overwritten: `FAST` where its page is written anyway (whole pages are given back), `ON`
    /// everywhere.
    pub(crate) overwrites: &'static str,
    /// Deletes what does not read back.
    pub(crate) discard_unreadable: fn(&Connection) -> rusqlite::Result<()>,
}

impl Schema {
    /// The newest version known here.
    pub(crate) fn newest(&self) -> u32 {
        u32::try_from(self.migrations.len()).unwrap_or(u32::MAX)
    }

    /// Brings the file from whatever version it has to `version`, all of it or nothing.
    pub(crate) fn bring_to(&self, connection: &mut Connection, version: u32) -> rusqlite::Result<()> {
        let done = version_of(connection)?;
        if done >= version {
            return Ok(());
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for migration in self.migrations.iter().take(version as usize).skip(done as usize) {
            transaction.execute_batch(migration.script)?;
            (migration.then)(&transaction)?;
        }
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()
    }

    /// Opens the file, making or migrating it.
    pub(crate) fn connect(&self, file: &Path) -> Result<Connection, StoreError> {
        let connection = self.connect_unchecked(file)?;
        (self.read_back)(&connection).map_err(|error| StoreError::of_database(file, error))?;
        Ok(connection)
    }

    fn connect_unchecked(&self, file: &Path) -> Result<Connection, StoreError> {
        let failed = |error| StoreError::of_database(file, error);
        let mut connection = Connection::open(file).map_err(failed)?;
        // EXCLUSIVE before the first use of the WAL keeps its index in this process: without the shared-memory file a
        // full disk is an error instead of a SIGBUS.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(failed)?;
        let (found, known) = (version_of(&connection).map_err(failed)?, self.newest());
        if found > known {
            return Err(StoreError::Newer { file: PathBuf::from(file), found, known });
        }
        if found == 0 {
            // Only a file without tables can be told to: what is deleted then gives its space back.
            connection.pragma_update(None, "auto_vacuum", "INCREMENTAL").map_err(failed)?;
        }
        // FULL makes each commit wait for the disk.
        for (pragma, value) in [
            ("journal_mode", "WAL"),
            ("synchronous", "FULL"),
            ("foreign_keys", "ON"),
            ("secure_delete", self.overwrites),
        ] {
            connection.pragma_update(None, pragma, value).map_err(failed)?;
        }
        self.bring_to(&mut connection, known).map_err(failed)?;
        Ok(connection)
    }
}

/// Looks at every page of the file, and so takes a moment for each megabyte of it.
pub(crate) fn check_pages(connection: &Connection) -> rusqlite::Result<()> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" {
        return Ok(());
    }
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    Err(rusqlite::Error::SqliteFailure(code, Some(found)))
}

/// The version of an open file; 0 for a new one.
pub(crate) fn version_of(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// An open file; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    file: Arc<Path>,
    /// What was wrong with the file that was found.
    problem: Option<Arc<str>>,
    /// Guards the one connection: a transaction has it alone from its first statement to its commit. It is never held
    /// while anything but SQLite is waited for. A panic inside drops the transaction, which rolls it back, so a
    /// poisoned lock is taken all the same.
    connection: Arc<Mutex<Connection>>,
}

impl Database {
    /// Opens the file in `dir`, making or migrating it; a damaged one is set aside, and what can be read of it is
    /// taken over. One process at a time: see [`crate::StateDir`].
    pub(crate) fn open(dir: &Path, schema: &Schema) -> Result<Self, StoreError> {
        let file = dir.join(schema.file);
        let (connection, problem) = match schema.connect(&file) {
            Err(StoreError::Damaged { source, .. }) => {
                let (connection, problem) = damage::begin_anew(&file, schema, source.as_ref())?;
                (connection, Some(problem.into()))
            }
            opened => (opened?, None),
        };
        Ok(Self { file: file.into(), problem, connection: Arc::new(Mutex::new(connection)) })
    }

    /// What was wrong with the file that was found, one sentence that names it.
    pub(crate) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// Counts what is there with `count`, and replaces the file with a new one. That takes no space on the disk first,
    /// as deleting does.
    pub(crate) fn begin_again<T>(
        &self,
        schema: &Schema,
        count: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let mut connection = self.lock();
        let counted = count(&connection).map_err(|error| StoreError::of_database(&self.file, error))?;
        let memory =
            Connection::open_in_memory().map_err(|error| StoreError::of_database(&self.file, error))?;
        drop(std::mem::replace(&mut *connection, memory));
        // Without its database a WAL is nothing that SQLite would take up, so a crash in between does no harm.
        let removed = remove(&self.file).and_then(|()| remove(&with_suffix(&self.file, "-wal")));
        *connection = schema.connect(&self.file)?;
        removed.map_err(|error| StoreError::of_file(&self.file, error))?;
        Ok(counted)
    }

    /// Gives the space of what was deleted back to the disk.
    pub(crate) fn give_space_back(&self) -> Result<(), StoreError> {
        self.read(|connection| {
            // It gives back one page a row.
            let mut vacuum = connection.prepare_cached("PRAGMA incremental_vacuum")?;
            let mut pages = vacuum.query([])?;
            while pages.next()?.is_some() {}
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        })
    }

    /// Writes, all of it or nothing, and waits for the disk.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let mut connection = self.lock();
        let written =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|transaction| {
                let done = work(&transaction)?;
                commit(transaction)?;
                Ok(done)
            });
        written.map_err(|error| StoreError::of_database(&self.file, error))
    }

    /// Reads.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        work(&self.lock()).map_err(|error| StoreError::of_database(&self.file, error))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// `trash.db-wal`: the file's name with something after it.
fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    PathBuf::from(name)
}

/// A count or a size, which SQLite holds as a signed number.
pub(crate) fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}

/// A value as it is stored.
pub(crate) fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// A value that was stored by [`json`].
pub(crate) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    parse(row, column, |text| serde_json::from_str(text))
}

/// A value that was stored as its text.
pub(crate) fn parse<T, E: std::error::Error + Send + Sync + 'static>(
    row: &Row<'_>,
    column: usize,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into()))
}

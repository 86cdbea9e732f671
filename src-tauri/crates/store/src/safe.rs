//! The safe: what is needed to sign in, and the clusters that were added in the application, each sealed under the
//! [`Vault`]'s key.
//!
//! Nothing of it is ever on the disk in the clear. What cannot be kept (no keyring answers, the file cannot be used,
//! somebody only looks) is held in memory until the end of the run, and [`Safe::problem`] says so. A row that cannot
//! be opened is named when it is asked for and costs no other row.

mod added;
mod headers;
mod look;
mod schema;
mod tokens;

use std::{
    collections::BTreeMap,
    fmt,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use zeroize::Zeroizing;

use self::schema::SCHEMA;
pub use self::{
    added::{AddedCluster, AddedClusters},
    headers::{HeaderValues, KeptHeaders},
    tokens::{KeptTokens, MemoryTokens, TokenStore},
};
use crate::{
    KeyPlace, StoreError, Vault,
    database::Database,
    vault::{OpenError, Sealed, bound_to},
};

type Body = Zeroizing<Vec<u8>>;

/// What is kept, of one sort: each row by its name, opened or with why it cannot be.
pub(crate) type Rows = Vec<(String, Result<Body, StoreError>)>;

/// The sorts of what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sort {
    /// A token, by the cluster's id.
    Token,
    /// The kubeconfig of a cluster that was added, by an id of its own.
    Added,
    /// Extra request headers, by the cluster's id.
    Headers,
}

impl Sort {
    /// Its word in the file.
    fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Added => "added",
            Self::Headers => "headers",
        }
    }

    /// What one of it is called in an error.
    fn kept(self) -> &'static str {
        match self {
            Self::Token => "the kept token",
            Self::Added => "a cluster that was added",
            Self::Headers => "a kept request header",
        }
    }
}

/// The open safe; clones share it. Every method blocks on the disk and, the first time, on the keyring's answer.
#[derive(Clone)]
pub struct Safe {
    inner: Arc<Inner>,
}

struct Inner {
    disk: Disk,
    vault: Vault,
    /// Guards what is held for this run only. It is never held while the disk or the keyring is waited for.
    held: Mutex<BTreeMap<(Sort, String), Body>>,
}

/// What is on the disk.
enum Disk {
    /// A file that is ours.
    Own(Database),
    /// What a file that may be another's held when it was looked at.
    Seen(Mutex<Vec<SealedRow>>),
    /// Nothing that can be used, and why.
    None(String),
}

/// A row as it is on the disk.
#[derive(Clone)]
struct SealedRow {
    sort: String,
    name: String,
    sealed: Sealed,
}

impl Safe {
    /// Opens `safe.db` in `dir`, making or migrating it. A damaged one is set aside, and one that cannot be used at all
    /// leaves a safe for this run: see [`Self::file_problem`]. One process at a time: see [`crate::StateDir`].
    pub fn open(dir: &Path, vault: Vault) -> Self {
        let disk = match Database::open(dir, &SCHEMA) {
            Ok(database) => Disk::Own(database),
            Err(error) => Disk::None(error.to_string()),
        };
        Self::with(disk, vault)
    }

    /// Looks at the file of a folder that is another process's, or may be: nothing on the disk is changed, and what is
    /// put here is forgotten at the end.
    pub fn look(dir: &Path, vault: Vault) -> Self {
        let disk = match look::rows(&dir.join(SCHEMA.file)) {
            Ok(rows) => Disk::Seen(Mutex::new(rows)),
            Err(error) => Disk::None(error.to_string()),
        };
        Self::with(disk, vault)
    }

    /// One that holds everything for this run only.
    pub fn of_this_run() -> Self {
        Self::with(Disk::None("nothing is kept on disk".to_owned()), Vault::open(KeyPlace::Memory))
    }

    /// Whether there is a file in `dir`. Waits for nothing.
    pub fn is_in(dir: &Path) -> bool {
        dir.join(SCHEMA.file).exists()
    }

    fn with(disk: Disk, vault: Vault) -> Self {
        Self { inner: Arc::new(Inner { disk, vault, held: Mutex::default() }) }
    }

    /// Whether what is put now is there after quitting.
    pub fn is_lasting(&self) -> bool {
        matches!(self.inner.disk, Disk::Own(_)) && self.inner.vault.is_lasting()
    }

    /// What is wrong with the file, one sentence that names it.
    pub fn file_problem(&self) -> Option<&str> {
        match &self.inner.disk {
            Disk::Own(database) => database.problem(),
            Disk::Seen(_) => None,
            Disk::None(problem) => Some(problem),
        }
    }

    /// Whether there is anything in it. Does not wait for the keyring.
    pub fn is_empty(&self) -> bool {
        let count = match &self.inner.disk {
            Disk::Own(database) => database.read(|connection| {
                connection.query_row("SELECT count(*) FROM sealed", [], |row| row.get::<_, i64>(0))
            }),
            Disk::Seen(rows) => Ok(i64::from(!lock(rows).is_empty())),
            Disk::None(_) => Ok(0),
        };
        // A file that cannot be read may hold anything.
        matches!(count, Ok(0)) && self.held().is_empty()
    }

    /// Why `what` ("The token is", "Clusters are") is kept for this run only: two sentences for people.
    pub(crate) fn problem(&self, what: &str) -> Option<String> {
        let cause = match &self.inner.disk {
            Disk::None(problem) => problem.as_str(),
            Disk::Seen(_) => "the state folder is only looked at",
            Disk::Own(_) => self.inner.vault.cause()?,
        };
        let mut letters = cause.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
        Some(format!("{first}{}. {what} kept for this run only.", letters.as_str()))
    }

    /// Asks a keyring again that gave no key, and then keeps what was held for want of it. Says whether what is put
    /// from now on lasts. Blocks until the keyring answers, at most half a minute.
    pub fn retry(&self) -> bool {
        if matches!(self.inner.disk, Disk::Own(_)) {
            self.inner.vault.retry();
        }
        self.keep_held();
        self.is_lasting()
    }

    /// Keeps a body, taking the place of what has its name. A keyring that gave no key is asked again first, since
    /// somebody is there who wants it kept. On an error it is held for this run all the same.
    pub(crate) fn put(&self, sort: Sort, name: &str, body: &[u8]) -> Result<(), StoreError> {
        self.held().insert((sort, name.to_owned()), Zeroizing::new(body.to_vec()));
        if self.retry() { self.write_held(sort, name) } else { Ok(()) }
    }

    /// A body; `None` where there is none.
    pub(crate) fn get(&self, sort: Sort, name: &str) -> Result<Option<Body>, StoreError> {
        if let Some(body) = self.held().get(&(sort, name.to_owned())) {
            return Ok(Some(body.clone()));
        }
        let sealed = match &self.inner.disk {
            Disk::Own(database) => database.read(|connection| sealed(connection, sort, name))?,
            Disk::Seen(rows) => {
                let is_it = |row: &&SealedRow| row.sort == sort.as_str() && row.name == name;
                lock(rows).iter().find(is_it).map(|row| row.sealed.clone())
            }
            Disk::None(_) => None,
        };
        sealed.map(|sealed| self.open_row(sort, name, &sealed)).transpose()
    }

    /// Everything of one sort, in the order in which it was put first.
    pub(crate) fn all(&self, sort: Sort) -> Result<Rows, StoreError> {
        let on_disk = match &self.inner.disk {
            Disk::Own(database) => database.read(rows)?,
            Disk::Seen(rows) => lock(rows).clone(),
            Disk::None(_) => Vec::new(),
        };
        let mut held: BTreeMap<String, Body> = {
            let held = self.held();
            let own = held.iter().filter(|((of, _), _)| *of == sort);
            own.map(|((_, name), body)| (name.clone(), body.clone())).collect()
        };
        let mut found = Vec::new();
        for row in on_disk.into_iter().filter(|row| row.sort == sort.as_str()) {
            let opened = match held.remove(&row.name) {
                Some(body) => Ok(body),
                None => self.open_row(sort, &row.name, &row.sealed),
            };
            found.push((row.name, opened));
        }
        found.extend(held.into_iter().map(|(name, body)| (name, Ok(body))));
        Ok(found)
    }

    /// Forgets a body: in memory and on the disk, where its place is overwritten. What is only looked at is forgotten
    /// here.
    pub(crate) fn remove(&self, sort: Sort, name: &str) -> Result<(), StoreError> {
        self.held().remove(&(sort, name.to_owned()));
        match &self.inner.disk {
            Disk::Own(database) => {
                let delete = "DELETE FROM sealed WHERE sort = ?1 AND name = ?2";
                let gone =
                    database.write(|transaction| transaction.execute(delete, [sort.as_str(), name]))?;
                if gone > 0 { database.give_space_back() } else { Ok(()) }
            }
            Disk::Seen(rows) => {
                lock(rows).retain(|row| row.sort != sort.as_str() || row.name != name);
                Ok(())
            }
            Disk::None(_) => Ok(()),
        }
    }

    /// Keeps what was held while nothing could be kept. What cannot be written stays held.
    fn keep_held(&self) {
        if self.is_lasting() {
            let names: Vec<_> = self.held().keys().cloned().collect();
            for (sort, name) in names {
                let _ = self.write_held(sort, &name);
            }
        }
    }

    /// Writes what is held under this name, and holds it no longer.
    fn write_held(&self, sort: Sort, name: &str) -> Result<(), StoreError> {
        let Disk::Own(database) = &self.inner.disk else { return Ok(()) };
        let key = (sort, name.to_owned());
        let Some(body) = self.held().get(&key).cloned() else { return Ok(()) };
        let sealed = self.inner.vault.seal(&body, &context(sort, name));
        let sealed = sealed.ok_or(StoreError::NotSealed { kept: sort.kept() })?;
        database.write(|transaction| upsert(transaction, sort, name, &sealed))?;
        // The file alone holds everything then, which is what others look at, and nothing of what was there before.
        database.give_space_back()?;
        let mut held = self.held();
        if held.get(&key) == Some(&body) {
            held.remove(&key);
        }
        Ok(())
    }

    fn open_row(&self, sort: Sort, name: &str, sealed: &Sealed) -> Result<Body, StoreError> {
        let kept = sort.kept();
        self.inner.vault.open_sealed(sealed, &context(sort, name)).map_err(|error| match error {
            OpenError::OtherKey => StoreError::KeyNotAtHand { kept, cause: self.inner.vault.cause() },
            OpenError::Altered => StoreError::SealBroken { kept },
        })
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<(Sort, String), Body>> {
        lock(&self.inner.held)
    }
}

impl fmt::Debug for Safe {
    /// Nothing of what is in it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Safe").finish_non_exhaustive()
    }
}

/// Each of these maps and lists is changed by one call, so none is left half-changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a body is bound to: none can be read as another sort's, or under another name.
fn context(sort: Sort, name: &str) -> Vec<u8> {
    bound_to(&["secateur safe 1", sort.as_str(), name])
}

fn upsert(transaction: &Transaction<'_>, sort: Sort, name: &str, sealed: &Sealed) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO sealed (sort, name, key, nonce, body) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (sort, name) DO UPDATE SET key = excluded.key, nonce = excluded.nonce, body = excluded.body",
        params![sort.as_str(), name, sealed.key, sealed.nonce, sealed.body],
    )?;
    Ok(())
}

fn sealed(connection: &Connection, sort: Sort, name: &str) -> rusqlite::Result<Option<Sealed>> {
    let sql = "SELECT sort, name, key, nonce, body FROM sealed WHERE sort = ?1 AND name = ?2";
    let found = connection.query_row(sql, [sort.as_str(), name], sealed_row).optional()?;
    Ok(found.map(|row| row.sealed))
}

fn rows(connection: &Connection) -> rusqlite::Result<Vec<SealedRow>> {
    let mut statement = connection.prepare("SELECT sort, name, key, nonce, body FROM sealed ORDER BY id")?;
    statement.query_map([], sealed_row)?.collect()
}

fn sealed_row(row: &Row<'_>) -> rusqlite::Result<SealedRow> {
    let sealed = Sealed { key: row.get(2)?, nonce: row.get(3)?, body: row.get(4)? };
    Ok(SealedRow { sort: row.get(0)?, name: row.get(1)?, sealed })
}

#[cfg(test)]
mod tests;

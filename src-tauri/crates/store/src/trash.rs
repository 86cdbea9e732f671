//! The trash: the copy of each object, taken before its DELETE is sent.
//!
//! Bodies are encrypted under the [`Vault`]'s key and bound to what they belong to, so that none can be put in another's
//! place. What stands beside them in the clear is what a receipt says anyway.

mod record;
mod schema;

use std::{
    path::Path,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use secateur_domain::ids::{ClusterId, ResourceName};
use zeroize::Zeroizing;

pub use self::record::{CopyRole, CopyRow, NewCopy, TrashStats};
use self::schema::SCHEMA;
use crate::{
    ObjectRecord, StoreError, Vault,
    database::{Database, parse, unsigned},
    object::object_columns,
    vault::{OpenError, Sealed, bound_to},
};

/// What [`row_of`] reads.
const ROW: &str =
    concat!("SELECT id, job, ordinal, role, fingerprint, bytes, at, key, ", object_columns!(), " FROM copy");

/// The open trash; clones share it. Every method blocks until the disk has what was written.
#[derive(Debug, Clone)]
pub struct Trash {
    database: Database,
    vault: Vault,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Set when it was looked at whether a damaged key may be replaced.
    is_looked_at: AtomicBool,
    /// Set when the keyring gave its key during the run and the copies under the run's own were seen to.
    is_sealed_again: AtomicBool,
    /// What is wrong with the file and the key at once.
    both: OnceLock<String>,
}

impl Trash {
    /// Opens `trash.db` in `dir`, making or migrating it. A damaged one is set aside, see [`Self::problem`]. One
    /// process at a time: see [`crate::StateDir`].
    pub fn open(dir: &Path, vault: Vault) -> Result<Self, StoreError> {
        Ok(Self { database: Database::open(dir, &SCHEMA)?, vault, shared: Arc::default() })
    }

    /// Whether copies made now can be read after quitting.
    pub fn is_lasting(&self) -> bool {
        self.vault().is_lasting()
    }

    /// What a person should know of the trash: that its file was damaged, or why copies made now cannot be read after
    /// quitting.
    pub fn problem(&self) -> Option<&str> {
        match (self.database.problem(), self.vault().problem()) {
            (Some(file), Some(key)) => Some(self.shared.both.get_or_init(|| format!("{file}. {key}"))),
            (file, key) => file.or(key),
        }
    }

    /// Keeps copies, all of them or none. When this returns `Ok` they survive a crash, and only then may anything be
    /// sent for their targets. A later copy of the same object for the same target takes the place of an earlier one.
    pub fn put_all(&self, copies: &[NewCopy]) -> Result<(), StoreError> {
        let vault = self.vault();
        let mut sealed = Vec::with_capacity(copies.len());
        for copy in copies {
            let kept = vault.seal(
                &copy.body,
                &context(&copy.job, copy.ordinal, copy.role, &copy.fingerprint, &copy.object),
            );
            sealed.push(kept.ok_or_else(|| StoreError::NotEncrypted { object: copy.object.to_string() })?);
        }
        self.database.write(|transaction| insert(transaction, copies, &sealed))
    }

    /// The copies for one target, its own first.
    pub fn of_target(&self, job: &str, ordinal: u32) -> Result<Vec<CopyRow>, StoreError> {
        let vault = self.vault();
        self.database.read(|connection| {
            // `target` comes after `dependant` in the alphabet.
            let sql = format!("{ROW} WHERE job = ?1 AND ordinal = ?2 ORDER BY role DESC, id");
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_map(params![job, ordinal], |row| row_of(row, vault))?.collect()
        })
    }

    /// One copy, without its body.
    pub fn row(&self, id: i64) -> Result<Option<CopyRow>, StoreError> {
        let vault = self.vault();
        self.database.read(|connection| row(connection, id, vault))
    }

    /// The body of a copy: the object as JSON, as the server gave it.
    pub fn body(&self, id: i64) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        self.open_body(self.vault(), id).map(|(_, body)| body)
    }

    fn open_body(&self, vault: &Vault, id: i64) -> Result<(CopyRow, Zeroizing<Vec<u8>>), StoreError> {
        let found = self.database.read(|connection| {
            let Some(row) = row(connection, id, vault)? else { return Ok(None) };
            let mut statement =
                connection.prepare_cached("SELECT key, nonce, body FROM copy WHERE id = ?1")?;
            let sealed = statement.query_row([id], |row| {
                Ok(Sealed { key: row.get(0)?, nonce: row.get(1)?, body: row.get(2)? })
            })?;
            Ok(Some((row, sealed)))
        })?;
        let (row, sealed) = found.ok_or(StoreError::NoCopy { copy: id })?;
        let context = context(&row.job, row.ordinal, row.role, &row.fingerprint, &row.object);
        match vault.open_sealed(&sealed, &context) {
            Ok(body) => Ok((row, body)),
            Err(OpenError::OtherKey) => Err(StoreError::Unreadable { object: row.object.to_string() }),
            Err(OpenError::Altered) => Err(StoreError::Altered { object: row.object.to_string() }),
        }
    }

    /// All copies without their bodies, newest first.
    pub fn rows(&self) -> Result<Vec<CopyRow>, StoreError> {
        let vault = self.vault();
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{ROW} ORDER BY at DESC, id DESC"))?;
            statement.query_map([], |row| row_of(row, vault))?.collect()
        })
    }

    /// The trash in numbers.
    pub fn stats(&self) -> Result<TrashStats, StoreError> {
        let vault = self.vault();
        self.database.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT count(*), coalesce(sum(bytes), 0), coalesce(sum(key IN (?1, ?2)), 0) FROM copy",
                )?
                .query_row([vault.key_id(), vault.earlier_key_id()], |row| {
                    Ok(TrashStats { count: row.get(0)?, bytes: unsigned(row, 1)?, readable: row.get(2)? })
                })
        })
    }

    /// Forgets every copy and gives the space back, also on a disk that is full. Says how many there were.
    pub fn empty(&self) -> Result<u32, StoreError> {
        let count = self.database.begin_again(&SCHEMA, |connection| {
            connection.query_row("SELECT count(*) FROM copy", [], |row| row.get(0))
        })?;
        self.vault.replace_damaged();
        Ok(count)
    }

    /// Forgets the copies made before `oldest`, in Unix milliseconds, and then the oldest ones until the bodies of the
    /// rest have at most `max_bytes` in all. Gives their space back and says how many they were.
    pub fn retain(&self, oldest: i64, max_bytes: u64) -> Result<u32, StoreError> {
        let removed = self.database.write(|transaction| {
            let by_age = transaction.execute("DELETE FROM copy WHERE at < ?1", [oldest])?;
            // The running sum counts from the newest; a copy that it does not fit into goes, and every older one.
            let by_size = transaction.execute(
                "DELETE FROM copy WHERE id IN (
                    SELECT id FROM (SELECT id, sum(bytes) OVER (ORDER BY at DESC, id DESC) AS total FROM copy)
                    WHERE total > ?1)",
                [i64::try_from(max_bytes).unwrap_or(i64::MAX)],
            )?;
            Ok(by_age + by_size)
        })?;
        if removed > 0 {
            self.database.give_space_back()?;
        }
        Ok(u32::try_from(removed).unwrap_or(u32::MAX))
    }

    /// Puts copies that were made under the key of this run under the keyring's, which was given later: they too can
    /// be read after quitting then. What cannot be written now stays readable until the end of the run.
    fn seal_again(&self) {
        let earlier = self.vault.earlier_key_id();
        if earlier.is_empty() || self.shared.is_sealed_again.swap(true, Ordering::AcqRel) {
            return;
        }
        let found = self.database.read(|connection| {
            let mut statement = connection.prepare(&format!("{ROW} WHERE key = ?1"))?;
            statement.query_map([earlier], |row| row_of(row, &self.vault))?.collect::<Result<Vec<_>, _>>()
        });
        // One at a time: their bodies may be more than there is memory for.
        for row in found.unwrap_or_default() {
            let Ok((row, body)) = self.open_body(&self.vault, row.id) else { continue };
            let context = context(&row.job, row.ordinal, row.role, &row.fingerprint, &row.object);
            let Some(sealed) = self.vault.seal(&body, &context) else { continue };
            let written = self.database.write(|transaction| {
                transaction.execute(
                    "UPDATE copy SET key = ?2, nonce = ?3, body = ?4 WHERE id = ?1",
                    params![row.id, sealed.key, sealed.nonce, sealed.body],
                )
            });
            if written.is_err() {
                return;
            }
        }
    }

    /// The vault. The first time, a damaged key is replaced if the trash holds nothing that could be under it.
    fn vault(&self) -> &Vault {
        if !self.shared.is_looked_at.swap(true, Ordering::AcqRel) && self.vault.is_damaged() {
            let key = self.vault.key_id();
            let others = self.database.read(|connection| {
                let sql = "SELECT count(*) FROM copy WHERE key <> ?1";
                connection.query_row(sql, [key], |row| row.get::<_, u32>(0))
            });
            // A trash that cannot be read may hold anything, and says so itself when it is used.
            if matches!(others, Ok(0)) && self.database.problem().is_none() {
                self.vault.replace_damaged();
            }
        }
        self.seal_again();
        &self.vault
    }
}

/// What a body is bound to: none can be read as that of another object, target or role.
fn context(job: &str, ordinal: u32, role: CopyRole, fingerprint: &str, object: &ObjectRecord) -> Vec<u8> {
    let ordinal = ordinal.to_string();
    let namespace = object.namespace.as_ref().map_or("", ResourceName::as_str);
    bound_to(&[
        "secateur trash 1",
        job,
        &ordinal,
        role.as_str(),
        fingerprint,
        object.cluster.as_str(),
        &object.group,
        &object.version,
        &object.plural,
        namespace,
        object.name.as_str(),
        object.uid.as_str(),
    ])
}

fn insert(transaction: &Transaction<'_>, copies: &[NewCopy], sealed: &[Sealed]) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(concat!(
        "INSERT OR REPLACE INTO copy (job, ordinal, role, fingerprint, bytes, at, key, nonce, body, ",
        object_columns!(),
        ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    ))?;
    for (copy, sealed) in copies.iter().zip(sealed) {
        let object = &copy.object;
        statement.execute(params![
            copy.job,
            copy.ordinal,
            copy.role.as_str(),
            copy.fingerprint,
            i64::try_from(sealed.body.len()).unwrap_or(i64::MAX),
            copy.at,
            sealed.key,
            sealed.nonce,
            sealed.body,
            object.cluster.as_str(),
            object.group,
            object.version,
            object.plural,
            object.kind,
            object.namespace.as_ref().map(ResourceName::as_str),
            object.name.as_str(),
            object.uid.as_str(),
            object.is_namespaced,
        ])?;
    }
    Ok(())
}

fn row(connection: &Connection, id: i64, vault: &Vault) -> rusqlite::Result<Option<CopyRow>> {
    let mut statement = connection.prepare_cached(&format!("{ROW} WHERE id = ?1"))?;
    statement.query_row([id], |row| row_of(row, vault)).optional()
}

fn row_of(row: &Row<'_>, vault: &Vault) -> rusqlite::Result<CopyRow> {
    let own_key: String = row.get(7)?;
    Ok(CopyRow {
        id: row.get(0)?,
        job: row.get(1)?,
        ordinal: row.get(2)?,
        role: parse(row, 3, CopyRole::parse)?,
        cluster: parse(row, 8, ClusterId::parse)?,
        fingerprint: row.get(4)?,
        object: ObjectRecord::read(row, 8)?,
        bytes: unsigned(row, 5)?,
        at: row.get(6)?,
        is_readable: vault.holds(&own_key),
    })
}

#[cfg(test)]
mod tests;

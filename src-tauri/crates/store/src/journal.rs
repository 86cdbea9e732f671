//! The journal: what was to be deleted, written before it is, and what became of it.
//!
//! It knows nothing of clusters' answers and decides nothing; it keeps what it is told and gives it back.

pub(crate) mod record;
mod schema;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, Row, Transaction, TransactionBehavior, params, types::Type};
use secateur_domain::{
    ids::{ClusterId, ResourceName, Uid},
    outcome::Outcome,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::StoreError;
use record::{JobCluster, JobRecord, JobRow, OutcomeCount, OutcomeRecord, TargetRecord, TargetRow};

const FILE: &str = "journal.db";

/// The open journal; clones share it. Every method blocks until the disk has what was written.
#[derive(Debug, Clone)]
pub struct Journal {
    file: Arc<Path>,
    /// Guards the one connection: a transaction has it alone from its first statement to its commit. It is never held
    /// while anything but SQLite is waited for. A panic inside drops the transaction, which rolls it back, so a
    /// poisoned lock is taken all the same.
    connection: Arc<Mutex<Connection>>,
}

impl Journal {
    /// Opens `journal.db` in `dir`, making or migrating it. One process at a time: see [`crate::StateDir`].
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let file = dir.join(FILE);
        let connection = connect(&file)?;
        Ok(Self { file: file.into(), connection: Arc::new(Mutex::new(connection)) })
    }

    /// Writes the intent of a job, all of it or nothing. When this returns `Ok` the intent survives a crash, and only
    /// then may anything of it be sent.
    pub fn begin_job(&self, record: &JobRecord) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO job (job, digest, options, created) VALUES (?1, ?2, ?3, ?4)",
                params![record.job, record.digest, json(&record.options)?, record.created],
            )?;
            insert_clusters(transaction, record)?;
            insert_targets(transaction, record)
        })
    }

    /// Adds what became of one target.
    pub fn record(
        &self,
        job: &str,
        ordinal: u32,
        outcome: &Outcome,
        audit_id: Option<&str>,
        at: i64,
    ) -> Result<(), StoreError> {
        let audit_id = audit_id.map(str::to_owned);
        self.record_all(job, &[OutcomeRecord { ordinal, outcome: outcome.clone(), audit_id, at }])
    }

    /// Adds what became of several targets of a job, all of it or nothing, with one wait for the disk.
    pub fn record_all(&self, job: &str, records: &[OutcomeRecord]) -> Result<(), StoreError> {
        let mut stray = None;
        let written = self.write(|transaction| {
            let mut latest = transaction.prepare_cached(
                "UPDATE target SET outcome = ?3, audit_id = coalesce(?4, audit_id), at = ?5
                 WHERE job = ?1 AND ordinal = ?2",
            )?;
            let mut event = transaction.prepare_cached(
                "INSERT INTO event (job, ordinal, outcome, audit_id, at) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for record in records {
                let outcome = json(&record.outcome)?;
                let values = params![job, record.ordinal, outcome, record.audit_id, record.at];
                if latest.execute(values)? == 0 {
                    stray = Some(record.ordinal);
                    return Err(rusqlite::Error::QueryReturnedNoRows);
                }
                event.execute(values)?;
            }
            Ok(())
        });
        match stray {
            Some(ordinal) => Err(StoreError::UnknownTarget { job: job.to_owned(), ordinal }),
            None => written,
        }
    }

    /// Says that a job came to its end at `at`, in Unix milliseconds.
    pub fn finish_job(&self, job: &str, at: i64) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("UPDATE job SET finished = ?2 WHERE job = ?1", params![job, at]).map(drop)
        })
    }

    /// All jobs, newest first.
    pub fn jobs(&self) -> Result<Vec<JobRow>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT job, digest, options, created, finished FROM job ORDER BY created DESC, rowid DESC",
            )?;
            let mut rows = statement.query([])?;
            let mut jobs = Vec::new();
            while let Some(row) = rows.next()? {
                let job: String = row.get(0)?;
                jobs.push(JobRow {
                    digest: row.get(1)?,
                    options: from_json(row, 2)?,
                    created: row.get(3)?,
                    finished: row.get(4)?,
                    clusters: clusters(connection, &job)?,
                    outcomes: outcomes(connection, &job)?,
                    job,
                });
            }
            Ok(jobs)
        })
    }

    /// The targets of a job in their order; empty for a job that is not there.
    pub fn targets(&self, job: &str) -> Result<Vec<TargetRow>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT ordinal, cluster, api_group, version, plural, kind, namespace, name, uid,
                            outcome, audit_id, at
                     FROM target WHERE job = ?1 ORDER BY ordinal",
                )?
                .query_map([job], target)?
                .collect()
        })
    }

    fn write(&self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>) -> Result<(), StoreError> {
        let mut connection = self.lock();
        let written =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|transaction| {
                work(&transaction)?;
                transaction.commit()
            });
        written.map_err(|error| StoreError::of_database(&self.file, error))
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        work(&self.lock()).map_err(|error| match error {
            // A value that does not parse back was not written by this code.
            error @ (rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)) => {
                StoreError::Damaged { file: self.file.to_path_buf(), source: error.into() }
            }
            error => StoreError::of_database(&self.file, error),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect(file: &Path) -> Result<Connection, StoreError> {
    let failed = |error| StoreError::of_database(file, error);
    let mut connection = Connection::open(file).map_err(failed)?;
    let found = schema::version(&connection).map_err(failed)?;
    if found > schema::newest() {
        return Err(StoreError::Newer { file: PathBuf::from(file), found, known: schema::newest() });
    }
    // EXCLUSIVE before the first use of the WAL keeps its index in this process: without the shared-memory file a
    // full disk is an error instead of a SIGBUS. FULL makes each commit wait for the disk.
    for (pragma, value) in [
        ("locking_mode", "EXCLUSIVE"),
        ("journal_mode", "WAL"),
        ("synchronous", "FULL"),
        ("foreign_keys", "ON"),
    ] {
        connection.pragma_update(None, pragma, value).map_err(failed)?;
    }
    schema::migrate(&mut connection).map_err(failed)?;
    Ok(connection)
}

fn insert_clusters(transaction: &Transaction<'_>, record: &JobRecord) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached("INSERT INTO job_cluster VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (ordinal, cluster) in (0_u32..).zip(&record.clusters) {
        let fingerprint = json(&cluster.fingerprint)?;
        statement.execute(params![
            record.job,
            ordinal,
            cluster.cluster.as_str(),
            cluster.name,
            fingerprint
        ])?;
    }
    Ok(())
}

fn insert_targets(transaction: &Transaction<'_>, record: &JobRecord) -> rusqlite::Result<()> {
    let waiting = json(&Outcome::Waiting)?;
    let mut statement = transaction.prepare_cached(
        "INSERT INTO target VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL, ?12)",
    )?;
    for (ordinal, target) in (0_u32..).zip(&record.targets) {
        statement.execute(params![
            record.job,
            ordinal,
            target.cluster.as_str(),
            target.group,
            target.version,
            target.plural,
            target.kind,
            target.namespace.as_ref().map(ResourceName::as_str),
            target.name.as_str(),
            target.uid.as_str(),
            waiting,
            record.created,
        ])?;
    }
    Ok(())
}

fn clusters(connection: &Connection, job: &str) -> rusqlite::Result<Vec<JobCluster>> {
    connection
        .prepare_cached("SELECT cluster, name, fingerprint FROM job_cluster WHERE job = ?1 ORDER BY ordinal")?
        .query_map([job], |row| {
            Ok(JobCluster {
                cluster: parse(row, 0, ClusterId::parse)?,
                name: row.get(1)?,
                fingerprint: from_json(row, 2)?,
            })
        })?
        .collect()
}

fn outcomes(connection: &Connection, job: &str) -> rusqlite::Result<Vec<OutcomeCount>> {
    connection
        .prepare_cached("SELECT state, count(*) FROM target WHERE job = ?1 GROUP BY state ORDER BY state")?
        .query_map([job], |row| Ok(OutcomeCount { outcome: row.get(0)?, count: row.get(1)? }))?
        .collect()
}

fn target(row: &Row<'_>) -> rusqlite::Result<TargetRow> {
    let namespace: Option<String> = row.get(6)?;
    let latest = OutcomeRecord {
        ordinal: row.get(0)?,
        outcome: from_json(row, 9)?,
        audit_id: row.get(10)?,
        at: row.get(11)?,
    };
    let target = TargetRecord {
        cluster: parse(row, 1, ClusterId::parse)?,
        group: row.get(2)?,
        version: row.get(3)?,
        plural: row.get(4)?,
        kind: row.get(5)?,
        namespace: namespace.map(|_| parse(row, 6, ResourceName::parse)).transpose()?,
        name: parse(row, 7, ResourceName::parse)?,
        uid: parse(row, 8, Uid::parse)?,
    };
    Ok(TargetRow { target, latest })
}

fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    parse(row, column, |text| serde_json::from_str(text))
}

fn parse<T, E: std::error::Error + Send + Sync + 'static>(
    row: &Row<'_>,
    column: usize,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into()))
}

#[cfg(test)]
mod tests;

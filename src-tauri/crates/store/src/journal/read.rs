//! Reading the journal: jobs, targets and what became of them.

use rusqlite::{Connection, OptionalExtension, Row, params};
use secateur_domain::ids::{ClusterId, Uid};

use super::{
    Journal,
    record::{JobCluster, JobRow, OutcomeCount, OutcomeRecord, TargetRecord, TargetRow},
};
use crate::{
    StoreError,
    database::{check_pages, from_json, parse, unsigned},
    object::{ObjectRecord, object_columns},
};

/// What [`job`] reads.
pub(super) const JOB: &str = "SELECT job, digest, options, agreed, created, finished";
/// What [`event`] reads.
const EVENT: &str = "SELECT ordinal, outcome, audit_id, status, note, at FROM event";
/// What [`target`] reads.
pub(super) const TARGET: &str = concat!(
    "SELECT ordinal, resource_version, rehearsal, rehearsed_at, copy, dependants, copied_with, level,
            outcome, audit_id, status, note, at, ",
    object_columns!(),
    " FROM target"
);

impl Journal {
    /// All jobs, newest first.
    pub fn jobs(&self) -> Result<Vec<JobRow>, StoreError> {
        self.database.read(|connection| jobs(connection, &format!("{JOB} FROM job {NEWEST_FIRST}")))
    }

    /// One job.
    pub fn job(&self, id: &str) -> Result<Option<JobRow>, StoreError> {
        self.database.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{JOB} FROM job WHERE job = ?1"))?;
            statement.query_row([id], |row| job(connection, row)).optional()
        })
    }

    /// The jobs that did not come to their end, newest first: under way, or interrupted in an earlier run.
    pub fn unfinished(&self) -> Result<Vec<JobRow>, StoreError> {
        self.database.read(|connection| {
            jobs(connection, &format!("{JOB} FROM job WHERE finished IS NULL {NEWEST_FIRST}"))
        })
    }

    /// The targets of a job in their order; empty for a job that is not there.
    pub fn targets(&self, job: &str) -> Result<Vec<TargetRow>, StoreError> {
        self.database.read(|connection| {
            connection
                .prepare_cached(&format!("{TARGET} WHERE job = ?1 ORDER BY ordinal"))?
                .query_map([job], target)?
                .collect()
        })
    }

    /// One target, by its place in its job.
    pub fn target(&self, job: &str, ordinal: u32) -> Result<Option<TargetRow>, StoreError> {
        self.database.read(|connection| {
            connection
                .prepare_cached(&format!("{TARGET} WHERE job = ?1 AND ordinal = ?2"))?
                .query_row(params![job, ordinal], target)
                .optional()
        })
    }

    /// One target, by its UID. Of a job over two clusters that gave the same UID it is the first.
    pub fn target_by_uid(&self, job: &str, uid: &Uid) -> Result<Option<TargetRow>, StoreError> {
        self.database.read(|connection| {
            connection
                .prepare_cached(&format!("{TARGET} WHERE job = ?1 AND uid = ?2 ORDER BY ordinal LIMIT 1"))?
                .query_row(params![job, uid.as_str()], target)
                .optional()
        })
    }

    /// Everything that was recorded of a target, oldest first. A note stands with the outcome that there was then.
    pub fn events(&self, job: &str, ordinal: u32) -> Result<Vec<OutcomeRecord>, StoreError> {
        self.database.read(|connection| {
            connection
                .prepare_cached(&format!("{EVENT} WHERE job = ?1 AND ordinal = ?2 ORDER BY id"))?
                .query_map(params![job, ordinal], event)?
                .collect()
        })
    }

    /// How many targets there are in all jobs.
    pub fn count_receipts(&self) -> Result<u64, StoreError> {
        self.database.read(|connection| {
            connection.query_row("SELECT count(*) FROM target", [], |row| unsigned(row, 0))
        })
    }
}

pub(super) const NEWEST_FIRST: &str = "ORDER BY created DESC, job.rowid DESC";

/// Looks at every page, and reads every job without its targets: one that does not read back would keep all others from being listed.
pub(super) fn read_back(connection: &Connection) -> rusqlite::Result<()> {
    check_pages(connection)?;
    let mut statement = connection.prepare(&format!("{JOB} FROM job"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        job_of(connection, row, Vec::new())?;
    }
    Ok(())
}

/// Reads everything there is of a job.
pub(super) fn whole_job(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    connection.query_row(&format!("{JOB} FROM job WHERE job = ?1"), [id], |row| job(connection, row))?;
    let mut targets = connection.prepare_cached(&format!("{TARGET} WHERE job = ?1"))?;
    let mut targets = targets.query_map([id], target)?;
    targets.try_for_each(|target| target.map(drop))?;
    let mut events = connection.prepare_cached(&format!("{EVENT} WHERE job = ?1"))?;
    events.query_map([id], event)?.try_for_each(|event| event.map(drop))
}

fn jobs(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<JobRow>> {
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map([], |row| job(connection, row))?.collect()
}

/// A job from a row of [`JOB`], with its clusters and outcomes.
pub(super) fn job(connection: &Connection, row: &Row<'_>) -> rusqlite::Result<JobRow> {
    let outcomes = outcomes(connection, &row.get::<_, String>(0)?)?;
    job_of(connection, row, outcomes)
}

fn job_of(connection: &Connection, row: &Row<'_>, outcomes: Vec<OutcomeCount>) -> rusqlite::Result<JobRow> {
    let job: String = row.get(0)?;
    let agreed: Option<String> = row.get(3)?;
    Ok(JobRow {
        digest: row.get(1)?,
        options: from_json(row, 2)?,
        agreed: agreed.map(|_| from_json(row, 3)).transpose()?,
        created: row.get(4)?,
        finished: row.get(5)?,
        clusters: clusters(connection, &job)?,
        matching: outcomes.iter().map(|counted| counted.count).sum(),
        outcomes,
        job,
    })
}

fn clusters(connection: &Connection, job: &str) -> rusqlite::Result<Vec<JobCluster>> {
    connection
        .prepare_cached(
            "SELECT cluster, name, fingerprint, tier, user, server FROM job_cluster
             WHERE job = ?1 ORDER BY ordinal",
        )?
        .query_map([job], |row| {
            Ok(JobCluster {
                cluster: parse(row, 0, ClusterId::parse)?,
                name: row.get(1)?,
                fingerprint: from_json(row, 2)?,
                tier: from_json(row, 3)?,
                user: row.get(4)?,
                server: row.get(5)?,
            })
        })?
        .collect()
}

fn outcomes(connection: &Connection, job: &str) -> rusqlite::Result<Vec<OutcomeCount>> {
    connection
        .prepare_cached("SELECT word, count(*) FROM target WHERE job = ?1 GROUP BY word ORDER BY word")?
        .query_map([job], |row| Ok(OutcomeCount { outcome: row.get(0)?, count: row.get(1)? }))?
        .collect()
}

fn event(row: &Row<'_>) -> rusqlite::Result<OutcomeRecord> {
    Ok(OutcomeRecord {
        ordinal: row.get(0)?,
        outcome: from_json(row, 1)?,
        audit_id: row.get(2)?,
        status: row.get(3)?,
        note: row.get(4)?,
        at: row.get(5)?,
    })
}

/// A target from a row of [`TARGET`].
pub(super) fn target(row: &Row<'_>) -> rusqlite::Result<TargetRow> {
    let ordinal = row.get(0)?;
    let latest = OutcomeRecord {
        ordinal,
        outcome: from_json(row, 8)?,
        audit_id: row.get(9)?,
        status: row.get(10)?,
        note: row.get(11)?,
        at: row.get(12)?,
    };
    let target = TargetRecord {
        object: ObjectRecord::read(row, 13)?,
        resource_version: row.get(1)?,
        rehearsal: from_json(row, 2)?,
        rehearsed_at: row.get(3)?,
        copy: from_json(row, 4)?,
        dependants: row.get(5)?,
        copied_with: from_json(row, 6)?,
        level: row.get(7)?,
    };
    Ok(TargetRow { ordinal, target, latest })
}

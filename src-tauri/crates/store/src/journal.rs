//! The journal: what was to be deleted, written before it is, and what became of it.
//!
//! It knows nothing of clusters' answers and decides nothing; it keeps what it is told and gives it back.

mod history;
mod read;
pub(crate) mod record;
mod schema;

use std::path::Path;

use rusqlite::{Transaction, params};
use secateur_domain::{ids::ResourceName, outcome::Outcome};

use crate::{
    StoreError,
    database::{Database, json},
};
use record::{JobRecord, OutcomeRecord, TargetRecord};
use schema::SCHEMA;

/// The open journal; clones share it. Every method blocks until the disk has what was written.
#[derive(Debug, Clone)]
pub struct Journal {
    database: Database,
}

impl Journal {
    /// Opens `journal.db` in `dir`, making or migrating it. A damaged one is set aside, see [`Self::problem`]. One
    /// process at a time: see [`crate::StateDir`].
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        Ok(Self { database: Database::open(dir, &SCHEMA)? })
    }

    /// What was wrong with the journal that was found, one sentence that names the file.
    pub fn problem(&self) -> Option<&str> {
        self.database.problem()
    }

    /// Writes the intent of a job, all of it or nothing. When this returns `Ok` the intent survives a crash, and only
    /// then may anything of it be sent.
    pub fn begin_job(&self, record: &JobRecord) -> Result<(), StoreError> {
        self.database.write(|transaction| {
            transaction.execute(
                "INSERT INTO job (job, digest, options, agreed, created) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![
                    record.job,
                    record.digest,
                    json(&record.options)?,
                    json(&record.agreed)?,
                    record.created
                ],
            )?;
            insert_clusters(transaction, record)?;
            insert_targets(transaction, record)
        })
    }

    /// Adds what became of several targets of a job, all of it or nothing, with one wait for the disk.
    pub fn record_all(&self, job: &str, records: &[OutcomeRecord]) -> Result<(), StoreError> {
        self.add(&records.iter().map(|record| (job, record)).collect::<Vec<_>>())
    }

    /// Adds what became of targets of several jobs, all of it or nothing, with one wait for the disk.
    pub fn write(&self, batch: &[(String, OutcomeRecord)]) -> Result<(), StoreError> {
        self.add(&batch.iter().map(|(job, record)| (job.as_str(), record)).collect::<Vec<_>>())
    }

    /// Adds an event without a new outcome to a target: "Restored with a new UID …", "Checked: …".
    pub fn note(&self, job: &str, ordinal: u32, note: &str, at: i64) -> Result<(), StoreError> {
        let noted = self.database.write(|transaction| {
            transaction.execute(
                "INSERT INTO event (job, ordinal, outcome, note, at)
                 SELECT job, ordinal, outcome, ?3, ?4 FROM target WHERE job = ?1 AND ordinal = ?2",
                params![job, ordinal, note, at],
            )?;
            transaction.execute(
                "UPDATE target SET note = ?3 WHERE job = ?1 AND ordinal = ?2",
                params![job, ordinal, note],
            )
        })?;
        if noted == 0 {
            return Err(StoreError::UnknownTarget { job: job.to_owned(), ordinal });
        }
        Ok(())
    }

    /// Says that a job came to its end at `at`, in Unix milliseconds.
    pub fn finish_job(&self, job: &str, at: i64) -> Result<(), StoreError> {
        self.database.write(|transaction| {
            transaction.execute("UPDATE job SET finished = ?2 WHERE job = ?1", params![job, at]).map(drop)
        })
    }

    /// Forgets the finished jobs that ended before `oldest`, in Unix milliseconds, and gives their space back. Says how
    /// many receipts that were.
    pub fn retain(&self, oldest: i64) -> Result<u32, StoreError> {
        let removed = self.database.write(|transaction| {
            let old = "(SELECT job FROM job WHERE finished < ?1)";
            transaction.execute(&format!("DELETE FROM event WHERE job IN {old}"), [oldest])?;
            let removed = transaction.execute(&format!("DELETE FROM target WHERE job IN {old}"), [oldest])?;
            transaction.execute(&format!("DELETE FROM job_cluster WHERE job IN {old}"), [oldest])?;
            transaction.execute("DELETE FROM job WHERE finished < ?1", [oldest])?;
            Ok(removed)
        })?;
        if removed > 0 {
            self.database.give_space_back()?;
        }
        Ok(u32::try_from(removed).unwrap_or(u32::MAX))
    }

    fn add(&self, batch: &[(&str, &OutcomeRecord)]) -> Result<(), StoreError> {
        let mut stray = None;
        let written = self.database.write(|transaction| {
            // What was once known of the reply stays, when an outcome comes that is not from a reply.
            let mut latest = transaction.prepare_cached(
                "UPDATE target SET outcome = ?3, audit_id = coalesce(?4, audit_id), status = coalesce(?5, status),
                        note = coalesce(?6, note), at = ?7
                 WHERE job = ?1 AND ordinal = ?2",
            )?;
            let mut event = transaction.prepare_cached(
                "INSERT INTO event (job, ordinal, outcome, audit_id, status, note, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for (job, record) in batch {
                let outcome = json(&record.outcome)?;
                let values = params![
                    job,
                    record.ordinal,
                    outcome,
                    record.audit_id,
                    record.status,
                    record.note,
                    record.at
                ];
                if latest.execute(values)? == 0 {
                    stray = Some(StoreError::UnknownTarget {
                        job: (*job).to_owned(),
                        ordinal: record.ordinal,
                    });
                    return Err(rusqlite::Error::QueryReturnedNoRows);
                }
                event.execute(values)?;
            }
            Ok(())
        });
        stray.map_or(written, Err)
    }
}

fn insert_clusters(transaction: &Transaction<'_>, record: &JobRecord) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO job_cluster (job, ordinal, cluster, name, fingerprint, digest, tier, user, server)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for (ordinal, cluster) in (0_u32..).zip(&record.clusters) {
        statement.execute(params![
            record.job,
            ordinal,
            cluster.cluster.as_str(),
            cluster.name,
            json(&cluster.fingerprint)?,
            cluster.fingerprint.digest(),
            json(&cluster.tier)?,
            cluster.user,
            cluster.server,
        ])?;
    }
    Ok(())
}

fn insert_targets(transaction: &Transaction<'_>, record: &JobRecord) -> rusqlite::Result<()> {
    let waiting = json(&Outcome::Waiting)?;
    let mut statement = transaction.prepare_cached(
        "INSERT INTO target (job, ordinal, cluster, api_group, version, plural, kind, namespace, name, uid,
                             is_namespaced, resource_version, rehearsal, rehearsed_at, copy, dependants, copied_with,
                             level, text, outcome, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
    )?;
    for (ordinal, target) in (0_u32..).zip(&record.targets) {
        let object = &target.object;
        statement.execute(params![
            record.job,
            ordinal,
            object.cluster.as_str(),
            object.group,
            object.version,
            object.plural,
            object.kind,
            object.namespace.as_ref().map(ResourceName::as_str),
            object.name.as_str(),
            object.uid.as_str(),
            object.is_namespaced,
            target.resource_version,
            json(&target.rehearsal)?,
            target.rehearsed_at,
            json(&target.copy)?,
            target.dependants,
            json(&target.copied_with)?,
            target.level,
            text_of(target, record),
            waiting,
            record.created,
        ])?;
    }
    Ok(())
}

fn text_of(target: &TargetRecord, record: &JobRecord) -> String {
    let object = &target.object;
    let cluster = record.clusters.iter().find(|cluster| cluster.cluster == object.cluster);
    search_text(&[
        object.kind.as_str(),
        &object.plural,
        object.namespace.as_ref().map_or("", ResourceName::as_str),
        object.name.as_str(),
        object.uid.as_str(),
        cluster.map_or("", |cluster| &cluster.name),
    ])
}

/// What a search looks into. A searched word has no space in it, so none is found across two parts.
fn search_text(parts: &[impl AsRef<str>; 6]) -> String {
    parts.iter().map(|part| part.as_ref().to_lowercase()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;

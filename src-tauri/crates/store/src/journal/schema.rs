//! The journal's tables, version by version.

use rusqlite::{Connection, params};
use secateur_domain::fingerprint::Fingerprint;

use super::{read, search_text};
use crate::database::{Migration, Schema, from_json};

pub(super) const SCHEMA: Schema = Schema {
    file: "journal.db",
    migrations: &[
        Migration { script: INTENTS, then: |_| Ok(()) },
        Migration { script: RECEIPTS, then: fill_receipts },
        Migration { script: ORDER, then: |_| Ok(()) },
    ],
    tables: &["job", "job_cluster", "target", "event"],
    overwrites: "FAST",
    read_back: read::read_back,
    discard_unreadable,
};

/// 1: intents, and what became of them. `outcome` holds the domain's Outcome as JSON; `state` is its tag. A target
/// keeps its latest outcome, `event` keeps them all.
pub(super) const INTENTS: &str = "
    CREATE TABLE job (
        job TEXT PRIMARY KEY,
        digest TEXT NOT NULL,
        options TEXT NOT NULL,
        created INTEGER NOT NULL,
        finished INTEGER
    ) STRICT;
    CREATE TABLE job_cluster (
        job TEXT NOT NULL REFERENCES job (job),
        ordinal INTEGER NOT NULL,
        cluster TEXT NOT NULL,
        name TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        PRIMARY KEY (job, cluster)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE target (
        job TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        cluster TEXT NOT NULL,
        api_group TEXT NOT NULL,
        version TEXT NOT NULL,
        plural TEXT NOT NULL,
        kind TEXT NOT NULL,
        namespace TEXT,
        name TEXT NOT NULL,
        uid TEXT NOT NULL CHECK (uid <> ''),
        outcome TEXT NOT NULL,
        state TEXT NOT NULL AS (outcome ->> 'outcome') STORED,
        audit_id TEXT,
        at INTEGER NOT NULL,
        PRIMARY KEY (job, ordinal),
        FOREIGN KEY (job, cluster) REFERENCES job_cluster (job, cluster)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE event (
        id INTEGER PRIMARY KEY,
        job TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        audit_id TEXT,
        at INTEGER NOT NULL,
        FOREIGN KEY (job, ordinal) REFERENCES target (job, ordinal)
    ) STRICT;
    CREATE INDEX event_of_target ON event (job, ordinal);";

/// 2: receipts. `word` is the domain's `Outcome::word`, to count and filter by; `text` is what a search looks into, in
/// lower case. What version 1 did not know has a default that says so.
const RECEIPTS: &str = r#"
    ALTER TABLE job ADD COLUMN agreed TEXT;
    ALTER TABLE job_cluster ADD COLUMN tier TEXT NOT NULL DEFAULT '"unknown"';
    ALTER TABLE job_cluster ADD COLUMN user TEXT;
    ALTER TABLE job_cluster ADD COLUMN server TEXT NOT NULL DEFAULT '';
    ALTER TABLE job_cluster ADD COLUMN digest TEXT NOT NULL DEFAULT '';
    ALTER TABLE target ADD COLUMN is_namespaced INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE target ADD COLUMN resource_version TEXT;
    ALTER TABLE target ADD COLUMN rehearsal TEXT NOT NULL
        DEFAULT '{"rehearsal":"notAsked","why":"it was deleted before Secateur rehearsed"}';
    ALTER TABLE target ADD COLUMN rehearsed_at INTEGER;
    ALTER TABLE target ADD COLUMN copy TEXT NOT NULL
        DEFAULT '{"copy":"notKept","why":"it was deleted before Secateur kept copies"}';
    ALTER TABLE target ADD COLUMN dependants INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE target ADD COLUMN status INTEGER;
    ALTER TABLE target ADD COLUMN note TEXT;
    ALTER TABLE target ADD COLUMN text TEXT NOT NULL DEFAULT '';
    ALTER TABLE target ADD COLUMN word TEXT NOT NULL AS (
        CASE WHEN state = 'gone' AND outcome ->> 'successor' IS NOT NULL THEN 'recreated' ELSE state END
    ) VIRTUAL;
    ALTER TABLE event ADD COLUMN status INTEGER;
    ALTER TABLE event ADD COLUMN note TEXT;
    UPDATE job_cluster SET server = coalesce(fingerprint ->> 'server', '');
    UPDATE target SET is_namespaced = namespace IS NOT NULL;
    CREATE INDEX target_by_word ON target (job, word);
    CREATE INDEX job_cluster_by_name ON job_cluster (name, job);"#;

/// 3: what a job that goes on needs to go on as it began. `copied_with` is a list of objects, as JSON.
const ORDER: &str = "
    ALTER TABLE target ADD COLUMN level INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE target ADD COLUMN copied_with TEXT NOT NULL DEFAULT '[]';";

/// What SQL cannot work out: digests, and lower case beyond ASCII.
fn fill_receipts(connection: &Connection) -> rusqlite::Result<()> {
    let mut set_digest =
        connection.prepare("UPDATE job_cluster SET digest = ?3 WHERE job = ?1 AND cluster = ?2")?;
    let mut clusters = connection.prepare("SELECT job, cluster, fingerprint FROM job_cluster")?;
    let mut rows = clusters.query([])?;
    while let Some(row) = rows.next()? {
        let (job, cluster): (String, String) = (row.get(0)?, row.get(1)?);
        let fingerprint: Fingerprint = from_json(row, 2)?;
        set_digest.execute(params![job, cluster, fingerprint.digest()])?;
    }
    let mut set_text = connection.prepare("UPDATE target SET text = ?3 WHERE job = ?1 AND ordinal = ?2")?;
    let mut targets = connection.prepare(
        "SELECT job, target.ordinal, kind, plural, coalesce(namespace, ''), target.name, uid, job_cluster.name
         FROM target JOIN job_cluster USING (job, cluster)",
    )?;
    let mut rows = targets.query([])?;
    while let Some(row) = rows.next()? {
        let mut parts: [String; 6] = Default::default();
        for (column, part) in (2..).zip(&mut parts) {
            *part = row.get(column)?;
        }
        let (job, ordinal): (String, u32) = (row.get(0)?, row.get(1)?);
        set_text.execute(params![job, ordinal, search_text(&parts)])?;
    }
    Ok(())
}

/// Deletes the jobs of which something does not read back, whole: half a job is no record of what was done.
fn discard_unreadable(connection: &Connection) -> rusqlite::Result<()> {
    let mut jobs = connection.prepare("SELECT job FROM job")?;
    let jobs: Vec<String> = jobs.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for job in jobs {
        if read::whole_job(connection, &job).is_err() {
            for table in SCHEMA.tables.iter().rev() {
                connection.execute(&format!("DELETE FROM {table} WHERE job = ?1"), [&job])?;
            }
        }
    }
    Ok(())
}

//! The journal's tables, version by version.

use rusqlite::{Connection, TransactionBehavior};

/// One script for each version, applied in order; `PRAGMA user_version` says how many were. A script that has been
/// released is never changed: the next version gets a script of its own.
const MIGRATIONS: &[&str] = &[
    // 1: intents, and what became of them. `outcome` holds the domain's Outcome as JSON; `state` is its tag, to count
    // by. A target keeps its latest outcome, `event` keeps them all.
    "CREATE TABLE job (
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
    CREATE INDEX event_of_target ON event (job, ordinal);",
];

/// The newest version known here.
pub(super) fn newest() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// The version of an open file; 0 for a new one.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings the file to the newest version, all of it or nothing.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let done = version(connection)?;
    if done >= newest() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for script in MIGRATIONS.iter().skip(done as usize) {
        transaction.execute_batch(script)?;
    }
    transaction.pragma_update(None, "user_version", newest())?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_can_be_brought_to_the_newest() {
        for start in 0..=MIGRATIONS.len() {
            let mut connection = Connection::open_in_memory().expect("a database");
            for script in &MIGRATIONS[..start] {
                connection.execute_batch(script).expect("a script that applies");
            }
            connection
                .pragma_update(None, "user_version", i64::try_from(start).expect("small"))
                .expect("a version");
            migrate(&mut connection).expect("a migration");
            assert_eq!(version(&connection).expect("a version"), newest());
            connection.execute("INSERT INTO job VALUES ('a', 'b', '{}', 1, NULL)", []).expect("its tables");
        }
    }
}

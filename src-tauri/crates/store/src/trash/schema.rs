//! The trash's table.

use crate::database::{Migration, Schema};

pub(super) const SCHEMA: Schema = Schema {
    file: "trash.db",
    migrations: &[Migration { script: COPIES, then: |_| Ok(()) }],
    tables: &["copy"],
    overwrites: "FAST",
    // Bodies may take gigabytes, so they are not looked at before they are asked for; an altered one says so then.
    read_back: |connection| {
        connection.query_row("SELECT total(bytes) FROM copy", [], |row| row.get::<_, f64>(0)).map(drop)
    },
    discard_unreadable: |_| Ok(()),
};

/// 1: copies. The body comes last, so that reading rows does not read bodies.
const COPIES: &str = "
    CREATE TABLE copy (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        role TEXT NOT NULL,
        cluster TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        api_group TEXT NOT NULL,
        version TEXT NOT NULL,
        plural TEXT NOT NULL,
        kind TEXT NOT NULL,
        namespace TEXT,
        name TEXT NOT NULL,
        uid TEXT NOT NULL CHECK (uid <> ''),
        is_namespaced INTEGER NOT NULL,
        at INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        key TEXT NOT NULL,
        nonce BLOB NOT NULL,
        body BLOB NOT NULL,
        UNIQUE (job, ordinal, cluster, uid)
    ) STRICT;
    CREATE INDEX copy_by_age ON copy (at, id, bytes);";

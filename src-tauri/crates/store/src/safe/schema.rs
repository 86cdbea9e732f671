//! The safe's table.

use crate::database::{Migration, Schema};

pub(super) const SCHEMA: Schema = Schema {
    file: "safe.db",
    migrations: &[Migration { script: SEALED, then: |_| Ok(()) }],
    tables: &["sealed"],
    overwrites: "ON",
    // There are few rows, and each is needed as a whole.
    read_back: |connection| super::rows(connection).map(drop),
    discard_unreadable: |_| Ok(()),
};

/// 1: what is sealed. The key's name is in the clear, so that a row under another key is told from an altered one.
const SEALED: &str = "
    CREATE TABLE sealed (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        sort TEXT NOT NULL,
        name TEXT NOT NULL,
        key TEXT NOT NULL,
        nonce BLOB NOT NULL,
        body BLOB NOT NULL,
        UNIQUE (sort, name)
    ) STRICT;";

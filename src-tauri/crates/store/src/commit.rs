//! The moment at which something is written for good. A build for tests can be told to end there, as a machine does that
//! loses its power: `SECATEUR_END_AT="before 7"` ends it before the seventh commit of this process, `"after 7"` after it.

use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Transaction;

static COMMITS: AtomicU64 = AtomicU64::new(0);

/// Commits. Every write of the journal and the trash comes through here, but for what brings a file to a newer version.
pub(crate) fn commit(transaction: Transaction<'_>) -> rusqlite::Result<()> {
    let count = COMMITS.fetch_add(1, Ordering::Relaxed) + 1;
    end_if_asked("before", count);
    transaction.commit()?;
    end_if_asked("after", count);
    Ok(())
}

fn end_if_asked(side: &str, count: u64) {
    let is_asked = || std::env::var("SECATEUR_END_AT").is_ok_and(|asked| asked == format!("{side} {count}"));
    if cfg!(debug_assertions) && is_asked() {
        // Nothing is unwound, flushed or closed.
        std::process::abort();
    }
}

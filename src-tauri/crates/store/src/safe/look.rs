//! Looking at the file while another process has it, or may have: read as it lies there, without a lock, a journal or a
//! change. Its owner brings every write into the file itself, so nothing is missed but what is being written now.

use std::{
    fs, io,
    path::Path,
    thread,
    time::{Duration, SystemTime},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::{Connection, OpenFlags};

use super::{SCHEMA, SealedRow};
use crate::{StoreError, database::version_of};

/// A write takes some milliseconds; what was read while one went on is read again.
const ATTEMPTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(25);

/// What a path may have in a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'_').remove(b'-');

/// The rows; none where there is no file.
pub(super) fn rows(file: &Path) -> Result<Vec<SealedRow>, StoreError> {
    let of_file = |error| StoreError::of_file(file, error);
    let mut attempt = 0;
    loop {
        attempt += 1;
        let Some(before) = mark(file).map_err(of_file)? else { return Ok(Vec::new()) };
        let read = read(file);
        let is_steady = mark(file).map_err(of_file)? == Some(before);
        if (is_steady && read.is_ok()) || attempt >= ATTEMPTS {
            return read;
        }
        thread::sleep(PAUSE);
    }
}

fn read(file: &Path) -> Result<Vec<SealedRow>, StoreError> {
    let failed = |error| StoreError::of_database(file, error);
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(address(file), flags).map_err(failed)?;
    let (found, known) = (version_of(&connection).map_err(failed)?, SCHEMA.newest());
    match found {
        0 => Ok(Vec::new()),
        found if found > known => Err(StoreError::Newer { file: file.to_owned(), found, known }),
        _ => super::rows(&connection).map_err(failed),
    }
}

/// `file:/…?immutable=1`, by which SQLite takes no lock, makes no file and looks for no journal.
fn address(file: &Path) -> String {
    let path = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let path = path.to_string_lossy().replace('\\', "/");
    let root = if path.starts_with('/') { "" } else { "/" };
    format!("file:{root}{}?immutable=1", utf8_percent_encode(&path, PATH))
}

/// Changes with every write; `None` where there is no file.
fn mark(file: &Path) -> io::Result<Option<(u64, SystemTime)>> {
    match fs::metadata(file) {
        Ok(metadata) => Ok(Some((metadata.len(), metadata.modified()?))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

//! A damaged file: set aside under a name that says when, and replaced by a new one with what can still be read of it.

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, ErrorCode, Rows, params_from_iter, types::Value};

use super::{Schema, remove, version_of, with_suffix};
use crate::StoreError;

/// So many files may be set aside within one second.
const MOST_ASIDE: u64 = 1_000;

/// Sets `file` aside and opens a new one in its place. Says what was done in one sentence.
pub(super) fn begin_anew(
    file: &Path,
    schema: &Schema,
    why: &(dyn Error + Send + Sync + 'static),
) -> Result<(Connection, String), StoreError> {
    let aside = set_aside(file).map_err(|error| StoreError::of_file(file, error))?;
    // Salvaging is an attempt: whatever stands in its way, the file is kept, and a new one is what is needed now.
    let (connection, kept) = if let Ok(Some(connection)) = salvage(&aside, file, schema) {
        (connection, "what could be read of it was taken over")
    } else {
        remove_all(file).map_err(|error| StoreError::of_file(file, error))?;
        (schema.connect(file)?, "nothing of it could be read")
    };
    let problem =
        format!("{} was damaged ({why}); it is kept as {}, and {kept}", file.display(), aside.display());
    Ok((connection, problem))
}

/// Renames the file and its WAL, so that SQLite still finds the two together.
fn set_aside(file: &Path) -> io::Result<PathBuf> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let aside = (now..now + MOST_ASIDE)
        .map(|time| with_suffix(file, &format!(".damaged-{time}")))
        .find(|path| !path.exists())
        .ok_or(io::ErrorKind::AlreadyExists)?;
    // The WAL first: a new file must not find it.
    match fs::rename(with_suffix(file, "-wal"), with_suffix(&aside, "-wal")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::rename(file, &aside)?,
    }
    Ok(aside)
}

/// Makes a new file from what can be read of `aside`, which stays as it is: SQLite works on a copy. `None` when that
/// is nothing.
fn salvage(aside: &Path, file: &Path, schema: &Schema) -> Result<Option<Connection>, StoreError> {
    let copy = with_suffix(file, ".salvage");
    let of_file = |error| StoreError::of_file(&copy, error);
    remove_all(&copy).map_err(of_file)?;
    let salvaged = fs::copy(aside, &copy)
        .and_then(|_| copy_if_there(&with_suffix(aside, "-wal"), &with_suffix(&copy, "-wal")))
        .map_err(of_file)
        .and_then(|()| take_over(&copy, file, schema).map_err(|error| StoreError::of_database(file, error)));
    remove_all(&copy).map_err(of_file)?;
    if salvaged? == 0 {
        return Ok(None);
    }
    let connection = schema.connect_unchecked(file)?;
    (schema.discard_unreadable)(&connection)
        .and_then(|()| (schema.read_back)(&connection))
        .map_err(|error| StoreError::of_database(file, error))?;
    Ok(Some(connection))
}

/// Copies rows from one file into a new one of the same version. Says how many.
fn take_over(copy: &Path, file: &Path, schema: &Schema) -> rusqlite::Result<usize> {
    let from = Connection::open(copy)?;
    let version = version_of(&from)?;
    if version == 0 || version > schema.newest() {
        return Ok(0);
    }
    let mut to = Connection::open(file)?;
    to.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    to.pragma_update(None, "foreign_keys", "ON")?;
    schema.bring_to(&mut to, version)?;
    let transaction = to.transaction()?;
    let mut taken = 0;
    for table in schema.tables {
        taken += take_over_table(&from, &transaction, table)?;
    }
    transaction.commit()?;
    Ok(taken)
}

fn take_over_table(from: &Connection, to: &Connection, table: &str) -> rusqlite::Result<usize> {
    let columns = names(to, table, "hidden = 0 ORDER BY cid")?;
    let key = names(to, table, "pk > 0 ORDER BY pk")?;
    let names = columns.join(", ");
    let marks = vec!["?"; columns.len()].join(", ");
    let mut insert = to.prepare(&format!("INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"))?;
    let mut taken = 0;
    // From both ends: what lies behind a page that cannot be read is reached from the other side.
    for direction in ["ASC", "DESC"] {
        let sql = |order: &str| format!("SELECT {names} FROM {table} ORDER BY {order}");
        // In the order in which the table itself lies in the file, so that nothing has to be read before the first row.
        let by_key = key.iter().map(|column| format!("{column} {direction}")).collect::<Vec<_>>().join(", ");
        let select =
            from.prepare(&sql(&format!("rowid {direction}"))).or_else(|_| from.prepare(&sql(&by_key)));
        let Ok(mut select) = select else { continue };
        let mut rows = select.query([])?;
        loop {
            match values(&mut rows, columns.len()) {
                Ok(None) => return Ok(taken),
                Ok(Some(values)) => match insert.execute(params_from_iter(values)) {
                    Ok(count) => taken += count,
                    // What it belongs to could not be read, or it is nonsense.
                    Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {}
                    Err(error) => return Err(error),
                },
                Err(_) => break,
            }
        }
    }
    Ok(taken)
}

fn values(rows: &mut Rows<'_>, count: usize) -> rusqlite::Result<Option<Vec<Value>>> {
    rows.next()?.map(|row| (0..count).map(|column| row.get(column)).collect()).transpose()
}

/// The names of a table's columns that meet a condition. A column with `hidden` is worked out from others.
fn names(connection: &Connection, table: &str, condition: &str) -> rusqlite::Result<Vec<String>> {
    let sql = format!("SELECT name FROM pragma_table_xinfo(?1) WHERE {condition}");
    connection.prepare(&sql)?.query_map([table], |row| row.get(0))?.collect()
}

fn copy_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::copy(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes a database with everything that SQLite put beside it.
fn remove_all(file: &Path) -> io::Result<()> {
    ["", "-wal", "-shm", "-journal"].iter().try_for_each(|suffix| remove(&with_suffix(file, suffix)))
}

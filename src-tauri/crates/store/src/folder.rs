//! The folder that holds everything Secateur keeps, and the lock that makes it ours.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::StoreError;

/// The state folder, owned by this process for as long as the value lives. The system takes the lock back when the
/// process ends, however it ends.
#[derive(Debug)]
pub struct StateDir {
    path: PathBuf,
    /// Held, never read: closing it gives the folder up.
    _lock: File,
}

impl StateDir {
    /// Takes the folder, making it for the person alone (0700) where it does not exist. One that exists keeps its
    /// permissions: it may be a folder that the person pointed at.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        create_private(dir).map_err(|error| StoreError::of_file(dir, error))?;
        let file = dir.join("lock");
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&file)
            .map_err(|error| StoreError::of_file(&file, error))?;
        match lock.try_lock() {
            Ok(()) => {
                // On a full disk another would only not learn who holds it; what has to be kept says so itself.
                let _ = sign(&lock);
                Ok(Self { path: dir.to_owned(), _lock: lock })
            }
            Err(TryLockError::WouldBlock) => {
                Err(StoreError::AlreadyInUse { folder: dir.to_owned(), holder: holder(&file) })
            }
            Err(TryLockError::Error(error)) => Err(StoreError::of_file(&file, error)),
        }
    }

    /// Makes the folder for the person alone, without taking it: for what is written into it before it is taken.
    pub fn prepare(dir: &Path) -> Result<(), StoreError> {
        create_private(dir).map_err(|error| StoreError::of_file(dir, error))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Says whose the lock is, so that another can name it. The lock itself is the system's; the text decides nothing.
fn sign(mut lock: &File) -> io::Result<()> {
    lock.set_len(0)?;
    writeln!(lock, "{}", std::process::id())
}

/// Who holds the lock. Where the system keeps a locked file from being read, nobody knows.
fn holder(file: &Path) -> Option<u32> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

fn create_private(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_at_a_time_owns_the_folder() {
        let home = tempfile::tempdir().expect("a folder");
        let dir = home.path().join("a/state");
        let first = StateDir::open(&dir).expect("the folder is free");
        let error = StateDir::open(&dir).expect_err("the folder is taken");
        assert!(matches!(&error, StoreError::AlreadyInUse { folder, .. } if *folder == dir));
        if cfg!(unix) {
            assert!(error.to_string().contains(&format!("(process {})", std::process::id())), "{error}");
        }
        drop(first);
        StateDir::open(&dir).expect("the folder is free again");
    }

    #[cfg(unix)]
    #[test]
    fn a_new_folder_is_for_the_person_alone() {
        use std::os::unix::fs::PermissionsExt;

        let home = tempfile::tempdir().expect("a folder");
        let dir = home.path().join("state");
        let state = StateDir::open(&dir).expect("a folder");
        let mode = std::fs::metadata(state.path()).expect("it exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_file_in_its_place_is_named() {
        let home = tempfile::tempdir().expect("a folder");
        let dir = home.path().join("state");
        std::fs::write(&dir, "").expect("a file");
        assert!(matches!(StateDir::open(&dir), Err(StoreError::Io { file, .. }) if file == dir));
    }
}

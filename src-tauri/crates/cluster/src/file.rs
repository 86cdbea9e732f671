//! Reading a small file that somebody else wrote: a kubeconfig, a token, a certificate. What is no regular file is
//! never opened: a FIFO would hang, a device might do anything.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

/// The largest file of certificates or keys that is read, in bytes. Bundles of all public authorities have some 250
/// kilobytes.
pub(crate) const PEM_LIMIT: u64 = 4 << 20;

/// What is at a place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing, which is no problem.
    Nothing,
    /// A file.
    Bytes(Vec<u8>),
    /// Something that is not read, and why.
    Problem(String),
}

/// Reads a file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Found {
    match try_read(path, limit) {
        Ok(bytes) => Found::Bytes(bytes),
        Err(Refusal::Missing) => Found::Nothing,
        Err(Refusal::Other(problem)) => Found::Problem(problem),
    }
}

/// As [`read`], for a file that an entry refers to and that has to be there; the error names it as its `what`.
pub(crate) fn referred(what: &str, path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    match read(path, limit) {
        Found::Bytes(bytes) => Ok(bytes),
        Found::Nothing => Err(format!("its {what} {} does not exist", path.display())),
        Found::Problem(problem) => Err(format!("its {what} {} {problem}", path.display())),
    }
}

enum Refusal {
    Missing,
    Other(String),
}

fn try_read(path: &Path, limit: u64) -> Result<Vec<u8>, Refusal> {
    let refused = |problem: &str| Err(Refusal::Other(problem.to_owned()));
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return if fs::symlink_metadata(path).is_ok() {
                refused("is a link to something that does not exist")
            } else {
                Err(Refusal::Missing)
            };
        }
        Err(error) => return Err(Refusal::Other(reason(&error))),
    };
    if metadata.is_dir() {
        return refused("is a folder");
    }
    if !metadata.is_file() {
        return refused("is not a regular file, so it is not opened");
    }
    let too_large = || Err(Refusal::Other(format!("is larger than {}", size(limit))));
    if metadata.len() > limit {
        return too_large();
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|error| Refusal::Other(reason(&error)))?;
    if bytes.len() as u64 > limit { too_large() } else { Ok(bytes) }
}

fn size(bytes: u64) -> String {
    if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{} KiB", bytes >> 10) }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(path: &Path) -> String {
        match read(path, 4 << 20) {
            Found::Problem(problem) => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn fault_65_a_missing_file_is_no_problem() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(read(&folder.path().join("config"), 1), Found::Nothing);
        assert_eq!(read(&folder.path().join("no/config"), 1), Found::Nothing);
    }

    #[test]
    fn fault_65_a_folder_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(problem(folder.path()), "is a folder");
    }

    #[test]
    fn fault_65_a_file_of_a_hundred_megabytes_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("config");
        File::create(&path).and_then(|file| file.set_len(100 << 20)).expect("a sparse file");
        assert_eq!(problem(&path), "is larger than 4 MiB");
    }

    #[cfg(unix)]
    #[test]
    fn fault_65_links_to_nothing_and_to_themselves_are_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("dangling");
        std::os::unix::fs::symlink("nowhere", &path).expect("a link");
        assert_eq!(problem(&path), "is a link to something that does not exist");
        let path = folder.path().join("loop");
        std::os::unix::fs::symlink("loop", &path).expect("a link");
        assert!(problem(&path).starts_with("cannot be read"));
    }

    #[cfg(unix)]
    #[test]
    fn fault_65_a_fifo_is_never_opened() {
        // A socket stands for it: no FIFO can be made without unsafe code, and both are no regular files.
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&path).expect("a socket");
        assert_eq!(problem(&path), "is not a regular file, so it is not opened");
        assert_eq!(problem(Path::new("/dev/null")), "is not a regular file, so it is not opened");
    }
}

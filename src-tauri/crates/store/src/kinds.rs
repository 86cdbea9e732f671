//! What each cluster was seen to serve, so that its kinds are on screen before it has been asked: a small file for each,
//! by the digest of its fingerprint.
//!
//! Nothing is decided by it and nothing is lost with it. A file that is damaged, too large or of another version is as
//! if it were not there.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use secateur_domain::kind::Kind;
use serde::{Deserialize, Serialize};

use crate::StoreError;

const FOLDER: &str = "kinds";
/// Grows with every change of what a file holds.
const VERSION: u32 = 1;
/// A kind takes about 300 bytes.
const LARGEST: u64 = 4 << 20;
/// Of how many clusters kinds are remembered.
const MOST: usize = 400;

/// The files. One process at a time writes them: see [`crate::StateDir`].
#[derive(Debug)]
pub struct RememberedKinds {
    folder: PathBuf,
    is_ours: bool,
}

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    kinds: Vec<&'a Kind>,
}

#[derive(Deserialize)]
struct Read {
    version: u32,
    kinds: Vec<Arc<Kind>>,
}

impl RememberedKinds {
    /// Those of a folder of ours.
    pub fn open(dir: &Path) -> Self {
        Self { folder: dir.join(FOLDER), is_ours: true }
    }

    /// Those of a folder that may be another's: nothing is kept.
    pub fn look(dir: &Path) -> Self {
        Self { folder: dir.join(FOLDER), is_ours: false }
    }

    /// What the cluster served when it was asked last.
    pub fn read(&self, fingerprint: &str) -> Option<Vec<Arc<Kind>>> {
        let file = self.file(fingerprint)?;
        let is_sound = fs::metadata(&file).is_ok_and(|found| found.is_file() && found.len() <= LARGEST);
        let read: Read = serde_json::from_slice(&fs::read(file).ok().filter(|_| is_sound)?).ok()?;
        (read.version == VERSION && !read.kinds.is_empty()).then_some(read.kinds)
    }

    /// Keeps what the cluster serves now. Of many clusters, those that were opened longest ago are forgotten.
    pub fn keep(&self, fingerprint: &str, kinds: &[Arc<Kind>]) -> Result<(), StoreError> {
        let Some(file) = self.file(fingerprint).filter(|_| self.is_ours) else { return Ok(()) };
        let written = Written { version: VERSION, kinds: kinds.iter().map(Arc::as_ref).collect() };
        let replaced = || {
            let bytes = serde_json::to_vec(&written)?;
            if bytes.len() as u64 > LARGEST {
                return Ok(());
            }
            fs::create_dir_all(&self.folder)?;
            let next = file.with_extension("next");
            fs::write(&next, bytes)?;
            fs::rename(&next, &file)?;
            self.forget_beyond(MOST)
        };
        replaced().map_err(|error: io::Error| StoreError::of_file(&file, error))
    }

    fn forget_beyond(&self, most: usize) -> io::Result<()> {
        let mut files: Vec<(SystemTime, PathBuf)> = fs::read_dir(&self.folder)?
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        let excess = files.len().saturating_sub(most);
        files.sort();
        files.iter().take(excess).try_for_each(|(_, file)| fs::remove_file(file))
    }

    /// A digest is letters and digits, and nothing else becomes a name.
    fn file(&self, fingerprint: &str) -> Option<PathBuf> {
        let is_digest =
            !fingerprint.is_empty() && fingerprint.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_digest.then(|| self.folder.join(fingerprint).with_extension("json"))
    }
}

#[cfg(test)]
mod tests {
    use secateur_domain::kind::Scope;

    use super::*;

    fn kinds(plural: &str) -> Vec<Arc<Kind>> {
        vec![Arc::new(Kind {
            group: "garden.example".into(),
            version: "v1".into(),
            plural: plural.into(),
            singular: "fern".into(),
            name: "Fern".into(),
            scope: Scope::Namespaced,
            verbs: vec!["list".into()],
            short_names: vec!["fe".into()],
            categories: vec!["all".into()],
            is_preferred: true,
        })]
    }

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir.join(FOLDER)).expect("a folder").flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn kinds_come_back_after_a_restart_each_for_its_cluster() {
        let dir = tempfile::tempdir().expect("a folder");
        let remembered = RememberedKinds::open(dir.path());
        assert_eq!(remembered.read("a1"), None);
        remembered.keep("a1", &kinds("ferns")).expect("kept");
        remembered.keep("b2", &kinds("mosses")).expect("kept");
        remembered.keep("b2", &kinds("reeds")).expect("kept");
        let again = RememberedKinds::open(dir.path());
        assert_eq!((again.read("a1"), again.read("b2")), (Some(kinds("ferns")), Some(kinds("reeds"))));
        assert_eq!(names(dir.path()), ["a1.json", "b2.json"], "nothing else is left behind");
    }

    #[test]
    fn who_only_looks_reads_and_keeps_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let looking = RememberedKinds::look(dir.path());
        looking.keep("a1", &kinds("ferns")).expect("nothing is done");
        assert!(!dir.path().join(FOLDER).exists());
        RememberedKinds::open(dir.path()).keep("a1", &kinds("ferns")).expect("kept");
        assert_eq!(looking.read("a1"), Some(kinds("ferns")));
    }

    #[test]
    fn what_is_damaged_is_as_if_it_were_not_there() {
        let dir = tempfile::tempdir().expect("a folder");
        let remembered = RememberedKinds::open(dir.path());
        remembered.keep("a1", &kinds("ferns")).expect("kept");
        let file = dir.path().join(FOLDER).join("a1.json");
        let whole = fs::read_to_string(&file).expect("the file");
        let half = whole.get(..whole.len() / 2).expect("half of it");
        let later = whole.replace("\"version\":1", "\"version\":2");
        assert_ne!(later, whole);
        for text in ["", "{", "[]", "null", "{\"version\":1,\"kinds\":[]}", half, &later] {
            fs::write(&file, text).expect("written");
            assert_eq!(remembered.read("a1"), None, "{text}");
        }
        fs::write(&file, vec![b' '; usize::try_from(LARGEST).expect("a size") + 1]).expect("written");
        assert_eq!(remembered.read("a1"), None);
        fs::remove_file(&file).expect("removed");
        fs::create_dir(&file).expect("a folder in its place");
        assert_eq!(remembered.read("a1"), None);
        assert!(remembered.keep("a1", &kinds("ferns")).is_err(), "and it is said that it cannot be kept");
    }

    #[test]
    fn a_name_is_a_digest_and_leads_nowhere_else() {
        let dir = tempfile::tempdir().expect("a folder");
        let remembered = RememberedKinds::open(&dir.path().join("state"));
        for name in ["", "../a", "/a", "a/b", "a.b", "ä"] {
            remembered.keep(name, &kinds("ferns")).expect("nothing is done");
            assert_eq!(remembered.read(name), None);
        }
        assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 0);
    }

    #[test]
    fn of_many_clusters_the_oldest_are_forgotten() {
        let dir = tempfile::tempdir().expect("a folder");
        let remembered = RememberedKinds::open(dir.path());
        for (number, name) in ["a", "b", "c"].iter().enumerate() {
            remembered.keep(name, &kinds("ferns")).expect("kept");
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(number as u64);
            let file = dir.path().join(FOLDER).join(format!("{name}.json"));
            fs::File::options()
                .write(true)
                .open(file)
                .and_then(|file| file.set_modified(time))
                .expect("dated");
        }
        remembered.forget_beyond(2).expect("forgotten");
        assert_eq!(names(dir.path()), ["b.json", "c.json"]);
    }
}

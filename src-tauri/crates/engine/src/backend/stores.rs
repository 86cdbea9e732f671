//! What is kept on disk, opened together.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use secateur_store::{Journal, KeyPlace, SettingsStore, StateDir, StoreError, Trash, Vault};

use crate::failure::EngineError;

/// What is kept on disk. Without a journal and a trash of its own everything can be looked at and nothing deleted.
pub struct Stores {
    pub(super) settings: Arc<SettingsStore>,
    kept: Option<Kept>,
}

/// What only one process at a time may have.
struct Kept {
    journal: Journal,
    /// Set by a thread of its own: a keyring can take its time, and the start does not wait for it.
    trash: Arc<OnceLock<Result<Trash, Arc<StoreError>>>>,
    _folder: StateDir,
}

impl Stores {
    /// Takes the folder and opens what is in it. The key of the trash is looked for meanwhile.
    pub fn open(folder: &Path, key: KeyPlace) -> Result<Self, StoreError> {
        let folder = StateDir::open(folder)?;
        let journal = Journal::open(folder.path())?;
        let settings = SettingsStore::open(folder.path());
        let trash = Arc::new(OnceLock::new());
        let (opening, path) = (Arc::clone(&trash), folder.path().to_owned());
        // It ends by itself: the vault has a deadline for the keyring.
        std::thread::spawn(move || {
            let opened = Trash::open(&path, Vault::open(key)).map_err(Arc::new);
            // Nobody else sets it.
            let _ = opening.set(opened);
        });
        Ok(Self { settings: Arc::new(settings), kept: Some(Kept { journal, trash, _folder: folder }) })
    }

    /// Reads the settings only, which may be another's: what was chosen for clusters holds, nothing is kept and nothing
    /// can be deleted.
    pub fn look(folder: &Path) -> Self {
        Self { settings: Arc::new(SettingsStore::look(folder)), kept: None }
    }

    /// Why stored settings do not apply, if so.
    pub fn settings_problem(&self) -> Option<&str> {
        self.settings.problem()
    }

    /// What became of a damaged journal, if it was.
    pub fn journal_problem(&self) -> Option<&str> {
        self.kept.as_ref().and_then(|kept| kept.journal.problem())
    }

    /// The journal.
    pub(crate) fn journal(&self) -> Result<&Journal, EngineError> {
        Ok(&self.kept()?.journal)
    }

    /// The trash; blocks until its key was found, or not.
    pub(crate) fn trash(&self) -> Result<&Trash, EngineError> {
        let opened = self.kept()?.trash.wait();
        opened.as_ref().map_err(|error| EngineError::Storage(Arc::clone(error)))
    }

    fn kept(&self) -> Result<&Kept, EngineError> {
        let none =
            || EngineError::Invalid("this backend keeps nothing on disk, so nothing can be deleted".into());
        self.kept.as_ref().ok_or_else(none)
    }
}

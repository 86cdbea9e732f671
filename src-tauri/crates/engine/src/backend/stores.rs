//! What is kept on disk, opened together.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use secateur_store::{
    Journal, KeptTokens, KeyPlace, RememberedKinds, Safe, SettingsStore, StateDir, StoreError, TokenStore,
    Trash, Vault,
};

use crate::failure::EngineError;

/// What is kept on disk. Without a journal and a trash of its own everything can be looked at and nothing deleted.
pub struct Stores {
    pub(super) settings: Arc<SettingsStore>,
    pub(super) kinds: Arc<RememberedKinds>,
    folder: PathBuf,
    /// Opened when it is needed first. In a folder that is another's it is looked at.
    safe: LazyLock<Safe, OpenSafe>,
    kept: Option<Kept>,
}

type OpenSafe = Box<dyn FnOnce() -> Safe + Send>;

type OpenTrash = Box<dyn FnOnce() -> Result<Trash, Arc<StoreError>> + Send>;

/// What only one process at a time may have.
struct Kept {
    journal: Journal,
    /// Opened when it is needed first: a large one takes its time, and the start does not wait for it.
    trash: LazyLock<Result<Trash, Arc<StoreError>>, OpenTrash>,
    _folder: StateDir,
}

impl Stores {
    /// Takes the folder and opens what is in it. The key of the trash is looked for meanwhile.
    pub fn open(folder: &Path, key: KeyPlace) -> Result<Self, StoreError> {
        let folder = StateDir::open(folder)?;
        let journal = Journal::open(folder.path())?;
        let settings = SettingsStore::open(folder.path());
        // The keyring is asked on a thread of the vault's, and has answered by then.
        let (vault, path) = (Vault::open(key), folder.path().to_owned());
        let (trash_vault, trash_path) = (vault.clone(), path.clone());
        let open: OpenTrash = Box::new(move || Trash::open(&trash_path, trash_vault).map_err(Arc::new));
        let trash = LazyLock::new(open);
        let safe_path = path.clone();
        let open: OpenSafe = Box::new(move || Safe::open(&safe_path, vault));
        Ok(Self {
            settings: Arc::new(settings),
            kinds: Arc::new(RememberedKinds::open(&path)),
            folder: path,
            safe: LazyLock::new(open),
            kept: Some(Kept { journal, trash, _folder: folder }),
        })
    }

    /// Reads what may be another's: what was chosen for clusters holds, clusters that were added and tokens are there,
    /// nothing is kept and nothing can be deleted.
    pub fn look(folder: &Path, key: KeyPlace) -> Self {
        let path = folder.to_owned();
        // The keyring is asked only where there is something to open with its key.
        let key = if Safe::is_in(folder) { key } else { KeyPlace::Memory };
        let open: OpenSafe = Box::new(move || Safe::look(&path, Vault::look(key)));
        Self {
            settings: Arc::new(SettingsStore::look(folder)),
            kinds: Arc::new(RememberedKinds::look(folder)),
            folder: folder.to_owned(),
            safe: LazyLock::new(open),
            kept: None,
        }
    }

    /// Whether something may be kept in the safe. Waits for nothing.
    pub(crate) fn has_safe(&self) -> bool {
        Safe::is_in(&self.folder)
    }

    /// The safe; blocks while it is opened.
    pub(crate) fn safe(&self) -> &Safe {
        &self.safe
    }

    /// Tokens that are kept; blocks while the safe is opened.
    pub fn tokens(&self) -> Arc<dyn TokenStore> {
        Arc::new(KeptTokens::new(self.safe().clone()))
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

    /// The trash; blocks while it is opened.
    pub(crate) fn trash(&self) -> Result<&Trash, EngineError> {
        self.kept()?.trash.as_ref().map_err(|error| EngineError::Storage(Arc::clone(error)))
    }

    fn kept(&self) -> Result<&Kept, EngineError> {
        self.kept.as_ref().ok_or_else(keeps_nothing)
    }
}

/// Without a journal nothing may be sent.
pub(super) fn keeps_nothing() -> EngineError {
    EngineError::Invalid("this backend keeps nothing on disk, so nothing can be deleted".into())
}

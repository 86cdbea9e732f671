//! Puts the engine together for the window: the only place that reads the environment.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
};

use directories::{BaseDirs, ProjectDirs};
use secateur_cluster::{Network, Origin, PluginEnvironment, Plugins, Sources, Surroundings};
use secateur_engine::{Backend, BackendConfig, Clock, EngineError, PracticeClusters, Stores, SystemClock};
use secateur_practice::Practice;
use secateur_store::{KeyPlace, StoreError};

use crate::{closing::Closing, desktop::Desktop, dropping::Dropped, reviving::Reviving, sink::PageEvents};

/// What the environment says.
pub(crate) struct Environment {
    /// Where the kubeconfigs are.
    pub(crate) sources: Sources,
    /// Where kubectl's own settings are, which say what plugins may run.
    pub(crate) kuberc: Option<PathBuf>,
    /// Where Secateur keeps what it keeps; nowhere, where there is no home folder.
    pub(crate) state_dir: Option<PathBuf>,
    /// Whether that was said, and is not the application's own place.
    pub(crate) is_folder_given: bool,
    /// The proxies.
    pub(crate) surroundings: Surroundings,
}

impl Environment {
    /// The process's own.
    pub(crate) fn read() -> Self {
        let home = BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
        let own =
            ProjectDirs::from("dev", "secateur", "Secateur").map(|dirs| dirs.data_local_dir().to_owned());
        let given = set("SECATEUR_STATE_DIR").map(PathBuf::from);
        Self {
            is_folder_given: given.is_some(),
            sources: match set("KUBECONFIG") {
                Some(list) => Sources::from_list(&list, Origin::Environment),
                // Without a home it is relative, as for kubectl.
                None => Sources::of_home(home.as_deref().unwrap_or(Path::new(""))),
            },
            kuberc: home.map(|home| home.join(".kube").join("kuberc")),
            state_dir: given.or(own),
            surroundings: Surroundings::of_environment(),
        }
    }
}

/// What the commands work on.
pub(crate) struct AppState {
    /// The engine.
    pub(crate) backend: Backend,
    /// Where its events go.
    pub(crate) events: Arc<PageEvents>,
    /// Whether the person was asked what becomes of running jobs.
    pub(crate) closing: Closing,
    /// When the page's process ended last.
    pub(crate) reviving: Reviving,
    /// What the person dropped on the window.
    pub(crate) dropped: Dropped,
    /// Why nothing can be kept on disk, and so nothing deleted.
    storage_problem: Option<Arc<StoreError>>,
    settings_problem: Option<String>,
    journal_problem: Option<String>,
    /// What of the environment's proxies could not be understood.
    proxy_problems: Vec<String>,
}

impl AppState {
    /// Opens the engine. Without a usable state folder everything can still be looked at.
    pub(crate) fn open(environment: Environment, desktop: Desktop) -> Self {
        let events = Arc::new(PageEvents::new(desktop));
        let (stores, storage_problem) = stores(environment.state_dir.as_deref());
        if let Some(error) = &storage_problem {
            tracing::error!(%error, "nothing can be deleted");
        }
        let settings_problem = stores.as_ref().and_then(Stores::settings_problem).map(str::to_owned);
        let journal_problem = stores.as_ref().and_then(Stores::journal_problem).map(str::to_owned);
        let proxy_problems = environment.surroundings.problems().to_vec();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        // Other UIDs in each run: nothing of a practice cluster outlives it, and no receipt takes one for what it was of.
        let practice = Practice::new(Arc::clone(&clock), clock.now_ms());
        let network = practice.transport(Arc::new(Network::new(environment.surroundings)));
        let config = BackendConfig {
            sources: environment.sources,
            events: Arc::<PageEvents>::clone(&events),
            clock,
            plugins: Plugins::new(PluginEnvironment::LoginShell, environment.kuberc),
            practice: Some(PracticeClusters {
                kubeconfig: practice.kubeconfig(),
                reset: Box::new(move || practice.reset()),
                is_always_open: false,
            }),
        };
        let backend = Backend::open(config, network, stores);
        Self {
            backend,
            events,
            closing: Closing::default(),
            reviving: Reviving::default(),
            dropped: Dropped::default(),
            storage_problem: storage_problem.map(Arc::new),
            settings_problem,
            journal_problem,
            proxy_problems,
        }
    }

    /// The engine, where an intent can be written down before anything is sent.
    pub(crate) fn deleting(&self) -> Result<&Backend, EngineError> {
        match &self.storage_problem {
            Some(problem) => Err(EngineError::Storage(Arc::clone(problem))),
            None => Ok(&self.backend),
        }
    }

    /// What a person should know of Secateur's own files.
    pub(crate) fn own_problems(&self) -> Vec<String> {
        let storage = self.storage_problem.as_ref().map(|problem| match problem.as_ref() {
            StoreError::AlreadyInUse { .. } => {
                format!("This window only looks on, deletes nothing and keeps no settings: {problem}")
            }
            _ => format!("Nothing can be deleted: {problem}"),
        });
        let own =
            storage.into_iter().chain(self.settings_problem.clone()).chain(self.journal_problem.clone());
        own.chain(self.proxy_problems.iter().map(|problem| format!("The environment: {problem}."))).collect()
    }
}

/// What is kept in the folder, and why nothing can be. What can only be looked at still holds.
fn stores(folder: Option<&Path>) -> (Option<Stores>, Option<StoreError>) {
    let Some(folder) = folder else { return (None, Some(StoreError::NoHome)) };
    match Stores::open(folder, KeyPlace::Keyring) {
        Ok(stores) => (Some(stores), None),
        Err(error) => (Some(Stores::look(folder, KeyPlace::Keyring)), Some(error)),
    }
}

/// A variable that is set to something.
fn set(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

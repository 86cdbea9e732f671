//! Opening the engine from the command line.

use std::{
    path::PathBuf,
    sync::{Arc, mpsc},
};

use secateur_cluster::{
    Network, Origin, PluginEnvironment, Plugins, Sources, Surroundings, Transport, install_crypto_provider,
};
use secateur_engine::{
    Backend, BackendConfig, Clock, Event, EventSink, KeyPlace, PracticeClusters, Stores, SystemClock,
};
use secateur_practice::Practice;

use crate::{
    args::{Arguments, Level, TokenStore},
    output::{self, Stopped},
};

/// An open backend and what it tells.
pub(crate) struct Opened {
    pub(crate) backend: Backend,
    pub(crate) events: mpsc::Receiver<Event>,
}

/// What the command needs of the state folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeps {
    /// What was chosen for clusters; another Secateur may be using it.
    Settings,
    /// The journal and the trash, which must be ours.
    Journal,
}

/// Of the practice clusters: the same UIDs in every run, so that a plan of one run is that of the next.
const SEED: u64 = 0;

const NO_HOME: &str = "there is no home folder, and no --state-dir is named";

struct Queue(mpsc::Sender<Event>);

impl EventSink<Event> for Queue {
    fn send(&self, message: Event) {
        // The command has ended when nobody receives.
        let _ = self.0.send(message);
    }
}

/// Reads the kubeconfigs; opens no connection.
pub(crate) fn open(arguments: &Arguments, keeps: Keeps) -> Result<Opened, Stopped> {
    install_crypto_provider();
    let key = match arguments.token_store {
        TokenStore::Memory => KeyPlace::Memory,
        TokenStore::Keyring => KeyPlace::Keyring,
    };
    let stores = match (keeps, folder(arguments)) {
        (Keeps::Settings, Some(folder)) => Some(Stores::look(&folder, key)),
        (Keeps::Settings, None) => {
            output::remark(&format!("{NO_HOME}: what was chosen for clusters does not apply"));
            None
        }
        (Keeps::Journal, Some(folder)) => {
            let opened = Stores::open(&folder, key);
            Some(opened.map_err(|error| Stopped::Unusable(format!("nothing was sent: {error}")))?)
        }
        (Keeps::Journal, None) => return Err(Stopped::Unusable(format!("nothing was sent: {NO_HOME}"))),
    };
    let own = stores
        .iter()
        .flat_map(|stores| stores.settings_problem().into_iter().chain(stores.journal_problem()));
    own.for_each(output::remark);
    let surroundings = Surroundings::of_environment();
    for problem in surroundings.problems() {
        output::remark(problem);
    }
    let (queue, events) = mpsc::channel();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut network: Arc<dyn Transport> = Arc::new(Network::new(surroundings));
    let practice = arguments.practice.then(|| Practice::new(Arc::clone(&clock), SEED));
    if let Some(practice) = &practice {
        network = practice.transport(network);
    }
    let config = BackendConfig {
        sources: sources(arguments)?,
        events: Arc::new(Queue(queue)),
        clock,
        plugins: plugins(arguments),
        practice: practice.map(|practice| PracticeClusters {
            kubeconfig: practice.kubeconfig(),
            reset: Box::new(move || practice.reset()),
            is_always_open: true,
        }),
    };
    let backend = Backend::open(config, network, stores);
    backend.wait_for_added();
    Ok(Opened { backend, events })
}

/// A terminal's environment is the person's own: no shell is asked for another.
fn plugins(arguments: &Arguments) -> Plugins {
    let home = directories::BaseDirs::new();
    let kuberc = home.map(|home| home.home_dir().join(".kube").join("kuberc"));
    let plugins = Plugins::new(PluginEnvironment::Own, kuberc);
    if arguments.allow_plugins {
        plugins.consent_to_all();
    }
    plugins
}

fn sources(arguments: &Arguments) -> Result<Sources, Stopped> {
    if arguments.practice {
        return Ok(Sources { origin: Origin::Flag, files: Vec::new() });
    }
    match &arguments.kubeconfig {
        Some(list) if !list.is_empty() => Ok(Sources::from_list(list, Origin::Flag)),
        _ => {
            let home = directories::BaseDirs::new()
                .ok_or_else(|| Stopped::Unusable("there is no home folder; name a kubeconfig".into()))?;
            Ok(Sources::of_home(home.home_dir()))
        }
    }
}

fn folder(arguments: &Arguments) -> Option<PathBuf> {
    arguments.state_dir.clone().or_else(|| {
        let own = directories::ProjectDirs::from("dev", "secateur", "Secateur")?;
        Some(own.data_local_dir().to_owned())
    })
}

/// Logs to standard error. The libraries below print bodies at lower levels, so they are held to errors.
pub(crate) fn start_log(level: Level) {
    let level = match level {
        Level::Off => "off",
        Level::Error => "error",
        Level::Warn => "warn",
        Level::Info => "info",
        Level::Debug => "debug",
        Level::Trace => "trace",
    };
    let filter = format!(
        "off,secateur={level},secateur_cluster={level},secateur_engine={level},secateur_store={level}"
    );
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter).init();
}

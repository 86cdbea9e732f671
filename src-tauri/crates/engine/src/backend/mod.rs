//! The engine's one door: every command of the window and of the headless binary is a method here.

mod adding;
mod care;
mod clusters;
mod deleting;
mod history;
mod jobs;
mod practice;
mod reading;
mod restore;
mod shell;
mod stores;
mod tables;
mod views;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
};

use secateur_cluster::{Catalogue, Context, Plugins, Sources, Transport};
use secateur_domain::ids::ClusterId;
use secateur_store::{ListLook, StoredSettings};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

pub use self::{
    adding::{ClustersToAdd, HiddenCluster},
    clusters::{KubeconfigState, ServedKinds},
    deleting::{MarkedPart, PlanOf},
    history::ReceiptsForm,
    practice::PracticeClusters,
    shell::ShellKubeconfig,
    stores::Stores,
    tables::{FoundKeys, Targets},
    views::ViewSource,
};
use self::{practice::Practice, views::OpenView};
use crate::{
    care::Cares,
    catalogue::Missing,
    clock::Clock,
    event::{Event, EventSink},
    extras::Extras,
    failure::EngineError,
    job::{Job, JobSummary},
    keys::Keys,
    list::{Pool, Surroundings},
    marks::Marks,
    plans::OpenPlan,
    restore::OpenRestore,
    session::Session,
    waking,
};

/// What a backend is opened with.
pub struct BackendConfig {
    /// Where the kubeconfigs are.
    pub sources: Sources,
    /// Who is told what happens.
    pub events: Arc<dyn EventSink<Event>>,
    /// The local clock.
    pub clock: Arc<dyn Clock>,
    /// The credential plugins, with what may be run without asking.
    pub plugins: Plugins,
    /// The practice clusters, where the transport has them.
    pub practice: Option<PracticeClusters>,
}

/// Everything that is open. Cheap to clone; when the last clone goes, every task ends.
#[derive(Clone)]
pub struct Backend {
    inner: Arc<Inner>,
}

struct Inner {
    sources: Sources,
    keys: Arc<Keys>,
    stores: Option<Arc<Stores>>,
    events: Arc<dyn EventSink<Event>>,
    clock: Arc<dyn Clock>,
    cares: Arc<Cares>,
    extras: Arc<Extras>,
    practice: Practice,
    marks: Arc<Marks>,
    lists: Arc<Pool>,
    /// Each guards one registry, for moments and never across an await.
    catalogue: Mutex<Known>,
    views: Mutex<HashMap<String, Arc<OpenView>>>,
    plans: Mutex<HashMap<String, Arc<OpenPlan>>>,
    jobs: Mutex<Vec<Arc<Job>>>,
    restores: Mutex<HashMap<String, Arc<OpenRestore>>>,
    /// What an earlier run left unfinished, until a person decides.
    interrupted: Mutex<Vec<JobSummary>>,
    /// Set once the watch for the machine's waking runs: a backend is opened before there is a runtime.
    is_watching: AtomicBool,
    /// Ends the watch of the kubeconfigs, once there is one.
    watch_of_files: Mutex<Option<DropGuard>>,
    /// Held while the kubeconfigs are read and taken.
    reading: tokio::sync::Mutex<()>,
    tasks: TaskTracker,
    /// Stops every task; a child of it stops each task's own part.
    stop: CancellationToken,
    _stop_with_the_backend: DropGuard,
}

/// The catalogue and a session for each usable or unusable context.
struct Known {
    catalogue: Catalogue,
    /// What a person took off the list.
    hidden: Vec<Context>,
    sessions: HashMap<ClusterId, Arc<Session>>,
    /// Sessions of contexts that are no longer there: a job that waits for one goes on when its context comes back.
    retired: HashMap<ClusterId, Weak<Session>>,
    read_at: u64,
}

impl Backend {
    /// Reads the kubeconfigs and what was added; opens no connection, runs nothing. Blocks for the time of reading the
    /// files, and where clusters were added for half a second at most until the keyring has answered.
    pub fn open(config: BackendConfig, transport: Arc<dyn Transport>, stores: Option<Stores>) -> Self {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let interrupted = stores.as_ref().map(jobs::interrupted).unwrap_or_default();
        let stores = stores.map(Arc::new);
        let settings = stores.as_ref().map(|stores| Arc::clone(&stores.settings));
        if let Some(settings) = &settings {
            let agreed = settings.with(|settings| settings.plugin_consents.clone());
            for digest in &agreed {
                config.plugins.consent(digest);
            }
        }
        let was_practising = || settings.as_ref().is_some_and(|own| own.with(|settings| settings.practice));
        let practice = Practice::new(config.practice, was_practising);
        let cares = Arc::new(Cares::new(settings, Arc::clone(&config.clock)));
        let extras = Arc::new(Extras::new(stores.clone()));
        let inner = Inner {
            sources: config.sources,
            keys: Arc::new(Keys::new(transport, config.plugins, stores.clone())),
            stores,
            cares,
            extras,
            practice,
            events: config.events,
            marks: Arc::new(Marks::new()),
            lists: Pool::new(Surroundings {
                clock: Arc::clone(&config.clock),
                tasks: tasks.clone(),
                stop: stop.clone(),
            }),
            catalogue: Mutex::new(Known {
                catalogue: Catalogue::default(),
                hidden: Vec::new(),
                sessions: HashMap::new(),
                retired: HashMap::new(),
                read_at: config.clock.now_ms(),
            }),
            clock: config.clock,
            views: Mutex::default(),
            plans: Mutex::default(),
            jobs: Mutex::default(),
            restores: Mutex::default(),
            interrupted: Mutex::new(interrupted),
            is_watching: AtomicBool::new(false),
            watch_of_files: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
            tasks,
            _stop_with_the_backend: stop.clone().drop_guard(),
            stop,
        };
        let backend = Self { inner: Arc::new(inner) };
        let catalogue = shell::read_all(&backend.sources());
        backend.begin_reading_added();
        backend.take(catalogue, Missing::Believed);
        backend
    }

    /// Stops everything and waits until it has ended.
    pub async fn close(&self) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }

    /// The window's settings.
    pub fn settings(&self) -> StoredSettings {
        self.inner.stores.as_ref().map(|stores| stores.settings.read()).unwrap_or_default()
    }

    /// Keeps the window's settings; what a person chose for clusters stays as it is.
    pub async fn set_settings(&self, settings: StoredSettings) -> Result<(), EngineError> {
        let change = move |kept: &mut StoredSettings| {
            (kept.theme, kept.text_size) = (settings.theme, settings.text_size);
            kept.last_cluster = settings.last_cluster;
            (kept.trash_days, kept.trash_mib) = (settings.trash_days, settings.trash_mib);
            (kept.receipt_days, kept.unlock_minutes) = (settings.receipt_days, settings.unlock_minutes);
            (kept.favourite_kinds, kept.recent_kinds) = (settings.favourite_kinds, settings.recent_kinds);
            (kept.kept_clusters, kept.cluster_order) = (settings.kept_clusters, settings.cluster_order);
            kept.clusters_used = settings.clusters_used;
            kept.tour_steps = settings.tour_steps;
        };
        self.change_settings(change).await
    }

    /// Remembers how the lists of a resource are arranged, or forgets it.
    pub async fn set_list_look(&self, resource: String, look: Option<ListLook>) -> Result<(), EngineError> {
        // A plural name and a group, each a DNS name at most.
        if resource.is_empty() || resource.len() > 2 * 253 + 1 {
            return Err(EngineError::Invalid("a list is remembered by its resource's name".into()));
        }
        self.change_settings(move |kept| kept.set_look(&resource, look)).await
    }

    /// Changes what is kept of the settings.
    async fn change_settings(
        &self,
        change: impl FnOnce(&mut StoredSettings) + Send + 'static,
    ) -> Result<(), EngineError> {
        let stores = self.stores()?;
        let kept = blocking(move || stores.settings.change(change).map(drop)).await?;
        kept.map_err(|error| EngineError::Settings(Arc::new(error)))
    }

    /// Looks at the settings, the defaults where none are kept.
    fn settings_with<T>(&self, look: impl FnOnce(&StoredSettings) -> T) -> T {
        match &self.inner.stores {
            Some(stores) => stores.settings.with(look),
            None => look(&StoredSettings::default()),
        }
    }

    fn stores(&self) -> Result<Arc<Stores>, EngineError> {
        self.inner.stores.clone().ok_or_else(stores::keeps_nothing)
    }

    fn session(&self, cluster: &ClusterId) -> Result<Arc<Session>, EngineError> {
        lock(&self.inner.catalogue)
            .sessions
            .get(cluster)
            .map(Arc::clone)
            .ok_or_else(|| EngineError::ClusterUnknown(cluster.to_string()))
    }

    /// Begins to notice that the machine was asleep, once.
    fn watch_for_waking(&self) {
        if self.inner.is_watching.swap(true, Ordering::SeqCst) {
            return;
        }
        let weak = Arc::downgrade(&self.inner);
        let watch = waking::watch(Arc::clone(&self.inner.clock), move || {
            if let Some(inner) = weak.upgrade() {
                lock(&inner.catalogue).sessions.values().for_each(|session| session.wake());
            }
        });
        self.inner.tasks.spawn(self.child().run_until_cancelled_owned(watch));
        let settled = Arc::clone(&self.inner.lists).keep_settled();
        self.inner.tasks.spawn(self.child().run_until_cancelled_owned(settled));
    }

    /// A token of its own for something that is opened and closed.
    fn child(&self) -> CancellationToken {
        self.inner.stop.child_token()
    }
}

/// A registry's guard. A panic elsewhere cannot leave one half-changed: each is changed by one call.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Work that waits for the disk, on a thread where it may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, EngineError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| EngineError::Invalid(format!("a background task did not end: {error}")))
}

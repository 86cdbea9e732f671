//! The engine as the window drives it, with stores of its own and events kept for looking at.

mod list;

use std::{
    ffi::OsString,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use secateur_cluster::{
    Network, Origin, PluginEnvironment, Plugins, Sources, Transport, install_crypto_provider,
};
use secateur_domain::{
    ids::{ClusterId, ObjectKey, ResourceName},
    outcome::Outcome,
    plan::DeleteOptions,
    view::Query,
};
use secateur_engine::{
    Backend, BackendConfig, Clock, ClusterSummary, Event, EventSink, KeyPlace, Namespaces, ObjectsRequest,
    PlanOf, PlanSummary, PracticeClusters, SessionState, Stores, SystemClock, Targets, ViewHint, ViewSource,
};
use secateur_practice::Practice;

pub(crate) use list::List;

use super::{
    faults::{Fault, Faulty, Script, Sent},
    plane::Plane,
    scripted::{Rule, Scripted},
};

const PATIENCE: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(10);

/// An open backend over one or more planes.
pub(crate) struct Engine {
    pub(crate) backend: Backend,
    events: Arc<Log>,
    pub(crate) script: Arc<Script>,
    pub(crate) clock: Arc<Jumping>,
    runtime: Option<tokio::runtime::Runtime>,
    folder: tempfile::TempDir,
}

/// What is behind the transport beside the planes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    Practice,
}

/// What an engine is made of.
struct Parts {
    sources: Sources,
    plugins: Plugins,
    transport: Arc<dyn Transport>,
    script: Arc<Script>,
    beside: Beside,
    stores: Option<Stores>,
    folder: tempfile::TempDir,
}

/// The machine's clock, which can be put forward: what sleep does to it.
#[derive(Default)]
pub(crate) struct Jumping(AtomicU64);

impl Jumping {
    pub(crate) fn jump(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for Jumping {
    fn now_ms(&self) -> u64 {
        SystemClock.now_ms() + self.0.load(Ordering::SeqCst)
    }
}

/// Every event, in order.
#[derive(Default)]
pub(crate) struct Log(Mutex<Vec<Event>>);

impl EventSink<Event> for Log {
    fn send(&self, message: Event) {
        self.0.lock().expect("the log").push(message);
    }
}

impl EventSink<ViewHint> for Log {
    fn send(&self, _message: ViewHint) {}
}

impl Engine {
    pub(crate) fn on(planes: &[&Plane]) -> Self {
        Self::build(planes.iter().map(|plane| plane.kubeconfig().into()), Fault::None, true)
    }

    pub(crate) fn with(planes: &[&Plane], fault: Fault) -> Self {
        Self::build(planes.iter().map(|plane| plane.kubeconfig().into()), fault, true)
    }

    pub(crate) fn without_stores(planes: &[&Plane]) -> Self {
        Self::build(planes.iter().map(|plane| plane.kubeconfig().into()), Fault::None, false)
    }

    pub(crate) fn at(kubeconfigs: &[&std::path::Path]) -> Self {
        Self::build(kubeconfigs.iter().map(|file| file.as_os_str().to_owned()), Fault::None, true)
    }

    pub(crate) fn at_with(kubeconfig: &std::path::Path, fault: Fault) -> Self {
        Self::build(std::iter::once(kubeconfig.as_os_str().to_owned()), fault, true)
    }

    /// On planes that are reached by a script.
    pub(crate) fn scripted(planes: &[&Plane], rules: impl IntoIterator<Item = Rule>) -> Self {
        let kubeconfigs = std::env::join_paths(planes.iter().map(|plane| plane.kubeconfig()));
        let transport = Scripted::new(Arc::new(Network::default()), rules);
        Self::by(Arc::new(transport), &kubeconfigs.expect("paths without colons"))
    }

    /// Over a transport of the test's own.
    pub(crate) fn by(transport: Arc<dyn Transport>, kubeconfigs: &std::ffi::OsStr) -> Self {
        let folder = tempfile::tempdir().expect("a state folder");
        Self::build_by(transport, Beside::Nothing, kubeconfigs, folder)
    }

    /// All on one thread, so that a test can put the time forward.
    pub(crate) fn on_one_thread(kubeconfig: &std::path::Path) -> Self {
        let engine = Self::at(&[kubeconfig]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Self { runtime: Some(runtime.expect("a runtime")), ..engine }
    }

    /// Where there is no kubeconfig at all.
    pub(crate) fn at_nothing() -> Self {
        Self::build(std::iter::empty(), Fault::None, true)
    }

    /// On a state folder whose key is in the keyring of this session, where there is no kubeconfig at all.
    pub(crate) fn on_keyring(state: &std::path::Path, fault: Fault) -> Self {
        let stores = Stores::open(state, KeyPlace::Keyring).expect("stores");
        let folder = tempfile::tempdir().expect("a folder");
        Self::build_on(std::iter::empty(), fault, Some(stores), folder)
    }

    /// On a state folder that is only looked at, where there is no kubeconfig at all.
    pub(crate) fn looking_at(state: &std::path::Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::build_on(std::iter::empty(), Fault::None, Some(Stores::look(state, KeyPlace::Memory)), folder)
    }

    /// On the state folder that another process left.
    pub(crate) fn on_state(planes: &[&Plane], state: &std::path::Path) -> Self {
        let kubeconfigs = planes.iter().map(|plane| plane.kubeconfig().into());
        let stores = Stores::open(state, KeyPlace::Memory).expect("stores");
        let folder = tempfile::tempdir().expect("a folder");
        Self::build_on(kubeconfigs, Fault::None, Some(stores), folder)
    }

    /// On the state folder of an earlier run.
    pub(crate) fn at_state(kubeconfig: &std::path::Path, state: tempfile::TempDir) -> Self {
        Self::at_state_with(kubeconfig, state, Fault::None)
    }

    /// The same, with a fault.
    pub(crate) fn at_state_with(
        kubeconfig: &std::path::Path,
        state: tempfile::TempDir,
        fault: Fault,
    ) -> Self {
        let stores = Stores::open(state.path(), KeyPlace::Memory).expect("stores");
        let kubeconfigs = std::iter::once(kubeconfig.as_os_str().to_owned());
        Self::build_on(kubeconfigs, fault, Some(stores), state)
    }

    /// As a desktop starts the application, on the state folder of an earlier run: with a home, and with a login shell
    /// that knows more than this process.
    pub(crate) fn of_desktop(home: &std::path::Path, state: tempfile::TempDir) -> Self {
        let stores = Stores::open(state.path(), KeyPlace::Memory).expect("stores");
        let plugins = Plugins::new(PluginEnvironment::LoginShell, None);
        let sources = match std::env::var_os("KUBECONFIG") {
            Some(list) => Sources::from_list(&list, Origin::Environment),
            None => Sources::of_home(home),
        };
        Self::build_with(sources, plugins, Fault::None, Some(stores), state)
    }

    /// Beside the planes, with practice clusters behind the transport.
    pub(crate) fn practising(planes: &[&Plane]) -> Self {
        let folder = tempfile::tempdir().expect("a state folder");
        Self::build_practising(planes.iter().map(|plane| plane.kubeconfig().into()), folder)
    }

    /// The same on the state folder of an earlier run, with other practice clusters.
    pub(crate) fn practising_again(state: tempfile::TempDir) -> Self {
        Self::build_practising(std::iter::empty(), state)
    }

    fn build_practising(kubeconfigs: impl Iterator<Item = OsString>, folder: tempfile::TempDir) -> Self {
        let list = std::env::join_paths(kubeconfigs).expect("paths without colons");
        Self::build_by(Arc::new(Network::default()), Beside::Practice, &list, folder)
    }

    /// Past every [`Fault`].
    fn build_by(
        transport: Arc<dyn Transport>,
        beside: Beside,
        kubeconfigs: &std::ffi::OsStr,
        folder: tempfile::TempDir,
    ) -> Self {
        let stores = Some(Stores::open(folder.path(), KeyPlace::Memory).expect("stores"));
        let sources = Sources::from_list(kubeconfigs, Origin::Environment);
        let plugins = Plugins::new(PluginEnvironment::Own, None);
        Self::assemble(Parts { sources, plugins, transport, script: Arc::default(), beside, stores, folder })
    }

    fn build(kubeconfigs: impl Iterator<Item = OsString>, fault: Fault, has_stores: bool) -> Self {
        let folder = tempfile::tempdir().expect("a state folder");
        let stores = has_stores.then(|| Stores::open(folder.path(), KeyPlace::Memory).expect("stores"));
        Self::build_on(kubeconfigs, fault, stores, folder)
    }

    fn build_on(
        kubeconfigs: impl Iterator<Item = OsString>,
        fault: Fault,
        stores: Option<Stores>,
        folder: tempfile::TempDir,
    ) -> Self {
        let list = std::env::join_paths(kubeconfigs).expect("paths without colons");
        let sources = Sources::from_list(&list, Origin::Environment);
        Self::build_with(sources, Plugins::new(PluginEnvironment::Own, None), fault, stores, folder)
    }

    fn build_with(
        sources: Sources,
        plugins: Plugins,
        fault: Fault,
        stores: Option<Stores>,
        folder: tempfile::TempDir,
    ) -> Self {
        let script = Arc::new(Script::default());
        let transport = Arc::new(Faulty::new(Network::default(), fault, Arc::clone(&script)));
        Self::assemble(Parts { sources, plugins, transport, script, beside: Beside::Nothing, stores, folder })
    }

    fn assemble(parts: Parts) -> Self {
        let Parts { sources, plugins, mut transport, script, beside, stores, folder } = parts;
        install_crypto_provider();
        let events = Arc::new(Log::default());
        let clock = Arc::new(Jumping::default());
        let practice = (beside == Beside::Practice)
            .then(|| Practice::new(Arc::<Jumping>::clone(&clock), SystemClock.now_ms()));
        if let Some(practice) = &practice {
            transport = practice.transport(transport);
        }
        let config = BackendConfig {
            sources,
            events: Arc::<Log>::clone(&events),
            clock: Arc::<Jumping>::clone(&clock),
            plugins,
            practice: practice.map(|practice| PracticeClusters {
                kubeconfig: practice.kubeconfig(),
                reset: Box::new(move || practice.reset()),
                is_always_open: false,
            }),
        };
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let backend = Backend::open(config, transport, stores);
        Self { backend, events, script, clock, runtime: Some(runtime), folder }
    }

    /// Runs a journey, then closes the backend; gives the state folder that it leaves.
    pub(crate) fn run(mut self, journey: impl AsyncFnOnce(&Self)) -> tempfile::TempDir {
        let runtime = self.runtime.take().expect("a journey runs once");
        runtime.block_on(async {
            journey(&self).await;
            tokio::time::timeout(PATIENCE, self.backend.close()).await.expect("everything ends");
        });
        drop(self.backend);
        self.folder
    }

    /// From now on the fault is there.
    pub(crate) fn arm(&self) {
        self.script.armed.store(true, Ordering::SeqCst);
    }

    /// And now it is not.
    pub(crate) fn disarm(&self) {
        self.script.armed.store(false, Ordering::SeqCst);
    }

    /// What was sent since then, in order.
    pub(crate) fn sent_since(&self, since: usize) -> Vec<Sent> {
        self.script.sent.lock().expect("what was sent").iter().skip(since).cloned().collect()
    }

    /// A cluster as it is shown.
    pub(crate) fn summary(&self, name: &str) -> ClusterSummary {
        let clusters = self.backend.catalogue().clusters;
        clusters.into_iter().find(|cluster| cluster.name == name).expect("the cluster")
    }

    /// Every event so far.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.0.lock().expect("the log").clone()
    }

    /// The states that a cluster's session went through, each told once.
    pub(crate) fn states(&self, cluster: &ClusterId) -> Vec<SessionState> {
        let events = self.events.0.lock().expect("the log");
        let told = events.iter().filter_map(|event| match event {
            Event::ClusterChanged(summary) if summary.id == *cluster => Some(summary.state),
            _ => None,
        });
        told.collect()
    }

    /// Opens a context's cluster.
    pub(crate) async fn open(&self, context: &str) -> ClusterId {
        let cluster = self.backend.cluster_named(context).expect("the context");
        self.backend.open_cluster(&cluster).await.expect("it opens");
        cluster
    }

    /// Opens a list of a kind.
    pub(crate) fn list(&self, cluster: &ClusterId, kind: &str, namespace: Option<&str>) -> List<'_> {
        let namespaces = namespace.map_or(Namespaces::All, |namespace| {
            Namespaces::Only(vec![ResourceName::parse(namespace).expect("a namespace")])
        });
        let request = ObjectsRequest { clusters: vec![cluster.clone()], kind: kind.to_owned(), namespaces };
        self.view(ViewSource::Objects(request))
    }

    /// Opens any view.
    pub(crate) fn view(&self, source: ViewSource) -> List<'_> {
        let hints = Arc::new(Log::default());
        let id = self.backend.open_view(source, Query::default(), hints).expect("a view");
        List { engine: self, id }
    }

    /// Plans the deletion of named objects.
    pub(crate) async fn plan(
        &self,
        cluster: &ClusterId,
        kind: &str,
        namespace: &str,
        names: &[&str],
    ) -> PlanSummary {
        let keys = self.keys_of(cluster, kind, namespace, names).await;
        self.worked_out(PlanOf::Keys(keys), DeleteOptions::default()).await
    }

    /// The keys of named objects, or of all of a kind in the namespace.
    pub(crate) async fn keys_of(
        &self,
        cluster: &ClusterId,
        kind: &str,
        namespace: &str,
        names: &[&str],
    ) -> Vec<ObjectKey> {
        let targets = Targets {
            kind: kind.to_owned(),
            names: names.iter().map(ToString::to_string).collect(),
            namespace: Some(namespace.to_owned()).filter(|namespace| !namespace.is_empty()),
            ..Targets::default()
        };
        self.backend.find_keys(cluster, &targets, None).await.expect("the objects").keys
    }

    /// Plans, and waits until the plan is worked out.
    pub(crate) async fn worked_out(&self, of: PlanOf, options: DeleteOptions) -> PlanSummary {
        let begun = self.backend.create_plan(of, options).await.expect("a plan");
        let worked_out = tokio::time::timeout(PATIENCE, self.backend.worked_out(&begun.plan));
        worked_out.await.expect("it is worked out in time").expect("it is worked out")
    }

    /// What every event about a plan said, and the change that it told.
    pub(crate) fn plan_events(&self, id: &str) -> Vec<(PlanSummary, String)> {
        let events = self.events.0.lock().expect("the log");
        let told = events.iter().filter_map(|event| match event {
            Event::PlanChanged { plan, change } if plan.plan == id => {
                Some((plan.as_ref().clone(), change.clone()))
            }
            _ => None,
        });
        told.collect()
    }

    /// Waits until a job is settled; gives the outcome of its only target, or of the first kind.
    pub(crate) async fn settled(&self, job: &str) -> Outcome {
        self.until("the job is settled", || {
            let summary = self.backend.jobs().into_iter().find(|summary| summary.job == job)?;
            summary.is_settled.then(|| summary.outcomes.first().expect("an outcome").0.clone())
        })
        .await
    }

    /// Waits until a plan says that it changed; gives its words.
    pub(crate) async fn plan_change(&self, id: &str) -> String {
        self.until("the plan changed to nothing", || {
            self.events.0.lock().expect("the log").iter().rev().find_map(|event| match event {
                Event::PlanChanged { plan, change } if plan.plan == id && plan.remaining == 0 => {
                    Some(change.clone())
                }
                _ => None,
            })
        })
        .await
    }

    /// Every outcome that was told so far, with its cluster.
    pub(crate) fn told(&self) -> Vec<(ClusterId, &'static str)> {
        let events = self.events.0.lock().expect("the log");
        let told = events.iter().filter_map(|event| match event {
            Event::TargetChanged { key, outcome, .. } => Some((key.cluster.clone(), outcome.word())),
            _ => None,
        });
        told.collect()
    }

    /// Every step that was told so far: the target's name and its outcome's word.
    pub(crate) fn steps(&self) -> Vec<(String, String)> {
        let events = self.events.0.lock().expect("the log");
        let told = events.iter().filter_map(|event| match event {
            Event::TargetChanged { key, outcome, .. } => {
                Some((key.name.to_string(), outcome.word().to_owned()))
            }
            _ => None,
        });
        told.collect()
    }

    /// The words of every outcome that was told so far.
    pub(crate) fn outcomes(&self) -> Vec<&'static str> {
        let word = |outcome: &Outcome| match outcome {
            Outcome::Requested => "requested",
            Outcome::Accepted => "accepted",
            Outcome::Gone { .. } => "gone",
            Outcome::Unknown { .. } => "unknown",
            _ => "other",
        };
        let events = self.events.0.lock().expect("the log");
        let told = events.iter().filter_map(|event| match event {
            Event::TargetChanged { outcome, .. } => Some(word(outcome)),
            _ => None,
        });
        told.collect()
    }

    /// Every session that ended: cluster and generation.
    pub(crate) fn logouts(&self) -> Vec<(ClusterId, u32)> {
        let events = self.events.0.lock().expect("the log");
        let ended = events.iter().filter_map(|event| match event {
            Event::LoggedOut { cluster, generation, .. } => Some((cluster.clone(), *generation)),
            _ => None,
        });
        ended.collect()
    }

    /// Waits for a session to end, and answers with all that did. A call that was refused may return before: whoever
    /// was refused first tells of it, and that may be a look of the engine's own.
    pub(crate) async fn logged_out(&self) -> Vec<(ClusterId, u32)> {
        self.until("a session ended", || Some(self.logouts()).filter(|ended| !ended.is_empty())).await
    }

    /// Waits until `look` finds something.
    pub(crate) async fn until<T>(&self, what: &str, look: impl FnMut() -> Option<T>) -> T {
        self.until_or(look, || what.to_owned()).await
    }

    /// As [`Self::until`], with what to say when it is never found.
    pub(crate) async fn until_or<T>(
        &self,
        mut look: impl FnMut() -> Option<T>,
        what: impl FnOnce() -> String,
    ) -> T {
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some(found) = look() {
                    return found;
                }
                tokio::time::sleep(GLANCE).await;
            }
        });
        found.await.unwrap_or_else(|_| panic!("still not: {}", what()))
    }
}

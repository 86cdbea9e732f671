//! A live list as the window drives it: opened, and pulled from at each hint.

use std::{ffi::OsString, process::ExitCode, sync::Arc, time::Duration};

use secateur_cluster::{Network, Origin, PluginEnvironment, Plugins, Sources, install_crypto_provider};
use secateur_domain::view::{Filter, Query};
use secateur_engine::{
    Backend, BackendConfig, Event, EventSink, Namespaces, ObjectsRequest, SystemClock, ViewHint, ViewSource,
    ViewWindow,
};
use serde::{Deserialize, Serialize};
use tokio::{sync::watch, time::Instant};

use crate::{
    filtering,
    memory::{self, Memory},
    writing,
};

/// The first argument of the part that opens a list.
pub(crate) const PART: &str = "view";
/// Its last argument where the list is watched for longer.
pub(crate) const WATCHED: &str = "watched";

/// What the page shows at a time.
pub(crate) const SHOWN: usize = 50;
const PATIENCE: Duration = Duration::from_mins(10);
/// Until what was busy with reading is quiet.
const SETTLING: Duration = Duration::from_secs(5);
/// How long nothing changes.
const IDLE: Duration = Duration::from_mins(1);

/// What opening a list came to, from the moment that it was asked for on a connected cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Opened {
    pub(crate) pods: usize,
    /// Until the first rows could be shown, in seconds.
    pub(crate) first: f64,
    /// Until all rows were there.
    pub(crate) all: f64,
    /// Until all rows could be acted on.
    pub(crate) metadata: f64,
    /// Of the processor, until then.
    pub(crate) processor: f64,
    /// The most memory of the whole process until then, in MiB.
    pub(crate) peak: f64,
    /// Its share of memory beyond that of the engine without a list, in MiB.
    pub(crate) share: f64,
    /// The same of what is resident.
    pub(crate) resident: f64,
    pub(crate) watched: Option<Watched>,
}

/// What watching it for longer came to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Watched {
    /// Of a core, while nothing changed.
    pub(crate) idle_percent: f64,
    pub(crate) writing: writing::Latencies,
    pub(crate) filtering: filtering::Filtered,
    /// How much the share of memory grew while pods changed.
    pub(crate) growth_percent: f64,
}

/// An open list.
pub(crate) struct List {
    backend: Backend,
    view: String,
    hints: watch::Receiver<Option<ViewHint>>,
}

/// The part itself.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let [kubeconfig, context, pods, rest @ ..] = arguments else {
        panic!("a kubeconfig, a context and a number")
    };
    let pods: usize = pods.parse().expect("a number of pods");
    let is_watched = rest.iter().any(|argument| argument == WATCHED);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let opened = runtime.block_on(open(kubeconfig, context, pods, is_watched));
    println!("{}", serde_json::to_string(&opened).expect("JSON"));
    ExitCode::SUCCESS
}

async fn open(kubeconfig: &str, context: &str, pods: usize, is_watched: bool) -> Opened {
    install_crypto_provider();
    let config = BackendConfig {
        sources: Sources::from_list(&OsString::from(kubeconfig), Origin::Flag),
        events: Arc::new(Unheard),
        clock: Arc::new(SystemClock),
        plugins: Plugins::new(PluginEnvironment::Own, None),
        practice: None,
    };
    let backend = Backend::open(config, Arc::new(Network::default()), None);
    let cluster = backend.cluster_named(context).expect("the context");
    backend.open_cluster(&cluster).await.expect("it opens");
    let (empty, before) = (Memory::now(), memory::processor());

    let began = Instant::now();
    let (told, hints) = watch::channel(None);
    let request =
        ObjectsRequest { clusters: vec![cluster], kind: "pods".into(), namespaces: Namespaces::All };
    let view = backend.open_view(ViewSource::Objects(request), Query::default(), Arc::new(Hints(told)));
    let mut list = List { backend, view: view.expect("a view"), hints };
    list.until("the first rows", |list, hint| hint.total > 0 && !list.window().rows.is_empty()).await;
    let first = began.elapsed();
    list.until("all rows", |_, hint| hint.total >= pods).await;
    let all = began.elapsed();
    list.until("all metadata", |_, hint| hint.markable >= pods).await;
    let (metadata, processor) = (began.elapsed(), memory::processor() - before);
    let peak = Memory::now().peak;
    tokio::time::sleep(SETTLING).await;
    let settled = Memory::now();
    list.has_uids(pods);
    let watched = if is_watched { Some(watch(&mut list, kubeconfig, pods).await) } else { None };
    list.backend.close().await;
    Opened {
        pods,
        first: first.as_secs_f64(),
        all: all.as_secs_f64(),
        metadata: metadata.as_secs_f64(),
        processor,
        peak,
        share: settled.share - empty.share,
        resident: settled.resident - empty.resident,
        watched,
    }
}

async fn watch(list: &mut List, kubeconfig: &str, pods: usize) -> Watched {
    let before = memory::processor();
    tokio::time::sleep(IDLE).await;
    let idle_percent = (memory::processor() - before) / IDLE.as_secs_f64() * 100.0;
    eprintln!("idle: {idle_percent:.2} % of a core");
    let writing = writing::latencies(list, kubeconfig, pods).await;
    eprintln!("{writing:?}");
    let shares = Memory::now().share;
    let filtering = filtering::while_changing(list, kubeconfig, pods).await;
    tokio::time::sleep(SETTLING).await;
    let growth_percent = (Memory::now().share / shares - 1.0) * 100.0;
    Watched { idle_percent, writing, filtering, growth_percent }
}

impl List {
    /// What the page would show.
    pub(crate) fn window(&self) -> ViewWindow {
        self.backend.window(&self.view, 0, SHOWN).expect("the view is open")
    }

    /// Filters as a person types.
    pub(crate) async fn filter(&self, text: &str) {
        let filter = Filter::parse::<&str>(text, &[]).expect("words");
        let query = Query { filter, ..Query::default() };
        self.backend.set_query(&self.view, query).await.expect("the view is open");
    }

    /// Waits for the next hint.
    pub(crate) async fn hint(&mut self) {
        let changed = tokio::time::timeout(PATIENCE, self.hints.changed()).await;
        changed.expect("a hint comes").expect("the view is open");
    }

    /// Waits for a hint that is so.
    async fn until(&mut self, what: &str, is_so: impl Fn(&Self, &ViewHint) -> bool) {
        let waiting = async {
            loop {
                let hint = self.hints.borrow_and_update().clone();
                if hint.as_ref().is_some_and(|hint| is_so(self, hint)) {
                    return;
                }
                self.hints.changed().await.expect("the view is open");
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(waited.is_ok(), "still not {what}: {:?}", self.hints.borrow());
    }

    /// Looks at every row.
    fn has_uids(&self, pods: usize) {
        let mut seen = 0;
        while seen < pods {
            let rows = self.backend.window(&self.view, seen, SHOWN).expect("the view is open").rows;
            assert!(
                !rows.is_empty() && rows.iter().all(|row| row.row.uid.is_some()),
                "row {seen} has no UID"
            );
            seen += rows.len();
        }
    }
}

struct Hints(watch::Sender<Option<ViewHint>>);

impl EventSink<ViewHint> for Hints {
    fn send(&self, hint: ViewHint) {
        self.0.send_replace(Some(hint));
    }
}

/// Nobody listens.
struct Unheard;

impl EventSink<Event> for Unheard {
    fn send(&self, _message: Event) {}
}

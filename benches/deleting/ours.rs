//! Secateur's side: the engine as the window and the headless binary drive it, over a transport that counts.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Method, Request};
use secateur_cluster::{
    Endpoint, HttpService, Lane, Network, Origin, PluginEnvironment, Plugins, Sources, Transport,
    TransportError, install_crypto_provider,
};
use secateur_domain::plan::{DeleteOptions, Proof};
use secateur_engine::{
    Backend, BackendConfig, Event, EventSink, JobSummary, KeyPlace, PlanOf, Stores, SystemClock, Targets,
};
use tower::{ServiceExt, service_fn, util::BoxCloneSyncService};

/// How often the job is looked at; its end is not known more exactly.
const GLANCE: Duration = Duration::from_millis(2);
const PATIENCE: Duration = Duration::from_mins(10);

/// What a plan and its job took.
pub(crate) struct Took {
    /// From choosing until the plan is worked out.
    pub(crate) planned: Duration,
    /// From confirming until everything is confirmed gone.
    pub(crate) deleted: Duration,
    /// Requests of both, by what they were.
    pub(crate) requests: Requests,
}

/// Requests by what they were.
pub(crate) type Requests = BTreeMap<&'static str, usize>;

/// Deletes what a label chooses; `between` runs when the plan is ready and right before it is confirmed.
pub(crate) fn delete(
    kubeconfig: &Path,
    context: &str,
    state: &Path,
    targets: &Targets,
    between: impl FnOnce(),
) -> Took {
    install_crypto_provider();
    let requests = Arc::new(Mutex::new(Requests::new()));
    let transport = Arc::new(Counting { inner: Network::default(), requests: Arc::clone(&requests) });
    let config = BackendConfig {
        sources: Sources::from_list(kubeconfig.as_os_str(), Origin::Flag),
        events: Arc::new(Unheard),
        clock: Arc::new(SystemClock),
        plugins: Plugins::new(PluginEnvironment::Own, None),
        practice: None,
    };
    let stores = Stores::open(state, KeyPlace::Memory).expect("stores");
    let backend = Backend::open(config, transport, Some(stores));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let cluster = backend.cluster_named(context).expect("the context");
        backend.open_cluster(&cluster).await.expect("it opens");
        let kept = backend.trash().await.expect("the trash").copies;
        let keys = backend.find_keys(&cluster, targets, None).await.expect("the objects").keys;
        let total = keys.len();
        // Signing in and finding the objects is not the plan's.
        requests.lock().expect("the counts").clear();
        let began = Instant::now();
        let plan =
            backend.create_plan(PlanOf::Keys(keys), DeleteOptions::default()).await.expect("a plan").plan;
        let plan = backend.worked_out(&plan).await.expect("it is worked out");
        let planned = began.elapsed();
        between();
        let began = Instant::now();
        let job = backend.confirm_plan(&plan.plan, &Proof::Digest(plan.frozen)).await.expect("a job");
        let over = settled(&backend, &job.job).await;
        let deleted = began.elapsed();
        let gone = over.outcomes.iter().filter(|(outcome, _)| outcome.is_gone()).map(|(_, count)| count);
        assert_eq!(gone.sum::<usize>(), total, "not all is gone: {over:?}");
        let copied = backend.trash().await.expect("the trash").copies - kept;
        assert!(copied as usize >= total, "{copied} copies of {total}");
        backend.close().await;
        let requests = requests.lock().expect("the counts").clone();
        Took { planned, deleted, requests }
    })
}

async fn settled(backend: &Backend, job: &str) -> JobSummary {
    let began = Instant::now();
    loop {
        let summary = backend.jobs().into_iter().find(|summary| summary.job == job).expect("the job");
        if summary.is_settled {
            return summary;
        }
        assert!(began.elapsed() < PATIENCE, "the job is not over: {summary:?}");
        tokio::time::sleep(GLANCE).await;
    }
}

/// Nobody listens.
struct Unheard;

impl EventSink<Event> for Unheard {
    fn send(&self, _message: Event) {}
}

/// Passes everything on, and counts.
struct Counting {
    inner: Network,
    requests: Arc<Mutex<Requests>>,
}

impl Transport for Counting {
    fn connect(&self, endpoint: &Endpoint, lane: Lane) -> Result<HttpService, TransportError> {
        let inner = self.inner.connect(endpoint, lane)?;
        let requests = Arc::clone(&self.requests);
        Ok(BoxCloneSyncService::new(service_fn(move |request: Request<Bytes>| {
            *requests.lock().expect("the counts").entry(word(&request)).or_default() += 1;
            inner.clone().oneshot(request)
        })))
    }
}

fn word(request: &Request<Bytes>) -> &'static str {
    let query = request.uri().query().unwrap_or_default();
    let has = |name: &str| query.split('&').any(|pair| pair.starts_with(name));
    match *request.method() {
        Method::DELETE if has("dryRun=") => "rehearsal",
        Method::DELETE => "DELETE",
        Method::GET if has("watch=") => "watch",
        Method::GET if has("limit=") => "list",
        Method::GET => "GET",
        _ => "review",
    }
}

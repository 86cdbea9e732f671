//! Whom the behaviours ask: a real control plane or practice, in a namespace of the behaviour's own.
//!
//! It speaks HTTP over the seam that the engine uses, and knows of the two no difference but how time passes.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::Uri;
use secateur_cluster::{Endpoint, HttpService, Lane, Network, Transport, TransportError};
use secateur_domain::clock::Clock;
use secateur_practice::Practice;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::ask::Ask;
use crate::support::{kubeconfig::Kubeconfig, plane::Plane};

/// How long a condition may take that should be there in a moment.
const PATIENCE: Duration = Duration::from_mins(1);
const GLANCE: Duration = Duration::from_millis(50);
/// UIDs of practice come from it, so that a failure happens again.
const SEED: u64 = 1;

/// One that nobody else changes: behaviours define kinds and forbid things.
static PLANE: LazyLock<Plane> = LazyLock::new(|| {
    let plane = Plane::start_in("conformance", &std::env::temp_dir());
    plane.seed(&["webhooks"]);
    plane
});
static NAMESPACES: AtomicUsize = AtomicUsize::new(0);

/// Who asks; all but the admin by the names that the server gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum User {
    /// May do everything.
    Admin,
    /// May look at everything.
    Viewer,
    /// May look at everything and create, and not delete.
    Keeper,
    /// May do nothing.
    Nobody,
    /// May delete in two namespaces, and nothing elsewhere.
    Tenant,
}

/// A server as behaviours see it.
pub(crate) struct Subject {
    /// The behaviour's own.
    pub(crate) namespace: String,
    server: Uri,
    requests: HttpService,
    watches: HttpService,
    tokens: BTreeMap<User, String>,
}

impl Subject {
    /// The real control plane, reached as `way` wants it; ask it on the runtime that it was made on.
    pub(crate) async fn real(way: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>) -> Self {
        let kubeconfig = std::fs::read_to_string(PLANE.kubeconfig()).expect("the kubeconfig");
        Self::at(&kubeconfig, &*way(Arc::new(Network::default()))).await
    }

    /// Practice with nothing in it, reached as `way` wants it.
    pub(crate) async fn practice(way: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>) -> Self {
        let practice = Practice::bare(Arc::new(Paused(Instant::now())), SEED);
        Self::at(&practice.kubeconfig(), &*way(practice.transport(Arc::new(Nowhere)))).await
    }

    async fn at(kubeconfig: &str, transport: &dyn Transport) -> Self {
        let kubeconfig = Kubeconfig::parse(kubeconfig);
        // An admin's context is named as the cluster is.
        let endpoint = kubeconfig.endpoint(kubeconfig.first_cluster());
        let lane = |lane| transport.connect(&endpoint, lane).expect("a lane");
        let subject = Self {
            namespace: format!("conformance-{}", NAMESPACES.fetch_add(1, Ordering::Relaxed)),
            requests: lane(Lane::Requests),
            watches: lane(Lane::Watches),
            tokens: tokens(&kubeconfig),
            server: endpoint.server,
        };
        subject.create("/api/v1/namespaces", json!({ "metadata": { "name": subject.namespace } })).await;
        subject
    }

    /// A path in the behaviour's namespace, such as `configmaps/one`.
    pub(crate) fn here(&self, path: &str) -> String {
        format!("/api/v1/namespaces/{}/{path}", self.namespace)
    }

    /// The same, in an API group.
    pub(crate) fn here_in(&self, group: &str, path: &str) -> String {
        format!("/apis/{group}/namespaces/{}/{path}", self.namespace)
    }

    /// A name that no other behaviour has, for what is in no namespace.
    pub(crate) fn named(&self, name: &str) -> String {
        format!("{}-{name}", self.namespace)
    }

    pub(crate) fn ask(&self, method: http::Method, path: impl Into<String>) -> Ask<'_> {
        Ask::new(self, method, path.into())
    }

    pub(crate) fn get(&self, path: impl Into<String>) -> Ask<'_> {
        self.ask(http::Method::GET, path)
    }

    pub(crate) fn post(&self, path: impl Into<String>, body: &Value) -> Ask<'_> {
        self.ask(http::Method::POST, path).body(body)
    }

    pub(crate) fn delete(&self, path: impl Into<String>) -> Ask<'_> {
        self.ask(http::Method::DELETE, path)
    }

    pub(crate) fn merge(&self, path: impl Into<String>, change: &Value) -> Ask<'_> {
        self.ask(http::Method::PATCH, path).body(change).content_type("application/merge-patch+json")
    }

    pub(crate) fn json_patch(&self, path: impl Into<String>, change: &Value) -> Ask<'_> {
        self.ask(http::Method::PATCH, path).body(change).content_type("application/json-patch+json")
    }

    /// Creates an object; gives it as the server has it.
    pub(crate) async fn create(&self, path: impl Into<String>, object: Value) -> Value {
        self.post(path, &object).await.is(201)
    }

    /// The object at a path, if there is one.
    pub(crate) async fn find(&self, path: &str) -> Option<Value> {
        let answer = self.get(path).await;
        if answer.status == 404 { None } else { Some(answer.is(200)) }
    }

    /// The object at a path, once it is so.
    pub(crate) async fn once(&self, path: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        self.until(what, async || self.find(path).await.filter(|object| is_so(object))).await
    }

    /// Waits until nothing is at a path.
    pub(crate) async fn gone(&self, path: &str) {
        self.until(&format!("{path} is gone"), async || self.find(path).await.is_none().then_some(())).await;
    }

    /// Waits until `look` finds something.
    pub(crate) async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(began.elapsed() < PATIENCE, "still not: {what}");
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Waits so long that what is going to happen would have happened.
    pub(crate) async fn a_while(&self) {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }

    pub(super) fn server(&self) -> &Uri {
        &self.server
    }

    pub(super) fn token(&self, user: User) -> &str {
        &self.tokens[&user]
    }

    pub(super) fn lane(&self, lane: Lane) -> HttpService {
        match lane {
            Lane::Requests => self.requests.clone(),
            Lane::Watches => self.watches.clone(),
        }
    }
}

/// A body that tells what happened as it comes must do so in time.
pub(super) async fn in_time<T>(what: &str, coming: impl Future<Output = T>) -> T {
    let in_time = tokio::time::timeout(PATIENCE, coming).await;
    in_time.unwrap_or_else(|_| panic!("never came: {what}"))
}

/// The time of a runtime whose time is paused: whoever waits there has waited at once.
struct Paused(Instant);

impl Clock for Paused {
    fn now_ms(&self) -> u64 {
        /// Some day.
        const BEGINNING: u64 = 1_790_000_000_000;
        BEGINNING + u64::try_from(self.0.elapsed().as_millis()).expect("no test takes that long")
    }
}

/// Nothing is beyond practice.
struct Nowhere;

impl Transport for Nowhere {
    fn connect(&self, endpoint: &Endpoint, _lane: Lane) -> Result<HttpService, TransportError> {
        panic!("{} is not practice", endpoint.server)
    }
}

/// Each user's token, by the context that is named after the cluster and the user.
fn tokens(kubeconfig: &Kubeconfig) -> BTreeMap<User, String> {
    let token = |suffix: &str| kubeconfig.token(&format!("{}{suffix}", kubeconfig.first_cluster()));
    let users = [
        (User::Admin, token("-token").or_else(|| token(""))),
        (User::Viewer, token("-viewer")),
        (User::Keeper, token("-keeper")),
        (User::Nobody, token("-nobody")),
        (User::Tenant, token("-tenant")),
    ];
    users
        .into_iter()
        .map(|(user, token)| (user, token.unwrap_or_else(|| panic!("{user:?} has a token"))))
        .collect()
}

//! What the conformance suite cannot reach: time that a test drives, and what is forgotten.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use futures::{FutureExt, StreamExt};
use http::{Method, Request, header};
use secateur_cluster::ResponseBody;
use secateur_domain::clock::Clock;
use serde_json::{Value, json};

use crate::{Practice, server::Cluster, state::REMEMBERED};

/// 2026-11-27, at noon.
const NOON: u64 = 1_795_780_800_000;
const CONFIG_MAPS: &str = "/api/v1/namespaces/default/configmaps";
const PODS: &str = "/api/v1/namespaces/default/pods";

/// A clock that moves by hand.
struct HandClock(AtomicU64);

impl Clock for HandClock {
    fn now_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// One bare cluster, asked by its admin.
struct Bed {
    practice: Practice,
    cluster: Arc<Cluster>,
    clock: Arc<HandClock>,
    token: String,
}

impl Bed {
    fn new() -> Self {
        let clock = Arc::new(HandClock(AtomicU64::new(NOON)));
        let practice = Practice::bare(Arc::clone(&clock) as Arc<dyn Clock>, 7);
        let cluster = practice.cluster("practice").expect("the cluster");
        let token = practice.clusters[0].0.contexts[0].token.clone();
        Self { practice, cluster, clock, token }
    }

    fn pass(&self, seconds: u64) {
        self.clock.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    fn open(&self, method: &Method, path: &str, body: &Value) -> (u16, ResponseBody) {
        let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        let request = Request::builder()
            .method(method)
            .uri(format!("https://practice.practice.invalid{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/merge-patch+json")
            .body(body)
            .expect("a request");
        let (parts, body) = self.cluster.answer(&request).into_parts();
        (parts.status.as_u16(), body)
    }

    fn ask(&self, method: &Method, path: &str, body: &Value) -> (u16, Value) {
        let (status, body) = self.open(method, path, body);
        let pieces = body.map(|piece| piece.expect("a piece")).collect::<Vec<_>>();
        let pieces = pieces.now_or_never().expect("a whole answer").concat();
        (status, serde_json::from_slice(&pieces).unwrap_or_default())
    }

    fn get(&self, path: &str) -> (u16, Value) {
        self.ask(&Method::GET, path, &Value::Null)
    }

    fn create(&self, path: &str, object: &Value) -> Value {
        let (status, object) = self.ask(&Method::POST, path, object);
        assert_eq!(status, 201, "{object}");
        object
    }

    /// Changes one ConfigMap until everything before is forgotten.
    fn forget(&self) {
        self.create(CONFIG_MAPS, &json!({"metadata": {"name": "busy"}}));
        self.cluster.with(|state| {
            for number in 0..=REMEMBERED {
                let changed = state.change("configmaps", "default", "busy", |map| {
                    *map = json!({"metadata": map["metadata"], "data": {"number": number.to_string()}});
                });
                assert!(changed.is_some());
            }
        });
    }

    fn version(&self) -> String {
        let (_, list) = self.get(CONFIG_MAPS);
        list["metadata"]["resourceVersion"].as_str().expect("a version").to_owned()
    }
}

/// What a watch tells without anybody waiting.
fn told(watch: &mut ResponseBody) -> Vec<Value> {
    let mut events = Vec::new();
    while let Some(Some(piece)) = watch.next().now_or_never() {
        let piece = piece.expect("a piece");
        let lines = piece.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        events.extend(lines.map(|line| serde_json::from_slice::<Value>(line).expect("an event")));
    }
    events
}

#[tokio::test]
async fn a_watch_from_what_is_forgotten_is_told_so() {
    let bed = Bed::new();
    let version = bed.version();
    bed.forget();
    let path = format!("{CONFIG_MAPS}?watch=true&resourceVersion={version}");
    let (status, mut watch) = bed.open(&Method::GET, &path, &Value::Null);
    assert_eq!(status, 200);
    let event = told(&mut watch).remove(0);
    assert_eq!((&event["type"], &event["object"]["code"]), (&json!("ERROR"), &json!(410)));
    assert_eq!(event["object"]["reason"], "Expired");
    assert!(watch.next().await.is_none(), "it is over");
}

#[test]
fn a_list_as_it_was_at_what_is_forgotten_is_refused() {
    let bed = Bed::new();
    let version = bed.version();
    bed.forget();
    let path = format!("{CONFIG_MAPS}?resourceVersion={version}&resourceVersionMatch=Exact");
    let (status, said) = bed.get(&path);
    assert_eq!((status, &said["reason"]), (410, &json!("Expired")));
}

#[test]
fn a_page_of_a_list_that_is_forgotten_goes_on_with_what_there_is_now() {
    let bed = Bed::new();
    for name in ["a", "b", "c"] {
        bed.create(CONFIG_MAPS, &json!({"metadata": {"name": name}}));
    }
    let (_, page) = bed.get(&format!("{CONFIG_MAPS}?limit=1"));
    let next = page["metadata"]["continue"].as_str().expect("a token").to_owned();
    bed.forget();
    let (status, said) = bed.get(&format!("{CONFIG_MAPS}?limit=1&continue={next}"));
    assert_eq!((status, &said["reason"]), (410, &json!("Expired")));
    let next = said["metadata"]["continue"].as_str().expect("a token");
    let (status, rest) = bed.get(&format!("{CONFIG_MAPS}?continue={next}"));
    let names: Vec<_> =
        rest["items"].as_array().expect("items").iter().map(|item| &item["metadata"]["name"]).collect();
    assert_eq!((status, names.contains(&&json!("busy")), names.contains(&&json!("b"))), (200, true, true));
}

#[tokio::test]
async fn a_quiet_watch_is_told_once_a_minute_that_nothing_happened() {
    let bed = Bed::new();
    let path = format!("{CONFIG_MAPS}?watch=true&allowWatchBookmarks=true&resourceVersion={}", bed.version());
    let (_, mut watch) = bed.open(&Method::GET, &path, &Value::Null);
    assert_eq!(told(&mut watch), [] as [Value; 0]);
    bed.pass(59);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(told(&mut watch), [] as [Value; 0]);
    bed.pass(1);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let events = told(&mut watch);
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["type"], "BOOKMARK");
}

#[test]
fn a_pod_terminates_for_its_grace_period_by_the_clock() {
    let bed = Bed::new();
    let spec =
        json!({"nodeName": "nowhere", "containers": [{"name": "main", "image": "example.com/main:1"}]});
    bed.create(PODS, &json!({"metadata": {"name": "web"}, "spec": spec}));
    let pod = format!("{PODS}/web");
    let (status, said) = bed.ask(&Method::DELETE, &pod, &Value::Null);
    assert_eq!((status, &said["metadata"]["deletionGracePeriodSeconds"]), (200, &json!(30)), "{said}");
    assert_eq!(said["metadata"]["deletionTimestamp"], "2026-11-27T12:00:30Z");
    assert_eq!(bed.get(&pod).0, 200);
    let (_, said) =
        bed.ask(&Method::DELETE, &pod, &json!({"kind": "DeleteOptions", "gracePeriodSeconds": 60}));
    assert_eq!(said["metadata"]["deletionGracePeriodSeconds"], 30, "it may only become shorter");
    let (_, said) =
        bed.ask(&Method::DELETE, &pod, &json!({"kind": "DeleteOptions", "gracePeriodSeconds": 5}));
    assert_eq!(said["metadata"]["deletionTimestamp"], "2026-11-27T12:00:05Z");
    bed.ask(&Method::DELETE, &pod, &json!({"kind": "DeleteOptions", "gracePeriodSeconds": 0}));
    assert_eq!(bed.get(&pod).0, 404);
}

#[tokio::test]
async fn a_reset_makes_the_same_objects_and_tells_who_watches() {
    let bed = Bed::new();
    let uid = |name: &str| bed.get(&format!("/api/v1/namespaces/{name}")).1["metadata"]["uid"].clone();
    let (before, version) = (uid("kube-system"), bed.version());
    let path = format!("{CONFIG_MAPS}?watch=true&resourceVersion={version}");
    let (_, mut watch) = bed.open(&Method::GET, &path, &Value::Null);
    assert_eq!(told(&mut watch), [] as [Value; 0]);
    bed.create(CONFIG_MAPS, &json!({"metadata": {"name": "mine"}}));
    bed.practice.reset();
    assert_eq!(bed.get(&format!("{CONFIG_MAPS}/mine")).0, 404);
    assert_eq!(uid("kube-system"), before);
    let events: Vec<_> = told(&mut watch);
    let last = events.last().expect("an event");
    assert_eq!((&last["type"], &last["object"]["code"]), (&json!("ERROR"), &json!(410)));
    let now: u64 = bed.version().parse().expect("a number");
    assert!(now > version.parse::<u64>().expect("a number"), "versions go on");
}

#[test]
fn nothing_is_done_for_whoever_cannot_be_answered() {
    let bed = Bed::new();
    bed.create(CONFIG_MAPS, &json!({"metadata": {"name": "one"}}));
    let request = Request::delete(format!("https://practice.practice.invalid{CONFIG_MAPS}/one"))
        .header(header::AUTHORIZATION, format!("Bearer {}", bed.token))
        .header(header::ACCEPT, "text/html")
        .body(Bytes::new())
        .expect("a request");
    assert_eq!(bed.cluster.answer(&request).status(), 406);
    assert_eq!(bed.get(&format!("{CONFIG_MAPS}/one")).0, 200);
}

#[test]
fn a_kubeconfig_names_every_cluster_and_user() {
    let clock = Arc::new(HandClock(AtomicU64::new(NOON)));
    let text = Practice::new(clock, 1).kubeconfig();
    for context in ["garden-production", "garden-development", "garden-production-visitor"] {
        assert!(text.contains(&format!("- {{name: {context}, context:")), "{text}");
    }
}

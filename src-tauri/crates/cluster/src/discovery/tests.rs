use secateur_domain::kind;

use super::*;
use crate::{
    client::tests::client,
    testing::{Act, Script, json, with_headers},
};

const CORE: &str = r#"{"kind":"APIGroupDiscoveryList","metadata":{},"items":[{"metadata":{},"versions":[
    {"version":"v1","freshness":"Current","resources":[
    {"resource":"pods","responseKind":{"group":"","version":"","kind":"Pod"},"scope":"Namespaced",
     "singularResource":"pod","verbs":["list","delete"],"shortNames":["po"],"categories":["all"],
     "subresources":[{"subresource":"log","responseKind":{"kind":"Pod"},"verbs":["get"]}]},
    {"resource":"nodes","responseKind":{"kind":"Node"},"scope":"Cluster","singularResource":"node",
     "verbs":["list"]},
    {"resource":"odd","responseKind":null,"verbs":["get"],"scope":"Namespaced"}]}]}]}"#;
const GROUPS: &str = r#"{"kind":"APIGroupDiscoveryList","metadata":{},"items":[
    {"metadata":{"name":"apps"},"versions":[
      {"version":"v1","resources":[{"resource":"deployments","responseKind":{"kind":"Deployment"},
        "scope":"Namespaced","singularResource":"deployment","verbs":["list"],"shortNames":["deploy"]}]},
      {"version":"v1beta1","resources":[
        {"resource":"deployments","responseKind":{"kind":"Deployment"},"scope":"Namespaced","verbs":["list"]},
        {"resource":"oldies","responseKind":{"kind":"Oldie"},"scope":"Namespaced","verbs":["list"]}]}]},
    {"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale","resources":[]}]}]}"#;

const API_SERVICE: &str = r#"{"kind":"APIService","status":{"conditions":[
    {"type":"Available","status":"False","message":"service/metrics in kube-system is gone"}]}}"#;

fn missing(discovered: &Discovered) -> Vec<(&str, &str)> {
    let missing = discovered.unavailable.iter();
    missing.map(|missing| (missing.group_version.as_str(), missing.why.as_str())).collect()
}

fn names(discovered: &Discovered) -> Vec<String> {
    let name = |kind: &Arc<Kind>| format!("{}/{} {}", kind.resource(), kind.version, kind.is_preferred);
    discovered.kinds.iter().map(name).collect()
}

#[tokio::test]
async fn the_core_group_comes_first_and_every_version_is_kept() {
    let script = Script::new([json(200, CORE), json(200, GROUPS), json(200, API_SERVICE)]);
    let discovered = client(&script).await.discover().await.expect("discovery");
    assert_eq!(
        names(&discovered),
        [
            "pods/v1 true",
            "nodes/v1 true",
            "deployments.apps/v1 true",
            "deployments.apps/v1beta1 false",
            "oldies.apps/v1beta1 true"
        ]
    );
    let asked = script.asked();
    assert_eq!(asked[2].uri().path(), "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io");
    assert_eq!(missing(&discovered), [("metrics.k8s.io/v1beta1", "service/metrics in kube-system is gone")]);
    let pods = kind::resolve(&discovered.kinds, "po").expect("pods");
    assert_eq!((pods.name.as_str(), pods.singular.as_str(), pods.scope), ("Pod", "pod", Scope::Namespaced));
    assert_eq!(pods.categories, ["all"]);
    assert_eq!(asked.len(), 3);
}

const VERSIONS: &str = r#"{"kind":"APIVersions","versions":["v1"]}"#;
const GROUP_LIST: &str = r#"{"kind":"APIGroupList","groups":[{"name":"apps",
    "versions":[{"groupVersion":"apps/v1","version":"v1"}],
    "preferredVersion":{"groupVersion":"apps/v1","version":"v1"}},
    {"name":"metrics.k8s.io","versions":[{"groupVersion":"metrics.k8s.io/v1","version":"v1"}]}]}"#;
const PODS: &str = r#"{"kind":"APIResourceList","groupVersion":"v1","resources":[
    {"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["list"],"shortNames":["po"]},
    {"name":"pods/log","singularName":"","namespaced":true,"kind":"Pod","verbs":["get"]}]}"#;
const DEPLOYMENTS: &str = r#"{"kind":"APIResourceList","groupVersion":"apps/v1","resources":[
    {"name":"deployments","singularName":"deployment","namespaced":true,"kind":"Deployment","verbs":["list"]}]}"#;

#[tokio::test(start_paused = true)]
async fn an_older_server_is_asked_group_by_group() {
    let down = || with_headers(503, &[], "service unavailable");
    let acts = [
        json(200, VERSIONS),
        json(200, GROUP_LIST),
        json(200, GROUP_LIST),
        json(200, PODS),
        json(200, DEPLOYMENTS),
        down(),
        down(),
        down(),
    ];
    let acts = acts.into_iter().chain([json(403, r#"{"kind":"Status","reason":"Forbidden","code":403}"#)]);
    let discovered = client(&Script::new(acts)).await.discover().await.expect("discovery");
    assert_eq!(names(&discovered), ["pods/v1 true", "deployments.apps/v1 true"]);
    assert_eq!(missing(&discovered), [("metrics.k8s.io/v1", "its own server does not answer")]);
}

#[tokio::test]
async fn a_server_that_cannot_aggregate_is_asked_group_by_group() {
    let none = r#"{"kind":"APIGroupList","groups":[]}"#;
    // The first refusal is enough: the second document is not waited for.
    let acts = [with_headers(406, &[], ""), json(200, none), json(200, PODS)];
    let discovered = client(&Script::new(acts)).await.discover().await.expect("discovery");
    assert_eq!(names(&discovered), ["pods/v1 true"]);
}

fn tagged(tag: &str, body: &str) -> Act {
    with_headers(200, &[("content-type", "application/json"), ("etag", tag)], body)
}

#[tokio::test]
async fn what_is_as_it_was_is_not_sent_again() {
    let unchanged = || with_headers(304, &[], "");
    let service = || json(200, API_SERVICE);
    let less = GROUPS.replace("oldies", "relics");
    let acts = [
        tagged("\"core\"", CORE),
        tagged("\"groups\"", GROUPS),
        service(),
        unchanged(),
        unchanged(),
        unchanged(),
        tagged("\"others\"", &less),
        service(),
        unchanged(),
        unchanged(),
    ];
    let script = Script::new(acts);
    let client = client(&script).await;
    let first = client.discover().await.expect("discovery");
    assert!(first.edition.is_tagged());
    assert_eq!(client.discover_since(&first.edition).await.expect("an answer"), None);
    let next = client.discover_since(&first.edition).await.expect("an answer").expect("another");
    let expected: Vec<_> = names(&first).into_iter().map(|name| name.replace("oldies", "relics")).collect();
    assert_eq!((names(&next), &next.unavailable), (expected, &first.unavailable));
    assert_eq!(client.discover_since(&next.edition).await.expect("an answer"), None);
    let tags: Vec<_> = script.asked().iter().map(|ask| ask.headers().get("if-none-match").cloned()).collect();
    let texts: Vec<_> = tags.iter().flatten().map(|tag| tag.to_str().expect("text")).collect();
    assert_eq!(texts, ["\"core\"", "\"groups\"", "\"core\"", "\"groups\"", "\"core\"", "\"others\""]);
}

#[tokio::test]
async fn what_has_no_tag_is_read_whole_each_time() {
    let script = Script::new([
        json(200, CORE),
        json(200, GROUPS),
        json(200, API_SERVICE),
        json(200, CORE),
        json(200, GROUPS),
        json(200, API_SERVICE),
    ]);
    let client = client(&script).await;
    let first = client.discover().await.expect("discovery");
    assert!(!first.edition.is_tagged());
    let again = client.discover_since(&first.edition).await.expect("an answer").expect("read whole");
    assert_eq!(names(&again), names(&first));
    assert!(script.asked().iter().all(|ask| !ask.headers().contains_key("if-none-match")));
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_no_answer() {
    let script = Script::new([with_headers(304, &[], ""), json(200, GROUPS)]);
    assert!(client(&script).await.discover().await.is_err());
}

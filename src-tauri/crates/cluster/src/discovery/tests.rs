use secateur_domain::kind;

use super::*;
use crate::{
    client::tests::client,
    testing::{Script, json, with_headers},
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

fn names(discovered: &Discovered) -> Vec<String> {
    let name = |kind: &Arc<Kind>| format!("{}/{} {}", kind.resource(), kind.version, kind.is_preferred);
    discovered.kinds.iter().map(name).collect()
}

#[tokio::test]
async fn the_core_group_comes_first_and_every_version_is_kept() {
    let script = Script::new([json(200, CORE), json(200, GROUPS)]);
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
    assert_eq!(discovered.unavailable, ["metrics.k8s.io/v1beta1"]);
    let pods = kind::resolve(&discovered.kinds, "po").expect("pods");
    assert_eq!((pods.name.as_str(), pods.singular.as_str(), pods.scope), ("Pod", "pod", Scope::Namespaced));
    assert_eq!(pods.categories, ["all"]);
    assert_eq!(script.asked().len(), 2);
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
    let discovered = client(&Script::new(acts)).await.discover().await.expect("discovery");
    assert_eq!(names(&discovered), ["pods/v1 true", "deployments.apps/v1 true"]);
    assert_eq!(discovered.unavailable, ["metrics.k8s.io/v1"]);
}

#[tokio::test]
async fn a_server_that_cannot_aggregate_is_asked_group_by_group() {
    let none = r#"{"kind":"APIGroupList","groups":[]}"#;
    // The first refusal is enough: the second document is not waited for.
    let acts = [with_headers(406, &[], ""), json(200, none), json(200, PODS)];
    let discovered = client(&Script::new(acts)).await.discover().await.expect("discovery");
    assert_eq!(names(&discovered), ["pods/v1 true"]);
}

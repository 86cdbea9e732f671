use secateur_domain::kind::Scope;

use super::*;
use crate::{
    client::tests::client,
    testing::{Script, json, kind},
};

#[tokio::test]
async fn owners_and_what_brings_back_are_read_and_nothing_else() {
    let list = r#"{"kind":"PartialObjectMetadataList","metadata":{"resourceVersion":"9","continue":"next",
        "remainingItemCount":1},"items":[
        {"metadata":{"name":"web-1","namespace":"garden","uid":"1","resourceVersion":"3",
            "ownerReferences":[
                {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"2","controller":true,
                 "blockOwnerDeletion":true},
                {"apiVersion":"v1","kind":"ConfigMap","name":"c","uid":"3"},
                {"apiVersion":"v1","kind":"ConfigMap","name":"d","uid":""}],
            "labels":{"app":"web","argocd.argoproj.io/instance":"i","helm.sh/chart":"c",
                "helm.toolkit.fluxcd.io/name":"n","kustomize.toolkit.fluxcd.io/name":"k","olm.owner":"o",
                "addonmanager.kubernetes.io/mode":"Reconcile"},
            "annotations":{"argocd.argoproj.io/tracking-id":"t","meta.helm.sh/release-name":"r",
                "kubernetes.io/config.mirror":"m",
                "kubectl.kubernetes.io/last-applied-configuration":"{\"data\":\"planted\"}"},
            "managedFields":[{"fieldsV1":{"f:a":{}}}]}},
        {"metadata":{"name":"going","uid":"4","deletionTimestamp":"2026-01-01T00:00:00Z","finalizers":["a/b"],
            "labels":null,"annotations":null,"ownerReferences":null}},
        {"metadata":{"name":"nobody"}}]}"#;
    let script = Script::new([json(200, list)]);
    let client = client(&script).await;
    let pods = kind("", "v1", "pods", Scope::Namespaced);
    let page = client.list_metadata(&pods, None, 500, Some("before")).await.expect("a page");
    let [pod, going] = page.objects.as_slice() else { panic!("{page:?}") };
    let owner = |kind: &str, name: &str, uid: &str, is_controller, api_version: &str| Owner {
        api_version: api_version.into(),
        kind: kind.into(),
        name: name.into(),
        uid: Uid::parse(uid).expect("a UID"),
        is_controller,
        blocks: is_controller,
    };
    assert_eq!(
        pod.owners,
        [owner("ReplicaSet", "web", "2", true, "apps/v1"), owner("ConfigMap", "c", "3", false, "v1")]
    );
    assert_eq!((pod.name.as_str(), pod.uid.as_str(), pod.version.as_str()), ("web-1", "1", "3"));
    assert_eq!(pod.namespace.as_ref().map(ResourceName::as_str), Some("garden"));
    let labels: Vec<_> = pod.labels.values().map(String::as_str).collect();
    assert_eq!(labels, ["Reconcile", "i", "c", "n", "k", "o"]);
    let annotations: Vec<_> = pod.annotations.values().map(String::as_str).collect();
    assert_eq!(annotations, ["t", "m", "r"]);
    assert_eq!(pod.terminating, None);
    assert_eq!(
        going.terminating.as_ref().map(|waits| waits.finalizers.clone()),
        Some(vec!["a/b".to_owned()])
    );
    assert_eq!((&page.continue_token, page.remaining), (&Some("next".to_owned()), Some(1)));
    let asked = script.asked();
    assert_eq!(asked[0].uri().to_string(), "https://host:6443/api/v1/pods?limit=500&continue=before");
    let accept = asked[0].headers()["accept"].to_str().expect("text");
    assert!(accept.starts_with("application/json;as=PartialObjectMetadataList"), "{accept}");
}

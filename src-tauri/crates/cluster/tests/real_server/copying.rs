//! Whole objects, metadata and new objects on the real server.

use std::collections::BTreeMap;

use secateur_cluster::{Copied, Created, DryRun, Metadata};
use secateur_domain::{
    ids::{ObjectKey, Uid},
    outcome::Seen,
};
use serde_json::Value;

use super::{
    asking::{key, kind},
    plane::{client, plane},
};

/// The items of a `kubectl get -o json`, by name.
fn printed(arguments: &[&str]) -> BTreeMap<String, Value> {
    let mut all = vec!["get", "-o", "json", "--show-managed-fields"];
    all.extend(arguments);
    let list: Value = serde_json::from_str(&plane().kubectl(&all, "")).expect("JSON");
    let items = list["items"].as_array().expect("items").clone();
    items
        .into_iter()
        .map(|item| (item["metadata"]["name"].as_str().expect("a name").to_owned(), item))
        .collect()
}

#[tokio::test]
async fn copies_hold_what_kubectl_prints() {
    plane().namespace("copying");
    for name in ["one", "two", "three"] {
        plane().configmap("copying", name);
    }
    plane().kubectl(&["create", "secret", "generic", "s", "-n", "copying", "--from-literal=k=planted"], "");
    let client = client("").await;
    for word in ["cm", "secrets"] {
        let kind = kind(&client, word).await;
        let mut copies = BTreeMap::new();
        let mut token = None;
        loop {
            let page = client.list_bodies(&kind, Some("copying"), 2, token.as_deref()).await.expect("a page");
            assert!(page.bodies.len() <= 2);
            for body in page.bodies {
                let object: Value = serde_json::from_slice(&body.json).expect("JSON");
                assert_eq!(object["metadata"]["uid"], body.uid.as_str());
                assert_eq!(object["metadata"]["resourceVersion"], body.version.as_str());
                copies.insert(body.name.to_string(), object);
            }
            token = page.continue_token;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(copies, printed(&[word, "-n", "copying"]), "{word}");
    }
    let secret = key(&client, "secrets", "copying", "s").await;
    let Ok(Copied::Body(body)) = client.get_body(&secret).await else { panic!("a body") };
    assert!(!format!("{body:?}").contains("planted"));
    let object: Value = serde_json::from_slice(&body.json).expect("JSON");
    assert_eq!(Some(&object), printed(&["secrets", "-n", "copying"]).get("s"));
    let other = Uid::parse("11111111-2222-3333-4444-555555555555").expect("a UID");
    assert_eq!(client.get_body(&ObjectKey { uid: other, ..secret.clone() }).await, Ok(Copied::OtherUid));
    plane().kubectl(&["delete", "secret", "s", "-n", "copying"], "");
    assert_eq!(client.get_body(&secret).await, Ok(Copied::Absent));
}

#[tokio::test]
async fn pods_and_replica_sets_name_their_owners() {
    plane().namespace("owning");
    plane().kubectl(
        &["create", "deployment", "web", "--image=example.com/web", "--replicas=2", "-n", "owning"],
        "",
    );
    plane()
        .kubectl(&["annotate", "deployment", "web", "-n", "owning", "meta.helm.sh/release-name=garden"], "");
    plane().kubectl(&["wait", "--for=jsonpath={.status.replicas}=2", "deployment/web", "-n", "owning"], "");
    let client = client("").await;
    let list = async |word: &str| -> Vec<Metadata> {
        let kind = kind(&client, word).await;
        client.list_metadata(&kind, Some("owning"), 500, None).await.expect("a page").objects
    };
    let (deployments, sets, pods) =
        (list("deployments").await, list("replicasets").await, list("pods").await);
    let ([deployment], [set], [_, _]) = (&*deployments, &*sets, &*pods) else {
        panic!("{deployments:?} {sets:?} {pods:?}")
    };
    assert_eq!(deployment.owners, []);
    assert_eq!(deployment.annotations.get("meta.helm.sh/release-name").map(String::as_str), Some("garden"));
    assert_eq!(deployment.labels.len() + deployment.annotations.len(), 1, "nothing else is kept");
    for (owned, owner, kind) in
        [(set, deployment, "Deployment"), (&pods[0], set, "ReplicaSet"), (&pods[1], set, "ReplicaSet")]
    {
        let [reference] = owned.owners.as_slice() else { panic!("{owned:?}") };
        assert_eq!((&reference.uid, reference.name.as_str()), (&owner.uid, owner.name.as_str()));
        assert_eq!((reference.kind.as_str(), reference.api_version.as_str()), (kind, "apps/v1"));
        assert!(reference.is_controller && reference.blocks, "{reference:?}");
        assert!(owned.terminating.is_none() && !owned.version.is_empty());
    }
}

#[tokio::test]
async fn an_object_is_created_for_real_and_as_a_rehearsal() {
    plane().namespace("creating");
    let client = client("").await;
    let kind = kind(&client, "cm").await;
    let body = br#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one"},"data":{"a":"b"}}"#;
    let rehearsed = client.create(&kind, Some("creating"), body, DryRun::All).await;
    assert!(matches!(&rehearsed, Ok(Created::Made { name, .. }) if name == "one"), "{rehearsed:?}");
    assert!(
        client
            .list_metadata(&kind, Some("creating"), 500, None)
            .await
            .expect("a page")
            .objects
            .iter()
            .all(|object| object.name.as_str() != "one")
    );
    let made = client.create(&kind, Some("creating"), body, DryRun::No).await;
    let Ok(Created::Made { uid, audit_id: Some(audit_id), .. }) = made else { panic!("{made:?}") };
    let key = key(&client, "cm", "creating", "one").await;
    assert_eq!(key.uid, uid);
    assert!(matches!(client.look(&key).await, Ok(Seen::Present { .. })));
    for dry_run in [DryRun::All, DryRun::No] {
        assert_eq!(client.create(&kind, Some("creating"), body, dry_run).await, Ok(Created::Exists));
    }
    let nowhere = client.create(&kind, Some("nowhere"), body, DryRun::No).await;
    assert!(matches!(&nowhere, Ok(Created::Refused { status: 404, .. })), "{nowhere:?}");
    let invalid = client.create(&kind, Some("creating"), br#"{"metadata":{"name":"A b"}}"#, DryRun::No).await;
    assert!(matches!(&invalid, Ok(Created::Refused { status: 422, .. })), "{invalid:?}");
    let events = plane().audited(&audit_id);
    let event = events.iter().find(|event| event["auditID"] == *audit_id).expect("the event");
    assert_eq!(event["verb"], "create");
    let manager =
        printed(&["cm", "-n", "creating"])["one"]["metadata"]["managedFields"][0]["manager"].clone();
    assert_eq!(manager, "secateur");
}

#[tokio::test]
async fn what_one_may_do_is_what_kubectl_says() {
    let (admin, viewer) = (client("").await, client("-viewer").await);
    let configmaps = kind(&admin, "cm").await;
    assert_eq!(admin.may("delete", &configmaps, None).await, Ok(true));
    assert_eq!(viewer.may("delete", &configmaps, Some("default")).await, Ok(false));
    assert_eq!(viewer.may("list", &configmaps, Some("default")).await, Ok(true));
}

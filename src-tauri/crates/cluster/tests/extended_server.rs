//! The cluster crate against a control plane that others have extended: definitions, an API server of its own behind
//! the aggregation layer, and webhooks.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows these in test functions, and here the helpers are tests too"
)]
#![allow(dead_code, reason = "the control plane's module is shared with the tests that need more of it")]

#[path = "real_server/asking.rs"]
mod asking;
#[path = "real_server/plane.rs"]
mod plane;

use asking::{key, kind, plain};
use plane::{client, plane};
use secateur_cluster::{Client, ClusterError, Created, DryRun, Rehearsable};
use secateur_domain::{
    ids::ObjectKey,
    outcome::{DeleteAnswer, Seen},
    plan::DeleteOptions,
    rehearsal::Rehearsal,
};

async fn rehearse(client: &Client, key: &ObjectKey) -> Rehearsal {
    client.rehearse(key, &plain(&DeleteOptions::default())).await.expect("an answer").rehearsal
}

#[tokio::test]
async fn what_kube_apiserver_stores_can_be_rehearsed() {
    let definition = "\
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: beds.rehearsing.example}, spec: {
  group: rehearsing.example, scope: Namespaced, names: {plural: beds, singular: bed, kind: Bed}, versions: [
    {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}
";
    plane().kubectl(&["apply", "-f", "-"], definition);
    plane().kubectl(&["wait", "--for=condition=Established", "crd/beds.rehearsing.example"], "");
    plane().namespace("bedding");
    let bed = "{apiVersion: rehearsing.example/v1, kind: Bed, metadata: {name: one, namespace: bedding}}";
    plane().kubectl(&["create", "-f", "-"], bed);
    let admin = client("").await;
    for word in ["cm", "deployments", "crd", "apiservices", "beds.rehearsing.example"] {
        assert_eq!(admin.can_rehearse(&*kind(&admin, word).await).await, Ok(Rehearsable::Yes), "{word}");
    }
    let key = key(&admin, "beds.rehearsing.example", "bedding", "one").await;
    assert_eq!(rehearse(&admin, &key).await, Rehearsal::Accepted);
    assert!(matches!(admin.look(&key).await, Ok(Seen::Present { terminating: None, .. })));
    // Who may see neither the APIService nor the definition cannot tell.
    let nobody = client("-nobody").await;
    assert!(matches!(nobody.can_rehearse(&key.kind).await, Ok(Rehearsable::No { .. })));
}

#[tokio::test]
async fn what_another_server_stores_is_never_rehearsed() {
    plane().seed(&["sheds", "--namespace", "yard"]);
    let admin = client("").await;
    let key = key(&admin, "sheds", "yard", "shed-0").await;
    let Ok(Rehearsable::No { why }) = admin.can_rehearse(&key.kind).await else { panic!("it can delete") };
    assert!(why.contains("annex.example.com") && why.contains("really delete"), "{why}");
    let before = admin.look(&key).await.expect("it is there");
    let rehearsal = admin.rehearse(&key, &plain(&DeleteOptions::default())).await;
    assert!(matches!(rehearsal, Err(ClusterError::Unusable(_))), "{rehearsal:?}");
    let body = br#"{"metadata":{"name":"shed-9"}}"#;
    let created = admin.create(&key.kind, Some("yard"), body, DryRun::All).await;
    assert!(matches!(created, Err(ClusterError::Unusable(_))), "{created:?}");
    assert_eq!(admin.look(&key).await, Ok(before));
    let page = admin.list_metadata(&key.kind, Some("yard"), 500, None).await.expect("a page");
    assert_eq!(page.objects.len(), 3);
    // Who may not read the APIService is not told that it is safe.
    let nobody = client("-nobody").await;
    assert!(matches!(nobody.can_rehearse(&key.kind).await, Ok(Rehearsable::No { .. })));

    // This is why: kubectl's rehearsal of the same is for real.
    plane().kubectl(&["delete", "shed", "shed-0", "-n", "yard", "--dry-run=server"], "");
    assert_eq!(admin.look(&key).await, Ok(Seen::Absent));
    let created = admin.create(&key.kind, Some("yard"), body, DryRun::No).await;
    assert!(matches!(created, Ok(Created::Made { .. })), "{created:?}");
}

#[tokio::test]
async fn webhooks_refuse_with_any_code_and_some_know_no_rehearsal() {
    plane().seed(&["webhooks"]);
    plane().namespace("hooked");
    let client = client("").await;
    for (label, code) in [("true", 403), ("401", 401), ("429", 429), ("500", 500)] {
        let name = format!("kept-{label}");
        plane().configmap("hooked", &name);
        plane()
            .kubectl(&["label", "cm", &name, "-n", "hooked", &format!("secateur.test/refuse={label}")], "");
        let key = key(&client, "cm", "hooked", &name).await;
        let Rehearsal::Refused { status, message, .. } = rehearse(&client, &key).await else {
            panic!("{label}: a refusal")
        };
        assert_eq!(status, code);
        assert!(
            message.contains("refusing.plane.example.com") && message.contains("is to be kept"),
            "{message}"
        );
        let deleted = client.delete(&key, &plain(&DeleteOptions::default())).await.expect("an answer");
        assert!(
            matches!(&deleted.answer, DeleteAnswer::Refused { message: same, .. } if *same == message),
            "{deleted:?}"
        );
        assert!(matches!(client.look(&key).await, Ok(Seen::Present { terminating: None, .. })));
    }
    plane().configmap("hooked", "unrehearsed");
    plane().kubectl(&["label", "cm", "unrehearsed", "-n", "hooked", "secateur.test/unrehearsed=yes"], "");
    let key = key(&client, "cm", "hooked", "unrehearsed").await;
    let rehearsal = rehearse(&client, &key).await;
    let Rehearsal::CannotBe { why } = &rehearsal else { panic!("{rehearsal:?}") };
    assert!(why.contains("unrehearsed.plane.example.com"), "the webhook is named: {why}");
    let deleted = client.delete(&key, &plain(&DeleteOptions::default())).await.expect("an answer");
    assert!(matches!(deleted.answer, DeleteAnswer::Taken { .. }), "{deleted:?}");
}

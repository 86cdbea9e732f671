//! Rehearsals on the real server, with its audit log as the witness.

use std::time::Duration;

use secateur_cluster::{Client, Wanted};
use secateur_domain::{
    ids::{ObjectKey, Uid},
    outcome::{DeleteAnswer, Seen},
    plan::{DeleteOptions, Propagation},
    rehearsal::Rehearsal,
};

use super::{
    asking::{key, kind, plain},
    plane::{client, plane},
};

async fn rehearse(client: &Client, key: &ObjectKey) -> Rehearsal {
    client.rehearse(key, &plain(&DeleteOptions::default())).await.expect("an answer").rehearsal
}

#[tokio::test]
async fn a_rehearsal_is_accepted_and_deletes_nothing() {
    plane().namespace("rehearsing");
    plane().configmap("rehearsing", "one");
    let client = client("").await;
    let key = key(&client, "cm", "rehearsing", "one").await;
    let before = client.look(&key).await.expect("it is there");
    for propagation in [Propagation::Background, Propagation::Foreground, Propagation::Orphan] {
        let options =
            DeleteOptions { propagation, grace_period_seconds: Some(0), ..DeleteOptions::default() };
        assert_eq!(client.rehearse(&key, &plain(&options)).await, Ok(Rehearsal::Accepted.into()));
        assert_eq!(client.look(&key).await.as_ref(), Ok(&before), "{propagation:?} changed it");
    }
    let deleted = client.delete(&key, &plain(&DeleteOptions::default())).await.expect("an answer");
    let events = plane().audited(&deleted.audit_id.expect("an audit id"));
    let ours = |event: &&serde_json::Value| {
        event["verb"] == "delete" && event["objectRef"]["namespace"] == "rehearsing"
    };
    let mut is_dry = Vec::new();
    for event in events.iter().filter(ours) {
        let is_in_query = event["requestURI"].as_str().expect("a URI").contains("dryRun=All");
        let is_in_body = event["requestObject"]["dryRun"] == serde_json::json!(["All"]);
        assert_eq!(is_in_query, is_in_body, "{event}");
        assert_eq!(event["requestObject"]["preconditions"]["uid"], key.uid.as_str());
        is_dry.push(is_in_query);
    }
    assert_eq!(is_dry, [true, true, true, false]);
}

#[tokio::test]
async fn a_rehearsal_says_what_the_delete_would() {
    plane().namespace("refusals");
    plane().configmap("refusals", "one");
    let admin = client("").await;
    let alive = key(&admin, "cm", "refusals", "one").await;
    let viewer = client("-viewer").await;
    let refused = rehearse(&viewer, &alive).await;
    assert!(
        matches!(&refused, Rehearsal::Refused { status: 403, reason, message }
            if reason == "Forbidden" && message.contains("cannot delete resource")),
        "{refused:?}"
    );
    let gone = ObjectKey {
        uid: Uid::parse("11111111-2222-3333-4444-555555555555").expect("a UID"),
        ..alive.clone()
    };
    let replaced = rehearse(&admin, &gone).await;
    assert!(
        matches!(&replaced, Rehearsal::NotAsked { why } if why.contains("another object")),
        "{replaced:?}"
    );
    plane().kubectl(&["delete", "cm", "one", "-n", "refusals"], "");
    assert_eq!(rehearse(&admin, &alive).await, Rehearsal::NotAsked { why: "it is gone".into() });
}

#[tokio::test]
async fn a_policy_refuses_in_its_own_words() {
    plane().namespace("policed");
    plane().configmap("policed", "one");
    let policy = "\
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, metadata: {name: keep-policed}, spec: {
  matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [DELETE], resources: [configmaps]}],
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: policed}}},
  validations: [{expression: 'false', message: keep your hands off}]}}
---
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, metadata: {name: keep-policed},
  spec: {policyName: keep-policed, validationActions: [Deny]}}
";
    plane().kubectl(&["apply", "-f", "-"], policy);
    let client = client("").await;
    let key = key(&client, "cm", "policed", "one").await;
    // The server learns of a policy a moment after it was made.
    let refused = async {
        loop {
            match rehearse(&client, &key).await {
                Rehearsal::Accepted => {}
                rehearsal => return rehearsal,
            }
        }
    };
    let rehearsal =
        tokio::time::timeout(Duration::from_secs(30), refused).await.expect("it is refused in time");
    let Rehearsal::Refused { status: 422, message, .. } = rehearsal else { panic!("{rehearsal:?}") };
    assert!(message.contains("keep-policed") && message.contains("keep your hands off"), "{message}");
    let deleted = client.delete(&key, &plain(&DeleteOptions::default())).await.expect("an answer");
    assert!(
        matches!(&deleted.answer, DeleteAnswer::Refused { status: 422, message: same, .. } if *same == message),
        "{deleted:?}"
    );
    plane().kubectl(&["delete", "validatingadmissionpolicybinding", "keep-policed"], "");
}

#[tokio::test]
async fn fault_44_only_what_is_unchanged_goes() {
    plane().namespace("unchanged");
    plane().configmap("unchanged", "one");
    let client = client("").await;
    let key = key(&client, "cm", "unchanged", "one").await;
    let version = || async {
        let Ok(Seen::Present { version, .. }) = client.look(&key).await else { panic!("it is there") };
        version
    };
    let options = DeleteOptions { only_if_unchanged: true, ..DeleteOptions::default() };
    let before = version().await;
    let wanted = Wanted { options: &options, version: Some(&before) };
    assert_eq!(client.rehearse(&key, &wanted).await, Ok(Rehearsal::Accepted.into()));
    plane().kubectl(&["label", "cm", "one", "-n", "unchanged", "touched=yes"], "");
    let rehearsal = client.rehearse(&key, &wanted).await.expect("an answer").rehearsal;
    assert!(
        matches!(&rehearsal, Rehearsal::Refused { status: 409, reason, .. } if reason == "Changed"),
        "{rehearsal:?}"
    );
    let deleted = client.delete(&key, &wanted).await.expect("an answer");
    assert!(
        matches!(&deleted.answer, DeleteAnswer::Refused { status: 409, reason, .. } if reason == "Changed"),
        "{deleted:?}"
    );
    let now = version().await;
    assert_ne!(now, before);
    let deleted = client.delete(&key, &Wanted { options: &options, version: Some(&now) }).await;
    assert!(matches!(deleted.expect("an answer").answer, DeleteAnswer::Taken { .. }));
    assert_eq!(client.look(&key).await, Ok(Seen::Absent));
}

#[tokio::test]
async fn fault_44_a_namespace_that_is_terminating_already_is_taken() {
    let manifest =
        "{apiVersion: v1, kind: Namespace, metadata: {name: lingering, finalizers: [example.com/hold]}}";
    plane().kubectl(&["create", "-f", "-"], manifest);
    let client = client("").await;
    let kind = kind(&client, "ns").await;
    let page = client.get_table(&kind, None, "lingering").await.expect("the namespace");
    let key = page.rows[0].key().expect("a key");
    for _ in 0..2 {
        let deleted = client.delete(&key, &plain(&DeleteOptions::default())).await.expect("an answer");
        assert!(
            matches!(&deleted.answer, DeleteAnswer::Taken { uid: Some(uid), terminating: Some(_) } if *uid == key.uid),
            "{deleted:?}"
        );
    }
    let patch = r#"[{"op":"remove","path":"/metadata/finalizers"}]"#;
    plane().kubectl(&["patch", "ns", "lingering", "--type=json", "-p", patch], "");
}

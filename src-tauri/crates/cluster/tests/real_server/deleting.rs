//! Deleting on the real server, with its audit log as the witness.

use secateur_domain::{
    ids::{ObjectKey, ResourceName, Uid},
    outcome::{DeleteAnswer, Seen},
    plan::{DeleteOptions, Propagation},
};

use super::{
    asking::{key, kind, plain},
    plane::{client, plane},
};

#[tokio::test]
async fn a_delete_carries_the_uid_and_the_options_in_query_and_body() {
    plane().namespace("carrying");
    plane().configmap("carrying", "one");
    let client = client("").await;
    let key = key(&client, "cm", "carrying", "one").await;
    let options = DeleteOptions {
        propagation: Propagation::Foreground,
        grace_period_seconds: Some(7),
        ..DeleteOptions::default()
    };
    let deleted = client.delete(&key, &plain(&options)).await.expect("an answer");
    let audit_id = deleted.audit_id.expect("an audit id");
    let events = plane().audited(&audit_id);
    let event = events.iter().find(|event| event["auditID"] == *audit_id).expect("the event");
    assert_eq!(event["verb"], "delete");
    assert_eq!(event["objectRef"]["name"], "one");
    assert!(event["userAgent"].as_str().expect("a user agent").starts_with("secateur/"));
    let body = &event["requestObject"];
    assert_eq!(body["preconditions"]["uid"], key.uid.as_str());
    assert_eq!(body["propagationPolicy"], "Foreground");
    assert_eq!(body["gracePeriodSeconds"], 7);
    let uri = event["requestURI"].as_str().expect("a URI");
    for pair in [&format!("uid={}", key.uid), "propagationPolicy=Foreground", "gracePeriodSeconds=7"] {
        assert!(uri.contains(pair), "{uri}");
    }
    // The whole object would come back otherwise, a Secret's data included.
    assert!(!event["responseObject"].to_string().contains("\"data\""), "{event}");
}

#[tokio::test]
async fn what_was_deleted_is_named_by_its_uid_and_is_absent_after() {
    plane().namespace("going");
    plane().configmap("going", "one");
    let client = client("").await;
    let key = key(&client, "cm", "going", "one").await;
    assert!(
        matches!(client.look(&key).await, Ok(Seen::Present { uid, terminating: None, .. }) if uid == key.uid)
    );
    let deleted = client.delete(&key, &plain(&DeleteOptions::default())).await.expect("an answer");
    assert_eq!(deleted.answer, DeleteAnswer::Taken { uid: Some(key.uid.clone()), terminating: None });
    assert_eq!(deleted.status, Some(200));
    assert_eq!(client.look(&key).await, Ok(Seen::Absent));
    let again = client.delete(&key, &plain(&DeleteOptions::default())).await.expect("an answer");
    assert_eq!(again.answer, DeleteAnswer::NotFound);
}

#[tokio::test]
async fn a_namesake_with_another_uid_is_not_touched() {
    plane().namespace("namesakes");
    plane().configmap("namesakes", "one");
    let client = client("").await;
    let alive = key(&client, "cm", "namesakes", "one").await;
    let gone = ObjectKey {
        uid: Uid::parse("11111111-2222-3333-4444-555555555555").expect("a UID"),
        ..alive.clone()
    };
    let deleted = client.delete(&gone, &plain(&DeleteOptions::default())).await.expect("an answer");
    assert_eq!((deleted.answer, deleted.status), (DeleteAnswer::OtherUid, Some(409)));
    assert!(matches!(client.look(&alive).await, Ok(Seen::Present { .. })));
}

#[tokio::test]
async fn an_object_with_finalizers_is_taken_and_still_there() {
    plane().namespace("holding");
    let manifest = "{apiVersion: v1, kind: ConfigMap, metadata: {name: held, namespace: holding, \
        finalizers: [example.com/hold]}}";
    plane().kubectl(&["apply", "-f", "-"], manifest);
    let client = client("").await;
    let key = key(&client, "cm", "holding", "held").await;
    let deleted = client.delete(&key, &plain(&DeleteOptions::default())).await.expect("an answer");
    let DeleteAnswer::Taken { uid, terminating: Some(waits_for) } = deleted.answer else {
        panic!("{:?}", deleted.answer)
    };
    assert_eq!((uid, waits_for.finalizers), (Some(key.uid.clone()), vec!["example.com/hold".to_owned()]));
    let Ok(Seen::Present { terminating: Some(seen), .. }) = client.look(&key).await else {
        panic!("it is held")
    };
    assert_eq!(seen.finalizers, ["example.com/hold"]);
    plane().kubectl(
        &[
            "patch",
            "cm",
            "held",
            "-n",
            "holding",
            "--type=json",
            "-p",
            r#"[{"op":"remove","path":"/metadata/finalizers"}]"#,
        ],
        "",
    );
}

#[tokio::test]
async fn a_foreground_deletion_waits_and_a_right_that_is_missing_is_a_refusal() {
    plane().namespace("refusing");
    plane().configmap("refusing", "one");
    let admin = client("").await;
    let key = key(&admin, "cm", "refusing", "one").await;
    let refused =
        client("-viewer").await.delete(&key, &plain(&DeleteOptions::default())).await.expect("an answer");
    assert!(
        matches!(&refused.answer, DeleteAnswer::Refused { status: 403, reason, .. } if reason == "Forbidden"),
        "{refused:?}"
    );
    let foreground = DeleteOptions { propagation: Propagation::Foreground, ..DeleteOptions::default() };
    let taken = admin.delete(&key, &plain(&foreground)).await.expect("an answer");
    assert!(matches!(taken.answer, DeleteAnswer::Taken { uid: Some(uid), .. } if uid == key.uid));
}

#[tokio::test]
async fn fault_57_names_of_every_legal_shape_are_deleted_one_by_one() {
    const NAMES: [&str; 12] = [
        "plain",
        "?x",
        "#x",
        "a b",
        "system:node",
        "🌱",
        "...",
        "a&uid=b",
        "a;b",
        "a+b",
        "UPPER_case",
        "back\\slash",
    ];
    plane().namespace("shapes");
    let manifests: Vec<_> = NAMES
        .iter()
        .map(|name| {
            let name = serde_json::Value::from(*name);
            format!(
                "{{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, \
                 metadata: {{name: {name}, namespace: shapes}}, rules: []}}\n"
            )
        })
        .collect();
    plane().kubectl(&["create", "-f", "-"], &manifests.join("---\n"));
    let client = client("").await;
    let roles = kind(&client, "roles").await;
    let mut left = NAMES.len();
    let mut last = String::new();
    for name in NAMES {
        let key = key(&client, "roles", "shapes", name).await;
        assert_eq!(key.name, ResourceName::parse(name).expect("a name"));
        let deleted = client.delete(&key, &plain(&DeleteOptions::default())).await.expect("an answer");
        assert_eq!(
            deleted.answer,
            DeleteAnswer::Taken { uid: Some(key.uid.clone()), terminating: None },
            "{name}"
        );
        assert_eq!(client.look(&key).await, Ok(Seen::Absent), "{name}");
        left -= 1;
        let page = client.list_table(&super::list(&roles, Some("shapes"))).await.expect("a page");
        assert_eq!(page.rows.len(), left, "{name}");
        last = deleted.audit_id.expect("an audit id");
    }
    let events = plane().audited(&last);
    assert!(events.iter().all(|event| event["verb"] != "deletecollection"
        || event["userAgent"].as_str().is_some_and(|agent| !agent.starts_with("secateur/"))));
}

//! Bringing objects about, as a restore does.

use serde_json::json;

use super::{
    ask::{METADATA, is_terminating, uid, version},
    objects::{HOLD, OTHER, config_map, labelled, stranded},
    subject::Subject,
};

pub(super) async fn what_is_created_has_an_identity_of_its_own(subject: &Subject) {
    let made = subject.config_map("one").await;
    assert_eq!((&made["kind"], &made["apiVersion"]), (&json!("ConfigMap"), &json!("v1")));
    assert_eq!(made["metadata"]["namespace"], subject.namespace);
    assert!(!uid(&made).is_empty() && !version(&made).is_empty());
    assert!(made["metadata"]["creationTimestamp"].is_string(), "{made}");
    let found = subject.get(subject.here("configmaps/one")).await.is(200);
    assert_eq!((uid(&found), version(&found)), (uid(&made), version(&made)));
    assert_eq!(found["data"], json!({ "key": "value" }));
}

pub(super) async fn a_name_is_taken_once(subject: &Subject) {
    let made = subject.config_map("one").await;
    let answer = subject.post(subject.here("configmaps"), &config_map("one")).await;
    assert_eq!(answer.is_refused(409, "AlreadyExists"), "configmaps \"one\" already exists");
    assert_eq!(answer.is(409)["details"], json!({ "name": "one", "kind": "configmaps" }));
    let found = subject.get(subject.here("configmaps/one")).await.is(200);
    assert_eq!(uid(&found), uid(&made));
}

pub(super) async fn a_name_can_be_taken_again_by_another_object(subject: &Subject) {
    let first = subject.config_map("one").await;
    subject.delete(subject.here("configmaps/one")).await.is(200);
    let second = subject.config_map("one").await;
    assert_ne!(uid(&first), uid(&second));
}

pub(super) async fn a_name_can_be_made_up(subject: &Subject) {
    let generated = json!({ "metadata": { "generateName": "made-up-" } });
    let one = subject.create(subject.here("configmaps"), generated.clone()).await;
    let other = subject.create(subject.here("configmaps"), generated).await;
    let name = one["metadata"]["name"].as_str().expect("a name");
    assert!(name.strip_prefix("made-up-").is_some_and(|end| end.len() == 5), "{name}");
    assert_ne!(one["metadata"]["name"], other["metadata"]["name"]);
}

pub(super) async fn an_object_without_a_name_is_invalid(subject: &Subject) {
    let answer = subject.post(subject.here("configmaps"), &json!({ "metadata": {} })).await;
    let message = answer.is_refused(422, "Invalid");
    assert!(message.contains("metadata.name: Required value: name or generateName is required"), "{message}");
    let causes = &answer.is(422)["details"]["causes"];
    assert_eq!(
        (&causes[0]["field"], &causes[0]["reason"]),
        (&json!("metadata.name"), &json!("FieldValueRequired"))
    );
}

pub(super) async fn a_name_that_is_none_is_invalid(subject: &Subject) {
    let answer = subject.post(subject.here("configmaps"), &config_map("Not A Name")).await;
    let message = answer.is_refused(422, "Invalid");
    assert!(
        message.starts_with("ConfigMap \"Not A Name\" is invalid: metadata.name: Invalid value"),
        "{message}"
    );
    assert_eq!(answer.is(422)["details"]["causes"][0]["reason"], "FieldValueInvalid");
}

pub(super) async fn what_a_copy_says_of_its_own_life_is_not_taken(subject: &Subject) {
    let copy = json!({
        "metadata": {
            "name": "one", "uid": OTHER,
            "creationTimestamp": "2001-01-01T00:00:00Z", "deletionTimestamp": "2001-01-02T00:00:00Z",
            "deletionGracePeriodSeconds": 30, "generation": 7, "finalizers": [HOLD],
            "labels": { "kept": "yes" }, "annotations": { "kept": "too" },
        },
        "data": { "key": "value" },
    });
    let made = subject.create(subject.here("configmaps"), copy).await;
    assert_ne!(uid(&made), OTHER);
    assert_ne!(made["metadata"]["creationTimestamp"], "2001-01-01T00:00:00Z");
    assert!(!is_terminating(&made), "{made}");
    assert_eq!(made["metadata"]["finalizers"], json!([HOLD]));
    assert_eq!(made["metadata"]["labels"], json!({ "kept": "yes" }));
    assert_eq!(made["metadata"]["annotations"], json!({ "kept": "too" }));
    subject.release(&subject.here("configmaps/one")).await;
}

pub(super) async fn a_copy_with_a_version_is_not_taken(subject: &Subject) {
    let mut copy = config_map("one");
    copy["metadata"]["resourceVersion"] = json!("1");
    let answer = subject.post(subject.here("configmaps"), &copy).await;
    assert!(answer.status >= 400, "{}", answer.text());
    assert!(
        answer.text().contains("resourceVersion should not be set on objects to be created"),
        "{}",
        answer.text()
    );
    assert!(subject.find(&subject.here("configmaps/one")).await.is_none());
}

pub(super) async fn nothing_is_created_in_a_namespace_that_is_not_there(subject: &Subject) {
    let path = "/api/v1/namespaces/conformance-nowhere/configmaps";
    let answer = subject.post(path, &config_map("one")).await;
    assert_eq!(answer.is_refused(404, "NotFound"), "namespaces \"conformance-nowhere\" not found");
}

pub(super) async fn an_object_of_another_namespace_is_refused(subject: &Subject) {
    let mut object = config_map("one");
    object["metadata"]["namespace"] = json!("elsewhere");
    let answer = subject.post(subject.here("configmaps"), &object).await;
    let message = answer.is_refused(400, "BadRequest");
    assert!(message.contains("the namespace of the provided object does not match"), "{message}");
}

pub(super) async fn an_object_of_another_kind_is_refused(subject: &Subject) {
    let mut object = config_map("one");
    object["kind"] = json!("Secret");
    object["apiVersion"] = json!("v1");
    let answer = subject.post(subject.here("configmaps"), &object).await;
    let message = answer.is_refused(400, "BadRequest");
    assert!(message.contains("Secret"), "{message}");
}

pub(super) async fn what_is_no_object_is_refused(subject: &Subject) {
    let ask = subject.ask(http::Method::POST, subject.here("configmaps"));
    let answer = ask.raw("{ this is no JSON".into()).content_type("application/json").await;
    answer.is_refused(400, "BadRequest");
}

pub(super) async fn what_is_created_can_be_answered_as_metadata(subject: &Subject) {
    let answer = subject.post(subject.here("configmaps"), &config_map("one")).accept(METADATA).await;
    let made = answer.is(201);
    assert_eq!((&made["kind"], &made["metadata"]["name"]), (&json!("PartialObjectMetadata"), &json!("one")));
    assert!(made.get("data").is_none(), "{made}");
    assert!(!uid(&made).is_empty());
}

pub(super) async fn an_object_can_be_created_by_its_field_manager(subject: &Subject) {
    let ask = subject.post(subject.here("configmaps"), &labelled("one", &json!({ "a": "b" })));
    ask.with("fieldManager", "secateur").await.is(201);
}

pub(super) async fn a_pod_waits_to_run_and_gets_what_it_did_not_ask_for(subject: &Subject) {
    let made = subject.pod(&stranded("one")).await;
    assert_eq!(made["status"]["phase"], "Pending");
    assert_eq!(made["spec"]["terminationGracePeriodSeconds"], 30);
    assert_eq!(made["spec"]["restartPolicy"], "Always");
}

pub(super) async fn a_pod_that_nobody_bound_is_bound_and_runs(subject: &Subject) {
    let pod = subject.running("one").await;
    let node = pod["spec"]["nodeName"].as_str().expect("a node");
    let node = subject.get(format!("/api/v1/nodes/{node}")).await.is(200);
    assert_eq!(node["kind"], "Node");
}

pub(super) async fn a_service_gets_an_address(subject: &Subject) {
    let service = json!({ "metadata": { "name": "web" }, "spec": { "ports": [{ "port": 80 }], "selector": { "app": "web" } } });
    let made = subject.create(subject.here("services"), service).await;
    assert_eq!(made["spec"]["type"], "ClusterIP");
    assert!(made["spec"]["clusterIP"].as_str().is_some_and(|address| address.starts_with("10.")), "{made}");
}

pub(super) async fn a_secrets_texts_are_kept_in_base64(subject: &Subject) {
    let secret = json!({ "metadata": { "name": "one" }, "stringData": { "word": "planted" } });
    let made = subject.create(subject.here("secrets"), secret).await;
    assert_eq!((&made["type"], &made["data"]), (&json!("Opaque"), &json!({ "word": "cGxhbnRlZA==" })));
    assert!(made.get("stringData").is_none(), "{made}");
}

//! Changing objects.

use serde_json::json;

use super::{
    ask::{uid, version},
    objects::{HOLD, OTHER, held},
    subject::Subject,
};

pub(super) async fn a_merge_patch_sets_and_takes_away(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let before = subject.config_map("one").await;
    let change = json!({ "metadata": { "labels": { "a": "b" } }, "data": { "other": "1", "key": null } });
    let after = subject.merge(&path, &change).await.is(200);
    assert_eq!(after["metadata"]["labels"], json!({ "a": "b" }));
    assert_eq!(after["data"], json!({ "other": "1" }));
    assert_eq!(uid(&after), uid(&before));
    assert_ne!(version(&after), version(&before));
    assert_eq!(subject.get(&path).await.is(200), after);
}

pub(super) async fn a_patch_that_changes_nothing_leaves_the_version(subject: &Subject) {
    let before = subject.config_map("one").await;
    let change = json!({ "data": { "key": "value" } });
    let after = subject.merge(subject.here("configmaps/one"), &change).await.is(200);
    assert_eq!(version(&after), version(&before));
}

pub(super) async fn a_json_patch_takes_one_finalizer_off_if_it_is_the_one(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let object = json!({ "metadata": { "name": "one", "finalizers": ["example.com/first", HOLD] } });
    subject.create(subject.here("configmaps"), object).await;
    let take_off = |index: usize, expected: &str| {
        let place = format!("/metadata/finalizers/{index}");
        json!([{ "op": "test", "path": place, "value": expected }, { "op": "remove", "path": place }])
    };
    let refused = subject.json_patch(&path, &take_off(0, HOLD)).await;
    refused.is_refused(422, "Invalid");
    let found = subject.get(&path).await.is(200);
    assert_eq!(found["metadata"]["finalizers"], json!(["example.com/first", HOLD]));
    let taken = subject.json_patch(&path, &take_off(1, HOLD)).await.is(200);
    assert_eq!(taken["metadata"]["finalizers"], json!(["example.com/first"]));
    subject.release(&path).await;
}

pub(super) async fn a_json_patch_adds_and_replaces(subject: &Subject) {
    subject.config_map("one").await;
    let change = json!([
        { "op": "add", "path": "/data/other", "value": "1" },
        { "op": "replace", "path": "/data/key", "value": "2" },
    ]);
    let after = subject.json_patch(subject.here("configmaps/one"), &change).await.is(200);
    assert_eq!(after["data"], json!({ "other": "1", "key": "2" }));
}

pub(super) async fn a_patch_of_an_older_version_is_refused(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let before = subject.config_map("one").await;
    subject.merge(&path, &json!({ "data": { "key": "1" } })).await.is(200);
    let change = json!({ "metadata": { "resourceVersion": version(&before) }, "data": { "key": "2" } });
    let message = subject.merge(&path, &change).await.is_refused(409, "Conflict");
    let expected = "Operation cannot be fulfilled on configmaps \"one\": the object has been modified; \
                    please apply your changes to the latest version and try again";
    assert_eq!(message, expected);
    assert_eq!(subject.get(&path).await.is(200)["data"]["key"], "1");
}

pub(super) async fn a_uid_is_not_patched(subject: &Subject) {
    let path = subject.here("configmaps/one");
    subject.config_map("one").await;
    let change = json!({ "metadata": { "uid": OTHER }, "data": { "key": "2" } });
    let message = subject.merge(&path, &change).await.is_refused(422, "Invalid");
    let expected =
        format!("ConfigMap \"one\" is invalid: metadata.uid: Invalid value: \"{OTHER}\": field is immutable");
    assert_eq!(message, expected);
    assert_eq!(subject.get(&path).await.is(200)["data"]["key"], "value");
}

pub(super) async fn what_is_not_there_is_not_patched(subject: &Subject) {
    let answer = subject.merge(subject.here("configmaps/none"), &json!({ "data": {} })).await;
    assert_eq!(answer.is_refused(404, "NotFound"), "configmaps \"none\" not found");
}

pub(super) async fn a_patch_in_a_form_that_is_none_is_refused(subject: &Subject) {
    subject.config_map("one").await;
    let ask = subject.merge(subject.here("configmaps/one"), &json!({ "data": {} }));
    ask.content_type("text/plain").await.is_refused(415, "UnsupportedMediaType");
}

pub(super) async fn a_finalizer_cannot_be_put_on_what_is_terminating(subject: &Subject) {
    let path = subject.here("configmaps/one");
    subject.create(subject.here("configmaps"), held("one")).await;
    subject.delete(&path).await.is(200);
    let change = json!([{ "op": "add", "path": "/metadata/finalizers/-", "value": "example.com/late" }]);
    let message = subject.json_patch(&path, &change).await.is_refused(422, "Invalid");
    assert!(message.contains("no new finalizers can be added if the object is being deleted"), "{message}");
    // Anything else can still be changed.
    let change = json!({ "data": { "key": "1" } });
    assert_eq!(subject.merge(&path, &change).await.is(200)["data"]["key"], "1");
    subject.release(&path).await;
}

pub(super) async fn replicas_are_changed_by_a_patch(subject: &Subject) {
    subject.deployed("web", 1).await;
    let path = subject.here_in("apps/v1", "deployments/web");
    subject.merge(&path, &json!({ "spec": { "replicas": 3 } })).await.is(200);
    subject.once(&path, "three are there", |web| web["status"]["availableReplicas"] == 3).await;
}

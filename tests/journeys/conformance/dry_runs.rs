//! Everything but the deed: the server answers as it would, and nothing is changed.

use serde_json::{Value, json};

use super::{
    ask::{is_terminating, uid, version},
    objects::{OTHER, config_map, held, owned, owner, stranded},
    subject::Subject,
};

const DRY: &str = "dryRun";

/// A rehearsal as Secateur sends it.
fn dry(made: &Value) -> Value {
    json!({ "preconditions": { "uid": uid(made) }, "propagationPolicy": "Background", "dryRun": ["All"] })
}

async fn is_untouched(subject: &Subject, path: &str, before: &Value) {
    let after = subject.get(path).await.is(200);
    assert_eq!((uid(&after), version(&after)), (uid(before), version(before)), "it was touched: {after}");
}

pub(super) async fn a_rehearsed_delete_is_answered_as_the_real_one_and_deletes_nothing(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.config_map("one").await;
    let rehearsed = subject.delete(&path).with(DRY, "All").options(&dry(&made)).await;
    assert_eq!(rehearsed.is_removed("configmaps", "one"), uid(&made));
    is_untouched(subject, &path, &made).await;
    let real = subject.delete(&path).of_uid(&made).await;
    assert_eq!(real.is(200), rehearsed.is(200));
}

pub(super) async fn a_rehearsal_by_its_body_alone_is_one(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.config_map("one").await;
    subject.delete(&path).options(&dry(&made)).await.is_removed("configmaps", "one");
    is_untouched(subject, &path, &made).await;
}

pub(super) async fn a_rehearsal_by_its_query_alone_is_one(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.config_map("one").await;
    let ask = subject
        .delete(&path)
        .with(DRY, "All")
        .with("uid", uid(&made))
        .with("propagationPolicy", "Background");
    ask.await.is_removed("configmaps", "one");
    is_untouched(subject, &path, &made).await;
}

pub(super) async fn a_rehearsed_delete_of_what_is_held_does_not_begin_it(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.create(subject.here("configmaps"), held("one")).await;
    let object = subject.delete(&path).options(&dry(&made)).await.is(200);
    assert!(is_terminating(&object), "{object}");
    is_untouched(subject, &path, &made).await;
    subject.release(&path).await;
}

pub(super) async fn a_rehearsed_delete_of_a_pod_does_not_begin_it(subject: &Subject) {
    let path = subject.here("pods/one");
    let made = subject.pod(&stranded("one")).await;
    let object = subject.delete(&path).options(&dry(&made)).await.is(200);
    assert_eq!((uid(&object), &object["metadata"]["deletionGracePeriodSeconds"]), (uid(&made), &json!(30)));
    assert!(!is_terminating(&subject.get(&path).await.is(200)));
}

pub(super) async fn a_rehearsed_delete_of_a_namespace_leaves_it_active(subject: &Subject) {
    let path = format!("/api/v1/namespaces/{}", subject.namespace);
    let made = subject.get(&path).await.is(200);
    subject.config_map("one").await;
    let object = subject.delete(&path).options(&dry(&made)).await.is(200);
    assert_eq!(uid(&object), uid(&made));
    subject.a_while().await;
    let after = subject.get(&path).await.is(200);
    assert_eq!((&after["status"]["phase"], is_terminating(&after)), (&json!("Active"), false));
    assert!(subject.find(&subject.here("configmaps/one")).await.is_some());
}

pub(super) async fn a_rehearsed_delete_takes_nothing_along(subject: &Subject) {
    let made = subject.config_map("owner").await;
    subject.create(subject.here("configmaps"), owned("owned", &[owner(&made)])).await;
    for policy in ["Background", "Foreground", "Orphan"] {
        let mut options = dry(&made);
        options["propagationPolicy"] = json!(policy);
        subject.delete(subject.here("configmaps/owner")).options(&options).await.is(200);
        is_untouched(subject, &subject.here("configmaps/owner"), &made).await;
    }
    subject.a_while().await;
    let owned = subject.get(subject.here("configmaps/owned")).await.is(200);
    assert_eq!(owned["metadata"]["ownerReferences"].as_array().map(Vec::len), Some(1), "{owned}");
}

pub(super) async fn a_rehearsed_delete_of_another_uid_is_refused(subject: &Subject) {
    let mut made = subject.config_map("one").await;
    made["metadata"]["uid"] = json!(OTHER);
    let answer = subject.delete(subject.here("configmaps/one")).options(&dry(&made)).await;
    assert!(answer.is_refused(409, "Conflict").contains("UID"), "{}", answer.text());
}

pub(super) async fn a_rehearsed_delete_of_what_is_not_there_says_so(subject: &Subject) {
    let answer = subject.delete(subject.here("configmaps/none")).options(&json!({ "dryRun": ["All"] })).await;
    assert_eq!(answer.is_refused(404, "NotFound"), "configmaps \"none\" not found");
}

pub(super) async fn a_rehearsal_of_anything_else_than_all_is_refused(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.config_map("one").await;
    let answer = subject.delete(&path).options(&json!({ "dryRun": ["Some"] })).await;
    let message = answer.is_refused(422, "Invalid");
    assert!(message.contains("dryRun: Unsupported value"), "{message}");
    is_untouched(subject, &path, &made).await;
}

pub(super) async fn a_rehearsed_creation_is_answered_and_creates_nothing(subject: &Subject) {
    let path = subject.here("configmaps");
    let made = subject.post(&path, &config_map("one")).with(DRY, "All").await.is(201);
    assert_eq!(made["metadata"]["name"], "one");
    assert!(!uid(&made).is_empty());
    assert!(subject.find(&subject.here("configmaps/one")).await.is_none());
}

pub(super) async fn a_rehearsed_creation_of_what_is_there_is_refused(subject: &Subject) {
    let made = subject.config_map("one").await;
    let answer = subject.post(subject.here("configmaps"), &config_map("one")).with(DRY, "All").await;
    assert_eq!(answer.is_refused(409, "AlreadyExists"), "configmaps \"one\" already exists");
    is_untouched(subject, &subject.here("configmaps/one"), &made).await;
}

pub(super) async fn a_rehearsed_patch_changes_nothing(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.config_map("one").await;
    let patched = subject.merge(&path, &json!({ "data": { "key": "other" } })).with(DRY, "All").await.is(200);
    assert_eq!(patched["data"]["key"], "other");
    is_untouched(subject, &path, &made).await;
}

pub(super) async fn nobody_is_told_of_a_rehearsal(subject: &Subject) {
    let made = subject.secret("one").await;
    let ask = subject.get(subject.here("secrets")).with("resourceVersion", version(&made));
    let mut watch = ask.watch().await;
    subject.delete(subject.here("secrets/one")).options(&dry(&made)).await.is(200);
    let two = json!({ "metadata": { "name": "two" } });
    subject.post(subject.here("secrets"), &two).with(DRY, "All").await.is(201);
    subject.secret("three").await;
    watch.next_is("ADDED", "three").await;
}

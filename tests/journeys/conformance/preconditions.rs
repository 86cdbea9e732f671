//! A DELETE is for the object that was looked at, or for none.

use serde_json::{Value, json};

use super::{
    ask::{is_terminating, uid, version},
    objects::{Definition, OTHER, held, stranded},
    subject::Subject,
};

fn only(uid: &str) -> Value {
    json!({ "preconditions": { "uid": uid } })
}

pub(super) async fn another_uid_is_not_deleted(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.config_map("one").await;
    let answer = subject.delete(&path).options(&only(OTHER)).await;
    let message = answer.is_refused(409, "Conflict");
    let expected = format!(
        "Operation cannot be fulfilled on ConfigMap \"one\": the UID in the precondition ({OTHER}) does not match \
         the UID in record ({}). The object might have been deleted and then recreated",
        uid(&made)
    );
    assert_eq!(message, expected);
    assert_eq!(answer.is(409)["details"], json!({ "name": "one", "kind": "ConfigMap" }));
    assert_eq!(version(&subject.get(&path).await.is(200)), version(&made));
}

pub(super) async fn its_own_uid_is_deleted(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.config_map("one").await;
    let answer = subject.delete(&path).options(&only(&uid(&made))).await;
    assert_eq!(answer.is_removed("configmaps", "one"), uid(&made));
    assert!(subject.find(&path).await.is_none());
}

pub(super) async fn a_namesake_is_not_deleted_in_its_predecessors_place(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let first = subject.config_map("one").await;
    subject.delete(&path).await.is(200);
    let second = subject.config_map("one").await;
    subject.delete(&path).of_uid(&first).await.is_refused(409, "Conflict");
    assert_eq!(uid(&subject.get(&path).await.is(200)), uid(&second));
}

pub(super) async fn a_uid_in_the_query_counts_where_there_is_no_body(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.config_map("one").await;
    let answer = subject.delete(&path).with("uid", OTHER).with("propagationPolicy", "Background").await;
    answer.is_refused(409, "Conflict");
    let answer = subject.delete(&path).with("uid", uid(&made)).with("propagationPolicy", "Background").await;
    assert_eq!(answer.is_removed("configmaps", "one"), uid(&made));
}

pub(super) async fn what_has_changed_is_not_deleted_where_it_must_not_have(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.config_map("one").await;
    let changed = subject.merge(&path, &json!({ "data": { "key": "other" } })).await.is(200);
    let options = |of: &Value| json!({ "preconditions": { "uid": uid(of), "resourceVersion": version(of) } });
    let message = subject.delete(&path).options(&options(&made)).await.is_refused(409, "Conflict");
    let expected = format!(
        "Operation cannot be fulfilled on ConfigMap \"one\": the ResourceVersion in the precondition ({}) does not \
         match the ResourceVersion in record ({}). The object might have been modified",
        version(&made),
        version(&changed)
    );
    assert_eq!(message, expected);
    subject.delete(&path).options(&options(&changed)).await.is_removed("configmaps", "one");
}

pub(super) async fn a_version_in_the_query_counts_where_there_is_no_body(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.config_map("one").await;
    let changed = subject.merge(&path, &json!({ "data": { "key": "other" } })).await.is(200);
    subject.delete(&path).with("resourceVersion", version(&made)).await.is_refused(409, "Conflict");
    subject.delete(&path).with("resourceVersion", version(&changed)).await.is_removed("configmaps", "one");
}

pub(super) async fn another_uid_is_told_before_another_version(subject: &Subject) {
    subject.config_map("one").await;
    let options = json!({ "preconditions": { "uid": OTHER, "resourceVersion": "1" } });
    let message =
        subject.delete(subject.here("configmaps/one")).options(&options).await.is_refused(409, "Conflict");
    assert!(message.contains("the UID in the precondition"), "{message}");
}

pub(super) async fn a_pod_of_another_uid_is_not_begun_with(subject: &Subject) {
    let path = subject.here("pods/one");
    subject.pod(&stranded("one")).await;
    for grace in [0, 30] {
        let options = json!({ "preconditions": { "uid": OTHER }, "gracePeriodSeconds": grace });
        let message = subject.delete(&path).options(&options).await.is_refused(409, "Conflict");
        assert!(message.contains("UID"), "{message}");
    }
    assert!(!is_terminating(&subject.get(&path).await.is(200)));
}

pub(super) async fn what_is_terminating_keeps_to_its_uid_too(subject: &Subject) {
    let path = subject.here("configmaps/one");
    subject.create(subject.here("configmaps"), held("one")).await;
    subject.delete(&path).await.is(200);
    let answer = subject.delete(&path).options(&only(OTHER)).await;
    assert!(answer.is_refused(409, "Conflict").contains("UID"), "{}", answer.text());
    subject.release(&path).await;
}

pub(super) async fn a_namespace_of_another_uid_is_not_deleted(subject: &Subject) {
    let path = format!("/api/v1/namespaces/{}", subject.namespace);
    let answer = subject.delete(&path).options(&only(OTHER)).await;
    let message = answer.is_refused(409, "Conflict");
    assert!(message.contains("UID"), "{message}");
    assert!(!is_terminating(&subject.get(&path).await.is(200)));
}

pub(super) async fn an_object_of_a_defined_kind_keeps_to_its_uid_too(subject: &Subject) {
    let definition = Definition::make(subject).await;
    let made = subject.create(definition.here(subject, ""), definition.sprout("one")).await;
    let path = definition.here(subject, "/one");
    let message = subject.delete(&path).options(&only(OTHER)).await.is_refused(409, "Conflict");
    assert!(message.contains("the UID in the precondition"), "{message}");
    assert_eq!(uid(&subject.get(&path).await.is(200)), uid(&made));
}

pub(super) async fn a_definition_of_another_uid_is_not_deleted(subject: &Subject) {
    let definition = Definition::make(subject).await;
    let answer = subject.delete(&definition.path).options(&only(OTHER)).await;
    assert!(answer.is_refused(409, "Conflict").contains("UID"), "{}", answer.text());
    assert!(!is_terminating(&subject.get(&definition.path).await.is(200)));
}

/// Which is why an empty UID is never sent.
pub(super) async fn an_empty_uid_is_no_precondition(subject: &Subject) {
    let made = subject.config_map("one").await;
    let answer = subject.delete(subject.here("configmaps/one")).with("uid", "").await;
    assert_eq!(answer.is_removed("configmaps", "one"), uid(&made));
}

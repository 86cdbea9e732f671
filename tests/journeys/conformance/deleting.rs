//! What a DELETE does and how it is answered.

use serde_json::{Value, json};

use super::{
    ask::{METADATA, is_terminating, uid},
    objects::{Definition, OTHER, deployment, held, role, stranded, volume},
    subject::Subject,
};

pub(super) async fn what_goes_at_once_is_answered_by_a_status_with_its_uid(subject: &Subject) {
    let made = subject.config_map("one").await;
    let answer = subject.delete(subject.here("configmaps/one")).of_uid(&made).accept(METADATA).await;
    assert_eq!(answer.is_removed("configmaps", "one"), uid(&made));
    assert!(subject.find(&subject.here("configmaps/one")).await.is_none());
}

pub(super) async fn the_status_names_the_group(subject: &Subject) {
    let path = subject.here_in("apps/v1", "deployments");
    let made = subject.create(&path, deployment("web", 0)).await;
    let answer = subject.delete(format!("{path}/web")).of_uid(&made).await;
    assert_eq!(answer.is_removed("deployments", "web"), uid(&made));
    assert_eq!(answer.is(200)["details"]["group"], "apps");
}

pub(super) async fn what_is_held_is_answered_by_the_object_as_terminating(subject: &Subject) {
    let made = subject.create(subject.here("configmaps"), held("one")).await;
    let object = subject.delete(subject.here("configmaps/one")).of_uid(&made).await.is(200);
    assert_eq!((&object["kind"], uid(&object)), (&json!("ConfigMap"), uid(&made)));
    assert!(is_terminating(&object), "{object}");
    assert_eq!(object["metadata"]["deletionGracePeriodSeconds"], 0);
    assert_eq!(object["metadata"]["finalizers"], made["metadata"]["finalizers"]);
    subject.release(&subject.here("configmaps/one")).await;
}

pub(super) async fn the_answer_can_be_metadata_alone(subject: &Subject) {
    let secret = json!({
        "metadata": { "name": "one", "finalizers": [super::objects::HOLD] }, "stringData": { "word": "planted" },
    });
    let made = subject.create(subject.here("secrets"), secret).await;
    let object = subject.delete(subject.here("secrets/one")).of_uid(&made).accept(METADATA).await.is(200);
    assert_eq!((&object["kind"], uid(&object)), (&json!("PartialObjectMetadata"), uid(&made)));
    assert!(is_terminating(&object) && object.get("data").is_none(), "{object}");
    subject.release(&subject.here("secrets/one")).await;
}

pub(super) async fn some_kinds_are_answered_by_their_last_state(subject: &Subject) {
    let service = json!({ "metadata": { "name": "web" }, "spec": { "ports": [{ "port": 80 }] } });
    let made = subject.create(subject.here("services"), service).await;
    let object = subject.delete(subject.here("services/web")).of_uid(&made).await.is(200);
    assert_eq!((&object["kind"], uid(&object)), (&json!("Service"), uid(&made)));
    assert!(!is_terminating(&object), "{object}");
    assert!(subject.find(&subject.here("services/web")).await.is_none());
}

pub(super) async fn a_volume_that_nobody_claims_goes(subject: &Subject) {
    let name = subject.named("volume");
    let made = subject.create("/api/v1/persistentvolumes", volume(&name, "Retain")).await;
    let path = format!("/api/v1/persistentvolumes/{name}");
    let object = subject.delete(&path).of_uid(&made).await.is(200);
    assert_eq!((&object["kind"], uid(&object)), (&json!("PersistentVolume"), uid(&made)));
    subject.gone(&path).await;
}

pub(super) async fn what_is_not_there_is_not_deleted(subject: &Subject) {
    let answer = subject.delete(subject.here("configmaps/none")).await;
    assert_eq!(answer.is_refused(404, "NotFound"), "configmaps \"none\" not found");
    assert_eq!(answer.is(404)["details"], json!({ "name": "none", "kind": "configmaps" }));
}

pub(super) async fn a_kind_that_is_not_served_is_not_an_absent_object(subject: &Subject) {
    let answer = subject.delete(subject.here_in("nowhere.example.com/v1", "sprouts/one")).await;
    assert_eq!((answer.status, answer.text().trim()), (404, "404 page not found"));
}

pub(super) async fn what_is_terminating_can_be_deleted_again_and_stays_as_it_is(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.create(subject.here("configmaps"), held("one")).await;
    let first = subject.delete(&path).of_uid(&made).await.is(200);
    let second = subject.delete(&path).of_uid(&made).await.is(200);
    assert!(is_terminating(&second), "{second}");
    assert_eq!(second["metadata"]["deletionTimestamp"], first["metadata"]["deletionTimestamp"]);
    subject.release(&path).await;
}

/// This is why Secateur writes its options into both.
pub(super) async fn options_in_the_query_count_only_without_a_body(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.config_map("one").await;
    subject.delete(&path).with("dryRun", "All").await.is_removed("configmaps", "one");
    assert!(subject.find(&path).await.is_some(), "a dry run by its query");
    subject.delete(&path).with("uid", OTHER).await.is_refused(409, "Conflict");
    let answer = subject.delete(&path).with("dryRun", "All").with("uid", OTHER).options(&json!({})).await;
    assert_eq!(answer.is_removed("configmaps", "one"), uid(&made));
    assert!(subject.find(&path).await.is_none(), "a body without dryRun is for real");
}

pub(super) async fn options_that_cannot_be_read_delete_nothing(subject: &Subject) {
    let path = subject.here("configmaps/one");
    subject.config_map("one").await;
    let nonsense =
        subject.delete(&path).raw("{ this is no JSON".into()).content_type("application/json").await;
    nonsense.is_refused(400, "BadRequest");
    let sideways = subject.delete(&path).options(&json!({ "propagationPolicy": "Sideways" })).await;
    let message = sideways.is_refused(422, "Invalid");
    assert!(message.contains("propagationPolicy"), "{message}");
    let both = json!({ "propagationPolicy": "Orphan", "orphanDependents": true });
    subject.delete(&path).options(&both).await.is_refused(422, "Invalid");
    assert!(subject.find(&path).await.is_some());
}

pub(super) async fn the_options_of_the_core_group_are_taken_by_every_group(subject: &Subject) {
    let definition = Definition::make(subject).await;
    let made = subject.create(definition.here(subject, ""), definition.sprout("one")).await;
    subject.delete(definition.here(subject, "/one")).of_uid(&made).await.is_removed("sprouts", "one");
    let path = subject.here_in("rbac.authorization.k8s.io/v1", "roles");
    let made = subject.create(&path, role("one", &json!([]))).await;
    subject.delete(format!("{path}/one")).of_uid(&made).await.is_removed("roles", "one");
}

pub(super) async fn a_pod_is_answered_by_itself_with_the_time_it_has(subject: &Subject) {
    let made = subject.pod(&stranded("one")).await;
    let object = subject.delete(subject.here("pods/one")).of_uid(&made).await.is(200);
    assert_eq!((&object["kind"], uid(&object)), (&json!("Pod"), uid(&made)));
    assert_eq!(object["metadata"]["deletionGracePeriodSeconds"], 30);
}

pub(super) async fn a_deleted_object_is_no_longer_in_its_list(subject: &Subject) {
    subject.secrets(&["a", "b"]).await;
    subject.delete(subject.here("secrets/a")).await.is_removed("secrets", "a");
    let list: Value = subject.get(subject.here("secrets")).await.is(200);
    assert_eq!(super::ask::names(&list), ["b"]);
    subject.get(subject.here("secrets/a")).await.is_refused(404, "NotFound");
}

//! What holds an object that is to go.

use serde_json::json;

use super::{
    ask::{is_terminating, names, uid},
    objects::{HOLD, held},
    subject::Subject,
};

pub(super) async fn what_is_held_is_there_until_it_is_released(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.create(subject.here("configmaps"), held("one")).await;
    subject.delete(&path).of_uid(&made).await.is(200);
    subject.a_while().await;
    let found = subject.get(&path).await.is(200);
    assert_eq!((uid(&found), is_terminating(&found)), (uid(&made), true));
    let list =
        subject.get(subject.here("configmaps")).with("fieldSelector", "metadata.name=one").await.is(200);
    assert_eq!(names(&list), ["one"]);
    subject.release(&path).await;
    assert!(subject.find(&path).await.is_none(), "it goes with its last finalizer");
}

pub(super) async fn the_last_of_several_finalizers_decides(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let object = json!({ "metadata": { "name": "one", "finalizers": ["example.com/first", HOLD] } });
    subject.create(subject.here("configmaps"), object).await;
    subject.delete(&path).await.is(200);
    let first = json!([{ "op": "remove", "path": "/metadata/finalizers/0" }]);
    let left = subject.json_patch(&path, &first).await.is(200);
    assert_eq!((&left["metadata"]["finalizers"], is_terminating(&left)), (&json!([HOLD]), true));
    subject.json_patch(&path, &first).await.is(200);
    assert!(subject.find(&path).await.is_none());
}

pub(super) async fn the_name_of_what_is_held_is_taken(subject: &Subject) {
    let path = subject.here("configmaps/one");
    subject.create(subject.here("configmaps"), held("one")).await;
    subject.delete(&path).await.is(200);
    let answer = subject.post(subject.here("configmaps"), &held("one")).await;
    let message = answer.is_refused(409, "AlreadyExists");
    assert!(message.contains("configmaps \"one\" already exists"), "{message}");
    subject.release(&path).await;
    subject.config_map("one").await;
}

pub(super) async fn a_finalizer_taken_off_before_holds_nothing(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.create(subject.here("configmaps"), held("one")).await;
    subject.release(&path).await;
    assert_eq!(subject.delete(&path).of_uid(&made).await.is_removed("configmaps", "one"), uid(&made));
}

pub(super) async fn a_pod_that_is_held_stays_after_its_time(subject: &Subject) {
    let path = subject.here("pods/one");
    let mut pod = super::objects::stranded("one");
    pod["metadata"]["finalizers"] = json!([HOLD]);
    let made = subject.pod(&pod).await;
    let object = subject.delete(&path).options(&json!({ "gracePeriodSeconds": 0 })).await.is(200);
    assert_eq!((uid(&object), &object["metadata"]["deletionGracePeriodSeconds"]), (uid(&made), &json!(0)));
    assert!(is_terminating(&subject.get(&path).await.is(200)));
    subject.release(&path).await;
    subject.gone(&path).await;
}

pub(super) async fn an_object_that_is_held_keeps_what_it_owns_until_it_goes(subject: &Subject) {
    let made = subject.create(subject.here("configmaps"), held("owner")).await;
    let owned = super::objects::owned("owned", &[super::objects::owner(&made)]);
    subject.create(subject.here("configmaps"), owned).await;
    let path = subject.here("configmaps/owner");
    subject.delete(&path).of_uid(&made).await.is(200);
    subject.a_while().await;
    assert!(subject.find(&subject.here("configmaps/owned")).await.is_some());
    subject.release(&path).await;
    subject.gone(&subject.here("configmaps/owned")).await;
}

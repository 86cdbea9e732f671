//! Being told of changes.

use serde_json::json;

use super::{
    ask::{Event, METADATA, TABLE, uid, version},
    objects::{Definition, HOLD},
    subject::Subject,
};

async fn label(subject: &Subject, name: &str, value: &str) {
    let change = json!({ "metadata": { "labels": { "value": value } } });
    subject.merge(subject.here(&format!("secrets/{name}")), &change).await.is(200);
}

/// The version of the list of Secrets now.
async fn now(subject: &Subject) -> String {
    version(&subject.get(subject.here("secrets")).await.is(200))
}

fn number(event: &serde_json::Value) -> u64 {
    version(event).parse().expect("a number")
}

pub(super) async fn a_watch_tells_what_happens_after_its_version(subject: &Subject) {
    subject.secret("before").await;
    let from = now(subject).await;
    let made = subject.secret("one").await;
    let mut watch = subject.get(subject.here("secrets")).with("resourceVersion", &from).watch().await;
    label(subject, "one", "x").await;
    subject.delete(subject.here("secrets/one")).await.is(200);
    let added = watch.next_is("ADDED", "one").await;
    assert_eq!((uid(&added), &added["kind"]), (uid(&made), &json!("Secret")));
    let modified = watch.next_is("MODIFIED", "one").await;
    assert_eq!(modified["metadata"]["labels"], json!({ "value": "x" }));
    let deleted = watch.next_is("DELETED", "one").await;
    assert_eq!(uid(&deleted), uid(&made));
    // What was deleted is told with the version of its end.
    assert!(number(&added) < number(&modified) && number(&modified) < number(&deleted));
}

pub(super) async fn a_watch_can_go_on_where_another_ended(subject: &Subject) {
    let from = now(subject).await;
    let mut first = subject.get(subject.here("secrets")).with("resourceVersion", from).watch().await;
    subject.secret("one").await;
    let seen = version(&first.next_is("ADDED", "one").await);
    drop(first);
    subject.delete(subject.here("secrets/one")).await.is(200);
    let mut second = subject.get(subject.here("secrets")).with("resourceVersion", seen).watch().await;
    second.next_is("DELETED", "one").await;
}

pub(super) async fn a_watch_from_no_version_begins_with_what_there_is(subject: &Subject) {
    subject.secrets(&["a", "b"]).await;
    let mut watch = subject.get(subject.here("secrets")).watch().await;
    let mut first = [watch.next().await, watch.next().await].map(|event| event.expect("an event"));
    first.sort_by(|one, other| one.name().cmp(other.name()));
    assert!(first[0].is("ADDED", "a") && first[1].is("ADDED", "b"), "{first:?}");
    subject.secret("c").await;
    watch.next_is("ADDED", "c").await;
}

pub(super) async fn a_watch_of_any_age_begins_with_what_there_is(subject: &Subject) {
    subject.secret("a").await;
    let mut watch = subject.get(subject.here("secrets")).with("resourceVersion", 0).watch().await;
    watch.next_is("ADDED", "a").await;
}

pub(super) async fn a_watched_table_has_a_row_an_event_and_its_columns_once(subject: &Subject) {
    let from = now(subject).await;
    let ask =
        subject.get(subject.here("secrets")).with("resourceVersion", from).with("includeObject", "Metadata");
    let mut watch = ask.accept(TABLE).watch().await;
    let made = subject.secret("one").await;
    label(subject, "one", "x").await;
    subject.delete(subject.here("secrets/one")).await.is(200);
    for (index, kind) in ["ADDED", "MODIFIED", "DELETED"].into_iter().enumerate() {
        let event = watch.next().await.expect("an event");
        assert_eq!((&*event.kind, &event.object["kind"]), (kind, &json!("Table")));
        let rows = event.object["rows"].as_array().expect("rows");
        assert_eq!((rows.len(), &rows[0]["cells"][0]), (1, &json!("one")));
        assert_eq!(rows[0]["object"]["metadata"]["uid"], uid(&made));
        let columns = event.object["columnDefinitions"].as_array().map_or(0, Vec::len);
        assert_eq!(columns > 0, index == 0, "{event:?}");
    }
}

pub(super) async fn a_watched_table_has_no_objects_where_none_are_asked_for(subject: &Subject) {
    let from = now(subject).await;
    let ask =
        subject.get(subject.here("secrets")).with("resourceVersion", from).with("includeObject", "None");
    let mut watch = ask.accept(TABLE).watch().await;
    subject.secret("one").await;
    let event = watch.next().await.expect("an event");
    assert!(event.object["rows"][0].get("object").is_none_or(serde_json::Value::is_null), "{event:?}");
    assert!(event.object["metadata"]["resourceVersion"].is_string(), "{event:?}");
}

pub(super) async fn a_watch_tells_of_metadata_alone_where_that_is_asked_for(subject: &Subject) {
    let from = now(subject).await;
    let ask = subject.get(subject.here("secrets")).with("resourceVersion", from).accept(METADATA);
    let mut watch = ask.watch().await;
    let secret = json!({ "metadata": { "name": "one" }, "stringData": { "a": "1" } });
    let made = subject.create(subject.here("secrets"), secret).await;
    let told = watch.next_is("ADDED", "one").await;
    assert_eq!((&told["kind"], uid(&told)), (&json!("PartialObjectMetadata"), uid(&made)));
    assert!(told.get("data").is_none(), "{told}");
}

pub(super) async fn a_watch_of_one_name_tells_of_no_other(subject: &Subject) {
    let from = now(subject).await;
    let ask = subject.get(subject.here("secrets")).with("resourceVersion", from);
    let mut watch = ask.with("fieldSelector", "metadata.name=two").watch().await;
    subject.secrets(&["one", "two", "three"]).await;
    subject.delete(subject.here("secrets/one")).await.is(200);
    subject.delete(subject.here("secrets/two")).await.is(200);
    watch.next_is("ADDED", "two").await;
    watch.next_is("DELETED", "two").await;
}

pub(super) async fn a_watch_of_a_namespace_tells_of_no_other(subject: &Subject) {
    let other = subject.named("other");
    subject.create("/api/v1/namespaces", json!({ "metadata": { "name": other } })).await;
    let from = now(subject).await;
    let mut watch = subject.get(subject.here("secrets")).with("resourceVersion", from).watch().await;
    subject
        .create(format!("/api/v1/namespaces/{other}/secrets"), json!({ "metadata": { "name": "far" } }))
        .await;
    subject.secret("near").await;
    watch.next_is("ADDED", "near").await;
}

pub(super) async fn what_comes_under_a_watched_selector_is_added_and_what_leaves_it_deleted(
    subject: &Subject,
) {
    subject.secret("one").await;
    let from = now(subject).await;
    let ask = subject.get(subject.here("secrets")).with("resourceVersion", from);
    let mut watch = ask.with("labelSelector", "value=in").watch().await;
    for value in ["out", "in", "out"] {
        label(subject, "one", value).await;
    }
    let added = watch.next_is("ADDED", "one").await;
    let deleted = watch.next_is("DELETED", "one").await;
    assert!(number(&added) < number(&deleted));
    assert_eq!(deleted["metadata"]["labels"]["value"], "in", "as it was when it was in");
}

pub(super) async fn what_is_held_is_told_as_terminating_before_it_is_told_as_gone(subject: &Subject) {
    let from = now(subject).await;
    let path = subject.here("secrets/one");
    let held = json!({ "metadata": { "name": "one", "finalizers": [HOLD] } });
    subject.create(subject.here("secrets"), held).await;
    let mut watch = subject.get(subject.here("secrets")).with("resourceVersion", from).watch().await;
    subject.delete(&path).await.is(200);
    subject.release(&path).await;
    watch.next_is("ADDED", "one").await;
    let terminating = watch.next_is("MODIFIED", "one").await;
    assert!(super::ask::is_terminating(&terminating), "{terminating}");
    let gone = watch.once(|event| event.kind != "MODIFIED").await;
    assert!(gone.is("DELETED", "one"), "{gone:?}");
}

pub(super) async fn a_watch_ends_after_the_time_that_was_asked_for_and_says_where(subject: &Subject) {
    let from = now(subject).await;
    let ask = subject.get(subject.here("secrets")).with("resourceVersion", &from);
    let mut watch = ask.with("allowWatchBookmarks", "true").with("timeoutSeconds", 4).watch().await;
    subject.secret("one").await;
    let added = watch.next_is("ADDED", "one").await;
    let mut rest: Vec<Event> = Vec::new();
    while let Some(event) = watch.next().await {
        rest.push(event);
    }
    let last = rest.last().expect("a bookmark");
    assert!(rest.iter().all(|event| event.kind == "BOOKMARK"), "{rest:?}");
    assert!(number(&last.object) >= number(&added), "{last:?}");
    assert_eq!(last.object["kind"], "Secret");
}

pub(super) async fn a_bookmark_of_a_watched_table_has_its_version(subject: &Subject) {
    let from = now(subject).await;
    let ask = subject.get(subject.here("secrets")).with("resourceVersion", &from).accept(TABLE);
    let mut watch = ask.with("allowWatchBookmarks", "true").with("timeoutSeconds", 4).watch().await;
    subject.secret("one").await;
    let bookmark = watch.once(|event| event.kind == "BOOKMARK").await.object;
    assert_eq!(bookmark["kind"], "Table");
    let version = &bookmark["rows"][0]["object"]["metadata"]["resourceVersion"];
    let version: u64 = version.as_str().expect("a version").parse().expect("a number");
    assert!(version >= from.parse().expect("a number"), "{bookmark}");
}

pub(super) async fn a_watch_from_before_all_history_is_told_that_it_is_gone(subject: &Subject) {
    let definition = Definition::make(subject).await;
    subject.create(definition.here(subject, ""), definition.sprout("one")).await;
    let mut watch = subject.get(definition.all()).with("resourceVersion", 1).watch().await;
    let event = watch.next().await.expect("an event");
    assert_eq!(event.kind, "ERROR");
    assert_eq!(
        (&event.object["code"], &event.object["reason"]),
        (&json!(410), &json!("Expired")),
        "{event:?}"
    );
    let message = event.object["message"].as_str().expect("a message");
    assert!(message.starts_with("too old resource version: 1"), "{message}");
}

pub(super) async fn a_watch_from_no_number_is_refused(subject: &Subject) {
    let answer =
        subject.get(subject.here("secrets")).with("watch", "true").with("resourceVersion", "x").await;
    assert_eq!(
        answer.is(500)["message"],
        "resourceVersion: Invalid value: \"x\": strconv.ParseUint: parsing \"x\": invalid syntax"
    );
}

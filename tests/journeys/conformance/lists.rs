//! Reading objects and lists of them.

use serde_json::json;

use super::{
    ask::{names, uid, version},
    objects::role,
    subject::Subject,
};

pub(super) async fn an_object_says_what_it_is_and_an_item_of_a_list_does_not(subject: &Subject) {
    subject.secret("one").await;
    let object = subject.get(subject.here("secrets/one")).await.is(200);
    assert_eq!((&object["kind"], &object["apiVersion"]), (&json!("Secret"), &json!("v1")));
    let list = subject.get(subject.here("secrets")).await.is(200);
    assert_eq!((&list["kind"], &list["apiVersion"]), (&json!("SecretList"), &json!("v1")));
    let item = &list["items"][0];
    assert!(item.get("kind").is_none() && item.get("apiVersion").is_none(), "{item}");
    assert_eq!(item["metadata"], object["metadata"]);
}

pub(super) async fn a_list_is_in_the_order_of_names(subject: &Subject) {
    subject.secrets(&["c", "a", "b.b", "b-b", "b"]).await;
    let list = subject.get(subject.here("secrets")).await.is(200);
    assert_eq!(names(&list), ["a", "b", "b-b", "b.b", "c"]);
}

pub(super) async fn a_list_of_all_namespaces_has_every_one(subject: &Subject) {
    subject.secret("one").await;
    let other = subject.named("other");
    subject.create("/api/v1/namespaces", json!({ "metadata": { "name": other } })).await;
    subject
        .create(format!("/api/v1/namespaces/{other}/secrets"), json!({ "metadata": { "name": "one" } }))
        .await;
    let list = subject.get("/api/v1/secrets").with("fieldSelector", "metadata.name=one").await.is(200);
    let items = list["items"].as_array().expect("items");
    for namespace in [&subject.namespace, &other] {
        let found = items.iter().filter(|item| item["metadata"]["namespace"] == **namespace);
        assert_eq!(found.count(), 1, "{namespace}");
    }
}

pub(super) async fn a_list_of_a_namespace_that_is_not_there_is_empty(subject: &Subject) {
    let list = subject.get("/api/v1/namespaces/conformance-nowhere/secrets").await.is(200);
    assert_eq!(list["items"], json!([]));
}

pub(super) async fn an_object_that_is_not_there_is_named(subject: &Subject) {
    let answer = subject.get(subject.here("secrets/none")).await;
    assert_eq!(answer.is_refused(404, "NotFound"), "secrets \"none\" not found");
    assert_eq!(answer.is(404)["details"], json!({ "name": "none", "kind": "secrets" }));
    let answer = subject.get(subject.here_in("apps/v1", "deployments/none")).await;
    assert_eq!(answer.is_refused(404, "NotFound"), "deployments.apps \"none\" not found");
    let details = json!({ "name": "none", "group": "apps", "kind": "deployments" });
    assert_eq!(answer.is(404)["details"], details);
}

pub(super) async fn a_version_grows_with_every_change(subject: &Subject) {
    let number = |text: String| text.parse::<u64>().expect("a number");
    let list = async || number(version(&subject.get(subject.here("secrets")).await.is(200)));
    let before = list().await;
    let made = number(version(&subject.secret("one").await));
    let path = subject.here("secrets/one");
    let patched = subject.merge(&path, &json!({ "metadata": { "labels": { "a": "b" } } })).await.is(200);
    let changed = number(version(&patched));
    let after = list().await;
    assert!(before < made && made < changed && changed <= after, "{before} {made} {changed} {after}");
}

pub(super) async fn a_list_can_be_had_as_it_was(subject: &Subject) {
    subject.secrets(&["a", "b"]).await;
    let path = subject.here("secrets");
    let then = subject.get(&path).await.is(200);
    subject.delete(subject.here("secrets/a")).await.is(200);
    subject.secret("c").await;
    assert_eq!(names(&subject.get(&path).await.is(200)), ["b", "c"]);
    let exact =
        subject.get(&path).with("resourceVersion", version(&then)).with("resourceVersionMatch", "Exact");
    let exact = exact.await.is(200);
    assert_eq!(names(&exact), ["a", "b"]);
    assert_eq!(version(&exact), version(&then));
}

pub(super) async fn a_list_as_it_was_must_say_when(subject: &Subject) {
    let answer = subject.get(subject.here("secrets")).with("resourceVersionMatch", "Exact").await;
    let message = answer.is_refused(422, "Invalid");
    assert!(
        message.contains("resourceVersionMatch is forbidden unless resourceVersion is provided"),
        "{message}"
    );
}

pub(super) async fn a_list_of_any_age_is_a_list(subject: &Subject) {
    let path = subject.here("secrets");
    subject.secret("one").await;
    subject
        .until("it has what there is", async || {
            let list = subject.get(&path).with("resourceVersion", "0").await.is(200);
            (names(&list) == ["one"]).then_some(())
        })
        .await;
}

pub(super) async fn a_name_of_any_shape_is_one_segment(subject: &Subject) {
    let path = subject.here_in("rbac.authorization.k8s.io/v1", "roles");
    for (name, escaped) in
        [("?x", "%3Fx"), ("a:b", "a:b"), ("a b", "a%20b"), ("#", "%23"), ("a=b,c", "a%3Db%2Cc")]
    {
        let made = subject.create(&path, role(name, &json!([]))).await;
        let found = subject.get(format!("{path}/{escaped}")).await.is(200);
        assert_eq!((&found["metadata"]["name"], uid(&found)), (&json!(name), uid(&made)));
    }
    // Escaped, it is the one; as a query it would be all of them.
    subject.delete(format!("{path}/%3Fx")).await.is_removed("roles", "?x");
    assert_eq!(names(&subject.get(&path).await.is(200)), ["#", "a b", "a:b", "a=b,c"]);
}

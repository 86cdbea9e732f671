//! What goes when its owners are gone.

use serde_json::json;

use super::{
    ask::{is_terminating, uid},
    objects::{Definition, OTHER, owned, owner, role},
    subject::Subject,
};

pub(super) async fn what_has_no_living_owner_is_garbage(subject: &Subject) {
    let reference = json!({ "apiVersion": "v1", "kind": "ConfigMap", "name": "never", "uid": OTHER });
    subject.create(subject.here("configmaps"), owned("owned", &[reference])).await;
    subject.gone(&subject.here("configmaps/owned")).await;
}

pub(super) async fn an_owners_namesake_is_not_the_owner(subject: &Subject) {
    let mut reference = owner(&subject.config_map("owner").await);
    reference["uid"] = json!(OTHER);
    subject.create(subject.here("configmaps"), owned("owned", &[reference])).await;
    subject.gone(&subject.here("configmaps/owned")).await;
    assert!(subject.find(&subject.here("configmaps/owner")).await.is_some());
}

pub(super) async fn one_living_owner_is_enough(subject: &Subject) {
    let owners = [subject.config_map("first").await, subject.config_map("second").await];
    subject.create(subject.here("configmaps"), owned("owned", &owners.each_ref().map(owner))).await;
    let path = subject.here("configmaps/owned");
    subject.delete(subject.here("configmaps/first")).of_uid(&owners[0]).await.is(200);
    let left =
        |owned: &serde_json::Value| owned["metadata"]["ownerReferences"].as_array().map_or(0, Vec::len) == 1;
    let after = subject.once(&path, "the reference to the dead is gone", left).await;
    assert_eq!(after["metadata"]["ownerReferences"][0]["name"], "second");
    assert!(!is_terminating(&after));
    subject.delete(subject.here("configmaps/second")).of_uid(&owners[1]).await.is(200);
    subject.gone(&path).await;
}

pub(super) async fn an_owner_in_another_namespace_is_none(subject: &Subject) {
    let made = subject.config_map("owner").await;
    let other = subject.named("other");
    subject.create("/api/v1/namespaces", json!({ "metadata": { "name": other } })).await;
    let maps = format!("/api/v1/namespaces/{other}/configmaps");
    subject.create(&maps, owned("owned", &[owner(&made)])).await;
    subject.gone(&format!("{maps}/owned")).await;
    assert!(subject.find(&subject.here("configmaps/owner")).await.is_some());
}

pub(super) async fn what_is_owned_by_what_is_owned_goes_too(subject: &Subject) {
    let first = subject.config_map("first").await;
    let second = subject.create(subject.here("configmaps"), owned("second", &[owner(&first)])).await;
    subject.create(subject.here("configmaps"), owned("third", &[owner(&second)])).await;
    subject.delete(subject.here("configmaps/first")).of_uid(&first).await.is(200);
    subject.gone(&subject.here("configmaps/third")).await;
    assert!(subject.find(&subject.here("configmaps/second")).await.is_none());
}

pub(super) async fn what_is_in_no_namespace_can_own_what_is_in_one(subject: &Subject) {
    let name = subject.named("role");
    let roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
    let made = subject.create(roles, role(&name, &json!([]))).await;
    let reference = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "name": name, "uid": uid(&made),
    });
    subject.create(subject.here("configmaps"), owned("owned", &[reference])).await;
    subject.a_while().await;
    assert!(subject.find(&subject.here("configmaps/owned")).await.is_some(), "it has a living owner");
    subject.delete(format!("{roles}/{name}")).of_uid(&made).await.is_removed("clusterroles", &name);
    subject.gone(&subject.here("configmaps/owned")).await;
}

pub(super) async fn an_object_of_a_defined_kind_can_own_others(subject: &Subject) {
    let definition = Definition::make(subject).await;
    let made = subject.create(definition.here(subject, ""), definition.sprout("owner")).await;
    let reference = json!({
        "apiVersion": made["apiVersion"], "kind": "Sprout", "name": "owner", "uid": uid(&made), "controller": true,
    });
    subject.create(subject.here("configmaps"), owned("owned", &[reference])).await;
    subject.a_while().await;
    assert!(subject.find(&subject.here("configmaps/owned")).await.is_some(), "it has a living owner");
    subject.delete(definition.here(subject, "/owner")).of_uid(&made).await.is(200);
    subject.gone(&subject.here("configmaps/owned")).await;
}

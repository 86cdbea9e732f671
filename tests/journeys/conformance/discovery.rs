//! What a server says that it serves.

use http::header::IF_NONE_MATCH;
use serde_json::{Value, json};

use super::{
    objects::Definition,
    subject::{Subject, User},
};

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// A resource of a group's version in a discovery document.
fn resource(document: &Value, group: &str, version: &str, plural: &str) -> Option<Value> {
    let find = |list: &Value, is_it: &dyn Fn(&Value) -> bool| {
        list.as_array().and_then(|list| list.iter().find(|entry| is_it(entry)).cloned())
    };
    let group =
        find(&document["items"], &|item| item["metadata"]["name"].as_str().unwrap_or_default() == group)?;
    let version = find(&group["versions"], &|served| served["version"] == version)?;
    assert_eq!(version["freshness"], "Current", "{version}");
    find(&version["resources"], &|resource| resource["resource"] == plural)
}

pub(super) async fn the_core_group_is_discovered_in_one_document(subject: &Subject) {
    let document = subject.get("/api").accept(AGGREGATED).await.is(200);
    assert_eq!(document["kind"], "APIGroupDiscoveryList");
    let pods = resource(&document, "", "v1", "pods").expect("pods");
    assert_eq!(pods["scope"], "Namespaced");
    assert_eq!(pods["responseKind"]["kind"], "Pod");
    assert_eq!(pods["singularResource"], "pod");
    assert_eq!(pods["shortNames"], json!(["po"]));
    assert_eq!(pods["categories"], json!(["all"]));
    let verbs = pods["verbs"].as_array().expect("verbs");
    for verb in ["create", "delete", "get", "list", "patch", "watch"] {
        assert!(verbs.contains(&json!(verb)), "{verb}: {verbs:?}");
    }
    let namespaces = resource(&document, "", "v1", "namespaces").expect("namespaces");
    assert_eq!(namespaces["scope"], "Cluster");
}

pub(super) async fn the_other_groups_are_discovered_in_another_one(subject: &Subject) {
    let document = subject.get("/apis").accept(AGGREGATED).await.is(200);
    for (group, plural, kind, scope) in [
        ("apps", "deployments", "Deployment", "Namespaced"),
        ("apps", "replicasets", "ReplicaSet", "Namespaced"),
        ("apps", "statefulsets", "StatefulSet", "Namespaced"),
        ("batch", "jobs", "Job", "Namespaced"),
        ("policy", "poddisruptionbudgets", "PodDisruptionBudget", "Namespaced"),
        ("rbac.authorization.k8s.io", "clusterroles", "ClusterRole", "Cluster"),
        ("rbac.authorization.k8s.io", "rolebindings", "RoleBinding", "Namespaced"),
        ("apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition", "Cluster"),
    ] {
        let found = resource(&document, group, "v1", plural).unwrap_or_else(|| panic!("{plural}"));
        assert_eq!((&found["responseKind"]["kind"], &found["scope"]), (&json!(kind), &json!(scope)));
    }
}

pub(super) async fn evictions_are_discovered_under_pods(subject: &Subject) {
    let document = subject.get("/api").accept(AGGREGATED).await.is(200);
    let pods = resource(&document, "", "v1", "pods").expect("pods");
    let parts = pods["subresources"].as_array().expect("subresources");
    let eviction = parts.iter().find(|part| part["subresource"] == "eviction").expect("eviction");
    assert_eq!(eviction["responseKind"], json!({ "group": "policy", "version": "v1", "kind": "Eviction" }));
    assert_eq!(eviction["verbs"], json!(["create"]));
}

pub(super) async fn what_is_served_is_not_sent_again_when_it_is_known(subject: &Subject) {
    let first = subject.get("/api").accept(AGGREGATED).await;
    let tag = first.header("etag").expect("a tag").to_owned();
    let again = subject.get("/api").accept(AGGREGATED).header(IF_NONE_MATCH, &tag).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let other = subject.get("/api").accept(AGGREGATED).header(IF_NONE_MATCH, "\"of old\"").await;
    assert_eq!(other.is(200), first.is(200));
}

pub(super) async fn a_kind_that_is_defined_is_discovered_and_one_that_is_deleted_is_not(subject: &Subject) {
    let before = subject.get("/apis").accept(AGGREGATED).await;
    let definition = Definition::make(subject).await;
    let discovered = async || {
        let document = subject.get("/apis").accept(AGGREGATED).await.is(200);
        resource(&document, &definition.group, "v1", "sprouts")
    };
    let sprouts = subject.until("it is discovered", discovered).await;
    assert_eq!((&sprouts["shortNames"], &sprouts["categories"]), (&json!(["spr"]), &json!(["all"])));
    assert_eq!((&sprouts["singularResource"], &sprouts["scope"]), (&json!("sprout"), &json!("Namespaced")));
    let after = subject.get("/apis").accept(AGGREGATED).await;
    assert_ne!(after.header("etag"), before.header("etag"));
    subject.delete(&definition.path).await.is(200);
    subject.until("it is not", async || discovered().await.is_none().then_some(())).await;
}

pub(super) async fn who_may_do_nothing_may_discover(subject: &Subject) {
    for path in ["/api", "/apis"] {
        subject.get(path).accept(AGGREGATED).by(User::Nobody).await.is(200);
    }
}

pub(super) async fn the_version_is_told_to_everyone(subject: &Subject) {
    let version = subject.get("/version").unsigned().await.is(200);
    assert_eq!(version["major"], "1");
    assert!(version["gitVersion"].as_str().expect("a version").starts_with("v1."), "{version}");
}

pub(super) async fn what_is_not_served_is_not_found_and_is_no_absence_of_an_object(subject: &Subject) {
    for path in ["/api/v1/sprouts", "/apis/apps/v1/namespaces/a/sprouts/b"] {
        let answer = subject.get(path).await;
        assert_eq!(answer.is_refused(404, "NotFound"), "the server could not find the requested resource");
        assert_eq!(answer.is(404)["details"], json!({}));
    }
    let answer = subject.get("/apis/nowhere.example.com/v1/sprouts").await;
    assert_eq!((answer.status, answer.text().trim()), (404, "404 page not found"));
}

pub(super) async fn every_answer_has_a_date_and_a_name_of_its_own(subject: &Subject) {
    let first = subject.get(subject.here("configmaps")).await;
    let second = subject.get(subject.here("configmaps/none")).await;
    for answer in [&first, &second] {
        httpdate::parse_http_date(answer.header("date").expect("a date")).expect("a date");
    }
    let ids = [&first, &second].map(|answer| answer.header("audit-id").expect("an id").to_owned());
    assert_ne!(ids[0], ids[1]);
}

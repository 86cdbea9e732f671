//! What a server says beforehand of who somebody is and what they may do.

use serde_json::{Value, json};

use super::subject::{Subject, User};

async fn may(subject: &Subject, user: User, attributes: Value) -> bool {
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": { "resourceAttributes": attributes },
    });
    let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    let answer = subject.post(path, &review).by(user).await.is(201);
    assert_eq!(answer["kind"], "SelfSubjectAccessReview");
    answer["status"]["allowed"].as_bool().expect("a word")
}

/// As Secateur asks: with all but the name.
fn to(verb: &str, group: &str, plural: &str, namespace: Option<&str>) -> Value {
    json!({ "verb": verb, "group": group, "version": "v1", "resource": plural, "namespace": namespace })
}

async fn who(subject: &Subject, user: User) -> (String, Vec<String>) {
    let review = json!({ "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview" });
    let answer =
        subject.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", &review).by(user).await.is(201);
    let info = &answer["status"]["userInfo"];
    let groups = info["groups"].as_array().expect("groups").iter();
    let groups = groups.map(|group| group.as_str().expect("a group").to_owned()).collect();
    (info["username"].as_str().expect("a name").to_owned(), groups)
}

pub(super) async fn everyone_can_ask_who_they_are(subject: &Subject) {
    let (name, groups) = who(subject, User::Viewer).await;
    assert_eq!((&*name, groups), ("viewer", vec!["viewers".to_owned(), "system:authenticated".to_owned()]));
    let (name, groups) = who(subject, User::Nobody).await;
    assert_eq!((&*name, groups), ("nobody", vec!["system:authenticated".to_owned()]));
    let (_, groups) = who(subject, User::Admin).await;
    assert!(groups.contains(&"system:masters".to_owned()), "{groups:?}");
}

pub(super) async fn everyone_can_ask_what_they_may_do(subject: &Subject) {
    let here = Some(&*subject.namespace);
    for verb in ["get", "list", "watch", "delete", "create", "patch"] {
        let is_reading = matches!(verb, "get" | "list" | "watch");
        assert!(may(subject, User::Admin, to(verb, "", "configmaps", here)).await, "admin {verb}");
        assert_eq!(
            may(subject, User::Viewer, to(verb, "", "configmaps", here)).await,
            is_reading,
            "viewer {verb}"
        );
        let keeper = may(subject, User::Keeper, to(verb, "apps", "deployments", here)).await;
        assert_eq!(keeper, is_reading || verb == "create", "keeper {verb}");
        assert!(!may(subject, User::Nobody, to(verb, "", "configmaps", here)).await, "nobody {verb}");
    }
}

pub(super) async fn what_one_may_do_in_a_namespace_is_not_what_one_may_do_everywhere(subject: &Subject) {
    for (namespace, expected) in
        [(Some("tenant-a"), true), (Some("tenant-b"), true), (Some("default"), false), (None, false)]
    {
        let allowed = may(subject, User::Tenant, to("delete", "", "pods", namespace)).await;
        assert_eq!(allowed, expected, "{namespace:?}");
    }
    assert!(!may(subject, User::Tenant, to("delete", "apps", "deployments", Some("tenant-a"))).await);
}

pub(super) async fn to_evict_is_a_right_of_its_own(subject: &Subject) {
    let evict = json!({
        "verb": "create", "group": "", "version": "v1", "resource": "pods", "subresource": "eviction",
        "namespace": subject.namespace,
    });
    assert!(may(subject, User::Admin, evict.clone()).await);
    assert!(!may(subject, User::Keeper, evict).await);
}

pub(super) async fn a_right_for_one_name_is_none_for_all(subject: &Subject) {
    let rbac = |plural: &str| subject.here_in("rbac.authorization.k8s.io/v1", plural);
    let rules = json!([{ "apiGroups": [""], "resources": ["configmaps"], "verbs": ["delete"], "resourceNames": ["one"] }]);
    subject.create(rbac("roles"), super::objects::role("given", &rules)).await;
    let given = super::objects::binding("given", "Role", "given", "nobody");
    subject.create(rbac("rolebindings"), given).await;
    let mut named = to("delete", "", "configmaps", Some(&subject.namespace));
    let unnamed = named.clone();
    named["name"] = json!("one");
    subject
        .until("the right is there", async || may(subject, User::Nobody, named.clone()).await.then_some(()))
        .await;
    assert!(!may(subject, User::Nobody, unnamed).await);
}

//! Who may do what, and how it is said.

use serde_json::{Value, json};

use super::{
    ask::{is_terminating, names, uid},
    objects::{OTHER, binding, config_map, deployment, held, role},
    subject::{Subject, User},
};

const RBAC: &str = "rbac.authorization.k8s.io/v1";

/// Deletes as nobody until it is answered otherwise than `status`: rights are known a moment after they were given.
async fn nobody_deletes_but(subject: &Subject, path: &str, status: u16) -> super::ask::Answer {
    subject
        .until("the rights have changed", async || {
            let answer = subject.delete(path).by(User::Nobody).options(&json!({ "dryRun": ["All"] })).await;
            (answer.status != status).then_some(answer)
        })
        .await
}

/// What deletes ConfigMaps, all or those of this name.
fn deletes(name: Option<&str>) -> Value {
    let mut rule = json!({ "apiGroups": [""], "resources": ["configmaps"], "verbs": ["delete"] });
    if let Some(name) = name {
        rule["resourceNames"] = json!([name]);
    }
    json!([rule])
}

async fn give_nobody(subject: &Subject, rules: &Value) {
    subject.create(subject.here_in(RBAC, "roles"), role("given", rules)).await;
    let given = binding("given", "Role", "given", "nobody");
    subject.create(subject.here_in(RBAC, "rolebindings"), given).await;
}

pub(super) async fn who_may_only_look_may_not_delete(subject: &Subject) {
    let path = subject.here("configmaps/one");
    let made = subject.config_map("one").await;
    assert_eq!(uid(&subject.get(&path).by(User::Viewer).await.is(200)), uid(&made));
    let answer = subject.delete(&path).by(User::Viewer).of_uid(&made).await;
    let expected = format!(
        "configmaps \"one\" is forbidden: User \"viewer\" cannot delete resource \"configmaps\" in API group \"\" in \
         the namespace \"{}\"",
        subject.namespace
    );
    assert_eq!(answer.is_refused(403, "Forbidden"), expected);
    assert_eq!(answer.is(403)["details"], json!({ "name": "one", "kind": "configmaps" }));
    assert!(subject.find(&path).await.is_some());
}

pub(super) async fn the_group_of_what_is_forbidden_is_named(subject: &Subject) {
    let path = subject.here_in("apps/v1", "deployments");
    subject.create(&path, deployment("web", 0)).await;
    let message = subject.delete(format!("{path}/web")).by(User::Viewer).await.is_refused(403, "Forbidden");
    let expected = "deployments.apps \"web\" is forbidden: User \"viewer\" cannot delete resource \"deployments\" in \
                    API group \"apps\"";
    assert!(message.starts_with(expected), "{message}");
}

pub(super) async fn what_is_forbidden_is_forbidden_before_anything_else(subject: &Subject) {
    subject.config_map("one").await;
    let other = json!({ "preconditions": { "uid": OTHER }, "dryRun": ["All"] });
    for name in ["one", "none"] {
        let ask = subject.delete(subject.here(&format!("configmaps/{name}"))).by(User::Viewer);
        ask.options(&other).await.is_refused(403, "Forbidden");
    }
}

pub(super) async fn who_may_create_may_not_delete_nor_patch(subject: &Subject) {
    let path = subject.here("configmaps/one");
    subject.post(subject.here("configmaps"), &config_map("one")).by(User::Keeper).await.is(201);
    let message = subject.delete(&path).by(User::Keeper).await.is_refused(403, "Forbidden");
    assert!(message.contains("User \"keeper\" cannot delete"), "{message}");
    let message =
        subject.merge(&path, &json!({ "data": {} })).by(User::Keeper).await.is_refused(403, "Forbidden");
    assert!(message.contains("User \"keeper\" cannot patch"), "{message}");
    let message = subject.post(subject.here("configmaps"), &config_map("two")).by(User::Viewer).await;
    assert!(message.is_refused(403, "Forbidden").contains("User \"viewer\" cannot create"));
}

pub(super) async fn what_is_forbidden_everywhere_is_said_to_be(subject: &Subject) {
    let message = subject.get("/api/v1/configmaps").by(User::Nobody).await.is_refused(403, "Forbidden");
    let expected = "configmaps is forbidden: User \"nobody\" cannot list resource \"configmaps\" in API group \"\" at \
                    the cluster scope";
    assert_eq!(message, expected);
    let message =
        subject.get("/api/v1/namespaces/kube-system").by(User::Nobody).await.is_refused(403, "Forbidden");
    let expected = "namespaces \"kube-system\" is forbidden: User \"nobody\" cannot get resource \"namespaces\" in API \
                    group \"\" in the namespace \"kube-system\"";
    assert_eq!(message, expected);
    let ask = subject.get("/api/v1/configmaps").with("watch", "true").by(User::Nobody);
    assert!(ask.await.is_refused(403, "Forbidden").contains("cannot watch"));
}

pub(super) async fn a_tenant_has_rights_in_its_own_namespaces_only(subject: &Subject) {
    for path in ["/api/v1/configmaps", "/api/v1/namespaces", &subject.here("configmaps")] {
        subject.get(path).by(User::Tenant).await.is_refused(403, "Forbidden");
    }
    let name = subject.named("map");
    let maps = "/api/v1/namespaces/tenant-a/configmaps";
    let made = subject.create(maps, config_map(&name)).await;
    let list = subject.get(maps).by(User::Tenant).await.is(200);
    assert!(names(&list).contains(&name), "{list}");
    let answer = subject.delete(format!("{maps}/{name}")).by(User::Tenant).of_uid(&made).await;
    assert_eq!(answer.is_removed("configmaps", &name), uid(&made));
}

pub(super) async fn rights_can_be_given_and_taken(subject: &Subject) {
    let path = subject.here("configmaps/one");
    subject.config_map("one").await;
    subject.delete(&path).by(User::Nobody).await.is_refused(403, "Forbidden");
    give_nobody(subject, &deletes(None)).await;
    nobody_deletes_but(subject, &path, 403).await.is_removed("configmaps", "one");
    // To delete is not to look.
    subject.get(&path).by(User::Nobody).await.is_refused(403, "Forbidden");
    subject.delete(subject.here_in(RBAC, "rolebindings/given")).await.is_removed("rolebindings", "given");
    nobody_deletes_but(subject, &path, 200).await.is_refused(403, "Forbidden");
}

pub(super) async fn a_right_can_be_for_one_name(subject: &Subject) {
    for name in ["one", "two"] {
        subject.config_map(name).await;
    }
    give_nobody(subject, &deletes(Some("one"))).await;
    nobody_deletes_but(subject, &subject.here("configmaps/one"), 403).await.is_removed("configmaps", "one");
    subject.delete(subject.here("configmaps/two")).by(User::Nobody).await.is_refused(403, "Forbidden");
}

pub(super) async fn a_clusters_role_that_is_bound_in_a_namespace_holds_there(subject: &Subject) {
    let name = subject.named("role");
    subject.create(format!("/apis/{RBAC}/clusterroles"), role(&name, &deletes(None))).await;
    let given = binding("given", "ClusterRole", &name, "nobody");
    subject.create(subject.here_in(RBAC, "rolebindings"), given).await;
    subject.config_map("one").await;
    nobody_deletes_but(subject, &subject.here("configmaps/one"), 403).await.is_removed("configmaps", "one");
    let elsewhere = subject.delete("/api/v1/namespaces/default/configmaps/one").by(User::Nobody).await;
    elsewhere.is_refused(403, "Forbidden");
}

pub(super) async fn a_clusters_role_that_is_bound_in_the_cluster_holds_everywhere(subject: &Subject) {
    let name = subject.named("role");
    let rules = json!([{ "apiGroups": ["example.com"], "resources": ["*"], "verbs": ["*"] },
        { "apiGroups": [""], "resources": ["persistentvolumes"], "verbs": ["get"] }]);
    subject.create(format!("/apis/{RBAC}/clusterroles"), role(&name, &rules)).await;
    let bindings = format!("/apis/{RBAC}/clusterrolebindings");
    subject.create(&bindings, binding(&name, "ClusterRole", &name, "nobody")).await;
    let path = "/api/v1/persistentvolumes/none";
    subject
        .until("the right is there", async || {
            (subject.get(path).by(User::Nobody).await.status == 404).then_some(())
        })
        .await;
    subject.delete(path).by(User::Nobody).await.is_refused(403, "Forbidden");
    subject.delete(format!("{bindings}/{name}")).await.is(200);
}

pub(super) async fn a_token_that_nobody_has_is_unauthorized(subject: &Subject) {
    let ask = subject.get(subject.here("configmaps")).header(http::header::AUTHORIZATION, "Bearer nonsense");
    assert_eq!(ask.await.is_refused(401, "Unauthorized"), "Unauthorized");
}

pub(super) async fn who_has_not_signed_in_is_anonymous(subject: &Subject) {
    let message = subject.get("/api/v1/configmaps").unsigned().await.is_refused(403, "Forbidden");
    assert!(message.contains("User \"system:anonymous\" cannot list resource \"configmaps\""), "{message}");
}

pub(super) async fn a_rehearsal_needs_the_same_rights(subject: &Subject) {
    let path = subject.here("configmaps/one");
    subject.create(subject.here("configmaps"), held("one")).await;
    let ask = subject.delete(&path).by(User::Keeper).options(&json!({ "dryRun": ["All"] }));
    ask.await.is_refused(403, "Forbidden");
    let ask =
        subject.post(subject.here("configmaps"), &config_map("two")).by(User::Viewer).with("dryRun", "All");
    ask.await.is_refused(403, "Forbidden");
    assert!(!is_terminating(&subject.get(&path).await.is(200)));
    subject.release(&path).await;
}

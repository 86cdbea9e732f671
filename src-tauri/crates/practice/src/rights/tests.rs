//! Who may do what, on a fresh cluster and in the garden.

use serde_json::json;

use super::*;
use crate::seeds;

const NOW_MS: u64 = 1_790_000_000_000;

fn bare() -> State {
    seeds::bare().state(NOW_MS, 1, None)
}

fn signed_in(state: &mut State, token: &str) -> Result<User, Refusal> {
    let header = HeaderValue::try_from(format!("Bearer {token}")).ok();
    authenticate(state, header.as_ref())
}

fn pods<'a>(verb: &'a str, namespace: &'a str) -> Access<'a> {
    Access::Resource { verb, group: "", plural: "pods", subresource: "", namespace, name: "" }
}

fn may(state: &State, user: &User, access: Access<'_>) -> Result<(), String> {
    authorize(state, user, &access).map_err(|refusal| refusal.message)
}

#[test]
fn the_refusal_names_who_what_and_where() {
    let state = bare();
    let viewer = User::new("viewer", &["viewers"]);
    assert_eq!(may(&state, &viewer, pods("list", "default")), Ok(()));
    assert_eq!(
        may(&state, &viewer, pods("delete", "default")),
        Err("pods is forbidden: User \"viewer\" cannot delete resource \"pods\" in API group \"\" in the namespace \
             \"default\""
            .to_owned())
    );
    let eviction = Access::Resource {
        verb: "create",
        group: "",
        plural: "pods",
        subresource: "eviction",
        namespace: "default",
        name: "web",
    };
    assert_eq!(
        may(&state, &User::new("keeper", &["keepers"]), eviction),
        Err("pods \"web\" is forbidden: User \"keeper\" cannot create resource \"pods/eviction\" in API group \"\" in \
             the namespace \"default\""
            .to_owned())
    );
}

#[test]
fn a_role_in_a_namespace_says_nothing_about_others() {
    let state = bare();
    let tenant = User::new("tenant", &["tenants"]);
    assert_eq!(may(&state, &tenant, pods("delete", "tenant-a")), Ok(()));
    assert!(may(&state, &tenant, pods("delete", "default")).is_err());
    assert!(may(&state, &tenant, pods("list", "")).is_err());
}

#[test]
fn nobody_sees_what_is_served_and_strangers_do_not() {
    let state = bare();
    let discovery = Access::Path { verb: "get", path: "/apis" };
    assert_eq!(may(&state, &User::new("nobody", &[]), discovery), Ok(()));
    assert_eq!(
        may(&state, &User::anonymous(), discovery),
        Err("forbidden: User \"system:anonymous\" cannot get path \"/apis\"".to_owned())
    );
    assert_eq!(may(&state, &User::anonymous(), Access::Path { verb: "get", path: "/version" }), Ok(()));
}

#[test]
fn rules_that_name_objects_are_about_those_alone() {
    let mut state = bare();
    let role = json!({
        "metadata": {"name": "reader", "namespace": "default"},
        "rules": [{"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["one"], "verbs": ["get"]}],
    });
    let binding = json!({
        "metadata": {"name": "reader", "namespace": "default"},
        "roleRef": {"kind": "Role", "name": "reader"},
        "subjects": [{"kind": "User", "name": "ada"}],
    });
    assert!(state.create("roles.rbac.authorization.k8s.io", role).is_ok());
    assert!(state.create("rolebindings.rbac.authorization.k8s.io", binding).is_ok());
    let get = |name| Access::Resource {
        verb: "get",
        group: "",
        plural: "configmaps",
        subresource: "",
        namespace: "default",
        name,
    };
    let ada = User::new("ada", &[]);
    assert_eq!(may(&state, &ada, get("one")), Ok(()));
    assert!(may(&state, &ada, get("two")).is_err());
}

#[test]
fn a_binding_to_a_role_that_is_not_there_is_told() {
    let mut state = bare();
    let binding = json!({
        "metadata": {"name": "lost"},
        "roleRef": {"kind": "ClusterRole", "name": "gone"},
        "subjects": [{"kind": "User", "name": "ada"}],
    });
    assert!(state.create("clusterrolebindings.rbac.authorization.k8s.io", binding).is_ok());
    let said = may(&state, &User::new("ada", &[]), pods("list", "")).err().unwrap_or_default();
    assert!(said.ends_with(": RBAC: clusterrole.rbac.authorization.k8s.io \"gone\" not found"), "{said}");
}

#[test]
fn a_token_that_nobody_gave_out_is_not_accepted() {
    let mut state = bare();
    assert_eq!(signed_in(&mut state, "made-up").map_err(|refusal| refusal.code), Err(401));
    assert_eq!(authenticate(&mut state, None).map(|user| user.name), Ok("system:anonymous".to_owned()));
}

#[test]
fn a_pass_ends_two_minutes_after_it_was_used_first_and_the_next_one_is_named() {
    let [production, _] = seeds::gardens();
    let mut state = production.state(NOW_MS, 1, None);
    state.run_until(NOW_MS + 600_000);
    let name = |user: Result<User, Refusal>| user.map(|user| user.name).map_err(|refusal| refusal.message);
    assert_eq!(name(signed_in(&mut state, "visitor-1")), Ok("visitor".to_owned()));
    state.run_until(NOW_MS + 719_999);
    assert!(signed_in(&mut state, "visitor-1").is_ok());
    state.run_until(NOW_MS + 720_000);
    let said = name(signed_in(&mut state, "visitor-1")).err().unwrap_or_default();
    assert!(said.ends_with("sign in with the token visitor-2"), "{said}");
    assert!(signed_in(&mut state, "visitor-2").is_ok());
}

#[test]
fn reviews_say_what_is_so() {
    let state = bare();
    let viewer = User::new("viewer", &["viewers"]);
    let allowed = |verb: &str| {
        let asked = json!({"spec": {"resourceAttributes": {"verb": verb, "resource": "pods", "namespace": "default"}}});
        review(&state, &viewer, "selfsubjectaccessreviews", asked)["status"].clone()
    };
    assert_eq!(allowed("delete"), json!({"allowed": false}));
    assert_eq!(
        allowed("list"),
        json!({
            "allowed": true,
            "reason": "RBAC: allowed by ClusterRoleBinding \"plane:viewers\" of ClusterRole \"plane:viewers\" to \
                       Group \"viewers\"",
        })
    );
    let me = review(&state, &viewer, "selfsubjectreviews", json!({}));
    assert_eq!(
        me["status"]["userInfo"],
        json!({"username": "viewer", "groups": ["viewers", "system:authenticated"]})
    );
}

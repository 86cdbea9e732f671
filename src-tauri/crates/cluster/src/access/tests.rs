use secateur_domain::kind::Scope;

use crate::{
    client::tests::client,
    error::ClusterError,
    testing::{Script, json, kind},
};

#[tokio::test]
async fn the_review_names_verb_kind_and_namespace() {
    let script = Script::new([
        json(201, r#"{"spec":{},"status":{"allowed":true}}"#),
        json(201, r#"{"spec":{},"status":{"allowed":false}}"#),
        json(201, r#"{"spec":{}}"#),
    ]);
    let client = client(&script).await;
    let deployments = kind("apps", "v1", "deployments", Scope::Namespaced);
    assert_eq!(client.may("delete", &deployments, Some("garden")).await, Ok(true));
    assert_eq!(client.may("delete", &deployments, None).await, Ok(false));
    let nodes = kind("", "v1", "nodes", Scope::Cluster);
    assert_eq!(client.may("get", &nodes, Some("garden")).await, Ok(false), "no answer is no");
    let asked = script.asked();
    assert_eq!(asked[0].method(), http::Method::POST);
    assert_eq!(asked[0].uri().path(), "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
    let attributes = |position: usize| {
        let review: serde_json::Value = serde_json::from_slice(asked[position].body()).expect("JSON");
        assert_eq!(review["kind"], "SelfSubjectAccessReview");
        review["spec"]["resourceAttributes"].clone()
    };
    let expected = serde_json::json!({
        "group": "apps", "version": "v1", "resource": "deployments", "namespace": "garden", "verb": "delete"
    });
    assert_eq!(attributes(0), expected);
    assert_eq!(attributes(1).get("namespace"), None);
    assert_eq!(attributes(2).get("namespace"), None, "what is in no namespace is asked for in none");
}

#[tokio::test]
async fn who_may_not_ask_is_told_so() {
    let client = client(&Script::new([json(403, "{}")])).await;
    let nodes = kind("", "v1", "nodes", Scope::Cluster);
    assert!(matches!(client.may("get", &nodes, None).await, Err(ClusterError::Refused(_))));
}

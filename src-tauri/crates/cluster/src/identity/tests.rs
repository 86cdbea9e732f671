//! Who and which, on a scripted transport.

use crate::{
    Whoami,
    client::tests::client,
    error::ClusterError,
    testing::{Act, Script, json},
};

const FORBIDDEN: &str = r#"{"kind":"Status","reason":"Forbidden","message":"no","code":403}"#;

async fn whoami(act: Act) -> Result<Whoami, ClusterError> {
    client(&Script::new([act])).await.whoami().await
}

async fn namespace(acts: impl IntoIterator<Item = Act>) -> (String, Option<String>) {
    let fingerprint = client(&Script::new(acts)).await.fingerprint("team").await.expect("a fingerprint");
    assert_eq!((fingerprint.server.as_str(), fingerprint.ca_hash.as_str()), ("https://host:6443", ""));
    (fingerprint.namespace, fingerprint.namespace_uid.map(|uid| uid.to_string()))
}

#[tokio::test]
async fn the_server_says_who_we_are() {
    let review = r#"{"kind":"SelfSubjectReview","apiVersion":"authentication.k8s.io/v1","metadata":{},
        "status":{"userInfo":{"username":"jane","groups":["a","b"]}}}"#;
    let expected = Whoami { user: Some("jane".into()), groups: vec!["a".into(), "b".into()] };
    assert_eq!(whoami(json(201, review)).await, Ok(expected));
}

#[tokio::test]
async fn a_server_that_does_not_say_is_tolerated_and_a_401_is_not() {
    assert_eq!(whoami(json(403, FORBIDDEN)).await, Ok(Whoami::default()));
    assert_eq!(whoami(json(404, "{}")).await, Ok(Whoami::default()));
    assert!(matches!(whoami(json(401, "{}")).await, Err(ClusterError::SignIn(_))));
}

#[tokio::test]
async fn kube_system_stands_for_the_cluster() {
    let acts = [json(200, r#"{"metadata":{"name":"kube-system","uid":"k"}}"#)];
    assert_eq!(namespace(acts).await, ("kube-system".to_owned(), Some("k".to_owned())));
}

#[tokio::test]
async fn the_namespace_worked_in_stands_for_it_where_kube_system_may_not_be_read() {
    let acts = [json(403, FORBIDDEN), json(200, r#"{"metadata":{"name":"team","uid":"t"}}"#)];
    assert_eq!(namespace(acts).await, ("team".to_owned(), Some("t".to_owned())));
    assert_eq!(namespace([json(403, FORBIDDEN), json(403, FORBIDDEN)]).await, ("team".to_owned(), None));
}

#[tokio::test]
async fn a_server_that_fails_has_no_fingerprint() {
    let script = Script::new([json(500, r#"{"kind":"Status","message":"etcd is away","code":500}"#)]);
    assert!(matches!(client(&script).await.fingerprint("team").await, Err(ClusterError::Server(_))));
}

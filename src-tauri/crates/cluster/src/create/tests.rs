use super::*;
use crate::{
    client::tests::{client, key},
    testing::{Act, Script, json, with_headers},
    transport::TransportError,
};

const OBJECT: &str = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"v"}}"#;
const MADE: &str = r#"{"kind":"PartialObjectMetadata","metadata":{"name":"a","uid":"new"}}"#;

async fn create(act: Act, dry_run: DryRun) -> (Result<Created, ClusterError>, Script) {
    let script = Script::new([act]);
    let client = client(&script).await;
    let kind = key(&client).kind;
    (client.create(&kind, Some("ns"), OBJECT.as_bytes(), dry_run).await, script)
}

async fn check(status: u16, body: &str, expected: Created) {
    let (created, _) = create(json(status, body), DryRun::No).await;
    assert_eq!(created, Ok(expected), "{status} {body}");
}

async fn doubtful(act: Act) {
    let (created, script) = create(act, DryRun::No).await;
    assert!(matches!(created, Ok(Created::NoAnswer { .. })), "{created:?}");
    assert_eq!(script.asked().len(), 1, "nothing doubtful is sent again");
}

#[tokio::test]
async fn the_object_is_sent_as_it_is_and_its_fields_are_ours() {
    let made = with_headers(201, &[("audit-id", "a-1"), ("warning", r#"299 - "v1 is old""#)], MADE);
    let (created, script) = create(made, DryRun::No).await;
    let expected = Created::Made {
        uid: Uid::parse("new").expect("a UID"),
        name: "a".into(),
        audit_id: Some("a-1".into()),
        warnings: vec!["v1 is old".into()],
    };
    assert_eq!(created, Ok(expected));
    let asked = script.asked();
    assert_eq!(asked[0].method(), http::Method::POST);
    assert_eq!(
        asked[0].uri().to_string(),
        "https://host:6443/api/v1/namespaces/ns/configmaps?fieldManager=secateur"
    );
    assert_eq!(asked[0].body(), OBJECT);
    assert_eq!(asked[0].headers()["content-type"], "application/json");
    let accept = asked[0].headers()["accept"].to_str().expect("text");
    assert!(
        accept.starts_with("application/json;as=PartialObjectMetadata"),
        "a Secret would come back whole"
    );
}

#[tokio::test]
async fn a_dry_run_says_so() {
    let (created, script) = create(json(201, MADE), DryRun::All).await;
    assert!(matches!(created, Ok(Created::Made { .. })));
    assert_eq!(script.asked()[0].uri().query(), Some("fieldManager=secateur&dryRun=All"));
}

#[tokio::test]
async fn a_dry_run_that_might_create_is_not_sent() {
    let service = r#"{"spec":{"service":{"name":"s"}}}"#;
    let script = Script::new([json(200, service)]);
    let client = client(&script).await;
    let plots =
        crate::testing::kind("garden.example", "v1", "plots", secateur_domain::kind::Scope::Namespaced);
    let created = client.create(&plots, Some("ns"), b"{}", DryRun::All).await;
    assert!(matches!(created, Err(ClusterError::Unusable(_))), "{created:?}");
    assert_eq!(script.asked().len(), 1, "only the APIService was read");
}

#[tokio::test]
async fn what_is_not_created_has_the_servers_words() {
    let status = |code: u16, reason: &str, message: &str| {
        format!(r#"{{"kind":"Status","reason":"{reason}","message":"{message}","code":{code}}}"#)
    };
    check(409, &status(409, "AlreadyExists", "a already exists"), Created::Exists).await;
    for (code, reason, message) in [
        (409, "Conflict", "something else"),
        (403, "Forbidden", "ns is being terminated"),
        (404, "NotFound", "namespaces ns not found"),
        (422, "Invalid", "spec.selector: required"),
        (401, "", "admission webhook 'w' denied the request: no"),
        (500, "InternalError", "failed calling webhook 'w'"),
    ] {
        let expected = Created::Refused { status: code, reason: reason.into(), message: message.into() };
        check(code, &status(code, reason, message), expected).await;
    }
}

#[tokio::test]
async fn what_may_hide_that_it_was_created_is_doubt() {
    doubtful(json(500, r#"{"kind":"Status","message":"etcdserver: request timed out"}"#)).await;
    doubtful(with_headers(503, &[], "")).await;
    doubtful(with_headers(504, &[], "")).await;
    doubtful(json(201, "{}")).await;
    doubtful(json(201, r#"{"metadata":{"name":"a"}}"#)).await;
    doubtful(with_headers(200, &[("content-type", "text/html")], "<html></html>")).await;
    doubtful(Act::Fail(TransportError::Broken { host: "h".into(), problem: "reset".into() })).await;
}

#[tokio::test]
async fn nothing_was_done_without_a_credential_or_a_seat() {
    let (created, _) = create(json(401, "{}"), DryRun::No).await;
    assert!(matches!(created, Err(ClusterError::SignIn(_))), "{created:?}");
    let (created, script) = create(with_headers(429, &[("retry-after", "1")], "busy"), DryRun::No).await;
    assert!(matches!(created, Err(ClusterError::Busy { .. })), "{created:?}");
    assert_eq!(script.asked().len(), 1);
}

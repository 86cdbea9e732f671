use secateur_domain::{kind::Scope, plan::DeleteOptions};

use super::*;
use crate::{
    client::tests::{client, key},
    delete::Wanted,
    testing::{Act, Script, json, kind, with_headers},
    transport::TransportError,
};

const OPTIONS: DeleteOptions = DeleteOptions {
    propagation: secateur_domain::plan::Propagation::Background,
    grace_period_seconds: None,
    only_if_unchanged: false,
    order: secateur_domain::plan::Order::Together,
    until: secateur_domain::plan::Until::Gone,
};

async fn rehearse(act: Act) -> Result<Rehearsal, ClusterError> {
    let script = Script::new([act]);
    let client = client(&script).await;
    let rehearsal = client.rehearse(&key(&client), &Wanted { options: &OPTIONS, version: None }).await;
    let asked = script.asked();
    assert_eq!(asked.len(), 1);
    let (query, body) = (asked[0].uri().query(), String::from_utf8_lossy(asked[0].body()));
    assert_eq!(query, Some("uid=mine&propagationPolicy=Background&dryRun=All"));
    assert!(body.contains(r#""dryRun":["All"]"#), "{body}");
    rehearsal.map(|rehearsed| rehearsed.rehearsal)
}

async fn check(status: u16, body: &str, expected: Rehearsal) {
    assert_eq!(rehearse(json(status, body)).await, Ok(expected), "{status} {body}");
}

async fn said(status: u16, reason: &str, message: &str) -> Rehearsal {
    let body = format!(
        r#"{{"kind":"Status","status":"Failure","reason":"{reason}","message":"{message}","details":{{"name":"a",
            "causes":[{{"message":"and because"}}]}},"code":{status}}}"#
    );
    rehearse(json(status, &body)).await.expect("an answer")
}

async fn refused(status: u16, reason: &str, message: &str) {
    let expected =
        Rehearsal::Refused { status, reason: reason.into(), message: format!("{message}; and because") };
    assert_eq!(said(status, reason, message).await, expected);
}

#[tokio::test]
async fn what_would_be_taken_is_accepted() {
    check(200, r#"{"kind":"Status","status":"Success","details":{"uid":"mine"}}"#, Rehearsal::Accepted).await;
    let object = r#"{"kind":"Pod","metadata":{"uid":"mine","deletionTimestamp":"2026-01-01T00:00:00Z"}}"#;
    check(200, object, Rehearsal::Accepted).await;
    check(202, r#"{"kind":"PartialObjectMetadata","metadata":{"uid":"mine"}}"#, Rehearsal::Accepted).await;
}

#[tokio::test]
async fn an_answer_about_another_object_is_none() {
    let other = r#"{"kind":"Status","status":"Success","details":{"uid":"other"}}"#;
    let rehearsal = rehearse(json(200, other)).await;
    assert!(
        matches!(&rehearsal, Ok(Rehearsal::NoAnswer { cause }) if cause.contains("other")),
        "{rehearsal:?}"
    );
}

#[tokio::test]
async fn what_is_gone_or_replaced_is_not_rehearsed() {
    let not_asked = |why: &str| Rehearsal::NotAsked { why: why.into() };
    assert_eq!(said(404, "NotFound", "a not found").await, not_asked("it is gone"));
    let conflict = "the UID in the precondition (mine) does not match the UID in record (other)";
    assert_eq!(
        said(409, "Conflict", conflict).await,
        not_asked("it is gone, and another object has its name now")
    );
}

#[tokio::test]
async fn what_would_be_refused_keeps_the_servers_words() {
    refused(403, "Forbidden", "configmaps is forbidden").await;
    refused(422, "Invalid", "ValidatingAdmissionPolicy 'P' with binding 'B' denied request: no").await;
    refused(401, "", "admission webhook 'w' denied the request: no").await;
    refused(405, "MethodNotAllowed", "not that").await;
    refused(400, "BadRequest", "the body is odd").await;
    refused(409, "Conflict", "something else").await;
    // A webhook that does not answer refuses the real one too.
    refused(500, "InternalError", "failed calling webhook 'w': connection refused").await;
}

#[tokio::test]
async fn a_webhook_that_does_not_rehearse_is_named_and_is_no_refusal() {
    let message = "admission webhook 'w.example' does not support dry run";
    let Rehearsal::CannotBe { why } = said(400, "BadRequest", message).await else { panic!("it cannot be") };
    assert!(why.starts_with(message), "{why}");
}

#[tokio::test]
async fn no_answer_says_why() {
    for act in [
        with_headers(503, &[], ""),
        with_headers(504, &[], ""),
        json(500, r#"{"kind":"Status","message":"etcdserver: request timed out"}"#),
        with_headers(200, &[("content-type", "text/html")], "<html></html>"),
        with_headers(404, &[("content-type", "text/plain")], "404 page not found"),
        json(200, "{}"),
        Act::Fail(TransportError::Broken { host: "h".into(), problem: "reset".into() }),
    ] {
        let rehearsal = rehearse(act).await;
        assert!(
            matches!(&rehearsal, Ok(Rehearsal::NoAnswer { cause }) if !cause.is_empty()),
            "{rehearsal:?}"
        );
    }
}

#[tokio::test]
async fn the_credential_and_a_busy_server_are_the_callers() {
    let rehearsal = rehearse(json(401, "{}")).await;
    assert!(matches!(rehearsal, Err(ClusterError::SignIn(_))), "{rehearsal:?}");
    let rehearsal = rehearse(with_headers(429, &[("retry-after", "3")], "busy")).await;
    assert!(matches!(rehearsal, Err(ClusterError::Busy { retry_after: Some(_), .. })), "{rehearsal:?}");
}

#[tokio::test]
async fn nothing_is_sent_where_it_could_delete() {
    for service in [r#"{"spec":{"service":{"name":"s"}}}"#, r#"{"spec":"odd"}"#] {
        let script = Script::new([json(200, service)]);
        let client = client(&script).await;
        let key =
            ObjectKey { kind: kind("garden.example", "v1", "plots", Scope::Namespaced), ..key(&client) };
        let rehearsal = client.rehearse(&key, &Wanted { options: &OPTIONS, version: None }).await;
        assert!(rehearsal != Ok(Rehearsal::Accepted.into()), "{rehearsal:?}");
        assert!(script.asked().iter().all(|request| request.method() == http::Method::GET));
    }
}

//! The DELETE on a scripted transport: what it sends, and what each answer means.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use secateur_domain::{
    ids::{ObjectKey, ResourceName, Uid},
    kind::Scope,
    outcome::{DeleteAnswer, WaitsFor},
    plan::{DeleteOptions, Propagation},
    rehearsal::Rehearsal,
};

use crate::{
    client::tests::{client, key},
    delete::Wanted,
    error::ClusterError,
    requests::Deleted,
    testing::{Act, Script, json, kind, response, roles, with_headers},
    transport::TransportError,
};

fn plain(options: &DeleteOptions) -> Wanted<'_> {
    Wanted { options, version: None }
}

async fn delete(acts: impl IntoIterator<Item = Act>) -> (Result<Deleted, ClusterError>, usize) {
    let script = Script::new(acts);
    let client = client(&script).await;
    let deleted = client.delete(&key(&client), &plain(&DeleteOptions::default())).await;
    (deleted, script.asked().len())
}

async fn check(status: u16, body: &str, expected: DeleteAnswer) {
    let (deleted, count) = delete([json(status, body)]).await;
    let deleted = deleted.expect("an answer");
    assert_eq!(deleted.answer, expected, "{status} {body}");
    assert_eq!((deleted.status, count), (Some(status), 1), "{status} {body}");
}

fn taken(uid: &str, terminating: Option<WaitsFor>) -> DeleteAnswer {
    DeleteAnswer::Taken { uid: Uid::parse(uid).ok(), terminating }
}

/// A Status that says no.
fn status(code: u16, reason: &str, message: &str, details: &str) -> String {
    format!(
        r#"{{"kind":"Status","apiVersion":"v1","status":"Failure","message":"{message}","reason":"{reason}","details":{{{details}}},"code":{code}}}"#
    )
}

async fn refused(code: u16, reason: &str, message: &str) {
    let expected = DeleteAnswer::Refused { status: code, reason: reason.into(), message: message.into() };
    check(code, &status(code, reason, message, ""), expected).await;
}

async fn doubtful(act: Act) {
    let (deleted, count) = delete([act]).await;
    let deleted = deleted.expect("a doubtful answer is one");
    assert!(matches!(deleted.answer, DeleteAnswer::None { .. }), "{deleted:?}");
    assert_eq!(count, 1, "nothing doubtful is sent again");
}

fn broken() -> TransportError {
    TransportError::Broken { host: "host:6443".into(), problem: "reset".into() }
}

#[tokio::test]
async fn the_uid_and_the_options_are_in_body_and_query() {
    let script = Script::new([json(200, r#"{"kind":"Status","status":"Success"}"#)]);
    let client = client(&script).await;
    let options = DeleteOptions {
        propagation: Propagation::Orphan,
        grace_period_seconds: Some(0),
        ..DeleteOptions::default()
    };
    client.delete(&key(&client), &plain(&options)).await.expect("an answer");
    let asked = script.asked();
    assert_eq!(asked[0].method(), Method::DELETE);
    assert_eq!(
        asked[0].uri().to_string(),
        "https://host:6443/api/v1/namespaces/ns/configmaps/a\
         ?uid=mine&propagationPolicy=Orphan&gracePeriodSeconds=0"
    );
    assert_eq!(
        String::from_utf8_lossy(asked[0].body()),
        r#"{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"mine"},"propagationPolicy":"Orphan","gracePeriodSeconds":0}"#
    );
    assert_eq!(asked[0].headers()["content-type"], "application/json");
    assert!(
        asked[0].headers()["accept"].to_str().expect("text").starts_with("application/json;as=PartialObject")
    );
}

#[tokio::test]
async fn the_policy_is_explicit_and_the_grace_period_is_the_objects_own() {
    let script = Script::new([json(200, r#"{"kind":"Status","status":"Success"}"#)]);
    let client = client(&script).await;
    client.delete(&key(&client), &plain(&DeleteOptions::default())).await.expect("an answer");
    let asked = script.asked();
    assert_eq!(asked[0].uri().query(), Some("uid=mine&propagationPolicy=Background"));
    assert!(!String::from_utf8_lossy(asked[0].body()).contains("grace"));
}

#[tokio::test]
async fn the_version_is_in_body_and_query_where_only_unchanged_ones_may_go() {
    let script = Script::new([json(200, r#"{"kind":"Status","status":"Success"}"#)]);
    let client = client(&script).await;
    let options = DeleteOptions { only_if_unchanged: true, ..DeleteOptions::default() };
    let unknown = client.delete(&key(&client), &plain(&options)).await;
    assert!(matches!(unknown, Err(ClusterError::Unusable(_))), "{unknown:?}");
    assert!(script.asked().is_empty(), "without the version nothing is sent");
    let wanted = Wanted { options: &options, version: Some("7") };
    client.delete(&key(&client), &wanted).await.expect("an answer");
    let asked = script.asked();
    assert_eq!(asked[0].uri().query(), Some("uid=mine&resourceVersion=7&propagationPolicy=Background"));
    let body = String::from_utf8_lossy(asked[0].body()).into_owned();
    assert!(body.contains(r#""preconditions":{"uid":"mine","resourceVersion":"7"}"#), "{body}");
}

#[tokio::test]
async fn a_success_names_what_it_was_about() {
    check(
        200,
        r#"{"kind":"Status","status":"Success","details":{"name":"a","uid":"mine"}}"#,
        taken("mine", None),
    )
    .await;
    check(200, r#"{"kind":"Status","status":"Success"}"#, taken("", None)).await;
    check(202, r#"{"kind":"PartialObjectMetadata","metadata":{"uid":"mine"}}"#, taken("mine", None)).await;
}

#[tokio::test]
async fn an_object_that_is_left_names_what_it_waits_for() {
    let body = r#"{"kind":"Pod","status":{"phase":"Running"},"metadata":{"uid":"mine","finalizers":["a/b"],
        "deletionTimestamp":"2026-01-01T00:00:00Z","deletionGracePeriodSeconds":30,
        "managedFields":[{"fieldsV1":{"f:a":{}}}]}}"#;
    let waits_for = WaitsFor {
        finalizers: vec!["a/b".into()],
        grace_period_seconds: Some(30),
        until: Some(1_767_225_600),
    };
    check(200, body, taken("mine", Some(waits_for))).await;
}

#[tokio::test]
async fn not_found_is_the_objects_and_no_ones_else() {
    let ours = status(404, "NotFound", "configmaps a not found", r#""name":"a","kind":"configmaps""#);
    check(404, &ours, DeleteAnswer::NotFound).await;
    // The kind is gone, or somebody else answers: that says nothing about the object.
    doubtful(with_headers(404, &[("content-type", "text/plain")], "404 page not found")).await;
    let message = "the server could not find the requested resource";
    refused(404, "NotFound", message).await;
}

#[tokio::test]
async fn a_namesake_is_told_by_either_sentence() {
    for message in [
        "Operation cannot be fulfilled on ConfigMap a: the UID in the precondition (mine) does not match the UID \
         in record (other). The object might have been deleted and then recreated",
        "Operation cannot be fulfilled on configmaps a: Precondition failed: UID in precondition: mine, UID in \
         object meta: other",
    ] {
        check(409, &status(409, "Conflict", message, r#""name":"a""#), DeleteAnswer::OtherUid).await;
    }
}

#[tokio::test]
async fn fault_44_the_three_conflicts_are_three_outcomes() {
    let conflict = |message: &str| status(409, "Conflict", message, r#""name":"a""#);
    let uid = "the UID in the precondition (mine) does not match the UID in record (other)";
    check(409, &conflict(uid), DeleteAnswer::OtherUid).await;
    for message in [
        "Operation cannot be fulfilled on ConfigMap a: the ResourceVersion in the precondition (1) does not match \
         the ResourceVersion in record (2). The object might have been modified",
        "Precondition failed: ResourceVersion in precondition: 1, ResourceVersion in object meta: 2",
    ] {
        let changed =
            DeleteAnswer::Refused { status: 409, reason: "Changed".into(), message: message.into() };
        check(409, &conflict(message), changed).await;
    }
    let namespace = "The system is ensuring all content is removed from this namespace.  Upon completion, this \
                     namespace will automatically be purged by the system.";
    let script = Script::new([json(409, &conflict(namespace))]);
    let client = client(&script).await;
    let namespaces = kind("", "v1", "namespaces", Scope::Cluster);
    let target = ObjectKey { kind: namespaces, namespace: None, ..key(&client) };
    let deleted = client.delete(&target, &plain(&DeleteOptions::default())).await.expect("an answer");
    assert_eq!(deleted.answer, taken("mine", Some(WaitsFor::default())));
    // Of anything else the sentence is only a sentence.
    refused(409, "Conflict", namespace).await;
}

#[tokio::test]
async fn fault_44_a_name_is_not_taken_for_the_servers_words() {
    let named = r#"Operation cannot be fulfilled on roles \"the UID in the precondition\": try again"#;
    let answer = json(409, &status(409, "Conflict", named, ""));
    let script = Script::new([answer]);
    let client = client(&script).await;
    let name = ResourceName::parse("the UID in the precondition").expect("a name");
    let target = ObjectKey { kind: roles(), name, ..key(&client) };
    let deleted = client.delete(&target, &plain(&DeleteOptions::default())).await.expect("an answer");
    assert!(matches!(deleted.answer, DeleteAnswer::Refused { reason, .. } if reason == "Conflict"));
}

#[tokio::test]
async fn refusals_keep_their_words() {
    refused(403, "Forbidden", "configmaps is forbidden").await;
    refused(422, "Invalid", "ValidatingAdmissionPolicy 'P' with binding 'B' denied request: no").await;
    refused(401, "", "admission webhook 'w' denied the request: no").await;
    refused(400, "BadRequest", "admission webhook 'w' does not support dry run").await;
    refused(500, "InternalError", "Internal error occurred: failed calling webhook 'w': refused").await;
    refused(405, "MethodNotAllowed", "the server does not allow this method").await;
    let cause =
        r#""causes":[{"reason":"DisruptionBudget","message":"The disruption budget web needs 3 pods"}]"#;
    let budget = status(429, "TooManyRequests", "Cannot evict pod", cause);
    let message = "Cannot evict pod; The disruption budget web needs 3 pods".to_owned();
    let (deleted, _) = delete([json(429, &budget), json(429, &budget), json(429, &budget)]).await;
    let expected = DeleteAnswer::Refused { status: 429, reason: "TooManyRequests".into(), message };
    assert_eq!(deleted.expect("an answer").answer, expected);
}

#[tokio::test]
async fn what_may_hide_that_it_was_done_is_doubt_and_not_sent_again() {
    doubtful(with_headers(503, &[("retry-after", "1")], "")).await;
    doubtful(with_headers(504, &[], "")).await;
    doubtful(json(504, &status(504, "Timeout", "the server was unable to return a response", ""))).await;
    doubtful(json(500, &status(500, "InternalError", "etcdserver: request timed out", ""))).await;
    doubtful(with_headers(502, &[("content-type", "text/html")], "<html></html>")).await;
    doubtful(with_headers(200, &[("content-type", "text/html")], "<html>sign in</html>")).await;
    doubtful(with_headers(302, &[("location", "https://login/")], "")).await;
    doubtful(json(200, r#"{"kind":"Status","status":"Succ"#)).await;
    doubtful(json(200, "{}")).await;
    doubtful(json(200, &status(500, "InternalError", "no", ""))).await;
    doubtful(Act::Fail(broken())).await;
    doubtful(Act::Answer(response(200, &[], vec![Ok(Bytes::from_static(b"{")), Err(broken())]))).await;
}

#[tokio::test(start_paused = true)]
async fn no_answer_within_forty_seconds_is_doubt() {
    let start = tokio::time::Instant::now();
    doubtful(Act::Silence).await;
    assert_eq!(start.elapsed(), Duration::from_secs(40));
}

#[tokio::test]
async fn a_server_that_is_busy_did_nothing_and_its_wait_is_the_callers_to_show() {
    let busy = || with_headers(429, &[("retry-after", "2")], "busy");
    let (deleted, count) = delete([busy(), busy()]).await;
    let Err(ClusterError::Busy { retry_after, .. }) = deleted else { panic!("{deleted:?}") };
    assert_eq!((count, retry_after), (1, Some(Duration::from_secs(2))));
}

#[tokio::test(start_paused = true)]
async fn a_delete_goes_again_when_no_connection_was_opened_and_then_was_not_sent() {
    let refused = || Act::Fail(TransportError::Refused { host: "host:6443".into() });
    let (deleted, count) = delete([refused(), refused(), refused()]).await;
    assert!(matches!(deleted, Err(ClusterError::Transport(error)) if !error.was_sent()));
    assert_eq!(count, 3);
}

#[tokio::test]
async fn a_401_is_a_sign_in() {
    let (deleted, count) = delete([json(401, "{}")]).await;
    assert!(matches!(deleted, Err(ClusterError::SignIn(failure)) if failure.generation == 1));
    assert_eq!(count, 1);
}

#[tokio::test]
async fn the_audit_id_and_the_warnings_are_kept() {
    let headers = &[("audit-id", "a-1"), ("warning", r#"299 - "v1 is \"old\"""#), ("warning", "odd")];
    let (deleted, _) = delete([with_headers(200, headers, r#"{"kind":"Status","status":"Success"}"#)]).await;
    let deleted = deleted.expect("an answer");
    assert_eq!(deleted.audit_id.as_deref(), Some("a-1"));
    assert_eq!(deleted.warnings, ["v1 is \"old\"", "odd"]);
    let script = Script::new([with_headers(200, headers, r#"{"kind":"Status","status":"Success"}"#)]);
    let client = client(&script).await;
    let rehearsed = client.rehearse(&key(&client), &plain(&DeleteOptions::default())).await;
    assert_eq!(rehearsed.expect("an answer").warnings, ["v1 is \"old\"", "odd"]);
}

/// What a load balancer says that takes no DELETE with a body.
fn no_bodies() -> Act {
    with_headers(400, &[("content-type", "text/html")], "<html>400 Bad Request</html>")
}

#[tokio::test]
async fn fault_55_where_bodies_are_refused_the_query_says_it_all_and_is_remembered() {
    let success = || json(200, r#"{"kind":"Status","status":"Success","details":{"uid":"mine"}}"#);
    let script = Script::new([no_bodies(), success(), success(), success()]);
    let client = client(&script).await;
    let options = DeleteOptions { only_if_unchanged: true, ..DeleteOptions::default() };
    let wanted = Wanted { options: &options, version: Some("7") };
    // A rehearsal comes first, and must be one without its body as well.
    let rehearsal = client.rehearse(&key(&client), &wanted).await;
    assert_eq!(rehearsal, Ok(Rehearsal::Accepted.into()));
    assert_eq!(client.rehearse(&key(&client), &wanted).await, Ok(Rehearsal::Accepted.into()));
    let deleted = client.delete(&key(&client), &wanted).await.expect("an answer");
    assert_eq!(deleted.answer, taken("mine", None));
    let asked = script.asked();
    let said: Vec<_> = asked
        .iter()
        .map(|request| (request.uri().query().expect("a query"), request.body().is_empty()))
        .collect();
    let query = "uid=mine&resourceVersion=7&propagationPolicy=Background";
    let dry = format!("{query}&dryRun=All");
    assert_eq!(said, [(dry.as_str(), false), (&dry, true), (&dry, true), (query, true)]);
    assert!(asked[1].headers().get("content-type").is_none());
}

#[tokio::test]
async fn fault_55_what_refuses_every_delete_is_not_remembered_and_a_servers_own_400_is_an_answer() {
    let script = Script::new([no_bodies(), no_bodies(), no_bodies(), no_bodies()]);
    let client = client(&script).await;
    for _ in 0..2 {
        let deleted = client.delete(&key(&client), &plain(&DeleteOptions::default())).await;
        assert!(!matches!(deleted, Ok(Deleted { answer: DeleteAnswer::Taken { .. }, .. })), "{deleted:?}");
    }
    let with_body = script.asked().iter().filter(|request| !request.body().is_empty()).count();
    assert_eq!((script.asked().len(), with_body), (4, 2));
    refused(400, "BadRequest", "invalid propagation policy").await;
}

//! The pipeline on a scripted transport.

use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;

use crate::{
    client::{Client, tests::client},
    error::ClusterError,
    testing::{Act, Script, json, response, with_headers},
    transport::TransportError,
};

mod answers;
mod wire;

const FORBIDDEN: &str = r#"{"kind":"Status","message":"pods is forbidden","reason":"Forbidden","code":403}"#;

/// One page of names.
async fn ask(client: &Client) -> Result<(), ClusterError> {
    client.list_names(&crate::testing::configmaps()).await.map(drop)
}

async fn failure(acts: Vec<Act>) -> ClusterError {
    let script = Script::new(acts);
    ask(&client(&script).await).await.expect_err("a failure")
}

fn refused() -> TransportError {
    TransportError::Refused { host: "host:6443".into() }
}

fn broken() -> TransportError {
    TransportError::Broken { host: "host:6443".into(), problem: "reset".into() }
}

const LIST: &str = r#"{"metadata":{"resourceVersion":"1"},"items":[]}"#;

#[tokio::test]
async fn the_credential_goes_with_every_request_and_is_sensitive() {
    let script = Script::new([json(200, LIST)]);
    ask(&client(&script).await).await.expect("an answer");
    let asked = script.asked();
    let header = asked[0].headers().get(AUTHORIZATION).expect("a credential");
    assert_eq!(header, "Bearer planted-secret");
    assert!(header.is_sensitive());
    assert!(!format!("{asked:?}").contains("planted-secret"));
}

async fn sign_in(body: &str, headers: &[(&str, &str)], message: &str) {
    let failure = failure(vec![with_headers(401, headers, body)]).await;
    let ClusterError::SignIn(failure) = failure else { panic!("{body}: {failure:?}") };
    assert_eq!((failure.generation, failure.message.as_str()), (1, message), "{body}");
}

#[tokio::test]
async fn fault_22_a_401_of_any_shape_is_a_sign_in() {
    let json = &[("content-type", "application/json")];
    sign_in(r#"{"kind":"Status","message":"token expired","code":401}"#, json, "token expired").await;
    sign_in(r#"{"message":"no session"}"#, json, "no session").await;
    sign_in("{}", json, "Unauthorized").await;
    sign_in("", &[], "Unauthorized").await;
    sign_in("null", json, "Unauthorized").await;
    sign_in("please sign in\nhere", &[("content-type", "text/plain")], "please sign in").await;
    sign_in("<html>sign in</html>", &[("content-type", "text/html")], "Unauthorized").await;
}

#[tokio::test]
async fn a_401_of_a_webhook_or_a_policy_is_a_refusal() {
    for message in [
        "admission webhook \\\"w.example.com\\\" denied the request: no",
        "pods \\\"a\\\" is forbidden: ValidatingAdmissionPolicy 'P' with binding 'B' denied request: no",
    ] {
        let body = format!(r#"{{"kind":"Status","message":"{message}","code":401}}"#);
        assert!(matches!(failure(vec![json(401, &body)]).await, ClusterError::Refused(_)), "{message}");
    }
}

#[tokio::test]
async fn a_refusal_keeps_the_servers_words() {
    let headers = &[("content-type", "application/json"), ("audit-id", "a-1")];
    let ClusterError::Refused(status) = failure(vec![with_headers(403, headers, FORBIDDEN)]).await else {
        panic!("a refusal")
    };
    assert_eq!((status.reason.as_str(), status.message.as_str()), ("Forbidden", "pods is forbidden"));
    assert_eq!((status.http_status, status.audit_id.as_deref()), (403, Some("a-1")));
}

#[tokio::test]
async fn fault_16_what_is_no_api_server_is_named_as_such() {
    let page = "<!DOCTYPE html><title>Sign in</title>";
    for act in [
        with_headers(200, &[("content-type", "text/html; charset=utf-8")], page),
        with_headers(200, &[], page),
        with_headers(403, &[("content-type", "text/html")], page),
        with_headers(302, &[("location", "https://login.example.com/?next=secret")], ""),
        with_headers(407, &[], ""),
    ] {
        let failure = failure(vec![act]).await;
        assert!(matches!(failure, ClusterError::NotKubernetes { .. }), "{failure:?}");
        assert!(!failure.to_string().contains("secret"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_load_balancers_page_is_a_failure_of_the_server() {
    let act = with_headers(502, &[("content-type", "text/html")], "<html>502</html>");
    let ClusterError::Server(status) = failure(vec![act]).await else { panic!("a failure of the server") };
    assert_eq!(status.message, "Bad Gateway");
}

#[tokio::test]
async fn an_expired_page_is_gone_after_paging_started_again_twice() {
    let expired = r#"{"kind":"Status","message":"too old","reason":"Expired","code":410}"#;
    let acts = (0..3).map(|_| json(410, expired)).collect();
    assert_eq!(failure(acts).await, ClusterError::Gone);
}

#[tokio::test(start_paused = true)]
async fn a_read_goes_again_after_429_and_503_and_waits_as_told() {
    let script = Script::new([
        with_headers(429, &[("retry-after", "3")], "Too many requests, please try again later."),
        with_headers(503, &[], ""),
        json(200, LIST),
    ]);
    let client = client(&script).await;
    let start = tokio::time::Instant::now();
    ask(&client).await.expect("an answer");
    assert_eq!(script.asked().len(), 3);
    assert_eq!(start.elapsed(), Duration::from_secs(3) + Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_read_is_tried_three_times() {
    let busy = || with_headers(429, &[("retry-after", "1")], "busy");
    let ClusterError::Busy { retry_after, status } = failure(vec![busy(), busy(), busy()]).await else {
        panic!("busy")
    };
    assert_eq!((retry_after, status.message.as_str()), (Some(Duration::from_secs(1)), "busy"));
}

#[tokio::test]
async fn a_long_wait_is_the_callers() {
    let failure = failure(vec![with_headers(429, &[("retry-after", "60")], "")]).await;
    assert!(matches!(failure, ClusterError::Busy { retry_after: Some(wait), .. } if wait.as_secs() == 60));
}

async fn told(retry_after: &str, date: &str, expected: Option<u64>) {
    let headers = &[("retry-after", retry_after), ("date", date)];
    let busy = || with_headers(429, headers, "busy");
    let ClusterError::Busy { retry_after: wait, .. } = failure(vec![busy(), busy(), busy()]).await else {
        panic!("{retry_after}: it is busy")
    };
    assert_eq!(wait.map(|wait| wait.as_secs()), expected, "{retry_after}");
}

#[tokio::test(start_paused = true)]
async fn fault_40_however_a_server_says_how_long_it_is_at_most_two_minutes() {
    const NOW: &str = "Thu, 01 Jan 2026 00:00:00 GMT";
    for (retry_after, expected) in [
        ("7", Some(7)),
        ("0", Some(0)),
        ("121", Some(120)),
        ("99999999999999999999999", Some(120)),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        // Against the server's own clock, whatever ours is.
        ("Thu, 01 Jan 2026 00:00:30 GMT", Some(30)),
        ("Fri, 02 Jan 2026 00:00:00 GMT", Some(120)),
        ("Wed, 31 Dec 2025 00:00:00 GMT", None),
    ] {
        told(retry_after, NOW, expected).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_goes_again_when_there_was_no_connection_or_it_broke() {
    let script = Script::new([Act::Fail(refused()), Act::Fail(broken()), json(200, LIST)]);
    ask(&client(&script).await).await.expect("an answer");
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_not_tried_again() {
    let untrusted = TransportError::UntrustedCertificate {
        host: "host:6443".into(),
        problem: "it has expired".into(),
        certificate: None,
    };
    let failure = failure(vec![Act::Fail(untrusted.clone())]).await;
    assert_eq!(failure, ClusterError::Transport(untrusted));
}

#[tokio::test(start_paused = true)]
async fn fault_04_silence_is_a_timeout_after_the_verbs_deadline() {
    let script = Script::new([Act::Silence]);
    let client = client(&script).await;
    let start = tokio::time::Instant::now();
    let failure = ask(&client).await.expect_err("a timeout");
    assert_eq!(start.elapsed(), Duration::from_mins(1));
    assert_eq!(failure.to_string(), "listing configmaps at host:6443: no answer within 60 s");
}

#[tokio::test(start_paused = true)]
async fn fault_05_a_body_that_stalls_is_a_timeout_and_no_shorter_list() {
    let head = response(200, &[], vec![Ok(Bytes::from_static(b"{"))]);
    assert!(matches!(failure(vec![Act::Stall(head)]).await, ClusterError::Timeout { .. }));
}

#[tokio::test(start_paused = true)]
async fn asking_who_we_are_takes_five_seconds_at_most() {
    let script = Script::new([Act::Silence]);
    let client = client(&script).await;
    let start = tokio::time::Instant::now();
    client.whoami().await.expect_err("a timeout");
    assert_eq!(start.elapsed(), Duration::from_secs(5));
}

#[tokio::test]
async fn json_that_ends_early_is_named_without_being_quoted() {
    for body in
        [r#"{"metadata":{"resourceVersion":"1"},"items":[{"meta"#, r#"{"metadata":"planted-secret"}"#, "[]"]
    {
        let failure = failure(vec![json(200, body)]).await;
        assert!(matches!(failure, ClusterError::Undecodable { .. }), "{failure:?}");
        assert!(!failure.to_string().contains("planted-secret"), "{failure}");
    }
}

#[tokio::test]
async fn fault_61_an_answer_above_the_limit_is_not_kept() {
    let piece = Bytes::from(vec![b' '; 8 << 20]);
    let pieces = (0..9).map(|_| Ok(piece.clone())).collect();
    let failure = failure(vec![Act::Answer(response(200, &[], pieces))]).await;
    assert!(matches!(failure, ClusterError::TooLarge { limit: 0x0400_0000, .. }), "{failure:?}");
}

#[tokio::test]
async fn of_a_refusal_only_the_beginning_is_read() {
    let piece = Bytes::from(vec![b'x'; 1 << 20]);
    let pieces = std::iter::repeat_with(|| Ok(piece.clone())).take(8).collect();
    let ClusterError::Refused(status) = failure(vec![Act::Answer(response(403, &[], pieces))]).await else {
        panic!("a refusal")
    };
    assert_eq!(status.message.len(), 1024);
}

#[tokio::test]
async fn a_body_that_breaks_in_a_refusal_leaves_its_status() {
    let pieces = vec![Ok(Bytes::from_static(b"no")), Err(broken())];
    assert!(matches!(failure(vec![Act::Answer(response(403, &[], pieces))]).await, ClusterError::Refused(_)));
}

#[tokio::test]
async fn the_servers_clock_is_read_off_its_answers() {
    let date = httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(100));
    let script = Script::new([with_headers(200, &[("date", &date)], LIST)]);
    let client = client(&script).await;
    ask(&client).await.expect("an answer");
    assert!((client.clock_offset() - 100.0).abs() < 2.0, "{}", client.clock_offset());
}

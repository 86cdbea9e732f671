//! What is made of an answer, by the rows of faults.md.

use super::*;
use crate::client::tests::key;
use secateur_domain::{outcome::DeleteAnswer, plan::DeleteOptions};

#[tokio::test(start_paused = true)]
async fn fault_42_a_page_that_says_503_is_tried_three_times_and_no_more() {
    let page = || with_headers(503, &[("content-type", "text/html")], "<html>Service Unavailable</html>");
    let script = Script::new([page(), page(), page(), json(200, LIST)]);
    let client = client(&script).await;
    let failure = ask(&client).await.expect_err("a failure");
    let ClusterError::Server(status) = failure else { panic!("{failure:?}") };
    assert_eq!((status.http_status, status.message.as_str()), (503, "Service Unavailable"));
    assert_eq!(script.asked().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn fault_42_a_delete_that_got_a_503_is_not_sent_again() {
    let script = Script::new([with_headers(503, &[("content-type", "text/html")], "<html>503</html>")]);
    let client = client(&script).await;
    let options = DeleteOptions::default();
    let wanted = crate::Wanted { options: &options, version: None };
    let _ = client.delete(&key(&client), &wanted).await;
    assert_eq!(script.asked().len(), 1);
}

#[tokio::test]
async fn fault_41_a_webhook_that_did_not_answer_is_a_refusal_that_names_it() {
    let message = "Internal error occurred: failed calling webhook \\\"w.example.com\\\": failed to call webhook: \
        Post \\\"https://w.default.svc:443/\\\": context deadline exceeded";
    let body = format!(r#"{{"kind":"Status","reason":"InternalError","message":"{message}","code":500}}"#);
    let failure = failure(vec![json(500, &body)]).await;
    let ClusterError::Refused(status) = failure else { panic!("{failure:?}") };
    assert!(status.message.contains("failed calling webhook \"w.example.com\""), "{status}");
    assert_eq!(status.http_status, 500);

    let script = Script::new([json(500, &body)]);
    let client = client(&script).await;
    let options = DeleteOptions::default();
    let wanted = crate::Wanted { options: &options, version: None };
    let deleted = client.delete(&key(&client), &wanted).await.expect("an answer");
    let DeleteAnswer::Refused { message, .. } = deleted.answer else { panic!("{deleted:?}") };
    assert!(message.contains("w.example.com"), "{message}");
    assert_eq!(script.asked().len(), 1, "it is known that nothing was deleted");
}

#[tokio::test]
async fn fault_52_what_a_server_does_not_offer_is_told_in_its_own_words() {
    let status = |code: u16, reason: &str, message: &str| {
        json(code, &format!(r#"{{"kind":"Status","reason":"{reason}","message":"{message}","code":{code}}}"#))
    };
    let said = "the server does not allow this method on the requested resource";
    let ClusterError::NotSupported(found) = failure(vec![status(405, "MethodNotAllowed", said)]).await else {
        panic!("not supported")
    };
    assert_eq!(found.to_string(), format!("{said} (405 MethodNotAllowed)"));
    let said = "only the following media types are accepted: application/json";
    let ClusterError::NotSupported(found) = failure(vec![status(406, "NotAcceptable", said)]).await else {
        panic!("not supported")
    };
    assert_eq!(found.to_string(), format!("{said} (406 NotAcceptable)"));
    let said = "the body of the request was in an unknown format";
    let ClusterError::NotSupported(found) = failure(vec![status(415, "UnsupportedMediaType", said)]).await
    else {
        panic!("not supported")
    };
    assert_eq!(found.to_string(), format!("{said} (415 UnsupportedMediaType)"));
    let said = "Request entity is too large: limit is 3145728";
    let ClusterError::Server(found) = failure(vec![status(413, "RequestEntityTooLarge", said)]).await else {
        panic!("the server's own status")
    };
    assert_eq!(found.to_string(), format!("{said} (413 RequestEntityTooLarge)"));
    let moved = with_headers(301, &[("location", "https://elsewhere.example/api?x=secret")], "");
    assert_eq!(
        failure(vec![moved]).await.to_string(),
        "host:6443 does not answer as a Kubernetes API server: a redirect to elsewhere.example"
    );
    for (code, words) in
        [(405, "Method Not Allowed"), (406, "Not Acceptable"), (415, "Unsupported Media Type")]
    {
        let ClusterError::NotSupported(found) = failure(vec![with_headers(code, &[], "")]).await else {
            panic!("not supported")
        };
        assert_eq!(found.message, words);
    }
}

#[tokio::test]
async fn a_server_that_begins_to_ask_to_be_read_again_is_heard_once() {
    let answer = |headers: &[(&str, &str)]| with_headers(200, headers, LIST);
    let script = Script::new([
        answer(&[("x-reload", "reload")]),
        answer(&[("x-reload", "reload")]),
        answer(&[]),
        answer(&[("X-Reload", "later")]),
        answer(&[("X-RELOAD", "reload")]),
    ]);
    let client = client(&script).await;
    let mut counts = Vec::new();
    for _ in 0..5 {
        ask(&client).await.expect("an answer");
        counts.push(*client.reloads().borrow());
    }
    assert_eq!(counts, [1, 1, 1, 1, 2]);
}

//! Watches on a scripted transport.

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use secateur_domain::outcome::WaitsFor;

use super::*;
use crate::{
    client::tests::client,
    testing::{Act, Script, configmaps, json, response},
    transport::TransportError,
};

const ADDED: &str = r#"{"type":"ADDED","object":{"kind":"Table","metadata":{"resourceVersion":"5"},
    "columnDefinitions":[{"name":"Name","type":"string","format":"name"},{"name":"Data","type":"string"}],
    "rows":[{"cells":["a",1],"object":{"metadata":{"name":"a","namespace":"ns","uid":"u-a"}}}]}}"#;
const DELETED: &str = r#"{"type":"DELETED","object":{"kind":"Table","metadata":{"resourceVersion":"6"},
    "columnDefinitions":null,
    "rows":[{"cells":["a",1],"object":{"metadata":{"name":"a","namespace":"ns","uid":"u-a"}}}]}}"#;
const BOOKMARK: &str = r#"{"type":"BOOKMARK","object":{"kind":"Table","metadata":{"resourceVersion":"7"},
    "columnDefinitions":null,"rows":[{"cells":["",0],"object":{"metadata":{"resourceVersion":"7"}}}]}}"#;
const EXPIRED: &str = r#"{"type":"ERROR","object":{"kind":"Status","status":"Failure",
    "message":"too old resource version: 1 (9)","reason":"Expired","code":410}}"#;

fn request() -> ListRequest {
    ListRequest {
        namespace: Some("ns".into()),
        label_selector: Some("a=b".into()),
        ..ListRequest::new(configmaps())
    }
}

/// One event a line, as the server writes them.
fn lines(events: &[&str]) -> Vec<Result<Bytes, TransportError>> {
    events.iter().map(|event| Ok(Bytes::from(event.replace('\n', "") + "\n"))).collect()
}

async fn watch(act: Act) -> (Result<Vec<Result<TableEvent, ClusterError>>, ClusterError>, Script) {
    let script = Script::new([act]);
    let events = match client(&script).await.watch_table(&request(), "1").await {
        Ok(events) => Ok(events.collect().await),
        Err(error) => Err(error),
    };
    (events, script)
}

async fn events(pieces: Vec<Result<Bytes, TransportError>>) -> Vec<Result<TableEvent, ClusterError>> {
    watch(Act::Answer(response(200, &[], pieces))).await.0.expect("a watch")
}

#[tokio::test]
async fn rows_come_and_go_with_versions_to_go_on_from() {
    let (events, script) = watch(Act::Answer(response(200, &[], lines(&[ADDED, DELETED, BOOKMARK])))).await;
    let events = events.expect("a watch");
    assert!(matches!(&events[0], Ok(TableEvent::Upserted { row, resource_version })
        if row.key().is_some() && row.cells.len() == 2 && resource_version == "5"));
    assert!(matches!(&events[1], Ok(TableEvent::Removed { row, resource_version })
        if &*row.name == "a" && row.cells.len() == 2 && resource_version == "6"));
    assert_eq!(events[2], Ok(TableEvent::Bookmark { resource_version: "7".into() }));
    assert_eq!(events.len(), 3);
    let query = script.asked()[0].uri().query().expect("a query").to_owned();
    for pair in ["labelSelector=a%3Db", "includeObject=Metadata", "resourceVersion=1", "watch=true"] {
        assert!(query.contains(pair), "{query}");
    }
    assert!(query.contains("allowWatchBookmarks=true"));
}

#[tokio::test]
async fn a_410_is_gone_as_an_event_and_ends_the_stream() {
    let events = events(lines(&[ADDED, EXPIRED, ADDED])).await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[1], Err(ClusterError::Gone));
}

#[tokio::test]
async fn a_410_is_gone_as_a_status() {
    let (events, _) = watch(json(410, r#"{"kind":"Status","reason":"Expired","code":410}"#)).await;
    assert_eq!(events, Err(ClusterError::Gone));
}

#[tokio::test]
async fn a_410_is_gone_by_its_reason_alone() {
    let event = r#"{"type":"ERROR","object":{"kind":"Status","reason":"Expired","message":"too old"}}"#;
    assert_eq!(events(lines(&[event])).await, [Err(ClusterError::Gone)]);
}

#[tokio::test]
async fn another_error_keeps_the_servers_words() {
    let event = r#"{"type":"ERROR","object":{"kind":"Status","message":"etcd is away","code":500}}"#;
    let events = events(lines(&[event])).await;
    assert!(matches!(&events[..], [Err(ClusterError::Server(status))] if status.message == "etcd is away"));
}

#[tokio::test]
async fn a_line_cut_short_cannot_be_read() {
    let events = events(vec![Ok(Bytes::from_static(b"{\"type\":\"ADDED\",\"obj"))]).await;
    assert!(matches!(&events[..], [Err(ClusterError::Undecodable { .. })]), "{events:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_an_error_after_what_came() {
    let broken = TransportError::Broken { host: "host:6443".into(), problem: "keep-alive timed out".into() };
    let mut pieces = lines(&[ADDED]);
    pieces.push(Err(broken.clone()));
    let events = events(pieces).await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[1], Err(ClusterError::Transport(broken)));
}

#[tokio::test]
async fn a_page_for_browsers_is_no_watch() {
    let page = Act::Answer(response(200, &[("content-type", "text/html")], lines(&["<html>"])));
    assert!(matches!(watch(page).await.0, Err(ClusterError::NotKubernetes { .. })));
}

#[tokio::test]
async fn unknown_types_of_events_are_passed_over() {
    let odd = ADDED.replace("ADDED", "INVENTED");
    assert_eq!(events(lines(&[&odd, BOOKMARK])).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn on_http1_a_silence_of_75_seconds_is_the_end() {
    let mut head = response(200, &[], lines(&[ADDED]));
    *head.version_mut() = http::Version::HTTP_11;
    let start = tokio::time::Instant::now();
    let (events, _) = watch(Act::Stall(head)).await;
    assert!(matches!(events.expect("a watch").last(), Some(Err(ClusterError::Timeout { .. }))));
    assert_eq!(start.elapsed(), Duration::from_secs(75));
}

#[tokio::test]
async fn objects_are_followed_by_their_metadata() {
    let object = |kind: &str, more: &str| {
        format!(
            r#"{{"type":"{kind}","object":{{"metadata":{{"name":"a","namespace":"ns","uid":"u","resourceVersion":"2"{more}}}}}}}"#
        )
    };
    let terminating = r#","deletionTimestamp":"2026-01-01T00:00:00Z","finalizers":["x/y"]"#;
    let (added, modified, deleted) =
        (object("ADDED", ""), object("MODIFIED", terminating), object("DELETED", terminating));
    let bookmark = r#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"3"}}}"#;
    let script =
        Script::new([Act::Answer(response(200, &[], lines(&[&added, &modified, &deleted, bookmark])))]);
    let request = WatchRequest {
        kind: configmaps(),
        namespace: Some("ns".into()),
        name: Some("a,b".into()),
        resource_version: None,
    };
    let client = client(&script).await;
    let events: Vec<_> = client.watch_objects(&request).await.expect("a watch").collect().await;
    assert!(matches!(&events[0], Ok(ObjectEvent::Present { terminating: None, .. })));
    assert!(
        matches!(&events[1], Ok(ObjectEvent::Present { terminating: Some(WaitsFor { finalizers, .. }), .. })
        if finalizers == &["x/y"])
    );
    assert!(matches!(&events[2], Ok(ObjectEvent::Removed { .. })));
    assert_eq!(events[3], Ok(ObjectEvent::Bookmark { resource_version: "3".into() }));
    let asked = script.asked();
    let query = asked[0].uri().query().expect("a query");
    assert!(query.contains("fieldSelector=metadata.name%3Da%5C%2Cb"), "{query}");
    assert!(!query.contains("resourceVersion"), "{query}");
}

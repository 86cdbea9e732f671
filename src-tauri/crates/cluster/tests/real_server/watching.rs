//! Watching on the real server.

use std::time::Duration;

use futures::{StreamExt, stream::BoxStream};
use secateur_cluster::{ClusterError, ObjectEvent, TableEvent, WatchRequest};
use secateur_domain::{plan::DeleteOptions, row::ColumnKind};

use super::{
    asking::plain,
    counting::Proxy,
    kind, list,
    plane::{NAME, client, client_at, plane},
};

/// Longer than the minute between two bookmarks.
const LONG: Duration = Duration::from_secs(100);

#[tokio::test]
async fn a_table_watch_gives_rows_as_they_come_and_go_and_bookmarks() {
    plane().namespace("watching");
    plane().configmap("watching", "before");
    let client = client("").await;
    let kind = kind(&client, "cm").await;
    let request = list(&kind, Some("watching"));
    let page = client.list_table(&request).await.expect("a page");
    let mut events = client.watch_table(&request, &page.resource_version).await.expect("a watch");
    plane().configmap("watching", "after");

    let TableEvent::Upserted { row, resource_version } = row_change(&mut events).await else {
        panic!("the new object comes")
    };
    assert_eq!(&*row.name, "after");
    assert_eq!(row.cells.len(), page.columns.len());
    assert_eq!(page.columns[0].kind, ColumnKind::Name);
    assert!(!resource_version.is_empty() && row.created.is_some());
    let key = row.key().expect("a key");
    client.delete(&key, &plain(&DeleteOptions::default())).await.expect("an answer");
    let TableEvent::Removed { row, .. } = row_change(&mut events).await else { panic!("it goes") };
    assert_eq!(row.uid, Some(key.uid));
    // An event after the first has no columns of its own, and still all its cells.
    assert_eq!(row.cells.len(), page.columns.len());

    let bookmark = tokio::time::timeout(LONG, events.next()).await.expect("a bookmark in time");
    let Some(Ok(TableEvent::Bookmark { resource_version })) = bookmark else { panic!("{bookmark:?}") };
    assert!(!resource_version.is_empty());
}

#[tokio::test]
async fn one_object_is_followed_by_its_name() {
    plane().namespace("following");
    for name in ["one", "two"] {
        plane().configmap("following", name);
    }
    let client = client("").await;
    let kind = kind(&client, "cm").await;
    let version = client.list_version(&kind, Some("following"), Some("one")).await.expect("a version");
    assert!(!version.is_empty());
    let request = WatchRequest {
        kind: kind.clone(),
        namespace: Some("following".into()),
        name: Some("one".into()),
        resource_version: None,
    };
    let mut events = client.watch_objects(&request).await.expect("a watch");
    let ObjectEvent::Present { name, uid, terminating: None, .. } = change(&mut events).await else {
        panic!("it starts with what is there")
    };
    assert_eq!(name.as_str(), "one");
    plane().kubectl(&["delete", "cm", "two", "one", "-n", "following"], "");
    let ObjectEvent::Removed { uid: gone, .. } = change(&mut events).await else { panic!("it goes") };
    assert_eq!(gone, uid);

    let from = WatchRequest { resource_version: Some(version), ..request };
    let mut events = client.watch_objects(&from).await.expect("a watch");
    assert!(matches!(change(&mut events).await, ObjectEvent::Removed { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_goes_dead_is_noticed_within_25_seconds() {
    let proxy = Proxy::start(&plane().server).await;
    let client = client_at(&plane().kubeconfig_at(&proxy.server()), NAME).await;
    let kind = kind(&client, "serviceaccounts").await;
    let request = list(&kind, Some("default"));
    let version = client.list_version(&kind, Some("default"), None).await.expect("a version");
    let mut events = client.watch_table(&request, &version).await.expect("a watch");
    proxy.die();
    let end = async {
        loop {
            match events.next().await {
                Some(Ok(_)) => {}
                end => return end,
            }
        }
    };
    let end = tokio::time::timeout(Duration::from_secs(25), end).await.expect("it is noticed in time");
    assert!(matches!(&end, Some(Err(ClusterError::Transport(error))) if error.was_sent()), "{end:?}");
}

/// The next event that is no bookmark, which may come at any time.
async fn change(events: &mut BoxStream<'static, Result<ObjectEvent, ClusterError>>) -> ObjectEvent {
    loop {
        match events.next().await.expect("the watch goes on").expect("an event") {
            ObjectEvent::Bookmark { .. } => {}
            event => return event,
        }
    }
}

async fn row_change(events: &mut BoxStream<'static, Result<TableEvent, ClusterError>>) -> TableEvent {
    loop {
        match events.next().await.expect("the watch goes on").expect("an event") {
            TableEvent::Bookmark { .. } => {}
            event => return event,
        }
    }
}

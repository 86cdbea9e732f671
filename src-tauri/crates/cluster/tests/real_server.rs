//! The cluster crate against a real control plane. What a scripted transport can show is tested beside the code.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows these in test functions, and here the helpers are tests too"
)]
#![allow(dead_code, reason = "the control plane's module is shared with the tests of extended servers")]

#[path = "real_server/asking.rs"]
mod asking;
#[path = "real_server/copying.rs"]
mod copying;
#[path = "real_server/counting.rs"]
mod counting;
#[path = "real_server/deleting.rs"]
mod deleting;
#[path = "real_server/plane.rs"]
mod plane;
#[path = "real_server/proxies.rs"]
mod proxies;
#[path = "real_server/rehearsing.rs"]
mod rehearsing;
#[path = "real_server/watching.rs"]
mod watching;

use std::sync::Arc;

use asking::kind;
use futures::future::join_all;
use plane::{catalogue, client, client_at, plane};
use secateur_cluster::{ClusterError, Include, ListRequest, Method};
use secateur_domain::{
    kind::{self, Kind, Scope},
    row::{ColumnKind, RowState},
};

fn list(kind: &Arc<Kind>, namespace: Option<&str>) -> ListRequest {
    ListRequest {
        namespace: namespace.map(str::to_owned),
        limit: Some(500),
        ..ListRequest::new(Arc::clone(kind))
    }
}

#[tokio::test]
async fn requests_go_over_http2() {
    let client = client("").await;
    client.whoami().await.expect("an answer");
    assert_eq!(client.http_version(), Some(http::Version::HTTP_2));
    assert!(client.clock_offset().abs() < 2.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_requests_at_once_share_one_connection() {
    let proxy = counting::Proxy::start(&plane().server).await;
    let client = client_at(&plane().kubeconfig_at(&proxy.server()), plane::NAME).await;
    let answers = join_all((0..50).map(|_| client.whoami())).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(proxy.count(), 1, "connections for 50 requests");
    assert_eq!(client.connections(), 1);
    let namespaces = kind(&client, "ns").await;
    let request = list(&namespaces, None);
    let watches = join_all((0..20).map(|_| client.watch_table(&request, "0"))).await;
    assert!(watches.iter().all(Result::is_ok));
    assert_eq!(proxy.count(), 2, "connections with 20 watches");
    assert_eq!(client.connections(), 1, "watches are not counted");
}

#[tokio::test]
async fn the_server_knows_who_asks() {
    for (suffix, method) in
        [("", Method::ClientCertificate), ("-token", Method::Token), ("-viewer", Method::Token)]
    {
        let client = client(suffix).await;
        assert_eq!(client.method(), method, "{suffix}");
        let whoami = client.whoami().await.expect("an answer");
        assert!(whoami.user.is_some(), "{suffix}");
        assert!(whoami.groups.contains(&"system:authenticated".to_owned()), "{suffix}: {whoami:?}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_a_sign_in_and_a_missing_right_is_none() {
    let text = std::fs::read_to_string(&plane().kubeconfig).expect("the kubeconfig");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config");
    std::fs::write(&path, text.replace("token: ", "token: not")).expect("a kubeconfig");
    let stranger = client_at(&path, "alpha-token").await;
    let failure = stranger.whoami().await.expect_err("no such token");
    assert!(matches!(&failure, ClusterError::SignIn(failure) if failure.generation == 1), "{failure:?}");

    let nobody = client("-nobody").await;
    let secrets = kind(&client("").await, "secrets").await;
    let failure = nobody.list_table(&list(&secrets, None)).await.expect_err("not allowed");
    assert!(matches!(&failure, ClusterError::Refused(status) if status.reason == "Forbidden"), "{failure:?}");
}

#[tokio::test]
async fn a_cluster_is_its_server_its_ca_and_the_uid_of_a_namespace() {
    let admin = client("").await.fingerprint("default").await.expect("a fingerprint");
    let uid = plane().kubectl(&["get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}"], "");
    assert_eq!(admin.namespace, "kube-system");
    assert_eq!(admin.namespace_uid.as_ref().map(ToString::to_string), Some(uid));
    assert_eq!(admin.server, plane().server);
    assert_eq!(admin.ca_hash.len(), 64);
    let nobody = client("-nobody").await.fingerprint("default").await.expect("a fingerprint");
    assert_eq!((nobody.namespace.as_str(), nobody.namespace_uid), ("default", None));
}

#[tokio::test]
async fn discovery_finds_every_kind_with_its_short_names_and_no_subresource() {
    let discovered = client("").await.discover().await.expect("discovery");
    assert!(discovered.unavailable.is_empty(), "{:?}", discovered.unavailable);
    let first = discovered.kinds.first().expect("kinds");
    assert_eq!((first.group.as_str(), first.version.as_str()), ("", "v1"));
    assert!(discovered.kinds.iter().all(|kind| !kind.plural.contains('/') && !kind.verbs.is_empty()));
    let pods = kind::resolve(&discovered.kinds, "po").expect("pods");
    assert_eq!((pods.name.as_str(), pods.scope, pods.is_preferred), ("Pod", Scope::Namespaced, true));
    assert!(pods.categories.contains(&"all".to_owned()) && pods.can("delete") && pods.can("watch"));
    let scalers: Vec<_> = discovered
        .kinds
        .iter()
        .filter(|kind| kind.plural == "horizontalpodautoscalers")
        .map(|kind| (kind.version.as_str(), kind.is_preferred))
        .collect();
    assert_eq!(scalers, [("v2", true), ("v1", false)]);
    // kubectl's own list, from the same server.
    let listed = plane().kubectl(&["api-resources", "--no-headers", "-o", "name"], "");
    let mut theirs: Vec<_> = listed.lines().map(str::to_owned).collect();
    let preferred = discovered.kinds.iter().filter(|kind| kind.is_preferred);
    let mut ours: Vec<_> = preferred.map(|kind| kind.resource()).collect();
    theirs.sort();
    ours.sort();
    assert_eq!(ours, theirs);
}

#[tokio::test]
async fn cells_are_those_that_kubectl_prints() {
    plane().namespace("printing");
    plane().configmap("printing", "one");
    plane().configmap("printing", "two");
    let client = client("").await;
    // Kinds that no other test makes objects of in a place that is looked at here.
    for word in ["nodes", "cm", "sa", "roles", "clusterroles", "crd", "apiservices", "flowschemas"] {
        let kind = kind(&client, word).await;
        let namespace = (kind.scope == Scope::Namespaced).then_some("printing");
        let page = client.list_table(&list(&kind, namespace)).await.expect("a page");
        let mut arguments = vec!["get", word, "-o", "wide", "--no-headers"];
        arguments.extend(namespace.map(|_| ["-n", "printing"]).into_iter().flatten());
        let printed = plane().kubectl(&arguments, "");
        let is_age = |position: usize| page.columns[position].kind == ColumnKind::Age;
        let ours: Vec<Vec<&str>> = page
            .rows
            .iter()
            .map(|row| {
                let cells = row.cells.iter().enumerate().filter(|(position, _)| !is_age(*position));
                cells.flat_map(|(_, cell)| cell.split_whitespace()).collect()
            })
            .collect();
        assert_eq!(printed.lines().count(), ours.len(), "{word}");
        for (line, ours) in printed.lines().zip(&ours) {
            let theirs: Vec<_> = line.split_whitespace().collect();
            assert!(ours.iter().all(|word| theirs.contains(word)), "{word}: {line} and {ours:?}");
            assert!(theirs.len() - ours.len() <= 1, "{word}: only the age is left out of {line}");
        }
        for row in &page.rows {
            assert!(row.key().is_some() && row.created.is_some(), "{word}: {row:?}");
            assert_eq!(row.state, RowState::Live, "{word}");
        }
    }
}

#[tokio::test]
async fn pages_join_to_the_whole_list_and_rows_without_metadata_have_no_uid() {
    let client = client("").await;
    let kind = kind(&client, "clusterroles").await;
    let whole = client.list_table(&list(&kind, None)).await.expect("a page");
    let mut request = ListRequest { limit: Some(7), include: Include::None, ..list(&kind, None) };
    let mut names = Vec::new();
    loop {
        let page = client.list_table(&request).await.expect("a page");
        assert!(page.rows.iter().all(|row| row.uid.is_none() && row.key().is_none()));
        names.extend(page.rows.into_iter().map(|row| row.name));
        match page.continue_token {
            Some(token) => {
                assert!(page.remaining.is_some());
                request.continue_token = Some(token);
            }
            None => break,
        }
    }
    let expected: Vec<_> = whole.rows.into_iter().map(|row| row.name).collect();
    assert_eq!(names, expected);
    assert_eq!(client.list_names(&kind).await.expect("names").len(), expected.len());
}

#[tokio::test]
async fn one_object_is_a_table_of_one_row() {
    let client = client("").await;
    let namespaces = kind(&client, "namespaces").await;
    let page = client.get_table(&namespaces, None, "kube-system").await.expect("a table");
    assert_eq!(page.rows.len(), 1);
    assert_eq!(&*page.rows[0].name, "kube-system");
    assert_eq!(page.columns[0].kind, ColumnKind::Name);
    let failure = client.get_table(&namespaces, None, "nowhere").await.expect_err("not there");
    assert!(matches!(failure, ClusterError::NotFound(_)), "{failure:?}");
}

#[test]
fn listing_clusters_needs_no_server() {
    let catalogue = catalogue(&plane().kubeconfig);
    assert!(catalogue.problems.is_empty(), "{:?}", catalogue.problems);
    let current = catalogue.contexts.iter().find(|context| Some(&context.id) == catalogue.current.as_ref());
    assert_eq!(current.map(|context| context.name.as_str()), Some(plane::NAME));
    assert!(catalogue.contexts.iter().all(|context| context.entry.is_ok()));
}

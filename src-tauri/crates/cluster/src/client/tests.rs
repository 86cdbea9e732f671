//! A client on a scripted transport, for the tests of the other modules.

use std::{path::PathBuf, sync::Arc};

use secateur_domain::ids::{ObjectKey, ResourceName, Uid};

use super::*;
use crate::{
    kubeconfig::{Sources, read_catalogue},
    testing::{Script, configmaps},
    transport::Transport,
};

/// A client for generation 1 with the token `planted-secret`.
pub(crate) async fn client(script: &Script) -> Client {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config");
    std::fs::write(
        &path,
        "current-context: c\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n\
         clusters: [{name: c, cluster: {server: 'https://host:6443'}}]\n\
         users: [{name: u, user: {token: planted-secret}}]\n",
    )
    .expect("a kubeconfig");
    let catalogue =
        read_catalogue(&Sources { origin: crate::Origin::Flag, files: vec![PathBuf::from(&path)] });
    let transport: Arc<dyn Transport> = Arc::new(script.clone());
    connect(catalogue.contexts.first().expect("a context"), Access::by_entry(transport))
        .await
        .expect("a client")
}

/// The `ConfigMap` a in ns, UID mine.
pub(crate) fn key(client: &Client) -> ObjectKey {
    ObjectKey {
        cluster: client.cluster().clone(),
        kind: configmaps(),
        namespace: ResourceName::parse("ns").ok(),
        name: ResourceName::parse("a").expect("a name"),
        uid: Uid::parse("mine").expect("a UID"),
    }
}

#[tokio::test]
async fn fault_37_what_cannot_be_used_is_not_connected() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config");
    let text = "contexts: [{name: a, context: {cluster: a, user: u}}, {name: b, context: {cluster: b, user: v}}]\n\
        clusters: [{name: a, cluster: {server: 'https://h'}}, {name: b, cluster: {server: 'http://h'}}]\n\
        users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin}}}, {name: v, user: {token: t}}]\n";
    std::fs::write(&path, text).expect("a kubeconfig");
    let catalogue = read_catalogue(&Sources { origin: crate::Origin::Flag, files: vec![path] });
    let script = Script::default();
    let transport: Arc<dyn Transport> = Arc::new(script.clone());
    let outcome = connect(&catalogue.contexts[1], Access::by_entry(transport)).await;
    let Err(ClusterError::Unusable(found)) = outcome.map(drop) else { panic!("it is refused") };
    assert!(found.contains("plain http") && found.contains("context \"b\""), "{found}");
    assert!(catalogue.contexts[0].entry.as_ref().is_ok_and(|entry| !entry.is_plain_http()));
    assert!(script.asked().is_empty());
}

#[tokio::test]
async fn connecting_sends_nothing() {
    let script = Script::default();
    let client = client(&script).await;
    assert!(script.asked().is_empty());
    assert_eq!((client.generation(), client.method()), (1, Method::Token));
    assert_eq!(client.http_version(), None);
}

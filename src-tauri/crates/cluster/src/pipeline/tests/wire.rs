//! The pipeline on the real network, against peers on loopback that are no API server, or a hostile one.

use std::sync::Arc;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::*;
use crate::{
    Access, Network, Origin, Sources, Transport, connect, read_catalogue,
    transport::{StepName, StepOutcome},
};

/// What a peer does with each connection once it has read a request.
type Does = fn(TcpStream) -> futures::future::BoxFuture<'static, ()>;

async fn peer(does: Does) -> (u16, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut asked = [0; 4096];
            let _ = socket.read(&mut asked).await;
            does(socket).await;
        }
    });
    (port, tasks)
}

/// A client of a server without TLS, and so without a credential.
async fn plain(port: u16) -> Client {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config");
    let text = format!(
        "contexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: 'http://127.0.0.1:{port}'}}}}]\nusers: [{{name: u, user: {{}}}}]\n"
    );
    std::fs::write(&path, text).expect("a kubeconfig");
    let catalogue = read_catalogue(&Sources { origin: Origin::Flag, files: vec![path] });
    let network: Arc<dyn Transport> = Arc::new(Network::default());
    let context = catalogue.contexts.first().expect("a context");
    assert!(context.entry.as_ref().is_ok_and(crate::Entry::is_plain_http));
    connect(context, Access::by_entry(network)).await.expect("a client")
}

fn say(mut socket: TcpStream, text: String) -> futures::future::BoxFuture<'static, ()> {
    Box::pin(async move {
        let _ = socket.write_all(text.as_bytes()).await;
        let _ = socket.shutdown().await;
    })
}

#[tokio::test]
async fn fault_16_a_captive_portal_is_told_apart() {
    let (port, _tasks) = peer(|socket| {
        let text = "HTTP/1.1 302 Found\r\nlocation: http://portal.example/login?token=x\r\ncontent-length: 0\r\n\r\n";
        say(socket, text.to_owned())
    })
    .await;
    let failure = ask(&plain(port).await).await.expect_err("no list");
    assert_eq!(
        failure.to_string(),
        format!("127.0.0.1:{port} does not answer as a Kubernetes API server: a redirect to portal.example")
    );
    let (port, _tasks) = peer(|socket| {
        say(socket, "HTTP/1.1 200 OK\r\ncontent-length: 27\r\n\r\n<!doctype html><b>hello</b>".to_owned())
    })
    .await;
    let failure = ask(&plain(port).await).await.expect_err("no list");
    assert!(matches!(failure, ClusterError::NotKubernetes { .. }), "{failure:?}");
}

#[tokio::test]
async fn fault_61_a_body_without_an_end_is_cut_at_the_limit() {
    let (port, _tasks) = peer(|mut socket| {
        Box::pin(async move {
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
            let mut chunk = format!("{:x}\r\n", 1 << 20).into_bytes();
            chunk.resize(chunk.len() + (1 << 20), b' ');
            chunk.extend_from_slice(b"\r\n");
            let _ = socket.write_all(head.as_bytes()).await;
            while socket.write_all(&chunk).await.is_ok() {}
        })
    })
    .await;
    let failure = ask(&plain(port).await).await.expect_err("no list");
    assert!(matches!(failure, ClusterError::TooLarge { limit: 0x0400_0000, .. }), "{failure:?}");
}

#[tokio::test]
async fn fault_61_what_is_packed_is_not_unpacked() {
    // A gzip stream's beginning: a bomb has the same.
    let (port, _tasks) = peer(|mut socket| {
        Box::pin(async move {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\
                        content-length: 12\r\n\r\n";
            let _ = socket.write_all(head.as_bytes()).await;
            let _ = socket.write_all(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xed, 0xc1]).await;
            let _ = socket.shutdown().await;
        })
    })
    .await;
    let failure = ask(&plain(port).await).await.expect_err("no list");
    assert!(matches!(failure, ClusterError::Undecodable { .. }), "{failure:?}");
}

#[tokio::test]
async fn the_steps_to_a_server_are_known_after_a_failure() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = closed.local_addr().expect("an address").port();
    drop(closed);
    let client = plain(port).await;
    let failure = ask(&client).await.expect_err("no list");
    assert_eq!(failure.to_string(), format!("connection refused by 127.0.0.1:{port}"));
    let attempt = client.attempt();
    let failed = attempt.failed().expect("a step");
    assert_eq!((failed.name, failed.outcome), (StepName::Connection, StepOutcome::Failed));
}

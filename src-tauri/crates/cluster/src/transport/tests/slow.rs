//! Peers that take their time, and callers that do not wait.

use std::time::{Duration, Instant};

use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::*;

const DEADLINE: Duration = Duration::from_secs(1);

fn hasty() -> Network {
    Network::default().within(DEADLINE)
}

/// A port that drops every SYN, as a firewall does: nobody accepts there and its queue is full. What is returned
/// keeps it so.
#[cfg(target_os = "linux")]
async fn black_hole() -> (u16, Vec<TcpStream>, tokio::net::TcpListener) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let listener = socket.listen(1).expect("a queue");
    let address = listener.local_addr().expect("an address");
    let mut waiting = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(100), TcpStream::connect(address)).await {
        waiting.push(stream.expect("it is not refused"));
        assert!(waiting.len() < 8, "the queue is never full");
    }
    (address.port(), waiting, listener)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn fault_03_a_server_that_never_accepts_is_given_up_at_the_deadline_or_when_asked() {
    let (port, _waiting, _listener) = black_hole().await;
    let endpoint = endpoint(port, &Authority::new());
    let start = Instant::now();
    let error = get_by(&hasty(), &endpoint).await.err().expect("no connection");
    assert_eq!(error.to_string(), format!("no answer from 127.0.0.1:{port} within 1 s, connecting"));
    assert!(!error.was_sent());
    assert!(start.elapsed() < DEADLINE * 2, "{:?}", start.elapsed());
    let failed = endpoint.opened.last_attempt().failed().cloned().expect("a step");
    assert_eq!((failed.name, failed.words.as_str()), (StepName::Connection, "no answer within 1 s"));

    let start = Instant::now();
    let network = Network::default();
    timeout(Duration::from_millis(100), get_by(&network, &endpoint)).await.err().expect("it takes long");
    assert!(start.elapsed() < Duration::from_millis(300), "{:?}", start.elapsed());
    assert_eq!(endpoint.opened.last_attempt().failed().expect("a step").words, "given up");
}

#[tokio::test]
async fn fault_13_a_tls_handshake_that_stalls_ends_at_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let endpoint = endpoint(port, &Authority::new());
    let silent = async {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        let mut hello = Vec::new();
        // Ends when the other side has given up.
        let _ = socket.read_to_end(&mut hello).await;
        hello.len()
    };
    let (network, start) = (hasty(), Instant::now());
    let (outcome, hello) = tokio::join!(get_by(&network, &endpoint), silent);
    let error = outcome.err().expect("no connection");
    assert_eq!(
        error.to_string(),
        format!("no answer from 127.0.0.1:{port} within 1 s, in the TLS handshake")
    );
    assert!(!error.was_sent() && hello > 0);
    assert!(start.elapsed() >= DEADLINE && start.elapsed() < DEADLINE * 2, "{:?}", start.elapsed());
    let failed = endpoint.opened.last_attempt().failed().cloned().expect("a step");
    assert_eq!((failed.name, failed.words.as_str()), (StepName::Certificate, "no answer within 1 s"));
}

#[tokio::test]
async fn fault_14_a_proxy_that_never_answers_is_named_at_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let mut endpoint = endpoint(6443, &Authority::new());
    endpoint.proxy = Some(SecretString::from(format!("http://jane:planted-secret@127.0.0.1:{port}")));
    let error = get_by(&hasty(), &endpoint).await.err().expect("no connection");
    assert_eq!(
        error.to_string(),
        format!("the proxy http://127.0.0.1:{port} gives no way to 127.0.0.1:6443: no answer within 1 s")
    );
    assert_eq!(endpoint.opened.last_attempt().failed().expect("a step").name, StepName::Proxy);
}

#[tokio::test]
async fn fault_04_a_server_that_accepts_and_never_answers_is_told_by_its_last_step() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let endpoint = http(port);
    timeout(Duration::from_millis(1500), get(&endpoint)).await.err().expect("no answer");
    let attempt = endpoint.opened.last_attempt();
    let failed = attempt.failed().expect("a step");
    assert_eq!((failed.name, failed.words.as_str()), (StepName::Server, "no answer within 2 s"));
    assert!(failed.took.expect("a time") >= Duration::from_millis(1400));
}

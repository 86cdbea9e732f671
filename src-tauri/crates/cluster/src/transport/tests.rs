//! The network against TLS peers on loopback that tell names apart.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::{FutureExt, TryStreamExt};
use http::{Request, Response, StatusCode};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName},
    server::WebPkiClientVerifier,
};
use secrecy::{SecretSlice, SecretString};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use super::*;

mod certificates;
mod paths;
mod proxies;
mod slow;

const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// An authority of this test's own.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        Self::called("Garden CA")
    }

    fn called(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        Self(
            CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate"),
        )
    }

    fn certificate(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    /// A certificate for a name, valid until the end of a year.
    fn signs(&self, name: &str, until: i32) -> Certified {
        self.signs_for(&[name], until)
    }

    /// The same for a few names.
    fn signs_for(&self, names: &[&str], until: i32) -> Certified {
        self.sign(names, 2020, until)
    }

    fn signs_from(&self, name: &str, from: i32, until: i32) -> Certified {
        self.sign(&[name], from, until)
    }

    fn sign(&self, names: &[&str], from: i32, until: i32) -> Certified {
        let owned: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(owned).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, names[0]);
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(until, 12, 31);
        let key = KeyPair::generate().expect("a key");
        (params.signed_by(&key, &self.0).expect("a certificate"), key)
    }
}

type Certified = (rcgen::Certificate, KeyPair);

/// A peer that answers every request the same, and remembers the names that it was asked for.
struct Peer {
    port: u16,
    names: Arc<Mutex<Vec<Option<String>>>>,
    /// Ends with the peer.
    _tasks: JoinSet<()>,
}

impl Peer {
    async fn start(authority: &Authority, name: &str, until: i32, clients: Option<&Authority>) -> Self {
        Self::with(authority.signs(name, until), clients).await
    }

    async fn with(certified: Certified, clients: Option<&Authority>) -> Self {
        Self::answering(certified, clients, ANSWER.to_owned()).await
    }

    async fn answering((certificate, key): Certified, clients: Option<&Authority>, text: String) -> Self {
        let acceptor = acceptor(&certificate, &key, clients);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let names = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&names);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                if let Ok(stream) = acceptor.accept(socket).await {
                    let name = stream.get_ref().1.server_name().map(str::to_owned);
                    seen.lock().unwrap_or_else(PoisonError::into_inner).push(name);
                    answer(stream, &text).await;
                }
            }
        });
        Self { port, names, _tasks: tasks }
    }

    fn names(&self) -> Vec<Option<String>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn acceptor(certificate: &rcgen::Certificate, key: &KeyPair, clients: Option<&Authority>) -> TlsAcceptor {
    install_crypto_provider();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let builder = match clients {
        None => ServerConfig::builder().with_no_client_auth(),
        Some(clients) => {
            let mut roots = RootCertStore::empty();
            roots.add(clients.certificate()).expect("a root");
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().expect("a verifier");
            ServerConfig::builder().with_client_cert_verifier(verifier)
        }
    };
    let config = builder.with_single_cert(vec![certificate.der().clone()], key).expect("a configuration");
    TlsAcceptor::from(Arc::new(config))
}

/// What is asked, up to the empty line; empty when nothing whole comes.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return String::new(),
        }
    }
    String::from_utf8(head).expect("text")
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, text: &str) {
    if read_head(&mut stream).await.is_empty() {
        return;
    }
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn endpoint(port: u16, ca: &Authority) -> Endpoint {
    Endpoint {
        server: format!("https://127.0.0.1:{port}").parse().expect("a URL"),
        ca: vec![ca.certificate()],
        is_insecure: false,
        tls_server_name: None,
        identity: None,
        proxy: None,
        surroundings: None,
        opened: Opened::default(),
    }
}

async fn get(endpoint: &Endpoint) -> Result<Response<ResponseBody>, TransportError> {
    get_by(&Network::default(), endpoint).await
}

async fn get_by(network: &Network, endpoint: &Endpoint) -> Result<Response<ResponseBody>, TransportError> {
    let service = network.connect(endpoint, Lane::Requests)?;
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = endpoint.server.clone();
    service.oneshot(request).await
}

async fn problem(endpoint: &Endpoint) -> String {
    let error = get(endpoint).await.err().expect("it is not connected");
    assert!(!error.was_sent(), "{error:?}");
    error.to_string()
}

#[tokio::test]
async fn a_certificate_that_fits_is_taken() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "127.0.0.1", 2100, None).await;
    let response = get(&endpoint(peer.port, &authority)).await.expect("an answer");
    let body: Vec<Bytes> = response.into_body().try_collect().await.expect("a body");
    assert_eq!(body.concat(), b"{}");
}

#[tokio::test]
async fn every_connection_for_requests_is_counted_and_no_other() {
    let authority = Authority::new();
    // This peer closes each connection after its answer.
    let peer = Peer::start(&authority, "127.0.0.1", 2100, None).await;
    let endpoint = endpoint(peer.port, &authority);
    let send = async |lane| {
        let service = Network::default().connect(&endpoint, lane).expect("a service");
        for _ in 0..2 {
            let mut request = Request::new(Bytes::new());
            *request.uri_mut() = endpoint.server.clone();
            service.clone().oneshot(request).await.expect("an answer");
        }
        endpoint.opened.count()
    };
    assert_eq!(endpoint.opened.count(), 0);
    assert_eq!(send(Lane::Requests).await, 2);
    assert_eq!(send(Lane::Watches).await, 2);
    let untrusted =
        Endpoint { ca: vec![Authority::new().certificate()], ..self::endpoint(peer.port, &authority) };
    assert!(get(&untrusted).await.is_err());
    assert_eq!(untrusted.opened.count(), 0, "no request could go by it");
}

/// A peer without TLS that does one thing to its first connection.
async fn plain(answered: Option<&'static str>) -> (u16, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            if let Some(text) = answered {
                answer(socket, text).await;
            }
        }
    });
    (port, tasks)
}

fn http(port: u16) -> Endpoint {
    Endpoint {
        server: format!("http://127.0.0.1:{port}").parse().expect("a URL"),
        ca: vec![],
        ..endpoint(port, &Authority::new())
    }
}

#[tokio::test]
async fn fault_02_a_port_where_nobody_listens_refuses() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    assert_eq!(problem(&http(port)).await, format!("connection refused by 127.0.0.1:{port}"));
}

#[tokio::test]
async fn fault_01_a_name_that_cannot_be_resolved_is_named() {
    // Longer than a label may be, so that no resolver asks the network.
    let name = format!("{}.example", "x".repeat(64));
    let mut endpoint = http(80);
    endpoint.server = format!("http://{name}:8080").parse().expect("a URL");
    assert_eq!(problem(&endpoint).await, format!("cannot resolve {name}"));
}

#[tokio::test]
async fn a_peer_that_hangs_up_during_the_handshake_got_nothing() {
    let (port, _tasks) = plain(None).await;
    let found = problem(&endpoint(port, &Authority::new())).await;
    assert!(found.contains(&format!("127.0.0.1:{port}")), "{found}");
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_may_have_brought_it() {
    let (port, _tasks) = plain(Some("")).await;
    let error = get(&http(port)).await.err().expect("no answer");
    assert!(error.was_sent(), "{error:?}");
    let (port, _tasks) = plain(Some("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}")).await;
    let response = get(&http(port)).await.expect("a head");
    let error = response.into_body().try_collect::<Vec<_>>().await.expect_err("a broken body");
    assert!(error.was_sent(), "{error:?}");
}

#[tokio::test]
async fn fault_16_a_token_follows_no_redirect() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let place = elsewhere.local_addr().expect("an address");
    let authority = Authority::new();
    let answer = format!("HTTP/1.1 307 Moved\r\nlocation: https://{place}/\r\ncontent-length: 0\r\n\r\n");
    let peer = Peer::answering(authority.signs("127.0.0.1", 2100), None, answer).await;
    let endpoint = endpoint(peer.port, &authority);
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = endpoint.server.clone();
    let token = http::HeaderValue::from_static("Bearer planted-secret");
    request.headers_mut().insert(http::header::AUTHORIZATION, token);
    let service = Network::default().connect(&endpoint, Lane::Requests).expect("a service");
    let response = service.oneshot(request).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
    assert!(elsewhere.accept().now_or_never().is_none(), "somebody went there");
}

#[tokio::test]
async fn redirects_are_not_followed_and_bodies_are_not_unpacked() {
    let (port, _tasks) =
        plain(Some("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n")).await;
    assert_eq!(get(&http(port)).await.expect("an answer").status(), StatusCode::FOUND);
    let (port, _tasks) =
        plain(Some("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}")).await;
    let response = get(&http(port)).await.expect("an answer");
    let body: Vec<Bytes> = response.into_body().try_collect().await.expect("a body");
    assert_eq!(body.concat(), b"{}");
}

#[tokio::test]
async fn a_path_goes_as_it_is_whatever_a_url_parser_would_make_of_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = async {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        read_head(&mut socket).await
    };
    let mut request = Request::new(Bytes::new());
    let path = "/api/v1/namespaces/a/configmaps/%2e%2e?x=%20";
    *request.uri_mut() = format!("http://127.0.0.1:{port}{path}").parse().expect("a URL");
    let service = Network::default().connect(&http(port), Lane::Requests).expect("a service");
    let (head, _) = tokio::join!(server, service.oneshot(request));
    assert!(head.starts_with(&format!("GET {path} HTTP/1.1\r\n")), "{head}");
}

#[tokio::test]
async fn fault_37_a_token_never_goes_over_plain_http() {
    let (port, _tasks) = plain(Some(ANSWER)).await;
    assert!(get(&http(port)).await.is_ok(), "without a credential it is anybody's business");
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = http(port).server;
    let token = http::HeaderValue::from_static("Bearer planted-secret");
    request.headers_mut().insert(http::header::AUTHORIZATION, token);
    let service = Network::default().connect(&http(port), Lane::Requests).expect("a service");
    let error = service.oneshot(request).await.err().expect("it is refused");
    assert!(matches!(error, TransportError::Unusable { .. }), "{error:?}");
    assert!(error.to_string().contains("plain http") && !error.to_string().contains("planted-secret"));
}

#[test]
fn an_endpoint_shows_no_secret() {
    let mut endpoint = http(1);
    endpoint.proxy = Some(SecretString::from("http://jane:planted-secret@proxy"));
    assert!(!format!("{endpoint:?}").contains("planted-secret"));
}

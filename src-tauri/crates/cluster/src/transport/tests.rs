//! The network against TLS peers on loopback that tell names apart.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::TryStreamExt;
use http::{Request, Response, StatusCode, Uri};
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
    fn signs(&self, name: &str, until: i32) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until, 12, 31);
        let key = KeyPair::generate().expect("a key");
        (params.signed_by(&key, &self.0).expect("a certificate"), key)
    }
}

/// A peer that answers every request the same, and remembers the names that it was asked for.
struct Peer {
    port: u16,
    names: Arc<Mutex<Vec<Option<String>>>>,
    /// Ends with the peer.
    _tasks: JoinSet<()>,
}

impl Peer {
    async fn start(authority: &Authority, name: &str, until: i32, clients: Option<&Authority>) -> Self {
        install_crypto_provider();
        let (certificate, key) = authority.signs(name, until);
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
        let acceptor = TlsAcceptor::from(Arc::new(config));
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
                    answer(stream, ANSWER).await;
                }
            }
        });
        Self { port, names, _tasks: tasks }
    }

    fn names(&self) -> Vec<Option<String>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, text: &str) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
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
        opened: Opened::default(),
    }
}

async fn get(endpoint: &Endpoint) -> Result<Response<ResponseBody>, TransportError> {
    let service = Network.connect(endpoint, Lane::Requests)?;
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
        let service = Network.connect(&endpoint, lane).expect("a service");
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

#[tokio::test]
async fn fault_12_an_expired_certificate_is_named_with_its_dates() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "127.0.0.1", 2021, None).await;
    let problem = problem(&endpoint(peer.port, &authority)).await;
    assert_eq!(
        problem,
        format!(
            "the certificate of 127.0.0.1:{} cannot be trusted: it has expired (subject CN=127.0.0.1; \
             issuer CN=Garden CA; valid from 2020-01-01 to 2021-12-31)",
            peer.port
        )
    );
}

#[tokio::test]
async fn fault_12_a_certificate_for_another_host_names_both() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "other.example", 2100, None).await;
    let problem = problem(&endpoint(peer.port, &authority)).await;
    assert!(problem.contains("it is not for 127.0.0.1 but for other.example (subject CN=other"), "{problem}");
}

#[tokio::test]
async fn fault_12_an_unknown_authority_is_named() {
    let peer = Peer::start(&Authority::new(), "127.0.0.1", 2100, None).await;
    let found = problem(&endpoint(peer.port, &Authority::called("Other CA"))).await;
    assert!(found.contains("none of the trusted authorities has signed it (subject CN=127"), "{found}");
    let found = problem(&endpoint(peer.port, &Authority::new())).await;
    assert!(found.contains("an authority of its issuer's name is trusted, but has not signed it"), "{found}");
}

#[tokio::test]
async fn fault_12_a_client_certificate_that_is_asked_for_is_named() {
    let authority = Authority::new();
    let clients = Authority::new();
    let peer = Peer::start(&authority, "127.0.0.1", 2100, Some(&clients)).await;
    let mut endpoint = endpoint(peer.port, &authority);
    let found = problem(&endpoint).await;
    assert!(found.contains("does not accept our client certificate: it asks for one"), "{found}");
    let identity = |authority: &Authority| {
        let (certificate, key) = authority.signs("jane", 2100);
        let key = SecretSlice::from(key.serialize_pem().into_bytes());
        Some(Identity { certificate: certificate.pem().into_bytes(), key })
    };
    endpoint.identity = identity(&clients);
    assert_eq!(get(&endpoint).await.expect("an answer").status(), StatusCode::OK);
    for stranger in [Authority::new(), Authority::called("Other CA")] {
        endpoint.identity = identity(&stranger);
        let found = problem(&endpoint).await;
        assert!(found.contains("does not accept our client certificate"), "{found}");
    }
}

#[tokio::test]
async fn only_asking_for_it_takes_any_certificate() {
    let peer = Peer::start(&Authority::new(), "other.example", 2021, None).await;
    let endpoint = Endpoint { is_insecure: true, ca: vec![], ..endpoint(peer.port, &Authority::new()) };
    assert!(get(&endpoint).await.is_ok());
}

#[tokio::test]
async fn a_tls_server_name_is_asked_for_and_checked() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "kubernetes.example", 2100, None).await;
    let named = |name: &str| {
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        Endpoint { tls_server_name: Some(name), ..endpoint(peer.port, &authority) }
    };
    assert!(get(&named("kubernetes.example")).await.is_ok());
    assert_eq!(peer.names(), [Some("kubernetes.example".to_owned())]);
    let found = problem(&named("other.example")).await;
    assert!(
        found.contains(&format!("127.0.0.1:{} cannot be trusted: it is not for other.example", peer.port)),
        "{found}"
    );
    let mut proxied = named("kubernetes.example");
    proxied.proxy = Some(SecretString::from("http://127.0.0.1:1"));
    assert!(problem(&proxied).await.contains("together with proxy-url is not supported"));
}

#[tokio::test]
async fn a_tls_server_name_that_is_an_address_is_checked_and_not_asked_for() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "10.0.0.1", 2100, None).await;
    let mut endpoint = endpoint(peer.port, &authority);
    endpoint.server = format!("https://localhost:{}", peer.port).parse().expect("a URL");
    assert!(problem(&endpoint).await.contains("it is not for localhost"));
    endpoint.tls_server_name = Some(ServerName::try_from("10.0.0.1").expect("an address"));
    assert!(get(&endpoint).await.is_ok());
    assert_eq!(peer.names(), [None]);
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
async fn a_port_where_nobody_listens_refuses() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    assert_eq!(problem(&http(port)).await, format!("127.0.0.1:{port} refuses the connection"));
    let mut proxied = endpoint(6443, &Authority::new());
    proxied.proxy = Some(SecretString::from(format!("http://jane:planted-secret@127.0.0.1:{port}")));
    let found = problem(&proxied).await;
    assert!(found.starts_with("the proxy on the way to 127.0.0.1:6443 does not connect"), "{found}");
    assert!(!found.contains("planted-secret"));
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_is_named() {
    // Longer than a label may be, so that no resolver asks the network.
    let name = format!("{}.example", "x".repeat(64));
    let mut endpoint = http(80);
    endpoint.server = format!("http://{name}:8080").parse().expect("a URL");
    assert_eq!(problem(&endpoint).await, format!("cannot resolve {name}:8080"));
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

#[test]
fn a_path_that_a_url_parser_would_change_is_not_sent() {
    // What `url` makes of a dot segment, should one ever come this far.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let service = Network.connect(&http(1), Lane::Requests).expect("a service");
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = Uri::from_static("http://127.0.0.1:1/api/v1/namespaces/a/configmaps/%2e%2e");
    let error = runtime.block_on(service.oneshot(request)).err().expect("it is not sent");
    assert!(matches!(error, TransportError::Unusable { .. }), "{error:?}");
}

#[test]
fn an_endpoint_shows_no_secret() {
    let mut endpoint = http(1);
    endpoint.proxy = Some(SecretString::from("http://jane:planted-secret@proxy"));
    assert!(!format!("{endpoint:?}").contains("planted-secret"));
}

//! The real network: reqwest on kube's rustls configuration, one client for each lane.
//!
//! Nothing here is taken from the environment: `HTTPS_PROXY` and `NO_PROXY` are not read yet, only a kubeconfig's
//! `proxy-url` is honoured. No redirect is followed, no answer is unpacked, and reqwest repeats nothing.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use http::{Request, Response, Uri};
use kube::client::ConfigExt;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::pki_types::ServerName;
use secrecy::{ExposeSecret, SecretString};
use tower::util::{BoxCloneSyncService, MapResponseLayer};

use super::{
    Endpoint, HttpService, Lane, ResponseBody, Transport, TransportError, gate::Gate,
    install_crypto_provider, trust::Verifier,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A dead connection is noticed in 20 s: 10 s until the next ping and 10 s for its answer.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// The same for HTTP/1.1, which has no ping.
const TCP_KEEPALIVE: Duration = Duration::from_secs(10);
const TCP_KEEPALIVE_PROBES: u32 = 3;
/// With smaller windows a large list comes at half the speed.
const STREAM_WINDOW: u32 = 8 << 20;
const CONNECTION_WINDOW: u32 = 32 << 20;
const USER_AGENT: &str = concat!("secateur/", env!("CARGO_PKG_VERSION"));

/// Connects over TCP.
#[derive(Debug, Default, Clone, Copy)]
pub struct Network;

impl Transport for Network {
    fn connect(&self, endpoint: &Endpoint, lane: Lane) -> Result<HttpService, TransportError> {
        let host = endpoint.host();
        let unusable = |problem: String| TransportError::Unusable { host: host.clone(), problem };
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(endpoint).map_err(unusable)?)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(None)
            .tcp_nodelay(true)
            .tcp_keepalive(TCP_KEEPALIVE)
            .tcp_keepalive_interval(TCP_KEEPALIVE)
            .tcp_keepalive_retries(TCP_KEEPALIVE_PROBES)
            .http2_keep_alive_interval(PING_INTERVAL)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            .http2_keep_alive_while_idle(true)
            .http2_initial_stream_window_size(STREAM_WINDOW)
            .http2_initial_connection_window_size(CONNECTION_WINDOW);
        if lane == Lane::Requests {
            let opened = endpoint.opened.clone();
            builder = builder.connector_layer(MapResponseLayer::new(move |connection| {
                opened.note();
                connection
            }));
        }
        if let Some(proxy) = &endpoint.proxy {
            let proxy = reqwest::Proxy::all(proxy_url(proxy).expose_secret())
                .map_err(|_| unusable("the proxy-url cannot be used".to_owned()))?;
            builder = builder.proxy(proxy);
        }
        if let Some(ServerName::DnsName(_)) = &endpoint.tls_server_name {
            builder = builder.dns_resolver(RealHost(endpoint.server.host().unwrap_or_default().into()));
        }
        // reqwest's words name no secret here: it is about the TLS backend alone.
        let client = builder.build().map_err(|error| unusable(error.without_url().to_string()))?;
        let shared = Arc::new(Line {
            client,
            has_proxy: endpoint.proxy.is_some(),
            authority: sni_authority(endpoint).map_err(unusable)?,
            host,
            gate: Gate::default(),
        });
        Ok(BoxCloneSyncService::new(tower::service_fn(move |request| Arc::clone(&shared).send(request))))
    }
}

/// One lane's client.
struct Line {
    client: reqwest::Client,
    /// `host:port` for messages.
    host: String,
    has_proxy: bool,
    /// What to put in place of the URL's authority, for `tls-server-name`.
    authority: Option<http::uri::Authority>,
    gate: Gate,
}

impl Line {
    async fn send(
        self: Arc<Self>,
        request: Request<Bytes>,
    ) -> Result<Response<ResponseBody>, TransportError> {
        let request = self.prepare(request)?;
        let passage = self.gate.pass().await;
        match self.client.execute(request).await {
            Ok(response) => {
                passage.answered();
                Ok(Arc::clone(&self).open(response))
            }
            Err(error) => {
                passage.failed();
                Err(self.failure(&error))
            }
        }
    }

    /// Makes reqwest's request, and makes sure that its URL parser has left the path as it was.
    fn prepare(&self, request: Request<Bytes>) -> Result<reqwest::Request, TransportError> {
        let unusable = || TransportError::Unusable {
            host: self.host.clone(),
            problem: "the URL cannot be sent as it is".to_owned(),
        };
        let (mut parts, body) = request.into_parts();
        if let Some(authority) = &self.authority {
            let mut uri = parts.uri.into_parts();
            uri.authority = Some(authority.clone());
            parts.uri = Uri::from_parts(uri).map_err(|_| unusable())?;
        }
        let (path, query) = (parts.uri.path().to_owned(), parts.uri.query().map(str::to_owned));
        let request = reqwest::Request::try_from(Request::from_parts(parts, body)).map_err(|_| unusable())?;
        if request.url().path() == path && request.url().query() == query.as_deref() {
            Ok(request)
        } else {
            Err(unusable())
        }
    }

    fn open(self: Arc<Self>, response: reqwest::Response) -> Response<ResponseBody> {
        let mut opened = Response::new(());
        *opened.status_mut() = response.status();
        *opened.version_mut() = response.version();
        *opened.headers_mut() = response.headers().clone();
        let body: ResponseBody = response.bytes_stream().map_err(move |error| self.failure(&error)).boxed();
        opened.map(|()| body)
    }

    fn failure(&self, error: &reqwest::Error) -> TransportError {
        TransportError::of(&self.host, self.has_proxy, error)
    }
}

/// kube's client authentication and defaults, with our verifier and ALPN, which kube leaves empty.
fn tls(endpoint: &Endpoint) -> Result<rustls::ClientConfig, String> {
    install_crypto_provider();
    let mut config = kube::Config::new(endpoint.server.clone());
    config.accept_invalid_certs = endpoint.is_insecure;
    if !endpoint.ca.is_empty() {
        config.root_cert = Some(endpoint.ca.iter().map(|der| der.to_vec()).collect());
    }
    if let Some(identity) = &endpoint.identity {
        config.auth_info.client_certificate_data = Some(BASE64_STANDARD.encode(&identity.certificate));
        config.auth_info.client_key_data =
            Some(SecretString::from(BASE64_STANDARD.encode(identity.key.expose_secret())));
    }
    let mut tls = config.rustls_client_config().map_err(|error| explain(&error))?;
    if !endpoint.is_insecure {
        let verifier = Verifier::new(&endpoint.ca, endpoint.tls_server_name.clone())
            .map_err(|error| format!("the certificate authority cannot be used: {error}"))?;
        tls.dangerous().set_certificate_verifier(Arc::new(verifier));
    }
    if let Some(ServerName::IpAddress(_)) = endpoint.tls_server_name {
        // An address is never asked for by SNI, and the URL's name is not the one to ask for.
        tls.enable_sni = false;
    }
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

/// The causes without the contents: a malformed key's error may quote it.
fn explain(error: &kube::Error) -> String {
    match error {
        kube::Error::RustlsTls(cause) => match cause {
            kube::client::RustlsTlsError::InvalidPrivateKey(_) => {
                "the client key does not fit the client certificate, or is of an unknown kind".to_owned()
            }
            kube::client::RustlsTlsError::AddRootCertificate(_) => {
                "the certificate authority cannot be used".to_owned()
            }
            _ => "the client certificate or its key is not PEM".to_owned(),
        },
        _ => "the client certificate cannot be used".to_owned(),
    }
}

/// reqwest takes the name for SNI from the URL, so that for a `tls-server-name` the URL holds that name and
/// [`RealHost`] turns it back into the server's address.
fn sni_authority(endpoint: &Endpoint) -> Result<Option<http::uri::Authority>, String> {
    match &endpoint.tls_server_name {
        Some(ServerName::DnsName(name)) if endpoint.server.scheme_str() == Some("https") => {
            if endpoint.proxy.is_some() {
                return Err("tls-server-name together with proxy-url is not supported".to_owned());
            }
            let port = endpoint.server.port_u16().unwrap_or(443);
            let authority = format!("{}:{port}", name.as_ref());
            authority.parse().map(Some).map_err(|_| "the tls-server-name is no name".to_owned())
        }
        _ => Ok(None),
    }
}

/// Go has a socks5 proxy resolve the name; reqwest does so for `socks5h` only.
fn proxy_url(url: &SecretString) -> SecretString {
    match url.expose_secret().strip_prefix("socks5://") {
        Some(rest) => SecretString::from(format!("socks5h://{rest}")),
        None => url.clone(),
    }
}

/// Resolves every name to the addresses of one host.
struct RealHost(Arc<str>);

impl Resolve for RealHost {
    fn resolve(&self, _name: Name) -> Resolving {
        let host = Arc::clone(&self.0);
        Box::pin(async move {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            // Port 0 stands for the URL's.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

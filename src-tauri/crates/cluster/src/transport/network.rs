//! The real network: hyper's client and pool on a connector of our own, one for each lane.
//!
//! Nothing here reads the environment: what it says comes in as [`Surroundings`]. No redirect is followed, no answer
//! is unpacked, and what may have been sent is sent once.

use std::{sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use http::{
    HeaderValue, Request, Response,
    header::{AUTHORIZATION, PROXY_AUTHORIZATION, USER_AGENT},
    uri::Scheme as UriScheme,
};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};
use kube::client::ConfigExt;
use rustls::pki_types::ServerName;
use secateur_domain::practice::is_practice;
use secrecy::{ExposeSecret, SecretString};
use tokio_rustls::TlsConnector;
use tower::util::BoxCloneSyncService;

use super::{
    Endpoint, HttpService, Lane, ResponseBody, Transport, TransportError,
    connector::{Connector, Way},
    dial,
    gate::Gate,
    install_crypto_provider,
    proxy::{Login, Proxy, Scheme},
    surroundings::{Route, Surroundings},
    trust::Verifier,
};

/// For the name, TCP, the proxy and TLS together.
const CONNECT_DEADLINE: Duration = Duration::from_secs(10);
/// A dead connection is noticed in 20 s: 10 s until the next ping and 10 s for its answer.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// With smaller windows a large list comes at half the speed.
const STREAM_WINDOW: u32 = 8 << 20;
const CONNECTION_WINDOW: u32 = 32 << 20;
const OWN_NAME: HeaderValue = HeaderValue::from_static(concat!("secateur/", env!("CARGO_PKG_VERSION")));

/// Connects over TCP. Its default knows no proxies but those that kubeconfigs name.
#[derive(Debug, Clone)]
pub struct Network {
    surroundings: Arc<Surroundings>,
    deadline: Duration,
}

impl Default for Network {
    fn default() -> Self {
        Self::new(Surroundings::default())
    }
}

impl Network {
    /// Connects as the environment wants it.
    pub fn new(surroundings: Surroundings) -> Self {
        Self { surroundings: Arc::new(surroundings), deadline: CONNECT_DEADLINE }
    }

    /// The same with another deadline for connecting.
    #[cfg(test)]
    pub(super) fn within(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    fn way(&self, endpoint: &Endpoint, lane: Lane) -> Result<Way, String> {
        let host = endpoint.server.host().unwrap_or_default();
        // What is marked as practice is never sent anywhere else, by a proxy neither.
        if is_practice(&endpoint.server.to_string()) {
            return Err("is a practice cluster, and the practice clusters are not here".to_owned());
        }
        let is_https = endpoint.server.scheme() == Some(&UriScheme::HTTPS);
        let route = match &endpoint.proxy {
            Some(url) => {
                let proxy = Proxy::parse(url.expose_secret()).ok_or("the proxy-url cannot be used")?;
                Route::Through { proxy: Box::new(proxy), source: "proxy-url" }
            }
            None => endpoint.surroundings.as_ref().unwrap_or(&self.surroundings).route(&endpoint.server),
        };
        let tls = if is_https {
            let name = match &endpoint.tls_server_name {
                Some(name) => name.clone(),
                None => server_name(host).ok_or("its server has a name that no certificate can have")?,
            };
            Some((TlsConnector::from(Arc::new(tls(endpoint)?)), name))
        } else {
            None
        };
        let proxy_tls = match &route {
            Route::Through { proxy, .. } if proxy.scheme == Scheme::Https => {
                let name = server_name(&proxy.host).ok_or("the proxy's name is none")?;
                Some((TlsConnector::from(Arc::new(proxy_tls(endpoint)?)), name))
            }
            _ => None,
        };
        Ok(Way {
            label: endpoint.host(),
            host: host.to_owned(),
            port: endpoint.server.port_u16().unwrap_or(if is_https { 443 } else { 80 }),
            route,
            tls,
            proxy_tls,
            is_insecure: endpoint.is_insecure,
            deadline: self.deadline,
            opened: (lane == Lane::Requests).then(|| endpoint.opened.clone()),
            steps: endpoint.opened.steps.clone(),
        })
    }
}

impl Transport for Network {
    fn connect(&self, endpoint: &Endpoint, lane: Lane) -> Result<HttpService, TransportError> {
        let way = self
            .way(endpoint, lane)
            .map_err(|problem| TransportError::Unusable { host: endpoint.host(), problem })?;
        let way = Arc::new(way);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(None)
            .timer(TokioTimer::new())
            .http2_keep_alive_interval(PING_INTERVAL)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            .http2_keep_alive_while_idle(true)
            .http2_initial_stream_window_size(STREAM_WINDOW)
            .http2_initial_connection_window_size(CONNECTION_WINDOW)
            .build(Connector(Arc::clone(&way)));
        let shared = Arc::new(Line { client, way, gate: Gate::default() });
        Ok(BoxCloneSyncService::new(tower::service_fn(move |request| Arc::clone(&shared).send(request))))
    }
}

/// One lane's client.
struct Line {
    client: Client<Connector, Full<Bytes>>,
    way: Arc<Way>,
    gate: Gate,
}

impl Line {
    async fn send(
        self: Arc<Self>,
        request: Request<Bytes>,
    ) -> Result<Response<ResponseBody>, TransportError> {
        let request = self.prepare(request)?;
        let passage = self.gate.pass().await;
        let asking = self.way.steps.asking();
        match self.client.request(request).await {
            Ok(response) => {
                passage.answered();
                asking.answered(response.version());
                Ok(Arc::clone(&self).open(response))
            }
            Err(error) => {
                passage.failed();
                let is_connected = !error.is_connect();
                let error = self.failure(&error);
                asking.failed(is_connected, &error.bare());
                Err(error)
            }
        }
    }

    fn prepare(&self, request: Request<Bytes>) -> Result<Request<Full<Bytes>>, TransportError> {
        let mut request = request.map(Full::new);
        let is_plain = self.way.tls.is_none();
        let headers = request.headers_mut();
        // The kubeconfig is refused before this; what comes later, from a person or a plugin, ends here.
        if is_plain && headers.contains_key(AUTHORIZATION) {
            return Err(TransportError::Unusable {
                host: self.way.label.clone(),
                problem: "a token would be sent over plain http, where anyone can read it".to_owned(),
            });
        }
        headers.entry(USER_AGENT).or_insert(OWN_NAME);
        if let Route::Through { proxy, .. } = &self.way.route
            && self.way.asks_proxy()
            && let Some(login) = proxy.login.as_ref().and_then(Login::header)
        {
            headers.insert(PROXY_AUTHORIZATION, login);
        }
        Ok(request)
    }

    fn open(self: Arc<Self>, response: Response<hyper::body::Incoming>) -> Response<ResponseBody> {
        response.map(|body| -> ResponseBody {
            body.into_data_stream().map_err(move |error| self.failure(&error)).boxed()
        })
    }

    fn failure(&self, error: &(dyn std::error::Error + 'static)) -> TransportError {
        TransportError::of_request(&self.way.label, error)
    }
}

fn server_name(host: &str) -> Option<ServerName<'static>> {
    ServerName::try_from(dial::bare(host).to_owned()).ok()
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
        let verifier = Verifier::new(&endpoint.ca).map_err(|error| unusable_ca(&error))?;
        tls.dangerous().set_certificate_verifier(Arc::new(verifier));
    }
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}

/// A proxy is always checked, and is shown no client certificate: that is for the server.
fn proxy_tls(endpoint: &Endpoint) -> Result<rustls::ClientConfig, String> {
    install_crypto_provider();
    let verifier = Verifier::for_proxy(&endpoint.ca).map_err(|error| unusable_ca(&error))?;
    let mut tls = rustls::ClientConfig::builder()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(tls)
}

fn unusable_ca(error: &rustls::Error) -> String {
    format!("the certificate authority cannot be used: {error}")
}

/// The causes without the contents: a malformed key's error may quote it.
fn explain(error: &kube::Error) -> String {
    let problem = match error {
        kube::Error::RustlsTls(kube::client::RustlsTlsError::AddRootCertificate(_)) => {
            "the certificate authority cannot be used"
        }
        // Whoever signs in by one has checked it and can say more.
        _ => "the client certificate or its key cannot be used",
    };
    problem.to_owned()
}

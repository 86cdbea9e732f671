//! One connection to a server: its proxy, its name, TCP, the way through the proxy, TLS.
//!
//! Each step is taken here and nowhere else, so that a failure is told by the step that failed.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures::future::BoxFuture;
use http::Uri;
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tower::Service;

use super::{
    Opened, TransportError,
    attempt::{StepName, Steps, Walk},
    certificate::{CertificateFacts, day},
    dial,
    proxy::{Proxy, Scheme},
    surroundings::Route,
    tunnel,
};

/// A connection of whatever kind.
pub(super) type Wire = Box<dyn Stream>;

/// What bytes go through.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// How connections to one server are made.
pub(super) struct Way {
    /// `host:port`, for messages.
    pub(super) label: String,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) route: Route,
    /// The server's TLS, and the name to ask for and to check; none over plain http.
    pub(super) tls: Option<(TlsConnector, ServerName<'static>)>,
    /// A proxy's own TLS, where it is spoken to by https.
    pub(super) proxy_tls: Option<(TlsConnector, ServerName<'static>)>,
    pub(super) is_insecure: bool,
    /// For all the steps together.
    pub(super) deadline: Duration,
    pub(super) opened: Option<Opened>,
    pub(super) steps: Steps,
}

/// Makes connections for hyper's pool.
#[derive(Clone)]
pub(super) struct Connector(pub(super) Arc<Way>);

impl Service<Uri> for Connector {
    type Response = TokioIo<Established>;
    type Error = TransportError;
    type Future = BoxFuture<'static, Result<Self::Response, TransportError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let way = Arc::clone(&self.0);
        Box::pin(async move { way.open().await.map(TokioIo::new) })
    }
}

impl Way {
    async fn open(&self) -> Result<Established, TransportError> {
        let mut walk = self.steps.walk(&self.steps_there());
        let Ok(made) = tokio::time::timeout(self.deadline, self.make(&mut walk)).await else {
            walk.failed(format!("no answer within {} s", self.deadline.as_secs()));
            return Err(self.timed_out(walk.current()));
        };
        let established = made?;
        walk.arrived();
        if let Some(opened) = &self.opened {
            opened.note();
        }
        Ok(established)
    }

    fn steps_there(&self) -> Vec<StepName> {
        let before: &[StepName] = match &self.route {
            Route::Direct { why: None } => &[StepName::Name],
            Route::Direct { why: Some(_) } => &[StepName::Proxy, StepName::Name],
            Route::Through { .. } => &[StepName::Proxy],
        };
        let certificate = self.tls.as_ref().map(|_| StepName::Certificate);
        let last = [Some(StepName::Connection), certificate, Some(StepName::Server)];
        before.iter().copied().chain(last.into_iter().flatten()).collect()
    }

    async fn make(&self, walk: &mut Walk) -> Result<Established, TransportError> {
        let wire = match &self.route {
            Route::Direct { why } => {
                if let Some(why) = why {
                    walk.done(format!("none: {why}"));
                }
                self.direct(walk).await?
            }
            Route::Through { proxy, source } => self.through(walk, proxy, source).await?,
        };
        let Some((connector, name)) = &self.tls else {
            return Ok(Established { wire, is_h2: false, is_proxied: self.asks_proxy() });
        };
        match connector.connect(name.clone(), wire).await {
            Ok(stream) => {
                walk.done(self.certificate_words(&stream));
                let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                Ok(Established { wire: Box::new(stream), is_h2, is_proxied: false })
            }
            Err(error) => {
                let error = TransportError::of_handshake(&self.label, &error);
                walk.failed(error.bare());
                Err(error)
            }
        }
    }

    async fn direct(&self, walk: &mut Walk) -> Result<Wire, TransportError> {
        let Ok(addresses) = dial::resolve(&self.host, self.port).await else {
            let error = TransportError::Resolve { host: self.host.clone() };
            walk.failed(error.to_string());
            return Err(error);
        };
        let others = match addresses.len() {
            0 | 1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let host = dial::bare(&self.host);
        let first = addresses.first().map(|address| address.ip().to_string()).unwrap_or_default();
        walk.done(if host == first {
            format!("{host} is an address")
        } else {
            format!("{host} is {first}{others}")
        });
        match dial::connect(&addresses).await {
            Ok((stream, address)) => {
                walk.done(format!("accepted by {address}"));
                Ok(Box::new(stream))
            }
            Err(dial::Failed { address, error }) => {
                let error = match error.kind() {
                    io::ErrorKind::ConnectionRefused => TransportError::Refused { host: address.to_string() },
                    _ => TransportError::Unreachable {
                        host: self.label.clone(),
                        problem: format!("{address}: {error}"),
                    },
                };
                walk.failed(error.to_string());
                Err(error)
            }
        }
    }

    async fn through(&self, walk: &mut Walk, proxy: &Proxy, source: &str) -> Result<Wire, TransportError> {
        let failed = |problem: String| self.proxy_failed(proxy, problem);
        let wire = match self.reach(proxy).await {
            Ok(wire) => wire,
            Err(problem) => {
                walk.failed(format!("{proxy} ({source}): {problem}"));
                return Err(failed(problem));
            }
        };
        if self.asks_proxy() {
            walk.done(format!("{proxy} ({source})"));
            walk.done("the proxy asks the server");
            return Ok(wire);
        }
        match tunnel::open(proxy, wire, &self.host, self.port).await {
            Ok(wire) => {
                walk.done(format!("{proxy} ({source})"));
                walk.done(format!("the proxy connects to {}", self.label));
                Ok(wire)
            }
            Err(tunnel::Refused { problem, is_beyond: true }) => {
                walk.done(format!("{proxy} ({source})"));
                walk.failed(format!("the proxy does not connect: {problem}"));
                Err(failed(problem))
            }
            Err(tunnel::Refused { problem, is_beyond: false }) => {
                walk.failed(format!("{proxy} ({source}): {problem}"));
                Err(failed(problem))
            }
        }
    }

    /// Connects to the proxy itself.
    async fn reach(&self, proxy: &Proxy) -> Result<Wire, String> {
        let addresses = dial::resolve(&proxy.host, proxy.port).await;
        let addresses = addresses.map_err(|_| format!("cannot resolve {}", proxy.host))?;
        let (stream, _) = dial::connect(&addresses).await.map_err(|failed| match failed.error.kind() {
            io::ErrorKind::ConnectionRefused => format!("connection refused by {}", failed.address),
            _ => format!("{}: {}", failed.address, failed.error),
        })?;
        let Some((connector, name)) = &self.proxy_tls else { return Ok(Box::new(stream)) };
        let stream = connector
            .connect(name.clone(), stream)
            .await
            .map_err(|error| TransportError::of_handshake(&self.label, &error).bare())?;
        Ok(Box::new(stream))
    }

    /// Whether requests are the proxy's to make: plain http through a proxy that speaks HTTP has no tunnel.
    pub(super) fn asks_proxy(&self) -> bool {
        match &self.route {
            Route::Through { proxy, .. } => self.tls.is_none() && proxy.scheme != Scheme::Socks,
            Route::Direct { .. } => false,
        }
    }

    fn proxy_failed(&self, proxy: &Proxy, problem: String) -> TransportError {
        TransportError::Proxy { host: self.label.clone(), proxy: proxy.to_string(), problem }
    }

    fn timed_out(&self, step: Option<StepName>) -> TransportError {
        match (&self.route, step) {
            (Route::Through { proxy, .. }, Some(StepName::Proxy)) => {
                self.proxy_failed(proxy, format!("no answer within {} s", self.deadline.as_secs()))
            }
            (_, step) => TransportError::ConnectTimeout {
                host: self.label.clone(),
                doing: match step {
                    Some(StepName::Name) => "looking up its name",
                    Some(StepName::Certificate) => "in the TLS handshake",
                    _ => "connecting",
                },
                after: self.deadline,
            },
        }
    }

    fn certificate_words<S>(&self, stream: &TlsStream<S>) -> String {
        let certificates = stream.get_ref().1.peer_certificates();
        let facts = certificates.and_then(<[_]>::first).and_then(|der| CertificateFacts::of(der));
        let until = facts.map(|facts| format!(", valid until {}", day(facts.not_after))).unwrap_or_default();
        if self.is_insecure { format!("not checked{until}") } else { format!("trusted{until}") }
    }
}

/// A connection that requests can go by.
pub(super) struct Established {
    wire: Wire,
    is_h2: bool,
    is_proxied: bool,
}

impl Connection for Established {
    fn connected(&self) -> Connected {
        let connected = Connected::new().proxy(self.is_proxied);
        if self.is_h2 { connected.negotiated_h2() } else { connected }
    }
}

impl AsyncRead for Established {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_read(context, buffer)
    }
}

impl AsyncWrite for Established {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.wire).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.wire.is_write_vectored()
    }
}

//! The seam between the pipeline and the wire: a tower service for each lane of each cluster.

use std::pin::Pin;

use bytes::Bytes;
use futures::Stream;

/// What is connected to.
pub struct Endpoint {
    /// The server's URL.
    pub server: http::Uri,
}

/// The two connections of a cluster, kept apart so that watches cannot use up the requests' streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// What a person waits for, and deletes.
    Requests,
    /// Watches.
    Watches,
}

/// One lane's connection.
pub type HttpService =
    tower::util::BoxCloneSyncService<http::Request<Bytes>, http::Response<ResponseBody>, TransportError>;

/// The body as it comes.
pub type ResponseBody = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

/// The network, the practice server, or a scripted fault.
pub trait Transport: Send + Sync {
    /// Prepares one lane; nothing is sent before the first request.
    fn connect(&self, endpoint: &Endpoint, lane: Lane) -> Result<HttpService, TransportError>;
}

/// reqwest on kube's TLS.
#[derive(Debug, Default, Clone, Copy)]
pub struct Network;

impl Transport for Network {
    fn connect(&self, _endpoint: &Endpoint, _lane: Lane) -> Result<HttpService, TransportError> {
        Err(TransportError::Unusable { problem: "not built yet".into() })
    }
}

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The endpoint cannot be prepared: a certificate or key that is none.
    #[error("{problem}")]
    Unusable {
        /// What is wrong.
        problem: String,
    },
    /// The name has no address.
    #[error("cannot resolve {host}")]
    Resolve {
        /// Host and port.
        host: String,
    },
    /// Nobody listens.
    #[error("{host} refused the connection")]
    Refused {
        /// Host and port.
        host: String,
    },
    /// No connection in time.
    #[error("{host} did not answer within 10 s")]
    ConnectTimeout {
        /// Host and port.
        host: String,
    },
    /// The server's certificate is not to be trusted.
    #[error("the certificate of {host} cannot be trusted: {problem}")]
    UntrustedCertificate {
        /// Host and port.
        host: String,
        /// Why, with subject and dates where they are known.
        problem: String,
    },
    /// Any other failure of the TLS handshake.
    #[error("no secure connection to {host}: {problem}")]
    Tls {
        /// Host and port.
        host: String,
        /// Why.
        problem: String,
    },
    /// The proxy between did not connect.
    #[error("the proxy for {host}: {problem}")]
    Proxy {
        /// Host and port.
        host: String,
        /// Why.
        problem: String,
    },
    /// The network has no way there.
    #[error("cannot reach {host}: {problem}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// Why.
        problem: String,
    },
    /// The connection broke after something may have been sent.
    #[error("the connection to {host} broke: {problem}")]
    Broken {
        /// Host and port.
        host: String,
        /// Why.
        problem: String,
    },
}

impl TransportError {
    /// Whether the request may have reached the server.
    pub fn was_sent(&self) -> bool {
        matches!(self, Self::Broken { .. })
    }
}

/// Makes ring the process's TLS provider. Call it first thing; again does nothing.
pub fn install_crypto_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

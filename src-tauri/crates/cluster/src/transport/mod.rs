//! The seam between the pipeline and the wire: a tower service for each lane of each cluster.
//!
//! Whoever implements [`Transport`] moves requests and answers and judges neither: statuses, retries and deadlines
//! are the pipeline's.

mod attempt;
mod certificate;
mod connector;
mod dial;
mod failure;
mod gate;
mod network;
mod proxy;
mod surroundings;
mod trust;
mod tunnel;

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use futures::Stream;
use http::Uri;
use rustls::pki_types::{CertificateDer, ServerName};
use secrecy::{SecretSlice, SecretString};

use attempt::Steps;
pub use attempt::{Attempt, Step, StepName, StepOutcome};
pub use certificate::CertificateFacts;
pub use failure::TransportError;
pub use network::Network;
pub use surroundings::Surroundings;

/// What is connected to.
pub struct Endpoint {
    /// The server's URL: scheme, authority, and a path where the API is not at the root.
    pub server: Uri,
    /// The certificates that may have signed the server's; the platform's when empty.
    pub ca: Vec<CertificateDer<'static>>,
    /// Whether the server's certificate is taken unverified.
    pub is_insecure: bool,
    /// The name to ask for and to check instead of the URL's.
    pub tls_server_name: Option<ServerName<'static>>,
    /// Our certificate chain and key.
    pub identity: Option<Identity>,
    /// The proxy's URL, which may hold a password.
    pub proxy: Option<SecretString>,
    /// What the environment says of proxies, where it is another than the transport knows.
    pub surroundings: Option<Surroundings>,
    /// Told of the connections, where the transport has any.
    pub opened: Opened,
}

/// What is known of the connections of one cluster: how many of [`Lane::Requests`] were opened, and how the last
/// attempt of either lane went. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Opened {
    count: Arc<AtomicU64>,
    steps: Steps,
}

impl Opened {
    /// Counts one more.
    pub fn note(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    /// How many so far.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// How far the last attempt to connect came; empty before the first.
    pub fn last_attempt(&self) -> Attempt {
        self.steps.last()
    }
}

impl Endpoint {
    /// `host:port`, as messages name it.
    pub fn host(&self) -> String {
        host(&self.server)
    }
}

/// `host:port`, as messages name a server.
pub(crate) fn host(server: &Uri) -> String {
    let host = server.host().unwrap_or_default();
    let usual = if server.scheme() == Some(&http::uri::Scheme::HTTP) { 80 } else { 443 };
    format!("{host}:{}", server.port_u16().unwrap_or(usual))
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Endpoint")
            .field("server", &self.server)
            .field("is_insecure", &self.is_insecure)
            .field("tls_server_name", &self.tls_server_name)
            .finish_non_exhaustive()
    }
}

/// A client certificate.
pub struct Identity {
    /// The chain, in PEM.
    pub certificate: Vec<u8>,
    /// The private key, in PEM.
    pub key: SecretSlice<u8>,
}

/// The two connections of a cluster, kept apart so that watches cannot use up the streams of the other.
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

/// Makes ring the process's TLS provider. [`Network`] does so itself; doing it again does nothing.
pub fn install_crypto_provider() {
    // An error says that a provider is there already: this one, since no other is compiled in.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[cfg(test)]
mod tests;

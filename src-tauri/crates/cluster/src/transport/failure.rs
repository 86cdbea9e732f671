//! Why no answer came.
//!
//! The texts are for people: they name host and port, never a path, a query or a header, and of a proxy no password.

use std::{error::Error, io, time::Duration};

use rustls::AlertDescription;

use super::{certificate::CertificateFacts, trust::Untrusted};

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The endpoint or the request cannot be used as it is: a certificate or key that is none.
    #[error("{host}: {problem}")]
    Unusable {
        /// Host and port.
        host: String,
        /// What is wrong.
        problem: String,
    },
    /// The name has no address.
    #[error("cannot resolve {host}")]
    Resolve {
        /// The name.
        host: String,
    },
    /// Nobody listens.
    #[error("connection refused by {host}")]
    Refused {
        /// The address and port that were tried last.
        host: String,
    },
    /// No connection in time.
    #[error("no answer from {host} within {} s, {doing}", after.as_secs())]
    ConnectTimeout {
        /// Host and port.
        host: String,
        /// What the time ran out for: "connecting", "in the TLS handshake".
        doing: &'static str,
        /// For all of connecting.
        after: Duration,
    },
    /// The network has no way there, or the connection was cut while it was being made.
    #[error("cannot reach {host}: {problem}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// Why.
        problem: String,
    },
    /// The server's certificate is not to be trusted.
    #[error("the certificate of {host} cannot be trusted: {}", told(problem, certificate.as_deref()))]
    UntrustedCertificate {
        /// Host and port.
        host: String,
        /// Why, and nothing else.
        problem: String,
        /// The certificate, where it can be read.
        certificate: Option<Box<CertificateFacts>>,
    },
    /// The server wants a client certificate, or another one.
    #[error("{host} does not accept our client certificate: {problem}")]
    ClientCertificate {
        /// Host and port.
        host: String,
        /// What the server said.
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
    /// The proxy on the way did not connect.
    #[error("the proxy {proxy} gives no way to {host}: {problem}")]
    Proxy {
        /// Host and port of the server.
        host: String,
        /// The proxy as `scheme://host:port`.
        proxy: String,
        /// Why.
        problem: String,
    },
    /// The connection broke after the request, or a part of it, may have been sent.
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

    /// Whether trying again a moment later may help.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Unreachable { .. } | Self::Broken { .. })
    }

    /// The cause without the host, where it stands beside it anyway.
    pub(super) fn bare(&self) -> String {
        match self {
            Self::UntrustedCertificate { problem, certificate, .. } => told(problem, certificate.as_deref()),
            Self::Unusable { problem, .. }
            | Self::Unreachable { problem, .. }
            | Self::ClientCertificate { problem, .. }
            | Self::Tls { problem, .. }
            | Self::Proxy { problem, .. }
            | Self::Broken { problem, .. } => problem.clone(),
            Self::Resolve { .. } | Self::Refused { .. } | Self::ConnectTimeout { .. } => self.to_string(),
        }
    }

    /// Reads why the TLS handshake did not come to its end.
    pub(super) fn of_handshake(host: &str, error: &io::Error) -> Self {
        let host = host.to_owned();
        if let Some(Untrusted { problem, certificate }) = find::<Untrusted>(error) {
            let (problem, certificate) = (problem.clone(), certificate.clone());
            return Self::UntrustedCertificate { host, problem, certificate };
        }
        if let Some(tls) = find::<rustls::Error>(error) {
            return Self::of_tls(host, tls, true);
        }
        let problem = match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
                "the connection is closed during the TLS handshake".to_owned()
            }
            _ => error.to_string(),
        };
        Self::Unreachable { host, problem }
    }

    /// Reads why a request got no answer, or an answer no end.
    pub(super) fn of_request(host: &str, error: &(dyn Error + 'static)) -> Self {
        if let Some(connecting) = find::<Self>(error) {
            return connecting.clone();
        }
        let host = host.to_owned();
        if let Some(tls) = find::<rustls::Error>(error) {
            return Self::of_tls(host, tls, false);
        }
        let problem = innermost(error);
        let client = error.downcast_ref::<hyper_util::client::legacy::Error>();
        // The pool gives a request back unsent when the connection that it waited for did not come about.
        if client.is_some_and(hyper_util::client::legacy::Error::is_connect) {
            return Self::Unreachable { host, problem };
        }
        // rustls words this one for developers, with an address of its manual.
        let is_cut =
            find::<io::Error>(error).is_some_and(|cause| cause.kind() == io::ErrorKind::UnexpectedEof);
        let problem = if is_cut { "the server closed it".to_owned() } else { problem };
        Self::Broken { host, problem }
    }

    fn of_tls(host: String, error: &rustls::Error, is_handshake: bool) -> Self {
        use AlertDescription::{
            AccessDenied, BadCertificate, CertificateExpired, CertificateRequired, CertificateRevoked,
            CertificateUnknown, DecryptError, HandshakeFailure, UnknownCA, UnsupportedCertificate,
        };
        match error {
            rustls::Error::AlertReceived(CertificateRequired) => {
                Self::ClientCertificate { host, problem: "it asks for one and none is configured".into() }
            }
            // With TLS 1.3 this comes after our side of the handshake is done, and before the server reads a
            // request: nothing was processed.
            rustls::Error::AlertReceived(
                alert @ (AccessDenied
                | BadCertificate
                | CertificateExpired
                | CertificateRevoked
                | CertificateUnknown
                | DecryptError
                | UnknownCA
                | UnsupportedCertificate),
            ) => Self::ClientCertificate { host, problem: format!("the server says {alert:?}") },
            rustls::Error::AlertReceived(HandshakeFailure) => {
                Self::Tls { host, problem: "the server breaks off the handshake".into() }
            }
            rustls::Error::InvalidMessage(_) if is_handshake => {
                Self::Tls { host, problem: "what answers there does not speak TLS".into() }
            }
            other if is_handshake => Self::Tls { host, problem: other.to_string() },
            other => Self::Broken { host, problem: other.to_string() },
        }
    }
}

fn told(problem: &str, certificate: Option<&CertificateFacts>) -> String {
    match certificate {
        Some(facts) => format!("{problem} ({})", facts.summary()),
        None => problem.to_owned(),
    }
}

/// The first cause of a type, looking into what an `io::Error` wraps as well.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<E>() {
            return Some(found);
        }
        if let Some(rustls::Error::InvalidCertificate(rustls::CertificateError::Other(other))) =
            cause.downcast_ref::<rustls::Error>()
            && let Some(found) = other.0.downcast_ref::<E>()
        {
            return Some(found);
        }
        next = match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => cause.source(),
        };
    }
    None
}

/// The last cause's own words, which unlike the outer ones name no URL.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

//! Why no answer came, read off the chain of causes that reqwest gives.
//!
//! The texts are for people: they name host and port, never a path, a query or a header.

use std::{error::Error, io};

use rustls::AlertDescription;

use super::trust::Untrusted;

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The endpoint cannot be prepared: a certificate or key that is none.
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
        /// Host and port.
        host: String,
    },
    /// Nobody listens.
    #[error("{host} refuses the connection")]
    Refused {
        /// Host and port.
        host: String,
    },
    /// No connection in time.
    #[error("no connection to {host} within 10 s")]
    ConnectTimeout {
        /// Host and port.
        host: String,
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
    #[error("the certificate of {host} cannot be trusted: {problem}")]
    UntrustedCertificate {
        /// Host and port.
        host: String,
        /// Why, with the certificate's subject, issuer and dates.
        problem: String,
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
    #[error("the proxy on the way to {host} does not connect: {problem}")]
    Proxy {
        /// Host and port.
        host: String,
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

    /// Reads a failure of reqwest. `has_proxy` says whose address was connected to.
    pub(super) fn of(host: &str, has_proxy: bool, error: &reqwest::Error) -> Self {
        let host = host.to_owned();
        let problem = innermost(error);
        if let Some(untrusted) = find::<Untrusted>(error) {
            return Self::UntrustedCertificate { host, problem: untrusted.to_string() };
        }
        if let Some(tls) = find::<rustls::Error>(error) {
            return Self::of_tls(host, tls, error.is_connect());
        }
        // The pool gives a request back unsent when the connection that it waited for was closed.
        if !error.is_connect() && !error.is_builder() {
            // rustls words this one for developers, with an address of its manual.
            let is_cut =
                find::<io::Error>(error).is_some_and(|cause| cause.kind() == io::ErrorKind::UnexpectedEof);
            let problem = if is_cut { "the server closed it".to_owned() } else { problem };
            return Self::Broken { host, problem };
        }
        if has_proxy {
            return Self::Proxy { host, problem };
        }
        if error.is_dns() {
            return Self::Resolve { host };
        }
        if error.is_timeout() {
            return Self::ConnectTimeout { host };
        }
        match find::<io::Error>(error).map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => Self::Refused { host },
            _ => Self::Unreachable { host, problem },
        }
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
            other if is_handshake => Self::Tls { host, problem: other.to_string() },
            other => Self::Broken { host, problem: other.to_string() },
        }
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

/// The last cause's own words, which unlike reqwest's name no URL.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    if cause.is::<reqwest::Error>() { "no cause given".to_owned() } else { cause.to_string() }
}

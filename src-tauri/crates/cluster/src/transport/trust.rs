//! Which server certificates are trusted, and saying why one is not.
//!
//! Verification itself is webpki's or the platform's. This only fixes the name to check where the kubeconfig does,
//! and adds to a refusal what a person needs to tell an expired certificate from somebody else's.

use std::{fmt, sync::Arc};

use rustls::{
    CertificateError, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use x509_parser::{certificate::X509Certificate, prelude::FromDer};

/// A certificate that was refused, described.
#[derive(Debug)]
pub(super) struct Untrusted(String);

impl fmt::Display for Untrusted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Untrusted {}

/// Asks webpki, or the platform where no CA is given.
#[derive(Debug)]
pub(super) struct Verifier {
    inner: Arc<dyn ServerCertVerifier>,
    /// The name to check instead of the URL's.
    name: Option<ServerName<'static>>,
}

impl Verifier {
    /// Trusts what these have signed, or what the platform trusts when there are none.
    pub(super) fn new(
        ca: &[CertificateDer<'static>],
        name: Option<ServerName<'static>>,
    ) -> Result<Self, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let inner: Arc<dyn ServerCertVerifier> = if ca.is_empty() {
            Arc::new(rustls_platform_verifier::Verifier::new(provider)?)
        } else {
            let mut roots = RootCertStore::empty();
            for certificate in ca {
                roots.add(certificate.clone())?;
            }
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .map_err(|error| rustls::Error::General(error.to_string()))?
        };
        Ok(Self { inner, name })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let name = self.name.as_ref().unwrap_or(server_name);
        self.inner.verify_server_cert(end_entity, intermediates, name, ocsp_response, now).map_err(|error| {
            match error {
                rustls::Error::InvalidCertificate(cause) => {
                    let untrusted = Untrusted(describe(&cause, name, end_entity));
                    rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(
                        untrusted,
                    ))))
                }
                other => other,
            }
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

fn describe(cause: &CertificateError, name: &ServerName<'_>, certificate: &CertificateDer<'_>) -> String {
    let problem = match cause {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".to_owned()
        }
        CertificateError::NotValidForName => format!("it is not for {}", name.to_str()),
        CertificateError::NotValidForNameContext { presented, .. } => {
            format!("it is not for {} but for {}", name.to_str(), names(presented))
        }
        // Every kubeadm cluster's authority is called "kubernetes", so this is the common way to meet the wrong one.
        CertificateError::BadSignature => {
            "an authority of its issuer's name is trusted, but has not signed it".to_owned()
        }
        CertificateError::UnknownIssuer => "none of the trusted authorities has signed it".to_owned(),
        other => other.to_string(),
    };
    match X509Certificate::from_der(certificate) {
        Ok((_, parsed)) => format!(
            "{problem} (subject {}; issuer {}; valid from {} to {})",
            parsed.subject(),
            parsed.issuer(),
            day(parsed.validity().not_before.timestamp()),
            day(parsed.validity().not_after.timestamp()),
        ),
        Err(_) => problem,
    }
}

/// rustls gives them as `DnsName("a")`.
fn names(presented: &[String]) -> String {
    let bare = |name: &String| name.split('"').nth(1).unwrap_or(name).to_owned();
    presented.iter().map(bare).collect::<Vec<_>>().join(", ")
}

fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| "?".to_owned(), |time| time.strftime("%Y-%m-%d").to_string())
}

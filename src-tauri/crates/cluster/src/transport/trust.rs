//! Which certificates are trusted, and saying why one is not.
//!
//! Verification itself is webpki's or the platform's. This only adds to a refusal what a person needs to tell an
//! expired certificate from somebody else's.

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

use super::certificate::{CertificateFacts, day};

/// A certificate that was refused, described.
#[derive(Debug)]
pub(super) struct Untrusted {
    pub(super) problem: String,
    pub(super) certificate: Option<Box<CertificateFacts>>,
}

impl fmt::Display for Untrusted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.problem)
    }
}

impl std::error::Error for Untrusted {}

/// Asks webpki, or the platform where no CA is given.
#[derive(Debug)]
pub(super) struct Verifier(Arc<dyn ServerCertVerifier>);

impl Verifier {
    /// For the server: trusts what these have signed, or what the platform trusts when there are none.
    pub(super) fn new(ca: &[CertificateDer<'static>]) -> Result<Self, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        if ca.is_empty() {
            return Ok(Self(Arc::new(rustls_platform_verifier::Verifier::new(provider)?)));
        }
        let mut roots = RootCertStore::empty();
        for certificate in ca {
            roots.add(certificate.clone())?;
        }
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|error| rustls::Error::General(error.to_string()))?;
        Ok(Self(verifier))
    }

    /// For a proxy: the platform's authorities and the cluster's, since either may have signed it. What goes through
    /// is sealed for the server.
    pub(super) fn for_proxy(ca: &[CertificateDer<'static>]) -> Result<Self, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let verifier =
            rustls_platform_verifier::Verifier::new_with_extra_roots(ca.iter().cloned(), provider)?;
        Ok(Self(Arc::new(verifier)))
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
        let verified = self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        verified.map_err(|error| match error {
            rustls::Error::InvalidCertificate(cause) => {
                let certificate = CertificateFacts::of(end_entity).map(Box::new);
                let problem = describe(&cause, server_name, certificate.as_deref());
                let untrusted = OtherError(Arc::new(Untrusted { problem, certificate }));
                rustls::Error::InvalidCertificate(CertificateError::Other(untrusted))
            }
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

fn describe(cause: &CertificateError, name: &ServerName<'_>, facts: Option<&CertificateFacts>) -> String {
    match cause {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => match facts {
            Some(facts) => format!("it expired on {}", day(facts.not_after)),
            None => "it has expired".to_owned(),
        },
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => match facts {
            Some(facts) => format!("it is not valid before {}", day(facts.not_before)),
            None => "it is not valid yet".to_owned(),
        },
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            let names = facts.map(|facts| facts.names.join(", ")).filter(|names| !names.is_empty());
            format!(
                "it is not for {} but for {}",
                name.to_str(),
                names.as_deref().unwrap_or("no name at all")
            )
        }
        // Every kubeadm cluster's authority is called "kubernetes", so this is the common way to meet the wrong one.
        CertificateError::BadSignature => {
            "an authority of its issuer's name is trusted, but has not signed it".to_owned()
        }
        CertificateError::UnknownIssuer => "none of the trusted authorities has signed it".to_owned(),
        CertificateError::Revoked => "its authority has taken it back".to_owned(),
        other => other.to_string(),
    }
}

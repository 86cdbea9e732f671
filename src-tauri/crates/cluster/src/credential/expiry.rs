//! Until when a credential says that it is good. Only ever shown, or a reason to look for a newer one: whether it is
//! good is the server's to say.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::HeaderValue;
use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use secrecy::zeroize::Zeroizing;
use serde::Deserialize;
use x509_parser::{certificate::X509Certificate, prelude::FromDer};

/// A `Bearer` header whose token is a JWT with an `exp`.
pub(super) fn of_token(header: &HeaderValue) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Claims {
        exp: Option<f64>,
    }
    let token = header.to_str().ok()?.strip_prefix("Bearer ")?;
    let mut parts = token.split('.');
    let (_, claims, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let claims = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?);
    let seconds = serde_json::from_slice::<Claims>(&claims).ok()?.exp?;
    #[expect(clippy::cast_possible_truncation, reason = "what is out of range is no time and gives none")]
    Timestamp::from_second(seconds as i64).ok()
}

/// The first certificate of a chain in PEM.
pub(super) fn of_certificate(pem: &[u8]) -> Option<Timestamp> {
    let first = CertificateDer::pem_slice_iter(pem).next()?.ok()?;
    let (_, certificate) = X509Certificate::from_der(&first).ok()?;
    Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(claims: &str, expected: Option<i64>) {
        let middle = BASE64_URL_SAFE_NO_PAD.encode(claims);
        let header = HeaderValue::from_str(&format!("Bearer head.{middle}.signature")).expect("a header");
        assert_eq!(of_token(&header).map(Timestamp::as_second), expected, "{claims}");
    }

    #[test]
    fn a_jwt_says_until_when() {
        check(r#"{"exp":1767225600}"#, Some(1_767_225_600));
        check(r#"{"exp":1767225600.5}"#, Some(1_767_225_600));
        check("{}", None);
        check(r#"{"exp":"soon"}"#, None);
        check(r#"{"exp":1e300}"#, None);
        check("no claims", None);
    }

    #[test]
    fn any_other_token_says_nothing() {
        for token in ["Bearer opaque", "Bearer a.b", "Bearer a.b.c.d", "Basic a.b.c"] {
            assert_eq!(of_token(&HeaderValue::from_static(token)), None, "{token}");
        }
    }

    #[test]
    fn a_certificate_says_until_when() {
        let mut wanted = rcgen::CertificateParams::new(["host".to_owned()]).expect("parameters");
        wanted.not_after = rcgen::date_time_ymd(2031, 5, 6);
        let key = rcgen::KeyPair::generate().expect("a key");
        let pem = wanted.self_signed(&key).expect("a certificate").pem();
        let expires = of_certificate(pem.as_bytes()).expect("a time");
        assert_eq!(expires.to_string(), "2031-05-06T00:00:00Z");
        assert_eq!(of_certificate(b"none"), None);
    }
}

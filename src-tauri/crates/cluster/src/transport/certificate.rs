//! What a certificate says of itself, for a person who has to judge it.

use std::{fmt::Write, net::IpAddr};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use x509_parser::{certificate::X509Certificate, extensions::GeneralName, prelude::FromDer};

/// More is no help to anybody, and the certificate is a stranger's.
const TEXT_LIMIT: usize = 256;
const NAMES_LIMIT: usize = 100;

/// A certificate, described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Whom it is for, as "CN=api.example.com".
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The names and addresses that it is for, a hundred at most.
    pub names: Vec<String>,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
    /// SHA-256 of it, as pairs of hexadecimal digits with colons between them.
    pub sha256: String,
}

impl CertificateFacts {
    /// Reads a certificate in DER; none where it is not one.
    pub(super) fn of(der: &[u8]) -> Option<Self> {
        let (_, parsed) = X509Certificate::from_der(der).ok()?;
        let names = match parsed.subject_alternative_name() {
            Ok(Some(extension)) => {
                extension.value.general_names.iter().filter_map(name).take(NAMES_LIMIT).collect()
            }
            _ => Vec::new(),
        };
        Some(Self {
            subject: plain(&parsed.subject().to_string()),
            issuer: plain(&parsed.issuer().to_string()),
            names,
            not_before: Timestamp::from_second(parsed.validity().not_before.timestamp()).ok()?,
            not_after: Timestamp::from_second(parsed.validity().not_after.timestamp()).ok()?,
            sha256: fingerprint(der),
        })
    }

    /// In a few words, behind a problem.
    pub(super) fn summary(&self) -> String {
        format!(
            "subject {}; issuer {}; valid from {} to {}",
            self.subject,
            self.issuer,
            day(self.not_before),
            day(self.not_after)
        )
    }
}

/// A moment as its day.
pub(super) fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(plain(name)),
        GeneralName::IPAddress(bytes) => {
            let address = match <[u8; 4]>::try_from(*bytes) {
                Ok(octets) => IpAddr::from(octets),
                Err(_) => IpAddr::from(<[u8; 16]>::try_from(*bytes).ok()?),
            };
            Some(address.to_string())
        }
        _ => None,
    }
}

fn fingerprint(der: &[u8]) -> String {
    let digest = Sha256::digest(der);
    let mut text = String::with_capacity(95);
    for byte in digest {
        let separator = if text.is_empty() { "" } else { ":" };
        let _ = write!(text, "{separator}{byte:02X}");
    }
    text
}

/// Whoever made the certificate chose these texts: what steers a terminal or turns a line around is taken out.
fn plain(text: &str) -> String {
    let is_shown = |character: &char| {
        !character.is_control()
            && !matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().filter(is_shown).take(TEXT_LIMIT).collect()
}

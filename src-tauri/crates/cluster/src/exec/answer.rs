//! What a plugin printed, checked. No problem named here quotes a word of it: it is a credential, or was meant to be.

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde::Deserialize;
use serde_json::error::Category;

use super::plugin::ApiVersion;

/// A credential as it was printed.
pub(super) struct Answer {
    pub(super) token: Option<SecretString>,
    pub(super) certificate: Option<(String, SecretSlice<u8>)>,
    pub(super) expires: Option<Timestamp>,
}

/// Checks what was printed. The error says what is wrong with it.
pub(super) fn read(printed: &[u8], asked: ApiVersion, now: Timestamp) -> Result<Answer, String> {
    if printed.iter().all(u8::is_ascii_whitespace) {
        return Err("it printed nothing".to_owned());
    }
    if std::str::from_utf8(printed).is_err() {
        return Err("what it printed is not UTF-8".to_owned());
    }
    if printed.contains(&0x1b) {
        return Err("it printed terminal colours or control sequences instead of JSON alone".to_owned());
    }
    let document: Document = serde_json::from_slice(printed).map_err(|error| problem(&error, printed))?;
    if document.kind.as_deref() != Some("ExecCredential") {
        return Err("what it printed is not of kind ExecCredential".to_owned());
    }
    if document.api_version.as_deref() != Some(asked.as_str()) {
        let found = [ApiVersion::V1, ApiVersion::V1Beta1]
            .into_iter()
            .find(|version| document.api_version.as_deref() == Some(version.as_str()))
            .map_or("another version", ApiVersion::as_str);
        return Err(format!("the kubeconfig asks for {}, and it printed {found}", asked.as_str()));
    }
    let status = document.status.ok_or("what it printed has no status")?;
    let expires = status.expiration_timestamp.as_deref().map(|text| expiry(text, now)).transpose()?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let token = given(status.token).map(SecretString::from);
    let certificate = pair(given(status.client_certificate_data), given(status.client_key_data))?;
    if token.is_none() && certificate.is_none() {
        return Err("its status has neither a token nor a client certificate".to_owned());
    }
    Ok(Answer { token, certificate, expires })
}

/// What a plugin wrote for people, where it holds a secret of what it printed: that taken out. A script that shows
/// what it does (`set -x`) writes its token to both.
pub(super) fn without_secrets(written: &str, printed: &[u8]) -> Option<String> {
    let status = serde_json::from_slice::<Document>(printed).ok()?.status?;
    let secrets = [status.token, status.client_key_data].into_iter().flatten();
    // Shorter ones are no secrets, and would take words apart.
    let found: Vec<_> = secrets.filter(|secret| secret.len() >= 8 && written.contains(secret)).collect();
    let without = |text: String, secret: &String| text.replace(secret, "[hidden]");
    (!found.is_empty()).then(|| found.iter().fold(written.to_owned(), without))
}

fn pair(
    certificate: Option<String>,
    key: Option<String>,
) -> Result<Option<(String, SecretSlice<u8>)>, String> {
    let (certificate, key) = match (certificate, key) {
        (None, None) => return Ok(None),
        (Some(certificate), Some(key)) => (certificate, SecretString::from(key)),
        (Some(_), None) => return Err("its status has a client certificate without a key".to_owned()),
        (None, Some(_)) => return Err("its status has a client key without a certificate".to_owned()),
    };
    let key = SecretSlice::from(key.expose_secret().as_bytes().to_vec());
    if CertificateDer::from_pem_slice(certificate.as_bytes()).is_err() {
        return Err("its clientCertificateData holds no certificate in PEM".to_owned());
    }
    if PrivateKeyDer::from_pem_slice(key.expose_secret()).is_err() {
        return Err("its clientKeyData holds no private key in PEM".to_owned());
    }
    Ok(Some((certificate, key)))
}

fn expiry(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let expires: Timestamp =
        text.parse().map_err(|_| "its expirationTimestamp is no time as in RFC 3339".to_owned())?;
    if expires <= now {
        // Both, since a wrong clock here looks the same as a plugin that gives old credentials.
        return Err(format!("it had expired at {expires:.0}, and this machine's clock says {now:.0}"));
    }
    Ok(expires)
}

/// serde's own words may quote what was printed.
fn problem(error: &serde_json::Error, printed: &[u8]) -> String {
    let line = error.line();
    let holds_more = serde_json::Deserializer::from_slice(printed)
        .into_iter::<serde::de::IgnoredAny>()
        .next()
        .is_some_and(|first| first.is_ok());
    match error.classify() {
        Category::Syntax if holds_more => "it printed more than one JSON document".to_owned(),
        Category::Eof => "what it printed ends in the middle of the JSON document".to_owned(),
        Category::Syntax | Category::Io => format!("what it printed is not JSON (line {line})"),
        Category::Data => {
            format!("what it printed is JSON and no ExecCredential (line {line} is not as it should be)")
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    kind: Option<String>,
    api_version: Option<String>,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
    expiration_timestamp: Option<String>,
}

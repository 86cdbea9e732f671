//! From a kubeconfig entry to what connects: reads the files that the entry refers to and checks what they hold.

use std::path::Path;

use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use secrecy::{ExposeSecret, SecretSlice, SecretString, zeroize::Zeroize};
use sha2::{Digest, Sha256};

use super::{
    Method, expiry, headers,
    pair::{self, Placed},
};
use crate::{
    exec::PluginCredential,
    file::{PEM_LIMIT, referred},
    kubeconfig::{Entry, Material, UserEntry},
    transport::{Endpoint, Identity, Opened},
};

/// Kubernetes' own limit is far lower; a service account's token has about one kilobyte.
const TOKEN_LIMIT: u64 = 64 << 10;

/// What connects.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) endpoint: Endpoint,
    /// Extra ones, `Authorization` marked as sensitive, and the impersonation headers.
    pub(super) headers: HeaderMap,
    pub(super) method: Method,
    /// SHA-256 of the CA certificates in DER, one after the other; empty without any.
    pub(super) ca_hash: String,
    /// When the credential ends, where it says so.
    pub(super) expires: Option<Timestamp>,
    /// The same for the same authorities, certificate, key and token, and for no others.
    pub(super) stamp: [u8; 32],
}

/// What a request is signed with, wherever it came from.
#[derive(Default)]
pub(super) struct Signature {
    pub(super) token: Option<HeaderValue>,
    pub(super) identity: Option<Identity>,
    pub(super) expires: Option<Timestamp>,
}

/// What the entry itself offers. Blocking. The error says what cannot be used, and names its file.
pub(super) fn of_entry(user: &UserEntry) -> Result<Signature, String> {
    Ok(Signature { token: token(user)?, identity: identity(user)?, expires: None })
}

/// A token that the person gave. It goes alone: a server would look at a client certificate first.
pub(super) fn of_token(token: &SecretString) -> Result<Signature, String> {
    let token = headers::bearer(token.expose_secret()).map_err(|problem| format!("the token {problem}"))?;
    Ok(Signature { token: Some(token), ..Signature::default() })
}

/// What a credential plugin gave.
pub(super) fn of_plugin(given: &PluginCredential) -> Result<Signature, String> {
    let token = given.token.as_ref().map(|token| headers::bearer(token.expose_secret()));
    let token =
        token.transpose().map_err(|problem| format!("the token of its credential plugin {problem}"))?;
    let from = "from its credential plugin";
    let identity = given.certificate.as_ref().map(|(certificate, key)| {
        let certificate = Placed { pem: certificate.clone().into_bytes(), place: from.to_owned() };
        pair::checked(certificate, Placed { pem: key.clone(), place: from.to_owned() })
    });
    let identity = identity.transpose()?;
    Ok(Signature { token, identity, expires: given.expires })
}

/// Reads what the entry refers to beside the credential, and puts both together. Blocking.
pub(super) fn prepare(
    entry: &Entry,
    signature: Signature,
    extra: &HeaderMap,
    opened: Opened,
) -> Result<Prepared, String> {
    let Entry { cluster, user } = entry;
    let ca = match &cluster.ca {
        Some(material) => authorities(material)?,
        None => Vec::new(),
    };
    let tls_server_name = cluster
        .tls_server_name
        .as_ref()
        .map(|name| {
            ServerName::try_from(name.clone()).map_err(|_| format!("its tls-server-name {name:?} is no name"))
        })
        .transpose()?;
    let Signature { token, identity, expires } = signature;
    let method = match (&token, &identity) {
        (Some(_), _) => Method::Token,
        (None, Some(_)) => Method::ClientCertificate,
        (None, None) => Method::None,
    };
    let ca_hash = hash(&ca);
    let stamp = stamp(&ca_hash, identity.as_ref(), token.as_ref());
    let expires = expires.or_else(|| match (&token, &identity) {
        (Some(token), _) => expiry::of_token(token),
        (None, Some(identity)) => expiry::of_certificate(&identity.certificate),
        (None, None) => None,
    });
    let mut sent = extra.clone();
    sent.extend(headers::impersonation(&user.impersonate)?);
    if let Some(token) = token {
        sent.insert(AUTHORIZATION, token);
    }
    let endpoint = Endpoint {
        server: cluster.server.clone(),
        ca,
        is_insecure: cluster.is_insecure,
        tls_server_name,
        identity,
        proxy: cluster.proxy.clone(),
        surroundings: None,
        opened,
    };
    Ok(Prepared { endpoint, headers: sent, method, ca_hash, expires, stamp })
}

fn stamp(ca_hash: &str, identity: Option<&Identity>, token: Option<&HeaderValue>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    let mut add = |part: &[u8]| {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    };
    add(ca_hash.as_bytes());
    add(token.map_or(&[], HeaderValue::as_bytes));
    if let Some(identity) = identity {
        add(&identity.certificate);
        add(identity.key.expose_secret());
    }
    hasher.finalize().into()
}

fn authorities(material: &Material<Vec<u8>>) -> Result<Vec<CertificateDer<'static>>, String> {
    let (place, pem) = match material {
        Material::Data(bytes) => ("certificate-authority-data".to_owned(), bytes.clone()),
        Material::File(path) => {
            (path.display().to_string(), referred("certificate authority", path, PEM_LIMIT)?)
        }
    };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(format!("its certificate authority ({place}) holds no certificate in PEM")),
    }
}

fn identity(user: &UserEntry) -> Result<Option<Identity>, String> {
    let (Some(certificate), Some(key)) = (&user.certificate, &user.key) else { return Ok(None) };
    let certificate = match certificate {
        Material::Data(bytes) => Placed { pem: bytes.clone(), place: "client-certificate-data".to_owned() },
        Material::File(path) => Placed {
            pem: referred("client certificate", path, PEM_LIMIT)?,
            place: path.display().to_string(),
        },
    };
    let key = match key {
        Material::Data(bytes) => Placed { pem: bytes.clone(), place: "client-key-data".to_owned() },
        Material::File(path) => {
            let pem = SecretSlice::from(referred("client key", path, PEM_LIMIT)?);
            Placed { pem, place: path.display().to_string() }
        }
    };
    pair::checked(certificate, key).map(Some)
}

/// The header of the token. A file wins over a token in place while it can be read, as in client-go.
fn token(user: &UserEntry) -> Result<Option<HeaderValue>, String> {
    let (place, token) = match (&user.token_file, &user.token) {
        (None, None) => return Ok(None),
        (None, Some(token)) => ("its token".to_owned(), token.clone()),
        (Some(path), fallback) => match (referred("token file", path, TOKEN_LIMIT), fallback) {
            (Ok(bytes), _) => (format!("the token in {}", path.display()), text(bytes, path)?),
            (Err(_), Some(token)) => ("its token".to_owned(), token.clone()),
            (Err(problem), None) => return Err(problem),
        },
    };
    headers::bearer(token.expose_secret()).map(Some).map_err(|problem| format!("{place} {problem}"))
}

fn text(bytes: Vec<u8>, path: &Path) -> Result<SecretString, String> {
    String::from_utf8(bytes).map(SecretString::from).map_err(|error| {
        error.into_bytes().zeroize();
        format!("the token in {} is not text", path.display())
    })
}

fn hash(certificates: &[CertificateDer<'static>]) -> String {
    use std::fmt::Write;
    if certificates.is_empty() {
        return String::new();
    }
    let mut hasher = Sha256::new();
    for certificate in certificates {
        hasher.update(certificate);
    }
    hasher.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;

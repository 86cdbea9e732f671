//! From a kubeconfig entry to what connects: reads the files that the entry refers to and checks what they hold.
//!
//! Runs no program: credential plugins come with a later version and are refused by name until then. Nothing is
//! read again yet; a new credential is a new [`Client`](crate::Client) with the next generation.

use std::{fmt, path::Path};

use http::{HeaderMap, HeaderName, HeaderValue, header::AUTHORIZATION};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use secrecy::{ExposeSecret, SecretSlice, SecretString, zeroize::Zeroize};
use sha2::{Digest, Sha256};

use crate::{
    file::{self, Found},
    kubeconfig::{Entry, Impersonate, Material, UserEntry},
    transport::{Endpoint, Identity, Opened},
};

/// Kubernetes' own limit is far lower; a service account's token has about one kilobyte.
const TOKEN_LIMIT: u64 = 64 << 10;
/// Bundles of all public authorities have some 250 kilobytes.
const PEM_LIMIT: u64 = 4 << 20;

/// What Go leaves as it is in the name of an `Impersonate-Extra-` header.
const EXTRA_KEY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'*')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// How requests are authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A client certificate.
    ClientCertificate,
    /// A bearer token.
    Token,
    /// Not at all.
    None,
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ClientCertificate => "client certificate",
            Self::Token => "token",
            Self::None => "none",
        })
    }
}

/// What connects.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) endpoint: Endpoint,
    /// `Authorization`, marked as sensitive, and the impersonation headers.
    pub(crate) headers: HeaderMap,
    pub(crate) method: Method,
    /// SHA-256 of the CA certificates in DER, one after the other; empty without any.
    pub(crate) ca_hash: String,
}

/// Reads what the entry refers to. Blocking. The error says what cannot be used, and names its file.
pub(crate) fn prepare(entry: &Entry) -> Result<Prepared, String> {
    let Entry { cluster, user } = entry;
    if let Some(plugin) = &user.plugin {
        return Err(format!(
            "its user signs in with the credential plugin {plugin:?}; plugins come with a later version"
        ));
    }
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
    let token = token(user)?;
    let identity = identity(user)?;
    let method = match (&token, &identity) {
        (Some(_), _) => Method::Token,
        (None, Some(_)) => Method::ClientCertificate,
        (None, None) => Method::None,
    };
    let mut headers = impersonation(&user.impersonate)?;
    if let Some(token) = token {
        headers.insert(AUTHORIZATION, token);
    }
    Ok(Prepared {
        ca_hash: hash(&ca),
        endpoint: Endpoint {
            server: cluster.server.clone(),
            ca,
            is_insecure: cluster.is_insecure,
            tls_server_name,
            identity,
            proxy: cluster.proxy.clone(),
            opened: Opened::default(),
        },
        headers,
        method,
    })
}

fn authorities(material: &Material<Vec<u8>>) -> Result<Vec<CertificateDer<'static>>, String> {
    let (place, pem) = match material {
        Material::Data(bytes) => ("certificate-authority-data".to_owned(), bytes.clone()),
        Material::File(path) => (path.display().to_string(), read("certificate authority", path, PEM_LIMIT)?),
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
        Material::Data(bytes) => bytes.clone(),
        Material::File(path) => read("client certificate", path, PEM_LIMIT)?,
    };
    let key = match key {
        Material::Data(bytes) => bytes.clone(),
        Material::File(path) => SecretSlice::from(read("client key", path, PEM_LIMIT)?),
    };
    Ok(Some(Identity { certificate, key }))
}

/// The header of the token. A file wins over a token in place while it can be read, as in client-go.
fn token(user: &UserEntry) -> Result<Option<HeaderValue>, String> {
    let (place, token) = match (&user.token_file, &user.token) {
        (None, None) => return Ok(None),
        (None, Some(token)) => ("its token".to_owned(), token.clone()),
        (Some(path), fallback) => match (read("token file", path, TOKEN_LIMIT), fallback) {
            (Ok(bytes), _) => (format!("the token in {}", path.display()), text(bytes, path)?),
            (Err(_), Some(token)) => ("its token".to_owned(), token.clone()),
            (Err(problem), None) => return Err(problem),
        },
    };
    bearer(token.expose_secret()).map(Some).map_err(|problem| format!("{place} {problem}"))
}

fn text(bytes: Vec<u8>, path: &Path) -> Result<SecretString, String> {
    String::from_utf8(bytes).map(SecretString::from).map_err(|error| {
        error.into_bytes().zeroize();
        format!("the token in {} is not text", path.display())
    })
}

/// `Bearer …`, refusing what would end the header or be read as something else.
fn bearer(token: &str) -> Result<HeaderValue, String> {
    let token = token.trim();
    if token.is_empty() {
        return Err("is empty".to_owned());
    }
    if let Some(position) = token.bytes().position(|byte| !byte.is_ascii_graphic()) {
        return Err(format!(
            "holds a character at position {} that no token has: a space, a line break or something not ASCII",
            position + 1
        ));
    }
    let mut line = format!("Bearer {token}");
    let value = HeaderValue::from_str(&line).map_err(|_| "cannot be sent".to_owned());
    line.zeroize();
    let mut value = value?;
    value.set_sensitive(true);
    Ok(value)
}

fn impersonation(impersonate: &Impersonate) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    let mut add = |name: HeaderName, text: &str| {
        let value = HeaderValue::from_bytes(text.as_bytes())
            .map_err(|_| format!("it acts as {text:?}, which cannot be sent in a header"))?;
        headers.append(name, value);
        Ok::<_, String>(())
    };
    if let Some(user) = &impersonate.user {
        add(HeaderName::from_static("impersonate-user"), user)?;
    }
    if let Some(uid) = &impersonate.uid {
        add(HeaderName::from_static("impersonate-uid"), uid)?;
    }
    for group in &impersonate.groups {
        add(HeaderName::from_static("impersonate-group"), group)?;
    }
    for (key, values) in &impersonate.extra {
        let name = format!("impersonate-extra-{}", utf8_percent_encode(key, EXTRA_KEY));
        let name = HeaderName::try_from(name)
            .map_err(|_| format!("its as-user-extra {key:?} cannot be sent in a header"))?;
        for value in values {
            add(name.clone(), value)?;
        }
    }
    Ok(headers)
}

fn read(what: &str, path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    match file::read(path, limit) {
        Found::Bytes(bytes) => Ok(bytes),
        Found::Nothing => Err(format!("its {what} {} does not exist", path.display())),
        Found::Problem(problem) => Err(format!("its {what} {} {problem}", path.display())),
    }
}

fn hash(certificates: &[CertificateDer<'static>]) -> String {
    use fmt::Write;
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

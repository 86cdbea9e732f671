//! The cluster and user entries of a kubeconfig, and what is refused about them before anything is connected.
//!
//! Paths are resolved against the file that holds the entry; nothing is opened here.

use std::{
    collections::HashMap,
    path::{Component, Path, PathBuf},
};

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{GeneralPurpose, GeneralPurposeConfig},
};
use http::Uri;
use secrecy::{SecretSlice, SecretString};

use super::{
    node::{Malformed, Node, Value},
    plugin,
};
use crate::exec::Plugin;

/// Base64 as Go takes it: the last bits of the last character may be anything.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// The cluster and the user of a context, ready to be connected with. Its `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(crate) cluster: ClusterEntry,
    pub(crate) user: UserEntry,
}

impl Entry {
    /// Whether its server is spoken to in the clear, so that no token may be sent to it, wherever it comes from.
    pub fn is_plain_http(&self) -> bool {
        self.cluster.server.scheme() == Some(&http::uri::Scheme::HTTP)
    }

    /// Whether the credential, or the authority, is in files that others may replace.
    pub(crate) fn names_files(&self) -> bool {
        let Self { cluster, user } = self;
        user.token_file.is_some()
            || matches!(cluster.ca, Some(Material::File(_)))
            || matches!(user.certificate, Some(Material::File(_)))
            || matches!(user.key, Some(Material::File(_)))
    }
}

/// A `cluster`.
#[derive(Debug, Clone)]
pub(crate) struct ClusterEntry {
    pub(crate) server: Uri,
    pub(crate) ca: Option<Material<Vec<u8>>>,
    pub(crate) is_insecure: bool,
    pub(crate) tls_server_name: Option<String>,
    pub(crate) proxy: Option<SecretString>,
    pub(crate) disables_compression: bool,
    /// What a plugin is to be told beside all this, in JSON: it may be anything, so it is shown nowhere.
    pub(crate) for_plugin: Option<SecretString>,
}

/// A `user`.
#[derive(Debug, Clone, Default)]
pub(crate) struct UserEntry {
    pub(crate) token: Option<SecretString>,
    pub(crate) token_file: Option<PathBuf>,
    pub(crate) certificate: Option<Material<Vec<u8>>>,
    pub(crate) key: Option<Material<SecretSlice<u8>>>,
    /// The program that gives a credential.
    pub(crate) plugin: Option<Plugin>,
    /// An `auth-provider`, which kubectl had before plugins.
    pub(crate) provider: Option<String>,
    pub(crate) has_password: bool,
    pub(crate) impersonate: Impersonate,
}

/// Whom to act as.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Impersonate {
    pub(crate) user: Option<String>,
    pub(crate) uid: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) extra: Vec<(String, Vec<String>)>,
}

/// Something given in place or in a file. In place wins.
#[derive(Debug, Clone)]
pub(crate) enum Material<T> {
    Data(T),
    File(PathBuf),
}

/// Reads the `cluster` of an entry whose file lies in `folder`.
pub(super) fn cluster(node: &Node, folder: &Path) -> Result<ClusterEntry, Malformed> {
    Ok(ClusterEntry {
        server: server(node)?,
        ca: material(node, "certificate-authority", folder)?,
        is_insecure: node.is_set("insecure-skip-tls-verify")?,
        tls_server_name: node.text("tls-server-name")?.map(str::to_owned),
        proxy: proxy(node)?,
        disables_compression: node.is_set("disable-compression")?,
        for_plugin: for_plugin(node)?,
    })
}

/// Reads the `user` of an entry in `file`.
pub(super) fn user(node: &Node, file: &Path) -> Result<UserEntry, Malformed> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let key = material(node, "client-key", folder)?.map(|material| match material {
        Material::Data(bytes) => Material::Data(SecretSlice::from(bytes)),
        Material::File(path) => Material::File(path),
    });
    let provider = node.get("auth-provider").map(|provider| provider.text("name")).transpose()?;
    Ok(UserEntry {
        token: node.text("token")?.map(SecretString::from),
        token_file: node.text("tokenFile")?.map(|path| resolved(folder, path)),
        certificate: material(node, "client-certificate", folder)?,
        key,
        plugin: node.get("exec").map(|exec| plugin::plugin(exec, file)).transpose()?,
        provider: provider.map(|name| name.unwrap_or("without a name").to_owned()),
        has_password: node.text("username")?.is_some() || node.text("password")?.is_some(),
        impersonate: Impersonate {
            user: node.text("as")?.map(str::to_owned),
            uid: node.text("as-uid")?.map(str::to_owned),
            groups: node.texts("as-groups")?,
            extra: extra(node)?,
        },
    })
}

/// Why these two cannot be used together, or at all.
pub(super) fn refusal(cluster: &ClusterEntry, user: &UserEntry) -> Option<String> {
    let is_plain = cluster.server.scheme() == Some(&http::uri::Scheme::HTTP);
    if cluster.is_insecure && cluster.ca.is_some() {
        return Some("it names a certificate authority and asks not to verify the server".to_owned());
    }
    if is_plain && (user.token.is_some() || user.token_file.is_some() || user.plugin.is_some()) {
        return Some("a token would be sent over plain http, where anyone can read it".to_owned());
    }
    if let Some(provider) = &user.provider {
        return Some(format!(
            "its user signs in with the auth-provider {provider:?}, which kubectl no longer knows; its provider has a \
             credential plugin instead"
        ));
    }
    if user.has_password {
        return Some(
            "signing in with username and password is not supported by Kubernetes any more".to_owned(),
        );
    }
    let Impersonate { user: actor, uid, groups, extra } = &user.impersonate;
    if actor.is_none() && (uid.is_some() || !groups.is_empty() || !extra.is_empty()) {
        return Some("it impersonates groups without a user".to_owned());
    }
    if user.certificate.is_some() != user.key.is_some() {
        return Some("a client certificate needs its key, and a key its certificate".to_owned());
    }
    None
}

fn server(node: &Node) -> Result<Uri, Malformed> {
    let Some(text) = node.text("server")? else { return Err(node.malformed("it has no server")) };
    let line = node.get("server").unwrap_or(node);
    let uri: Uri = text.parse().map_err(|_| line.malformed("its server is no URL"))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(line.malformed("its server does not start with https:// or http://"));
    }
    let is_plain = uri.host().is_some_and(|host| !host.is_empty())
        && uri.query().is_none()
        && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    if is_plain {
        Ok(uri)
    } else {
        Err(line.malformed("its server may have a host, a port and a path, and nothing else"))
    }
}

fn proxy(node: &Node) -> Result<Option<SecretString>, Malformed> {
    let Some(text) = node.text("proxy-url")? else { return Ok(None) };
    let line = node.get("proxy-url").unwrap_or(node);
    match text.split_once("://") {
        Some(("http" | "https" | "socks5", rest)) if !rest.is_empty() => Ok(Some(SecretString::from(text))),
        Some((scheme, _)) => Err(line.malformed(&format!("a proxy by {scheme:?} is not supported"))),
        None => Err(line.malformed("its proxy-url is no URL")),
    }
}

fn material(node: &Node, key: &str, folder: &Path) -> Result<Option<Material<Vec<u8>>>, Malformed> {
    let data_key = format!("{key}-data");
    // Asked for where there is data too: what it is has to be text all the same.
    let path = node.text(key)?;
    if let Some(text) = node.text(&data_key)? {
        let packed: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
        let line = node.get(&data_key).unwrap_or(node);
        let bytes =
            BASE64.decode(packed).map_err(|_| line.malformed(&format!("{data_key} is not base64")))?;
        return Ok(Some(Material::Data(bytes)));
    }
    Ok(path.map(|path| Material::File(resolved(folder, path))))
}

/// The extension whose name Kubernetes keeps for plugins.
fn for_plugin(node: &Node) -> Result<Option<SecretString>, Malformed> {
    let mut extensions = HashMap::new();
    for item in node.list("extensions")? {
        if !matches!(item.value, Value::Map(_) | Value::Null) {
            return Err(item.malformed(&format!("extensions holds {}, not only maps", item.said())));
        }
        let name = item.text("name")?.unwrap_or_default();
        if extensions.insert(name, item.get("extension")).flatten().is_some() {
            return Err(item.malformed(&format!("extensions holds a second {name:?}")));
        }
    }
    let found = extensions.remove("client.authentication.k8s.io/exec").flatten();
    found.map(|extension| Ok(SecretString::from(extension.json()?.to_string()))).transpose()
}

fn extra(node: &Node) -> Result<Vec<(String, Vec<String>)>, Malformed> {
    let pairs = node.map("as-user-extra")?;
    let Some(extra) = node.get("as-user-extra") else { return Ok(Vec::new()) };
    pairs.iter().map(|(key, _)| Ok((key.clone(), extra.texts(key)?))).collect()
}

/// A path that belongs to the folder of its file, as Go's `filepath.Join` takes it: `..` goes by the text, not by
/// what links lead to. An absolute one stays as it is.
pub(super) fn resolved(folder: &Path, path: &str) -> PathBuf {
    if Path::new(path).is_absolute() {
        return PathBuf::from(path);
    }
    let mut whole = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::CurDir => {}
            // At the root there is nothing to go up from.
            Component::ParentDir => drop(whole.pop()),
            other => whole.push(other),
        }
    }
    whole
}

//! What a plugin is told: the `ExecCredential` in `KUBERNETES_EXEC_INFO`.

use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::value::RawValue;

use super::plugin::Plugin;
use crate::{
    file::{PEM_LIMIT, referred},
    kubeconfig::{Context, Material},
};

/// Where a plugin finds what it is told.
pub(super) const VARIABLE: &str = "KUBERNETES_EXEC_INFO";

/// The cluster, as a plugin that asks for it (`provideClusterInfo`) is told of it.
#[derive(Debug, Clone, Default)]
pub struct ClusterInfo {
    /// The server's URL as the kubeconfig has it.
    pub server: String,
    /// Another name to check the server's certificate by.
    pub tls_server_name: Option<String>,
    /// Whether the server's certificate is not verified.
    pub is_insecure: bool,
    /// The certificate authorities in PEM.
    pub ca: Option<Vec<u8>>,
    /// The proxy's URL, which may hold a password.
    pub proxy: Option<SecretString>,
    /// Whether answers are asked for unpacked.
    pub disables_compression: bool,
    /// What the kubeconfig has for plugins of this cluster, in JSON.
    pub config: Option<SecretString>,
}

impl ClusterInfo {
    /// What a context's plugin is to be told; empty where it does not ask. Blocking: the authority may be in a file.
    pub fn of(context: &Context) -> Result<Self, String> {
        let entry = context.entry.as_ref().map_err(Clone::clone)?;
        if !entry.user.plugin.as_ref().is_some_and(|plugin| plugin.provides_cluster_info) {
            return Ok(Self::default());
        }
        let cluster = &entry.cluster;
        let ca = match &cluster.ca {
            None => None,
            Some(Material::Data(pem)) => Some(pem.clone()),
            Some(Material::File(path)) => Some(referred("certificate authority", path, PEM_LIMIT)?),
        };
        Ok(Self {
            server: context.server.clone(),
            tls_server_name: cluster.tls_server_name.clone(),
            is_insecure: cluster.is_insecure,
            ca,
            proxy: cluster.proxy.clone(),
            disables_compression: cluster.disables_compression,
            config: cluster.for_plugin.clone(),
        })
    }
}

/// The value of [`VARIABLE`]. It may hold the password of a proxy, so it is shown nowhere.
pub(super) fn told(plugin: &Plugin, cluster: &ClusterInfo) -> SecretString {
    let cluster = plugin.provides_cluster_info.then(|| Cluster {
        server: &cluster.server,
        tls_server_name: cluster.tls_server_name.as_deref(),
        insecure_skip_tls_verify: cluster.is_insecure,
        certificate_authority_data: cluster.ca.as_ref().map(|pem| BASE64_STANDARD.encode(pem)),
        proxy_url: cluster.proxy.as_ref().map(ExposeSecret::expose_secret),
        disable_compression: cluster.disables_compression,
        // It was written as JSON.
        config: cluster.config.as_ref().and_then(|json| serde_json::from_str(json.expose_secret()).ok()),
    });
    let told = ExecCredential {
        kind: "ExecCredential",
        api_version: plugin.api_version.as_str(),
        spec: Spec { cluster, interactive: false },
    };
    // Strings, truths and JSON always are JSON.
    SecretString::from(serde_json::to_string(&told).unwrap_or_default())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExecCredential<'a> {
    kind: &'a str,
    api_version: &'a str,
    spec: Spec<'a>,
}

#[derive(Serialize)]
struct Spec<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<Cluster<'a>>,
    interactive: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Cluster<'a> {
    server: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_server_name: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    insecure_skip_tls_verify: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_authority_data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_url: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disable_compression: bool,
    /// client-go writes it whenever it writes a cluster, be it null.
    config: Option<&'a RawValue>,
}

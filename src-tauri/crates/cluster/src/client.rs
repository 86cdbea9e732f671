//! A connected cluster.

use std::sync::Arc;

use futures::stream::BoxStream;
use secateur_domain::{
    fingerprint::Fingerprint,
    ids::{ClusterId, ObjectKey},
    kind::Kind,
    outcome::Seen,
    plan::DeleteOptions,
};

use crate::{
    error::ClusterError,
    kubeconfig::Context,
    requests::{Deleted, ListRequest, ObjectEvent, TableEvent, TablePage, WatchRequest},
    transport::Transport,
};

/// A cluster that requests go to, with one credential generation. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    cluster: ClusterId,
    generation: u32,
    method: Method,
}

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

impl std::fmt::Display for Method {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::ClientCertificate => "client certificate",
            Self::Token => "token",
            Self::None => "none",
        })
    }
}

/// Who the server takes us for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whoami {
    /// The user; absent where the server does not say.
    pub user: Option<String>,
    /// The groups.
    pub groups: Vec<String>,
}

/// What the server serves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Discovered {
    /// The kinds, in the server's order, core first.
    pub kinds: Vec<Arc<Kind>>,
    /// Group versions whose server does not answer, as `group/version`.
    pub unavailable: Vec<String>,
}

/// Reads the files that the entry refers to and prepares both lanes. Sends nothing yet.
pub async fn connect(
    _context: &Context,
    _generation: u32,
    _transport: &Arc<dyn Transport>,
) -> Result<Client, ClusterError> {
    not_yet()
}

fn not_yet<T>() -> Result<T, ClusterError> {
    Err(ClusterError::Unusable("not built yet".into()))
}

#[allow(clippy::unused_async, reason = "bodies follow")]
impl Client {
    /// The cluster.
    pub fn cluster(&self) -> &ClusterId {
        &self.shared.cluster
    }

    /// The generation of the credential.
    pub fn generation(&self) -> u32 {
        self.shared.generation
    }

    /// How requests are authenticated.
    pub fn method(&self) -> Method {
        self.shared.method
    }

    /// The server's clock minus ours in seconds, from the last `Date` header.
    pub fn clock_offset(&self) -> f64 {
        0.0
    }

    /// The version of HTTP that the last answer came by.
    pub fn http_version(&self) -> Option<http::Version> {
        None
    }

    /// Who the server takes us for.
    pub async fn whoami(&self) -> Result<Whoami, ClusterError> {
        not_yet()
    }

    /// What the cluster is.
    pub async fn fingerprint(&self, _namespace: &str) -> Result<Fingerprint, ClusterError> {
        not_yet()
    }

    /// What the server serves.
    pub async fn discover(&self) -> Result<Discovered, ClusterError> {
        not_yet()
    }

    /// One page.
    pub async fn list_table(&self, _request: &ListRequest) -> Result<TablePage, ClusterError> {
        not_yet()
    }

    /// The changes after `resource_version`.
    pub async fn watch_table(
        &self,
        _request: &ListRequest,
        _resource_version: &str,
    ) -> Result<BoxStream<'static, Result<TableEvent, ClusterError>>, ClusterError> {
        not_yet()
    }

    /// The names of all objects of a kind.
    pub async fn list_names(&self, _kind: &Kind) -> Result<Vec<String>, ClusterError> {
        not_yet()
    }

    /// What has this name now.
    pub async fn look(&self, _key: &ObjectKey) -> Result<Seen, ClusterError> {
        not_yet()
    }

    /// One named object as a one-row table.
    pub async fn get_table(
        &self,
        _kind: &Arc<Kind>,
        _namespace: Option<&str>,
        _name: &str,
    ) -> Result<TablePage, ClusterError> {
        not_yet()
    }

    /// Follows objects by their metadata.
    pub async fn watch_objects(
        &self,
        _request: &WatchRequest,
    ) -> Result<BoxStream<'static, Result<ObjectEvent, ClusterError>>, ClusterError> {
        not_yet()
    }

    /// The version of a list at this moment.
    pub async fn list_version(
        &self,
        _kind: &Arc<Kind>,
        _namespace: Option<&str>,
        _name: Option<&str>,
    ) -> Result<String, ClusterError> {
        not_yet()
    }

    /// One DELETE, with the UID, in the body and in the query.
    pub async fn delete(&self, _key: &ObjectKey, _options: &DeleteOptions) -> Result<Deleted, ClusterError> {
        not_yet()
    }
}

//! A connected cluster: what every request needs, and connecting itself.
//!
//! What can be asked is in `lists`, `bodies`, `ownership`, `watch`, `delete`, `create`, `discovery`, `access`,
//! `rehearsable` and `identity`, each with its part of [`Client`].

use std::sync::{Arc, atomic::AtomicBool};

use bytes::Bytes;
use http::Uri;
use secateur_domain::{
    ids::{ClusterId, ResourceName},
    kind::Kind,
};
use tokio::sync::watch;

use crate::{
    credential::{Access, Credential, Method},
    decode::{Place, Undecodable},
    error::ClusterError,
    kubeconfig::Context,
    pipeline::{Ask, Pipeline, Verb},
    rehearsable,
    requests::Include,
    transport::{self, Attempt},
    url::UrlError,
};

/// From this size on decoding may take a millisecond, and leaves the async threads.
const DECODE_INLINE: usize = 64 << 10;

/// A cluster that requests go to, signed with a credential that is renewed where it can be. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    cluster: ClusterId,
    pub(crate) server: Uri,
    pub(crate) server_text: String,
    pub(crate) pipeline: Pipeline,
    pub(crate) rehearsable: rehearsable::Known,
    /// Whether something on the way refuses a DELETE that has a body.
    pub(crate) is_query_only: AtomicBool,
}

/// Reads the files that the entry refers to and prepares both lanes. Sends nothing yet.
pub async fn connect(context: &Context, mut access: Access) -> Result<Client, ClusterError> {
    context.headers.add_to(&mut access.headers);
    let credential = Credential::open(context, access).await?;
    let server = credential.server().clone();
    let pipeline = Pipeline::new(credential, transport::host(&server));
    Ok(Client {
        shared: Arc::new(Shared {
            cluster: context.id.clone(),
            server_text: context.server.clone(),
            server,
            pipeline,
            rehearsable: rehearsable::Known::default(),
            is_query_only: AtomicBool::new(false),
        }),
    })
}

impl Client {
    /// The cluster.
    pub fn cluster(&self) -> &ClusterId {
        &self.shared.cluster
    }

    /// The generation of the credential in use; it grows with every renewal.
    pub fn generation(&self) -> u32 {
        self.pipeline().credential.current().generation
    }

    /// How requests are authenticated.
    pub fn method(&self) -> Method {
        self.pipeline().credential.current().method
    }

    /// When the credential in use ends, where it says so.
    pub fn expires(&self) -> Option<jiff::Timestamp> {
        self.pipeline().credential.current().expires
    }

    /// Lets a credential plugin run anew for whoever connects next: what it gave to this client is given to nobody any
    /// more. The client itself goes on with it.
    pub fn forget_credential(&self) {
        self.pipeline().credential.forget();
    }

    /// The server's clock minus ours in seconds, from the last `Date` header; zero before the first.
    pub fn clock_offset(&self) -> f64 {
        self.shared.pipeline.observed.clock_offset()
    }

    /// The version of HTTP that the last answer came by.
    pub fn http_version(&self) -> Option<http::Version> {
        self.shared.pipeline.observed.version()
    }

    /// Connections opened so far for what a person waits for, watches aside: it grows with every reconnect.
    pub fn connections(&self) -> u64 {
        self.pipeline().credential.connections()
    }

    /// How far the last attempt to connect to the server came.
    pub fn attempt(&self) -> Attempt {
        self.pipeline().credential.attempt()
    }

    /// Tells each time that the server begins to ask, by `X-Reload: reload`, that what was read of it be read again:
    /// once, in however many answers after each other it says so.
    pub fn reloads(&self) -> watch::Receiver<u64> {
        self.pipeline().observed.reloads()
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.shared.pipeline
    }

    pub(crate) fn server(&self) -> &Uri {
        &self.shared.server
    }

    /// What rows of a kind have in common.
    pub(crate) fn place(&self, kind: &Arc<Kind>, namespace: Option<&str>, include: Include) -> Place {
        #[expect(clippy::cast_possible_truncation, reason = "an offset of clocks is far from 2^63 seconds")]
        let offset = self.clock_offset() as i64;
        Place {
            cluster: self.shared.cluster.clone(),
            kind: Arc::clone(kind),
            namespace: kind.in_namespace(namespace).and_then(|namespace| ResourceName::parse(namespace).ok()),
            now: jiff::Timestamp::now().as_second().saturating_add(offset),
            include,
        }
    }

    /// Decodes off the async threads where it is worth it.
    pub(crate) async fn decode<T: Send + 'static>(
        &self,
        ask: &Ask,
        body: Bytes,
        decoder: impl FnOnce(&[u8]) -> Result<T, Undecodable> + Send + 'static,
    ) -> Result<T, ClusterError> {
        self.decode_with(ask, body.len(), move || decoder(&body)).await
    }

    /// The same, for a decoder that has what it decodes.
    pub(crate) async fn decode_with<T: Send + 'static>(
        &self,
        ask: &Ask,
        size: usize,
        decoder: impl FnOnce() -> Result<T, Undecodable> + Send + 'static,
    ) -> Result<T, ClusterError> {
        let outcome = if size < DECODE_INLINE {
            decoder()
        } else {
            let stopped = |_| Undecodable("decoding was given up".to_owned());
            tokio::task::spawn_blocking(decoder).await.map_err(stopped).flatten()
        };
        outcome.map_err(|Undecodable(problem)| ClusterError::Undecodable {
            what: self.pipeline().name(ask),
            problem,
        })
    }
}

/// A request without a body.
pub(crate) fn ask(verb: Verb, uri: Uri, accept: &'static str, what: String) -> Ask {
    Ask { verb, uri, accept, body: Bytes::new(), what, known: None }
}

impl From<UrlError> for ClusterError {
    fn from(error: UrlError) -> Self {
        Self::Unusable(error.to_string())
    }
}

#[cfg(test)]
pub(crate) mod tests;

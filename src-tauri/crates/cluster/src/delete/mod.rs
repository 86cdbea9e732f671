//! The one DELETE of this code base: one object, by its UID.
//!
//! The UID and the options go in the body and in the query, both written from one value: a proxy may strip the body
//! of a DELETE, and the server reads the query only where there is none. Retrying without a body, for load
//! balancers that answer 400 to one, is not here yet.

mod answer;

use bytes::Bytes;
use secateur_domain::{
    ids::{ObjectKey, ResourceName},
    outcome::DeleteAnswer,
    plan::DeleteOptions,
};
use serde::Serialize;

use crate::{
    client::{Client, ask},
    error::ClusterError,
    lists::METADATA,
    pipeline::{Ask, Verb},
    requests::Deleted,
    url::{self, Query},
};

/// `DeleteOptions` as the server takes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireOptions<'a> {
    // Every group's servers take the core version of it, as they do from kubectl.
    api_version: &'static str,
    kind: &'static str,
    preconditions: WirePreconditions<'a>,
    propagation_policy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    grace_period_seconds: Option<u32>,
}

#[derive(Serialize)]
struct WirePreconditions<'a> {
    uid: &'a str,
}

impl<'a> WireOptions<'a> {
    fn new(key: &'a ObjectKey, options: &DeleteOptions) -> Self {
        Self {
            api_version: "v1",
            kind: "DeleteOptions",
            preconditions: WirePreconditions { uid: key.uid.as_str() },
            propagation_policy: options.propagation.as_str(),
            grace_period_seconds: options.grace_period_seconds,
        }
    }

    /// The names are those of apimachinery's `Convert_url_Values_To_v1_DeleteOptions`; the UID is plain `uid` there.
    fn query(&self) -> Query {
        Query::default()
            .with("uid", self.preconditions.uid)
            .with("propagationPolicy", self.propagation_policy)
            .with_some(
                "gracePeriodSeconds",
                self.grace_period_seconds.map(|seconds| seconds.to_string()).as_deref(),
            )
    }
}

impl Client {
    /// Deletes the object, if it still has its UID.
    ///
    /// An error means that the server did not take it: 401, 429, or no connection. Whatever may
    /// hide that it was done is [`DeleteAnswer::None`], for a [`Client::look`] to settle.
    pub async fn delete(&self, key: &ObjectKey, options: &DeleteOptions) -> Result<Deleted, ClusterError> {
        let ask = self.ask_to_delete(key, options)?;
        match self.pipeline().exchange(&ask).await {
            Ok(answer) => answer::read(&answer, key, &self.pipeline().host, self.generation()),
            Err(ClusterError::Transport(error)) if !error.was_sent() => Err(ClusterError::Transport(error)),
            Err(doubt) => Ok(Deleted {
                answer: DeleteAnswer::None { cause: doubt.to_string() },
                audit_id: None,
                status: None,
                warnings: Vec::new(),
            }),
        }
    }

    fn ask_to_delete(&self, key: &ObjectKey, options: &DeleteOptions) -> Result<Ask, ClusterError> {
        let what = format!("deleting {key}");
        let wire = WireOptions::new(key, options);
        let namespace = key.namespace.as_ref().map(ResourceName::as_str);
        let uri = url::object(self.server(), &key.kind, namespace, key.name.as_str(), &wire.query())?;
        let body =
            serde_json::to_vec(&wire).map_err(|error| ClusterError::Unusable(format!("{what}: {error}")))?;
        Ok(Ask { body: Bytes::from(body), ..ask(Verb::Delete, uri, METADATA, what) })
    }
}

#[cfg(test)]
mod tests;

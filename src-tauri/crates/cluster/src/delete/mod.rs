//! The one DELETE of this code base: one object, by its UID; for real, or as a rehearsal.
//!
//! Everything that is asked goes in the body and in the query, both written from one value: a proxy may strip the
//! body of a DELETE, and the server reads the query only where there is none. A rehearsal whose body is lost is
//! still one, and a real delete still has its UID.

mod answer;
mod options;
mod rehearsal;

use std::sync::atomic::Ordering;

use bytes::Bytes;
use secateur_domain::{
    ids::{ObjectKey, ResourceName},
    outcome::DeleteAnswer,
    rehearsal::Rehearsal,
};

pub use options::Wanted;

use crate::{
    client::{Client, ask},
    error::ClusterError,
    lists::METADATA,
    pipeline::{Answer, Ask, Verb, Words},
    requests::{Deleted, DryRun, Rehearsed},
    url,
};
use options::WireOptions;

impl Client {
    /// Deletes the object, if it still has its UID, and its version where one is wanted.
    ///
    /// An error means that the server did not take it: 401, 429, or no connection. Whatever may
    /// hide that it was done is [`DeleteAnswer::None`], for a [`Client::look`] to settle.
    pub async fn delete(&self, key: &ObjectKey, wanted: &Wanted<'_>) -> Result<Deleted, ClusterError> {
        let ask = self.ask_to_delete(key, wanted, DryRun::No)?;
        match self.exchange_delete(ask).await {
            Ok(answer) => answer::read(&answer, key, &self.pipeline().host),
            Err(error) if error.was_not_done() => Err(error),
            Err(doubt) => Ok(Deleted {
                answer: DeleteAnswer::None { cause: doubt.to_string() },
                audit_id: None,
                status: None,
                warnings: Vec::new(),
            }),
        }
    }

    /// Asks for the same DELETE as a dry run. Nothing is sent where that could delete: see
    /// [`Client::can_rehearse`], whose no is [`ClusterError::Unusable`] here.
    ///
    /// An error otherwise means that the credential is not accepted, or that the server is busy; no answer is
    /// [`Rehearsal::NoAnswer`].
    pub async fn rehearse(&self, key: &ObjectKey, wanted: &Wanted<'_>) -> Result<Rehearsed, ClusterError> {
        let ask = self.ask_to_delete(key, wanted, DryRun::All)?;
        let answer = match self.insist_on_dry_runs(&key.kind, &ask.what).await {
            Ok(()) => self.exchange_delete(ask).await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(answer) => rehearsal::read(&answer, key, &self.pipeline().host),
            Err(error @ (ClusterError::Busy { .. } | ClusterError::Unusable(_))) => Err(error),
            Err(error) if error.ends_session() => Err(error),
            Err(error) => Ok(Rehearsal::NoAnswer { cause: error.to_string() }.into()),
        }
    }

    /// Some load balancers answer 400 to any DELETE with a body and pass nothing on. There the query alone says it
    /// all, from then on at once.
    async fn exchange_delete(&self, mut ask: Ask) -> Result<Answer, ClusterError> {
        let is_query_only = &self.shared.is_query_only;
        if is_query_only.load(Ordering::Relaxed) {
            ask.body = Bytes::new();
            return self.pipeline().exchange(&ask).await;
        }
        let answer = self.pipeline().exchange(&ask).await?;
        if answer.status != http::StatusCode::BAD_REQUEST || Words::of(&answer).is_status {
            return Ok(answer);
        }
        ask.body = Bytes::new();
        let again = self.pipeline().exchange(&ask).await?;
        if again.status != http::StatusCode::BAD_REQUEST || Words::of(&again).is_status {
            // It was the body.
            is_query_only.store(true, Ordering::Relaxed);
        }
        Ok(again)
    }

    fn ask_to_delete(
        &self,
        key: &ObjectKey,
        wanted: &Wanted<'_>,
        dry_run: DryRun,
    ) -> Result<Ask, ClusterError> {
        let what = match dry_run {
            DryRun::No => format!("deleting {key}"),
            DryRun::All => format!("rehearsing to delete {key}"),
        };
        let wire = WireOptions::new(key, wanted, dry_run)?;
        let namespace = key.namespace.as_ref().map(ResourceName::as_str);
        let uri = url::object(self.server(), &key.kind, namespace, key.name.as_str(), &wire.query())?;
        let body =
            serde_json::to_vec(&wire).map_err(|error| ClusterError::Unusable(format!("{what}: {error}")))?;
        Ok(Ask { body: Bytes::from(body), ..ask(Verb::Delete, uri, METADATA, what) })
    }
}

#[cfg(test)]
mod tests;

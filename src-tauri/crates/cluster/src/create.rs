//! Creating an object from its JSON, for restoring what was deleted; for real, or as a rehearsal.

use bytes::Bytes;
use secateur_domain::{ids::Uid, kind::Kind};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{
    client::{Client, ask},
    decode::{ObjectMeta, Undecodable},
    error::ClusterError,
    lists::METADATA,
    pipeline::{Answer, Ask, Verb, Words},
    requests::DryRun,
    url::{self, Query},
};

/// Whom the server names as the owner of the fields that we set.
const FIELD_MANAGER: &str = "secateur";

/// What creating an object came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// It is there; or, in a dry run, it would be.
    Made {
        /// Its new UID. A dry run's is never used again.
        uid: Uid,
        /// Its name, which the server may have given it.
        name: String,
        /// `Audit-Id`.
        audit_id: Option<String>,
        /// The `Warning` headers' texts.
        warnings: Vec<String>,
    },
    /// Its name is taken.
    Exists,
    /// The server does not create it.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Status' `reason`.
        reason: String,
        /// The server's sentence.
        message: String,
    },
    /// No answer, or one that may hide that it was done.
    NoAnswer {
        /// Why.
        cause: String,
    },
}

/// An object that was created.
#[derive(Deserialize)]
struct WireObject<'a> {
    #[serde(borrow)]
    metadata: ObjectMeta<'a>,
}

impl Client {
    /// Creates the object that `body` is, as JSON. It is sent once, except where no connection was opened.
    ///
    /// An error means that nothing was done: 401, 429, no connection, or a dry run that might not be one (see
    /// [`Client::can_rehearse`]).
    pub async fn create(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        body: &[u8],
        dry_run: DryRun,
    ) -> Result<Created, ClusterError> {
        let what = format!("creating one of {}", kind.resource());
        if dry_run == DryRun::All {
            self.insist_on_dry_runs(kind, &what).await?;
        }
        // The server reads these from the query, whatever the body is.
        let query =
            Query::default().with("fieldManager", FIELD_MANAGER).with_some("dryRun", dry_run.as_str());
        let uri = url::collection(self.server(), kind, namespace, &query)?;
        // It may be a Secret, and is wiped when the last who sends it lets go of it.
        let body = Bytes::from_owner(Zeroizing::new(body.to_vec()));
        let ask = Ask { body, ..ask(Verb::Create, uri, METADATA, what) };
        match self.pipeline().exchange(&ask).await {
            Ok(answer) => self.read_created(&answer),
            Err(error) if error.was_not_done() => Err(error),
            Err(doubt) => Ok(Created::NoAnswer { cause: doubt.to_string() }),
        }
    }

    fn read_created(&self, answer: &Answer) -> Result<Created, ClusterError> {
        let host = &self.pipeline().host;
        if answer.status.is_success() && !answer.is_html() {
            return Ok(made(answer).unwrap_or_else(|Undecodable(problem)| Created::NoAnswer {
                cause: format!("{host} answered {}, but {problem}", answer.status.as_u16()),
            }));
        }
        let words = Words::of(answer);
        let error = answer.refusal(host);
        Ok(match error {
            _ if error.ends_session() => return Err(error),
            ClusterError::Busy { .. } => return Err(error),
            ClusterError::Conflict(status) if status.reason == "AlreadyExists" => Created::Exists,
            ClusterError::Server(_) if answer.status.is_server_error() => {
                Created::NoAnswer { cause: error.to_string() }
            }
            ClusterError::NotKubernetes { .. } | ClusterError::Gone | ClusterError::Expired { .. } => {
                Created::NoAnswer { cause: error.to_string() }
            }
            ClusterError::Server(_) if answer.status == http::StatusCode::REQUEST_TIMEOUT => {
                Created::NoAnswer { cause: error.to_string() }
            }
            _ => Created::Refused {
                status: words.status.http_status,
                reason: words.status.reason.clone(),
                message: words.sentence(),
            },
        })
    }
}

fn made(answer: &Answer) -> Result<Created, Undecodable> {
    let WireObject { metadata } = serde_json::from_slice(&answer.body)?;
    Ok(Created::Made {
        uid: metadata.uid().ok_or_else(|| Undecodable("it has no UID".to_owned()))?,
        name: metadata.name.map(std::borrow::Cow::into_owned).unwrap_or_default(),
        audit_id: answer.audit_id(),
        warnings: answer.warnings(),
    })
}

#[cfg(test)]
mod tests;

//! What an answer to a DELETE means. Success is never read off the status alone.

use http::StatusCode;
use secateur_domain::{
    ids::{ObjectKey, Uid},
    outcome::DeleteAnswer,
};
use serde::Deserialize;

use crate::{
    decode::{ObjectMeta, Undecodable},
    error::ClusterError,
    pipeline::{Answer, Words},
    requests::Deleted,
};

/// A Status, or the object that was deleted.
#[derive(Deserialize)]
struct WireTaken<'a> {
    #[serde(borrow)]
    kind: Option<std::borrow::Cow<'a, str>>,
    /// A text in a Status, an object in most kinds.
    #[serde(borrow, default)]
    status: Option<&'a serde_json::value::RawValue>,
    details: Option<WireDetails>,
    #[serde(borrow, default)]
    metadata: ObjectMeta<'a>,
}

#[derive(Deserialize)]
struct WireDetails {
    uid: Option<String>,
}

/// Reads an answer. An error is a 401 about the credential, or a 429.
pub(super) fn read(
    answer: &Answer,
    key: &ObjectKey,
    host: &str,
    generation: u32,
) -> Result<Deleted, ClusterError> {
    Ok(Deleted {
        answer: classify(answer, key, host, generation)?,
        audit_id: answer.audit_id(),
        status: Some(answer.status.as_u16()),
        warnings: answer.warnings(),
    })
}

fn classify(
    answer: &Answer,
    key: &ObjectKey,
    host: &str,
    generation: u32,
) -> Result<DeleteAnswer, ClusterError> {
    let doubt = |cause: String| Ok(DeleteAnswer::None { cause });
    if answer.status.is_success() && !answer.is_html() {
        return taken(answer).or_else(|Undecodable(problem)| {
            doubt(format!("{host} answered {}, but {problem}", answer.status.as_u16()))
        });
    }
    let words = Words::of(answer);
    let error = answer.refusal(host, generation);
    match error {
        ClusterError::SignIn(_) => Err(error),
        ClusterError::Busy { .. } if !names_a_budget(&words) => Err(error),
        ClusterError::NotFound(_) if words.is_absence(key.name.as_str()) => Ok(DeleteAnswer::NotFound),
        ClusterError::Conflict(_) if names_uid(&words) => Ok(DeleteAnswer::OtherUid),
        ClusterError::Server(_) if answer.status.is_server_error() => doubt(error.to_string()),
        ClusterError::NotKubernetes { .. } | ClusterError::Gone => doubt(error.to_string()),
        // Neither the object nor its absence was spoken of: it may be the kind that is gone, or a wrong server.
        ClusterError::NotFound(_) if !words.is_status => doubt(error.to_string()),
        ClusterError::Server(_) if answer.status == StatusCode::REQUEST_TIMEOUT => doubt(error.to_string()),
        _ => Ok(DeleteAnswer::Refused {
            status: words.status.http_status,
            reason: words.status.reason.clone(),
            message: with_causes(&words),
        }),
    }
}

fn taken(answer: &Answer) -> Result<DeleteAnswer, Undecodable> {
    let taken: WireTaken<'_> = serde_json::from_slice(&answer.body)?;
    if taken.kind.as_deref() == Some("Status") {
        if taken.status.is_some_and(|status| status.get() == "\"Failure\"") {
            return Err(Undecodable("its Status says Failure".to_owned()));
        }
        let uid = taken.details.and_then(|details| Uid::parse(&details.uid?).ok());
        return Ok(DeleteAnswer::Taken { uid, terminating: None });
    }
    if taken.kind.is_none() {
        return Err(Undecodable("what it says is neither a Status nor an object".to_owned()));
    }
    Ok(DeleteAnswer::Taken { uid: taken.metadata.uid(), terminating: taken.metadata.terminating() })
}

/// The registry says "the UID in the precondition (…) does not match the UID in record (…)"; the storage below it,
/// when the object changed in between, "Precondition failed: UID in precondition: …, UID in object meta: …".
fn names_uid(words: &Words) -> bool {
    ["UID in the precondition", "UID in precondition"]
        .iter()
        .any(|phrase| words.status.message.contains(phrase))
}

fn names_a_budget(words: &Words) -> bool {
    words.status.message.contains("disruption budget")
        || words.status.causes.iter().any(|cause| cause.contains("disruption budget"))
}

/// The sentence, with what the causes add to it.
fn with_causes(words: &Words) -> String {
    let mut text = words.status.message.clone();
    for cause in &words.status.causes {
        if !text.contains(cause.as_str()) {
            text.push_str("; ");
            text.push_str(cause);
        }
    }
    text
}

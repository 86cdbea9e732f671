//! What an answer to a DELETE means. Success is never read off the status alone.

use http::StatusCode;
use secateur_domain::{
    ids::{ObjectKey, Uid},
    outcome::{DeleteAnswer, WaitsFor},
};
use serde::Deserialize;

use crate::{
    decode::{ObjectMeta, Undecodable},
    error::ClusterError,
    pipeline::{Answer, Words},
    requests::Deleted,
};

/// The reason of a refusal because the object is not at the wanted version any more.
const CHANGED: &str = "Changed";

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
pub(super) fn read(answer: &Answer, key: &ObjectKey, host: &str) -> Result<Deleted, ClusterError> {
    Ok(Deleted {
        answer: classify(answer, key, host)?,
        audit_id: answer.audit_id(),
        status: Some(answer.status.as_u16()),
        warnings: answer.warnings(),
    })
}

/// What an answer means for the object, whether it was asked for real or as a rehearsal.
pub(super) fn classify(answer: &Answer, key: &ObjectKey, host: &str) -> Result<DeleteAnswer, ClusterError> {
    let doubt = |cause: String| Ok(DeleteAnswer::None { cause });
    if answer.status.is_success() && !answer.is_html() {
        return taken(answer).or_else(|Undecodable(problem)| {
            doubt(format!("{host} answered {}, but {problem}", answer.status.as_u16()))
        });
    }
    let words = Words::of(answer);
    let error = answer.refusal(host);
    match error {
        ClusterError::SignIn(_) => Err(error),
        ClusterError::Busy { .. } if !names_a_budget(&words) => Err(error),
        ClusterError::NotFound(_) if words.is_absence(key.name.as_str()) => Ok(DeleteAnswer::NotFound),
        ClusterError::Conflict(_) => Ok(conflict(words, key)),
        ClusterError::Server(_) if answer.status.is_server_error() => doubt(error.to_string()),
        ClusterError::NotKubernetes { .. } | ClusterError::Gone | ClusterError::Expired { .. } => {
            doubt(error.to_string())
        }
        // Neither the object nor its absence was spoken of: it may be the kind that is gone, or a wrong server.
        ClusterError::NotFound(_) if !words.is_status => doubt(error.to_string()),
        ClusterError::Server(_) if answer.status == StatusCode::REQUEST_TIMEOUT => doubt(error.to_string()),
        _ => Ok(refused(&words)),
    }
}

/// The three conflicts: a namesake, another version, and a namespace that is on its way.
///
/// The registry says "the UID in the precondition (…) does not match the UID in record (…)"; the storage below it,
/// when the object changed in between, "Precondition failed: UID in precondition: …, UID in object meta: …". For the
/// version both say `ResourceVersion` instead.
fn conflict(mut words: Words, key: &ObjectKey) -> DeleteAnswer {
    // A name in RBAC may be any of these phrases; the server quotes it.
    let message = words.status.message.replace(&format!("\"{}\"", key.name), "");
    let fails = |field: &str| {
        message.contains(&format!("the {field} in the precondition"))
            || message.contains(&format!("Precondition failed: {field} in precondition"))
    };
    if fails("UID") {
        return DeleteAnswer::OtherUid;
    }
    if fails("ResourceVersion") {
        CHANGED.clone_into(&mut words.status.reason);
    }
    let is_namespace = key.kind.group.is_empty() && key.kind.plural == "namespaces";
    if is_namespace && message.contains("ensuring all content is removed") {
        // Servers before 1.36 say so after they compared the UID.
        return DeleteAnswer::Taken { uid: Some(key.uid.clone()), terminating: Some(WaitsFor::default()) };
    }
    refused(&words)
}

fn refused(words: &Words) -> DeleteAnswer {
    DeleteAnswer::Refused {
        status: words.status.http_status,
        reason: words.status.reason.clone(),
        message: words.sentence(),
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

fn names_a_budget(words: &Words) -> bool {
    words.status.message.contains("disruption budget")
        || words.status.causes.iter().any(|cause| cause.contains("disruption budget"))
}

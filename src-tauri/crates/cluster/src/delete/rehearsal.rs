//! What an answer to a rehearsed DELETE means.

use secateur_domain::{ids::ObjectKey, outcome::DeleteAnswer, rehearsal::Rehearsal};

use super::answer;
use crate::{error::ClusterError, pipeline::Answer, requests::Rehearsed};

/// Reads an answer. An error is a 401 about the credential, or a 429.
pub(super) fn read(answer: &Answer, key: &ObjectKey, host: &str) -> Result<Rehearsed, ClusterError> {
    let rehearsal = match answer::classify(answer, key, host)? {
        DeleteAnswer::Taken { .. } if !answer.status.is_success() => {
            Rehearsal::NotAsked { why: "it is terminating already".to_owned() }
        }
        DeleteAnswer::Taken { uid: Some(other), .. } if other != key.uid => {
            Rehearsal::NoAnswer { cause: format!("the server answered about another object, UID {other}") }
        }
        DeleteAnswer::Taken { .. } => Rehearsal::Accepted,
        DeleteAnswer::NotFound => Rehearsal::NotAsked { why: "it is gone".to_owned() },
        DeleteAnswer::OtherUid => {
            Rehearsal::NotAsked { why: "it is gone, and another object has its name now".to_owned() }
        }
        // The real one may well be accepted. The sentence names the webhook.
        DeleteAnswer::Refused { status: 400, message, .. }
            if message.contains("does not support dry run") =>
        {
            Rehearsal::CannotBe { why: message }
        }
        DeleteAnswer::Refused { status, reason, message } => Rehearsal::Refused { status, reason, message },
        DeleteAnswer::None { cause } => Rehearsal::NoAnswer { cause },
    };
    Ok(Rehearsed { rehearsal, warnings: answer.warnings() })
}

#[cfg(test)]
mod tests;

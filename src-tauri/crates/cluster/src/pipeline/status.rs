//! The server's words in a refusal: a Status, a part of one, a text, or nothing at all.

use serde::Deserialize;

use super::answer::Answer;
use crate::{decode::ListMeta, error::ApiStatus};

/// What is kept of a text that is no Status.
const TEXT_LIMIT: usize = 1024;

/// A refusal, read.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    /// For people.
    pub(crate) status: ApiStatus,
    /// Whether it was a Status with `status: Failure`, which only an API server says.
    pub(crate) is_status: bool,
    /// The object that it is about.
    pub(crate) name: Option<String>,
    /// Where a list goes on whose version the server has forgotten.
    pub(crate) next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct WireStatus {
    kind: Option<String>,
    message: Option<String>,
    reason: Option<String>,
    details: Option<WireDetails>,
    metadata: Option<ListMeta>,
}

#[derive(Debug, Default, Deserialize)]
struct WireDetails {
    name: Option<String>,
    causes: Option<Vec<WireCause>>,
}

#[derive(Debug, Deserialize)]
struct WireCause {
    reason: Option<String>,
    message: Option<String>,
}

impl Words {
    /// Reads whatever came.
    pub(crate) fn of(answer: &Answer) -> Self {
        let (wire, text) = match serde_json::from_slice::<Option<WireStatus>>(&answer.body) {
            Ok(wire) => (wire.unwrap_or_default(), None),
            Err(_) if answer.is_html() => (WireStatus::default(), None),
            Err(_) => (WireStatus::default(), plain(&answer.body)),
        };
        let details = wire.details.unwrap_or_default();
        let bare = || answer.status.canonical_reason().unwrap_or("no reason given").to_owned();
        let causes = details.causes.unwrap_or_default();
        Self {
            is_status: wire.kind.as_deref() == Some("Status"),
            name: details.name.filter(|name| !name.is_empty()),
            next: wire.metadata.and_then(|mut metadata| metadata.next()),
            status: ApiStatus {
                http_status: answer.status.as_u16(),
                reason: wire.reason.unwrap_or_default(),
                message: wire.message.filter(|message| !message.is_empty()).or(text).unwrap_or_else(bare),
                causes: causes.into_iter().filter_map(|cause| cause.message.or(cause.reason)).collect(),
                audit_id: answer.audit_id(),
            },
        }
    }

    /// The sentence, with what the causes add to it.
    pub(crate) fn sentence(&self) -> String {
        let mut text = self.status.message.clone();
        for cause in &self.status.causes {
            if !text.contains(cause.as_str()) {
                text.push_str("; ");
                text.push_str(cause);
            }
        }
        text
    }

    /// Whether a webhook, a policy or an admission plugin says no. Webhooks may deny with any code, 401 too.
    pub(crate) fn is_admission(&self) -> bool {
        let message = &self.status.message;
        (message.contains("admission webhook") && message.contains("denied the request"))
            || (message.contains("AdmissionPolicy") && message.contains("denied request"))
            || self.is_webhook_down()
    }

    /// Whether an API server says that the object of this name is not there. A 404 of something else, or about the
    /// path, says nothing about an object.
    pub(crate) fn is_absence(&self, name: &str) -> bool {
        self.is_status && self.status.reason == "NotFound" && self.name.as_deref() == Some(name)
    }

    /// Whether a webhook that must be asked could not be: nothing was done.
    pub(crate) fn is_webhook_down(&self) -> bool {
        self.status.message.contains("failed calling webhook")
    }
}

/// The first line of a text, shortened, if it is one.
fn plain(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().filter(|character| !character.is_control()).take(TEXT_LIMIT).collect())
}

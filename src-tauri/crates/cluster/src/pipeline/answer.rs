//! A whole answer, and the error that a refusal is.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER},
};

use super::{status::Words, warnings};
use crate::error::{AuthFailure, ClusterError};

/// However long a server asks to wait, it is asked again after this.
const LONGEST_WAIT: Duration = Duration::from_mins(2);

/// Status, headers and body.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// Which credential it was asked with.
    pub(crate) generation: u32,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The server's own name for the request.
    pub(crate) fn audit_id(&self) -> Option<String> {
        Some(self.headers.get("audit-id")?.to_str().ok()?.to_owned())
    }

    /// The texts of the `Warning` headers, each once.
    pub(crate) fn warnings(&self) -> Vec<String> {
        warnings::texts(&self.headers)
    }

    /// How long the server asks to wait: seconds, or a date, which is read against the server's own clock.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            // More digits than a number holds are capped like any other.
            text.parse().map_or(LONGEST_WAIT, Duration::from_secs)
        } else {
            let date = |text: &str| httpdate::parse_http_date(text).ok();
            let now = self.headers.get(DATE).and_then(|now| date(now.to_str().ok()?));
            date(text)?.duration_since(now.unwrap_or_else(SystemTime::now)).ok()?
        };
        Some(wait.min(LONGEST_WAIT))
    }

    /// The answer, if it is a success of a Kubernetes API server.
    pub(crate) fn accepted(self, host: &str) -> Result<Self, ClusterError> {
        if self.status.is_success() && !self.is_html() { Ok(self) } else { Err(self.refusal(host)) }
    }

    /// The error that this answer is.
    pub(crate) fn refusal(&self, host: &str) -> ClusterError {
        if let Some(found) = self.intercepted() {
            return ClusterError::NotKubernetes { host: host.to_owned(), found };
        }
        let words = Words::of(self);
        let is_admission = words.is_admission();
        let next = words.next;
        let status = words.status;
        match self.status.as_u16() {
            _ if is_admission => ClusterError::Refused(status),
            401 => ClusterError::SignIn(AuthFailure { generation: self.generation, message: status.message }),
            403 | 422 => ClusterError::Refused(status),
            404 => ClusterError::NotFound(status),
            409 => ClusterError::Conflict(status),
            410 => next.map_or(ClusterError::Gone, |token| ClusterError::Expired { token }),
            429 => ClusterError::Busy { retry_after: self.retry_after(), status },
            405 | 406 | 415 => ClusterError::NotSupported(status),
            _ if matches!(status.reason.as_str(), "Expired" | "Gone") => ClusterError::Gone,
            _ => ClusterError::Server(status),
        }
    }

    /// Whether it is about the credential: a webhook or a policy may say 401 as well.
    pub(crate) fn is_about_credential(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED && !Words::of(self).is_admission()
    }

    /// What answered instead of an API server. A load balancer's 502 in HTML is a failure of the server behind it,
    /// and a 401 in HTML still is about the credential.
    pub(crate) fn intercepted(&self) -> Option<String> {
        if self.status.is_redirection() {
            let place = self.headers.get(LOCATION).and_then(|place| place.to_str().ok());
            let host = place.and_then(|place| place.parse::<http::Uri>().ok()?.host().map(str::to_owned));
            return Some(format!("a redirect to {}", host.as_deref().unwrap_or("another page")));
        }
        if self.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Some("a proxy that asks to sign in".to_owned());
        }
        let is_page = self.is_html() && !self.status.is_server_error() && self.status.as_u16() != 401;
        is_page.then(|| "a web page".to_owned())
    }

    /// Whether it is a page for a browser.
    pub(crate) fn is_html(&self) -> bool {
        is_html(&self.headers, &self.body)
    }
}

/// Whether an answer is a page for a browser, by its type or by how it starts.
pub(super) fn is_html(headers: &HeaderMap, body: &[u8]) -> bool {
    let is_typed = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("text/html"));
    let start = body.trim_ascii_start();
    let starts_with =
        |tag: &[u8]| start.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    is_typed || starts_with(b"<!doctype") || starts_with(b"<html")
}

//! Whether a request goes again, and when.
//!
//! Reads go again after 429, 503 and a connection that was not opened or broke. What
//! writes goes again here only when no connection was opened; after a 429 its caller sends it again, where a person
//! can see the wait. Anything else a GET settles first.

use std::time::Duration;

use http::StatusCode;

use super::{Answer, Verb};
use crate::transport::TransportError;

const TRIES: u32 = 3;
/// A longer wait is the caller's, who can show it.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// How long to wait before the next try, where there is one.
pub(super) fn after_answer(verb: Verb, tries: u32, answer: &Answer) -> Option<Duration> {
    let goes_again = match answer.status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => verb.is_read(),
        _ => false,
    };
    let wait = answer.retry_after().unwrap_or_else(|| backoff(tries));
    (goes_again && tries < TRIES && wait <= LONGEST_WAIT).then_some(wait)
}

/// How long to wait before the next try, where there is one.
pub(super) fn after_failure(verb: Verb, tries: u32, error: &TransportError) -> Option<Duration> {
    let goes_again = error.is_passing() && (verb.is_read() || !error.was_sent());
    (goes_again && tries < TRIES).then(|| backoff(tries))
}

fn backoff(tries: u32) -> Duration {
    FIRST_WAIT * 4_u32.pow(tries.saturating_sub(1).min(TRIES))
}

//! Whether a request goes again, and when.
//!
//! Reads go again after 429, 503 and a connection that was not opened or broke, unless that took long: then whoever
//! waits is told, and tries again by itself. What writes goes again here only when no connection was opened; after a
//! 429 its caller sends it again, where a person can see the wait. Anything else a GET settles first.

use std::time::Duration;

use http::StatusCode;

use super::{Answer, Verb};
use crate::transport::TransportError;

const TRIES: u32 = 3;
/// A longer wait is the caller's, who can show it.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// A connection that broke after this was dead for a while, as a missing answer to a ping says; what is on screen is to be
/// marked as old now, and not after another attempt.
const LONG: Duration = Duration::from_secs(15);

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
pub(super) fn after_failure(
    verb: Verb,
    tries: u32,
    taken: Duration,
    error: &TransportError,
) -> Option<Duration> {
    let goes_again = error.is_passing() && (verb.is_read() || !error.was_sent());
    (goes_again && tries < TRIES && taken < LONG).then(|| backoff(tries))
}

fn backoff(tries: u32) -> Duration {
    FIRST_WAIT * 4_u32.pow(tries.saturating_sub(1).min(TRIES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_08_what_hung_before_it_broke_is_told_and_not_tried_again_in_silence() {
        let broken =
            TransportError::Broken { host: "host:6443".into(), problem: "no answer to a ping".into() };
        let again = |seconds| after_failure(Verb::List, 1, Duration::from_secs(seconds), &broken);
        assert_eq!((again(1), again(20)), (Some(FIRST_WAIT), None));
    }
}

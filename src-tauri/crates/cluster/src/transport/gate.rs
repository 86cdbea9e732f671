//! Letting one request open a connection before the others follow on it.
//!
//! hyper's pool learns that a server speaks HTTP/2 only after the handshake, and until then gives each of fifty
//! parallel requests a connection of its own. The gate holds forty-nine back until the first has its answer.

use std::time::Duration;

use tokio::sync::watch;

/// How long a request waits for another's to open the connection: a slow first answer must not hold up the rest.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No connection is known; the next request opens one.
    Closed,
    /// A request is on its way to open one.
    Opening,
    /// The last request was answered.
    Open,
}

/// One lane's gate.
#[derive(Debug)]
pub(super) struct Gate(watch::Sender<State>);

impl Default for Gate {
    fn default() -> Self {
        Self(watch::Sender::new(State::Closed))
    }
}

/// The way through; dropped without a word, it leaves the gate as if the request had failed.
pub(super) struct Passage<'a> {
    gate: &'a Gate,
    is_first: bool,
}

impl Gate {
    /// Waits while another request opens the connection.
    pub(super) async fn pass(&self) -> Passage<'_> {
        let is_first = self.0.send_if_modified(|state| {
            let is_closed = *state == State::Closed;
            if is_closed {
                *state = State::Opening;
            }
            is_closed
        });
        if !is_first {
            let mut receiver = self.0.subscribe();
            // Whatever came of the first attempt, those who waited go on at once: a failure is theirs to see.
            let _ = tokio::time::timeout(PATIENCE, receiver.wait_for(|state| *state != State::Opening)).await;
        }
        Passage { gate: self, is_first }
    }
}

impl Passage<'_> {
    /// The request has its answer: there is a connection.
    pub(super) fn answered(mut self) {
        self.is_first = false;
        self.gate.0.send_if_modified(|state| std::mem::replace(state, State::Open) != State::Open);
    }

    /// The request found no connection, or lost it.
    pub(super) fn failed(mut self) {
        self.is_first = false;
        self.gate.0.send_if_modified(|state| std::mem::replace(state, State::Closed) != State::Closed);
    }
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        if self.is_first {
            self.gate.0.send_replace(State::Closed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn the_others_wait_for_the_first_answer() {
        let gate = Arc::new(Gate::default());
        let first = gate.pass().await;
        let second = gate.pass();
        tokio::pin!(second);
        assert!(second.as_mut().now_or_never().is_none());
        first.answered();
        assert!(second.now_or_never().is_some());
        assert!(gate.pass().now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_failure_lets_those_who_wait_go_and_the_next_open_again() {
        let gate = Gate::default();
        let first = gate.pass().await;
        let second = gate.pass();
        tokio::pin!(second);
        assert!(second.as_mut().now_or_never().is_none());
        first.failed();
        let second = second.now_or_never().expect("it goes on");
        second.failed();
        let third = gate.pass().now_or_never().expect("it opens");
        assert!(gate.pass().now_or_never().is_none());
        drop(third);
    }

    #[tokio::test]
    async fn a_first_request_that_is_given_up_leaves_the_gate_to_the_next() {
        let gate = Gate::default();
        drop(gate.pass().await);
        assert!(gate.pass().now_or_never().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_longer_than_two_seconds() {
        let gate = Gate::default();
        let _first = gate.pass().await;
        let start = tokio::time::Instant::now();
        gate.pass().await.answered();
        assert_eq!(start.elapsed(), PATIENCE);
    }
}

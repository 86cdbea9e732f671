//! Heeds `X-Reload: reload`: the kinds and the lists of a cluster are read again. Plans and jobs go on as they are.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use super::{Session, SignedIn, serving::Tell};

/// Who asks within this time asks for the same.
const TOGETHER: Duration = Duration::from_millis(250);
/// Between one time and the next; twice as long each time that it was asked for again meanwhile.
const PAUSE: Duration = Duration::from_secs(10);
/// And no longer than this.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

impl Session {
    /// Tells each time that lists are to be read again because the server asks for it.
    pub(crate) fn reloads(&self) -> watch::Receiver<u64> {
        self.reloads.subscribe()
    }

    /// Reads it all again because the cluster is another than it was, where somebody is signed in.
    pub(crate) async fn read_anew(&self) {
        if let Ok(signed_in) = self.signed_in() {
            self.read_again(&signed_in).await;
        }
    }

    /// Whether all that is read again by this could be read.
    async fn read_again(&self, signed_in: &SignedIn) -> bool {
        self.reloads.send_modify(|count| *count += 1);
        let _one_at_a_time = self.discovering.lock().await;
        match signed_in.client.discover().await {
            Ok(discovered) => {
                self.serves(signed_in, discovered, Tell::Always);
                true
            }
            Err(error) => {
                let error = self.error("read its kinds again", error);
                tracing::warn!(%error, "kinds are as they were; they are read again later");
                false
            }
        }
    }
}

/// Heeds what the server asks for in one signed-in session; whoever calls it ends it with that session.
pub(super) async fn heed_in(session: Arc<Session>, signed_in: SignedIn) {
    heed(signed_in.client.reloads(), || Box::pin(session.read_again(&signed_in))).await;
}

/// Reads again when it is asked for. What did not work counts as asked for again.
async fn heed<F: Future<Output = bool>>(mut asked: watch::Receiver<u64>, mut read_again: impl FnMut() -> F) {
    let mut pause = PAUSE;
    while asked.changed().await.is_ok() {
        tokio::time::sleep(TOGETHER).await;
        asked.mark_unchanged();
        if !read_again().await {
            asked.mark_changed();
        }
        tokio::time::sleep(pause).await;
        let is_asked_again = asked.has_changed().unwrap_or(false);
        pause = if is_asked_again { (pause * 2).min(LONGEST_PAUSE) } else { PAUSE };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use tokio::time::Instant;

    use super::*;

    /// When it is read again, in seconds, if it is asked for at these times, and as often as `replies` says by the answers
    /// to reading again.
    async fn check(asked_at: &[u64], replies: usize, fails: usize, expected: &[u64]) {
        let ask = watch::Sender::new(0_u64);
        let start = Instant::now();
        let read = Mutex::new(Vec::new());
        let reading = heed(ask.subscribe(), || {
            let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
            read.push(start.elapsed().as_secs());
            if read.len() <= replies {
                ask.send_modify(|count| *count += 1);
            }
            std::future::ready(read.len() > fails)
        });
        let asking = async {
            for at in asked_at {
                tokio::time::sleep_until(start + Duration::from_secs(*at)).await;
                ask.send_modify(|count| *count += 1);
            }
            tokio::time::sleep_until(start + Duration::from_hours(1)).await;
        };
        tokio::select! {
            () = reading => panic!("it ended"),
            () = asking => {}
        }
        let read = read.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(*read, expected, "asked at {asked_at:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn several_who_ask_at_once_are_heeded_once() {
        check(&[5, 5, 5], 0, 0, &[5]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_again_soon_is_heeded_when_the_pause_is_over() {
        check(&[5, 8], 0, 0, &[5, 15]).await;
        check(&[5, 100], 0, 0, &[5, 100]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_by_every_answer_is_heeded_less_and_less_often() {
        check(&[0], 5, 0, &[0, 10, 30, 71, 151, 311]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_did_not_work_is_tried_again() {
        check(&[0], 0, 2, &[0, 10, 30]).await;
    }
}

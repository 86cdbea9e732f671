//! Sends the DELETE of one target, and settles it by looks where its answer was lost.

use std::time::Duration;

use secateur_cluster::{ClusterError, Deleted, Wanted};
use secateur_domain::{
    ids::ObjectKey,
    outcome::{DeleteAnswer, Outcome, after_answer, after_look},
};

use super::{
    Reply, Step,
    copies::{Copied, OLD_MS},
    gate::Slot,
    lane::{CopyWanted, Lane, LaneTarget, Ready},
};
use crate::session::SignedIn;

/// Between looks at a target whose answer was lost.
const LOOKS: [u64; 8] = [100, 400, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/// A DELETE that certainly did nothing is sent again this often.
const RESENDS: u32 = 2;
/// So often a DELETE may find no connection though the cluster answers otherwise.
const NO_CONNECTIONS: u32 = 5;

/// What sending once came to.
enum Sent {
    /// The server took a stand; there is nothing more to do here.
    Answered(Outcome),
    /// Nothing was done, and it may be sent again when the gate lets it through.
    Again,
    /// Nothing was done, since no connection could be opened.
    NoConnection(String),
    /// It is not known whether it was done.
    Lost,
    /// The answer was about another object.
    Unexpected,
    /// Nothing was done, and it cannot be sent.
    Never(String),
}

/// What looking came to.
enum Settled {
    /// It is known what became of it.
    Known,
    /// It is there, untouched: the DELETE did nothing.
    Untouched,
    /// It cannot be known here; the job looks on.
    Open,
}

impl Lane {
    /// Sends one target's DELETE as often as is safe, and returns when it is known what became of it.
    pub(super) async fn send(&self, ready: Ready) {
        let Ready { target, mut note, mut copied_at } = ready;
        // Whether an earlier DELETE may have arrived, though it was not answered.
        let mut is_doubtful = target.is_doubtful;
        let (mut losses, mut no_connections) = (0, 0);
        loop {
            let ahead = self.gate.ahead().await;
            if let Err(cause) = self.gate.pass().await {
                return self.end(target.target, is_doubtful, cause).await;
            }
            if copied_at.is_some_and(|at| self.clock.now_ms().saturating_sub(at) > OLD_MS) {
                // Paused, or interrupted, for so long that the copy may no longer be what is deleted.
                drop(ahead);
                match self.copy_again(&target).await {
                    Ok(copied) => copied_at = copied,
                    Err(outcome) => return self.step(target.target, outcome, Reply::default()).await,
                }
                continue;
            }
            if let Err(problem) = self.pen.request(target.target, note.take(), self.clock.now_ms()).await {
                let cause = format!("That {} is sent could not be written down: {problem}.", target.key);
                self.gate.close(cause.clone());
                return self.end(target.target, is_doubtful, cause).await;
            }
            self.step(target.target, Outcome::Requested, Reply::default()).await;
            let slot = self.gate.slot().await;
            drop(ahead);
            // Asked again: writing and waiting took their time.
            let Some(signed_in) = self.gate.pass_now() else {
                self.put_back(target.target, is_doubtful).await;
                continue;
            };
            match self.send_once(&signed_in, slot, &target, is_doubtful).await {
                Sent::Answered(outcome) => return self.unforeseen(&target, &outcome),
                Sent::Again => self.put_back(target.target, is_doubtful).await,
                Sent::NoConnection(cause) => {
                    no_connections += 1;
                    if no_connections > NO_CONNECTIONS {
                        return self.end(target.target, is_doubtful, cause).await;
                    }
                    self.put_back(target.target, is_doubtful).await;
                }
                Sent::Never(cause) => {
                    self.unforeseen(&target, &Outcome::NotSent { cause: cause.clone() });
                    return self.end(target.target, is_doubtful, cause).await;
                }
                Sent::Unexpected => {
                    if matches!(self.settle(target.target, &target.key).await, Settled::Untouched) {
                        let _ = self.steps.send(Step::GaveUp { target: target.target }).await;
                    }
                    return;
                }
                Sent::Lost => {
                    match self.settle(target.target, &target.key).await {
                        Settled::Known | Settled::Open => return,
                        Settled::Untouched => {}
                    }
                    is_doubtful = true;
                    losses += 1;
                    if losses > RESENDS {
                        let _ = self.steps.send(Step::GaveUp { target: target.target }).await;
                        return;
                    }
                }
            }
        }
    }

    async fn send_once(
        &self,
        signed_in: &SignedIn,
        slot: Slot<'_>,
        target: &LaneTarget,
        is_doubtful: bool,
    ) -> Sent {
        let wanted = Wanted { options: &self.options, version: target.version.as_deref() };
        let sent = slot.send();
        match signed_in.client.delete(&target.key, &wanted).await {
            Ok(deleted) => self.answered(slot, sent, target, deleted, is_doubtful).await,
            Err(ClusterError::Busy { retry_after, .. }) => {
                slot.busy(retry_after, sent).await;
                Sent::Again
            }
            Err(error) => {
                drop(slot);
                let is_session = error.ends_session();
                let is_away = matches!(error, ClusterError::Transport(_));
                let cause =
                    self.gate.session.error(&format!("delete {}", target.key), error).describe().message;
                if is_session {
                    return Sent::Again;
                }
                if is_away {
                    self.gate.mistrust();
                    return Sent::NoConnection(cause);
                }
                Sent::Never(cause)
            }
        }
    }

    async fn answered(
        &self,
        slot: Slot<'_>,
        sent: u64,
        target: &LaneTarget,
        deleted: Deleted,
        is_doubtful: bool,
    ) -> Sent {
        let is_lost = matches!(deleted.answer, DeleteAnswer::None { .. });
        if is_lost {
            self.gate.doubt(target.target);
            slot.lost(sent).await;
        } else {
            slot.answered(sent).await;
        }
        let key = &target.key;
        if matches!(&deleted.answer, DeleteAnswer::Taken { uid: Some(uid), terminating: None } if *uid == key.uid)
        {
            let _ = self.steps.send(Step::Named { target: target.target }).await;
        }
        let Deleted { answer, audit_id, status, warnings } = deleted;
        let outcome = after_any_answer(after_answer(&key.uid, answer), is_doubtful);
        let reply = Reply { audit_id, status, warnings };
        self.step(target.target, outcome.clone(), reply).await;
        if is_lost {
            self.unforeseen(target, &outcome);
            return Sent::Lost;
        }
        if matches!(outcome, Outcome::Unknown { .. }) {
            self.unforeseen(target, &outcome);
            return Sent::Unexpected;
        }
        Sent::Answered(outcome)
    }

    /// Nothing came of what was written down: the target is where it was before.
    async fn put_back(&self, target: usize, is_doubtful: bool) {
        let outcome = if is_doubtful {
            Outcome::Unknown { cause: "an earlier DELETE was not answered".to_owned() }
        } else {
            Outcome::Waiting
        };
        self.step(target, outcome, Reply::default()).await;
    }

    /// Looks until the name says what became of the target. What these looks do not settle, the job's own do.
    async fn settle(&self, target: usize, key: &ObjectKey) -> Settled {
        for pause in LOOKS {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            // The session may have been renewed since, and what another cluster does not have says nothing.
            let Ok(signed_in) = self.gate.identified().await else { return Settled::Open };
            let looked = signed_in.client.look(key).await;
            match looked {
                // A connection that was opened meanwhile may lead elsewhere.
                Ok(_) if !self.gate.is_identified(&signed_in) => {}
                Ok(seen) => {
                    self.gate.looked_at(target);
                    let Some(outcome) = after_look(&key.uid, &seen) else { return Settled::Untouched };
                    self.step(target, outcome, Reply::default()).await;
                    return Settled::Known;
                }
                Err(ClusterError::Refused(_)) => {
                    self.gate.looked_at(target);
                    return Settled::Open;
                }
                Err(error) => {
                    self.gate.mistrust();
                    drop(self.gate.session.error("get", error));
                }
            }
        }
        Settled::Open
    }

    /// Copies a target whose copy has grown old; gives when, or what the target came to without being sent.
    async fn copy_again(&self, target: &LaneTarget) -> Result<Option<u64>, Outcome> {
        debug_assert_ne!(target.copy, CopyWanted::NotPossible);
        let signed_in = self.gate.pass().await.map_err(|cause| Outcome::NotSent { cause })?;
        match self.copier.copy_one(&signed_in, target).await {
            Copied::Kept(kept) => Ok(Some(kept.at)),
            Copied::Over(outcome) => Err(outcome),
            Copied::NotRead(error) => {
                let error = self.gate.session.error("copy it", error).describe().message;
                Err(Outcome::NotSent { cause: super::copies::not_read(&target.key, &error) })
            }
            Copied::NotWritten(cause) => {
                self.gate.close(cause.clone());
                Err(Outcome::NotSent { cause })
            }
        }
    }
}

/// What an answer means after an earlier DELETE that may have arrived: what it finds gone may be that one's doing.
fn after_any_answer(outcome: Outcome, is_doubtful: bool) -> Outcome {
    match outcome {
        Outcome::AlreadyGone | Outcome::Replaced { .. } if is_doubtful => Outcome::Gone { successor: None },
        other => other,
    }
}

//! Sends one cluster's part of a job: checks that it is the cluster of the plan, then one DELETE a target, a few at
//! a time. An answer that may hide what happened is settled by a GET before anything else is done.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use secateur_cluster::{ClusterError, Wanted};
use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::{DeleteAnswer, Outcome, after_answer, after_look},
    plan::{DeleteOptions, PlannedCluster},
};
use tokio::sync::{mpsc, watch};

use super::{AlreadyTerminating, Step};
use crate::session::{Session, SignedIn};

/// DELETEs in flight for one cluster.
const AT_ONCE: usize = 8;
/// How long the watches may take to open before the lane sends without them; looks make up for what they miss.
const READINESS: Duration = Duration::from_secs(10);
/// Between looks at a target whose answer was lost.
const LOOKS: [u64; 8] = [100, 400, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
/// A DELETE that certainly did nothing is sent again this often, and one that the server was too busy for too.
const RESENDS: u32 = 2;
/// How long a busy server is left alone, if it does not say; and at most, whatever it says.
const BUSY: Duration = Duration::from_secs(2);
const LONGEST_BUSY: Duration = Duration::from_mins(2);

/// One cluster's part of a job.
pub(super) struct Lane {
    pub(super) session: Arc<Session>,
    pub(super) planned: PlannedCluster,
    pub(super) options: DeleteOptions,
    pub(super) targets: Vec<(usize, ObjectKey)>,
    pub(super) waiting: AlreadyTerminating,
    pub(super) steps: mpsc::Sender<Step>,
    /// Counts the kinds whose watch is open.
    pub(super) readiness: watch::Receiver<usize>,
    pub(super) group_count: usize,
}

impl Lane {
    /// Runs until everything has been sent and every lost answer settled.
    pub(super) async fn run(mut self) {
        let problem = match self.check().await {
            Ok(signed_in) => {
                self.wait_until_ready().await;
                self.send_all(&signed_in).await;
                None
            }
            Err(cause) => {
                for (target, _) in &self.targets {
                    self.step(*target, Outcome::NotSent { cause: cause.clone() }, None).await;
                }
                Some((self.cluster(), cause))
            }
        };
        let _ = self.steps.send(Step::LaneEnded { problem }).await;
    }

    /// Whether this is still the cluster that the plan was made for; nothing is sent otherwise.
    async fn check(&self) -> Result<SignedIn, String> {
        let signed_in = self.session.signed_in().map_err(|error| error.describe().message)?;
        let fingerprint = signed_in
            .client
            .fingerprint(&self.planned.fingerprint.namespace)
            .await
            .map_err(|error| self.session.error("say what it is", error).describe().message)?;
        if fingerprint == self.planned.fingerprint {
            return Ok(signed_in);
        }
        Err(format!("The server at {} is not the cluster this plan was made for.", self.planned.name))
    }

    async fn wait_until_ready(&mut self) {
        let all = self.group_count;
        // A watch that does not open in time is made up for by looking, so sending goes on all the same.
        let _ = tokio::time::timeout(READINESS, self.readiness.wait_for(|open| *open >= all)).await;
    }

    async fn send_all(&self, signed_in: &SignedIn) {
        stream::iter(&self.targets)
            .for_each_concurrent(AT_ONCE, |(target, key)| self.send(signed_in, *target, key))
            .await;
    }

    async fn send(&self, signed_in: &SignedIn, target: usize, key: &ObjectKey) {
        if let Some(outcome) = self.waiting.get(&target) {
            // A second DELETE could change how the first one is carried out.
            return self.step(target, outcome.clone(), None).await;
        }
        // Whether an earlier DELETE may have arrived, though it was not answered.
        let mut is_doubtful = false;
        for attempt in 0..=RESENDS {
            if signed_in.ended.is_cancelled() {
                return self
                    .end(target, is_doubtful, format!("Signed out of {}.", self.session.name()))
                    .await;
            }
            self.step(target, Outcome::Requested, None).await;
            let wanted = Wanted { options: &self.options, version: None };
            let outcome = match signed_in.client.delete(key, &wanted).await {
                Ok(deleted) => {
                    if matches!(&deleted.answer, DeleteAnswer::Taken { uid: Some(uid), terminating: None } if *uid == key.uid)
                    {
                        let _ = self.steps.send(Step::Named { target }).await;
                    }
                    let outcome = after_any_answer(after_answer(&key.uid, deleted.answer), is_doubtful);
                    self.step(target, outcome.clone(), deleted.audit_id).await;
                    outcome
                }
                Err(ClusterError::Busy { retry_after, .. }) if attempt < RESENDS => {
                    self.step(target, Outcome::Waiting, None).await;
                    tokio::time::sleep(retry_after.unwrap_or(BUSY).min(LONGEST_BUSY)).await;
                    continue;
                }
                Err(error) => {
                    let cause = self.session.error(&format!("delete {key}"), error).describe().message;
                    return self.end(target, is_doubtful, cause).await;
                }
            };
            if !matches!(outcome, Outcome::Unknown { .. }) || self.settle(target, key).await.is_some() {
                return;
            }
            is_doubtful = true;
        }
        let _ = self.steps.send(Step::GaveUp { target }).await;
    }

    /// Ends a target that is not sent again: nothing was sent for it, or it is not known what came of that.
    async fn end(&self, target: usize, is_doubtful: bool, cause: String) {
        let outcome = if is_doubtful { Outcome::Unknown { cause } } else { Outcome::NotSent { cause } };
        self.step(target, outcome, None).await;
        if is_doubtful {
            let _ = self.steps.send(Step::GaveUp { target }).await;
        }
    }

    /// Looks until the name says what became of the target. `None` when it is there, untouched: the DELETE did
    /// nothing and may be sent again. What these looks do not settle, the job's own do.
    async fn settle(&self, target: usize, key: &ObjectKey) -> Option<()> {
        for pause in LOOKS {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            // The session may have been renewed since; without one there is nobody to ask yet.
            let signed_in = self.session.wait_until_signed_in().await;
            if signed_in.fingerprint != self.planned.fingerprint {
                return Some(());
            }
            match signed_in.client.look(key).await {
                Ok(seen) => {
                    let outcome = after_look(&key.uid, &seen)?;
                    self.step(target, outcome, None).await;
                    return Some(());
                }
                Err(ClusterError::Refused(_)) => return Some(()),
                Err(error) => drop(self.session.error("get", error)),
            }
        }
        Some(())
    }

    fn cluster(&self) -> ClusterId {
        self.session.id().clone()
    }

    async fn step(&self, target: usize, outcome: Outcome, audit_id: Option<String>) {
        // The job ends with the backend, and so does this lane.
        let _ = self.steps.send(Step::Target { target, outcome, audit_id }).await;
    }
}

/// What an answer means after an earlier DELETE that may have arrived: what it finds gone may be that one's doing.
fn after_any_answer(outcome: Outcome, is_doubtful: bool) -> Outcome {
    match outcome {
        Outcome::AlreadyGone | Outcome::Replaced { .. } if is_doubtful => Outcome::Gone { successor: None },
        other => other,
    }
}

//! One cluster's part of a job: level by level, targets are copied and sent. Owners' DELETEs are answered before those
//! of what they own are sent.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures::{FutureExt, StreamExt, stream::FuturesUnordered};
use secateur_domain::{
    ids::ObjectKey,
    outcome::Outcome,
    plan::{DeleteOptions, Order},
};
use tokio::sync::{mpsc, watch};

use super::{Reply, Step, copies::Copier, gate::Gate, pen::Pen, words::Intent};
use crate::clock::Clock;

/// Targets of one cluster that are copied, sent or settled at the same time; how many are sent is the pace's business.
const HANDLED_AT_ONCE: usize = 64;
/// So many copied targets may wait for being sent.
const COPIED_AHEAD: usize = 64;
/// How long the watches may take to open before the lane sends without them; looks make up for what they miss.
const READINESS: Duration = Duration::from_secs(10);

/// One target as its lane knows it.
#[derive(Debug, Clone)]
pub(super) struct LaneTarget {
    pub(super) target: usize,
    pub(super) key: ObjectKey,
    /// The version that it must still have, where only unchanged ones may go.
    pub(super) version: Option<String>,
    pub(super) level: u32,
    /// The rehearsal said that the server would refuse, so a refusal is no surprise.
    pub(super) is_refusal_foreseen: bool,
    /// An earlier run's DELETE may have arrived.
    pub(super) is_doubtful: bool,
    pub(super) copy: CopyWanted,
    /// What goes with it and is copied too.
    pub(super) dependants: Vec<ObjectKey>,
}

/// Whether a target is copied before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CopyWanted {
    Yes,
    /// The plan said that it cannot be read.
    NotPossible,
    /// An earlier run of this job did, at this time, in milliseconds of the local clock.
    Done {
        /// When.
        at: u64,
    },
}

/// A target that may be sent.
pub(super) struct Ready {
    pub(super) target: LaneTarget,
    /// What its receipt should say of its copies.
    pub(super) note: Option<String>,
    /// When it was copied, in milliseconds of the local clock; `None` where there is nothing to be done again.
    pub(super) copied_at: Option<u64>,
}

/// One cluster's part of a job.
pub(super) struct Lane {
    pub(super) gate: Arc<Gate>,
    pub(super) pen: Pen,
    pub(super) copier: Copier,
    pub(super) options: DeleteOptions,
    pub(super) targets: Vec<LaneTarget>,
    /// Targets that are where they are before the lane begins, and so are sent nothing.
    pub(super) waiting: BTreeMap<usize, Outcome>,
    pub(super) intent: Arc<watch::Sender<Intent>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) steps: mpsc::Sender<Step>,
    /// Counts the kinds whose watch is open.
    pub(super) readiness: watch::Receiver<usize>,
    pub(super) group_count: usize,
}

impl Lane {
    /// Runs until everything has been sent and every lost answer settled, or looked at for as long as is sensible.
    pub(super) async fn run(mut self) {
        for (target, outcome) in std::mem::take(&mut self.waiting) {
            // A second DELETE could change how the first one is carried out.
            self.step(target, outcome, Reply::default()).await;
        }
        let targets = std::mem::take(&mut self.targets);
        let problem = match self.gate.pass_for(&targets).await {
            Ok(()) => {
                self.wait_until_ready().await;
                let levels: BTreeSet<u32> = targets.iter().map(|target| target.level).collect();
                for level in levels {
                    let of_level = targets.iter().filter(|target| target.level == level);
                    self.send_all(of_level.cloned().collect()).await;
                }
                self.gate.closed()
            }
            Err(cause) => {
                for target in targets {
                    self.end(target.target, target.is_doubtful, cause.clone()).await;
                }
                self.gate.closed()
            }
        };
        let _ = self.steps.send(Step::LaneEnded { cluster: self.gate.session.id().clone(), problem }).await;
    }

    async fn wait_until_ready(&mut self) {
        let all = self.group_count;
        // A watch that does not open in time is made up for by looking, so sending goes on all the same.
        let _ = tokio::time::timeout(READINESS, self.readiness.wait_for(|open| *open >= all)).await;
    }

    /// Copies and sends these, and returns when each was answered.
    async fn send_all(&self, targets: Vec<LaneTarget>) {
        let (ready, mut copied) = mpsc::channel(COPIED_AHEAD);
        let send = async {
            let mut under_way = FuturesUnordered::new();
            let mut is_more = true;
            while is_more || !under_way.is_empty() {
                tokio::select! {
                    next = copied.recv(), if is_more && under_way.len() < HANDLED_AT_ONCE => match next {
                        Some(ready) => under_way.push(self.send(ready).boxed()),
                        None => is_more = false,
                    },
                    Some(()) = under_way.next(), if !under_way.is_empty() => {}
                }
            }
        };
        tokio::join!(self.copy_all(targets, ready), send);
    }

    /// Ends a target that is not sent again: nothing was sent for it, or it is not known what came of that.
    pub(super) async fn end(&self, target: usize, is_doubtful: bool, cause: String) {
        let outcome = if is_doubtful { Outcome::Unknown { cause } } else { Outcome::NotSent { cause } };
        self.step(target, outcome, Reply::default()).await;
        if is_doubtful {
            let _ = self.steps.send(Step::GaveUp { target }).await;
        }
    }

    pub(super) async fn step(&self, target: usize, outcome: Outcome, reply: Reply) {
        // The job ends with the backend, and so does this lane.
        let _ = self.steps.send(Step::Target { target, outcome, reply }).await;
    }

    /// A failure that the rehearsal did not foresee ends the sending everywhere, where that was asked for.
    pub(super) fn unforeseen(&self, target: &LaneTarget, outcome: &Outcome) {
        let is_failure = match outcome {
            Outcome::Refused { .. } => !target.is_refusal_foreseen,
            Outcome::Unknown { .. } | Outcome::NotSent { .. } => true,
            _ => false,
        };
        if is_failure && self.options.order == Order::StagedUntilFailure {
            let cause = format!("Stopped after the first failure: {}.", target.key);
            self.intent.send_if_modified(|intent| {
                let is_first = !matches!(intent, Intent::Stop { .. });
                if is_first {
                    *intent = Intent::Stop { cause };
                }
                is_first
            });
        }
    }
}

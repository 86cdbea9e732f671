//! Rehearses one cluster's targets: the same DELETEs as dry runs, a few at a time, again when a target comes back, when
//! the cluster is unlocked and when it is signed in to again. Ends with the plan.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use futures::{StreamExt, stream::FuturesUnordered};
use secateur_cluster::{ClusterError, Rehearsable, Rehearsed, Wanted as DeleteWanted};
use secateur_domain::{
    fingerprint::Fingerprint,
    plan::{DeleteOptions, PlannedCluster},
    rehearsal::Rehearsal,
};
use tokio::sync::Notify;

use super::{
    OpenPlan,
    access::Access,
    known::{Hold, Wanted},
};
use crate::{
    failure::EngineError,
    session::{Session, SignedIn},
};

/// Rehearsals in flight for one cluster.
const AT_ONCE: usize = 16;
/// How long a busy server is left alone, if it does not say.
const BUSY: Duration = Duration::from_secs(2);

/// What a rehearsal came to.
enum Came {
    To(Rehearsed),
    /// The server asks to be left alone, for so long, in these words.
    Busy(Duration, String),
    /// Nothing was sent.
    Held(Hold),
}

/// Rehearses for one cluster.
pub(super) struct Rehearser {
    pub(super) plan: Weak<OpenPlan>,
    pub(super) session: Arc<Session>,
    pub(super) access: Arc<Access>,
    pub(super) planned: PlannedCluster,
    pub(super) options: DeleteOptions,
    /// Rung when there is something to rehearse.
    pub(super) bell: Arc<Notify>,
}

impl Rehearser {
    pub(super) async fn run(self) {
        let mut session = self.session.changes();
        let mut sent = FuturesUnordered::new();
        loop {
            while sent.len() < AT_ONCE {
                let Some(wanted) = self.take() else { break };
                sent.push(self.ask(wanted));
            }
            let rung = self.bell.notified();
            tokio::select! {
                Some((target, came)) = sent.next(), if !sent.is_empty() => {
                    let Some(pause) = self.take_in(target, came) else { continue };
                    // Nothing more is sent for so long; what is on its way may be answered meanwhile.
                    let until = tokio::time::sleep(pause);
                    tokio::pin!(until);
                    loop {
                        tokio::select! {
                            () = &mut until => break,
                            Some((target, came)) = sent.next(), if !sent.is_empty() => {
                                self.take_in(target, came);
                            }
                        }
                    }
                }
                () = rung => {}
                changed = session.changed() => {
                    let Some(plan) = self.plan.upgrade().filter(|_| changed.is_ok()) else { return };
                    if self.client().is_ok() {
                        plan.know(|known| known.release(self.session.id()));
                    }
                    // Whether it is locked, and who asks there, is said as it is now.
                    plan.standing_changed();
                }
            }
        }
    }

    /// The next target, unless nothing may be sent now: then all of this cluster wait.
    fn take(&self) -> Option<Wanted> {
        let plan = self.plan.upgrade()?;
        let wanted = plan.take_wanted(self.session.id())?;
        if let Err(hold) = self.client() {
            plan.know(|known| known.hold(self.session.id(), &self.planned.name, &hold));
            return None;
        }
        Some(wanted)
    }

    fn take_in(&self, target: usize, came: Came) -> Option<Duration> {
        let plan = self.plan.upgrade()?;
        let now = plan.now();
        match came {
            Came::To(rehearsal) => plan.know(|known| known.answer(target, rehearsal, now)),
            Came::Busy(pause, words) => {
                plan.know(|known| known.busy(target, &words, now));
                return Some(pause);
            }
            Came::Held(hold) => plan.know(|known| known.hold(self.session.id(), &self.planned.name, &hold)),
        }
        None
    }

    async fn ask(&self, wanted: Wanted) -> (usize, Came) {
        (wanted.target, self.rehearse(&wanted).await)
    }

    async fn rehearse(&self, wanted: &Wanted) -> Came {
        let client = match self.client() {
            Ok(signed_in) if is_it(&signed_in, &self.planned.fingerprint) => signed_in.client,
            Ok(_) => {
                let cause =
                    format!("the server at {} is not the cluster this plan was made for", self.planned.name);
                return Came::To(Rehearsal::NoAnswer { cause }.into());
            }
            Err(hold) => return Came::Held(hold),
        };
        let key = &wanted.key;
        let can = client.can_rehearse(&key.kind).await;
        let answer = match can {
            Ok(Rehearsable::No { why }) => Ok(Rehearsal::CannotBe { why }.into()),
            Ok(Rehearsable::Yes) => {
                let how = DeleteWanted { options: &self.options, version: wanted.version.as_deref() };
                client.rehearse(key, &how).await
            }
            Err(error) => Err(error),
        };
        match answer {
            Ok(Rehearsed { rehearsal: Rehearsal::CannotBe { why }, warnings }) => {
                let why = format!("{why}{}", self.access.hint(key).await);
                Came::To(Rehearsed { rehearsal: Rehearsal::CannotBe { why }, warnings })
            }
            Ok(rehearsed) => Came::To(rehearsed),
            Err(ClusterError::Busy { retry_after, status }) => {
                Came::Busy(retry_after.unwrap_or(BUSY), status.message)
            }
            Err(error) => {
                let is_sign_in = error.ends_session();
                let cause =
                    self.session.error(&format!("rehearse to delete {key}"), error).describe().message;
                if is_sign_in {
                    Came::Held(Hold::SignedOut(cause))
                } else {
                    Came::To(Rehearsal::NoAnswer { cause }.into())
                }
            }
        }
    }

    /// The client to write with, just before writing: a locked cluster gives none.
    fn client(&self) -> Result<SignedIn, Hold> {
        self.session.for_writing().map_err(|error| match error {
            EngineError::ReadOnly { .. } => Hold::Locked,
            other => Hold::SignedOut(other.describe().message),
        })
    }
}

fn is_it(signed_in: &SignedIn, fingerprint: &Fingerprint) -> bool {
    signed_in.fingerprint == *fingerprint
}

//! Copies of targets, and of what goes with them, are in the trash before their DELETEs are sent.
//!
//! Bodies may be Secrets: they go from the server into the trash, are named in no message, and are wiped when they
//! are dropped.

mod feed;

use std::sync::{Arc, Mutex, PoisonError};

use futures::{FutureExt, future::join_all};
use secateur_cluster::{ClusterError, ObjectBody};
use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::Outcome,
};
use secateur_store::{CopyRole, NewCopy, ObjectRecord, StoreError, Trash};

use super::lane::LaneTarget;
use crate::{clock::Clock, session::SignedIn};

/// A copy that is older than this, in milliseconds, is taken again before the DELETE is sent.
pub(super) const OLD_MS: u64 = 60_000;
/// What goes with a job's targets is copied up to this.
const DEPENDANTS: usize = 2_000;
const DEPENDANT_BYTES: usize = 64 << 20;
/// GETs under way for the copies of one lane.
const READS: usize = 8;

/// What is left of the room for what goes with a job's targets; the lanes share it.
pub(super) struct Room(Mutex<(usize, usize)>);

impl Default for Room {
    fn default() -> Self {
        Self(Mutex::new((DEPENDANTS, DEPENDANT_BYTES)))
    }
}

impl Room {
    /// Whether one more object may be read.
    fn is_left(&self) -> bool {
        let left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        left.0 > 0 && left.1 > 0
    }

    /// Takes room for an object of so many bytes, if there is so much.
    fn take(&self, bytes: usize) -> bool {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (left.0.checked_sub(1), left.1.checked_sub(bytes)) {
            (Some(objects), Some(rest)) => {
                *left = (objects, rest);
                true
            }
            _ => false,
        }
    }
}

/// Copies for one cluster's part of a job.
pub(super) struct Copier {
    pub(super) trash: Trash,
    pub(super) job: String,
    pub(super) cluster: ClusterId,
    /// The digest of the cluster's fingerprint.
    pub(super) fingerprint: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) room: Arc<Room>,
}

/// A copy in the trash.
pub(super) struct Kept {
    /// When it was read, in milliseconds of the local clock.
    pub(super) at: u64,
    /// What of the objects that go with it is not kept, if anything.
    pub(super) note: Option<String>,
}

/// What copying a target came to.
pub(super) enum Copied {
    Kept(Kept),
    /// There is nothing to delete: it is gone, or replaced by a namesake.
    Over(Outcome),
    NotRead(ClusterError),
    /// The trash did not take it: nothing may be sent.
    NotWritten(String),
}

impl Copier {
    /// Copies one target with what goes with it.
    pub(super) async fn copy_one(&self, signed_in: &SignedIn, target: &LaneTarget) -> Copied {
        match self.read(signed_in, &target.key).await {
            Ok(Ok(body)) => {
                let kept = self.keep(signed_in, vec![(target, body)]).await;
                match kept.map(|mut kept| kept.pop()) {
                    Ok(Some(kept)) => Copied::Kept(kept),
                    Ok(None) => Copied::NotWritten(not_written(&target.key, "it was not kept")),
                    Err(reason) => Copied::NotWritten(not_written(&target.key, &reason)),
                }
            }
            Ok(Err(outcome)) => Copied::Over(outcome),
            Err(error) => Copied::NotRead(error),
        }
    }

    /// The whole object; or the outcome where it is not there.
    async fn read(
        &self,
        signed_in: &SignedIn,
        key: &ObjectKey,
    ) -> Result<Result<ObjectBody, Outcome>, ClusterError> {
        Ok(match signed_in.client.get_body(key).await? {
            secateur_cluster::Copied::Body(body) => Ok(body),
            secateur_cluster::Copied::Absent => Err(Outcome::AlreadyGone),
            secateur_cluster::Copied::OtherUid => Err(Outcome::Replaced { successor: None }),
        })
    }

    /// Puts these into the trash with what goes with them, in one transaction. An error says why the trash did not
    /// take them, and then it has none of them.
    async fn keep(
        &self,
        signed_in: &SignedIn,
        targets: Vec<(&LaneTarget, ObjectBody)>,
    ) -> Result<Vec<Kept>, String> {
        let at = self.clock.now_ms();
        let mut copies = Vec::with_capacity(targets.len());
        let mut kept = Vec::with_capacity(targets.len());
        for (target, body) in targets {
            let ordinal = u32::try_from(target.target).map_err(|_| "the job is too large".to_owned())?;
            copies.push(self.copy(ordinal, CopyRole::Target, &target.key, body, at));
            let dependants = self.read_dependants(signed_in, &target.dependants).await;
            let (count, wanted) = (dependants.len(), target.dependants.len());
            for (key, body) in dependants {
                copies.push(self.copy(ordinal, CopyRole::Dependant, key, body, at));
            }
            let note = (count < wanted).then(|| format!("Copies of what goes with it: {count} of {wanted}."));
            kept.push(Kept { at, note });
        }
        let trash = self.trash.clone();
        match tokio::task::spawn_blocking(move || trash.put_all(&copies)).await {
            Ok(Ok(())) => Ok(kept),
            Ok(Err(error)) => Err(reason(&error)),
            Err(error) => Err(error.to_string()),
        }
    }

    /// What goes with a target, as far as there is room and it can be read. What is gone, or is another by now, does
    /// not go with it.
    async fn read_dependants<'a>(
        &self,
        signed_in: &SignedIn,
        keys: &'a [ObjectKey],
    ) -> Vec<(&'a ObjectKey, ObjectBody)> {
        let mut kept = Vec::new();
        for some in keys.chunks(READS) {
            if !self.room.is_left() {
                break;
            }
            let bodies = join_all(some.iter().map(|key| self.read(signed_in, key).boxed())).await;
            // What is not kept is counted by its absence, and noted.
            kept.extend(some.iter().zip(bodies).filter_map(|(key, body)| match body {
                Ok(Ok(body)) if self.room.take(body.json.len()) => Some((key, body)),
                _ => None,
            }));
        }
        kept
    }

    fn copy(&self, ordinal: u32, role: CopyRole, key: &ObjectKey, body: ObjectBody, at: u64) -> NewCopy {
        NewCopy {
            job: self.job.clone(),
            ordinal,
            role,
            cluster: self.cluster.clone(),
            fingerprint: self.fingerprint.clone(),
            object: ObjectRecord::from(key),
            body: body.json,
            at: at.cast_signed(),
        }
    }
}

/// The sentence for a copy that was not written.
pub(super) fn not_written(key: &ObjectKey, reason: &str) -> String {
    format!("The copy of {} {} could not be written: {reason}.", key.kind.name, key.name)
}

/// The sentence for a copy that could not be made though the plan had said that it could.
pub(super) fn not_read(key: &ObjectKey, reason: &str) -> String {
    let reason = reason.trim_end_matches('.');
    format!("The copy of {} {} could not be made: {reason}.", key.kind.name, key.name)
}

fn reason(error: &StoreError) -> String {
    match error {
        StoreError::Full { .. } => "disk full".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_with_a_job_is_copied_up_to_two_thousand_objects_and_64_mib() {
        let room = Room::default();
        assert!((0..2_000).all(|_| room.take(1)));
        assert!(!room.is_left() && !room.take(0));
        let room = Room::default();
        assert!(room.take(63 << 20));
        assert!(!room.take(2 << 20), "more than is left");
        assert!(room.take(1 << 20));
        assert!(!room.is_left());
    }
}

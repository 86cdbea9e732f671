//! From the journal back to a job: what an earlier run left, looked at again before anything is sent.
//!
//! Nothing goes on by itself, and nothing goes on as it was where something changed: then a new plan is made.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use futures::{FutureExt, future::join_all};
use secateur_domain::{
    ids::{ClusterId, Identity, ObjectKey},
    outcome::{Outcome, Seen, after_look},
    plan::{ConfirmedPlan, Plan, PlanDigest, PlannedCluster, Proof},
    risk::Found,
};
use secateur_store::{CopyPlanned, JobRow, ObjectRecord, TargetRow};

use super::PlannedJob;
use crate::{
    failure::EngineError,
    session::{Session, SignedIn},
};

/// GETs under way while looking at what an earlier run left.
const LOOKS: usize = 8;

/// What the journal has of a job that came to no end.
pub(crate) struct Interrupted {
    pub(crate) row: JobRow,
    pub(crate) targets: Vec<TargetRow>,
}

impl Interrupted {
    /// The job as it goes on, if nothing changed meanwhile. `copied` are the targets of which the trash has a copy, and
    /// when it was made.
    pub(crate) async fn plan(
        &self,
        sessions: &HashMap<ClusterId, Arc<Session>>,
        copied: BTreeMap<usize, u64>,
    ) -> Result<PlannedJob, EngineError> {
        let signed_in = self.identify(sessions).await?;
        let keys = self.keys(&signed_in)?;
        let confirmed = self.confirm(&keys, sessions)?;
        let mut planned = PlannedJob::new(confirmed, HashMap::new());
        planned.copied = copied;
        planned.levels = self.targets.iter().map(|row| row.target.level).collect();
        planned.taken = self.targets.iter().map(|row| row.target.dependants).collect();
        planned.dependants = self.dependants(&signed_in);
        let mut unsettled = Vec::new();
        for (target, (row, key)) in self.targets.iter().zip(&keys).enumerate() {
            planned
                .rehearsals
                .splice(target..=target, [(row.target.rehearsal.clone(), row.target.rehearsed_at)]);
            if let CopyPlanned::NotAllowed { why } | CopyPlanned::NotKept { why } = &row.target.copy {
                planned.uncopied.insert(target, why.clone());
            }
            if row.latest.outcome.is_final() {
                planned.so_far.insert(target, row.latest.clone());
            } else {
                unsettled.push((target, &row.latest.outcome, key));
            }
        }
        for some in unsettled.chunks(LOOKS) {
            let looks = some.iter().map(|(_, _, key)| look(&signed_in, sessions, key).boxed());
            for ((target, before, key), seen) in some.iter().zip(join_all(looks).await) {
                place(&mut planned, *target, before, key, &seen?)?;
            }
        }
        Ok(planned)
    }

    /// The targets that are left, as keys that can be planned anew.
    pub(crate) async fn left(
        &self,
        sessions: &HashMap<ClusterId, Arc<Session>>,
        is_wanted: impl Fn(&Outcome) -> bool,
    ) -> Result<Vec<ObjectKey>, EngineError> {
        let mut signed_in = HashMap::new();
        for (cluster, session) in sessions {
            signed_in.insert(cluster.clone(), session.discovered().await?);
        }
        let keys = self.keys(&signed_in)?;
        let wanted = self.targets.iter().zip(keys).filter(|(row, _)| is_wanted(&row.latest.outcome));
        Ok(wanted.map(|(_, key)| key).collect())
    }

    /// The sessions, each with the cluster that the job was confirmed for.
    async fn identify(
        &self,
        sessions: &HashMap<ClusterId, Arc<Session>>,
    ) -> Result<HashMap<ClusterId, SignedIn>, EngineError> {
        let mut identified = HashMap::new();
        for cluster in &self.row.clusters {
            let session = sessions
                .get(&cluster.cluster)
                .ok_or_else(|| EngineError::ClusterUnknown(cluster.cluster.to_string()))?;
            let signed_in = session.discovered().await?;
            let fingerprint = signed_in
                .client
                .fingerprint(&cluster.fingerprint.namespace)
                .await
                .map_err(|error| session.error("say what it is", error))?;
            if fingerprint != cluster.fingerprint {
                return Err(EngineError::OtherCluster(cluster.name.clone()));
            }
            identified.insert(cluster.cluster.clone(), signed_in);
        }
        Ok(identified)
    }

    /// The targets' keys, with their kinds as the servers serve them now.
    fn keys(&self, signed_in: &HashMap<ClusterId, SignedIn>) -> Result<Vec<ObjectKey>, EngineError> {
        let keys = self.targets.iter().map(|row| {
            served(signed_in, &row.target.object).ok_or_else(|| {
                let key = row.target.object.key();
                EngineError::PlanChanged(format!("{key} is of a kind that its cluster no longer serves"))
            })
        });
        keys.collect()
    }

    /// What goes with each target and is to be copied with it. What is no longer served is counted as not kept.
    fn dependants(&self, signed_in: &HashMap<ClusterId, SignedIn>) -> BTreeMap<usize, Vec<ObjectKey>> {
        let key = |object: &ObjectRecord| served(signed_in, object).unwrap_or_else(|| object.key());
        let with_any = self.targets.iter().enumerate().filter(|(_, row)| !row.target.copied_with.is_empty());
        with_any.map(|(target, row)| (target, row.target.copied_with.iter().map(key).collect())).collect()
    }

    /// The plan that was confirmed, made again. A journal that somebody altered does not have its digest.
    fn confirm(
        &self,
        keys: &[ObjectKey],
        sessions: &HashMap<ClusterId, Arc<Session>>,
    ) -> Result<ConfirmedPlan, EngineError> {
        let clusters: BTreeMap<ClusterId, PlannedCluster> = self
            .row
            .clusters
            .iter()
            .map(|cluster| {
                let session = sessions.get(&cluster.cluster);
                let planned = PlannedCluster {
                    name: cluster.name.clone(),
                    fingerprint: cluster.fingerprint.clone(),
                    tier: cluster.tier,
                    is_insecure: session.is_some_and(|session| session.summary().is_insecure),
                };
                (cluster.cluster.clone(), planned)
            })
            .collect();
        let versions: BTreeMap<Identity, String> = self
            .targets
            .iter()
            .zip(keys)
            .filter_map(|(row, key)| Some((key.identity(), row.target.resource_version.clone()?)))
            .collect();
        let plan = Plan::freeze(keys.iter().cloned(), &clusters, self.row.options)?.at_versions(versions);
        let proof = Proof::Digest(PlanDigest::from_text(&self.row.digest));
        if plan.targets().len() != self.targets.len() {
            return Err(altered());
        }
        plan.confirm(&proof, &Found::default()).map_err(|_| altered())
    }
}

/// An object's key with its kind as its server serves it now, if it does.
fn served(signed_in: &HashMap<ClusterId, SignedIn>, object: &ObjectRecord) -> Option<ObjectKey> {
    let signed_in = signed_in.get(&object.cluster)?;
    let kind = signed_in.served(&object.group, &object.version, &object.plural)?;
    Some(ObjectKey { kind: Arc::clone(kind), ..object.key() })
}

fn altered() -> EngineError {
    EngineError::PlanChanged("what is written down of this job is not what was confirmed".to_owned())
}

async fn look(
    signed_in: &HashMap<ClusterId, SignedIn>,
    sessions: &HashMap<ClusterId, Arc<Session>>,
    key: &ObjectKey,
) -> Result<Seen, EngineError> {
    let unknown = || EngineError::ClusterUnknown(key.cluster.to_string());
    let client = &signed_in.get(&key.cluster).ok_or_else(unknown)?.client;
    let session = sessions.get(&key.cluster).ok_or_else(unknown)?;
    client.look(key).await.map_err(|error| session.error(&format!("get {key}"), error))
}

/// Puts one target where a look at it says that it is.
fn place(
    planned: &mut PlannedJob,
    target: usize,
    before: &Outcome,
    key: &ObjectKey,
    seen: &Seen,
) -> Result<(), EngineError> {
    let is_begun = *before != Outcome::Waiting;
    match (after_look(&key.uid, seen), is_begun) {
        // Its DELETE may have arrived or not; what is there is as it was, and may be sent again.
        (None, true) => {
            planned.doubtful.insert(target);
        }
        (None, false) => {}
        (Some(Outcome::Gone { successor: Some(_) }), false) => {
            return Err(EngineError::PlanChanged(format!("{key} was replaced by a namesake")));
        }
        (Some(Outcome::Gone { .. }), false) => {
            planned.waiting.insert(target, Outcome::AlreadyGone);
        }
        // One that is terminating is sent no second DELETE.
        (Some(outcome), _) => {
            planned.waiting.insert(target, outcome);
        }
    }
    Ok(())
}

/// What an interrupted job's targets come to when nobody wants it to go on; only those that change.
pub(crate) fn given_up(outcome: &Outcome) -> Option<Outcome> {
    match outcome {
        Outcome::Waiting => {
            Some(Outcome::NotSent { cause: "The job was interrupted and not resumed.".to_owned() })
        }
        Outcome::Requested | Outcome::Accepted => {
            let cause = "Secateur ended before it was seen what became of it".to_owned();
            Some(Outcome::Unknown { cause })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;

//! Plans: a frozen selection, the digest over it, and the only way to a plan that can be executed.

mod options;
mod proof;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

pub use self::{
    options::{DeleteOptions, Order, Propagation, Until},
    proof::{Agreed, Given, HOLD, PlanDigest, Proof, ProofError},
};
use crate::{
    fingerprint::Fingerprint,
    ids::{ClusterId, Identity, ObjectKey, hex},
    practice::is_practice,
    risk::{self, Found, Risk},
    tier::Tier,
};

/// A cluster of a plan, as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCluster {
    /// Its display name.
    pub name: String,
    /// What it is.
    pub fingerprint: Fingerprint,
    /// How careful to be with it.
    pub tier: Tier,
    /// Whether its certificate is not verified.
    pub is_insecure: bool,
}

impl PlannedCluster {
    /// Whether it is a practice cluster.
    pub fn is_practice(&self) -> bool {
        is_practice(&self.fingerprint.server)
    }
}

/// A frozen selection. Its targets never change; what is found out about them stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    clusters: BTreeMap<ClusterId, PlannedCluster>,
    targets: Vec<ObjectKey>,
    options: DeleteOptions,
    /// The version that each target had, where only unchanged ones may go.
    versions: BTreeMap<Identity, String>,
}

/// Why no plan could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nothing was chosen.
    #[error("no object is chosen")]
    Empty,
    /// A target's cluster has no fingerprint yet, so nothing could tell it from another.
    #[error("the cluster of {0} has not been identified")]
    NotIdentified(String),
    /// The server does not serve `delete` for a target's kind.
    #[error("{0} cannot be deleted: the server does not offer it for this kind")]
    NotDeletable(String),
    /// A grace period of 0 may leave a Pod's processes running.
    #[error(
        "{0}: a grace period of 0 is for one Pod at a time that is terminating and past its grace period; \
         choose another"
    )]
    Force(String),
    /// Practice clusters and real ones share no plan.
    #[error(
        "a plan is of practice clusters or of real ones: {practice} of the objects are in {}, which {} for practice, \
         and {real} in {}, which {} real",
        practice_names.join(", "), are(practice_names), real_names.join(", "), are(real_names)
    )]
    Mixed {
        /// How many targets are in practice clusters.
        practice: usize,
        /// Which those are.
        practice_names: Vec<String>,
        /// How many are in real ones.
        real: usize,
        /// Which those are.
        real_names: Vec<String>,
    },
}

fn are(names: &[String]) -> &'static str {
    if names.len() == 1 { "is" } else { "are" }
}

impl Plan {
    /// Freezes the targets. An object chosen twice is one target.
    pub fn freeze(
        targets: impl IntoIterator<Item = ObjectKey>,
        clusters: &BTreeMap<ClusterId, PlannedCluster>,
        options: DeleteOptions,
    ) -> Result<Self, PlanError> {
        let mut seen = BTreeSet::new();
        let targets: Vec<_> = targets.into_iter().filter(|key| seen.insert(key.identity())).collect();
        if targets.is_empty() {
            return Err(PlanError::Empty);
        }
        let mut planned = BTreeMap::new();
        for key in &targets {
            if !key.kind.can("delete") {
                return Err(PlanError::NotDeletable(key.to_string()));
            }
            let cluster =
                clusters.get(&key.cluster).ok_or_else(|| PlanError::NotIdentified(key.to_string()))?;
            planned.insert(key.cluster.clone(), cluster.clone());
        }
        if targets.len() > 1
            && let Some(pod) = targets.iter().find(|key| is_forced(key, &options))
        {
            return Err(PlanError::Force(pod.to_string()));
        }
        insist_on_one_sort(&targets, &planned)?;
        Ok(Self { clusters: planned, targets, options, versions: BTreeMap::new() })
    }

    /// The plan with the versions that its targets have now: see [`DeleteOptions::only_if_unchanged`].
    #[must_use]
    pub fn at_versions(self, versions: BTreeMap<Identity, String>) -> Self {
        Self { versions, ..self }
    }

    /// The version that a target must still have, where only unchanged ones may go.
    pub fn version(&self, key: &ObjectKey) -> Option<&str> {
        self.versions.get(&key.identity()).filter(|_| self.options.only_if_unchanged).map(String::as_str)
    }

    /// Whether its one target is a Pod that is not given time to end: allowed where [`PlanError::Force`] says.
    pub fn is_force(&self) -> bool {
        self.targets.iter().any(|key| is_forced(key, &self.options))
    }

    /// The clusters in the order of execution: where least can be lost first, then as chosen.
    pub fn order(&self) -> Vec<ClusterId> {
        let mut order: Vec<&ClusterId> = Vec::new();
        for key in &self.targets {
            if !order.contains(&&key.cluster) {
                order.push(&key.cluster);
            }
        }
        order.sort_by_key(|cluster| self.clusters.get(*cluster).map(|planned| planned.tier));
        order.into_iter().cloned().collect()
    }

    /// The targets in the order in which they were chosen.
    pub fn targets(&self) -> &[ObjectKey] {
        &self.targets
    }

    /// The clusters concerned.
    pub fn clusters(&self) -> &BTreeMap<ClusterId, PlannedCluster> {
        &self.clusters
    }

    /// The options.
    pub fn options(&self) -> DeleteOptions {
        self.options
    }

    /// The plan without the targets that are no longer there; `None` when nothing is left.
    pub fn without(&self, is_lost: impl Fn(&ObjectKey) -> bool) -> Option<Self> {
        let left = self.targets.iter().filter(|key| !is_lost(key)).cloned();
        let left = Self::freeze(left, &self.clusters, self.options).ok()?;
        Some(left.at_versions(self.versions.clone()))
    }

    /// A digest over the clusters' fingerprints, the options and the targets' UIDs. The order of choosing and the
    /// name of a context do not matter to it.
    pub fn digest(&self) -> PlanDigest {
        let mut parts: Vec<(String, &str)> = self
            .targets
            .iter()
            .map(|key| {
                let fingerprint = self.clusters.get(&key.cluster).map(|cluster| cluster.fingerprint.digest());
                (fingerprint.unwrap_or_default(), key.uid.as_str())
            })
            .collect();
        parts.sort();
        let mut versions: Vec<(&str, &str)> = Vec::new();
        let mut hasher = Sha256::new();
        hasher.update(self.options.propagation.as_str());
        hasher.update(
            self.options.grace_period_seconds.map_or_else(String::new, |seconds| format!(" {seconds}")),
        );
        if self.options.order != Order::Together {
            hasher.update(format!(" {:?}", self.options.order));
        }
        for key in self.targets.iter().filter(|_| self.options.only_if_unchanged) {
            versions.push((key.uid.as_str(), self.version(key).unwrap_or_default()));
        }
        versions.sort_unstable();
        for (uid, version) in versions {
            hasher.update(format!(" {uid} at {version}"));
        }
        for (fingerprint, uid) in parts {
            hasher.update(fingerprint);
            hasher.update(uid.len().to_le_bytes());
            hasher.update(uid);
        }
        PlanDigest(hex(&hasher.finalize()))
    }

    /// How much could be lost, and so what the person has to do. `found` is what the plan found out so far.
    pub fn risk(&self, found: &Found) -> Risk {
        risk::assess(self, found)
    }

    /// Checks the proof. This is the only way to a [`ConfirmedPlan`].
    pub fn confirm(self, proof: &Proof, found: &Found) -> Result<ConfirmedPlan, ProofError> {
        if *proof.digest() != self.digest() {
            return Err(ProofError::OtherPlan);
        }
        let agreed = proof::check(&self.risk(found).proof, proof)?;
        Ok(ConfirmedPlan { plan: self, agreed })
    }
}

/// Refuses targets of practice and of real clusters together.
fn insist_on_one_sort(
    targets: &[ObjectKey],
    clusters: &BTreeMap<ClusterId, PlannedCluster>,
) -> Result<(), PlanError> {
    let names = |sort: bool| -> Vec<String> {
        let own = clusters.values().filter(|cluster| cluster.is_practice() == sort);
        own.map(|cluster| cluster.name.clone()).collect()
    };
    let (practice_names, real_names) = (names(true), names(false));
    if practice_names.is_empty() || real_names.is_empty() {
        return Ok(());
    }
    let is_practice = |key: &&ObjectKey| clusters.get(&key.cluster).is_some_and(PlannedCluster::is_practice);
    let practice = targets.iter().filter(is_practice).count();
    Err(PlanError::Mixed { practice, practice_names, real: targets.len() - practice, real_names })
}

fn is_forced(key: &ObjectKey, options: &DeleteOptions) -> bool {
    options.grace_period_seconds == Some(0) && key.kind.group.is_empty() && key.kind.plural == "pods"
}

/// A plan with its proof: the only thing that can be executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedPlan {
    plan: Plan,
    agreed: Agreed,
}

impl ConfirmedPlan {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How it was agreed to.
    pub fn agreed(&self) -> &Agreed {
        &self.agreed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::{ResourceName, Uid},
        kind::Scope,
        testing::kind,
    };

    fn key(plural: &str, name: &str, uid: &str) -> ObjectKey {
        ObjectKey {
            cluster: ClusterId::derive("file", "context", "server"),
            kind: kind("", plural, plural, Scope::Namespaced),
            namespace: ResourceName::parse("ns").ok(),
            name: ResourceName::parse(name).expect("a name"),
            uid: Uid::parse(uid).expect("a UID"),
        }
    }

    fn clusters(server: &str) -> BTreeMap<ClusterId, PlannedCluster> {
        let fingerprint = Fingerprint {
            server: server.into(),
            ca_hash: "ca".into(),
            namespace: "kube-system".into(),
            namespace_uid: Uid::parse("system").ok(),
        };
        let id = ClusterId::derive("file", "context", "server");
        let planned = PlannedCluster {
            name: "garden".into(),
            fingerprint,
            tier: Tier::Development,
            is_insecure: false,
        };
        BTreeMap::from([(id, planned)])
    }

    fn plan(targets: &[ObjectKey]) -> Plan {
        Plan::freeze(targets.to_vec(), &clusters("https://a"), DeleteOptions::default()).expect("a plan")
    }

    #[test]
    fn an_object_chosen_twice_is_one_target() {
        assert_eq!(plan(&[key("configmaps", "a", "1"), key("configmaps", "a", "1")]).targets().len(), 1);
    }

    #[test]
    fn nothing_chosen_is_no_plan() {
        assert_eq!(Plan::freeze([], &clusters("https://a"), DeleteOptions::default()), Err(PlanError::Empty));
    }

    #[test]
    fn a_cluster_that_is_not_identified_has_no_plan() {
        let made = Plan::freeze([key("configmaps", "a", "1")], &BTreeMap::new(), DeleteOptions::default());
        assert!(matches!(made, Err(PlanError::NotIdentified(_))));
    }

    #[test]
    fn practice_and_real_clusters_share_no_plan() {
        let real = key("configmaps", "a", "1");
        let practice_id = ClusterId::derive("practice", "garden-production", "server");
        let practice = |uid: &str| ObjectKey { cluster: practice_id.clone(), ..key("configmaps", "b", uid) };
        let mut known = clusters("https://a");
        for (id, planned) in clusters("https://garden-production.practice.invalid") {
            assert!(known.contains_key(&id));
            known.insert(practice_id.clone(), PlannedCluster { name: "garden-production".into(), ..planned });
        }
        let freeze =
            |targets: Vec<ObjectKey>| Plan::freeze(targets, &known, DeleteOptions::default()).map(drop);
        assert_eq!(freeze(vec![practice("2"), practice("3")]), Ok(()));
        assert_eq!(freeze(vec![real.clone()]), Ok(()));
        let refused = freeze(vec![practice("2"), practice("3"), real]).expect_err("refused");
        assert_eq!(
            refused.to_string(),
            "a plan is of practice clusters or of real ones: 2 of the objects are in garden-production, which is \
             for practice, and 1 in garden, which is real"
        );
    }

    #[test]
    fn the_digest_knows_uids_options_and_the_cluster_and_no_order() {
        let (first, second) = (key("configmaps", "a", "1"), key("configmaps", "b", "2"));
        let digest = plan(&[first.clone(), second.clone()]).digest();
        assert_eq!(digest, plan(&[second.clone(), first.clone()]).digest());
        assert_ne!(digest, plan(&[first.clone(), key("configmaps", "b", "3")]).digest());
        let targets = || [first.clone(), second.clone()];
        let elsewhere =
            Plan::freeze(targets(), &clusters("https://b"), DeleteOptions::default()).expect("a plan");
        assert_ne!(digest, elsewhere.digest());
        let options = DeleteOptions { propagation: Propagation::Foreground, ..DeleteOptions::default() };
        assert_ne!(
            digest,
            Plan::freeze(targets(), &clusters("https://a"), options).expect("a plan").digest()
        );
        let options = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
        assert_ne!(
            digest,
            Plan::freeze(targets(), &clusters("https://a"), options).expect("a plan").digest()
        );
    }

    #[test]
    fn a_click_confirms_what_was_shown_and_nothing_else() {
        let made = plan(&[key("configmaps", "a", "1")]);
        let other = plan(&[key("configmaps", "a", "2")]).digest();
        let shown = |digest| Proof::Shown { digest, given: Given::Click };
        assert_eq!(made.clone().confirm(&shown(other), &Found::default()), Err(ProofError::OtherPlan));
        assert!(made.clone().confirm(&shown(made.digest()), &Found::default()).is_ok());
    }

    #[test]
    fn a_namespace_asks_for_its_name_exactly() {
        let made = plan(&[key("namespaces", "team-a", "1")]);
        let check = |typed: Option<&str>, expected: bool| {
            let proof = Proof::Shown {
                digest: made.digest(),
                given: typed.map_or(Given::Click, |typed| Given::Typed(typed.into())),
            };
            assert_eq!(made.clone().confirm(&proof, &Found::default()).is_ok(), expected, "{typed:?}");
        };
        check(None, false);
        check(Some("team-A"), false);
        check(Some("team-a "), false);
        check(Some("team-a"), true);
    }

    #[test]
    fn on_a_command_line_the_digest_is_the_proof() {
        let made = plan(&[key("namespaces", "team-a", "1")]);
        assert!(made.clone().confirm(&Proof::Digest(made.digest()), &Found::default()).is_ok());
        assert!(made.confirm(&Proof::Digest(PlanDigest::from_text("00")), &Found::default()).is_err());
    }

    #[test]
    fn a_plan_without_what_was_lost_has_another_digest() {
        let made = plan(&[key("configmaps", "a", "1"), key("configmaps", "b", "2")]);
        let left = made.without(|key| key.uid.as_str() == "1").expect("one is left");
        assert_eq!(left.targets().len(), 1);
        assert_ne!(left.digest(), made.digest());
        assert_eq!(made.without(|_| true), None);
    }
}

//! Plans: a frozen selection, the digest over it, and the only way to a plan that can be executed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    fingerprint::Fingerprint,
    ids::{ClusterId, ObjectKey, hex},
    risk::{self, ProofAsked, Risk},
};

/// What becomes of dependants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Propagation {
    /// The object first, its dependants after.
    #[default]
    Background,
    /// Dependants first.
    Foreground,
    /// Dependants stay.
    Orphan,
}

impl Propagation {
    /// Kubernetes' word for it, in `propagationPolicy`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Background => "Background",
            Self::Foreground => "Foreground",
            Self::Orphan => "Orphan",
        }
    }
}

/// How the targets are deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeleteOptions {
    /// Dependants; always sent.
    pub propagation: Propagation,
    /// In seconds; what each object says when absent.
    pub grace_period_seconds: Option<u32>,
}

/// The digest of a plan: what the person saw, and what the confirmation must repeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanDigest(String);

impl PlanDigest {
    /// A digest that came back from the person.
    pub fn from_text(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlanDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A cluster of a plan, as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedCluster {
    /// Its display name.
    pub name: String,
    /// What it is.
    pub fingerprint: Fingerprint,
}

/// A frozen selection. Its targets never change; what is found out about them stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    clusters: BTreeMap<ClusterId, PlannedCluster>,
    targets: Vec<ObjectKey>,
    options: DeleteOptions,
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
}

/// What the person gave to agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A click or a typed word in the window, on what this digest stands for.
    Shown {
        /// The digest of what was shown.
        digest: PlanDigest,
        /// The typed word, if any.
        typed: Option<String>,
    },
    /// The digest itself, copied from `plan` to `delete` on a command line: whoever has it has seen the plan.
    Digest(PlanDigest),
}

/// Why a proof is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The digest is of something else.
    #[error("the proof is not of this plan")]
    OtherPlan,
    /// The word was not typed, or not exactly.
    #[error("the typed word does not match")]
    WrongWord,
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
        Ok(Self { clusters: planned, targets, options })
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
        Self::freeze(left, &self.clusters, self.options).ok()
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
        let mut hasher = Sha256::new();
        hasher.update(self.options.propagation.as_str());
        hasher.update(
            self.options.grace_period_seconds.map_or_else(String::new, |seconds| format!(" {seconds}")),
        );
        for (fingerprint, uid) in parts {
            hasher.update(fingerprint);
            hasher.update(uid.len().to_le_bytes());
            hasher.update(uid);
        }
        PlanDigest(hex(&hasher.finalize()))
    }

    /// How much could be lost, and so what the person has to do.
    pub fn risk(&self) -> Risk {
        risk::assess(self)
    }

    /// Checks the proof. This is the only way to a [`ConfirmedPlan`].
    pub fn confirm(self, proof: &Proof) -> Result<ConfirmedPlan, ProofError> {
        let (Proof::Shown { digest, .. } | Proof::Digest(digest)) = proof;
        if *digest != self.digest() {
            return Err(ProofError::OtherPlan);
        }
        if let (Proof::Shown { typed, .. }, ProofAsked::Typed(word)) = (proof, self.risk().proof)
            && typed.as_deref() != Some(word.as_str())
        {
            return Err(ProofError::WrongWord);
        }
        Ok(ConfirmedPlan { plan: self })
    }
}

/// A plan with its proof: the only thing that can be executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedPlan {
    plan: Plan,
}

impl ConfirmedPlan {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::{ResourceName, Uid},
        kind::Scope,
        sort::test_rows::kind,
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
        BTreeMap::from([(id, PlannedCluster { name: "garden".into(), fingerprint })])
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
    fn the_digest_knows_uids_options_and_the_cluster_and_no_order() {
        let (first, second) = (key("configmaps", "a", "1"), key("configmaps", "b", "2"));
        let digest = plan(&[first.clone(), second.clone()]).digest();
        assert_eq!(digest, plan(&[second.clone(), first.clone()]).digest());
        assert_ne!(digest, plan(&[first.clone(), key("configmaps", "b", "3")]).digest());
        let targets = || [first.clone(), second.clone()];
        let elsewhere =
            Plan::freeze(targets(), &clusters("https://b"), DeleteOptions::default()).expect("a plan");
        assert_ne!(digest, elsewhere.digest());
        let options = DeleteOptions { propagation: Propagation::Foreground, grace_period_seconds: None };
        assert_ne!(
            digest,
            Plan::freeze(targets(), &clusters("https://a"), options).expect("a plan").digest()
        );
        let options = DeleteOptions { propagation: Propagation::Background, grace_period_seconds: Some(0) };
        assert_ne!(
            digest,
            Plan::freeze(targets(), &clusters("https://a"), options).expect("a plan").digest()
        );
    }

    #[test]
    fn a_click_confirms_what_was_shown_and_nothing_else() {
        let made = plan(&[key("configmaps", "a", "1")]);
        let other = plan(&[key("configmaps", "a", "2")]).digest();
        let shown = |digest| Proof::Shown { digest, typed: None };
        assert_eq!(made.clone().confirm(&shown(other)), Err(ProofError::OtherPlan));
        assert!(made.clone().confirm(&shown(made.digest())).is_ok());
    }

    #[test]
    fn a_namespace_asks_for_its_name_exactly() {
        let made = plan(&[key("namespaces", "team-a", "1")]);
        let check = |typed: Option<&str>, expected: bool| {
            let proof = Proof::Shown { digest: made.digest(), typed: typed.map(Into::into) };
            assert_eq!(made.clone().confirm(&proof).is_ok(), expected, "{typed:?}");
        };
        check(None, false);
        check(Some("team-A"), false);
        check(Some("team-a "), false);
        check(Some("team-a"), true);
    }

    #[test]
    fn on_a_command_line_the_digest_is_the_proof() {
        let made = plan(&[key("namespaces", "team-a", "1")]);
        assert!(made.clone().confirm(&Proof::Digest(made.digest())).is_ok());
        assert!(made.confirm(&Proof::Digest(PlanDigest::from_text("00"))).is_err());
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

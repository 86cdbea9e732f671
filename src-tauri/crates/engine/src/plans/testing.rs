//! Plans as values, for the tests beside.

use std::{collections::BTreeMap, sync::Arc};

use secateur_domain::{
    fingerprint::Fingerprint,
    ids::{ClusterId, ObjectKey, ResourceName, Uid},
    kind::{Kind, Scope},
    outcome::Seen,
    plan::{DeleteOptions, Plan, PlannedCluster},
    tier::Tier,
};

use super::known::Known;

pub(super) fn cluster(name: &str) -> ClusterId {
    ClusterId::derive("file", name, "server")
}

pub(super) fn kind(group: &str, plural: &str, name: &str, scope: Scope) -> Arc<Kind> {
    Arc::new(Kind {
        group: group.into(),
        version: "v1".into(),
        plural: plural.into(),
        singular: String::new(),
        name: name.into(),
        scope,
        verbs: vec!["list".into(), "delete".into()],
        short_names: Vec::new(),
        categories: Vec::new(),
        is_preferred: true,
    })
}

pub(super) fn uid(text: &str) -> Uid {
    Uid::parse(text).expect("a UID")
}

pub(super) fn object(cluster_name: &str, kind: &Arc<Kind>, name: &str) -> ObjectKey {
    ObjectKey {
        cluster: cluster(cluster_name),
        kind: Arc::clone(kind),
        namespace: (kind.scope == Scope::Namespaced).then(|| ResourceName::parse("ns").expect("a name")),
        name: ResourceName::parse(name).expect("a name"),
        uid: uid(name),
    }
}

/// A `ConfigMap` whose UID is its name.
pub(super) fn config_map(cluster_name: &str, name: &str) -> ObjectKey {
    object(cluster_name, &kind("", "configmaps", "ConfigMap", Scope::Namespaced), name)
}

pub(super) fn pod(name: &str) -> ObjectKey {
    object("garden", &kind("", "pods", "Pod", Scope::Namespaced), name)
}

/// A plan for these targets; clusters are called by what their targets were made with.
pub(super) fn plan(targets: Vec<ObjectKey>, options: DeleteOptions) -> Plan {
    let planned = |name: &str, tier: Tier| {
        let fingerprint = Fingerprint {
            server: format!("https://{name}.example:6443"),
            ca_hash: String::new(),
            namespace: "kube-system".into(),
            namespace_uid: None,
        };
        (cluster(name), PlannedCluster { name: name.into(), fingerprint, tier, is_insecure: false })
    };
    let clusters: BTreeMap<_, _> =
        [planned("garden", Tier::Production), planned("shed", Tier::Development)].into();
    Plan::freeze(targets, &clusters, options).expect("a plan")
}

pub(super) fn known(names: &[&str]) -> Known {
    Known::new(plan(names.iter().map(|name| config_map("garden", name)).collect(), DeleteOptions::default()))
}

pub(super) fn seen(name: &str, version: &str) -> Seen {
    Seen::Present { uid: uid(name), version: version.into(), terminating: None }
}

/// Works everything out: nothing goes along, everything can be copied, and all are accepted.
pub(super) fn work_out(known: &mut Known) {
    let keys: Vec<ObjectKey> = known.plan.targets().to_vec();
    for (target, key) in keys.iter().enumerate() {
        known.see(target, &Seen::Present { uid: key.uid.clone(), version: "1".into(), terminating: None });
    }
    known.keep_in(super::Keeping::For { days: 30, is_lasting: true, problem: None });
    let clusters: Vec<ClusterId> = known.plan.clusters().keys().cloned().collect();
    for cluster in clusters {
        while let Some(wanted) = known.take_wanted(&cluster) {
            known.answer(wanted.target, secateur_domain::rehearsal::Rehearsal::Accepted, 1_000);
        }
        known.surveyed(&cluster, super::taken::Surveyed::default());
        known.access(&cluster, Vec::new());
    }
}

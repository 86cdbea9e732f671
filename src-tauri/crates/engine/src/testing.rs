//! Kinds, objects and plans as values, for the tests of this crate.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use secateur_domain::{
    fingerprint::Fingerprint,
    ids::{ClusterId, ObjectKey, ResourceName, Uid},
    kind::{Kind, Scope},
    outcome::Seen,
    plan::{DeleteOptions, Plan, PlannedCluster, Proof},
    risk::Found,
    tier::Tier,
};

use crate::job::PlannedJob;

pub(crate) fn cluster(name: &str) -> ClusterId {
    ClusterId::derive("file", name, "server")
}

pub(crate) fn kind(group: &str, plural: &str, name: &str, scope: Scope) -> Arc<Kind> {
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

pub(crate) fn uid(text: &str) -> Uid {
    Uid::parse(text).expect("a UID")
}

pub(crate) fn object(cluster_name: &str, kind: &Arc<Kind>, name: &str) -> ObjectKey {
    ObjectKey {
        cluster: cluster(cluster_name),
        kind: Arc::clone(kind),
        namespace: (kind.scope == Scope::Namespaced).then(|| ResourceName::parse("ns").expect("a name")),
        name: ResourceName::parse(name).expect("a name"),
        uid: uid(name),
    }
}

/// A `ConfigMap` whose UID is its name.
pub(crate) fn config_map(cluster_name: &str, name: &str) -> ObjectKey {
    object(cluster_name, &kind("", "configmaps", "ConfigMap", Scope::Namespaced), name)
}

pub(crate) fn pod(name: &str) -> ObjectKey {
    object("garden", &kind("", "pods", "Pod", Scope::Namespaced), name)
}

/// A plan for these targets; clusters are called by what their targets were made with.
pub(crate) fn plan(targets: Vec<ObjectKey>, options: DeleteOptions) -> Plan {
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

/// A job for one `ConfigMap` a, whose UID is `mine`.
pub(crate) fn job_for_one() -> PlannedJob {
    let key = ObjectKey { uid: uid("mine"), ..config_map("garden", "a") };
    let plan = plan(vec![key], DeleteOptions::default());
    let proof = Proof::Digest(plan.digest());
    let confirmed = plan.confirm(&proof, &Found::default()).expect("its own digest");
    PlannedJob::new(confirmed, HashMap::new())
}

pub(crate) fn seen(name: &str, version: &str) -> Seen {
    Seen::Present { uid: uid(name), version: version.into(), terminating: None }
}

//! In which order copies are created again, and which are left out since something else makes them.

use secateur_store::ObjectRecord;

/// Why something that went with a target is not created: a controller of the cluster makes it by itself.
pub(crate) fn is_made_by_the_cluster(object: &ObjectRecord) -> bool {
    match (object.group.as_str(), object.plural.as_str()) {
        ("", "events" | "endpoints")
        | ("events.k8s.io", _)
        | ("discovery.k8s.io", "endpointslices")
        | ("coordination.k8s.io", "leases") => true,
        ("", "configmaps") => object.name.as_str() == "kube-root-ca.crt",
        ("", "serviceaccounts") => object.name.as_str() == "default",
        _ => false,
    }
}

/// So deep may owners be nested; a circle ends here.
pub(crate) const DEEPEST: u16 = 16;

/// When an object is created: what needs it has a later stage. Objects of one stage are created at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stage {
    /// How many owners deep it is owned: an owner's new UID has to be known first.
    pub(crate) depth: u16,
    rank: u8,
}

impl Stage {
    pub(crate) fn of(object: &ObjectRecord) -> Self {
        Self { depth: 0, rank: rank(object) }
    }
}

/// Kinds by what needs them: a lower one first.
fn rank(object: &ObjectRecord) -> u8 {
    match (object.group.as_str(), object.plural.as_str()) {
        ("", "namespaces") => 0,
        ("apiextensions.k8s.io", "customresourcedefinitions") => 1,
        ("storage.k8s.io" | "scheduling.k8s.io", _) | ("", "persistentvolumes") => 2,
        ("", "serviceaccounts" | "limitranges" | "resourcequotas") => 3,
        ("", "secrets" | "configmaps") | ("rbac.authorization.k8s.io", "roles" | "clusterroles") => 4,
        ("rbac.authorization.k8s.io", _) | ("", "persistentvolumeclaims") => 5,
        ("", "services") => 6,
        ("admissionregistration.k8s.io" | "apiregistration.k8s.io", _) => 9,
        ("", "pods") => 8,
        _ => 7,
    }
}

//! Everything that a plan knows, in the forms in which it can be taken along.

use secateur_domain::{
    fingerprint::Fingerprint,
    ids::{ObjectKey, ResourceName, Uid},
    outcome::WaitsFor,
    plan::DeleteOptions,
    rehearsal::Rehearsal,
    tier::Tier,
};
use serde::Serialize;

use super::{
    copies::copied,
    known::{Known, Target},
    shapes::{PlanSummary, Presence},
};
use crate::failure::EngineError;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Exported<'a> {
    /// Of what is left, and of everything that was frozen.
    digest: String,
    frozen_digest: String,
    is_ready: bool,
    rehearsed: &'a str,
    options: DeleteOptions,
    risk: String,
    reasons: &'a [String],
    /// In the order of execution.
    clusters: Vec<Cluster<'a>>,
    findings: Vec<Found<'a>>,
    targets: Vec<One<'a>>,
    dependants: Vec<Dependant<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cluster<'a> {
    id: &'a str,
    name: &'a str,
    fingerprint: &'a Fingerprint,
    fingerprint_digest: String,
    tier: Tier,
    user: Option<String>,
    is_locked: bool,
    /// Kinds that could not be searched for dependants, and why.
    unsearched: &'a [(String, String)],
}

#[derive(Serialize)]
struct Found<'a> {
    about: String,
    title: &'a str,
    detail: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    cluster: &'a str,
    group: &'a str,
    version: &'a str,
    kind: &'a str,
    resource: String,
    namespace: Option<&'a str>,
    name: &'a str,
    uid: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct One<'a> {
    #[serde(flatten)]
    object: Object<'a>,
    resource_version: Option<&'a str>,
    /// Whether it is part of what is left.
    is_left: bool,
    presence: &'static str,
    waits_for: Option<&'a WaitsFor>,
    rehearsal: &'a Rehearsal,
    /// What the server warned of in its answer.
    warnings: &'a [String],
    /// In Unix milliseconds.
    rehearsed_at: Option<u64>,
    /// Lower ones are sent first.
    level: u32,
    /// Why no copy is kept.
    no_copy: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependant<'a> {
    /// The UID of the target that it goes with.
    goes_with: Option<&'a Uid>,
    is_copied: bool,
    #[serde(flatten)]
    object: Object<'a>,
}

/// The document for a plan.
pub(super) fn document<'a>(known: &'a Known, summary: &'a PlanSummary) -> Exported<'a> {
    let clusters = summary.clusters.iter().filter_map(|cluster| {
        let planned = known.plan.clusters().get(&cluster.cluster)?;
        let part = known.parts.get(&cluster.cluster)?;
        Some(Cluster {
            id: cluster.cluster.as_str(),
            name: &planned.name,
            fingerprint: &planned.fingerprint,
            fingerprint_digest: planned.fingerprint.digest(),
            tier: planned.tier,
            user: cluster.user.clone(),
            is_locked: cluster.is_locked,
            unsearched: part.surveyed.as_ref().map_or(&[], |surveyed| &surveyed.unsearched),
        })
    });
    let copied: std::collections::HashSet<_> =
        copied(known).into_iter().map(|(_, key)| key.identity()).collect();
    let taken =
        known.parts.values().filter_map(|part| part.surveyed.as_ref()).flat_map(|survey| &survey.taken);
    Exported {
        digest: summary.digest.to_string(),
        frozen_digest: summary.frozen.to_string(),
        is_ready: summary.is_ready,
        rehearsed: &summary.rehearsed,
        options: summary.options,
        risk: format!("{:?}", summary.risk.level).to_lowercase(),
        reasons: &summary.risk.reasons,
        clusters: clusters.collect(),
        findings: summary
            .findings
            .iter()
            .map(|finding| Found {
                about: format!("{:?}", finding.kind).to_lowercase(),
                title: &finding.title,
                detail: &finding.detail,
            })
            .collect(),
        targets: known.each().map(|(key, target)| one(known, key, target)).collect(),
        dependants: taken
            .map(|(target, key)| Dependant {
                goes_with: known.plan.targets().get(*target).map(|key| &key.uid),
                is_copied: copied.contains(&key.identity()),
                object: object(key),
            })
            .collect(),
    }
}

impl Exported<'_> {
    pub(super) fn json(&self) -> Result<String, EngineError> {
        serde_json::to_string_pretty(self).map_err(|error| unwritten(&error))
    }

    pub(super) fn yaml(&self) -> Result<String, EngineError> {
        serde_saphyr::to_string(self).map_err(|error| unwritten(&error))
    }
}

fn unwritten(error: &dyn std::error::Error) -> EngineError {
    EngineError::Invalid(format!("the plan could not be written: {error}"))
}

fn one<'a>(known: &Known, key: &'a ObjectKey, target: &'a Target) -> One<'a> {
    let (presence, waits_for) = match &target.presence {
        Presence::Present => ("present", None),
        Presence::Terminating(waits_for) => ("terminating", Some(waits_for)),
        Presence::Gone => ("gone", None),
        Presence::Replaced => ("replaced", None),
        Presence::Changed => ("changed", None),
    };
    One {
        object: object(key),
        resource_version: target.version.as_deref(),
        is_left: !known.is_left_out(target),
        presence,
        waits_for,
        rehearsal: &target.rehearsal,
        warnings: &target.warnings,
        rehearsed_at: target.rehearsed_at,
        level: target.level,
        no_copy: target.uncopied.as_deref(),
    }
}

fn object(key: &ObjectKey) -> Object<'_> {
    Object {
        cluster: key.cluster.as_str(),
        group: &key.kind.group,
        version: &key.kind.version,
        kind: &key.kind.name,
        resource: key.kind.resource(),
        namespace: key.namespace.as_ref().map(ResourceName::as_str),
        name: key.name.as_str(),
        uid: key.uid.as_str(),
    }
}

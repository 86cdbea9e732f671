//! `plan`: what would be deleted, what the server says to it, what goes with it, and the proof.

use std::collections::BTreeMap;

use secateur_domain::{
    ids::{ObjectKey, Uid},
    plan::{self, Until},
    rehearsal::Rehearsal,
};
use secateur_engine::{Backend, EngineError, Finding, FoundKeys, PlanForm, PlanOf, PlanSummary, Targets};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    args::{Follow, Objects, Propagation},
    commands::{Lock, namespace, open},
    output::{self, Stopped},
};

/// A plan, worked out, and the objects that it was made of.
pub(crate) struct Made {
    pub(crate) keys: Vec<ObjectKey>,
    pub(crate) plan: PlanSummary,
}

/// Finds the objects, plans their deletion and waits until all is known.
pub(crate) async fn make(
    backend: &Backend,
    objects: &Objects,
    follow: Follow,
    lock: Lock,
) -> Result<Made, Stopped> {
    if objects.names.is_empty() && objects.place.selector.is_none() {
        return Err(Stopped::Unusable("name objects, or choose them with -l".into()));
    }
    if !objects.names.is_empty() && objects.place.selector.is_some() {
        return Err(Stopped::Unusable("name objects or choose them with -l, not both".into()));
    }
    let id = backend.cluster_named(&objects.cluster.context)?;
    open(backend, &id, lock).await?;
    let targets = Targets {
        kind: objects.kind.clone(),
        names: objects.names.clone(),
        namespace: Some(namespace(backend, &id, objects.place.namespace.clone())),
        label_selector: objects.place.selector.clone(),
        field_selector: None,
    };
    let uid = objects.uid.as_deref().map(Uid::parse).transpose().map_err(EngineError::from)?;
    let found = backend.find_keys(&id, &targets, uid).await;
    let FoundKeys { keys, warnings } = found.map_err(Stopped::naming_objects)?;
    output::warn(&warnings);
    if keys.is_empty() {
        return Err(Stopped::NotAll(format!("no {} match", objects.kind)));
    }
    let begun = backend.create_plan(PlanOf::Keys(keys.clone()), options(objects, follow)).await?;
    Ok(Made { keys, plan: backend.worked_out(&begun.plan).await? })
}

fn options(objects: &Objects, follow: Follow) -> plan::DeleteOptions {
    plan::DeleteOptions {
        propagation: match objects.propagation {
            Propagation::Background => plan::Propagation::Background,
            Propagation::Foreground => plan::Propagation::Foreground,
            Propagation::Orphan => plan::Propagation::Orphan,
        },
        grace_period_seconds: objects.grace,
        only_if_unchanged: objects.only_if_unchanged,
        until: if follow.no_wait { Until::Accepted } else { Until::Gone },
        ..plan::DeleteOptions::default()
    }
}

/// What an exported plan says, as far as it is printed.
#[derive(Deserialize)]
struct Known {
    targets: Vec<Target>,
    dependants: Vec<Dependant>,
}

#[derive(Deserialize)]
struct Target {
    kind: String,
    namespace: Option<String>,
    name: String,
    uid: String,
    cluster: String,
    presence: String,
    rehearsal: Rehearsal,
    warnings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Dependant {
    goes_with: Option<String>,
    kind: String,
}

/// Prints the plan. The proof is the digest of everything that was frozen: what `delete` finds again, or not.
pub(crate) fn print(backend: &Backend, plan: &PlanSummary, is_json: bool) -> Result<u8, Stopped> {
    let exported = backend.export_plan(&plan.plan, PlanForm::Json)?;
    let unreadable = |error: serde_json::Error| Stopped::Unusable(format!("the plan: {error}"));
    let known: Known = serde_json::from_str(&exported).map_err(unreadable)?;
    output::warn(known.targets.iter().flat_map(|target| &target.warnings));
    if is_json {
        print_json(plan, &serde_json::from_str(&exported).map_err(unreadable)?)?;
    } else {
        print_text(plan, &known)?;
    }
    Ok(0)
}

fn print_json(plan: &PlanSummary, known: &Value) -> Result<(), Stopped> {
    let of = |name: &str| known.get(name).cloned().unwrap_or_default();
    output::json(&json!({
        "proof": plan.frozen, "targets": of("targets"), "dependants": of("dependants"),
        "risk": format!("{:?}", plan.risk.level).to_lowercase(), "reasons": plan.risk.reasons,
        "options": plan.options, "findings": plan.findings.iter().map(finding).collect::<Vec<_>>(),
        "rehearsed": plan.rehearsed,
        "clusters": plan.clusters.iter().map(|cluster| json!({
            "cluster": cluster.cluster, "context": cluster.name, "server": cluster.server, "count": cluster.count,
            "tier": cluster.tier, "user": cluster.user, "readOnly": cluster.is_locked,
        })).collect::<Vec<_>>(),
    }))
}

fn print_text(plan: &PlanSummary, known: &Known) -> Result<(), Stopped> {
    for target in &known.targets {
        let cluster = plan.clusters.iter().find(|cluster| cluster.cluster.as_str() == target.cluster);
        let place = target.namespace.as_ref().map(|namespace| format!(" in {namespace}")).unwrap_or_default();
        let cluster = cluster.map_or("", |cluster| &cluster.name);
        output::line(&format!("{} {}{place}, {cluster}  {}", target.kind, target.name, target.uid))?;
        output::line(&format!("  rehearsal: {}", rehearsed(&target.rehearsal)))?;
        if target.presence != "present" {
            output::line(&format!("  presence: {}", target.presence))?;
        }
        let taken = taken(target, &known.dependants);
        if !taken.is_empty() {
            output::line(&format!("  goes with it: {taken}"))?;
        }
    }
    if !plan.rehearsed.is_empty() {
        output::line(&plan.rehearsed)?;
    }
    let reasons = match plan.risk.reasons.as_slice() {
        [] => String::new(),
        reasons => format!(": {}", reasons.join(", ")),
    };
    output::line(&format!("risk: {}{reasons}", format!("{:?}", plan.risk.level).to_lowercase()))?;
    for finding in &plan.findings {
        output::line(format!("{}. {}", finding.title.trim_end_matches('.'), finding.detail).trim_end())?;
    }
    output::line(&format!("proof: {}", plan.frozen))
}

/// "3 Pod, 1 `ReplicaSet`": kinds as they are called, most first.
fn taken(target: &Target, dependants: &[Dependant]) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for dependant in dependants.iter().filter(|dependant| dependant.goes_with.as_ref() == Some(&target.uid)) {
        *kinds.entry(&dependant.kind).or_default() += 1;
    }
    let mut kinds: Vec<(&str, usize)> = kinds.into_iter().collect();
    kinds.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
    kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ")
}

/// What the server said, in words.
pub(crate) fn rehearsed(rehearsal: &Rehearsal) -> String {
    match rehearsal {
        Rehearsal::Asking => "not answered".to_owned(),
        Rehearsal::Accepted => "accepted".to_owned(),
        Rehearsal::Refused { status, message, .. } => format!("refused: {status}: {message}"),
        Rehearsal::CannotBe { why } => format!("cannot be rehearsed: {why}"),
        Rehearsal::NoAnswer { cause } => format!("no answer: {cause}"),
        Rehearsal::NotAsked { why } => format!("not asked: {why}"),
    }
}

fn finding(finding: &Finding) -> Value {
    json!({ "kind": format!("{:?}", finding.kind), "title": finding.title, "detail": finding.detail })
}

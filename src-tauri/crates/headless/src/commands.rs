//! Each command: ask the engine, print its answer.

use secateur_domain::{
    ids::{ClusterId, ObjectKey, Uid},
    kind::Scope,
    plan,
    row::Column,
    view::shown,
};
use secateur_engine::{
    Backend, ClusterSummary, Code, EngineError, Finding, PlanOf, PlanSummary, PrintedTable, SessionState,
    Targets,
};
use serde_json::{Value, json};

use crate::{
    args::{Arguments, Command, ListFormat, Objects, Propagation},
    backend::{self, Keeps},
    delete,
    output::{self, Stopped},
    table::aligned,
};

/// Runs the command; gives the exit status.
pub(crate) fn run(arguments: Arguments) -> Result<u8, Stopped> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Stopped::Unusable(error.to_string()))?;
    let keeps = if matches!(arguments.command, Command::Delete { confirm: Some(_), .. }) {
        Keeps::Journal
    } else {
        Keeps::Nothing
    };
    let opened = backend::open(&arguments, keeps)?;
    let backend = &opened.backend;
    runtime.block_on(async {
        let ran = match arguments.command {
            Command::Clusters { output } => clusters(backend, output.is_json()),
            Command::Whoami { cluster, output } => whoami(backend, &cluster.context, output.is_json()).await,
            Command::Kinds { cluster, output } => kinds(backend, &cluster.context, output.is_json()).await,
            Command::List { kind, cluster, place, all_namespaces, field_selector, output } => {
                let id = signed_in(backend, &cluster.context).await?;
                let targets = Targets {
                    kind,
                    names: Vec::new(),
                    namespace: (!all_namespaces).then(|| namespace(backend, &id, place.namespace)),
                    label_selector: place.selector,
                    field_selector,
                };
                let table = backend.table(&id, &targets).await?;
                print_list(&table, all_namespaces, targets.namespace.as_deref(), output)
            }
            Command::Plan { objects, output } => {
                let plan = make_plan(backend, &objects).await?;
                print_plan(&plan.1, &plan.0, output.is_json())
            }
            Command::Delete { objects, no_wait, timeout, confirm, output: _ } => {
                let request = delete::Request { objects, is_no_wait: no_wait, timeout, proof: confirm };
                delete::run(backend, &opened.events, request).await
            }
        };
        backend.close().await;
        ran
    })
}

fn clusters(backend: &Backend, is_json: bool) -> Result<u8, Stopped> {
    let state = backend.catalogue();
    let problem = |cluster: &ClusterSummary| cluster.problem.as_ref().map(|failure| failure.message.clone());
    if is_json {
        for cluster in &state.clusters {
            output::json(&json!({
                "id": cluster.id, "context": cluster.name, "source": cluster.source, "server": cluster.server,
                "user": cluster.user, "tier": "unknown", "state": state_word(cluster.state), "problem": problem(cluster),
            }))?;
        }
        for problem in &state.problems {
            output::json(&json!({ "file": problem.file, "line": problem.line, "problem": problem.message }))?;
        }
        return Ok(0);
    }
    let mut rows = vec![texts(&["ID", "CONTEXT", "SOURCE", "SERVER", "USER", "TIER", "STATE", "PROBLEM"])];
    rows.extend(state.clusters.iter().map(|cluster| {
        texts(&[
            cluster.id.as_str(),
            &cluster.name,
            &cluster.source,
            &cluster.server,
            cluster.user.as_deref().unwrap_or(""),
            "unknown",
            state_word(cluster.state),
            &problem(cluster).unwrap_or_default(),
        ])
    }));
    aligned(&rows).iter().try_for_each(|line| output::line(line))?;
    for problem in &state.problems {
        let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
        output::line(&format!("problem: {}{line}: {}", problem.file.display(), problem.message))?;
    }
    Ok(0)
}

async fn whoami(backend: &Backend, context: &str, is_json: bool) -> Result<u8, Stopped> {
    let id = signed_in(backend, context).await?;
    let cluster = backend.open_cluster(&id).await?;
    if is_json {
        output::json(&json!({
            "cluster": cluster.id, "context": cluster.name, "user": cluster.user, "groups": cluster.groups,
            "method": cluster.method, "expiry": Value::Null,
        }))?;
        return Ok(0);
    }
    output::line(&format!("user:    {}", cluster.user.unwrap_or_default()))?;
    output::line(&format!("groups:  {}", cluster.groups.join(", ")))?;
    output::line(&format!("method:  {}", cluster.method.unwrap_or_default()))?;
    output::line("expiry:  not known")?;
    Ok(0)
}

async fn kinds(backend: &Backend, context: &str, is_json: bool) -> Result<u8, Stopped> {
    let id = signed_in(backend, context).await?;
    let served = backend.kinds(&id)?;
    for group in served.unavailable.iter() {
        output::remark(&format!("{context}: {group} did not answer; its kinds are missing"));
    }
    let scope = |scope| if scope == Scope::Namespaced { "Namespaced" } else { "Cluster" };
    if is_json {
        for kind in served.kinds.iter() {
            output::json(&json!({
                "group": kind.group, "version": kind.version, "plural": kind.plural, "kind": kind.name,
                "scope": scope(kind.scope), "verbs": kind.verbs, "shortNames": kind.short_names,
                "categories": kind.categories, "preferred": kind.is_preferred,
            }))?;
        }
        return Ok(0);
    }
    let mut rows = vec![texts(&["NAME", "SHORTNAMES", "APIVERSION", "SCOPE", "KIND", "VERBS"])];
    rows.extend(served.kinds.iter().map(|kind| {
        let version = if kind.group.is_empty() {
            kind.version.clone()
        } else {
            format!("{}/{}", kind.group, kind.version)
        };
        let (short, verbs) = (kind.short_names.join(","), kind.verbs.join(","));
        texts(&[&kind.plural, &short, &version, scope(kind.scope), &kind.name, &verbs])
    }));
    aligned(&rows).iter().try_for_each(|line| output::line(line))?;
    Ok(0)
}

fn print_list(
    table: &PrintedTable,
    is_all: bool,
    namespace: Option<&str>,
    format: Option<ListFormat>,
) -> Result<u8, Stopped> {
    let columns: Vec<(usize, &Column)> = shown(&table.columns, format.is_some()).collect();
    if format == Some(ListFormat::Json) {
        let names: Vec<&str> = columns.iter().map(|(_, column)| column.name.as_str()).collect();
        let rows: Vec<Value> = table
            .rows
            .iter()
            .map(|row| {
                let cells: Vec<&str> = columns.iter().map(|&(at, _)| cell(&row.cells, at)).collect();
                json!({ "namespace": row.namespace, "name": row.name, "uid": row.uid, "cells": cells })
            })
            .collect();
        output::json(&json!({ "columns": names, "rows": rows }))?;
        return Ok(0);
    }
    if table.rows.is_empty() {
        match namespace.filter(|_| table.scope == Scope::Namespaced) {
            Some(namespace) => output::remark(&format!("No resources found in {namespace} namespace.")),
            None => output::remark("No resources found"),
        }
        return Ok(0);
    }
    let with_namespace = is_all && table.scope == Scope::Namespaced;
    let headings = columns.iter().map(|(_, column)| column.name.to_uppercase());
    let mut rows: Vec<Vec<String>> =
        vec![with_namespace.then(|| "NAMESPACE".to_owned()).into_iter().chain(headings).collect()];
    rows.extend(table.rows.iter().map(|row| {
        let place = row.namespace.as_ref().map(ToString::to_string).unwrap_or_default();
        let cells = columns.iter().map(|&(at, _)| cell(&row.cells, at).to_owned());
        with_namespace.then_some(place).into_iter().chain(cells).collect()
    }));
    aligned(&rows).iter().try_for_each(|line| output::line(line))?;
    Ok(0)
}

fn print_plan(plan: &PlanSummary, targets: &[ObjectKey], is_json: bool) -> Result<u8, Stopped> {
    let findings: Vec<Value> = plan.findings.iter().map(finding).collect();
    if is_json {
        let targets: Vec<Value> = targets.iter().map(delete::target_json).collect();
        output::json(&json!({
            "proof": plan.frozen, "targets": targets, "risk": format!("{:?}", plan.risk.level).to_lowercase(),
            "reasons": plan.risk.reasons, "options": plan.options, "findings": findings,
            "clusters": plan.clusters.iter().map(|cluster| json!({
                "cluster": cluster.cluster, "context": cluster.name, "server": cluster.server, "count": cluster.count,
            })).collect::<Vec<_>>(),
        }))?;
        return Ok(0);
    }
    for key in targets {
        let cluster = plan.clusters.iter().find(|cluster| cluster.cluster == key.cluster);
        output::line(&format!("{key}, {}  {}", cluster.map_or("", |cluster| &cluster.name), key.uid))?;
    }
    let reasons = if plan.risk.reasons.is_empty() {
        String::new()
    } else {
        format!(": {}", plan.risk.reasons.join(", "))
    };
    output::line(&format!("risk: {}{reasons}", format!("{:?}", plan.risk.level).to_lowercase()))?;
    for finding in &plan.findings {
        output::line(format!("{}. {}", finding.title.trim_end_matches('.'), finding.detail).trim_end())?;
    }
    output::line(&format!("proof: {}", plan.frozen))?;
    Ok(0)
}

/// Opens the context's cluster.
pub(crate) async fn signed_in(backend: &Backend, context: &str) -> Result<ClusterId, Stopped> {
    let id = backend.cluster_named(context)?;
    backend.open_cluster(&id).await?;
    Ok(id)
}

/// Finds the objects and plans their deletion.
pub(crate) async fn make_plan(
    backend: &Backend,
    objects: &Objects,
) -> Result<(Vec<ObjectKey>, PlanSummary), Stopped> {
    if objects.names.is_empty() && objects.place.selector.is_none() {
        return Err(Stopped::Unusable("name objects, or choose them with -l".into()));
    }
    if !objects.names.is_empty() && objects.place.selector.is_some() {
        return Err(Stopped::Unusable("name objects or choose them with -l, not both".into()));
    }
    let id = signed_in(backend, &objects.cluster.context).await?;
    let targets = Targets {
        kind: objects.kind.clone(),
        names: objects.names.clone(),
        namespace: Some(namespace(backend, &id, objects.place.namespace.clone())),
        label_selector: objects.place.selector.clone(),
        field_selector: None,
    };
    let uid = objects.uid.as_deref().map(Uid::parse).transpose().map_err(EngineError::from)?;
    let keys = backend.find_keys(&id, &targets, uid).await.map_err(|error| {
        let is_absent = error.describe().code == Code::NotFound;
        match Stopped::from(error) {
            Stopped::Unusable(message) if is_absent => Stopped::NotAll(message),
            other => other,
        }
    })?;
    if keys.is_empty() {
        return Err(Stopped::NotAll(format!("no {} match", objects.kind)));
    }
    let options = plan::DeleteOptions {
        propagation: match objects.propagation {
            Propagation::Background => plan::Propagation::Background,
            Propagation::Foreground => plan::Propagation::Foreground,
            Propagation::Orphan => plan::Propagation::Orphan,
        },
        grace_period_seconds: objects.grace,
        ..plan::DeleteOptions::default()
    };
    let begun = backend.create_plan(PlanOf::Keys(keys.clone()), options).await?;
    Ok((keys, backend.worked_out(&begun.plan).await?))
}

fn namespace(backend: &Backend, cluster: &ClusterId, given: Option<String>) -> String {
    given.unwrap_or_else(|| {
        let state = backend.catalogue();
        let own = state.clusters.into_iter().find(|summary| summary.id == *cluster);
        own.map_or_else(|| "default".to_owned(), |summary| summary.namespace)
    })
}

fn state_word(state: SessionState) -> &'static str {
    match state {
        SessionState::NotConnected => "not connected",
        SessionState::Connecting => "connecting",
        SessionState::SignedIn => "signed in",
        SessionState::NeedsSignIn => "needs sign-in",
        SessionState::Unreachable => "unreachable",
        SessionState::Intercepted => "intercepted",
        SessionState::UntrustedCertificate => "untrusted certificate",
        SessionState::Unusable => "unusable",
    }
}

fn finding(finding: &Finding) -> Value {
    json!({ "kind": format!("{:?}", finding.kind), "title": finding.title, "detail": finding.detail })
}

fn cell(cells: &[Box<str>], at: usize) -> &str {
    cells.get(at).map_or("", |cell| cell)
}

fn texts(cells: &[&str]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

//! Each command: ask the engine, print its answer.

use secateur_domain::{ids::ClusterId, kind::Scope};
use secateur_engine::{Backend, ClusterSummary, SessionState};
use serde_json::json;

use crate::{
    args::{Arguments, Command},
    backend::{self, Keeps, Opened},
    delete, identity, jobs, list,
    output::{self, Stopped},
    plan, receipts, restore, signals,
    table::aligned,
};

/// Runs the command; gives the exit status.
pub(crate) fn run(arguments: Arguments) -> Result<u8, Stopped> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Stopped::Unusable(error.to_string()))?;
    let opened = backend::open(&arguments, keeps(&arguments.command))?;
    let ran = runtime.block_on(async {
        let ran = tokio::select! {
            ran = answer(&opened, arguments) => ran,
            stopped = signals::stopped() => Err(stopped),
        };
        tokio::select! {
            () = opened.backend.close() => {}
            // Whoever asks a second time does not want to wait for what is being written down.
            _ = signals::stopped() => {}
        }
        ran
    });
    // Standard input may still be read, and nobody waits for what comes.
    runtime.shutdown_background();
    ran
}

/// What a command needs of the state folder.
fn keeps(command: &Command) -> Keeps {
    match command {
        Command::Delete { confirm: Some(_), .. }
        | Command::Jobs { .. }
        | Command::Resume { .. }
        | Command::Receipts { .. }
        | Command::Trash { .. }
        | Command::Restore { .. }
        | Command::SignIn { .. }
        | Command::SignOut { .. } => Keeps::Journal,
        _ => Keeps::Settings,
    }
}

async fn answer(opened: &Opened, arguments: Arguments) -> Result<u8, Stopped> {
    let (backend, events) = (&opened.backend, &opened.events);
    let lock = if arguments.unlock { Lock::Open } else { Lock::Stays };
    match arguments.command {
        Command::Clusters { output } => clusters(backend, output.is_json()),
        Command::Whoami { cluster, output } => {
            identity::whoami(backend, &cluster.context, output.is_json()).await
        }
        Command::SignIn { cluster, token_stdin, output } => {
            let way = tokio::task::spawn_blocking(move || identity::way(token_stdin)).await;
            let way = way.map_err(|error| Stopped::Unusable(error.to_string()))??;
            identity::sign_in(backend, events, &cluster.context, way, output.is_json()).await
        }
        Command::SignOut { cluster } => identity::sign_out(backend, &cluster.context).await,
        Command::Kinds { cluster, output } => kinds(backend, &cluster.context, output.is_json()).await,
        Command::List { objects, cluster, place, all_namespaces, field_selector, output } => {
            let id = signed_in(backend, &cluster.context).await?;
            let namespace = (!all_namespaces).then(|| namespace(backend, &id, place.namespace));
            let request =
                list::Request { namespace, labels: place.selector, fields: field_selector, format: output };
            list::run(backend, &id, &objects, &request).await
        }
        Command::Plan { objects, follow, output } => {
            let made = plan::make(backend, &objects, follow, lock).await?;
            plan::print(backend, &made.plan, output.is_json())
        }
        Command::Delete { objects, follow, confirm, output: _ } => {
            let request = delete::Request { objects, follow, lock, proof: confirm };
            delete::run(backend, events, request).await
        }
        Command::Jobs { output } => jobs::print(backend, output.is_json()).await,
        Command::Resume { job, follow, output: _ } => jobs::resume(backend, events, &job, follow, lock).await,
        Command::Receipts { text, job, output } => {
            receipts::print(backend, text, job.as_deref(), output.is_json()).await
        }
        Command::Trash { empty: true, output } => receipts::empty(backend, output.is_json()).await,
        Command::Trash { empty: false, output } => receipts::trash(backend, output.is_json()).await,
        Command::Restore { receipts, dry_run, output: _ } => {
            let then = if dry_run { restore::Then::Nothing } else { restore::Then::Create };
            restore::run(backend, &receipts, then, lock).await
        }
    }
}

fn clusters(backend: &Backend, is_json: bool) -> Result<u8, Stopped> {
    let state = backend.catalogue();
    let problem = |cluster: &ClusterSummary| cluster.problem.as_ref().map(|failure| failure.message.clone());
    if is_json {
        for cluster in &state.clusters {
            output::json(&json!({
                "id": cluster.id, "context": cluster.name, "source": cluster.source, "server": cluster.server,
                "user": cluster.user, "tier": cluster.care.tier, "practice": cluster.is_practice,
                "state": state_word(cluster.state), "problem": problem(cluster),
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
            cluster.care.tier.as_str(),
            state_word(cluster.state),
            &problem(cluster).unwrap_or_default(),
        ])
    }));
    output::text(&aligned(&rows))?;
    for problem in &state.problems {
        let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
        output::line(&format!("problem: {}{line}: {}", problem.file.display(), problem.message))?;
    }
    Ok(0)
}

async fn kinds(backend: &Backend, context: &str, is_json: bool) -> Result<u8, Stopped> {
    let id = signed_in(backend, context).await?;
    let served = backend.discovered_kinds(&id).await?;
    for missing in served.unavailable.iter() {
        let (group, why) = (&missing.group_version, &missing.why);
        output::remark(&format!("{context}: the kinds of {group} are missing: {why}"));
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
    output::text(&aligned(&rows))?;
    Ok(0)
}

/// What becomes of a lock on a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// It is opened for this run.
    Open,
    /// It stays as it is.
    Stays,
}

/// Opens a cluster that something is to be written to; says whether it is read-only.
pub(crate) async fn open(
    backend: &Backend,
    cluster: &ClusterId,
    lock: Lock,
) -> Result<ClusterSummary, Stopped> {
    let opened = backend.open_cluster(cluster).await?;
    Ok(if opened.is_locked && lock == Lock::Open { backend.unlock(cluster, None)? } else { opened })
}

/// Why nothing is sent to a read-only cluster, where it is one.
pub(crate) fn writable(name: &str, is_locked: bool) -> Result<(), Stopped> {
    if is_locked {
        return Err(Stopped::Unusable(format!(
            "nothing was sent: {name} is read-only; --unlock lets this run write to it"
        )));
    }
    Ok(())
}

/// Opens the context's cluster.
pub(crate) async fn signed_in(backend: &Backend, context: &str) -> Result<ClusterId, Stopped> {
    let id = backend.cluster_named(context)?;
    backend.open_cluster(&id).await?;
    Ok(id)
}

pub(crate) fn namespace(backend: &Backend, cluster: &ClusterId, given: Option<String>) -> String {
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
        SessionState::SignedOut => "signed out",
        SessionState::NeedsSignIn => "needs sign-in",
        SessionState::NeedsConsent => "needs consent",
        SessionState::Unreachable => "unreachable",
        SessionState::Intercepted => "intercepted",
        SessionState::UntrustedCertificate => "untrusted certificate",
        SessionState::Unusable => "unusable",
    }
}

pub(crate) fn texts(cells: &[&str]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

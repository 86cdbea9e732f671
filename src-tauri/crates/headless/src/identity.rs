//! Who we are to a cluster: signing in, asking, signing out.

use std::{
    io::{self, BufRead},
    sync::mpsc,
    time::Duration,
};

use secateur_engine::{Backend, ClusterSummary, Event, Keep, SignIn};
use serde_json::json;

use crate::{
    commands::signed_in,
    output::{self, Stopped},
};

/// How often what a plugin writes is passed on.
const LOOK: Duration = Duration::from_millis(50);
/// A token of a hundred kilobytes is taken; more than this is a mistake.
const LONGEST_TOKEN: u64 = 1 << 20;

/// Prints who the cluster takes us for.
pub(crate) async fn whoami(backend: &Backend, context: &str, is_json: bool) -> Result<u8, Stopped> {
    let id = signed_in(backend, context).await?;
    print(&backend.open_cluster(&id).await?, is_json)
}

/// How to sign in: with the token on standard input where that was said.
pub(crate) fn way(token_stdin: bool) -> Result<SignIn, Stopped> {
    if !token_stdin {
        return Ok(SignIn::Kubeconfig);
    }
    let mut line = String::new();
    let read = io::Read::take(io::stdin().lock(), LONGEST_TOKEN).read_line(&mut line);
    read.map_err(|error| Stopped::Unusable(format!("standard input: {error}")))?;
    let token = line.trim().to_owned();
    if token.is_empty() {
        return Err(Stopped::Unusable("standard input: there is no token".into()));
    }
    Ok(SignIn::Token { token: token.into(), keep: Keep::Longer })
}

/// Signs in, and prints as whom.
pub(crate) async fn sign_in(
    backend: &Backend,
    events: &mpsc::Receiver<Event>,
    context: &str,
    way: SignIn,
    is_json: bool,
) -> Result<u8, Stopped> {
    let id = backend.cluster_named(context)?;
    let signing_in = backend.sign_in(&id, way);
    tokio::pin!(signing_in);
    let mut told = 0;
    let signed_in = loop {
        let pause = tokio::time::sleep(LOOK);
        let ended = tokio::select! {
            signed_in = &mut signing_in => Some(signed_in),
            () = pause => None,
        };
        while let Ok(event) = events.try_recv() {
            told = tell(&event, told);
        }
        if let Some(signed_in) = ended {
            break signed_in;
        }
    };
    print(&signed_in?, is_json)
}

/// Signs out, and forgets the token that was given.
pub(crate) async fn sign_out(backend: &Backend, context: &str) -> Result<u8, Stopped> {
    let id = backend.cluster_named(context)?;
    backend.sign_out(&id).await?;
    output::remark(&format!("Signed out of {context}."));
    Ok(0)
}

/// Passes on what a credential plugin writes for people, from where the last time ended.
fn tell(event: &Event, told: usize) -> usize {
    let Event::ClusterChanged(cluster) = event else { return told };
    let Some(plugin) = &cluster.plugin else { return told };
    if let Some(rest) = plugin.output.get(told..).filter(|rest| !rest.is_empty()) {
        output::remark(rest.trim_end_matches('\n'));
    }
    told.max(plugin.output.len())
}

fn print(cluster: &ClusterSummary, is_json: bool) -> Result<u8, Stopped> {
    let until = cluster.credential.until.and_then(|until| i64::try_from(until).ok());
    let until = until.and_then(|until| jiff::Timestamp::from_millisecond(until).ok());
    if is_json {
        output::json(&json!({
            "cluster": cluster.id, "context": cluster.name, "user": cluster.user, "groups": cluster.groups,
            "method": cluster.method, "expiry": until.map(|until| until.to_string()),
            "actingAs": cluster.credential.acting_as,
        }))?;
        return Ok(0);
    }
    output::line(&format!("user:    {}", cluster.user.as_deref().unwrap_or_default()))?;
    output::line(&format!("groups:  {}", cluster.groups.join(", ")))?;
    output::line(&format!("method:  {}", cluster.method.as_deref().unwrap_or_default()))?;
    if let Some(acting_as) = &cluster.credential.acting_as {
        output::line(&format!("acting as: {acting_as}"))?;
    }
    output::line(&format!(
        "expiry:  {}",
        until.map_or_else(|| "not known".to_owned(), |until| until.to_string())
    ))?;
    Ok(0)
}

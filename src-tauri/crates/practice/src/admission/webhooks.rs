//! Validating webhooks. Nothing is called: those at `NAME.practice.invalid` are answered for here, all others cannot be
//! reached.

use std::net::IpAddr;

use http::Uri;
use serde_json::{Value, json};

use super::{Attempt, RULES, is_ruled, is_selected};
use crate::{
    object,
    state::State,
    status::{Refusal, resource},
};

/// What a webhook says.
enum Verdict {
    Allowed,
    /// With that status and message.
    Denied(u16, String),
    /// It could not be asked.
    Unreachable(String),
}

pub(super) fn review(state: &State, attempt: &Attempt<'_>) -> Result<(), Refusal> {
    for configuration in state.list(&resource(RULES, "validatingwebhookconfigurations"), None) {
        for webhook in object::items(configuration, "/webhooks") {
            if is_ruled(object::items(webhook, "/rules"), attempt) && is_selected(state, webhook, attempt) {
                ask(state, webhook, attempt)?;
            }
        }
    }
    Ok(())
}

fn ask(state: &State, webhook: &Value, attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let name = object::text(webhook, "/name");
    let has_effects = !matches!(object::text(webhook, "/sideEffects"), "None" | "NoneOnDryRun");
    if attempt.is_dry_run && has_effects {
        return Err(Refusal::bad_request(format!("admission webhook {name:?} does not support dry run")));
    }
    match verdict(state, webhook, attempt) {
        Verdict::Allowed => Ok(()),
        Verdict::Denied(code, why) => {
            Err(Refusal::new(code, "", format!("admission webhook {name:?} denied the request: {why}")))
        }
        Verdict::Unreachable(_) if object::text(webhook, "/failurePolicy") == "Ignore" => Ok(()),
        Verdict::Unreachable(problem) => {
            let problem = format!("failed calling webhook {name:?}: failed to call webhook: {problem}");
            let mut refusal =
                Refusal::new(500, "InternalError", format!("Internal error occurred: {problem}"));
            refusal.details = json!({"causes": [{"message": problem}]});
            Err(refusal)
        }
    }
}

fn verdict(state: &State, webhook: &Value, attempt: &Attempt<'_>) -> Verdict {
    let seconds = match object::number(webhook, "/timeoutSeconds") {
        0 => 10,
        seconds => seconds,
    };
    if let Some(service) = webhook.pointer("/clientConfig/service") {
        let (namespace, name) = (object::text(service, "/namespace"), object::text(service, "/name"));
        let url = format!(
            "https://{name}.{namespace}.svc:{}{}?timeout={seconds}s",
            service.get("port").and_then(Value::as_i64).unwrap_or(443),
            object::text(service, "/path"),
        );
        let problem = match state.get("services", namespace, name) {
            Some(_) => "context deadline exceeded".to_owned(),
            None => format!("service {name:?} not found"),
        };
        return Verdict::Unreachable(format!("Post {url:?}: {problem}"));
    }
    let url: Uri = object::text(webhook, "/clientConfig/url").parse().unwrap_or_default();
    match url.host().unwrap_or_default() {
        "allowing.practice.invalid" => Verdict::Allowed,
        "refusing.practice.invalid" => {
            let label = attempt.old.and_then(|old| object::label(old, "secateur.test/refuse"));
            let code = label.and_then(|label| label.parse().ok()).unwrap_or(403);
            Verdict::Denied(code, format!("{} is to be kept", attempt.name))
        }
        "auditors.practice.invalid" => {
            Verdict::Denied(403, format!("{} is under audit until the year is closed", attempt.name))
        }
        _ => {
            Verdict::Unreachable(format!("Post \"{url}?timeout={seconds}s\": dial tcp{}", unreachable(&url)))
        }
    }
}

/// An address refuses to connect; a name is not known.
fn unreachable(url: &Uri) -> String {
    let host = url.host().unwrap_or_default();
    match host.parse::<IpAddr>() {
        Ok(address) => format!(" {address}:{}: connect: connection refused", url.port_u16().unwrap_or(443)),
        Err(_) => format!(": lookup {host}: no such host"),
    }
}

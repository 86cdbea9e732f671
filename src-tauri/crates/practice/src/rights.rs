//! Who asks, and what they may do: tokens, and RBAC as the cluster's own roles and bindings say it.

mod reviews;
mod rules;

use std::{collections::BTreeMap, time::Duration};

use http::HeaderValue;

pub(crate) use reviews::review;

use crate::{
    state::State,
    status::{Refusal, resource},
};
use rules::Verdict;

/// They may do everything, whatever the roles say.
const MASTERS: &str = "system:masters";

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) groups: Vec<String>,
}

impl User {
    /// Somebody who signed in.
    pub(crate) fn new(name: &str, groups: &[&str]) -> Self {
        let groups = groups.iter().copied().chain(["system:authenticated"]);
        Self { name: name.to_owned(), groups: groups.map(str::to_owned).collect() }
    }

    fn anonymous() -> Self {
        Self { name: "system:anonymous".to_owned(), groups: vec!["system:unauthenticated".to_owned()] }
    }

    fn is_master(&self) -> bool {
        self.groups.iter().any(|group| group == MASTERS)
    }
}

/// A way to sign in.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) user: User,
    pub(crate) token: Token,
}

/// What is shown to sign in.
#[derive(Debug, Clone)]
pub(crate) enum Token {
    /// Accepted always.
    Lasting(String),
    /// `NAME-1`, `NAME-2` and so on are accepted for so long from when each was used first.
    Passes { name: String, last: Duration },
}

/// The ways to sign in to a cluster.
#[derive(Debug, Default)]
pub(crate) struct Users {
    logins: Vec<Login>,
    /// When each pass was used first, in milliseconds since the Unix epoch.
    first_used: BTreeMap<String, u64>,
}

impl Users {
    pub(crate) fn new(logins: Vec<Login>) -> Self {
        Self { logins, first_used: BTreeMap::new() }
    }

    fn sign_in(&mut self, token: &str, now_ms: u64) -> Result<User, Refusal> {
        for login in &self.logins {
            match &login.token {
                Token::Lasting(own) if own == token => return Ok(login.user.clone()),
                Token::Lasting(_) => {}
                Token::Passes { name, last } => {
                    let number = token.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
                    let Some(number) = number.and_then(|number| number.parse::<u32>().ok()) else { continue };
                    let first = *self.first_used.entry(token.to_owned()).or_insert(now_ms);
                    if u128::from(now_ms.saturating_sub(first)) < last.as_millis() {
                        return Ok(login.user.clone());
                    }
                    let mut refusal = Refusal::unauthorized();
                    refusal.message = format!(
                        "Unauthorized: this pass was good for {} seconds and is over; sign in with the token {name}-{}",
                        last.as_secs(),
                        number.saturating_add(1)
                    );
                    return Err(refusal);
                }
            }
        }
        Err(Refusal::unauthorized())
    }
}

/// Who a request's `Authorization` says is asking; nobody in particular where it says nothing.
pub(crate) fn authenticate(state: &mut State, authorization: Option<&HeaderValue>) -> Result<User, Refusal> {
    let Some(authorization) = authorization else { return Ok(User::anonymous()) };
    let token = authorization.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
    let now_ms = state.now_ms();
    state.users.sign_in(token.ok_or_else(Refusal::unauthorized)?.trim(), now_ms)
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Access<'a> {
    /// With objects of a kind; what does not apply is empty.
    Resource {
        verb: &'a str,
        group: &'a str,
        plural: &'a str,
        subresource: &'a str,
        namespace: &'a str,
        name: &'a str,
    },
    /// With a path that is no object's.
    Path { verb: &'a str, path: &'a str },
}

/// Whether they may; the refusal is in the server's words.
pub(crate) fn authorize(state: &State, user: &User, access: &Access<'_>) -> Result<(), Refusal> {
    match rules::judge(state, user, access) {
        Verdict::Allowed { .. } => Ok(()),
        Verdict::Denied { reason } => Err(forbidden(user, access, &reason)),
    }
}

fn forbidden(user: &User, access: &Access<'_>, reason: &str) -> Refusal {
    let user = &user.name;
    let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    match *access {
        Access::Path { verb, path } => {
            let message = format!("forbidden: User {user:?} cannot {verb} path {path:?}{because}");
            let mut refusal = Refusal::new(403, "Forbidden", message);
            refusal.details = serde_json::json!({});
            refusal
        }
        Access::Resource { verb, group, plural, subresource, namespace, name } => {
            let what = resource_path(plural, subresource);
            let place = if namespace.is_empty() {
                "at the cluster scope".to_owned()
            } else {
                format!("in the namespace {namespace:?}")
            };
            let why = format!(
                "User {user:?} cannot {verb} resource {what:?} in API group {group:?} {place}{because}"
            );
            Refusal::forbidden(group, plural, name, &why)
        }
    }
}

/// `pods`, or `pods/eviction`.
fn resource_path(plural: &str, subresource: &str) -> String {
    if subresource.is_empty() { plural.to_owned() } else { format!("{plural}/{subresource}") }
}

/// As kubectl writes a kind of the group of roles.
fn rbac(plural: &str) -> String {
    resource("rbac.authorization.k8s.io", plural)
}

#[cfg(test)]
mod tests;

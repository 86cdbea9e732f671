//! One cluster as others see it.

use std::sync::Arc;

use secateur_domain::{fingerprint::Fingerprint, ids::ClusterId, tier::ClusterCare};

use super::{Session, SessionState, State};
use crate::failure::{Code, Failure};

/// One cluster as others see it.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterSummary {
    /// Its id.
    pub id: ClusterId,
    /// The context's name.
    pub name: String,
    /// The kubeconfig file.
    pub source: String,
    /// The server's URL.
    pub server: String,
    /// The context's namespace, else `default`.
    pub namespace: String,
    /// The session's state.
    pub state: SessionState,
    /// Since when, in milliseconds of the local clock.
    pub since: Option<u64>,
    /// Who the server says the person is; the kubeconfig's user name until then.
    pub user: Option<String>,
    /// Their groups.
    pub groups: Vec<String>,
    /// How they signed in.
    pub method: Option<String>,
    /// Why it cannot be used or is not signed in.
    pub problem: Option<Arc<Failure>>,
    /// Whether certificates are not verified.
    pub is_insecure: bool,
    /// The generation of the credential in use.
    pub generation: u32,
    /// The server's clock minus the local one, in seconds.
    pub clock_offset: f64,
    /// What was chosen for it.
    pub care: ClusterCare,
    /// What it is, once it was opened in this run.
    pub fingerprint: Option<Fingerprint>,
    /// Whether it is read-only at this moment.
    pub is_locked: bool,
    /// Until when it is unlocked, in milliseconds of the local clock.
    pub unlocked_until: Option<u64>,
}

impl Session {
    /// The session as others see it now.
    pub(crate) fn summary(&self) -> ClusterSummary {
        let context = self.context();
        let digest = self.fingerprint();
        let unlocked_until = digest.as_deref().and_then(|digest| self.cares.unlocked_until(digest));
        let status = self.lock();
        let (state, problem, person) = match &status.state {
            State::NotConnected => match &context.entry {
                Ok(_) => (SessionState::NotConnected, None, None),
                Err(why) => {
                    let message = format!("{} cannot be used: {why}.", self.name());
                    (
                        SessionState::Unusable,
                        Some(Arc::new(Failure::new(Code::KubeconfigUnusable, message))),
                        None,
                    )
                }
            },
            State::Connecting => (SessionState::Connecting, None, None),
            State::SignedIn(signed_in) => match &status.unreachable {
                None => (SessionState::SignedIn, None, signed_in.user.clone()),
                Some(failure) => {
                    (SessionState::of(failure.code), Some(Arc::clone(failure)), signed_in.user.clone())
                }
            },
            State::Failed { failure, last_user } => {
                (SessionState::of(failure.code), Some(Arc::clone(failure)), last_user.clone())
            }
        };
        let (method, groups) = match &status.state {
            State::SignedIn(signed_in) => {
                (Some(signed_in.client.method().to_string()), signed_in.groups.clone())
            }
            _ => (None, Vec::new()),
        };
        ClusterSummary {
            id: self.id().clone(),
            name: self.name().to_owned(),
            source: context.source.display().to_string(),
            server: context.server.clone(),
            namespace: self.namespace(),
            state,
            since: status.since,
            user: person.or_else(|| context.user.clone()),
            groups,
            method,
            problem,
            is_insecure: context.is_insecure,
            generation: status.generation,
            clock_offset: status.clock_offset,
            care: self.cares.of(digest.as_deref()),
            fingerprint: match &status.state {
                State::SignedIn(signed_in) => Some(signed_in.fingerprint.clone()),
                _ => None,
            },
            is_locked: digest.is_some_and(|digest| self.cares.is_locked(&digest)),
            unlocked_until,
        }
    }
}

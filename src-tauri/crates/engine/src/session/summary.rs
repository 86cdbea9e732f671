//! One cluster as others see it.

use std::sync::Arc;

use secateur_cluster::{
    CertificateFacts, ClusterError, Context, Offered, PluginError, Resolved, Step, TransportError,
};
use secateur_domain::{fingerprint::Fingerprint, ids::ClusterId, tier::ClusterCare};

use super::{Session, SessionState, State};
use crate::{
    failure::{Code, Failure},
    keys::TokenKept,
};

/// One cluster as others see it.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a claim of its own, and all are shown")]
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
    /// What the entry offers to sign in with, and what the person gave.
    pub credential: CredentialWords,
    /// A credential plugin at work, to sign in or in the background of a session that is signed in; or what the last
    /// one wrote while signing in is not done.
    pub plugin: Option<PluginRun>,
    /// The program that waits for the person's consent.
    pub consent: Option<Resolved>,
    /// The certificate that is not trusted.
    pub certificate: Option<CertificateProblem>,
    /// How far the last attempt to reach it came; empty while it is reached.
    pub path: Vec<Step>,
    /// When it is tried again by itself, in milliseconds of the local clock.
    pub next_try: Option<u64>,
    /// Why it cannot be used or is not signed in.
    pub problem: Option<Arc<Failure>>,
    /// Whether it was added in the application.
    pub is_added: bool,
    /// Whether it is a practice cluster, which is in memory only.
    pub is_practice: bool,
    /// The names of the extra headers that its requests have.
    pub headers: Vec<String>,
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

/// A credential plugin at work, or what it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginRun {
    /// The command as the kubeconfig names it.
    pub command: String,
    /// Since when, in milliseconds of the local clock.
    pub since: u64,
    /// Whether it runs now.
    pub is_running: bool,
    /// Whether the person began it: then nobody else stops it.
    pub is_asked: bool,
    /// What it wrote for people.
    pub output: String,
}

/// A certificate that is not trusted.
#[derive(Debug, Clone, PartialEq)]
pub struct CertificateProblem {
    /// Who showed it: host and port.
    pub host: String,
    /// Why it is not trusted.
    pub problem: String,
    /// What it says.
    pub facts: CertificateFacts,
}

/// How a cluster is signed in to.
#[derive(Debug, Clone, PartialEq)]
pub struct CredentialWords {
    /// What the entry offers.
    pub offered: Offered,
    /// In a few words.
    pub words: String,
    /// Until when, in milliseconds since 1970, where it is known.
    pub until: Option<u64>,
    /// Whom requests act as.
    pub acting_as: Option<String>,
    /// Where the person's own token is, if one was given.
    pub kept: Option<TokenKept>,
    /// Why a token is kept for this run only, or a kept one cannot be used.
    pub keep_problem: Option<String>,
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
            State::SignedOut { last_user } => (SessionState::SignedOut, None, last_user.clone()),
            State::SignedIn(signed_in) => match &status.unreachable {
                None => (SessionState::SignedIn, None, signed_in.user.clone()),
                Some(failure) => {
                    (SessionState::of(failure.code), Some(Arc::clone(failure)), signed_in.user.clone())
                }
            },
            State::Failed { failure, last_user, .. } => {
                (SessionState::of(failure.code), Some(Arc::clone(failure)), last_user.clone())
            }
        };
        let (method, groups) = match &status.state {
            State::SignedIn(signed_in) => {
                (Some(signed_in.client.method().to_string()), signed_in.groups.clone())
            }
            _ => (None, Vec::new()),
        };
        let source = match &status.state {
            State::Failed { source, .. } => source.as_deref(),
            _ => None,
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
            is_added: context.is_added(),
            headers: context.headers.names(),
            is_insecure: context.is_insecure,
            credential: self.credential(&context, &status.state),
            plugin: self.plugin_run(&status),
            consent: match source {
                Some(ClusterError::Plugin(PluginError::NeedsConsent(asked))) => Some(asked.as_ref().clone()),
                _ => None,
            },
            certificate: source.and_then(untrusted),
            path: status.path.clone(),
            next_try: status.next_try,
            generation: match &status.state {
                State::SignedIn(signed_in) => signed_in.client.generation(),
                _ => self.generations.last(),
            },
            clock_offset: status.clock_offset,
            is_practice: context.is_practice(),
            care: self.care_as(digest.as_deref()),
            fingerprint: match &status.state {
                State::SignedIn(signed_in) => Some(signed_in.fingerprint.clone()),
                _ => None,
            },
            is_locked: digest.is_some_and(|digest| self.is_locked_as(&digest)),
            unlocked_until,
        }
    }

    fn credential(&self, context: &Context, state: &State) -> CredentialWords {
        let entry = context.entry.as_ref().ok();
        let (offered, words) =
            entry.map_or((Offered::Nothing, String::new()), secateur_cluster::Entry::offered);
        let until = match state {
            State::SignedIn(signed_in) => signed_in.client.expires(),
            _ => None,
        };
        CredentialWords {
            offered,
            words,
            until: until.and_then(|until| u64::try_from(until.as_millisecond()).ok()),
            acting_as: entry.and_then(|entry| entry.acting_as()).map(str::to_owned),
            kept: self.keys.kept(self.id()),
            keep_problem: self.keys.problem(self.id()),
        }
    }
}

fn untrusted(source: &ClusterError) -> Option<CertificateProblem> {
    match source {
        ClusterError::Transport(TransportError::UntrustedCertificate { host, problem, certificate }) => {
            let (host, problem) = (host.clone(), problem.clone());
            Some(CertificateProblem { host, problem, facts: certificate.as_deref()?.clone() })
        }
        _ => None,
    }
}

//! Signing in, trying again, and being stopped at it.

use std::{future::Future, sync::Arc, time::Duration};

use secateur_cluster::{Access, ClusterError, connect};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::{Session, SignedIn, State};
use crate::{
    event::Event,
    failure::{Code, EngineError, Failure},
};

/// The waits before an unreachable cluster is tried again: the first, doubled each time, and the longest.
const FIRST_WAIT: Duration = Duration::from_millis(800);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How a person signs in.
#[derive(Debug, Clone)]
pub enum SignIn {
    /// As the kubeconfig says, without the token that was given before.
    Kubeconfig,
    /// With this token.
    Token {
        /// The token.
        token: SecretString,
        /// For how long.
        keep: Keep,
    },
}

/// For how long a token is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Until the process ends.
    ThisRun,
    /// Until the person, or the server, signs out.
    Longer,
}

/// Whether an attempt shows: a new try of what failed leaves the failure on screen until it is over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Yes,
    No,
}

impl Session {
    /// Signs in with the credential as it is now; one that is signed in stays as it is, and is tried when nothing
    /// answered last.
    pub(crate) async fn open(&self) -> Result<SignedIn, EngineError> {
        let _one_at_a_time = self.opening.lock().await;
        if let Ok(signed_in) = self.signed_in() {
            if self.lock().unreachable.is_some() {
                signed_in.client.whoami().await.map_err(|error| self.error("", error))?;
                self.reach();
            }
            return Ok(signed_in);
        }
        self.attempt(self.access(), Shown::Yes).await
    }

    /// Signs in because the person says how. What is under way is stopped; a session that is signed in stays until
    /// the new one is there.
    pub(crate) async fn sign_in_as(&self, way: SignIn) -> Result<SignedIn, EngineError> {
        self.stop();
        let _one_at_a_time = self.opening.lock().await;
        let shown = if self.signed_in().is_ok() { Shown::No } else { Shown::Yes };
        let (token, keep) = match way {
            SignIn::Kubeconfig => (None, Keep::ThisRun),
            SignIn::Token { token, keep } => (Some(token), keep),
        };
        let signed_in = self.attempt(Access { token: token.clone(), ..self.access() }, shown).await?;
        match token {
            Some(token) => self.keys.keep(self.id(), token, keep),
            None => self.keys.forget(self.id()),
        }
        self.told();
        Ok(signed_in)
    }

    /// Stops connecting, or trying again by itself.
    pub(crate) fn stop(&self) {
        let is_waiting = {
            let mut status = self.lock();
            status.attempt.cancel();
            status.next_try.take().is_some()
        };
        if is_waiting {
            self.told();
        }
    }

    /// Tries again, later and later, until something answers or it is stopped. For a session that nothing answered to
    /// when it was opened; one that is signed in has its lists, which try by themselves.
    pub(crate) async fn keep_trying(&self) {
        let stop = self.lock().attempt.clone();
        let tries = async {
            let mut wait = FIRST_WAIT;
            while self.is_out_of_reach() {
                let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                self.lock().next_try = Some(self.clock.now_ms().saturating_add(millis));
                self.told();
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
                let _one_at_a_time = self.opening.lock().await;
                if self.is_out_of_reach() {
                    // Why it failed is in the session's status.
                    let _ = self.attempt(self.access(), Shown::No).await;
                }
            }
        };
        stop.run_until_cancelled(tries).await;
    }

    /// Whether nothing answered when it was opened last.
    pub(crate) fn is_out_of_reach(&self) -> bool {
        matches!(&self.lock().state, State::Failed { failure, .. }
            if matches!(failure.code, Code::Unreachable | Code::Timeout))
    }

    async fn attempt(&self, access: Access, shown: Shown) -> Result<SignedIn, EngineError> {
        if shown == Shown::Yes {
            self.set(State::Connecting);
        }
        let outcome = self.stoppable(shown, Box::pin(self.sign_in(access))).await;
        match outcome {
            Some(Ok(signed_in)) => {
                self.cares.saw(self.id(), &signed_in.fingerprint.digest());
                self.set(State::SignedIn(signed_in.clone()));
                self.events.send(Event::KindsChanged(self.id().clone()));
                Ok(signed_in)
            }
            Some(Err(source)) => {
                let error = self.error("", source);
                if let (EngineError::Cluster { source, .. }, Err(_)) = (&error, self.signed_in()) {
                    self.fail(error.describe(), Some(Arc::clone(source)));
                }
                Err(error)
            }
            None => {
                if self.signed_in().is_err() {
                    self.set(State::NotConnected);
                }
                let (cluster, name) = (self.id().to_string(), self.name().to_owned());
                let message = format!("Connecting to {name} was stopped.");
                let cause =
                    Failure { cluster: Some(cluster.clone()), ..Failure::new(Code::SignInRequired, message) };
                Err(EngineError::NotSignedIn { cluster, name, cause: Some(Arc::new(cause)) })
            }
        }
    }

    /// Runs it until it ends or the person stops it. A try that does not show is stopped by who keeps trying.
    async fn stoppable<T>(&self, shown: Shown, work: impl Future<Output = T>) -> Option<T> {
        if shown == Shown::No {
            return Some(work.await);
        }
        let stop = CancellationToken::new();
        // Whoever kept trying until now has been overtaken.
        std::mem::replace(&mut self.lock().attempt, stop.clone()).cancel();
        stop.run_until_cancelled(work).await
    }

    fn access(&self) -> Access {
        self.keys.access(self.id(), &self.generations)
    }

    async fn sign_in(&self, access: Access) -> Result<SignedIn, ClusterError> {
        let client = connect(&self.context(), access).await?;
        // The first request opens the connection that the others then share.
        let whoami = client.whoami().await?;
        let namespace = self.namespace();
        let (fingerprint, discovered) = tokio::try_join!(client.fingerprint(&namespace), client.discover())?;
        Ok(SignedIn {
            client,
            fingerprint,
            kinds: discovered.kinds.into(),
            unavailable: discovered.unavailable.into(),
            user: whoami.user,
            groups: whoami.groups,
            ended: CancellationToken::new(),
        })
    }
}

//! Signing in, trying again, and being stopped at it.

use std::{future::Future, sync::Arc, time::Duration};

use secateur_cluster::{
    Access, Client, ClusterError, Discovered, Edition, Method, Patience, Unavailable, Whoami, connect,
};
use secateur_domain::{fingerprint::Fingerprint, kind::Kind};
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use super::{Session, SignedIn, State, ending::way};
use crate::{
    backoff::Backoff,
    event::Event,
    failure::{Code, EngineError, Failure},
};

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

/// Whose an attempt is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begun {
    /// Somebody waits for it: it shows, and can be stopped.
    ByPerson,
    /// A new try of what failed: the failure stays on screen until it is over, and who keeps trying stops it.
    ByItself,
}

/// What a cluster serves, as it says itself or as it is remembered.
#[derive(Default)]
struct Served {
    kinds: Arc<[Arc<Kind>]>,
    unavailable: Arc<[Unavailable]>,
    edition: Option<Edition>,
}

impl From<Discovered> for Served {
    fn from(discovered: Discovered) -> Self {
        Self {
            kinds: discovered.kinds.into(),
            unavailable: discovered.unavailable.into(),
            edition: Some(discovered.edition),
        }
    }
}

impl Session {
    /// Signs in with the credential as it is now; one that is signed in stays as it is, and is tried when nothing
    /// answered last.
    pub(crate) async fn open(&self) -> Result<SignedIn, EngineError> {
        let _one_at_a_time = self.opening.lock().await;
        if let Ok(signed_in) = self.signed_in() {
            if self.is_cut_off() {
                self.try_on();
                signed_in.client.whoami().await.map_err(|error| self.error("", error))?;
                self.reach();
            }
            return Ok(signed_in);
        }
        self.attempt(self.access().await, Begun::ByPerson).await
    }

    /// Signs in because the person says how. What is under way is stopped; a session that is signed in stays until
    /// the new one is there.
    pub(crate) async fn sign_in_as(&self, way: SignIn) -> Result<SignedIn, EngineError> {
        self.stop_opening();
        let _one_at_a_time = self.opening.lock().await;
        self.try_on();
        let (token, keep) = match way {
            SignIn::Kubeconfig => (None, Keep::ThisRun),
            SignIn::Token { token, keep } => (Some(token), keep),
        };
        let access = Access { token: token.clone(), patience: Patience::ByPerson, ..self.access().await };
        let signed_in = self.attempt(access, Begun::ByPerson).await?;
        match token {
            Some(token) => self.keys.keep(self.id(), token, keep).await,
            None => drop(self.keys.forget(self.id())),
        }
        self.told();
        Ok(signed_in)
    }

    /// Signs in again where it is signed in with other extra headers than it has now: another cluster may be behind
    /// those, so who and what is there is asked anew. What is signed in stays until that is known, and ends where it
    /// cannot be, with the error: nothing more goes out with headers that are no longer wanted.
    pub(crate) async fn take_headers(&self) -> Result<(), EngineError> {
        let _one_at_a_time = self.opening.lock().await;
        let Ok(before) = self.signed_in() else { return Ok(()) };
        if before.context.headers == self.context().headers {
            return Ok(());
        }
        let Err(error) = self.attempt(self.access().await, Begun::ByPerson).await else { return Ok(()) };
        if self.signed_in().is_ok() {
            let source = match &error {
                EngineError::Cluster { source, .. } => Some(Arc::clone(source)),
                _ => None,
            };
            self.fail(error.describe(), source);
        }
        Err(error)
    }

    /// Lets its credential plugin run from now on, if it is as it was asked about.
    pub(crate) fn agree(&self, digest: &str) -> Result<(), EngineError> {
        if self.summary().consent.is_some_and(|asked| asked.digest == digest) {
            self.keys.plugins.consent(digest);
            return Ok(());
        }
        let message = format!("{} does not ask to run this program, so nothing was run", self.name());
        Err(EngineError::Invalid(message))
    }

    /// Stops connecting, or trying that again by itself.
    pub(super) fn stop_opening(&self) {
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
            let mut backoff = Backoff::default();
            while self.is_out_of_reach() {
                let wait = backoff.next();
                self.lock().next_try = Some(self.in_a_while(wait));
                self.told();
                tokio::time::sleep(wait).await;
                let _one_at_a_time = self.opening.lock().await;
                if self.is_out_of_reach() {
                    // Why it failed is in the session's status.
                    let _ = self.attempt(self.access().await, Begun::ByItself).await;
                }
            }
        };
        stop.run_until_cancelled(tries).await;
    }

    /// Waits before a list is read again; where the person wants no more tries, until they want one.
    pub(crate) async fn wait_to_try(&self, wait: Duration) {
        let mut changed = self.changed.subscribe();
        let waited = tokio::time::sleep(wait);
        tokio::pin!(waited);
        let mut was_halted = false;
        loop {
            changed.mark_unchanged();
            let is_halted = self.lock().is_halted;
            if was_halted && !is_halted {
                return;
            }
            was_halted = is_halted;
            tokio::select! {
                () = &mut waited, if !is_halted => return,
                // The sender lives in `self`, so there is a next change or none at all.
                _ = changed.changed() => {}
            }
        }
    }

    /// The person wants it to be tried again.
    fn try_on(&self) {
        let was_halted = std::mem::take(&mut self.lock().is_halted);
        if was_halted {
            self.told();
        }
    }

    /// Whether nothing answers to a session that is signed in.
    pub(super) fn is_cut_off(&self) -> bool {
        self.lock().unreachable.is_some()
    }

    /// Whether nothing answered when it was opened last.
    pub(crate) fn is_out_of_reach(&self) -> bool {
        matches!(&self.lock().state, State::Failed { failure, .. }
            if matches!(failure.code, Code::Unreachable | Code::Timeout))
    }

    async fn attempt(&self, access: Access, begun: Begun) -> Result<SignedIn, EngineError> {
        self.plugin_begins(&access);
        if begun == Begun::ByPerson && self.signed_in().is_err() {
            self.set(State::Connecting);
        } else {
            self.told();
        }
        let outcome = self.stoppable(begun, Box::pin(self.telling_output(self.sign_in(access)))).await;
        self.plugin_ended(matches!(outcome, Some(Err(ClusterError::Plugin(_))) | None));
        match outcome {
            Some(Ok(signed_in)) => {
                self.cares.saw(self.id(), &signed_in.fingerprint.digest());
                self.set(State::SignedIn(signed_in.clone()));
                self.events.send(Event::KindsChanged(self.id().clone()));
                Ok(signed_in)
            }
            Some(Err(source)) => {
                // Whoever is signed in stays so: it was not their credential.
                let source = Arc::new(source);
                let error = self.said(&self.wanted(&source), &source);
                match self.signed_in() {
                    Ok(_) => self.told(),
                    Err(_) => self.fail(error.describe(), Some(source)),
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

    /// What was wanted, where the refusal alone would not say it.
    fn wanted(&self, source: &ClusterError) -> String {
        let context = self.context();
        let acting_as = context.entry.as_ref().ok().and_then(|entry| entry.acting_as());
        match (source, acting_as) {
            (ClusterError::Refused(_), Some(acting_as)) => {
                let user = context.user.as_deref().unwrap_or("its user");
                format!("let {user} act as {acting_as}")
            }
            _ => String::new(),
        }
    }

    /// Runs it until it ends or the person stops it.
    async fn stoppable<T>(&self, begun: Begun, work: impl Future<Output = T>) -> Option<T> {
        if begun == Begun::ByItself {
            return Some(work.await);
        }
        let stop = CancellationToken::new();
        // Whoever kept trying until now has been overtaken.
        std::mem::replace(&mut self.lock().attempt, stop.clone()).cancel();
        stop.run_until_cancelled(work).await
    }

    async fn access(&self) -> Access {
        let access = self.keys.access(self.id(), &self.generations).await;
        Access { output: self.output.clone(), renewal: self.renewal.clone(), ..access }
    }

    /// Who we are, which cluster it is and what it serves; what it serves is not waited for where that is remembered.
    async fn ask(&self, client: &Client) -> Result<(Whoami, Fingerprint, Served), ClusterError> {
        // The first request opens the connection that the others then share.
        let whoami = client.whoami().await?;
        let namespace = self.namespace();
        // Nobody in particular learns by what is refused that a credential is missing.
        if !whoami.is_nobody()
            && let Some(remembered) = self.remembered().await
        {
            let fingerprint = client.fingerprint(&namespace).await?;
            let served = if fingerprint.digest() == remembered.fingerprint {
                Served { kinds: remembered.kinds.into(), ..Served::default() }
            } else {
                client.discover().await?.into()
            };
            return Ok((whoami, fingerprint, served));
        }
        match tokio::try_join!(client.fingerprint(&namespace), client.discover()) {
            Err(ClusterError::Refused(status)) if whoami.is_nobody() && client.method() == Method::None => {
                Err(ClusterError::NoCredential(status))
            }
            found => found.map(|(fingerprint, discovered)| (whoami, fingerprint, discovered.into())),
        }
    }

    async fn sign_in(&self, access: Access) -> Result<SignedIn, ClusterError> {
        let (context, ended) = (self.context(), access.stop.clone());
        let client = connect(&context, access).await?;
        let asked = self.ask(&client).await;
        if let Err(error) = &asked {
            self.lock().path = way(&client, &error.to_string());
        }
        let (whoami, fingerprint, Served { kinds, unavailable, edition }) = asked?;
        Ok(SignedIn {
            client,
            fingerprint,
            kinds,
            unavailable,
            edition,
            user: whoami.user,
            groups: whoami.groups,
            context,
            ended,
        })
    }
}

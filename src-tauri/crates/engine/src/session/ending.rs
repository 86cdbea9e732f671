//! What ends a session, or cuts it off: the server's no, the person's wish, silence, a context that is gone.

use std::{sync::Arc, time::Duration};

use secateur_cluster::{Client, ClusterError, Context, PluginError, Step};

use super::{Session, State};
use crate::{
    clock::millis,
    event::Event,
    failure::{Code, EngineError, Failure},
};

impl Session {
    /// Turns a cluster's answer into an engine's; a 401 to the current credential ends the session, once.
    pub(crate) fn error(&self, wanted: &str, source: ClusterError) -> EngineError {
        let source = Arc::new(source);
        let error = self.said(wanted, &source);
        match source.as_ref() {
            ClusterError::SignIn(failure) => {
                let generation = failure.generation;
                if self.end(&error, &source, |in_use| in_use == generation) {
                    drop(self.keys.forget(self.id()));
                    let (cluster, cause) = (self.id().clone(), failure.message.clone());
                    self.events.send(Event::LoggedOut { cluster, generation, cause });
                }
            }
            // Whoever stopped it has ended the session that it was for.
            ClusterError::Plugin(PluginError::Stopped { .. }) => {}
            // Nobody refused it, so it is no logout; and without a credential nothing more can be asked.
            ClusterError::Plugin(_) => drop(self.end(&error, &source, |_| true)),
            _ => {}
        }
        error
    }

    /// What a cluster answered, as an engine's error.
    pub(super) fn said(&self, wanted: &str, source: &Arc<ClusterError>) -> EngineError {
        EngineError::Cluster {
            cluster: self.id().to_string(),
            cluster_name: self.name().to_owned(),
            wanted: wanted.to_owned(),
            source: Arc::clone(source),
        }
    }

    /// Stops what is under way because the person wants it: connecting, and trying again by itself.
    ///
    /// Of a session that is signed in and cut off, the lists stop trying too, until it is opened again or something
    /// answers to somebody else: a job of it has its own pause and goes on trying.
    ///
    /// A credential plugin that renews in the background is stopped with all that it started. Who waits for it is
    /// refused, and the session needs somebody to sign in, as when the plugin fails: were it to stay, the next request
    /// would run the plugin again, that is at once. Nobody refused the credential, so a token that was given is kept.
    /// Where another cluster waits for the same run, it goes on for that one, which shows it and can stop it there.
    pub(crate) fn stop(&self) {
        self.stop_opening();
        let is_new = {
            let mut status = self.lock();
            let is_cut_off = status.unreachable.is_some();
            is_cut_off && !std::mem::replace(&mut status.is_halted, true)
        };
        if is_new {
            self.told();
        }
        let renewal = self.renewal.borrow().clone();
        if let Some(renewal) = renewal {
            let stopped = Arc::new(ClusterError::Plugin(PluginError::Stopped { command: renewal.command }));
            self.end(&self.said("", &stopped), &stopped, |_| true);
        }
    }

    /// Ends the session because the person wants it: the token that the person gave is forgotten, and rows stay as of
    /// now. An error says that the token could not be removed from where it was kept.
    pub(crate) async fn sign_out(&self) -> Result<(), EngineError> {
        self.stop_opening();
        let last_user = self.lock().last_user();
        let forgetting = self.keys.forget_for_good(self.id());
        self.set(State::SignedOut { last_user });
        forgetting.await
    }

    /// Something answered. Told once, however often it is noticed.
    pub(crate) fn reach(&self) {
        {
            let mut status = self.lock();
            if status.unreachable.take().is_none() {
                return;
            }
            status.since = Some(self.clock.now_ms());
            status.next_try = None;
            status.is_halted = false;
            status.path.clear();
        }
        self.reached.send_modify(|count| *count += 1);
        self.told();
    }

    /// Nothing answered to a list, which goes on trying and so notices when something does. Told once for each
    /// cause, however often it is noticed.
    pub(crate) fn miss(&self, failure: Failure) {
        {
            let mut status = self.lock();
            let State::SignedIn(signed_in) = &status.state else { return };
            status.path = way(&signed_in.client, &failure.message);
            match &status.unreachable {
                Some(known) if known.message == failure.message => return,
                Some(_) => {}
                None => status.since = Some(self.clock.now_ms()),
            }
            status.unreachable = Some(Arc::new(failure));
        }
        self.told();
    }

    /// Says when a session that nothing answers to is tried again; of several, the first.
    pub(crate) fn tries_again_in(&self, wait: Duration) {
        let (now, time) = (self.clock.now_ms(), self.in_a_while(wait));
        let is_sooner = {
            let mut status = self.lock();
            let is_sooner = status.unreachable.is_some()
                && !status.is_halted
                && status.next_try.is_none_or(|known| known <= now || time < known);
            if is_sooner {
                status.next_try = Some(time);
            }
            is_sooner
        };
        if is_sooner {
            self.told();
        }
    }

    /// That time from now, in milliseconds of the local clock.
    pub(super) fn in_a_while(&self, wait: Duration) -> u64 {
        self.clock.now_ms().saturating_add(millis(wait))
    }

    /// Ends the session, if the credential in use is the one that was refused and it has not ended yet.
    fn end(&self, error: &EngineError, source: &Arc<ClusterError>, is_refused: impl Fn(u32) -> bool) -> bool {
        {
            let mut status = self.lock();
            let State::SignedIn(signed_in) = &status.state else { return false };
            if !is_refused(signed_in.client.generation()) {
                return false;
            }
            let (failure, source) = (Arc::new(error.describe()), Some(Arc::clone(source)));
            let last_user = status.last_user();
            status.enter(State::Failed { failure, source, last_user }, self.clock.now_ms());
        }
        self.told();
        true
    }

    /// Ends this session: its context is no longer in the catalogue, or was taken off the list.
    pub(crate) fn close(&self, is_hidden: bool) {
        self.stop_opening();
        let why = if is_hidden || !self.context().is_in_a_file() {
            "was taken off the list"
        } else {
            "is no longer in the kubeconfig"
        };
        let message = format!("{} {why}.", self.name());
        self.fail(Failure::new(Code::KubeconfigUnusable, message), None);
    }

    /// Ends what is signed in because its entry means another server now: what was asked for goes to one that is no
    /// longer meant.
    pub(super) fn leave(&self, context: &Context) {
        if self.signed_in().is_err() {
            return;
        }
        let message = format!(
            "The entry of {} in {} changed: it trusts another certificate authority, or another name. Nothing goes \
             to the server before it is opened again, and then it is asked which cluster it is.",
            self.name(),
            context.source.display()
        );
        self.fail(Failure::new(Code::SignInRequired, message), None);
    }
}

/// How far the last attempt to reach a server came, and what its answer was, if it gave one.
pub(super) fn way(client: &Client, problem: &str) -> Vec<Step> {
    let mut attempt = client.attempt();
    attempt.end_at_server(problem);
    attempt.steps
}

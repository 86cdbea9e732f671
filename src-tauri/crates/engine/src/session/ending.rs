//! What ends a session, or cuts it off: the server's no, the person's wish, silence, a context that is gone.

use std::{sync::Arc, time::Duration};

use secateur_cluster::{Client, ClusterError, Context, Step};

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

    /// Ends the session because the person wants it: the token that the person gave is forgotten, and rows stay as of
    /// now. An error says that the token could not be removed from where it was kept.
    pub(crate) async fn sign_out(&self) -> Result<(), EngineError> {
        self.stop();
        let last_user = match &self.lock().state {
            State::SignedIn(signed_in) => signed_in.user.clone(),
            _ => None,
        };
        let forgetting = self.keys.forget(self.id());
        self.set(State::SignedOut { last_user });
        match forgetting.await {
            Ok(Err(error)) => Err(EngineError::Settings(Arc::new(error))),
            _ => Ok(()),
        }
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
            signed_in.ended.cancel();
            let last_user = signed_in.user.clone();
            status.state = State::Failed {
                failure: Arc::new(error.describe()),
                source: Some(Arc::clone(source)),
                last_user,
            };
            status.since = Some(self.clock.now_ms());
        }
        self.told();
        true
    }

    /// Ends this session: its context is no longer in the catalogue.
    pub(crate) fn close(&self) {
        self.stop();
        let message = format!("{} is no longer in the kubeconfig.", self.name());
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

//! What ends a session, or cuts it off: the server's no, the person's wish, silence, a context that is gone.

use std::sync::Arc;

use secateur_cluster::ClusterError;

use super::{Session, State};
use crate::{
    event::Event,
    failure::{Code, EngineError, Failure},
};

impl Session {
    /// Turns a cluster's answer into an engine's; a 401 to the current credential ends the session, once.
    pub(crate) fn error(&self, wanted: &str, source: ClusterError) -> EngineError {
        let refused = match &source {
            ClusterError::SignIn(failure) => Some(failure.clone()),
            _ => None,
        };
        let source = Arc::new(source);
        let error = EngineError::Cluster {
            cluster: self.id().to_string(),
            cluster_name: self.name().to_owned(),
            wanted: wanted.to_owned(),
            source: Arc::clone(&source),
        };
        if let Some(failure) = refused
            && self.end(&error, source, |generation| generation == failure.generation)
        {
            self.keys.forget(self.id());
            let (cluster, generation) = (self.id().clone(), failure.generation);
            self.events.send(Event::LoggedOut { cluster, generation, cause: failure.message });
        }
        error
    }

    /// Ends the session because the person wants it: the token that the person gave is forgotten, and rows stay as of
    /// now.
    pub(crate) fn sign_out(&self) {
        self.stop();
        let last_user = match &self.lock().state {
            State::SignedIn(signed_in) => signed_in.user.clone(),
            _ => None,
        };
        self.keys.forget(self.id());
        self.set(State::SignedOut { last_user });
    }

    /// Something answered. Told once, however often it is noticed.
    pub(crate) fn reach(&self) {
        if self.lock().unreachable.take().is_some() {
            self.lock().since = Some(self.clock.now_ms());
            self.reached.send_modify(|count| *count += 1);
            self.told();
        }
    }

    /// Nothing answered to a list, which goes on trying and so notices when something does. Told once for each
    /// cause, however often it is noticed.
    pub(crate) fn miss(&self, failure: Failure) {
        {
            let mut status = self.lock();
            if !matches!(status.state, State::SignedIn(_)) {
                return;
            }
            match &status.unreachable {
                Some(known) if known.message == failure.message => return,
                Some(_) => {}
                None => status.since = Some(self.clock.now_ms()),
            }
            status.unreachable = Some(Arc::new(failure));
        }
        self.told();
    }

    /// Ends the session, if the credential in use is the one that was refused and it has not ended yet.
    fn end(&self, error: &EngineError, source: Arc<ClusterError>, is_refused: impl Fn(u32) -> bool) -> bool {
        {
            let mut status = self.lock();
            let State::SignedIn(signed_in) = &status.state else { return false };
            if !is_refused(signed_in.client.generation()) {
                return false;
            }
            signed_in.ended.cancel();
            let last_user = signed_in.user.clone();
            status.state =
                State::Failed { failure: Arc::new(error.describe()), source: Some(source), last_user };
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
}

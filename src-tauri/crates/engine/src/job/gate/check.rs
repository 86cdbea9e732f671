//! Whether the server is still the cluster of the plan: asked after every sign-in, reconnect, doubt and waking.

use std::time::Duration;

use secateur_cluster::ClusterError;

use super::{Checked, Gate};
use crate::{
    job::words::{LaneState, LaneWait},
    session::SignedIn,
};

/// Before the second try while nothing answers.
pub(super) const FIRST_WAIT: Duration = Duration::from_secs(1);

impl Gate {
    /// Waits until there is a session with the cluster of the plan; an error says that it is another one. Looks at
    /// targets ask for this: what another cluster does not have says nothing.
    pub(in crate::job) async fn identified(&self) -> Result<SignedIn, String> {
        loop {
            if let Some(cause) = &self.figures().closed {
                return Err(cause.clone());
            }
            let signed_in = self.session.wait_until_signed_in().await;
            if self.is_identified(&signed_in) {
                return Ok(signed_in);
            }
            self.identify(&signed_in).await;
        }
    }

    /// Asks the server what it is, unless somebody has by then. Where nothing answers, this is over when it is time to
    /// ask again; it ends with the session.
    pub(super) async fn identify(&self, signed_in: &SignedIn) {
        let mut backoff = self.checking.lock().await;
        if self.is_identified(signed_in) {
            return;
        }
        let checked = tokio::select! {
            checked = self.check(signed_in) => checked,
            () = signed_in.ended.cancelled() => return,
        };
        if checked.is_ok() {
            backoff.reset();
            return;
        }
        let (mut reached, mut changes) = (self.session.reached(), self.session.changes());
        if signed_in.ended.is_cancelled() {
            return;
        }
        self.tell(LaneState::Paused(LaneWait::Connection)).await;
        tokio::select! {
            () = tokio::time::sleep(backoff.next()) => {}
            _ = reached.changed() => {}
            _ = changes.changed() => {}
        }
    }

    /// Whether what was found out with this session still holds.
    pub(in crate::job) fn is_identified(&self, signed_in: &SignedIn) -> bool {
        let as_it_is = self.as_it_is(signed_in);
        self.figures().checked == Some(as_it_is)
    }

    pub(super) fn as_it_is(&self, signed_in: &SignedIn) -> Checked {
        Checked {
            generation: signed_in.client.generation(),
            connections: signed_in.client.connections(),
            woken: self.session.woken(),
        }
    }

    async fn check(&self, signed_in: &SignedIn) -> Result<(), Away> {
        // As it is before: a connection that is opened meanwhile asks for the next check.
        let as_it_is = self.as_it_is(signed_in);
        if self.figures().told.is_none() {
            self.tell(LaneState::Checking).await;
        }
        match signed_in.client.fingerprint(&self.planned.fingerprint.namespace).await {
            Ok(fingerprint) if fingerprint == self.planned.fingerprint => {
                self.session.reach();
                self.figures().checked = Some(as_it_is);
                Ok(())
            }
            Ok(_) => {
                let name = &self.planned.name;
                self.close(format!("The server at {name} is not the cluster this plan was made for."));
                Ok(())
            }
            Err(error) => {
                let is_away = is_away(&error);
                let ends_session = error.ends_session();
                let failure = self.session.error("say what it is", error).describe();
                if is_away {
                    self.session.miss(failure);
                    return Err(Away);
                }
                if !ends_session {
                    self.close(failure.message);
                }
                Ok(())
            }
        }
    }
}

/// Nothing answered that could say what it is.
struct Away;

/// Whether the same question may be answered later.
pub(in crate::job) fn is_away(error: &ClusterError) -> bool {
    match error {
        ClusterError::Transport(_)
        | ClusterError::Timeout { .. }
        | ClusterError::Busy { .. }
        | ClusterError::NotKubernetes { .. } => true,
        ClusterError::Server(status) => status.http_status >= 500,
        _ => false,
    }
}

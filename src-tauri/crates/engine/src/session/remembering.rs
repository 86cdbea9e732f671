//! What was served last is remembered, so that a cluster is open and its kinds are on screen before its server has said
//! what it serves. Kinds that are remembered only show lists: whatever is planned, restored or resumed waits for the
//! server's own word, see [`Session::discovered`].

use std::sync::Arc;

use secateur_domain::kind::Kind;
use tokio::task::spawn_blocking;

use super::{Session, SignedIn};
use crate::{backend::ServedKinds, failure::EngineError};

/// Kinds that are remembered, and the fingerprint's digest that they are remembered of.
pub(super) struct Remembered {
    pub(super) fingerprint: String,
    pub(super) kinds: Vec<Arc<Kind>>,
}

impl Session {
    /// The kinds to be shown: of a cluster that is not signed in, those that are remembered.
    pub(crate) async fn kinds(&self) -> Result<ServedKinds, EngineError> {
        match self.signed_in() {
            Ok(SignedIn { kinds, unavailable, edition, .. }) => {
                Ok(ServedKinds { kinds, unavailable, is_remembered: edition.is_none() })
            }
            Err(error) => {
                let Remembered { kinds, .. } = self.remembered().await.ok_or(error)?;
                Ok(ServedKinds { kinds: kinds.into(), unavailable: [].into(), is_remembered: true })
            }
        }
    }

    /// What the cluster served last, if it is the one that it was then.
    pub(super) async fn remembered(&self) -> Option<Remembered> {
        let (remembered, fingerprint) = (Arc::clone(self.remembered.as_ref()?), self.fingerprint()?);
        let read = move || Some(Remembered { kinds: remembered.read(&fingerprint)?, fingerprint });
        spawn_blocking(read).await.ok().flatten()
    }

    /// Remembers what is served. That it cannot be kept only costs time when the cluster is opened next.
    pub(super) async fn remember(&self) {
        let (Some(remembered), Ok(signed_in)) = (&self.remembered, self.signed_in()) else { return };
        if signed_in.edition.is_none() {
            return;
        }
        let (remembered, digest) = (Arc::clone(remembered), signed_in.fingerprint.digest());
        let keep = move || remembered.keep(&digest, &signed_in.kinds);
        if let Ok(Err(error)) = spawn_blocking(keep).await {
            tracing::warn!(%error, "the kinds could not be remembered");
        }
    }
}

//! What one cluster's requests are signed with, and a newer one when the server no longer takes it.
//!
//! A token file and certificate files are read again when a minute has passed and when the server refuses what they
//! held; a credential plugin is asked again when what it gave has ended or is refused; a token in place has no other.
//! Each new credential is a new *generation*. Nothing here decides that a session
//! has ended: it answers with what there is.

mod access;
mod expiry;
mod headers;
mod material;
mod reading;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::Uri;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

pub use self::access::{Access, Generations, Method};
pub(crate) use self::reading::Armed;
use self::reading::{Reading, Source};
use crate::{
    error::ClusterError,
    kubeconfig::Context,
    transport::{Attempt, Opened},
};

/// How long what was read from files is good for: client-go reads a token file again after as long.
const FILES_ARE_GOOD_FOR: Duration = Duration::from_mins(1);
/// How long before its end a plugin's credential is replaced, so that it does not end on its way.
const MARGIN: SignedDuration = SignedDuration::from_secs(10);
/// A plugin that gives what is about to end is not asked again before this.
const PLUGIN_RESTS: Duration = Duration::from_secs(10);

/// One cluster's credential, as it changes.
pub(crate) struct Credential {
    reading: Reading,
    /// Guards the credential in use and when it was read, for moments and never across an await.
    current: Mutex<(Arc<Armed>, Instant)>,
    /// One renewal at a time: whoever waits finds what the other got.
    renewing: tokio::sync::Mutex<()>,
}

impl Credential {
    /// Gets the first one. Sends nothing yet.
    pub(crate) async fn open(context: &Context, access: Access) -> Result<Self, ClusterError> {
        let entry = context.entry.clone().map_err(ClusterError::Unusable)?;
        let reading = Reading { context: context.clone(), entry, access, opened: Opened::default() };
        let current = Mutex::new((Arc::new(reading.first().await?), Instant::now()));
        Ok(Self { reading, current, renewing: tokio::sync::Mutex::default() })
    }

    /// The one in use.
    pub(crate) fn current(&self) -> Arc<Armed> {
        Arc::clone(&self.lock().0)
    }

    /// The server's URL.
    pub(crate) fn server(&self) -> &Uri {
        &self.reading.entry.cluster.server
    }

    /// Whether requests act as somebody else.
    pub(crate) fn acts_for_another(&self) -> bool {
        self.reading.entry.acting_as().is_some()
    }

    /// Connections opened for what a person waits for.
    pub(crate) fn connections(&self) -> u64 {
        self.reading.opened.count()
    }

    /// How far the last attempt to connect came.
    pub(crate) fn attempt(&self) -> Attempt {
        self.reading.opened.last_attempt()
    }

    /// The one to send a request with: got anew first where its time has come.
    pub(crate) async fn fresh(&self) -> Result<Arc<Armed>, ClusterError> {
        let (current, read_at) = self.lock().clone();
        let is_due = match self.reading.source() {
            Source::Place => false,
            Source::Files => read_at.elapsed() >= FILES_ARE_GOOD_FOR,
            Source::Plugin(_) => {
                let has_ended = current.expires.is_some_and(|expires| expires <= Timestamp::now() + MARGIN);
                has_ended && read_at.elapsed() >= PLUGIN_RESTS
            }
        };
        if !is_due {
            return Ok(current);
        }
        Ok(self.renew(current.generation).await?.unwrap_or(current))
    }

    /// A newer one than `refused`, if there is one. Of many callers one gets it and the others find it.
    pub(crate) async fn renew(&self, refused: u32) -> Result<Option<Arc<Armed>>, ClusterError> {
        let _one_at_a_time = self.renewing.lock().await;
        let current = self.current();
        if current.generation > refused {
            return Ok(Some(current));
        }
        let read = match self.reading.source() {
            Source::Place => return Ok(None),
            // A file that is being replaced, or gone: what it held last may still be good.
            Source::Files => self.reading.newer(&current).await.unwrap_or_default(),
            Source::Plugin(_) => self.reading.newer(&current).await?,
        };
        let armed = read.map(Arc::new);
        *self.lock() = (armed.clone().unwrap_or(current), Instant::now());
        Ok(armed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (Arc<Armed>, Instant)> {
        // It is set whole, so a panic elsewhere cannot leave it half-written.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;

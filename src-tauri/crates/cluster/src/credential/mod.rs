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
mod pair;
mod reading;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::Uri;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

pub use self::access::{Access, Generations, Method, Renewal};
pub(crate) use self::reading::Armed;
use self::reading::{Reading, Source};
use crate::{
    error::ClusterError,
    exec::PluginError,
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
    /// Guards the credential in use, for moments and never across an await.
    current: Mutex<InUse>,
    /// One renewal at a time: whoever waits finds what the other got.
    renewing: tokio::sync::Mutex<()>,
}

struct InUse {
    armed: Arc<Armed>,
    /// When it was got, or found to be the newest.
    read_at: Instant,
    /// The last run of a plugin that gave it, or the same once more.
    serial: Option<u64>,
    /// How often a plugin gave none, and why it did not the last time.
    failures: u64,
    failure: Option<PluginError>,
}

impl Credential {
    /// Gets the first one. Sends nothing yet.
    pub(crate) async fn open(context: &Context, access: Access) -> Result<Self, ClusterError> {
        let entry = context.entry.clone().map_err(ClusterError::Unusable)?;
        let reading = Reading { context: context.clone(), entry, access, opened: Opened::default() };
        let armed = Arc::new(reading.first().await?);
        let serial = armed.serial;
        let in_use = InUse { armed, read_at: Instant::now(), serial, failures: 0, failure: None };
        Ok(Self { reading, current: Mutex::new(in_use), renewing: tokio::sync::Mutex::default() })
    }

    /// The one in use.
    pub(crate) fn current(&self) -> Arc<Armed> {
        Arc::clone(&self.lock().armed)
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
        let (current, read_at) = {
            let in_use = self.lock();
            (Arc::clone(&in_use.armed), in_use.read_at)
        };
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

    /// A newer one than `refused`, if there is one. Of many callers one gets it, or learns that there is none to be
    /// had, and the others find that.
    pub(crate) async fn renew(&self, refused: u32) -> Result<Option<Arc<Armed>>, ClusterError> {
        let failures = self.lock().failures;
        let _one_at_a_time = self.renewing.lock().await;
        let current = {
            let in_use = self.lock();
            if in_use.armed.generation > refused {
                return Ok(Some(Arc::clone(&in_use.armed)));
            }
            match &in_use.failure {
                Some(failure) if in_use.failures > failures => {
                    return Err(ClusterError::Plugin(failure.clone()));
                }
                _ => Arc::clone(&in_use.armed),
            }
        };
        let read = match self.reading.source() {
            Source::Place => return Ok(None),
            // A file that is being replaced, or gone: what it held last may still be good.
            Source::Files => self.reading.newer(&current).await.unwrap_or_default(),
            Source::Plugin(_) => {
                self.reading.newer(&current).await.inspect_err(|error| self.failed(error))?
            }
        };
        let armed = read.armed.map(Arc::new);
        let mut in_use = self.lock();
        in_use.read_at = Instant::now();
        in_use.serial = read.serial;
        if let Some(armed) = &armed {
            in_use.armed = Arc::clone(armed);
        }
        Ok(armed)
    }

    /// Lets the plugin run anew for whoever wants a credential next: what it gave is given to nobody any more.
    pub(crate) fn forget(&self) {
        if let Some(serial) = self.lock().serial {
            self.reading.access.plugins.forget(serial);
        }
    }

    fn failed(&self, error: &ClusterError) {
        if let ClusterError::Plugin(failure) = error {
            let mut in_use = self.lock();
            in_use.failures += 1;
            in_use.failure = Some(failure.clone());
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, InUse> {
        // Each part is set whole, so a panic elsewhere cannot leave one half-written.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;

//! What one cluster's requests are signed with, and a newer one when the server no longer takes it.
//!
//! A token file and certificate files are read again when a minute has passed and when the server refuses what they
//! held; a token in place has no other. Each new credential is a new *generation*. Nothing here decides that a session
//! has ended: it answers with what there is.

mod expiry;
mod headers;
mod material;

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use http::{HeaderMap, Uri};
use jiff::Timestamp;
use secrecy::SecretString;
use tokio::time::Instant;

use self::material::Prepared;
use crate::{
    error::ClusterError,
    kubeconfig::{Context, Entry},
    transport::{Attempt, HttpService, Lane, Opened, Transport},
};

/// How long what was read from files is good for: client-go reads a token file again after as long.
const FILES_ARE_GOOD_FOR: Duration = Duration::from_mins(1);

/// How requests are authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A client certificate.
    ClientCertificate,
    /// A bearer token.
    Token,
    /// Not at all.
    None,
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ClientCertificate => "client certificate",
            Self::Token => "token",
            Self::None => "none",
        })
    }
}

/// Counts the credentials of one cluster, over all its clients: no two have the same number.
#[derive(Debug, Clone, Default)]
pub struct Generations(Arc<AtomicU32>);

impl Generations {
    /// The number of the last one; 0 before the first.
    pub fn last(&self) -> u32 {
        self.0.load(Ordering::SeqCst)
    }

    fn next(&self) -> u32 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }
}

/// What a cluster is connected with, beside its kubeconfig entry.
#[derive(Clone)]
pub struct Access {
    /// Where requests go.
    pub transport: Arc<dyn Transport>,
    /// A token that the person gave; it goes before what the entry offers.
    pub token: Option<SecretString>,
    /// Headers that every request gets besides, for a proxy that asks for them.
    pub headers: HeaderMap,
    /// The cluster's count of credentials.
    pub generations: Generations,
}

impl Access {
    /// With nothing but what the entry offers.
    pub fn by_entry(transport: Arc<dyn Transport>) -> Self {
        Self { transport, token: None, headers: HeaderMap::new(), generations: Generations::default() }
    }
}

/// A credential in use: what a request is sent with.
pub(crate) struct Armed {
    pub(crate) generation: u32,
    pub(crate) headers: HeaderMap,
    pub(crate) requests: HttpService,
    pub(crate) watches: HttpService,
    pub(crate) method: Method,
    pub(crate) ca_hash: String,
    pub(crate) expires: Option<Timestamp>,
    stamp: [u8; 32],
}

/// One cluster's credential, as it changes.
pub(crate) struct Credential {
    /// `context "NAME"`, for messages.
    name: String,
    entry: Entry,
    access: Access,
    opened: Opened,
    /// Guards the credential in use and when it was read, for moments and never across an await.
    current: Mutex<(Arc<Armed>, Instant)>,
    /// One renewal at a time: whoever waits finds what the other got.
    renewing: tokio::sync::Mutex<()>,
}

impl Credential {
    /// Gets the first one. Sends nothing yet.
    pub(crate) async fn open(context: &Context, access: Access) -> Result<Self, ClusterError> {
        let entry = context.entry.clone().map_err(ClusterError::Unusable)?;
        let (name, opened) = (format!("context {:?}", context.name), Opened::default());
        let prepared = prepared(&name, &entry, &access, &opened).await?;
        let current = Mutex::new((Arc::new(arm(prepared, &access)?), Instant::now()));
        Ok(Self { name, entry, access, opened, current, renewing: tokio::sync::Mutex::default() })
    }

    /// The one in use.
    pub(crate) fn current(&self) -> Arc<Armed> {
        Arc::clone(&self.lock().0)
    }

    /// The server's URL.
    pub(crate) fn server(&self) -> &Uri {
        &self.entry.cluster.server
    }

    /// Whether requests act as somebody else.
    pub(crate) fn acts_for_another(&self) -> bool {
        self.entry.acting_as().is_some()
    }

    /// Connections opened for what a person waits for.
    pub(crate) fn connections(&self) -> u64 {
        self.opened.count()
    }

    /// How far the last attempt to connect came.
    pub(crate) fn attempt(&self) -> Attempt {
        self.opened.last_attempt()
    }

    /// The one to send a request with: read again first where its time has come.
    pub(crate) async fn fresh(&self) -> Result<Arc<Armed>, ClusterError> {
        let (current, read_at) = self.lock().clone();
        if self.access.token.is_some() || !self.entry.names_files() || read_at.elapsed() < FILES_ARE_GOOD_FOR
        {
            return Ok(current);
        }
        // A file that is being replaced, or gone: what it held last may still be good.
        Ok(self.renew(current.generation).await?.unwrap_or(current))
    }

    /// A newer one than `refused`, if there is one. Of many callers one gets it and the others find it.
    pub(crate) async fn renew(&self, refused: u32) -> Result<Option<Arc<Armed>>, ClusterError> {
        let _one_at_a_time = self.renewing.lock().await;
        let current = self.current();
        if current.generation > refused {
            return Ok(Some(current));
        }
        if self.access.token.is_some() || !self.entry.names_files() {
            return Ok(None);
        }
        let read = prepared(&self.name, &self.entry, &self.access, &self.opened).await;
        let newer = read.ok().filter(|prepared| prepared.stamp != current.stamp);
        let armed = newer.and_then(|prepared| arm(prepared, &self.access).ok()).map(Arc::new);
        let mut held = self.lock();
        *held = (armed.clone().unwrap_or(current), Instant::now());
        Ok(armed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (Arc<Armed>, Instant)> {
        // It is set whole, so a panic elsewhere cannot leave it half-written.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads what there is to read, off the async threads.
async fn prepared(
    name: &str,
    entry: &Entry,
    access: &Access,
    opened: &Opened,
) -> Result<Prepared, ClusterError> {
    let (entry, opened) = (entry.clone(), opened.clone());
    let (token, extra) = (access.token.clone(), access.headers.clone());
    let read = tokio::task::spawn_blocking(move || {
        let signature = match &token {
            Some(token) => material::of_token(token)?,
            None => material::of_entry(&entry.user)?,
        };
        material::prepare(&entry, signature, &extra, opened)
    });
    let gave_up = |_| "reading its credential was given up".to_owned();
    read.await
        .map_err(gave_up)
        .flatten()
        .map_err(|problem| ClusterError::Unusable(format!("{name}: {problem}")))
}

/// Prepares both lanes.
fn arm(prepared: Prepared, access: &Access) -> Result<Armed, ClusterError> {
    let lane = |lane| access.transport.connect(&prepared.endpoint, lane).map_err(ClusterError::Transport);
    Ok(Armed {
        generation: access.generations.next(),
        requests: lane(Lane::Requests)?,
        watches: lane(Lane::Watches)?,
        headers: prepared.headers,
        method: prepared.method,
        ca_hash: prepared.ca_hash,
        expires: prepared.expires,
        stamp: prepared.stamp,
    })
}

impl fmt::Debug for Armed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Armed").field("generation", &self.generation).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

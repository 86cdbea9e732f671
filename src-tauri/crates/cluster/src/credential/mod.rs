//! What one cluster's requests are signed with, and a newer one when the server no longer takes it.
//!
//! A token file and certificate files are read again when a minute has passed and when the server refuses what they
//! held; a credential plugin is asked again when what it gave has ended or is refused; a token in place has no other.
//! Each new credential is a new *generation*. Nothing here decides that a session
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
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;

use self::material::Prepared;
use crate::{
    error::ClusterError,
    exec::{ClusterInfo, Patience, Plugin, PluginEnvironment, PluginOutput, Plugins, Run},
    kubeconfig::{Context, Entry},
    transport::{Attempt, HttpService, Lane, Opened, Transport},
};

/// How long what was read from files is good for: client-go reads a token file again after as long.
const FILES_ARE_GOOD_FOR: Duration = Duration::from_mins(1);
/// How long before its end a plugin's credential is replaced, so that it does not end on its way.
const MARGIN: SignedDuration = SignedDuration::from_secs(10);
/// A plugin that gives what is about to end is not asked again before this.
const PLUGIN_RESTS: Duration = Duration::from_secs(10);

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
    /// The backend's credential plugins.
    pub plugins: Plugins,
    /// How long a plugin may take for the first credential; a person waits for no later one.
    pub patience: Patience,
    /// Gets what a plugin writes for people.
    pub output: watch::Sender<PluginOutput>,
    /// Ends waiting for a plugin.
    pub stop: CancellationToken,
}

impl Access {
    /// With nothing but what the entry offers, and no plugin that was agreed to.
    pub fn by_entry(transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            token: None,
            headers: HeaderMap::new(),
            generations: Generations::default(),
            plugins: Plugins::new(PluginEnvironment::Own, None),
            patience: Patience::Background,
            output: watch::Sender::default(),
            stop: CancellationToken::new(),
        }
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
    /// Which run of a plugin gave it.
    serial: Option<u64>,
}

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
        let armed = reading.armed(reading.access.patience, None).await?;
        let current = Mutex::new((Arc::new(armed), Instant::now()));
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

/// Where a credential comes from.
enum Source<'a> {
    /// The entry itself, or the person: there is no other.
    Place,
    /// Files that others may replace.
    Files,
    /// A program.
    Plugin(&'a Plugin),
}

/// What is needed to get a credential.
struct Reading {
    context: Context,
    entry: Entry,
    access: Access,
    opened: Opened,
}

impl Reading {
    fn source(&self) -> Source<'_> {
        match self.entry.user.plugin_in_use() {
            _ if self.access.token.is_some() => Source::Place,
            Some(plugin) => Source::Plugin(plugin),
            None if self.entry.names_files() => Source::Files,
            None => Source::Place,
        }
    }

    /// Another one than `current`, if there is one now.
    async fn newer(&self, current: &Armed) -> Result<Option<Armed>, ClusterError> {
        let (prepared, serial) = self.prepared(Patience::Background, current.serial).await?;
        if prepared.stamp == current.stamp { Ok(None) } else { self.arm(prepared, serial).map(Some) }
    }

    async fn armed(&self, patience: Patience, stale: Option<u64>) -> Result<Armed, ClusterError> {
        let (prepared, serial) = self.prepared(patience, stale).await?;
        self.arm(prepared, serial)
    }

    /// Runs what is to be run and reads what is to be read, off the async threads.
    async fn prepared(
        &self,
        patience: Patience,
        stale: Option<u64>,
    ) -> Result<(Prepared, Option<u64>), ClusterError> {
        let given = match self.source() {
            Source::Plugin(plugin) => {
                let context = self.context.clone();
                let info = self.read(move || ClusterInfo::of(&context)).await?;
                let (output, stop) = (self.access.output.clone(), self.access.stop.clone());
                let run = Run { patience, output, stop, stale };
                let given = self.access.plugins.credential(plugin, &info, &run).await;
                Some(given.map_err(ClusterError::Plugin)?)
            }
            Source::Place | Source::Files => None,
        };
        let serial = given.as_ref().map(|given| given.serial);
        let (entry, opened) = (self.entry.clone(), self.opened.clone());
        let (token, extra) = (self.access.token.clone(), self.access.headers.clone());
        let prepared = self.read(move || {
            let signature = match (&token, &given) {
                (Some(token), _) => material::of_token(token)?,
                (None, Some(given)) => material::of_plugin(given)?,
                (None, None) => material::of_entry(&entry.user)?,
            };
            material::prepare(&entry, signature, &extra, opened)
        });
        Ok((prepared.await?, serial))
    }

    /// Work that waits for the disk, and its problem with the context's name.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, String> + Send + 'static,
    ) -> Result<T, ClusterError> {
        let gave_up = |_| "reading its credential was given up".to_owned();
        let read = tokio::task::spawn_blocking(work).await.map_err(gave_up).flatten();
        let name = &self.context.name;
        read.map_err(|problem| ClusterError::Unusable(format!("context {name:?}: {problem}")))
    }

    /// Prepares both lanes.
    fn arm(&self, prepared: Prepared, serial: Option<u64>) -> Result<Armed, ClusterError> {
        let connect = |lane| self.access.transport.connect(&prepared.endpoint, lane);
        let lane = |lane| connect(lane).map_err(ClusterError::Transport);
        Ok(Armed {
            requests: lane(Lane::Requests)?,
            watches: lane(Lane::Watches)?,
            generation: self.access.generations.next(),
            headers: prepared.headers,
            method: prepared.method,
            ca_hash: prepared.ca_hash,
            expires: prepared.expires,
            stamp: prepared.stamp,
            serial,
        })
    }
}

impl fmt::Debug for Armed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Armed").field("generation", &self.generation).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

//! What a cluster is connected with beside its kubeconfig entry.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use http::HeaderMap;
use secrecy::SecretString;
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;

use crate::{
    exec::{Patience, PluginEnvironment, PluginOutput, Plugins},
    transport::Transport,
};

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

    pub(super) fn next(&self) -> u32 {
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
    /// Gets what a plugin writes for people while it is asked for the first credential.
    pub output: watch::Sender<PluginOutput>,
    /// Has the renewal that a plugin is at work for, while it is.
    pub renewal: watch::Sender<Option<Renewal>>,
    /// Ends what waits for a plugin, now and later: nobody is to be signed in by this access any more.
    pub stop: CancellationToken,
}

/// A plugin that is asked for a newer credential, in the background of a client that is in use.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// The command as the kubeconfig names it.
    pub command: String,
    /// Since when.
    pub since: Instant,
    /// What it writes for people.
    pub output: watch::Receiver<PluginOutput>,
}

/// Shows a renewal to whoever looks, until this is dropped.
pub(super) struct Renewing<'a> {
    seat: &'a watch::Sender<Option<Renewal>>,
    pub(super) output: watch::Sender<PluginOutput>,
}

impl<'a> Renewing<'a> {
    pub(super) fn begin(seat: &'a watch::Sender<Option<Renewal>>, command: &str) -> Self {
        let (output, written) = watch::channel(PluginOutput::default());
        seat.send_replace(Some(Renewal {
            command: command.to_owned(),
            since: Instant::now(),
            output: written,
        }));
        Self { seat, output }
    }
}

impl Drop for Renewing<'_> {
    fn drop(&mut self) {
        // A client that took the place of this one may have begun another meanwhile.
        self.seat.send_if_modified(|seat| {
            let own = self.output.subscribe();
            let is_own = seat.as_ref().is_some_and(|renewal| renewal.output.same_channel(&own));
            if is_own {
                *seat = None;
            }
            is_own
        });
    }
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
            renewal: watch::Sender::default(),
            stop: CancellationToken::new(),
        }
    }
}

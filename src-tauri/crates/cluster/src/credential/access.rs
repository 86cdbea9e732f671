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
use tokio::sync::watch;

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
    /// Gets what a plugin writes for people.
    pub output: watch::Sender<PluginOutput>,
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
        }
    }
}

//! What sessions are signed in with beside kubeconfigs: tokens that the person gave.
//!
//! A token that is to be kept goes to the store of tokens; any other lives in this process only. Neither leaves the
//! backend.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use secateur_cluster::{Access, Generations, Transport};
use secateur_domain::ids::ClusterId;
use secrecy::SecretString;

use crate::session::Keep;

/// Where a token that the person gave is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKept {
    /// Encrypted on disk, its key in the system's keyring.
    Keyring,
    /// In memory, until the process ends.
    ThisRun,
}

/// The tokens of all clusters, and where requests go.
pub(crate) struct Keys {
    transport: Arc<dyn Transport>,
    /// Guards the tokens of this run, for moments.
    of_this_run: Mutex<HashMap<ClusterId, SecretString>>,
}

impl Keys {
    pub(crate) fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, of_this_run: Mutex::default() }
    }

    /// What to connect with: the person's token where there is one, else what the kubeconfig offers.
    pub(crate) fn access(&self, cluster: &ClusterId, generations: &Generations) -> Access {
        let token = self.lock().get(cluster).cloned();
        let generations = generations.clone();
        Access { token, generations, ..Access::by_entry(Arc::clone(&self.transport)) }
    }

    /// Remembers a token that the server took.
    pub(crate) fn keep(&self, cluster: &ClusterId, token: SecretString, _keep: Keep) {
        self.lock().insert(cluster.clone(), token);
    }

    /// Where the person's token is, if there is one.
    pub(crate) fn kept(&self, cluster: &ClusterId) -> Option<TokenKept> {
        self.lock().contains_key(cluster).then_some(TokenKept::ThisRun)
    }

    /// Forgets the person's token: signed out, by the person or by the server.
    pub(crate) fn forget(&self, cluster: &ClusterId) {
        self.lock().remove(cluster);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ClusterId, SecretString>> {
        // One call each: a panic elsewhere cannot leave it half-changed.
        self.of_this_run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Tokens that a person gave for clusters, by the clusters' ids.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use secateur_domain::ids::ClusterId;
use secrecy::{ExposeSecret, SecretString};

use super::{Body, Safe, Sort};
use crate::StoreError;

/// Where tokens are. Every method may block: on the disk, and on a keyring that asks a person.
pub trait TokenStore: Send + Sync + fmt::Debug {
    /// The token for a cluster; `None` where there is none. An error is about this one: it is there and cannot be
    /// read, which for signing in is the same as having none.
    fn get(&self, cluster: &ClusterId) -> Result<Option<SecretString>, StoreError>;

    /// Puts a token in the place of what is there. A keyring that gave no key before is asked again first. On an error
    /// it is held for this run all the same.
    fn set(&self, cluster: &ClusterId, token: &SecretString) -> Result<(), StoreError>;

    /// Forgets the token for a cluster, if there is one.
    fn remove(&self, cluster: &ClusterId) -> Result<(), StoreError>;

    /// Whether a token that is put now is there after quitting.
    fn is_lasting(&self) -> bool;

    /// Why not, in sentences for people: "No keyring answers. The token is kept for this run only."
    fn problem(&self) -> Option<String>;
}

/// Tokens in the [`Safe`].
#[derive(Debug, Clone)]
pub struct KeptTokens {
    safe: Safe,
}

impl KeptTokens {
    /// The tokens in this safe.
    pub fn new(safe: Safe) -> Self {
        Self { safe }
    }
}

impl TokenStore for KeptTokens {
    fn get(&self, cluster: &ClusterId) -> Result<Option<SecretString>, StoreError> {
        let body = self.safe.get(Sort::Token, cluster.as_str())?;
        body.map(|body| text(&body, Sort::Token)).transpose()
    }

    fn set(&self, cluster: &ClusterId, token: &SecretString) -> Result<(), StoreError> {
        self.safe.put(Sort::Token, cluster.as_str(), token.expose_secret().as_bytes())
    }

    fn remove(&self, cluster: &ClusterId) -> Result<(), StoreError> {
        self.safe.remove(Sort::Token, cluster.as_str())
    }

    fn is_lasting(&self) -> bool {
        self.safe.is_lasting()
    }

    fn problem(&self) -> Option<String> {
        self.safe.problem("The token is")
    }
}

/// Tokens in memory, which are forgotten at the end of the run.
#[derive(Default)]
pub struct MemoryTokens {
    /// Guards the tokens, each for a moment.
    tokens: Mutex<BTreeMap<ClusterId, SecretString>>,
}

impl MemoryTokens {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ClusterId, SecretString>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenStore for MemoryTokens {
    fn get(&self, cluster: &ClusterId) -> Result<Option<SecretString>, StoreError> {
        Ok(self.lock().get(cluster).cloned())
    }

    fn set(&self, cluster: &ClusterId, token: &SecretString) -> Result<(), StoreError> {
        self.lock().insert(cluster.clone(), token.clone());
        Ok(())
    }

    fn remove(&self, cluster: &ClusterId) -> Result<(), StoreError> {
        self.lock().remove(cluster);
        Ok(())
    }

    fn is_lasting(&self) -> bool {
        false
    }

    fn problem(&self) -> Option<String> {
        Some("Nothing is kept on disk. The token is kept for this run only.".to_owned())
    }
}

impl fmt::Debug for MemoryTokens {
    /// None of the tokens.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MemoryTokens").finish_non_exhaustive()
    }
}

/// A body that was put as text.
pub(super) fn text(body: &Body, sort: Sort) -> Result<SecretString, StoreError> {
    // What is not text was not put by this code.
    let text = std::str::from_utf8(body).map_err(|_| StoreError::SealBroken { kept: sort.kept() })?;
    Ok(SecretString::from(text))
}

//! What sessions are signed in with beside kubeconfigs: tokens that the person gave, and credential plugins.
//!
//! A token that is to be kept goes to the [`TokenStore`]; any other lives in this process only. Neither leaves the
//! backend.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use secateur_cluster::{Access, Generations, Plugins, Transport};
use secateur_domain::ids::ClusterId;
use secateur_store::{MemoryTokens, StoreError, TokenStore};
use secrecy::SecretString;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::{backend::Stores, failure::EngineError, session::Keep};

/// Where a token that the person gave is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKept {
    /// Encrypted on disk, its key in the system's keyring.
    Keyring,
    /// In memory, until the process ends.
    ThisRun,
}

/// The tokens of all clusters, their credential plugins, and where requests go.
pub(crate) struct Keys {
    transport: Arc<dyn Transport>,
    pub(crate) plugins: Plugins,
    stores: Option<Arc<Stores>>,
    /// Tokens that are kept nowhere else.
    of_this_run: MemoryTokens,
    /// Guards what is known of tokens, for moments.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    kept: HashMap<ClusterId, TokenKept>,
    /// Why a token was not kept for longer.
    problems: HashMap<ClusterId, String>,
}

impl Keys {
    pub(crate) fn new(transport: Arc<dyn Transport>, plugins: Plugins, stores: Option<Arc<Stores>>) -> Self {
        Self { transport, plugins, stores, of_this_run: MemoryTokens::new(), known: Mutex::default() }
    }

    /// What to connect with: the person's token where there is one, else what the kubeconfig offers.
    pub(crate) async fn access(&self, cluster: &ClusterId, generations: &Generations) -> Access {
        let token = self.token(cluster).await;
        let (generations, plugins) = (generations.clone(), self.plugins.clone());
        Access { token, generations, plugins, ..Access::by_entry(Arc::clone(&self.transport)) }
    }

    /// Remembers a token that the server took, for as long as the person wants and the system lets it.
    pub(crate) async fn keep(&self, cluster: &ClusterId, token: SecretString, keep: Keep) {
        let kept = match keep {
            Keep::ThisRun => Ok(false),
            Keep::Longer => {
                let (id, kept) = (cluster.clone(), token.clone());
                self.stored(move |tokens| match tokens.set(&id, &kept) {
                    Ok(()) if tokens.is_lasting() => Ok(true),
                    Ok(()) => Err(tokens.problem().unwrap_or_default()),
                    Err(error) => Err(format!("The token is kept for this run only: {error}.")),
                })
                .await
            }
        };
        let mut known = self.lock();
        known.problems.remove(cluster);
        if let Ok(true) = kept {
            let _ = self.of_this_run.remove(cluster);
            known.kept.insert(cluster.clone(), TokenKept::Keyring);
            return;
        }
        // Memory takes it always.
        let _ = self.of_this_run.set(cluster, &token);
        known.kept.insert(cluster.clone(), TokenKept::ThisRun);
        if let Err(problem) = kept {
            known.problems.insert(cluster.clone(), problem);
        }
    }

    /// Where the person's token is, if there is one, as far as was looked.
    pub(crate) fn kept(&self, cluster: &ClusterId) -> Option<TokenKept> {
        self.lock().kept.get(cluster).copied()
    }

    /// Why the person's token is not kept for longer, or cannot be read.
    pub(crate) fn problem(&self, cluster: &ClusterId) -> Option<String> {
        self.lock().problems.get(cluster).cloned()
    }

    /// Forgets the person's token: signed out, by the person or by the server. What is kept is removed meanwhile.
    pub(crate) fn forget(&self, cluster: &ClusterId) -> JoinHandle<Result<(), StoreError>> {
        {
            let _ = self.of_this_run.remove(cluster);
            let mut known = self.lock();
            known.kept.remove(cluster);
            known.problems.remove(cluster);
        }
        let (stores, id) = (self.stores.clone(), cluster.clone());
        spawn_blocking(move || match stores.filter(|stores| stores.has_safe()) {
            Some(stores) => stores.tokens().remove(&id),
            None => Ok(()),
        })
    }

    /// As [`Self::forget`]; to be waited for until what is kept is removed. An error says that it could not be.
    pub(crate) fn forget_for_good(
        &self,
        cluster: &ClusterId,
    ) -> impl Future<Output = Result<(), EngineError>> + use<> {
        let removing = self.forget(cluster);
        async {
            let gave_up = |error| EngineError::Invalid(format!("removing the token was given up: {error}"));
            removing.await.map_err(gave_up)?.map_err(|error| EngineError::Settings(Arc::new(error)))
        }
    }

    async fn token(&self, cluster: &ClusterId) -> Option<SecretString> {
        if let Ok(Some(token)) = self.of_this_run.get(cluster) {
            return Some(token);
        }
        self.stores.as_ref().filter(|stores| stores.has_safe())?;
        let id = cluster.clone();
        let found = self.stored(move |tokens| tokens.get(&id).map_err(|error| error.to_string())).await;
        let mut known = self.lock();
        match found {
            Ok(Some(token)) => {
                known.kept.insert(cluster.clone(), TokenKept::Keyring);
                Some(token)
            }
            Ok(None) => None,
            Err(problem) => {
                // For signing in that is the same as having none; why is said beside it.
                known.problems.insert(cluster.clone(), format!("The kept token cannot be used: {problem}."));
                None
            }
        }
    }

    /// Asks the store of tokens, on a thread that may wait for the disk and the keyring.
    async fn stored<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn TokenStore) -> Result<T, String> + Send + 'static,
    ) -> Result<T, String> {
        let Some(stores) = self.stores.clone() else {
            return Err("Nothing is kept on disk. The token is kept for this run only.".to_owned());
        };
        let asked = spawn_blocking(move || ask(stores.tokens().as_ref())).await;
        asked.unwrap_or_else(|_| Err("Asking the keyring was given up.".to_owned()))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // One call each: a panic elsewhere cannot leave it half-changed.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

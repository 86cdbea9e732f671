//! Clusters that a person adds, takes off the list and puts back, and their extra request headers.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, mpsc::sync_channel},
    thread,
    time::Duration,
};

use secateur_cluster::{take_paths, take_text};
use secateur_domain::ids::ClusterId;
use secateur_store::StoredSettings;

use super::{Backend, KubeconfigState, blocking, lock, shell::read_all};
use crate::{
    catalogue::Missing,
    event::Event,
    extras::{ClustersAdded, HeaderChange},
    failure::EngineError,
    session::ClusterSummary,
};

/// How long opening waits for clusters that were added. A keyring that asks a person takes longer, and they come then.
const PATIENCE: Duration = Duration::from_millis(500);

/// What clusters are added from.
pub enum ClustersToAdd {
    /// A kubeconfig that was pasted.
    Text(String),
    /// Files, and folders with files.
    Paths(Vec<PathBuf>),
}

impl fmt::Debug for ClustersToAdd {
    /// Nothing of the text.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => formatter.write_str("Text"),
            Self::Paths(paths) => formatter.debug_tuple("Paths").field(paths).finish(),
        }
    }
}

/// A context of a kubeconfig that a person took off the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HiddenCluster {
    /// Its id.
    pub id: ClusterId,
    /// Its name.
    pub name: String,
    /// Its file.
    pub source: String,
}

impl Backend {
    /// Adds every context of kubeconfigs. They are kept encrypted, and are clusters like any other from then on. Files
    /// are read once and not watched.
    pub async fn add_clusters(&self, what: ClustersToAdd) -> Result<ClustersAdded, EngineError> {
        let extras = Arc::clone(&self.inner.extras);
        let outcome = blocking(move || {
            extras.add(match what {
                ClustersToAdd::Text(text) => take_text(&text),
                ClustersToAdd::Paths(paths) => take_paths(&paths),
            })
        })
        .await?;
        self.reload().await?;
        Ok(outcome)
    }

    /// Takes a cluster off the list, and signs out of it: the token that the person gave is forgotten. One that was added
    /// is forgotten with its headers; a kubeconfig's is hidden, and the kubeconfig stays as it is. A job of it waits, as
    /// for a context that is gone: it goes on when the cluster is on the list again and somebody signed in.
    pub async fn remove_cluster(&self, cluster: &ClusterId) -> Result<KubeconfigState, EngineError> {
        let session = self.session(cluster)?;
        if session.is_practice() {
            return Err(EngineError::Invalid(format!(
                "{} is a practice cluster, and those leave the list together: close practice",
                session.name()
            )));
        }
        self.inner.keys.forget_for_good(cluster).await?;
        let (extras, id) = (Arc::clone(&self.inner.extras), cluster.clone());
        let was_added = blocking(move || extras.remove(&id)).await?;
        if !was_added.map_err(|error| EngineError::Settings(Arc::new(error)))? {
            let id = cluster.clone();
            let hide = move |settings: &mut StoredSettings| {
                settings.hidden_clusters.insert(id);
            };
            self.change_settings(hide).await?;
        }
        self.reload().await
    }

    /// Puts a kubeconfig's cluster back on the list.
    pub async fn restore_hidden(&self, cluster: &ClusterId) -> Result<KubeconfigState, EngineError> {
        let id = cluster.clone();
        let show = move |settings: &mut StoredSettings| {
            settings.hidden_clusters.remove(&id);
        };
        self.change_settings(show).await?;
        self.reload().await
    }

    /// Sets the extra request headers of a cluster: these, and no others. A session that is signed in signs in with them;
    /// that it could not is in the summary and no error.
    pub async fn set_headers(
        &self,
        cluster: &ClusterId,
        headers: Vec<HeaderChange>,
    ) -> Result<ClusterSummary, EngineError> {
        let session = self.session(cluster)?;
        let (extras, id) = (Arc::clone(&self.inner.extras), cluster.clone());
        let set = blocking(move || extras.set_headers(&id, headers)).await?;
        let kept = set.map_err(EngineError::Invalid)?;
        self.reload().await?;
        if session.take_headers().await.is_err() {
            self.keep_trying(&session);
        }
        kept.map_err(|error| EngineError::Settings(Arc::new(error)))?;
        Ok(session.summary())
    }

    /// Waits until the clusters that were added are known: for who names one right after opening. Blocks for as long as
    /// the keyring takes, which is bounded.
    pub fn wait_for_added(&self) {
        if self.inner.extras.is_unread() {
            self.inner.extras.read_once();
            self.take(read_all(&self.sources()), Missing::Kept);
        }
    }

    /// Reads what was added, on a thread that ends with the keyring's answer. Opening goes on without it when that takes
    /// long; then it is told when they are there.
    pub(super) fn begin_reading_added(&self) {
        if !self.inner.extras.is_unread() {
            return;
        }
        let (done, read) = sync_channel(0);
        let (extras, weak) = (Arc::clone(&self.inner.extras), Arc::downgrade(&self.inner));
        let reading = thread::Builder::new().name("added clusters".into()).spawn(move || {
            extras.read_once();
            if done.send(()).is_err()
                && let Some(inner) = weak.upgrade()
            {
                let backend = Self { inner };
                let change = backend.take(read_all(&backend.sources()), Missing::Kept);
                backend.inner.events.send(Event::CatalogueChanged(change));
            }
        });
        match reading {
            // Received or not: what matters is that it is there, or that the thread is on its own.
            Ok(_) => drop(read.recv_timeout(PATIENCE)),
            Err(error) => tracing::warn!(%error, "the clusters that were added are not read yet"),
        }
    }

    /// The contexts that a person took off the list.
    pub(super) fn hidden(&self) -> Vec<HiddenCluster> {
        let known = lock(&self.inner.catalogue);
        let hidden = known.hidden.iter().map(|context| HiddenCluster {
            id: context.id.clone(),
            name: context.name.clone(),
            source: context.source.display().to_string(),
        });
        hidden.collect()
    }
}

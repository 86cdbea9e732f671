//! Restoring.

use secateur_contract as page;
use secateur_engine::{RestoreCluster, RestoreItem, RestoreState, RestoreSummary};

use super::IntoPage;

impl IntoPage<page::RestoreSummary> for RestoreSummary {
    fn into_page(self) -> page::RestoreSummary {
        let locked = self.clusters.iter().filter(|cluster| cluster.is_locked);
        page::RestoreSummary {
            restore: self.restore,
            title: self.title,
            locked: locked.map(|cluster| cluster.cluster.to_string()).collect(),
            clusters: self.clusters.into_page(),
            items: self.items.into_page(),
            notes: self.notes,
            is_ready: self.is_ready,
            is_done: self.is_done,
            sentence: self.sentence,
        }
    }
}

impl IntoPage<page::HistoryCluster> for RestoreCluster {
    fn into_page(self) -> page::HistoryCluster {
        page::HistoryCluster {
            cluster: self.cluster.to_string(),
            name: self.name,
            tier: self.tier.into_page(),
            is_practice: self.is_practice,
        }
    }
}

impl IntoPage<page::RestoreItem> for RestoreItem {
    fn into_page(self) -> page::RestoreItem {
        page::RestoreItem {
            kind: self.object.kind,
            namespace: self.object.namespace.map(|namespace| namespace.to_string()),
            name: self.object.name.to_string(),
            cluster: self.cluster_name,
            rehearsal: self.rehearsal.into_page(),
            state: match self.state {
                RestoreState::Planned => page::RestoreState::Planned,
                RestoreState::LeftOut => page::RestoreState::LeftOut,
                RestoreState::Creating => page::RestoreState::Creating,
                RestoreState::Restored => page::RestoreState::Restored,
                RestoreState::Refused => page::RestoreState::Refused,
                RestoreState::Unknown => page::RestoreState::Unknown,
                RestoreState::NotTried => page::RestoreState::NotTried,
            },
            words: self.words,
        }
    }
}

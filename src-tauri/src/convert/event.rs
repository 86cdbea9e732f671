//! Events.

use secateur_contract::BackendEvent;
use secateur_engine::Event;

use super::IntoPage;

impl IntoPage<Option<BackendEvent>> for Event {
    /// `None` for what only the headless binary asks for: a target's every step. The page reads targets by windows.
    fn into_page(self) -> Option<BackendEvent> {
        Some(match self {
            Self::ClusterChanged(cluster) => {
                BackendEvent::ClusterChanged { cluster: Box::new(cluster.into_page()) }
            }
            Self::CatalogueChanged(change) => BackendEvent::CatalogueChanged { change: change.words() },
            Self::KindsChanged(cluster) => BackendEvent::KindsChanged { cluster: cluster.to_string() },
            Self::LoggedOut { cluster, generation, cause } => {
                BackendEvent::LoggedOut { cluster_id: cluster.to_string(), generation, cause }
            }
            Self::SelectionChanged(selection) => {
                BackendEvent::SelectionChanged { selection: selection.into_page() }
            }
            Self::PlanChanged { plan, change } => {
                BackendEvent::PlanChanged { plan: plan.into_page(), change }
            }
            Self::HistoryChanged => BackendEvent::HistoryChanged,
            Self::RestoreChanged(restore) => BackendEvent::RestoreChanged { restore },
            Self::JobChanged(job) => BackendEvent::JobChanged { job: job.into_page() },
            Self::TargetChanged { .. } => return None,
        })
    }
}

macro_rules! boxed {
    ($($inner:ty => $page:ty),*) => {$(
        impl IntoPage<$page> for Box<$inner> {
            fn into_page(self) -> $page {
                (*self).into_page()
            }
        }
    )*};
}
boxed!(
    secateur_engine::ClusterSummary => secateur_contract::ClusterSummary,
    secateur_engine::PlanSummary => secateur_contract::PlanSummary,
    secateur_engine::JobSummary => secateur_contract::JobSummary
);

//! What the backend tells without being asked.

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::Outcome,
};

use crate::{
    catalogue::CatalogueChange, job::JobSummary, marks::SelectionSummary, plans::PlanSummary,
    session::ClusterSummary,
};

/// Takes messages; must not block. The window's channel and the headless binary's queue are two of them.
pub trait EventSink<Message>: Send + Sync {
    /// Takes one message.
    fn send(&self, message: Message);
}

/// Something changed.
#[derive(Debug, Clone)]
pub enum Event {
    /// A cluster's session changed.
    ClusterChanged(Box<ClusterSummary>),
    /// The kubeconfigs were read again, and say something else.
    CatalogueChanged(CatalogueChange),
    /// A cluster's kinds were read again.
    KindsChanged(ClusterId),
    /// The server ended a session: once for each (cluster, generation).
    LoggedOut {
        /// Which cluster.
        cluster: ClusterId,
        /// Which credential.
        generation: u32,
        /// The server's words.
        cause: String,
    },
    /// The marked objects changed.
    SelectionChanged(SelectionSummary),
    /// A target of an open plan changed.
    PlanChanged {
        /// The plan as it is now.
        plan: Box<PlanSummary>,
        /// What changed, a sentence.
        change: String,
    },
    /// Receipts or the trash changed.
    HistoryChanged,
    /// A restore moved on.
    RestoreChanged(String),
    /// A job moved on.
    JobChanged(Box<JobSummary>),
    /// One target of a job moved on. Every step is told, in order.
    TargetChanged {
        /// The job.
        job: String,
        /// The target.
        key: Box<ObjectKey>,
        /// Where it is now.
        outcome: Outcome,
        /// The server's id for the request, once there was one.
        audit_id: Option<String>,
        /// What the server warned of in the answer that this step is.
        warnings: Vec<String>,
    },
}

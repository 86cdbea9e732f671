//! Sessions, lists, views, marks, plans and jobs: what the window and the headless binary both drive.
//!
//! [`Backend::open`] is the one way in. There is no current cluster here: every request names its own. Each piece
//! of state has one task that writes it; others hold a `watch` receiver. Every task ends when the backend is
//! dropped, or earlier when what it serves is closed.

mod backend;
mod backoff;
mod care;
mod catalogue;
mod clock;
mod event;
mod export;
mod extras;
mod failure;
mod follow;
mod job;
mod keys;
mod kubectl;
mod list;
mod marks;
mod plans;
mod receipts;
mod restore;
mod session;
#[cfg(test)]
mod testing;
mod view;
mod waking;
mod watching;
mod words;

pub use backend::{
    Backend, BackendConfig, ClustersToAdd, FoundKeys, HiddenCluster, KubeconfigState, MarkedPart, PlanOf,
    PracticeClusters, ReceiptsForm, ServedKinds, ShellKubeconfig, Stores, Targets, ViewSource,
};
pub use catalogue::CatalogueChange;
pub use clock::{Clock, SystemClock};
pub use event::{Event, EventSink};
pub use export::receipt_json;
pub use extras::{ClustersAdded, HeaderChange};
pub use failure::{Code, EngineError, Failure};
pub use job::{JobControl, JobLane, JobState, JobSummary, LaneState, LaneWait};
pub use keys::TokenKept;
pub use list::{Namespaces, ObjectsRequest};
pub use marks::{SelectionChange, SelectionSummary};
pub use plans::{
    Finding, FindingKind, FindingTone, PlanCluster, PlanForm, PlanProgress, PlanSummary, PlannedTarget,
    Presence,
};
pub use receipts::{CopyState, Happened, History, HistoryCluster, HistoryJob, Receipt, TrashSummary};
pub use restore::{ReceiptRef, RestoreCluster, RestoreItem, RestoreState, RestoreSummary};
pub use secateur_cluster::{Include, ListRequest, Problem, TablePage, Unavailable};
pub use secateur_store::{CopyRole, CopyRow, HistoryQuery, KeyPlace, ObjectRecord, SecretString};
pub use session::{
    CertificateProblem, ClusterSummary, CredentialWords, Keep, PluginRun, SessionState, SignIn,
};
pub use view::{ViewHint, ViewPart, ViewWindow, WindowRow};

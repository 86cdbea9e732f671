//! The one error shape of every command. The page decides by `code`, never by text.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a request as a whole did not happen. The set is closed: each has its text in the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ErrorCode {
    /// A request named no cluster, and a write never guesses one.
    ClusterRequired,
    /// The cluster is not, or no longer, in the catalogue.
    ClusterUnknown,
    /// The kubeconfig entry cannot be used; the message names file and entry.
    KubeconfigUnusable,
    /// Name resolution, connection, TLS set-up or proxy failed: nothing answered.
    Unreachable,
    /// The deadline passed before an answer came.
    Timeout,
    /// Something that is not Kubernetes answered, such as a captive portal.
    Intercepted,
    /// The server's certificate is not trusted.
    UntrustedCertificate,
    /// The server did not accept the credential (401).
    SignInRequired,
    /// A credential plugin would be run that the person has not agreed to; nothing was run.
    ConsentRequired,
    /// A credential plugin gave no credential; the message names it.
    PluginFailed,
    /// The server understood and refused (403, a policy, a webhook).
    Refused,
    /// The object, kind or namespace does not exist there.
    NotFound,
    /// The server's state is not what the request assumed (409).
    Conflict,
    /// The server asked to slow down (429).
    Busy,
    /// The server failed or answered what cannot be understood.
    ServerFailed,
    /// No served kind has this name, or several do.
    KindUnknown,
    /// A view, plan or job id that is not open.
    NotOpen,
    /// The plan is no longer what was shown; nothing was sent.
    PlanChanged,
    /// The proof is missing or wrong; nothing was sent.
    ProofWrong,
    /// The server is not the cluster that the plan was made for; nothing was sent.
    OtherCluster,
    /// The journal, or another file of Secateur's own, cannot be written; nothing was sent.
    StorageFailed,
    /// The cluster is read-only until it is unlocked; nothing was sent.
    ReadOnly,
    /// The plan is not worked out yet; nothing was sent.
    PlanNotReady,
    /// A copy in the trash cannot be read: its key is not there, or it was changed.
    CopyUnreadable,
    /// A file that the person asked for was not written; the message names it.
    FileNotWritten,
    /// The request itself makes no sense; the message names the part.
    InvalidRequest,
}

/// An error as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ApiError {
    /// What kind of failure it is.
    pub code: ErrorCode,
    /// One sentence naming the object and the cluster; the server's own words stand in `server_words`.
    pub message: String,
    /// What a person can do about it, if anything.
    pub hint: Option<String>,
    /// The cluster concerned.
    pub cluster: Option<String>,
    /// The object concerned, "Kind name in namespace".
    pub object: Option<String>,
    /// Whether the same request may succeed later without a change.
    pub retryable: bool,
    /// The HTTP status, where a server answered.
    pub status: Option<u16>,
    /// What the server itself said, unchanged.
    pub server_words: Option<String>,
    /// The server's audit id, to be quoted to whoever runs the cluster.
    pub audit_id: Option<String>,
}

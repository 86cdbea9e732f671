//! Why a cluster did not do what was asked, by what the caller can do about it.

use std::{fmt, time::Duration};

use crate::{exec::PluginError, transport::TransportError};

/// A request that gave no result. No message holds a credential or a body.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ClusterError {
    /// The kubeconfig entry or its credential cannot be used as it is; the text says which and why.
    #[error("{0}")]
    Unusable(String),
    /// No connection, or it broke.
    #[error(transparent)]
    Transport(TransportError),
    /// One attempt's deadline passed.
    #[error("{what}: no answer within {} s", after.as_secs())]
    Timeout {
        /// What was asked, and of whom.
        what: String,
        /// The deadline.
        after: Duration,
    },
    /// A credential plugin gave no credential; nothing was sent with one.
    #[error(transparent)]
    Plugin(PluginError),
    /// 401: the credential is not, or no longer, accepted.
    #[error(transparent)]
    SignIn(AuthFailure),
    /// No credential was sent, and a stranger is told nothing.
    #[error("no credential was sent: {0}")]
    NoCredential(ApiStatus),
    /// 403, 422, or whatever an admission plugin, webhook or policy answered.
    #[error("{0}")]
    Refused(ApiStatus),
    /// 404.
    #[error("{0}")]
    NotFound(ApiStatus),
    /// 409.
    #[error("{0}")]
    Conflict(ApiStatus),
    /// 410 in any form: read the list again.
    #[error("the server no longer knows that version of the list")]
    Gone,
    /// 410 in the middle of paging: the rest of the list can be read, as it is now.
    #[error("the server no longer knows that version of the list")]
    Expired {
        /// What to ask the next page with.
        token: String,
    },
    /// 429: the server asks to wait. Nothing was done.
    #[error("the server is busy: {status}")]
    Busy {
        /// How long it asked to wait.
        retry_after: Option<Duration>,
        /// Its words.
        status: ApiStatus,
    },
    /// 405, 406 or 415: the server does not offer this.
    #[error("{0}")]
    NotSupported(ApiStatus),
    /// 5xx, or a status that has no meaning of its own here.
    #[error("{0}")]
    Server(ApiStatus),
    /// Something that is no Kubernetes API server answered: a log-in page, a proxy, a redirect.
    #[error("{host} does not answer as a Kubernetes API server: {found}")]
    NotKubernetes {
        /// Whom we asked.
        host: String,
        /// What came instead.
        found: String,
    },
    /// The answer is not what was asked for.
    #[error("{what}: the answer cannot be read: {problem}")]
    Undecodable {
        /// What was asked, and of whom.
        what: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The answer passes the limit; nothing of it is kept.
    #[error("{what}: the answer is larger than {} MiB", limit >> 20)]
    TooLarge {
        /// What was asked, and of whom.
        what: String,
        /// The limit in bytes.
        limit: usize,
    },
}

impl ClusterError {
    /// Whether nothing more can be asked before somebody signs in.
    pub fn ends_session(&self) -> bool {
        matches!(self, Self::SignIn(_) | Self::Plugin(_))
    }

    /// Whether what was to be written was surely not written.
    pub(crate) fn was_not_done(&self) -> bool {
        match self {
            Self::Transport(error) => !error.was_sent(),
            error => error.ends_session(),
        }
    }
}

/// A 401 that is about the credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server does not accept the credential: {message}")]
pub struct AuthFailure {
    /// The generation of the credential that was sent.
    pub generation: u32,
    /// The server's words, or the bare status.
    pub message: String,
}

/// A refusal in the server's own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApiStatus {
    /// The HTTP status.
    pub http_status: u16,
    /// Status' `reason`; empty where the server gave none.
    pub reason: String,
    /// The server's sentence, or the bare status.
    pub message: String,
    /// The messages of Status' causes.
    pub causes: Vec<String>,
    /// `Audit-Id`.
    pub audit_id: Option<String>,
}

impl fmt::Display for ApiStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({}", self.message, self.http_status)?;
        if self.reason.is_empty() { formatter.write_str(")") } else { write!(formatter, " {})", self.reason) }
    }
}

//! Why a request as a whole did not happen, and how that is said to a person.

use std::sync::Arc;

use secateur_cluster::{ApiStatus, ClusterError, PluginError, TransportError};
use secateur_domain::{ids::InvalidName, plan::PlanError, plan::ProofError, view::FilterError};
use secateur_store::StoreError;

/// The closed set of codes by which a caller decides. Texts are for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// A request named no cluster.
    ClusterRequired,
    /// No such cluster in the catalogue.
    ClusterUnknown,
    /// The kubeconfig entry cannot be used.
    KubeconfigUnusable,
    /// Nothing answered.
    Unreachable,
    /// The deadline passed.
    Timeout,
    /// Something that is not Kubernetes answered.
    Intercepted,
    /// The server's certificate is not trusted.
    UntrustedCertificate,
    /// The credential is not accepted.
    SignInRequired,
    /// A credential plugin would be run that the person has not agreed to.
    ConsentRequired,
    /// A credential plugin gave no credential.
    PluginFailed,
    /// The server refused.
    Refused,
    /// No such object, kind or namespace.
    NotFound,
    /// The server's state is another than assumed.
    Conflict,
    /// The server asked to slow down.
    Busy,
    /// The server failed or cannot be understood.
    ServerFailed,
    /// No served kind has this name.
    KindUnknown,
    /// Not open, or no longer.
    NotOpen,
    /// The plan is no longer what was shown.
    PlanChanged,
    /// The proof is missing or wrong.
    ProofWrong,
    /// Not the cluster that the plan was made for.
    OtherCluster,
    /// A file of Secateur's own cannot be written.
    StorageFailed,
    /// The cluster is read-only until it is unlocked.
    ReadOnly,
    /// The plan is not worked out yet.
    PlanNotReady,
    /// A copy in the trash cannot be read.
    CopyUnreadable,
    /// The request makes no sense.
    InvalidRequest,
}

/// A failure as a person is told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// By which callers decide.
    pub code: Code,
    /// One sentence that names the object and the cluster.
    pub message: String,
    /// What can be done about it.
    pub hint: Option<String>,
    /// The cluster's id.
    pub cluster: Option<String>,
    /// The object.
    pub object: Option<String>,
    /// Whether the same request may succeed later.
    pub is_retryable: bool,
    /// The HTTP status.
    pub status: Option<u16>,
    /// What the server said, unchanged.
    pub server_words: Option<String>,
    /// The server's audit id.
    pub audit_id: Option<String>,
}

/// A request that did not happen. Each says what was not done.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// A cluster did not answer as asked.
    #[error("{cluster_name}: {source}")]
    Cluster {
        /// The cluster's id.
        cluster: String,
        /// Its name.
        cluster_name: String,
        /// What was wanted, as "list secrets in all namespaces"; empty for signing in.
        wanted: String,
        /// Why not.
        source: Arc<ClusterError>,
    },
    /// No such cluster.
    #[error("no cluster has the id {0}")]
    ClusterUnknown(String),
    /// The cluster has no session; its last problem is said.
    #[error("{name} is not signed in")]
    NotSignedIn {
        /// The cluster's id.
        cluster: String,
        /// Its name.
        name: String,
        /// Why its session ended or did not begin.
        cause: Option<Arc<Failure>>,
    },
    /// No served kind has this name.
    #[error("{name} serves no kind {word:?}")]
    KindUnknown {
        /// The cluster's name.
        name: String,
        /// The word.
        word: String,
    },
    /// A view, plan or job that is not open.
    #[error("the {what} {id} is not open")]
    NotOpen {
        /// "view", "plan", "job".
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// No plan could be made.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The plan is no longer what was shown.
    #[error("nothing was sent: {0}")]
    PlanChanged(String),
    /// The proof is missing or wrong.
    #[error("nothing was sent: {0}")]
    Proof(#[from] ProofError),
    /// A server that is not the cluster of the plan.
    #[error("nothing was sent: the server at {0} is not the cluster this plan was made for")]
    OtherCluster(String),
    /// Nothing that writes goes to this cluster until it is unlocked.
    #[error("nothing was sent: {name} is read-only")]
    ReadOnly {
        /// The cluster's id.
        cluster: String,
        /// Its name.
        name: String,
    },
    /// The plan is not worked out yet.
    #[error("nothing was sent: the plan is still being worked out")]
    PlanNotReady,
    /// A copy in the trash cannot be read.
    #[error("nothing was restored: {0}")]
    CopyUnreadable(String),
    /// A file of Secateur's own.
    #[error("nothing was sent: {0}")]
    Storage(Arc<StoreError>),
    /// Settings could not be read or written.
    #[error("settings are not kept: {0}")]
    Settings(Arc<StoreError>),
    /// A text that names nothing.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// A filter that means nothing.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// A request that makes no sense.
    #[error("{0}")]
    Invalid(String),
}

impl EngineError {
    /// How a person is told.
    pub fn describe(&self) -> Failure {
        match self {
            Self::Cluster { cluster, cluster_name, wanted, source } => {
                let mut failure = describe_cluster(cluster_name, wanted, source);
                failure.cluster = Some(cluster.clone());
                failure
            }
            Self::NotSignedIn { cause: Some(failure), .. } => failure.as_ref().clone(),
            Self::NotSignedIn { cluster, name, cause: None } => Failure {
                cluster: Some(cluster.clone()),
                is_retryable: true,
                ..Failure::new(Code::SignInRequired, format!("{name} is not open."))
            },
            Self::ClusterUnknown(_) => Failure::new(Code::ClusterUnknown, sentence(self)),
            Self::KindUnknown { .. } => Failure::new(Code::KindUnknown, format!("{self}.")),
            Self::NotOpen { .. } => Failure::new(Code::NotOpen, sentence(self)),
            Self::PlanChanged(_) | Self::Proof(ProofError::OtherPlan) => {
                Failure::new(Code::PlanChanged, sentence(self))
            }
            Self::Proof(ProofError::WrongWord | ProofError::NotHeld) => {
                Failure::new(Code::ProofWrong, sentence(self))
            }
            Self::OtherCluster(_) => Failure::new(Code::OtherCluster, sentence(self)),
            Self::ReadOnly { cluster, .. } => {
                Failure { cluster: Some(cluster.clone()), ..Failure::new(Code::ReadOnly, sentence(self)) }
            }
            Self::PlanNotReady => {
                Failure { is_retryable: true, ..Failure::new(Code::PlanNotReady, sentence(self)) }
            }
            Self::CopyUnreadable(_) => Failure::new(Code::CopyUnreadable, sentence(self)),
            Self::Storage(_) | Self::Settings(_) => Failure::new(Code::StorageFailed, sentence(self)),
            Self::Plan(_) | Self::Name(_) | Self::Filter(_) | Self::Invalid(_) => {
                Failure::new(Code::InvalidRequest, sentence(self))
            }
        }
    }
}

impl Failure {
    /// A failure with nothing but a code and a sentence.
    pub(crate) fn new(code: Code, message: String) -> Self {
        Self {
            code,
            message,
            hint: None,
            cluster: None,
            object: None,
            is_retryable: false,
            status: None,
            server_words: None,
            audit_id: None,
        }
    }

    fn from_status(code: Code, message: String, status: &ApiStatus) -> Self {
        Self {
            status: Some(status.http_status),
            server_words: Some(status.message.clone()).filter(|words| !words.is_empty()),
            audit_id: status.audit_id.clone(),
            ..Self::new(code, message)
        }
    }
}

/// An error's text as a sentence.
fn sentence(error: &EngineError) -> String {
    let text = error.to_string();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let full_stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{full_stop}", characters.as_str())
}

fn describe_plugin(name: &str, problem: &PluginError) -> Failure {
    match problem {
        PluginError::NeedsConsent(asked) => Failure {
            hint: Some(format!("It is asked for by {}.", asked.file.display())),
            ..Failure::new(
                Code::ConsentRequired,
                format!("{name} wants to run {} to sign in. Nothing was run.", asked.program.display()),
            )
        },
        problem => Failure {
            hint: match problem {
                PluginError::NotFound { hint, .. } => hint.clone(),
                PluginError::Failed { stderr, .. } if !stderr.trim().is_empty() => {
                    Some(format!("It wrote: {}", stderr.trim()))
                }
                PluginError::Interactive { .. } => {
                    Some("Sign in with it in a terminal, or with a token here.".to_owned())
                }
                _ => None,
            },
            is_retryable: !matches!(problem, PluginError::Denied { .. } | PluginError::Interactive { .. }),
            ..Failure::new(Code::PluginFailed, format!("{name} is not signed in: {problem}."))
        },
    }
}

fn describe_cluster(name: &str, wanted: &str, error: &ClusterError) -> Failure {
    let not = if wanted.is_empty() { "could not be opened".to_owned() } else { format!("did not {wanted}") };
    match error {
        ClusterError::Unusable(why) => {
            Failure::new(Code::KubeconfigUnusable, format!("{name} cannot be used: {why}."))
        }
        ClusterError::Transport(problem @ TransportError::UntrustedCertificate { .. }) => {
            Failure::new(Code::UntrustedCertificate, format!("{name} is not trusted: {problem}."))
        }
        ClusterError::Transport(problem @ TransportError::Unusable { .. }) => {
            Failure::new(Code::KubeconfigUnusable, format!("{name} cannot be used: {problem}."))
        }
        ClusterError::Transport(problem) => Failure {
            is_retryable: true,
            ..Failure::new(Code::Unreachable, format!("{name} does not answer: {problem}."))
        },
        ClusterError::Timeout { .. } => Failure {
            is_retryable: true,
            status: Some(408),
            ..Failure::new(Code::Timeout, format!("{name} does not answer: {error}."))
        },
        ClusterError::Plugin(problem) => describe_plugin(name, problem),
        ClusterError::SignIn(failure) => Failure {
            status: Some(401),
            server_words: Some(failure.message.clone()),
            ..Failure::new(Code::SignInRequired, format!("{name} does not accept the credential (401)."))
        },
        ClusterError::NoCredential(status) => Failure {
            hint: Some("Sign in with a token.".to_owned()),
            ..Failure::from_status(
                Code::SignInRequired,
                format!("{name} asks who you are, and its kubeconfig entry has no credential."),
                status,
            )
        },
        ClusterError::Refused(status) => {
            Failure::from_status(Code::Refused, format!("{name} {not}: it refused."), status)
        }
        ClusterError::NotFound(status) => Failure::from_status(
            Code::NotFound,
            format!("{name} {not}: there is no such object or kind."),
            status,
        ),
        ClusterError::Conflict(status) => {
            Failure::from_status(Code::Conflict, format!("{name} {not}: its state is another."), status)
        }
        ClusterError::Gone | ClusterError::Expired { .. } => Failure {
            is_retryable: true,
            ..Failure::new(Code::Conflict, format!("{name} {not}: the list has to be read again."))
        },
        ClusterError::Busy { status, .. } => Failure {
            is_retryable: true,
            ..Failure::from_status(Code::Busy, format!("{name} asked to slow down."), status)
        },
        ClusterError::NotSupported(status) => {
            Failure::from_status(Code::ServerFailed, format!("{name} {not}: it does not offer this."), status)
        }
        ClusterError::Server(status) if status.http_status < 500 => Failure::from_status(
            Code::InvalidRequest,
            format!("{name} {not}: it does not take the request."),
            status,
        ),
        ClusterError::Server(status) => Failure {
            is_retryable: true,
            ..Failure::from_status(Code::ServerFailed, format!("{name} {not}: the server failed."), status)
        },
        ClusterError::NotKubernetes { .. } => {
            Failure::new(Code::Intercepted, format!("A web page answered instead of {name}: {error}."))
        }
        ClusterError::Undecodable { .. } | ClusterError::TooLarge { .. } => {
            Failure::new(Code::ServerFailed, format!("{name} answered what cannot be read: {error}."))
        }
    }
}

//! What a session can be, for others to see.

use crate::failure::Code;

/// The state of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Never opened in this run.
    NotConnected,
    /// The first requests are under way.
    Connecting,
    /// The server knows who the person is.
    SignedIn,
    /// The server does not, or no longer, take the credential.
    NeedsSignIn,
    /// Nothing answers.
    Unreachable,
    /// Something that is not Kubernetes answers.
    Intercepted,
    /// The server's certificate is not trusted.
    UntrustedCertificate,
    /// The kubeconfig entry cannot be used.
    Unusable,
}

impl SessionState {
    /// The state of a session that ended, or could not begin, with this.
    pub(super) fn of(code: Code) -> Self {
        match code {
            Code::SignInRequired => Self::NeedsSignIn,
            Code::Intercepted => Self::Intercepted,
            Code::UntrustedCertificate => Self::UntrustedCertificate,
            Code::KubeconfigUnusable => Self::Unusable,
            _ => Self::Unreachable,
        }
    }
}

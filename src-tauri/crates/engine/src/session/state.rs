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
    /// The person signed out.
    SignedOut,
    /// The server does not, or no longer, take the credential; or there is none.
    NeedsSignIn,
    /// A credential plugin waits for the person's consent.
    NeedsConsent,
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
            Code::SignInRequired | Code::PluginFailed => Self::NeedsSignIn,
            Code::ConsentRequired => Self::NeedsConsent,
            Code::Intercepted => Self::Intercepted,
            Code::UntrustedCertificate => Self::UntrustedCertificate,
            // Acting as somebody else is not allowed: the entry as it is leads nowhere.
            Code::KubeconfigUnusable | Code::Refused => Self::Unusable,
            _ => Self::Unreachable,
        }
    }
}

//! Signing in and out.

use secateur_cluster::Offered;
use secateur_contract as page;
use secateur_engine::{CredentialWords, EngineError, Keep, SignIn, TokenKept};

use super::{IntoEngine, IntoPage, seconds};

impl IntoPage<page::CredentialWords> for CredentialWords {
    fn into_page(self) -> page::CredentialWords {
        page::CredentialWords {
            kind: match self.offered {
                Offered::Nothing => page::CredentialKind::None,
                Offered::Certificate => page::CredentialKind::Certificate,
                Offered::Token => page::CredentialKind::Token,
                Offered::TokenFile => page::CredentialKind::TokenFile,
                Offered::Plugin => page::CredentialKind::Plugin,
            },
            words: self.words,
            until: self.until.map(seconds),
            acting_as: self.acting_as,
            kept: self.kept.map(IntoPage::into_page),
            keep_problem: None,
        }
    }
}

impl IntoPage<page::TokenKept> for TokenKept {
    fn into_page(self) -> page::TokenKept {
        match self {
            Self::Keyring => page::TokenKept::Keyring,
            Self::ThisRun => page::TokenKept::ThisRun,
        }
    }
}

impl IntoEngine<SignIn> for page::SignInWay {
    fn into_engine(self) -> Result<SignIn, EngineError> {
        Ok(match self {
            Self::Kubeconfig => SignIn::Kubeconfig,
            Self::Token { token, keep } => {
                SignIn::Token { token: token.into(), keep: if keep { Keep::Longer } else { Keep::ThisRun } }
            }
        })
    }
}

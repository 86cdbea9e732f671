//! Signing in and out.

use jiff::Timestamp;
use secateur_cluster::{CertificateFacts, Offered, Resolved, Step, StepName, StepOutcome};
use secateur_contract as page;
use secateur_engine::{
    CertificateProblem, ClusterSummary, CredentialWords, EngineError, Keep, PluginRun, SignIn, TokenKept,
};

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
            keep_problem: self.keep_problem,
        }
    }
}

impl IntoPage<page::PluginRun> for PluginRun {
    fn into_page(self) -> page::PluginRun {
        page::PluginRun {
            command: self.command,
            since: seconds(self.since),
            is_running: self.is_running,
            is_asked: self.is_asked,
            output: self.output,
        }
    }
}

impl IntoPage<page::ConsentAsked> for Resolved {
    fn into_page(self) -> page::ConsentAsked {
        page::ConsentAsked {
            digest: self.digest,
            program: self.program.display().to_string(),
            arguments: self.arguments,
            variables: self.variables,
            file: self.file.display().to_string(),
            line: self.line,
        }
    }
}

impl IntoPage<page::CertificateProblem> for CertificateProblem {
    fn into_page(self) -> page::CertificateProblem {
        let CertificateFacts { subject, issuer, names, not_before, not_after, sha256 } = self.facts;
        let day = |time: Timestamp| time.strftime("%Y-%m-%d").to_string();
        page::CertificateProblem {
            host: self.host,
            problem: self.problem,
            subject,
            issuer,
            from: day(not_before),
            to: day(not_after),
            names,
            sha256,
        }
    }
}

/// How far an attempt came; the first step is that its entry was read.
pub(super) fn path(cluster: &ClusterSummary) -> Vec<page::PathStep> {
    if cluster.path.is_empty() {
        return Vec::new();
    }
    let kubeconfig = page::PathStep {
        name: page::PathStepName::Kubeconfig,
        state: page::PathStepState::Done,
        words: cluster.source.clone(),
        millis: None,
    };
    std::iter::once(kubeconfig).chain(cluster.path.iter().map(step)).collect()
}

fn step(step: &Step) -> page::PathStep {
    page::PathStep {
        name: match step.name {
            StepName::Proxy => page::PathStepName::Proxy,
            StepName::Name => page::PathStepName::Name,
            StepName::Connection => page::PathStepName::Connection,
            StepName::Certificate => page::PathStepName::Certificate,
            StepName::Server => page::PathStepName::Server,
        },
        state: match step.outcome {
            StepOutcome::Done => page::PathStepState::Done,
            StepOutcome::Failed => page::PathStepState::Failed,
            StepOutcome::NotReached => page::PathStepState::NotReached,
        },
        words: step.words.clone(),
        millis: step.took.map(|took| took.as_secs_f64() * 1_000.0),
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

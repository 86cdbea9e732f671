//! How a person is signed in to a cluster, what stands in the way, and clusters that were added here.
//!
//! Nothing in here is a secret: no token, no key, no value of a variable or header.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::SourceProblem;

/// What a kubeconfig offers to sign requests with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum CredentialKind {
    /// Nothing: the server is asked as nobody.
    None,
    /// A client certificate.
    Certificate,
    /// A token in the kubeconfig.
    Token,
    /// A token in a file that the kubeconfig names.
    TokenFile,
    /// What a credential plugin gives.
    Plugin,
}

/// Where a token that the person gave is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum TokenKept {
    /// Encrypted on disk, its key in the system's keyring.
    Keyring,
    /// In memory, until Secateur quits.
    ThisRun,
}

/// How a cluster is signed in to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CredentialWords {
    /// What the kubeconfig offers.
    pub kind: CredentialKind,
    /// In a few words, as "plugin aws" or "token in ~/.kube/token".
    pub words: String,
    /// Until when, as Unix seconds, where it is known.
    pub until: Option<f64>,
    /// Whom requests act as, where the kubeconfig says so.
    pub acting_as: Option<String>,
    /// Where the person's own token is, if one was given: it goes before what the kubeconfig offers.
    pub kept: Option<TokenKept>,
    /// Why a token can be kept for this run only.
    pub keep_problem: Option<String>,
}

/// A credential plugin at work, or what it left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PluginRun {
    /// The command as the kubeconfig names it.
    pub command: String,
    /// Since when, as Unix seconds of the local clock.
    pub since: f64,
    /// Whether it runs now.
    pub is_running: bool,
    /// Whether the person began it: then nothing but the person stops it.
    pub is_asked: bool,
    /// What it wrote for people, control characters taken out.
    pub output: String,
}

/// A program that would be run and was not agreed to yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConsentAsked {
    /// What is agreed to; another program, argument or variable has another.
    pub digest: String,
    /// The program, as it was found.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The names of the variables that it is given.
    pub variables: Vec<String>,
    /// The kubeconfig that asks for it.
    pub file: String,
    /// The line there.
    pub line: Option<u32>,
}

/// A certificate that is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CertificateProblem {
    /// Who showed it: host and port.
    pub host: String,
    /// Why it is not trusted.
    pub problem: String,
    /// Whom it is for.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// From when it is valid, as a date.
    pub from: String,
    /// Until when, as a date.
    pub to: String,
    /// The names and addresses that it is for.
    pub names: Vec<String>,
    /// SHA-256 of it, for comparing by eye.
    pub sha256: String,
}

/// A step on the way to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PathStepName {
    /// The entry was read.
    Kubeconfig,
    /// The proxy on the way; absent where there is none.
    Proxy,
    /// The name has an address.
    Name,
    /// Somebody listens.
    Connection,
    /// The certificate is trusted.
    Certificate,
    /// Kubernetes answered.
    Server,
}

/// How far one step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PathStepState {
    /// Done.
    Done,
    /// It ended here.
    Failed,
    /// It never came so far.
    NotReached,
}

/// One step on the way to a server, as the last attempt found it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PathStep {
    /// Which.
    pub name: PathStepName,
    /// How far it came.
    pub state: PathStepState,
    /// What was found: an address, a cause.
    pub words: String,
    /// How long it took, in milliseconds, where that is known.
    pub millis: Option<f64>,
}

/// How a person signs in. It has no `Debug`: it may hold a token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", tag = "kind")]
#[ts(export)]
pub enum SignInWay {
    /// As the kubeconfig says; a credential plugin may take its time and is stopped by the person only.
    Kubeconfig,
    /// With this token.
    Token {
        /// The token. It is never sent back.
        token: String,
        /// Whether to keep it beyond this run.
        keep: bool,
    },
}

/// What became of adding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ClustersAdded {
    /// The ids of those that are new.
    pub added: Vec<String>,
    /// The names of contexts that were there already.
    pub known: Vec<String>,
    /// What could not be taken.
    pub problems: Vec<SourceProblem>,
}

/// What the native dialog is to pick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ClustersPick {
    /// One or more files.
    Files,
    /// A folder with files.
    Folder,
}

/// A request header for an authenticating proxy. Its value goes to the backend and never comes back, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ExtraHeader {
    /// Its name.
    pub name: String,
    /// Its value; absent to keep the one that is known.
    pub value: Option<String>,
}

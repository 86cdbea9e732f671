//! Clusters, their sessions, kinds and namespaces.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{CertificateProblem, ConsentAsked, CredentialWords, PathStep, PluginRun};

/// How careful to be with a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Tier {
    /// Loss here hurts others.
    Production,
    /// A rehearsal ground that others may rely on.
    Staging,
    /// Loss here costs the person at most time.
    Development,
    /// Not said yet: treated like production.
    Unknown,
}

/// The state of one cluster's session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SessionState {
    /// Never opened in this run.
    NotConnected,
    /// The first requests are under way.
    Connecting,
    /// The server knows who the person is.
    SignedIn,
    /// The person signed out.
    SignedOut,
    /// The server no longer takes the credential, or never did.
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

/// One cluster as the rail and the kind list's head show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[expect(clippy::struct_excessive_bools, reason = "each is a claim of its own, and all are shown")]
pub struct ClusterSummary {
    /// Stable and opaque.
    pub id: String,
    /// The context's name.
    pub name: String,
    /// Two letters for the tile.
    pub letters: String,
    /// The kubeconfig file it comes from.
    pub source: String,
    /// The server's URL; empty when the entry names none.
    pub server: String,
    /// The namespace the context names, else `default`.
    pub namespace: String,
    /// How careful to be.
    pub tier: Tier,
    /// Everything that was chosen for it.
    pub care: ClusterCare,
    /// What it is: known once it was opened.
    pub fingerprint: Option<FingerprintWords>,
    /// Whether it is read-only at this moment.
    pub is_locked: bool,
    /// Until when it is unlocked, as Unix seconds of the local clock.
    pub unlocked_until: Option<f64>,
    /// The session's state.
    pub state: SessionState,
    /// Since when, as Unix seconds of the local clock.
    pub since: Option<f64>,
    /// Who the server says the person is, or the kubeconfig's user name until then.
    pub user: Option<String>,
    /// How they signed in: "client certificate", "token".
    pub method: Option<String>,
    /// Why it cannot be used or is not signed in: one sentence that names the host, file or entry.
    pub problem: Option<String>,
    /// How it is signed in to.
    pub credential: CredentialWords,
    /// A credential plugin at work, or what the last one wrote while signing in is not done.
    pub plugin: Option<PluginRun>,
    /// The program that waits for the person's consent.
    pub consent: Option<ConsentAsked>,
    /// The certificate that is not trusted.
    pub certificate: Option<CertificateProblem>,
    /// How far the last attempt to reach it came; empty while it is reached.
    pub path: Vec<PathStep>,
    /// When it is tried again by itself, as Unix seconds of the local clock.
    pub next_try: Option<f64>,
    /// Whether it was added here and is in no kubeconfig file.
    pub is_added: bool,
    /// Whether it is a practice cluster: it is in memory only, and plays its tier.
    pub is_practice: bool,
    /// The names of the extra request headers that it gets.
    pub headers: Vec<String>,
    /// Whether the kubeconfig turns certificate checks off.
    pub is_insecure: bool,
    /// The generation of the credential in use; changes with every sign-in.
    pub generation: u32,
    /// The server's clock minus the local one, in seconds; 0 until it is known.
    pub clock_offset: f64,
}

/// What a person chose for a cluster. It belongs to what the cluster is, whatever its entry is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ClusterCare {
    /// How careful to be.
    pub tier: Tier,
    /// Whether a cluster without a tier was asked about: it is asked about once.
    pub is_tier_asked: bool,
    /// Whether writes need an unlock; the tier's own rule where absent.
    pub read_only: Option<bool>,
    /// One of the eight colours, 0 to 7; the tier's where absent.
    pub color: Option<u8>,
    /// The two letters on its tile; from its name where absent.
    pub letters: Option<String>,
    /// The group it stands in.
    pub group: Option<String>,
}

/// A fingerprint, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FingerprintWords {
    /// The server's URL.
    pub server: String,
    /// SHA-256 of its CA; empty where the kubeconfig names none.
    pub ca: String,
    /// The namespace whose UID tells it from others.
    pub namespace: String,
    /// That UID; absent where it may not be read.
    pub uid: Option<String>,
}

/// A file or entry that could not be used; the rest is loaded all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SourceProblem {
    /// The file.
    pub file: String,
    /// The line in it, where known.
    pub line: Option<u32>,
    /// What is wrong, naming the entry.
    pub message: String,
}

/// A context of a kubeconfig that the person took off the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HiddenCluster {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its file.
    pub source: String,
}

/// The `KUBECONFIG` that only the person's login shell sets. Nothing else of that shell's environment crosses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ShellKubeconfig {
    /// The shell sets it, and the person has said nothing to it yet.
    pub offered: Option<String>,
    /// Its files are read; the shell may set another by now.
    pub used: Option<String>,
    /// The shell sets it, and the person does not want it.
    pub declined: Option<String>,
}

/// A place where kubeconfigs were looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LookedPlace {
    /// `KUBECONFIG`, or a path with the home folder as `~`.
    pub place: String,
    /// What was found there.
    pub found: String,
}

/// Everything known without opening a connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Catalogue {
    /// In the order of the files and their contexts.
    pub clusters: Vec<ClusterSummary>,
    /// The cluster of the kubeconfig's current context.
    pub current: Option<String>,
    /// Contexts that the person took off the list: their ids and names.
    pub hidden: Vec<HiddenCluster>,
    /// The login shell's own `KUBECONFIG`.
    pub shell: ShellKubeconfig,
    /// Whether the practice clusters are in the list.
    pub is_practising: bool,
    /// What could not be used.
    pub problems: Vec<SourceProblem>,
    /// Where was looked, for the welcome page.
    pub looked: Vec<LookedPlace>,
    /// When that was, as Unix seconds.
    pub looked_at: f64,
}

/// Where a kind's objects live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Scope {
    /// In namespaces.
    Namespaced,
    /// In the cluster as a whole.
    Cluster,
}

/// Names a served kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct KindRef {
    /// The API group; empty for the core group.
    pub group: String,
    /// The served version.
    pub version: String,
    /// The plural, as in URLs: `configmaps`.
    pub plural: String,
}

/// One served kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct KindSummary {
    /// Its identity.
    pub kind: KindRef,
    /// `ConfigMap`.
    pub name: String,
    /// Scope of its objects.
    pub scope: Scope,
    /// `configmap`; empty where the server says none.
    pub singular: String,
    /// Short names such as `cm`.
    pub short_names: Vec<String>,
    /// What it is found under together with others: `all`.
    pub categories: Vec<String>,
    /// Whether it can be listed.
    pub is_listable: bool,
    /// Whether it can be deleted.
    pub is_deletable: bool,
    /// Whether a CRD or an aggregated API serves it.
    pub is_custom: bool,
}

/// The kinds of one cluster, and the groups that could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Kinds {
    /// Preferred versions only, in the server's order.
    pub kinds: Vec<KindSummary>,
    /// Group and version, with why they are missing.
    pub unavailable: Vec<String>,
    /// Whether these are of the last time that it was open: it has not said yet what it serves now.
    pub is_remembered: bool,
}

/// The namespaces a person can choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Namespaces {
    /// Sorted names; empty where they may not be listed.
    pub names: Vec<String>,
    /// Why they could not be listed: then a name can be typed.
    pub refused: Option<ApiErrorBox>,
}

/// An error inside an answer that is otherwise good.
pub type ApiErrorBox = Box<crate::ApiError>;

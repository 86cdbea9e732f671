//! What a kubeconfig says of a plugin, and what would be run for it.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// The version of `ExecCredential` that a kubeconfig asks for; the plugin has to answer in the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiVersion {
    /// `client.authentication.k8s.io/v1`.
    V1,
    /// `client.authentication.k8s.io/v1beta1`.
    V1Beta1,
}

impl ApiVersion {
    /// Reads what a kubeconfig says.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::V1, Self::V1Beta1].into_iter().find(|version| version.as_str() == text)
    }

    /// As it stands in a kubeconfig.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "client.authentication.k8s.io/v1",
            Self::V1Beta1 => "client.authentication.k8s.io/v1beta1",
        }
    }
}

/// Whether a plugin wants to read what a person types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interactive {
    /// It never does.
    Never,
    /// It does where there is a terminal; here there is none.
    IfAvailable,
    /// It cannot do without, so it cannot run here.
    Always,
}

/// What a kubeconfig says of a credential plugin. Its `Debug` shows no value of a variable.
#[derive(Debug, Clone)]
pub struct Plugin {
    pub(crate) api_version: ApiVersion,
    pub(crate) command: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) variables: Vec<(String, SecretString)>,
    pub(crate) install_hint: Option<String>,
    pub(crate) provides_cluster_info: bool,
    pub(crate) interactive: Interactive,
    pub(crate) file: PathBuf,
    pub(crate) line: Option<u32>,
}

impl Plugin {
    /// The command as the kubeconfig names it, which may be any text.
    pub fn command(&self) -> &str {
        &self.command
    }

    /// The kubeconfig that names it.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// What would be run, once its program is found.
    pub(super) fn resolved(&self, program: PathBuf) -> Resolved {
        let mut parts = Parts::default();
        parts.add(program.as_os_str().as_encoded_bytes());
        parts.add(self.file.as_os_str().as_encoded_bytes());
        self.add_to(&mut parts);
        Resolved {
            program,
            arguments: self.arguments.clone(),
            variables: self.variables.iter().map(|(name, _)| name.clone()).collect(),
            file: self.file.clone(),
            line: self.line,
            digest: parts.digest(),
        }
    }

    /// The same for everyone whom one run serves: the file does not matter to the program, the cluster may.
    pub(super) fn run_key(&self, program: &Path, info: &str) -> String {
        let mut parts = Parts::default();
        parts.add(program.as_os_str().as_encoded_bytes());
        self.add_to(&mut parts);
        parts.add(info.as_bytes());
        parts.digest()
    }

    fn add_to(&self, parts: &mut Parts) {
        parts.add_count(self.arguments.len());
        for argument in &self.arguments {
            parts.add(argument.as_bytes());
        }
        parts.add_count(self.variables.len());
        for (name, value) in &self.variables {
            parts.add(name.as_bytes());
            parts.add(value.expose_secret().as_bytes());
        }
    }
}

/// A plugin as it would be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The program, as it was found.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The names of the variables that the kubeconfig gives it.
    pub variables: Vec<String>,
    /// The kubeconfig that asks for it.
    pub file: PathBuf,
    /// The line there.
    pub line: Option<u32>,
    /// SHA-256 of program, arguments, names and values of variables, and file: what is agreed to. The line is not
    /// part of it, since it changes with every edit above it.
    pub digest: String,
}

/// Parts of a digest, each with its length in front, so that no two lists of parts look alike.
#[derive(Default)]
struct Parts(Sha256);

impl Parts {
    fn add(&mut self, bytes: &[u8]) {
        self.add_count(bytes.len());
        self.0.update(bytes);
    }

    fn add_count(&mut self, count: usize) {
        self.0.update((count as u64).to_le_bytes());
    }

    fn digest(self) -> String {
        self.0.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

//! The environment that plugins get: our own, and over it what the login shell sets where a desktop started us,
//! since that knows nothing of what a person's shell exports (PATH, VAULT_*, TSH_*, AWS_*).
//!
//! It is full of secrets: nothing here has a `Debug`, and nothing of it is logged or shown but the names of files.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs::File,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use tokio::{
    sync::OnceCell,
    time::{Instant, timeout_at},
};

use super::shell::{self, Shell};
use crate::transport::Surroundings;

/// Variables and their values.
pub(super) type Variables = BTreeMap<OsString, OsString>;

/// What a shell says of itself, which is not for others.
const OF_THE_SHELL: [&str; 4] = ["_", "SHLVL", "PWD", "OLDPWD"];

/// A shell that starts in less is hardly noticed.
const NETWORK_WAITS: Duration = Duration::from_secs(1);

/// Whose environment plugins get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PluginEnvironment {
    /// This process's own: a command line was started by a shell.
    Own,
    /// Our own, overlaid by what the login shell sets. It is asked once, when the first plugin is looked for; not at
    /// all where there is a terminal, since then a shell has started us.
    LoginShell,
}

/// The environment, asked for once.
pub(super) struct Environment {
    own: Variables,
    whose: PluginEnvironment,
    shell: Option<Shell>,
    merged: OnceCell<Arc<Variables>>,
    /// Until when a connection waits for what the shell says of the network; set by the first.
    network_by: OnceLock<Instant>,
    /// Guards what asking the shell has shown; held for no longer than it takes to copy it.
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    problem: Option<String>,
    kubeconfig: Option<OsString>,
}

impl Environment {
    /// This process's environment, as it is now.
    pub(super) fn new(whose: PluginEnvironment) -> Self {
        let own: Variables = std::env::vars_os().collect();
        let is_asked = whose == PluginEnvironment::LoginShell && File::open("/dev/tty").is_err();
        let shell = is_asked.then(|| Shell::of(&own));
        Self { whose, ..Self::with(own, shell) }
    }

    /// These variables, and this shell over them.
    pub(super) fn with(own: Variables, shell: Option<Shell>) -> Self {
        let (merged, network_by) = (OnceCell::new(), OnceLock::new());
        let whose = PluginEnvironment::LoginShell;
        Self { own, whose, shell, merged, network_by, told: Mutex::default() }
    }

    /// The environment. The first who asks asks the shell, and if it gives up waiting, the next.
    pub(super) async fn variables(&self) -> Arc<Variables> {
        Arc::clone(self.merged.get_or_init(|| self.merge()).await)
    }

    /// What the login shell says of the network, where there is one to ask and our own environment says nothing. All
    /// connections together wait a moment for it, once: a shell that takes longer counts from when a plugin needed it.
    pub(super) async fn surroundings(&self) -> Option<Surroundings> {
        self.shell.as_ref().filter(|_| !Surroundings::are_in(|name| value(&self.own, name)))?;
        let by = *self.network_by.get_or_init(|| Instant::now() + NETWORK_WAITS);
        if self.merged.get().is_none() && Instant::now() < by {
            // Without an answer in time the connection is made as if there were none.
            let _ = timeout_at(by, self.variables()).await;
        }
        let merged = self.merged.get()?;
        Some(Surroundings::read(|name| value(merged, name)))
    }

    /// Why it is not what it should be.
    pub(super) fn problem(&self) -> Option<String> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).problem.clone()
    }

    /// Whether a `KUBECONFIG` that the login shell sets is to be offered: our own goes before it.
    pub(super) fn may_offer_kubeconfig(&self) -> bool {
        let is_set = self.own.get(OsStr::new("KUBECONFIG")).is_some_and(|list| !list.is_empty());
        self.whose == PluginEnvironment::LoginShell && !is_set
    }

    /// A `KUBECONFIG` that only the login shell sets.
    pub(super) fn offered_kubeconfig(&self) -> Option<OsString> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).kubeconfig.clone()
    }

    async fn merge(&self) -> Arc<Variables> {
        let mut merged = self.own.clone();
        let Some(shell) = &self.shell else { return Arc::new(merged) };
        let is_slow = || {
            self.tell(Told {
                problem: Some(format!("waiting for the login shell {} to start", shell.program.display())),
                kubeconfig: None,
            });
        };
        match shell::ask(shell, &self.own, is_slow).await {
            Ok(theirs) => {
                let kubeconfig = theirs.get(OsStr::new("KUBECONFIG")).filter(|list| !list.is_empty()).cloned();
                self.tell(Told { problem: None, kubeconfig: kubeconfig.filter(|_| self.may_offer_kubeconfig()) });
                let theirs = theirs.into_iter().filter(|(name, _)| !OF_THE_SHELL.iter().any(|own| name == own));
                merged.extend(theirs);
            }
            Err(problem) => self.tell(Told {
                problem: Some(format!(
                    "the login shell {} {problem}; plugins get the environment that Secateur was started with",
                    shell.program.display()
                )),
                kubeconfig: None,
            }),
        }
        Arc::new(merged)
    }

    fn tell(&self, told: Told) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = told;
    }
}

fn value(variables: &Variables, name: &str) -> Option<String> {
    variables.get(OsStr::new(name)).map(|value| value.to_string_lossy().into_owned())
}

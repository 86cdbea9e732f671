//! All plugins of one backend: who has agreed to what, what kuberc allows, their environment and their runs.

use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    fmt,
    path::{Path, PathBuf},
    process::ExitStatus,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{FutureExt, future::BoxFuture};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

use super::{
    ClusterInfo, Interactive, Plugin, PluginCredential, PluginEnvironment, PluginError, PluginOutput,
    Resolved, Run,
    answer::{self, Answer},
    environment::{Environment, Variables},
    info,
    kuberc::{self, Asked, Place},
    process::{self, Broken, Ended, Invocation, PRINTED_LIMIT},
    resolve,
    runs::{Runs, Wanted},
    screen,
};
use crate::transport::Surroundings;

/// All plugins of one backend. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Plugins {
    shared: Arc<Inner>,
}

struct Inner {
    environment: Environment,
    /// kuberc's usual place.
    kuberc: Option<PathBuf>,
    /// Guards what the person has agreed to; held for no longer than it takes to look.
    consents: Mutex<Consents>,
    runs: Arc<Runs>,
}

#[derive(Default)]
struct Consents {
    to_all: bool,
    digests: BTreeSet<String>,
}

impl Plugins {
    /// Runs and reads nothing yet. `kuberc` is its usual place, `~/.kube/kuberc`; `KUBERC` in the environment of the
    /// plugins goes before it.
    pub fn new(environment: PluginEnvironment, kuberc: Option<PathBuf>) -> Self {
        Self::with(Environment::new(environment), kuberc)
    }

    pub(super) fn with(environment: Environment, kuberc: Option<PathBuf>) -> Self {
        let (consents, runs) = (Mutex::default(), Arc::default());
        Self { shared: Arc::new(Inner { environment, kuberc, consents, runs }) }
    }

    /// The person agrees to what has this digest, for as long as this process runs. Remembering it is the caller's.
    pub fn consent(&self, digest: &str) {
        self.shared.consents().digests.insert(digest.to_owned());
    }

    /// The person agrees to every plugin that these kubeconfigs name.
    pub fn consent_to_all(&self) {
        self.shared.consents().to_all = true;
    }

    /// What the login shell says of the network, where our own environment says nothing of it.
    pub(crate) async fn surroundings(&self) -> Option<Surroundings> {
        self.shared.environment.surroundings().await
    }

    /// Why plugins do not get the environment that they should.
    pub fn problem(&self) -> Option<String> {
        self.shared.environment.problem()
    }

    /// Whether a `KUBECONFIG` of the login shell is anybody's business: plugins get that shell's environment, and ours
    /// sets none.
    pub fn may_offer_kubeconfig(&self) -> bool {
        self.shared.environment.may_offer_kubeconfig()
    }

    /// Asks the login shell for its environment, unless that was done; waits until it has answered or is given up.
    pub async fn ask_login_shell(&self) {
        self.shared.environment.variables().await;
    }

    /// A `KUBECONFIG` that only the login shell sets, once that was asked. It is offered, never taken.
    pub fn offered_kubeconfig(&self) -> Option<OsString> {
        self.shared.environment.offered_kubeconfig()
    }

    /// Forgets a credential that a run gave, as signing out does.
    pub fn forget(&self, serial: u64) {
        self.shared.runs.forget(serial);
    }

    /// Looks where the program is and whether kuberc allows it; asks the login shell for its environment first where
    /// that is wanted. Runs no plugin.
    pub async fn resolve(&self, plugin: &Plugin) -> Result<Resolved, PluginError> {
        self.examine(plugin).await.map(|(resolved, _)| resolved)
    }

    /// Runs it, or joins the run that is under way, or gives what an earlier run gave while that is neither stale nor
    /// expired. Without consent nothing runs, and nothing is given.
    pub async fn credential(
        &self,
        plugin: &Plugin,
        cluster: &ClusterInfo,
        run: &Run,
    ) -> Result<PluginCredential, PluginError> {
        let stopped = || PluginError::Stopped { command: plugin.command.clone() };
        let examined = run.stop.run_until_cancelled(self.examine(plugin)).await;
        let (resolved, variables) = examined.ok_or_else(stopped)??;
        if !self.shared.consents().has(&resolved.digest) {
            return Err(PluginError::NeedsConsent(Box::new(resolved)));
        }
        let told = info::told(plugin, cluster);
        let key = plugin.run_key(&resolved.program, told.expose_secret());
        let wanted = Wanted { run, command: &plugin.command };
        let start = |output| once(plugin, resolved.program, &variables, &told, output);
        self.shared.runs.credential(&key, &wanted, start).await
    }

    async fn examine(&self, plugin: &Plugin) -> Result<(Resolved, Arc<Variables>), PluginError> {
        let command = || plugin.command.clone();
        if plugin.interactive == Interactive::Always {
            return Err(PluginError::Interactive { command: command() });
        }
        let variables = self.shared.environment.variables().await;
        let look = {
            let (plugin, variables) = (plugin.clone(), Arc::clone(&variables));
            let place = Place::of(&variables, self.shared.kuberc.as_deref());
            move || look(&plugin, &variables, &place)
        };
        // PATH may name a slow disk.
        let looked = tokio::task::spawn_blocking(look).await;
        let program = looked.unwrap_or_else(|_| Err(PluginError::Stopped { command: command() }))?;
        Ok((plugin.resolved(program), variables))
    }
}

impl fmt::Debug for Plugins {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Plugins")
    }
}

impl Inner {
    fn consents(&self) -> std::sync::MutexGuard<'_, Consents> {
        self.consents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Consents {
    fn has(&self, digest: &str) -> bool {
        self.to_all || self.digests.contains(digest)
    }
}

/// Finds the program and asks kuberc. The kubeconfig's own variables have no say in where programs are, as with
/// kubectl: a PATH among them would let it slip another program under a name that kuberc allows.
fn look(plugin: &Plugin, variables: &Variables, place: &Place) -> Result<PathBuf, PluginError> {
    let command = || plugin.command.clone();
    let path = variables.get(OsStr::new("PATH")).map(OsString::as_os_str);
    let named = resolve::named(&plugin.command, &plugin.file);
    let found = resolve::find(&named, path);
    // Who forbids all plugins is not told to install one.
    let program = found.as_deref().unwrap_or(Path::new(""));
    kuberc::check(place, &Asked { named: &named, program, path })
        .map_err(|policy| PluginError::Denied { command: command(), policy })?;
    found.map_err(|looked| PluginError::NotFound {
        command: command(),
        looked,
        hint: plugin.install_hint.as_deref().map(screen::sanitised),
    })
}

/// One run, from its start to a checked answer.
fn once(
    plugin: &Plugin,
    program: PathBuf,
    variables: &Variables,
    told: &SecretString,
    output: watch::Sender<PluginOutput>,
) -> BoxFuture<'static, Result<Answer, PluginError>> {
    let mut variables = variables.clone();
    variables
        .extend(plugin.variables.iter().map(|(name, value)| (name.into(), value.expose_secret().into())));
    variables.insert(info::VARIABLE.into(), told.expose_secret().into());
    let invocation = Invocation { program, arguments: plugin.arguments.clone(), variables };
    let (command, asked) = (plugin.command.clone(), plugin.api_version);
    async move {
        tracing::debug!(command, "running a credential plugin");
        let Ended { status, printed, mut shown } = match process::run(&invocation, &output).await {
            Ok(ended) => ended,
            Err(Broken::CannotRun(error)) => {
                return Err(PluginError::CannotRun { command, problem: error.to_string() });
            }
            Err(Broken::PrintedTooMuch) => {
                let problem = format!("it printed more than {} MiB", PRINTED_LIMIT >> 20);
                return Err(PluginError::Unusable { command, problem });
            }
        };
        if let Some(text) = answer::without_secrets(&shown, &printed) {
            shown.clone_from(&text);
            output.send_replace(PluginOutput { text });
        }
        if !status.success() {
            return Err(PluginError::Failed { command, status: words(status), stderr: shown });
        }
        answer::read(&printed, asked, Timestamp::now())
            .map_err(|problem| PluginError::Unusable { command, problem })
    }
    .boxed()
}

fn words(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit code {code}"),
        // On Unix the signal, by number and name.
        None => status.to_string(),
    }
}

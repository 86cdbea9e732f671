//! Plugins as what they are: programs and scripts in folders of their own, run for real.

mod allowing;
mod answering;
mod ending;
mod sharing;
mod surrounding;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use secrecy::SecretString;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    environment::{Environment, Variables},
    *,
};

/// What a token is in these tests; it may turn up nowhere else.
const TOKEN: &str = "planted-secret-token";

/// A folder with plugins in it, and who runs them.
struct Bench {
    folder: TempDir,
    plugins: Plugins,
}

impl Bench {
    /// Its environment is `PATH` alone, its kuberc is in the folder, and the person has agreed to everything.
    fn new() -> Self {
        let bench = Self::strict(&[]);
        bench.plugins.consent_to_all();
        bench
    }

    /// With more variables, and nothing agreed to.
    fn strict(variables: &[(&str, &Path)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut own = Variables::from([("PATH".into(), "/usr/bin:/bin".into())]);
        own.extend(variables.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        let kuberc = Some(folder.path().join("kuberc"));
        let plugins = Plugins::with(Environment::with(own, None), kuberc);
        Self { folder, plugins }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("a file");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// How often scripts have run.
    fn runs(&self) -> usize {
        self.read("runs").lines().count()
    }

    /// A plugin that does this in the shell, and is counted.
    fn script(&self, script: &str) -> Plugin {
        let path = self.path("script");
        self.write("script", format!("cd {}\necho run >> runs\n{script}\n", self.folder.path().display()));
        self.plugin("/bin/sh", &[&path.display().to_string()])
    }

    /// A plugin that prints this.
    fn printing(&self, text: impl AsRef<[u8]>) -> Plugin {
        self.write("answer", text);
        self.script("cat answer")
    }

    /// A plugin that the kubeconfig of the folder names.
    fn plugin(&self, command: &str, arguments: &[&str]) -> Plugin {
        Plugin {
            api_version: ApiVersion::V1,
            command: command.to_owned(),
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
            variables: Vec::new(),
            install_hint: None,
            provides_cluster_info: false,
            interactive: Interactive::Never,
            file: self.path("config"),
            line: Some(7),
        }
    }

    /// What it gives to somebody in the background.
    async fn run(&self, plugin: &Plugin) -> Result<PluginCredential, PluginError> {
        self.plugins.credential(plugin, &ClusterInfo::default(), &background()).await
    }

    /// The problem with what it prints; it shows nothing of that.
    async fn unusable(&self, plugin: &Plugin) -> String {
        match self.run(plugin).await {
            Err(PluginError::Unusable { problem, .. }) => {
                assert!(!problem.contains("planted"), "{problem}");
                problem
            }
            other => panic!("{other:?}"),
        }
    }
}

fn background() -> Run {
    let (output, stop) = (watch::Sender::default(), CancellationToken::new());
    Run { patience: Patience::Background, output, stop, stale: None }
}

fn by_person() -> Run {
    Run { patience: Patience::ByPerson, ..background() }
}

fn refusing(serial: u64) -> Run {
    Run { stale: Some(serial), ..background() }
}

/// An answer with this status.
fn answer(status: &str) -> String {
    format!(
        "{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{{{status}}}}}"
    )
}

/// An answer with [`TOKEN`].
fn token() -> String {
    answer(&format!("\"token\":\"{TOKEN}\""))
}

/// A script as a program of its own. Another process writes it: were it open for writing here, a program that
/// another test starts at this very moment would inherit it, and it could not be run.
fn executable(path: &Path, script: &str) {
    use std::io::Write;
    #[expect(clippy::disallowed_methods, reason = "a test writes a program")]
    let mut child = std::process::Command::new("/bin/sh")
        .args(["-c", "cat > \"$0\" && chmod +x \"$0\""])
        .arg(path)
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("a shell");
    child.stdin.take().expect("piped").write_all(script.as_bytes()).expect("a script");
    assert!(child.wait().expect("it ends").success());
}

/// Waits until none of these processes runs any more. One that nobody has waited for yet does not run.
async fn are_gone(pids: &str) {
    let pids: Vec<&str> = pids.split_whitespace().collect();
    assert!(!pids.is_empty(), "there were processes");
    let begin = Instant::now();
    while let Some(pid) = pids.iter().find(|pid| is_running(pid)) {
        assert!(begin.elapsed() < Duration::from_secs(20), "{pid} still runs");
        tokio::task::yield_now().await;
    }
}

fn is_running(pid: &str) -> bool {
    #[cfg(target_os = "linux")]
    {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let pid = nix::unistd::Pid::from_raw(pid.parse().expect("a number"));
        nix::sys::signal::kill(pid, None).is_ok()
    }
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

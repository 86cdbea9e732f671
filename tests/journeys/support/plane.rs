//! The real control planes of the tests, started once for all journeys that need them and ended with the process.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Output, Stdio},
    sync::LazyLock,
};

/// A running control plane.
pub(crate) struct Plane {
    /// Its name, which is the name of its admin's context.
    pub(crate) name: &'static str,
    folder: tempfile::TempDir,
    /// Held open: the plane ends when it closes, so also when this process is killed.
    _stdin: ChildStdin,
    _child: Child,
}

static FIRST: LazyLock<Plane> = LazyLock::new(|| Plane::start("first"));
static SECOND: LazyLock<Plane> = LazyLock::new(|| Plane::start("second"));
static QUIET: LazyLock<Plane> = LazyLock::new(|| Plane::start("quiet"));

/// The plane that most journeys use.
pub(crate) fn first() -> &'static Plane {
    &FIRST
}

/// The other one.
pub(crate) fn second() -> &'static Plane {
    &SECOND
}

/// One that nobody changes: what is printed of it now is what was printed a moment ago.
pub(crate) fn quiet() -> &'static Plane {
    &QUIET
}

impl Plane {
    fn start(name: &'static str) -> Self {
        Self::start_in(name, &std::env::temp_dir())
    }

    /// Starts one whose files are under this folder: where they are decides what writing costs.
    pub(crate) fn start_in(name: &'static str, parent: &Path) -> Self {
        Self::start_with(name, parent, &[])
    }

    /// The same, with more arguments.
    pub(crate) fn start_with(name: &'static str, parent: &Path, more: &[&str]) -> Self {
        let folder = tempfile::tempdir_in(parent).expect("a folder for the plane");
        let mut child = command(&binary())
            .args(["serve", "--name", name, "--dir"])
            .arg(folder.path().join("plane"))
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the plane starts");
        let mut ready = String::new();
        let stdout = child.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut ready).expect("it says when it is ready");
        assert!(ready.contains("kubeconfig"), "the plane {name} did not start: {ready}");
        Self { name, folder, _stdin: child.stdin.take().expect("its input"), _child: child }
    }

    /// The kubeconfig with a context for each user.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("plane/kubeconfig")
    }

    /// The port of its API server.
    pub(crate) fn port(&self) -> usize {
        let text = std::fs::read_to_string(self.kubeconfig()).expect("the kubeconfig");
        let server = text.lines().find_map(|line| line.trim().strip_prefix("server:")).expect("a server");
        let (_, port) = server.trim().trim_matches('"').rsplit_once(':').expect("a port");
        port.trim_end_matches('/').parse().expect("a number")
    }

    /// The audit log: the oracle.
    pub(crate) fn audit_log(&self) -> PathBuf {
        self.folder.path().join("plane/audit.log")
    }

    /// kubectl as the admin; its output if it succeeded.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> String {
        let output = self.try_kubectl(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "kubectl {arguments:?}: {error}");
        String::from_utf8(output.stdout).expect("kubectl prints UTF-8")
    }

    /// kubectl as the admin, whatever comes.
    pub(crate) fn try_kubectl(&self, arguments: &[&str]) -> Output {
        self.run("kubectl").args(arguments).output().expect("kubectl runs")
    }

    /// Applies a manifest.
    pub(crate) fn apply(&self, manifest: &str) {
        let mut child = self
            .run("kubectl")
            .args(["create", "-f", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("kubectl runs");
        child.stdin.take().expect("its input").write_all(manifest.as_bytes()).expect("kubectl reads");
        assert!(child.wait().expect("kubectl ends").success(), "kubectl create: {manifest}");
    }

    /// Seeds a realistic namespace.
    pub(crate) fn seed_garden(&self) {
        let status = self.run("seed").arg("garden").stdout(Stdio::null()).status().expect("seed runs");
        assert!(status.success(), "the garden could not be seeded");
    }

    /// Seeds what the arguments say.
    pub(crate) fn seed(&self, arguments: &[&str]) {
        let status = self.run("seed").args(arguments).stdout(Stdio::null()).status().expect("seed runs");
        assert!(status.success(), "seed {arguments:?}");
    }

    /// Seeds so many ConfigMaps into a namespace of their own.
    pub(crate) fn seed_config_maps(&self, namespace: &str, count: usize) {
        let mut seed = self.run("seed");
        seed.args(["configmaps", "--namespace", namespace, "--count", &count.to_string()])
            .stdout(Stdio::null());
        assert!(seed.status().expect("seed runs").success(), "ConfigMaps could not be seeded");
    }

    /// A namespace of the journey's own.
    pub(crate) fn namespace(&self, name: &str) {
        self.kubectl(&["create", "namespace", name]);
    }

    /// A ConfigMap; gives its UID.
    pub(crate) fn config_map(&self, namespace: &str, name: &str) -> String {
        let create = ["-n", namespace, "create", "configmap", name, "--from-literal=key=value"];
        self.kubectl(&[&create[..], &["-o", "jsonpath={.metadata.uid}"]].concat())
    }

    /// The UID of what has this name now.
    pub(crate) fn uid(&self, namespace: &str, kind: &str, name: &str) -> Option<String> {
        let arguments = ["-n", namespace, "get", kind, name, "-o", "jsonpath={.metadata.uid}"];
        let output = self.try_kubectl(&arguments);
        output.status.success().then(|| String::from_utf8(output.stdout).expect("a UID"))
    }

    /// The binary as an administrator at this plane.
    pub(crate) fn run(&self, what: &str) -> Command {
        let mut command = command(&binary());
        command.arg(what).arg("--kubeconfig").arg(self.kubeconfig()).env("HOME", self.folder.path());
        command
    }
}

/// Where `tests/control-plane/build.sh` puts the binary.
pub(crate) fn binary() -> PathBuf {
    let cache = || {
        let home = std::env::var_os("HOME").map(PathBuf::from).expect("HOME is set");
        std::env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from)
    };
    let path = std::env::var_os("SECATEUR_PLANE")
        .map_or_else(|| cache().join("secateur/plane/plane"), PathBuf::from);
    assert!(path.is_file(), "{} is missing: run `make plane`", path.display());
    path
}

/// Tests start programs; the application does not.
#[allow(clippy::disallowed_methods)]
pub(crate) fn command(program: &Path) -> Command {
    Command::new(program)
}

//! A real control plane for this process: started once, ended by the closing of its standard input.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, OnceLock},
};

use secateur_cluster::{
    Access, Catalogue, Client, Context, Network, Origin, Sources, Transport, connect, read_catalogue,
};

pub struct Plane {
    /// Holds its standard input open for as long as this process lives.
    _child: Child,
    binary: PathBuf,
    folder: PathBuf,
    pub server: String,
    pub kubeconfig: PathBuf,
    audit: PathBuf,
}

/// The name of the plane, and of its administrator's context.
pub const NAME: &str = "alpha";

pub fn plane() -> &'static Plane {
    static PLANE: OnceLock<Plane> = OnceLock::new();
    PLANE.get_or_init(Plane::start)
}

impl Plane {
    fn start() -> Self {
        let binary = std::env::var_os("SECATEUR_PLANE").map_or_else(default_binary, PathBuf::from);
        assert!(
            binary.is_file(),
            "no control plane at {}: build it with tests/control-plane/build.sh, or set SECATEUR_PLANE",
            binary.display()
        );
        let folder = own_folder();
        let mut child = command(&binary)
            .args(["serve", "--name", NAME, "--dir"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.with_extension("log")).expect("a log"))
            .spawn()
            .expect("the control plane starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its standard output");
        BufReader::new(stdout).read_line(&mut line).expect("it says when it is ready");
        let ready: serde_json::Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("the control plane did not start, see {}.log", folder.display()));
        let path = |key: &str| PathBuf::from(ready[key].as_str().expect("a path"));
        Self {
            _child: child,
            server: ready["server"].as_str().expect("a URL").to_owned(),
            kubeconfig: path("kubeconfig"),
            audit: path("audit"),
            binary,
            folder,
        }
    }

    /// Runs kubectl as the administrator with `input`, and gives what it prints.
    pub fn kubectl(&self, arguments: &[&str], input: &str) -> String {
        let mut child = command(&self.binary)
            .args(["kubectl", "--kubeconfig"])
            .arg(&self.kubeconfig)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("kubectl starts");
        child.stdin.take().expect("its standard input").write_all(input.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("kubectl ends");
        assert!(output.status.success(), "kubectl {arguments:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Seeds something, as the administrator.
    pub fn seed(&self, arguments: &[&str]) {
        let mut seed = command(&self.binary);
        seed.args(["seed", "--kubeconfig"]).arg(&self.kubeconfig).args(arguments).stdout(Stdio::null());
        assert!(seed.status().expect("the seed starts").success(), "seed {arguments:?}");
    }

    /// Makes a namespace of this name for one test.
    pub fn namespace(&self, name: &str) {
        self.kubectl(&["create", "namespace", name], "");
    }

    /// Makes a `ConfigMap`.
    pub fn configmap(&self, namespace: &str, name: &str) {
        self.kubectl(&["create", "configmap", name, "-n", namespace, "--from-literal=a=b"], "");
    }

    /// The audit log's events of requests that are over, once one of them has this id.
    pub fn audited(&self, audit_id: &str) -> Vec<serde_json::Value> {
        for _ in 0..200 {
            let text = fs::read_to_string(&self.audit).expect("the audit log");
            let events: Vec<serde_json::Value> = text
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok())
                .filter(|event: &serde_json::Value| event["stage"] == "ResponseComplete")
                .collect();
            if events.iter().any(|event| event["auditID"] == audit_id) {
                return events;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("the audit log says nothing about {audit_id}");
    }

    /// A kubeconfig as this one, for another address.
    pub fn kubeconfig_at(&self, server: &str) -> PathBuf {
        let text = fs::read_to_string(&self.kubeconfig).expect("the kubeconfig");
        let path = self.folder.join(format!("kubeconfig-{}", server.replace([':', '/'], "-")));
        fs::write(&path, text.replace(&self.server, server)).expect("a kubeconfig");
        path
    }
}

pub fn catalogue(kubeconfig: &Path) -> Catalogue {
    read_catalogue(&Sources::from_list(kubeconfig.as_os_str(), Origin::Flag))
}

pub fn context(kubeconfig: &Path, name: &str) -> Context {
    let contexts = catalogue(kubeconfig).contexts;
    contexts.into_iter().find(|context| context.name == name).expect("the context")
}

pub async fn client_at(kubeconfig: &Path, name: &str) -> Client {
    let network: Arc<dyn Transport> = Arc::new(Network::default());
    connect(&context(kubeconfig, name), Access::by_entry(network)).await.expect("a client")
}

/// A client as the administrator, or as the user of another context.
pub async fn client(suffix: &str) -> Client {
    client_at(&plane().kubeconfig, &format!("{NAME}{suffix}")).await
}

fn default_binary() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").expect("a home")).join(".cache");
    cache.unwrap_or_else(home).join("secateur/plane/plane")
}

/// A folder of this process; those of processes that are no more are removed.
fn own_folder() -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real-server");
    fs::create_dir_all(&all).expect("a folder");
    for entry in fs::read_dir(&all).expect("a folder").flatten() {
        let process = entry.file_name().to_string_lossy().replace(".log", "");
        if !Path::new("/proc").join(process).exists() {
            let _ = fs::remove_dir_all(entry.path()).or_else(|_| fs::remove_file(entry.path()));
        }
    }
    let own = all.join(std::process::id().to_string());
    fs::create_dir_all(&own).expect("a folder");
    own
}

#[expect(clippy::disallowed_methods, reason = "the tests start the control plane that they test against")]
fn command(binary: &Path) -> Command {
    Command::new(binary)
}

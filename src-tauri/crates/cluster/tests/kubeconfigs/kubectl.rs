//! What kubectl makes of kubeconfigs: `kubectl config view --raw -o json`, thousands in one process or one in its own.

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::Value;

/// What kubectl prints, or why it prints nothing.
pub type View = Result<Value, String>;

/// How kubectl prints.
#[derive(Clone, Copy)]
pub enum Paths {
    /// As `config view` does: paths as they stand there.
    AsWritten,
    /// As every other command takes them: they belong to the folder of their file.
    Resolved,
}

/// The views of these values of `KUBECONFIG`, by the control plane's binary, which is kubectl too.
pub fn views(lists: &[&str], paths: Paths) -> Vec<View> {
    let mut input = tempfile::tempfile().expect("a file");
    for list in lists {
        writeln!(input, "{}", Value::from(*list)).expect("it is written");
    }
    std::io::Seek::rewind(&mut input).expect("a file");
    let mut command = command();
    command.arg("kubeconfigs");
    if matches!(paths, Paths::Resolved) {
        command.arg("--resolve-paths");
    }
    let output = command.stdin(input).stderr(Stdio::null()).output();
    let output = output.expect("the control plane's binary starts");
    assert!(output.status.success(), "{}", output.status);
    let text = String::from_utf8(output.stdout).expect("text");
    let views: Vec<View> = text.lines().map(view_of).collect();
    assert_eq!(views.len(), lists.len());
    views
}

fn view_of(line: &str) -> View {
    let mut answer: Value = serde_json::from_str(line).expect("JSON");
    match answer.get("refused").and_then(Value::as_str) {
        Some(refused) => Err(refused.to_owned()),
        None => Ok(answer["config"].take()),
    }
}

/// The view of one, by a kubectl of its own.
pub fn view(list: &str) -> View {
    let output = command()
        .args(["kubectl", "config", "view", "--raw", "-o", "json"])
        .env("KUBECONFIG", list)
        .output()
        .expect("kubectl starts");
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).expect("JSON"))
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[expect(clippy::disallowed_methods, reason = "asks the kubectl that the tests bring")]
fn command() -> Command {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").expect("a home")).join(".cache");
    let built = || cache.unwrap_or_else(home).join("secateur/plane/plane");
    let binary = std::env::var_os("SECATEUR_PLANE").map_or_else(built, PathBuf::from);
    assert!(
        binary.is_file(),
        "no control plane at {}: build it with tests/control-plane/build.sh, or set SECATEUR_PLANE",
        binary.display()
    );
    Command::new(binary)
}

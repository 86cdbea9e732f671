//! Kubeconfigs that only the person's login shell names: offered, used once agreed to, and never taken.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Output,
};

use secateur_engine::{Code, Event, ShellKubeconfig};

use crate::support::{engine::Engine, plane::command};

/// A folder with a home and a login shell, for a process that is started as a desktop would.
const PLACE: &str = "SECATEUR_TEST_PLACE";
/// Another variable of that shell.
const PLANTED: &str = "planted-variable-71c4";

/// A kubeconfig with one context.
fn kubeconfig(name: &str) -> String {
    format!(
        "contexts: [{{name: {name}, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: 'https://{name}.invalid:6443'}}}}]\n\
         users: [{{name: u, user: {{}}}}]\n"
    )
}

/// A folder with what a person has: a kubeconfig at its usual place, others elsewhere, and a shell that says so.
fn place() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at(".kube")).expect("a folder");
    fs::write(at(".kube/config"), kubeconfig("ours")).expect("a kubeconfig");
    fs::write(at("theirs"), kubeconfig("theirs")).expect("a kubeconfig");
    fs::write(at("others"), kubeconfig("others")).expect("a kubeconfig");
    let set = format!("export KUBECONFIG=\"$(cat value)\" VAULT_TOKEN={PLANTED}");
    let script =
        format!("#!/bin/sh\ncd {}\necho asked >> asked\n{set}\neval \"$4\"\n", folder.path().display());
    fs::write(at("shell"), script).expect("a script");
    fs::set_permissions(at("shell"), fs::Permissions::from_mode(0o755)).expect("it can be run");
    folder
}

/// Runs the step below as a desktop would start it: without a terminal, and without what a shell exports.
fn start(place: &Path, kubeconfig: Option<&Path>) -> Output {
    let mut step = command(Path::new("setsid"));
    step.arg("--wait").arg(std::env::current_exe().expect("a path"));
    step.args(["--exact", "shell::a_step_of_another_journey", "--nocapture"]).env_clear();
    step.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    step.env("TMPDIR", std::env::temp_dir());
    step.env("HOME", place).env("SHELL", place.join("shell")).env(PLACE, place);
    if let Some(kubeconfig) = kubeconfig {
        step.env("KUBECONFIG", kubeconfig);
    }
    step.output().expect("it runs")
}

#[test]
fn a_kubeconfig_that_only_the_login_shell_names_is_offered_used_declined_and_asked_about_once() {
    let place = place();
    let ran = start(place.path(), None);
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("offered, used, declined"), "{ran:?}");
    let said = format!("{ran:?}");
    assert!(!said.contains(PLANTED), "{said}");
}

#[test]
fn a_login_shell_is_not_asked_where_the_application_has_a_kubeconfig_of_its_own() {
    let place = place();
    let ran = start(place.path(), Some(&place.path().join("others")));
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("nobody was asked"), "{ran:?}");
    assert!(!place.path().join("asked").exists());
}

/// Not a journey of its own: what the others run in a process that a desktop might have started.
#[test]
#[allow(
    clippy::print_stdout,
    reason = "so that a step that never began does not pass for one that succeeded"
)]
fn a_step_of_another_journey() {
    let Some(place) = std::env::var_os(PLACE).map(PathBuf::from) else { return };
    if std::env::var_os("KUBECONFIG").is_some() {
        nobody_is_asked(&place);
        println!("nobody was asked");
    } else {
        let theirs = place.join("theirs").display().to_string();
        let state = offered_and_used(&place, &theirs);
        let state = used_from_the_start(&place, &theirs, state);
        let state = another_value_is_asked_about(&place, &theirs, state);
        what_was_declined_is_not_asked_about(&place, &theirs, state);
        println!("offered, used, declined");
    }
}

fn nobody_is_asked(place: &Path) {
    let state = tempfile::tempdir().expect("a folder");
    Engine::of_desktop(place, state).run(async |engine| {
        engine.backend.ask_login_shell();
        assert_eq!(names(engine), ["others"]);
        assert_eq!(shell(engine), ShellKubeconfig::default());
        let refused = engine.backend.use_shell_kubeconfig("/theirs").await.expect_err("nobody offered it");
        assert_eq!(refused.describe().code, Code::InvalidRequest);
    });
}

fn offered_and_used(place: &Path, theirs: &str) -> tempfile::TempDir {
    fs::write(place.join("value"), theirs).expect("a value");
    let state = tempfile::tempdir().expect("a folder");
    Engine::of_desktop(place, state).run(async |engine| {
        let backend = &engine.backend;
        backend.watch_kubeconfigs();
        assert!(!place.join("asked").exists(), "opening asks nobody");
        asked(engine).await;
        assert_eq!(shell(engine), ShellKubeconfig { offered: Some(theirs.to_owned()), ..nothing() });
        assert_eq!(names(engine), ["ours"], "it is not taken");
        let refused = backend.use_shell_kubeconfig(&format!("{theirs}:/etc/passwd")).await;
        assert_eq!(refused.expect_err("another value").describe().code, Code::InvalidRequest);

        let read = backend.use_shell_kubeconfig(theirs).await.expect("used");
        assert_eq!(read.shell, ShellKubeconfig { used: Some(theirs.to_owned()), ..nothing() });
        assert_eq!(names(engine), ["ours", "theirs"]);
        let looked =
            read.looked.iter().find(|looked| looked.place.contains("login shell")).expect("it is said");
        assert_eq!(looked.found, "1 context");
        assert!(!format!("{read:?}").contains(PLANTED));

        let later = kubeconfig("theirs")
            .replace("contexts: [", "contexts: [{name: later, context: {cluster: c, user: u}}, ");
        fs::write(theirs, later).expect("a kubeconfig");
        engine.until("it is watched", || (names(engine) == ["ours", "later", "theirs"]).then_some(())).await;
        fs::write(theirs, kubeconfig("theirs")).expect("a kubeconfig");
        engine.until("it is read", || (names(engine) == ["ours", "theirs"]).then_some(())).await;
    })
}

fn used_from_the_start(place: &Path, theirs: &str, state: tempfile::TempDir) -> tempfile::TempDir {
    Engine::of_desktop(place, state).run(async |engine| {
        assert_eq!(names(engine), ["ours", "theirs"], "before anybody is asked");
        asked(engine).await;
        assert_eq!(shell(engine), ShellKubeconfig { used: Some(theirs.to_owned()), ..nothing() });
    })
}

fn another_value_is_asked_about(place: &Path, theirs: &str, state: tempfile::TempDir) -> tempfile::TempDir {
    // A file that is read anyway, and one that lies where the shell happens to be, are not what is offered.
    let value =
        format!("{}:relative:{}", place.join("others").display(), place.join(".kube/config").display());
    fs::write(place.join("value"), &value).expect("a value");
    let kept = Some(theirs.to_owned());
    Engine::of_desktop(place, state).run(async |engine| {
        asked(engine).await;
        let expected = ShellKubeconfig { offered: Some(value.clone()), used: kept.clone(), declined: None };
        assert_eq!(shell(engine), expected);
        assert_eq!(names(engine), ["ours", "theirs"]);
        let read = engine.backend.decline_shell_kubeconfig(&value).await.expect("declined");
        assert_eq!(read.shell, ShellKubeconfig { offered: None, used: kept, declined: Some(value) });
        assert_eq!(names(engine), ["ours", "theirs"], "what was agreed to stays");
    })
}

fn what_was_declined_is_not_asked_about(place: &Path, theirs: &str, state: tempfile::TempDir) {
    let state = Engine::of_desktop(place, state).run(async |engine| {
        let backend = &engine.backend;
        asked(engine).await;
        let value = shell(engine).declined.expect("it is remembered");
        let read = backend.decline_shell_kubeconfig(theirs).await.expect("no longer used");
        assert_eq!(read.shell, ShellKubeconfig { declined: Some(value.clone()), ..nothing() });
        assert_eq!(names(engine), ["ours"]);
        backend.use_shell_kubeconfig(&value).await.expect("a person may think better of it");
        assert_eq!(names(engine), ["ours", "others"]);
    });
    // What is read anyway is no news.
    fs::write(place.join("value"), place.join(".kube/config").as_os_str().as_encoded_bytes())
        .expect("a value");
    Engine::of_desktop(place, state).run(async |engine| {
        asked(engine).await;
        assert_eq!((shell(engine).offered, shell(engine).declined), (None, None));
    });
}

/// Asks the login shell, and waits for what it says.
async fn asked(engine: &Engine) {
    let told = || engine.events().iter().filter(|event| matches!(event, Event::CatalogueChanged(_))).count();
    let before = told();
    engine.backend.ask_login_shell();
    engine.until("the shell's answer", || (told() > before).then_some(())).await;
}

fn names(engine: &Engine) -> Vec<String> {
    engine.backend.catalogue().clusters.into_iter().map(|cluster| cluster.name).collect()
}

fn shell(engine: &Engine) -> ShellKubeconfig {
    engine.backend.catalogue().shell
}

fn nothing() -> ShellKubeconfig {
    ShellKubeconfig::default()
}

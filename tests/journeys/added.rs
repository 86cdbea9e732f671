//! Clusters that a person adds, takes off the list and puts back, and the extra request headers of one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use secateur_domain::ids::ClusterId;
use secateur_engine::{
    Backend, ClusterSummary, ClustersToAdd, Code, HeaderChange, SecretString, SessionState,
};

use crate::support::{
    engine::Engine,
    headless::Headless,
    keyring::in_session,
    plane::{first, second},
    recorder::Recorder,
};

/// What no file, error or log may hold.
const VALUE: &str = "planted-value-cGxhbnRlZA";
/// Which step of a journey this process is, and the folder that it works in.
const STEP: &str = "SECATEUR_TEST_STEP";
const HOME: &str = "SECATEUR_TEST_HOME";

fn read(file: &Path) -> String {
    fs::read_to_string(file).expect("a file")
}

fn named(backend: &Backend, name: &str) -> Option<ClusterSummary> {
    backend.catalogue().clusters.into_iter().find(|cluster| cluster.name == name)
}

fn id(backend: &Backend, name: &str) -> ClusterId {
    named(backend, name).unwrap_or_else(|| panic!("no cluster {name}")).id
}

fn header(name: &str, value: Option<&str>) -> HeaderChange {
    HeaderChange { name: name.to_owned(), value: value.map(SecretString::from) }
}

/// No file below the folder holds the text.
fn is_nowhere(folder: &Path, text: &str) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            is_nowhere(&path, text);
        } else if path.is_file() {
            let bytes = fs::read(&path).expect("a file");
            let is_there = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!is_there, "{} holds {text}", path.display());
        }
    }
}

#[test]
fn clusters_come_from_a_text_a_file_and_a_folder_and_are_like_any_other() {
    let (here, there) = (first(), second());
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(there.kubeconfig(), folder.path().join("config")).expect("a copy");
    fs::write(folder.path().join("notes.txt"), "not: [a kubeconfig").expect("a file");
    Engine::at_nothing().run(async |engine| {
        let backend = &engine.backend;
        assert!(backend.catalogue().clusters.is_empty());
        let text = || ClustersToAdd::Text(read(&here.kubeconfig()));
        let added = backend.add_clusters(text()).await.expect("added");
        let summary = named(backend, here.name).expect("it is in the list");
        assert!(added.added.contains(&summary.id) && added.known.is_empty(), "{added:?}");
        assert!(summary.is_added && summary.state == SessionState::NotConnected);
        assert_eq!(summary.source, "added in Secateur");
        let [kept] = added.problems.try_into().expect("one remark");
        assert_eq!(kept.message, "No keyring is used. Clusters that are added are kept for this run only.");

        let opened = backend.open_cluster(&summary.id).await.expect("it opens");
        assert_eq!((opened.state, opened.user.as_deref()), (SessionState::SignedIn, Some("admin")));
        assert!(backend.namespaces(&summary.id).await.expect("names").contains(&"default".to_owned()));

        let again = backend.add_clusters(text()).await.expect("added");
        assert!(again.added.is_empty() && again.known.contains(&here.name.to_owned()), "{again:?}");
        assert_eq!(named(backend, here.name).expect("still").state, SessionState::SignedIn);

        let file = here.kubeconfig();
        let added = backend.add_clusters(ClustersToAdd::Paths(vec![file])).await.expect("added");
        assert!(added.added.is_empty(), "the same clusters from a file: {added:?}");
        let paths = vec![folder.path().to_owned(), folder.path().join("config")];
        let added = backend.add_clusters(ClustersToAdd::Paths(paths)).await.expect("added");
        let other = id(backend, there.name);
        assert!(added.added.contains(&other) && added.known.is_empty(), "each once: {added:?}");
        backend.open_cluster(&other).await.expect("it opens");

        let nothing = backend.add_clusters(ClustersToAdd::Text("hello".to_owned())).await.expect("read");
        assert!(nothing.added.is_empty());
        assert_eq!(
            nothing.problems.first().map(|problem| problem.message.as_str()),
            Some("not a kubeconfig")
        );
    });
}

#[test]
fn a_cluster_that_was_added_is_forgotten_when_it_is_removed() {
    let here = first();
    Engine::at_nothing().run(async |engine| {
        let backend = &engine.backend;
        let text = || ClustersToAdd::Text(read(&here.kubeconfig()));
        let before = backend.add_clusters(text()).await.expect("added").added;
        let ours = engine.open(here.name).await;
        let left = backend.remove_cluster(&ours).await.expect("removed");
        assert_eq!(left.clusters.len(), before.len() - 1);
        assert!(left.clusters.iter().all(|cluster| cluster.id != ours) && left.hidden.is_empty());
        let gone = backend.namespaces(&ours).await.expect_err("its session ended");
        assert_eq!(gone.describe().code, Code::ClusterUnknown);
        assert_eq!(
            backend.remove_cluster(&ours).await.expect_err("gone").describe().code,
            Code::ClusterUnknown
        );
        let again = backend.add_clusters(text()).await.expect("added").added;
        assert_eq!(again.len(), 1, "only it was missing");
        assert!(!before.contains(&again[0]), "what is added again is another cluster");
    });
}

#[test]
fn a_kubeconfigs_cluster_is_hidden_and_shown_again_and_its_file_stays_as_it_is() {
    let here = first();
    let before = fs::read(here.kubeconfig()).expect("the kubeconfig");
    let state = Engine::on(&[here]).run(async |engine| {
        let backend = &engine.backend;
        let all = backend.catalogue().clusters.len();
        let ours = engine.open(here.name).await;
        let left = backend.remove_cluster(&ours).await.expect("hidden");
        assert_eq!(left.clusters.len(), all - 1);
        let [hidden] = left.hidden.try_into().expect("one is hidden");
        assert_eq!((hidden.id, hidden.name.as_str()), (ours.clone(), here.name));
        assert_eq!(hidden.source, here.kubeconfig().display().to_string());
        let gone = backend.namespaces(&ours).await.expect_err("its session ended");
        assert_eq!(gone.describe().code, Code::ClusterUnknown);
        backend.reload().await.expect("read again");
        assert!(named(backend, here.name).is_none(), "reading again does not bring it back");
    });
    Engine::on_state(&[here], state.path()).run(async |engine| {
        let backend = &engine.backend;
        assert!(named(backend, here.name).is_none(), "nor does a restart");
        let hidden = backend.catalogue().hidden;
        let shown = backend.restore_hidden(&hidden[0].id).await.expect("shown");
        assert!(shown.hidden.is_empty());
        engine.open(here.name).await;
    });
    assert_eq!(fs::read(here.kubeconfig()).expect("the kubeconfig"), before);
}

#[test]
fn an_extra_header_is_sent_and_its_value_told_to_nobody() {
    let recorder = Recorder::start();
    let state = Engine::at_nothing().run(async |engine| {
        let backend = &engine.backend;
        let text = ClustersToAdd::Text(recorder.kubeconfig("proxied"));
        let ours = backend.add_clusters(text).await.expect("added").added.remove(0);
        let refused =
            async |headers| backend.set_headers(&ours, headers).await.expect_err("refused").describe();
        for name in ["Authorization", "impersonate-user", "Host", "a b", ""] {
            let told = refused(vec![header(name, Some(VALUE))]).await;
            assert_eq!(told.code, Code::InvalidRequest, "{name}");
            assert!(!told.message.contains(VALUE), "{}", told.message);
        }
        let broken = refused(vec![header("x-a", Some("planted-value-cGxhbnRlZA\r\nHost: x"))]).await;
        assert!(!broken.message.contains("planted"), "{}", broken.message);
        refused(vec![header("x-a", None)]).await;

        let pairs = vec![header("X-Access", Some(VALUE)), header("x-other", Some("1"))];
        let summary = backend.set_headers(&ours, pairs).await.expect("set");
        assert_eq!(summary.headers, ["x-access", "x-other"]);
        // The value that is known is kept, and what is not named goes.
        let summary = backend.set_headers(&ours, vec![header("X-ACCESS", None)]).await.expect("set");
        assert_eq!(summary.headers, ["x-access"]);
        let busy = backend.open_cluster(&ours).await.expect_err("it is no Kubernetes");
        let failure = busy.describe();
        assert!(!format!("{busy:?} {busy} {failure:?}").contains("planted"), "{busy:?}");
        let heads = recorder.heads();
        assert!(!heads.is_empty());
        for head in &heads {
            assert!(head.to_lowercase().contains(&format!("x-access: {}", VALUE.to_lowercase())), "{head}");
            assert!(head.contains(VALUE) && !head.contains("x-other"), "{head}");
        }
        assert!(!format!("{:?}", backend.catalogue()).contains("planted"));

        backend.set_headers(&ours, Vec::new()).await.expect("set");
        backend.open_cluster(&ours).await.expect_err("it is no Kubernetes");
        let later = recorder.heads().split_off(heads.len());
        assert!(!later.is_empty() && later.iter().all(|head| !head.contains(VALUE)), "{later:?}");
    });
    is_nowhere(state.path(), VALUE);
}

#[test]
fn a_header_that_a_server_does_not_know_does_no_harm() {
    let here = first();
    Engine::on(&[here]).run(async |engine| {
        let ours = id(&engine.backend, here.name);
        let pairs = vec![header("X-Access", Some(VALUE))];
        engine.backend.set_headers(&ours, pairs).await.expect("set");
        engine.open(here.name).await;
        engine.backend.namespaces(&ours).await.expect("names");
    });
}

#[test]
fn fault_80_where_nothing_can_be_kept_clusters_are_added_for_this_run_and_that_is_said() {
    let here = first();
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("state");
    fs::write(&state, "").expect("a file in its place");
    Engine::looking_at(&state).run(async |engine| {
        let backend = &engine.backend;
        let added = backend.add_clusters(ClustersToAdd::Text(read(&here.kubeconfig()))).await.expect("added");
        let said = &added.problems.last().expect("a remark").message;
        assert!(said.ends_with("Clusters that are added are kept for this run only."), "{said}");
        engine.open(here.name).await;
    });
    assert!(fs::read(&state).expect("still a file").is_empty());
}

/// Runs a step in a session with a keyring; the home stays from one to the next.
fn step(home: &Path, step: &str) {
    let program = std::env::current_exe().expect("a path");
    let ran = in_session(&program, home)
        .args(["--exact", "added::a_step_of_another_journey", "--nocapture"])
        .env(STEP, step)
        .env(HOME, home)
        .env("HOME", home)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains(&done(step)), "{step}: {ran:?}");
}

fn done(step: &str) -> String {
    format!("the step {step:?} is done")
}

/// Not a journey of its own: what another runs in a session with a keyring. Alone it has nothing to do.
#[test]
#[allow(
    clippy::print_stdout,
    reason = "so that a step that never began does not pass for one that succeeded"
)]
fn a_step_of_another_journey() {
    let (Ok(step), Some(home)) = (std::env::var(STEP), std::env::var_os(HOME)) else { return };
    let home = PathBuf::from(home);
    Engine::on_keyring(&home.join("state")).run(async |engine| {
        let backend = &engine.backend;
        backend.wait_for_added();
        match step.as_str() {
            "add" => {
                let paths = vec![home.join("real"), home.join("proxied")];
                let added = backend.add_clusters(ClustersToAdd::Paths(paths)).await.expect("added");
                assert!(added.problems.is_empty(), "{added:?}");
                let pairs = vec![header("X-Access", Some(VALUE))];
                backend.set_headers(&id(backend, "proxied"), pairs).await.expect("set");
                fs::write(home.join("ids"), format!("{:?}", added.added)).expect("a file");
            }
            "after" => {
                let clusters = backend.catalogue().clusters;
                let ids: Vec<_> = clusters.iter().map(|cluster| &cluster.id).collect();
                assert_eq!(format!("{ids:?}"), read(&home.join("ids")), "the same ids as before");
                assert_eq!(named(backend, "proxied").expect("there").headers, ["x-access"]);
                engine.open("first").await;
            }
            "remove" => {
                for cluster in backend.catalogue().clusters {
                    backend.remove_cluster(&cluster.id).await.expect("removed");
                }
            }
            "removed" => assert!(backend.catalogue().clusters.is_empty()),
            other => panic!("no step is called {other:?}"),
        }
    });
    println!("{}", done(&step));
}

#[test]
fn what_was_added_is_there_after_a_restart_and_nowhere_in_the_clear() {
    let recorder = Recorder::start();
    let person = Headless::at(Path::new("/nonexistent/config"), "proxied").with_a_keyring();
    let home = person.state().parent().expect("the home").to_owned();
    fs::copy(first().kubeconfig(), home.join("real")).expect("a copy");
    fs::write(home.join("proxied"), recorder.kubeconfig("proxied")).expect("a kubeconfig");
    step(&home, "add");
    fs::remove_file(home.join("real")).expect("removed");
    fs::remove_file(home.join("proxied")).expect("removed");
    step(&home, "after");

    // The command line only looks at the folder, and sees them too.
    let clusters = person.run_bare(&["clusters"]);
    assert!(
        clusters.stdout.contains("proxied") && clusters.stdout.contains("added in Secateur"),
        "{clusters:?}"
    );
    let before = recorder.heads().len();
    let whoami = person.run_bare(&["--log", "trace", "whoami", "--context", "proxied"]);
    assert_eq!(whoami.status, 2, "{whoami:?}");
    assert!(!format!("{whoami:?}{clusters:?}").contains(VALUE), "{whoami:?}");
    let heads = recorder.heads().split_off(before);
    assert!(!heads.is_empty() && heads.iter().all(|head| head.contains(VALUE)), "{heads:?}");
    is_nowhere(&home, VALUE);
    is_nowhere(&person.state(), "client-key-data");

    step(&home, "remove");
    step(&home, "removed");
}

//! Clusters that a person adds, takes off the list and puts back, and the extra request headers of one.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::Ordering::SeqCst,
};

use http::Method;
use secateur_domain::{ids::ClusterId, plan::DeleteOptions, row::Liveness};
use secateur_engine::{
    Backend, ClusterSummary, ClustersToAdd, Code, HeaderChange, JobSummary, Keep, LaneState, LaneWait,
    SecretString, SessionState, SignIn, TokenKept, ViewWindow,
};
use secateur_store::{AddedClusters, HeaderValues, KeptTokens, KeyPlace, Safe, TokenStore, Vault};

use crate::support::{
    engine::Engine,
    faults::{Fault, Sent},
    headless::Headless,
    jobs::counted,
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

/// Signs in to `first` with the viewer's token.
async fn as_viewer(engine: &Engine, cluster: &ClusterId, keep: Keep) -> ClusterSummary {
    let token = viewers_token();
    let typed = SignIn::Token { token: token.as_str().into(), keep };
    let signed_in = engine.backend.sign_in(cluster, typed).await.expect("the server takes it");
    assert_eq!(signed_in.user.as_deref(), Some("viewer"));
    signed_in
}

fn viewers_token() -> String {
    let path = "jsonpath={.users[?(@.name==\"first-viewer\")].user.token}";
    first().kubectl(&["config", "view", "--raw", "-o", path]).trim().to_owned()
}

#[test]
fn a_cluster_that_is_hidden_is_signed_out_of_and_its_token_forgotten() {
    let here = first();
    Engine::on(&[here]).run(async |engine| {
        let backend = &engine.backend;
        let ours = id(backend, here.name);
        as_viewer(engine, &ours, Keep::ThisRun).await;
        let view = engine.list(&ours, "configmaps", Some("default"));
        view.row("kube-root-ca.crt").await;
        backend.remove_cluster(&ours).await.expect("hidden");
        let said = view
            .until("stale", |window| match &window.hint.liveness {
                Liveness::Stale { problem, .. } => Some(problem.message.clone()),
                _ => None,
            })
            .await;
        assert_eq!(said, format!("{} was taken off the list.", here.name));
        assert_eq!(engine.logouts(), [], "the person did it, and not the server");
        backend.restore_hidden(&ours).await.expect("shown");
        let again = named(backend, here.name).expect("it is there");
        assert_eq!((again.state, again.credential.kept), (SessionState::NotConnected, None));
        let opened = backend.open_cluster(&ours).await.expect("it opens");
        assert_eq!(opened.user.as_deref(), Some("admin"), "as the kubeconfig says");
    });
}

#[test]
fn a_job_of_a_cluster_that_is_hidden_waits_until_it_is_shown_and_signed_in_to() {
    let here = first();
    here.seed_config_maps("hidden-job", 30);
    Engine::with(&[here], Fault::HoldDeletes).run(async |engine| {
        let ours = engine.open(here.name).await;
        let keys = engine.seeded(&ours, "hidden-job").await;
        engine.arm();
        let job = engine.delete(keys, DeleteOptions::default()).await;
        engine.until("it sends", || (engine.script.deletes.load(SeqCst) > 0).then_some(())).await;
        engine.backend.remove_cluster(&ours).await.expect("hidden");
        engine.disarm();
        let waits = |summary: &JobSummary| {
            summary.lanes.iter().any(|lane| lane.state == LaneState::Paused(LaneWait::SignIn))
        };
        let waiting = engine.until_job(&job, "it waits", waits).await;
        assert!(counted(&waiting, "gone") < 30, "{waiting:?}");
        engine.backend.restore_hidden(&ours).await.expect("shown");
        engine.backend.open_cluster(&ours).await.expect("it opens");
        assert_eq!(counted(&engine.over(&job).await, "gone"), 30);
    });
}

#[test]
fn new_headers_take_effect_at_once_for_who_is_signed_in_and_a_job_goes_on() {
    let here = first();
    here.seed_config_maps("headers-job", 30);
    Engine::with(&[here], Fault::HoldDeletes).run(async |engine| {
        let backend = &engine.backend;
        let ours = engine.open(here.name).await;
        let view = engine.list(&ours, "configmaps", Some("default"));
        let is_live = |window: &ViewWindow| matches!(window.hint.liveness, Liveness::Live).then_some(());
        view.until("live", is_live).await;
        let keys = engine.seeded(&ours, "headers-job").await;
        engine.arm();
        let job = engine.delete(keys, DeleteOptions::default()).await;
        engine.until("it sends", || (engine.script.deletes.load(SeqCst) > 0).then_some(())).await;

        let pairs = vec![header("X-Access", Some(VALUE))];
        let summary = backend.set_headers(&ours, pairs).await.expect("set");
        assert_eq!((summary.state, summary.generation), (SessionState::SignedIn, 2));
        let since = engine.sent_since(0).len();
        engine.disarm();
        assert_eq!(counted(&engine.over(&job).await, "gone"), 30);
        let sent = engine.sent_since(since);
        let has_value = |sent: &Sent| sent.headers.get("x-access").is_some_and(|value| value == VALUE);
        assert!(sent.iter().all(has_value), "{} were sent", sent.len());
        assert!(sent.iter().any(|sent| sent.method == Method::DELETE));
        engine
            .until("the list is watched with it", || {
                let watched = engine.sent_since(0).iter().any(|sent| sent.is_watch && has_value(sent));
                watched.then_some(())
            })
            .await;
        view.until("live", is_live).await;
        assert_eq!(engine.logouts(), []);

        let same = backend.set_headers(&ours, vec![header("x-access", None)]).await.expect("set");
        assert_eq!(same.generation, 2, "it is the same");
        let none = backend.set_headers(&ours, Vec::new()).await.expect("set");
        assert_eq!(none.generation, 3);
        let since = engine.sent_since(0).len();
        backend.namespaces(&ours).await.expect("names");
        assert!(!engine.sent_since(since).iter().any(has_value));
    });
}

#[test]
fn new_headers_that_lead_nowhere_end_the_session_and_it_is_tried_again() {
    let here = first();
    Engine::with(&[here], Fault::Unplugged).run(async |engine| {
        let ours = engine.open(here.name).await;
        engine.arm();
        let pairs = vec![header("X-Access", Some(VALUE))];
        let set = engine.backend.set_headers(&ours, pairs).await.expect("set");
        assert_eq!((set.state, set.headers), (SessionState::Unreachable, vec!["x-access".to_owned()]));
        let gone = engine.backend.namespaces(&ours).await.expect_err("nothing goes out without them");
        assert_eq!(gone.describe().code, Code::Unreachable);
        engine.disarm();
        let is_signed_in = || engine.summary(here.name).state == SessionState::SignedIn;
        engine.until("signed in by itself", || is_signed_in().then_some(())).await;
    });
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

/// The encrypted rows of a state folder, without the key to them.
fn looked_at(state: &Path) -> Safe {
    Safe::look(state, Vault::look(KeyPlace::Memory))
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
    Engine::on_keyring(&home.join("state"), Fault::SignOut).run(async |engine| {
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
            "keep a token" => {
                let typed = SignIn::Token { token: read(&home.join("token")).into(), keep: Keep::Longer };
                let ours = id(backend, "first");
                let signed_in = backend.sign_in(&ours, typed).await.expect("the server takes it");
                assert_eq!(signed_in.credential.kept, Some(TokenKept::Keyring));
                fs::write(home.join("id"), ours.as_str()).expect("a file");
            }
            "be logged out" => {
                let ours = id(backend, "first");
                let opened = backend.open_cluster(&ours).await.expect("it opens");
                assert_eq!(opened.user.as_deref(), Some("viewer"), "with the kept token");
                engine.arm();
                backend.namespaces(&ours).await.expect_err("signed out");
                assert_eq!(engine.logged_out().await.len(), 1);
            }
            "sign out" => drop(backend.sign_out(&id(backend, "first")).await.expect("signed out")),
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

    // What signing in and out leaves in the file, as anybody may count it: nobody else can read it.
    fs::write(home.join("token"), viewers_token()).expect("a file");
    let tokens = || {
        let ours = ClusterId::parse(&read(&home.join("id"))).expect("an id");
        usize::from(!matches!(KeptTokens::new(looked_at(&person.state())).get(&ours), Ok(None)))
    };
    for leave in ["be logged out", "sign out"] {
        step(&home, "keep a token");
        assert_eq!(tokens(), 1, "before: {leave}");
        step(&home, leave);
        assert_eq!(tokens(), 0, "after: {leave}");
    }
    step(&home, "keep a token");
    fs::remove_file(home.join("token")).expect("removed");
    is_nowhere(&home, &viewers_token());
    let others = || {
        let safe = looked_at(&person.state());
        let added = AddedClusters::new(safe.clone()).all().expect("they are listed").len();
        (added, HeaderValues::new(safe).all().expect("they are listed").len())
    };
    assert!(tokens() == 1 && others().0 > 1 && others().1 == 1, "{:?}", others());

    step(&home, "remove");
    assert_eq!((tokens(), others()), (0, (0, 0)));
    step(&home, "removed");
}

//! Signing in with a credential plugin: agreed to first, run once for all, asked again when its credential ends.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use secateur_domain::{ids::ClusterId, plan::DeleteOptions, row::Liveness};
use secateur_engine::{Clock, ClusterSummary, Code, Event, Keep, SessionState, SignIn, TokenKept};

use crate::support::{
    engine::Engine,
    faults::Fault,
    headless::Headless,
    jobs::counted,
    plane::{Plane, first},
    wait_until,
};

/// A folder with a plugin that gives what its file `token` holds, and a kubeconfig that names it.
struct Plugin {
    folder: tempfile::TempDir,
    kubeconfig: PathBuf,
}

impl Plugin {
    /// For the plane's cluster; `before` are lines of the script that come first.
    fn on(plane: &Plane, before: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let here = folder.path().to_str().expect("a path").to_owned();
        let script = format!(
            "#!/bin/sh\necho run >> {here}/runs\n{before}\n\
             printf '{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",'\n\
             printf '\"status\":{{\"token\":\"%s\"}}}}' \"$(cat {here}/token)\"\n"
        );
        let program = folder.path().join("give-token");
        fs::write(&program, script).expect("a script");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it can be run");
        let kubeconfig = folder.path().join("config");
        fs::copy(plane.kubeconfig(), &kubeconfig).expect("a kubeconfig");
        let file = kubeconfig.to_str().expect("a path");
        let cluster = plane.kubectl(&["config", "view", "-o", "jsonpath={.contexts[0].context.cluster}"]);
        let config =
            |arguments: &[&str]| plane.kubectl(&[&["--kubeconfig", file, "config"], arguments].concat());
        config(&[
            "set-credentials",
            "plugged",
            "--exec-api-version=client.authentication.k8s.io/v1",
            "--exec-command=give-token",
            "--exec-arg=--for-secateur",
            "--exec-env=PLANTED=planted-value",
            "--exec-interactive-mode=Never",
        ]);
        config(&["set-context", "plugged", "--cluster", &cluster, "--user", "plugged"]);
        // kubectl takes the `./` away, and without it the program is looked for in PATH.
        let text = fs::read_to_string(&kubeconfig).expect("the kubeconfig");
        fs::write(&kubeconfig, text.replace("command: give-token", "command: ./give-token"))
            .expect("a kubeconfig");
        let plugin = Self { folder, kubeconfig };
        plugin.gives(&admin_token(plane));
        plugin
    }

    /// What it gives from now on.
    fn gives(&self, token: &str) {
        fs::write(self.path("token"), token).expect("a token");
    }

    /// How often it ran.
    fn runs(&self) -> usize {
        fs::read_to_string(self.path("runs")).map_or(0, |runs| runs.lines().count())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// A new token of a service account that may do anything.
fn admin_token(plane: &Plane) -> String {
    // Another test may have made them already.
    plane.try_kubectl(&["-n", "default", "create", "serviceaccount", "plugged"]);
    let role = ["create", "clusterrolebinding", "plugged", "--clusterrole=cluster-admin"];
    plane.try_kubectl(&[&role[..], &["--serviceaccount=default:plugged"]].concat());
    plane.kubectl(&["-n", "default", "create", "token", "plugged"]).trim().to_owned()
}

async fn agreed(engine: &Engine, plugin: &Plugin) -> ClusterId {
    let cluster = engine.backend.cluster_named("plugged").expect("the context");
    let refused = engine.backend.open_cluster(&cluster).await.expect_err("nobody agreed").describe();
    assert_eq!((refused.code, plugin.runs()), (Code::ConsentRequired, 0), "{refused:?}");
    let asked = engine.summary("plugged").consent.expect("what would be run");
    engine.backend.consent(&cluster, &asked.digest).await.expect("it signs in");
    cluster
}

/// Signed in with a credential that is no longer taken, and a plugin that gives another one.
async fn expired(engine: &Engine, plugin: &Plugin, plane: &Plane) -> ClusterId {
    let cluster = agreed(engine, plugin).await;
    plugin.gives(&admin_token(plane));
    engine.arm();
    cluster
}

#[test]
fn a_plugin_runs_only_after_the_person_agreed_to_it_as_it_would_be_run() {
    let plugin = Plugin::on(first(), "");
    Engine::at(&[&plugin.kubeconfig]).run(async |engine| {
        let cluster = engine.backend.cluster_named("plugged").expect("the context");
        engine.backend.open_cluster(&cluster).await.expect_err("nobody agreed");
        let summary = engine.summary("plugged");
        assert_eq!(summary.state, SessionState::NeedsConsent);
        let asked = summary.consent.expect("what would be run");
        assert_eq!(asked.program, plugin.path("give-token"));
        assert_eq!(
            (asked.arguments, asked.variables),
            (vec!["--for-secateur".into()], vec!["PLANTED".into()])
        );
        assert_eq!(asked.file, plugin.kubeconfig);
        let other =
            engine.backend.consent(&cluster, "another digest").await.expect_err("not asked").describe();
        assert_eq!((other.code, plugin.runs()), (Code::InvalidRequest, 0));
        let opened = engine.backend.consent(&cluster, &asked.digest).await.expect("it signs in");
        assert_eq!(opened.user.as_deref(), Some("system:serviceaccount:default:plugged"));
        assert!(opened.credential.until.is_some(), "its token says until when");
        assert_eq!((opened.consent, opened.plugin, plugin.runs()), (None, None, 1));
    });
}

#[test]
fn fault_32_a_plugin_that_changed_after_consent_is_asked_about_again() {
    let plugin = Plugin::on(first(), "");
    Engine::at(&[&plugin.kubeconfig]).run(async |engine| {
        let cluster = agreed(engine, &plugin).await;
        engine.backend.sign_out(&cluster).await.expect("signed out");
        let changed = fs::read_to_string(&plugin.kubeconfig).expect("the kubeconfig");
        fs::write(&plugin.kubeconfig, changed.replace("--for-secateur", "--for-somebody-else"))
            .expect("changed");
        let refused = engine.backend.open_cluster(&cluster).await.expect_err("asked again").describe();
        assert_eq!((refused.code, plugin.runs()), (Code::ConsentRequired, 1));
    });
}

/// Asserts that the session of the token that was typed is there as before.
async fn goes_on_with_the_token(engine: &Engine, cluster: &ClusterId) {
    let summary = engine.summary("plugged");
    assert_eq!((summary.state, summary.credential.kept), (SessionState::SignedIn, Some(TokenKept::ThisRun)));
    engine.backend.namespaces(cluster).await.expect("it goes on");
}

#[test]
fn a_plugin_that_gives_nothing_takes_no_session_away_that_is_there() {
    let plane = first();
    let plugin = Plugin::on(plane, "");
    Engine::at(&[&plugin.kubeconfig]).run(async |engine| {
        let cluster = engine.backend.cluster_named("plugged").expect("the context");
        let typed = SignIn::Token { token: admin_token(plane).into(), keep: Keep::ThisRun };
        engine.backend.sign_in(&cluster, typed).await.expect("the server takes it");
        let refused = engine.backend.sign_in(&cluster, SignIn::Kubeconfig).await.expect_err("nobody agreed");
        assert_eq!(refused.describe().code, Code::ConsentRequired);
        goes_on_with_the_token(engine, &cluster).await;
    });
}

#[test]
fn what_was_agreed_to_holds_in_the_next_run() {
    let plugin = Plugin::on(first(), "");
    let state = Engine::at(&[&plugin.kubeconfig]).run(async |engine| drop(agreed(engine, &plugin).await));
    Engine::at_state(&plugin.kubeconfig, state).run(async |engine| {
        engine.open("plugged").await;
    });
}

#[test]
fn fault_18_a_401_and_a_fresh_credential_are_not_noticed() {
    let plane = first();
    let plugin = Plugin::on(plane, "");
    Engine::at_with(&plugin.kubeconfig, Fault::ExpireTheFirst).run(async |engine| {
        let cluster = expired(engine, &plugin, plane).await;
        engine.backend.namespaces(&cluster).await.expect("nothing is seen of it");
        let summary = engine.summary("plugged");
        assert_eq!((summary.state, summary.generation), (SessionState::SignedIn, 2));
        assert_eq!((plugin.runs(), engine.script.expired.load(Ordering::SeqCst)), (2, 1));
        assert_eq!(engine.logouts(), []);
    });
}

#[test]
fn fault_19_fifty_401s_at_once_run_the_plugin_once() {
    let plane = first();
    let plugin = Plugin::on(plane, "");
    Engine::at_with(&plugin.kubeconfig, Fault::ExpireTheFirst).run(async |engine| {
        let cluster = expired(engine, &plugin, plane).await;
        let asked = futures::future::join_all((0..50).map(|_| engine.backend.namespaces(&cluster))).await;
        assert!(asked.iter().all(Result::is_ok), "{asked:?}");
        assert_eq!(plugin.runs(), 2, "once to sign in, once for all fifty");
        assert_eq!(engine.logouts(), []);
    });
}

#[test]
fn fault_21_a_401_that_persists_signs_out_of_that_cluster_once() {
    let plugin = Plugin::on(first(), "");
    Engine::at_with(&plugin.kubeconfig, Fault::ExpireTheFirst).run(async |engine| {
        let cluster = agreed(engine, &plugin).await;
        engine.arm();
        let asked = futures::future::join_all((0..50).map(|_| engine.backend.namespaces(&cluster))).await;
        assert!(asked.iter().all(Result::is_err));
        assert_eq!(plugin.runs(), 2, "asked once more, and it gave the same");
        assert_eq!(engine.logged_out().await, [(cluster, 1)]);
        assert_eq!(engine.summary("plugged").state, SessionState::NeedsSignIn);
    });
}

#[test]
fn fault_29_a_plugin_that_fails_later_needs_a_sign_in_and_is_no_logout() {
    let plane = first();
    let plugin = Plugin::on(plane, "test -e ${0%/*}/broken && { echo see your administrator >&2; exit 7; }");
    Engine::at_with(&plugin.kubeconfig, Fault::ExpireTheFirst).run(async |engine| {
        let cluster = agreed(engine, &plugin).await;
        let token = fs::read_to_string(plugin.path("token")).expect("the token");
        fs::write(plugin.path("broken"), "").expect("broken");
        engine.arm();
        let failed = engine.backend.namespaces(&cluster).await.expect_err("no credential").describe();
        assert_eq!(failed.code, Code::PluginFailed);
        assert!(failed.message.contains("exit code 7"), "{failed:?}");
        assert!(
            failed.hint.as_deref().is_some_and(|hint| hint.contains("see your administrator")),
            "{failed:?}"
        );
        assert!(!format!("{failed:?}").contains(&token));
        assert_eq!((engine.summary("plugged").state, engine.logouts()), (SessionState::NeedsSignIn, vec![]));
        fs::remove_file(plugin.path("broken")).expect("mended");
        plugin.gives(&admin_token(plane));
        engine.backend.open_cluster(&cluster).await.expect("signed in again");
    });
}

#[test]
fn fault_24_a_credential_that_ends_in_the_middle_of_a_job_is_replaced_and_the_job_goes_on() {
    let plane = first();
    plane.seed_config_maps("plugged-job", 60);
    let plugin = Plugin::on(plane, "");
    Engine::at_with(&plugin.kubeconfig, Fault::ExpireTheFirst).run(async |engine| {
        let cluster = agreed(engine, &plugin).await;
        let keys = engine.seeded(&cluster, "plugged-job").await;
        plugin.gives(&admin_token(plane));
        engine.script.arms_after.store(20, Ordering::SeqCst);
        let job = engine.delete(keys, DeleteOptions::default()).await;
        let over = engine.over(&job).await;
        assert_eq!(counted(&over, "gone"), 60, "{over:?}");
        assert!(engine.script.expired.load(Ordering::SeqCst) > 0, "it did end");
        assert_eq!((plugin.runs(), engine.logouts()), (2, vec![]));
    });
}

#[test]
fn fault_26_a_plugin_that_hangs_is_stopped_by_the_person_with_all_that_it_started() {
    let plugin =
        Plugin::on(first(), "sleep 1000 & echo $! > ${0%/*}/child; echo open https://device >&2; wait");
    Engine::at(&[&plugin.kubeconfig]).run(async |engine| {
        let cluster = engine.backend.cluster_named("plugged").expect("the context");
        engine.backend.open_cluster(&cluster).await.expect_err("nobody agreed");
        let asked = engine.summary("plugged").consent.expect("what would be run");
        let signing_in = engine.backend.consent(&cluster, &asked.digest);
        let stopping = async {
            let seen = engine
                .until("what it writes", || {
                    engine.summary("plugged").plugin.filter(|run| run.output.contains("open https://device"))
                })
                .await;
            assert!(seen.is_running && seen.is_asked, "{seen:?}");
            engine.backend.stop_connecting(&cluster).expect("stopped");
        };
        let (signed_in, ()) = futures::join!(signing_in, stopping);
        signed_in.expect_err("it was stopped");
        plugin.has_no_child(engine).await;
    });
}

/// Where its folder holds `slow`, it starts a child, writes for the person and does not end.
const SLOW: &str =
    "test -e ${0%/*}/slow && { sleep 1000 & echo $! > ${0%/*}/child; echo visit https://device >&2; wait; }";

impl Plugin {
    /// Waits until the child that the slow one started is gone.
    async fn has_no_child(&self, engine: &Engine) {
        let child = fs::read_to_string(self.path("child")).expect("its child");
        let is_gone = || !Path::new("/proc").join(child.trim()).join("stat").exists();
        engine.until("the child is gone", || is_gone().then_some(())).await;
    }
}

#[test]
fn fault_26_a_plugin_that_renews_in_the_background_is_shown_and_stopped_with_all_that_it_started() {
    let plane = first();
    let plugin = Plugin::on(plane, SLOW);
    Engine::at_with(&plugin.kubeconfig, Fault::ExpireTheFirst).run(async |engine| {
        let cluster = agreed(engine, &plugin).await;
        let view = engine.list(&cluster, "configmaps", Some("default"));
        view.row("kube-root-ca.crt").await;
        fs::write(plugin.path("slow"), "").expect("slow from now on");
        engine.arm();
        let asking = futures::future::join_all((0..5).map(|_| engine.backend.namespaces(&cluster)));
        let stopping = async {
            let before = engine.clock.now_ms();
            let wrote = |summary: &ClusterSummary| {
                summary.plugin.clone().filter(|run| run.output.contains("visit https://device"))
            };
            let seen = engine.until("what it writes", || wrote(&engine.summary("plugged"))).await;
            assert_eq!(seen.command, "./give-token");
            assert!(seen.is_running && !seen.is_asked, "{seen:?}");
            assert!(seen.since.abs_diff(before) < 30_000, "{} {before}", seen.since);
            let told = |event: &Event| {
                matches!(event, Event::ClusterChanged(summary) if wrote(summary).is_some())
            };
            engine.until("it is told", || engine.events().iter().any(told).then_some(())).await;
            assert_eq!(engine.summary("plugged").state, SessionState::SignedIn, "it goes on meanwhile");
            engine.backend.stop_connecting(&cluster).expect("stopped")
        };
        let (asked, stopped) = futures::join!(asking, stopping);
        assert_eq!((stopped.state, stopped.plugin), (SessionState::NeedsSignIn, None));
        for refused in asked {
            let refused = refused.expect_err("no credential").describe();
            assert_eq!(refused.code, Code::PluginFailed);
            assert!(refused.message.contains("was stopped"), "{refused:?}");
        }
        plugin.has_no_child(engine).await;
        view.until("stale", |window| {
            assert!(!window.rows.is_empty(), "rows stay on screen");
            matches!(&window.hint.liveness, Liveness::Stale { problem, .. } if problem.code == Code::PluginFailed)
                .then_some(())
        })
        .await;
        assert_eq!((plugin.runs(), engine.logouts()), (2, vec![]), "nobody began another run");
        fs::remove_file(plugin.path("slow")).expect("quick again");
        plugin.gives(&admin_token(plane));
        engine.backend.open_cluster(&cluster).await.expect("signed in again");
        view.until("live", |window| matches!(window.hint.liveness, Liveness::Live).then_some(())).await;
    });
}

#[test]
fn fault_26_a_plugin_that_is_to_take_the_place_of_a_session_is_stopped_and_the_session_stays() {
    let plane = first();
    let plugin = Plugin::on(plane, SLOW);
    Engine::at(&[&plugin.kubeconfig]).run(async |engine| {
        let cluster = agreed(engine, &plugin).await;
        engine.backend.sign_out(&cluster).await.expect("signed out");
        let typed = SignIn::Token { token: admin_token(plane).into(), keep: Keep::ThisRun };
        engine.backend.sign_in(&cluster, typed).await.expect("the server takes it");
        fs::write(plugin.path("slow"), "").expect("slow from now on");
        let signing_in = engine.backend.sign_in(&cluster, SignIn::Kubeconfig);
        let stopping = async {
            let run = || engine.summary("plugged").plugin.filter(|run| run.output.contains("visit"));
            let seen = engine.until("what it writes", run).await;
            assert!(seen.is_running && seen.is_asked, "{seen:?}");
            engine.backend.stop_connecting(&cluster).expect("stopped");
        };
        let (signed_in, ()) = futures::join!(signing_in, stopping);
        signed_in.expect_err("it was stopped");
        plugin.has_no_child(engine).await;
        goes_on_with_the_token(engine, &cluster).await;
    });
}

#[test]
fn signing_in_after_signing_out_runs_the_plugin_anew_and_asks_for_no_consent() {
    let plugin = Plugin::on(first(), "");
    Engine::at(&[&plugin.kubeconfig]).run(async |engine| {
        let cluster = agreed(engine, &plugin).await;
        engine.backend.sign_out(&cluster).await.expect("signed out");
        engine.backend.open_cluster(&cluster).await.expect("it is agreed to");
        assert_eq!(plugin.runs(), 2);
    });
}

#[test]
fn fault_21_signing_in_after_a_logout_runs_the_plugin_anew() {
    let plugin = Plugin::on(first(), "");
    Engine::at_with(&plugin.kubeconfig, Fault::SignOut).run(async |engine| {
        let cluster = agreed(engine, &plugin).await;
        engine.arm();
        engine.backend.namespaces(&cluster).await.expect_err("signed out");
        assert_eq!(
            (plugin.runs(), engine.logged_out().await),
            (2, vec![(cluster.clone(), 1)]),
            "it gave the same"
        );
        engine.disarm();
        engine.backend.open_cluster(&cluster).await.expect("it is agreed to");
        assert_eq!(plugin.runs(), 3);
    });
}

#[test]
fn a_command_that_is_interrupted_ends_its_plugin_with_all_that_it_started() {
    let plugin = Plugin::on(first(), "sleep 1000 & echo $! > ${0%/*}/child; wait");
    let headless = Headless::at(&plugin.kubeconfig, "plugged");
    let mut running = headless.spawn(&["whoami", "--allow-plugins"]);
    wait_until("its child", || {
        fs::read_to_string(plugin.path("child")).is_ok_and(|child| child.ends_with('\n'))
    });
    let child = fs::read_to_string(plugin.path("child")).expect("its child");
    let process = Pid::from_raw(running.id().try_into().expect("an id"));
    kill(process, Signal::SIGINT).expect("it runs");
    assert_eq!(running.wait().expect("it ends").code(), Some(130));
    wait_until("the child is gone", || !Path::new("/proc").join(child.trim()).join("stat").exists());
}

#[test]
fn a_plugin_is_refused_on_a_command_line_unless_it_is_allowed() {
    let plugin = Plugin::on(first(), "");
    let headless = Headless::at(&plugin.kubeconfig, "plugged");
    let refused = headless.run(&["whoami"]);
    assert_eq!((refused.status, plugin.runs()), (2, 0), "{refused:?}");
    assert!(refused.stderr.contains("give-token"), "it is named: {refused:?}");
    let allowed = headless.run(&["whoami", "--allow-plugins"]);
    assert_eq!(allowed.status, 0, "{allowed:?}");
    assert!(allowed.stdout.contains("system:serviceaccount:default:plugged"), "{allowed:?}");
}

#[test]
fn a_plugin_that_asks_is_told_of_its_cluster_what_kubectl_tells_it() {
    let plane = first();
    let plugin = Plugin::on(plane, "printf %s \"$KUBERNETES_EXEC_INFO\" > ${0%/*}/told");
    let cluster = "- cluster:\n    disable-compression: true\n    tls-server-name: localhost\n    extensions:\n    \
                   - name: client.authentication.k8s.io/exec\n      extension: {audience: 06e3fbd18de8, ids: [0x10, ~, \
                   1.50, yes, 2001-01-01], nested: {b: {}, a: 'planted'}}\n";
    let text = fs::read_to_string(&plugin.kubeconfig).expect("the kubeconfig");
    let asking = text.replace("provideClusterInfo: false", "provideClusterInfo: true");
    fs::write(&plugin.kubeconfig, asking.replace("- cluster:\n", cluster)).expect("a kubeconfig");
    let told = || {
        let told = fs::read_to_string(plugin.path("told")).expect("it was told something");
        fs::remove_file(plugin.path("told")).expect("the file");
        serde_json::from_str::<serde_json::Value>(&told).expect("JSON")
    };
    let file = plugin.kubeconfig.to_str().expect("a path");
    plane.kubectl(&["--kubeconfig", file, "--context", "plugged", "get", "namespaces"]);
    let by_kubectl = told();
    let ran = Headless::at(&plugin.kubeconfig, "plugged").run(&["whoami", "--allow-plugins"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(!format!("{ran:?}").contains("planted"), "{ran:?}");
    assert_eq!(told(), by_kubectl);
    let config = &by_kubectl["spec"]["cluster"]["config"];
    assert_eq!(config["ids"], serde_json::json!([16, null, 1.5, true, "2001-01-01"]), "{by_kubectl}");
}

#[test]
fn fault_31_what_a_plugin_writes_for_people_is_passed_on_while_it_signs_in() {
    let plugin = Plugin::on(first(), "echo 'enter CODE-1 at https://device.example' >&2");
    let ran = Headless::at(&plugin.kubeconfig, "plugged").run(&["sign-in", "--allow-plugins"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stderr.contains("enter CODE-1 at https://device.example"), "{ran:?}");
}

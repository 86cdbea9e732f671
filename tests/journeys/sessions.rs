//! Signing in and being signed out: one cluster's 401 is that cluster's business.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use secateur_domain::row::Liveness;
use secateur_engine::{Code, Keep, SelectionChange, SessionState, SignIn};

use crate::support::{
    engine::Engine,
    faults::Fault,
    headless::Headless,
    plane::{first, second},
};

/// Where the viewer's token is in the kubeconfig.
const VIEWER: &str = "jsonpath={.users[?(@.name==\"first-viewer\")].user.token}";

#[test]
fn whoami_says_user_groups_and_method() {
    let certificate = Headless::admin(first()).run(&["whoami", "-o", "json"]);
    assert!(certificate.stdout.contains(r#""user":"admin""#), "{certificate:?}");
    assert!(certificate.stdout.contains("client certificate"), "{certificate:?}");
    let token = Headless::user(first(), "viewer").run(&["whoami"]);
    assert!(token.stdout.contains("user:    viewer"), "{token:?}");
    assert!(token.stdout.contains("method:  token"), "{token:?}");
}

#[test]
fn fault_21_a_401_signs_out_of_that_cluster_once_and_greys_its_rows() {
    let (here, there) = (first(), second());
    Engine::with(&[here, there], Fault::SignOut).run(async |engine| {
        let ours = engine.open(here.name).await;
        let view = engine.list(&ours, "configmaps", Some("default"));
        view.row("kube-root-ca.crt").await;
        engine.arm();
        let lost = futures::future::join_all((0..20).map(|_| engine.backend.namespaces(&ours))).await;
        assert!(lost.iter().all(Result::is_err));
        assert_eq!(engine.logged_out().await, [(ours.clone(), 1)], "once, however many requests failed");
        view.until("stale", |window| {
            assert!(!window.rows.is_empty(), "rows stay on screen");
            matches!(&window.hint.liveness, Liveness::Stale { problem, .. } if problem.code == Code::SignInRequired)
                .then_some(())
        })
        .await;
        let state = |name: &str| {
            let clusters = engine.backend.catalogue().clusters;
            clusters.into_iter().find(|cluster| cluster.name == name).expect("the cluster").state
        };
        assert_eq!(state(here.name), SessionState::NeedsSignIn);
        assert_eq!(state(there.name), SessionState::NotConnected);
    });
}

#[test]
fn fault_21_a_logout_forgets_the_token_who_one_was_and_stops_the_watches() {
    let here = first();
    let typed = here.kubectl(&["config", "view", "--raw", "-o", VIEWER]);
    Engine::with(&[here], Fault::SignOut).run(async |engine| {
        let ours = engine.open(here.name).await;
        let typed = SignIn::Token { token: typed.trim().into(), keep: Keep::ThisRun };
        engine.backend.sign_in(&ours, typed).await.expect("the server takes it");
        let view = engine.list(&ours, "configmaps", Some("default"));
        view.row("kube-root-ca.crt").await;
        let watching = || engine.script.watching.load(Ordering::SeqCst);
        engine.until("it is watched", || (watching() == 1).then_some(())).await;
        let before = engine.summary(here.name);
        assert!(before.groups.contains(&"viewers".to_owned()) && before.fingerprint.is_some(), "{before:?}");
        engine.arm();
        engine.backend.namespaces(&ours).await.expect_err("signed out");
        engine.until("its watch is closed", || (watching() == 0).then_some(())).await;
        let sent = engine.sent_since(0).len();
        let after = engine.summary(here.name);
        assert_eq!((after.state, after.credential.kept), (SessionState::NeedsSignIn, None));
        assert_eq!((after.groups, after.method, after.fingerprint), (vec![], None, None));
        view.until("stale", |window| {
            assert!(!window.rows.is_empty(), "rows stay on screen");
            matches!(window.hint.liveness, Liveness::Stale { .. }).then_some(())
        })
        .await;
        assert_eq!(engine.sent_since(sent).len(), 0, "nothing is asked for any more");
        engine.disarm();
        let again = engine.backend.open_cluster(&ours).await.expect("as the kubeconfig says");
        assert_eq!(again.user.as_deref(), Some("admin"), "the token is forgotten");
        view.until("live", |window| matches!(window.hint.liveness, Liveness::Live).then_some(())).await;
    });
}

#[test]
fn fault_02_a_server_that_goes_away_is_unreachable_once_and_its_rows_come_back_with_it() {
    let here = first();
    Engine::with(&[here], Fault::Unplugged).run(async |engine| {
        let ours = engine.open(here.name).await;
        let view = engine.list(&ours, "configmaps", Some("default"));
        view.until("live", |window| matches!(window.hint.liveness, Liveness::Live).then_some(())).await;
        engine.arm();
        view.until("stale", |window| {
            assert!(!window.rows.is_empty(), "rows stay on screen");
            matches!(&window.hint.liveness, Liveness::Stale { problem, .. } if problem.code == Code::Unreachable)
                .then_some(())
        })
        .await;
        let refused = engine.backend.open_cluster(&ours).await.expect_err("nobody listens");
        assert_eq!(refused.describe().code, Code::Unreachable);
        engine.disarm();
        let summary = engine.backend.open_cluster(&ours).await.expect("it answers again");
        assert_eq!((summary.state, summary.generation), (SessionState::SignedIn, 1), "nobody was signed out");
        view.until("live again", |window| matches!(window.hint.liveness, Liveness::Live).then_some(())).await;
        let states = [SessionState::Connecting, SessionState::SignedIn, SessionState::Unreachable, SessionState::SignedIn];
        let mut told = engine.states(&ours);
        // Once more where the cause became another: first it broke, then nobody listened.
        told.dedup();
        assert_eq!(told, states);
        assert_eq!(engine.logouts(), []);
    });
}

#[test]
fn fault_10_ten_flaps_are_told_once_each_and_cost_no_row_and_no_mark() {
    let here = first();
    here.namespace("flapping");
    here.config_map("flapping", "flower");
    Engine::with(&[here], Fault::Unplugged).run(async |engine| {
        let ours = engine.open(here.name).await;
        let view = engine.list(&ours, "configmaps", Some("flapping"));
        let flower = view.row("flower").await;
        view.until("live", |window| matches!(window.hint.liveness, Liveness::Live).then_some(())).await;
        let mark = SelectionChange::Mark(vec![flower.clone()]);
        engine.backend.select(Some(&view.id), mark).await.expect("a mark");
        let has_all = || {
            let window = view.window();
            assert_eq!(window.rows.len(), 2, "rows stay on screen");
            let marked = window.rows.iter().filter(|row| row.is_marked);
            assert!(marked.map(|row| row.row.identity()).eq([Some(flower.clone())]), "and so does the mark");
        };
        let (told_before, lists_before) = (engine.states(&ours).len(), lists(engine));
        for _ in 0..10 {
            for change in [Engine::arm, Engine::disarm] {
                change(engine);
                let until = Instant::now() + Duration::from_secs(1);
                while Instant::now() < until {
                    has_all();
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        }
        view.until("live again", |window| {
            has_all();
            matches!(window.hint.liveness, Liveness::Live).then_some(())
        })
        .await;
        let mut told = engine.states(&ours).split_off(told_before);
        told.dedup();
        let breaks = told.iter().filter(|state| **state == SessionState::Unreachable).count();
        assert!((1..=10).contains(&breaks) && told.len() == 2 * breaks, "{told:?}");
        let tries = lists(engine) - lists_before;
        assert!(tries < 40, "it is asked for a few times a flap, and not without end: {tries}");
        assert_eq!(engine.logouts(), []);
    });
}

fn lists(engine: &Engine) -> usize {
    engine.script.lists.load(Ordering::SeqCst)
}

#[test]
fn a_token_that_is_not_accepted_names_the_cluster_and_leaves_the_others_working() {
    let plane = first();
    let text = std::fs::read_to_string(plane.kubeconfig()).expect("the kubeconfig");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    std::fs::write(&file, spoil_tokens(&text)).expect("a kubeconfig");
    let expired = Headless::at(&file, "first-viewer").run(&["whoami"]);
    assert_eq!(expired.status, 2);
    assert!(expired.stderr.contains("first-viewer does not accept the credential (401)"), "{expired:?}");
    assert_eq!(Headless::at(&file, "first").run(&["whoami"]).status, 0);
}

#[test]
fn signing_in_again_takes_the_kubeconfig_as_it_is_now() {
    let plane = first();
    let good = std::fs::read_to_string(plane.kubeconfig()).expect("the kubeconfig");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    std::fs::write(&file, spoil_tokens(&good)).expect("a kubeconfig");
    Engine::at(&[&file]).run(async |engine| {
        let cluster = engine.backend.cluster_named("first-viewer").expect("the context");
        let refused = engine.backend.open_cluster(&cluster).await.expect_err("a token that is none");
        assert_eq!(refused.describe().code, Code::SignInRequired);
        assert_eq!(engine.logouts(), [], "nobody was signed in");
        std::fs::write(&file, &good).expect("a kubeconfig");
        let summary = engine.backend.open_cluster(&cluster).await.expect("it opens");
        assert_eq!((summary.state, summary.user.as_deref()), (SessionState::SignedIn, Some("viewer")));
        assert_eq!(summary.generation, 2);
    });
}

#[test]
fn fault_85_ages_are_by_the_servers_clock_whatever_ours_says() {
    let plane = first();
    plane.namespace("late-clock");
    plane.config_map("late-clock", "new");
    Engine::with(&[plane], Fault::AheadByFiveHours).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let offset = engine.summary(plane.name).clock_offset;
        assert!((offset - 5. * 3600.).abs() < 5., "{offset}");
        let view = engine.list(&cluster, "configmaps", Some("late-clock"));
        view.until("its age by the server's clock", |window| {
            let row = window.rows.iter().find(|row| &*row.row.name == "new")?;
            row.cells.iter().any(|cell| cell.starts_with("5h")).then_some(())
        })
        .await;
    });
}

#[test]
fn fault_85_a_clock_that_jumps_neither_hurries_nor_delays_the_next_try() {
    let here = first();
    Engine::with(&[here], Fault::Unplugged).run(async |engine| {
        let ours = engine.backend.cluster_named(here.name).expect("the context");
        engine.arm();
        engine.backend.open_cluster(&ours).await.expect_err("nobody listens");
        engine.until("the next try", || engine.summary(here.name).next_try).await;
        engine.clock.jump(10 * 3600 * 1000);
        engine.disarm();
        let began = Instant::now();
        engine
            .until("signed in", || (engine.summary(here.name).state == SessionState::SignedIn).then_some(()))
            .await;
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    });
}

/// The same kubeconfig with every token wrong.
fn spoil_tokens(kubeconfig: &str) -> String {
    let spoil = |line: &str| match line.split_once("token: ") {
        Some((before, _)) => format!("{before}token: expired-{}", "x".repeat(16)),
        None => line.to_owned(),
    };
    let spoiled: Vec<String> = kubeconfig.lines().map(spoil).collect();
    assert_ne!(spoiled.join("\n"), kubeconfig.trim_end(), "the kubeconfig has tokens in lines of their own");
    spoiled.join("\n")
}

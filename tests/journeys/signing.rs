//! Signing in and out by the person: tokens that are typed, stopping, trying again.

use secateur_domain::row::Liveness;
use secateur_engine::{Clock, Code, Keep, SessionState, SignIn, TokenKept, ViewWindow};

use crate::support::{
    engine::Engine,
    faults::Fault,
    headless::Headless,
    plane::{Plane, first},
};

#[test]
fn a_typed_token_goes_before_what_the_kubeconfig_offers_until_signing_out() {
    let plane = first();
    let viewer = token(plane, "first-viewer");
    Engine::with(&[plane], Fault::None).run(async |engine| {
        let ours = engine.open(plane.name).await;
        let as_whom = || engine.summary(plane.name).user.unwrap_or_default();
        assert_eq!(as_whom(), "admin");
        let typed = SignIn::Token { token: viewer.as_str().into(), keep: Keep::ThisRun };
        let signed_in = engine.backend.sign_in(&ours, typed).await.expect("the server takes it");
        assert_eq!((signed_in.user.as_deref(), signed_in.generation), (Some("viewer"), 2));
        assert_eq!(signed_in.credential.kept, Some(TokenKept::ThisRun));
        let signed_out = engine.backend.sign_out(&ours).await.expect("signed out");
        assert_eq!((signed_out.state, signed_out.credential.kept), (SessionState::SignedOut, None));
        assert_eq!(engine.logouts(), [], "the person did it, and not the server");
        engine.backend.open_cluster(&ours).await.expect("as the kubeconfig says");
        assert_eq!(as_whom(), "admin");
    });
}

#[test]
fn without_a_credential_it_is_asked_for_one() {
    let plane = first();
    let viewer = token(plane, "first-viewer");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    let server = format!("https://127.0.0.1:{}', insecure-skip-tls-verify: true, x: '", plane.port());
    std::fs::write(&file, minimal(&server, "{}")).expect("a kubeconfig");
    Engine::at(&[&file]).run(async |engine| {
        let cluster = engine.backend.cluster_named("only").expect("the context");
        let refused = engine.backend.open_cluster(&cluster).await.expect_err("a stranger").describe();
        assert_eq!(refused.code, Code::SignInRequired, "{refused:?}");
        assert!(refused.message.contains("has no credential"), "{refused:?}");
        assert_eq!(engine.summary("only").state, SessionState::NeedsSignIn);
        assert_eq!(engine.logouts(), [], "nobody was signed in");
        let typed = SignIn::Token { token: viewer.as_str().into(), keep: Keep::ThisRun };
        let signed_in = engine.backend.sign_in(&cluster, typed).await.expect("the server takes it");
        assert_eq!(signed_in.user.as_deref(), Some("viewer"));
    });
}

#[test]
fn a_typed_token_that_the_server_does_not_take_leaves_the_session_as_it_was() {
    let plane = first();
    Engine::with(&[plane], Fault::None).run(async |engine| {
        let ours = engine.open(plane.name).await;
        let typed = SignIn::Token { token: "planted-and-wrong".into(), keep: Keep::Longer };
        let refused = engine.backend.sign_in(&ours, typed).await.expect_err("no such token").describe();
        assert_eq!(refused.code, Code::SignInRequired);
        assert!(!format!("{refused:?}").contains("planted"), "{refused:?}");
        let summary = engine.summary(plane.name);
        assert_eq!((summary.state, summary.credential.kept), (SessionState::SignedIn, None));
        assert_eq!(engine.logouts(), []);
    });
}

#[test]
fn connecting_can_be_stopped_at_once() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    let server = format!("http://{}", silent.local_addr().expect("an address"));
    std::fs::write(&file, minimal(&server, "{}")).expect("a kubeconfig");
    Engine::at(&[&file]).run(async |engine| {
        let cluster = engine.backend.cluster_named("only").expect("the context");
        let opening = engine.backend.open_cluster(&cluster);
        let stopping = async {
            engine
                .until("connecting", || {
                    (engine.summary("only").state == SessionState::Connecting).then_some(())
                })
                .await;
            engine.backend.stop_connecting(&cluster).expect("stopped");
        };
        let (opened, ()) = futures::join!(opening, stopping);
        assert!(opened.expect_err("it was stopped").describe().message.contains("was stopped"));
        assert_eq!(engine.summary("only").state, SessionState::NotConnected);
    });
}

#[test]
fn fault_02_a_cluster_that_refuses_is_tried_again_by_itself_until_it_answers_or_the_person_stops_it() {
    let here = first();
    Engine::with(&[here], Fault::Unplugged).run(async |engine| {
        let ours = engine.backend.cluster_named(here.name).expect("the context");
        engine.arm();
        let refused = engine.backend.open_cluster(&ours).await.expect_err("nobody listens").describe();
        assert!(refused.message.contains("refuse"), "{refused:?}");
        let first_try = engine.until("the next try", || engine.summary(here.name).next_try).await;
        let since = engine.summary(here.name).since;
        let another = || engine.summary(here.name).next_try.filter(|time| *time > first_try + 1_000);
        engine.until("the try after it", another).await;
        assert_eq!(engine.summary(here.name).since, since, "it was unreachable all the time");
        engine.backend.stop_connecting(&ours).expect("stopped");
        assert_eq!(engine.summary(here.name).next_try, None);
        engine.backend.open_cluster(&ours).await.expect_err("nobody listens");
        engine.disarm();
        engine
            .until("signed in", || (engine.summary(here.name).state == SessionState::SignedIn).then_some(()))
            .await;
    });
}

#[test]
fn fault_02_the_lists_of_a_cluster_that_is_cut_off_are_not_tried_once_that_was_stopped_until_it_is_tried_now()
{
    let here = first();
    Engine::with(&[here], Fault::Unplugged).run(async |engine| {
        let ours = engine.open(here.name).await;
        let view = engine.list(&ours, "configmaps", Some("default"));
        let is_live = |window: &ViewWindow| matches!(window.hint.liveness, Liveness::Live).then_some(());
        view.until("live", is_live).await;
        engine.arm();
        let to_come = || engine.summary(here.name).next_try.filter(|time| *time > engine.clock.now_ms());
        let next_try = engine.until("the next try", to_come).await;
        let stopped = engine.backend.stop_connecting(&ours).expect("stopped");
        assert_eq!((stopped.state, stopped.next_try), (SessionState::Unreachable, None));
        let sent = engine.sent_since(0).len();
        engine.disarm();
        let is_past = || engine.clock.now_ms() > next_try + 1_000;
        engine.until("its time is past", || is_past().then_some(())).await;
        assert_eq!(engine.summary(here.name).state, SessionState::Unreachable, "though it would answer");
        assert_eq!(engine.sent_since(sent).len(), 0);

        engine.arm();
        engine.backend.open_cluster(&ours).await.expect_err("nobody listens");
        engine.until("it is tried by itself again", to_come).await;
        engine.disarm();
        view.until("live again", is_live).await;
        assert_eq!(engine.summary(here.name).generation, 1, "nobody was signed out");

        engine.arm();
        engine.until("the next try", to_come).await;
        engine.backend.stop_connecting(&ours).expect("stopped");
        engine.disarm();
        engine.backend.open_cluster(&ours).await.expect("it answers");
        view.until("live at once", is_live).await;
    });
}

#[test]
fn fault_38_acting_as_somebody_without_leave_names_both() {
    let plane = first();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    let kubeconfig = std::fs::read_to_string(plane.kubeconfig()).expect("the kubeconfig");
    let token = format!("token: {}", token(plane, "first-viewer"));
    let acting = kubeconfig.replace(&token, &format!("{token}\n    as: jane"));
    assert_ne!(acting, kubeconfig);
    std::fs::write(&file, acting).expect("a kubeconfig");
    let refused = Headless::at(&file, "first-viewer").run(&["whoami"]);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(refused.stderr.contains("viewer") && refused.stderr.contains("jane"), "{refused:?}");
}

#[test]
fn signing_in_with_a_token_from_standard_input_says_as_whom() {
    let plane = first();
    let headless = Headless::admin(plane);
    let run =
        headless.run_reading(&["sign-in", "--token-stdin", "-o", "json"], &token(plane, "first-viewer"));
    assert_eq!(run.status, 0, "{run:?}");
    assert!(
        run.stdout.contains(r#""user":"viewer""#) && run.stdout.contains(r#""method":"token""#),
        "{run:?}"
    );
    let wrong = headless.run_reading(&["sign-in", "--token-stdin"], "planted-and-wrong");
    assert_eq!(wrong.status, 2, "{wrong:?}");
    assert!(!wrong.stderr.contains("planted"), "{wrong:?}");
    let none = headless.run_reading(&["sign-in", "--token-stdin"], "\n");
    assert!(none.stderr.contains("there is no token"), "{none:?}");
}

/// The token of a context of the plane.
fn token(plane: &Plane, context: &str) -> String {
    let user = format!("jsonpath={{.users[?(@.name==\"{context}\")].user.token}}");
    let token = plane.kubectl(&["config", "view", "--raw", "-o", &user]);
    assert!(!token.trim().is_empty(), "{context} has a token");
    token.trim().to_owned()
}

/// A kubeconfig with one context.
fn minimal(server: &str, user: &str) -> String {
    format!(
        "contexts: [{{name: only, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: '{server}'}}}}]\n\
         users: [{{name: u, user: {user}}}]\n"
    )
}

//! A refused credential, a newer one, and everybody who asks meanwhile.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use http::{HeaderMap, header::AUTHORIZATION};
use secrecy::SecretString;
use tokio::sync::Barrier;
use tower::util::BoxCloneSyncService;

use super::*;
use crate::{
    client::{Client, connect},
    kubeconfig::{Origin, Sources, read_catalogue},
    testing::{Act, Script, configmaps, json},
    transport::{Endpoint, HttpService, Lane, ResponseBody, Transport, TransportError},
};

const LIST: &str = r#"{"metadata":{"resourceVersion":"1"},"items":[]}"#;
const EXPIRED: &str = r#"{"kind":"Status","message":"token expired","code":401}"#;

/// A folder with a kubeconfig whose user is `user`, and its context.
fn context(user: &str) -> (tempfile::TempDir, Context) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config");
    let text = format!(
        "contexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: 'https://host:6443'}}}}]\n\
         users: [{{name: u, user: {user}}}]\n"
    );
    fs::write(&path, text).expect("a kubeconfig");
    let catalogue = read_catalogue(&Sources { origin: Origin::Flag, files: vec![path] });
    let context = catalogue.contexts.into_iter().next().expect("a context");
    (folder, context)
}

async fn client(context: &Context, script: &Script) -> Client {
    connect(context, Access::by_entry(Arc::new(script.clone()))).await.expect("a client")
}

/// A client whose token is in a file, and that file.
async fn with_token_file(script: &Script) -> (tempfile::TempDir, PathBuf, Client) {
    let (folder, context) = context("{tokenFile: token}");
    let token = folder.path().join("token");
    write(&token, "first");
    let client = client(&context, script).await;
    (folder, token, client)
}

fn write(path: &Path, token: &str) {
    fs::write(path, token).expect("a token file");
}

async fn ask(client: &Client) -> Result<(), ClusterError> {
    client.list_names(&configmaps()).await.map(drop)
}

/// The tokens that were sent, in order.
fn sent(script: &Script) -> Vec<String> {
    let token = |request: &http::Request<Bytes>| {
        let header = request.headers().get(AUTHORIZATION).and_then(|header| header.to_str().ok());
        header.unwrap_or_default().trim_start_matches("Bearer ").to_owned()
    };
    script.asked().iter().map(token).collect()
}

fn refused(outcome: Result<(), ClusterError>, generation: u32) {
    let Err(ClusterError::SignIn(failure)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(failure.generation, generation);
}

#[tokio::test]
async fn fault_34_a_rotated_token_file_is_read_on_401_and_the_request_is_sent_once_more() {
    let script = Script::new([json(401, EXPIRED), json(200, LIST), json(200, LIST)]);
    let (_folder, token, client) = with_token_file(&script).await;
    write(&token, "second\n");
    ask(&client).await.expect("nothing is seen of it");
    ask(&client).await.expect("an answer");
    assert_eq!(sent(&script), ["first", "second", "second"]);
    assert_eq!(client.generation(), 2);
}

#[tokio::test]
async fn a_401_with_nothing_newer_is_told_at_once() {
    let script = Script::new([json(401, EXPIRED)]);
    let (_folder, _token, client) = with_token_file(&script).await;
    refused(ask(&client).await, 1);
    assert_eq!(sent(&script), ["first"], "the same token is not sent again");
}

#[tokio::test]
async fn fault_21_a_401_that_persists_is_replayed_once() {
    let script = Script::new([json(401, EXPIRED), json(401, EXPIRED)]);
    let (_folder, token, client) = with_token_file(&script).await;
    write(&token, "second");
    refused(ask(&client).await, 2);
    assert_eq!(sent(&script), ["first", "second"]);
}

#[tokio::test]
async fn a_token_in_place_has_no_other() {
    let script = Script::new([json(401, EXPIRED)]);
    let (_folder, context) = context("{token: planted}");
    refused(ask(&client(&context, &script).await).await, 1);
}

#[tokio::test]
async fn fault_23_a_webhook_that_says_401_renews_nothing() {
    let denied = r#"{"kind":"Status","message":"admission webhook \"w.example.com\" denied the request: no","code":401}"#;
    let script = Script::new([json(401, denied)]);
    let (_folder, token, client) = with_token_file(&script).await;
    write(&token, "second");
    assert!(matches!(ask(&client).await, Err(ClusterError::Refused(_))));
    assert_eq!((sent(&script), client.generation()), (vec!["first".to_owned()], 1));
}

#[tokio::test(start_paused = true)]
async fn fault_20_a_late_401_of_an_older_credential_is_sent_again_silently() {
    // The first answer comes late, when the second request has long got the newer credential.
    let late = Act::Late(Box::new(json(401, EXPIRED)));
    let script = Script::new([late, json(401, EXPIRED), json(200, LIST), json(200, LIST)]);
    let (_folder, token, client) = with_token_file(&script).await;
    write(&token, "second");
    let (slow, quick) = tokio::join!(ask(&client), ask(&client));
    slow.expect("nothing is seen of it");
    quick.expect("nothing is seen of it");
    assert_eq!(sent(&script), ["first", "first", "second", "second"]);
    assert_eq!(client.generation(), 2, "one renewal");
}

/// A server that takes one token; what comes with another is answered when fifty have come.
#[derive(Clone)]
struct Particular(Arc<Barrier>);

impl Transport for Particular {
    fn connect(&self, _endpoint: &Endpoint, _lane: Lane) -> Result<HttpService, TransportError> {
        let refused = Arc::clone(&self.0);
        Ok(BoxCloneSyncService::new(tower::service_fn(move |request: http::Request<Bytes>| {
            let is_good = request.headers().get(AUTHORIZATION).is_some_and(|token| token == "Bearer second");
            let refused = Arc::clone(&refused);
            async move {
                let (status, body) = if is_good { (200, LIST) } else { (401, EXPIRED) };
                if !is_good {
                    refused.wait().await;
                }
                let piece = Ok(Bytes::from_static(body.as_bytes()));
                let body: ResponseBody = Box::pin(futures::stream::iter([piece]));
                Ok(http::Response::builder().status(status).body(body).expect("an answer"))
            }
        })))
    }
}

#[tokio::test]
async fn fault_19_fifty_401s_at_once_are_one_renewal() {
    let (folder, context) = context("{tokenFile: token}");
    write(&folder.path().join("token"), "first");
    let access = Access::by_entry(Arc::new(Particular(Arc::new(Barrier::new(50)))));
    let client = connect(&context, access).await.expect("a client");
    write(&folder.path().join("token"), "second");
    let asked = futures::future::join_all((0..50).map(|_| ask(&client))).await;
    assert!(asked.iter().all(Result::is_ok), "{asked:?}");
    assert_eq!(client.generation(), 2);
}

/// A folder with a plugin that gives the token `first` until it is broken, its context, and what it is run with.
fn with_plugin() -> (tempfile::TempDir, Context, Access) {
    let exec =
        "{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: sh, args: [";
    let (folder, context) = context("{}");
    let here = folder.path().display();
    let answer = r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"first"}}"#;
    fs::write(folder.path().join("answer"), answer).expect("a file");
    let script = format!("cd {here}; echo run >> runs; cat answer");
    let text = fs::read_to_string(&context.source).expect("the kubeconfig");
    let user = format!("{exec}-c, '{script}']}}}}");
    fs::write(&context.source, text.replace("user: {}", &format!("user: {user}"))).expect("a kubeconfig");
    let sources = Sources { origin: Origin::Flag, files: vec![context.source.clone()] };
    let context = read_catalogue(&sources).contexts.into_iter().next().expect("a context");
    let access = Access::by_entry(Arc::new(Particular(Arc::new(Barrier::new(50)))));
    access.plugins.consent_to_all();
    (folder, context, access)
}

fn runs(folder: &tempfile::TempDir) -> usize {
    fs::read_to_string(folder.path().join("runs")).expect("it ran").lines().count()
}

#[tokio::test]
async fn fault_29_fifty_401s_learn_from_one_run_that_there_is_no_other_credential() {
    let (folder, context, access) = with_plugin();
    let client = connect(&context, access).await.expect("a client");
    fs::remove_file(folder.path().join("answer")).expect("broken");
    let asked = futures::future::join_all((0..50).map(|_| ask(&client))).await;
    let failed = |outcome: &Result<(), ClusterError>| {
        matches!(outcome, Err(ClusterError::Plugin(PluginError::Failed { .. })))
    };
    assert!(asked.iter().all(failed), "{asked:?}");
    assert_eq!(runs(&folder), 2, "once to sign in, once for all fifty");
}

#[tokio::test]
async fn fault_26_a_client_that_is_over_runs_no_plugin_any_more() {
    let (folder, context, access) = with_plugin();
    let (over, renewal) = (access.stop.clone(), access.renewal.clone());
    let client = connect(&context, access).await.expect("a client");
    over.cancel();
    let asked = futures::future::join_all((0..50).map(|_| ask(&client))).await;
    let stopped = |outcome: &Result<(), ClusterError>| {
        matches!(outcome, Err(ClusterError::Plugin(PluginError::Stopped { .. })))
    };
    assert!(asked.iter().all(stopped), "{asked:?}");
    assert_eq!(runs(&folder), 1, "to sign in");
    assert!(renewal.borrow().is_none(), "nothing is at work");
}

#[tokio::test(start_paused = true)]
async fn fault_34_a_token_file_is_read_again_after_a_minute_and_the_last_good_token_is_kept() {
    let script = Script::new((0..5).map(|_| json(200, LIST)));
    let (_folder, token, client) = with_token_file(&script).await;
    write(&token, "second");
    ask(&client).await.expect("an answer");
    for what in ["rotated", "gone", "empty", "not a token"] {
        tokio::time::advance(FILES_ARE_GOOD_FOR).await;
        match what {
            "rotated" => {}
            "gone" => fs::remove_file(&token).expect("removed"),
            "empty" => write(&token, " \n"),
            _ => write(&token, "two words"),
        }
        ask(&client).await.expect(what);
    }
    assert_eq!(sent(&script), ["first", "second", "second", "second", "second"]);
}

#[tokio::test]
async fn fault_35_a_rotated_client_certificate_is_used_by_the_next_connection() {
    let asks = || TransportError::ClientCertificate {
        host: "host:6443".into(),
        problem: "the server says CertificateExpired".into(),
    };
    let script = Script::new([Act::Fail(asks()), json(200, LIST)]);
    let (folder, context) = context("{client-certificate: cert.pem, client-key: key.pem}");
    let rotate = || {
        let made = rcgen::generate_simple_self_signed(["me".to_owned()]).expect("a certificate");
        fs::write(folder.path().join("cert.pem"), made.cert.pem()).expect("a file");
        fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).expect("a file");
    };
    rotate();
    let client = client(&context, &script).await;
    rotate();
    ask(&client).await.expect("nothing is seen of it");
    assert_eq!((script.asked().len(), client.generation()), (2, 2));
}

#[tokio::test]
async fn a_token_that_the_person_gave_goes_before_the_entrys_and_alone() {
    let script = Script::new([json(200, LIST)]);
    let (_folder, context) = context("{token: from-the-entry}");
    let token = Some(SecretString::from(" typed\n"));
    let access = Access { token, ..Access::by_entry(Arc::new(script.clone())) };
    let client = connect(&context, access).await.expect("a client");
    ask(&client).await.expect("an answer");
    assert_eq!((sent(&script), client.method()), (vec!["typed".to_owned()], Method::Token));
}

#[tokio::test]
async fn fault_36_a_typed_token_that_is_none_is_refused_with_its_position_and_nothing_is_sent() {
    let (_folder, context) = context("{}");
    let script = Script::default();
    for (typed, problem) in
        [("planted\nplanted", "position 8"), ("planted\0", "position 8"), ("plänted", "position 3")]
    {
        let access = Access { token: Some(typed.into()), ..Access::by_entry(Arc::new(script.clone())) };
        let outcome = connect(&context, access).await.map(drop);
        let Err(ClusterError::Unusable(found)) = outcome else { panic!("{typed:?}") };
        assert!(found.contains(problem) && !found.contains("planted"), "{found}");
    }
}

#[tokio::test]
async fn extra_headers_go_with_every_request() {
    let script = Script::new([json(200, LIST)]);
    let (_folder, context) = context("{token: t}");
    let mut headers = HeaderMap::new();
    headers.insert("x-proxy-user", "me".parse().expect("a value"));
    let access = Access { headers, ..Access::by_entry(Arc::new(script.clone())) };
    ask(&connect(&context, access).await.expect("a client")).await.expect("an answer");
    let asked = script.asked();
    assert_eq!(asked[0].headers().get("x-proxy-user").expect("it is there"), "me");
    assert_eq!(sent(&script), ["t"]);
}

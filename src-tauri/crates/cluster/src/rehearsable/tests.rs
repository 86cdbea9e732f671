use std::time::Duration;

use futures::future::join_all;
use secateur_domain::kind::Scope;

use super::*;
use crate::{
    client::tests::client,
    testing::{Act, Script, json, kind},
};

const LOCAL: &str = r#"{"kind":"APIService","spec":{"service":null,"group":"garden.example"}}"#;
const AGGREGATED: &str = r#"{"kind":"APIService","spec":{"service":{"namespace":"n","name":"s"}}}"#;
const FORBIDDEN: &str = r#"{"kind":"Status","reason":"Forbidden","message":"no","code":403}"#;
const NOT_FOUND: &str = r#"{"kind":"Status","reason":"NotFound","message":"no","code":404}"#;

async fn check(acts: Vec<Act>, expected: bool) -> Vec<String> {
    let count = acts.len();
    let script = Script::new(acts);
    let client = client(&script).await;
    let plots = kind("garden.example", "v1", "plots", Scope::Namespaced);
    for _ in 0..2 {
        let found = client.can_rehearse(&plots).await.expect("an answer");
        assert_eq!(found == Rehearsable::Yes, expected, "{found:?}");
    }
    let asked: Vec<_> = script.asked().iter().map(|request| request.uri().path().to_owned()).collect();
    assert_eq!(asked.len(), count, "each is asked once");
    asked
}

#[tokio::test]
async fn what_kube_apiserver_serves_itself_is_not_asked_about() {
    let script = Script::default();
    let client = client(&script).await;
    for group in ["", "apps", "rbac.authorization.k8s.io", "apiregistration.k8s.io"] {
        let found = client.can_rehearse(&kind(group, "v1", "things", Scope::Cluster)).await;
        assert_eq!(found, Ok(Rehearsable::Yes), "{group}");
    }
    assert!(script.asked().is_empty());
}

#[tokio::test]
async fn a_group_without_a_service_is_kube_apiservers() {
    let asked = check(vec![json(200, LOCAL)], true).await;
    assert_eq!(asked, ["/apis/apiregistration.k8s.io/v1/apiservices/v1.garden.example"]);
}

#[tokio::test]
async fn a_group_with_a_service_is_not_whatever_is_defined() {
    check(vec![json(200, AGGREGATED)], false).await;
}

#[tokio::test]
async fn where_the_service_may_not_be_read_the_definition_decides() {
    let definition = r#"{"metadata":{"name":"plots.garden.example","uid":"1"}}"#;
    let asked = check(vec![json(403, FORBIDDEN), json(200, definition)], true).await;
    assert_eq!(asked[1], "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/plots.garden.example");
    check(vec![json(404, NOT_FOUND), json(200, definition)], true).await;
    check(vec![json(403, FORBIDDEN), json(403, FORBIDDEN)], false).await;
    check(vec![json(403, FORBIDDEN), json(404, NOT_FOUND)], false).await;
}

#[tokio::test]
async fn a_look_alike_of_a_built_in_group_is_asked_about() {
    let script = Script::new([json(200, AGGREGATED), json(200, AGGREGATED), json(200, AGGREGATED)]);
    let client = client(&script).await;
    for group in ["metrics.k8s.io", "image.openshift.io", "Apps"] {
        let found = client.can_rehearse(&kind(group, "v1", "things", Scope::Namespaced)).await;
        assert!(matches!(found, Ok(Rehearsable::No { why }) if why.contains(group)), "{group}");
    }
}

#[tokio::test]
async fn once_discovery_is_read_again_it_is_asked_again() {
    let served = || json(200, r#"{"items":[{"metadata":{"name":"apps"},"versions":[]}]}"#);
    let script = Script::new([json(200, LOCAL), served(), served(), json(200, AGGREGATED)]);
    let client = client(&script).await;
    let plots = kind("garden.example", "v1", "plots", Scope::Namespaced);
    assert_eq!(client.can_rehearse(&plots).await, Ok(Rehearsable::Yes));
    client.discover().await.expect("what is served");
    assert!(matches!(client.can_rehearse(&plots).await, Ok(Rehearsable::No { .. })));
}

fn late(act: Act) -> Act {
    Act::Late(Box::new(act))
}

#[tokio::test(start_paused = true)]
async fn a_thousand_who_ask_at_once_are_one_request() {
    let script = Script::new([late(json(200, LOCAL))]);
    let client = client(&script).await;
    let kinds: Vec<_> =
        (0..1_000).map(|n| kind("garden.example", "v1", &format!("k{}", n % 7), Scope::Namespaced)).collect();
    let found = join_all(kinds.iter().map(|kind| client.can_rehearse(kind))).await;
    assert!(found.iter().all(|found| *found == Ok(Rehearsable::Yes)));
    assert_eq!(script.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_is_shared_by_those_who_waited_and_not_kept() {
    let script = Script::new([late(json(500, "{}")), json(200, "{}"), json(200, LOCAL)]);
    let client = client(&script).await;
    let plots = kind("garden.example", "v1", "plots", Scope::Namespaced);
    let found = join_all((0..100).map(|_| client.can_rehearse(&plots))).await;
    assert!(found.iter().all(|found| matches!(found, Err(ClusterError::Server(_)))), "{found:?}");
    assert_eq!(script.asked().len(), 1);
    let unread = client.can_rehearse(&plots).await;
    assert!(matches!(unread, Err(ClusterError::Undecodable { .. })), "nothing follows from an empty answer");
    assert_eq!(client.can_rehearse(&plots).await, Ok(Rehearsable::Yes));
}

#[tokio::test(start_paused = true)]
async fn who_gives_up_waiting_takes_nobodys_answer_and_keeps_no_client() {
    let script = Script::new([Act::Silence, json(200, LOCAL)]);
    let client = client(&script).await;
    let plots = kind("garden.example", "v1", "plots", Scope::Namespaced);
    let given_up = tokio::time::timeout(Duration::from_secs(1), client.can_rehearse(&plots)).await;
    assert!(given_up.is_err());
    assert_eq!(std::sync::Arc::strong_count(&client.shared), 1, "the question held the client");
    assert_eq!(client.can_rehearse(&plots).await, Ok(Rehearsable::Yes));
    assert_eq!(script.asked().len(), 2);
}

//! What goes with an object, and in which order.

use serde_json::{Value, json};

use super::{
    ask::{is_terminating, uid},
    objects::{HOLD, held, owned, owner},
    subject::Subject,
};

fn policy(policy: &str) -> Value {
    json!({ "propagationPolicy": policy })
}

/// `owner` and what it owns: `owned`.
async fn pair(subject: &Subject) -> Value {
    let made = subject.config_map("owner").await;
    subject.create(subject.here("configmaps"), owned("owned", &[owner(&made)])).await;
    made
}

/// The same, but what is owned is held.
async fn held_pair(subject: &Subject, blocks: bool) -> Value {
    let made = subject.config_map("owner").await;
    let mut reference = owner(&made);
    reference["blockOwnerDeletion"] = json!(blocks);
    let mut dependant = held("owned");
    dependant["metadata"]["ownerReferences"] = json!([reference]);
    subject.create(subject.here("configmaps"), dependant).await;
    made
}

pub(super) async fn in_the_background_the_owner_goes_at_once_and_what_it_owns_later(subject: &Subject) {
    let made = pair(subject).await;
    let answer = subject.delete(subject.here("configmaps/owner")).options(&policy("Background")).await;
    assert_eq!(answer.is_removed("configmaps", "owner"), uid(&made));
    assert!(subject.find(&subject.here("configmaps/owner")).await.is_none());
    subject.gone(&subject.here("configmaps/owned")).await;
}

pub(super) async fn what_is_held_does_not_hold_its_owner_in_the_background(subject: &Subject) {
    let made = held_pair(subject, true).await;
    let answer = subject.delete(subject.here("configmaps/owner")).options(&policy("Background")).await;
    assert_eq!(answer.is_removed("configmaps", "owner"), uid(&made));
    let path = subject.here("configmaps/owned");
    subject.once(&path, "it is terminating", is_terminating).await;
    subject.release(&path).await;
    subject.gone(&path).await;
}

pub(super) async fn in_the_foreground_the_owner_waits_for_what_it_owns(subject: &Subject) {
    let made = held_pair(subject, true).await;
    let object =
        subject.delete(subject.here("configmaps/owner")).options(&policy("Foreground")).await.is(200);
    assert_eq!(uid(&object), uid(&made));
    assert!(is_terminating(&object), "{object}");
    assert_eq!(object["metadata"]["finalizers"], json!(["foregroundDeletion"]));
    let dependant = subject.here("configmaps/owned");
    subject.once(&dependant, "it is terminating", is_terminating).await;
    subject.a_while().await;
    assert!(subject.find(&subject.here("configmaps/owner")).await.is_some(), "it waits");
    subject.release(&dependant).await;
    subject.gone(&subject.here("configmaps/owner")).await;
    assert!(subject.find(&dependant).await.is_none());
}

pub(super) async fn in_the_foreground_the_owner_does_not_wait_for_what_does_not_block_it(subject: &Subject) {
    held_pair(subject, false).await;
    subject.delete(subject.here("configmaps/owner")).options(&policy("Foreground")).await.is(200);
    subject.gone(&subject.here("configmaps/owner")).await;
    let dependant = subject.here("configmaps/owned");
    subject.once(&dependant, "it is terminating", is_terminating).await;
    subject.release(&dependant).await;
}

pub(super) async fn in_the_foreground_what_owns_nothing_goes_in_a_moment(subject: &Subject) {
    subject.config_map("owner").await;
    let object =
        subject.delete(subject.here("configmaps/owner")).options(&policy("Foreground")).await.is(200);
    assert!(is_terminating(&object), "{object}");
    subject.gone(&subject.here("configmaps/owner")).await;
}

pub(super) async fn orphans_stay_and_forget_their_owner(subject: &Subject) {
    pair(subject).await;
    let before = subject.get(subject.here("configmaps/owned")).await.is(200);
    let object = subject.delete(subject.here("configmaps/owner")).options(&policy("Orphan")).await.is(200);
    assert_eq!(object["metadata"]["finalizers"], json!(["orphan"]));
    subject.gone(&subject.here("configmaps/owner")).await;
    subject.a_while().await;
    let after = subject.get(subject.here("configmaps/owned")).await.is(200);
    assert_eq!((uid(&after), is_terminating(&after)), (uid(&before), false));
    assert!(after["metadata"].get("ownerReferences").is_none(), "{after}");
}

pub(super) async fn the_policy_in_the_query_counts_where_there_is_no_body(subject: &Subject) {
    pair(subject).await;
    let path = subject.here("configmaps/owner");
    let object = subject.delete(&path).with("propagationPolicy", "Orphan").await.is(200);
    assert_eq!(object["metadata"]["finalizers"], json!(["orphan"]));
    subject.gone(&path).await;
    assert!(subject.find(&subject.here("configmaps/owned")).await.is_some());
}

pub(super) async fn what_nobody_asked_for_is_the_background(subject: &Subject) {
    let made = pair(subject).await;
    let answer = subject.delete(subject.here("configmaps/owner")).await;
    assert_eq!(answer.is_removed("configmaps", "owner"), uid(&made));
    subject.gone(&subject.here("configmaps/owned")).await;
}

/// This is why what is terminating is never sent another DELETE unless somebody asks for exactly that.
pub(super) async fn a_second_delete_in_the_background_ends_the_waiting_of_the_first(subject: &Subject) {
    held_pair(subject, true).await;
    let path = subject.here("configmaps/owner");
    subject.delete(&path).options(&policy("Foreground")).await.is(200);
    let dependant = subject.here("configmaps/owned");
    subject.once(&dependant, "it is terminating", is_terminating).await;
    subject.delete(&path).options(&policy("Background")).await.is(200);
    subject.gone(&path).await;
    assert!(subject.find(&dependant).await.is_some(), "it is held still");
    subject.release(&dependant).await;
}

pub(super) async fn a_deployment_in_the_foreground_goes_after_its_pods(subject: &Subject) {
    subject.deployed("web", 1).await;
    let path = subject.here_in("apps/v1", "deployments/web");
    subject.delete(&path).options(&policy("Foreground")).await.is(200);
    subject.gone(&path).await;
    let pods = subject.get(subject.here("pods")).await.is(200);
    let sets = subject.get(subject.here_in("apps/v1", "replicasets")).await.is(200);
    assert_eq!((&pods["items"], &sets["items"]), (&json!([]), &json!([])));
}

pub(super) async fn a_deployment_in_the_background_takes_its_pods_along(subject: &Subject) {
    let made = subject.deployed("web", 1).await;
    let path = subject.here_in("apps/v1", "deployments/web");
    assert_eq!(subject.delete(&path).of_uid(&made).await.is_removed("deployments", "web"), uid(&made));
    let pods = subject.here("pods");
    subject
        .until("no pods", async || (subject.get(&pods).await.is(200)["items"] == json!([])).then_some(()))
        .await;
}

pub(super) async fn the_replica_set_of_an_orphaning_deployment_lives_on(subject: &Subject) {
    subject.deployed("web", 1).await;
    let path = subject.here_in("apps/v1", "deployments/web");
    subject.delete(&path).options(&policy("Orphan")).await.is(200);
    subject.gone(&path).await;
    subject.a_while().await;
    let sets = subject.get(subject.here_in("apps/v1", "replicasets")).await.is(200);
    let sets = sets["items"].as_array().expect("items");
    assert_eq!(sets.len(), 1);
    assert!(!is_terminating(&sets[0]) && sets[0]["metadata"].get("ownerReferences").is_none(), "{}", sets[0]);
    let pods = subject.get(subject.here("pods")).await.is(200);
    assert_eq!(pods["items"].as_array().map(Vec::len), Some(1));
}

pub(super) async fn an_owner_with_a_finalizer_of_its_own_stays_after_what_it_owns(subject: &Subject) {
    let made = subject.create(subject.here("configmaps"), held("owner")).await;
    subject.create(subject.here("configmaps"), owned("owned", &[owner(&made)])).await;
    let path = subject.here("configmaps/owner");
    subject.delete(&path).options(&policy("Foreground")).await.is(200);
    subject.gone(&subject.here("configmaps/owned")).await;
    let left =
        subject.once(&path, "only its own is left", |owner| owner["metadata"]["finalizers"] == json!([HOLD]));
    left.await;
    subject.release(&path).await;
    subject.gone(&path).await;
}

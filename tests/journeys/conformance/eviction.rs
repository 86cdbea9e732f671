//! Deleting a pod by asking its budget first.

use serde_json::{Value, json};

use super::{
    ask::{Answer, is_terminating, uid},
    objects::{OTHER, budget, pod, stranded},
    subject::{Subject, User},
};

fn eviction(name: &str, options: &Value) -> Value {
    json!({ "apiVersion": "policy/v1", "kind": "Eviction", "metadata": { "name": name }, "deleteOptions": options })
}

async fn evict(subject: &Subject, name: &str, options: &Value) -> Answer {
    subject.post(subject.here(&format!("pods/{name}/eviction")), &eviction(name, options)).await
}

/// A pod that runs under a budget that has counted it.
async fn budgeted(subject: &Subject, min_available: u32, allowed: u32) -> Value {
    let pod = subject.running("one").await;
    let path = subject.here_in("policy/v1", "poddisruptionbudgets");
    subject.create(&path, budget("one", min_available)).await;
    let counted = |budget: &Value| {
        budget["status"]["currentHealthy"] == 1 && budget["status"]["disruptionsAllowed"] == allowed
    };
    subject.once(&format!("{path}/one"), "it is counted", counted).await;
    pod
}

pub(super) async fn a_pod_without_a_budget_is_evicted(subject: &Subject) {
    let made = subject.running("one").await;
    let options = json!({ "preconditions": { "uid": uid(&made) } });
    let said = evict(subject, "one", &options).await.is(201);
    assert_eq!(
        (&said["kind"], &said["status"], &said["code"]),
        (&json!("Status"), &json!("Success"), &json!(201))
    );
    subject.gone(&subject.here("pods/one")).await;
}

pub(super) async fn an_evicted_pod_has_its_time(subject: &Subject) {
    subject.pod(&stranded("one")).await;
    evict(subject, "one", &json!({ "gracePeriodSeconds": 9 })).await.is(201);
    let pod = subject.get(subject.here("pods/one")).await.is(200);
    assert_eq!((is_terminating(&pod), &pod["metadata"]["deletionGracePeriodSeconds"]), (true, &json!(9)));
}

pub(super) async fn a_budget_refuses_by_its_name(subject: &Subject) {
    let made = budgeted(subject, 1, 0).await;
    let answer = evict(subject, "one", &json!({})).await;
    let message = answer.is_refused(429, "TooManyRequests");
    assert_eq!(message, "Cannot evict pod as it would violate the pod's disruption budget.");
    let causes = &answer.is(429)["details"]["causes"];
    let expected = json!([{
        "reason": "DisruptionBudget",
        "message": "The disruption budget one needs 1 healthy pods and has 1 currently",
    }]);
    assert_eq!(causes, &expected);
    let pod = subject.get(subject.here("pods/one")).await.is(200);
    assert_eq!((uid(&pod), is_terminating(&pod)), (uid(&made), false));
    // It protects from evictions only.
    subject.delete(subject.here("pods/one")).of_uid(&made).await.is(200);
    subject.gone(&subject.here("pods/one")).await;
}

pub(super) async fn a_budget_allows_what_it_can_spare(subject: &Subject) {
    budgeted(subject, 0, 1).await;
    evict(subject, "one", &json!({})).await.is(201);
    subject.gone(&subject.here("pods/one")).await;
}

pub(super) async fn a_budget_says_what_it_has(subject: &Subject) {
    budgeted(subject, 1, 0).await;
    let path = subject.here_in("policy/v1", "poddisruptionbudgets/one");
    let budget = subject.get(&path).await.is(200);
    let status = &budget["status"];
    let numbers = ["currentHealthy", "desiredHealthy", "expectedPods", "disruptionsAllowed"]
        .map(|name| status[name].clone());
    assert_eq!(numbers, [json!(1), json!(1), json!(1), json!(0)]);
}

pub(super) async fn a_pod_that_does_not_run_yet_is_evicted_in_spite_of_its_budget(subject: &Subject) {
    let mut waiting = pod("one");
    waiting["spec"]["nodeSelector"] = json!({ "example.com/no-node": "has-this" });
    subject.pod(&waiting).await;
    subject.create(subject.here_in("policy/v1", "poddisruptionbudgets"), budget("one", 1)).await;
    evict(subject, "one", &json!({})).await.is(201);
    subject.gone(&subject.here("pods/one")).await;
}

pub(super) async fn a_pod_of_another_uid_is_not_evicted(subject: &Subject) {
    let made = subject.running("one").await;
    let options = json!({ "preconditions": { "uid": OTHER } });
    let message = evict(subject, "one", &options).await.is_refused(409, "Conflict");
    assert!(message.contains("UID"), "{message}");
    let pod = subject.get(subject.here("pods/one")).await.is(200);
    assert_eq!((uid(&pod), is_terminating(&pod)), (uid(&made), false));
}

pub(super) async fn a_rehearsed_eviction_evicts_nobody(subject: &Subject) {
    let made = subject.running("one").await;
    evict(subject, "one", &json!({ "dryRun": ["All"] })).await.is(201);
    let pod = subject.get(subject.here("pods/one")).await.is(200);
    assert_eq!((uid(&pod), is_terminating(&pod)), (uid(&made), false));
}

pub(super) async fn a_rehearsed_eviction_asks_the_budget(subject: &Subject) {
    budgeted(subject, 1, 0).await;
    evict(subject, "one", &json!({ "dryRun": ["All"] })).await.is_refused(429, "TooManyRequests");
}

pub(super) async fn what_is_not_there_is_not_evicted(subject: &Subject) {
    let message = evict(subject, "none", &json!({})).await.is_refused(404, "NotFound");
    assert_eq!(message, "pods \"none\" not found");
}

pub(super) async fn an_eviction_is_of_the_pod_in_its_path(subject: &Subject) {
    let made = subject.running("one").await;
    let path = subject.here("pods/one/eviction");
    subject.post(&path, &eviction("two", &json!({}))).await.is_refused(400, "BadRequest");
    assert_eq!(uid(&subject.get(subject.here("pods/one")).await.is(200)), uid(&made));
}

pub(super) async fn to_evict_needs_its_own_right(subject: &Subject) {
    subject.running("one").await;
    let path = subject.here("pods/one/eviction");
    let message =
        subject.post(&path, &eviction("one", &json!({}))).by(User::Keeper).await.is_refused(403, "Forbidden");
    let expected = "pods \"one\" is forbidden: User \"keeper\" cannot create resource \"pods/eviction\" in API group \"\"";
    assert!(message.starts_with(expected), "{message}");
}

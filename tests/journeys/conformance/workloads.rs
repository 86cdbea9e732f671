//! What brings pods about, and brings them back.

use serde_json::{Value, json};

use super::{
    ask::uid,
    objects::{deployment, job, stateful_set},
    subject::Subject,
};

/// The only object of a list, once it is so.
async fn only(subject: &Subject, path: &str, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    subject
        .until(what, async || {
            let list = subject.get(path).await.is(200);
            let items = list["items"].as_array().expect("items");
            (items.len() == 1 && is_so(&items[0])).then(|| items[0].clone())
        })
        .await
}

fn runs(pod: &Value) -> bool {
    pod["status"]["phase"] == "Running"
}

#[track_caller]
fn controller(object: &Value) -> (String, String) {
    let owners = object["metadata"]["ownerReferences"].as_array().expect("owners");
    let owner = owners.iter().find(|owner| owner["controller"] == true).expect("a controller");
    (owner["kind"].as_str().expect("a kind").to_owned(), owner["uid"].as_str().expect("a UID").to_owned())
}

async fn web(subject: &Subject) -> (Value, Value) {
    let deployments = subject.here_in("apps/v1", "deployments");
    let made = subject.create(deployments, deployment("web", 1)).await;
    let pod = only(subject, &subject.here("pods"), "its pod runs", runs).await;
    (made, pod)
}

pub(super) async fn a_deployments_pod_is_owned_through_a_replica_set(subject: &Subject) {
    let (deployment, pod) = web(subject).await;
    let sets = subject.here_in("apps/v1", "replicasets");
    let set = only(subject, &sets, "its replica set", |_| true).await;
    assert_eq!(controller(&pod), ("ReplicaSet".to_owned(), uid(&set)));
    assert_eq!(controller(&set), ("Deployment".to_owned(), uid(&deployment)));
    let prefix = format!("{}-", set["metadata"]["name"].as_str().expect("a name"));
    assert!(pod["metadata"]["name"].as_str().is_some_and(|name| name.starts_with(&prefix)), "{pod}");
}

pub(super) async fn a_deployments_pod_comes_back_under_another_name(subject: &Subject) {
    let (_, pod) = web(subject).await;
    let path = subject.here(&format!("pods/{}", pod["metadata"]["name"].as_str().expect("a name")));
    subject.delete(&path).of_uid(&pod).await.is(200);
    subject.gone(&path).await;
    let successor = only(subject, &subject.here("pods"), "another runs", runs).await;
    assert_ne!(uid(&successor), uid(&pod));
    assert_eq!(controller(&successor), controller(&pod));
}

pub(super) async fn a_deployments_replica_set_comes_back(subject: &Subject) {
    let (deployment, _) = web(subject).await;
    let sets = subject.here_in("apps/v1", "replicasets");
    let set = only(subject, &sets, "its replica set", |_| true).await;
    let path = format!("{sets}/{}", set["metadata"]["name"].as_str().expect("a name"));
    assert_eq!(subject.delete(&path).of_uid(&set).await.is(200)["details"]["uid"], uid(&set));
    let other = |found: &Value| uid(found) != uid(&set);
    let successor = only(subject, &sets, "another replica set", other).await;
    assert_eq!(controller(&successor).1, uid(&deployment));
    let pods = subject.here("pods");
    only(subject, &pods, "its pod runs", |pod| runs(pod) && controller(pod).1 == uid(&successor)).await;
}

pub(super) async fn a_stateful_sets_pod_comes_back_under_its_own_name(subject: &Subject) {
    let sets = subject.here_in("apps/v1", "statefulsets");
    let set = subject.create(sets, stateful_set("store", 1)).await;
    let path = subject.here("pods/store-0");
    let pod = subject.once(&path, "it runs", runs).await;
    assert_eq!(controller(&pod), ("StatefulSet".to_owned(), uid(&set)));
    subject.delete(&path).of_uid(&pod).await.is(200);
    let successor =
        subject.once(&path, "a namesake runs", |found| uid(found) != uid(&pod) && runs(found)).await;
    // Whoever waits for the first must not take the second for it.
    subject.delete(&path).of_uid(&pod).await.is_refused(409, "Conflict");
    assert_eq!(uid(&subject.get(&path).await.is(200)), uid(&successor));
}

pub(super) async fn a_deployment_counts_its_pods(subject: &Subject) {
    let (_, _) = web(subject).await;
    let path = subject.here_in("apps/v1", "deployments/web");
    let counted = |web: &Value| web["status"]["availableReplicas"] == 1;
    let web = subject.once(&path, "it is counted", counted).await;
    let numbers = ["replicas", "updatedReplicas", "readyReplicas"].map(|name| web["status"][name].clone());
    assert_eq!(numbers, [json!(1), json!(1), json!(1)]);
}

pub(super) async fn fewer_replicas_are_fewer_pods(subject: &Subject) {
    subject.deployed("web", 3).await;
    let path = subject.here_in("apps/v1", "deployments/web");
    subject.merge(&path, &json!({ "spec": { "replicas": 1 } })).await.is(200);
    only(subject, &subject.here("pods"), "one is left", runs).await;
    subject.once(&path, "it is counted", |web| web["status"]["replicas"] == 1).await;
}

pub(super) async fn a_job_runs_to_its_end_and_leaves_its_pod(subject: &Subject) {
    let jobs = subject.here_in("batch/v1", "jobs");
    let made = subject.create(&jobs, job("once")).await;
    let path = format!("{jobs}/once");
    let is_complete = |job: &Value| {
        let conditions = job["status"]["conditions"].as_array();
        conditions.is_some_and(|conditions| {
            conditions
                .iter()
                .any(|condition| condition["type"] == "Complete" && condition["status"] == "True")
        })
    };
    subject.once(&path, "it is complete", is_complete).await;
    let pod = only(subject, &subject.here("pods"), "its pod", |_| true).await;
    assert_eq!(
        (&pod["status"]["phase"], controller(&pod)),
        (&json!("Succeeded"), ("Job".to_owned(), uid(&made)))
    );
    subject.delete(&path).of_uid(&made).await.is(200);
    subject.gone(&path).await;
    let pods = subject.here("pods");
    subject
        .until("no pods", async || (subject.get(&pods).await.is(200)["items"] == json!([])).then_some(()))
        .await;
}

/// Which is why the policy is always said.
pub(super) async fn a_job_that_is_deleted_without_a_policy_leaves_its_pods(subject: &Subject) {
    let jobs = subject.here_in("batch/v1", "jobs");
    subject.create(&jobs, job("once")).await;
    let path = format!("{jobs}/once");
    subject.once(&path, "it is complete", |job| job["status"]["succeeded"] == 1).await;
    let pod = only(subject, &subject.here("pods"), "its pod", |_| true).await;
    let answer = subject.delete(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    subject.gone(&path).await;
    subject.a_while().await;
    let left = only(subject, &subject.here("pods"), "it is left", |_| true).await;
    assert_eq!(uid(&left), uid(&pod));
}

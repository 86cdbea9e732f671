//! The time that a pod has.

use serde_json::{Value, json};

use super::{
    ask::{is_terminating, uid, version},
    objects::{pod, stranded},
    subject::Subject,
};

fn grace(seconds: u32) -> Value {
    json!({ "gracePeriodSeconds": seconds })
}

#[track_caller]
fn seconds(object: &Value) -> i64 {
    object["metadata"]["deletionGracePeriodSeconds"]
        .as_i64()
        .unwrap_or_else(|| panic!("not terminating: {object}"))
}

/// When it is to be gone, in seconds.
fn deadline(object: &Value) -> i64 {
    let text = object["metadata"]["deletionTimestamp"].as_str().expect("a time");
    text.parse::<jiff::Timestamp>().expect("a time").as_second()
}

pub(super) async fn a_pod_has_the_time_that_it_asks_for(subject: &Subject) {
    let mut pod = stranded("one");
    pod["spec"]["terminationGracePeriodSeconds"] = json!(45);
    subject.pod(&pod).await;
    let answer = subject.delete(subject.here("pods/one")).await;
    let now = httpdate::parse_http_date(answer.header("date").expect("a date")).expect("a date");
    let now = i64::try_from(now.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs())
        .expect("seconds");
    let object = answer.is(200);
    assert_eq!(seconds(&object), 45);
    assert!((deadline(&object) - now - 45).abs() <= 2, "{object} at {now}");
}

pub(super) async fn a_delete_can_give_a_pod_another_time(subject: &Subject) {
    for name in ["one", "two"] {
        subject.pod(&stranded(name)).await;
    }
    assert_eq!(seconds(&subject.delete(subject.here("pods/one")).options(&grace(5)).await.is(200)), 5);
    let ask = subject.delete(subject.here("pods/two")).with("gracePeriodSeconds", 7);
    assert_eq!(seconds(&ask.await.is(200)), 7);
}

pub(super) async fn a_pods_time_can_only_become_shorter(subject: &Subject) {
    let path = subject.here("pods/one");
    subject.pod(&stranded("one")).await;
    let first = subject.delete(&path).options(&grace(30)).await.is(200);
    let longer = subject.delete(&path).options(&grace(60)).await.is(200);
    assert_eq!((seconds(&longer), deadline(&longer)), (30, deadline(&first)));
    let shorter = subject.delete(&path).options(&grace(10)).await.is(200);
    assert_eq!(seconds(&shorter), 10);
    assert!(deadline(&shorter) < deadline(&first));
}

pub(super) async fn a_pod_without_any_time_goes_at_once(subject: &Subject) {
    let path = subject.here("pods/one");
    let made = subject.pod(&stranded("one")).await;
    let object = subject.delete(&path).options(&grace(0)).await.is(200);
    assert_eq!(uid(&object), uid(&made));
    assert!(subject.find(&path).await.is_none());
}

pub(super) async fn a_terminating_pod_can_be_forced(subject: &Subject) {
    let path = subject.here("pods/one");
    subject.pod(&stranded("one")).await;
    subject.delete(&path).await.is(200);
    assert!(subject.find(&path).await.is_some());
    subject.delete(&path).options(&grace(0)).await.is(200);
    assert!(subject.find(&path).await.is_none());
}

pub(super) async fn a_pod_that_no_node_has_goes_at_once(subject: &Subject) {
    let mut pod = pod("one");
    pod["spec"]["nodeSelector"] = json!({ "example.com/no-node": "has-this" });
    subject.pod(&pod).await;
    subject.delete(subject.here("pods/one")).await.is(200);
    assert!(subject.find(&subject.here("pods/one")).await.is_none());
}

pub(super) async fn a_pod_that_runs_terminates_and_goes(subject: &Subject) {
    let running = subject.running("one").await;
    let ask = subject.get(subject.here("pods")).with("resourceVersion", version(&running));
    let mut watch = ask.watch().await;
    let object = subject.delete(subject.here("pods/one")).of_uid(&running).await.is(200);
    assert_eq!(seconds(&object), 30);
    let terminating = watch.once(|event| event.is("MODIFIED", "one") && is_terminating(&event.object)).await;
    assert_eq!(uid(&terminating.object), uid(&running));
    let gone = watch.once(|event| event.is("DELETED", "one")).await;
    assert_eq!(uid(&gone.object), uid(&running));
    assert!(subject.find(&subject.here("pods/one")).await.is_none());
}

pub(super) async fn other_kinds_need_no_time(subject: &Subject) {
    let made = subject.config_map("one").await;
    let answer = subject.delete(subject.here("configmaps/one")).options(&grace(60)).await;
    assert_eq!(answer.is_removed("configmaps", "one"), uid(&made));
    assert!(subject.find(&subject.here("configmaps/one")).await.is_none());
}

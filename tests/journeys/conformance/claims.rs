//! Claims and the volumes behind them.

use serde_json::{Value, json};

use super::{
    ask::{is_terminating, uid},
    objects::{claim, pod, stateful_set, volume},
    subject::Subject,
};

/// A claim `data` bound to a volume; gives the path of each.
async fn bound(subject: &Subject, reclaim: &str) -> (String, String) {
    let name = subject.named("volume");
    subject.create("/api/v1/persistentvolumes", volume(&name, reclaim)).await;
    subject.create(subject.here("persistentvolumeclaims"), claim("data", &name)).await;
    let (claim, volume) =
        (subject.here("persistentvolumeclaims/data"), format!("/api/v1/persistentvolumes/{name}"));
    let is_bound = |object: &Value| object["status"]["phase"] == "Bound";
    subject.once(&claim, "the claim is bound", is_bound).await;
    subject.once(&volume, "the volume is bound", is_bound).await;
    (claim, volume)
}

pub(super) async fn a_claim_and_its_volume_name_each_other(subject: &Subject) {
    let (claim, volume) = bound(subject, "Retain").await;
    let (claim, volume) = (subject.get(claim).await.is(200), subject.get(volume).await.is(200));
    assert_eq!(claim["spec"]["volumeName"], volume["metadata"]["name"]);
    let named = ["name", "namespace", "uid"].map(|field| volume["spec"]["claimRef"][field].clone());
    assert_eq!(named, [json!("data"), json!(subject.namespace), json!(uid(&claim))]);
    assert_eq!(claim["metadata"]["finalizers"], json!(["kubernetes.io/pvc-protection"]));
    assert_eq!(volume["metadata"]["finalizers"], json!(["kubernetes.io/pv-protection"]));
    assert_eq!(claim["status"]["capacity"], json!({ "storage": "1Gi" }));
}

pub(super) async fn a_claim_that_a_pod_uses_waits_for_the_pod(subject: &Subject) {
    let (claim, _) = bound(subject, "Retain").await;
    let mut user = pod("user");
    user["spec"]["volumes"] = json!([{ "name": "data", "persistentVolumeClaim": { "claimName": "data" } }]);
    subject.pod(&user).await;
    let pod = subject.here("pods/user");
    subject.once(&pod, "it runs", |pod| pod["status"]["phase"] == "Running").await;
    let object = subject.delete(&claim).await.is(200);
    assert!(is_terminating(&object), "{object}");
    subject.a_while().await;
    let held = subject.get(&claim).await.is(200);
    assert_eq!(held["metadata"]["finalizers"], json!(["kubernetes.io/pvc-protection"]));
    subject.delete(&pod).await.is(200);
    subject.gone(&claim).await;
}

pub(super) async fn a_claim_that_nobody_uses_goes(subject: &Subject) {
    let (claim, _) = bound(subject, "Retain").await;
    let made = subject.get(&claim).await.is(200);
    let object = subject.delete(&claim).of_uid(&made).await.is(200);
    assert_eq!(uid(&object), uid(&made));
    subject.gone(&claim).await;
}

pub(super) async fn a_volume_that_is_retained_is_released_with_its_data(subject: &Subject) {
    let (claim, volume) = bound(subject, "Retain").await;
    subject.delete(&claim).await.is(200);
    let released =
        subject.once(&volume, "it is released", |volume| volume["status"]["phase"] == "Released").await;
    assert_eq!(released["spec"]["claimRef"]["name"], "data");
    assert!(!is_terminating(&released));
}

pub(super) async fn a_volume_that_is_not_retained_goes_with_its_claim(subject: &Subject) {
    let (claim, volume) = bound(subject, "Delete").await;
    subject.delete(&claim).await.is(200);
    subject.gone(&claim).await;
    subject.gone(&volume).await;
}

pub(super) async fn a_volume_that_is_claimed_waits_for_its_claim(subject: &Subject) {
    let (claim, volume) = bound(subject, "Retain").await;
    let object = subject.delete(&volume).await.is(200);
    assert!(is_terminating(&object), "{object}");
    subject.a_while().await;
    let held = subject.get(&volume).await.is(200);
    assert_eq!(held["metadata"]["finalizers"], json!(["kubernetes.io/pv-protection"]));
    subject.delete(&claim).await.is(200);
    subject.gone(&volume).await;
}

pub(super) async fn a_volume_can_be_retained_before_its_claim_goes(subject: &Subject) {
    let (claim, volume) = bound(subject, "Delete").await;
    let retain = json!({ "spec": { "persistentVolumeReclaimPolicy": "Retain" } });
    subject.merge(&volume, &retain).await.is(200);
    subject.delete(&claim).await.is(200);
    subject.once(&volume, "it is released", |volume| volume["status"]["phase"] == "Released").await;
}

pub(super) async fn a_claim_without_a_volume_is_pending(subject: &Subject) {
    let made =
        subject.create(subject.here("persistentvolumeclaims"), claim("data", "conformance-no-volume")).await;
    assert_eq!(made["status"]["phase"], "Pending");
    subject.delete(subject.here("persistentvolumeclaims/data")).of_uid(&made).await.is(200);
    subject.gone(&subject.here("persistentvolumeclaims/data")).await;
}

pub(super) async fn a_stateful_set_leaves_its_claims_behind(subject: &Subject) {
    let name = subject.named("volume");
    subject.create("/api/v1/persistentvolumes", volume(&name, "Retain")).await;
    let mut set = stateful_set("store", 1);
    set["spec"]["volumeClaimTemplates"] = json!([claim("data", &name)]);
    let sets = subject.here_in("apps/v1", "statefulsets");
    let made = subject.create(&sets, set).await;
    let path = format!("{sets}/store");
    subject.once(&path, "it runs", |set| set["status"]["readyReplicas"] == 1).await;
    let claim = subject.here("persistentvolumeclaims/data-store-0");
    let before = subject.get(&claim).await.is(200);
    subject.delete(&path).of_uid(&made).await.is_removed("statefulsets", "store");
    subject.gone(&subject.here("pods/store-0")).await;
    let after = subject.get(&claim).await.is(200);
    assert_eq!((uid(&after), is_terminating(&after)), (uid(&before), false));
}

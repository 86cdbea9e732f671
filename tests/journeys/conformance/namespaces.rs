//! Namespaces and what is in them.

use serde_json::{Value, json};

use super::{
    ask::{is_terminating, uid, version},
    objects::{HOLD, config_map, held},
    subject::{Subject, User},
};

fn own(subject: &Subject) -> String {
    format!("/api/v1/namespaces/{}", subject.namespace)
}

/// The status of a condition.
fn condition<'a>(namespace: &'a Value, kind: &str) -> Option<&'a Value> {
    namespace["status"]["conditions"].as_array()?.iter().find(|condition| condition["type"] == kind)
}

pub(super) async fn a_new_namespace_is_active_and_held_by_its_content(subject: &Subject) {
    let namespace = subject.get(own(subject)).await.is(200);
    assert_eq!(namespace["status"]["phase"], "Active");
    assert_eq!(namespace["spec"]["finalizers"], json!(["kubernetes"]));
    assert_eq!(namespace["metadata"]["labels"]["kubernetes.io/metadata.name"], subject.namespace);
}

pub(super) async fn a_namespace_goes_after_everything_in_it(subject: &Subject) {
    subject.running("pod").await;
    let one = subject.secret("one").await;
    let mut watch = subject.get(subject.here("secrets")).with("resourceVersion", version(&one)).watch().await;
    let made = subject.get(own(subject)).await.is(200);
    let object = subject.delete(own(subject)).of_uid(&made).await.is(200);
    assert_eq!((&object["kind"], uid(&object)), (&json!("Namespace"), uid(&made)));
    assert!(is_terminating(&object), "{object}");
    assert_eq!(object["status"]["phase"], "Terminating");
    let gone = watch.once(|event| event.is("DELETED", "one")).await;
    assert_eq!(uid(&gone.object), uid(&one));
    subject.gone(&own(subject)).await;
    for plural in ["secrets", "pods", "configmaps"] {
        assert_eq!(subject.get(subject.here(plural)).await.is(200)["items"], json!([]));
    }
}

pub(super) async fn a_namespace_says_what_holds_it(subject: &Subject) {
    subject.create(subject.here("configmaps"), held("one")).await;
    subject.delete(own(subject)).await.is(200);
    let says = |namespace: &Value| {
        condition(namespace, "NamespaceFinalizersRemaining")
            .is_some_and(|condition| condition["status"] == "True")
    };
    let namespace = subject.once(&own(subject), "it says what holds it", says).await;
    let message = |kind: &str| {
        let condition = condition(&namespace, kind).unwrap_or_else(|| panic!("{kind}: {namespace}"));
        assert_eq!(condition["status"], "True", "{condition}");
        condition["message"].as_str().expect("a message").to_owned()
    };
    let expected =
        format!("Some content in the namespace has finalizers remaining: {HOLD} in 1 resource instances");
    assert_eq!(message("NamespaceFinalizersRemaining"), expected);
    let expected = "Some resources are remaining: configmaps. has 1 resource instances";
    assert_eq!(message("NamespaceContentRemaining"), expected);
    for kind in ["NamespaceDeletionDiscoveryFailure", "NamespaceDeletionContentFailure"] {
        assert_eq!(condition(&namespace, kind).expect("a condition")["status"], "False", "{namespace}");
    }
    subject.release(&subject.here("configmaps/one")).await;
    subject.gone(&own(subject)).await;
}

pub(super) async fn nothing_new_comes_into_a_terminating_namespace(subject: &Subject) {
    subject.create(subject.here("configmaps"), held("one")).await;
    subject.delete(own(subject)).await.is(200);
    let answer = subject
        .until("the server knows that it is terminating", async || {
            let answer =
                subject.post(subject.here("configmaps"), &config_map("two")).with("dryRun", "All").await;
            (answer.status != 201).then_some(answer)
        })
        .await;
    let message = answer.is_refused(403, "Forbidden");
    let expected = format!(
        "configmaps \"two\" is forbidden: unable to create new content in namespace {} because it is being terminated",
        subject.namespace
    );
    assert_eq!(message, expected);
    assert_eq!(answer.is(403)["details"]["causes"][0]["reason"], "NamespaceTerminating");
    subject.release(&subject.here("configmaps/one")).await;
}

pub(super) async fn a_terminating_namespace_can_be_deleted_again(subject: &Subject) {
    subject.create(subject.here("configmaps"), held("one")).await;
    let made = subject.get(own(subject)).await.is(200);
    let first = subject.delete(own(subject)).of_uid(&made).await.is(200);
    let second = subject.delete(own(subject)).of_uid(&made).await.is(200);
    assert_eq!(uid(&second), uid(&made));
    assert_eq!(second["metadata"]["deletionTimestamp"], first["metadata"]["deletionTimestamp"]);
    subject.release(&subject.here("configmaps/one")).await;
}

pub(super) async fn a_namespace_that_is_gone_can_be_made_again(subject: &Subject) {
    let other = subject.named("other");
    let made = subject.create("/api/v1/namespaces", json!({ "metadata": { "name": other } })).await;
    let path = format!("/api/v1/namespaces/{other}");
    subject.delete(&path).of_uid(&made).await.is(200);
    subject.gone(&path).await;
    let again = subject.create("/api/v1/namespaces", json!({ "metadata": { "name": other } })).await;
    assert_ne!(uid(&again), uid(&made));
}

pub(super) async fn the_namespaces_of_the_cluster_itself_are_not_deleted(subject: &Subject) {
    for name in ["default", "kube-system", "kube-public"] {
        for options in [json!({ "dryRun": ["All"] }), json!({})] {
            let answer = subject.delete(format!("/api/v1/namespaces/{name}")).options(&options).await;
            let message = answer.is_refused(403, "Forbidden");
            assert_eq!(
                message,
                format!("namespaces \"{name}\" is forbidden: this namespace may not be deleted")
            );
        }
    }
}

pub(super) async fn a_cluster_is_known_by_the_uid_of_kube_system(subject: &Subject) {
    let path = "/api/v1/namespaces/kube-system";
    let first = subject.get(path).by(User::Viewer).accept(super::ask::METADATA).await.is(200);
    let second = subject.get(path).await.is(200);
    assert_eq!(uid(&first), uid(&second));
}

//! Choosing among objects.

use serde_json::json;

use super::{
    ask::names,
    objects::{pod, role, stranded},
    subject::Subject,
};

async fn chosen(subject: &Subject, selector: &str) -> Vec<String> {
    let ask = subject.get(subject.here("secrets")).with("labelSelector", selector);
    names(&ask.await.is(200))
}

/// `red-big`, `red`, `blue`, and `plain` without labels.
async fn colours(subject: &Subject) {
    for (name, labels) in [
        ("red-big", json!({ "colour": "red", "size": "big" })),
        ("red", json!({ "colour": "red" })),
        ("blue", json!({ "colour": "blue" })),
        ("plain", json!({})),
    ] {
        let secret = json!({ "metadata": { "name": name, "labels": labels } });
        subject.create(subject.here("secrets"), secret).await;
    }
}

pub(super) async fn labels_are_chosen_by_equality(subject: &Subject) {
    colours(subject).await;
    assert_eq!(chosen(subject, "colour=red").await, ["red", "red-big"]);
    assert_eq!(chosen(subject, "colour==red").await, ["red", "red-big"]);
    assert_eq!(chosen(subject, "colour=red,size=big").await, ["red-big"]);
    assert_eq!(chosen(subject, "colour=green").await, [""; 0]);
}

pub(super) async fn a_label_that_is_missing_is_unequal_to_everything(subject: &Subject) {
    colours(subject).await;
    assert_eq!(chosen(subject, "colour!=red").await, ["blue", "plain"]);
    assert_eq!(chosen(subject, "colour notin (red, blue)").await, ["plain"]);
}

pub(super) async fn labels_are_chosen_by_sets_and_by_being_there(subject: &Subject) {
    colours(subject).await;
    assert_eq!(chosen(subject, "colour in (red, blue)").await, ["blue", "red", "red-big"]);
    assert_eq!(chosen(subject, "size").await, ["red-big"]);
    assert_eq!(chosen(subject, "!size").await, ["blue", "plain", "red"]);
    assert_eq!(chosen(subject, "colour,!size").await, ["blue", "red"]);
}

pub(super) async fn a_selector_that_cannot_be_read_is_refused(subject: &Subject) {
    let answer = subject.get(subject.here("secrets")).with("labelSelector", "colour in red").await;
    let message = answer.is_refused(400, "BadRequest");
    assert!(message.contains("unable to parse requirement"), "{message}");
}

pub(super) async fn an_object_is_chosen_by_its_name(subject: &Subject) {
    colours(subject).await;
    let ask = async |selector: &str| {
        names(&subject.get(subject.here("secrets")).with("fieldSelector", selector).await.is(200))
    };
    assert_eq!(ask("metadata.name=red").await, ["red"]);
    assert_eq!(ask("metadata.name!=red").await, ["blue", "plain", "red-big"]);
    let both = format!("metadata.namespace={},metadata.name=blue", subject.namespace);
    assert_eq!(ask(&both).await, ["blue"]);
}

pub(super) async fn a_name_with_signs_of_the_selector_is_escaped(subject: &Subject) {
    let path = subject.here_in("rbac.authorization.k8s.io/v1", "roles");
    for name in ["a=b", "a,b", "a\\b", "a"] {
        subject.create(&path, role(name, &json!([]))).await;
    }
    for (escaped, name) in [("a\\=b", "a=b"), ("a\\,b", "a,b"), ("a\\\\b", "a\\b")] {
        let ask = subject.get(&path).with("fieldSelector", format!("metadata.name={escaped}"));
        assert_eq!(names(&ask.await.is(200)), [name]);
    }
}

pub(super) async fn pods_are_chosen_by_node_and_phase(subject: &Subject) {
    subject.pod(&stranded("stranded")).await;
    subject.running("running").await;
    let ask = async |selector: &str| {
        names(&subject.get(subject.here("pods")).with("fieldSelector", selector).await.is(200))
    };
    assert_eq!(ask("spec.nodeName=nowhere").await, ["stranded"]);
    assert_eq!(ask("status.phase=Running").await, ["running"]);
    assert_eq!(ask("status.phase!=Running,status.phase!=Succeeded").await, ["stranded"]);
}

pub(super) async fn a_field_that_the_server_does_not_know_is_refused(subject: &Subject) {
    subject.pod(&pod("one")).await;
    for plural in ["pods", "secrets"] {
        let answer = subject.get(subject.here(plural)).with("fieldSelector", "spec.colour=red").await;
        let message = answer.is_refused(400, "BadRequest");
        assert!(message.contains("spec.colour"), "{message}");
    }
}

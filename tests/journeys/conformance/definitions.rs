//! Kinds that are defined while the server runs.

use serde_json::{Value, json};

use super::{
    ask::{TABLE, cell, columns, is_terminating, names, uid, version},
    objects::{Definition, HOLD},
    subject::{Subject, User},
};

pub(super) async fn a_definition_is_established_and_accepted(subject: &Subject) {
    let definition = Definition::make(subject).await;
    let holds = |found: &Value, kind: &str| {
        let conditions = found["status"]["conditions"].as_array();
        conditions.is_some_and(|conditions| {
            conditions.iter().any(|condition| condition["type"] == kind && condition["status"] == "True")
        })
    };
    let both = |found: &Value| holds(found, "Established") && holds(found, "NamesAccepted");
    let found = subject.once(&definition.path, "it is established", both).await;
    assert_eq!(found["status"]["acceptedNames"]["kind"], "Sprout");
}

pub(super) async fn an_object_of_a_defined_kind_is_like_any_other(subject: &Subject) {
    let definition = Definition::make(subject).await;
    let made = subject.create(definition.here(subject, ""), definition.sprout("one")).await;
    assert_eq!((&made["kind"], &made["spec"]["plants"]), (&json!("Sprout"), &json!(12)));
    let list = subject.get(definition.all()).await.is(200);
    assert_eq!((&list["kind"], names(&list)), (&json!("SproutList"), vec!["one".to_owned()]));
    let answer = subject.get(definition.here(subject, "/none")).await;
    let expected = format!("sprouts.{} \"none\" not found", definition.group);
    assert_eq!(answer.is_refused(404, "NotFound"), expected);
    let answer = subject.delete(definition.here(subject, "/one")).of_uid(&made).await;
    assert_eq!(answer.is_removed("sprouts", "one"), uid(&made));
}

pub(super) async fn a_defined_kind_is_printed_in_the_columns_of_its_definition(subject: &Subject) {
    let definition = Definition::make(subject).await;
    subject.create(definition.here(subject, ""), definition.sprout("one")).await;
    let table = subject.get(definition.here(subject, "")).accept(TABLE).await.is(200);
    let expected = [("Name", 0), ("Crop", 0), ("Plants", 0), ("Gardener", 1), ("Age", 0)];
    assert_eq!(columns(&table), expected.map(|(name, priority)| (name.to_owned(), priority)));
    let printed = ["Name", "Crop", "Plants", "Gardener"].map(|column| cell(&table, 0, column).clone());
    assert_eq!(printed, [json!("one"), json!("cress"), json!(12), json!("Ada")]);
}

pub(super) async fn objects_go_with_their_definition(subject: &Subject) {
    let definition = Definition::make(subject).await;
    let made = subject.create(definition.here(subject, ""), definition.sprout("one")).await;
    let ask = subject.get(definition.all()).with("resourceVersion", version(&made));
    let mut watch = ask.watch().await;
    let found = subject.get(&definition.path).await.is(200);
    let object = subject.delete(&definition.path).of_uid(&found).await.is(200);
    assert_eq!((&object["kind"], uid(&object)), (&json!("CustomResourceDefinition"), uid(&found)));
    assert!(is_terminating(&object), "{object}");
    assert_eq!(object["metadata"]["finalizers"], json!(["customresourcecleanup.apiextensions.k8s.io"]));
    let gone = watch.once(|event| event.is("DELETED", "one")).await;
    assert_eq!(uid(&gone.object), uid(&made));
    subject.gone(&definition.path).await;
    subject
        .until("it is not served", async || {
            let answer = subject.get(definition.all()).await;
            (answer.status == 404 && answer.text().trim() == "404 page not found").then_some(())
        })
        .await;
}

pub(super) async fn a_definition_waits_for_an_object_that_is_held(subject: &Subject) {
    let definition = Definition::make(subject).await;
    let mut sprout = definition.sprout("one");
    sprout["metadata"]["finalizers"] = json!([HOLD]);
    subject.create(definition.here(subject, ""), sprout).await;
    subject.delete(&definition.path).await.is(200);
    let path = definition.here(subject, "/one");
    subject.once(&path, "it is terminating", is_terminating).await;
    subject.a_while().await;
    assert!(subject.find(&definition.path).await.is_some(), "it waits");
    subject.release(&path).await;
    subject.gone(&definition.path).await;
}

pub(super) async fn a_group_says_who_serves_it(subject: &Subject) {
    let definition = Definition::make(subject).await;
    let services = "/apis/apiregistration.k8s.io/v1/apiservices";
    let path = format!("{services}/v1.{}", definition.group);
    let own = subject.once(&path, "it is registered", |_| true).await;
    let built_in = subject.get(format!("{services}/v1.apps")).by(User::Viewer).await.is(200);
    for service in [own, built_in] {
        assert!(
            service["spec"].get("service").is_none_or(Value::is_null),
            "kube-apiserver itself: {service}"
        );
    }
    subject.get(format!("{services}/v1.nowhere.example.com")).await.is_refused(404, "NotFound");
}

pub(super) async fn a_rehearsed_delete_of_a_definition_deletes_nothing(subject: &Subject) {
    let definition = Definition::make(subject).await;
    let made = subject.create(definition.here(subject, ""), definition.sprout("one")).await;
    let found = subject.get(&definition.path).await.is(200);
    let options = json!({ "dryRun": ["All"], "preconditions": { "uid": uid(&found) } });
    subject.delete(&definition.path).options(&options).await.is(200);
    subject.a_while().await;
    assert!(!is_terminating(&subject.get(&definition.path).await.is(200)));
    assert_eq!(uid(&subject.get(definition.here(subject, "/one")).await.is(200)), uid(&made));
}

pub(super) async fn a_defined_kind_is_told_of_as_any_other(subject: &Subject) {
    let definition = Definition::make(subject).await;
    let made = subject.create(definition.here(subject, ""), definition.sprout("one")).await;
    let ask = subject.get(definition.all()).with("resourceVersion", version(&made)).accept(TABLE);
    let mut watch = ask.watch().await;
    subject.merge(definition.here(subject, "/one"), &json!({ "spec": { "plants": 13 } })).await.is(200);
    let event = watch.next().await.expect("an event");
    assert_eq!((&*event.kind, cell(&event.object, 0, "Plants")), ("MODIFIED", &json!(13)));
}

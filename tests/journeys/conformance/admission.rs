//! What policies and webhooks forbid.

use serde_json::{Value, json};

use super::{
    ask::{Answer, uid},
    objects::{config_map, labelled},
    subject::Subject,
};

const REGISTRATION: &str = "/apis/admissionregistration.k8s.io/v1";

/// A policy over the ConfigMaps of the behaviour's namespace that are labelled `kept: "yes"`.
async fn policy(subject: &Subject, operation: &str, validation: Value, action: &str) -> String {
    let name = subject.named("keeps");
    let policy = json!({
        "metadata": { "name": name },
        "spec": {
            "matchConstraints": {
                "resourceRules": [{
                    "apiGroups": [""], "apiVersions": ["v1"], "operations": [operation], "resources": ["configmaps"],
                }],
                "objectSelector": { "matchLabels": { "kept": "yes" } },
                "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": subject.namespace } },
            },
            "validations": [validation],
        },
    });
    subject.create(format!("{REGISTRATION}/validatingadmissionpolicies"), policy).await;
    let binding = json!({
        "metadata": { "name": name }, "spec": { "policyName": name, "validationActions": [action] },
    });
    subject.create(format!("{REGISTRATION}/validatingadmissionpolicybindings"), binding).await;
    name
}

/// Rehearses to delete `configmaps/one` until the answer is so: policies are known a moment after they were made.
async fn rehearsed(subject: &Subject, is_so: impl Fn(&Answer) -> bool) -> Answer {
    let path = subject.here("configmaps/one");
    subject
        .until("the policy is known", async || {
            let answer = subject.delete(&path).options(&json!({ "dryRun": ["All"] })).await;
            is_so(&answer).then_some(answer)
        })
        .await
}

async fn kept(subject: &Subject) -> Value {
    subject.create(subject.here("configmaps"), labelled("one", &json!({ "kept": "yes" }))).await
}

pub(super) async fn a_policy_refuses_by_its_name_and_in_its_words(subject: &Subject) {
    let made = kept(subject).await;
    let validation = json!({ "expression": "false", "message": "keep your hands off" });
    let name = policy(subject, "DELETE", validation, "Deny").await;
    let answer = rehearsed(subject, |answer| answer.status != 200).await;
    let message = answer.is_refused(422, "Invalid");
    let expected = format!(
        "configmaps \"one\" is forbidden: ValidatingAdmissionPolicy '{name}' with binding '{name}' denied request: \
         keep your hands off"
    );
    assert_eq!(message, expected);
    let path = subject.here("configmaps/one");
    let real = subject.delete(&path).of_uid(&made).await;
    assert_eq!(real.is_refused(422, "Invalid"), message, "a rehearsal says what the DELETE does");
    assert!(subject.find(&path).await.is_some());
}

pub(super) async fn a_policy_refuses_for_its_own_reason(subject: &Subject) {
    kept(subject).await;
    let validation = json!({ "expression": "false", "message": "not you", "reason": "Forbidden" });
    policy(subject, "DELETE", validation, "Deny").await;
    let answer = rehearsed(subject, |answer| answer.status != 200).await;
    assert!(answer.is_refused(403, "Forbidden").ends_with("denied request: not you"), "{}", answer.text());
}

pub(super) async fn a_policy_that_is_content_refuses_nothing(subject: &Subject) {
    let made = kept(subject).await;
    let validation = json!({ "expression": "true", "message": "never said" });
    policy(subject, "DELETE", validation, "Deny").await;
    subject.a_while().await;
    let answer = subject.delete(subject.here("configmaps/one")).of_uid(&made).await;
    assert_eq!(answer.is_removed("configmaps", "one"), uid(&made));
}

pub(super) async fn a_policy_does_not_look_at_what_it_does_not_choose(subject: &Subject) {
    kept(subject).await;
    let other = subject.config_map("other").await;
    policy(subject, "DELETE", json!({ "expression": "false", "message": "no" }), "Deny").await;
    rehearsed(subject, |answer| answer.status != 200).await.is_refused(422, "Invalid");
    subject.delete(subject.here("configmaps/other")).of_uid(&other).await.is_removed("configmaps", "other");
    let secret = json!({ "metadata": { "name": "one", "labels": { "kept": "yes" } } });
    let secret = subject.create(subject.here("secrets"), secret).await;
    subject.delete(subject.here("secrets/one")).of_uid(&secret).await.is_removed("secrets", "one");
}

pub(super) async fn a_policy_that_only_warns_says_so_beside_the_answer(subject: &Subject) {
    kept(subject).await;
    let validation = json!({ "expression": "false", "message": "are you sure" });
    let name = policy(subject, "DELETE", validation, "Warn").await;
    let answer = rehearsed(subject, |answer| answer.header("warning").is_some()).await;
    let expected = format!(
        "299 - \"Validation failed for ValidatingAdmissionPolicy '{name}' with binding '{name}': are you sure\""
    );
    assert_eq!(answer.header("warning"), Some(&*expected));
    answer.is_removed("configmaps", "one");
    subject.delete(subject.here("configmaps/one")).await.is_removed("configmaps", "one");
}

pub(super) async fn a_policy_can_refuse_what_is_created(subject: &Subject) {
    policy(subject, "CREATE", json!({ "expression": "false", "message": "no more of these" }), "Deny").await;
    let one = labelled("one", &json!({ "kept": "yes" }));
    let answer = subject
        .until("the policy is known", async || {
            let answer = subject.post(subject.here("configmaps"), &one).with("dryRun", "All").await;
            (answer.status != 201).then_some(answer)
        })
        .await;
    assert!(
        answer.is_refused(422, "Invalid").ends_with("denied request: no more of these"),
        "{}",
        answer.text()
    );
    subject.post(subject.here("configmaps"), &one).await.is_refused(422, "Invalid");
    subject.post(subject.here("configmaps"), &config_map("other")).await.is(201);
}

pub(super) async fn a_policy_that_is_deleted_refuses_nothing(subject: &Subject) {
    kept(subject).await;
    let name = policy(subject, "DELETE", json!({ "expression": "false", "message": "no" }), "Deny").await;
    rehearsed(subject, |answer| answer.status != 200).await;
    let path = format!("{REGISTRATION}/validatingadmissionpolicybindings/{name}");
    subject.delete(path).await.is_removed("validatingadmissionpolicybindings", &name);
    rehearsed(subject, |answer| answer.status == 200).await.is_removed("configmaps", "one");
}

async fn refused_by_label(subject: &Subject, value: &str) -> Answer {
    let labels = json!({ "secateur.test/refuse": value });
    let made = subject.create(subject.here("configmaps"), labelled("one", &labels)).await;
    let path = subject.here("configmaps/one");
    let dry = json!({ "dryRun": ["All"], "preconditions": { "uid": uid(&made) } });
    let rehearsed = subject.delete(&path).options(&dry).await;
    let real = subject.delete(&path).of_uid(&made).await;
    assert_eq!(real.text(), rehearsed.text(), "a rehearsal says what the DELETE does");
    assert!(subject.find(&path).await.is_some());
    real
}

pub(super) async fn a_webhook_refuses_by_its_name_and_in_its_words(subject: &Subject) {
    let answer = refused_by_label(subject, "true").await;
    assert_eq!(answer.status, 403, "{}", answer.text());
    let expected = "admission webhook \"refusing.plane.example.com\" denied the request: one is to be kept";
    assert_eq!(answer.is(403)["message"], expected);
}

pub(super) async fn a_webhook_may_refuse_with_any_status(subject: &Subject) {
    let answer = refused_by_label(subject, "401").await;
    let said = answer.is(401);
    let expected = "admission webhook \"refusing.plane.example.com\" denied the request: one is to be kept";
    assert_eq!((&said["message"], &said["code"]), (&json!(expected), &json!(401)));
}

pub(super) async fn a_webhook_that_knows_no_dry_runs_stops_a_rehearsal_only(subject: &Subject) {
    let labels = json!({ "secateur.test/unrehearsed": "x" });
    let made = subject.create(subject.here("configmaps"), labelled("one", &labels)).await;
    let path = subject.here("configmaps/one");
    let message =
        subject.delete(&path).options(&json!({ "dryRun": ["All"] })).await.is_refused(400, "BadRequest");
    assert_eq!(message, "admission webhook \"unrehearsed.plane.example.com\" does not support dry run");
    let answer = subject.delete(&path).of_uid(&made).await;
    assert_eq!(answer.is_removed("configmaps", "one"), uid(&made));
}

/// A webhook at which nobody listens, for the ConfigMaps of the behaviour's namespace.
async fn unreachable(subject: &Subject, failure_policy: &str) -> String {
    let name = subject.named("unreachable.example.com");
    let configuration = json!({
        "metadata": { "name": name },
        "webhooks": [{
            "name": name, "admissionReviewVersions": ["v1"], "sideEffects": "None", "failurePolicy": failure_policy,
            "timeoutSeconds": 1,
            "clientConfig": { "url": "https://127.0.0.1:1/" },
            "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": subject.namespace } },
            "rules": [{
                "apiGroups": [""], "apiVersions": ["v1"], "operations": ["DELETE"], "resources": ["configmaps"],
            }],
        }],
    });
    subject.create(format!("{REGISTRATION}/validatingwebhookconfigurations"), configuration).await;
    name
}

pub(super) async fn a_webhook_that_does_not_answer_lets_nothing_through(subject: &Subject) {
    let made = subject.config_map("one").await;
    let name = unreachable(subject, "Fail").await;
    rehearsed(subject, |answer| answer.status != 200).await;
    let answer = subject.delete(subject.here("configmaps/one")).of_uid(&made).await;
    let message = answer.is_refused(500, "InternalError");
    let expected =
        format!("Internal error occurred: failed calling webhook \"{name}\": failed to call webhook: ");
    assert!(message.starts_with(&expected), "{message}");
    assert!(subject.find(&subject.here("configmaps/one")).await.is_some());
    subject.delete(format!("{REGISTRATION}/validatingwebhookconfigurations/{name}")).await.is(200);
}

pub(super) async fn a_webhook_that_may_fail_stops_nothing(subject: &Subject) {
    let made = subject.config_map("one").await;
    let name = unreachable(subject, "Ignore").await;
    subject.a_while().await;
    let answer = subject.delete(subject.here("configmaps/one")).of_uid(&made).await;
    assert_eq!(answer.is_removed("configmaps", "one"), uid(&made));
    subject.delete(format!("{REGISTRATION}/validatingwebhookconfigurations/{name}")).await.is(200);
}

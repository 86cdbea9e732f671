//! The rules of the garden.

use std::sync::Arc;

use super::*;
use crate::seeds;

fn garden() -> State {
    let [production, _] = seeds::gardens();
    production.state(1_790_000_000_000, 1, None)
}

/// Tries to delete a ConfigMap.
fn delete(namespace: &str, name: &str, is_dry_run: bool) -> Result<(), Refusal> {
    let state = garden();
    let (Some(kind), Some(object)) =
        (state.kinds.get("configmaps").map(Arc::clone), state.get("configmaps", namespace, name))
    else {
        panic!("no ConfigMap {namespace}/{name}")
    };
    let attempt = Attempt {
        operation: Operation::Delete,
        kind: &kind,
        subresource: "",
        namespace,
        name,
        old: Some(object),
        new: None,
        is_dry_run,
    };
    review(&state, &attempt).map(|_| ())
}

fn said(outcome: Result<(), Refusal>) -> (u16, String) {
    outcome.err().map(|refusal| (refusal.code, refusal.message)).unwrap_or_default()
}

#[test]
fn what_no_rule_is_about_may_go() {
    assert_eq!(delete("shop", "summer-sale-banner", false), Ok(()));
}

#[test]
fn the_policy_names_itself() {
    let (code, message) = said(delete("shop", "price-list", true));
    assert_eq!(code, 422);
    assert!(
        message.starts_with(
            "configmaps \"price-list\" is forbidden: ValidatingAdmissionPolicy 'keep-what-is-marked' with binding \
             'keep-what-is-marked' denied request: it is marked"
        ),
        "{message}"
    );
}

#[test]
fn a_webhook_refuses_by_its_name() {
    let expected = "admission webhook \"hold.audit.example.com\" denied the request: tariffs-2025 is under audit until \
                    the year is closed";
    assert_eq!(said(delete("payments", "tariffs-2025", true)), (403, expected.to_owned()));
}

#[test]
fn a_webhook_that_does_not_answer_stops_everything() {
    let (code, message) = said(delete("payments", "exchange-rates", false));
    assert_eq!(code, 500);
    assert!(
        message.starts_with("Internal error occurred: failed calling webhook \"checked.rates.example.com\"")
    );
}

#[test]
fn a_webhook_without_dry_runs_stops_the_rehearsal_alone() {
    let expected = "admission webhook \"noted.ledger.example.com\" does not support dry run";
    assert_eq!(said(delete("payments", "card-networks", true)), (400, expected.to_owned()));
    assert_eq!(delete("payments", "card-networks", false), Ok(()));
}

#[test]
fn nothing_is_created_in_a_namespace_that_terminates_or_is_not_there() {
    let state = garden();
    let Some(kind) = state.kinds.get("configmaps").map(Arc::clone) else { panic!("no ConfigMaps") };
    let create = |namespace| {
        let attempt = Attempt {
            operation: Operation::Create,
            kind: &kind,
            subresource: "",
            namespace,
            name: "one",
            old: None,
            new: None,
            is_dry_run: false,
        };
        said(review(&state, &attempt).map(|_| ()))
    };
    let expected = "configmaps \"one\" is forbidden: unable to create new content in namespace allotment because it \
                    is being terminated";
    assert_eq!(create("allotment"), (403, expected.to_owned()));
    assert_eq!(create("nowhere"), (404, "namespaces \"nowhere\" not found".to_owned()));
    assert_eq!(create("shop"), (0, String::new()));
}

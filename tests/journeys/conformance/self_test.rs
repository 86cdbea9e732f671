//! The suite itself: it fails when practice is broken on purpose, and only then.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use http::Method;
use serde_json::{Value, json};

use super::{BEHAVIOURS, on_practice_by};
use crate::support::scripted::{Does, Otherwise, Rule, Scripted};

/// The behaviours that fail on practice where its DELETEs are changed on their way.
fn failing(change: Option<Otherwise>) -> Vec<&'static str> {
    let fails = |(name, behaviour): &(&'static str, super::Behaviour)| {
        let rule = change.map(|change| Rule::new(Does::ChangeRequest(change)).of(Method::DELETE, "/**"));
        let run = AssertUnwindSafe(|| {
            on_practice_by(|way| Arc::new(Scripted::new(way, rule)), behaviour);
        });
        catch_unwind(run).is_err().then_some(*name)
    };
    BEHAVIOURS.iter().filter_map(fails).collect()
}

/// That all of these fail, and that not everything does: it is the behaviours that find it.
#[track_caller]
fn are_among(expected: &[&str], failing: &[&str]) {
    let known = |name: &&str| BEHAVIOURS.iter().any(|(behaviour, _)| behaviour == name);
    assert!(expected.iter().all(known), "every one is a behaviour");
    let missed: Vec<_> = expected.iter().filter(|name| !failing.contains(name)).collect();
    assert!(missed.is_empty(), "not found by {missed:?}, but by {failing:?}");
    assert!(failing.len() < BEHAVIOURS.len() / 2, "nearly everything fails: {failing:?}");
}

fn without(pairs: &mut Vec<(String, String)>, body: &mut Value, in_query: &[&str], in_body: &str) {
    pairs.retain(|(key, _)| !in_query.contains(&&**key));
    if let Some(options) = body.as_object_mut() {
        options.remove(in_body);
    }
}

#[test]
fn practice_as_it_is_fails_nowhere() {
    assert_eq!(failing(None), [""; 0]);
}

#[test]
fn practice_that_ignores_preconditions_is_found_out() {
    let failing =
        failing(Some(|pairs, body| without(pairs, body, &["uid", "resourceVersion"], "preconditions")));
    let expected = [
        "another_uid_is_not_deleted",
        "a_namesake_is_not_deleted_in_its_predecessors_place",
        "a_uid_in_the_query_counts_where_there_is_no_body",
        "a_pod_of_another_uid_is_not_begun_with",
        "a_namespace_of_another_uid_is_not_deleted",
        "a_definition_of_another_uid_is_not_deleted",
        "a_rehearsed_delete_of_another_uid_is_refused",
        "what_has_changed_is_not_deleted_where_it_must_not_have",
    ];
    are_among(&expected, &failing);
}

#[test]
fn practice_whose_rehearsals_delete_is_found_out() {
    let failing = failing(Some(|pairs, body| without(pairs, body, &["dryRun"], "dryRun")));
    let expected = [
        "a_rehearsed_delete_is_answered_as_the_real_one_and_deletes_nothing",
        "a_rehearsal_by_its_body_alone_is_one",
        "a_rehearsal_by_its_query_alone_is_one",
        "a_rehearsed_delete_of_a_pod_does_not_begin_it",
        "a_rehearsed_delete_of_a_namespace_leaves_it_active",
        "a_rehearsed_delete_of_a_definition_deletes_nothing",
        "nobody_is_told_of_a_rehearsal",
    ];
    are_among(&expected, &failing);
}

#[test]
fn practice_that_takes_nothing_along_is_found_out() {
    let failing = failing(Some(|pairs, body| {
        let policy = "propagationPolicy";
        without(pairs, body, &[policy], policy);
        if body.is_null() {
            pairs.push((policy.to_owned(), "Orphan".to_owned()));
        } else {
            body[policy] = json!("Orphan");
        }
    }));
    let expected = [
        "in_the_background_the_owner_goes_at_once_and_what_it_owns_later",
        "in_the_foreground_the_owner_waits_for_what_it_owns",
        "what_nobody_asked_for_is_the_background",
        "what_is_owned_by_what_is_owned_goes_too",
        "a_deployment_in_the_background_takes_its_pods_along",
        "a_job_runs_to_its_end_and_leaves_its_pod",
    ];
    are_among(&expected, &failing);
}

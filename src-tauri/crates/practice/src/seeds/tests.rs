//! What the clusters are at first.

use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::{controllers::is_ready, state::milliseconds};

const NOW_MS: u64 = 1_790_000_000_000;

fn production() -> State {
    let [production, _] = gardens();
    production.state(NOW_MS, 1, None)
}

fn one<'a>(state: &'a State, kind: &str, namespace: &str, name: &str) -> &'a Arc<Value> {
    state.get(kind, namespace, name).unwrap_or_else(|| panic!("no {kind} {namespace}/{name}"))
}

#[test]
fn everything_in_the_files_is_planted_once() {
    let files = [include_str!("fresh.yaml"), include_str!("bare.yaml"), include_str!("garden.yaml")];
    for text in files {
        let read: Result<Vec<Value>, _> = serde_saphyr::from_multiple(text);
        if let Err(problem) = read {
            panic!("{problem}");
        }
    }
    for seed in gardens().into_iter().chain([bare()]) {
        let state = seed.state(NOW_MS, 1, None);
        let mut planted = BTreeSet::new();
        for object in seed.objects.iter().flat_map(|documents| documents.iter()) {
            let (kind, name) = (object::text(object, "/kind").to_owned(), object::name(object).to_owned());
            let key = (kind, object::namespace(object).to_owned(), name);
            let found = state.all().any(|(_, own)| {
                object::text(own, "/kind") == key.0
                    && object::namespace(own) == key.1
                    && object::name(own) == key.2
            });
            assert!(found, "{key:?} is not there");
            assert!(planted.insert(key.clone()), "{key:?} is in the files twice");
        }
    }
}

#[test]
fn a_garden_is_small() {
    let state = production();
    let count = state.all().filter(|(key, _)| !key.namespace.is_empty()).count();
    assert!((60..=130).contains(&count), "{count} objects in namespaces");
}

#[test]
fn every_workload_runs_but_the_one_that_crashes() {
    let state = production();
    for deployment in state.list("deployments.apps", None) {
        let (ready, wanted) = (
            object::number(deployment, "/status/readyReplicas"),
            object::number(deployment, "/spec/replicas"),
        );
        let name = object::name(deployment);
        assert_eq!(ready, if name == "search" { 0 } else { wanted }, "{name}");
    }
    assert_eq!(
        object::number(one(&state, "statefulsets.apps", "shop", "catalogue"), "/status/readyReplicas"),
        2
    );
    let crashing: Vec<_> = state.list("pods", Some("shop")).filter(|pod| !is_ready(pod)).collect();
    let [crashing] = crashing.as_slice() else { panic!("{} pods are not ready", crashing.len()) };
    assert_eq!(
        object::text(crashing, "/status/containerStatuses/0/state/waiting/reason"),
        "CrashLoopBackOff"
    );
    assert!(object::number(crashing, "/status/containerStatuses/0/restartCount") > 10);
}

#[test]
fn what_the_controllers_made_is_as_old_as_what_asked_for_it() {
    let state = production();
    let created = |object: &Value| {
        milliseconds(object::text(object, "/metadata/creationTimestamp")).unwrap_or_default()
    };
    let ages = [("storefront", 34), ("cart", 8)];
    for (app, days) in ages {
        for pod in state.list("pods", Some("shop")).filter(|pod| object::label(pod, "app") == Some(app)) {
            assert_eq!((NOW_MS - created(pod)) / DAY_MS, days, "{}", object::name(pod));
        }
    }
}

#[test]
fn jobs_have_finished_failed_and_go_on() {
    let state = production();
    let job = |name: &str| one(&state, "jobs.batch", "batch", name);
    let done = job("nightly-report-29403780");
    assert_eq!(object::number(done, "/status/succeeded"), 1);
    let took = milliseconds(object::text(done, "/status/completionTime")).unwrap_or_default()
        - milliseconds(object::text(done, "/status/startTime")).unwrap_or_default();
    assert!((220_000..240_000).contains(&took), "{took} ms");
    let failed = job("import-orders");
    assert_eq!(object::number(failed, "/status/failed"), 2);
    assert_eq!(object::text(failed, "/status/conditions/1/type"), "Failed");
    assert_eq!(object::number(job("reindex"), "/status/active"), 2);
    assert_eq!(object::text(one(&state, "pods", "batch", "load-test"), "/status/phase"), "Failed");
    assert_eq!(object::text(one(&state, "pods", "batch", "debug-rosa"), "/status/phase"), "Succeeded");
}

#[test]
fn claims_have_volumes() {
    let state = production();
    for claim in state.list("persistentvolumeclaims", None) {
        assert_eq!(object::text(claim, "/status/phase"), "Bound", "{}", object::name(claim));
        let volume = one(&state, "persistentvolumes", "", object::text(claim, "/spec/volumeName"));
        assert_eq!(object::text(volume, "/status/phase"), "Bound");
    }
    assert_eq!(state.list("persistentvolumeclaims", None).count(), 4);
}

#[test]
fn what_was_deleted_and_is_held_hangs_and_says_why() {
    let state = production();
    assert!(object::is_terminating(one(&state, "plots.garden.example.com", "beds", "old-orchard")));
    let namespace = one(&state, "namespaces", "", "allotment");
    assert_eq!(object::text(namespace, "/status/phase"), "Terminating");
    let said: Vec<&str> = object::items(namespace, "/status/conditions")
        .iter()
        .filter(|condition| object::text(condition, "/status") == "True")
        .map(|condition| object::text(condition, "/message"))
        .collect();
    assert_eq!(
        said,
        [
            "Some resources are remaining: plots.garden.example.com has 1 resource instances",
            "Some content in the namespace has finalizers remaining: garden.example.com/irrigation in 1 resource \
             instances",
        ]
    );
}

#[test]
fn budgets_allow_one_disruption_and_none() {
    let state = production();
    let allowed = |namespace: &str, name: &str| {
        object::number(
            one(&state, "poddisruptionbudgets.policy", namespace, name),
            "/status/disruptionsAllowed",
        )
    };
    assert_eq!((allowed("shop", "storefront"), allowed("payments", "ledger")), (1, 0));
}

#[test]
fn the_same_seed_makes_the_same_objects_and_fingerprints_do_not_depend_on_it() {
    let uids = |seed: u64| -> Vec<String> {
        let [production, _] = gardens();
        let state = production.state(NOW_MS, seed, None);
        state.all().map(|(_, object)| object::uid(object).to_owned()).collect()
    };
    assert_eq!(uids(1), uids(1));
    assert_ne!(uids(1), uids(2));
    let of_system = |seed: &Seed, number: u64| {
        object::uid(one(&seed.state(NOW_MS, number, None), "namespaces", "", "kube-system")).to_owned()
    };
    let [production, development] = gardens();
    assert_eq!(of_system(&production, 1), of_system(&production, 2));
    assert_ne!(of_system(&production, 1), of_system(&development, 1));
}

#[test]
fn the_two_gardens_have_the_same_names_and_no_object_in_common() {
    let [production, development] = gardens().map(|seed| seed.state(NOW_MS, 1, None));
    let named = |state: &State| -> BTreeSet<String> {
        let fixed = [
            "deployments.apps",
            "services",
            "secrets",
            "configmaps",
            "namespaces",
            "plots.garden.example.com",
        ];
        let own = state.all().filter(|(key, _)| fixed.contains(&&*key.kind));
        own.map(|(key, _)| format!("{} {}/{}", key.kind, key.namespace, key.name)).collect()
    };
    assert_eq!(named(&production), named(&development));
    let uids = |state: &State| -> BTreeSet<String> {
        state.all().map(|(_, object)| object::uid(object).to_owned()).collect()
    };
    assert!(uids(&production).is_disjoint(&uids(&development)));
}

#[test]
fn a_namespace_of_the_garden_goes_with_everything_in_it() {
    let mut state = production();
    assert!(state.begin_delete("namespaces", "", "spring-campaign", &Deletion::default()).is_some());
    state.run_until(NOW_MS + 10_000);
    assert_eq!(state.get("namespaces", "", "spring-campaign"), None);
    assert_eq!(state.all().filter(|(key, _)| key.namespace == "spring-campaign").count(), 0);
}

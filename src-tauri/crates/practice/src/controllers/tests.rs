//! What clusters do by themselves, with time in the test's hands.

use serde_json::json;

use super::*;
use crate::{deletion::ORPHAN, eviction, seeds};

const NOW_MS: u64 = 1_790_000_000_000;

/// A cluster with a namespace of the test's.
struct Scene {
    state: State,
}

impl Scene {
    fn new() -> Self {
        let mut scene = Self { state: seeds::bare().state(NOW_MS, 1, None) };
        scene.create("namespaces", json!({"metadata": {"name": "test"}}));
        scene
    }

    fn create(&mut self, kind: &str, mut object: Value) {
        if kind != "namespaces" && kind != "persistentvolumes" {
            object::set(&mut object, "/metadata/namespace", "test");
        }
        create(&mut self.state, kind, object);
        self.pass(0);
    }

    fn pass(&mut self, seconds: u64) {
        let until = self.state.now_ms() + seconds * 1000;
        self.state.run_until(until);
    }

    fn delete(&mut self, kind: &str, name: &str, propagation: Propagation) {
        let deletion = Deletion { propagation: Some(propagation), grace_seconds: None };
        let namespace = if self.state.get(kind, "test", name).is_some() { "test" } else { "" };
        assert!(
            self.state.begin_delete(kind, namespace, name, &deletion).is_some(),
            "{kind} {name} is not there"
        );
        self.pass(0);
    }

    fn find(&self, kind: &str, name: &str) -> Option<&Value> {
        let found = self.state.get(kind, "test", name).or_else(|| self.state.get(kind, "", name));
        found.map(|object| &**object)
    }

    fn one(&self, kind: &str, name: &str) -> &Value {
        self.find(kind, name).unwrap_or_else(|| panic!("{kind} {name} is not there"))
    }

    fn names(&self, kind: &str) -> Vec<String> {
        self.state.list(kind, Some("test")).map(|object| object::name(object).to_owned()).collect()
    }

    fn phase(&self, pod: &str) -> &str {
        object::text(self.one("pods", pod), "/status/phase")
    }
}

fn web(replicas: i64) -> Value {
    json!({
        "metadata": {"name": "web"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "web:1"}]},
            },
        },
    })
}

fn config_map(name: &str, owner: Option<&Value>) -> Value {
    let mut map = json!({"metadata": {"name": name}});
    if let Some(owner) = owner {
        object::set(&mut map, "/metadata/ownerReferences", controlled_by(owner));
    }
    map
}

#[test]
fn a_pod_gets_a_node_runs_and_stops_when_it_is_told() {
    let mut scene = Scene::new();
    scene.create("pods", json!({"metadata": {"name": "one"}, "spec": {"containers": [{"name": "one"}]}}));
    assert_eq!(scene.phase("one"), "Pending");
    scene.pass(2);
    assert_eq!(scene.phase("one"), "Running");
    assert!(is_ready(scene.one("pods", "one")));
    scene.delete("pods", "one", Propagation::Background);
    assert!(object::is_terminating(scene.one("pods", "one")));
    scene.pass(3);
    assert_eq!(scene.find("pods", "one"), None);
}

#[test]
fn a_pod_that_takes_its_time_has_all_of_its_grace() {
    let mut scene = Scene::new();
    let stops = json!({"practice.example.com/stops": "100s"});
    let pod =
        json!({"metadata": {"name": "one", "annotations": stops}, "spec": {"containers": [{"name": "one"}]}});
    scene.create("pods", pod);
    scene.pass(2);
    scene.delete("pods", "one", Propagation::Background);
    scene.pass(28);
    assert!(scene.find("pods", "one").is_some());
    scene.pass(3);
    assert_eq!(scene.find("pods", "one"), None);
}

#[test]
fn a_pod_with_a_finalizer_stays_when_it_has_stopped() {
    let mut scene = Scene::new();
    let metadata = json!({"name": "one", "finalizers": ["example.com/held"]});
    scene.create("pods", json!({"metadata": metadata, "spec": {"containers": [{"name": "one"}]}}));
    scene.pass(2);
    scene.delete("pods", "one", Propagation::Background);
    scene.pass(60);
    assert_eq!(scene.phase("one"), "Succeeded");
    scene.state.change("pods", "test", "one", |pod| object::remove_finalizer(pod, "example.com/held"));
    assert_eq!(scene.find("pods", "one"), None);
}

#[test]
fn a_deployment_brings_its_pods_back() {
    let mut scene = Scene::new();
    scene.create("deployments.apps", web(2));
    scene.pass(3);
    assert_eq!(object::number(scene.one("deployments.apps", "web"), "/status/availableReplicas"), 2);
    let before = scene.names("pods");
    scene.delete("pods", &before[0], Propagation::Background);
    assert_eq!(scene.names("pods").len(), 3, "the successor does not wait until it is gone");
    scene.pass(5);
    let after = scene.names("pods");
    assert_eq!(after.len(), 2);
    assert!(!after.contains(&before[0]));
    assert_eq!(object::number(scene.one("deployments.apps", "web"), "/status/readyReplicas"), 2);
}

#[test]
fn everything_goes_with_a_deployment() {
    let mut scene = Scene::new();
    scene.create("deployments.apps", web(2));
    scene.pass(3);
    scene.delete("deployments.apps", "web", Propagation::Background);
    assert_eq!(scene.names("replicasets.apps"), Vec::<String>::new());
    scene.pass(3);
    assert_eq!(scene.names("pods"), Vec::<String>::new());
}

#[test]
fn in_the_foreground_the_owner_waits_for_all_of_them() {
    let mut scene = Scene::new();
    scene.create("deployments.apps", web(2));
    scene.pass(3);
    scene.delete("deployments.apps", "web", Propagation::Foreground);
    assert!(object::has_finalizer(scene.one("deployments.apps", "web"), FOREGROUND));
    assert!(scene.names("replicasets.apps").len() == 1 && scene.names("pods").len() == 2);
    scene.pass(3);
    assert_eq!(scene.find("deployments.apps", "web"), None);
    assert_eq!((scene.names("replicasets.apps"), scene.names("pods")), (Vec::new(), Vec::new()));
}

#[test]
fn orphans_stay_and_are_taken_in_by_the_next_one_of_that_name() {
    let mut scene = Scene::new();
    scene.create("deployments.apps", web(2));
    scene.pass(3);
    let (sets, pods) = (scene.names("replicasets.apps"), scene.names("pods"));
    scene.delete("deployments.apps", "web", Propagation::Orphan);
    assert_eq!(scene.find("deployments.apps", "web"), None);
    assert_eq!(controller(scene.one("replicasets.apps", &sets[0])), None);
    scene.create("deployments.apps", web(2));
    scene.pass(3);
    assert_eq!((scene.names("replicasets.apps"), scene.names("pods")), (sets, pods));
}

#[test]
fn a_second_delete_in_the_background_lets_the_owner_go() {
    let mut scene = Scene::new();
    scene.create("configmaps", config_map("owner", None));
    let owner = scene.one("configmaps", "owner").clone();
    let mut held = config_map("held", Some(&owner));
    object::add_finalizer(&mut held, "example.com/held");
    scene.create("configmaps", held);
    scene.delete("configmaps", "owner", Propagation::Foreground);
    assert!(object::is_terminating(scene.one("configmaps", "held")));
    assert!(scene.find("configmaps", "owner").is_some());
    scene.delete("configmaps", "owner", Propagation::Background);
    assert_eq!(scene.find("configmaps", "owner"), None);
    assert!(scene.find("configmaps", "held").is_some());
}

#[test]
fn a_dependant_goes_with_the_last_of_its_owners() {
    let mut scene = Scene::new();
    scene.create("configmaps", config_map("one", None));
    scene.create("configmaps", config_map("two", None));
    let mut shared = config_map("shared", Some(scene.one("configmaps", "one")));
    let mut references = object::items(&shared, "/metadata/ownerReferences").to_vec();
    let mut second = object::items(&controlled_by(scene.one("configmaps", "two")), "").to_vec();
    object::set(&mut second[0], "/controller", false);
    references.append(&mut second);
    object::set(&mut shared, "/metadata/ownerReferences", references);
    scene.create("configmaps", shared);
    scene.delete("configmaps", "one", Propagation::Background);
    assert_eq!(object::owners(scene.one("configmaps", "shared")).len(), 1);
    scene.delete("configmaps", "two", Propagation::Background);
    assert_eq!(scene.find("configmaps", "shared"), None);
}

#[test]
fn an_owner_that_never_was_counts_as_gone() {
    let mut scene = Scene::new();
    let mut map = config_map(
        "child",
        Some(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "uid": "none"}})),
    );
    object::add_finalizer(&mut map, "example.com/held");
    scene.create("configmaps", map);
    assert!(object::is_terminating(scene.one("configmaps", "child")));
    assert!(!object::has_finalizer(scene.one("configmaps", "child"), ORPHAN));
}

#[test]
fn a_stateful_set_makes_its_pods_one_after_the_other_and_leaves_its_claims() {
    let mut scene = Scene::new();
    let mut set = web(2);
    let claim = json!({"metadata": {"name": "data"}, "spec": {"storageClassName": "fast", "resources": {"requests": {"storage": "1Gi"}}}});
    object::set(&mut set, "/spec/volumeClaimTemplates", json!([claim]));
    scene.create("statefulsets.apps", set);
    assert_eq!(scene.names("pods"), ["web-0"]);
    scene.pass(3);
    assert_eq!(scene.names("pods"), ["web-0", "web-1"]);
    scene.pass(3);
    scene.delete("statefulsets.apps", "web", Propagation::Background);
    scene.pass(3);
    assert_eq!(scene.names("pods"), Vec::<String>::new());
    assert_eq!(scene.names("persistentvolumeclaims"), ["data-web-0", "data-web-1"]);
}

#[test]
fn a_claim_stays_while_a_pod_has_it_and_takes_its_volume_with_it() {
    let mut scene = Scene::new();
    let spec = json!({"storageClassName": "fast", "resources": {"requests": {"storage": "1Gi"}}});
    scene.create("persistentvolumeclaims", json!({"metadata": {"name": "data"}, "spec": spec}));
    let volume = object::text(scene.one("persistentvolumeclaims", "data"), "/spec/volumeName").to_owned();
    let volumes = json!([{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]);
    scene
        .create("pods", json!({"metadata": {"name": "one"}, "spec": {"containers": [], "volumes": volumes}}));
    scene.pass(2);
    scene.delete("persistentvolumeclaims", "data", Propagation::Background);
    scene.pass(60);
    assert!(object::is_terminating(scene.one("persistentvolumeclaims", "data")));
    scene.delete("pods", "one", Propagation::Background);
    scene.pass(3);
    assert_eq!(scene.find("persistentvolumeclaims", "data"), None);
    assert_eq!(scene.find("persistentvolumes", &volume), None);
}

#[test]
fn a_volume_that_is_kept_is_released_and_one_in_use_cannot_go() {
    let mut scene = Scene::new();
    let spec = json!({"storageClassName": "kept", "resources": {"requests": {"storage": "1Gi"}}});
    scene.create("persistentvolumeclaims", json!({"metadata": {"name": "data"}, "spec": spec}));
    let volume = object::text(scene.one("persistentvolumeclaims", "data"), "/spec/volumeName").to_owned();
    scene.delete("persistentvolumeclaims", "data", Propagation::Background);
    assert_eq!(scene.find("persistentvolumeclaims", "data"), None);
    assert_eq!(object::text(scene.one("persistentvolumes", &volume), "/status/phase"), "Released");
    let claim = json!({"storageClassName": "fast", "resources": {"requests": {"storage": "1Gi"}}});
    scene.create("persistentvolumeclaims", json!({"metadata": {"name": "other"}, "spec": claim}));
    let volume = object::text(scene.one("persistentvolumeclaims", "other"), "/spec/volumeName").to_owned();
    scene.delete("persistentvolumes", &volume, Propagation::Background);
    assert!(object::is_terminating(scene.one("persistentvolumes", &volume)));
    scene.delete("persistentvolumeclaims", "other", Propagation::Background);
    assert_eq!(scene.find("persistentvolumes", &volume), None);
}

#[test]
fn a_namespace_is_emptied_pods_first_and_goes() {
    let mut scene = Scene::new();
    scene.create("deployments.apps", web(1));
    scene.create("configmaps", config_map("one", None));
    scene.pass(3);
    scene.delete("namespaces", "test", Propagation::Background);
    assert_eq!(object::text(scene.one("namespaces", "test"), "/status/phase"), "Terminating");
    assert!(scene.find("configmaps", "one").is_some(), "pods go first");
    scene.pass(5);
    assert_eq!(scene.find("namespaces", "test"), None);
    assert_eq!(scene.state.all().filter(|(key, _)| key.namespace == "test").count(), 0);
}

#[test]
fn what_is_refused_is_tried_again_once_at_a_time_however_often_it_was_found() {
    let mut scene = Scene::new();
    for name in ["a", "b", "c", "d"] {
        scene.create("configmaps", json!({"metadata": {"name": name}}));
    }
    let labels = json!({"secateur.test/refuse": "true"});
    scene.create("configmaps", json!({"metadata": {"name": "kept", "labels": labels}}));
    scene.delete("namespaces", "test", Propagation::Background);
    let again = Errand::Look(Key::new("namespaces", "", "test"));
    for _ in 0..3 {
        assert_eq!((scene.state.asked(&again), scene.names("configmaps")), (1, vec!["kept".to_owned()]));
        scene.pass(10);
    }
}

#[test]
fn what_admission_refuses_holds_its_namespace_until_it_is_allowed() {
    let mut scene = Scene::new();
    let labels = json!({"secateur.test/refuse": "true"});
    scene.create("configmaps", json!({"metadata": {"name": "kept", "labels": labels}}));
    scene.delete("namespaces", "test", Propagation::Background);
    scene.pass(60);
    let conditions = object::items(scene.one("namespaces", "test"), "/status/conditions");
    let problem =
        conditions.iter().find(|own| object::text(own, "/type") == "NamespaceDeletionContentFailure");
    let said = problem.map_or("", |own| object::text(own, "/message"));
    assert!(said.contains("denied the request: kept is to be kept"), "{said}");
    scene.state.change("configmaps", "test", "kept", |map| drop(object::take(map, "/metadata/labels")));
    scene.pass(11);
    assert_eq!(scene.find("namespaces", "test"), None);
}

#[test]
fn a_definition_takes_its_resources_with_it() {
    let mut scene = Scene::new();
    let definition = json!({
        "metadata": {"name": "plots.garden.example.com"},
        "spec": {
            "group": "garden.example.com",
            "scope": "Namespaced",
            "names": {"kind": "Plot", "plural": "plots"},
            "versions": [{"name": "v1", "served": true, "storage": true}],
        },
    });
    assert!(scene.state.create("customresourcedefinitions.apiextensions.k8s.io", definition).is_ok());
    scene.pass(0);
    assert!(scene.find("apiservices.apiregistration.k8s.io", "v1.garden.example.com").is_some());
    scene.create(
        "plots.garden.example.com",
        json!({"metadata": {"name": "held", "finalizers": ["example.com/held"]}}),
    );
    scene.create("plots.garden.example.com", json!({"metadata": {"name": "free"}}));
    let kind = "customresourcedefinitions.apiextensions.k8s.io";
    scene.delete(kind, "plots.garden.example.com", Propagation::Background);
    assert_eq!(scene.names("plots.garden.example.com"), ["held"]);
    scene.state.change("plots.garden.example.com", "test", "held", |plot| {
        object::remove_finalizer(plot, "example.com/held");
    });
    scene.pass(0);
    assert_eq!(scene.find(kind, "plots.garden.example.com"), None);
    assert!(scene.state.kinds.get("plots.garden.example.com").is_none());
    assert_eq!(scene.find("apiservices.apiregistration.k8s.io", "v1.garden.example.com"), None);
}

#[test]
fn a_job_ends_when_enough_of_its_pods_succeeded_and_goes_after_its_time() {
    let mut scene = Scene::new();
    let mut job =
        json!({"metadata": {"name": "sow"}, "spec": {"completions": 2, "ttlSecondsAfterFinished": 60}});
    object::set(&mut job, "/spec/template/spec/containers", json!([{"name": "sow"}]));
    scene.create("jobs.batch", job);
    scene.pass(10);
    let job = scene.one("jobs.batch", "sow");
    assert_eq!(object::number(job, "/status/succeeded"), 2);
    assert_eq!(object::text(job, "/status/conditions/1/type"), "Complete");
    assert_eq!(scene.names("pods").len(), 2);
    scene.pass(70);
    assert_eq!((scene.names("jobs.batch"), scene.names("pods")), (Vec::new(), Vec::new()));
}

#[test]
fn a_budget_lets_one_go_and_names_itself_to_the_next() {
    let mut scene = Scene::new();
    scene.create("deployments.apps", web(3));
    let spec = json!({"maxUnavailable": 1, "selector": {"matchLabels": {"app": "web"}}});
    scene.create("poddisruptionbudgets.policy", json!({"metadata": {"name": "web"}, "spec": spec}));
    scene.pass(3);
    let pods = scene.names("pods");
    let body = |name: &str| json!({"metadata": {"name": name}});
    assert!(eviction::evict(&mut scene.state, "test", &pods[0], &body(&pods[0]), true).is_ok());
    assert!(eviction::evict(&mut scene.state, "test", &pods[0], &body(&pods[0]), false).is_ok());
    scene.pass(0);
    let second = eviction::evict(&mut scene.state, "test", &pods[1], &body(&pods[1]), false);
    let refusal = second.err().unwrap_or_else(|| panic!("it was evicted"));
    assert_eq!(refusal.code, 429);
    assert_eq!(
        refusal.details["causes"],
        json!([{
            "reason": "DisruptionBudget",
            "message": "The disruption budget web needs 2 healthy pods and has 2 currently",
        }])
    );
    scene.pass(5);
    assert!(eviction::evict(&mut scene.state, "test", &pods[1], &body(&pods[1]), false).is_ok());
}

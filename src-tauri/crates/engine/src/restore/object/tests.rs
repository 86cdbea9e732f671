use serde_json::json;

use super::*;

fn prepared(copy: &Value) -> Prepared {
    prepare(copy, &HashMap::new())
}

#[test]
fn what_the_server_sets_is_taken_out_and_the_rest_stays() {
    let copy = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"},
        "metadata": {
            "name": "n", "namespace": "ns", "uid": "u", "resourceVersion": "1", "creationTimestamp": "t",
            "managedFields": [{}], "labels": {"l": "1"}, "annotations": {"x": "y"}, "generation": 3,
            "finalizers": ["foregroundDeletion", "a/b"], "deletionTimestamp": "t", "selfLink": "/x",
        },
    });
    let expected = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"},
        "metadata": {
            "name": "n", "namespace": "ns", "labels": {"l": "1"}, "annotations": {"x": "y"}, "finalizers": ["a/b"],
        },
    });
    let prepared = prepared(&copy);
    assert_eq!(prepared.object, expected);
    assert_eq!(prepared.differences, Vec::<String>::new());
}

#[test]
fn an_owner_that_is_gone_is_left_out_and_said() {
    let copy = json!({"metadata": {"name": "n", "ownerReferences": [
        {"kind": "ReplicaSet", "name": "gone", "uid": "1", "controller": true},
        {"kind": "Widget", "name": "back", "uid": "2"},
        {"kind": "Widget", "name": "there", "uid": "3"},
    ]}});
    let owners = HashMap::from([
        ("1".to_owned(), OwnerNow::Gone),
        ("2".to_owned(), OwnerNow::Restored("22".to_owned())),
        ("3".to_owned(), OwnerNow::Alive),
    ]);
    let prepared = prepare(&copy, &owners);
    let uids: Vec<&str> = prepared
        .object
        .pointer("/metadata/ownerReferences")
        .and_then(Value::as_array)
        .expect("owners")
        .iter()
        .filter_map(|owner| owner.get("uid")?.as_str())
        .collect();
    assert_eq!(uids, ["22", "3"]);
    assert_eq!(prepared.differences, ["Its owner ReplicaSet gone is gone: nothing owns it."]);
}

#[test]
fn a_claim_does_not_ask_for_the_volume_that_it_had() {
    let copy = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "status": {"phase": "Bound"},
        "metadata": {"name": "n", "annotations": {"pv.kubernetes.io/bind-completed": "yes", "mine": "1"}},
        "spec": {"volumeName": "pvc-1", "storageClassName": "fast"},
    });
    let prepared = prepared(&copy);
    assert_eq!(prepared.object.get("spec"), Some(&json!({"storageClassName": "fast"})));
    assert_eq!(prepared.object.pointer("/metadata/annotations"), Some(&json!({"mine": "1"})));
    assert_eq!(prepared.object.get("status"), None);
    assert!(prepared.differences[0].contains("not brought back"));
}

#[test]
fn a_job_gets_a_selector_of_its_own_again() {
    let labels = json!({"batch.kubernetes.io/controller-uid": "u", "controller-uid": "u", "app": "a"});
    let copy = json!({
        "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "n", "labels": labels},
        "spec": {"selector": {"matchLabels": {}}, "template": {"metadata": {"labels": labels}}},
    });
    let prepared = prepared(&copy);
    assert_eq!(prepared.object.pointer("/spec/selector"), None);
    assert_eq!(prepared.object.pointer("/spec/template/metadata/labels"), Some(&json!({"app": "a"})));
    assert_eq!(prepared.object.pointer("/metadata/labels"), Some(&json!({"app": "a"})));
}

#[test]
fn a_service_can_do_without_its_addresses_unless_it_has_none() {
    let mut service = json!({"spec": {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"],
        "ports": [{"port": 80, "nodePort": 30080}]}});
    assert!(without_addresses(&mut service));
    assert_eq!(service, json!({"spec": {"ports": [{"port": 80}]}}));
    let mut headless = json!({"spec": {"clusterIP": "None", "ports": [{"port": 80}]}});
    assert!(!without_addresses(&mut headless));
    assert_eq!(headless.pointer("/spec/clusterIP"), Some(&json!("None")));
}

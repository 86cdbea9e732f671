//! A page of 500 pods, as `kubectl get pods -A -o wide` is answered, from bytes to rows.

use std::{fmt::Write, sync::Arc};

use secateur_domain::{
    ids::ClusterId,
    kind::{Kind, Scope},
};

use crate::{
    collected,
    decode::{self, Place},
    requests::{Include, TablePage},
};

/// Of a page.
pub(crate) const ROWS: usize = 500;

/// As the rows on screen come, and all that is to be acted on.
pub(crate) fn with_metadata() {
    counted(Include::Metadata, &body_with_metadata());
}

/// As all others come first.
pub(crate) fn of_cells() {
    counted(Include::None, &table(|_| "null".to_owned()));
}

fn counted(include: Include, body: &str) {
    let place = place(include);
    let page = collected(|| decode::page(place, body.as_bytes()));
    assert_eq!(page.map(|page| page.rows.len()), Ok(ROWS));
}

/// A page, decoded without counting.
pub(crate) fn page() -> TablePage {
    decode::page(place(Include::Metadata), body_with_metadata().as_bytes()).expect("a page")
}

fn body_with_metadata() -> String {
    table(|row| {
        format!(
            r#"{{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{{"name":"web-{row:05}","generateName":"web-7d9c5b8f6d-","namespace":"team-{:02}","uid":"6f1d2c3b-4a5e-4f60-8a7b-{row:012}","resourceVersion":"{}","generation":1,"creationTimestamp":"2026-01-01T00:00:00Z","labels":{{"app":"web","pod-template-hash":"7d9c5b8f6d","tier":"front"}},"annotations":{{"checksum/config":"0f343b0931126a20f133d67c2b018a3b"}},"ownerReferences":[{{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7d9c5b8f6d","uid":"1b2c3d4e-0000-4000-8000-000000000001","controller":true,"blockOwnerDeletion":true}}],"managedFields":[{MANAGED}]}}}}"#,
            row % 20,
            1_000_000 + row,
        )
    })
}

/// What a server writes down of who wrote what; it is passed over.
const MANAGED: &str = r#"{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:generateName":{},"f:labels":{".":{},"f:app":{},"f:pod-template-hash":{},"f:tier":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"1b2c3d4e-0000-4000-8000-000000000001\"}":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}"#;

fn place(include: Include) -> Place {
    let kind = Kind {
        group: String::new(),
        version: "v1".into(),
        plural: "pods".into(),
        singular: "pod".into(),
        name: "Pod".into(),
        scope: Scope::Namespaced,
        verbs: Vec::new(),
        short_names: Vec::new(),
        categories: Vec::new(),
        is_preferred: true,
    };
    Place {
        cluster: ClusterId::derive("file", "context", "server"),
        kind: Arc::new(kind),
        namespace: None,
        now: 1_767_225_600,
        include,
    }
}

/// A table of pods; `object` is what comes along with each.
fn table(object: impl Fn(usize) -> String) -> String {
    let columns = [
        ("Name", "name", 0),
        ("Ready", "", 0),
        ("Status", "", 0),
        ("Restarts", "", 0),
        ("Age", "", 0),
        ("IP", "", 1),
        ("Node", "", 1),
        ("Nominated Node", "", 1),
        ("Readiness Gates", "", 1),
    ];
    let mut text = String::from(
        r#"{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"2000000","continue":"next","remainingItemCount":49500},"columnDefinitions":["#,
    );
    for (position, (name, format, priority)) in columns.iter().enumerate() {
        let comma = if position == 0 { "" } else { "," };
        // Writing to a string does not fail.
        let _ = write!(
            text,
            r#"{comma}{{"name":"{name}","type":"string","format":"{format}","description":"What it says of a pod.","priority":{priority}}}"#
        );
    }
    text.push_str(r#"],"rows":["#);
    for row in 0..ROWS {
        let comma = if row == 0 { "" } else { "," };
        let (restarts, node, object) = (row % 7, row % 300, object(row));
        let _ = write!(
            text,
            r#"{comma}{{"cells":["web-{row:05}","1/1","Running","{restarts} (3d4h ago)","12d","10.128.{}.{}","node-{node:03}","<none>","<none>"],"object":{object}}}"#,
            row / 250,
            row % 250,
        );
    }
    text.push_str("]}");
    text
}

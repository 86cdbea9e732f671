//! What behaviours create.

use serde_json::{Value, json};

use super::{ask::uid, subject::Subject};

/// Holds whatever has it: nobody takes it off by itself.
pub(crate) const HOLD: &str = "example.com/hold";
/// No object has it.
pub(crate) const OTHER: &str = "11111111-2222-3333-4444-555555555555";

pub(crate) fn config_map(name: &str) -> Value {
    json!({ "metadata": { "name": name }, "data": { "key": "value" } })
}

pub(crate) fn labelled(name: &str, labels: &Value) -> Value {
    json!({ "metadata": { "name": name, "labels": labels }, "data": { "key": "value" } })
}

/// A ConfigMap that stays Terminating until somebody takes its finalizer off.
pub(crate) fn held(name: &str) -> Value {
    json!({ "metadata": { "name": name, "finalizers": [HOLD] } })
}

/// A ConfigMap that goes when its owners are gone.
pub(crate) fn owned(name: &str, owners: &[Value]) -> Value {
    json!({ "metadata": { "name": name, "ownerReferences": owners } })
}

/// A reference to a ConfigMap that its owner waits for in the foreground.
pub(crate) fn owner(config_map: &Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap", "name": config_map["metadata"]["name"], "uid": uid(config_map),
        "blockOwnerDeletion": true,
    })
}

pub(crate) fn pod(name: &str) -> Value {
    json!({ "metadata": { "name": name, "labels": { "app": name } }, "spec": pod_spec() })
}

fn pod_spec() -> Value {
    json!({ "containers": [{ "name": "main", "image": "example.com/main:1" }] })
}

/// A pod that is bound to no node there is, so that nobody starts it and nobody ends it.
pub(crate) fn stranded(name: &str) -> Value {
    let mut pod = pod(name);
    pod["spec"]["nodeName"] = json!("nowhere");
    pod
}

fn template(name: &str) -> Value {
    json!({ "metadata": { "labels": { "app": name } }, "spec": pod_spec() })
}

pub(crate) fn deployment(name: &str, replicas: u32) -> Value {
    json!({
        "metadata": { "name": name },
        "spec": {
            "replicas": replicas, "selector": { "matchLabels": { "app": name } }, "template": template(name),
        },
    })
}

pub(crate) fn stateful_set(name: &str, replicas: u32) -> Value {
    let mut set = deployment(name, replicas);
    set["spec"]["serviceName"] = json!(name);
    set
}

pub(crate) fn job(name: &str) -> Value {
    let mut spec = pod_spec();
    spec["restartPolicy"] = json!("Never");
    json!({ "metadata": { "name": name }, "spec": { "template": { "spec": spec } } })
}

/// A budget over the pods that [`pod`] and [`deployment`] make under this name.
pub(crate) fn budget(name: &str, min_available: u32) -> Value {
    json!({
        "metadata": { "name": name },
        "spec": { "minAvailable": min_available, "selector": { "matchLabels": { "app": name } } },
    })
}

/// A claim of exactly this volume.
pub(crate) fn claim(name: &str, volume: &str) -> Value {
    json!({
        "metadata": { "name": name },
        "spec": {
            "accessModes": ["ReadWriteOnce"], "storageClassName": "", "volumeName": volume,
            "resources": { "requests": { "storage": "1Gi" } },
        },
    })
}

/// A volume whose folder nobody ever makes.
pub(crate) fn volume(name: &str, reclaim: &str) -> Value {
    json!({
        "metadata": { "name": name },
        "spec": {
            "capacity": { "storage": "1Gi" }, "accessModes": ["ReadWriteOnce"], "storageClassName": "",
            "persistentVolumeReclaimPolicy": reclaim,
            "hostPath": { "path": format!("/tmp/secateur-no-such-folder-{name}") },
        },
    })
}

pub(crate) fn role(name: &str, rules: &Value) -> Value {
    json!({ "metadata": { "name": name }, "rules": rules })
}

/// Gives a user by name what a role allows.
pub(crate) fn binding(name: &str, role_kind: &str, role: &str, user: &str) -> Value {
    json!({
        "metadata": { "name": name },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": role_kind, "name": role },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user }],
    })
}

pub(crate) const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// A kind of the behaviour's own, `sprouts`, in a group of its own.
pub(crate) struct Definition {
    pub(crate) group: String,
    /// Of the definition itself.
    pub(crate) path: String,
}

impl Definition {
    /// Defines it and waits until it is served.
    pub(crate) async fn make(subject: &Subject) -> Self {
        let group = format!("{}.example.com", subject.namespace);
        let name = format!("sprouts.{group}");
        let definition = json!({
            "metadata": { "name": name },
            "spec": {
                "group": group, "scope": "Namespaced",
                "names": {
                    "plural": "sprouts", "singular": "sprout", "kind": "Sprout", "listKind": "SproutList",
                    "shortNames": ["spr"], "categories": ["all"],
                },
                "versions": [{
                    "name": "v1", "served": true, "storage": true,
                    "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } },
                    "additionalPrinterColumns": [
                        { "name": "Crop", "type": "string", "jsonPath": ".spec.crop" },
                        { "name": "Plants", "type": "integer", "jsonPath": ".spec.plants" },
                        { "name": "Gardener", "type": "string", "jsonPath": ".spec.gardener", "priority": 1 },
                        { "name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp" },
                    ],
                }],
            },
        });
        subject.create(DEFINITIONS, definition).await;
        let made = Self { path: format!("{DEFINITIONS}/{name}"), group };
        let list = made.all();
        subject
            .until("its objects are served", async || (subject.get(&list).await.status == 200).then_some(()))
            .await;
        made
    }

    /// Its objects in every namespace.
    pub(crate) fn all(&self) -> String {
        format!("/apis/{}/v1/sprouts", self.group)
    }

    /// Its objects in the behaviour's namespace, or one of them.
    pub(crate) fn here(&self, subject: &Subject, name: &str) -> String {
        subject.here_in(&format!("{}/v1", self.group), &format!("sprouts{name}"))
    }

    pub(crate) fn sprout(&self, name: &str) -> Value {
        json!({
            "apiVersion": format!("{}/v1", self.group), "kind": "Sprout", "metadata": { "name": name },
            "spec": { "crop": "cress", "plants": 12, "gardener": "Ada" },
        })
    }
}

impl Subject {
    pub(crate) async fn config_map(&self, name: &str) -> Value {
        self.create(self.here("configmaps"), config_map(name)).await
    }

    /// For lists: a namespace has Secrets only where somebody makes them, and ConfigMaps from the beginning.
    pub(crate) async fn secret(&self, name: &str) -> Value {
        self.create(self.here("secrets"), json!({ "metadata": { "name": name } })).await
    }

    pub(crate) async fn secrets(&self, names: &[&str]) {
        for name in names {
            self.secret(name).await;
        }
    }

    /// Creates a pod, once the namespace has the account that it runs as.
    pub(crate) async fn pod(&self, pod: &Value) -> Value {
        let path = self.here("pods");
        self.until("a pod can be created", async || {
            let answer = self.post(&path, pod).await;
            let waits = answer.status == 403 && answer.text().contains("serviceaccount");
            (!waits).then(|| answer.is(201))
        })
        .await
    }

    /// A pod that runs.
    pub(crate) async fn running(&self, name: &str) -> Value {
        self.pod(&pod(name)).await;
        let path = self.here(&format!("pods/{name}"));
        self.once(&path, "it runs", |pod| pod["status"]["phase"] == "Running").await
    }

    /// A deployment whose pods are all there.
    pub(crate) async fn deployed(&self, name: &str, replicas: u32) -> Value {
        let path = self.here_in("apps/v1", "deployments");
        self.create(&path, deployment(name, replicas)).await;
        let all = |found: &Value| found["status"]["availableReplicas"] == replicas;
        self.once(&format!("{path}/{name}"), "all its pods are there", all).await
    }

    /// Takes every finalizer off.
    pub(crate) async fn release(&self, path: &str) {
        self.merge(path, &json!({ "metadata": { "finalizers": null } })).await.is(200);
    }
}

//! What the server adds to an object that is created. A status that is there already stays.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::{
    kinds::{DEFINITIONS, Kind},
    object,
    state::State,
};

/// Kinds whose objects have no `generation`.
const WITHOUT_GENERATION: [&str; 12] = [
    "namespaces",
    "nodes",
    "services",
    "configmaps",
    "secrets",
    "serviceaccounts",
    "persistentvolumeclaims",
    "persistentvolumes",
    "roles",
    "rolebindings",
    "clusterroles",
    "clusterrolebindings",
];

/// Fills in what is missing.
pub(crate) fn fill(state: &mut State, kind: &Kind, object: &mut Value) {
    if kind.is_custom || !WITHOUT_GENERATION.contains(&kind.plural.as_str()) {
        object::set(object, "/metadata/generation", 1);
    }
    match kind.resource().as_str() {
        "namespaces" => namespace(object),
        "nodes" => node(state, object),
        "pods" => pod(object),
        "services" => service(state, object),
        "secrets" => secret(object),
        "persistentvolumeclaims" => {
            object::add_finalizer(object, "kubernetes.io/pvc-protection");
            or(object, "/spec/volumeMode", "Filesystem");
            or(object, "/status/phase", "Pending");
        }
        "persistentvolumes" => {
            object::add_finalizer(object, "kubernetes.io/pv-protection");
            or(object, "/spec/persistentVolumeReclaimPolicy", "Retain");
            or(object, "/spec/volumeMode", "Filesystem");
            or(object, "/status/phase", "Pending");
        }
        "deployments.apps" => deployment(object),
        "replicasets.apps" => {
            or(object, "/spec/replicas", 1);
            template(object, "Always");
            or(object, "/status", json!({"replicas": 0}));
        }
        "statefulsets.apps" => stateful_set(object),
        "jobs.batch" => job(state, object),
        "poddisruptionbudgets.policy" => or(
            object,
            "/status",
            json!({"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0}),
        ),
        DEFINITIONS => definition(object),
        "apiservices.apiregistration.k8s.io" => or(
            object,
            "/status",
            json!({"conditions": [{
                "type": "Available",
                "status": "True",
                "reason": "Local",
                "message": "Local APIServices are always available",
                "lastTransitionTime": state.now(),
            }]}),
        ),
        "validatingwebhookconfigurations.admissionregistration.k8s.io" => webhooks(object),
        _ => {}
    }
}

/// Sets what is not set.
fn or(object: &mut Value, pointer: &str, value: impl Into<Value>) {
    if object.pointer(pointer).is_none_or(Value::is_null) {
        object::set(object, pointer, value);
    }
}

fn namespace(namespace: &mut Value) {
    let name = object::name(namespace).to_owned();
    object::set(namespace, "/metadata/labels/kubernetes.io~1metadata.name", name);
    or(namespace, "/spec/finalizers", json!(["kubernetes"]));
    or(namespace, "/status/phase", "Active");
}

fn node(state: &State, node: &mut Value) {
    let number = state.list("nodes", None).count().saturating_add(2);
    let name = object::name(node).to_owned();
    or(node, "/spec", json!({"podCIDR": format!("10.244.{number}.0/24")}));
    let condition = |kind: &str, is_true: bool, reason: &str, message: &str| {
        json!({
            "type": kind,
            "status": if is_true { "True" } else { "False" },
            "reason": reason,
            "message": message,
            "lastTransitionTime": state.now(),
        })
    };
    let room = json!({"cpu": "8", "memory": "32Gi", "ephemeral-storage": "200Gi", "pods": "110"});
    let status = json!({
        "addresses": [
            {"type": "InternalIP", "address": format!("10.0.0.{number}")},
            {"type": "Hostname", "address": name},
        ],
        "allocatable": room,
        "capacity": room,
        "conditions": [
            condition("MemoryPressure", false, "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            condition("DiskPressure", false, "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            condition("PIDPressure", false, "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            condition("Ready", true, "KubeletReady", "kubelet is posting ready status"),
        ],
        "nodeInfo": {
            "architecture": "amd64",
            "containerRuntimeVersion": "containerd://2.1.4",
            "kernelVersion": "6.12.43",
            "kubeletVersion": "v1.36.3",
            "operatingSystem": "linux",
            "osImage": "Practice Linux",
        },
    });
    or(node, "/status", status);
}

fn pod(pod: &mut Value) {
    pod_spec(pod, "/spec", "Always");
    or(pod, "/spec/serviceAccountName", "default");
    or(pod, "/spec/enableServiceLinks", true);
    or(pod, "/spec/preemptionPolicy", "PreemptLowerPriority");
    or(pod, "/spec/priority", 0);
    or(pod, "/status", json!({"phase": "Pending", "qosClass": "BestEffort"}));
}

fn pod_spec(object: &mut Value, at: &str, restart_policy: &str) {
    or(object, &format!("{at}/restartPolicy"), restart_policy);
    or(object, &format!("{at}/terminationGracePeriodSeconds"), 30);
    or(object, &format!("{at}/dnsPolicy"), "ClusterFirst");
    or(object, &format!("{at}/schedulerName"), "default-scheduler");
    or(object, &format!("{at}/securityContext"), json!({}));
    if let Some(containers) = object.pointer_mut(&format!("{at}/containers")).and_then(Value::as_array_mut) {
        for container in containers {
            or(container, "/imagePullPolicy", "IfNotPresent");
            or(container, "/resources", json!({}));
            or(container, "/terminationMessagePath", "/dev/termination-log");
            or(container, "/terminationMessagePolicy", "File");
        }
    }
}

fn template(owner: &mut Value, restart_policy: &str) {
    pod_spec(owner, "/spec/template/spec", restart_policy);
}

fn service(state: &mut State, service: &mut Value) {
    or(service, "/spec/type", "ClusterIP");
    or(service, "/spec/sessionAffinity", "None");
    if object::text(service, "/spec/type") != "ExternalName" {
        let taken = state.list("services", None).count();
        or(service, "/spec/clusterIP", format!("10.96.{}.{}", 16 + taken / 250, taken % 250 + 2));
        let address = object::text(service, "/spec/clusterIP").to_owned();
        or(service, "/spec/clusterIPs", json!([address]));
        or(service, "/spec/ipFamilies", json!(["IPv4"]));
        or(service, "/spec/ipFamilyPolicy", "SingleStack");
        or(service, "/spec/internalTrafficPolicy", "Cluster");
    }
    if let Some(ports) = service.pointer_mut("/spec/ports").and_then(Value::as_array_mut) {
        for port in ports {
            or(port, "/protocol", "TCP");
            let number = object::number(port, "/port");
            or(port, "/targetPort", number);
        }
    }
    or(service, "/status", json!({"loadBalancer": {}}));
}

fn secret(secret: &mut Value) {
    or(secret, "/type", "Opaque");
    if let Some(Value::Object(texts)) = object::take(secret, "/stringData") {
        for (name, text) in texts {
            let encoded = BASE64_STANDARD.encode(text.as_str().unwrap_or_default());
            object::set(secret, &format!("/data/{}", name.replace('~', "~0").replace('/', "~1")), encoded);
        }
    }
}

fn deployment(deployment: &mut Value) {
    or(deployment, "/spec/replicas", 1);
    or(deployment, "/spec/revisionHistoryLimit", 10);
    or(deployment, "/spec/progressDeadlineSeconds", 600);
    or(deployment, "/spec/strategy/type", "RollingUpdate");
    if object::text(deployment, "/spec/strategy/type") == "RollingUpdate" {
        or(deployment, "/spec/strategy/rollingUpdate", json!({"maxSurge": "25%", "maxUnavailable": "25%"}));
    }
    template(deployment, "Always");
    or(deployment, "/status", json!({}));
}

fn stateful_set(set: &mut Value) {
    or(set, "/spec/replicas", 1);
    or(set, "/spec/podManagementPolicy", "OrderedReady");
    or(set, "/spec/revisionHistoryLimit", 10);
    or(set, "/spec/updateStrategy", json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}));
    or(
        set,
        "/spec/persistentVolumeClaimRetentionPolicy",
        json!({"whenDeleted": "Retain", "whenScaled": "Retain"}),
    );
    template(set, "Always");
    or(set, "/status", json!({"replicas": 0, "availableReplicas": 0}));
}

fn job(state: &mut State, job: &mut Value) {
    or(job, "/spec/completions", 1);
    or(job, "/spec/parallelism", 1);
    or(job, "/spec/backoffLimit", 6);
    or(job, "/spec/completionMode", "NonIndexed");
    or(job, "/spec/suspend", false);
    or(job, "/spec/manualSelector", false);
    or(job, "/spec/podReplacementPolicy", "TerminatingOrFailed");
    template(job, "Never");
    let uid = match object::uid(job) {
        "" => state.new_uid(),
        uid => uid.to_owned(),
    };
    object::set(job, "/metadata/uid", uid.clone());
    if !object::is(job, "/spec/manualSelector") {
        let name = object::name(job).to_owned();
        let labels = "/spec/template/metadata/labels/batch.kubernetes.io~1";
        object::set(job, &format!("{labels}controller-uid"), uid.clone());
        object::set(job, &format!("{labels}job-name"), name);
        or(job, "/spec/selector", json!({"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}));
    }
    or(job, "/status", json!({}));
}

fn definition(definition: &mut Value) {
    let names = |member: &str| format!("/spec/names/{member}");
    let kind = object::text(definition, &names("kind")).to_owned();
    or(definition, &names("singular"), kind.to_lowercase());
    or(definition, &names("listKind"), format!("{kind}List"));
    or(definition, "/spec/conversion", json!({"strategy": "None"}));
}

fn webhooks(configuration: &mut Value) {
    if let Some(webhooks) = configuration.pointer_mut("/webhooks").and_then(Value::as_array_mut) {
        for webhook in webhooks {
            or(webhook, "/failurePolicy", "Fail");
            or(webhook, "/matchPolicy", "Equivalent");
            or(webhook, "/timeoutSeconds", 10);
            or(webhook, "/namespaceSelector", json!({}));
            or(webhook, "/objectSelector", json!({}));
        }
    }
}

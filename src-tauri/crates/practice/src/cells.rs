//! What built-in kinds print in cells that are more than one value: after `printers.go` of Kubernetes 1.36.

use serde_json::Value;

use crate::{
    jsonpath,
    object::{self, is, items, members, number, text},
    pods,
    state::milliseconds,
    table::{age_of, elapsed},
};

/// Prints the cell that `code` of `kinds.yaml` names; what follows a colon in it is a JSON path, or a word.
pub(crate) fn printed(code: &str, object: &Value, now_ms: u64) -> Value {
    let (name, argument) = code.split_once(':').unwrap_or((code, ""));
    let unless = |placeholder: &str| {
        let value = jsonpath::first(object, argument).map(plain).filter(|text| !text.is_empty());
        Value::from(value.unwrap_or_else(|| placeholder.to_owned()))
    };
    match name {
        "age" => age_of(object, now_ms).into(),
        "none-unless" => unless("<none>"),
        "unset-unless" => unless("<unset>"),
        "unknown-unless" => unless("<unknown>"),
        "not-applicable-unless" => unless("N/A"),
        "number" => jsonpath::first(object, argument).and_then(Value::as_i64).unwrap_or_default().into(),
        "count" => jsonpath::first(object, argument).map_or(0, length).into(),
        "labels" => jsonpath::first(object, argument).map_or_else(|| "<none>".to_owned(), labels).into(),
        "selector" => jsonpath::first(object, argument).map_or_else(|| "<none>".to_owned(), selector).into(),
        "access-modes" => jsonpath::first(object, argument).map(access_modes).unwrap_or_default().into(),
        "node-status" => node_status(object).into(),
        "node-roles" => node_roles(object).into(),
        "node-kernel" => node_kernel(object).into(),
        "node-internal-ip" => node_address(object, "InternalIP").into(),
        "node-external-ip" => node_address(object, "ExternalIP").into(),
        "pod-ready" => pods::ready(object).into(),
        "pod-status" => pods::status(object).into(),
        "pod-restarts" => pods::restarts(object, now_ms).into(),
        "none" => "<none>".into(),
        "service-external-ip" => service_external(object).into(),
        "service-ports" => service_ports(object).into(),
        "configmap-data" => {
            let count = |pointer| object.pointer(pointer).map_or(0, length);
            count("/data").saturating_add(count("/binaryData")).into()
        }
        "claim-status" | "volume-status" if object::is_terminating(object) => "Terminating".into(),
        "claim-status" | "volume-status" => text(object, "/status/phase").into(),
        "claim-capacity" if is_bound(object) => text(object, "/status/capacity/storage").into(),
        "claim-access-modes" if is_bound(object) => {
            object.pointer("/status/accessModes").map(access_modes).unwrap_or_default().into()
        }
        "claim-capacity" | "claim-access-modes" => "".into(),
        "volume-claim" => volume_claim(object).into(),
        "deployment-ready" | "statefulset-ready" => {
            format!("{}/{}", number(object, "/status/readyReplicas"), number(object, "/spec/replicas")).into()
        }
        "template-containers" => containers(object, "/name").into(),
        "template-images" => containers(object, "/image").into(),
        "job-status" => job_status(object).into(),
        "job-completions" => job_completions(object).into(),
        "job-duration" => job_duration(object, now_ms).into(),
        "binding-role" => {
            format!("{}/{}", text(object, "/roleRef/kind"), text(object, "/roleRef/name")).into()
        }
        "binding-subjects" => subjects(object, argument).into(),
        "apiservice-service" => apiservice_service(object).into(),
        "apiservice-available" => apiservice_available(object).into(),
        _ => Value::Null,
    }
}

/// Whether a condition of that type is `True`.
pub(crate) fn has_condition(object: &Value, kind: &str) -> bool {
    condition(object, kind).is_some_and(|condition| text(condition, "/status") == "True")
}

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    items(object, "/status/conditions").iter().find(|condition| text(condition, "/type") == kind)
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn length(value: &Value) -> usize {
    value.as_object().map_or_else(|| value.as_array().map_or(0, Vec::len), serde_json::Map::len)
}

fn join<'a>(texts: impl Iterator<Item = &'a str>, separator: &str) -> String {
    texts.collect::<Vec<_>>().join(separator)
}

fn or_none(text: String) -> String {
    if text.is_empty() { "<none>".to_owned() } else { text }
}

fn labels(labels: &Value) -> String {
    let pairs = labels.as_object().into_iter().flatten();
    or_none(pairs.map(|(key, value)| format!("{key}={}", plain(value))).collect::<Vec<_>>().join(","))
}

fn selector(selector: &Value) -> String {
    let mut terms: Vec<String> = members(selector, "/matchLabels")
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", plain(value)))
        .collect();
    terms.extend(items(selector, "/matchExpressions").iter().map(|expression| {
        let key = text(expression, "/key");
        let values = join(items(expression, "/values").iter().filter_map(Value::as_str), ",");
        match text(expression, "/operator") {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_owned(),
        }
    }));
    terms.sort();
    or_none(terms.join(","))
}

fn access_modes(modes: &Value) -> String {
    let has = |mode: &str| modes.as_array().into_iter().flatten().any(|own| own == mode);
    let short = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    join(short.iter().filter(|(mode, _)| has(mode)).map(|(_, short)| *short), ",")
}

fn node_status(node: &Value) -> String {
    let ready = condition(node, "Ready")
        .map_or("Unknown", |ready| if text(ready, "/status") == "True" { "Ready" } else { "NotReady" });
    if is(node, "/spec/unschedulable") { format!("{ready},SchedulingDisabled") } else { ready.to_owned() }
}

fn node_roles(node: &Value) -> String {
    let labels = members(node, "/metadata/labels").into_iter().flatten();
    let roles = labels.filter_map(|(key, _)| key.strip_prefix("node-role.kubernetes.io/"));
    or_none(join(roles.filter(|role| !role.is_empty()), ","))
}

fn node_kernel(node: &Value) -> String {
    let kernel = match text(node, "/status/nodeInfo/kernelVersion") {
        "" => "<unknown>",
        kernel => kernel,
    };
    match text(node, "/status/nodeInfo/architecture") {
        "" => kernel.to_owned(),
        architecture => format!("{kernel} ({architecture})"),
    }
}

fn node_address<'a>(node: &'a Value, kind: &str) -> &'a str {
    let mut addresses = items(node, "/status/addresses").iter();
    let found = addresses.find(|address| text(address, "/type") == kind);
    found.map_or("<none>", |address| text(address, "/address"))
}

fn service_external(service: &Value) -> String {
    let listed = || join(items(service, "/spec/externalIPs").iter().filter_map(Value::as_str), ",");
    match text(service, "/spec/type") {
        "ClusterIP" | "NodePort" => or_none(listed()),
        "LoadBalancer" => {
            let given = items(service, "/status/loadBalancer/ingress").iter().map(|ingress| {
                let address = text(ingress, "/ip");
                if address.is_empty() { text(ingress, "/hostname") } else { address }
            });
            let own = listed();
            let all = join(given.chain([own.as_str()]).filter(|address| !address.is_empty()), ",");
            if all.is_empty() { "<pending>".to_owned() } else { all }
        }
        "ExternalName" => text(service, "/spec/externalName").to_owned(),
        _ => "<unknown>".to_owned(),
    }
}

fn service_ports(service: &Value) -> String {
    let printed = items(service, "/spec/ports").iter().map(|port| {
        let protocol = match text(port, "/protocol") {
            "" => "TCP",
            protocol => protocol,
        };
        match (number(port, "/port"), number(port, "/nodePort")) {
            (port, 0) => format!("{port}/{protocol}"),
            (port, node_port) => format!("{port}:{node_port}/{protocol}"),
        }
    });
    or_none(printed.collect::<Vec<_>>().join(","))
}

fn is_bound(claim: &Value) -> bool {
    !text(claim, "/spec/volumeName").is_empty()
}

fn volume_claim(volume: &Value) -> String {
    match text(volume, "/spec/claimRef/name") {
        "" => String::new(),
        name => format!("{}/{name}", text(volume, "/spec/claimRef/namespace")),
    }
}

fn containers(object: &Value, field: &str) -> String {
    join(items(object, "/spec/template/spec/containers").iter().map(|container| text(container, field)), ",")
}

fn job_status(job: &Value) -> &'static str {
    let own = |kinds: &[&'static str]| kinds.iter().copied().find(|kind| has_condition(job, kind));
    own(&["Complete", "Failed"])
        .or_else(|| object::is_terminating(job).then_some("Terminating"))
        .or_else(|| own(&["Suspended", "FailureTarget", "SuccessCriteriaMet"]))
        .unwrap_or("Running")
}

fn job_completions(job: &Value) -> String {
    let succeeded = number(job, "/status/succeeded");
    match job.pointer("/spec/completions").and_then(Value::as_i64) {
        Some(completions) => format!("{succeeded}/{completions}"),
        None if number(job, "/spec/parallelism") > 1 => {
            format!("{succeeded}/1 of {}", number(job, "/spec/parallelism"))
        }
        None => format!("{succeeded}/1"),
    }
}

fn job_duration(job: &Value, now_ms: u64) -> String {
    let time = |pointer| milliseconds(text(job, pointer));
    time("/status/startTime")
        .map(|start| elapsed(start, time("/status/completionTime").unwrap_or(now_ms)))
        .unwrap_or_default()
}

fn subjects(binding: &Value, kind: &str) -> String {
    let own = items(binding, "/subjects").iter().filter(|subject| text(subject, "/kind") == kind);
    let printed = own.map(|subject| match text(subject, "/namespace") {
        "" => text(subject, "/name").to_owned(),
        namespace => format!("{namespace}/{}", text(subject, "/name")),
    });
    printed.collect::<Vec<_>>().join(", ")
}

fn apiservice_service(service: &Value) -> String {
    match text(service, "/spec/service/name") {
        "" => "Local".to_owned(),
        name => format!("{}/{name}", text(service, "/spec/service/namespace")),
    }
}

fn apiservice_available(service: &Value) -> String {
    match condition(service, "Available") {
        None => "Unknown".to_owned(),
        Some(available) if text(available, "/status") == "True" => "True".to_owned(),
        Some(available) => {
            format!("{} ({})", text(available, "/status"), text(available, "/reason"))
        }
    }
}

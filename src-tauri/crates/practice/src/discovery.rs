//! What is served, as aggregated discovery says it, and the server's version. Documents of older ways are not served:
//! no client of ours asks for them.

use std::hash::{DefaultHasher, Hash, Hasher};

use http::{HeaderMap, header};
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Content},
    kinds::{Kind, Kinds},
    object,
    status::Refusal,
};

/// What may be done with every kind. No collection is ever deleted at once.
const VERBS: [&str; 7] = ["create", "delete", "get", "list", "patch", "update", "watch"];

/// The document at a path.
pub(crate) fn document(kinds: &Kinds, path: &[String], headers: &HeaderMap) -> Result<Answer, Refusal> {
    match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["version"] => Ok(Answer::json(
            200,
            json!({"major": "1", "minor": "36", "gitVersion": "v1.36.3", "platform": "practice"}),
        )),
        ["api"] => aggregated(headers, &groups(kinds, |kind| kind.group.is_empty())),
        ["apis"] => aggregated(headers, &groups(kinds, |kind| !kind.group.is_empty())),
        _ => Ok(Answer::no_such_path()),
    }
}

/// A document with its tag, or the word that it is the one that is known.
fn aggregated(headers: &HeaderMap, items: &Value) -> Result<Answer, Refusal> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accept = text(header::ACCEPT);
    if !(accept.contains("g=apidiscovery.k8s.io") && accept.contains("v=v2")) {
        let message = "only the following media types are accepted: \
            application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
        return Err(Refusal::new(406, "NotAcceptable", message));
    }
    let document = json!({
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": items,
    });
    let mut hasher = DefaultHasher::new();
    document.to_string().hash(&mut hasher);
    let tag = format!("\"{:016X}\"", hasher.finish());
    let is_known = text(header::IF_NONE_MATCH) == tag;
    let mut answer = Answer::json(200, document);
    if is_known {
        (answer.code, answer.content) = (304, Content::Nothing);
    }
    answer.etag = Some(tag);
    Ok(answer)
}

/// The groups with their one version each, in the order of the kinds.
fn groups(kinds: &Kinds, is_wanted: impl Fn(&Kind) -> bool) -> Value {
    let mut groups: Vec<(&str, &str, Vec<Value>)> = Vec::new();
    for kind in kinds.all().iter().filter(|kind| is_wanted(kind)) {
        match groups.iter_mut().find(|(group, version, _)| *group == kind.group && *version == kind.version) {
            Some((_, _, resources)) => resources.push(resource(kind)),
            None => groups.push((&kind.group, &kind.version, vec![resource(kind)])),
        }
    }
    let group = |(group, version, resources): (&str, &str, Vec<Value>)| {
        let mut metadata = json!({"creationTimestamp": null});
        if !group.is_empty() {
            object::set(&mut metadata, "/name", group);
        }
        json!({
            "metadata": metadata,
            "versions": [{"version": version, "resources": resources, "freshness": "Current"}],
        })
    };
    groups.into_iter().map(group).collect()
}

fn resource(kind: &Kind) -> Value {
    let subresources: Value = kind.subresources.iter().map(|name| subresource(kind, name)).collect();
    json!({
        "resource": kind.plural,
        // Empty where they are those of the document.
        "responseKind": {"group": "", "version": "", "kind": kind.name},
        "scope": if kind.is_namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": kind.singular,
        "verbs": VERBS,
        "shortNames": kind.short_names,
        "categories": kind.categories,
        "subresources": subresources,
    })
}

fn subresource(kind: &Kind, name: &str) -> Value {
    let (response, verbs) = match name {
        "eviction" => (json!({"group": "policy", "version": "v1", "kind": "Eviction"}), json!(["create"])),
        "finalize" => (json!({"group": "", "version": "", "kind": kind.name}), json!(["update"])),
        _ => (json!({"group": "", "version": "", "kind": kind.name}), json!(["get", "patch", "update"])),
    };
    json!({"subresource": name, "responseKind": response, "verbs": verbs})
}

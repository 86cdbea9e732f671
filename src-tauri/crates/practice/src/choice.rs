//! Which objects of a kind a request means: label and field selectors.

use secateur_domain::selector::Selector;
use serde_json::Value;

use crate::{kinds::Kind, object, route::Query, status::Refusal};

/// Both selectors; together they choose among the objects of a kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choice {
    labels: Option<Selector>,
    fields: Vec<Field>,
}

#[derive(Debug, Clone)]
struct Field {
    pointer: &'static str,
    value: String,
    is_wanted: bool,
}

/// The fields that can be asked for beside the name and the namespace.
const FIELDS: [(&str, &str, &str); 9] = [
    ("pods", "spec.nodeName", "/spec/nodeName"),
    ("pods", "spec.restartPolicy", "/spec/restartPolicy"),
    ("pods", "spec.schedulerName", "/spec/schedulerName"),
    ("pods", "spec.serviceAccountName", "/spec/serviceAccountName"),
    ("pods", "status.phase", "/status/phase"),
    ("pods", "status.podIP", "/status/podIP"),
    ("namespaces", "status.phase", "/status/phase"),
    ("secrets", "type", "/type"),
    ("nodes", "spec.unschedulable", "/spec/unschedulable"),
];

impl Choice {
    pub(crate) fn of(query: &Query, kind: &Kind) -> Result<Self, Refusal> {
        let labels = match query.get("labelSelector") {
            "" => None,
            text => Some(Selector::parse(text).map_err(|problem| {
                Refusal::bad_request(format!("unable to parse requirement: {problem}"))
            })?),
        };
        let fields = split(query.get("fieldSelector")).map(|term| field(&term, kind));
        Ok(Self { labels, fields: fields.collect::<Result<_, _>>()? })
    }

    /// Whether everything is chosen.
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_none() && self.fields.is_empty()
    }

    pub(crate) fn takes(&self, object: &Value) -> bool {
        let labels = || {
            let pairs = object::members(object, "/metadata/labels").into_iter().flatten();
            pairs.filter_map(|(key, value)| Some((key.as_str().into(), value.as_str()?.into()))).collect()
        };
        self.labels.as_ref().is_none_or(|selector| selector.matches(&labels()))
            && self.fields.iter().all(|field| (text(object, field.pointer) == field.value) == field.is_wanted)
    }
}

/// As the server compares it.
fn text(object: &Value, pointer: &str) -> String {
    match object.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None if pointer == "/spec/unschedulable" => "false".to_owned(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

/// The terms between commas; `\` takes a character as it is.
fn split(selector: &str) -> impl Iterator<Item = Vec<char>> {
    let mut terms = vec![Vec::new()];
    let mut is_escaped = false;
    for character in selector.chars() {
        if character == ',' && !is_escaped {
            terms.push(Vec::new());
            continue;
        }
        is_escaped = character == '\\' && !is_escaped;
        if let Some(term) = terms.last_mut() {
            term.push(character);
        }
    }
    terms.into_iter().filter(|term| !term.is_empty())
}

fn field(term: &[char], kind: &Kind) -> Result<Field, Refusal> {
    let term: String = term.iter().collect();
    let parts = [("!=", false), ("==", true), ("=", true)]
        .into_iter()
        .find_map(|(operator, is_wanted)| Some((term.split_once(operator)?, is_wanted)));
    let Some(((label, value), is_wanted)) = parts else {
        return Err(Refusal::bad_request(format!("invalid selector: '{term}'; can't understand '{term}'")));
    };
    let resource = kind.resource();
    let pointer = match label {
        "metadata.name" => Some("/metadata/name"),
        "metadata.namespace" if kind.is_namespaced => Some("/metadata/namespace"),
        _ => FIELDS
            .iter()
            .find(|(own, name, _)| *own == resource && *name == label)
            .map(|(_, _, pointer)| *pointer),
    };
    let Some(pointer) = pointer else {
        let why = if FIELDS.iter().any(|(own, ..)| *own == resource) || kind.is_custom {
            format!("field label not supported: {label}")
        } else {
            format!("{label:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
        };
        return Err(Refusal::bad_request(why));
    };
    let mut unescaped = String::new();
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        unescaped.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    Ok(Field { pointer, value: unescaped, is_wanted })
}

//! Lists: as they are, or as they were at a version, whole or in pages; and single objects.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::{
    answer::Form,
    choice::Choice,
    kinds::Kind,
    object,
    route::Query,
    state::State,
    status::Refusal,
    table::{Columns, Printer, metadata_of},
};

const TOO_OLD: &str = "The resourceVersion for the provided list is too old.";
const TOKEN_TOO_OLD: &str = "The provided continue parameter is too old to display a consistent list result. You can \
    start a new list without the continue parameter, or use the continue token in this response to retrieve the \
    remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were \
    created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

/// Which objects of a kind are wanted, and how.
pub(crate) struct Wanted<'a> {
    pub(crate) kind: &'a Arc<Kind>,
    /// Those of every namespace when absent.
    pub(crate) namespace: Option<&'a str>,
    pub(crate) query: &'a Query,
    pub(crate) form: Form,
}

/// Where a list goes on.
#[derive(Clone)]
struct Token {
    /// The version of the list; the present one where the list is not to be consistent.
    version: Option<u64>,
    /// After which object.
    namespace: String,
    name: String,
}

/// One object in the form that is wanted.
pub(crate) fn one(
    kind: &Arc<Kind>,
    object: &Arc<Value>,
    query: &Query,
    form: Form,
    now_ms: u64,
) -> Result<Value, Refusal> {
    Ok(match form {
        Form::Whole => Value::clone(object),
        Form::Metadata => metadata_of(object),
        Form::Table => Printer::of(kind, query)?.table_of_one(object, now_ms, Columns::Defined),
    })
}

/// A list, or a page of one, in the form that is wanted.
pub(crate) fn list(state: &State, wanted: &Wanted<'_>) -> Result<Value, Refusal> {
    let Wanted { kind, namespace, query, .. } = *wanted;
    let choice = Choice::of(query, kind)?;
    let limit: usize = match query.get("limit") {
        "" => 0,
        text => text.parse().map_err(|_| Refusal::bad_request(format!("invalid limit: {text:?}")))?,
    };
    let token = match query.get("continue") {
        "" => None,
        text => Some(Token::read(text)?),
    };
    let version = match &token {
        Some(_) if !matches!(query.get("resourceVersion"), "" | "0") => {
            return Err(Refusal::bad_request(
                "specifying resource version is not allowed when using continue",
            ));
        }
        Some(token) => token.version,
        None => exact_version(state, query, limit)?,
    };
    let too_old = || match &token {
        Some(token) => Refusal {
            continue_token: Token { version: None, ..token.clone() }.to_text(),
            ..Refusal::expired(TOKEN_TOO_OLD)
        },
        None => Refusal::expired(TOO_OLD),
    };
    let all = objects_at(state, kind, namespace, version).ok_or_else(too_old)?;
    let is_left = |object: &Arc<Value>| {
        let place = (object::namespace(object), object::name(object));
        token.as_ref().is_none_or(|token| place > (token.namespace.as_str(), token.name.as_str()))
    };
    let mut chosen: Vec<Arc<Value>> =
        all.into_iter().filter(|object| is_left(object) && choice.takes(object)).collect();
    let list_version = version.unwrap_or_else(|| state.version());
    let mut metadata = json!({"resourceVersion": list_version.to_string()});
    if limit > 0 && chosen.len() > limit {
        let remaining = chosen.len().saturating_sub(limit);
        chosen.truncate(limit);
        if let Some(last) = chosen.last() {
            let next = Token {
                version: Some(list_version),
                namespace: object::namespace(last).to_owned(),
                name: object::name(last).to_owned(),
            };
            object::set(&mut metadata, "/continue", next.to_text());
        }
        if choice.is_empty() {
            object::set(&mut metadata, "/remainingItemCount", remaining);
        }
    }
    print(wanted, &metadata, &chosen, state.now_ms())
}

fn print(
    wanted: &Wanted<'_>,
    metadata: &Value,
    objects: &[Arc<Value>],
    now_ms: u64,
) -> Result<Value, Refusal> {
    let Wanted { kind, query, form, .. } = *wanted;
    let items = |item: &dyn Fn(&Value) -> Value| objects.iter().map(|object| item(object)).collect::<Value>();
    Ok(match form {
        Form::Table => Printer::of(kind, query)?.table(metadata, objects, now_ms, Columns::Defined),
        Form::Metadata => json!({
            "kind": "PartialObjectMetadataList",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": metadata,
            "items": items(&metadata_of),
        }),
        Form::Whole => json!({
            "kind": kind.list_name,
            "apiVersion": kind.api_version(),
            "metadata": metadata,
            "items": items(&|object| if kind.is_custom { object.clone() } else { untyped(object) }),
        }),
    })
}

/// Lists of built-in kinds leave out of their items what the list says of all of them.
fn untyped(object: &Value) -> Value {
    let mut object = object.clone();
    object::take(&mut object, "/apiVersion");
    object::take(&mut object, "/kind");
    object
}

/// The version that a list must have; `None` where the present one will do.
fn exact_version(state: &State, query: &Query, limit: usize) -> Result<Option<u64>, Refusal> {
    let (text, matching) = (query.get("resourceVersion"), query.get("resourceVersionMatch"));
    let forbidden = |why: &str| {
        let message =
            format!("ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: {why}");
        Err(Refusal::new(422, "Invalid", message))
    };
    if text.is_empty() && !matching.is_empty() {
        return forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if text == "0" && matching == "Exact" {
        return forbidden("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }
    if matches!(text, "" | "0") {
        return Ok(None);
    }
    let version = read_version(text)?;
    if version > state.version() {
        return Err(too_large(version, state.version()));
    }
    let is_exact = matching == "Exact" || (matching.is_empty() && limit > 0);
    Ok(is_exact.then_some(version))
}

pub(crate) fn read_version(text: &str) -> Result<u64, Refusal> {
    text.parse().map_err(|_| {
        let why = format!("Invalid value: {text:?}: strconv.ParseUint: parsing {text:?}: invalid syntax");
        Refusal::internal(format!("resourceVersion: {why}"))
    })
}

fn too_large(version: u64, current: u64) -> Refusal {
    let message = format!("Too large resource version: {version}, current: {current}");
    let mut refusal = Refusal::new(504, "Timeout", message);
    refusal.details = json!({
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
        "retryAfterSeconds": 1,
    });
    refusal
}

/// The objects as they were at a version; `None` where that is forgotten.
fn objects_at(
    state: &State,
    kind: &Kind,
    namespace: Option<&str>,
    version: Option<u64>,
) -> Option<Vec<Arc<Value>>> {
    let resource = kind.resource();
    let present = state.list(&resource, namespace).map(Arc::clone);
    let Some(version) = version.filter(|version| *version < state.version()) else {
        return Some(present.collect());
    };
    let place = |object: &Value| (object::namespace(object).to_owned(), object::name(object).to_owned());
    let mut objects: BTreeMap<_, _> = present.map(|object| (place(&object), object)).collect();
    let own = state.changes_since(version)?.rev().filter(|change| *change.kind == resource);
    for change in own.filter(|change| namespace.is_none_or(|own| own == object::namespace(&change.object))) {
        match &change.before {
            Some(before) => objects.insert(place(before), Arc::clone(before)),
            None => objects.remove(&place(&change.object)),
        };
    }
    Some(objects.into_values().collect())
}

impl Token {
    fn to_text(&self) -> String {
        let version = self.version.map_or(json!(-1), Value::from);
        let token = json!({"v": "meta.k8s.io/v1", "rv": version, "start": [self.namespace, self.name]});
        URL_SAFE_NO_PAD.encode(token.to_string())
    }

    fn read(text: &str) -> Result<Self, Refusal> {
        let invalid = |why: &str| Refusal::bad_request(format!("continue key is not valid: {why}"));
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|problem| invalid(&problem.to_string()))?;
        let token: Value = serde_json::from_slice(&json).map_err(|problem| invalid(&problem.to_string()))?;
        let start = |pointer| token.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        match (start("/start/0"), start("/start/1")) {
            (Some(namespace), Some(name)) => {
                Ok(Self { version: token.get("rv").and_then(Value::as_u64), namespace, name })
            }
            _ => Err(invalid("it has no start")),
        }
    }
}

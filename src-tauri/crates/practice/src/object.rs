//! Reading and changing objects, which are plain JSON: nothing here knows a kind.

use serde_json::{Map, Value};

/// An owner reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner {
    /// `apps/v1`.
    pub(crate) api_version: String,
    /// `ReplicaSet`.
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) uid: String,
    pub(crate) is_controller: bool,
    /// `blockOwnerDeletion`.
    pub(crate) blocks: bool,
}

pub(crate) fn name(object: &Value) -> &str {
    text(object, "/metadata/name")
}

/// Empty for what is in no namespace.
pub(crate) fn namespace(object: &Value) -> &str {
    text(object, "/metadata/namespace")
}

pub(crate) fn uid(object: &Value) -> &str {
    text(object, "/metadata/uid")
}

/// Whether it has a `deletionTimestamp`.
pub(crate) fn is_terminating(object: &Value) -> bool {
    object.pointer("/metadata/deletionTimestamp").is_some_and(|time| !time.is_null())
}

pub(crate) fn label<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.pointer("/metadata/labels")?.get(key)?.as_str()
}

pub(crate) fn annotation<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.pointer("/metadata/annotations")?.get(key)?.as_str()
}

pub(crate) fn finalizers(object: &Value) -> impl Iterator<Item = &str> {
    items(object, "/metadata/finalizers").iter().filter_map(Value::as_str)
}

pub(crate) fn has_finalizer(object: &Value, finalizer: &str) -> bool {
    finalizers(object).any(|own| own == finalizer)
}

pub(crate) fn add_finalizer(object: &mut Value, finalizer: &str) {
    if !has_finalizer(object, finalizer) {
        let mut all: Vec<Value> = items(object, "/metadata/finalizers").to_vec();
        all.push(finalizer.into());
        set(object, "/metadata/finalizers", all);
    }
}

/// Takes it out, and the whole list with the last of them.
pub(crate) fn remove_finalizer(object: &mut Value, finalizer: &str) {
    retain(object, "/metadata/finalizers", |own| own != finalizer);
}

/// Keeps some of the list there, and takes out the whole list with the last of them.
pub(crate) fn retain(object: &mut Value, pointer: &str, is_kept: impl Fn(&Value) -> bool) {
    let mut all = items(object, pointer).to_vec();
    all.retain(is_kept);
    if all.is_empty() {
        take(object, pointer);
    } else {
        set(object, pointer, all);
    }
}

pub(crate) fn owners(object: &Value) -> Vec<Owner> {
    let owner = |reference: &Value| Owner {
        api_version: text(reference, "/apiVersion").to_owned(),
        kind: text(reference, "/kind").to_owned(),
        name: text(reference, "/name").to_owned(),
        uid: text(reference, "/uid").to_owned(),
        is_controller: is(reference, "/controller"),
        blocks: is(reference, "/blockOwnerDeletion"),
    };
    items(object, "/metadata/ownerReferences").iter().map(owner).collect()
}

/// The text there; empty where there is none.
pub(crate) fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The number there; zero where there is none.
pub(crate) fn number(object: &Value, pointer: &str) -> i64 {
    object.pointer(pointer).and_then(Value::as_i64).unwrap_or_default()
}

/// Whether `true` stands there.
pub(crate) fn is(object: &Value, pointer: &str) -> bool {
    object.pointer(pointer).and_then(Value::as_bool).unwrap_or_default()
}

/// The list there; empty where there is none.
pub(crate) fn items<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The members there.
pub(crate) fn members<'a>(object: &'a Value, pointer: &str) -> Option<&'a Map<String, Value>> {
    object.pointer(pointer).and_then(Value::as_object)
}

/// Puts a value there, and makes the objects on the way to it. Goes through no lists.
pub(crate) fn set(object: &mut Value, pointer: &str, value: impl Into<Value>) {
    let mut at = object;
    for segment in segments(pointer) {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Value::Object(members) = at else { return };
        at = members.entry(segment).or_insert(Value::Null);
    }
    *at = value.into();
}

/// Takes out what is there.
pub(crate) fn take(object: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, last) = pointer.rsplit_once('/')?;
    object.pointer_mut(parent)?.as_object_mut()?.remove(&unescaped(last))
}

/// The names in a JSON pointer.
pub(crate) fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(unescaped)
}

fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_set_is_there_and_what_is_taken_is_not() {
        let mut object = json!({"metadata": {"name": "a"}});
        set(&mut object, "/metadata/labels/example.com~1tier", "web");
        assert_eq!(label(&object, "example.com/tier"), Some("web"));
        assert_eq!(take(&mut object, "/metadata/labels/example.com~1tier"), Some("web".into()));
        assert_eq!(label(&object, "example.com/tier"), None);
        assert_eq!(take(&mut object, "/spec/replicas"), None);
    }

    #[test]
    fn the_last_finalizer_takes_the_list_with_it() {
        let mut object = json!({"metadata": {"name": "a"}});
        for finalizer in ["one", "two", "one"] {
            add_finalizer(&mut object, finalizer);
        }
        assert_eq!(finalizers(&object).collect::<Vec<_>>(), ["one", "two"]);
        remove_finalizer(&mut object, "one");
        remove_finalizer(&mut object, "two");
        assert_eq!(object, json!({"metadata": {"name": "a"}}));
    }
}

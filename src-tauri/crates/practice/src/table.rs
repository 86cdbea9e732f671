//! Tables as the server prints them.

use std::sync::Arc;

use secateur_domain::age;
use serde_json::{Value, json};

use crate::{
    cells, jsonpath,
    kinds::{Column, Kind},
    object,
    route::Query,
    state::milliseconds,
    status::Refusal,
};

/// How much of each object comes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Include {
    Nothing,
    Metadata,
    Object,
}

impl Include {
    fn of(text: &str) -> Result<Self, Refusal> {
        match text {
            "None" => Ok(Self::Nothing),
            "" | "Metadata" => Ok(Self::Metadata),
            "Object" => Ok(Self::Object),
            other => Err(Refusal::bad_request(format!(
                "Unable to convert to Table as requested: includeObject: Invalid value: {other:?}: must be 'Metadata', \
                 'Object', 'None', or empty"
            ))),
        }
    }
}

/// Prints one kind's objects at one time.
#[derive(Debug, Clone)]
pub(crate) struct Printer {
    kind: Arc<Kind>,
    include: Include,
}

impl Printer {
    /// As the query wants it.
    pub(crate) fn of(kind: &Arc<Kind>, query: &Query) -> Result<Self, Refusal> {
        Ok(Self { kind: Arc::clone(kind), include: Include::of(query.get("includeObject"))? })
    }

    /// A table. The columns are left out of all events of a watch but the first.
    pub(crate) fn table(
        &self,
        metadata: &Value,
        objects: &[Arc<Value>],
        now_ms: u64,
        columns: Columns,
    ) -> Value {
        let definitions: Value = match columns {
            Columns::Defined => self.kind.columns.iter().map(definition).collect(),
            Columns::Known => Value::Null,
        };
        json!({
            "kind": "Table",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": metadata,
            "columnDefinitions": definitions,
            "rows": objects.iter().map(|object| self.row(object, now_ms)).collect::<Value>(),
        })
    }

    /// A table of one object, at the object's own version.
    pub(crate) fn table_of_one(&self, object: &Arc<Value>, now_ms: u64, columns: Columns) -> Value {
        let metadata = json!({"resourceVersion": object::text(object, "/metadata/resourceVersion")});
        self.table(&metadata, std::slice::from_ref(object), now_ms, columns)
    }

    fn row(&self, object: &Value, now_ms: u64) -> Value {
        let cells: Value = self.kind.columns.iter().map(|column| self.cell(object, column, now_ms)).collect();
        let included = match self.include {
            Include::Nothing => Value::Null,
            Include::Metadata => metadata_of(object),
            Include::Object => object.clone(),
        };
        json!({"cells": cells, "object": included})
    }

    fn cell(&self, object: &Value, column: &Column, now_ms: u64) -> Value {
        if let Some(code) = column.source.strip_prefix("code:") {
            return cells::printed(code, object, now_ms);
        }
        let value = jsonpath::first(object, &column.source).filter(|value| !value.is_null());
        if !self.kind.is_custom {
            return value.cloned().unwrap_or_else(|| "".into());
        }
        value.map_or(Value::Null, |value| custom_cell(&column.kind, value, now_ms))
    }
}

/// Whether a table says what its columns are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Columns {
    Defined,
    Known,
}

/// An object of which only the metadata is shown.
pub(crate) fn metadata_of(object: &Value) -> Value {
    json!({
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": object.get("metadata").cloned().unwrap_or_default(),
    })
}

fn definition(column: &Column) -> Value {
    json!({
        "name": column.name,
        "type": column.kind,
        "format": column.format,
        "description": column.description,
        "priority": column.priority,
    })
}

/// As apiextensions' table convertor makes it: a value that is not of the column's type is none.
fn custom_cell(kind: &str, value: &Value, now_ms: u64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "so does the server")]
    let whole = |number: f64| Value::from(number as i64);
    match kind {
        "integer" => {
            value.as_i64().map(Value::from).or_else(|| value.as_f64().map(whole)).unwrap_or_default()
        }
        "number" if value.is_number() => value.clone(),
        "boolean" if value.is_boolean() => value.clone(),
        "date" => value.as_str().map(|time| since(time, now_ms).into()).unwrap_or_default(),
        "string" => value.as_str().map_or_else(|| value.to_string().into(), Value::from),
        _ => Value::Null,
    }
}

/// How long ago that was, in words as short as `5d`.
pub(crate) fn since(time: &str, now_ms: u64) -> String {
    let Some(then) = milliseconds(time) else {
        return if time.is_empty() { "<unknown>" } else { "<invalid>" }.to_owned();
    };
    elapsed(then, now_ms)
}

/// The time between two moments, in words.
pub(crate) fn elapsed(from_ms: u64, until_ms: u64) -> String {
    age::human(i64::try_from(until_ms.saturating_sub(from_ms) / 1000).unwrap_or(i64::MAX))
}

/// How long an object has been there.
pub(crate) fn age_of(object: &Value, now_ms: u64) -> String {
    since(object::text(object, "/metadata/creationTimestamp"), now_ms)
}

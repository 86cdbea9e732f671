//! What is served: the built-in kinds from `kinds.yaml`, and those that definitions add while they are there.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use serde_json::Value;

use crate::{object, state::What, status::resource};

pub(crate) const DEFINITIONS: &str = "customresourcedefinitions.apiextensions.k8s.io";

/// One kind.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about a kind")]
pub(crate) struct Kind {
    /// Empty for the core group.
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) plural: String,
    pub(crate) singular: String,
    /// `Deployment`.
    pub(crate) name: String,
    pub(crate) list_name: String,
    pub(crate) short_names: Vec<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) is_namespaced: bool,
    pub(crate) subresources: Vec<String>,
    pub(crate) columns: Vec<Column>,
    /// A DELETE that says nothing of propagation orphans the dependants.
    pub(crate) orphans_by_default: bool,
    /// A DELETE is answered with the object, not with a Status.
    pub(crate) returns_deleted: bool,
    /// A definition defines it.
    pub(crate) is_custom: bool,
}

/// One column of its tables.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// `string`, `integer`, `date`, …
    pub(crate) kind: String,
    /// Where a cell comes from: a JSON path, or `code:` and what computes it.
    pub(crate) source: String,
    pub(crate) priority: i64,
    pub(crate) format: String,
    pub(crate) description: String,
}

impl Kind {
    /// `deployments.apps`, or `pods`: what the state calls it.
    pub(crate) fn resource(&self) -> String {
        resource(&self.group, &self.plural)
    }

    /// `apps/v1`, or `v1`.
    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    pub(crate) fn has_status(&self) -> bool {
        self.subresources.iter().any(|subresource| subresource == "status")
    }
}

/// The kinds in the order of discovery.
#[derive(Debug, Clone)]
pub(crate) struct Kinds {
    kinds: Vec<Arc<Kind>>,
}

impl Kinds {
    pub(crate) fn built_in() -> Self {
        Self { kinds: BUILT_IN.clone() }
    }

    pub(crate) fn all(&self) -> &[Arc<Kind>] {
        &self.kinds
    }

    /// By what the state calls it.
    pub(crate) fn get(&self, resource: &str) -> Option<&Arc<Kind>> {
        let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
        self.kinds.iter().find(|kind| kind.plural == plural && kind.group == group)
    }

    /// By what is in a path.
    pub(crate) fn served(&self, group: &str, version: &str, plural: &str) -> Option<&Arc<Kind>> {
        self.kinds.iter().find(|kind| kind.plural == plural && kind.group == group && kind.version == version)
    }

    /// By what objects and owner references say, whatever the version: `apps/v1`, `Deployment`.
    pub(crate) fn by_name(&self, api_version: &str, name: &str) -> Option<&Arc<Kind>> {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        self.kinds.iter().find(|kind| kind.group == group && kind.name == name)
    }

    /// Takes notice of a definition.
    pub(crate) fn follow(&mut self, resource: &str, what: What, object: &Value) {
        if resource != DEFINITIONS {
            return;
        }
        let (group, plural) =
            (object::text(object, "/spec/group"), object::text(object, "/spec/names/plural"));
        let old = self.kinds.iter().position(|kind| kind.group == group && kind.plural == plural);
        let kind = (what != What::Removed).then(|| defined(object)).flatten().map(Arc::new);
        match (old, kind) {
            (Some(at), Some(kind)) => {
                if let Some(own) = self.kinds.get_mut(at) {
                    *own = kind;
                }
            }
            (Some(at), None) => {
                self.kinds.remove(at);
            }
            (None, Some(kind)) => self.kinds.push(kind),
            (None, None) => {}
        }
    }
}

/// `kinds.yaml` was read when it was written, and a test reads it; no kinds where it cannot be read.
static BUILT_IN: LazyLock<Vec<Arc<Kind>>> = LazyLock::new(|| {
    let wire: Vec<WireKind> = serde_saphyr::from_str(include_str!("kinds.yaml")).unwrap_or_default();
    wire.into_iter().map(|wire| Arc::new(wire.into())).collect()
});

/// One entry of `kinds.yaml`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WireKind {
    /// Group, version, plural, singular, kind, scope.
    kind: (String, String, String, String, String, String),
    #[serde(default)]
    short: Vec<String>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    subresources: Vec<String>,
    #[serde(default)]
    orphans_by_default: bool,
    #[serde(default)]
    returns_deleted: bool,
    columns: Vec<WireColumn>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WireColumn {
    Formatted(String, String, String, i64, String),
    Wide(String, String, String, i64),
    Plain(String, String, String),
}

impl From<WireKind> for Kind {
    fn from(wire: WireKind) -> Self {
        let (group, version, plural, singular, name, scope) = wire.kind;
        Self {
            group: if group == "core" { String::new() } else { group },
            version,
            plural,
            singular,
            list_name: format!("{name}List"),
            name,
            short_names: wire.short,
            categories: wire.categories,
            is_namespaced: scope == "namespaced",
            subresources: wire.subresources,
            columns: wire.columns.into_iter().map(Column::from).collect(),
            orphans_by_default: wire.orphans_by_default,
            returns_deleted: wire.returns_deleted,
            is_custom: false,
        }
    }
}

impl From<WireColumn> for Column {
    fn from(wire: WireColumn) -> Self {
        let (name, kind, source, priority, format) = match wire {
            WireColumn::Formatted(name, kind, source, priority, format) => {
                (name, kind, source, priority, format)
            }
            WireColumn::Wide(name, kind, source, priority) => (name, kind, source, priority, String::new()),
            WireColumn::Plain(name, kind, source) => (name, kind, source, 0, String::new()),
        };
        Self { name, kind, source, priority, format, description: String::new() }
    }
}

/// The version of a definition that is served here: its first that is to be.
pub(crate) fn served_version(definition: &Value) -> Option<&Value> {
    object::items(definition, "/spec/versions").iter().find(|version| object::is(version, "/served"))
}

/// The kind that a definition defines.
fn defined(definition: &Value) -> Option<Kind> {
    let version = served_version(definition)?;
    let text = |pointer: &str| object::text(definition, pointer).to_owned();
    let texts = |pointer: &str| {
        let items = object::items(definition, pointer).iter();
        items.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let name = text("/spec/names/kind");
    let or = |text: String, other: String| if text.is_empty() { other } else { text };
    let subresources = object::members(version, "/subresources").into_iter().flatten();
    Some(Kind {
        group: text("/spec/group"),
        version: object::text(version, "/name").to_owned(),
        plural: text("/spec/names/plural"),
        singular: or(text("/spec/names/singular"), name.to_lowercase()),
        list_name: or(text("/spec/names/listKind"), format!("{name}List")),
        name,
        short_names: texts("/spec/names/shortNames"),
        categories: texts("/spec/names/categories"),
        is_namespaced: text("/spec/scope") == "Namespaced",
        subresources: subresources.map(|(name, _)| name.clone()).collect(),
        columns: columns(object::items(version, "/additionalPrinterColumns")),
        orphans_by_default: false,
        returns_deleted: false,
        is_custom: true,
    })
}

fn columns(printed: &[Value]) -> Vec<Column> {
    let column = |name: &str, kind: &str, source: &str| Column {
        name: name.to_owned(),
        kind: kind.to_owned(),
        source: source.to_owned(),
        ..Column::default()
    };
    let name = Column { format: "name".to_owned(), ..column("Name", "string", ".metadata.name") };
    let mut columns = vec![name];
    if printed.is_empty() {
        columns.push(column("Age", "date", ".metadata.creationTimestamp"));
    }
    columns.extend(printed.iter().map(|printed| Column {
        priority: object::number(printed, "/priority"),
        format: object::text(printed, "/format").to_owned(),
        description: object::text(printed, "/description").to_owned(),
        ..column(
            object::text(printed, "/name"),
            object::text(printed, "/type"),
            object::text(printed, "/jsonPath"),
        )
    }));
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_kinds_can_be_read() {
        let read: Result<Vec<WireKind>, _> = serde_saphyr::from_str(include_str!("kinds.yaml"));
        if let Err(problem) = &read {
            panic!("{problem}");
        }
        let kinds = Kinds::built_in();
        assert!(kinds.get("deployments.apps").is_some_and(|kind| kind.is_namespaced));
        assert!(kinds.get("nodes").is_some_and(|kind| !kind.is_namespaced && kind.columns.len() == 10));
        assert_eq!(
            kinds.by_name("apps/v1", "ReplicaSet").map(|kind| kind.resource()),
            Some("replicasets.apps".to_owned())
        );
    }
}

//! Kinds, columns and rows for tests.

use std::sync::Arc;

use crate::{
    ids::{ClusterId, ResourceName, Uid},
    kind::{Kind, Scope},
    row::{Column, ColumnKind, Labels, Row, RowState},
};

pub(crate) fn kind(group: &str, plural: &str, name: &str, scope: Scope) -> Arc<Kind> {
    Arc::new(Kind {
        group: group.into(),
        version: "v1".into(),
        plural: plural.into(),
        singular: String::new(),
        name: name.into(),
        scope,
        verbs: vec!["list".into(), "delete".into()],
        short_names: vec![],
        categories: vec![],
        is_preferred: true,
    })
}

pub(crate) fn columns() -> Vec<Column> {
    [
        ("Name", ColumnKind::Name, false),
        ("Status", ColumnKind::Status, false),
        ("Restarts", ColumnKind::Number, false),
        ("Age", ColumnKind::Age, false),
        ("Node", ColumnKind::Text, true),
    ]
    .map(|(name, kind, is_wide)| Column {
        id: name.into(),
        name: name.into(),
        description: String::new(),
        kind,
        is_wide,
    })
    .into()
}

pub(crate) fn row(
    namespace: &str,
    name: &str,
    status: &str,
    restarts: &str,
    created: Option<i64>,
) -> Arc<Row> {
    Arc::new(Row {
        cluster: ClusterId::derive("file", "context", "server"),
        kind: kind("", "pods", "Pod", Scope::Namespaced),
        namespace: ResourceName::parse(namespace).ok(),
        name: name.into(),
        uid: Uid::parse(&format!("uid-of-{name}")).ok(),
        cells: [name, status, restarts, created.map_or("<unknown>", |_| "1d"), "node-7"]
            .into_iter()
            .collect(),
        created,
        deleted: None,
        printed_at: created.unwrap_or_default() + 86_400,
        state: RowState::Live,
        labels: Labels::default(),
        finalizers: Box::default(),
        changed_at: None,
        remarks: None,
    })
}

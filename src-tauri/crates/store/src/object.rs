//! One object as the journal and the trash name it.

use std::{fmt, sync::Arc};

use rusqlite::Row;
use secateur_domain::{
    ids::{ClusterId, ObjectKey, ResourceName, Uid},
    kind::{Kind, Scope},
};
use serde::{Deserialize, Serialize};

use crate::database::parse;

/// What the journal and the trash say of an object: enough to find it again, and nothing of its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectRecord {
    /// Its cluster.
    pub cluster: ClusterId,
    /// The API group; empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// `configmaps`.
    pub plural: String,
    /// `ConfigMap`.
    pub kind: String,
    /// Its namespace.
    pub namespace: Option<ResourceName>,
    /// Its name.
    pub name: ResourceName,
    /// Its UID.
    pub uid: Uid,
    /// Whether its kind lives in namespaces.
    pub is_namespaced: bool,
}

impl ObjectRecord {
    /// The object's key, with as much of its kind as is recorded: without verbs and short names, which only a server
    /// knows.
    pub fn key(&self) -> ObjectKey {
        let kind = Kind {
            group: self.group.clone(),
            version: self.version.clone(),
            plural: self.plural.clone(),
            singular: String::new(),
            name: self.kind.clone(),
            scope: if self.is_namespaced { Scope::Namespaced } else { Scope::Cluster },
            verbs: Vec::new(),
            short_names: Vec::new(),
            categories: Vec::new(),
            is_preferred: false,
        };
        ObjectKey {
            cluster: self.cluster.clone(),
            kind: Arc::new(kind),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
            uid: self.uid.clone(),
        }
    }

    /// Reads the nine [`COLUMNS`] that begin at `first`.
    pub(crate) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        let namespace: Option<String> = row.get(first + 5)?;
        Ok(Self {
            cluster: parse(row, first, ClusterId::parse)?,
            group: row.get(first + 1)?,
            version: row.get(first + 2)?,
            plural: row.get(first + 3)?,
            kind: row.get(first + 4)?,
            namespace: namespace.map(|_| parse(row, first + 5, ResourceName::parse)).transpose()?,
            name: parse(row, first + 6, ResourceName::parse)?,
            uid: parse(row, first + 7, Uid::parse)?,
            is_namespaced: row.get(first + 8)?,
        })
    }
}

/// An object's columns in every table that holds objects, in the order of [`ObjectRecord`].
macro_rules! object_columns {
    () => {
        "cluster, api_group, version, plural, kind, namespace, name, uid, is_namespaced"
    };
}
pub(crate) use object_columns;

impl From<&ObjectKey> for ObjectRecord {
    fn from(key: &ObjectKey) -> Self {
        Self {
            cluster: key.cluster.clone(),
            group: key.kind.group.clone(),
            version: key.kind.version.clone(),
            plural: key.kind.plural.clone(),
            kind: key.kind.name.clone(),
            namespace: key.namespace.clone(),
            name: key.name.clone(),
            uid: key.uid.clone(),
            is_namespaced: key.kind.scope == Scope::Namespaced,
        }
    }
}

impl fmt::Display for ObjectRecord {
    /// "`ConfigMap` a in ns", as messages name an object.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind, self.name)?;
        match &self.namespace {
            Some(namespace) => write!(formatter, " in {namespace}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A `ConfigMap` in `ns`, with a UID made from its name.
    pub(crate) fn config_map(name: &str) -> ObjectRecord {
        ObjectRecord {
            cluster: ClusterId::derive("file", "context", "server"),
            group: String::new(),
            version: "v1".into(),
            plural: "configmaps".into(),
            kind: "ConfigMap".into(),
            namespace: ResourceName::parse("ns").ok(),
            name: ResourceName::parse(name).expect("a name"),
            uid: Uid::parse(&format!("uid-of-{name}")).expect("a UID"),
            is_namespaced: true,
        }
    }

    #[test]
    fn an_object_and_its_key_are_the_same_object() {
        let mut object = config_map("a");
        assert_eq!(ObjectRecord::from(&object.key()), object);
        (object.namespace, object.is_namespaced) = (None, false);
        assert_eq!(ObjectRecord::from(&object.key()), object);
        assert_eq!(object.to_string(), "ConfigMap a");
    }
}

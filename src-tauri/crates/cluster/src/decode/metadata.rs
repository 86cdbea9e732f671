//! The few fields of an object's metadata that are needed. Everything else, `managedFields` above all, is skipped
//! without being built.

use std::{borrow::Cow, collections::HashMap};

use secateur_domain::{
    ids::{ResourceName, Uid},
    outcome::WaitsFor,
    row::Labels,
};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// An object of which only the metadata matters.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct PartialObject<'a> {
    #[serde(borrow, default)]
    pub(crate) metadata: ObjectMeta<'a>,
}

impl<'a> PartialObject<'a> {
    /// Whatever can be read of one that is not as it should be.
    pub(crate) fn loose(json: &'a RawValue) -> Self {
        #[derive(Deserialize)]
        struct Loose<'a> {
            #[serde(borrow)]
            metadata: HashMap<&'a str, &'a RawValue>,
        }
        fn field<'a, T: Deserialize<'a>>(metadata: &HashMap<&str, &'a RawValue>, name: &str) -> Option<T> {
            serde_json::from_str(metadata.get(name)?.get()).ok()
        }
        if let Ok(object) = serde_json::from_str(json.get()) {
            return object;
        }
        let Ok(Loose { metadata }) = serde_json::from_str(json.get()) else { return Self::default() };
        let text = |name| field(&metadata, name).map(|Text(text)| text);
        Self {
            metadata: ObjectMeta {
                name: text("name"),
                namespace: text("namespace"),
                uid: text("uid"),
                resource_version: text("resourceVersion"),
                creation_timestamp: text("creationTimestamp"),
                deletion_timestamp: text("deletionTimestamp"),
                deletion_grace_period_seconds: field(&metadata, "deletionGracePeriodSeconds"),
                finalizers: field(&metadata, "finalizers"),
                labels: field(&metadata, "labels"),
            },
        }
    }
}

/// `ObjectMeta`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ObjectMeta<'a> {
    #[serde(borrow)]
    pub(crate) name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) namespace: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) uid: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) resource_version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) creation_timestamp: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) deletion_timestamp: Option<Cow<'a, str>>,
    pub(crate) deletion_grace_period_seconds: Option<i64>,
    pub(crate) finalizers: Option<Vec<Box<str>>>,
    #[serde(borrow)]
    pub(crate) labels: Option<WireLabels<'a>>,
}

/// Labels in the server's order, which is that of their keys.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WireLabels<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'de: 'a, 'a> Deserialize<'de> for WireLabels<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = WireLabels<'de>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("labels")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some((Text(key), Text(value))) = map.next_entry()? {
                    pairs.push((key, value));
                }
                Ok(WireLabels(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// A text that is borrowed where it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl WireLabels<'_> {
    /// As they are kept; `last`, where it is the same.
    fn keep(&self, last: &Labels) -> Labels {
        let is_last = last.len() == self.0.len()
            && self.0.iter().all(|(key, value)| last.get(key) == Some(value.as_ref()));
        if is_last {
            return last.clone();
        }
        self.0.iter().map(|(key, value)| (key.as_ref().into(), value.as_ref().into())).collect()
    }
}

/// `ListMeta`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ListMeta {
    pub(crate) resource_version: Option<String>,
    #[serde(rename = "continue")]
    pub(crate) continue_token: Option<String>,
    pub(crate) remaining_item_count: Option<i64>,
}

impl ListMeta {
    /// What to ask the next page with; Go leaves an empty one where there is none.
    pub(crate) fn next(&mut self) -> Option<String> {
        self.continue_token.take().filter(|token| !token.is_empty())
    }

    /// The server's estimate of what is left.
    pub(crate) fn remaining(&self) -> Option<u64> {
        self.remaining_item_count.and_then(|count| u64::try_from(count).ok())
    }
}

impl ObjectMeta<'_> {
    /// The name, if it can be one.
    pub(crate) fn name(&self) -> Option<ResourceName> {
        ResourceName::parse(self.name.as_deref()?).ok()
    }

    /// The namespace, for what is in one.
    pub(crate) fn namespace(&self) -> Option<ResourceName> {
        ResourceName::parse(self.namespace.as_deref()?).ok()
    }

    /// The UID.
    pub(crate) fn uid(&self) -> Option<Uid> {
        Uid::parse(self.uid.as_deref()?).ok()
    }

    /// The version.
    pub(crate) fn version(&self) -> String {
        self.resource_version.as_deref().unwrap_or_default().to_owned()
    }

    /// When it was created, in Unix seconds.
    pub(crate) fn created(&self) -> Option<i64> {
        let timestamp: jiff::Timestamp = self.creation_timestamp.as_deref()?.parse().ok()?;
        Some(timestamp.as_second())
    }

    /// When the grace of its deletion is over, in Unix seconds.
    pub(crate) fn deleted(&self) -> Option<i64> {
        let timestamp: jiff::Timestamp = self.deletion_timestamp.as_deref()?.parse().ok()?;
        Some(timestamp.as_second())
    }

    /// Its labels. What one controller made has the same, one after the other: `last` are those of the one before.
    pub(crate) fn labels(&self, last: &Labels) -> Labels {
        self.labels.as_ref().map(|labels| labels.keep(last)).unwrap_or_default()
    }

    /// What it waits for, where it is being deleted.
    pub(crate) fn terminating(&self) -> Option<WaitsFor> {
        let until = self.deletion_timestamp.as_deref()?;
        let finalizers = self.finalizers.as_deref().unwrap_or_default();
        Some(WaitsFor {
            finalizers: finalizers.iter().map(ToString::to_string).collect(),
            grace_period_seconds: self
                .deletion_grace_period_seconds
                .and_then(|seconds| u32::try_from(seconds).ok()),
            until: until.parse().ok().map(jiff::Timestamp::as_second),
        })
    }
}

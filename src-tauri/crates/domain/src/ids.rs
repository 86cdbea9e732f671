//! Names that cannot be wrong: each is parsed once, at the edge.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::kind::Kind;

/// A text that is no usable name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} may not be {text:?}")]
pub struct InvalidName {
    /// Which kind of name was asked for.
    pub what: &'static str,
    /// What was given.
    pub text: String,
}

/// What the names below have in common: as text, printed, and parsed again when they are read back.
macro_rules! text {
    ($name:ident) => {
        impl $name {
            /// As text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                Self::parse(&text)
            }
        }
    };
}
text!(ClusterId);
text!(Uid);
text!(ResourceName);

/// One kubeconfig context that Secateur shows: stable and opaque, never its display name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct ClusterId(Arc<str>);

impl ClusterId {
    /// The id of the context `context` of the file `source` that points at `server`: 32 hexadecimal digits.
    pub fn derive(source: &str, context: &str, server: &str) -> Self {
        let mut hasher = Sha256::new();
        for part in [source, context, server] {
            // The length in front keeps ("a", "bc") and ("ab", "c") apart.
            hasher.update(part.len().to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let digest = hasher.finalize();
        Self(hex(digest.get(..16).unwrap_or_default()).into())
    }

    /// An id that crossed to the page and came back. Whether such a cluster exists is the catalogue's answer.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        if text.is_empty() {
            return Err(InvalidName { what: "a cluster id", text: text.to_owned() });
        }
        Ok(Self(text.into()))
    }
}

/// The server's identity for one object in its whole life.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Uid(Arc<str>);

impl Uid {
    /// A UID is any non-empty text; Kubernetes gives UUIDs, aggregated servers give what they like.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        if text.is_empty() {
            return Err(InvalidName { what: "a UID", text: String::new() });
        }
        Ok(Self(text.into()))
    }
}

/// The name of an object or a namespace: never empty, `.` or `..`, without `/` and NUL, so that it is exactly one
/// segment of a URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct ResourceName(Arc<str>);

impl ResourceName {
    /// Takes what a server could have named; `?x`, `%41`, spaces and emoji are names in RBAC.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        if !Self::is_one(text) {
            return Err(InvalidName { what: "the name of an object", text: text.to_owned() });
        }
        Ok(Self(text.into()))
    }

    pub(crate) fn is_one(text: &str) -> bool {
        !matches!(text, "" | "." | "..") && !text.contains(['/', '\0'])
    }
}

/// Identity across everything: one object served by two groups is one object.
pub type Identity = (ClusterId, Uid);

/// One object, exactly. Nothing without a UID has a key, and nothing without a key can be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectKey {
    /// Its cluster.
    pub cluster: ClusterId,
    /// Its kind.
    pub kind: Arc<Kind>,
    /// Its namespace, for kinds that have one.
    pub namespace: Option<ResourceName>,
    /// Its name.
    pub name: ResourceName,
    /// Its UID.
    pub uid: Uid,
}

impl ObjectKey {
    /// Cluster and UID.
    pub fn identity(&self) -> Identity {
        (self.cluster.clone(), self.uid.clone())
    }
}

impl fmt::Display for ObjectKey {
    /// "`ConfigMap` a in ns", as messages name an object.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind.name, self.name)?;
        match &self.namespace {
            Some(namespace) => write!(formatter, " in {namespace}"),
            None => Ok(()),
        }
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str, expected: bool) {
        assert_eq!(ResourceName::parse(text).is_ok(), expected, "{text:?}");
    }

    #[test]
    fn an_empty_name_is_none() {
        name("", false);
    }
    #[test]
    fn dots_alone_are_no_name() {
        name(".", false);
        name("..", false);
    }
    #[test]
    fn a_slash_would_be_two_segments() {
        name("a/b", false);
    }
    #[test]
    fn what_rbac_allows_is_a_name() {
        for text in ["?x", "#x", "%41", "a b", "system:node", "🌱", "..."] {
            name(text, true);
        }
    }
    #[test]
    fn an_empty_uid_is_none() {
        assert!(Uid::parse("").is_err());
    }
    #[test]
    fn cluster_ids_keep_their_parts_apart() {
        assert_ne!(ClusterId::derive("a", "bc", "s"), ClusterId::derive("ab", "c", "s"));
        assert_eq!(ClusterId::derive("a", "b", "s"), ClusterId::derive("a", "b", "s"));
    }
}

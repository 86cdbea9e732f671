//! What the trash is given, and what it gives back.

use secateur_domain::ids::ClusterId;
use zeroize::Zeroizing;

use crate::ObjectRecord;

/// Why an object is in the trash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyRole {
    /// It was a target itself.
    Target,
    /// It went with a target.
    Dependant,
}

/// A text that names no role.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no role of a copy")]
pub(super) struct NoRole(String);

impl CopyRole {
    /// Its word in the file.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Dependant => "dependant",
        }
    }

    pub(super) fn parse(text: &str) -> Result<Self, NoRole> {
        [Self::Target, Self::Dependant]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| NoRole(text.to_owned()))
    }
}

/// A copy to keep.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCopy {
    /// The job that is about to delete it.
    pub job: String,
    /// The target's place in the job; for a dependant the place of the target that it goes with.
    pub ordinal: u32,
    /// Why it is kept.
    pub role: CopyRole,
    /// Its cluster.
    pub cluster: ClusterId,
    /// The digest of its cluster's fingerprint.
    pub fingerprint: String,
    /// Which object.
    pub object: ObjectRecord,
    /// The whole object as JSON.
    pub body: Zeroizing<Vec<u8>>,
    /// When it was read, in Unix milliseconds.
    pub at: i64,
}

impl std::fmt::Debug for NewCopy {
    /// Everything but the body, which may hold a secret.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("NewCopy")
            .field("job", &self.job)
            .field("ordinal", &self.ordinal)
            .field("role", &self.role)
            .field("object", &self.object)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// A copy without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyRow {
    /// Its id in the trash.
    pub id: i64,
    /// The job that deleted it.
    pub job: String,
    /// The place in the job of the target that it is, or went with.
    pub ordinal: u32,
    /// Why it is kept.
    pub role: CopyRole,
    /// Its cluster.
    pub cluster: ClusterId,
    /// The digest of its cluster's fingerprint.
    pub fingerprint: String,
    /// Which object.
    pub object: ObjectRecord,
    /// How many bytes its body takes.
    pub bytes: u64,
    /// When it was read, in Unix milliseconds.
    pub at: i64,
    /// Whether its key is at hand.
    pub is_readable: bool,
}

/// The trash in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrashStats {
    /// Copies in it.
    pub count: u32,
    /// What their bodies take.
    pub bytes: u64,
    /// How many of them can be read with the key at hand.
    pub readable: u32,
}

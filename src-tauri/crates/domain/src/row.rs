//! Rows as the server prints them, and the snapshot of a list that views read.

use std::sync::Arc;

use crate::{
    ids::{ClusterId, Identity, ObjectKey, ResourceName, Uid},
    kind::Kind,
    outcome::Outcome,
    rehearsal::Rehearsal,
    rows::Rows,
};

/// How a column is drawn and sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// The cluster.
    Cluster,
    /// The kind.
    Kind,
    /// The namespace.
    Namespace,
    /// The object's name.
    Name,
    /// A state word.
    Status,
    /// Numbers.
    Number,
    /// The time since the object was created.
    Age,
    /// The time since something else, as it was when the row was printed.
    Elapsed,
    /// The outcome of a target.
    Outcome,
    /// The rehearsal of a target.
    Rehearsal,
    /// Anything else.
    Text,
}

/// One column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Unique within the list.
    pub id: String,
    /// The server's heading.
    pub name: String,
    /// What the server says it means.
    pub description: String,
    /// How it is drawn.
    pub kind: ColumnKind,
    /// Whether kubectl prints it with `-o wide` only.
    pub is_wide: bool,
}

/// What may be done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowState {
    /// Read; can be acted on where it has a UID.
    #[default]
    Live,
    /// Its metadata, and with it its UID, is still being read.
    Awaited,
    /// A `deletionTimestamp` is set.
    Terminating,
    /// Gone since.
    Gone,
}

/// One object in a list. Tens of thousands are held: what few rows have is boxed, what many share is shared.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its cluster.
    pub cluster: ClusterId,
    /// Its kind.
    pub kind: Arc<Kind>,
    /// Its namespace, for kinds that have one.
    pub namespace: Option<ResourceName>,
    /// Its name; text as the server gave it, for a row without a key may have an impossible one.
    pub name: Arc<str>,
    /// Its UID; until it is known the row can be seen and not acted on.
    pub uid: Option<Uid>,
    /// The printed texts, one for each of the list's columns.
    pub cells: Cells,
    /// `creationTimestamp` in Unix seconds.
    pub created: Option<i64>,
    /// `deletionTimestamp` in Unix seconds: when its grace is over.
    pub deleted: Option<i64>,
    /// When its cells were printed, in Unix seconds by the server's clock.
    pub printed_at: i64,
    /// What may be done with it.
    pub state: RowState,
    /// Its labels.
    pub labels: Labels,
    /// The finalizers, which name what a terminating object waits for.
    pub finalizers: Box<[Box<str>]>,
    /// When this row last came or changed while being watched, in milliseconds of the engine's clock.
    pub changed_at: Option<u64>,
    /// What a plan, a job or the tray says of it.
    pub remarks: Option<Box<Remarks>>,
}

/// What is said of a chosen object beside its cells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Remarks {
    /// A second line.
    pub note: Option<String>,
    /// The outcome, for the rows of a job.
    pub outcome: Option<Outcome>,
    /// What its rehearsal was answered, for the rows of a plan.
    pub rehearsal: Option<Rehearsal>,
}

impl Row {
    /// Cluster and UID.
    pub fn identity(&self) -> Option<Identity> {
        Some((self.cluster.clone(), self.uid.clone()?))
    }

    /// The key, if the row has all that a key needs.
    pub fn key(&self) -> Option<ObjectKey> {
        Some(ObjectKey {
            cluster: self.cluster.clone(),
            kind: Arc::clone(&self.kind),
            namespace: self.namespace.clone(),
            name: ResourceName::parse(&self.name).ok()?,
            uid: self.uid.clone()?,
        })
    }

    /// Whether it can be acted on: it is there, and has a key.
    pub fn is_markable(&self) -> bool {
        self.uid.is_some() && self.state != RowState::Gone && ResourceName::is_one(&self.name)
    }

    /// Holds its name and its UID in the memory in which an earlier row of the object holds them already.
    pub fn share(&mut self, with: &Self) {
        if self.name == with.name {
            self.name = Arc::clone(&with.name);
        }
        if self.uid == with.uid {
            self.uid.clone_from(&with.uid);
        }
    }

    /// Its outcome, for the rows of a job.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.remarks.as_ref()?.outcome.as_ref()
    }

    /// What its rehearsal was answered, for the rows of a plan.
    pub fn rehearsal(&self) -> Option<&Rehearsal> {
        self.remarks.as_ref()?.rehearsal.as_ref()
    }

    /// A second line.
    pub fn note(&self) -> Option<&str> {
        self.remarks.as_ref()?.note.as_deref()
    }

    /// Sets the second line.
    pub fn set_note(&mut self, note: Option<String>) {
        if note.is_some() || self.remarks.is_some() {
            self.remarks.get_or_insert_default().note = note;
        }
    }
}

/// The printed texts of a row, one after the other in one piece of memory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cells {
    text: Box<str>,
    /// Where each ends.
    ends: Box<[u32]>,
}

impl Cells {
    /// The text at `position`.
    pub fn get(&self, position: usize) -> Option<&str> {
        let end = *self.ends.get(position)? as usize;
        let start =
            position.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.text.get(start..end)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Each in turn.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.ends.len()).map(|position| self.get(position).unwrap_or_default())
    }

    /// All of them, one after the other and with nothing between.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl<Text: AsRef<str>> FromIterator<Text> for Cells {
    fn from_iter<Texts: IntoIterator<Item = Text>>(texts: Texts) -> Self {
        // What is made in its size is not moved while it grows: very many are made.
        let texts: Vec<Text> = texts.into_iter().collect();
        let length = texts.iter().map(|cell| cell.as_ref().len()).sum();
        let (mut text, mut ends) = (String::with_capacity(length), Vec::with_capacity(texts.len()));
        for cell in texts {
            text.push_str(cell.as_ref());
            // An answer has at most 64 MiB.
            ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        }
        Self { text: text.into(), ends: ends.into() }
    }
}

/// Labels in the order of their keys. Objects that one controller made share them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Labels(Option<Arc<[Label]>>);

/// Key and value.
type Label = (Box<str>, Box<str>);

impl Labels {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.as_deref().map_or(0, <[_]>::len)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        let labels = self.0.as_deref()?;
        let place = labels.binary_search_by(|(own, _)| own.as_ref().cmp(key)).ok()?;
        labels.get(place).map(|(_, value)| value.as_ref())
    }
}

impl FromIterator<Label> for Labels {
    fn from_iter<Pairs: IntoIterator<Item = Label>>(pairs: Pairs) -> Self {
        let mut labels: Vec<_> = pairs.into_iter().collect();
        labels.sort_unstable();
        Self((!labels.is_empty()).then(|| labels.into()))
    }
}

/// The rows of a list at one moment, and how it stands with them.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot<Problem> {
    /// Columns and rows.
    pub table: Table,
    /// How complete and live they are.
    pub liveness: Liveness<Problem>,
    /// What the servers warned of when the rows were read, each text once for each cluster.
    pub warnings: Arc<[Warning]>,
}

/// Columns and rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The name of the cluster whose rows these are, for a list of objects.
    pub cluster: Arc<str>,
    /// The columns.
    pub columns: Arc<[Column]>,
    /// The rows.
    pub rows: Rows,
    /// The order that they have where no other is asked for.
    pub order: OwnOrder,
}

/// The order that rows have by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OwnOrder {
    /// That of their places.
    #[default]
    Place,
    /// By namespace and name, as servers list objects.
    Name,
}

/// A remark of a server about what it was asked, in its own words: bounded, and without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Whose.
    pub cluster: ClusterId,
    /// The text of a `Warning` header.
    pub text: String,
}

/// How complete and how live rows are.
#[derive(Debug, Clone, PartialEq)]
pub enum Liveness<Problem> {
    /// Nothing has come yet.
    Opening,
    /// Pages are being read; the server said about how many there are.
    Reading {
        /// The estimate.
        about: Option<u64>,
    },
    /// Complete, and a watch keeps it so.
    Live,
    /// Complete, and nothing changes it.
    Settled,
    /// As of a time, in Unix seconds by the server's clock.
    Stale {
        /// That time.
        as_of: i64,
        /// Why.
        problem: Problem,
        /// Whether it was never read to its end, so that there are more.
        is_partial: bool,
    },
    /// Nothing could be read.
    Failed {
        /// When that became so, in Unix seconds by the server's clock.
        at: i64,
        /// Why.
        problem: Problem,
    },
}

impl<Problem> Liveness<Problem> {
    /// Whether rows may be marked and acted on: not when they are of an earlier time.
    pub fn is_actionable(&self) -> bool {
        matches!(self, Self::Live | Self::Settled | Self::Reading { .. })
    }
}

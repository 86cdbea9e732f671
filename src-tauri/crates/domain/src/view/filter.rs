//! What a person asks of rows, as it is typed.

use crate::{
    selector::{Selector, SelectorError},
    sort::duration,
};

/// What rows must be. Everything in it must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    pub(super) words: Vec<Word>,
    pub(super) conditions: Vec<Condition>,
    pub(super) outcomes: Vec<String>,
    fields: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// In lower case.
    pub(super) text: String,
    pub(super) is_loose: bool,
}

/// One condition on a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    Labels(Selector),
    /// In one of these; `true` for in none of them.
    Namespaces(Vec<String>, bool),
    /// The text of a column.
    Column {
        name: String,
        test: CellTest,
    },
    /// Created at least so many seconds ago.
    Older(i64),
    /// Created less than so many seconds ago.
    Younger(i64),
    /// Should have been gone for at least so many seconds.
    Terminating(i64),
    /// Nothing names it.
    Unused,
}

/// What a cell must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CellTest {
    /// One of these, in lower case; `true` for none of them.
    Is(Vec<String>, bool),
    /// Compared as what the cells of the column mean.
    Less(String),
    Greater(String),
}

/// Why a filter means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// It has no `:`.
    #[error(
        "{0:?} is no filter: a column's name or one of label, field, ns, older, younger, terminating and unused stands before a colon"
    )]
    NoFilter(String),
    /// Nothing stands behind the `:`.
    #[error("{0} of what?")]
    Empty(String),
    /// It is no label selector.
    #[error("label: {0}")]
    Selector(#[from] SelectorError),
    /// It is no time.
    #[error("{0:?} is no time: 30s, 10m, 12h, 7d or 1y")]
    NoTime(String),
    /// The list has no such column.
    #[error("no column of this list is called {0:?}")]
    NoColumn(String),
    /// Only some kinds are named by others.
    #[error("only ConfigMaps, Secrets and PersistentVolumeClaims are looked for in what could use them")]
    NeverUsed,
}

impl Filter {
    /// Reads free text and filters. `field:` is for the server and not looked at here: see [`Self::fields`].
    pub fn parse<Token: AsRef<str>>(text: &str, tokens: &[Token]) -> Result<Self, FilterError> {
        let word = |word: &str| {
            let (is_loose, word) = word.strip_prefix('~').map_or((false, word), |word| (true, word));
            Word { text: word.to_lowercase(), is_loose }
        };
        let mut filter = Self { words: text.split_whitespace().map(word).collect(), ..Self::default() };
        for token in tokens {
            filter.add(token.as_ref().trim())?;
        }
        Ok(filter)
    }

    /// Only rows with one of these outcomes, by [`crate::outcome::Outcome::word`]; all where there is none.
    #[must_use]
    pub fn with_outcomes(mut self, outcomes: Vec<String>) -> Self {
        self.outcomes = outcomes;
        self
    }

    /// What the server must be asked for, as `kubectl --field-selector` takes it.
    pub fn fields(&self) -> Option<String> {
        (!self.fields.is_empty()).then(|| self.fields.join(","))
    }

    /// Whether what matches changes as time passes.
    pub fn is_timed(&self) -> bool {
        let is_timed = |condition: &Condition| {
            matches!(condition, Condition::Older(_) | Condition::Younger(_) | Condition::Terminating(_))
        };
        self.conditions.iter().any(is_timed)
    }

    /// Whether it has to be known what the objects of a list are used by.
    pub fn asks_for_uses(&self) -> bool {
        self.conditions.contains(&Condition::Unused)
    }

    /// The columns that it names.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.conditions.iter().filter_map(|condition| match condition {
            Condition::Column { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }

    fn add(&mut self, token: &str) -> Result<(), FilterError> {
        let (key, value) = split(token).ok_or_else(|| FilterError::NoFilter(token.to_owned()))?;
        let name = key.to_lowercase();
        let is_complete_alone = matches!(name.as_str(), "unused" | "terminating");
        if value.is_empty() && !is_complete_alone {
            return Err(FilterError::Empty(key.to_owned()));
        }
        self.conditions.push(match name.as_str() {
            "label" | "labels" | "l" => Condition::Labels(Selector::parse(value)?),
            "field" | "fields" => {
                self.fields.push(value.to_owned());
                return Ok(());
            }
            "ns" | "namespace" => {
                let (is_not, value) = negated(value);
                Condition::Namespaces(list(value), is_not)
            }
            "older" => Condition::Older(seconds(value)?),
            "younger" => Condition::Younger(seconds(value)?),
            "terminating" if value.is_empty() => Condition::Terminating(i64::MIN),
            "terminating" => Condition::Terminating(seconds(value)?),
            "unused" => Condition::Unused,
            _ => Condition::Column { name: key.to_owned(), test: CellTest::parse(value) },
        });
        Ok(())
    }
}

impl CellTest {
    fn parse(value: &str) -> Self {
        if let Some(than) = value.strip_prefix('>') {
            return Self::Greater(than.trim().to_owned());
        }
        if let Some(than) = value.strip_prefix('<').filter(|than| !than.ends_with('>')) {
            return Self::Less(than.trim().to_owned());
        }
        let (is_not, value) = negated(value);
        Self::Is(list(&value.to_lowercase()), is_not)
    }
}

/// `key:value`, and `label=value` as people know it from kubectl.
fn split(token: &str) -> Option<(&str, &str)> {
    let at = token.find([':', '='])?;
    let (key, value) = token.split_at(at);
    let is_key = !key.trim().is_empty() && (value.starts_with(':') || key.trim() == "label");
    is_key.then(|| (key.trim(), value.get(1..).unwrap_or_default().trim()))
}

/// `!a,b`: none of them.
fn negated(value: &str) -> (bool, &str) {
    value.strip_prefix('!').map_or((false, value), |value| (true, value))
}

fn list(value: &str) -> Vec<String> {
    value.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
}

fn seconds(value: &str) -> Result<i64, FilterError> {
    #[expect(clippy::cast_possible_truncation, reason = "a float that is too large becomes the largest")]
    duration(value).map(|seconds| seconds as i64).ok_or_else(|| FilterError::NoTime(value.to_owned()))
}

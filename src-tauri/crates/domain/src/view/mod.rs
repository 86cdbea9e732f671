//! Views of lists: which rows match, in which order, and which columns are printed.

mod arrangement;
mod filter;
mod layout;
mod matcher;
mod text;

pub use self::{
    arrangement::{Arrangement, Counts, Place, Sight},
    filter::{Filter, FilterError},
    layout::{Layout, Leading, Shown},
};

/// Sort direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// Filter, order and columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Which rows match.
    pub filter: Filter,
    /// A column's id and the direction; the list's own order when absent or unknown.
    pub sort: Option<(String, Direction)>,
    /// Whether wide columns are printed.
    pub is_wide: bool,
    /// Columns that a person chose otherwise.
    pub columns: ColumnChoice,
}

/// The columns that a person chose, by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ColumnChoice {
    /// Wide ones that are printed all the same.
    pub shown: Vec<String>,
    /// Those that are not printed; a name always is.
    pub hidden: Vec<String>,
    /// Labels that are columns of their own.
    pub labels: Vec<String>,
}

#[cfg(test)]
mod tests;

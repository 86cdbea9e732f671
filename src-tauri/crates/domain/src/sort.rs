//! The order of rows by one column, whose cells are compared as what they mean: `9Gi` before `10Gi`, `5m` before `2h`,
//! `1/3` before `2/2`, `5 (3d ago)` after `4`. The server only prints texts; what a column holds is read off its cells.

use std::cmp::Ordering;

use crate::{
    age,
    row::{ColumnKind, Row},
    view::Direction,
};

/// So many cells tell how a column is read.
const MOST_ASKED: usize = 1_000;

/// How the rows of a view are compared by one column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sorter {
    kind: ColumnKind,
    reading: Option<Reading>,
    direction: Direction,
}

impl Sorter {
    /// For a column with these cells, some of which tell how all are read.
    pub(crate) fn new<'a>(
        kind: ColumnKind,
        direction: Direction,
        cells: impl ExactSizeIterator<Item = &'a str>,
    ) -> Self {
        let step = cells.len() / MOST_ASKED + 1;
        let reading = if is_read(kind) { Reading::of(cells.step_by(step)) } else { None };
        Self { kind, reading, direction }
    }

    /// What a row is compared by.
    pub(crate) fn key<'a>(self, row: &'a Row, cell: &'a str) -> Key<'a> {
        #[allow(clippy::cast_precision_loss, reason = "seconds are exact for a hundred million years")]
        match self.kind {
            ColumnKind::Age | ColumnKind::Elapsed => match age::since(row, self.kind, cell) {
                // A small age is a late beginning.
                Some(since) => Key::Read(-(since as f64), 0.0, ""),
                None => Key::of(cell, None),
            },
            kind if is_read(kind) => Key::of(cell, self.reading),
            _ => Key::Text(cell),
        }
    }

    /// Equal ones stay in the order they are in; what has no value comes last in either direction.
    pub(crate) fn compare(self, left: &Key<'_>, right: &Key<'_>) -> Ordering {
        left.compare(right, self.direction)
    }
}

/// Whether the texts of a column mean something else, that they are compared by.
fn is_read(kind: ColumnKind) -> bool {
    !matches!(
        kind,
        ColumnKind::Age
            | ColumnKind::Elapsed
            | ColumnKind::Name
            | ColumnKind::Namespace
            | ColumnKind::Cluster
            | ColumnKind::Kind
    )
}

/// A cell compared with what a person typed, as what both mean; `None` where they do not mean the same sort of thing.
pub(crate) fn compare_cells(cell: &str, typed: &str) -> Option<Ordering> {
    let readings = ALL.into_iter().filter_map(|reading| Some((reading.read(cell)?, reading.read(typed)?)));
    readings.map(|((cell, _), (typed, _))| cell.total_cmp(&typed)).next()
}

/// What one cell is compared by.
#[derive(Debug)]
pub(crate) enum Key<'a> {
    /// Two numbers, the second among equal firsts, and then the text.
    Read(f64, f64, &'a str),
    /// What reads otherwise than the rest of its column.
    Text(&'a str),
    /// Nothing: `<none>`.
    Missing,
}

impl<'a> Key<'a> {
    fn of(cell: &'a str, reading: Option<Reading>) -> Self {
        if is_missing(cell) {
            return Self::Missing;
        }
        match reading.and_then(|reading| reading.read(cell)) {
            Some((first, second)) => Self::Read(first, second, cell),
            None => Self::Text(cell),
        }
    }

    fn compare(&self, other: &Self, direction: Direction) -> Ordering {
        let ordering = match (self, other) {
            (Self::Missing, Self::Missing) => Ordering::Equal,
            (Self::Missing, _) => return Ordering::Greater,
            (_, Self::Missing) => return Ordering::Less,
            (Self::Read(first, second, text), Self::Read(other_first, other_second, other_text)) => first
                .total_cmp(other_first)
                .then_with(|| second.total_cmp(other_second))
                .then_with(|| natural(text, other_text)),
            (Self::Read(..), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Read(..)) => Ordering::Greater,
            (Self::Text(text), Self::Text(other_text)) => natural(text, other_text),
        };
        match direction {
            Direction::Ascending => ordering,
            Direction::Descending => ordering.reverse(),
        }
    }
}

fn is_missing(cell: &str) -> bool {
    matches!(cell, "" | "-") || (cell.starts_with('<') && cell.ends_with('>'))
}

const ALL: [Reading; 4] = [Reading::Number, Reading::Ratio, Reading::Quantity, Reading::Duration];

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// `14`, `45%`, `5 (3d ago)`.
    Number,
    /// `2/3`.
    Ratio,
    /// Kubernetes' quantities: `500m`, `10Gi`.
    Quantity,
    /// `5m`, `3d4h`.
    Duration,
}

impl Reading {
    /// As most of the cells read. `5m` may be minutes or thousandths: the rest of its column tells.
    fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut counts = [0_usize; 4];
        for cell in cells.filter(|cell| cell.bytes().next().is_some_and(|byte| !byte.is_ascii_alphabetic())) {
            for (count, reading) in counts.iter_mut().zip(ALL) {
                *count += usize::from(reading.read(cell).is_some());
            }
        }
        let most = counts.iter().copied().max().filter(|most| *most > 0)?;
        ALL.into_iter().zip(counts).find(|(_, count)| *count == most).map(|(reading, _)| reading)
    }

    fn read(self, cell: &str) -> Option<(f64, f64)> {
        match self {
            Self::Number => number_with_remark(cell),
            Self::Ratio => ratio(cell),
            Self::Quantity => Some((quantity(cell)?, 0.0)),
            Self::Duration => Some((duration(cell)?, 0.0)),
        }
    }
}

fn number(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    text.parse().ok().filter(|_| is_plain)
}

/// Restarts are printed with the time since the last: of two equal counts the one that was just now comes first.
fn number_with_remark(cell: &str) -> Option<(f64, f64)> {
    match cell.split_once(' ') {
        None => Some((number(cell.strip_suffix('%').unwrap_or(cell))?, 0.0)),
        Some((count, remark)) => {
            let since = remark.strip_prefix('(').and_then(|remark| remark.strip_suffix(" ago)"));
            Some((number(count)?, duration(since?)?))
        }
    }
}

/// By the part that is there; nothing of nothing is all of it.
fn ratio(cell: &str) -> Option<(f64, f64)> {
    let (part, whole) = cell.split_once('/')?;
    let (part, whole) = (number(part)?, number(whole)?);
    Some((if whole == 0.0 { 1.0 } else { part / whole }, whole))
}

/// The units of apimachinery's `resource.Quantity`.
fn quantity(cell: &str) -> Option<f64> {
    let end = cell.find(|character: char| !matches!(character, '0'..='9' | '.' | '-' | '+'));
    let (digits, unit) = cell.split_at(end.unwrap_or(cell.len()));
    let scale = match unit {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024.0_f64.powi(2),
        "Gi" => 1024.0_f64.powi(3),
        "Ti" => 1024.0_f64.powi(4),
        "Pi" => 1024.0_f64.powi(5),
        "Ei" => 1024.0_f64.powi(6),
        exponent => 10.0_f64.powi(exponent.strip_prefix(['e', 'E'])?.parse().ok()?),
    };
    Some(number(digits)? * scale)
}

/// Seconds, as [`crate::age::human`] prints them and Go does: `3d4h`, `1h0m5.2s`, `150ms`.
pub(crate) fn duration(cell: &str) -> Option<f64> {
    let mut seconds = None;
    let mut rest = cell;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (count, after) = rest.split_at(digits);
        let unit = after.find(|character: char| character.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let scale = match unit {
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            "y" => 31_536_000.0,
            _ => return None,
        };
        seconds = Some(seconds.unwrap_or(0.0) + number(count)? * scale);
        rest = after;
    }
    seconds
}

/// Texts with the numbers in them compared as numbers, as kubectl sorts: `node-9` before `node-10`.
fn natural(left: &str, right: &str) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    let (mut left_rest, mut right_rest) = (left.as_bytes(), right.as_bytes());
    while let (Some((left_byte, left_next)), Some((right_byte, right_next))) =
        (left_rest.split_first(), right_rest.split_first())
    {
        if left_byte.is_ascii_digit() && right_byte.is_ascii_digit() {
            let (left_number, left_after) = digits(left_rest);
            let (right_number, right_after) = digits(right_rest);
            let ordering = left_number.len().cmp(&right_number.len()).then(left_number.cmp(right_number));
            if ordering.is_ne() {
                return ordering;
            }
            (left_rest, right_rest) = (left_after, right_after);
        } else if left_byte == right_byte {
            (left_rest, right_rest) = (left_next, right_next);
        } else {
            return left_byte.cmp(right_byte);
        }
    }
    // `07` and `7` are the same number and different texts.
    left_rest.len().cmp(&right_rest.len()).then_with(|| left.cmp(right))
}

/// The number at the beginning, without leading zeros, and what follows.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (number, after) = text.split_at(end);
    let zeros = number.iter().position(|byte| *byte != b'0').unwrap_or(number.len());
    (number.split_at(zeros).1, after)
}

#[cfg(test)]
mod tests;

//! Rows in places that stay theirs. A copy shares what is alike, so that a snapshot of a long list costs next to nothing
//! and two of them can be compared by what they do not share.

use std::sync::Arc;

use crate::row::Row;

/// Places that are shared, and copied before one of them changes, together.
const CHUNK: usize = 128;

type Chunk = Vec<Option<Arc<Row>>>;

/// Rows by place. Some places may be empty.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    chunks: Vec<Arc<Chunk>>,
    len: usize,
}

impl Rows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All places are below this.
    pub fn places(&self) -> u32 {
        let last = self.chunks.last().map_or(0, |chunk| chunk.len());
        u32::try_from(self.chunks.len().saturating_sub(1) * CHUNK + last).unwrap_or(u32::MAX)
    }

    /// The row at a place.
    pub fn get(&self, place: u32) -> Option<&Arc<Row>> {
        let (chunk, within) = split(place);
        self.chunks.get(chunk)?.get(within)?.as_ref()
    }

    /// Puts a row at a place behind all others, and gives the place.
    pub fn push(&mut self, row: Arc<Row>) -> u32 {
        let place = self.places();
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => Arc::make_mut(chunk).push(Some(row)),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(Some(row));
                self.chunks.push(Arc::new(chunk));
            }
        }
        self.len += 1;
        place
    }

    /// Puts a row at a place that was given before, or takes the one that is there away.
    pub fn set(&mut self, place: u32, row: Option<Arc<Row>>) {
        let (chunk, within) = split(place);
        let Some(held) = self.chunks.get_mut(chunk).and_then(|chunk| Arc::make_mut(chunk).get_mut(within))
        else {
            return;
        };
        self.len += usize::from(row.is_some());
        self.len -= usize::from(held.is_some());
        *held = row;
    }

    /// The rows with their places, in the order of the places.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Arc<Row>)> {
        (0..)
            .zip(self.chunks.iter().flat_map(|chunk| chunk.iter()))
            .filter_map(|(place, row)| Some((place, row.as_ref()?)))
    }

    /// The places where these rows are not those of `before`.
    pub fn changed_since(&self, before: &Self) -> Vec<u32> {
        let mut changed = Vec::new();
        let count = self.chunks.len().max(before.chunks.len());
        for (index, first) in (0..count).zip((0_u32..).step_by(CHUNK)) {
            let (now, then) = (self.chunks.get(index), before.chunks.get(index));
            if let (Some(now), Some(then)) = (now, then)
                && Arc::ptr_eq(now, then)
            {
                continue;
            }
            for (place, within) in (first..).zip(0..CHUNK) {
                let is_same = match (at(now, within), at(then, within)) {
                    (Some(now), Some(then)) => Arc::ptr_eq(now, then),
                    (now, then) => now.is_none() && then.is_none(),
                };
                if !is_same {
                    changed.push(place);
                }
            }
        }
        changed
    }
}

fn at(chunk: Option<&Arc<Chunk>>, within: usize) -> Option<&Arc<Row>> {
    chunk?.get(within)?.as_ref()
}

fn split(place: u32) -> (usize, usize) {
    (place as usize / CHUNK, place as usize % CHUNK)
}

impl FromIterator<Arc<Row>> for Rows {
    fn from_iter<List: IntoIterator<Item = Arc<Row>>>(list: List) -> Self {
        let mut rows = Self::default();
        for row in list {
            rows.push(row);
        }
        rows
    }
}

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::row;

    fn some(count: usize) -> Rows {
        (0..count).map(|number| row("a", &number.to_string(), "Running", "0", None)).collect()
    }

    fn check(before: &Rows, after: &Rows, expected: &[u32]) {
        assert_eq!(after.changed_since(before), expected);
        assert_eq!(before.changed_since(after), expected, "whichever way it is looked at");
    }

    #[test]
    fn a_copy_differs_where_it_was_changed_and_nowhere_else() {
        let before = some(3 * CHUNK);
        let mut after = before.clone();
        check(&before, &after, &[]);
        after.set(5, None);
        after.set(200, Some(row("a", "other", "Running", "0", None)));
        let place = after.push(row("a", "new", "Running", "0", None));
        assert_eq!(place, 3 * 128);
        check(&before, &after, &[5, 200, 3 * 128]);
        assert_eq!((before.len(), after.len()), (3 * CHUNK, 3 * CHUNK));
        assert!(before.get(5).is_some(), "what was copied stays as it was");
    }

    #[test]
    fn the_same_row_again_is_no_change() {
        let before = some(2);
        let mut after = before.clone();
        after.set(1, before.get(1).cloned());
        check(&before, &after, &[]);
    }

    #[test]
    fn an_emptied_place_is_passed_over_and_can_be_filled_again() {
        let mut rows = some(3);
        rows.set(1, None);
        assert_eq!(rows.iter().map(|(place, _)| place).collect::<Vec<_>>(), [0, 2]);
        assert_eq!((rows.len(), rows.places()), (2, 3));
        rows.set(1, Some(row("a", "again", "Running", "0", None)));
        assert_eq!(rows.len(), 3);
    }

    #[test]
    fn a_place_that_was_never_given_takes_nothing() {
        let mut rows = some(1);
        rows.set(7, Some(row("a", "b", "Running", "0", None)));
        assert_eq!((rows.len(), rows.get(7)), (1, None));
    }

    #[test]
    fn nothing_differs_from_nothing_and_from_some_everywhere() {
        check(&Rows::default(), &Rows::default(), &[]);
        check(&Rows::default(), &some(2), &[0, 1]);
    }
}

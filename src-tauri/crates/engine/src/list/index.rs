//! Where rows are, by something that they have. It holds places and nothing else: what a row has is in the row.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;
use secateur_domain::{ids::ResourceName, row::Row, rows::Rows};

/// What a row is found by.
type Key = for<'a> fn(&'a Row) -> Option<(&'a str, &'a str)>;

/// The places of rows, of which no two have the same key. A row is in its place while it is put in and taken out.
pub(super) struct Index {
    key: Key,
    places: HashTable<u32>,
    hasher: RandomState,
}

impl Index {
    /// By namespace and name.
    pub(super) fn by_name() -> Self {
        Self::by(|row| Some((row.namespace.as_ref().map_or("", ResourceName::as_str), &row.name)))
    }

    /// By UID, for the rows that have one.
    pub(super) fn by_uid() -> Self {
        Self::by(|row| Some(("", row.uid.as_ref()?.as_str())))
    }

    fn by(key: Key) -> Self {
        Self { key, places: HashTable::new(), hasher: RandomState::new() }
    }

    /// The place of the row that has the same as this one.
    pub(super) fn find(&self, rows: &Rows, like: &Row) -> Option<u32> {
        let key = (self.key)(like)?;
        let is_it = |place: &u32| self.key_at(rows, *place) == Some(key);
        self.places.find(self.hasher.hash_one(Some(key)), is_it).copied()
    }

    /// Puts in the row at a place, if it is not there.
    pub(super) fn put(&mut self, rows: &Rows, place: u32) {
        let Self { key, places, hasher } = self;
        let hash = |place: &u32| hasher.hash_one(rows.get(*place).and_then(|row| key(row)));
        if rows.get(place).is_some_and(|row| key(row).is_some()) {
            places.entry(hash(&place), |other| *other == place, hash).or_insert(place);
        }
    }

    /// Takes out the row at a place.
    pub(super) fn take(&mut self, rows: &Rows, place: u32) {
        let hash = self.hasher.hash_one(self.key_at(rows, place));
        if let Ok(entry) = self.places.find_entry(hash, |other| *other == place) {
            entry.remove();
        }
    }

    fn key_at<'a>(&self, rows: &'a Rows, place: u32) -> Option<(&'a str, &'a str)> {
        rows.get(place).and_then(|row| (self.key)(row))
    }
}

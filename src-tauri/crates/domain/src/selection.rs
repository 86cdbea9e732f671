//! The marked objects: a set of keys that survives filtering, sorting and switching.

use std::collections::HashMap;

use crate::ids::{Identity, ObjectKey};

/// Marked objects in the order in which they were marked.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Position in the order of marking, and the key.
    keys: HashMap<Identity, (u64, ObjectKey)>,
    next: u64,
}

impl Selection {
    /// Marks an object; one that is marked stays where it is.
    pub fn mark(&mut self, key: ObjectKey) {
        let position = self.next;
        self.keys.entry(key.identity()).or_insert_with(|| (position, key));
        self.next += 1;
    }

    /// Takes a mark off.
    pub fn unmark(&mut self, identity: &Identity) {
        self.keys.remove(identity);
    }

    /// Takes all marks off and gives them back, for undoing.
    #[must_use = "what was marked is lost with it"]
    pub fn clear(&mut self) -> Self {
        std::mem::take(self)
    }

    /// Whether an object is marked.
    pub fn contains(&self, identity: &Identity) -> bool {
        self.keys.contains_key(identity)
    }

    /// How many are marked.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys in the order of marking.
    pub fn keys(&self) -> Vec<&ObjectKey> {
        let mut ordered: Vec<_> = self.keys.values().collect();
        ordered.sort_by_key(|(position, _)| *position);
        ordered.into_iter().map(|(_, key)| key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::row;

    fn key(name: &str) -> ObjectKey {
        row("a", name, "Running", "0", None).key().expect("a full row has a key")
    }

    #[test]
    fn marks_keep_their_order_and_count_once() {
        let mut selection = Selection::default();
        for name in ["z", "a", "z"] {
            selection.mark(key(name));
        }
        let names: Vec<_> = selection.keys().iter().map(|key| key.name.to_string()).collect();
        assert_eq!(names, ["z", "a"]);
    }

    #[test]
    fn clearing_gives_back_what_was_marked() {
        let mut selection = Selection::default();
        selection.mark(key("a"));
        let before = selection.clear();
        assert!(selection.is_empty());
        assert!(before.contains(&key("a").identity()));
    }

    #[test]
    fn unmarking_one_leaves_the_others() {
        let mut selection = Selection::default();
        selection.mark(key("a"));
        selection.mark(key("b"));
        selection.unmark(&key("a").identity());
        assert_eq!(selection.len(), 1);
        assert!(!selection.contains(&key("a").identity()));
    }
}

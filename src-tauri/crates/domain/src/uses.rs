//! Which ConfigMaps, Secrets and claims are named by something in their namespace.

use std::collections::{HashMap, HashSet};

/// Names that are in use, by namespace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Uses(HashMap<String, Names>);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Names {
    whole: HashSet<String>,
    /// Beginnings of names that go on with a number, as those of the claims of a `StatefulSet` do.
    numbered: HashSet<String>,
}

impl Uses {
    /// Something in `namespace` names this.
    pub fn add(&mut self, namespace: &str, name: &str) {
        let names = self.of(namespace);
        if !names.whole.contains(name) {
            names.whole.insert(name.to_owned());
        }
    }

    /// Something in `namespace` makes, and takes again, what is called this and a number.
    pub fn add_numbered(&mut self, namespace: &str, beginning: &str) {
        self.of(namespace).numbered.insert(beginning.to_owned());
    }

    /// All that another knows, too.
    pub fn extend(&mut self, other: Self) {
        for (namespace, names) in other.0 {
            let own = self.0.entry(namespace).or_default();
            own.whole.extend(names.whole);
            own.numbered.extend(names.numbered);
        }
    }

    /// Whether something in `namespace` names it.
    pub fn has(&self, namespace: &str, name: &str) -> bool {
        let Some(names) = self.0.get(namespace) else { return false };
        let beginning = name.trim_end_matches(|character: char| character.is_ascii_digit());
        names.whole.contains(name) || (beginning.len() < name.len() && names.numbered.contains(beginning))
    }

    fn of(&mut self, namespace: &str) -> &mut Names {
        if !self.0.contains_key(namespace) {
            self.0.insert(namespace.to_owned(), Names::default());
        }
        self.0.entry(namespace.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_is_in_use_in_its_namespace_only() {
        let mut uses = Uses::default();
        uses.add("a", "settings");
        uses.add_numbered("a", "data-web-");
        let mut other = Uses::default();
        other.add("a", "more");
        uses.extend(other);
        for (namespace, name, expected) in [
            ("a", "settings", true),
            ("a", "more", true),
            ("b", "settings", false),
            ("a", "data-web-0", true),
            ("a", "data-web-12", true),
            ("a", "data-web-", false),
            ("a", "data-web-x1", false),
        ] {
            assert_eq!(uses.has(namespace, name), expected, "{namespace} {name}");
        }
    }
}

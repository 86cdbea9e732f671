//! What goes with targets, as it is counted and said.

use secateur_domain::{ids::ObjectKey, risk::count};

use crate::words::plural;

/// Objects that a plan copies beside its targets, at most.
pub(super) const COPIED_AT_MOST: usize = 2_000;
/// Kinds that a breakdown names.
const NAMED: usize = 5;
/// Kinds that a row's effect names; more are counted together.
const NAMED_IN_A_ROW: usize = 2;
/// What a cluster makes itself, from other objects and all the time: it is no use in the trash. By group and plural.
const NOISE: [(&str, &str); 4] = [
    ("", "endpoints"),
    ("coordination.k8s.io", "leases"),
    ("discovery.k8s.io", "endpointslices"),
    ("metrics.k8s.io", "pods"),
];

/// What looking for what goes with a cluster's targets came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Surveyed {
    /// What goes, and with which target, by its place in the plan; owners before what they own.
    pub(super) taken: Vec<(usize, ObjectKey)>,
    /// Each target's level: lower ones are sent first.
    pub(super) levels: Vec<(usize, u32)>,
    /// Kinds that were searched.
    pub(super) kinds: usize,
    /// Namespaces that were searched; none where it was all of them or no namespace.
    pub(super) namespaces: usize,
    /// Whether a list was longer than is read, so that more may go.
    pub(super) is_bounded: bool,
    /// Kinds that could not be searched, and why, in the server's words.
    pub(super) unsearched: Vec<(String, String)>,
}

/// What goes with one target: kinds and how many of each, in the order in which they go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Takes(Vec<(String, usize)>);

impl Takes {
    pub(super) fn add(&mut self, kind: &str) {
        self.add_many(kind, 1);
    }

    fn add_many(&mut self, kind: &str, more: usize) {
        match self.0.iter_mut().find(|(known, _)| known == kind) {
            Some((_, count)) => *count += more,
            None => self.0.push((kind.to_owned(), more)),
        }
    }

    /// Adds all of another.
    pub(super) fn join(&mut self, other: &Self) {
        for (kind, count) in &other.0 {
            self.add_many(kind, *count);
        }
    }

    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// "takes 1 `ReplicaSet`, 3 Pods", or "takes 214 objects"; nothing where nothing goes.
    pub(super) fn effect(&self) -> Option<String> {
        match self.0.len() {
            0 => None,
            few if few <= NAMED_IN_A_ROW => Some(format!("takes {}", self.breakdown())),
            _ => Some(format!("takes {} objects", count(self.count()))),
        }
    }

    /// What the effect of a row leaves out: "23 Pods, 6 Deployments, …".
    pub(super) fn note(&self) -> Option<String> {
        (self.0.len() > NAMED_IN_A_ROW).then(|| self.breakdown())
    }

    /// "23 Pods, 6 Deployments, 96 of 11 other kinds". Few kinds stay in the order in which they go.
    pub(super) fn breakdown(&self) -> String {
        let mut kinds: Vec<&(String, usize)> = self.0.iter().collect();
        if kinds.len() > NAMED_IN_A_ROW {
            kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        }
        let others = if kinds.len() > NAMED + 1 { kinds.split_off(NAMED) } else { Vec::new() };
        let mut parts: Vec<String> = kinds.iter().map(|(kind, count)| counted(kind, *count)).collect();
        if !others.is_empty() {
            let sum = others.iter().map(|(_, count)| count).sum();
            parts.push(format!("{} of {} other kinds", count(sum), others.len()));
        }
        parts.join(", ")
    }
}

/// Whether an object that goes along is worth a copy.
pub(super) fn is_copied(key: &ObjectKey) -> bool {
    !NOISE.contains(&(key.kind.group.as_str(), key.kind.plural.as_str()))
}

/// "1 Pod", "1,000 Pods".
pub(super) fn counted(kind: &str, number: usize) -> String {
    if number == 1 { format!("1 {kind}") } else { format!("{} {}", count(number), plural(kind)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kinds: &[(&str, usize)], effect: Option<&str>, note: Option<&str>) {
        let mut takes = Takes::default();
        for (kind, count) in kinds {
            takes.add_many(kind, *count);
        }
        assert_eq!((takes.effect().as_deref(), takes.note().as_deref()), (effect, note));
    }

    #[test]
    fn nothing_has_no_effect() {
        check(&[], None, None);
    }
    #[test]
    fn two_kinds_are_named_in_the_order_in_which_they_go() {
        check(&[("ReplicaSet", 1), ("Pod", 3)], Some("takes 1 ReplicaSet, 3 Pods"), None);
    }
    #[test]
    fn more_are_counted_and_broken_down_in_a_note() {
        let kinds = [("Pod", 23), ("Deployment", 6), ("ConfigMap", 31)];
        let note = "31 ConfigMaps, 23 Pods, 6 Deployments";
        check(&kinds, Some("takes 60 objects"), Some(note));
    }
    #[test]
    fn very_many_kinds_are_summed_up() {
        let kinds = [("A", 7), ("B", 6), ("C", 5), ("D", 4), ("E", 3), ("F", 2), ("G", 1)];
        check(&kinds, Some("takes 28 objects"), Some("7 As, 6 Bs, 5 Cs, 4 Ds, 3 Es, 3 of 2 other kinds"));
    }
}

//! Sentences about plans, and keeping them short enough for a message.

use secateur_domain::{ids::ObjectKey, risk::count};

use super::{known::Steps, shapes::Presence};
use crate::words::shortened;

/// Characters of one thing's words in a sentence about several, and of a whole detail.
const ONE: usize = 240;
pub(super) const DETAIL: usize = 600;
/// Things that a sentence about many names.
const NAMED: usize = 3;

/// What became of a target while its plan was open.
pub(super) fn changed(key: &ObjectKey, presence: &Presence) -> String {
    match presence {
        Presence::Replaced => format!("{key} was replaced. It is no longer part of this plan."),
        Presence::Gone => format!("{key} is gone. It is no longer part of this plan."),
        Presence::Changed => format!("{key} has changed. It is no longer part of this plan."),
        Presence::Terminating(_) => format!("{key} is terminating. It is not sent a second DELETE."),
        Presence::Present => format!("{key} is there again."),
    }
}

/// The same, of one that is lost, without what that means for the plan.
pub(super) fn became(key: &ObjectKey, presence: &Presence) -> String {
    match presence {
        Presence::Replaced => format!("{key} was replaced."),
        Presence::Changed => format!("{key} has changed."),
        _ => format!("{key} is gone."),
    }
}

/// One sentence for several changes at once.
pub(super) fn changes(mut changes: Vec<String>) -> String {
    match changes.len() {
        0 | 1 => changes.pop().unwrap_or_default(),
        several => format!("{} objects of this plan changed.", count(several)),
    }
}

/// "412 of 1,000 rehearsed".
pub(super) fn progress(rehearsals: Steps, lists: Steps) -> String {
    if rehearsals.done < rehearsals.total {
        format!("{} of {} rehearsed", count(rehearsals.done), count(rehearsals.total))
    } else if lists.done < lists.total {
        format!("{} of {} lists searched", count(lists.done), count(lists.total))
    } else {
        "asking what may be read".to_owned()
    }
}

/// The first few of many, and how many more there are.
pub(super) fn first_few(all: usize, words: impl Iterator<Item = String>) -> String {
    let mut parts: Vec<String> = words.take(NAMED).map(|one| shortened(&one, ONE)).collect();
    if all > parts.len() {
        parts.push(format!("And {} more.", count(all - parts.len())));
    }
    shortened(&parts.join(" "), DETAIL)
}

/// One detail of a finding.
pub(super) fn detail(text: &str) -> String {
    shortened(text, DETAIL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_named_by_the_first_few() {
        let words = |number: usize| (0..number).map(|one| format!("Object {one}."));
        assert_eq!(first_few(2, words(2)), "Object 0. Object 1.");
        assert_eq!(first_few(1_005, words(1_005)), "Object 0. Object 1. Object 2. And 1,002 more.");
    }
    #[test]
    fn long_words_are_cut_and_say_so() {
        assert!(first_few(9, (0..9).map(|_| "x".repeat(5_000))).chars().count() <= DETAIL);
    }
    #[test]
    fn several_changes_are_one_sentence() {
        assert_eq!(changes(vec!["a".into()]), "a");
        assert_eq!(changes(vec!["a".into(), "b".into()]), "2 objects of this plan changed.");
    }
}

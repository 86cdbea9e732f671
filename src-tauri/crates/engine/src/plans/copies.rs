//! What of a plan is copied before it is deleted, and how that is said.

use std::collections::BTreeMap;

use secateur_domain::{ids::ObjectKey, risk::count};

use super::{
    findings::{Facts, finding, sentence},
    known::Known,
    shapes::{Finding, FindingKind, FindingTone},
    taken::{COPIED_AT_MOST, counted, is_copied},
};

/// The trash, as far as a plan has to speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// Copies can be kept.
    For {
        /// So many days.
        days: u32,
        /// Whether they can be read after Secateur quits.
        is_lasting: bool,
        /// Why not.
        problem: Option<String>,
    },
    /// None can, and so nothing is deleted.
    Nothing {
        /// Why.
        why: String,
    },
}

/// What goes with what is left and is copied too: with which of all targets, and what. At most as many as a plan
/// copies.
pub(super) fn copied(known: &Known) -> Vec<(usize, ObjectKey)> {
    let is_left = |target: usize| known.targets.get(target).is_some_and(|target| !known.is_left_out(target));
    let surveys = known.parts.values().filter_map(|part| part.surveyed.as_ref());
    surveys
        .flat_map(|survey| &survey.taken)
        .filter(|(target, key)| is_left(*target) && is_copied(key))
        .take(COPIED_AT_MOST)
        .cloned()
        .collect()
}

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let known = facts.known;
    let is_asked = known.parts.values().all(|part| part.is_access_known && part.surveyed.is_some());
    let (true, Some(keeping)) = (is_asked, &known.keeping) else {
        let is_single = known.targets.len() == 1;
        let title = if is_single { "Asking whether a copy can be kept" } else { "Asking what can be copied" };
        return vec![finding(FindingKind::Copy, FindingTone::Asking, title, "")];
    };
    match keeping {
        Keeping::Nothing { why } => {
            let title = "No copy can be kept, so nothing can be deleted";
            vec![finding(FindingKind::Copy, FindingTone::Bad, title, &sentence(why))]
        }
        Keeping::For { days, is_lasting, problem } => {
            let mut all: Vec<Finding> = what_is_kept(facts, *days).into_iter().collect();
            if !is_lasting {
                let title = "Without a keyring copies can only be restored until Secateur quits";
                let why = problem.as_deref().map(sentence).unwrap_or_default();
                all.push(finding(FindingKind::Copy, FindingTone::Warn, title, &why));
            }
            all
        }
    }
}

fn what_is_kept(facts: &Facts<'_>, days: u32) -> Option<Finding> {
    let known = facts.known;
    let left: Vec<_> = known.each().filter(|(_, target)| !known.is_left_out(target)).collect();
    let along: usize = left.iter().map(|(_, target)| target.takes.count()).sum();
    let total = left.len() + along;
    let unread: Vec<_> =
        left.iter().filter_map(|(key, target)| Some((*key, target.uncopied.as_deref()?))).collect();
    let kept = left.len() - unread.len() + copied(known).len();
    let for_days = format!(" for {} days", count(days as usize));
    if total == 0 {
        return None;
    }
    let copy = |tone, title: String, text: &str| Some(finding(FindingKind::Copy, tone, title, text));
    if let (1, [(_, why)]) = (total, unread.as_slice()) {
        let text = format!("{} It cannot be restored by Secateur.", sentence(why));
        return copy(FindingTone::Warn, "No copy is kept".to_owned(), &text);
    }
    if total == 1 {
        let text = "Restore it from its receipt. The restored object gets a new UID.";
        return copy(FindingTone::Plain, format!("A copy goes to the trash{for_days}"), text);
    }
    let title = format!("Copies: {} of {} go to the trash{for_days}", count(kept), count(total));
    if kept == total {
        let text = "Restore them from their receipts. Restored objects get new UIDs.";
        return copy(FindingTone::Plain, title, text);
    }
    copy(FindingTone::Warn, title, &what_is_not_kept(known, &unread))
}

fn what_is_not_kept(known: &Known, unread: &[(&ObjectKey, &str)]) -> String {
    let mut parts = Vec::new();
    if let Some((key, why)) = unread.first() {
        parts.push(match unread.len() {
            1 => format!("{key}: {}", sentence(why)),
            many => format!("{} objects: {}", count(many), sentence(why)),
        });
    }
    let is_left = |target: usize| known.targets.get(target).is_some_and(|target| !known.is_left_out(target));
    let along = || {
        let surveys = known.parts.values().filter_map(|part| part.surveyed.as_ref());
        surveys.flat_map(|survey| &survey.taken).filter(|(target, _)| is_left(*target)).map(|(_, key)| key)
    };
    let mut noise: BTreeMap<&str, usize> = BTreeMap::new();
    along().filter(|key| !is_copied(key)).for_each(|key| *noise.entry(&key.kind.name).or_default() += 1);
    if !noise.is_empty() {
        let kinds: Vec<_> = noise.iter().map(|(kind, number)| counted(kind, *number)).collect();
        parts.push(format!("Not {}, which the cluster makes itself.", kinds.join(", ")));
    }
    let beyond = along().filter(|key| is_copied(key)).count().saturating_sub(COPIED_AT_MOST);
    if beyond > 0 {
        let (beyond, most) = (count(beyond), count(COPIED_AT_MOST));
        parts.push(format!(
            "Not {beyond} of what goes along: at most {most} objects and 64 MiB of that are copied."
        ));
    }
    parts.join(" ")
}

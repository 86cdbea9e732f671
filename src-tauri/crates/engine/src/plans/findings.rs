//! What a plan says before the click: a dozen findings at most, each about many targets where need be. What is lost or
//! refused comes first; the others keep their places while answers come in.
//!
//! What brings a target back, destroys data or refers to it will stand here too: see [`FindingKind`]'s order.

use std::collections::{BTreeMap, BTreeSet};

use secateur_domain::{
    ids::{ClusterId, ObjectKey},
    outcome::WaitsFor,
    plan::Propagation,
    rehearsal::Rehearsal,
    risk::count,
};

use super::{
    copies,
    known::{Known, Target},
    shapes::{Finding, FindingKind, FindingTone, Presence},
    taken::Takes,
    words::{self, became, changed, detail, first_few},
};
use crate::words::{plural, quoted, shortened, time_of_day};

/// Bytes of all findings together, of a message of 8 KiB; and what a detail is cut by.
const ROOM: usize = 4_500;
const LEAST: usize = 100;

/// What a plan's words need beyond what it knows of its targets.
pub(super) struct Facts<'a> {
    pub(super) known: &'a Known,
    pub(super) standings: BTreeMap<ClusterId, Standing>,
}

/// A cluster as it is at this moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing {
    pub(super) name: String,
    pub(super) user: Option<String>,
    pub(super) is_locked: bool,
    /// The server's clock minus the local one, in milliseconds.
    pub(super) clock_offset: i64,
    /// The server's time in Unix seconds.
    pub(super) now: i64,
}

/// All findings, heaviest first.
pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut all = Vec::new();
    all.extend(refused(facts));
    all.extend(lost(facts));
    all.extend(force(facts));
    all.extend(terminating(facts));
    all.extend(locked(facts));
    all.extend(accepted(facts));
    all.extend(not_answered(facts));
    all.extend(warned(facts));
    all.extend(dependants(facts));
    all.extend(copies::findings(facts));
    // The sort is stable: what is neither lost nor doubtful stays in its place.
    all.sort_by_key(|finding| match finding.tone {
        FindingTone::Bad => 0,
        FindingTone::Warn => 1,
        FindingTone::Good | FindingTone::Plain | FindingTone::Asking => 2,
    });
    shrink(&mut all);
    all
}

/// Cuts the longest details until all findings fit into a message.
fn shrink(all: &mut [Finding]) {
    let mut longest = words::DETAIL;
    while longest > LEAST
        && all.iter().map(|finding| finding.title.len() + finding.detail.len()).sum::<usize>() > ROOM
    {
        longest -= LEAST;
        for finding in all.iter_mut() {
            finding.detail = shortened(&finding.detail, longest);
        }
    }
}

/// "Rehearsed at 14:03:12 as platform-oncall."; empty before the first answer.
pub(super) fn rehearsed(facts: &Facts<'_>) -> String {
    let mut answered: BTreeMap<&ClusterId, u64> = BTreeMap::new();
    for (key, target) in facts.known.each() {
        if let Some(at) = target.rehearsed_at {
            let last = answered.entry(&key.cluster).or_default();
            *last = at.max(*last);
        }
    }
    let Some((cluster, at)) = answered.iter().max_by_key(|(_, at)| **at) else { return String::new() };
    let Some(standing) = facts.standings.get(*cluster) else { return String::new() };
    let at = time_of_day(at.saturating_add_signed(standing.clock_offset));
    match (answered.len(), &standing.user) {
        (1, Some(user)) => format!("Rehearsed at {at} as {user}."),
        (1, None) => format!("Rehearsed at {at}."),
        (2, _) => format!("Rehearsed on both servers at {at}."),
        (many, _) => format!("Rehearsed on {many} servers at {at}."),
    }
}

pub(super) fn finding(kind: FindingKind, tone: FindingTone, title: impl Into<String>, text: &str) -> Finding {
    Finding { kind, tone, title: title.into(), detail: detail(text) }
}

/// Those of the targets that are so.
fn those<'a>(facts: &'a Facts<'_>, is_it: impl Fn(&Target) -> bool) -> Vec<(&'a ObjectKey, &'a Target)> {
    facts.known.each().filter(|(_, target)| is_it(target)).collect()
}

fn is_single(facts: &Facts<'_>) -> bool {
    facts.known.targets.len() == 1
}

fn refused(facts: &Facts<'_>) -> Option<Finding> {
    let refused = those(facts, |target| !target.presence.is_lost() && target.rehearsal.is_refused());
    let words = |(key, target): &(&ObjectKey, &Target)| match &target.rehearsal {
        Rehearsal::Refused { message, .. } if is_single(facts) => quoted(message),
        Rehearsal::Refused { message, .. } => format!("{key}: {}", quoted(message)),
        _ => String::new(),
    };
    let title = match refused.len() {
        0 => return None,
        _ if is_single(facts) => "The server would refuse it".to_owned(),
        1 => "1 object would be refused and stays".to_owned(),
        many => format!("{} objects would be refused and stay", count(many)),
    };
    let text = first_few(refused.len(), refused.iter().map(words));
    Some(finding(FindingKind::Refused, FindingTone::Bad, title, &text))
}

fn lost(facts: &Facts<'_>) -> Option<Finding> {
    let lost = those(facts, |target| target.presence.is_lost());
    let warn =
        |title: String, text: &str| Some(finding(FindingKind::Changed, FindingTone::Warn, title, text));
    match lost.as_slice() {
        [] => {
            let unknown = those(facts, |target| facts.known.is_unversioned(target)).len();
            let text = "It may not be looked at, so that nobody knows whether it is unchanged.";
            (unknown > 0).then(|| {
                let title = format!("{} not part of this plan", objects_are(unknown));
                finding(FindingKind::Changed, FindingTone::Warn, title, text)
            })
        }
        [(key, target)] => warn(changed(key, &target.presence), ""),
        many => warn(
            format!("{} are no longer part of this plan", objects(many.len())),
            &first_few(many.len(), many.iter().map(|(key, target)| became(key, &target.presence))),
        ),
    }
}

fn force(facts: &Facts<'_>) -> Option<Finding> {
    if !facts.known.plan.is_force() {
        return None;
    }
    let now = facts.standings.values().map(|standing| standing.now).min().unwrap_or_default();
    Some(if facts.known.may_force(now) {
        finding(
            FindingKind::Hangs,
            FindingTone::Warn,
            "Its processes may go on running",
            "It is past its grace period, and its node has not said that they ended.",
        )
    } else {
        finding(
            FindingKind::Refused,
            FindingTone::Bad,
            "It is not deleted with a grace period of 0",
            "That is for one Pod at a time that is terminating and past its grace period. Choose another.",
        )
    })
}

fn terminating(facts: &Facts<'_>) -> Option<Finding> {
    if facts.known.plan.is_force() {
        return None;
    }
    let words = |waits_for: &WaitsFor| match waits_for.finalizers.as_slice() {
        [] => "It was deleted before; it goes when its grace period is over.".to_owned(),
        finalizers => format!("It was deleted before and waits for {}.", finalizers.join(", ")),
    };
    let terminating: Vec<(&ObjectKey, &WaitsFor)> = facts
        .known
        .each()
        .filter_map(|(key, target)| match &target.presence {
            Presence::Terminating(waits_for) => Some((key, waits_for)),
            _ => None,
        })
        .collect();
    let warn = |title: String, text: &str| Some(finding(FindingKind::Hangs, FindingTone::Warn, title, text));
    match terminating.as_slice() {
        [] => None,
        [(key, waits_for)] => warn(format!("{key} is already terminating"), &words(waits_for)),
        many => warn(
            format!("{} are already terminating and are not sent a second DELETE", objects(many.len())),
            &first_few(
                many.len(),
                many.iter().map(|(key, waits_for)| format!("{key}: {}", words(waits_for))),
            ),
        ),
    }
}

fn locked(facts: &Facts<'_>) -> Option<Finding> {
    let locked: Vec<&str> = facts
        .standings
        .values()
        .filter(|standing| standing.is_locked)
        .map(|standing| standing.name.as_str())
        .collect();
    let title = match locked.as_slice() {
        [] => return None,
        [one] => format!("{one} is read-only"),
        many => format!("{} clusters are read-only", many.len()),
    };
    let names = if locked.len() > 1 { format!("{}. ", locked.join(", ")) } else { String::new() };
    let text = format!("{names}It is rehearsed and can be deleted when it is unlocked.");
    Some(finding(FindingKind::Rehearsal, FindingTone::Warn, title, &text))
}

fn accepted(facts: &Facts<'_>) -> Option<Finding> {
    let asked = those(facts, |target| !target.presence.is_lost());
    let accepted = asked.iter().filter(|(_, target)| target.rehearsal == Rehearsal::Accepted).count();
    let asking = asked.iter().filter(|(_, target)| target.rehearsal.is_asking()).count();
    let servers = if facts.standings.len() > 1 { "servers" } else { "server" };
    if asking > 0 {
        let title = if is_single(facts) {
            "Asking whether the server would accept it".to_owned()
        } else {
            format!("Asking whether the {servers} would accept them")
        };
        return Some(finding(FindingKind::Rehearsal, FindingTone::Asking, title, ""));
    }
    let title = match accepted {
        0 => return None,
        _ if is_single(facts) => "The server would accept it".to_owned(),
        all if all == asked.len() => format!("The {servers} would accept all {}", count(all)),
        some => format!("The {servers} would accept {} of {}", count(some), count(asked.len())),
    };
    Some(finding(FindingKind::Rehearsal, FindingTone::Good, title, &rehearsed(facts)))
}

/// Rehearsals that say nothing either way.
fn not_answered(facts: &Facts<'_>) -> Vec<Finding> {
    let mut all = Vec::new();
    let impossible = those(facts, |target| matches!(target.rehearsal, Rehearsal::CannotBe { .. }));
    let silent = those(facts, |target| matches!(target.rehearsal, Rehearsal::NoAnswer { .. }));
    for (group, one, many) in [
        (impossible, "It cannot be rehearsed", "cannot be rehearsed"),
        (silent, "Its rehearsal was not answered", "were rehearsed without an answer"),
    ] {
        if group.is_empty() {
            continue;
        }
        let title =
            if is_single(facts) { one.to_owned() } else { format!("{} {many}", objects(group.len())) };
        // Many targets mostly have one reason.
        let mut reasons: Vec<&str> = Vec::new();
        for (_, target) in &group {
            if let Rehearsal::CannotBe { why: reason } | Rehearsal::NoAnswer { cause: reason } =
                &target.rehearsal
                && !reasons.contains(&reason.as_str())
                && reasons.len() < 4
            {
                reasons.push(reason);
            }
        }
        let reasons = reasons.iter().map(|reason| sentence(reason));
        let text = format!("{} It may still be accepted.", reasons.collect::<Vec<_>>().join(" "));
        all.push(finding(FindingKind::Rehearsal, FindingTone::Warn, title, &text));
    }
    all
}

/// What the servers warned of, each text once for each cluster, with whom it is about.
fn warned(facts: &Facts<'_>) -> Option<Finding> {
    let mut said: Vec<(&ObjectKey, &str, usize)> = Vec::new();
    let mut places: BTreeMap<(&ClusterId, &str), usize> = BTreeMap::new();
    for (key, target) in those(facts, |target| !target.presence.is_lost()) {
        for text in &target.warnings {
            let place = *places.entry((&key.cluster, text)).or_insert(said.len());
            match said.get_mut(place) {
                Some((_, _, number)) => *number += 1,
                None => said.push((key, text, 1)),
            }
        }
    }
    let all = facts.known.targets.len();
    let words = |(key, text, number): &(&ObjectKey, &str, usize)| match number {
        number if *number == all => quoted(text),
        1 => format!("{key}: {}", quoted(text)),
        several => format!("{}: {}", objects(*several), quoted(text)),
    };
    let clusters: BTreeSet<&ClusterId> = said.iter().map(|(key, ..)| &key.cluster).collect();
    let title = match clusters.len() {
        0 => return None,
        1 => "The server warns",
        _ => "The servers warn",
    };
    let text = first_few(said.len(), said.iter().map(words));
    Some(finding(FindingKind::Rehearsal, FindingTone::Warn, title, &text))
}

fn dependants(facts: &Facts<'_>) -> Vec<Finding> {
    let them = if is_single(facts) { "it" } else { "them" };
    let parts: Vec<_> = facts.known.parts.values().map(|part| part.surveyed.as_ref()).collect();
    let surveys: Vec<_> = parts.iter().copied().flatten().collect();
    if surveys.len() < parts.len() {
        let title = format!("Looking for what goes with {them}");
        return vec![finding(FindingKind::Dependants, FindingTone::Asking, title, "")];
    }
    let mut takes = Takes::default();
    let left = facts.known.targets.iter().filter(|target| !facts.known.is_left_out(target));
    left.for_each(|target| takes.join(&target.takes));
    let kinds = surveys.iter().map(|survey| survey.kinds).max().unwrap_or_default();
    let namespaces: usize = surveys.iter().map(|survey| survey.namespaces).sum();
    let searched = match (kinds, namespaces) {
        (0, _) => String::new(),
        (kinds, 0) => format!(" Searched {kinds} kinds."),
        (kinds, 1) => format!(" Searched {kinds} kinds in 1 namespace."),
        (kinds, many) => format!(" Searched {kinds} kinds in {} namespaces.", count(many)),
    };
    let is_orphaning = facts.known.plan.options().propagation == Propagation::Orphan;
    let at_least = if surveys.iter().any(|survey| survey.is_bounded) { "at least " } else { "" };
    let (title, text) = match takes.count() {
        0 if is_orphaning => (
            format!("What belongs to {them} stays"),
            "Dependants are orphaned: they go on without an owner.".into(),
        ),
        0 => (format!("Nothing goes with {them}"), format!("No dependants.{searched}")),
        1 => (
            capital(&format!("{at_least}1 object goes with {them}")),
            format!("{}.{searched}", takes.breakdown()),
        ),
        many => (
            capital(&format!("{at_least}{} objects go with {them}", count(many))),
            format!("{}.{searched}", takes.breakdown()),
        ),
    };
    let mut all = vec![finding(FindingKind::Dependants, FindingTone::Plain, title, &text)];
    let unsearched: Vec<&(String, String)> = surveys.iter().flat_map(|survey| &survey.unsearched).collect();
    if let Some((_, why)) = unsearched.first() {
        let mut names: Vec<&str> = unsearched.iter().map(|(kind, _)| kind.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let title = format!("{} could not be searched for what goes with {them}", kinds_counted(names.len()));
        let first = names.iter().take(6).copied().collect::<Vec<_>>().join(", ");
        let more = names.len().saturating_sub(6);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let text = format!("{first}{more}. {}", sentence(why));
        all.push(finding(FindingKind::Dependants, FindingTone::Warn, title, &text));
    }
    all
}

fn objects(number: usize) -> String {
    if number == 1 { "1 object".to_owned() } else { format!("{} objects", count(number)) }
}

fn objects_are(number: usize) -> String {
    format!("{} {}", objects(number), if number == 1 { "is" } else { "are" })
}

fn kinds_counted(number: usize) -> String {
    if number == 1 { "1 kind".to_owned() } else { format!("{number} {}", plural("kind")) }
}

/// A text as a sentence.
pub(super) fn sentence(text: &str) -> String {
    let text = capital(text.trim());
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}

#[cfg(test)]
mod tests;

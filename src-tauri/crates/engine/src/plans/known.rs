//! What an open plan knows of its targets, and what each piece of news makes of it. Nothing here waits or sends.

use std::collections::{BTreeMap, HashSet, VecDeque};

use secateur_cluster::Rehearsed;
use secateur_domain::{
    ids::{ClusterId, Identity, ObjectKey},
    outcome::{Seen, WaitsFor},
    plan::{Plan, PlanDigest},
    rehearsal::Rehearsal,
    risk::Found,
};

use super::{
    copies::Keeping,
    shapes::{PlanProgress, Presence},
    taken::{Surveyed, Takes},
    words,
};

/// Why no copy is kept of what may not be read.
pub(super) const UNREADABLE: &str = "you may not read it";
/// A server that is busy is asked about one target so often.
const BUSY_AT_MOST: u8 = 5;

/// What news means for those who show the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum News {
    /// Nothing is new.
    Nothing,
    /// It is worked out a little further.
    Progress,
    /// The person has to look again: this sentence says why.
    Change(String),
}

/// One target.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) presence: Presence,
    /// The version of the first look, where only unchanged ones may go.
    pub(super) version: Option<String>,
    /// Whether it was looked at, or may not be, or took too long.
    pub(super) is_looked_at: bool,
    pub(super) rehearsal: Rehearsal,
    /// What the server warned of in its answer to that.
    pub(super) warnings: Vec<String>,
    /// In milliseconds of the local clock.
    pub(super) rehearsed_at: Option<u64>,
    asking: Asking,
    busy: u8,
    /// Why no copy of it can be kept.
    pub(super) uncopied: Option<String>,
    pub(super) takes: Takes,
    pub(super) level: u32,
}

/// Where the rehearsal of a target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    /// It is not looked at yet, was answered, or is not to be asked.
    Idle,
    /// To be sent.
    Wanted,
    /// On its way; an answer to anything else is of before.
    Sent,
    /// To be sent when its cluster is unlocked, or signed in to.
    Held,
}

/// Why nothing is asked of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hold {
    /// It is read-only.
    Locked,
    /// It is signed out of, with the words for it.
    SignedOut(String),
}

/// A rehearsal to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) target: usize,
    pub(super) key: ObjectKey,
    pub(super) version: Option<String>,
}

/// How far something is, in requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Steps {
    pub(super) done: usize,
    pub(super) total: usize,
}

/// How far a cluster's part is worked out, rehearsals aside.
#[derive(Debug, Default)]
pub(super) struct Part {
    lists: Steps,
    /// What goes with its targets, once that is known.
    pub(super) surveyed: Option<Surveyed>,
    /// Whether it is known which targets may be read, and so copied.
    pub(super) is_access_known: bool,
    wanted: VecDeque<usize>,
}

/// What is left of the plan, as it is shown.
#[derive(Debug)]
pub(super) struct Left {
    /// None when nothing is.
    pub(super) plan: Option<Plan>,
    pub(super) digest: PlanDigest,
    /// Of all targets.
    pub(super) frozen: PlanDigest,
}

/// Everything that is known.
#[derive(Debug)]
pub(super) struct Known {
    /// As it was frozen, with the versions of the first look.
    pub(super) plan: Plan,
    /// In the plan's order.
    pub(super) targets: Vec<Target>,
    pub(super) parts: BTreeMap<ClusterId, Part>,
    /// What copies are kept in, once that is known.
    pub(super) keeping: Option<Keeping>,
    /// As it was counted last.
    left: Left,
    /// Whether what is left is to be counted again: that takes its time, and news come in crowds.
    is_uncounted: bool,
}

impl Known {
    pub(super) fn new(plan: Plan) -> Self {
        let target = Target {
            presence: Presence::Present,
            version: None,
            is_looked_at: false,
            rehearsal: Rehearsal::Asking,
            warnings: Vec::new(),
            rehearsed_at: None,
            asking: Asking::Idle,
            busy: 0,
            uncopied: None,
            takes: Takes::default(),
            level: 0,
        };
        let digest = plan.digest();
        Self {
            targets: vec![target; plan.targets().len()],
            parts: plan.clusters().keys().map(|cluster| (cluster.clone(), Part::default())).collect(),
            left: Left { plan: Some(plan.clone()), digest: digest.clone(), frozen: digest },
            is_uncounted: false,
            keeping: None,
            plan,
        }
    }

    /// The targets with what is known of them.
    pub(super) fn each(&self) -> impl Iterator<Item = (&ObjectKey, &Target)> {
        self.plan.targets().iter().zip(&self.targets)
    }

    /// Whether a target is no part of what is shown to be deleted.
    pub(super) fn is_left_out(&self, target: &Target) -> bool {
        target.presence.is_lost() || target.rehearsal.is_refused() || self.is_unversioned(target)
    }

    /// Whether only an unchanged object may go, and nobody knows what it was like.
    pub(super) fn is_unversioned(&self, target: &Target) -> bool {
        self.plan.options().only_if_unchanged && target.is_looked_at && target.version.is_none()
    }

    /// Whether a plan for one Pod that is given no time to end is what it is for. `now` is the server's time.
    pub(super) fn may_force(&self, now: i64) -> bool {
        self.targets.iter().all(|target| {
            matches!(&target.presence, Presence::Terminating(WaitsFor { until: Some(until), .. }) if *until <= now)
        })
    }

    /// Everything has been asked and answered, as far as it will be.
    pub(super) fn is_ready(&self) -> bool {
        let is_answered =
            |target: &Target| target.is_looked_at && !matches!(target.asking, Asking::Wanted | Asking::Sent);
        self.targets.iter().all(is_answered)
            && self.keeping.is_some()
            && self.parts.values().all(|part| part.surveyed.is_some() && part.is_access_known)
    }

    /// What goes with what is left, and so raises the risk.
    pub(super) fn found(&self) -> Found {
        let left = self.targets.iter().filter(|target| !self.is_left_out(target));
        Found { dependants: left.map(|target| target.takes.count()).sum(), referring: 0 }
    }

    pub(super) fn progress(&self) -> PlanProgress {
        let rehearsals = Steps {
            done: self
                .targets
                .iter()
                .filter(|target| {
                    target.is_looked_at && !matches!(target.asking, Asking::Wanted | Asking::Sent)
                })
                .count(),
            total: self.targets.len(),
        };
        let lists = self.parts.values().fold(Steps::default(), |sum, part| Steps {
            done: sum.done + part.lists.done,
            total: sum.total + part.lists.total,
        });
        PlanProgress {
            done: rehearsals.done + lists.done,
            total: rehearsals.total + lists.total,
            words: if self.is_ready() { String::new() } else { words::progress(rehearsals, lists) },
        }
    }

    /// A target was seen, by a look or by its watch.
    pub(super) fn see(&mut self, target: usize, seen: &Seen) -> News {
        let (is_strict, is_force) = (self.plan.options().only_if_unchanged, self.plan.is_force());
        let Some((key, known)) = self.plan.targets().get(target).zip(self.targets.get_mut(target)) else {
            return News::Nothing;
        };
        let is_first = !std::mem::replace(&mut known.is_looked_at, true);
        let presence = match seen {
            Seen::Absent => Presence::Gone,
            Seen::Present { uid, .. } if *uid != key.uid => Presence::Replaced,
            Seen::Present { terminating: Some(waits_for), .. } => Presence::Terminating(waits_for.clone()),
            Seen::Present { version, .. } if is_strict => {
                let first = known.version.get_or_insert_with(|| version.clone());
                if first == version { Presence::Present } else { Presence::Changed }
            }
            Seen::Present { .. } => Presence::Present,
        };
        if let (true, None, Seen::Present { uid, version, .. }) = (is_strict, &known.version, seen)
            && *uid == key.uid
        {
            known.version = Some(version.clone());
        }
        let before = std::mem::replace(&mut known.presence, presence.clone());
        if before == presence && !is_first {
            return News::Nothing;
        }
        let why_not = match &presence {
            Presence::Present => None,
            // A Pod that is forced is sent a DELETE though it terminates.
            Presence::Terminating(_) if is_force => None,
            Presence::Terminating(_) => Some("it is terminating already"),
            Presence::Gone => Some("it is gone"),
            Presence::Replaced => Some("it is gone, and a namesake lives"),
            Presence::Changed => Some("it is no longer as it was"),
        };
        if let Some(why) = why_not {
            known.asking = Asking::Idle;
            known.rehearsal = Rehearsal::NotAsked { why: why.to_owned() };
        } else if is_first || before.is_lost() {
            want(known, &mut self.parts, key, target);
        }
        let news =
            if before == presence { News::Progress } else { News::Change(words::changed(key, &presence)) };
        if is_strict && is_first || before != presence {
            self.is_uncounted = true;
        }
        news
    }

    /// A target may not be looked at, and so not copied.
    pub(super) fn blind(&mut self, target: usize) -> News {
        if let Some(known) = self.targets.get_mut(target).filter(|known| !known.is_looked_at) {
            known.uncopied.get_or_insert_with(|| UNREADABLE.to_owned());
        }
        self.stop_waiting_for(target)
    }

    /// Nothing more is waited for: what was not looked at so far is rehearsed all the same.
    pub(super) fn stop_waiting_for_looks(&mut self) -> News {
        let unseen: Vec<usize> = (0..)
            .zip(&self.targets)
            .filter(|(_, known)| !known.is_looked_at)
            .map(|(target, _)| target)
            .collect();
        let news = unseen.into_iter().map(|target| self.stop_waiting_for(target));
        news.last().unwrap_or(News::Nothing)
    }

    fn stop_waiting_for(&mut self, target: usize) -> News {
        let Some((key, known)) = self.plan.targets().get(target).zip(self.targets.get_mut(target)) else {
            return News::Nothing;
        };
        if std::mem::replace(&mut known.is_looked_at, true) {
            return News::Nothing;
        }
        want(known, &mut self.parts, key, target);
        if self.plan.options().only_if_unchanged {
            self.is_uncounted = true;
        }
        News::Progress
    }

    /// The next rehearsal to send to a cluster, if any.
    pub(super) fn take_wanted(&mut self, cluster: &ClusterId) -> Option<Wanted> {
        let part = self.parts.get_mut(cluster)?;
        while let Some(target) = part.wanted.pop_front() {
            let Some((key, known)) = self.plan.targets().get(target).zip(self.targets.get_mut(target)) else {
                continue;
            };
            if known.asking == Asking::Wanted {
                known.asking = Asking::Sent;
                return Some(Wanted { target, key: key.clone(), version: known.version.clone() });
            }
        }
        None
    }

    /// A rehearsal was answered.
    pub(super) fn answer(&mut self, target: usize, answer: impl Into<Rehearsed>, now: u64) -> News {
        let Rehearsed { rehearsal, warnings } = answer.into();
        let Some(known) = self.targets.get_mut(target).filter(|known| known.asking == Asking::Sent) else {
            return News::Nothing;
        };
        known.asking = Asking::Idle;
        known.busy = 0;
        known.rehearsed_at = Some(now);
        let is_changed = known.rehearsal.is_refused() != rehearsal.is_refused();
        known.rehearsal = rehearsal;
        known.warnings = warnings;
        if is_changed {
            self.is_uncounted = true;
        }
        News::Progress
    }

    /// The server was too busy for a rehearsal: it is sent again, but not for ever.
    pub(super) fn busy(&mut self, target: usize, words: &str, now: u64) -> News {
        let Some((key, known)) = self.plan.targets().get(target).zip(self.targets.get_mut(target)) else {
            return News::Nothing;
        };
        if known.asking != Asking::Sent {
            return News::Nothing;
        }
        known.busy += 1;
        if known.busy >= BUSY_AT_MOST {
            return self.answer(target, Rehearsal::NoAnswer { cause: words.to_owned() }, now);
        }
        want(known, &mut self.parts, key, target);
        News::Nothing
    }

    /// Nothing may be asked of a cluster for now.
    pub(super) fn hold(&mut self, cluster: &ClusterId, name: &str, hold: &Hold) -> News {
        let mut news = News::Nothing;
        for (key, known) in self.plan.targets().iter().zip(&mut self.targets) {
            if key.cluster == *cluster && matches!(known.asking, Asking::Wanted | Asking::Sent) {
                known.asking = Asking::Held;
                known.rehearsal = match hold {
                    Hold::Locked => Rehearsal::NotAsked { why: format!("{name} is read-only") },
                    Hold::SignedOut(words) => Rehearsal::NoAnswer { cause: words.clone() },
                };
                news = News::Progress;
            }
        }
        news
    }

    /// A cluster may be asked again.
    pub(super) fn release(&mut self, cluster: &ClusterId) -> News {
        let mut news = News::Nothing;
        for (target, (key, known)) in self.plan.targets().iter().zip(&mut self.targets).enumerate() {
            if key.cluster == *cluster && known.asking == Asking::Held {
                want(known, &mut self.parts, key, target);
                news = News::Progress;
            }
        }
        news
    }

    /// So many lists were read to find what goes with a cluster's targets.
    pub(super) fn lists(&mut self, cluster: &ClusterId, lists: Steps) -> News {
        if let Some(part) = self.parts.get_mut(cluster) {
            part.lists = lists;
        }
        News::Progress
    }

    /// What goes with a cluster's targets is known.
    pub(super) fn surveyed(&mut self, cluster: &ClusterId, surveyed: Surveyed) -> News {
        for (target, level) in &surveyed.levels {
            if let Some(known) = self.targets.get_mut(*target) {
                known.level = *level;
            }
        }
        for (target, key) in &surveyed.taken {
            if let Some(known) = self.targets.get_mut(*target) {
                known.takes.add(&key.kind.name);
            }
        }
        if let Some(part) = self.parts.get_mut(cluster) {
            part.lists.done = part.lists.total;
            part.surveyed = Some(surveyed);
        }
        News::Progress
    }

    /// No copy of these targets of a cluster can be kept, for the reasons given; of its others one can.
    pub(super) fn access(&mut self, cluster: &ClusterId, uncopied: Vec<(usize, String)>) -> News {
        for (target, why) in uncopied {
            if let Some(known) = self.targets.get_mut(target) {
                known.uncopied = Some(why);
            }
        }
        if let Some(part) = self.parts.get_mut(cluster) {
            part.is_access_known = true;
        }
        News::Progress
    }

    /// What copies are kept in.
    pub(super) fn keep_in(&mut self, keeping: Keeping) -> News {
        self.keeping = Some(keeping);
        News::Progress
    }

    /// What is left of it now.
    pub(super) fn left(&mut self) -> &Left {
        if std::mem::take(&mut self.is_uncounted) {
            let versions =
                self.each().filter_map(|(key, target)| Some((key.identity(), target.version.clone()?)));
            let plan = self.plan.clone().at_versions(versions.collect());
            let left_out = self.each().filter(|(_, target)| self.is_left_out(target));
            let left_out: HashSet<Identity> = left_out.map(|(key, _)| key.identity()).collect();
            let left = plan.without(|key| left_out.contains(&key.identity()));
            let frozen = plan.digest();
            let digest = left.as_ref().map_or_else(|| frozen.clone(), Plan::digest);
            self.left = Left { plan: left, digest, frozen };
            self.plan = plan;
        }
        &self.left
    }
}

/// A rehearsal of the target is to be sent.
fn want(known: &mut Target, parts: &mut BTreeMap<ClusterId, Part>, key: &ObjectKey, target: usize) {
    known.asking = Asking::Wanted;
    known.rehearsal = Rehearsal::Asking;
    if let Some(part) = parts.get_mut(&key.cluster) {
        part.wanted.push_back(target);
    }
}

#[cfg(test)]
mod tests;

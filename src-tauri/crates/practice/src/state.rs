//! What one cluster holds: the objects, the log of their changes, and what is to happen later. The one way to change
//! any of it.
//!
//! Who may, and what a request means, was judged before; what follows from a change is the controllers'.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque, btree_map::Entry},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    controllers::{self, Errand},
    deletion::{Deletion, Fate, fate},
    kinds::Kinds,
    object,
    random::Random,
    rights::Users,
    status::Refusal,
};

/// How many changes are remembered for watches and for lists at a version. What is older is answered with 410.
pub(crate) const REMEMBERED: usize = 4096;
/// How many errands run at one moment before somebody is answered.
const MOST_AT_ONCE: usize = 10_000;
/// Where a fresh cluster's versions begin.
const FIRST_VERSION: u64 = 1000;

/// Which object: ordered as the server orders lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    /// `deployments.apps`, or `pods`.
    pub(crate) kind: Arc<str>,
    /// Empty for what is in no namespace.
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl Key {
    pub(crate) fn new(kind: &str, namespace: &str, name: &str) -> Self {
        Self { kind: kind.into(), namespace: namespace.to_owned(), name: name.to_owned() }
    }

    pub(crate) fn of(kind: &str, object: &Value) -> Self {
        Self::new(kind, object::namespace(object), object::name(object))
    }
}

/// What a change did to its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Added,
    Modified,
    Removed,
}

/// One change of one object.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// The cluster's version after it.
    pub(crate) version: u64,
    /// As [`Key::kind`].
    pub(crate) kind: Arc<str>,
    pub(crate) what: What,
    /// The object before; absent where it was added.
    pub(crate) before: Option<Arc<Value>>,
    /// The object after; its last state, at this version, where it was removed.
    pub(crate) object: Arc<Value>,
}

/// Everything of one cluster. Time stands still in it but for [`State::run_until`].
pub(crate) struct State {
    pub(crate) kinds: Kinds,
    pub(crate) users: Users,
    objects: BTreeMap<Key, Arc<Value>>,
    by_uid: BTreeMap<String, Key>,
    /// Who names an owner, by the owner's UID.
    dependants: BTreeMap<String, BTreeSet<Key>>,
    /// The last changes, oldest first, without a gap.
    log: VecDeque<Change>,
    version: u64,
    /// By when they are due, and the order in which they were asked for.
    errands: BTreeMap<(u64, u64), Errand>,
    errands_so_far: u64,
    now_ms: u64,
    random: Random,
}

impl State {
    /// An empty cluster at that time. `version` continues another's: its watches then learn that they are too old.
    pub(crate) fn new(now_ms: u64, seed: u64, version: Option<u64>) -> Self {
        Self {
            kinds: Kinds::built_in(),
            users: Users::default(),
            objects: BTreeMap::new(),
            by_uid: BTreeMap::new(),
            dependants: BTreeMap::new(),
            log: VecDeque::new(),
            version: version.unwrap_or(FIRST_VERSION),
            errands: BTreeMap::new(),
            errands_so_far: 0,
            now_ms,
            random: Random::new(seed),
        }
    }

    /// Milliseconds since the Unix epoch; while an errand runs, when it was due.
    pub(crate) fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// As the server writes times.
    pub(crate) fn now(&self) -> String {
        timestamp(self.now_ms)
    }

    /// The version of the last change.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// The changes after a version, oldest first; `None` where they are not all remembered any more.
    pub(crate) fn changes_since(&self, version: u64) -> Option<impl DoubleEndedIterator<Item = &Change>> {
        // Versions have no gaps, so that the oldest remembered change says what was forgotten.
        (version >= self.forgotten()).then(|| {
            let start = self.log.partition_point(|change| change.version <= version);
            self.log.range(start..)
        })
    }

    /// The version of the last change that is forgotten.
    pub(crate) fn forgotten(&self) -> u64 {
        self.log.front().map_or(self.version, |oldest| oldest.version.saturating_sub(1))
    }

    /// When the next errand is due.
    pub(crate) fn next_errand_ms(&self) -> Option<u64> {
        self.errands.keys().next().map(|(due, _)| *due)
    }

    pub(crate) fn get(&self, kind: &str, namespace: &str, name: &str) -> Option<&Arc<Value>> {
        self.objects.get(&Key::new(kind, namespace, name))
    }

    /// The object and its key.
    pub(crate) fn by_uid(&self, uid: &str) -> Option<(&Key, &Arc<Value>)> {
        self.objects.get_key_value(self.by_uid.get(uid)?)
    }

    /// The objects that name this owner.
    pub(crate) fn dependants(&self, owner: &str) -> Vec<(Key, Arc<Value>)> {
        let keys = self.dependants.get(owner).into_iter().flatten();
        keys.filter_map(|key| Some((key.clone(), Arc::clone(self.objects.get(key)?)))).collect()
    }

    /// The objects of a kind by namespace and name; of one namespace where it is given.
    pub(crate) fn list<'a>(
        &'a self,
        kind: &'a str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Arc<Value>> + use<'a> {
        self.objects
            .range(Key::new(kind, namespace.unwrap_or_default(), "")..)
            .take_while(move |(key, _)| {
                &*key.kind == kind && namespace.is_none_or(|namespace| key.namespace == namespace)
            })
            .map(|(_, object)| object)
    }

    /// All objects of all kinds.
    #[cfg(test)]
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Key, &Arc<Value>)> {
        self.objects.iter()
    }

    /// A UID that no object has.
    pub(crate) fn new_uid(&mut self) -> String {
        self.random.uid()
    }

    /// So many letters of a generated name.
    pub(crate) fn suffix(&mut self, length: usize) -> String {
        self.random.suffix(length)
    }

    /// Adds an object. What it says of its UID and its `creationTimestamp` stays; otherwise it gets them.
    pub(crate) fn create(&mut self, kind: &str, mut object: Value) -> Result<Arc<Value>, Refusal> {
        let key = Key::of(kind, &object);
        if let Some(present) = self.objects.get(&key) {
            return Err(match self.kinds.get(kind) {
                Some(kind) => Refusal::exists(kind, present),
                None => Refusal::new(409, "AlreadyExists", format!("{kind} {:?} already exists", key.name)),
            });
        }
        if object::uid(&object).is_empty() {
            let uid = self.new_uid();
            object::set(&mut object, "/metadata/uid", uid);
        }
        if object::text(&object, "/metadata/creationTimestamp").is_empty() {
            object::set(&mut object, "/metadata/creationTimestamp", self.now());
        }
        Ok(self.commit(key, Some(object)))
    }

    /// Replaces an object. Nothing happens where it is the same or not there; one that is terminating, and that nothing
    /// holds any more, is removed. Gives what is there after, or was there last.
    pub(crate) fn update(&mut self, kind: &str, mut object: Value) -> Option<Arc<Value>> {
        let key = Key::of(kind, &object);
        let before = Arc::clone(self.objects.get(&key)?);
        object::set(
            &mut object,
            "/metadata/resourceVersion",
            object::text(&before, "/metadata/resourceVersion"),
        );
        if object == *before {
            return Some(before);
        }
        if is_over(&object) {
            return Some(self.commit(key, None));
        }
        let generation = object::number(&before, "/metadata/generation");
        let is_asked_otherwise = content(&before) != content(&object);
        let is_first_deletion = object::is_terminating(&object) && !object::is_terminating(&before);
        if generation > 0 && (is_asked_otherwise || is_first_deletion) {
            object::set(&mut object, "/metadata/generation", generation.saturating_add(1));
        }
        Some(self.commit(key, Some(object)))
    }

    /// Changes an object where it is. As [`State::update`].
    pub(crate) fn change(
        &mut self,
        kind: &str,
        namespace: &str,
        name: &str,
        change: impl FnOnce(&mut Value),
    ) -> Option<Arc<Value>> {
        let mut object = Value::clone(self.get(kind, namespace, name)?);
        change(&mut object);
        self.update(kind, object)
    }

    /// Begins to delete an object: it is removed at once where nothing holds it. `None` where it is not there.
    pub(crate) fn begin_delete(
        &mut self,
        kind: &str,
        namespace: &str,
        name: &str,
        deletion: &Deletion,
    ) -> Option<Fate> {
        let fate = self.fate(kind, namespace, name, deletion)?;
        match &fate {
            Fate::Removed(_) => {
                self.commit(Key::new(kind, namespace, name), None);
            }
            Fate::Terminating(object) => {
                let stored = self.update(kind, Value::clone(object));
                return stored.map(Fate::Terminating);
            }
            Fate::Pending(_) => {}
        }
        Some(fate)
    }

    /// What [`State::begin_delete`] would do.
    pub(crate) fn fate(&self, kind: &str, namespace: &str, name: &str, deletion: &Deletion) -> Option<Fate> {
        let object = self.get(kind, namespace, name)?;
        Some(fate(self.kinds.get(kind)?, object, deletion, self.now_ms))
    }

    /// Takes an object out, whatever holds it.
    pub(crate) fn remove(&mut self, kind: &str, namespace: &str, name: &str) -> Option<Arc<Value>> {
        let key = Key::new(kind, namespace, name);
        self.objects.contains_key(&key).then(|| self.commit(key, None))
    }

    /// Has it done after that time, and after what was asked for earlier.
    pub(crate) fn later(&mut self, delay: Duration, errand: Errand) {
        let due = self.now_ms.saturating_add(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX));
        self.errands_so_far = self.errands_so_far.saturating_add(1);
        self.errands.insert((due, self.errands_so_far), errand);
    }

    /// The same, unless it is to be done later already: what is found twice is looked at again once.
    pub(crate) fn once_later(&mut self, delay: Duration, errand: Errand) {
        let mut later = self.errands.range((self.now_ms.saturating_add(1), 0)..);
        if !later.any(|(_, known)| *known == errand) {
            self.later(delay, errand);
        }
    }

    /// How often it is to be done.
    #[cfg(test)]
    pub(crate) fn asked(&self, errand: &Errand) -> usize {
        self.errands.values().filter(|known| *known == errand).count()
    }

    /// Lets time pass: every errand runs when it is due. Time never goes back. Where errands ask for one another without
    /// an end, the rest of them is put off by a second, so that there is always an answer.
    pub(crate) fn run_until(&mut self, until_ms: u64) {
        let mut at_once = 0_usize;
        while let Some(first) = self.errands.first_entry().filter(|first| first.key().0 <= until_ms) {
            let due_ms = first.key().0;
            at_once = if due_ms > self.now_ms { 0 } else { at_once.saturating_add(1) };
            if at_once > MOST_AT_ONCE {
                let later = self.errands.split_off(&(until_ms.saturating_add(1), 0));
                let rest = std::mem::replace(&mut self.errands, later);
                let put_off = |((_, number), errand)| ((until_ms.saturating_add(1000), number), errand);
                self.errands.extend(rest.into_iter().map(put_off));
                break;
            }
            self.now_ms = self.now_ms.max(due_ms);
            first.remove().run(self);
        }
        self.now_ms = self.now_ms.max(until_ms);
    }

    /// Puts a new state of an object in the place of the present one, or takes it out.
    fn commit(&mut self, key: Key, object: Option<Value>) -> Arc<Value> {
        self.version = self.version.saturating_add(1);
        let before = self.objects.get(&key).map(Arc::clone);
        let what = match (&before, &object) {
            (None, _) => What::Added,
            (_, Some(_)) => What::Modified,
            (_, None) => What::Removed,
        };
        let mut object = object.or_else(|| before.as_deref().cloned()).unwrap_or_default();
        object::set(&mut object, "/metadata/resourceVersion", self.version.to_string());
        let object = Arc::new(object);
        if let Some(before) = &before {
            self.forget_relations(&key, before);
        }
        if what == What::Removed {
            self.objects.remove(&key);
        } else {
            self.by_uid.insert(object::uid(&object).to_owned(), key.clone());
            for owner in object::owners(&object) {
                self.dependants.entry(owner.uid).or_default().insert(key.clone());
            }
            self.objects.insert(key.clone(), Arc::clone(&object));
        }
        self.kinds.follow(&key.kind, what, &object);
        if self.log.len() >= REMEMBERED {
            self.log.pop_front();
        }
        let change =
            Change { version: self.version, kind: key.kind, what, before, object: Arc::clone(&object) };
        self.log.push_back(change.clone());
        controllers::react(self, &change);
        object
    }

    /// Forgets by which UID an object is found, and for whom it is a dependant.
    fn forget_relations(&mut self, key: &Key, object: &Value) {
        self.by_uid.remove(object::uid(object));
        for owner in object::owners(object) {
            if let Entry::Occupied(mut dependants) = self.dependants.entry(owner.uid) {
                dependants.get_mut().remove(key);
                if dependants.get().is_empty() {
                    dependants.remove();
                }
            }
        }
    }
}

/// As the server writes times: seconds, UTC.
pub(crate) fn timestamp(ms: u64) -> String {
    let seconds = i64::try_from(ms / 1000).unwrap_or_default();
    Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

/// Milliseconds since the Unix epoch of what the server wrote.
pub(crate) fn milliseconds(timestamp: &str) -> Option<u64> {
    u64::try_from(timestamp.parse::<Timestamp>().ok()?.as_millisecond()).ok()
}

/// Whether an object is terminating and nothing holds it.
fn is_over(object: &Value) -> bool {
    object::is_terminating(object)
        && object::number(object, "/metadata/deletionGracePeriodSeconds") == 0
        && object::finalizers(object).next().is_none()
        && object::items(object, "/spec/finalizers").is_empty()
}

/// What is asked for, beside what says which object it is and how it is.
fn content(object: &Value) -> Vec<(&String, &Value)> {
    let members = object.as_object().into_iter().flatten();
    members.filter(|(name, _)| !matches!(name.as_str(), "metadata" | "status")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_an_end_however_much_is_to_happen_in_it() {
        let mut state = State::new(1000, 1, None);
        for _ in 0..MOST_AT_ONCE.saturating_mul(2) {
            state.later(Duration::ZERO, Errand::Look(Key::new("pods", "shop", "none")));
        }
        state.run_until(1000);
        assert_eq!(state.next_errand_ms(), Some(2000));
        state.run_until(2000);
        assert_eq!(state.next_errand_ms(), None);
    }
}

//! What goes with a plan's targets in one cluster: the rules of Kubernetes' garbage collector, and of namespaces and
//! definitions, over what was listed.
//!
//! A dependant goes when all its owners are gone. An owner in another namespace counts as absent. One that was not
//! listed counts as living: what may stay is not said to go.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use crate::{
    ids::{ObjectKey, ResourceName, Uid},
    kind::Kind,
    plan::Propagation,
};

/// An object that was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its kind.
    pub kind: Arc<Kind>,
    /// Its namespace, for kinds that have one.
    pub namespace: Option<ResourceName>,
    /// Its name.
    pub name: ResourceName,
    /// Its UID.
    pub uid: Uid,
    /// The UIDs of its owners.
    pub owners: Vec<Uid>,
}

/// An object that goes with a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The target's place among the targets.
    pub target: usize,
    /// The object's place in what was listed.
    pub object: usize,
}

/// What a target takes with it whoever owns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contains<'a> {
    /// Everything in this namespace.
    Namespace(&'a ResourceName),
    /// Every object of the resource with this name, `plots.garden.example.com`.
    Resource(&'a ResourceName),
}

impl<'a> Contains<'a> {
    /// What this target contains, if it is a namespace or a definition.
    pub fn of(target: &'a ObjectKey) -> Option<Self> {
        match (target.kind.group.as_str(), target.kind.plural.as_str()) {
            ("", "namespaces") => Some(Self::Namespace(&target.name)),
            ("apiextensions.k8s.io", "customresourcedefinitions") => Some(Self::Resource(&target.name)),
            _ => None,
        }
    }

    fn has(self, kind: &Kind, namespace: Option<&ResourceName>) -> bool {
        match self {
            Self::Namespace(name) => namespace == Some(name),
            Self::Resource(name) => {
                // Compared without building `plural.group` for each of many objects.
                name.as_str()
                    .split_once('.')
                    .is_some_and(|(plural, group)| plural == kind.plural && group == kind.group)
            }
        }
    }
}

/// What goes with the targets, owners before what they own. No target is among it, and nothing twice.
pub fn goes_with(targets: &[ObjectKey], propagation: Propagation, listed: &[Listed]) -> Vec<Taken> {
    let graph = Graph::new(targets, listed);
    let mut living: Vec<usize> = listed.iter().map(|object| graph.owners(object).count()).collect();
    let is_target: HashSet<&Uid> = targets.iter().map(|key| &key.uid).collect();
    let mut is_taken: Vec<bool> = listed.iter().map(|object| is_target.contains(&object.uid)).collect();
    let mut seen: HashSet<&Uid> = HashSet::new();
    let mut taken = Vec::new();
    let mut going: VecDeque<(&Uid, usize)> = VecDeque::new();
    let mut take = |object: usize, target: usize, is_taken: &mut Vec<bool>, going: &mut VecDeque<_>| {
        let Some(taken_already) = is_taken.get_mut(object) else { return };
        let Some(uid) = listed.get(object).map(|object| &object.uid) else { return };
        if !std::mem::replace(taken_already, true) && seen.insert(uid) {
            taken.push(Taken { target, object });
            going.push_back((uid, target));
        }
    };
    for (target, key) in targets.iter().enumerate() {
        if let Some(contents) = Contains::of(key) {
            for (object, one) in listed.iter().enumerate() {
                if contents.has(&one.kind, one.namespace.as_ref()) {
                    take(object, target, &mut is_taken, &mut going);
                }
            }
        }
    }
    if propagation != Propagation::Orphan {
        going.extend(targets.iter().enumerate().map(|(target, key)| (&key.uid, target)));
    }
    while let Some((uid, target)) = going.pop_front() {
        for &object in graph.owned.get(uid).into_iter().flatten() {
            let Some(left) = living.get_mut(object) else { continue };
            *left = left.saturating_sub(1);
            if *left == 0 {
                take(object, target, &mut is_taken, &mut going);
            }
        }
    }
    taken
}

/// A number for each target: an owner's is below those of the targets that it owns, at however many removes, and a
/// namespace's and a definition's below those of their contents.
pub fn levels(targets: &[ObjectKey], listed: &[Listed]) -> Vec<u32> {
    let graph = Graph::new(targets, listed);
    let place: HashMap<&Uid, usize> =
        targets.iter().enumerate().map(|(place, key)| (&key.uid, place)).collect();
    let mut waits: HashMap<&Uid, usize> = targets.iter().map(|key| (&key.uid, 0)).collect();
    let mut below: HashMap<&Uid, Vec<&Uid>> = HashMap::new();
    let mut counted: HashSet<&Uid> = HashSet::new();
    for object in listed.iter().filter(|object| counted.insert(&object.uid)) {
        waits.entry(&object.uid).or_default();
        for owner in graph.owners(object).filter(|owner| graph.places.contains_key(owner)) {
            below.entry(owner).or_default().push(&object.uid);
            *waits.entry(&object.uid).or_default() += 1;
        }
    }
    for container in targets {
        let Some(contents) = Contains::of(container) else { continue };
        for key in targets.iter().filter(|key| contents.has(&key.kind, key.namespace.as_ref())) {
            below.entry(&container.uid).or_default().push(&key.uid);
            *waits.entry(&key.uid).or_default() += 1;
        }
    }
    // Kahn's order; what owns itself in a circle is never reached and stays where it is.
    let mut levels: HashMap<&Uid, u32> = HashMap::new();
    let mut free: Vec<&Uid> = waits.iter().filter(|(_, waits)| **waits == 0).map(|(uid, _)| *uid).collect();
    while let Some(uid) = free.pop() {
        let level = levels.get(uid).copied().unwrap_or_default() + u32::from(place.contains_key(uid));
        for &child in below.get(uid).into_iter().flatten() {
            let own = levels.entry(child).or_default();
            *own = level.max(*own);
            if let Some(left) = waits.get_mut(child) {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    free.push(child);
                }
            }
        }
    }
    targets.iter().map(|key| levels.get(&key.uid).copied().unwrap_or_default()).collect()
}

/// Who owns whom, as the garbage collector reads it.
struct Graph<'a> {
    /// The namespace of everything that is known, none for what lives in none.
    places: HashMap<&'a Uid, Option<&'a ResourceName>>,
    /// By owner.
    owned: HashMap<&'a Uid, Vec<usize>>,
}

impl<'a> Graph<'a> {
    fn new(targets: &'a [ObjectKey], listed: &'a [Listed]) -> Self {
        let mut places: HashMap<_, _> =
            listed.iter().map(|object| (&object.uid, object.namespace.as_ref())).collect();
        places.extend(targets.iter().map(|key| (&key.uid, key.namespace.as_ref())));
        let mut graph = Self { places, owned: HashMap::new() };
        let mut owned: HashMap<&Uid, Vec<usize>> = HashMap::new();
        for (index, object) in listed.iter().enumerate() {
            for owner in graph.owners(object) {
                owned.entry(owner).or_default().push(index);
            }
        }
        graph.owned = owned;
        graph
    }

    /// The owners that count, each once: not those that are known to be in another namespace.
    fn owners<'b>(&self, object: &'b Listed) -> impl Iterator<Item = &'b Uid> + use<'b, '_, 'a> {
        object.owners.iter().enumerate().filter_map(|(index, owner)| {
            let is_elsewhere = matches!(
                self.places.get(owner), Some(Some(place)) if Some(*place) != object.namespace.as_ref()
            );
            let is_again = object.owners.iter().take(index).any(|before| before == owner);
            (!is_elsewhere && !is_again).then_some(owner)
        })
    }
}

#[cfg(test)]
mod tests;

//! Looks for what goes with one cluster's targets, in metadata-only lists: each kind that can be listed and deleted,
//! once for each place where something may go. Bounded; what was not searched is said.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Arc, Weak},
    time::Duration,
};

use futures::{StreamExt, stream};
use secateur_cluster::{ClusterError, Metadata};
use secateur_domain::{
    dependants::{self, Contains, Listed},
    ids::{ObjectKey, ResourceName},
    kind::{Kind, Scope},
    plan::{PlannedCluster, Propagation},
};

use super::{OpenPlan, known::Steps, taken::Surveyed};
use crate::session::Session;

/// Lists in flight for one cluster: each costs the server several seats of its fair queues.
const AT_ONCE: usize = 8;
/// Objects a page, and pages a list.
const PAGE: u32 = 500;
const PAGES: usize = 20;
/// With more namespaces than this a kind is read in all of them at once.
const NAMESPACES: usize = 20;
/// How often a list that a busy server puts off is asked for, and how long it is waited for at most.
const BUSY_AT_MOST: usize = 4;
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Records of what happened: they hold nothing, and belong to nothing that could be restored.
const EVENTS: [&str; 2] = ["", "events.k8s.io"];

/// Where a kind is looked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Everywhere,
    Namespace(ResourceName),
}

/// One cluster's survey.
pub(super) struct Survey {
    pub(super) plan: Weak<OpenPlan>,
    pub(super) session: Arc<Session>,
    pub(super) planned: PlannedCluster,
    pub(super) propagation: Propagation,
    /// The cluster's targets, with their places in the plan.
    pub(super) targets: Vec<(usize, ObjectKey)>,
}

/// What one list gave.
struct Read {
    objects: Vec<Listed>,
    /// Whether there is more.
    is_bounded: bool,
    /// Why there is nothing, if so.
    problem: Option<String>,
}

impl Survey {
    pub(super) async fn run(self) {
        let keys: Vec<ObjectKey> = self.targets.iter().map(|(_, key)| key.clone()).collect();
        let signed_in = self.session.wait_until_discovered().await;
        let kinds = searched(&signed_in.kinds);
        let mut found = Surveyed::default();
        found.unsearched.extend(
            signed_in.unavailable.iter().map(|missing| (missing.group_version.clone(), missing.why.clone())),
        );
        if signed_in.fingerprint != self.planned.fingerprint {
            let why =
                format!("the server at {} is not the cluster this plan was made for", self.planned.name);
            found.unsearched.push(("everything".to_owned(), why));
            return self.tell(found);
        }
        let mut listed: Vec<Listed> = Vec::new();
        let mut places: BTreeSet<Place> = places(&keys, self.propagation);
        let mut todo = lists(&kinds, &places, &keys);
        let mut total = todo.len();
        let mut done = 0;
        // What custom resources own is where they are, which their definition does not say: a second round.
        while !todo.is_empty() {
            self.tell_steps(done, total);
            let survey = &self;
            let mut reading = stream::iter(todo.drain(..))
                .map(|(kind, place)| async move { (survey.read(&kind, &place).await, kind) })
                .buffer_unordered(AT_ONCE);
            while let Some((read, kind)) = reading.next().await {
                listed.extend(read.objects);
                found.is_bounded |= read.is_bounded;
                if let Some(why) = read.problem {
                    found.unsearched.push((kind.plural.clone(), why));
                }
                done += 1;
                self.tell_steps(done, total);
            }
            drop(reading);
            let more = places_of_resources(&keys, &listed, self.propagation);
            let more: BTreeSet<Place> =
                more.into_iter().filter(|place| places.insert(place.clone())).collect();
            todo = lists(&kinds, &more, &[]);
            total += todo.len();
        }
        found.kinds = if total == 0 { 0 } else { kinds.len() };
        found.namespaces = places.iter().filter(|place| **place != Place::Everywhere).count();
        let propagation = self.propagation;
        let work = move || {
            let taken = dependants::goes_with(&keys, propagation, &listed);
            let levels = dependants::levels(&keys, &listed);
            let cluster = keys.first().map(|key| key.cluster.clone());
            let taken = taken.into_iter().filter_map(|taken| {
                let object = listed.get(taken.object)?;
                let key = ObjectKey {
                    cluster: cluster.clone()?,
                    kind: Arc::clone(&object.kind),
                    namespace: object.namespace.clone(),
                    name: object.name.clone(),
                    uid: object.uid.clone(),
                };
                Some((taken.target, key))
            });
            (taken.collect::<Vec<_>>(), levels)
        };
        // Over many objects this takes longer than a thread of the runtime may be held.
        if let Ok((taken, levels)) = tokio::task::spawn_blocking(work).await {
            let place = |target: usize| self.targets.get(target).map(|(place, _)| *place);
            found.taken = taken.into_iter().filter_map(|(target, key)| Some((place(target)?, key))).collect();
            found.levels =
                (0..).zip(levels).filter_map(|(target, level)| Some((place(target)?, level))).collect();
        }
        self.tell(found);
    }

    /// All pages of one list, as far as is read.
    async fn read(&self, kind: &Arc<Kind>, place: &Place) -> Read {
        let mut read = Read { objects: Vec::new(), is_bounded: false, problem: None };
        let namespace = match place {
            Place::Everywhere => None,
            Place::Namespace(name) => Some(name.as_str()),
        };
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            match self.page(kind, namespace, token.as_deref()).await {
                Ok((objects, next)) => {
                    read.objects.extend(objects.into_iter().map(|metadata| object(kind, metadata)));
                    token = next;
                    if token.is_none() {
                        return read;
                    }
                }
                // Its definition or its server went meanwhile, and so did its objects.
                Err(ClusterError::NotFound(_) | ClusterError::NotSupported(_)) => return read,
                // The pages before were of a list that the server has forgotten.
                Err(ClusterError::Gone | ClusterError::Expired { .. }) if !read.objects.is_empty() => break,
                Err(error) => {
                    let wanted = format!("list {}", kind.plural);
                    let failure = self.session.error(&wanted, error).describe();
                    read.problem = Some(failure.server_words.unwrap_or(failure.message));
                    return read;
                }
            }
        }
        read.is_bounded = true;
        read
    }

    /// One page, waited for while the server is busy or signed out of.
    async fn page(
        &self,
        kind: &Kind,
        namespace: Option<&str>,
        token: Option<&str>,
    ) -> Result<(Vec<Metadata>, Option<String>), ClusterError> {
        let mut attempts = 0;
        loop {
            let signed_in = self.session.wait_until_signed_in().await;
            attempts += 1;
            match signed_in.client.list_metadata(kind, namespace, PAGE, token).await {
                Ok(page) => return Ok((page.objects, page.continue_token)),
                Err(ClusterError::Busy { retry_after, .. }) if attempts < BUSY_AT_MOST => {
                    let pause = retry_after.unwrap_or(Duration::from_secs(1)).min(LONGEST_PAUSE);
                    tokio::time::sleep(pause).await;
                }
                // The session ends here, and the next one goes on.
                Err(error) if error.ends_session() && attempts < BUSY_AT_MOST => {
                    drop(self.session.error("list", error));
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn tell_steps(&self, done: usize, total: usize) {
        if let Some(plan) = self.plan.upgrade() {
            plan.know(|known| known.lists(self.session.id(), Steps { done, total }));
        }
    }

    fn tell(&self, surveyed: Surveyed) {
        if let Some(plan) = self.plan.upgrade() {
            plan.know(|known| known.surveyed(self.session.id(), surveyed));
        }
    }
}

fn object(kind: &Arc<Kind>, metadata: Metadata) -> Listed {
    Listed {
        kind: Arc::clone(kind),
        namespace: metadata.namespace,
        name: metadata.name,
        uid: metadata.uid,
        owners: metadata.owners.into_iter().map(|owner| owner.uid).collect(),
    }
}

/// The kinds that are searched: what can be listed and goes when it is deleted, each once.
fn searched(kinds: &[Arc<Kind>]) -> Vec<Arc<Kind>> {
    let mut seen = HashSet::new();
    let mut preferred: Vec<&Arc<Kind>> = kinds.iter().collect();
    preferred.sort_by_key(|kind| !kind.is_preferred);
    preferred
        .into_iter()
        .filter(|kind| kind.can("list") && kind.can("delete"))
        .filter(|kind| !(kind.plural == "events" && EVENTS.contains(&kind.group.as_str())))
        .filter(|kind| seen.insert(kind.resource()))
        .map(Arc::clone)
        .collect()
}

/// Where something may go with the targets.
fn places(targets: &[ObjectKey], propagation: Propagation) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    for key in targets {
        match (Contains::of(key), &key.namespace) {
            (Some(Contains::Namespace(name)), _) => drop(places.insert(Place::Namespace(name.clone()))),
            // Its own resources only: see `lists`.
            (Some(Contains::Resource(_)), _) => {}
            (None, _) if propagation == Propagation::Orphan => {}
            (None, Some(namespace)) => drop(places.insert(Place::Namespace(namespace.clone()))),
            (None, None) => drop(places.insert(Place::Everywhere)),
        }
    }
    places
}

/// Where something may be that resources of a definition own.
fn places_of_resources(
    targets: &[ObjectKey],
    listed: &[Listed],
    propagation: Propagation,
) -> BTreeSet<Place> {
    let defined: HashSet<&str> = targets
        .iter()
        .filter_map(|key| match Contains::of(key) {
            Some(Contains::Resource(name)) if propagation != Propagation::Orphan => Some(name.as_str()),
            _ => None,
        })
        .collect();
    if defined.is_empty() {
        return BTreeSet::new();
    }
    let resources = listed.iter().filter(|object| defined.contains(object.kind.resource().as_str()));
    resources.map(|object| object.namespace.clone().map_or(Place::Everywhere, Place::Namespace)).collect()
}

/// The lists to read: every kind in each place, or in all at once where there are many; and of each definition among
/// the targets its resources.
fn lists(kinds: &[Arc<Kind>], places: &BTreeSet<Place>, targets: &[ObjectKey]) -> Vec<(Arc<Kind>, Place)> {
    let is_everywhere = places.contains(&Place::Everywhere) || places.len() > NAMESPACES;
    let mut lists: BTreeMap<(String, Place), Arc<Kind>> = BTreeMap::new();
    for kind in kinds {
        if is_everywhere {
            // Nothing in a namespace owns what lives in none.
            if kind.scope == Scope::Namespaced || places.contains(&Place::Everywhere) {
                lists.insert((kind.resource(), Place::Everywhere), Arc::clone(kind));
            }
        } else if kind.scope == Scope::Namespaced {
            for place in places {
                lists.insert((kind.resource(), place.clone()), Arc::clone(kind));
            }
        }
    }
    for key in targets {
        if let Some(Contains::Resource(name)) = Contains::of(key) {
            for kind in kinds.iter().filter(|kind| kind.resource() == name.as_str()) {
                lists.insert((kind.resource(), Place::Everywhere), Arc::clone(kind));
            }
        }
    }
    lists.into_iter().map(|((_, place), kind)| (kind, place)).collect()
}

#[cfg(test)]
mod tests;

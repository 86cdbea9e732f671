//! Follows named objects by their UIDs: one watch for each kind, GETs where a watch is not allowed or broke.
//!
//! It tells what it sees and draws no conclusions: those are the plan's and the job's, by the domain's rules.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::{StreamExt, stream};
use secateur_cluster::{ClusterError, ObjectEvent, WatchRequest};
use secateur_domain::{
    fingerprint::Fingerprint,
    ids::{ObjectKey, ResourceName},
    kind::Kind,
    outcome::Seen,
};
use tokio::sync::mpsc;

use crate::session::{Session, SignedIn};

/// More targets than this are looked at by reading their list.
const MANY: usize = 100;
/// Rows a page of it.
const PAGE: u32 = 500;
/// GETs in flight while looking at all targets of a kind.
const LOOKS_AT_ONCE: usize = 8;
/// Between two rounds of GETs where nothing can be watched.
const POLL: Duration = Duration::from_secs(2);
/// Before a broken watch is opened again.
const PAUSE: Duration = Duration::from_secs(1);

/// What was seen of the targets. `target` is the number that the caller gave.
#[derive(Debug)]
pub(crate) enum Sight {
    /// From here on nothing that happens to the targets is missed.
    Ready,
    /// A target, or a namesake in its place.
    Target {
        /// Which.
        target: usize,
        /// What is there now.
        seen: Seen,
    },
    /// Neither watching nor getting this one is allowed: nothing will be seen of it.
    Blind(usize),
}

/// Whether the targets are looked at when following begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// Look at each once the watch is open.
    Look,
    /// Only tell what changes; the caller learns the rest from its own answers.
    Watch,
}

/// Targets of one kind in one cluster.
pub(crate) struct Followed {
    pub(crate) session: Arc<Session>,
    /// What the cluster was when the targets were chosen: another one behind the same address says nothing of them.
    pub(crate) fingerprint: Fingerprint,
    pub(crate) kind: Arc<Kind>,
    pub(crate) targets: Vec<(usize, ObjectKey)>,
}

type Place = (Option<ResourceName>, ResourceName);

impl Followed {
    /// Splits targets by kind; all are of `session`'s cluster.
    pub(crate) fn by_kind(
        session: &Arc<Session>,
        fingerprint: &Fingerprint,
        targets: impl IntoIterator<Item = (usize, ObjectKey)>,
    ) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for (target, key) in targets {
            match groups.iter_mut().find(|group| group.kind == key.kind) {
                Some(group) => group.targets.push((target, key)),
                None => groups.push(Self {
                    session: Arc::clone(session),
                    fingerprint: fingerprint.clone(),
                    kind: Arc::clone(&key.kind),
                    targets: vec![(target, key)],
                }),
            }
        }
        groups
    }

    /// Runs until it is dropped or nobody listens.
    pub(crate) async fn run(self, start: Start, sights: mpsc::Sender<Sight>) {
        let mut start = start;
        let mut is_first = true;
        loop {
            let signed_in = self.session.wait_until_signed_in().await;
            if signed_in.fingerprint != self.fingerprint {
                return;
            }
            let mut wakes = self.session.wakes();
            // After a break another cluster may be behind the same address, and what it does not have says nothing.
            if !is_first && !self.is_still_there(&signed_in).await {
                tokio::time::sleep(POLL).await;
                continue;
            }
            is_first = false;
            let watched = match self.session.watches().of_followed() {
                Some(_watch) => Some(tokio::select! {
                    () = signed_in.ended.cancelled() => Ok(()),
                    _ = wakes.changed() => Ok(()),
                    watched = self.watch(&signed_in, start, &sights) => watched,
                }),
                // Too many others are watched.
                None => None,
            };
            if sights.is_closed() {
                return;
            }
            match watched {
                None
                | Some(Err(
                    ClusterError::Refused(_) | ClusterError::NotSupported(_) | ClusterError::NotFound(_),
                )) => {
                    tokio::select! {
                        () = signed_in.ended.cancelled() => {}
                        _ = wakes.changed() => {}
                        () = self.poll(&signed_in, &sights) => return,
                    }
                }
                // A 401 ends the session here, and following waits for the next one; the rest passes by itself.
                Some(Err(error)) => drop(self.session.error("watch", error)),
                Some(Ok(())) => {}
            }
            // What happened while nobody watched is found by looking.
            start = Start::Look;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Whether it is known that this is still the cluster in which the targets were chosen.
    async fn is_still_there(&self, signed_in: &SignedIn) -> bool {
        match signed_in.client.fingerprint(&self.fingerprint.namespace).await {
            Ok(fingerprint) => fingerprint == self.fingerprint,
            Err(error) => {
                drop(self.session.error("say what it is", error));
                false
            }
        }
    }

    /// One watch, until it ends.
    async fn watch(
        &self,
        signed_in: &SignedIn,
        start: Start,
        sights: &mpsc::Sender<Sight>,
    ) -> Result<(), ClusterError> {
        let client = &signed_in.client;
        let namespace = self.only_namespace();
        let name = match self.targets.as_slice() {
            [(_, only)] => Some(only.name.as_str()),
            _ => None,
        };
        let version = client.list_version(&self.kind, namespace, name).await?;
        let request = WatchRequest {
            kind: Arc::clone(&self.kind),
            namespace: namespace.map(str::to_owned),
            name: name.map(str::to_owned),
            resource_version: Some(version),
        };
        let mut events = client.watch_objects(&request).await?;
        let _ = sights.send(Sight::Ready).await;
        if start == Start::Look {
            // What may not be looked at is told of by the watch.
            self.look(signed_in, sights).await?;
        }
        let places: HashMap<Place, (usize, &ObjectKey)> = self
            .targets
            .iter()
            .map(|(target, key)| ((key.namespace.clone(), key.name.clone()), (*target, key)))
            .collect();
        while let Some(event) = events.next().await {
            let (place, seen) = match event? {
                ObjectEvent::Present { namespace, name, uid, resource_version, terminating } => {
                    ((namespace, name), Seen::Present { uid, version: resource_version, terminating })
                }
                ObjectEvent::Removed { namespace, name, uid, .. } => {
                    let place = (namespace, name);
                    // Only the removal of the target itself says something about it.
                    if places.get(&place).is_none_or(|(_, key)| key.uid != uid) {
                        continue;
                    }
                    (place, Seen::Absent)
                }
                ObjectEvent::Bookmark { .. } => continue,
            };
            if let Some((target, _)) = places.get(&place) {
                let _ = sights.send(Sight::Target { target: *target, seen }).await;
            }
        }
        Ok(())
    }

    /// Looks at every target once, one by one or, where there are many, by reading their list. Gives those that may
    /// not be looked at.
    async fn look(
        &self,
        signed_in: &SignedIn,
        sights: &mpsc::Sender<Sight>,
    ) -> Result<Vec<usize>, ClusterError> {
        if self.targets.len() > MANY {
            match self.read(signed_in, sights).await {
                // Who may not list may still get.
                Err(ClusterError::Refused(_) | ClusterError::NotSupported(_)) => {}
                read => return read.map(|()| Vec::new()),
            }
        }
        let mut unseen = Vec::new();
        let mut looks = stream::iter(self.targets.clone())
            .map(|(target, key)| {
                let client = signed_in.client.clone();
                async move { (target, client.look(&key).await) }
            })
            .buffer_unordered(LOOKS_AT_ONCE);
        while let Some((target, seen)) = looks.next().await {
            match seen {
                Ok(seen) => drop(sights.send(Sight::Target { target, seen }).await),
                Err(ClusterError::Refused(_) | ClusterError::NotSupported(_)) => unseen.push(target),
                Err(error) => return Err(error),
            }
        }
        Ok(unseen)
    }

    /// Looks at every target by reading the list that they are in; what is not in it is gone.
    async fn read(&self, signed_in: &SignedIn, sights: &mpsc::Sender<Sight>) -> Result<(), ClusterError> {
        let mut listed: HashMap<Place, Seen> = HashMap::new();
        let mut token = None;
        loop {
            let namespace = self.only_namespace();
            let page = signed_in.client.list_metadata(&self.kind, namespace, PAGE, token.as_deref()).await?;
            listed.extend(page.objects.into_iter().map(|object| {
                let seen = Seen::Present {
                    uid: object.uid,
                    version: object.version,
                    terminating: object.terminating,
                };
                ((object.namespace, object.name), seen)
            }));
            token = page.continue_token;
            if token.is_none() {
                break;
            }
        }
        for (target, key) in &self.targets {
            let seen = listed.remove(&(key.namespace.clone(), key.name.clone())).unwrap_or(Seen::Absent);
            let _ = sights.send(Sight::Target { target: *target, seen }).await;
        }
        Ok(())
    }

    /// GETs again and again, until that is not allowed either.
    async fn poll(&self, signed_in: &SignedIn, sights: &mpsc::Sender<Sight>) {
        let _ = sights.send(Sight::Ready).await;
        while !sights.is_closed() {
            match self.look(signed_in, sights).await {
                Ok(unseen) => {
                    let is_all = unseen.len() == self.targets.len();
                    for target in unseen {
                        let _ = sights.send(Sight::Blind(target)).await;
                    }
                    if is_all {
                        return;
                    }
                }
                Err(error) => drop(self.session.error("get", error)),
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// The namespace, if all targets are in one.
    fn only_namespace(&self) -> Option<&str> {
        let (_, first) = self.targets.first()?;
        let namespace = first.namespace.as_ref()?;
        self.targets
            .iter()
            .all(|(_, key)| key.namespace.as_ref() == Some(namespace))
            .then(|| namespace.as_str())
    }
}

//! Feeds a lane with copied targets, batch by batch and no further ahead than is useful.

use std::collections::HashMap;

use futures::{FutureExt, future::join_all};
use secateur_cluster::ObjectBody;
use secateur_domain::{
    ids::{ResourceName, Uid},
    outcome::Outcome,
};
use tokio::sync::mpsc;

use super::{READS, not_read, not_written};
use crate::job::{
    Reply,
    gate::is_away,
    lane::{CopyWanted, Lane, LaneTarget, Ready},
};

/// From so many targets of one kind in one namespace on, their list is read instead of each.
const LISTED_FROM: usize = 40;
/// Objects a page of it: whole ones, so not many.
const PAGE: u32 = 100;
/// The list is left where it has so many times more objects than are wanted.
const WORTH: usize = 3;
/// Copies that are read one by one are kept so many at a time.
const TOGETHER: usize = 50;
/// A copy that cannot be read for a reason that may pass is tried so often.
const TRIES: u32 = 5;

impl Lane {
    /// Copies these and hands each on as soon as the trash has it.
    pub(in crate::job) async fn copy_all(&self, targets: Vec<LaneTarget>, ready: mpsc::Sender<Ready>) {
        let (to_copy, as_they_are): (Vec<_>, Vec<_>) =
            targets.into_iter().partition(|target| target.copy == CopyWanted::Yes);
        for target in as_they_are {
            let (note, copied_at) = match target.copy {
                CopyWanted::Done { at } => (None, Some(at)),
                _ => (Some("No copy was kept: it may not be read.".to_owned()), None),
            };
            // Its other end is beside this one in the lane, so it is there as long as this is.
            let _ = ready.send(Ready { target, note, copied_at }).await;
        }
        for group in by_place(to_copy) {
            let is_listed =
                group.len() >= LISTED_FROM && group.first().is_some_and(|first| first.key.kind.can("list"));
            let mut rest = if is_listed { self.copy_from_list(group, &ready).await } else { group };
            while !rest.is_empty() {
                let later = rest.split_off(rest.len().min(TOGETHER));
                self.copy_each(rest, &ready).await;
                rest = later;
            }
        }
    }

    /// Reads targets of one kind and namespace from their list; gives back those that were not found in it.
    async fn copy_from_list(&self, group: Vec<LaneTarget>, ready: &mpsc::Sender<Ready>) -> Vec<LaneTarget> {
        let Some(first) = group.first() else { return group };
        let (kind, namespace) = (first.key.kind.clone(), first.key.namespace.clone());
        let enough = group.len() * WORTH + 2 * PAGE as usize;
        let mut wanted: HashMap<Uid, LaneTarget> =
            group.into_iter().map(|target| (target.key.uid.clone(), target)).collect();
        let (mut token, mut seen) = (None::<String>, 0);
        loop {
            let signed_in = match self.gate.pass().await {
                Ok(signed_in) => signed_in,
                Err(cause) => {
                    self.end_all(wanted.into_values(), &cause).await;
                    return Vec::new();
                }
            };
            let namespace = namespace.as_ref().map(ResourceName::as_str);
            match signed_in.client.list_bodies(&kind, namespace, PAGE, token.as_deref()).await {
                Ok(page) => {
                    seen += page.bodies.len();
                    let found = page.bodies.into_iter().filter_map(|body| {
                        let target = wanted.remove(&body.uid)?;
                        Some((target, body))
                    });
                    let found: Vec<_> = found.collect();
                    self.keep_and_hand_on(&signed_in, found, ready).await;
                    token = page.continue_token;
                }
                Err(error) => {
                    // One by one it may be possible all the same; if it is not, that says why.
                    if error.ends_session() {
                        drop(self.gate.session.error("copy", error));
                    }
                    token = None;
                }
            }
            if wanted.is_empty() || token.is_none() || seen > enough {
                let mut rest: Vec<_> = wanted.into_values().collect();
                rest.sort_by_key(|target| target.target);
                return rest;
            }
        }
    }

    /// Reads targets one by one, a few at a time, and keeps them together.
    async fn copy_each(&self, targets: Vec<LaneTarget>, ready: &mpsc::Sender<Ready>) {
        let mut left = targets;
        let mut tries = 0;
        while !left.is_empty() {
            let signed_in = match self.gate.pass().await {
                Ok(signed_in) => signed_in,
                Err(cause) => return self.end_all(left, &cause).await,
            };
            let targets = std::mem::take(&mut left);
            let mut bodies = Vec::with_capacity(targets.len());
            for some in targets.chunks(READS) {
                let keys = some.iter().map(|target| &target.key);
                bodies.extend(join_all(keys.map(|key| self.copier.read(&signed_in, key).boxed())).await);
            }
            tries += 1;
            let mut found = Vec::new();
            for (target, body) in targets.into_iter().zip(bodies) {
                match body {
                    Ok(Ok(body)) => found.push((target, body)),
                    Ok(Err(outcome)) => self.step(target.target, outcome, Reply::default()).await,
                    Err(error) => {
                        let may_pass = error.ends_session() || is_away(&error) && tries < TRIES;
                        let cause = self.gate.session.error("copy it", error).describe().message;
                        self.gate.mistrust();
                        if may_pass {
                            left.push(target);
                        } else {
                            let cause = not_read(&target.key, &cause);
                            self.end_all([target], &cause).await;
                        }
                    }
                }
            }
            self.keep_and_hand_on(&signed_in, found, ready).await;
        }
    }

    async fn keep_and_hand_on(
        &self,
        signed_in: &crate::session::SignedIn,
        found: Vec<(LaneTarget, ObjectBody)>,
        ready: &mpsc::Sender<Ready>,
    ) {
        if found.is_empty() {
            return;
        }
        let (targets, bodies): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        match self.copier.keep(signed_in, targets.iter().zip(bodies).collect()).await {
            Ok(kept) => {
                for (target, kept) in targets.into_iter().zip(kept) {
                    let (note, copied_at) = (kept.note, Some(kept.at));
                    let _ = ready.send(Ready { target, note, copied_at }).await;
                }
            }
            Err(reason) => {
                if let Some(first) = targets.first() {
                    self.gate.close(not_written(&first.key, &reason));
                }
                for target in targets {
                    let cause = not_written(&target.key, &reason);
                    self.end_all([target], &cause).await;
                }
            }
        }
    }

    async fn end_all(&self, targets: impl IntoIterator<Item = LaneTarget>, cause: &str) {
        for target in targets {
            self.unforeseen(&target, &Outcome::NotSent { cause: cause.to_owned() });
            self.end(target.target, target.is_doubtful, cause.to_owned()).await;
        }
    }
}

/// Targets by kind and namespace, each group in the order of the plan.
fn by_place(targets: Vec<LaneTarget>) -> Vec<Vec<LaneTarget>> {
    let mut groups: Vec<Vec<LaneTarget>> = Vec::new();
    let mut places = HashMap::new();
    for target in targets {
        let place =
            (target.key.kind.group.clone(), target.key.kind.plural.clone(), target.key.namespace.clone());
        let group = *places.entry(place).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(group) {
            group.push(target);
        }
    }
    groups
}

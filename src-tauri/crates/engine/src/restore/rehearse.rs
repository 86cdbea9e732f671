//! What a server says to creating the objects of a restore, before any is created.

use std::{collections::HashSet, sync::Arc};

use futures::{StreamExt, stream};
use secateur_cluster::{ClusterError, Created, DryRun, Rehearsable, Rehearsed};
use secateur_domain::{
    ids::{ObjectKey, ResourceName, Uid},
    outcome::Seen,
    rehearsal::Rehearsal,
};
use secateur_store::ObjectRecord;

use super::{
    Item, OpenRestore, Phase, RestoreState,
    copies::leave_out,
    object::{self, Owner, OwnerNow},
};
use crate::{
    failure::EngineError,
    session::{Session, SignedIn},
};

/// Dry runs in flight.
const AT_ONCE: usize = 8;

impl OpenRestore {
    /// Asks the servers, and again when one of them is locked no longer. Ends when the restore is closed.
    pub(crate) async fn follow(self: Arc<Self>) {
        let mut changes: Vec<_> = self.sessions.values().map(|session| session.changes()).collect();
        loop {
            let locked = self.locked();
            self.rehearse().await;
            while self.locked() == locked {
                let each = changes.iter_mut().map(|changes| Box::pin(changes.changed()));
                let _ = futures::future::select_all(each).await;
            }
            self.changed();
            let was_ready = self.phase.send_if_modified(|phase| {
                let is_ready = *phase == Phase::Ready;
                if is_ready {
                    *phase = Phase::Rehearsing;
                }
                is_ready
            });
            if !was_ready {
                return;
            }
        }
    }

    fn locked(&self) -> Vec<bool> {
        self.sessions.values().map(|session| session.is_locked()).collect()
    }

    /// Looks at the owners, then asks about every object.
    async fn rehearse(&self) {
        self.look_at_owners().await;
        let count = self.lock().len();
        stream::iter(0..count).for_each_concurrent(AT_ONCE, |index| self.rehearse_one(index)).await;
        self.phase.send_if_modified(|phase| {
            let is_first = *phase == Phase::Rehearsing;
            if is_first {
                *phase = Phase::Ready;
            }
            is_first
        });
        self.changed();
    }

    async fn rehearse_one(&self, index: usize) {
        let Some((object, body)) = self.planned(index) else { return };
        let Rehearsed { rehearsal, warnings } = match self.needs_first(&object) {
            Some(why) => Rehearsal::NotAsked { why }.into(),
            None => self.ask(index, &object, body).await,
        };
        self.update(index, |item| {
            if item.shown.state == RestoreState::LeftOut {
                return;
            }
            match &rehearsal {
                Rehearsal::Refused { message, .. } => item.shown.words.insert(0, message.clone()),
                Rehearsal::NotAsked { why } | Rehearsal::CannotBe { why } => {
                    item.shown.words.push(why.clone());
                }
                Rehearsal::NoAnswer { cause } => item.shown.words.push(cause.clone()),
                Rehearsal::Accepted | Rehearsal::Asking => {}
            }
            item.shown.rehearsal = rehearsal;
            item.warn(warnings);
        });
        self.changed();
    }

    async fn ask(&self, index: usize, object: &ObjectRecord, body: Vec<u8>) -> Rehearsed {
        let session = match self.session(&object.cluster) {
            Ok(session) => session,
            Err(error) => return Rehearsal::NoAnswer { cause: error.describe().message }.into(),
        };
        let signed_in = match session.for_writing() {
            Ok(signed_in) => signed_in,
            Err(error) => return Rehearsal::NotAsked { why: error.describe().message }.into(),
        };
        let rehearsed = dry_run(&session, &signed_in, object, &body).await;
        match rehearsed.rehearsal {
            Rehearsal::Refused { message, .. } if message.contains("already allocated") => {
                // Another has the addresses now: a Service can do without them.
                let mut changed = false;
                self.update(index, |item| {
                    changed = !item.is_without_addresses;
                    item.is_without_addresses = true;
                });
                match self.planned(index).filter(|_| changed) {
                    Some((_, body)) => dry_run(&session, &signed_in, object, &body).await,
                    None => Rehearsal::Refused { status: 422, reason: "Invalid".to_owned(), message }.into(),
                }
            }
            Rehearsal::NotAsked { why } => {
                self.update(index, |item| leave_out(item, why.clone()));
                Rehearsal::NotAsked { why }.into()
            }
            rehearsal => Rehearsed { rehearsal, ..rehearsed },
        }
    }

    /// The object and its JSON, if it is to be created. What will differ is written down by the way.
    pub(super) fn planned(&self, index: usize) -> Option<(ObjectRecord, Vec<u8>)> {
        let owners = self.lock_owners().clone();
        let mut items = self.lock();
        let item = items.get_mut(index)?;
        if item.shown.state != RestoreState::Planned {
            return None;
        }
        let mut prepared = object::prepare(item.copy.as_ref()?, &owners);
        if item.is_without_addresses && object::without_addresses(&mut prepared.object) {
            prepared.differences.push("It gets other addresses: its own are taken.".to_owned());
        }
        item.shown.words = prepared.differences;
        Some((item.shown.object.clone(), serde_json::to_vec(&prepared.object).ok()?))
    }

    /// What has to be created before this can even be rehearsed.
    fn needs_first(&self, object: &ObjectRecord) -> Option<String> {
        let is_planned = |item: &&Item| {
            item.shown.state == RestoreState::Planned && item.shown.object.cluster == object.cluster
        };
        let items = self.lock();
        let planned: Vec<&ObjectRecord> =
            items.iter().filter(is_planned).map(|item| &item.shown.object).collect();
        let namespace = planned.iter().find(|other| {
            other.group.is_empty()
                && other.plural == "namespaces"
                && object.namespace.as_ref() == Some(&other.name)
        });
        let definition = planned.iter().find(|other| {
            other.plural == "customresourcedefinitions"
                && other.name.as_str() == format!("{}.{}", object.plural, object.group)
        });
        namespace
            .or(definition)
            .map(|first| format!("It is asked about when {} {} is there.", first.kind, first.name))
    }

    /// Finds out what became of every owner that is not restored itself.
    async fn look_at_owners(&self) {
        let mut wanted: Vec<(ObjectRecord, Owner)> = Vec::new();
        {
            let items = self.lock();
            let own: HashSet<&str> = items
                .iter()
                .filter(|item| item.shown.state == RestoreState::Planned)
                .map(|item| item.shown.object.uid.as_str())
                .collect();
            let mut seen = HashSet::new();
            for item in items.iter().filter(|item| item.shown.state == RestoreState::Planned) {
                for owner in item.copy.as_ref().map(object::owners).unwrap_or_default() {
                    if !own.contains(owner.uid.as_str()) && seen.insert(owner.uid.clone()) {
                        wanted.push((item.shown.object.clone(), owner));
                    }
                }
            }
        }
        stream::iter(wanted)
            .for_each_concurrent(AT_ONCE, async |(object, owner)| {
                let now = if self.is_alive(&object, &owner).await { OwnerNow::Alive } else { OwnerNow::Gone };
                self.lock_owners().insert(owner.uid, now);
            })
            .await;
    }

    /// Whether an owner lives. What cannot be looked at counts as gone: a reference to it could have the object
    /// collected at once.
    async fn is_alive(&self, object: &ObjectRecord, owner: &Owner) -> bool {
        let Ok(session) = self.session(&object.cluster) else { return false };
        let Ok(signed_in) = session.discovered().await else { return false };
        let (group, version) = owner.api_version.split_once('/').unwrap_or(("", &owner.api_version));
        let kind = signed_in
            .kinds
            .iter()
            .find(|kind| kind.name == owner.kind && kind.group == group && kind.version == version);
        let (Some(kind), Ok(name), Ok(uid)) =
            (kind, ResourceName::parse(&owner.name), Uid::parse(&owner.uid))
        else {
            return false;
        };
        let key = ObjectKey {
            cluster: object.cluster.clone(),
            namespace: kind.in_namespace(object.namespace.clone()),
            kind: Arc::clone(kind),
            name,
            uid,
        };
        match signed_in.client.look(&key).await {
            Ok(Seen::Present { uid, terminating, .. }) => uid == key.uid && terminating.is_none(),
            Ok(Seen::Absent) => false,
            Err(error) => {
                drop(session.error("get", error));
                false
            }
        }
    }
}

/// One dry run. `NotAsked` says that the name is taken.
async fn dry_run(session: &Session, signed_in: &SignedIn, object: &ObjectRecord, body: &[u8]) -> Rehearsed {
    let key = object.key();
    match signed_in.client.can_rehearse(&key.kind).await {
        Ok(Rehearsable::Yes) => {}
        Ok(Rehearsable::No { why }) => return Rehearsal::CannotBe { why }.into(),
        Err(error) => return no_answer(session, error),
    }
    let namespace = object.namespace.as_ref().map(ResourceName::as_str);
    match signed_in.client.create(&key.kind, namespace, body, DryRun::All).await {
        Ok(Created::Made { warnings, .. }) => Rehearsed { rehearsal: Rehearsal::Accepted, warnings },
        Ok(Created::Exists) => {
            Rehearsal::NotAsked { why: format!("A {} of this name is there.", key.kind.name) }.into()
        }
        Ok(Created::Refused { status, reason, message }) => {
            Rehearsal::Refused { status, reason, message }.into()
        }
        Ok(Created::NoAnswer { cause }) => Rehearsal::NoAnswer { cause }.into(),
        Err(error) => no_answer(session, error),
    }
}

fn no_answer(session: &Session, error: ClusterError) -> Rehearsed {
    let error: EngineError = session.error("rehearse", error);
    Rehearsal::NoAnswer { cause: error.describe().message }.into()
}

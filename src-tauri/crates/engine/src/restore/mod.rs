//! Creating deleted objects again from their copies: first what will differ and what the server says to it, then the
//! creating itself, in an order in which each finds what it needs.
//!
//! A restored object is another object: it has a new UID. What a controller makes by itself is left to it.

mod copies;
mod object;
mod order;
mod rehearse;
mod run;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use secateur_domain::{
    ids::{ClusterId, Identity},
    rehearsal::Rehearsal,
    risk::count,
    tier::Tier,
};
use secateur_store::{Journal, ObjectRecord};
use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub(crate) use self::copies::{Sources, read};
use self::{object::OwnerNow, order::Stage};
use crate::{
    clock::Clock,
    event::{Event, EventSink},
    failure::EngineError,
    session::Session,
    words,
};

/// Names a receipt: a target of a job.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReceiptRef {
    /// The job.
    pub job: String,
    /// The target.
    pub row: Identity,
}

/// Where one object of a restore is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoreState {
    /// Will be created.
    Planned,
    /// Is left out, for the reason that is said.
    LeftOut,
    /// Is being created.
    Creating,
    /// Was created.
    Restored,
    /// The server refused.
    Refused,
    /// No answer.
    Unknown,
    /// Not tried, since something that it needs is not there.
    NotTried,
}

/// One object of a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreItem {
    /// What was deleted.
    pub object: ObjectRecord,
    /// Its cluster's name.
    pub cluster_name: String,
    /// What the server said to creating it as a dry run.
    pub rehearsal: Rehearsal,
    /// Where it is.
    pub state: RestoreState,
    /// What will differ, or why not, or the server's words.
    pub words: Vec<String>,
    /// What the server warned of in its last answer; a sentence of `words` says it too.
    pub warnings: Vec<String>,
    /// The UID that it has now.
    pub new_uid: Option<String>,
}

/// A cluster that is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreCluster {
    /// Its id.
    pub cluster: ClusterId,
    /// Its name.
    pub name: String,
    /// Its tier.
    pub tier: Tier,
    /// Whether it is a practice cluster.
    pub is_practice: bool,
    /// Whether it is read-only now.
    pub is_locked: bool,
}

/// A restore as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreSummary {
    /// Its id.
    pub restore: String,
    /// A question.
    pub title: String,
    /// The clusters that are written to.
    pub clusters: Vec<RestoreCluster>,
    /// In the order of creation; what is left out comes last.
    pub items: Vec<RestoreItem>,
    /// What holds for all.
    pub notes: Vec<String>,
    /// Whether every rehearsal was answered.
    pub is_ready: bool,
    /// Whether it was carried out.
    pub is_done: bool,
    /// What came of it.
    pub sentence: String,
}

/// One object with all that restoring it takes.
struct Item {
    shown: RestoreItem,
    /// The receipt that it belongs to.
    job: String,
    ordinal: u32,
    /// The copy; absent when it could not be read.
    copy: Option<Value>,
    stage: Stage,
    /// Whether a Service goes without the addresses that it had.
    is_without_addresses: bool,
}

impl Item {
    /// Takes what the server warned of, which it says beside all else.
    fn warn(&mut self, warnings: Vec<String>) {
        self.shown.words.extend(words::warned(&warnings));
        self.shown.warnings = warnings;
    }
}

/// An open restore. Its rehearsing ends when it is closed.
pub(crate) struct OpenRestore {
    id: String,
    sessions: HashMap<ClusterId, Arc<Session>>,
    journal: Journal,
    clock: Arc<dyn Clock>,
    events: Arc<dyn EventSink<Event>>,
    /// Guards the items; held for moments.
    items: Mutex<Vec<Item>>,
    /// Guards what became of owners, by their old UID.
    owners: Mutex<HashMap<String, OwnerNow>>,
    phase: watch::Sender<Phase>,
    stop: CancellationToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Rehearsing,
    Ready,
    Running,
    Done,
}

impl OpenRestore {
    /// Waits until every rehearsal was answered.
    pub(crate) async fn ready(&self) {
        let _ = self.phase.subscribe().wait_for(|phase| *phase != Phase::Rehearsing).await;
    }

    pub(crate) fn summary(&self) -> RestoreSummary {
        let phase = *self.phase.borrow();
        let items: Vec<RestoreItem> = self.lock().iter().map(|item| item.shown.clone()).collect();
        let planned: Vec<&RestoreItem> =
            items.iter().filter(|item| item.state != RestoreState::LeftOut).collect();
        let title = match planned.as_slice() {
            [] => "Nothing can be restored".to_owned(),
            [only] => format!("Restore {} {}?", only.object.kind, only.object.name),
            many => format!("Restore {} objects?", count(many.len())),
        };
        let note = if planned.len() == 1 { "It gets a new UID." } else { "Each gets a new UID." };
        // What happened is each object's own line.
        let is_said = phase != Phase::Done && !planned.is_empty();
        let notes = is_said.then(|| note.to_owned()).into_iter().collect();
        let used: BTreeSet<&ClusterId> = planned.iter().map(|item| &item.object.cluster).collect();
        let mut clusters: Vec<RestoreCluster> = self
            .sessions
            .iter()
            .filter(|(cluster, _)| used.contains(cluster))
            .map(|(cluster, session)| RestoreCluster {
                cluster: cluster.clone(),
                name: session.name().to_owned(),
                tier: session.care().tier,
                is_practice: session.is_practice(),
                is_locked: session.is_locked(),
            })
            .collect();
        clusters.sort_by(|left, right| (left.tier, &left.name).cmp(&(right.tier, &right.name)));
        RestoreSummary {
            restore: self.id.clone(),
            title,
            clusters,
            notes,
            is_ready: phase != Phase::Rehearsing,
            is_done: phase == Phase::Done,
            sentence: if phase == Phase::Done { sentence(&items) } else { String::new() },
            items,
        }
    }

    /// Ends its asking; what was created stays.
    pub(crate) fn close(&self) {
        self.stop.cancel();
    }

    fn changed(&self) {
        self.events.send(Event::RestoreChanged(self.id.clone()));
    }

    fn session(&self, cluster: &ClusterId) -> Result<Arc<Session>, EngineError> {
        self.sessions
            .get(cluster)
            .map(Arc::clone)
            .ok_or_else(|| EngineError::ClusterUnknown(cluster.to_string()))
    }

    fn update(&self, index: usize, change: impl FnOnce(&mut Item)) {
        if let Some(item) = self.lock().get_mut(index) {
            change(item);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Item>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_owners(&self) -> MutexGuard<'_, HashMap<String, OwnerNow>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What came of a restore.
fn sentence(items: &[RestoreItem]) -> String {
    let tried: Vec<&RestoreItem> = items.iter().filter(|item| item.state != RestoreState::LeftOut).collect();
    if let [only] = tried.as_slice() {
        let whole = words::full_name(&only.object.key(), &only.cluster_name);
        return match only.state {
            RestoreState::Restored => format!("Restored as {whole}, with a new UID."),
            RestoreState::Unknown => format!("It is not known whether {whole} was restored."),
            _ => format!("{whole} was not restored."),
        };
    }
    let restored = tried.iter().filter(|item| item.state == RestoreState::Restored).count();
    if restored == tried.len() {
        return format!("All {} objects are restored, each with a new UID.", count(restored));
    }
    format!(
        "{} of {} objects are restored. {} are not.",
        count(restored),
        count(tried.len()),
        count(tried.len() - restored)
    )
}

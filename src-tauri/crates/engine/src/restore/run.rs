//! Carrying a restore out: one stage after the other, each object created once.

use std::time::Duration;

use futures::{StreamExt, stream};
use secateur_cluster::{Created, DryRun};
use secateur_domain::ids::{ResourceName, Uid};
use secateur_store::ObjectRecord;

use super::{OpenRestore, Phase, RestoreState, object::OwnerNow};
use crate::{failure::EngineError, words};

/// Creations in flight.
const AT_ONCE: usize = 8;
/// How long a kind that was just restored may take to be served, and how often that is tried.
const SERVED: Duration = Duration::from_millis(250);
const TRIES: u32 = 60;

impl OpenRestore {
    /// Creates everything that is planned. A second call finds it done.
    pub(crate) async fn carry_out(&self) -> Result<(), EngineError> {
        for session in self.sessions.values() {
            session.for_writing()?;
        }
        self.ready().await;
        let is_ours = self.phase.send_if_modified(|phase| {
            let is_ready = *phase == Phase::Ready;
            if is_ready {
                *phase = Phase::Running;
            }
            is_ready
        });
        if !is_ours {
            let _ = self.phase.subscribe().wait_for(|phase| *phase == Phase::Done).await;
            return Ok(());
        }
        for stage in self.stages() {
            stream::iter(stage).for_each_concurrent(AT_ONCE, |index| self.create_one(index)).await;
        }
        self.phase.send_replace(Phase::Done);
        self.changed();
        Ok(())
    }

    /// The numbers of the planned items, stage by stage.
    fn stages(&self) -> Vec<Vec<usize>> {
        let items = self.lock();
        let planned: Vec<(usize, _)> = items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.shown.state == RestoreState::Planned)
            .map(|(index, item)| (index, item.stage))
            .collect();
        planned
            .chunk_by(|left, right| left.1 == right.1)
            .map(|stage| stage.iter().map(|(index, _)| *index).collect())
            .collect()
    }

    async fn create_one(&self, index: usize) {
        let Some((object, body)) = self.planned(index) else { return };
        if let Some(missing) = self.missing(&object) {
            return self.end(index, RestoreState::NotTried, missing, None).await;
        }
        self.update(index, |item| item.shown.state = RestoreState::Creating);
        self.changed();
        match self.create(&object, &body).await {
            Ok(Created::Made { uid, warnings, .. }) => {
                self.update(index, |item| item.warn(warnings));
                self.lock_owners().insert(object.uid.to_string(), OwnerNow::Restored(uid.to_string()));
                self.end(index, RestoreState::Restored, String::new(), Some(uid)).await;
            }
            Ok(Created::Exists) => {
                let words = format!("A {} of this name is there: nothing was created.", object.kind);
                self.end(index, RestoreState::Refused, words, None).await;
            }
            Ok(Created::Refused { message, .. }) => {
                self.end(index, RestoreState::Refused, message, None).await;
            }
            Ok(Created::NoAnswer { cause }) => self.settle(index, &object, cause).await,
            Err(error) => {
                self.end(index, RestoreState::NotTried, error.describe().message, None).await;
            }
        }
    }

    /// Sends it. A kind whose definition was created a moment ago is waited for.
    async fn create(&self, object: &ObjectRecord, body: &[u8]) -> Result<Created, EngineError> {
        let session = self.session(&object.cluster)?;
        let key = object.key();
        let namespace = object.namespace.as_ref().map(ResourceName::as_str);
        let mut tries = 0;
        loop {
            let client = session.for_writing()?.client;
            let created = client
                .create(&key.kind, namespace, body, DryRun::No)
                .await
                .map_err(|error| session.error(&format!("restore {key}"), error))?;
            let is_unserved = matches!(&created, Created::Refused { status: 404, .. });
            if !is_unserved || tries >= TRIES || !self.has_new_definition(object) {
                return Ok(created);
            }
            tries += 1;
            tokio::time::sleep(SERVED).await;
        }
    }

    /// Whether the definition of the object's kind was created by this restore.
    fn has_new_definition(&self, object: &ObjectRecord) -> bool {
        let name = format!("{}.{}", object.plural, object.group);
        self.lock().iter().any(|item| {
            let other = &item.shown.object;
            item.shown.state == RestoreState::Restored
                && other.plural == "customresourcedefinitions"
                && other.cluster == object.cluster
                && other.name.as_str() == name
        })
    }

    /// What the object needs and what was to be restored before it and is not there.
    fn missing(&self, object: &ObjectRecord) -> Option<String> {
        let definition = format!("{}.{}", object.plural, object.group);
        let items = self.lock();
        let missing = items.iter().map(|item| &item.shown).find(|other| {
            let is_namespace = other.object.plural == "namespaces"
                && other.object.group.is_empty()
                && object.namespace.as_ref() == Some(&other.object.name);
            let is_definition = other.object.plural == "customresourcedefinitions"
                && other.object.name.as_str() == definition;
            let failed =
                matches!(other.state, RestoreState::Refused | RestoreState::Unknown | RestoreState::NotTried);
            failed && other.object.cluster == object.cluster && (is_namespace || is_definition)
        })?;
        Some(format!("{} {} was not restored.", missing.object.kind, missing.object.name))
    }

    /// No answer came: what has the name now says what can be said.
    async fn settle(&self, index: usize, object: &ObjectRecord, cause: String) {
        let looked = match self.session(&object.cluster).and_then(|session| session.signed_in()) {
            Ok(signed_in) => signed_in.client.look(&object.key()).await.ok(),
            Err(_) => None,
        };
        match looked {
            Some(secateur_domain::outcome::Seen::Absent) => {
                let words = format!("No answer came ({cause}), and it is not there.");
                self.end(index, RestoreState::Refused, words, None).await;
            }
            // Nobody had the name when it was rehearsed; whether this one is ours is not certain.
            _ => self.end(index, RestoreState::Unknown, format!("No answer came: {cause}."), None).await,
        }
    }

    /// Notes what became of one object, for the person and in its receipt.
    async fn end(&self, index: usize, state: RestoreState, words: String, uid: Option<Uid>) {
        let mut noted = None;
        self.update(index, |item| {
            item.shown.state = state;
            if !words.is_empty() {
                item.shown.words.insert(0, words.clone());
            }
            item.shown.new_uid = uid.as_ref().map(ToString::to_string);
            let warned = words::warned(&item.shown.warnings).filter(|_| uid.is_some());
            noted = Some((item.job.clone(), item.ordinal, item.shown.object.clone(), warned));
        });
        if let (Some((job, ordinal, object, warned)), Some(uid)) = (noted, uid) {
            let warned = warned.map(|warned| format!(". {warned}")).unwrap_or_default();
            let note = format!("Restored {} {} with a new UID, {uid}{warned}", object.kind, object.name);
            let (journal, now) = (self.journal.clone(), self.clock.now_ms().cast_signed());
            let kept = tokio::task::spawn_blocking(move || journal.note(&job, ordinal, &note, now)).await;
            if !matches!(kept, Ok(Ok(()))) {
                self.update(index, |item| {
                    item.shown
                        .words
                        .push("That it was restored is not written down in its receipt.".to_owned());
                });
            }
        }
        self.changed();
    }
}

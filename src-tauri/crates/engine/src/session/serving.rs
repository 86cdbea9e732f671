//! Follows what a cluster serves: kinds that appear, vanish or change while somebody is signed in.
//!
//! What defines kinds is watched, and then it is asked whether what is served is another: something new is served a
//! moment after it is defined. Where that may not be watched it is asked now and then instead. A server that is asked
//! in vain sends no document (`Edition`).

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use secateur_cluster::{ClusterError, Discovered, ObjectEvent, WatchRequest};
use secateur_domain::kind::{self, Kind};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use super::{Session, SignedIn, State};
use crate::{
    backoff::{Backoff, LONGEST},
    event::Event,
    failure::EngineError,
};

/// What defines kinds: one for those that kube-apiserver stores, one for those of other servers.
const DEFINING: [&str; 2] =
    ["customresourcedefinitions.apiextensions.k8s.io", "apiservices.apiregistration.k8s.io"];
/// Before anything is watched.
const SETTLED: Duration = Duration::from_secs(1);
/// When it is asked after something was defined, each after the one before: the last is far enough from the first for a
/// server that is slow to serve it.
const AFTER: [Duration; 5] = [
    Duration::from_millis(300),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];
/// The same where each answer is the whole of many documents.
const AFTER_UNTAGGED: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];
/// How often it is asked where what defines kinds may not be watched.
const POLL: Duration = Duration::from_secs(5);
/// And where it is watched: another server may serve others without anything that is defined here.
const NOW_AND_THEN: Duration = Duration::from_mins(1);
/// Both, where each answer is the whole of many documents.
const UNTAGGED: Duration = Duration::from_mins(5);

/// Whether `KindsChanged` is told where nothing changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tell {
    Always,
    Changes,
}

impl Session {
    /// The signed-in session, whose own server has said what it serves.
    pub(crate) async fn discovered(&self) -> Result<SignedIn, EngineError> {
        if self.signed_in()?.edition.is_none() {
            let _one_at_a_time = self.discovering.lock().await;
            // Who came before has asked already.
            if self.signed_in()?.edition.is_none() {
                self.discover().await?;
            }
        }
        self.signed_in()
    }

    /// As [`Self::discovered`], once there is such a session. The caller stops waiting by dropping this.
    pub(crate) async fn wait_until_discovered(&self) -> SignedIn {
        let mut backoff = Backoff::default();
        loop {
            self.wait_until_signed_in().await;
            match self.discovered().await {
                Ok(signed_in) => return signed_in,
                Err(_) => self.wait_to_try(backoff.next()).await,
            }
        }
    }

    /// Asks whether what is served is another than what is known.
    async fn look_at_kinds(&self) -> Result<(), EngineError> {
        let _one_at_a_time = self.discovering.lock().await;
        self.discover().await
    }

    /// The same, for who holds `discovering`.
    async fn discover(&self) -> Result<(), EngineError> {
        let signed_in = self.signed_in()?;
        let known = signed_in.edition.clone().unwrap_or_default();
        let read = signed_in.client.discover_since(&known).await;
        if let Some(discovered) = read.map_err(|error| self.error("read its kinds", error))? {
            self.serves(&signed_in, discovered, Tell::Changes);
            Box::pin(self.remember()).await;
        }
        Ok(())
    }

    /// Takes the kinds as they are served now. Nothing else of the session changes.
    pub(super) fn serves(&self, signed_in: &SignedIn, discovered: Discovered, tell: Tell) {
        let is_change = {
            let mut status = self.lock();
            let State::SignedIn(current) = &mut status.state else { return };
            if signed_in.ended.is_cancelled() {
                return;
            }
            let is_change = current.edition.is_none()
                || *current.kinds != *discovered.kinds
                || *current.unavailable != *discovered.unavailable;
            current.kinds = discovered.kinds.into();
            current.unavailable = discovered.unavailable.into();
            current.edition = Some(discovered.edition);
            is_change
        };
        if is_change || tell == Tell::Always {
            self.events.send(Event::KindsChanged(self.id().clone()));
        }
    }

    /// Whether asking in vain costs the server and the line next to nothing.
    fn is_cheap_to_ask(&self) -> bool {
        self.signed_in().is_ok_and(|signed_in| signed_in.edition.is_some_and(|edition| edition.is_tagged()))
    }

    fn pause(&self, cheap: Duration) -> Duration {
        if self.is_cheap_to_ask() { cheap } else { cheap.max(UNTAGGED) }
    }
}

/// Follows what one signed-in session's cluster serves; whoever calls it ends it with that session.
pub(super) async fn follow(session: Arc<Session>, signed_in: SignedIn) {
    Box::pin(session.wait_until_discovered()).await;
    session.remember().await;
    // What the person waits for comes first.
    sleep(SETTLED).await;
    let defined = watch::Sender::new(0_u64);
    let asking = ask_when_defined(&session, defined.subscribe());
    let watching = async {
        let [definitions, services] =
            DEFINING.map(|name| watch_defining(&session, &signed_in, name, &defined));
        tokio::select! {
            () = definitions => {}
            () = services => {}
        }
        // One of both may not be watched.
        loop {
            sleep(session.pause(POLL)).await;
            ask(&session).await;
        }
    };
    tokio::join!(asking, watching);
}

/// Asks several times after something was defined, and once in a long while.
async fn ask_when_defined(session: &Session, mut defined: watch::Receiver<u64>) {
    loop {
        match timeout(session.pause(NOW_AND_THEN), defined.changed()).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return,
            Err(_) => {
                ask(session).await;
                continue;
            }
        }
        let waits = || if session.is_cheap_to_ask() { AFTER.as_slice() } else { AFTER_UNTAGGED.as_slice() };
        let mut left = waits().iter();
        while let Some(wait) = left.next() {
            sleep(*wait).await;
            if defined.has_changed().unwrap_or(false) {
                defined.mark_unchanged();
                left = waits().iter();
            }
            ask(session).await;
        }
    }
}

/// What could not be asked is asked again later. It is asked rarely and there may be hundreds of sessions, so what it takes
/// is given back meanwhile.
async fn ask(session: &Session) {
    // Its lists try whether something answers, or the person wants nobody to.
    if session.is_cut_off() {
        return;
    }
    if let Err(error) = Box::pin(session.look_at_kinds()).await {
        tracing::debug!(%error, "it is not known whether other kinds are served");
    }
}

/// Tells each change of what defines kinds; ends where that may not be watched.
async fn watch_defining(session: &Session, signed_in: &SignedIn, name: &str, defined: &watch::Sender<u64>) {
    let Ok(kind) = kind::resolve(&signed_in.kinds, name) else { return };
    if !kind.can("watch") {
        return;
    }
    let mut backoff = Backoff::default();
    loop {
        session.wait_to_try(Duration::ZERO).await;
        let (mut wakes, mut reached) = (session.wakes(), session.reached());
        let began = Instant::now();
        let watched = tokio::select! {
            watched = Box::pin(watch_once(session, signed_in, &kind, defined)) => watched,
            // What was open when the machine fell asleep may lead nowhere.
            _ = wakes.changed() => Ok(()),
        };
        match watched {
            Err(ClusterError::Refused(_) | ClusterError::NotSupported(_) | ClusterError::NotFound(_)) => {
                return;
            }
            Err(error) => {
                let error = session.error("watch what it serves", error);
                tracing::debug!(%error, "kinds that appear are noticed later");
            }
            Ok(()) => {}
        }
        if began.elapsed() > LONGEST {
            backoff.reset();
        }
        tokio::select! {
            () = session.wait_to_try(backoff.next()) => {}
            _ = reached.changed() => {}
        }
    }
}

/// One watch, until it ends.
async fn watch_once(
    session: &Session,
    signed_in: &SignedIn,
    kind: &Arc<Kind>,
    defined: &watch::Sender<u64>,
) -> Result<(), ClusterError> {
    let client = &signed_in.client;
    let version = client.list_version(kind, None, None).await?;
    // What was defined before that version is served by now, or told by the watch once it is.
    ask(session).await;
    let request =
        WatchRequest { kind: Arc::clone(kind), namespace: None, name: None, resource_version: Some(version) };
    let mut events = client.watch_objects(&request).await?;
    while let Some(event) = events.next().await {
        if !matches!(event?, ObjectEvent::Bookmark { .. }) {
            defined.send_modify(|count| *count += 1);
        }
    }
    Ok(())
}

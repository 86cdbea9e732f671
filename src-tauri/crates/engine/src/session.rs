//! One cluster's session: who, how, until when. A problem here is this cluster's and no other's.

mod state;
mod summary;

use std::sync::{Arc, Mutex, PoisonError};

use secateur_cluster::{Client, ClusterError, Context, Transport, connect};
use secateur_domain::{
    fingerprint::Fingerprint,
    ids::ClusterId,
    kind::{self, Kind},
    tier::ClusterCare,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub use self::{state::SessionState, summary::ClusterSummary};
use crate::{
    care::Cares,
    clock::Clock,
    event::{Event, EventSink},
    failure::{Code, EngineError, Failure},
};

/// What a signed-in session knows.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) client: Client,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) kinds: Arc<[Arc<Kind>]>,
    pub(crate) unavailable: Arc<[String]>,
    user: Option<String>,
    groups: Vec<String>,
    /// Stopped when this generation's session ends: its watches go with it.
    pub(crate) ended: CancellationToken,
}

enum State {
    NotConnected,
    Connecting,
    SignedIn(SignedIn),
    /// Ended, or never began; with what is still known of the person.
    Failed {
        failure: Arc<Failure>,
        last_user: Option<String>,
    },
}

struct Status {
    state: State,
    since: Option<u64>,
    generation: u32,
    clock_offset: f64,
    /// Set while nothing answers to a session that is signed in: it goes on as it was when something does.
    unreachable: Option<Arc<Failure>>,
}

/// The session of one cluster.
pub(crate) struct Session {
    id: ClusterId,
    name: String,
    /// Guards the entry as the kubeconfig has it now; a renewed token arrives here. Id, name, file and server stay.
    context: Mutex<Arc<Context>>,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    events: Arc<dyn EventSink<Event>>,
    cares: Arc<Cares>,
    /// One opening at a time: whoever waits finds what the other reached.
    opening: tokio::sync::Mutex<()>,
    /// Guards the session's status; held for moments, never across an await.
    status: Mutex<Status>,
    /// Counts changes of the status, for those that wait for one.
    changed: watch::Sender<u64>,
    /// Counts the times that the server was reached again, for those that wait before they try.
    reached: watch::Sender<u64>,
    /// Counts how often the machine woke from sleep: what was open before may lead nowhere, or elsewhere.
    woken: watch::Sender<u64>,
}

impl Session {
    pub(crate) fn new(
        context: Context,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        events: Arc<dyn EventSink<Event>>,
        cares: Arc<Cares>,
    ) -> Self {
        let status = Status {
            state: State::NotConnected,
            since: None,
            generation: 0,
            clock_offset: 0.0,
            unreachable: None,
        };
        Self {
            id: context.id.clone(),
            name: context.name.clone(),
            context: Mutex::new(Arc::new(context)),
            transport,
            clock,
            events,
            cares,
            opening: tokio::sync::Mutex::new(()),
            status: Mutex::new(status),
            changed: watch::Sender::new(0),
            reached: watch::Sender::new(0),
            woken: watch::Sender::new(0),
        }
    }

    pub(crate) fn id(&self) -> &ClusterId {
        &self.id
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The namespace that commands without one mean.
    pub(crate) fn namespace(&self) -> String {
        let namespace = self.context().namespace.clone().filter(|namespace| !namespace.is_empty());
        namespace.unwrap_or_else(|| "default".to_owned())
    }

    /// Takes the entry as the kubeconfig has it now; the next signing in uses it.
    pub(crate) fn renew(&self, context: Context) {
        *self.context.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(context);
    }

    /// Its context was gone and is there again: it can be opened.
    pub(crate) fn come_back(&self, context: Context) {
        self.renew(context);
        self.set(State::NotConnected, Generation::Same);
    }

    fn context(&self) -> Arc<Context> {
        Arc::clone(&self.context.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Signs in with the credential as it is now; one that is signed in stays as it is, and is tried when nothing
    /// answered last.
    pub(crate) async fn open(&self) -> Result<SignedIn, EngineError> {
        let _one_at_a_time = self.opening.lock().await;
        if let Ok(signed_in) = self.signed_in() {
            if self.lock().unreachable.is_some() {
                signed_in.client.whoami().await.map_err(|error| self.error("", error))?;
                self.reach();
            }
            return Ok(signed_in);
        }
        let generation = self.set(State::Connecting, Generation::Next);
        match self.sign_in(generation).await {
            Ok(signed_in) => {
                self.cares.saw(self.id(), &signed_in.fingerprint.digest());
                self.set(State::SignedIn(signed_in.clone()), Generation::Same);
                self.events.send(Event::KindsChanged(self.id().clone()));
                Ok(signed_in)
            }
            Err(error) => {
                let error = self.error("", error);
                self.fail(Arc::new(error.describe()));
                Err(error)
            }
        }
    }

    async fn sign_in(&self, generation: u32) -> Result<SignedIn, ClusterError> {
        let client = connect(&self.context(), generation, &self.transport).await?;
        // The first request opens the connection that the others then share.
        let whoami = client.whoami().await?;
        let namespace = self.namespace();
        let (fingerprint, discovered) = tokio::try_join!(client.fingerprint(&namespace), client.discover())?;
        Ok(SignedIn {
            client,
            fingerprint,
            kinds: discovered.kinds.into(),
            unavailable: discovered.unavailable.into(),
            user: whoami.user,
            groups: whoami.groups,
            ended: CancellationToken::new(),
        })
    }

    /// The signed-in session, or why there is none.
    pub(crate) fn signed_in(&self) -> Result<SignedIn, EngineError> {
        let cause = match &self.lock().state {
            State::SignedIn(signed_in) => return Ok(signed_in.clone()),
            State::Failed { failure, .. } => Some(Arc::clone(failure)),
            State::NotConnected | State::Connecting => None,
        };
        Err(EngineError::NotSignedIn { cluster: self.id().to_string(), name: self.name().to_owned(), cause })
    }

    /// The signed-in session, for a request that writes, a dry run too: asked for just before each. Nothing that
    /// writes leaves by another way, and none goes to a cluster that is read-only and not unlocked.
    pub(crate) fn for_writing(&self) -> Result<SignedIn, EngineError> {
        let signed_in = self.signed_in()?;
        self.insist_on_unlocked()?;
        Ok(signed_in)
    }

    /// Refuses what would write while nothing that writes may go to it.
    pub(crate) fn insist_on_unlocked(&self) -> Result<(), EngineError> {
        if self.is_locked() {
            let (cluster, name) = (self.id().to_string(), self.name().to_owned());
            return Err(EngineError::ReadOnly { cluster, name });
        }
        Ok(())
    }

    /// Whether nothing that writes may go to it now.
    pub(crate) fn is_locked(&self) -> bool {
        self.fingerprint().is_some_and(|fingerprint| self.cares.is_locked(&fingerprint))
    }

    /// What was chosen for it.
    pub(crate) fn care(&self) -> ClusterCare {
        self.cares.of(self.fingerprint().as_deref())
    }

    /// The digest of its fingerprint: as it is while signed in, else as it was seen last.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        match self.signed_in() {
            Ok(signed_in) => Some(signed_in.fingerprint.digest()),
            Err(_) => self.cares.last_seen(self.id()),
        }
    }

    /// What was chosen for it, or its lock, changed.
    pub(crate) fn care_changed(&self) {
        self.told();
    }

    /// Tells each change of the session, its lock and what was chosen for it.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Waits until there is a session. The caller stops waiting by dropping this.
    pub(crate) async fn wait_until_signed_in(&self) -> SignedIn {
        let mut changed = self.changed.subscribe();
        loop {
            changed.mark_unchanged();
            if let Ok(signed_in) = self.signed_in() {
                return signed_in;
            }
            if changed.changed().await.is_err() {
                // The sender lives in `self`, so it cannot be gone; waiting on is the harmless answer.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Finds a kind by what a person typed.
    pub(crate) fn kind(&self, word: &str) -> Result<Arc<Kind>, EngineError> {
        kind::resolve(&self.signed_in()?.kinds, word)
            .map_err(|_| EngineError::KindUnknown { name: self.name().to_owned(), word: word.to_owned() })
    }

    /// Turns a cluster's answer into an engine's; a 401 to the current credential ends the session, once.
    pub(crate) fn error(&self, wanted: &str, source: ClusterError) -> EngineError {
        let ended = match &source {
            ClusterError::SignIn(failure) => Some((failure.generation, failure.message.clone())),
            _ => None,
        };
        let error = EngineError::Cluster {
            cluster: self.id().to_string(),
            cluster_name: self.name().to_owned(),
            wanted: wanted.to_owned(),
            source: Box::new(source),
        };
        if let Some((generation, cause)) = ended {
            self.log_out(generation, cause, &error);
        }
        error
    }

    /// Tells each time that the server was reached again.
    pub(crate) fn reached(&self) -> watch::Receiver<u64> {
        self.reached.subscribe()
    }

    /// The machine was asleep.
    pub(crate) fn wake(&self) {
        self.woken.send_modify(|count| *count += 1);
        self.told();
    }

    /// How often the machine has woken.
    pub(crate) fn woken(&self) -> u64 {
        *self.woken.borrow()
    }

    /// Tells each time that the machine woke.
    pub(crate) fn wakes(&self) -> watch::Receiver<u64> {
        self.woken.subscribe()
    }

    /// Something answered. Told once, however often it is noticed.
    pub(crate) fn reach(&self) {
        if self.lock().unreachable.take().is_some() {
            self.lock().since = Some(self.clock.now_ms());
            self.reached.send_modify(|count| *count += 1);
            self.told();
        }
    }

    /// Nothing answered to a list, which goes on trying and so notices when something does. Told once for each
    /// cause, however often it is noticed.
    pub(crate) fn miss(&self, failure: Failure) {
        {
            let mut status = self.lock();
            if !matches!(status.state, State::SignedIn(_)) {
                return;
            }
            match &status.unreachable {
                Some(known) if known.message == failure.message => return,
                Some(_) => {}
                None => status.since = Some(self.clock.now_ms()),
            }
            status.unreachable = Some(Arc::new(failure));
        }
        self.told();
    }

    /// Ends the session of this credential generation, if it is the current one and has not ended yet.
    fn log_out(&self, generation: u32, cause: String, error: &EngineError) {
        {
            let mut status = self.lock();
            let State::SignedIn(signed_in) = &status.state else { return };
            if status.generation != generation {
                return;
            }
            signed_in.ended.cancel();
            let last_user = signed_in.user.clone();
            status.state = State::Failed { failure: Arc::new(error.describe()), last_user };
            status.since = Some(self.clock.now_ms());
        }
        self.told();
        self.events.send(Event::LoggedOut { cluster: self.id().clone(), generation, cause });
    }

    fn fail(&self, failure: Arc<Failure>) {
        self.set(State::Failed { failure, last_user: None }, Generation::Same);
    }

    /// Remembers the server's clock, for ages.
    pub(crate) fn set_clock_offset(&self, seconds: f64) {
        self.lock().clock_offset = seconds;
    }

    /// The server's time in Unix seconds.
    pub(crate) fn server_now(&self) -> i64 {
        let offset = self.lock().clock_offset;
        let now = i64::try_from(self.clock.now_ms() / 1000).unwrap_or(i64::MAX);
        #[allow(clippy::cast_possible_truncation, reason = "an offset of more than 2^63 seconds is no clock")]
        now.saturating_add(offset.round() as i64)
    }

    /// Ends this session: its context is no longer in the catalogue.
    pub(crate) fn close(&self) {
        if let State::SignedIn(signed_in) = &self.lock().state {
            signed_in.ended.cancel();
        }
        let message = format!("{} is no longer in the kubeconfig.", self.name());
        self.fail(Arc::new(Failure::new(Code::KubeconfigUnusable, message)));
    }

    fn set(&self, state: State, generation: Generation) -> u32 {
        let generation = {
            let mut status = self.lock();
            if let State::SignedIn(signed_in) = &state {
                status.clock_offset = signed_in.client.clock_offset();
            }
            status.state = state;
            status.unreachable = None;
            status.since = Some(self.clock.now_ms());
            if matches!(generation, Generation::Next) {
                status.generation += 1;
            }
            status.generation
        };
        self.told();
        generation
    }

    fn told(&self) {
        self.changed.send_modify(|count| *count += 1);
        self.events.send(Event::ClusterChanged(Box::new(self.summary())));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Status> {
        // A panic elsewhere cannot leave a half-written status: each field is set whole.
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy)]
enum Generation {
    Same,
    Next,
}

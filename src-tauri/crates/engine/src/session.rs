//! One cluster's session: who, how, until when. A problem here is this cluster's and no other's.

mod ending;
mod opening;
mod reload;
mod remembering;
mod serving;
mod state;
mod summary;
mod telling;
mod watches;

use std::sync::{
    Arc, Mutex, PoisonError, Weak,
    atomic::{AtomicBool, Ordering},
};

use secateur_cluster::{
    Client, ClusterError, Context, Edition, Generations, Patience, PluginOutput, Renewal, Step, Unavailable,
};
use secateur_domain::{
    fingerprint::Fingerprint,
    ids::ClusterId,
    kind::{self, Kind},
    practice,
    tier::{ClusterCare, Tier},
};
use secateur_store::RememberedKinds;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;

pub(crate) use self::watches::LISTS;
use self::watches::Watches;
pub use self::{
    opening::{Keep, SignIn},
    state::SessionState,
    summary::{CertificateProblem, ClusterSummary, CredentialWords, PluginRun},
};
use crate::{
    care::Cares,
    clock::Clock,
    event::{Event, EventSink},
    failure::{EngineError, Failure},
    keys::Keys,
};

/// Kinds that are counted at a time in one cluster.
const COUNTS_AT_ONCE: usize = 3;

/// What a signed-in session knows.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) client: Client,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) kinds: Arc<[Arc<Kind>]>,
    pub(crate) unavailable: Arc<[Unavailable]>,
    /// By what it can be asked whether that is still so. Absent where the kinds are only remembered: its own server has
    /// not said yet what it serves.
    edition: Option<Edition>,
    user: Option<String>,
    groups: Vec<String>,
    /// The entry that it was signed in by, with the extra headers that its requests have.
    context: Arc<Context>,
    /// Stopped when this generation's session ends: its watches go with it, and a plugin that renews its credential.
    pub(crate) ended: CancellationToken,
}

impl SignedIn {
    /// The kind of these names, as it is served now.
    pub(crate) fn served(&self, group: &str, version: &str, plural: &str) -> Option<&Arc<Kind>> {
        self.kinds.iter().find(|kind| kind.group == group && kind.version == version && kind.plural == plural)
    }

    /// It is over, and this is in its place. Who signs in next gets no credential of it, unless they did already.
    fn end(&self, next: &State) {
        self.ended.cancel();
        if !matches!(next, State::SignedIn(_)) {
            self.client.forget_credential();
        }
    }
}

enum State {
    NotConnected,
    Connecting,
    SignedIn(SignedIn),
    /// The person signed out.
    SignedOut {
        last_user: Option<String>,
    },
    /// Ended, or never began; with what is still known of the person.
    Failed {
        failure: Arc<Failure>,
        /// What the cluster, or the way there, said.
        source: Option<Arc<ClusterError>>,
        last_user: Option<String>,
    },
}

impl State {
    fn is_as_failed_as(&self, former: &Self) -> bool {
        match (former, self) {
            (Self::Failed { failure: former, .. }, Self::Failed { failure, .. }) => {
                former.code == failure.code
            }
            _ => false,
        }
    }
}

struct Status {
    state: State,
    since: Option<u64>,
    clock_offset: f64,
    /// Set while nothing answers to a session that is signed in: it goes on as it was when something does.
    unreachable: Option<Arc<Failure>>,
    /// When it is tried again by itself, in milliseconds of the local clock.
    next_try: Option<u64>,
    /// Whether it is not, because the person does not want it while nothing answers to a session that is signed in.
    is_halted: bool,
    /// Stops connecting, or trying again.
    attempt: CancellationToken,
    /// The credential plugin at work, or the one that gave nothing.
    plugin: Option<PluginSeen>,
    /// How far the last attempt to reach it came, where it came to nothing.
    path: Vec<Step>,
}

impl Status {
    /// It is in this state from now on, and what belonged to the former one ends.
    fn enter(&mut self, state: State, now: u64) {
        if let State::SignedIn(signed_in) = &state {
            self.clock_offset = signed_in.client.clock_offset();
        }
        let former = std::mem::replace(&mut self.state, state);
        if let State::SignedIn(former) = &former {
            former.end(&self.state);
        }
        self.unreachable = None;
        self.next_try = None;
        self.is_halted = false;
        if matches!(self.state, State::SignedIn(_) | State::NotConnected | State::SignedOut { .. }) {
            self.path.clear();
        }
        // Another try that failed as the one before changed nothing.
        if !self.state.is_as_failed_as(&former) {
            self.since = Some(now);
        }
    }

    /// Who was signed in last, where that is known.
    fn last_user(&self) -> Option<String> {
        match &self.state {
            State::SignedIn(signed_in) => signed_in.user.clone(),
            State::SignedOut { last_user } | State::Failed { last_user, .. } => last_user.clone(),
            State::NotConnected | State::Connecting => None,
        }
    }
}

/// A run of a credential plugin, as it is told.
struct PluginSeen {
    command: String,
    since: u64,
    is_running: bool,
    patience: Patience,
}

/// What all sessions have in common.
pub(crate) struct Common {
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) events: Arc<dyn EventSink<Event>>,
    pub(crate) cares: Arc<Cares>,
    /// Absent where nothing is kept.
    pub(crate) remembered: Option<Arc<RememberedKinds>>,
}

/// The session of one cluster.
pub(crate) struct Session {
    id: ClusterId,
    name: String,
    /// Guards the entry as the kubeconfig has it now; a renewed token arrives here. Id, name, file and server stay.
    context: Mutex<Arc<Context>>,
    keys: Arc<Keys>,
    /// Counts this cluster's credentials.
    generations: Generations,
    /// What its credential plugin wrote for people while somebody signs in.
    output: watch::Sender<PluginOutput>,
    /// The plugin that renews the credential in use, while it is at work.
    renewal: watch::Sender<Option<Renewal>>,
    clock: Arc<dyn Clock>,
    events: Arc<dyn EventSink<Event>>,
    cares: Arc<Cares>,
    remembered: Option<Arc<RememberedKinds>>,
    /// The watches that are open.
    watches: Watches,
    /// One opening at a time: whoever waits finds what the other reached.
    opening: tokio::sync::Mutex<()>,
    /// Held while it is asked what is served: what was read earlier must not be taken later.
    discovering: tokio::sync::Mutex<()>,
    /// Lets a few kinds be counted at a time: it is for looks only.
    counting: Semaphore,
    /// Guards the session's status; held for moments, never across an await.
    status: Mutex<Status>,
    /// Counts changes of the status, for those that wait for one.
    changed: watch::Sender<u64>,
    /// Counts the times that the server was reached again, for those that wait before they try.
    reached: watch::Sender<u64>,
    /// Counts how often the machine woke from sleep: what was open before may lead nowhere, or elsewhere.
    woken: watch::Sender<u64>,
    /// Counts how often the server asked that what was read of it be read again.
    reloads: watch::Sender<u64>,
    /// Set once renewals are told, reloads heeded and kinds followed.
    is_attended: AtomicBool,
}

impl Session {
    pub(crate) fn new(context: Context, common: Common) -> Self {
        let Common { keys, clock, events, cares, remembered } = common;
        let status = Status {
            state: State::NotConnected,
            since: None,
            clock_offset: 0.0,
            unreachable: None,
            next_try: None,
            is_halted: false,
            attempt: CancellationToken::new(),
            plugin: None,
            path: Vec::new(),
        };
        Self {
            id: context.id.clone(),
            name: context.name.clone(),
            context: Mutex::new(Arc::new(context)),
            keys,
            generations: Generations::default(),
            output: watch::Sender::default(),
            renewal: watch::Sender::default(),
            clock,
            events,
            cares,
            remembered,
            watches: Watches::default(),
            opening: tokio::sync::Mutex::new(()),
            discovering: tokio::sync::Mutex::new(()),
            counting: Semaphore::new(COUNTS_AT_ONCE),
            status: Mutex::new(status),
            changed: watch::Sender::new(0),
            reached: watch::Sender::new(0),
            woken: watch::Sender::new(0),
            reloads: watch::Sender::new(0),
            is_attended: AtomicBool::new(false),
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

    /// Takes the entry as the kubeconfig has it now; the next signing in uses it. Where that would trust another
    /// server, what is signed in ends: it goes to what is no longer meant.
    pub(crate) fn renew(&self, context: Context) {
        let context = Arc::new(context);
        let mut known = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *known, Arc::clone(&context));
        drop(known);
        if !before.trusts_the_same(&context) {
            self.leave(&context);
        }
    }

    /// Its context was gone and is there again: it can be opened.
    pub(crate) fn come_back(&self, context: Context) {
        self.renew(context);
        self.set(State::NotConnected);
    }

    fn context(&self) -> Arc<Context> {
        Arc::clone(&self.context.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The signed-in session, or why there is none.
    pub(crate) fn signed_in(&self) -> Result<SignedIn, EngineError> {
        let cause = match &self.lock().state {
            State::SignedIn(signed_in) => return Ok(signed_in.clone()),
            State::Failed { failure, .. } => Some(Arc::clone(failure)),
            State::NotConnected | State::Connecting | State::SignedOut { .. } => None,
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
        self.fingerprint().is_some_and(|fingerprint| self.is_locked_as(&fingerprint))
    }

    /// What was chosen for it. A practice cluster plays a tier until another is chosen, and is not asked about.
    pub(crate) fn care(&self) -> ClusterCare {
        self.care_as(self.fingerprint().as_deref())
    }

    /// Whether it is a practice cluster.
    pub(crate) fn is_practice(&self) -> bool {
        self.context().is_practice()
    }

    fn care_as(&self, fingerprint: Option<&str>) -> ClusterCare {
        let care = self.cares.of(fingerprint);
        match practice::tier_played(&self.context().server) {
            Some(tier) if care.tier == Tier::Unknown => ClusterCare { tier, is_tier_asked: true, ..care },
            _ => care,
        }
    }

    fn is_locked_as(&self, fingerprint: &str) -> bool {
        self.care_as(Some(fingerprint)).is_read_only() && self.cares.unlocked_until(fingerprint).is_none()
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

    /// Tells what its credential plugin does in the background, heeds what its server asks for and follows what it
    /// serves, for as long as there is this session; given once, and whoever spawns it stops it.
    pub(crate) fn attending(self: &Arc<Self>) -> Option<impl Future<Output = ()> + Send + use<>> {
        if self.is_attended.swap(true, Ordering::SeqCst) {
            return None;
        }
        let telling = telling::renewals(Arc::downgrade(self), self.renewal.subscribe());
        let following = each_session(Arc::downgrade(self), self.changes());
        Some(async { ((), ()) = tokio::join!(telling, following) })
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

    /// Finds a kind by what a person typed, to be looked at: it may be remembered only.
    pub(crate) fn kind(&self, word: &str) -> Result<Arc<Kind>, EngineError> {
        kind::resolve(&self.signed_in()?.kinds, word)
            .map_err(|_| EngineError::KindUnknown { name: self.name().to_owned(), word: word.to_owned() })
    }

    /// How many objects of a kind there are, where the server says.
    pub(crate) async fn count(&self, word: &str) -> Result<Option<u64>, EngineError> {
        // Nobody closes it, so there is a turn for everybody.
        let _turn = self.counting.acquire().await;
        let (signed_in, kind) = (self.signed_in()?, self.kind(word)?);
        let counted = signed_in.client.count(&kind).await;
        counted.map_err(|error| self.error(&format!("list {} in all namespaces", kind.plural), error))
    }

    /// The watches that are open.
    pub(crate) fn watches(&self) -> &Watches {
        &self.watches
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

    fn fail(&self, failure: Failure, source: Option<Arc<ClusterError>>) {
        let last_user = self.lock().last_user();
        self.set(State::Failed { failure: Arc::new(failure), source, last_user });
    }

    fn set(&self, state: State) {
        self.lock().enter(state, self.clock.now_ms());
        self.told();
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

/// Heeds the server and follows what it serves in one signed-in session after the other; ends with the session of a
/// cluster that is known no longer.
async fn each_session(session: Weak<Session>, mut changed: watch::Receiver<u64>) {
    loop {
        changed.mark_unchanged();
        let Some(current) = session.upgrade() else { return };
        let Ok(signed_in) = current.signed_in() else {
            drop(current);
            if changed.changed().await.is_err() {
                return;
            }
            continue;
        };
        let ended = signed_in.ended.clone();
        let heeding = reload::heed_in(Arc::clone(&current), signed_in.clone());
        let following = serving::follow(current, signed_in);
        ended.run_until_cancelled(async { ((), ()) = tokio::join!(heeding, following) }).await;
    }
}

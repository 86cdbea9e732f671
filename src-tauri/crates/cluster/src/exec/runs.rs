//! One run at a time for the same program, arguments, variables and cluster, however many ask for its credential,
//! and the credential that the last run gave.
//!
//! A run is a future that all its waiters poll. Whoever leaves takes nothing from the others; when the last one has
//! left, it is dropped, and its program killed.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::{
    FutureExt,
    future::{BoxFuture, Shared, WeakShared},
};
use jiff::{SignedDuration, Timestamp};
use secrecy::{SecretSlice, SecretString};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{answer::Answer, error::PluginError, process::PluginOutput};

/// How long a run may take that no person has asked for.
const BACKGROUND: Duration = Duration::from_mins(1);
/// How long before its end a credential is no longer given out, so that it does not expire on its way.
const MARGIN: SignedDuration = SignedDuration::from_secs(10);

/// How long a run may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// A minute, after which the program is killed with all that it started.
    Background,
    /// A person has asked and sees it run: until it ends or is stopped. Logging in in a browser may take minutes.
    ByPerson,
}

/// How one caller waits for a credential.
#[derive(Debug, Clone)]
pub struct Run {
    /// How long.
    pub patience: Patience,
    /// Gets what the plugin writes for people, while it runs.
    pub output: watch::Sender<PluginOutput>,
    /// Ends the waiting of this caller; the program is killed when nobody else waits for it.
    pub stop: CancellationToken,
    /// The serial of the credential that the server has refused: neither it nor an older one is given again.
    pub stale: Option<u64>,
}

/// What a plugin gave. Its `Debug` shows neither token nor key.
#[derive(Debug, Clone)]
pub struct PluginCredential {
    /// Counts the runs of all plugins: a later run has a higher one.
    pub serial: u64,
    /// A token, as it was printed.
    pub token: Option<SecretString>,
    /// A client certificate with its chain, and its key, in PEM.
    pub certificate: Option<(String, SecretSlice<u8>)>,
    /// Until when it is valid, if the plugin says so.
    pub expires: Option<Timestamp>,
}

/// What a run comes to.
pub(super) type Outcome = Result<PluginCredential, PluginError>;

/// All runs of all plugins, and what they gave.
#[derive(Default)]
pub(super) struct Runs {
    /// Guards both; held for no longer than it takes to look.
    states: Mutex<HashMap<String, State>>,
    serial: AtomicU64,
}

/// What one caller wants, of which plugin.
pub(super) struct Wanted<'a> {
    pub(super) run: &'a Run,
    pub(super) command: &'a str,
}

#[derive(Default)]
struct State {
    given: Option<PluginCredential>,
    running: Option<Running>,
}

struct Running {
    /// Weak, so that the map does not keep a run alive that nobody waits for.
    run: Option<WeakShared<BoxFuture<'static, Outcome>>>,
    output: watch::Receiver<PluginOutput>,
    since: Instant,
    is_asked: bool,
}

/// A caller's share of a run.
struct Joined {
    run: Shared<BoxFuture<'static, Outcome>>,
    output: watch::Receiver<PluginOutput>,
    deadline: Option<Instant>,
}

impl Runs {
    /// The credential of `key`: the one that is there, else that of a run, which `start` makes if there is none.
    pub(super) async fn credential(
        self: &Arc<Self>,
        key: &str,
        wanted: &Wanted<'_>,
        start: impl FnOnce(watch::Sender<PluginOutput>) -> BoxFuture<'static, Result<Answer, PluginError>>,
    ) -> Outcome {
        let mut joined = match self.join(key, wanted, start) {
            Ok(credential) => return Ok(credential),
            Err(joined) => joined,
        };
        let Wanted { run, command } = wanted;
        let command = || (*command).to_owned();
        let deadline = joined.deadline;
        let too_late = async move {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        let mut too_late = std::pin::pin!(too_late);
        loop {
            tokio::select! {
                biased;
                () = run.stop.cancelled() => return Err(PluginError::Stopped { command: command() }),
                outcome = &mut joined.run => {
                    run.output.send_replace(joined.output.borrow().clone());
                    return outcome;
                }
                () = &mut too_late => {
                    return Err(PluginError::TimedOut { command: command(), after: BACKGROUND });
                }
                Ok(()) = joined.output.changed() => {
                    run.output.send_replace(joined.output.borrow_and_update().clone());
                }
            }
        }
    }

    /// Drops what a run gave, so that nobody gets it any more.
    pub(super) fn forget(&self, serial: u64) {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        for state in states.values_mut() {
            state.given.take_if(|given| given.serial == serial);
        }
        states.retain(|_, state| !state.is_over());
    }

    /// The credential that is there, or a share of the run that is under way or begins.
    fn join(
        self: &Arc<Self>,
        key: &str,
        wanted: &Wanted<'_>,
        start: impl FnOnce(watch::Sender<PluginOutput>) -> BoxFuture<'static, Result<Answer, PluginError>>,
    ) -> Result<PluginCredential, Joined> {
        let Wanted { run, .. } = wanted;
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.retain(|name, state| name == key || !state.is_over());
        let state = states.entry(key.to_owned()).or_default();
        if let Some(given) = state.given.as_ref().filter(|given| given.is_for(run.stale)) {
            return Ok(given.clone());
        }
        let is_asked = run.patience == Patience::ByPerson;
        let now = Instant::now();
        let found = state.running.take().and_then(|running| Some((running.share()?, running)));
        let (share, mut running) = found.unwrap_or_else(|| {
            let (sender, output) = watch::channel(PluginOutput::default());
            let share = self.begin(key, start(sender));
            let run = share.downgrade();
            (share, Running { run, output, since: now, is_asked })
        });
        running.is_asked |= is_asked;
        let deadline = match (is_asked, running.is_asked) {
            (true, _) => None,
            (false, false) => Some(running.since + BACKGROUND),
            // It goes on for the person who asked; this caller waits as long as if it had begun it.
            (false, true) => Some(now + BACKGROUND),
        };
        let joined = Joined { run: share, output: running.output.clone(), deadline };
        state.running = Some(running);
        Err(joined)
    }

    /// A run that gives its credential a serial and leaves it here.
    fn begin(
        self: &Arc<Self>,
        key: &str,
        run: BoxFuture<'static, Result<Answer, PluginError>>,
    ) -> Shared<BoxFuture<'static, Outcome>> {
        let (runs, key) = (Arc::clone(self), key.to_owned());
        let run = async move {
            let Answer { token, certificate, expires } = run.await?;
            let serial = runs.serial.fetch_add(1, Ordering::Relaxed) + 1;
            let credential = PluginCredential { serial, token, certificate, expires };
            let mut states = runs.states.lock().unwrap_or_else(PoisonError::into_inner);
            states.entry(key).or_default().given = Some(credential.clone());
            Ok(credential)
        };
        run.boxed().shared()
    }
}

impl State {
    fn is_over(&self) -> bool {
        let is_given = self.given.as_ref().is_some_and(|given| given.is_for(None));
        !is_given && self.running.as_ref().is_none_or(|running| running.share().is_none())
    }
}

impl Running {
    /// A share of it while it is under way: not of one that has ended or that nobody waits for.
    fn share(&self) -> Option<Shared<BoxFuture<'static, Outcome>>> {
        self.run.as_ref()?.upgrade().filter(|run| run.peek().is_none())
    }
}

impl PluginCredential {
    /// Whether it may be given out, where a credential with this serial was refused.
    fn is_for(&self, stale: Option<u64>) -> bool {
        let is_newer = stale.is_none_or(|stale| self.serial > stale);
        let is_valid = self.expires.is_none_or(|expires| expires.duration_since(Timestamp::now()) > MARGIN);
        is_newer && is_valid
    }
}

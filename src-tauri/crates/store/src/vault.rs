//! The one key that everything secret on the disk is encrypted under.
//!
//! It lives in the system's keyring and nowhere else. Where the keyring fails there is a key of this run only: what is
//! encrypted under it cannot be read after quitting, and [`Vault::problem`] says why. A keyring that comes back during
//! the run gives its key by [`Vault::retry`]; the key of the run still opens what is under it.

mod cipher;
mod keyring;

use std::{
    fmt, io,
    sync::{
        Arc, LazyLock, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

pub(crate) use self::cipher::{OpenError, Sealed};
use self::{
    cipher::Key,
    keyring::{Entry, Failure},
};

/// How long the keyring may take. A locked one asks the person to unlock it, and nobody may be there.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it may take when a person asked for something to be kept, and so is there to unlock it.
const PERSONS_PATIENCE: Duration = Duration::from_secs(30);

/// How the keyring is asked.
type Fetch = Arc<dyn Fn() -> Entry + Send + Sync>;

/// Where the key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// In the system's keyring.
    Keyring,
    /// In this process's memory: for tests, and for who wants nothing kept. The keyring is not touched.
    Memory,
}

/// The key; clones share it. Opening returns at once. Everything else waits for the keyring's answer, at most
/// five seconds after opening.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    opened: LazyLock<Opened, Box<dyn FnOnce() -> Opened + Send>>,
    /// Set when the key of this run was put into the keyring after all.
    is_adopted: AtomicBool,
    /// How the keyring is asked again; `None` where it is not asked at all.
    fetch: Option<Fetch>,
    /// The keyring's key, when it was given later than at opening. What is sealed from then on is under it.
    renewed: OnceLock<Key>,
}

struct Opened {
    /// `None` where the system gives no randomness to make one from.
    key: Option<Key>,
    failure: Option<Failure>,
    problem: Option<String>,
    /// Guards asking again, one at a time, and holds the answer that is still to come.
    late: Mutex<Option<Receiver<Entry>>>,
}

impl Vault {
    /// Asks for the key, and makes it on first use.
    pub fn open(place: KeyPlace) -> Self {
        Self::by(place, keyring::fetch)
    }

    /// Asks for the key, and makes none: for who only looks.
    pub fn look(place: KeyPlace) -> Self {
        Self::by(place, keyring::read)
    }

    fn by(place: KeyPlace, fetch: fn() -> Entry) -> Self {
        match place {
            KeyPlace::Keyring => Self::ask(Arc::new(fetch), PATIENCE),
            KeyPlace::Memory => Self::of(None, || Opened {
                key: Key::random().ok(),
                failure: None,
                problem: Some("Copies are kept for this run only, as it was started".to_owned()),
                late: Mutex::default(),
            }),
        }
    }

    /// Whether what is encrypted now can be read after quitting.
    pub fn is_lasting(&self) -> bool {
        self.problem().is_none()
    }

    /// Why it cannot, one sentence for people.
    pub fn problem(&self) -> Option<&str> {
        self.hear_late();
        let opened = &*self.inner.opened;
        let is_settled = self.inner.is_adopted.load(Ordering::Acquire) || self.inner.renewed.get().is_some();
        opened.problem.as_deref().filter(|_| !is_settled)
    }

    /// Why nothing lasts, in a few words without a full stop; `None` while what is sealed now lasts.
    pub(crate) fn cause(&self) -> Option<&'static str> {
        self.problem()?;
        Some(self.inner.opened.failure.as_ref().map_or("no keyring is used", Failure::cause))
    }

    /// Asks the keyring again where it gave no key: it may be there by now, or be unlocked. Blocks until it answers, at
    /// most half a minute, in which a person can unlock it. Says whether what is sealed from now on can be read after
    /// quitting. Nothing is asked where the key is at hand, was not to be asked for, or is damaged.
    pub fn retry(&self) -> bool {
        self.retry_for(PERSONS_PATIENCE)
    }

    fn retry_for(&self, patience: Duration) -> bool {
        let opened = &*self.inner.opened;
        let Some(fetch) = self.inner.fetch.as_ref().filter(|_| !self.is_damaged()) else {
            return self.is_lasting();
        };
        let mut late = opened.late.lock().unwrap_or_else(PoisonError::into_inner);
        // Who is still being asked is not asked twice: that would be a second prompt on the person's screen.
        while !self.is_lasting() {
            let (asked, is_new) = match late.take() {
                Some(asked) => (Ok(asked), false),
                None => (begin(Arc::clone(fetch)), true),
            };
            let Ok(asked) = asked else { break };
            match asked.recv_timeout(patience) {
                Ok(Ok(key)) => {
                    let _ = self.inner.renewed.set(key);
                }
                Err(RecvTimeoutError::Timeout) => {
                    *late = Some(asked);
                    break;
                }
                // What was asked before the person wanted it may have been refused then.
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) if !is_new => {}
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.is_lasting()
    }

    /// Whether the keyring's entry is there and is no key. It is not replaced as long as anything is under it.
    pub(crate) fn is_damaged(&self) -> bool {
        matches!(self.inner.opened.failure, Some(Failure::Damaged)) && self.problem().is_some()
    }

    /// Puts the key of this run in the place of a damaged one: nothing is under that any more.
    pub(crate) fn replace_damaged(&self) {
        if !self.is_damaged() {
            return;
        }
        let Some(key) = self.inner.opened.key.clone() else { return };
        let (said, heard) = sync_channel(1);
        let asking = thread::Builder::new().name("keyring".into()).spawn(move || {
            // Nobody listens any more when it took too long.
            let _ = said.send(keyring::store(&key));
        });
        if asking.is_ok() && matches!(heard.recv_timeout(PATIENCE), Ok(Ok(()))) {
            self.inner.is_adopted.store(true, Ordering::Release);
        }
    }

    /// Names the key without giving it away; empty where there is none.
    pub(crate) fn key_id(&self) -> &str {
        self.key().map_or("", Key::id)
    }

    /// Names the key that this run had before the keyring gave its own; empty where there was none.
    pub(crate) fn earlier_key_id(&self) -> &str {
        let earlier = self.inner.opened.key.as_ref().filter(|_| self.inner.renewed.get().is_some());
        earlier.map_or("", Key::id)
    }

    /// Whether what is under the key of this name can be read.
    pub(crate) fn holds(&self, key_id: &str) -> bool {
        !key_id.is_empty() && [self.key_id(), self.earlier_key_id()].contains(&key_id)
    }

    /// Encrypts `body` so that it can only be opened together with `context`.
    pub(crate) fn seal(&self, body: &[u8], context: &[u8]) -> Option<Sealed> {
        self.key()?.seal(body, context)
    }

    /// Decrypts what [`Self::seal`] made of a body.
    pub(crate) fn open_sealed(
        &self,
        sealed: &Sealed,
        context: &[u8],
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, OpenError> {
        let keys = [self.inner.renewed.get(), self.inner.opened.key.as_ref()];
        let key = keys.into_iter().flatten().find(|key| key.id() == sealed.key);
        key.ok_or(OpenError::OtherKey)?.open(sealed, context)
    }

    /// Takes an answer that came after the patience had ended: a person took longer to unlock the keyring.
    fn hear_late(&self) {
        // Who holds the lock is waiting for that answer.
        let Ok(late) = self.inner.opened.late.try_lock() else { return };
        if let Some(Ok(Ok(key))) = late.as_ref().map(Receiver::try_recv) {
            let _ = self.inner.renewed.set(key);
        }
    }

    fn key(&self) -> Option<&Key> {
        self.inner.renewed.get().or(self.inner.opened.key.as_ref())
    }

    /// Asks with `fetch` on a thread of its own, which is left behind when it takes too long: it ends with the
    /// keyring's prompt, or with the process.
    fn ask(fetch: Fetch, patience: Duration) -> Self {
        let begun = Instant::now();
        let asked = begin(Arc::clone(&fetch));
        Self::of(Some(fetch), move || match asked {
            Ok(heard) => hear(heard, patience.saturating_sub(begun.elapsed())),
            Err(error) => Opened::without(Failure::NotAsked(error.to_string())),
        })
    }

    fn of(fetch: Option<Fetch>, open: impl FnOnce() -> Opened + Send + 'static) -> Self {
        let opened = LazyLock::new(Box::new(open) as Box<dyn FnOnce() -> Opened + Send>);
        let (is_adopted, renewed) = (AtomicBool::new(false), OnceLock::new());
        Self { inner: Arc::new(Inner { opened, is_adopted, fetch, renewed }) }
    }
}

/// What a sealed body is bound to: none can be read in the place of another. Each part has its length in front, which
/// keeps ("a", "bc") and ("ab", "c") apart.
pub(crate) fn bound_to(parts: &[&str]) -> Vec<u8> {
    let mut context = Vec::new();
    for part in parts {
        context.extend(part.len().to_le_bytes());
        context.extend(part.as_bytes());
    }
    context
}

fn begin(fetch: Fetch) -> io::Result<Receiver<Entry>> {
    let (said, heard) = sync_channel(1);
    thread::Builder::new().name("keyring".into()).spawn(move || {
        // Nobody listens any more when the vault is gone.
        let _ = said.send(fetch());
    })?;
    Ok(heard)
}

fn hear(heard: Receiver<Entry>, patience: Duration) -> Opened {
    match heard.recv_timeout(patience) {
        Ok(Ok(key)) => Opened { key: Some(key), failure: None, problem: None, late: Mutex::default() },
        Ok(Err(failure)) => Opened::without(failure),
        Err(RecvTimeoutError::Timeout) => {
            Opened { late: Mutex::new(Some(heard)), ..Opened::without(Failure::NoAnswer) }
        }
        Err(RecvTimeoutError::Disconnected) => {
            Opened::without(Failure::NotAsked("asking it failed".to_owned()))
        }
    }
}

impl Opened {
    fn without(failure: Failure) -> Self {
        let problem = Some(failure.sentence());
        Self { key: Key::random().ok(), failure: Some(failure), problem, late: Mutex::default() }
    }
}

impl fmt::Debug for Vault {
    /// Nothing of the key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Vault").finish_non_exhaustive()
    }
}

#[cfg(test)]
impl Vault {
    /// One whose keyring has the key that is nothing but this byte.
    pub(crate) fn of_keyring(byte: u8) -> Self {
        Self::ask(Arc::new(move || Ok(Key::of(zeroize::Zeroizing::new([byte; cipher::LENGTH])))), PATIENCE)
    }

    /// One whose keyring is locked until `unlocked` is set, and then has the key that is nothing but this byte.
    pub(crate) fn of_locked_keyring(byte: u8, unlocked: Arc<AtomicBool>) -> Self {
        let fetch = move || {
            let key = || Key::of(zeroize::Zeroizing::new([byte; cipher::LENGTH]));
            unlocked.load(Ordering::SeqCst).then(key).ok_or(Failure::Locked)
        };
        Self::ask(Arc::new(fetch), PATIENCE)
    }
}

#[cfg(test)]
mod tests;

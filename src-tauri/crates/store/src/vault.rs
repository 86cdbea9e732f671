//! The one key that everything secret on the disk is encrypted under.
//!
//! It lives in the system's keyring and nowhere else. Where the keyring fails there is a key of this run only: what is
//! encrypted under it cannot be read after quitting, and [`Vault::problem`] says why.

mod cipher;
mod keyring;

use std::{
    fmt,
    sync::{
        Arc, LazyLock,
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
}

struct Opened {
    /// `None` where the system gives no randomness to make one from.
    key: Option<Key>,
    failure: Option<Failure>,
    problem: Option<String>,
}

impl Vault {
    /// Asks for the key, and makes it on first use.
    pub fn open(place: KeyPlace) -> Self {
        match place {
            KeyPlace::Keyring => Self::ask(keyring::fetch, PATIENCE),
            KeyPlace::Memory => Self::of(|| Opened {
                key: Key::random().ok(),
                failure: None,
                problem: Some("Copies are kept for this run only, as it was started".to_owned()),
            }),
        }
    }

    /// Whether what is encrypted now can be read after quitting.
    pub fn is_lasting(&self) -> bool {
        self.problem().is_none()
    }

    /// Why it cannot, one sentence for people.
    pub fn problem(&self) -> Option<&str> {
        let opened = &*self.inner.opened;
        opened.problem.as_deref().filter(|_| !self.inner.is_adopted.load(Ordering::Acquire))
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
        self.inner.opened.key.as_ref().map_or("", Key::id)
    }

    /// Encrypts `body` so that it can only be opened together with `context`.
    pub(crate) fn seal(&self, body: &[u8], context: &[u8]) -> Option<Sealed> {
        self.inner.opened.key.as_ref()?.seal(body, context)
    }

    /// Decrypts what [`Self::seal`] made of a body.
    pub(crate) fn open_sealed(
        &self,
        sealed: &Sealed,
        context: &[u8],
    ) -> Result<zeroize::Zeroizing<Vec<u8>>, OpenError> {
        self.inner.opened.key.as_ref().ok_or(OpenError::OtherKey)?.open(sealed, context)
    }

    /// Asks with `fetch` on a thread of its own, which is left behind when it takes too long: it ends with the
    /// keyring's prompt, or with the process.
    fn ask(fetch: fn() -> Entry, patience: Duration) -> Self {
        let begun = Instant::now();
        let (said, heard) = sync_channel(1);
        let asking = thread::Builder::new().name("keyring".into()).spawn(move || {
            // Nobody listens any more when it took too long.
            let _ = said.send(fetch());
        });
        Self::of(move || match asking {
            Ok(_) => hear(&heard, patience.saturating_sub(begun.elapsed())),
            Err(error) => Opened::without(Failure::NotAsked(error.to_string())),
        })
    }

    fn of(open: impl FnOnce() -> Opened + Send + 'static) -> Self {
        let opened = LazyLock::new(Box::new(open) as Box<dyn FnOnce() -> Opened + Send>);
        Self { inner: Arc::new(Inner { opened, is_adopted: AtomicBool::new(false) }) }
    }
}

fn hear(heard: &Receiver<Entry>, patience: Duration) -> Opened {
    match heard.recv_timeout(patience) {
        Ok(Ok(key)) => Opened { key: Some(key), failure: None, problem: None },
        Ok(Err(failure)) => Opened::without(failure),
        Err(RecvTimeoutError::Timeout) => Opened::without(Failure::NoAnswer),
        Err(RecvTimeoutError::Disconnected) => {
            Opened::without(Failure::NotAsked("asking it failed".to_owned()))
        }
    }
}

impl Opened {
    fn without(failure: Failure) -> Self {
        let problem = Some(failure.sentence());
        Self { key: Key::random().ok(), failure: Some(failure), problem }
    }
}

impl fmt::Debug for Vault {
    /// Nothing of the key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Vault").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

//! The system's keyring, and the one entry that Secateur has in it.

use base64::{Engine, engine::general_purpose::STANDARD};
use keyring_core::{Entry as Kept, Error};
use zeroize::Zeroizing;

use super::cipher::{Key, LENGTH};

/// What the entry is found by.
const SERVICE: &str = "dev.secateur.desktop";
const USER: &str = "key";

/// The key, or why there is none.
pub(super) type Entry = Result<Key, Failure>;

/// Why the keyring gives no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// There is no keyring.
    Absent(String),
    /// It is locked, and was not unlocked.
    Locked,
    /// It did not answer in time.
    NoAnswer,
    /// The entry is there and is no key.
    Damaged,
    /// It answered that it cannot.
    Refused(String),
    /// It was not asked.
    NotAsked(String),
    /// It has no entry of ours, and none was to be made.
    NoKey,
}

impl Failure {
    /// One sentence for people.
    pub(super) fn sentence(&self) -> String {
        let consequence = "so copies made now cannot be read after quitting";
        match self {
            Self::Absent(why) => format!("No keyring was found ({why}), {consequence}"),
            Self::Locked => format!("The keyring is locked, {consequence}"),
            Self::NoAnswer => format!("The keyring did not answer in time, {consequence}"),
            Self::Damaged => format!(
                "Secateur's key in the keyring is damaged, {consequence}; it is replaced when the trash is emptied"
            ),
            Self::Refused(why) => format!("The keyring gave no key ({why}), {consequence}"),
            Self::NotAsked(why) => format!("The keyring could not be asked ({why}), {consequence}"),
            Self::NoKey => format!("The keyring has no key of Secateur's, {consequence}"),
        }
    }

    /// The same in a few words, without a consequence and a full stop.
    pub(super) fn cause(&self) -> &'static str {
        match self {
            Self::Absent(_) | Self::NoAnswer | Self::NotAsked(_) => "no keyring answers",
            Self::Locked => "the keyring is locked",
            Self::Damaged => "Secateur's key in the keyring is damaged",
            Self::Refused(_) => "the keyring gives no key",
            Self::NoKey => "the keyring has no key of Secateur's",
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::NoStorageAccess(_) => Self::Locked,
            Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => Self::Damaged,
            // Its own text could hold what was read; these do not.
            Error::PlatformFailure(why) => Self::Refused(why.to_string()),
            Error::BadStoreFormat(why) | Error::NotSupportedByStore(why) => Self::Refused(why),
            _ => Self::Refused("it did not say why".to_owned()),
        }
    }
}

/// Reads the key, or makes it on first use. An entry that is no key is left as it is.
pub(super) fn fetch() -> Entry {
    let entry = entry()?;
    match entry.get_secret() {
        Ok(kept) => decode(&Zeroizing::new(kept)),
        Err(Error::NoEntry) => {
            let made = Key::random().map_err(|error| Failure::NotAsked(error.to_string()))?;
            put(&entry, &made)?;
            // Another Secateur may have done the same at this moment: what is kept is what counts.
            decode(&Zeroizing::new(entry.get_secret()?))
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads the key, and makes none.
pub(super) fn read() -> Entry {
    match entry()?.get_secret() {
        Ok(kept) => decode(&Zeroizing::new(kept)),
        Err(Error::NoEntry) => Err(Failure::NoKey),
        Err(error) => Err(error.into()),
    }
}

/// Puts this key in the place of whatever is there.
pub(super) fn store(key: &Key) -> Result<(), Failure> {
    put(&entry()?, key)
}

fn entry() -> Result<Kept, Failure> {
    let store = platform::store().map_err(|error| match error {
        Error::PlatformFailure(why) => Failure::Absent(why.to_string()),
        other => other.into(),
    })?;
    Ok(store.build(SERVICE, USER, platform::label().as_ref())?)
}

fn put(entry: &Kept, key: &Key) -> Result<(), Failure> {
    let text = Zeroizing::new(STANDARD.encode(key.bytes()));
    Ok(entry.set_secret(text.as_bytes())?)
}

fn decode(kept: &[u8]) -> Entry {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    // 36 bytes are what the decoder asks for; a longer or shorter text is no key.
    let mut room = Zeroizing::new([0; LENGTH + 4]);
    match STANDARD.decode_slice(kept, room.as_mut_slice()) {
        Ok(LENGTH) => {
            let decoded = room.iter();
            bytes.iter_mut().zip(decoded).for_each(|(to, from)| *to = *from);
            Ok(Key::of(bytes))
        }
        _ => Err(Failure::Damaged),
    }
}

/// Which keyring each system has.
mod platform {
    use std::{collections::HashMap, sync::Arc};

    use keyring_core::{CredentialStore, Result};

    #[cfg(not(any(target_os = "macos", target_os = "windows")))]
    pub(super) fn store() -> Result<Arc<CredentialStore>> {
        Ok(zbus_secret_service_keyring_store::Store::new()?)
    }

    #[cfg(target_os = "macos")]
    pub(super) fn store() -> Result<Arc<CredentialStore>> {
        Ok(apple_native_keyring_store::keychain::Store::new()?)
    }

    #[cfg(target_os = "windows")]
    pub(super) fn store() -> Result<Arc<CredentialStore>> {
        Ok(windows_native_keyring_store::Store::new()?)
    }

    /// What a person reads in the keyring's own window, where the system shows a label. An entry is found by its service
    /// and user: one that has an earlier label is found all the same.
    pub(super) fn label() -> Option<HashMap<&'static str, &'static str>> {
        cfg!(not(any(target_os = "macos", target_os = "windows")))
            .then(|| HashMap::from([("label", "Secateur: encryption key")]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_thirty_two_bytes_are_a_key() {
        let key = Key::random().expect("a key");
        let text = STANDARD.encode(key.bytes());
        assert_eq!(decode(text.as_bytes()).map(|read| read.id().to_owned()).ok(), Some(key.id().to_owned()));
        for other in ["", "!", "AAAA", &text[..40], &format!("{text}{text}"), &"A".repeat(100_000)] {
            assert_eq!(decode(other.as_bytes()).err(), Some(Failure::Damaged));
        }
    }

    #[test]
    fn no_sentence_holds_what_the_keyring_held() {
        let held = b"planted".to_vec();
        for error in [Error::BadEncoding(held.clone()), Error::BadDataFormat(held, "why".into())] {
            let failure = Failure::from(error);
            assert!(!format!("{failure:?} {}", failure.sentence()).contains("planted"));
        }
    }
}

//! Encrypting under one key: XChaCha20-Poly1305, whose nonces are long enough to be random.

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A key's length in bytes.
pub(super) const LENGTH: usize = 32;
const NONCE: usize = 24;

/// 32 bytes that are wiped from memory when they are no longer needed.
#[derive(Clone)]
pub(super) struct Key {
    bytes: Zeroizing<[u8; LENGTH]>,
    id: String,
}

/// An encrypted body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Under which key.
    pub(crate) key: String,
    /// The nonce.
    pub(crate) nonce: Vec<u8>,
    /// The body with its tag.
    pub(crate) body: Vec<u8>,
}

/// Why a body was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenError {
    /// It is under another key.
    OtherKey,
    /// It, or what it belongs to, was changed.
    Altered,
}

impl Key {
    /// A new key from the system's randomness.
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        getrandom::fill(bytes.as_mut_slice())?;
        Ok(Self::of(bytes))
    }

    /// A key that was kept.
    pub(super) fn of(bytes: Zeroizing<[u8; LENGTH]>) -> Self {
        let mut hasher = Sha256::new();
        hasher.update("secateur key id");
        hasher.update(bytes.as_slice());
        let id = STANDARD.encode(hasher.finalize().get(..9).unwrap_or_default());
        Self { bytes, id }
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// The beginning of a hash, which tells keys apart and gives none away.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// `None` where the system gives no randomness, or the body is longer than the cipher takes (256 GiB).
    pub(super) fn seal(&self, body: &[u8], context: &[u8]) -> Option<Sealed> {
        let mut nonce = vec![0; NONCE];
        getrandom::fill(&mut nonce).ok()?;
        let payload = Payload { msg: body, aad: context };
        let body = self.cipher().encrypt(XNonce::from_slice(&nonce), payload).ok()?;
        Some(Sealed { key: self.id.clone(), nonce, body })
    }

    pub(super) fn open(&self, sealed: &Sealed, context: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        if sealed.key != self.id {
            return Err(OpenError::OtherKey);
        }
        if sealed.nonce.len() != NONCE {
            return Err(OpenError::Altered);
        }
        let payload = Payload { msg: &sealed.body, aad: context };
        let opened = self.cipher().decrypt(XNonce::from_slice(&sealed.nonce), payload);
        opened.map(Zeroizing::new).map_err(|_| OpenError::Altered)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.bytes.as_slice().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_context_only() {
        let key = Key::random().expect("a key");
        let sealed = key.seal(b"planted", b"here").expect("sealed");
        assert!(!sealed.body.windows(7).any(|window| window == b"planted"));
        assert_eq!(key.open(&sealed, b"here").expect("opened").as_slice(), b"planted");
        assert_eq!(key.open(&sealed, b"there").err(), Some(OpenError::Altered));
        let other = Key::random().expect("a key");
        assert_eq!(other.open(&sealed, b"here").err(), Some(OpenError::OtherKey));
    }

    #[test]
    fn no_two_bodies_have_the_same_nonce_and_a_changed_byte_is_noticed() {
        let key = Key::random().expect("a key");
        let (first, second) = (key.seal(b"a", b"").expect("sealed"), key.seal(b"a", b"").expect("sealed"));
        assert_ne!(first.nonce, second.nonce);
        for place in 0..first.body.len() {
            let mut changed = first.clone();
            changed.body[place] ^= 1;
            assert_eq!(key.open(&changed, b"").err(), Some(OpenError::Altered));
        }
        let short = Sealed { nonce: vec![0; 3], ..first };
        assert_eq!(key.open(&short, b"").err(), Some(OpenError::Altered));
    }
}

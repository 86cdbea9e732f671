//! What was chosen for clusters, and which of the read-only ones are unlocked.
//!
//! Choices belong to fingerprints and are kept in the settings; unlocks end with their time, or with this run. A lock
//! is enforced where a session hands out its client for writing: see `Session::for_writing`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use secateur_domain::{
    ids::ClusterId,
    tier::{COLORS, ClusterCare, LETTERS, Tier},
};
use secateur_store::{SettingsStore, StoreError, StoredSettings};

use crate::{clock::Clock, failure::EngineError};

/// Of a group's name, in characters.
const LONGEST_GROUP: usize = 60;

/// The choices and the unlocks.
pub(crate) struct Cares {
    settings: Option<Arc<SettingsStore>>,
    clock: Arc<dyn Clock>,
    /// Guards when each unlock ends, in milliseconds of the local clock, by fingerprint.
    unlocked: Mutex<HashMap<String, u64>>,
}

impl Cares {
    pub(crate) fn new(settings: Option<Arc<SettingsStore>>, clock: Arc<dyn Clock>) -> Self {
        Self { settings, clock, unlocked: Mutex::default() }
    }

    /// What was chosen for the cluster with this fingerprint.
    pub(crate) fn of(&self, fingerprint: Option<&str>) -> ClusterCare {
        let (Some(settings), Some(fingerprint)) = (&self.settings, fingerprint) else {
            return ClusterCare::default();
        };
        settings.with(|settings| settings.clusters.get(fingerprint).cloned()).unwrap_or_default()
    }

    /// The fingerprint that a kubeconfig's entry had when it was opened last: for its looks before it is opened again.
    pub(crate) fn last_seen(&self, cluster: &ClusterId) -> Option<String> {
        self.settings.as_ref()?.with(|settings| settings.fingerprints.get(cluster).cloned())
    }

    /// Remembers what an entry turned out to be. That it cannot be kept only costs its looks at the next start.
    pub(crate) fn saw(&self, cluster: &ClusterId, fingerprint: &str) {
        let Some(settings) = &self.settings else { return };
        if self.last_seen(cluster).as_deref() == Some(fingerprint) {
            return;
        }
        let kept = settings.change(|settings| {
            settings.fingerprints.insert(cluster.clone(), fingerprint.to_owned());
        });
        if let Err(error) = kept {
            tracing::warn!(%error, "what a cluster is could not be kept");
        }
    }

    /// Keeps a choice.
    pub(crate) fn choose(&self, fingerprint: &str, care: &ClusterCare) -> Result<(), EngineError> {
        let care = checked(care)?;
        let settings = self.settings.as_ref().ok_or_else(|| {
            EngineError::Invalid("this backend keeps no settings, so nothing can be chosen".into())
        })?;
        let kept = settings.change(|settings| {
            settings.clusters.insert(fingerprint.to_owned(), care);
        });
        kept.map(drop).map_err(|error: StoreError| EngineError::Settings(Arc::new(error)))
    }

    /// Lets writes through until `until`, in milliseconds of the local clock.
    pub(crate) fn unlock(&self, fingerprint: &str, until: u64) {
        self.lock_map().insert(fingerprint.to_owned(), until);
    }

    /// Ends an unlock.
    pub(crate) fn lock(&self, fingerprint: &str) {
        self.lock_map().remove(fingerprint);
    }

    /// Until when writes are let through to a read-only cluster.
    pub(crate) fn unlocked_until(&self, fingerprint: &str) -> Option<u64> {
        let until = *self.lock_map().get(fingerprint)?;
        (until > self.clock.now_ms()).then_some(until)
    }

    /// For how long an unlock is, in minutes, unless it says.
    pub(crate) fn unlock_minutes(&self) -> u32 {
        let minutes = |settings: &StoredSettings| settings.unlock_minutes;
        self.settings.as_ref().map_or_else(|| minutes(&StoredSettings::default()), |own| own.with(minutes))
    }

    fn lock_map(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.unlocked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The choice, tidied; the error names what it may not be.
fn checked(care: &ClusterCare) -> Result<ClusterCare, EngineError> {
    let tidy = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let (letters, group) = (tidy(&care.letters), tidy(&care.group));
    if let Some(letters) = &letters
        && (letters.chars().count() > LETTERS || letters.chars().any(char::is_control))
    {
        return Err(EngineError::Invalid(format!("a tile has at most {LETTERS} letters, not {letters:?}")));
    }
    if let Some(group) = &group
        && (group.chars().count() > LONGEST_GROUP || group.chars().any(char::is_control))
    {
        let message = format!("a group's name has at most {LONGEST_GROUP} characters in one line");
        return Err(EngineError::Invalid(message));
    }
    if let Some(color) = care.color.filter(|color| *color >= COLORS) {
        return Err(EngineError::Invalid(format!("there are colours 0 to {}, not {color}", COLORS - 1)));
    }
    // Who chose a tier was asked.
    let is_tier_asked = care.is_tier_asked || care.tier != Tier::Unknown;
    Ok(ClusterCare { letters, group, is_tier_asked, ..care.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(care: &ClusterCare, expected: bool) {
        assert_eq!(checked(care).is_ok(), expected, "{care:?}");
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let plain = ClusterCare::default();
        check(&plain, true);
        check(&ClusterCare { letters: Some("ÄÖ".into()), ..plain.clone() }, true);
        check(&ClusterCare { letters: Some("abc".into()), ..plain.clone() }, false);
        check(&ClusterCare { color: Some(7), ..plain.clone() }, true);
        check(&ClusterCare { color: Some(8), ..plain.clone() }, false);
        check(&ClusterCare { group: Some("a\nb".into()), ..plain.clone() }, false);
        check(&ClusterCare { group: Some("x".repeat(61)), ..plain }, false);
    }

    #[test]
    fn a_chosen_tier_is_not_asked_for_again_and_empty_texts_are_none() {
        let care = ClusterCare { tier: Tier::Staging, letters: Some("  ".into()), ..ClusterCare::default() };
        let care = checked(&care).expect("a choice");
        assert!(care.is_tier_asked);
        assert_eq!(care.letters, None);
    }
}

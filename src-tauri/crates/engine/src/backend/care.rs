//! Tiers, looks and locks of clusters.

use std::time::Duration;

use secateur_domain::{ids::ClusterId, tier::ClusterCare};

use super::{Backend, lock};
use crate::{failure::EngineError, session::ClusterSummary};

/// No unlock is longer, in minutes.
const LONGEST_UNLOCK: u32 = 8 * 60;

impl Backend {
    /// Keeps what a person chose for a cluster. It belongs to the cluster itself, so it has to have been opened once.
    pub async fn set_care(
        &self,
        cluster: &ClusterId,
        care: ClusterCare,
    ) -> Result<ClusterSummary, EngineError> {
        let fingerprint = self.known_fingerprint(cluster)?;
        let (cares, chosen) = (self.inner.cares.clone(), fingerprint.clone());
        super::blocking(move || cares.choose(&chosen, &care)).await??;
        self.care_changed(&fingerprint);
        Ok(self.session(cluster)?.summary())
    }

    /// Lets writes through to a read-only cluster for so many minutes; the settings' when absent.
    pub fn unlock(&self, cluster: &ClusterId, minutes: Option<u32>) -> Result<ClusterSummary, EngineError> {
        let fingerprint = self.known_fingerprint(cluster)?;
        let minutes = minutes.unwrap_or_else(|| self.inner.cares.unlock_minutes());
        if !(1..=LONGEST_UNLOCK).contains(&minutes) {
            let message = format!("an unlock lasts 1 to {LONGEST_UNLOCK} minutes, not {minutes}");
            return Err(EngineError::Invalid(message));
        }
        let lasts = Duration::from_secs(u64::from(minutes) * 60);
        let until = self.inner.clock.now_ms() + u64::from(minutes) * 60_000;
        self.inner.cares.unlock(&fingerprint, until);
        self.care_changed(&fingerprint);
        // Tells when it is over; the lock itself needs no task.
        let weak = std::sync::Arc::downgrade(&self.inner);
        self.inner.tasks.spawn(self.child().run_until_cancelled_owned(async move {
            tokio::time::sleep(lasts).await;
            if let Some(inner) = weak.upgrade() {
                Self { inner }.care_changed(&fingerprint);
            }
        }));
        Ok(self.session(cluster)?.summary())
    }

    /// Ends an unlock.
    pub fn lock(&self, cluster: &ClusterId) -> Result<ClusterSummary, EngineError> {
        let fingerprint = self.known_fingerprint(cluster)?;
        self.inner.cares.lock(&fingerprint);
        self.care_changed(&fingerprint);
        Ok(self.session(cluster)?.summary())
    }

    fn known_fingerprint(&self, cluster: &ClusterId) -> Result<String, EngineError> {
        let session = self.session(cluster)?;
        session.fingerprint().ok_or_else(|| {
            let name = session.name();
            EngineError::Invalid(format!(
                "{name} was never opened: what is chosen belongs to the cluster itself, so open it once first"
            ))
        })
    }

    /// Every entry that leads to this cluster looks another way now.
    fn care_changed(&self, fingerprint: &str) {
        let sessions: Vec<_> = lock(&self.inner.catalogue).sessions.values().cloned().collect();
        for session in sessions {
            if session.fingerprint().as_deref() == Some(fingerprint) {
                session.care_changed();
            }
        }
    }
}

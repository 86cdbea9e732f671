//! Reading the kubeconfigs again: when a person asks, when a cluster is opened, and when one changes.

use std::sync::{Arc, atomic::Ordering};

use secateur_cluster::read_catalogue;

use super::{Backend, blocking};
use crate::{
    catalogue::{CatalogueChange, Missing},
    event::Event,
    failure::EngineError,
    watching,
};

impl Backend {
    /// Begins to notice that kubeconfigs change, once; needs a runtime.
    pub fn watch_kubeconfigs(&self) {
        if self.inner.is_watching_files.swap(true, Ordering::SeqCst) {
            return;
        }
        let weak = Arc::downgrade(&self.inner);
        let watch = watching::watch(self.inner.sources.files.clone(), move || {
            let backend = weak.upgrade().map(|inner| Self { inner });
            async move {
                if let Some(backend) = backend {
                    backend.look_again().await;
                }
            }
        });
        self.inner.tasks.spawn(self.child().run_until_cancelled_owned(watch));
    }

    /// Reads the kubeconfigs again, because one may have changed. Told only where it did.
    pub(super) async fn look_again(&self) {
        if let Ok(change) = self.read_again(Missing::Kept).await
            && change.is_any()
        {
            self.inner.events.send(Event::CatalogueChanged(change));
        }
    }

    /// Reads the kubeconfigs again, and takes what they say.
    pub(super) async fn read_again(&self, missing: Missing) -> Result<CatalogueChange, EngineError> {
        // One at a time: what was read earlier must not be taken later.
        let _one_at_a_time = self.inner.reading.lock().await;
        let (sources, extras) = (self.inner.sources.clone(), Arc::clone(&self.inner.extras));
        let read = move || {
            // One that was added may not be read yet.
            extras.read_once();
            read_catalogue(&sources)
        };
        let read = blocking(read).await?;
        Ok(self.take(read, missing))
    }
}

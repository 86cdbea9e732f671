//! Reading the kubeconfigs again: when a person asks, when a cluster is opened, and when one changes.

use std::sync::Arc;

use tokio_util::sync::DropGuard;

use super::{Backend, blocking, lock, shell::read_all};
use crate::{
    catalogue::{CatalogueChange, Missing},
    event::Event,
    failure::EngineError,
    watching,
};

impl Backend {
    /// Begins to notice that kubeconfigs change, once; needs a runtime.
    pub fn watch_kubeconfigs(&self) {
        lock(&self.inner.watch_of_files).get_or_insert_with(|| self.begin_watching());
    }

    /// The files are others now: where some are watched, these are.
    pub(super) fn watch_others(&self) {
        if let Some(watch) = lock(&self.inner.watch_of_files).as_mut() {
            *watch = self.begin_watching();
        }
    }

    fn begin_watching(&self) -> DropGuard {
        let files = self.sources().into_iter().flat_map(|sources| sources.files).collect();
        let weak = Arc::downgrade(&self.inner);
        let watch = watching::watch(files, move || {
            let backend = weak.upgrade().map(|inner| Self { inner });
            async move {
                if let Some(backend) = backend {
                    backend.look_again().await;
                }
            }
        });
        let stop = self.child();
        self.inner.tasks.spawn(stop.clone().run_until_cancelled_owned(watch));
        stop.drop_guard()
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
        let (sources, extras) = (self.sources(), Arc::clone(&self.inner.extras));
        let read = move || {
            // One that was added may not be read yet.
            extras.read_once();
            read_all(&sources)
        };
        let read = blocking(read).await?;
        Ok(self.take(read, missing))
    }
}

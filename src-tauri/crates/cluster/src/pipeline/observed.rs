//! What answers say in passing: the server's clock, the version of HTTP, and that everything be read again.

use std::{
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use http::{Response, Version, header::DATE};
use tokio::sync::watch;

/// The last that was seen.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    /// Guards the values below; held for no longer than reading or writing them.
    seen: Mutex<Seen>,
    /// Counts how often answers began to ask, by `X-Reload: reload`, that what was read be read again.
    reloads: watch::Sender<u64>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    clock_offset: f64,
    version: Option<Version>,
    is_asking: bool,
}

impl Observed {
    /// Takes note of an answer that just came.
    pub(super) fn note<B>(&self, response: &Response<B>) {
        let date = response.headers().get(DATE).and_then(|date| date.to_str().ok());
        let offset = date.and_then(|date| httpdate::parse_http_date(date).ok()).map(offset);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.version = Some(response.version());
        if let Some(offset) = offset {
            seen.clock_offset = offset;
        }
        let is_asking = response.headers().get("x-reload").is_some_and(|value| value == "reload");
        let was_asking = std::mem::replace(&mut seen.is_asking, is_asking);
        drop(seen);
        // A server that says it with every answer, those to reading again too, says nothing new.
        if is_asking && !was_asking {
            self.reloads.send_modify(|count| *count += 1);
        }
    }

    /// The server's clock minus ours, in seconds.
    pub(crate) fn clock_offset(&self) -> f64 {
        self.get().clock_offset
    }

    /// The version of the last answer.
    pub(crate) fn version(&self) -> Option<Version> {
        self.get().version
    }

    /// Tells each time that answers begin to ask, by `X-Reload: reload`, that what was read be read again.
    pub(crate) fn reloads(&self) -> watch::Receiver<u64> {
        self.reloads.subscribe()
    }

    fn get(&self) -> Seen {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `Date` has whole seconds, so that the server's clock is half a second later on average.
fn offset(date: SystemTime) -> f64 {
    let difference = match date.duration_since(SystemTime::now()) {
        Ok(ahead) => ahead.as_secs_f64(),
        Err(behind) => -behind.duration().as_secs_f64(),
    };
    difference + 0.5
}

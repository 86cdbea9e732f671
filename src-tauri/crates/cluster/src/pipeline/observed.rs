//! What answers say in passing: the server's clock, the version of HTTP, and that everything be read again.

use std::{
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use http::{Response, Version, header::DATE};

/// The last that was seen.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    /// Guards the values below; held for no longer than reading or writing them.
    seen: Mutex<Seen>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    clock_offset: f64,
    version: Option<Version>,
    reloads: u64,
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
        if response.headers().get("x-reload").is_some_and(|value| value == "reload") {
            seen.reloads = seen.reloads.saturating_add(1);
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

    /// How often an answer asked, by `X-Reload: reload`, that what was read of this server be read again.
    pub(crate) fn reloads(&self) -> u64 {
        self.get().reloads
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

//! The page's process ended, by itself or by the system's will: the window loads its page again. The engine is in another
//! process and goes on meanwhile; the page that was loaded asks it what is so. Of WebView2 Tauri does not tell it.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tauri::{AppHandle, Manager, async_runtime};

use crate::{compose::AppState, window};

/// A page that ends again within this is loaded later and later.
const LATELY: Duration = Duration::from_mins(1);
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// When the page's process ended last.
#[derive(Default)]
pub(crate) struct Reviving {
    /// Guards when that was, and how long was waited then; taken for moments.
    ended: Mutex<Option<(Instant, Duration)>>,
}

impl Reviving {
    /// How long to wait before the page is loaded again.
    fn wait(&self, now: Instant) -> Duration {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = match *ended {
            Some((at, wait)) if now.duration_since(at) < LATELY => (wait * 2).clamp(FIRST, LONGEST),
            _ => Duration::ZERO,
        };
        *ended = Some((now, wait));
        wait
    }
}

/// Hears from now on that the page's process ended.
#[cfg(target_os = "linux")]
pub(crate) fn attend(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt;

    let app = window.app_handle().clone();
    window.with_webview(move |view| {
        view.inner().connect_web_process_terminated(move |_, _| page_ended(&app));
    })
}

/// The page's process has ended.
pub(crate) fn page_ended(app: &AppHandle) {
    let wait = app.state::<AppState>().reviving.wait(Instant::now());
    tracing::warn!(?wait, "the page's process ended; its page is loaded again");
    let app = app.clone();
    // Ends by itself after its one wait.
    async_runtime::spawn(async move {
        tokio::time::sleep(wait).await;
        window::reload(&app);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_83_a_page_that_ends_again_and_again_is_loaded_later_and_later() {
        let (reviving, mut now) = (Reviving::default(), Instant::now());
        let waits: Vec<u64> = (0..8)
            .map(|_| {
                let wait = reviving.wait(now);
                now += wait;
                wait.as_secs()
            })
            .collect();
        assert_eq!(waits, [0, 1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(reviving.wait(now + LATELY), Duration::ZERO);
    }
}

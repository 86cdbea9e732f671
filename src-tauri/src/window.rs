//! The one window: made hidden with the right background, shown when the page stands in it.

use std::time::Duration;

use secateur_store::Theme;
use tauri::{
    App, AppHandle, Manager, Url, WebviewWindow, WebviewWindowBuilder, WindowEvent,
    webview::{Color, NewWindowResponse},
};

use crate::{closing, dropping, reviving};

/// The window's label, to which the capability is given.
const MAIN: &str = "main";
/// A page that never loads must not leave the person without a window.
const SHOWN_AT_LATEST: Duration = Duration::from_secs(3);
/// `--bg` of `ui/src/styles/tokens.css`.
const LIGHT: Color = Color(0xff, 0xff, 0xff, 0xff);
const DARK: Color = Color(0x17, 0x1a, 0x18, 0xff);

/// Opens the window of the configuration.
pub(crate) fn open(app: &App, theme: Theme) -> tauri::Result<()> {
    let configured = app.config().app.windows.iter().find(|window| window.label == MAIN);
    let configured = configured.ok_or(tauri::Error::WindowNotFound)?;
    let window = WebviewWindowBuilder::from_config(app, configured)?
        .theme(native(theme))
        // The page names what it shows; nothing else of the window is the page's.
        .on_document_title_changed(|window, title| log(window.set_title(&title)))
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    // GTK tells the desktop's theme and not the one that was asked for.
    let shown = native(theme).map_or_else(|| window.theme(), Ok)?;
    window.set_background_color(Some(if shown == tauri::Theme::Dark { DARK } else { LIGHT }))?;
    #[cfg(target_os = "linux")]
    reviving::attend(&window)?;
    let handle = app.handle().clone();
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } => closing::requested(&handle, api),
        WindowEvent::DragDrop(event) => dropping::heard(&handle, event),
        _ => {}
    });
    show_at_latest(window);
    Ok(())
}

/// Shows the window. The page says when: a window that is not on screen is given no animation frame to wait for, and
/// before the page has its settings it does not know its theme.
pub(crate) fn show(window: &WebviewWindow) {
    log(window.show());
}

/// Brings the window before the person, wherever it is.
pub(crate) fn present(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        log(window.show());
        log(window.unminimize());
        log(window.set_focus());
    }
}

/// Loads the page anew.
pub(crate) fn reload(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        log(window.reload());
    }
}

/// Whether the person is looking at the window, as far as the desktop says.
pub(crate) fn is_in_front(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// Makes the frame, and what the page hears of the desktop's preference, follow the setting.
pub(crate) fn set_theme(app: &AppHandle, theme: Theme) {
    app.set_theme(native(theme));
}

fn show_at_latest(window: WebviewWindow) {
    // Ends by itself after its one wait.
    std::thread::spawn(move || {
        std::thread::sleep(SHOWN_AT_LATEST);
        if !window.is_visible().unwrap_or(true) {
            tracing::warn!("the page is not ready");
            show(&window);
        }
    });
}

/// Whether the window may go there: to the page that is compiled in, and nowhere else.
fn is_own(url: &Url) -> bool {
    matches!(
        (url.scheme(), url.host_str()),
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost"))
    )
}

fn native(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// The window may be closing while something is asked of it; nothing follows from that.
fn log(result: tauri::Result<()>) {
    if let Err(error) = result {
        tracing::debug!(%error, "the window did not follow");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: bool) {
        assert_eq!(is_own(&url.parse().expect("a URL")), expected, "{url}");
    }

    #[test]
    fn the_window_stays_at_its_own_page() {
        check("tauri://localhost/index.html", true);
        check("http://tauri.localhost/", true);
        for url in [
            "https://example.org/",
            "file:///etc/passwd",
            "tauri://elsewhere/",
            "data:text/html,x",
            "about:blank",
        ] {
            check(url, false);
        }
    }

    #[test]
    fn the_background_is_the_pages_own() {
        let tokens = include_str!("../../ui/src/styles/tokens.css");
        let backgrounds: Vec<_> =
            tokens.lines().filter_map(|line| line.trim().strip_prefix("--bg: #")).collect();
        let hex = |color: Color| format!("{:02x}{:02x}{:02x};", color.0, color.1, color.2);
        assert_eq!(backgrounds, [hex(LIGHT), hex(DARK)]);
    }
}

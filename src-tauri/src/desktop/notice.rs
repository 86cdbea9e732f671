//! A job's end, told outside the window. Names what the window names: no secret is in either.

use notify_rust::Notification;
use tauri::AppHandle;

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    /// The outcome: "5 gone, 3 recreated."
    pub(super) sentence: String,
    /// What was deleted: "14 Jobs".
    pub(super) subject: String,
}

impl End {
    fn notification(&self) -> Notification {
        let mut notification = Notification::new();
        notification.appname("Secateur").summary(&self.sentence).body(&plain(&self.subject));
        notification
    }
}

/// Some desktops read markup in a body. Names from a cluster are text.
fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Shows it. A click on it shows the window, where the desktop tells of clicks.
pub(super) fn show(end: &End, app: &AppHandle) {
    if let Err(error) = send(end.notification(), app.clone()) {
        tracing::info!(%error, "the end of a job was not told to the desktop");
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn send(mut notification: Notification, app: AppHandle) -> notify_rust::error::Result<()> {
    let shown = notification.action("default", "Show").show()?;
    // Ends when the notification is clicked or closed, at the latest with the desktop's session.
    std::thread::spawn(move || {
        shown.wait_for_action(|action| {
            if action == "default" {
                crate::window::present(&app);
            }
        });
    });
    Ok(())
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn send(mut notification: Notification, app: AppHandle) -> notify_rust::error::Result<()> {
    #[cfg(windows)]
    notification.app_id(&app.config().identifier);
    #[cfg(not(windows))]
    let _ = app;
    notification.show().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_is_the_outcome_and_names_are_text() {
        let end = End { sentence: "3 gone.".into(), subject: "ConfigMap <b>a</b> & b".into() };
        let notification = end.notification();
        assert_eq!(notification.summary, "3 gone.");
        assert_eq!(notification.body, "ConfigMap &lt;b&gt;a&lt;/b&gt; &amp; b");
    }
}

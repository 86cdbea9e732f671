//! Signals that ask to stop: what is under way ends in order, and with it every credential plugin.

use crate::output::Stopped;

/// Waits for one.
#[cfg(unix)]
pub(crate) async fn stopped() -> Stopped {
    use tokio::signal::unix::{SignalKind, signal};
    let wait = async |kind: SignalKind| match signal(kind) {
        Ok(mut signal) => drop(signal.recv().await),
        // It does what it does by itself, which is to end the process.
        Err(_) => std::future::pending().await,
    };
    let (interrupt, terminate, hangup) =
        (SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup());
    let kind = tokio::select! {
        () = wait(interrupt) => interrupt,
        () = wait(terminate) => terminate,
        () = wait(hangup) => hangup,
    };
    Stopped::Signal(u8::try_from(kind.as_raw_value()).unwrap_or_default())
}

/// Waits for one.
#[cfg(not(unix))]
pub(crate) async fn stopped() -> Stopped {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    Stopped::Signal(2)
}

//! Logs: to files in the state folder for a week, and warnings to standard error.

use std::path::Path;

use secateur_store::StateDir;
use tracing_appender::{
    non_blocking::{NonBlocking, WorkerGuard},
    rolling::{InitError, RollingFileAppender, Rotation},
};
use tracing_subscriber::{
    EnvFilter, Layer, filter::LevelFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

/// kube prints response bodies, which may hold secrets, at every level below this one.
const FILTER: &str =
    "info,kube=error,kube_client=error,kube_core=error,kube_runtime=error,hyper=warn,h2=warn,rustls=warn";
const DAYS: usize = 7;

/// Starts logging. What is returned has to live as long as the application: dropping it writes what is still queued.
pub(crate) fn start(state_dir: Option<&Path>) -> Option<WorkerGuard> {
    let (files, guard, problem) = match state_dir.map(files).transpose() {
        Ok(None) => (None, None, None),
        Ok(Some((writer, guard))) => {
            (Some(fmt::layer().with_ansi(false).with_writer(writer)), Some(guard), None)
        }
        Err(error) => (None, None, Some(error)),
    };
    let stderr = fmt::layer().with_writer(std::io::stderr).with_filter(LevelFilter::WARN);
    // Fails only where a subscriber is already set, which then has what is said here.
    let _ = tracing_subscriber::registry().with(EnvFilter::new(FILTER)).with(stderr).with(files).try_init();
    if let Some(error) = problem {
        tracing::warn!(%error, folder = ?state_dir, "no log files are kept");
    }
    guard
}

fn files(state_dir: &Path) -> Result<(NonBlocking, WorkerGuard), InitError> {
    let folder = state_dir.join("logs");
    // Logs come first, and the folder is the person's alone from the start. What fails here is said when it is taken.
    let _ = StateDir::prepare(state_dir);
    // The appender makes it too, and complains first that there is nothing in it to be cleared.
    let _ = std::fs::create_dir_all(&folder);
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("secateur")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(folder)?;
    Ok(tracing_appender::non_blocking(appender))
}

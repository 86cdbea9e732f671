//! Notices that files change: kubeconfigs are replaced, renamed over, cut short and written in pieces.
//!
//! Folders are watched, for a file that is replaced is another file. Of a folder that is not there yet the nearest
//! one above it is watched. Nothing is read here.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until, timeout_at},
};

/// So long nothing may happen before what happened is over: whoever writes a file writes it in pieces.
const QUIET: Duration = Duration::from_millis(200);
/// So long somebody may go on writing before the file is looked at all the same.
const LONGEST: Duration = Duration::from_secs(2);

/// Calls `changed` once when it watches, and after each change of these files or of what they are links to. Runs until
/// it is dropped.
pub(crate) async fn watch<Changed: Future<Output = ()> + Send>(
    files: Vec<PathBuf>,
    changed: impl Fn() -> Changed + Send,
) {
    let files: Vec<PathBuf> =
        files.iter().map(|file| std::path::absolute(file).unwrap_or_else(|_| file.clone())).collect();
    let (happened, mut happens) = watch::channel(0_u64);
    loop {
        let watcher = match begin(&files, &happened) {
            Ok(watcher) => watcher,
            Err(error) => {
                // The limit of a system on watches, for instance. Files are read again whenever a cluster is opened.
                tracing::warn!(%error, "kubeconfigs are not watched");
                return;
            }
        };
        // What happened before there was this watcher is seen by looking now.
        changed().await;
        if happens.changed().await.is_err() {
            return;
        }
        settle(&mut happens).await;
        // A watched folder may have been replaced itself, and its watch with it: the next watcher is made anew.
        drop(watcher);
    }
}

/// Waits until it is quiet.
async fn settle(happens: &mut watch::Receiver<u64>) {
    let last = Instant::now() + LONGEST;
    loop {
        let quiet = Instant::now() + QUIET;
        if quiet >= last {
            sleep_until(last).await;
            break;
        }
        if timeout_at(quiet, happens.changed()).await.is_err() {
            break;
        }
    }
    happens.mark_unchanged();
}

fn begin(files: &[PathBuf], happened: &watch::Sender<u64>) -> notify::Result<RecommendedWatcher> {
    let (wanted, happened) = (wanted(files), happened.clone());
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // An error may hide a change: too many of them at once, for instance.
        if event.map_or(true, |event| is_change(&event, &wanted)) {
            happened.send_modify(|count| *count += 1);
        }
    })?;
    for folder in folders(files) {
        match watcher.watch(&folder, RecursiveMode::NonRecursive) {
            Ok(()) => {}
            // It went between looking and watching: then that is seen above it.
            Err(_) if !folder.exists() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(watcher)
}

/// Whether it may be about one of the files. Reading one is no change of it.
fn is_change(event: &notify::Event, wanted: &BTreeSet<PathBuf>) -> bool {
    if matches!(event.kind, EventKind::Access(_)) {
        return false;
    }
    event.need_rescan() || event.paths.is_empty() || event.paths.iter().any(|path| wanted.contains(path))
}

/// The files, what links of theirs lead to, and the folders on the way, any of which may come or go.
fn wanted(files: &[PathBuf]) -> BTreeSet<PathBuf> {
    places(files).iter().flat_map(|place| place.ancestors().map(Path::to_owned)).collect()
}

/// The folders to watch: that of each place, or the nearest one above it, and the one above that, where it is seen
/// when the folder itself is replaced.
fn folders(files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let nearest = |place: &Path| {
        let mut there = place.ancestors().skip(1).filter(|folder| folder.is_dir()).map(Path::to_owned);
        [there.next(), there.next()]
    };
    places(files).iter().flat_map(|place| nearest(place)).flatten().collect()
}

/// The files, and where the links that they are lead to, step by step.
fn places(files: &[PathBuf]) -> BTreeSet<PathBuf> {
    let mut places = BTreeSet::new();
    for file in files {
        let mut place = file.clone();
        while places.insert(place.clone()) {
            let Ok(target) = fs::read_link(&place) else { break };
            place = place.parent().unwrap_or(Path::new("/")).join(target);
        }
        if let Ok(real) = fs::canonicalize(file) {
            places.insert(real);
        }
    }
    places
}

#[cfg(test)]
mod tests;

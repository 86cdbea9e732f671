//! Kubeconfigs that the person picks in the desktop's own dialog. Their paths never come from the page.

use secateur_contract::ClustersPick;
use secateur_engine::ClustersToAdd;
use tauri::AppHandle;
use tokio::sync::oneshot;

use crate::error::CommandError;

/// Asks for files or a folder. `None` when the person thought better of it.
pub(crate) async fn pick(app: &AppHandle, pick: ClustersPick) -> Result<Option<ClustersToAdd>, CommandError> {
    let not_asked = |why: &dyn std::fmt::Display| CommandError::unpicked(why);
    let (sender, asked) = oneshot::channel();
    // Some platforms let only the main thread begin a dialog; nobody waits for it there.
    app.run_on_main_thread(move || {
        let dialog = rfd::AsyncFileDialog::new();
        drop(match pick {
            ClustersPick::Files => sender.send(Asked::Files(Box::pin(dialog.pick_files()))),
            ClustersPick::Folder => sender.send(Asked::Folder(Box::pin(dialog.pick_folder()))),
        });
    })
    .map_err(|error| not_asked(&error))?;
    let picked = match asked.await.map_err(|_| not_asked(&"the window is closing"))? {
        Asked::Files(files) => files.await,
        Asked::Folder(folder) => folder.await.map(|folder| vec![folder]),
    };
    let paths = |files: Vec<rfd::FileHandle>| files.iter().map(|file| file.path().to_owned()).collect();
    Ok(picked.map(|files| ClustersToAdd::Paths(paths(files))))
}

type Answer<T> = std::pin::Pin<Box<dyn Future<Output = Option<T>> + Send>>;

/// A dialog that is open.
enum Asked {
    Files(Answer<Vec<rfd::FileHandle>>),
    Folder(Answer<rfd::FileHandle>),
}

//! Clusters that the person adds, takes off the list and puts back, and their extra request headers.

use secateur_contract::{Catalogue, ClusterSummary, ClustersAdded, ClustersPick, ExtraHeader};
use secateur_engine::ClustersToAdd;
use tauri::AppHandle;

use super::{Answer, App};
use crate::{
    convert::{IntoEngine, IntoPage, with_own_problems},
    picking,
};

/// Adds every context of a pasted kubeconfig.
#[tauri::command]
pub(crate) async fn clusters_add(app: App<'_>, text: String) -> Answer<ClustersAdded> {
    Ok(app.backend.add_clusters(ClustersToAdd::Text(text)).await?.into_page())
}

/// The same for the files and folders that the person dropped on the window last, once.
#[tauri::command]
pub(crate) async fn clusters_add_dropped(app: App<'_>) -> Answer<ClustersAdded> {
    let dropped = ClustersToAdd::Paths(app.dropped.take());
    Ok(app.backend.add_clusters(dropped).await?.into_page())
}

/// The same for files or a folder that the person picks; answers nothing when they thought better of it.
#[tauri::command]
pub(crate) async fn clusters_add_pick(
    app: App<'_>,
    handle: AppHandle,
    pick: ClustersPick,
) -> Answer<Option<ClustersAdded>> {
    let Some(paths) = picking::pick(&handle, pick).await? else { return Ok(None) };
    Ok(Some(app.backend.add_clusters(paths).await?.into_page()))
}

/// Takes a cluster off the list: one that was added is forgotten, a kubeconfig's is hidden.
#[tauri::command]
pub(crate) async fn cluster_remove(app: App<'_>, cluster: String) -> Answer<Catalogue> {
    let left = app.backend.remove_cluster(&cluster.into_engine()?).await?;
    Ok(with_own_problems(left.into_page(), app.own_problems()))
}

/// Puts a kubeconfig's cluster back on the list.
#[tauri::command]
pub(crate) async fn cluster_restore_hidden(app: App<'_>, cluster: String) -> Answer<Catalogue> {
    let all = app.backend.restore_hidden(&cluster.into_engine()?).await?;
    Ok(with_own_problems(all.into_page(), app.own_problems()))
}

/// Sets the extra request headers of a cluster.
#[tauri::command]
pub(crate) async fn cluster_headers(
    app: App<'_>,
    cluster: String,
    headers: Vec<ExtraHeader>,
) -> Answer<ClusterSummary> {
    let headers = headers.into_engine()?;
    Ok(app.backend.set_headers(&cluster.into_engine()?, headers).await?.into_page())
}

//! Kubeconfigs, clusters, kinds and namespaces.

use secateur_contract::{Catalogue, ClusterSummary, Kinds, Namespaces};

use super::{Answer, App};
use crate::convert::{FromPage, IntoPage, with_own_problems};

/// The kubeconfigs as they were read last.
#[tauri::command(async)]
pub(crate) fn catalogue_read(app: App<'_>) -> Catalogue {
    with_own_problems(app.backend.catalogue().into_page(), app.own_problems())
}

/// Reads the kubeconfigs again.
#[tauri::command]
pub(crate) async fn catalogue_reload(app: App<'_>) -> Answer<Catalogue> {
    let read = app.backend.reload().await.map_err(IntoPage::into_page)?;
    Ok(with_own_problems(read.into_page(), app.own_problems()))
}

/// Signs in to a cluster with the credential as it is now.
#[tauri::command]
pub(crate) async fn cluster_open(app: App<'_>, cluster: String) -> Answer<ClusterSummary> {
    let opened = app.backend.open_cluster(&cluster.from_page()?).await;
    opened.map(IntoPage::into_page).map_err(IntoPage::into_page)
}

/// The kinds that a cluster serves.
#[tauri::command(async)]
pub(crate) fn kinds_read(app: App<'_>, cluster: String) -> Answer<Kinds> {
    let kinds = app.backend.kinds(&cluster.from_page()?);
    kinds.map(IntoPage::into_page).map_err(IntoPage::into_page)
}

/// The namespaces of a cluster.
#[tauri::command]
pub(crate) async fn namespaces_read(app: App<'_>, cluster: String) -> Answer<Namespaces> {
    app.backend.namespaces(&cluster.from_page()?).await.into_page()
}

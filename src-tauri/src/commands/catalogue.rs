//! Kubeconfigs, clusters, kinds and namespaces.

use secateur_contract::{Catalogue, ClusterCare, ClusterSummary, KindRef, Kinds, Namespaces};

use super::{Answer, App};
use crate::convert::{IntoEngine, IntoPage, counted, namespaces, with_own_problems, word};

/// The kubeconfigs as they were read last; from now on changes of them are noticed.
#[tauri::command(async)]
pub(crate) fn catalogue_read(app: App<'_>) -> Catalogue {
    app.backend.watch_kubeconfigs();
    with_own_problems(app.backend.catalogue().into_page(), app.own_problems())
}

/// Reads the kubeconfigs again.
#[tauri::command]
pub(crate) async fn catalogue_reload(app: App<'_>) -> Answer<Catalogue> {
    let read = app.backend.reload().await?;
    Ok(with_own_problems(read.into_page(), app.own_problems()))
}

/// Reads the files that the login shell's `KUBECONFIG` names from now on: those of this very value.
#[tauri::command]
pub(crate) async fn kubeconfig_use(app: App<'_>, value: String) -> Answer<Catalogue> {
    let read = app.backend.use_shell_kubeconfig(&value).await?;
    Ok(with_own_problems(read.into_page(), app.own_problems()))
}

/// Does not read them, or no longer, and asks about this value no more.
#[tauri::command]
pub(crate) async fn kubeconfig_decline(app: App<'_>, value: String) -> Answer<Catalogue> {
    let read = app.backend.decline_shell_kubeconfig(&value).await?;
    Ok(with_own_problems(read.into_page(), app.own_problems()))
}

/// Signs in to a cluster with the credential as it is now.
#[tauri::command]
pub(crate) async fn cluster_open(app: App<'_>, cluster: String) -> Answer<ClusterSummary> {
    Ok(app.backend.open_cluster(&cluster.into_engine()?).await?.into_page())
}

/// Keeps what the person chose for a cluster.
#[tauri::command]
pub(crate) async fn cluster_care(app: App<'_>, cluster: String, care: ClusterCare) -> Answer<ClusterSummary> {
    Ok(app.backend.set_care(&cluster.into_engine()?, care.into_engine()?).await?.into_page())
}

/// Lets writes through to a read-only cluster for a while.
#[tauri::command]
pub(crate) async fn cluster_unlock(
    app: App<'_>,
    cluster: String,
    minutes: Option<u32>,
) -> Answer<ClusterSummary> {
    Ok(app.backend.unlock(&cluster.into_engine()?, minutes)?.into_page())
}

/// Ends an unlock.
#[tauri::command(async)]
pub(crate) fn cluster_lock(app: App<'_>, cluster: String) -> Answer<ClusterSummary> {
    Ok(app.backend.lock(&cluster.into_engine()?)?.into_page())
}

/// The kinds that a cluster serves, or served when it was open last.
#[tauri::command]
pub(crate) async fn kinds_read(app: App<'_>, cluster: String) -> Answer<Kinds> {
    Ok(app.backend.kinds(&cluster.into_engine()?).await?.into_page())
}

/// How many objects of a kind a cluster has, where it says.
#[tauri::command]
pub(crate) async fn kind_count(app: App<'_>, cluster: String, kind: KindRef) -> Answer<Option<u32>> {
    Ok(app.backend.count(&cluster.into_engine()?, &word(&kind)).await?.map(counted))
}

/// The namespaces in which objects of a kind may be listed.
#[tauri::command]
pub(crate) async fn namespaces_listable(app: App<'_>, cluster: String, kind: KindRef) -> Answer<Vec<String>> {
    Ok(app.backend.listable_namespaces(&cluster.into_engine()?, &word(&kind)).await?)
}

/// The namespaces of a cluster.
#[tauri::command]
pub(crate) async fn namespaces_read(app: App<'_>, cluster: String) -> Answer<Namespaces> {
    namespaces(app.backend.namespaces(&cluster.into_engine()?).await)
}

//! Signing in and out.

use secateur_contract::{ClusterSummary, SignInWay};

use super::{Answer, App};
use crate::convert::{IntoEngine, IntoPage};

/// Signs in as the person says; what is under way is stopped first.
#[tauri::command]
pub(crate) async fn cluster_sign_in(app: App<'_>, cluster: String, way: SignInWay) -> Answer<ClusterSummary> {
    Ok(app.backend.sign_in(&cluster.into_engine()?, way.into_engine()?).await?.into_page())
}

/// Lets the program run that the person was asked about, and signs in with it.
#[tauri::command]
pub(crate) async fn cluster_consent(app: App<'_>, cluster: String, digest: String) -> Answer<ClusterSummary> {
    Ok(app.backend.consent(&cluster.into_engine()?, &digest).await?.into_page())
}

/// Stops connecting, a credential plugin, or trying again.
#[tauri::command(async)]
pub(crate) fn cluster_stop(app: App<'_>, cluster: String) -> Answer<ClusterSummary> {
    Ok(app.backend.stop_connecting(&cluster.into_engine()?)?.into_page())
}

/// Signs out, and forgets the token that the person gave.
#[tauri::command]
pub(crate) async fn cluster_sign_out(app: App<'_>, cluster: String) -> Answer<ClusterSummary> {
    Ok(app.backend.sign_out(&cluster.into_engine()?).await?.into_page())
}

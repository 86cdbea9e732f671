//! The practice clusters.

use secateur_contract::Catalogue;

use super::{Answer, App};
use crate::convert::{IntoPage, with_own_problems};

/// Brings the practice clusters into the list.
#[tauri::command]
pub(crate) async fn practice_open(app: App<'_>) -> Answer<Catalogue> {
    let all = app.backend.open_practice().await?;
    Ok(with_own_problems(all.into_page(), app.own_problems()))
}

/// Takes them off the list.
#[tauri::command]
pub(crate) async fn practice_close(app: App<'_>) -> Answer<Catalogue> {
    let left = app.backend.close_practice().await?;
    Ok(with_own_problems(left.into_page(), app.own_problems()))
}

/// Makes them what they were at first.
#[tauri::command]
pub(crate) async fn practice_reset(app: App<'_>) -> Answer<Catalogue> {
    let all = app.backend.reset_practice().await?;
    Ok(with_own_problems(all.into_page(), app.own_problems()))
}

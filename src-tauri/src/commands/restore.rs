//! Restores, and the one way from a copy to a created object.

use secateur_contract::{ReceiptRef, RestoreSummary};

use super::{Answer, App};
use crate::convert::{IntoEngine, IntoPage};

/// Reads the copies of these receipts and asks the servers. Creates nothing.
#[tauri::command]
pub(crate) async fn restore_plan(app: App<'_>, receipts: Vec<ReceiptRef>) -> Answer<RestoreSummary> {
    Ok(app.backend.plan_restore(receipts.into_engine()?).await?.into_page())
}

/// A restore as it is now.
#[tauri::command(async)]
pub(crate) fn restore_read(app: App<'_>, restore: String) -> Answer<RestoreSummary> {
    Ok(app.backend.restore(&restore)?.into_page())
}

/// Creates what is planned.
#[tauri::command]
pub(crate) async fn restore_confirm(app: App<'_>, restore: String) -> Answer<RestoreSummary> {
    Ok(app.deleting()?.confirm_restore(&restore).await?.into_page())
}

/// Forgets a restore.
#[tauri::command(async)]
pub(crate) fn restore_discard(app: App<'_>, restore: String) {
    app.backend.discard_restore(&restore);
}

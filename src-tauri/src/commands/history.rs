//! Receipts and the trash.

use secateur_contract::{History, HistoryQuery, Receipt, ReceiptRef, ReceiptsForm, TrashSummary};
use tauri::AppHandle;

use super::{Answer, App};
use crate::{
    convert::{IntoEngine, IntoPage},
    saving,
};

/// A page of the history, newest first.
#[tauri::command]
pub(crate) async fn history_read(app: App<'_>, query: HistoryQuery) -> Answer<History> {
    Ok(app.backend.history(query.into_engine()?).await?.into_page())
}

/// One receipt.
#[tauri::command]
pub(crate) async fn receipt_read(app: App<'_>, receipt: ReceiptRef) -> Answer<Receipt> {
    Ok(app.backend.receipt(&receipt.into_engine()?).await?.into_page())
}

/// Looks at a receipt's object again, by one GET, and notes what was seen.
#[tauri::command]
pub(crate) async fn receipt_check(app: App<'_>, receipt: ReceiptRef) -> Answer<Receipt> {
    Ok(app.backend.check_receipt(&receipt.into_engine()?).await?.into_page())
}

/// What kubectl would have been told, for the clipboard.
#[tauri::command]
pub(crate) async fn receipt_kubectl(app: App<'_>, receipt: ReceiptRef) -> Answer<String> {
    Ok(app.backend.receipt_as_kubectl(&receipt.into_engine()?).await?)
}

/// All receipts that match, for the clipboard.
#[tauri::command]
pub(crate) async fn receipts_export(app: App<'_>, query: HistoryQuery, form: ReceiptsForm) -> Answer<String> {
    Ok(app.backend.export_receipts(query.into_engine()?, form.into_engine()?).await?)
}

/// The same, into a file that the person names; answers where it is.
#[tauri::command]
pub(crate) async fn receipts_save(
    app: App<'_>,
    handle: AppHandle,
    query: HistoryQuery,
    form: ReceiptsForm,
) -> Answer<Option<String>> {
    let name = saving::receipts_name(form);
    let text = app.backend.export_receipts(query.into_engine()?, form.into_engine()?).await?;
    saving::save(&handle, name, text).await
}

/// Throws every copy away.
#[tauri::command]
pub(crate) async fn trash_empty(app: App<'_>) -> Answer<TrashSummary> {
    Ok(app.deleting()?.empty_trash().await?.into_page())
}

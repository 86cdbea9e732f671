//! The marked objects.

use secateur_contract::{SelectionChange, SelectionSummary};

use super::{Answer, App};
use crate::convert::{FromPage, IntoPage};

/// Marks objects or takes marks off; `view` is where it was done.
#[tauri::command(async)]
pub(crate) fn selection_change(
    app: App<'_>,
    view: Option<String>,
    change: SelectionChange,
) -> Answer<SelectionSummary> {
    let changed = app.backend.select(view.as_deref(), change.from_page()?);
    changed.map(IntoPage::into_page).map_err(IntoPage::into_page)
}

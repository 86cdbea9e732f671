//! The marked objects.

use secateur_contract::{SelectionChange, SelectionSummary};

use super::{Answer, App};
use crate::convert::{IntoEngine, IntoPage};

/// Marks objects or takes marks off; `view` is where it was done.
#[tauri::command]
pub(crate) async fn selection_change(
    app: App<'_>,
    view: Option<String>,
    change: SelectionChange,
) -> Answer<SelectionSummary> {
    Ok(app.backend.select(view.as_deref(), change.into_engine()?).await?.into_page())
}

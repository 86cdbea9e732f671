//! Jobs.

use secateur_contract::JobSummary;

use super::App;
use crate::convert::IntoPage;

/// The jobs of this run, newest first.
#[tauri::command(async)]
pub(crate) fn jobs_read(app: App<'_>) -> Vec<JobSummary> {
    app.backend.jobs().into_page()
}

//! Jobs.

use secateur_contract::{JobControl, JobSummary};

use super::{Answer, App};
use crate::convert::{IntoEngine, IntoPage};

/// The jobs of this run and the interrupted ones of earlier runs, newest first.
#[tauri::command(async)]
pub(crate) fn jobs_read(app: App<'_>) -> Vec<JobSummary> {
    app.backend.jobs().into_page()
}

/// Pauses a job, lets it go on, or stops it.
#[tauri::command]
pub(crate) async fn job_control(app: App<'_>, job: String, control: JobControl) -> Answer<JobSummary> {
    Ok(app.deleting()?.control_job(&job, control.into_engine()?).await?.into_page())
}

/// Goes on with an interrupted job, if nothing changed.
#[tauri::command]
pub(crate) async fn job_resume(app: App<'_>, job: String) -> Answer<JobSummary> {
    Ok(app.deleting()?.resume_job(&job).await?.into_page())
}

/// Settles an interrupted job: what was not sent by now never will be.
#[tauri::command]
pub(crate) async fn job_dismiss(app: App<'_>, job: String) -> Answer<()> {
    Ok(app.deleting()?.dismiss_job(&job).await?)
}

//! Plans, and the one way from a plan to a deletion.

use secateur_contract::{JobSummary, PlanConfirm, PlanCreate, PlanForm, PlanSummary};
use tauri::AppHandle;

use super::{Answer, App};
use crate::{
    convert::{IntoEngine, IntoPage},
    saving,
};

/// Freezes what was chosen into a plan. Sends nothing that changes anything.
#[tauri::command]
pub(crate) async fn plan_create(app: App<'_>, request: PlanCreate) -> Answer<PlanSummary> {
    let (of, options) = (request.of.into_engine()?, request.options.into_engine()?);
    Ok(app.backend.create_plan(of, options).await?.into_page())
}

/// Forgets a plan.
#[tauri::command(async)]
pub(crate) fn plan_discard(app: App<'_>, plan: String) {
    app.backend.discard_plan(&plan);
}

/// A plan in a form to take along, for the clipboard.
#[tauri::command(async)]
pub(crate) fn plan_export(app: App<'_>, plan: String, form: PlanForm) -> Answer<String> {
    Ok(app.backend.export_plan(&plan, form.into_engine()?)?)
}

/// The same, into a file that the person names; answers where it is.
#[tauri::command]
pub(crate) async fn plan_save(
    app: App<'_>,
    handle: AppHandle,
    plan: String,
    form: PlanForm,
) -> Answer<Option<String>> {
    let text = app.backend.export_plan(&plan, form.into_engine()?)?;
    saving::save(&handle, saving::plan_name(form), text).await
}

/// Executes a plan that was shown, given its proof. The only way to delete something.
#[tauri::command]
pub(crate) async fn plan_confirm(app: App<'_>, request: PlanConfirm) -> Answer<JobSummary> {
    let (plan, proof) = request.into_engine()?;
    Ok(app.deleting()?.confirm_plan(&plan, &proof).await?.into_page())
}

//! Plans, and the one way from a plan to a deletion.

use secateur_contract::{JobSummary, PlanConfirm, PlanCreate, PlanSummary};

use super::{Answer, App};
use crate::convert::{IntoEngine, IntoPage};

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

/// Executes a plan that was shown, given its proof. The only command that changes something in a cluster.
#[tauri::command]
pub(crate) async fn plan_confirm(app: App<'_>, request: PlanConfirm) -> Answer<JobSummary> {
    let (plan, proof) = request.into_engine()?;
    Ok(app.deleting()?.confirm_plan(&plan, &proof).await?.into_page())
}

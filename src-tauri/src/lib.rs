//! The window: Tauri around the engine, and the only code that names Tauri. It holds no logic of its own: commands
//! parse, call the engine and convert.

mod closing;
mod commands;
mod compose;
mod convert;
mod desktop;
#[cfg(target_os = "linux")]
mod drawing;
mod dropping;
mod error;
mod instance;
mod picking;
mod reviving;
mod saving;
mod sink;
mod telemetry;
mod window;

use tauri::{Manager, async_runtime};

use commands::{
    adding, catalogue, events, history, job, plan, practice, restore, selection, session, settings, view,
};
use compose::{AppState, Environment};
use desktop::Desktop;

/// Opens the window and stays until it is closed.
pub fn run() -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    drawing::suit();
    let environment = Environment::read();
    let _logs = telemetry::start(environment.state_dir.as_deref());
    let mut builder = tauri::Builder::default();
    // The first of all plugins: a second start goes no further than this.
    if let Some(plugin) = instance::plugin(&environment) {
        builder = builder.plugin(plugin);
    }
    #[cfg(target_os = "macos")]
    {
        builder = builder.on_web_content_process_terminate(|page| reviving::page_ended(page.app_handle()));
    }
    let app = builder
        .invoke_handler(tauri::generate_handler![
            catalogue::catalogue_read,
            catalogue::catalogue_reload,
            catalogue::kubeconfig_use,
            catalogue::kubeconfig_decline,
            catalogue::cluster_open,
            session::cluster_sign_in,
            session::cluster_consent,
            session::cluster_stop,
            session::cluster_sign_out,
            adding::clusters_add,
            adding::clusters_add_pick,
            adding::clusters_add_dropped,
            adding::cluster_remove,
            adding::cluster_restore_hidden,
            adding::cluster_headers,
            practice::practice_open,
            practice::practice_close,
            practice::practice_reset,
            catalogue::cluster_care,
            catalogue::cluster_unlock,
            catalogue::cluster_lock,
            catalogue::kinds_read,
            catalogue::kind_count,
            catalogue::namespaces_read,
            catalogue::namespaces_listable,
            view::view_open,
            view::view_query,
            view::view_window,
            view::view_refresh,
            view::view_close,
            selection::selection_change,
            plan::plan_create,
            plan::plan_discard,
            plan::plan_export,
            plan::plan_save,
            plan::plan_confirm,
            job::jobs_read,
            job::job_control,
            job::job_resume,
            job::job_dismiss,
            history::history_read,
            history::receipt_read,
            history::receipt_check,
            history::receipt_kubectl,
            history::receipts_export,
            history::receipts_save,
            history::trash_empty,
            restore::restore_plan,
            restore::restore_read,
            restore::restore_confirm,
            restore::restore_discard,
            events::events_subscribe,
            settings::settings_read,
            settings::settings_write,
            settings::list_look_write,
            settings::window_ready,
            settings::window_close,
        ])
        .setup(|app| {
            let state = AppState::open(environment, Desktop::start(app.handle().clone()));
            let settings = state.backend.settings();
            open_last_cluster(&state, settings.last_cluster.clone());
            async_runtime::spawn(state.backend.clone().keep_within_bounds());
            app.manage(state);
            window::open(app, settings.theme)?;
            Ok(())
        })
        .build(tauri::generate_context!())?;
    let handle = app.handle().clone();
    app.run_return(|_, _| {});
    async_runtime::block_on(async move { handle.state::<AppState>().backend.close().await });
    Ok(())
}

/// Signs in where the person was last while the window is still being made. Its end is told by events; the task ends
/// with the request's deadlines or with the backend.
fn open_last_cluster(state: &AppState, last: Option<secateur_domain::ids::ClusterId>) {
    if let Some(cluster) = last {
        let backend = state.backend.clone();
        async_runtime::spawn(async move {
            if let Err(error) = backend.open_cluster(&cluster).await {
                tracing::info!(%error, "the last cluster was not opened");
            }
        });
    }
}

/// Says why the window could not be opened.
pub fn report(error: &tauri::Error) {
    tracing::error!(%error, "the window could not be opened");
}

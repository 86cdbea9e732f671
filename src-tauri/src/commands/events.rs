//! What the backend tells without being asked.

use secateur_contract::BackendEvent;
use tauri::ipc::Channel;

use super::App;

/// Events arrive on `events` from now on; the page that asked before gets no more.
#[tauri::command(async)]
pub(crate) fn events_subscribe(app: App<'_>, events: Channel<BackendEvent>) {
    // A page that subscribes was just loaded; whatever an earlier one showed is shown no more.
    app.backend.close_all_views();
    app.events.subscribe(events);
}

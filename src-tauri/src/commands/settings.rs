//! What the person chose for the window.

use secateur_contract::{CloseAnswer, ListLook, Settings};
use tauri::{AppHandle, WebviewWindow};

use super::{Answer, App};
use crate::{
    closing,
    convert::{IntoEngine, IntoPage},
    window,
};

/// The settings now.
#[tauri::command(async)]
pub(crate) fn settings_read(app: App<'_>) -> Settings {
    app.backend.settings().into_page()
}

/// Keeps the settings; the window's frame follows.
#[tauri::command]
pub(crate) async fn settings_write(app: App<'_>, handle: AppHandle, settings: Settings) -> Answer<()> {
    let settings: secateur_store::StoredSettings = settings.into_engine()?;
    window::set_theme(&handle, settings.theme);
    Ok(app.backend.set_settings(settings).await?)
}

/// Remembers how the lists of a resource are arranged, or forgets it.
#[tauri::command]
pub(crate) async fn list_look_write(app: App<'_>, resource: String, look: Option<ListLook>) -> Answer<()> {
    let look = look.map(IntoEngine::into_engine).transpose()?;
    Ok(app.backend.set_list_look(resource, look).await?)
}

/// Shows the window, whose page now stands in its theme. What takes its time and is not for the first sight begins.
#[tauri::command(async)]
pub(crate) fn window_ready(app: App<'_>, window: WebviewWindow) {
    window::show(&window);
    app.backend.ask_login_shell();
}

/// The person's answer to `closeAsked`.
#[tauri::command]
pub(crate) async fn window_close(handle: AppHandle, answer: CloseAnswer) -> Answer<()> {
    match answer {
        CloseAnswer::Stop => closing::stop(&handle).await,
        CloseAnswer::Stay => closing::stay(&handle),
    }
    Ok(())
}

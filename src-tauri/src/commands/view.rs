//! Views: one windowed list for everything long.

use std::sync::Arc;

use secateur_contract::{ViewHint, ViewOpen, ViewOpened, ViewQuery, ViewWindow};
use tauri::ipc::Channel;

use super::{Answer, App};
use crate::{
    convert::{IntoEngine, IntoPage},
    sink::ChannelSink,
};

/// Opens a live view; hints that it changed arrive on `events`. What it has to show already comes with the answer: a
/// list that was left and is opened again is on screen after one question.
#[tauri::command(async)]
pub(crate) fn view_open(app: App<'_>, request: ViewOpen, events: Channel<ViewHint>) -> Answer<ViewOpened> {
    let (source, query) = (request.source.into_engine()?, request.query.into_engine()?);
    let view = app.backend.open_view(source, query, Arc::new(ChannelSink(events)))?;
    let window = app.backend.window(&view, 0, request.count as usize)?.into_page();
    Ok(ViewOpened { view, window })
}

/// Filters and sorts a view anew, and answers with its first rows, at most `count`.
#[tauri::command]
pub(crate) async fn view_query(
    app: App<'_>,
    view: String,
    query: ViewQuery,
    count: u32,
) -> Answer<ViewWindow> {
    app.backend.set_query(&view, query.into_engine()?).await?;
    Ok(app.backend.window(&view, 0, count as usize)?.into_page())
}

/// The rows of a view from `start`, at most `count`.
#[tauri::command(async)]
pub(crate) fn view_window(app: App<'_>, view: String, start: u32, count: u32) -> Answer<ViewWindow> {
    Ok(app.backend.window(&view, start as usize, count as usize)?.into_page())
}

/// Reads a view's list again.
#[tauri::command(async)]
pub(crate) fn view_refresh(app: App<'_>, view: String) -> Answer<()> {
    Ok(app.backend.refresh(&view)?)
}

/// Closes a view.
#[tauri::command(async)]
pub(crate) fn view_close(app: App<'_>, view: String) {
    app.backend.close_view(&view);
}

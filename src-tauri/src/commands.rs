//! What the page may ask for: one command for each use case, named `area_verb`. Each parses the request, calls the
//! engine and converts the answer; `permissions/` says which sets they are in.

pub(crate) mod catalogue;
pub(crate) mod events;
pub(crate) mod job;
pub(crate) mod plan;
pub(crate) mod selection;
pub(crate) mod settings;
pub(crate) mod view;

use secateur_contract::ApiError;
use tauri::State;

use crate::compose::AppState;

/// What every command is given.
type App<'a> = State<'a, AppState>;
/// What every command answers.
type Answer<T> = Result<T, ApiError>;

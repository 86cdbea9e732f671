//! What the page may ask for: one command for each use case, named `area_verb`. Each parses the request, calls the
//! engine and converts the answer; `permissions/` says which sets they are in.
#![expect(clippy::needless_pass_by_value, reason = "Tauri hands a command its arguments by value")]

pub(crate) mod adding;
pub(crate) mod catalogue;
pub(crate) mod events;
pub(crate) mod history;
pub(crate) mod job;
pub(crate) mod plan;
pub(crate) mod practice;
pub(crate) mod restore;
pub(crate) mod selection;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod view;

use tauri::State;

use crate::{compose::AppState, error::CommandError};

/// What every command is given.
type App<'a> = State<'a, AppState>;
/// What a command answers that may not happen.
type Answer<T> = Result<T, CommandError>;

//! The window. Everything is in the library; this only maps its result to an exit code.

// A console window beside the application is of no use on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    match secateur_app::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            secateur_app::report(&error);
            ExitCode::FAILURE
        }
    }
}

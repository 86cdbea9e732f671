//! `secateur-headless`: the engine without a window. It holds no logic of its own; see `--help`.

mod args;
mod backend;
mod commands;
mod delete;
mod follow;
mod identity;
mod jobs;
mod list;
mod output;
mod plan;
mod receipts;
mod restore;
mod signals;
mod table;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    backend::start_log(arguments.log);
    match commands::run(arguments) {
        Ok(status) => ExitCode::from(status),
        Err(stopped) => ExitCode::from(stopped.tell()),
    }
}

//! How a bench begins and ends.

use std::process::ExitCode;

use crate::{
    goal::{self, Goal},
    machine,
};

/// How many objects everything is done with, where somebody says.
pub(crate) fn objects() -> Option<usize> {
    let objects = std::env::var("SECATEUR_BENCH_OBJECTS").ok()?;
    Some(objects.parse().expect("SECATEUR_BENCH_OBJECTS is a number"))
}

/// A folder on the disk that is built on, and the facts: a folder in memory would make every fsync free.
pub(crate) fn folder() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder on a disk");
    let facts = machine::facts(folder.path());
    assert!(!machine::is_in_memory(folder.path()), "{} is in memory: {facts}", folder.path().display());
    eprintln!("{facts}");
    (folder, facts)
}

/// Prints the goals; ends with 1 when one is missed. A try, as `tried` calls it, is not judged.
pub(crate) fn end(goals: &[Goal], tried: Option<&str>) -> ExitCode {
    println!("{}", goal::table(goals));
    if let Some(tried) = tried {
        println!("{tried}: nothing is judged.");
        return ExitCode::SUCCESS;
    }
    if goals.iter().all(Goal::is_met) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

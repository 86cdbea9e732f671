//! What a process takes: this binary as the parent of that one process and no other.

use std::{
    ffi::OsStr,
    path::Path,
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{memory, plane::command};

/// The first argument of the part that runs one process.
pub(crate) const RUN: &str = "run";

/// What a process took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Took {
    pub(crate) seconds: f64,
    /// Of the processor, in user and kernel.
    pub(crate) processor: f64,
    /// The most memory it had.
    pub(crate) mib: f64,
}

/// Measures a program whose output nobody wants.
pub(crate) fn measured<I: AsRef<OsStr>>(program: &Path, arguments: &[I], home: &Path) -> Took {
    let mut again = itself(RUN);
    again.arg(program).args(arguments).env("HOME", home);
    answer(again)
}

/// This binary, as a part of the bench.
pub(crate) fn itself(part: &str) -> Command {
    let mut itself = command(&std::env::current_exe().expect("this binary"));
    itself.arg(part);
    itself
}

/// The one line of JSON that a part of the bench answers with.
pub(crate) fn answer<T: DeserializeOwned>(mut part: Command) -> T {
    let output = part.stderr(Stdio::inherit()).output().expect("it starts");
    assert!(output.status.success(), "{part:?}: {}", output.status);
    serde_json::from_slice(&output.stdout).expect("a line of JSON")
}

/// The part itself.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let (program, rest) = arguments.split_first().expect("a program");
    let began = Instant::now();
    let status = command(Path::new(program)).args(rest).stdout(Stdio::null()).status().expect("it starts");
    let seconds = began.elapsed().as_secs_f64();
    assert!(status.success(), "{program} {rest:?}: {status}");
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("what it took");
    #[expect(clippy::cast_precision_loss, reason = "kibibytes of one process are far from 2^52")]
    let mib = usage.max_rss() as f64 / 1024.0;
    let took = Took { seconds, processor: memory::seconds(&usage), mib };
    println!("{}", serde_json::to_string(&took).expect("JSON"));
    ExitCode::SUCCESS
}

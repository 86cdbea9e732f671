//! Lists side by side on one real control plane: what `secateur-headless list` and `kubectl get` print of many pods, and
//! the live list that the window shows of them.
//!
//! `make bench` runs it. It prints tables, and ends with 1 when a goal is missed. `SECATEUR_BENCH_OBJECTS=2000` is a try:
//! everything is done with so many pods and printed, and nothing is judged. `SECATEUR_BENCH_CHURN=30` changes pods for 30
//! minutes in the place of two before it says how much memory has grown.
//!
//! Every measured thing is a process of its own, so that nothing else counts as its memory: this binary starts itself
//! again as `run`, whose only child is measured, and as `view`, which opens the engine.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench says what it misses by failing, and its output is its purpose"
)]

mod filtering;
#[path = "../shared/frame.rs"]
mod frame;
#[path = "../shared/goal.rs"]
mod goal;
mod judge;
#[path = "../shared/machine.rs"]
mod machine;
mod memory;
#[path = "../shared/percentile.rs"]
mod percentile;
#[allow(dead_code, reason = "shared with the journeys, which do more with a plane")]
#[path = "../../tests/journeys/support/plane.rs"]
mod plane;
mod process;
mod report;
mod stage;
mod view;
#[path = "../shared/writer.rs"]
mod writer;
mod writing;

use std::process::ExitCode;

use report::Report;
use stage::Stage;

/// How many pods there are when lists are measured, one after the other.
const PODS: [usize; 3] = [10_000, 50_000, 100_000];
/// With how many the live list is watched for longer.
const WATCHED: usize = 50_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((part, rest)) if part == process::RUN => return process::run(rest),
        Some((part, rest)) if part == view::PART => return view::run(rest),
        _ => {}
    }
    let tried = frame::objects();
    let (folder, facts) = frame::folder();

    // Pods that are scheduled and run would be at work for longer than the bench.
    let without = ["--without", "scheduler,controllers,kwok"];
    let plane = plane::Plane::start_with("bench", folder.path(), &without);
    let stage = Stage::new(&plane, folder.path());
    let mut report = Report { facts, ..Report::default() };
    for pods in tried.map_or_else(|| PODS.to_vec(), |pods| vec![pods]) {
        writer::seed(&plane, pods);
        report.printed.extend(stage.print(pods));
        let live = tried.is_some() || pods == WATCHED;
        report.opened.push(stage.open(pods, live));
        eprintln!("{report}");
    }
    println!("{report}");
    frame::end(&judge::goals(&report), tried.map(|_| "A try"))
}

//! Deleting side by side on one real control plane: Secateur, `kubectl delete --wait=false` and `kubectl delete`, and
//! meanwhile another person's reads on the same server.
//!
//! `make bench` runs it. It prints a table, and ends with 1 when a goal of the table is missed. With
//! `SECATEUR_BENCH_OBJECTS` below 1,000 it is a try: everything is done and printed, and nothing is judged. kubectl
//! holds itself to a few requests a second, so that the whole takes as long as kubectl does.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench says what it misses by failing, and its output is its purpose"
)]

#[path = "../shared/frame.rs"]
mod frame;
#[path = "../shared/goal.rs"]
mod goal;
mod judge;
#[path = "../shared/machine.rs"]
mod machine;
mod other;
mod ours;
#[path = "../shared/percentile.rs"]
mod percentile;
#[allow(dead_code, reason = "shared with the journeys, which do more with a plane")]
#[path = "../../tests/journeys/support/plane.rs"]
mod plane;
mod report;
mod stage;

use std::{path::Path, process::ExitCode};

use plane::Plane;
use report::{NO_WAIT, Report, Run, WAIT};
use stage::{KINDS, Stage};

/// How many objects are deleted at a time; fewer are not judged.
const OBJECTS: usize = 1_000;
/// Ours is over so soon that one run says little about others' tail.
const OUR_ROUNDS: usize = 5;

fn main() -> ExitCode {
    let objects = frame::objects().unwrap_or(OBJECTS);
    let (folder, facts) = frame::folder();

    let plane = Plane::start_in("bench", folder.path());
    let stage = Stage::new(&plane, objects);
    let mut runs = Vec::new();
    for kind in KINDS {
        runs.push(ours(&stage, kind, folder.path()));
        runs.push(stage.kubectl(kind, NO_WAIT, &["--wait=false"]));
        runs.push(stage.kubectl(kind, WAIT, &[]));
    }
    let report = Report { objects, facts, runs };
    println!("{report}");
    let tried = (objects < OBJECTS).then(|| format!("{objects} objects are a try"));
    frame::end(&judge::goals(&report), tried.as_deref())
}

/// Ours, several times, as one run: the middle time, and the reads of all rounds together.
fn ours(stage: &Stage<'_>, kind: &'static str, folder: &Path) -> Run {
    let kept = folder.join(format!("state-{kind}"));
    let rounds = (0..OUR_ROUNDS).map(|round| stage.ours(kind, round, &kept)).collect();
    Run::middle(rounds)
}

//! The built window over many pods on one real control plane: how soon it paints after a click, a write and a key, and
//! what the whole application has in memory.
//!
//! `make bench` runs it. It prints tables, and ends with 1 when a goal is missed. `SECATEUR_BENCH_OBJECTS=2000` is a try:
//! everything is done with so many pods and printed, and nothing is judged.
//!
//! Times are the page's own: from the event until the first frame after the rows are in the document.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench says what it misses by failing, and its output is its purpose"
)]

#[path = "../shared/frame.rs"]
mod frame;
#[allow(dead_code, reason = "here nothing is to be at least so much")]
#[path = "../shared/goal.rs"]
mod goal;
#[path = "../shared/machine.rs"]
mod machine;
mod memory;
mod paint;
#[path = "../shared/percentile.rs"]
mod percentile;
#[allow(dead_code, reason = "shared with the journeys, which do more with a plane")]
#[path = "../../tests/journeys/support/plane.rs"]
mod plane;
mod report;
#[allow(dead_code, reason = "shared with the desktop tests, which do more in a window")]
#[path = "../../tests/desktop/window.rs"]
mod window;
#[path = "../shared/writer.rs"]
mod writer;

use std::{path::Path, process::ExitCode, time::Duration};

use report::{Opened, Report, Watched};
use window::Window;

/// How many pods there are when lists are opened, one after the other.
const PODS: [usize; 3] = [10_000, 50_000, 100_000];
/// With how many the list is watched for longer.
const WATCHED: usize = 50_000;
/// In the other cluster, in the namespace that its context names.
const OTHERS: &str = "500";
/// How often it is gone back to the warm cluster; the middle counts.
const SWITCHES: usize = 5;
/// Until what was busy with reading is quiet.
const SETTLING: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> ExitCode {
    let tried = frame::objects();
    let (folder, facts) = frame::folder();

    // Pods that are scheduled and run would be at work for longer than the bench.
    let without = ["--without", "scheduler,controllers,kwok"];
    let many = plane::Plane::start_with("many", folder.path(), &without);
    let other = plane::Plane::start_with("other", folder.path(), &without);
    let mut pods = other.run("seed");
    pods.args(["pods", "--namespace", "default", "--count", OTHERS, "--prefix", "elm", "--bound"]);
    assert!(pods.output().expect("seed runs").status.success(), "the other cluster's pods");
    let both = std::env::join_paths([many.kubeconfig(), other.kubeconfig()]).expect("a list");

    let mut report = Report { facts, ..Report::default() };
    for pods in tried.map_or_else(|| PODS.to_vec(), |pods| vec![pods]) {
        writer::seed(&many, pods);
        let window = Window::at(Path::new(&both)).await;
        report.opened.push(open(&window, pods).await);
        if tried.is_some() || pods == WATCHED {
            report.watched = Some(watch(&window, &many, pods).await);
        }
        eprintln!("{report}");
    }
    println!("{report}");
    frame::end(&report.goals(), tried.map(|_| "A try"))
}

/// Opens Pods for the first time and again, and goes to the other cluster and back.
async fn open(window: &Window, pods: usize) -> Opened {
    window.open_all("many", "ConfigMaps").await;
    let first = window.painted(&window::kind("Pods"), paint::IS_PODS).await;
    window.until_complete(pods).await;
    tokio::time::sleep(SETTLING).await;
    let own = memory::of_tree(window.process());
    window.painted(&window::kind("ConfigMaps"), paint::IS_NOT_PODS).await;
    let warm = window.painted(&window::kind("Pods"), paint::IS_PODS).await;
    let cold = window.painted(&window::tile("other"), paint::IS_OTHER).await;
    let mut back = Vec::new();
    for _ in 0..SWITCHES {
        back.push(window.painted(&window::tile("many"), paint::IS_PODS).await);
        window.painted(&window::tile("other"), paint::IS_OTHER).await;
    }
    back.sort_by(f64::total_cmp);
    window.painted(&window::tile("many"), paint::IS_PODS).await;
    Opened { pods, first, warm, cold, back: back[SWITCHES / 2], own }
}

async fn watch(window: &Window, plane: &plane::Plane, pods: usize) -> Watched {
    let kubeconfig = plane.kubeconfig();
    let kubeconfig = kubeconfig.to_str().expect("its path is text");
    let written = window.writes(kubeconfig, pods).await;
    eprintln!("{written:?}");
    let typed = window.keys(kubeconfig, pods).await;
    eprintln!("{typed:?}");
    Watched { written, typed }
}

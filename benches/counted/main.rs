//! Instructions of what a list's work is made of, counted by valgrind's callgrind and held to budgets: they are the same on
//! a busy machine and on a quiet one, so that `make test` notices what made the work more.
//!
//! A group is one line in [`GROUPS`] and one in `budgets`: a function that prepares, and counts what it gives to
//! [`collected`] and nothing else. This binary starts itself again for each, under valgrind. With `--write` it writes what
//! it counted as the budgets, for whoever made the work less, or more with a good reason.
//!
//! It belongs to the domain's package and takes the decoder in as a module, so that little is compiled to be optimised.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a gate says what it misses by failing, and its output is its purpose"
)]

mod arranging;
mod budgets;
#[expect(dead_code, unused_imports, reason = "the cluster's own, of which only pages are decoded here")]
#[path = "../../src-tauri/crates/cluster/src/decode/mod.rs"]
mod decode;
mod pages;
#[expect(dead_code, unreachable_pub, reason = "the cluster's own, of which only pages are given here")]
#[path = "../../src-tauri/crates/cluster/src/requests.rs"]
mod requests;

use std::{
    hint::black_box,
    path::Path,
    process::{Command, ExitCode, Stdio},
};

/// What is counted, by name.
const GROUPS: &[(&str, fn())] = &[
    ("decode-page-with-metadata", pages::with_metadata),
    ("decode-page-of-cells", pages::of_cells),
    ("apply-500-changes", arranging::apply),
    ("sort-by-name", arranging::sort_by_name),
    ("sort-by-restarts", arranging::sort_by_restarts),
    ("filter-by-text", arranging::filter_by_text),
    ("window-of-50", arranging::window),
];

/// More than its budget by so many hundredths is too much: compilers, processors and the hashes of a run differ a little.
const ROOM: f64 = 8.0;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some((_, group)) =
        GROUPS.iter().find(|(name, _)| arguments.first().is_some_and(|first| first == name))
    {
        group();
        return ExitCode::SUCCESS;
    }
    let counts: Vec<(&str, u64)> = std::thread::scope(|scope| {
        let counting: Vec<_> =
            GROUPS.iter().map(|&(name, _)| (name, scope.spawn(move || count(name)))).collect();
        let counted = |(name, counting): (_, std::thread::ScopedJoinHandle<'_, u64>)| {
            (name, counting.join().expect("valgrind counted"))
        };
        counting.into_iter().map(counted).collect()
    });
    if arguments.iter().any(|argument| argument == "--write") {
        budgets::write(&counts);
    }
    if judge(&counts) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Says what each took; whether all are within their budgets.
fn judge(counts: &[(&str, u64)]) -> bool {
    let budgets = budgets::read();
    let mut is_within = true;
    for &(name, count) in counts {
        let budget = budgets.get(name).copied();
        #[expect(clippy::cast_precision_loss, reason = "instructions of a moment are far from 2^52")]
        let over = budget.map(|budget| (count as f64 / budget as f64 - 1.0) * 100.0);
        let verdict = match over {
            None => "it has no budget".to_owned(),
            Some(over) if over > ROOM => format!("{over:+.1} %, which is over by more than {ROOM} %"),
            Some(over) if over < -ROOM => format!("{over:+.1} %: its budget can be less"),
            Some(over) => format!("{over:+.1} %"),
        };
        println!("{name}: {count} instructions of {}: {verdict}", budget.unwrap_or_default());
        is_within &= over.is_some_and(|over| over <= ROOM);
    }
    if !is_within {
        println!("What is meant to be more is written down by `make budgets`.");
    }
    is_within
}

/// Runs a group under valgrind; gives its instructions.
fn count(group: &str) -> u64 {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("callgrind.out");
    let mut valgrind = command("valgrind");
    valgrind
        .args(["--tool=callgrind", "--quiet", "--toggle-collect=counted::collected*"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(std::env::current_exe().expect("this binary"))
        .arg(group)
        .stdin(Stdio::null());
    let status = valgrind.status().expect("valgrind is installed");
    assert!(status.success(), "{group}: {status}");
    total(&out).unwrap_or_else(|| panic!("callgrind counted nothing of {group}"))
}

fn total(out: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(out).expect("callgrind's file");
    let total = text.lines().find_map(|line| line.strip_prefix("totals:"))?;
    total.trim().parse().ok().filter(|&total| total > 0)
}

/// Does what is to be counted. What it gives is dropped uncounted.
#[inline(never)]
pub(crate) fn collected<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

/// A bench starts programs; the application does not.
#[allow(clippy::disallowed_methods)]
fn command(program: &str) -> Command {
    Command::new(program)
}

//! Our reading of kubeconfigs against kubectl's, on thousands that are made by chance.
//!
//! Where kubectl refuses everything because of one entry, we name that entry and keep the rest: then the rest is
//! compared with what kubectl says without the entry.
//!
//! `SECATEUR_CONFIGS` says how many, `SECATEUR_SEED` where to begin: the seed of a failure alone repeats it.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string,
    reason = "clippy.toml allows these in test functions, and here the helpers are tests too"
)]

#[path = "kubeconfigs/chance.rs"]
mod chance;
#[path = "kubeconfigs/comparing.rs"]
mod comparing;
#[path = "kubeconfigs/entries.rs"]
mod entries;
#[path = "kubeconfigs/expecting.rs"]
mod expecting;
#[path = "kubeconfigs/generating.rs"]
mod generating;
#[path = "kubeconfigs/kubectl.rs"]
mod kubectl;
#[path = "kubeconfigs/unusable.rs"]
mod unusable;
#[path = "kubeconfigs/writing.rs"]
mod writing;

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use comparing::{Asked, Views};
use generating::Case;
use kubectl::Paths;
use secateur_cluster::{Origin, Sources, read_catalogue};

/// How many are compared where nobody says otherwise.
const CONFIGS: u64 = 2_000;
/// How many are shown to a kubectl of their own, which takes a process each.
const ALONE: usize = 50;
/// More failures than this are not told.
const TOLD: usize = 10;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

#[test]
fn kubeconfigs_mean_to_us_what_they_mean_to_kubectl() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = number("SECATEUR_SEED").unwrap_or(1);
    let seeds = first..first + number("SECATEUR_CONFIGS").unwrap_or(CONFIGS);
    let cases: Vec<Case> =
        seeds.map(|seed| Case::make(seed, &folder.path().join(seed.to_string()))).collect();
    let questions: BTreeSet<String> = cases.iter().flat_map(Case::questions).collect();
    let questions: Vec<&str> = questions.iter().map(String::as_str).collect();
    shortcut_is_kubectl(&questions[..ALONE.min(questions.len())]);
    let views = kubectl::views(&questions, Paths::Resolved);
    let kubectl: Views = questions.into_iter().zip(views).collect();
    let mut failed = Vec::new();
    for case in &cases {
        let ours = read_catalogue(&Sources::from_list(case.list().as_ref(), Origin::Environment));
        let asked = Asked { case, ours: &ours, kubectl: &kubectl };
        if catch_unwind(AssertUnwindSafe(|| asked.check())).is_err() {
            failed.push(case.seed);
            eprintln!("SECATEUR_SEED={} SECATEUR_CONFIGS=1 repeats this one", case.seed);
        }
        if failed.len() >= TOLD {
            break;
        }
    }
    assert!(failed.is_empty(), "differ from kubectl: seeds {failed:?}");
}

/// Asking many in one process gives what a process for each gives.
fn shortcut_is_kubectl(questions: &[&str]) {
    for (list, together) in questions.iter().zip(kubectl::views(questions, Paths::AsWritten)) {
        let alone = kubectl::view(list);
        assert_eq!(alone.as_ref().ok(), together.as_ref().ok(), "alone {alone:?}, together {together:?}");
    }
}

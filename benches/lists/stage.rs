//! The pods, and what is done with them.

use std::path::{Path, PathBuf};

use crate::{
    plane::{self, Plane},
    process::{answer, itself, measured},
    report::{OURS, Printed, THEIRS},
    view::{self, Opened},
};

const HEADLESS: &str = env!("CARGO_BIN_EXE_secateur-headless");
/// Ours is over soon; the middle of so many counts.
const OUR_ROUNDS: usize = 3;

/// The plane, and a home for the programs.
pub(crate) struct Stage<'a> {
    plane: &'a Plane,
    home: PathBuf,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(plane: &'a Plane, folder: &Path) -> Self {
        Self { plane, home: folder.join("home") }
    }

    /// Prints them all with kubectl and with the headless binary.
    pub(crate) fn print(&self, pods: usize) -> Vec<Printed> {
        let kubeconfig = self.plane.kubeconfig();
        let kubeconfig = kubeconfig.to_str().expect("its path is text");
        let state = self.home.join("state");
        let what = ["pods", "-A", "-o", "wide"];
        let theirs = [&["kubectl", "--kubeconfig", kubeconfig, "get"], &what[..]].concat();
        let state = ["--state-dir", state.to_str().expect("its path is text")];
        let context = ["--context", self.plane.name];
        let ours = [&["--kubeconfig", kubeconfig], &state[..], &["list"], &context, &what].concat();
        // kubectl finds out what is served only once in a while, and says the columns of a CRD from a cache.
        self.plane.kubectl(&["get", "namespaces"]);
        let kubectl = measured(&plane::binary(), &theirs, &self.home);
        let mut rounds: Vec<_> =
            (0..OUR_ROUNDS).map(|_| measured(Path::new(HEADLESS), &ours, &self.home)).collect();
        rounds.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
        let ours = rounds.swap_remove(OUR_ROUNDS / 2);
        vec![Printed { pods, way: THEIRS, took: kubectl }, Printed { pods, way: OURS, took: ours }]
    }

    /// Opens a live list of them in a process of its own, and watches it for longer where `is_watched`.
    pub(crate) fn open(&self, pods: usize, is_watched: bool) -> Opened {
        let mut part = itself(view::PART);
        part.arg(self.plane.kubeconfig()).arg(self.plane.name).arg(pods.to_string());
        if is_watched {
            part.arg(view::WATCHED);
        }
        answer(part)
    }
}

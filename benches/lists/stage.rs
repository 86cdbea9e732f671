//! The pods, and what is done with them.

use std::path::{Path, PathBuf};

use crate::{
    plane::{self, Plane},
    process::{answer, itself, measured},
    report::{METADATA, OURS, Printed, THEIRS},
    view::{self, Opened},
};

const HEADLESS: &str = env!("CARGO_BIN_EXE_secateur-headless");
/// What a row of ours holds of an object beside its cells, as kubectl prints it.
const COLUMNS: &str = "custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name,UID:.metadata.uid,\
    CREATED:.metadata.creationTimestamp,DELETED:.metadata.deletionTimestamp,LABELS:.metadata.labels,\
    FINALIZERS:.metadata.finalizers";
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

    /// Prints them all with kubectl, twice, and with the headless binary.
    pub(crate) fn print(&self, pods: usize) -> Vec<Printed> {
        let kubeconfig = self.plane.kubeconfig();
        let kubeconfig = kubeconfig.to_str().expect("its path is text");
        let state = self.home.join("state");
        let what = ["pods", "-A", "-o", "wide"];
        let kubectl = |what: &[&str]| {
            let arguments = [&["kubectl", "--kubeconfig", kubeconfig, "get"], what].concat();
            measured(&plane::binary(), &arguments, &self.home)
        };
        let state = ["--state-dir", state.to_str().expect("its path is text")];
        let context = ["--context", self.plane.name];
        let ours = [&["--kubeconfig", kubeconfig], &state[..], &["list"], &context, &what].concat();
        // kubectl finds out what is served only once in a while, and says the columns of a CRD from a cache.
        self.plane.kubectl(&["get", "namespaces"]);
        let wide = kubectl(&what);
        let metadata = kubectl(&["pods", "-A", "-o", COLUMNS]);
        let mut rounds: Vec<_> =
            (0..OUR_ROUNDS).map(|_| measured(Path::new(HEADLESS), &ours, &self.home)).collect();
        rounds.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
        let ours = rounds.swap_remove(OUR_ROUNDS / 2);
        let ways = [(THEIRS, wide), (METADATA, metadata), (OURS, ours)];
        ways.map(|(way, took)| Printed { pods, way, took }).into()
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

//! Many pods at the server, and somebody who changes them.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

use serde::Deserialize;

use crate::plane;

/// The first part of the namespaces' names.
pub(crate) const NAMESPACE: &str = "many";
/// Over how many the pods are spread.
pub(crate) const NAMESPACES: usize = 20;
/// What the status of the first pod says while it is changed for being looked at, before a number.
pub(crate) const PROBE: &str = "Probe-";

/// A child that writes until it is ended.
pub(crate) struct Writer {
    child: Child,
}

/// What a writer says at its end.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Wrote {
    pub(crate) changes: f64,
    pub(crate) failed: f64,
    pub(crate) seconds: f64,
}

/// A change that is looked for.
#[derive(Deserialize)]
pub(crate) struct Probe {
    pub(crate) number: u32,
    /// In nanoseconds of the wall clock, which both read.
    pub(crate) sent: u128,
    pub(crate) answered: u128,
}

impl Wrote {
    /// Changes a second, hardly any of which failed.
    pub(crate) fn rate(&self) -> f64 {
        // Two that replace one pod at the same time are in each other's way.
        assert!(self.failed < self.changes / 20.0, "{self:?}");
        self.changes / self.seconds
    }
}

impl Writer {
    pub(crate) fn start(kubeconfig: &str, pods: usize, how: &[&str]) -> Self {
        let (count, namespaces) = (pods.to_string(), NAMESPACES.to_string());
        let mut change = plane::command(&plane::binary());
        change
            .args(["change", "--kubeconfig", kubeconfig, "--namespace", NAMESPACE])
            .args(["--namespaces", &namespaces, "--count", &count])
            .args(how)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        Self { child: change.spawn().expect("the writer starts") }
    }

    /// Ends it; gives what it told.
    pub(crate) fn end(mut self) -> (Vec<Probe>, Wrote) {
        drop(self.child.stdin.take());
        let told = BufReader::new(self.child.stdout.take().expect("its output"));
        let mut lines: Vec<String> = told.lines().map(|line| line.expect("a line")).collect();
        assert!(self.child.wait().expect("it ends").success(), "the writer failed");
        let wrote = lines.pop().expect("its last line");
        let probes = lines.iter().map(|line| serde_json::from_str(line).expect("a probe"));
        (probes.collect(), serde_json::from_str(&wrote).expect("its sum"))
    }
}

/// Adds pods until there are so many, none of which anybody runs.
pub(crate) fn seed(plane: &plane::Plane, pods: usize) {
    let (count, namespaces) = (pods.to_string(), NAMESPACES.to_string());
    let mut seed = plane.run("seed");
    seed.args(["pods", "--namespace", NAMESPACE, "--namespaces", &namespaces, "--count", &count, "--bound"]);
    // What it says belongs beside the tables.
    let said = seed.stdin(Stdio::null()).stderr(Stdio::inherit()).output().expect("seed runs");
    assert!(said.status.success(), "{pods} pods could not be seeded");
    eprint!("{}", String::from_utf8_lossy(&said.stdout));
}

//! The goals, and whether they are met.

use crate::{
    goal::{Bound, Goal},
    report::{NO_WAIT, OURS, Report, Run, WAIT},
    stage::KINDS,
};

/// Times faster than `kubectl delete --wait=false`, which confirms nothing and keeps nothing.
const THAN_NO_WAIT: f64 = 2.0;
/// Times faster than `kubectl delete`.
const THAN_KUBECTL: f64 = 100.0;
/// How much longer another client's slowest reads may take.
const SLOWER_READS: f64 = 2.0;
/// Requests a target.
const REQUESTS: f64 = 5.0;

/// Each goal with what was reached.
pub(crate) fn goals(report: &Report) -> Vec<Goal> {
    let mut goals = Vec::new();
    for kind in KINDS {
        let ours = report.run(kind, OURS);
        let times = |way: &str| report.run(kind, way).seconds / ours.seconds;
        // Not asked for Pods: how soon they are gone is up to what runs them.
        if kind == "configmaps" {
            goals.push(Goal {
                what: format!("{kind}: times faster than kubectl delete --wait=false"),
                reached: times(NO_WAIT),
                bound: Bound::AtLeast(THAN_NO_WAIT),
            });
            goals.push(Goal {
                what: format!("{kind}: times faster than kubectl delete"),
                reached: times(WAIT),
                bound: Bound::AtLeast(THAN_KUBECTL),
            });
        }
        goals.push(Goal {
            what: format!("{kind}: p99 of another client's reads, during against before"),
            reached: slower_reads(ours),
            bound: Bound::AtMost(SLOWER_READS),
        });
        goals.push(Goal {
            what: format!("{kind}: requests a target"),
            reached: report.requests_a_target(ours).unwrap_or(f64::NAN),
            bound: Bound::AtMost(REQUESTS),
        });
    }
    goals
}

fn slower_reads(run: &Run) -> f64 {
    run.during.percentile(99) / run.before.percentile(99)
}

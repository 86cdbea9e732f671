//! The goals, and what was reached. What is painted is measured in the window; here is what it can paint from.

use crate::{
    goal::{Bound, Goal},
    report::{METADATA, Report, THEIRS},
};

/// With so many pods the ratios count.
const RATIOS: usize = 50_000;

/// Each goal with what was reached.
pub(crate) fn goals(report: &Report) -> Vec<Goal> {
    let mut goals = Vec::new();
    let mut goal = |what: String, reached, bound| goals.push(Goal { what, reached, bound });
    for opened in &report.opened {
        let pods = opened.pods;
        goal(format!("{pods} pods: first rows, ms"), opened.first * 1_000.0, Bound::AtMost(300.0));
        if pods == RATIOS {
            let (wide, same) = (report.printed(pods, THEIRS), report.printed(pods, METADATA));
            let times = |ours: f64, theirs: f64| theirs / ours;
            let mut more = |what: &str, reached, least| {
                goal(format!("{pods} pods: {what}"), reached, Bound::AtLeast(least));
            };
            more("all columns, times faster than kubectl", times(opened.all, wide.seconds), 60.0);
            more("all metadata, times faster", times(opened.metadata, same.seconds), 5.0);
            more("all metadata, times less processor", times(opened.processor, same.processor), 20.0);
            more("all metadata, times less memory", times(opened.peak, same.mib), 30.0);
            goal(format!("{pods} pods: MiB over empty"), opened.share, Bound::AtMost(60.0));
        }
        if let Some(watched) = &opened.watched {
            let (writing, filtering) = (&watched.writing, &watched.filtering);
            let mut less = |what: &str, reached, most| {
                goal(format!("{pods} pods: {what}"), reached, Bound::AtMost(most));
            };
            less("percent of a core while nothing changes", watched.idle_percent, 1.0);
            less("write → row, p50 ms", writing.p50, 60.0);
            less("write → row, p99 ms", writing.p99, 150.0);
            less("filter → rows under changes, p95 ms", filtering.p95, 50.0);
            less("growth under changes, percent", watched.growth_percent, 5.0);
        }
    }
    goals
}

//! What was measured, as a table.

use std::fmt;

use crate::{other::Latencies, ours::Took};

/// The ways to delete.
pub(crate) const OURS: &str = "Secateur";
pub(crate) const NO_WAIT: &str = "kubectl delete --wait=false";
pub(crate) const WAIT: &str = "kubectl delete";

/// Everything that was measured.
pub(crate) struct Report {
    pub(crate) objects: usize,
    pub(crate) facts: String,
    pub(crate) runs: Vec<Run>,
}

/// One way to delete one kind.
pub(crate) struct Run {
    pub(crate) kind: &'static str,
    pub(crate) way: &'static str,
    pub(crate) seconds: f64,
    /// The other client's reads before and during it.
    pub(crate) before: Latencies,
    pub(crate) during: Latencies,
    /// What only ours can say.
    pub(crate) ours: Option<Took>,
}

impl Run {
    /// Several rounds as one: the round of the middle time, and everybody's reads.
    pub(crate) fn middle(mut rounds: Vec<Self>) -> Self {
        rounds.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
        let all = |of: fn(&Self) -> &Latencies| {
            rounds.iter().fold(Latencies::default(), |all, round| all.and(of(round)))
        };
        let (before, during) = (all(|round| &round.before), all(|round| &round.during));
        let middle = rounds.swap_remove(rounds.len() / 2);
        Self { before, during, ..middle }
    }
}

impl Report {
    /// The run of a kind that was done so.
    pub(crate) fn run(&self, kind: &str, way: &str) -> &Run {
        self.runs.iter().find(|run| run.kind == kind && run.way == way).expect("every way was measured")
    }

    /// Requests a target, from planning until all is gone.
    pub(crate) fn requests_a_target(&self, run: &Run) -> Option<f64> {
        let total: usize = run.ours.as_ref()?.requests.values().sum();
        #[expect(clippy::cast_precision_loss, reason = "counts of requests are small")]
        Some(total as f64 / self.objects as f64)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} objects of each kind. {}.\n", self.objects, self.facts)?;
        writeln!(
            formatter,
            "| kind | way | seconds | times ours | requests a target | other's reads before: p50 / p99 ms (reads) | during |"
        )?;
        writeln!(formatter, "|---|---|---|---|---|---|---|")?;
        for run in &self.runs {
            let ours = self.run(run.kind, OURS).seconds;
            let requests =
                self.requests_a_target(run).map_or_else(String::new, |requests| format!("{requests:.2}"));
            writeln!(
                formatter,
                "| {} | {} | {:.2} | {:.1} | {requests} | {} | {} |",
                run.kind,
                run.way,
                run.seconds,
                run.seconds / ours,
                reads(&run.before),
                reads(&run.during),
            )?;
        }
        writeln!(formatter)?;
        for run in &self.runs {
            if let Some(took) = &run.ours {
                let requests: Vec<String> =
                    took.requests.iter().map(|(word, count)| format!("{count} {word}")).collect();
                let planned = took.planned.as_secs_f64();
                writeln!(
                    formatter,
                    "{}: planned (rehearsed, surveyed) in {planned:.2} s; {}.",
                    run.kind,
                    requests.join(", ")
                )?;
            }
        }
        Ok(())
    }
}

fn reads(latencies: &Latencies) -> String {
    let (middle, tail) = (latencies.percentile(50), latencies.percentile(99));
    format!("{middle:.1} / {tail:.1} ({})", latencies.count())
}

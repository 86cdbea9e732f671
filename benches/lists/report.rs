//! What was measured, as tables.

use std::fmt;

use crate::{process::Took, view::Opened};

/// The ways to print a list.
pub(crate) const OURS: &str = "secateur-headless list pods -A -o wide";
pub(crate) const THEIRS: &str = "kubectl get pods -A -o wide";
/// The columns are those of the metadata that a row of ours holds.
pub(crate) const METADATA: &str = "kubectl get pods -A -o custom-columns=…";

/// Everything that was measured.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) facts: String,
    pub(crate) printed: Vec<Printed>,
    pub(crate) opened: Vec<Opened>,
}

/// So many pods, printed.
pub(crate) struct Printed {
    pub(crate) pods: usize,
    pub(crate) way: &'static str,
    pub(crate) took: Took,
}

impl Report {
    /// What printing so many took.
    pub(crate) fn printed(&self, pods: usize, way: &str) -> &Took {
        let printed = self.printed.iter().find(|printed| printed.pods == pods && printed.way == way);
        &printed.expect("each way was measured").took
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}\n", self.facts)?;
        writeln!(formatter, "| pods | printed by | seconds | of the processor | at most MiB |")?;
        writeln!(formatter, "|---|---|---|---|---|")?;
        for Printed { pods, way, took } in &self.printed {
            let Took { seconds, processor, mib } = took;
            writeln!(formatter, "| {pods} | `{way}` | {seconds:.2} | {processor:.2} | {mib:.0} |")?;
        }
        writeln!(
            formatter,
            "\n| pods | first rows ms | all columns s (times `-o wide`) | all metadata s (times `-o wide`, times the same metadata) | of the processor s (the same) | at most MiB (the same) | MiB over empty, shared out / resident |"
        )?;
        writeln!(formatter, "|---|---|---|---|---|---|---|")?;
        for opened in &self.opened {
            let wide = self.printed(opened.pods, THEIRS);
            let same = self.printed(opened.pods, METADATA);
            writeln!(
                formatter,
                "| {} | {:.0} | {} | {} | {} | {} | {:.1} / {:.1} |",
                opened.pods,
                opened.first * 1_000.0,
                times(opened.all, &[wide.seconds]),
                times(opened.metadata, &[wide.seconds, same.seconds]),
                times(opened.processor, &[wide.processor, same.processor]),
                times(opened.peak, &[wide.mib, same.mib]),
                opened.share,
                opened.resident,
            )?;
        }
        for opened in &self.opened {
            let Some(watched) = &opened.watched else { continue };
            let (writing, filtering) = (&watched.writing, &watched.filtering);
            writeln!(formatter, "\n| live, {} pods | |\n|---|---|", opened.pods)?;
            writeln!(formatter, "| of a core while nothing changes | {:.2} % |", watched.idle_percent)?;
            writeln!(
                formatter,
                "| write sent → row pulled, {} writes, p50 / p99 ms (the write itself {:.1}) | {:.1} / {:.1} |",
                writing.count, writing.write_p50, writing.p50, writing.p99
            )?;
            writeln!(
                formatter,
                "| filter → rows pulled at {:.0} changes a second, p50 / p95 ms | {:.1} / {:.1} |",
                filtering.changes, filtering.p50, filtering.p95
            )?;
            writeln!(
                formatter,
                "| growth over {:.0} minutes of that | {:.1} % |",
                filtering.minutes, watched.growth_percent
            )?;
        }
        Ok(())
    }
}

/// A figure of ours, and how many times that kubectl's are.
fn times(ours: f64, theirs: &[f64]) -> String {
    let times: Vec<String> = theirs.iter().map(|theirs| format!("{:.1}", theirs / ours)).collect();
    format!("{ours:.2} ({})", times.join(", "))
}

//! What was measured, as tables, and the goals.

use std::fmt;

use crate::{
    WATCHED,
    goal::{Bound, Goal},
    memory::Memory,
    paint::{Typed, Written},
};

#[derive(Default)]
pub(crate) struct Report {
    pub(crate) facts: String,
    pub(crate) opened: Vec<Opened>,
    pub(crate) watched: Option<Watched>,
}

/// Milliseconds from a click until its rows were painted.
pub(crate) struct Opened {
    pub(crate) pods: usize,
    /// Pods, for the first time on a connected cluster.
    pub(crate) first: f64,
    /// Pods again, from another kind.
    pub(crate) warm: f64,
    /// Another cluster, for the first time.
    pub(crate) cold: f64,
    /// Back from there, the middle of several.
    pub(crate) back: f64,
    pub(crate) own: Memory,
}

pub(crate) struct Watched {
    pub(crate) written: Written,
    pub(crate) typed: Typed,
}

impl Report {
    /// Each goal with what was reached.
    pub(crate) fn goals(&self) -> Vec<Goal> {
        let most = |what: String, reached, most| Goal { what, reached, bound: Bound::AtMost(most) };
        let opened = self.opened.iter().flat_map(|opened| {
            let pods = opened.pods;
            let mut goals = vec![
                most(format!("{pods} pods: click → first rows painted, ms"), opened.first, 300.0),
                most(format!("{pods} pods: back to a warm cluster, ms"), opened.back, 60.0),
                most(format!("{pods} pods: to a cold cluster, ms"), opened.cold, 350.0),
            ];
            if pods == WATCHED {
                goals.push(most(format!("{pods} pods: the whole application, MiB"), opened.own.whole, 350.0));
            }
            goals
        });
        let watched = self.watched.iter().flat_map(|Watched { written, typed }| {
            [
                most("write → painted row, p50 ms".to_owned(), written.p50, 60.0),
                most("write → painted row, p99 ms".to_owned(), written.p99, 150.0),
                most("key → painted under changes, p95 ms".to_owned(), typed.p95, 50.0),
            ]
        });
        opened.chain(watched).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}\n", self.facts)?;
        writeln!(
            formatter,
            "| pods | first rows painted ms | again, warm ms | to a cold cluster ms | back to the warm one ms | backend / whole application MiB |\n|---|---|---|---|---|---|"
        )?;
        for Opened { pods, first, warm, cold, back, own } in &self.opened {
            let Memory { backend, whole } = own;
            writeln!(
                formatter,
                "| {pods} | {first:.0} | {warm:.0} | {cold:.0} | {back:.0} | {backend:.0} / {whole:.0} |"
            )?;
        }
        if let Some(Watched { written, typed }) = &self.watched {
            writeln!(
                formatter,
                "\n| write sent → row painted, {} writes, p50 / p99 ms (the write itself {:.1}) | {:.1} / {:.1} |\n|---|---|",
                written.count, written.write_p50, written.p50, written.p99
            )?;
            writeln!(
                formatter,
                "| key → rows painted at {:.0} changes a second, p50 / p95 ms | {:.1} / {:.1} |",
                typed.changes, typed.p50, typed.p95
            )?;
        }
        Ok(())
    }
}

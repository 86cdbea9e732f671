//! A goal and whether it is met.

use std::fmt::Write;

/// A goal and what was reached.
pub(crate) struct Goal {
    pub(crate) what: String,
    pub(crate) reached: f64,
    pub(crate) bound: Bound,
}

pub(crate) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    pub(crate) fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtLeast(least) => self.reached >= least,
            Bound::AtMost(most) => self.reached <= most,
        }
    }
}

/// The goals as a table.
pub(crate) fn table(goals: &[Goal]) -> String {
    let mut table = String::from("| goal | asked | reached | |\n|---|---|---|---|\n");
    for goal in goals {
        let asked = match goal.bound {
            Bound::AtLeast(least) => format!("≥ {least}"),
            Bound::AtMost(most) => format!("≤ {most}"),
        };
        let met = if goal.is_met() { "met" } else { "missed" };
        // Writing to a string does not fail.
        let _ = writeln!(table, "| {} | {asked} | {:.2} | {met} |", goal.what, goal.reached);
    }
    table
}

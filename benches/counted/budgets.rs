//! The budgets: a line with a name and a number for each group.

use std::{collections::BTreeMap, fmt::Write, fs, path::PathBuf};

/// By name.
pub(crate) fn read() -> BTreeMap<String, u64> {
    let text = fs::read_to_string(file()).expect("the budgets");
    let budget = |line: &str| {
        let (name, count) = line.split_once(' ').expect("a name and a number");
        (name.to_owned(), count.trim().parse().expect("a number"))
    };
    text.lines().map(budget).collect()
}

/// Writes what was counted.
pub(crate) fn write(counts: &[(&str, u64)]) {
    let mut text = String::new();
    for (name, count) in counts {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{name} {count}");
    }
    fs::write(file(), text).expect("the budgets are written");
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../benches/counted/budgets")
}

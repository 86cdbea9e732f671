//! What a process and all that it started have in memory, in MiB: each page shared out among those who have it.

use std::fs;

/// The application and its page.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Memory {
    pub(crate) backend: f64,
    pub(crate) whole: f64,
}

pub(crate) fn of_tree(process: u32) -> Memory {
    let backend = share(process);
    Memory {
        backend,
        whole: backend + children(process).into_iter().map(|child| of_tree(child).whole).sum::<f64>(),
    }
}

/// Of one process; nothing, where it has ended meanwhile.
fn share(process: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap_or("0 kB");
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kib / 1024.0
}

fn children(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).expect("the application runs").flatten();
    let texts = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let children = texts
        .flat_map(|text| text.split_whitespace().map(|id| id.parse().expect("an id")).collect::<Vec<u32>>());
    children.collect()
}

//! On what was measured.

use std::{fs, path::Path};

/// Processor, cores, memory, kernel, the folder's file system and how busy the machine is.
pub(crate) fn facts(folder: &Path) -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| -> String {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory: u64 = field(&read("/proc/meminfo"), "MemTotal").trim_end_matches(" kB").parse().unwrap_or(0);
    format!(
        "{cores} cores ({}), {} GiB, Linux {}, {}, load {}",
        field(&read("/proc/cpuinfo"), "model name"),
        memory / (1 << 20),
        read("/proc/sys/kernel/osrelease").trim(),
        file_system(folder),
        read("/proc/loadavg").split(' ').next().unwrap_or_default(),
    )
}

/// Whether a folder is in memory, where nothing is ever written to a disk.
pub(crate) fn is_in_memory(folder: &Path) -> bool {
    matches!(file_system(folder).as_str(), "tmpfs" | "ramfs")
}

/// The type of the file system that a folder is on: that of the longest mount point above it, the last of several.
fn file_system(folder: &Path) -> String {
    let folder = folder.canonicalize().expect("the folder");
    let mounts = fs::read_to_string("/proc/mounts").expect("the mounts");
    let above = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (point, kind) = (words.next()?, words.next()?);
        folder.starts_with(point).then_some((point.len(), kind))
    });
    above.max_by_key(|(length, _)| *length).map(|(_, kind)| kind.to_owned()).unwrap_or_default()
}

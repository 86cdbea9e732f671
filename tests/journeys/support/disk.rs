//! A small disk that can be full.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use super::plane::command;

/// A file system in memory of a size of its own, mounted for as long as the value lives.
pub(crate) struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// Mounts one of so many KiB, which only root may; none for others.
    pub(crate) fn mount(kib: usize) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let size = format!("size={kib}k,mode=700");
        let mut mount = command(Path::new("mount"));
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path());
        let output = mount.output().ok()?;
        output.status.success().then_some(Self { folder })
    }

    /// The folder on it for what Secateur keeps.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// Makes it one that cannot be written to.
    pub(crate) fn protect(&self) {
        let mut remount = command(Path::new("mount"));
        remount.args(["-o", "remount,ro"]).arg(self.folder.path());
        assert!(remount.status().expect("mount runs").success(), "it cannot be protected");
    }

    /// Fills it up, but for so many KiB.
    pub(crate) fn fill(&self, but_kib: usize) {
        let mut ballast = std::fs::File::create(self.ballast()).expect("a file");
        let block = [0_u8; 4_096];
        let mut blocks: u64 = 0;
        while ballast.write_all(&block).is_ok() {
            blocks += 1;
        }
        let left = u64::try_from(but_kib * 1_024).expect("a small number");
        ballast.set_len((blocks * 4_096).saturating_sub(left)).expect("a shorter file");
    }

    /// Frees what filling took.
    pub(crate) fn free(&self) {
        std::fs::remove_file(self.ballast()).expect("it was filled");
    }

    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // The folder under it goes only when it is unmounted; a test that failed must not fail twice.
        let _ = command(Path::new("umount")).arg("-l").arg(self.folder.path()).output();
    }
}

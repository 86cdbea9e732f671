//! What tests of this crate have in common.

use std::{fs, io, path::Path};

/// A tmpfs of 2 MiB, unmounted when dropped.
pub(crate) struct SmallDisk {
    dir: tempfile::TempDir,
}

impl SmallDisk {
    /// `None` where nothing may be mounted.
    pub(crate) fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().expect("a folder");
        let options = ["-t", "tmpfs", "-o", "size=2m", "secateur-test"];
        run("mount", &options, dir.path()).then_some(Self { dir })
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Takes all the space that is left.
    pub(crate) fn fill(&self) {
        let full =
            fs::write(self.dir.path().join("filler"), vec![0; 4 << 20]).expect_err("the disk is smaller");
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
    }

    /// Gives it free again.
    pub(crate) fn clear(&self) {
        fs::remove_file(self.dir.path().join("filler")).expect("space again");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        run("umount", &["--lazy"], self.dir.path());
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test mounts a disk; the exec runner is for credential plugins"
)]
fn run(program: &str, arguments: &[&str], path: &Path) -> bool {
    let done = std::process::Command::new(program).args(arguments).arg(path).output();
    done.is_ok_and(|output| output.status.success())
}

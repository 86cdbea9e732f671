//! How WebKitGTK draws the page. It composes with OpenGL; where no graphics card does that, Mesa plays one on the
//! processor, and a list's first frame takes a second. Drawn without it, the same frame takes a tenth.

use std::{env, fs, os::unix::process::CommandExt, path::Path, process::Command};

/// Read by WebKitGTK when it starts; `0` keeps OpenGL, whatever there is.
const WITHOUT: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";
/// What stands for a card beside `/dev/dri/renderD*`: of NVIDIA's own driver, and of Windows below a Linux.
const OTHER_CARDS: [&str; 2] = ["nvidiactl", "dxg"];

/// Draws without OpenGL where there is no card for it: this process begins anew, with the setting in its environment.
/// Nothing else has been started yet. Where that cannot be, it goes on, and is slower.
#[expect(clippy::disallowed_methods, reason = "this program again, in the place of this one")]
pub(crate) fn suit() {
    if env::var_os(WITHOUT).is_some() || has_card(Path::new("/dev")) {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    let mut arguments = env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    let _ = again.args(arguments).env(WITHOUT, "1").exec();
}

fn has_card(devices: &Path) -> bool {
    let mut nodes = fs::read_dir(devices.join("dri")).into_iter().flatten().flatten();
    nodes.any(|node| node.file_name().to_string_lossy().starts_with("renderD"))
        || OTHER_CARDS.iter().any(|name| devices.join(name).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(nodes: &[&str], expected: bool) {
        let devices = tempfile::tempdir().expect("a folder");
        fs::create_dir(devices.path().join("dri")).expect("a folder");
        for node in nodes {
            fs::write(devices.path().join(node), "").expect("a file");
        }
        assert_eq!(has_card(devices.path()), expected, "{nodes:?}");
    }

    #[test]
    fn a_screen_alone_is_no_card() {
        check(&[], false);
        check(&["dri/card0", "fb0"], false);
        check(&["dri/card0", "dri/renderD128"], true);
        check(&["nvidiactl"], true);
        check(&["dxg"], true);
        assert!(!has_card(Path::new("/nonexistent")), "not even a folder");
    }
}

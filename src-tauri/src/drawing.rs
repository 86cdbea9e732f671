//! How WebKitGTK draws the page. It composes with OpenGL; where no graphics card does that, Mesa plays one on the
//! processor, and a list's first frame takes a second. Drawn without it, the same frame takes a few hundredths.

use std::{fs, path::Path};

use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// What stands for a card beside `/dev/dri/renderD*`: of NVIDIA's own driver, and of Windows below a Linux.
const OTHER_CARDS: [&str; 2] = ["nvidiactl", "dxg"];

/// Draws without OpenGL where there is no card for it.
pub(crate) fn suit(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    if has_card(Path::new("/dev")) {
        return Ok(());
    }
    tracing::info!("no graphics card: the page is drawn without one");
    window.with_webview(|view| {
        if let Some(settings) = WebViewExt::settings(&view.inner()) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

fn has_card(devices: &Path) -> bool {
    let nodes = fs::read_dir(devices.join("dri")).into_iter().flatten().flatten();
    nodes.into_iter().any(|node| node.file_name().to_string_lossy().starts_with("renderD"))
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

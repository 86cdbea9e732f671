//! One window for each state folder: a second start shows the first and ends.
//!
//! The lock on the folder decides what may be written; this only saves the person a window that can merely look on.
//! Where the other cannot be reached, the second opens, reads, and says whose the folder is.

use std::{fmt::Write, path::Path};

use sha2::{Digest, Sha256};
use tauri::{Wry, plugin::TauriPlugin};

use crate::{compose::Environment, window};

/// Enough of the digest that two folders of one person do not meet.
const BYTES: usize = 8;

/// What tells the first of the second.
pub(crate) fn plugin(environment: &Environment) -> Option<TauriPlugin<Wry>> {
    // Elsewhere than on Linux the name is the application's alone, whatever folder it was pointed at.
    if !cfg!(target_os = "linux") && environment.is_folder_given {
        return None;
    }
    // Where nothing is kept, two may look.
    let folder = environment.state_dir.as_deref()?;
    let plugin = tauri_plugin_single_instance::Builder::new()
        .callback(|app, _, _| window::present(app))
        .dbus_id(bus_name(folder))
        .build();
    Some(plugin)
}

/// A name on the session's bus for this folder, by whatever path it is reached.
fn bus_name(folder: &Path) -> String {
    let absolute = folder.canonicalize().or_else(|_| std::path::absolute(folder));
    let folder = absolute.unwrap_or_else(|_| folder.to_owned());
    let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    // A part of a name may not begin with a digit.
    digest.iter().take(BYTES).fold("dev.secateur.desktop.folder".to_owned(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_name_by_every_path() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("a");
        std::fs::create_dir(&folder).expect("a folder");
        let name = bus_name(&folder);
        assert_eq!(name, bus_name(&home.path().join("a/../a")));
        assert_ne!(name, bus_name(home.path()));
        let parts = name.split('.').collect::<Vec<_>>();
        assert!(
            parts.iter().all(|part| part.starts_with(|first: char| first.is_ascii_lowercase())),
            "{name}"
        );
    }
}

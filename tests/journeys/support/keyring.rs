//! A keyring of a test's own: gnome-keyring in a D-Bus session that ends with the command it was made for.

use std::{fs, path::Path, process::Command};

use super::plane::command;

/// Unlocks the keyring with the person's password; an empty one would lead to a prompt that nobody sees.
const UNLOCK: &str =
    "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec \"$@\"";

/// A command that runs `program` in such a session; what is kept there stays under `home` for the next one.
pub(crate) fn in_session(program: &Path, home: &Path) -> Command {
    let mut session = command(Path::new("dbus-run-session"));
    session.args(["--", "sh", "-c", UNLOCK, "sh"]).arg(program).env_clear();
    // The session needs what is on the path, and keeps everything else under the test's own home.
    session.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    for (name, folder) in [("XDG_DATA_HOME", "data"), ("XDG_RUNTIME_DIR", "run"), ("XDG_CACHE_HOME", "cache")]
    {
        let folder = home.join(folder);
        fs::create_dir_all(&folder).expect("a folder");
        session.env(name, folder);
    }
    session
}

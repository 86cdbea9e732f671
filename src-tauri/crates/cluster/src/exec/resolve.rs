//! Where a plugin's program is, by kubectl's rules: a command with a separator belongs to the kubeconfig's folder, a
//! bare one is looked for in PATH.

use std::{
    ffi::OsStr,
    path::{Component, Path, PathBuf, is_separator},
};

/// A command as kubectl compares it with its allowlist: cleaned, and with a separator in it absolute.
pub(super) fn named(command: &str, file: &Path) -> PathBuf {
    let folder = file.parent().unwrap_or(Path::new(""));
    if command.contains(is_separator) { clean(&folder.join(command)) } else { clean(Path::new(command)) }
}

/// Finds the program of a [`named`] command. Blocking. The error says where was looked.
pub(super) fn find(named: &Path, path: Option<&OsStr>) -> Result<PathBuf, Vec<String>> {
    if is_bare(named) {
        return look_up(named, path).ok_or_else(|| looked(named, path));
    }
    match candidates(named.to_owned()).into_iter().find(|file| is_executable(file)) {
        Some(file) => Ok(file),
        None if named.is_dir() => Err(vec![format!("{} (a folder)", named.display())]),
        None if named.exists() => Err(vec![format!("{} (not executable)", named.display())]),
        None => Err(vec![named.display().to_string()]),
    }
}

/// Go's `exec.LookPath`, but for folders that are relative: those depend on where the application was started.
pub(super) fn look_up(named: &Path, path: Option<&OsStr>) -> Option<PathBuf> {
    if !is_bare(named) {
        return Some(named.to_owned()).filter(|file| is_executable(file));
    }
    let found = folders(path).into_iter().flat_map(|folder| candidates(clean(&folder.join(named))));
    found.into_iter().find(|file| is_executable(file))
}

fn looked(named: &Path, path: Option<&OsStr>) -> Vec<String> {
    let folders = folders(path);
    if folders.is_empty() {
        return vec![format!("{} in PATH, which is empty", named.display())];
    }
    folders.into_iter().map(|folder| folder.join(named).display().to_string()).collect()
}

fn folders(path: Option<&OsStr>) -> Vec<PathBuf> {
    let all = path.into_iter().flat_map(std::env::split_paths);
    all.filter(|folder| folder.is_absolute()).collect()
}

fn is_bare(named: &Path) -> bool {
    let mut parts = named.components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None))
}

/// Without `.`, doubled separators and what `..` takes back, without looking at links: Go's `filepath.Clean`.
pub(super) fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match (part, cleaned.components().next_back()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                cleaned.pop();
            }
            _ => cleaned.push(part),
        }
    }
    if cleaned.as_os_str().is_empty() { PathBuf::from(".") } else { cleaned }
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use nix::unistd::{AccessFlags, access};
    file.is_file() && access(file, AccessFlags::X_OK).is_ok()
}

#[cfg(not(unix))]
fn is_executable(file: &Path) -> bool {
    file.is_file()
}

#[cfg(unix)]
fn candidates(file: PathBuf) -> Vec<PathBuf> {
    vec![file]
}

/// Windows runs `aws.exe` for `aws`.
#[cfg(not(unix))]
fn candidates(file: PathBuf) -> Vec<PathBuf> {
    let endings = ["", ".exe", ".com", ".bat", ".cmd"];
    let with = |ending: &str| {
        let mut name = file.clone().into_os_string();
        name.push(ending);
        PathBuf::from(name)
    };
    endings.into_iter().map(with).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_clean(path: &str, cleaned: &str) {
        assert_eq!(clean(Path::new(path)), Path::new(cleaned), "{path}");
    }

    #[test]
    fn paths_are_cleaned_as_go_does() {
        check_clean("/a/./b//c", "/a/b/c");
        check_clean("/a/../b", "/b");
        check_clean("/../a", "/a");
        check_clean("../a/../../b", "../../b");
        check_clean("a/..", ".");
        check_clean("", ".");
        check_clean("/", "/");
    }

    fn check_named(command: &str, expected: &str) {
        assert_eq!(named(command, Path::new("/home/jane/.kube/config")), Path::new(expected), "{command}");
    }

    #[test]
    fn fault_73_a_command_with_a_separator_belongs_to_its_file_and_a_bare_one_to_path() {
        check_named("aws", "aws");
        check_named("./plugin", "/home/jane/.kube/plugin");
        check_named("../bin/plugin", "/home/jane/bin/plugin");
        check_named("/opt/x/../plugin", "/opt/plugin");
        check_named("~/plugin", "/home/jane/.kube/~/plugin");
    }

    #[cfg(unix)]
    #[test]
    fn the_first_executable_in_path_is_taken() {
        use std::{fs, os::unix::fs::PermissionsExt};
        let folder = tempfile::tempdir().expect("a folder");
        let [one, two, three] = ["one", "two", "three"].map(|name| folder.path().join(name));
        for (place, mode) in [(&one, 0o644), (&two, 0o755), (&three, 0o755)] {
            fs::create_dir(place).expect("a folder");
            fs::write(place.join("plugin"), "").expect("a file");
            fs::set_permissions(place.join("plugin"), fs::Permissions::from_mode(mode)).expect("a mode");
        }
        fs::create_dir(one.join("folder")).expect("a folder");
        let path =
            std::env::join_paths([Path::new("relative"), Path::new(""), &one, &two, &three]).expect("a list");
        assert_eq!(find(Path::new("plugin"), Some(&path)), Ok(two.join("plugin")));
        let looked = find(Path::new("folder"), Some(&path)).expect_err("folders are not run");
        assert_eq!(looked[0], one.join("folder").display().to_string());
        assert_eq!(looked.len(), 3);
        let text = |path: &Path, what: &str| Err(vec![format!("{}{what}", path.display())]);
        assert_eq!(find(&one.join("plugin"), None), text(&one.join("plugin"), " (not executable)"));
        assert_eq!(find(&one.join("folder"), None), text(&one.join("folder"), " (a folder)"));
        assert_eq!(find(&one.join("none"), None), text(&one.join("none"), ""));
        assert_eq!(find(Path::new("x"), None), Err(vec!["x in PATH, which is empty".to_owned()]));
    }
}

//! Where nothing can be kept everything can be looked at, nothing is deleted, and both are said.

use std::{fs, path::Path};

use crate::{
    audit::deletes,
    support::{
        disk::SmallDisk,
        headless::{Headless, Home, Ran},
        plane::{Plane, command, first},
        skipped,
    },
};

/// In a namespace of its own with one target: `run` runs a command there. It can be looked at, with this remark, and it
/// is not deleted, for this reason; afterwards it is still there.
fn check(plane: &Plane, namespace: &str, remark: &str, reason: &str, run: impl Fn(&[&str]) -> Ran) {
    plane.namespace(namespace);
    let uid = plane.config_map(namespace, "target");
    let target = ["configmaps", "target", "-n", namespace];
    let listed = run(&["list", "configmaps", "-n", namespace]);
    assert!(listed.status == 0 && listed.stdout.contains("target"), "{listed:?}");
    assert!(listed.stderr.contains(remark), "{listed:?}");
    let planned = run(&[&["plan"], &target[..]].concat());
    assert_eq!(planned.status, 0, "{planned:?}");
    // The proof is good, so that it is nothing else that keeps it from being deleted.
    let proof = Headless::admin(plane).proof(&target);
    let refused = run(&[&["delete", "--confirm", &proof], &target[..]].concat());
    assert_eq!((refused.status, refused.stdout.as_str()), (2, ""), "{refused:?}");
    assert!(refused.stderr.contains("nothing was sent") && refused.stderr.contains(reason), "{refused:?}");
    assert_eq!(plane.uid(namespace, "cm", "target"), Some(uid));
    assert_eq!(deletes(plane, namespace).len(), 0);
}

#[test]
fn fault_80_without_a_home_everything_can_be_looked_at() {
    let mut try_out = command(Path::new("unshare"));
    if !try_out.args(["--user", "--map-user=54321", "true"]).status().is_ok_and(|status| status.success()) {
        return skipped("there is no being another user here");
    }
    let person = Headless::admin(first());
    check(first(), "homeless", "there is no home folder", "there is no home folder", |arguments| {
        person.run_at_home(Home::None, arguments)
    });
}

#[test]
fn fault_80_a_home_that_is_not_there_and_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file in its place");
    let (person, home) = (Headless::admin(first()), file.join("home"));
    check(first(), "gone-home", "settings.json", home.to_str().expect("a path"), |arguments| {
        person.run_at_home(Home::At(&home), arguments)
    });
}

#[test]
fn fault_80_folders_in_the_place_of_our_files_are_named() {
    let person = Headless::admin(first());
    for file in ["settings.json", "journal.db"] {
        fs::create_dir_all(person.state().join(file)).expect("a folder in its place");
    }
    check(first(), "in-the-way", "settings.json", "journal.db", |arguments| person.run(arguments));
    assert!(person.state().join("settings.json").is_dir(), "it was left as it is");
}

#[test]
fn fault_80_a_state_folder_that_is_read_only_is_read() {
    let Some(disk) = SmallDisk::mount(6 * 1_024) else {
        return skipped("a small disk cannot be mounted here");
    };
    let person = Headless::admin(first());
    fs::create_dir(disk.state()).expect("a folder");
    std::os::unix::fs::symlink(disk.state(), person.state()).expect("a link");
    let made = person.run(&["sign-out"]);
    assert_eq!(made.status, 0, "it could be written to: {made:?}");
    fs::write(person.state().join("settings.json"), "no settings").expect("settings");
    disk.protect();
    check(first(), "protected", "settings.json", "Read-only file system", |arguments| person.run(arguments));
}

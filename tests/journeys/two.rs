//! Two at a time on one state folder: the second says whose it is, can look, and deletes nothing.

use std::io::{BufRead, BufReader, Read};

use crate::{
    audit::deletes,
    support::{
        headless::{Headless, field},
        plane::first,
    },
};

#[test]
fn fault_84_a_second_process_on_the_folder_sends_nothing_and_can_look() {
    let plane = first();
    plane.namespace("two");
    for name in ["held", "other"] {
        plane.config_map("two", name);
    }
    let patch = r#"{"metadata":{"finalizers":["garden.example.com/holds"]}}"#;
    plane.kubectl(&["-n", "two", "patch", "cm", "held", "--type=merge", "-p", patch]);
    let person = Headless::admin(plane);
    let proof = person.proof(&["cm", "held", "-n", "two"]);
    let mut first = person.spawn(&["delete", "cm", "held", "-n", "two", "--confirm", &proof]);
    let mut told = BufReader::new(first.stdout.take().expect("its output"));
    let mut line = String::new();
    while field(&line, "outcome").as_deref() != Some("terminating") {
        line.clear();
        assert!(told.read_line(&mut line).expect("its output") > 0, "the first ended early");
    }

    // Looking and planning need no journal.
    let other = ["cm", "other", "-n", "two"];
    let proof = person.proof(&other);
    assert_eq!(person.run(&["list", "cm", "-n", "two"]).status, 0);
    let deletion = [&["delete"], &other[..], &["--confirm", &proof]].concat();
    let ran = person.run(&deletion);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.stderr.contains("nothing was sent"), "{ran:?}");
    assert!(ran.stderr.contains(&person.state().display().to_string()), "it names the folder: {ran:?}");
    assert!(ran.stderr.contains(&format!("process {}", first.id())), "it names whose it is: {ran:?}");
    assert_eq!(ran.stdout, "", "{ran:?}");
    assert!(plane.uid("two", "cm", "other").is_some());
    assert_eq!(deletes(plane, "two").len(), 1, "the first one's");

    let patch = r#"{"metadata":{"finalizers":null}}"#;
    plane.kubectl(&["-n", "two", "patch", "cm", "held", "--type=merge", "-p", patch]);
    let mut rest = String::new();
    told.read_to_string(&mut rest).expect("its output");
    assert_eq!(first.wait().expect("it ends").code(), Some(0), "{rest}");
    let ran = person.run(&deletion);
    assert_eq!((ran.status, plane.uid("two", "cm", "other")), (0, None), "{ran:?}");
}

//! Kubeconfigs that are not all good: each problem is named and the rest works.

use std::path::Path;

use crate::support::{
    headless::Headless,
    plane::{Plane, command, first},
};

fn write(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, text).expect("a file");
    file
}

/// A list as in `KUBECONFIG`: these and the plane's own, which must go on working.
fn list_with(plane: &Plane, files: &[std::path::PathBuf]) -> std::path::PathBuf {
    let all = files.iter().cloned().chain([plane.kubeconfig()]);
    std::env::join_paths(all).expect("paths").into()
}

#[test]
fn a_malformed_file_is_named_with_its_line_and_the_rest_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let bad = write(folder.path(), "bad", "apiVersion: v1\nkind: Config\ncontexts: [\n  {name: x\n");
    let list = list_with(first(), std::slice::from_ref(&bad));
    let person = Headless::at(&list, "first");
    let clusters = person.run_bare(&["clusters"]);
    assert_eq!(clusters.status, 0, "{clusters:?}");
    let problem = clusters
        .stdout
        .lines()
        .find(|line| line.starts_with("problem: "))
        .expect("a problem on its own line");
    assert!(problem.contains(&format!("{}:", bad.display())), "{problem}");
    assert_eq!(person.run(&["whoami"]).status, 0);
}

#[test]
fn fault_65_what_is_no_file_is_named_and_the_rest_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder_in_place = folder.path().join("folder");
    std::fs::create_dir(&folder_in_place).expect("a folder");
    let fifo = folder.path().join("fifo");
    assert!(command(Path::new("mkfifo")).arg(&fifo).status().expect("mkfifo").success());
    let missing = folder.path().join("missing");
    let list = list_with(first(), &[folder_in_place.clone(), fifo.clone(), missing]);
    let person = Headless::at(&list, "first");
    let clusters = person.run_bare(&["clusters"]);
    for named in [&folder_in_place, &fifo] {
        assert!(clusters.stdout.contains(&format!("problem: {}", named.display())), "{clusters:?}");
    }
    assert_eq!(person.run(&["whoami"]).status, 0);
}

#[test]
fn fault_65_what_may_not_be_read_is_named_and_the_rest_works() {
    let folder = tempfile::tempdir().expect("a folder");
    // Whoever runs this, root too, may not read the one; the other can be opened and gives an error for each byte.
    let links = [("forbidden", "/proc/sys/vm/drop_caches"), ("failing", "/proc/self/mem")];
    let links = links.map(|(name, target)| {
        let link = folder.path().join(name);
        std::os::unix::fs::symlink(target, &link).expect("a link");
        link
    });
    let person = Headless::at(&list_with(first(), &links), "first");
    let clusters = person.run_bare(&["clusters"]);
    for (link, problem) in links.iter().zip(["may not be read", "cannot be read: Input/output error"]) {
        let named = format!("problem: {}: {problem}", link.display());
        assert!(clusters.stdout.lines().any(|line| line.starts_with(&named)), "{named} of {clusters:?}");
    }
    assert_eq!(person.run(&["whoami"]).status, 0);
}

#[test]
fn fault_66_one_bad_entry_costs_that_entry() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "apiVersion: v1\nkind: Config\nclusters:\n- name: good\n  cluster:\n    server: https://127.0.0.1:1\n\
                - name: bad\n  cluster: 7\ncontexts:\n- name: uses-bad\n  context: {cluster: bad, user: u}\n\
                - name: uses-good\n  context: {cluster: good, user: u}\nusers:\n- name: u\n  user: {token: x}\n";
    let file = write(folder.path(), "config", text);
    let clusters = Headless::at(&list_with(first(), &[file]), "first").run_bare(&["clusters", "-o", "json"]);
    let of = |name: &str| {
        let line = clusters.stdout.lines().find(|line| line.contains(&format!(r#""context":"{name}""#)));
        serde_json::from_str::<serde_json::Value>(line.unwrap_or_else(|| panic!("{name}: {clusters:?}")))
            .expect("JSON")
    };
    assert_eq!(of("uses-bad")["state"], "unusable");
    assert!(
        of("uses-bad")["problem"].as_str().is_some_and(|problem| problem.contains("bad")),
        "{clusters:?}"
    );
    assert_eq!(of("uses-good")["state"], "not connected");
    assert_eq!(of("first")["state"], "not connected");
}

#[test]
fn an_unreachable_cluster_is_named_with_its_host_and_the_cause() {
    let folder = tempfile::tempdir().expect("a folder");
    let entry = |name: &str, server: &str| {
        let text = format!(
            "clusters: [{{name: c-{name}, cluster: {{server: '{server}'}}}}]\n\
             contexts: [{{name: {name}, context: {{cluster: c-{name}, user: u-{name}}}}}]\n\
             users: [{{name: u-{name}, user: {{token: x}}}}]\n"
        );
        write(folder.path(), name, &text)
    };
    // Port 1 is nobody's; `.invalid` never resolves.
    let files =
        [entry("refused", "https://127.0.0.1:1"), entry("unresolved", "https://nowhere.invalid:6443")];
    let list = list_with(first(), &files);
    let refused = Headless::at(&list, "refused").run(&["list", "pods"]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("127.0.0.1:1") && refused.stderr.contains("refused"), "{refused:?}");
    let unresolved = Headless::at(&list, "unresolved").run(&["list", "pods"]);
    assert!(unresolved.stderr.contains("cannot resolve nowhere.invalid"), "{unresolved:?}");
    assert_eq!(Headless::at(&list, "first").run(&["whoami"]).status, 0);
}

#[test]
fn fault_37_a_token_is_not_sent_over_plain_http() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]\n\
                contexts: [{name: plain, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {token: secret}}]\n";
    let ran = Headless::at(&write(folder.path(), "config", text), "plain").run(&["whoami"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("http"), "{ran:?}");
    assert!(!ran.stderr.contains("secret"), "{ran:?}");
}

#[test]
fn an_unknown_context_is_named() {
    let ran = Headless::at(&first().kubeconfig(), "nobody-knows").run(&["whoami"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("nobody-knows"), "{ran:?}");
}

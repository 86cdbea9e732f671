//! Kubeconfigs in a folder of their own, read before and after somebody wrote them.

use std::{fmt::Write, fs, path::PathBuf};

use secateur_cluster::{Origin, Sources, read_catalogue};

use super::*;

/// A kubeconfig with these contexts, each with its server and its token.
fn config(contexts: &[(&str, &str, &str)]) -> String {
    let mut text = "contexts:\n".to_owned();
    for (name, _, _) in contexts {
        let _ = writeln!(text, "- {{name: {name}, context: {{cluster: {name}, user: {name}}}}}");
    }
    text.push_str("clusters:\n");
    for (name, server, _) in contexts {
        let _ = writeln!(text, "- {{name: {name}, cluster: {{server: 'https://{server}'}}}}");
    }
    text.push_str("users:\n");
    for (name, _, token) in contexts {
        let _ = writeln!(text, "- {{name: {name}, user: {{token: {token}}}}}");
    }
    text
}

struct Files {
    folder: tempfile::TempDir,
    known: Catalogue,
}

impl Files {
    /// Two files, `a` and `b`, as they were read.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut files = Self { folder, known: Catalogue::default() };
        files.write("a", &config(&[("dev", "dev", "t"), ("prod", "prod", "t")]));
        files.write("b", &config(&[("other", "other", "t")]));
        files.take(Missing::Kept);
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    fn take(&mut self, missing: Missing) -> CatalogueChange {
        let list = std::env::join_paths([self.path("a"), self.path("b")]).expect("a list");
        let mut read = read_catalogue(&Sources::from_list(&list, Origin::Environment));
        keep(self.known.contexts.iter(), self.known.current.as_ref(), &mut read, missing);
        let change = CatalogueChange::between(&self.known, &read);
        self.known = read;
        change
    }

    fn names(&self) -> Vec<&str> {
        self.known.contexts.iter().map(|context| context.name.as_str()).collect()
    }

    /// What is told of problems.
    fn problems(&self) -> Vec<&str> {
        self.known.problems.iter().map(|problem| problem.message.as_str()).collect()
    }
}

#[test]
fn what_is_the_same_is_no_change() {
    let mut files = Files::new();
    assert!(!files.take(Missing::Kept).is_any());
    // A remark moves every line, and means nothing.
    files.write("b", &format!("# a remark\n{}", config(&[("other", "other", "t")])));
    assert!(!files.take(Missing::Kept).is_any());
}

#[test]
fn what_is_new_gone_and_changed_is_said() {
    let mut files = Files::new();
    files.write("a", &config(&[("dev", "dev", "another"), ("new", "new", "t")]));
    let change = files.take(Missing::Kept);
    assert_eq!(
        (change.added.as_slice(), change.gone.as_slice()),
        (["new".into()].as_slice(), ["prod".into()].as_slice())
    );
    assert_eq!(change.changed, ["dev"]);
    assert_eq!(change.words().as_deref(), Some("Kubeconfig read again. New: new; gone: prod; changed: dev."));
}

#[test]
fn a_context_that_leads_to_another_server_is_another_cluster() {
    let mut files = Files::new();
    let before = files.known.contexts[2].id.clone();
    files.write("b", &config(&[("other", "elsewhere", "t")]));
    let change = files.take(Missing::Kept);
    assert_eq!(
        (change.added, change.gone, change.changed),
        (vec!["other".into()], vec!["other".into()], vec![])
    );
    assert_ne!(files.known.contexts[2].id, before);
}

#[test]
fn a_long_list_of_long_names_is_said_shortly() {
    let change = CatalogueChange { added: vec!["n".repeat(10_000); 300], ..CatalogueChange::default() };
    let words = change.words().expect("words");
    assert!(words.len() < 300 && words.ends_with("… and 297 more."), "{words}");
}

#[test]
fn fault_74_what_is_half_written_keeps_what_it_had() {
    let mut files = Files::new();
    let whole = config(&[("dev", "dev", "t"), ("prod", "prod", "t")]);
    for cut in ["contexts: [", "contexts:\n- {name: d", "\0\0\0\0", "- a"] {
        files.write("a", cut);
        let change = files.take(Missing::Kept);
        assert!(change.is_more && change.words().is_none(), "{cut:?}: {change:?}");
        assert_eq!(files.names(), ["other", "dev", "prod"], "{cut:?}");
        assert_eq!(files.problems().len(), 1, "{cut:?}");
    }
    files.write("a", &whole);
    let change = files.take(Missing::Kept);
    assert_eq!((files.names(), files.problems().len()), (vec!["dev", "prod", "other"], 0));
    assert_eq!(change.words(), None);
}

#[test]
fn fault_74_what_is_deleted_or_cut_to_nothing_keeps_what_it_had_until_a_person_looks() {
    for lose in [|file: PathBuf| fs::remove_file(file), |file: PathBuf| fs::write(file, "")] {
        let mut files = Files::new();
        lose(files.path("a")).expect("it is lost");
        assert_eq!(files.take(Missing::Kept).words(), None);
        assert_eq!((files.names(), files.problems()), (vec!["other", "dev", "prod"], vec![LOST]));
        assert!(!files.take(Missing::Kept).is_any(), "it is told once");
        let change = files.take(Missing::Believed);
        assert_eq!(
            (change.gone, files.names(), files.problems().len()),
            (vec!["dev".into(), "prod".into()], vec!["other"], 0)
        );
    }
}

#[test]
fn a_file_that_names_no_context_any_more_is_believed() {
    let mut files = Files::new();
    files.write("a", "apiVersion: v1\nkind: Config\n");
    assert_eq!(files.take(Missing::Kept).gone, ["dev", "prod"]);
}

#[test]
fn fault_66_an_entry_that_broke_is_told_and_the_others_stay() {
    let mut files = Files::new();
    files.write("b", &config(&[("other", "other", "[t]")]));
    assert_eq!(files.take(Missing::Kept).changed, ["other"]);
    assert_eq!(files.names(), ["dev", "prod", "other"]);
}

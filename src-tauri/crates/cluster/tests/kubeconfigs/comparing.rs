//! One generated case: what we make of it against what kubectl makes of it.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use secateur_cluster::{Catalogue, Context};
use serde_json::Value;

use crate::{
    entries::{Entry, Fate, Section},
    expecting,
    generating::{Case, File},
    kubectl::View,
};

/// What kubectl said to each question.
pub type Views<'a> = HashMap<&'a str, View>;

/// A case with what we and kubectl make of it.
pub struct Asked<'a> {
    pub case: &'a Case,
    pub ours: &'a Catalogue,
    pub kubectl: &'a Views<'a>,
}

impl Asked<'_> {
    /// Fails where we differ from kubectl in anything but what is meant to differ.
    pub fn check(&self) {
        let whole = self.kubectl.get(self.case.list().as_str()).expect("it was asked");
        assert_eq!(whole.is_err(), self.case.is_broken(), "what kubectl makes of it: {whole:?}");
        let sane = self.view(&self.case.sane_list());
        self.problems_are_those_of_broken_entries();
        let mut ours = self.ours.contexts.iter();
        for (place, file) in self.files() {
            for entry in of(file, Section::Contexts).filter(|entry| entry.fate != Fate::Second) {
                // One without a name that can be read is no context of ours either.
                let Some(name) = &entry.name else { continue };
                let context = ours.next().unwrap_or_else(|| panic!("{name:?} is missing"));
                assert_eq!((&context.name, &context.source), (name, &absolute(&file.path)));
                self.context(context, entry, place, sane);
            }
        }
        assert_eq!(ours.next().map(|context| &context.name), None, "more contexts than there are");
        let current =
            self.ours.contexts.iter().find(|context| Some(&context.id) == self.ours.current.as_ref());
        let named = sane["current-context"].as_str().unwrap_or_default();
        let is_known = self.ours.contexts.iter().any(|context| context.name == named) && !named.is_empty();
        let expected = Some(named).filter(|_| is_known);
        assert_eq!(current.map(|context| context.name.as_str()), expected, "current-context");
    }

    fn view(&self, list: &str) -> &Value {
        self.kubectl.get(list).expect("it was asked").as_ref().expect("kubectl takes what is left")
    }

    /// Files that are not named a second time, with their places.
    fn files(&self) -> impl Iterator<Item = (usize, &File)> {
        let files = self.case.files.iter().enumerate();
        files.filter(|(place, file)| self.case.files[..*place].iter().all(|before| before.path != file.path))
    }

    fn context(&self, context: &Context, entry: &Entry, place: usize, sane: &Value) {
        let (name, problem) = (&context.name, context.entry.as_ref().err());
        if entry.fate == Fate::Broken {
            let problem = problem.unwrap_or_else(|| panic!("{name:?} is broken"));
            assert!(problem.contains(&context.source.display().to_string()), "{problem}");
            return;
        }
        // One of the same name before it hides it from kubectl, which shows it when its file comes first. One that is
        // broken hides it from us too, and kubectl is asked without that.
        let is_before = |file: &File| of(file, Section::Contexts).any(|other| other.name == entry.name);
        let is_hidden = self.case.files[..place].iter().any(is_before);
        let own = &self.case.files[place];
        let view = if is_hidden { self.view(&self.case.sane_list_from(own)) } else { sane };
        let seen = expecting::context(view, name);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        assert_eq!(text(&context.namespace), seen.namespace, "{name:?}");
        assert_eq!(text(&context.user), seen.user, "{name:?}");
        let mut places: Vec<&File> = self.files().map(|(_, file)| file).collect();
        if is_hidden {
            places.insert(0, own);
        }
        for (section, wanted) in [(Section::Clusters, seen.cluster), (Section::Users, seen.user)] {
            let first = places.iter().find_map(|file| {
                of(file, section)
                    .find(|entry| entry.name.as_deref() == Some(wanted))
                    .map(|entry| (file, entry))
            });
            if let Some((file, Entry { fate: Fate::Broken, .. })) = first {
                let problem = problem.unwrap_or_else(|| panic!("{name:?} names what is broken: {wanted:?}"));
                let is_named = problem.contains(&absolute(&file.path).display().to_string());
                // The first reason is told: the context's own comes before those of what it names.
                assert!(is_named || expecting::described(view, &seen).is_err(), "{problem}");
                return;
            }
        }
        assert_eq!(context.server, expecting::server(view, &seen), "{name:?}");
        match (expecting::described(view, &seen), context.described()) {
            (Ok(expected), Some(found)) => assert_eq!(found, expected, "{name:?}"),
            (Err(words), None) => {
                let is_one = words.iter().any(|word| problem.is_some_and(|problem| problem.contains(word)));
                assert!(is_one, "{name:?}: one of {words:?}, and not {problem:?}");
            }
            (expected, found) => panic!("{name:?}: {expected:?}, {found:?}, {problem:?}"),
        }
    }

    /// Each broken entry is named with its file and a line of its own, and nothing else is.
    fn problems_are_those_of_broken_entries(&self) {
        for (_, file) in self.files() {
            let path = absolute(&file.path);
            let told: Vec<_> = self.ours.problems.iter().filter(|problem| problem.file == path).collect();
            assert!(!file.is_broken || told.len() == 1, "{}: {told:?}", path.display());
            let is_of = |entry: &Entry, line: Option<u32>| {
                line.is_some_and(|line| (entry.lines.0..=entry.lines.1).contains(&line))
            };
            for entry in file.entries.iter().filter(|entry| entry.is_broken()) {
                let is_named = told.iter().any(|problem| is_of(entry, problem.line));
                assert!(is_named, "{}: {entry:?} is not named: {told:?}", path.display());
            }
            for problem in told.iter().filter(|_| !file.is_broken) {
                let is_meant = |entry: &&Entry| {
                    let is_refused = problem.message.contains("server") || problem.message.contains("proxy");
                    let is_plugin = entry.section == Section::Users && problem.message.contains("exec has");
                    entry.is_broken() || (entry.section == Section::Clusters && is_refused) || is_plugin
                };
                let is_current = problem.message.starts_with("current-context is");
                let is_known = file.entries.iter().filter(is_meant).any(|entry| is_of(entry, problem.line));
                assert!(is_known || is_current, "{problem:?} is none");
            }
        }
    }
}

fn of(file: &File, section: Section) -> impl Iterator<Item = &Entry> {
    file.entries.iter().filter(move |entry| entry.section == section)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).expect("a path")
}

//! Kubeconfigs by kubectl's rules, as a list of contexts. Reads the files themselves and nothing they refer to;
//! runs nothing and opens no connection.

mod added;
mod contexts;
mod described;
mod entry;
mod node;
mod offered;
mod plugin;
mod practice;
mod reading;
mod scalar;
mod text;

use std::{
    collections::HashSet,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use secateur_domain::{ids::ClusterId, practice::is_practice};

pub use added::{ADDED, Taken, TakenApart, added_context, take_paths, take_text};
#[cfg(test)]
pub(crate) use entry::ClusterEntry;
pub use entry::Entry;
pub(crate) use entry::{Impersonate, Material, UserEntry};
pub use offered::Offered;
pub use practice::practice_contexts;

use crate::{
    ExtraHeaders,
    file::{self, Found},
};

/// The largest kubeconfig that is read, in bytes. The largest seen in the wild have some hundred kilobytes.
const LIMIT: u64 = 4 << 20;
/// The most problems of one file that are told.
const MOST_PROBLEMS: usize = 100;

/// Who said where kubeconfigs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// `--kubeconfig`.
    Flag,
    /// `KUBECONFIG`.
    Environment,
    /// Neither: `~/.kube/config`.
    Home,
    /// `KUBECONFIG` as the person's login shell sets it.
    LoginShell,
}

/// Where kubeconfigs are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// Who said so.
    pub origin: Origin,
    /// The files, the first winning.
    pub files: Vec<PathBuf>,
}

impl Sources {
    /// A list as in `KUBECONFIG`.
    pub fn from_list(list: &OsStr, origin: Origin) -> Self {
        let files = std::env::split_paths(list).filter(|path| !path.as_os_str().is_empty()).collect();
        Self { origin, files }
    }

    /// Whether there is no file in it.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// `~/.kube/config`.
    pub fn of_home(home: &Path) -> Self {
        Self { origin: Origin::Home, files: vec![home.join(".kube").join("config")] }
    }
}

/// Every context of every file.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// In the files' order.
    pub contexts: Vec<Context>,
    /// The one that `current-context` names.
    pub current: Option<ClusterId>,
    /// Files and entries that could not be read.
    pub problems: Vec<Problem>,
    /// Where was looked, and what was there.
    pub looked: Vec<Looked>,
    /// Files that are not there, or hold nothing.
    pub empty: Vec<PathBuf>,
}

impl Catalogue {
    /// Puts another beside it. Nothing of the one changes what the other means; its current context counts only where
    /// this one has none.
    pub fn join(&mut self, other: Self) {
        self.contexts.extend(other.contexts);
        self.current = self.current.take().or(other.current);
        self.problems.extend(other.problems);
        self.looked.extend(other.looked);
        self.empty.extend(other.empty);
    }
}

/// A file or an entry that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: Option<u32>,
    /// What is wrong, naming the entry.
    pub message: String,
}

/// A place where kubeconfigs were looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// The place, as a person would name it.
    pub place: String,
    /// What was there.
    pub found: String,
}

/// One context, usable or not.
#[derive(Debug, Clone)]
pub struct Context {
    /// Its id.
    pub id: ClusterId,
    /// Its name, which may be any text.
    pub name: String,
    /// The file it is in.
    pub source: PathBuf,
    /// The line it starts on, from 1.
    pub line: Option<u32>,
    /// The server's URL; empty where there is none.
    pub server: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// The name of its user.
    pub user: Option<String>,
    /// Whether the server's certificate is not verified.
    pub is_insecure: bool,
    /// What connects, or why it cannot be used.
    pub entry: Result<Entry, String>,
    /// Headers that every request has beside its own. They are no kubeconfig's: whoever reads one adds them.
    pub headers: ExtraHeaders,
}

impl Context {
    /// Whether it was added in the application, and is in no file.
    pub fn is_added(&self) -> bool {
        self.source.as_os_str() == ADDED
    }

    /// Whether a file has it: it is neither added nor one of Secateur's own practice clusters.
    pub fn is_in_a_file(&self) -> bool {
        !self.is_added() && self.source.as_os_str() != practice::SOURCE
    }

    /// Whether it leads to a practice cluster.
    pub fn is_practice(&self) -> bool {
        is_practice(&self.server)
    }
}

/// Reads the files. Blocking; opens nothing else, and connects to nothing.
pub fn read_catalogue(sources: &Sources) -> Catalogue {
    let mut catalogue = Catalogue::default();
    let mut files = Vec::new();
    if sources.origin == Origin::Home {
        catalogue.looked.push(Looked { place: "KUBECONFIG".to_owned(), found: "not set".to_owned() });
    }
    let mut seen = HashSet::new();
    for path in &sources.files {
        // A cluster's id holds its file, and must not depend on where the application was started.
        let path = &std::path::absolute(path).unwrap_or_else(|_| path.clone());
        if !seen.insert(path.clone()) {
            continue;
        }
        let mut problems = Vec::new();
        let (found, file) = read_file(path, &mut problems);
        let left_out = problems.len().saturating_sub(MOST_PROBLEMS);
        problems.truncate(MOST_PROBLEMS);
        if left_out > 0 {
            let message = format!("{left_out} more problems in this file");
            problems.push(Problem { file: path.clone(), line: None, message });
        }
        if file.is_none() && problems.is_empty() {
            catalogue.empty.push(path.clone());
        }
        catalogue.problems.append(&mut problems);
        catalogue.looked.push(Looked { place: sources.origin.place(path), found });
        files.extend(file);
    }
    catalogue.contexts = contexts::resolve(&files);
    match contexts::current(&files, &catalogue.contexts) {
        Some(Ok(id)) => catalogue.current = Some(id),
        Some(Err(problem)) => catalogue.problems.push(problem),
        None => {}
    }
    catalogue
}

impl Origin {
    /// A place as a person would name it.
    fn place(self, path: &Path) -> String {
        match self {
            Self::Flag => format!("--kubeconfig: {}", path.display()),
            Self::Environment => format!("KUBECONFIG: {}", path.display()),
            Self::Home => "~/.kube/config".to_owned(),
            Self::LoginShell => format!("KUBECONFIG of your login shell: {}", path.display()),
        }
    }
}

fn read_file(path: &Path, problems: &mut Vec<Problem>) -> (String, Option<contexts::File>) {
    let mut problem = |line, message: String| {
        problems.push(Problem { file: path.to_owned(), line, message: message.clone() });
        (message, None)
    };
    let bytes = match file::read(path, LIMIT) {
        Found::Nothing => return ("no such file".to_owned(), None),
        Found::Problem(message) => return problem(None, message),
        Found::Bytes(bytes) => bytes,
    };
    let document = match reading::parse(&bytes) {
        Ok(Some(document)) => document,
        Ok(None) => return ("an empty file".to_owned(), None),
        Err(malformed) => return problem(malformed.line, malformed.problem),
    };
    if let Err(node::Malformed { line, problem: message }) = insist_on_kubeconfig(&document) {
        return problem(line, message);
    }
    let file = contexts::File::of(path, &document, problems);
    let found = match file.context_count() {
        1 => "1 context".to_owned(),
        count => format!("{count} contexts"),
    };
    (found, Some(file))
}

/// kubectl reads no file that says it is something else.
fn insist_on_kubeconfig(document: &node::Node) -> Result<(), node::Malformed> {
    if !matches!(document.value, node::Value::Map(_)) {
        return Err(document.malformed("not a kubeconfig"));
    }
    for (key, expected) in [("kind", "Config"), ("apiVersion", "v1")] {
        if document.text(key)?.is_some_and(|text| text != expected) {
            let node = document.get(key).unwrap_or(document);
            return Err(node.malformed(&format!("not a kubeconfig: its {key} is not {expected}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

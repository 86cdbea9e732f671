//! Kubeconfigs that a person adds in the application: taken apart into one kubeconfig for each context, with no more in
//! it than the context needs, so that it can be kept by itself.
//!
//! Nothing they refer to is read here; a path in them is made absolute, since what is kept lies in no folder.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use secateur_domain::ids::ClusterId;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, json};

use super::{
    Context, ExtraHeaders, LIMIT, Problem, contexts, entry,
    node::{Malformed, Node, Value},
    reading,
};
use crate::file::{self, Found};

/// What stands for the file of a context that was added.
pub const ADDED: &str = "added in Secateur";
/// What stands for the file of a text that was pasted.
const PASTED: &str = "the pasted text";
/// So many files of a folder are looked at.
const MOST_FILES: usize = 1_000;

/// A context with everything that it needs. Its `Debug` shows no secret.
#[derive(Debug)]
pub struct Taken {
    /// Its name.
    pub name: String,
    /// The server's URL.
    pub server: String,
    /// The name of its user.
    pub user: Option<String>,
    /// A kubeconfig with this context and nothing else.
    pub kubeconfig: SecretString,
}

/// What was taken, and what could not be.
#[derive(Debug, Default)]
pub struct TakenApart {
    /// The contexts, in the order of the files.
    pub contexts: Vec<Taken>,
    /// Files and entries that could not be taken.
    pub problems: Vec<Problem>,
}

/// Takes a pasted text apart. It lies in no folder, so a relative path in it is refused.
pub fn take_text(text: &str) -> TakenApart {
    let mut taken = TakenApart::default();
    taken.take(Path::new(PASTED), text.as_bytes(), None, Named::Itself);
    taken
}

/// Takes files, and the files of folders, apart, each once. Blocking. What is no kubeconfig in a folder is passed over.
pub fn take_paths(paths: &[PathBuf]) -> TakenApart {
    let mut taken = TakenApart::default();
    let mut seen = HashSet::new();
    for path in paths {
        let path = &std::path::absolute(path).unwrap_or_else(|_| path.clone());
        if path.is_dir() {
            for file in taken.files_of(path) {
                taken.take_file(&file, Named::ByItsFolder, &mut seen);
            }
        } else {
            taken.take_file(path, Named::Itself, &mut seen);
        }
    }
    taken
}

/// The context of a kubeconfig that was taken and is kept under `entry`. What cannot be read any more is a context that
/// cannot be used, and says why: `kubeconfig` is its text, or that.
pub fn added_context(entry: &str, kubeconfig: Result<&SecretString, String>) -> Context {
    let read = kubeconfig.and_then(|kubeconfig| {
        let document = reading::parse(kubeconfig.expose_secret().as_bytes()).ok().flatten();
        let file = document.map(|document| contexts::File::of(Path::new(ADDED), &document, &mut Vec::new()));
        let context = file.and_then(|file| contexts::resolve(std::slice::from_ref(&file)).into_iter().next());
        context.ok_or_else(|| "what was kept of it is no kubeconfig".to_owned())
    });
    let place = format!("added:{entry}");
    match read {
        // Its line is one of a text that nobody sees.
        Ok(context) => {
            Context { id: ClusterId::derive(&place, &context.name, &context.server), line: None, ..context }
        }
        Err(problem) => Context {
            id: ClusterId::derive(&place, "", ""),
            name: "added cluster".to_owned(),
            source: PathBuf::from(ADDED),
            line: None,
            server: String::new(),
            namespace: None,
            user: None,
            is_insecure: false,
            headers: ExtraHeaders::default(),
            entry: Err(problem),
        },
    }
}

/// How a person named a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Itself,
    ByItsFolder,
}

impl TakenApart {
    /// The files of a folder by their names; what is in its own folders is not looked at.
    fn files_of(&mut self, folder: &Path) -> Vec<PathBuf> {
        let read = fs::read_dir(folder).and_then(|entries| {
            entries.take(MOST_FILES + 1).map(|entry| entry.map(|entry| entry.path())).collect()
        });
        let mut files: Vec<PathBuf> = match read {
            Ok(files) => files,
            Err(error) => {
                self.problem(folder, None, format!("cannot be read: {error}"));
                return Vec::new();
            }
        };
        if files.len() > MOST_FILES {
            self.problem(folder, None, format!("has more than {MOST_FILES} files, which are not all read"));
            files.truncate(MOST_FILES);
        }
        files.sort();
        files.retain(|path| path.is_file());
        files
    }

    fn take_file(&mut self, path: &Path, named: Named, seen: &mut HashSet<PathBuf>) {
        let itself = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if !seen.insert(itself) {
            return;
        }
        match file::read(path, LIMIT) {
            Found::Bytes(bytes) => self.take(path, &bytes, path.parent(), named),
            _ if named == Named::ByItsFolder => {}
            Found::Nothing => self.problem(path, None, "does not exist".to_owned()),
            Found::Problem(problem) => self.problem(path, None, problem),
        }
    }

    fn take(&mut self, path: &Path, bytes: &[u8], folder: Option<&Path>, named: Named) {
        let (line, problem) = match reading::parse(bytes) {
            Ok(Some(document)) if is_kubeconfig(&document) => {
                return self.take_document(path, &document, folder);
            }
            Ok(Some(document)) => (document.line(), "not a kubeconfig".to_owned()),
            Ok(None) => (None, "is empty".to_owned()),
            Err(malformed) => (malformed.line, malformed.problem),
        };
        if named == Named::Itself {
            self.problem(path, line, problem);
        }
    }

    fn take_document(&mut self, path: &Path, document: &Node, folder: Option<&Path>) {
        let file = contexts::File::of(path, document, &mut self.problems);
        if file.context_count() == 0 {
            self.problem(path, None, "it has no context".to_owned());
        }
        for context in contexts::resolve(std::slice::from_ref(&file)) {
            let kubeconfig = match &context.entry {
                Ok(_) => {
                    let alone = alone(document, &context.name, folder);
                    alone.map_err(|Malformed { line, problem }| {
                        (line, format!("context {:?}: {problem}", context.name))
                    })
                }
                Err(problem) => Err((context.line, problem.clone())),
            };
            match kubeconfig {
                Ok(kubeconfig) => self.contexts.push(Taken {
                    name: context.name,
                    server: context.server,
                    user: context.user,
                    kubeconfig,
                }),
                Err((line, problem)) => self.problem(path, line, problem),
            }
        }
    }

    fn problem(&mut self, file: &Path, line: Option<u32>, message: String) {
        self.problems.push(Problem { file: file.to_owned(), line, message });
    }
}

/// Whether a text that is YAML is meant as a kubeconfig.
fn is_kubeconfig(document: &Node) -> bool {
    let is_one = document.text("kind").is_ok_and(|kind| kind == Some("Config"));
    is_one || (document.get("contexts").is_some() && document.get("clusters").is_some())
}

/// A kubeconfig with this context, its cluster and its user.
fn alone(document: &Node, name: &str, folder: Option<&Path>) -> Result<SecretString, Malformed> {
    let mut entries =
        Map::from_iter([("apiVersion".to_owned(), json!("v1")), ("kind".to_owned(), json!("Config"))]);
    let context = named(document, "contexts", name);
    let of = |key: &str| {
        context.and_then(|node| node.get("context")?.text(key).ok()).flatten().unwrap_or_default()
    };
    for (list, what, name) in
        [("contexts", "context", name), ("clusters", "cluster", of("cluster")), ("users", "user", of("user"))]
    {
        if let Some(node) = named(document, list, name) {
            let value = node.get(what).map_or_else(|| Ok(json!({})), |inner| absolute(inner, folder))?;
            entries.insert(list.to_owned(), json!([{ "name": name, what: value }]));
        }
    }
    Ok(SecretString::from(serde_json::Value::Object(entries).to_string()))
}

fn named<'a>(document: &'a Node, list: &str, name: &str) -> Option<&'a Node> {
    let nodes = document.list(list).ok()?;
    nodes.iter().find(|node| node.text("name").is_ok_and(|own| own.unwrap_or_default() == name))
}

/// An entry with its paths made absolute; an error names the one that cannot be.
fn absolute(entry: &Node, folder: Option<&Path>) -> Result<serde_json::Value, Malformed> {
    let Value::Map(pairs) = &entry.value else { return entry.json() };
    let mut object = Map::new();
    for (key, node) in pairs {
        let value = match (key.as_str(), &node.value) {
            (
                "certificate-authority" | "client-certificate" | "client-key" | "tokenFile",
                Value::Text(path),
            ) => {
                // What is given in place wins over its file.
                let is_used = entry.text(&format!("{key}-data")).ok().flatten().is_none();
                if is_used { json!(join(node, key, path, folder)?) } else { serde_json::Value::Null }
            }
            ("exec", Value::Map(_)) => {
                let mut plugin = node.json()?;
                if let (Ok(Some(command)), Some(plugin)) = (node.text("command"), plugin.as_object_mut())
                    // A name alone is looked for on the path.
                    && Path::new(command).file_name().is_none_or(|name| name != command)
                {
                    let command = join(node.get("command").unwrap_or(node), "command", command, folder)?;
                    plugin.insert("command".to_owned(), json!(command));
                }
                plugin
            }
            _ => node.json()?,
        };
        object.insert(key.clone(), value);
    }
    Ok(serde_json::Value::Object(object))
}

fn join(node: &Node, key: &str, path: &str, folder: Option<&Path>) -> Result<String, Malformed> {
    if path.is_empty() || Path::new(path).is_absolute() {
        return Ok(path.to_owned());
    }
    let Some(folder) = folder else {
        let problem = format!("its {key} {path:?} is a relative path, and a pasted text lies in no folder");
        return Err(node.malformed(&problem));
    };
    Ok(entry::resolved(folder, path).to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests;

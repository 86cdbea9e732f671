//! Merging files by kubectl's rules, and resolving each context's cluster and user.
//!
//! The first file that defines a name wins. Unlike kubectl, a context that an earlier file hides stays visible: it
//! is another cluster of the same name, and what it names is looked up in its own file before the merged view.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use secateur_domain::ids::ClusterId;

use super::{
    Context, ExtraHeaders, Problem,
    entry::{self, ClusterEntry, Entry, UserEntry},
    node::{Malformed, Node, Value},
};

/// One file's entries.
#[derive(Default)]
pub(super) struct File {
    path: PathBuf,
    clusters: HashMap<String, Defined<ClusterEntry>>,
    users: HashMap<String, Defined<UserEntry>>,
    contexts: Vec<Raw>,
    current: Option<String>,
}

/// An entry and where it is.
struct Defined<T> {
    line: Option<u32>,
    /// The server's URL as it stands there, for clusters.
    server: String,
    value: Result<T, Malformed>,
}

/// A context before its names are resolved.
struct Raw {
    name: String,
    line: Option<u32>,
    cluster: Option<String>,
    user: Option<String>,
    namespace: Option<String>,
    malformed: Option<Malformed>,
}

impl File {
    /// Takes the entries of a parsed file, reporting what costs an entry.
    pub(super) fn of(path: &Path, document: &Node, problems: &mut Vec<Problem>) -> Self {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut report = |malformed: Malformed| {
            let Malformed { line, problem: message } = malformed;
            problems.push(Problem { file: path.to_owned(), line, message });
        };
        let clusters = entries(document, "clusters", &mut report, |name, node| {
            let cluster = inner(node, "cluster");
            let server = cluster.as_ref().ok().and_then(|cluster| cluster.text("server").ok().flatten());
            let server = server.map(shown).unwrap_or_default().to_owned();
            let line = cluster.as_ref().map_or(node.line(), |cluster| cluster.line());
            (name, Defined { line, server, value: cluster.and_then(|node| entry::cluster(&node, &folder)) })
        });
        let users = entries(document, "users", &mut report, |name, node| {
            let value = inner(node, "user").and_then(|node| entry::user(&node, path));
            (name, Defined { line: node.line(), server: String::new(), value })
        });
        let contexts =
            entries(document, "contexts", &mut report, |name, node| (name.clone(), raw(name, node)));
        let current = document.text("current-context").unwrap_or_else(|malformed| {
            report(malformed);
            None
        });
        let file = Self {
            path: path.to_owned(),
            current: current.map(str::to_owned),
            contexts: contexts.into_iter().map(|(_, raw)| raw).collect(),
            clusters: clusters.into_iter().collect(),
            users: users.into_iter().collect(),
        };
        problems.extend(file.bad_entries());
        file
    }

    /// How many contexts it has.
    pub(super) fn context_count(&self) -> usize {
        self.contexts.len()
    }

    fn bad_entries(&self) -> Vec<Problem> {
        let clusters =
            self.clusters.iter().map(|(name, entry)| ("cluster", name, entry.value.as_ref().err()));
        let users = self.users.iter().map(|(name, entry)| ("user", name, entry.value.as_ref().err()));
        let contexts = self.contexts.iter().map(|raw| ("context", &raw.name, raw.malformed.as_ref()));
        let mut found: Vec<_> = clusters
            .chain(users)
            .chain(contexts)
            .filter_map(|(what, name, malformed)| {
                let malformed = malformed?;
                let message = format!("{what} {name:?}: {}", malformed.problem);
                Some(Problem { file: self.path.clone(), line: malformed.line, message })
            })
            .collect();
        found.sort_by_key(|problem| problem.line);
        found
    }
}

/// Resolves all contexts of all files, the first file first.
pub(super) fn resolve(files: &[File]) -> Vec<Context> {
    let mut seen = HashSet::new();
    let mut contexts = Vec::new();
    for file in files {
        for raw in &file.contexts {
            let is_hidden = !seen.insert(raw.name.as_str());
            let own = std::iter::once(file).filter(|_| is_hidden);
            contexts.push(context(file, raw, &own.chain(files).collect::<Vec<_>>()));
        }
    }
    contexts
}

/// The context that the first non-empty `current-context` names, as kubectl would take it.
pub(super) fn current(files: &[File], contexts: &[Context]) -> Option<Result<ClusterId, Problem>> {
    let (file, name) = files.iter().find_map(|file| Some((file, file.current.as_ref()?)))?;
    Some(contexts.iter().find(|context| context.name == *name).map(|context| context.id.clone()).ok_or_else(
        || Problem {
            file: file.path.clone(),
            line: None,
            message: format!("current-context is {name:?}, which no file defines"),
        },
    ))
}

fn context(file: &File, raw: &Raw, places: &[&File]) -> Context {
    let cluster = find(places, |file| file.clusters.get(raw.cluster.as_deref().unwrap_or_default()));
    let server = cluster.map_or_else(String::new, |(_, defined)| defined.server.clone());
    let is_insecure =
        cluster.and_then(|(_, defined)| defined.value.as_ref().ok()).is_some_and(|entry| entry.is_insecure);
    let at = place(&file.path, raw.line);
    Context {
        id: ClusterId::derive(&file.path.to_string_lossy(), &raw.name, &server),
        name: raw.name.clone(),
        source: file.path.clone(),
        line: raw.line,
        namespace: raw.namespace.clone(),
        user: raw.user.clone(),
        is_insecure,
        headers: ExtraHeaders::default(),
        entry: entry(raw, cluster, places)
            .map_err(|problem| format!("context {:?} ({at}): {problem}", raw.name)),
        server,
    }
}

fn entry(
    raw: &Raw,
    cluster: Option<(&File, &Defined<ClusterEntry>)>,
    places: &[&File],
) -> Result<Entry, String> {
    if let Some(malformed) = &raw.malformed {
        return Err(malformed.problem.clone());
    }
    if let Some(namespace) = raw.namespace.as_deref().filter(|namespace| !is_label(namespace)) {
        return Err(format!("its namespace {namespace:?} is no name of a namespace"));
    }
    let cluster_name = raw.cluster.as_deref().unwrap_or_default();
    let Some((cluster_file, cluster)) = cluster else {
        return Err(match &raw.cluster {
            Some(name) => format!("it names the cluster {name:?}, which no file defines"),
            None => "it names no cluster".to_owned(),
        });
    };
    let bad = |what: &str, name: &str, file: &File, malformed: &Malformed| {
        format!("its {what} {name:?} ({}): {}", place(&file.path, malformed.line), malformed.problem)
    };
    let cluster_entry =
        cluster.value.as_ref().map_err(|malformed| bad("cluster", cluster_name, cluster_file, malformed))?;
    let user_name = raw.user.as_deref().unwrap_or_default();
    let user_entry = match (find(places, |file| file.users.get(user_name)), &raw.user) {
        (Some((file, user)), _) => {
            user.value.as_ref().map_err(|malformed| bad("user", user_name, file, malformed))?.clone()
        }
        (None, Some(name)) => return Err(format!("it names the user {name:?}, which no file defines")),
        // Without a user nothing is sent that says who we are, as with kubectl.
        (None, None) => UserEntry::default(),
    };
    match entry::refusal(cluster_entry, &user_entry) {
        Some(problem) => {
            Err(format!("cluster {cluster_name:?} ({}): {problem}", place(&cluster_file.path, cluster.line)))
        }
        None => Ok(Entry { cluster: cluster_entry.clone(), user: user_entry }),
    }
}

fn find<'a, T>(places: &[&'a File], of: impl Fn(&'a File) -> Option<&'a T>) -> Option<(&'a File, &'a T)> {
    places.iter().find_map(|file| Some((*file, of(file)?)))
}

fn raw(name: String, node: &Node) -> Raw {
    let line = node.line();
    let texts = || -> Result<_, Malformed> {
        let node = inner(node, "context")?;
        let own = |key| Ok(node.text(key)?.map(str::to_owned));
        Ok((own("cluster")?, own("user")?, own("namespace")?))
    };
    match texts() {
        Ok((cluster, user, namespace)) => Raw { name, line, cluster, user, namespace, malformed: None },
        Err(malformed) => {
            Raw { name, line, cluster: None, user: None, namespace: None, malformed: Some(malformed) }
        }
    }
}

/// The named entries of a list; of two with the same name the first, since kubectl would refuse the whole file.
fn entries<T>(
    document: &Node,
    key: &str,
    report: &mut impl FnMut(Malformed),
    read: impl Fn(String, &Node) -> (String, T),
) -> Vec<(String, T)> {
    let nodes = match document.list(key) {
        Ok(nodes) => nodes,
        Err(malformed) => {
            report(malformed);
            return Vec::new();
        }
    };
    let mut found: Vec<(String, T)> = Vec::with_capacity(nodes.len());
    let mut names = HashSet::new();
    for node in nodes {
        let name = match node.value {
            Value::Map(_) | Value::Null => node.text("name"),
            _ => Err(node.malformed(&format!("{key}: an entry is {}, not a map", node.said()))),
        };
        match name {
            Ok(name) => {
                let name = name.unwrap_or_default().to_owned();
                if names.insert(name.clone()) {
                    found.push(read(name, node));
                } else {
                    report(node.malformed(&format!("{key}: a second {name:?} is ignored")));
                }
            }
            Err(malformed) => report(malformed),
        }
    }
    found
}

/// What a named entry holds; nothing, on the entry's line, when it is absent.
fn inner<'a>(node: &'a Node, key: &str) -> Result<Cow<'a, Node>, Malformed> {
    node.map(key)?;
    let absent = || Cow::Owned(Node { line: node.line, value: Value::Null });
    Ok(node.get(key).map_or_else(absent, Cow::Borrowed))
}

fn place(path: &Path, line: Option<u32>) -> String {
    match line {
        Some(line) => format!("{} line {line}", path.display()),
        None => path.display().to_string(),
    }
}

/// The server's URL as it may be shown: one with a password in it is refused, and shown nowhere.
fn shown(server: &str) -> &str {
    if server.contains('@') { "" } else { server }
}

/// RFC 1123's label, which the name of a namespace is.
fn is_label(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(is_inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

//! Taking kubeconfigs that were read again: what stays of what they said before, and what is new.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::Path,
};

use secateur_cluster::{Catalogue, Context, Problem};
use secateur_domain::ids::ClusterId;

/// Names that are said before the rest is counted.
const SAID: usize = 3;
/// Characters of a name that are said: a name may be a whole page.
const LONGEST: usize = 60;

/// What changed between two readings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogueChange {
    /// Names of contexts that were not there before, in the files' order.
    pub added: Vec<String>,
    /// Names of those that are there no more.
    pub gone: Vec<String>,
    /// Names of those that mean something else: another user, credential, authority or namespace.
    pub changed: Vec<String>,
    /// Whether something else changed: problems, the current context, where things stand.
    pub is_more: bool,
}

/// What is made of a file that is not there any more, or is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Its contexts stay as they were: it may be about to be written.
    Kept,
    /// Its contexts go: a person asked to look.
    Believed,
}

impl CatalogueChange {
    /// What is another now than before.
    pub(crate) fn between(before: &Catalogue, now: &Catalogue) -> Self {
        let (was, is) = (by_id(before), by_id(now));
        let is_changed =
            |context: &Context| was.get(&context.id).is_some_and(|was| !was.means_the_same(context));
        Self {
            added: names(now, |context| !was.contains_key(&context.id)),
            gone: names(before, |context| !is.contains_key(&context.id)),
            changed: names(now, is_changed),
            is_more: now.problems != before.problems
                || now.current != before.current
                || now.looked != before.looked,
        }
    }

    /// Whether anything changed.
    pub fn is_any(&self) -> bool {
        self.is_more || self.words().is_some()
    }

    /// A sentence; none where no context changed.
    pub fn words(&self) -> Option<String> {
        let parts: Vec<String> = [("new", &self.added), ("gone", &self.gone), ("changed", &self.changed)]
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(word, names)| format!("{word}: {}", said(names)))
            .collect();
        (!parts.is_empty()).then(|| format!("Kubeconfig read again. {}.", sentence(&parts.join("; "))))
    }
}

/// Puts back the contexts, of those that were known before, whose files could not be read this time: they may be half
/// written.
pub(crate) fn keep<'a>(
    before: impl Iterator<Item = &'a Context>,
    current: Option<&ClusterId>,
    read: &mut Catalogue,
    missing: Missing,
) {
    let now: HashSet<&Path> = read.contexts.iter().map(|context| context.source.as_path()).collect();
    let is_lost = |file: &Path| missing == Missing::Kept && read.empty.iter().any(|empty| empty == file);
    let is_malformed = |file: &Path| read.problems.iter().any(|problem| problem.file == file);
    let is_kept = |file: &Path| !now.contains(file) && (is_malformed(file) || is_lost(file));
    let kept: Vec<Context> = before.filter(|context| is_kept(&context.source)).cloned().collect();
    let lost: BTreeSet<&Path> =
        kept.iter().map(|context| context.source.as_path()).filter(|file| is_lost(file)).collect();
    let problem = |file: &Path| Problem { file: file.to_owned(), line: None, message: LOST.to_owned() };
    let problems: Vec<Problem> = lost.into_iter().map(problem).collect();
    if read.current.is_none() {
        read.current = current.filter(|id| kept.iter().any(|context| context.id == **id)).cloned();
    }
    read.contexts.extend(kept);
    read.problems.extend(problems);
}

const LOST: &str = "is gone or empty; its clusters are shown as they were until you look again";

fn by_id(catalogue: &Catalogue) -> HashMap<&ClusterId, &Context> {
    catalogue.contexts.iter().map(|context| (&context.id, context)).collect()
}

fn names(catalogue: &Catalogue, is_meant: impl Fn(&Context) -> bool) -> Vec<String> {
    catalogue
        .contexts
        .iter()
        .filter(|context| is_meant(context))
        .map(|context| context.name.clone())
        .collect()
}

/// "a, b, c and 4 more".
fn said(names: &[String]) -> String {
    let short = |name: &String| match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.clone(),
    };
    let first: Vec<String> = names.iter().take(SAID).map(short).collect();
    let more = names.len().saturating_sub(SAID);
    let first = first.join(", ");
    if more > 0 { format!("{first} and {more} more") } else { first }
}

/// With a capital.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;

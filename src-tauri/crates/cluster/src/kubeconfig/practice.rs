//! The contexts of the practice clusters: they are in no file, and come from whoever has the clusters.

use std::path::Path;

use super::{Context, contexts, node::Malformed, reading};

/// What stands for the file of a practice cluster's context.
pub(super) const SOURCE: &str = "practice";

/// The contexts of this kubeconfig that lead to practice clusters; any other is left out.
pub fn practice_contexts(kubeconfig: &str) -> Vec<Context> {
    let document = reading::parse(kubeconfig.as_bytes()).unwrap_or_else(|Malformed { line, problem }| {
        tracing::error!(?line, problem, "the practice clusters have no kubeconfig");
        None
    });
    let file = document.map(|document| contexts::File::of(Path::new(SOURCE), &document, &mut Vec::new()));
    let contexts = file.map(|file| contexts::resolve(std::slice::from_ref(&file))).unwrap_or_default();
    // The lines are those of a text that nobody sees.
    contexts
        .into_iter()
        .filter(Context::is_practice)
        .map(|context| Context { line: None, ..context })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_leads_to_practice_is_practice_and_none_of_it_is_in_a_file() {
        let contexts = practice_contexts(
            "{clusters: [{name: a, cluster: {server: 'https://a.practice.invalid'}}, \
              {name: b, cluster: {server: 'https://b.example.com'}}], \
              users: [{name: u, user: {token: t}}], \
              contexts: [{name: a, context: {cluster: a, user: u}}, {name: b, context: {cluster: b, user: u}}]}",
        );
        let [only] = contexts.as_slice() else { panic!("{contexts:?}") };
        assert_eq!((only.name.as_str(), only.line), ("a", None));
        assert!(only.is_practice() && !only.is_in_a_file() && !only.is_added() && only.entry.is_ok());
        assert!(practice_contexts("").is_empty());
        assert!(practice_contexts(": [").is_empty());
    }
}

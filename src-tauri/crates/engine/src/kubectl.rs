//! What a person would have typed: the commands that kubectl takes for the same deletion. kubectl checks no UID.

use std::{collections::BTreeMap, fmt::Write};

use secateur_domain::{
    ids::{ObjectKey, ResourceName},
    plan::DeleteOptions,
};

/// Names in one line.
const NAMES: usize = 100;

/// One line for each context, kind and namespace.
pub(crate) fn lines<'a>(
    targets: impl IntoIterator<Item = (&'a str, &'a ObjectKey)>,
    options: DeleteOptions,
) -> String {
    let mut groups: BTreeMap<(&str, String, Option<&str>), Vec<&str>> = BTreeMap::new();
    for (context, key) in targets {
        let namespace = key.namespace.as_ref().map(ResourceName::as_str);
        groups.entry((context, key.kind.resource(), namespace)).or_default().push(key.name.as_str());
    }
    let mut flags = format!(" --cascade={}", options.propagation.as_str().to_lowercase());
    if let Some(seconds) = options.grace_period_seconds {
        let _ = write!(flags, " --grace-period={seconds}");
    }
    let mut lines = Vec::new();
    for ((context, resource, namespace), names) in groups {
        let place =
            namespace.map(|namespace| format!(" --namespace={}", quoted(namespace))).unwrap_or_default();
        for names in names.chunks(NAMES) {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            lines.push(format!(
                "kubectl --context={}{place} delete {resource}{flags} -- {}",
                quoted(context),
                names.join(" ")
            ));
        }
    }
    lines.join("\n")
}

/// One word of a POSIX shell.
fn quoted(word: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-_./:@%+=,".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    fn check(word: &str, expected: &str) {
        assert_eq!(quoted(word), expected);
    }

    #[test]
    fn plain_words_stay_as_they_are() {
        check("web-1.a_b:c", "web-1.a_b:c");
    }
    #[test]
    fn what_a_shell_would_read_is_quoted() {
        check("$(rm)", "'$(rm)'");
        check("it's", r"'it'\''s'");
        check("a b", "'a b'");
        check("", "''");
        check("?x", "'?x'");
    }
}

//! The texts of `Warning` headers. Whoever answers chose them, so they are told once each, in bounds, and as text.

use http::{HeaderMap, HeaderValue, header::WARNING};

/// In characters. The API server itself allows so much for all of them together.
const ALL_LIMIT: usize = 4 * 1024;
const TEXT_LIMIT: usize = 1024;
const COUNT_LIMIT: usize = 20;

/// Each text once, in the order in which they came.
pub(super) fn texts(headers: &HeaderMap) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut room = ALL_LIMIT;
    for text in headers.get_all(WARNING).iter().flat_map(in_header) {
        let text = plain(&text);
        if text.is_empty() || found.contains(&text) {
            continue;
        }
        let length = text.chars().count();
        if found.len() == COUNT_LIMIT || length > room {
            break;
        }
        room -= length;
        found.push(text);
    }
    found
}

/// `299 - "text"`, perhaps with a date in quotes behind it, and perhaps several with commas between them.
fn in_header(header: &HeaderValue) -> Vec<String> {
    let header = String::from_utf8_lossy(header.as_bytes());
    let mut texts = Vec::new();
    let mut rest = header.as_ref();
    while let Some((_, after)) = rest.split_once('"') {
        let (text, after) = quoted(after);
        texts.push(text);
        rest = match after.trim_start().strip_prefix('"') {
            Some(date) => quoted(date).1,
            None => after,
        };
    }
    if texts.is_empty() { vec![header.into_owned()] } else { texts }
}

/// What is quoted, and what comes after the quotes.
fn quoted(text: &str) -> (String, &str) {
    let mut found = String::new();
    let mut characters = text.char_indices();
    while let Some((position, character)) = characters.next() {
        match character {
            '"' => return (found, text.get(position + 1..).unwrap_or_default()),
            '\\' => found.extend(characters.next().map(|(_, escaped)| escaped)),
            other => found.push(other),
        }
    }
    (found, "")
}

fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|character| !character.is_control()).take(TEXT_LIMIT).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[&str], expected: &[&str]) {
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(WARNING, HeaderValue::from_bytes(header.as_bytes()).expect("a header"));
        }
        assert_eq!(texts(&map), expected, "{headers:?}");
    }

    #[test]
    fn texts_are_what_is_quoted() {
        check(&[], &[]);
        check(&["299 - \"v1 Thing is deprecated\""], &["v1 Thing is deprecated"]);
        check(&["299 - \"say \\\"no\\\" to a\\\\b\""], &["say \"no\" to a\\b"]);
        check(&["299 - \"old\" \"Fri, 27 Nov 2026 05:00:00 GMT\""], &["old"]);
        check(&["299 - \"one, two\", 299 - \"three\""], &["one, two", "three"]);
        check(&["299 - \"never ends"], &["never ends"]);
        check(&["nothing quoted"], &["nothing quoted"]);
        check(&["299 - \"\""], &[]);
    }

    #[test]
    fn fault_53_a_warning_that_comes_a_hundred_times_is_told_once_and_a_long_one_is_cut() {
        check(&["299 - \"again\""; 100], &["again"]);
        let long = format!("299 - \"{}\"", "x".repeat(10_000));
        check(&[&long], &[&"x".repeat(1024)]);
        let many: Vec<_> = (0..100).map(|count| format!("299 - \"warning {count}\"")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        let expected: Vec<_> = (0..20).map(|count| format!("warning {count}")).collect();
        check(&many, &expected.iter().map(String::as_str).collect::<Vec<_>>());
        let long: Vec<_> =
            (0..100).map(|count| format!("299 - \"{count:02}{}\"", "x".repeat(10_000))).collect();
        let long: Vec<_> = long.iter().map(String::as_str).collect();
        let expected: Vec<_> = (0..4).map(|count| format!("{count:02}{}", "x".repeat(1022))).collect();
        check(&long, &expected.iter().map(String::as_str).collect::<Vec<_>>());
        check(&["299 - \"a\tb\""], &["ab"]);
    }
}

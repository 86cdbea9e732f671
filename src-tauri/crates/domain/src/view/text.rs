//! Looking for text in text, in any case.

/// Whether `hay` has `needle` in it, which is in lower case already.
pub(super) fn contains(hay: &str, needle: &str) -> bool {
    let (hay_bytes, needle_bytes) = (hay.as_bytes(), needle.as_bytes());
    let Some((first, _)) = needle_bytes.split_first() else { return true };
    if !needle.is_ascii() {
        return hay.to_lowercase().contains(needle);
    }
    let upper = first.to_ascii_uppercase();
    let last = hay_bytes.len().saturating_sub(needle_bytes.len() - 1);
    let candidates = hay_bytes.get(..last).unwrap_or_default();
    memchr::memchr2_iter(*first, upper, candidates).any(|start| {
        let found = hay_bytes.get(start..start + needle_bytes.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(needle_bytes))
    })
}

/// Whether the letters of `needle`, which is in lower case already, are in `hay` in their order.
pub(super) fn contains_loosely(hay: &str, needle: &str) -> bool {
    let mut letters = hay.chars().flat_map(char::to_lowercase);
    needle.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hay: &str, needle: &str, exactly: bool, loosely: bool) {
        assert_eq!(
            (contains(hay, needle), contains_loosely(hay, needle)),
            (exactly, loosely),
            "{hay} {needle}"
        );
    }

    #[test]
    fn in_any_case() {
        check("Web-1", "web", true, true);
        check("my-WEB", "web", true, true);
        check("ÄPFEL", "äpfel", true, true);
        check("we-b", "web", false, true);
    }
    #[test]
    fn letters_out_of_order_are_not_found() {
        check("bew", "web", false, false);
        check("we", "web", false, false);
    }
    #[test]
    fn nothing_is_everywhere_and_nothing_is_in_nothing() {
        check("a", "", true, true);
        check("", "", true, true);
        check("", "a", false, false);
    }
    #[test]
    fn a_beginning_that_repeats_itself() {
        check("aaab", "aab", true, true);
    }
}

//! From the bytes of a kubeconfig to its text, as the YAML library that kubectl uses takes them.

use std::borrow::Cow;

use super::node::Malformed;

/// The text, without a byte order mark. The error says what the file is instead.
pub(super) fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, Malformed> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf_16(rest, u16::from_be_bytes)?),
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(utf_8(rest)?),
        _ => Cow::Borrowed(utf_8(bytes)?),
    };
    match text.char_indices().find(|(_, character)| !is_printable(*character)) {
        None => Ok(text),
        Some((at, '\0')) => Err(malformed(&text, at, nul(bytes))),
        Some((at, _)) => Err(malformed(&text, at, "it holds a control character, which YAML forbids")),
    }
}

fn utf_8(bytes: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let read = String::from_utf8_lossy(good);
        malformed(&read, read.len(), "it is not UTF-8: another encoding, such as Latin-1, or no text at all")
    })
}

fn utf_16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Result<String, Malformed> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(character) => text.push(character),
            Err(_) => return Err(malformed(&text, text.len(), "it is not UTF-16, though it begins so")),
        }
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(malformed(&text, text.len(), "it ends in the middle of a UTF-16 character"))
    }
}

/// What a NUL says about the file: of what any kubeconfig begins with, every other byte in UTF-16 is one.
fn nul(bytes: &[u8]) -> &'static str {
    let begins_so = bytes.first_chunk::<4>().is_some_and(|first| first.contains(&0));
    if begins_so {
        "it looks like UTF-16 without a byte order mark"
    } else {
        "it holds a NUL, which no text has"
    }
}

/// YAML 1.1's `c-printable`.
fn is_printable(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}'
        | '\u{10000}'..='\u{10ffff}')
}

fn malformed(text: &str, at: usize, problem: &str) -> Malformed {
    let lines = text.get(..at).unwrap_or_default().matches('\n').count();
    Malformed { line: u32::try_from(lines + 1).ok(), problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], expected: &str) {
        assert_eq!(text_of(bytes), Ok(Cow::Borrowed(expected)));
    }

    fn refused(bytes: &[u8], line: u32, expected: &str) {
        let Malformed { line: found, problem } = text_of(bytes).expect_err("it is no text");
        assert!(problem.contains(expected), "{problem}");
        assert_eq!(found, Some(line), "{problem}");
    }

    fn little(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn fault_71_utf_16_with_its_mark_is_read_in_both_orders() {
        let big: Vec<u8> = "a: ü🌱\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        read(&[&[0xff, 0xfe], little("a: ü🌱\r\n").as_slice()].concat(), "a: ü🌱\r\n");
        read(&[&[0xfe, 0xff], big.as_slice()].concat(), "a: ü🌱\r\n");
    }
    #[test]
    fn fault_71_utf_16_without_its_mark_is_named() {
        refused(&little("a: b\nc: d\n"), 1, "UTF-16 without a byte order mark");
    }
    #[test]
    fn fault_71_an_odd_length_is_named_with_its_line() {
        let mut bytes = [&[0xff, 0xfe], little("a: b\nc: d").as_slice()].concat();
        bytes.pop();
        refused(&bytes, 2, "ends in the middle of a UTF-16 character");
    }
    #[test]
    fn fault_71_half_a_surrogate_pair_is_named() {
        refused(&[0xff, 0xfe, 0x00, 0xd8, b'a', 0], 1, "not UTF-16");
    }
    #[test]
    fn fault_71_a_mark_of_utf_8_is_no_text() {
        read(b"\xef\xbb\xbfa: b", "a: b");
    }
    #[test]
    fn fault_71_latin_1_is_named_with_its_line() {
        refused(b"a: b\nname: J\xfcrgen\n", 2, "not UTF-8");
    }
    #[test]
    fn fault_71_a_nul_is_named_with_its_line() {
        refused(b"a: b\nc: d\0e\n", 2, "a NUL");
        refused(b"a: b\nc: \x07\n", 2, "a control character");
    }
}

//! A program's words as a page may show them: text, line breaks and tabs.
//!
//! Escape sequences, control characters and what turns or hides text are taken out while it runs; nothing of it is
//! ever kept as it came.

use vte::{Parser, Perform};

/// How much of a plugin's standard error is kept, in bytes: the last of it, where its reason for failing is.
const LIMIT: usize = 64 << 10;

/// What a terminal would show, without its colours.
#[derive(Default)]
pub(super) struct Screen {
    parser: Parser,
    shown: Shown,
}

#[derive(Default)]
struct Shown {
    text: String,
    /// A carriage return came last: a line break, unless one follows.
    has_returned: bool,
}

impl Screen {
    /// Takes more of what the program writes, cut anywhere.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.shown, bytes);
        let text = &mut self.shown.text;
        if let Some(surplus) = text.len().checked_sub(LIMIT) {
            let start = text.ceil_char_boundary(surplus);
            text.drain(..start);
        }
    }

    /// All that is kept.
    pub(super) fn text(&self) -> &str {
        &self.shown.text
    }
}

/// A whole text at once.
pub(super) fn sanitised(text: &str) -> String {
    let mut screen = Screen::default();
    screen.take(text.as_bytes());
    screen.text().to_owned()
}

impl Shown {
    fn push(&mut self, character: char) {
        if std::mem::take(&mut self.has_returned) && character != '\n' {
            self.text.push('\n');
        }
        self.text.push(character);
    }
}

impl Perform for Shown {
    fn print(&mut self, character: char) {
        if !is_deceptive(character) {
            self.push(character);
        }
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\n' | b'\t' => self.push(char::from(byte)),
            b'\r' => self.has_returned = true,
            _ => {}
        }
    }
}

/// Control characters, and what reorders or hides the text around it.
fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &[u8], shown: &str) {
        let mut at_once = Screen::default();
        at_once.take(written);
        assert_eq!(at_once.text(), shown);
        let mut by_bytes = Screen::default();
        for byte in written {
            by_bytes.take(&[*byte]);
        }
        assert_eq!(by_bytes.text(), shown, "cut anywhere it is the same");
    }

    #[test]
    fn words_lines_and_tabs_stay() {
        check(
            "Öffne https://login.example/ABCD\n\tCode: ÄB-12 🌱\n".as_bytes(),
            "Öffne https://login.example/ABCD\n\tCode: ÄB-12 🌱\n",
        );
    }
    #[test]
    fn colours_titles_and_links_go() {
        check(
            b"\x1b[1;31mred\x1b[0m \x1b]0;title\x07a\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\",
            "red alink",
        );
    }
    #[test]
    fn control_characters_and_turned_text_go() {
        check("a\u{7}\u{0}\u{8}b\u{202e}c\u{200b}d\u{85}e\u{2066}f".as_bytes(), "abcdef");
    }
    #[test]
    fn a_carriage_return_begins_a_line() {
        check(b"10 %\r20 %\r\nend\r", "10 %\n20 %\nend");
    }
    #[test]
    fn what_is_no_text_is_shown_as_such() {
        check(b"a\xffb", "a\u{fffd}b");
    }
    #[test]
    fn the_last_64_kib_are_kept() {
        let mut screen = Screen::default();
        screen.take("ö".repeat(100_000).as_bytes());
        screen.take(b"the end");
        assert!(screen.text().len() <= LIMIT && screen.text().ends_with("öthe end"));
    }
}

//! Text in columns, as the tabwriter of kubectl's printers lays it out: three spaces between, at least six wide, the last
//! cell of a line as it is.
//!
//! A column is as wide as the widest of the lines after each other that have it, and never narrower than it was above.
//! All lines of a table have the same cells as a rule; a tab inside a text makes one more, in kubectl's output too.

use std::{
    io::{self, Write},
    ops::Range,
};

const BETWEEN: usize = 3;
const NARROWEST: usize = 6;
const SPACES: &str = "                                                                ";

/// Lines of cells, kept closely until their widths are known.
#[derive(Debug, Default)]
pub(crate) struct Table {
    text: String,
    cells: Vec<Cell>,
    /// Where the cells of each line end.
    ends: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Where it ends in the text.
    end: usize,
    /// In characters, as Go's tabwriter counts.
    width: usize,
}

impl Table {
    /// Adds a cell to the last line.
    pub(crate) fn cell(&mut self, text: &str) {
        for text in text.split(['\t', '\u{b}']) {
            self.text.push_str(text);
            self.cells.push(Cell { end: self.text.len(), width: width(text) });
        }
    }

    /// Ends a line.
    pub(crate) fn end_line(&mut self) {
        self.ends.push(self.cells.len());
    }

    /// Whether there is no line.
    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Writes all lines.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut writer = Writer { table: self, out, widths: Vec::new(), widest: Vec::new() };
        writer.block(0..self.ends.len())
    }

    /// The cells of a line.
    fn line(&self, line: usize) -> Range<usize> {
        let end = |line: usize| self.ends.get(line).copied().unwrap_or_default();
        line.checked_sub(1).map_or(0, end)..end(line)
    }

    fn width(&self, cell: usize) -> usize {
        self.cells.get(cell).map_or(0, |cell| cell.width)
    }

    fn text(&self, cell: usize) -> &str {
        let end = |cell: usize| self.cells.get(cell).map_or(0, |cell| cell.end);
        self.text.get(cell.checked_sub(1).map_or(0, end)..end(cell)).unwrap_or_default()
    }
}

struct Writer<'a, Out> {
    table: &'a Table,
    out: &'a mut Out,
    /// Of the columns up to the one that is laid out.
    widths: Vec<usize>,
    /// The widest that each column was so far.
    widest: Vec<usize>,
}

impl<Out: Write> Writer<'_, Out> {
    /// Lays out what is right of the columns whose widths are known, for lines that have all these columns.
    fn block(&mut self, lines: Range<usize>) -> io::Result<()> {
        let column = self.widths.len();
        // The last cell of a line belongs to no column.
        let has_column = |table: &Table, line: usize| table.line(line).len() > column + 1;
        let mut written = lines.start;
        let mut line = lines.start;
        while line < lines.end {
            if !has_column(self.table, line) {
                line += 1;
                continue;
            }
            self.lines(written..line)?;
            written = line;
            let mut width = NARROWEST;
            while line < lines.end && has_column(self.table, line) {
                width = width.max(self.table.width(self.table.line(line).start + column) + BETWEEN);
                line += 1;
            }
            let width = self.remember(column, width);
            self.widths.push(width);
            self.block(written..line)?;
            self.widths.pop();
            written = line;
        }
        self.lines(written..lines.end)
    }

    fn remember(&mut self, column: usize, width: usize) -> usize {
        if let Some(widest) = self.widest.get_mut(column) {
            *widest = width.max(*widest);
            return *widest;
        }
        self.widest.push(width);
        width
    }

    fn lines(&mut self, lines: Range<usize>) -> io::Result<()> {
        for line in lines {
            for (column, cell) in self.table.line(line).enumerate() {
                self.out.write_all(self.table.text(cell).as_bytes())?;
                if let Some(width) = self.widths.get(column) {
                    self.pad(width.saturating_sub(self.table.width(cell)))?;
                }
            }
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    fn pad(&mut self, mut spaces: usize) -> io::Result<()> {
        while let Some(rest) = spaces.checked_sub(SPACES.len()) {
            self.out.write_all(SPACES.as_bytes())?;
            spaces = rest;
        }
        self.out.write_all(SPACES.get(..spaces).unwrap_or_default().as_bytes())
    }
}

/// Rows as a text with a line for each.
pub(crate) fn aligned(rows: &[Vec<String>]) -> String {
    let mut table = Table::default();
    for row in rows {
        for cell in row {
            table.cell(cell);
        }
        table.end_line();
    }
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = table.write(&mut text);
    String::from_utf8(text).unwrap_or_default()
}

fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[&[&str]], expected: &[&str]) {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect();
        let text = aligned(&rows);
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn columns_are_as_wide_as_their_longest_cell_and_three() {
        check(&[&["NAME", "AGE"], &["a-long-name", "5m"]], &["NAME          AGE", "a-long-name   5m"]);
    }
    #[test]
    fn a_column_is_never_narrower_than_six() {
        check(&[&["A", "B"], &["x", "y"]], &["A     B", "x     y"]);
    }
    #[test]
    fn an_empty_last_cell_leaves_the_spaces_before_it() {
        check(&[&["NAME", "AGE"], &["a", ""]], &["NAME   AGE", "a      "]);
    }
    #[test]
    fn characters_count_and_not_bytes_nor_what_a_terminal_makes_of_them() {
        check(&[&["NAME", "AGE"], &["ærø🌱日本", "1s"]], &["NAME     AGE", "ærø🌱日本   1s"]);
    }
    #[test]
    fn a_cell_may_be_wider_than_any_line() {
        let wide = "w".repeat(200);
        let expected = [format!("A{}B", " ".repeat(202)), format!("{wide}   y")];
        check(&[&["A", "B"], &[&wide, "y"]], &[&expected[0], &expected[1]]);
    }
    #[test]
    fn a_tab_begins_a_cell_of_its_own() {
        check(&[&["A", "B"], &["a\tb", "c"]], &["A     B", "a     b     c"]);
    }
    #[test]
    fn a_column_that_ends_and_comes_again_is_as_wide_as_it_was() {
        check(
            &[&["longer-one", "B"], &["alone"], &["a", "b"]],
            &["longer-one   B", "alone", "a            b"],
        );
    }
    #[test]
    fn what_comes_after_does_not_widen_what_is_above() {
        check(&[&["a", "b"], &["alone"], &["longer-one", "b"]], &["a     b", "alone", "longer-one   b"]);
    }
    #[test]
    fn nothing_is_nothing() {
        check(&[], &[]);
    }
}

//! Text in columns, as kubectl aligns them: three spaces between, at least six wide, the last one as it is.

const BETWEEN: usize = 3;
const NARROWEST: usize = 6;

/// Aligns rows; each is as long as the first.
pub(crate) fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let longest =
                rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0);
            (longest + BETWEEN).max(NARROWEST)
        })
        .collect();
    rows.iter().map(|row| align(row, &widths)).collect()
}

fn align(row: &[String], widths: &[usize]) -> String {
    let last = row.len().saturating_sub(1);
    let mut text = String::new();
    for (column, cell) in row.iter().enumerate() {
        text.push_str(cell);
        if column < last {
            let spaces = widths.get(column).copied().unwrap_or(0).saturating_sub(width(cell));
            text.extend(std::iter::repeat_n(' ', spaces));
        }
    }
    text
}

/// As Go's tabwriter counts: characters.
fn width(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[&[&str]], expected: &[&str]) {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect();
        assert_eq!(aligned(&rows), expected);
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
    fn nothing_is_nothing() {
        check(&[], &[]);
    }
}

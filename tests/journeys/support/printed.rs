//! What was printed in columns, and where one run's differs from another's.

/// Where `ours` differs from what was printed before and after it. An age may be any between the two; everything else,
/// the spaces too, is as it was.
pub(crate) fn difference(before: &str, ours: &str, after: &str) -> Option<String> {
    if ours == before || ours == after {
        return None;
    }
    let (before, ours, after) = (tables(before), tables(ours), tables(after));
    if ours.len() != before.len() || ours.len() != after.len() {
        return Some(format!("{} tables are {} and {}", ours.len(), before.len(), after.len()));
    }
    let mut tables = ours.iter().zip(before.iter().zip(&after));
    tables.find_map(|(ours, (before, after))| table_difference(before, ours, after))
}

/// Whether only ages went on from one to the other.
pub(crate) fn is_same_but_ages(before: &str, after: &str) -> bool {
    let texts = |printed: &str| -> Vec<Vec<Vec<String>>> {
        let text = |cell: &String| without_ages(cell).0;
        let row = |row: &Vec<String>| row.iter().map(text).collect();
        tables(printed).iter().map(|table| table.rows.iter().map(row).collect()).collect()
    };
    texts(before) == texts(after)
}

fn table_difference(before: &Printed<'_>, ours: &Printed<'_>, after: &Printed<'_>) -> Option<String> {
    let heading = ours.lines[0];
    if [&before.rows, &after.rows].iter().any(|rows| rows.len() != ours.rows.len()) {
        return Some(format!("under {heading:?} are {} rows and {}", ours.rows.len(), before.rows.len()));
    }
    if ours.rows[0] != before.rows[0] || ours.rows[0] != after.rows[0] {
        return Some(format!("the headings are {:?} and {:?}", ours.rows[0], before.rows[0]));
    }
    for ((row, before), after) in ours.rows.iter().zip(&before.rows).zip(&after.rows) {
        for (column, cell) in row.iter().enumerate() {
            let (before, after) = (&before[column], &after[column]);
            if cell != before && cell != after && !is_between(before, cell, after) {
                let heading = &ours.rows[0][column];
                return Some(format!("{heading} of {row:?} is {cell:?} and not {before:?} nor {after:?}"));
            }
        }
    }
    let expected = aligned(&ours.rows);
    let wrong = ours.lines.iter().zip(&expected).find(|(line, expected)| line != expected)?;
    Some(format!("{:?} is laid out otherwise: {:?}", wrong.0, wrong.1))
}

/// One table of an output.
struct Printed<'a> {
    lines: Vec<&'a str>,
    /// Its cells, of the headings too.
    rows: Vec<Vec<String>>,
}

/// The tables, which stand with a blank line between.
fn tables(text: &str) -> Vec<Printed<'_>> {
    let tables = text.split("\n\n").filter(|table| !table.is_empty());
    tables
        .map(|table| {
            let lines: Vec<&str> = table.split('\n').filter(|line| !line.is_empty()).collect();
            let starts = starts(lines[0]);
            let rows = lines.iter().map(|line| cells(line, &starts)).collect();
            Printed { lines, rows }
        })
        .collect()
}

/// Where the columns begin: after three spaces at least.
fn starts(heading: &str) -> Vec<usize> {
    let characters: Vec<char> = heading.chars().collect();
    let begins = |at: usize| {
        characters[at] != ' ' && (at == 0 || (at > 2 && characters[at - 3..at].iter().all(|&c| c == ' ')))
    };
    (0..characters.len()).filter(|&at| begins(at)).collect()
}

fn cells(line: &str, starts: &[usize]) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(characters.len()));
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| {
            let cell = characters.get(start..end.min(characters.len())).unwrap_or_default();
            cell.iter().collect::<String>().trim_end().to_owned()
        })
        .collect()
}

/// Lines as kubectl lays them out where every line has the same columns.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let last = rows[0].len() - 1;
    let width = |column: usize| {
        let widest = rows.iter().map(|row| row[column].chars().count() + 3).max();
        widest.unwrap_or_default().max(6)
    };
    let widths: Vec<usize> = (0..last).map(width).chain(std::iter::once(0)).collect();
    let line = |row: &Vec<String>| {
        let padded = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}"));
        padded.collect::<String>()
    };
    rows.iter().map(line).collect()
}

/// Whether a cell is the same but for ages, and each of them lies between two others.
fn is_between(before: &str, cell: &str, after: &str) -> bool {
    let ((text, ages), (text_before, ages_before), (text_after, ages_after)) =
        (without_ages(cell), without_ages(before), without_ages(after));
    let mut bounds = ages_before.iter().zip(&ages_after);
    text == text_before
        && text == text_after
        && ages.iter().all(|age| bounds.next().is_some_and(|(least, most)| least <= age && age <= most))
}

/// The text without its ages, and these in seconds.
fn without_ages(cell: &str) -> (String, Vec<u64>) {
    let (mut text, mut ages) = (String::new(), Vec::new());
    for word in cell.split_inclusive(|character: char| !character.is_ascii_alphanumeric()) {
        let bare = word.trim_end_matches(|character: char| !character.is_ascii_alphanumeric());
        match seconds(bare) {
            Some(age) => {
                ages.push(age);
                text.push('~');
                text.push_str(&word[bare.len()..]);
            }
            None => text.push_str(word),
        }
    }
    (text, ages)
}

fn seconds(age: &str) -> Option<u64> {
    let mut total = 0;
    let mut number = String::new();
    for character in age.chars() {
        if character.is_ascii_digit() {
            number.push(character);
            continue;
        }
        let unit = match character {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'y' => 31_536_000,
            _ => return None,
        };
        total += number.parse::<u64>().ok()? * unit;
        number.clear();
    }
    (!age.is_empty() && number.is_empty()).then_some(total)
}

#[test]
fn an_age_may_go_on_and_nothing_else_may_change() {
    let table = |status: &str, age: &str| format!("NAME   STATUS    AGE\nweb    {status}   {age}\n");
    let (before, after) = (table("Running", "59s"), table("Running", "61s"));
    assert_eq!(difference(&before, &table("Running", "60s"), &after), None);
    for other in
        [table("Running", "62s"), table("Stopped", "60s"), before.replace("NAME  ", "NAME "), String::new()]
    {
        assert!(difference(&before, &other, &after).is_some(), "{other}");
    }
    assert!(is_between("5 (59s ago)", "5 (60s ago)", "5 (61s ago)"));
    assert!(!is_between("5 (59s ago)", "6 (60s ago)", "5 (61s ago)"));
}

//! Ages as kubectl prints them, computed from timestamps by the server's clock.

use crate::{
    row::{ColumnKind, Row},
    sort::duration,
};

/// The moment, in Unix seconds, from which a cell counts that says how long ago something was. Its text stands still
/// from when it was printed.
pub fn since(row: &Row, kind: ColumnKind, cell: &str) -> Option<i64> {
    // Custom resources count from what their authors meant, which mostly is the creation too.
    let is_since_creation =
        |created: i64| [0, -1, 1, -2, 2].iter().any(|skew| human(row.printed_at - created + skew) == cell);
    match (kind, row.created) {
        (ColumnKind::Age, Some(created)) => Some(created),
        (ColumnKind::Elapsed, Some(created)) if is_since_creation(created) => Some(created),
        #[expect(clippy::cast_possible_truncation, reason = "a float that is too large becomes the largest")]
        (ColumnKind::Age | ColumnKind::Elapsed, _) => {
            Some(row.printed_at.saturating_sub(duration(cell)? as i64))
        }
        _ => None,
    }
}

/// The age of something that is `seconds` old: the rule of apimachinery's `duration.HumanDuration`.
pub fn human(seconds: i64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let days = hours / 24;
    match seconds {
        i64::MIN..=-2 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, "m", seconds % 60, "s"),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, "h", minutes % 60, "m"),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, "d", hours % 24, "h"),
        691_200..63_072_000 => format!("{days}d"),
        63_072_000..252_288_000 => two(days / 365, "y", days % 365, "d"),
        _ => format!("{}y", days / 365),
    }
}

/// Seconds until [`human`] of something `seconds` old reads differently.
pub fn changes_in(seconds: i64) -> i64 {
    let step = match seconds {
        i64::MIN..600 => 1,
        600..28_800 => 60,
        28_800..691_200 => 3600,
        _ => 86_400,
    };
    step - seconds.rem_euclid(step)
}

fn two(first: i64, first_unit: &str, second: i64, second_unit: &str) -> String {
    if second == 0 {
        format!("{first}{first_unit}")
    } else {
        format!("{first}{first_unit}{second}{second_unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seconds: i64, expected: &str) {
        assert_eq!(human(seconds), expected, "{seconds}");
    }

    #[test]
    fn seconds_up_to_two_minutes() {
        check(0, "0s");
        check(119, "119s");
    }
    #[test]
    fn minutes_with_seconds_up_to_ten() {
        check(120, "2m");
        check(599, "9m59s");
    }
    #[test]
    fn minutes_up_to_three_hours() {
        check(600, "10m");
        check(10_799, "179m");
    }
    #[test]
    fn hours_with_minutes_up_to_eight() {
        check(10_800, "3h");
        check(28_799, "7h59m");
    }
    #[test]
    fn hours_up_to_two_days() {
        check(28_800, "8h");
        check(172_799, "47h");
    }
    #[test]
    fn days_with_hours_up_to_eight() {
        check(172_800, "2d");
        check(691_199, "7d23h");
    }
    #[test]
    fn days_then_years() {
        check(691_200, "8d");
        check(63_072_000, "2y");
        check(63_072_000 + 86_400, "2y1d");
        check(252_288_000, "8y");
    }
    #[test]
    fn a_clock_ahead() {
        check(-1, "0s");
        check(-2, "<invalid>");
    }
    fn counts_from(kind: ColumnKind, created: Option<i64>, cell: &str, expected: Option<i64>) {
        let mut row = Row::clone(&crate::testing::row("a", "b", "Running", "0", created));
        row.printed_at = 10_000;
        assert_eq!(since(&row, kind, cell), expected, "{cell}");
    }

    #[test]
    fn an_age_counts_from_the_creation_whatever_was_printed() {
        counts_from(ColumnKind::Age, Some(9_000), "1h", Some(9_000));
        counts_from(ColumnKind::Age, None, "5m", Some(9_700));
        counts_from(ColumnKind::Age, None, "<unknown>", None);
    }
    #[test]
    fn what_else_a_time_counts_from_is_told_by_when_it_was_printed() {
        counts_from(ColumnKind::Elapsed, Some(9_890), "111s", Some(9_890));
        counts_from(ColumnKind::Elapsed, Some(9_000), "16m", Some(9_000));
        counts_from(ColumnKind::Elapsed, Some(9_000), "5m", Some(9_700));
        counts_from(ColumnKind::Elapsed, None, "<none>", None);
        counts_from(ColumnKind::Text, None, "5m", None);
    }
    #[test]
    fn the_next_change_really_is_the_next() {
        for seconds in [0, 5, 119, 121, 599, 601, 10_799, 10_801, 28_801, 172_801, 691_201, 63_072_001] {
            let step = changes_in(seconds);
            assert_ne!(human(seconds), human(seconds + step), "{seconds}");
            assert_eq!(human(seconds), human(seconds + step - 1), "{seconds}");
        }
    }
}

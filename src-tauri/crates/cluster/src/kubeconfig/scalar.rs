//! What a scalar is by YAML 1.1 as the library that kubectl uses takes it: `yes` is a truth, `0x1f` a number, and
//! neither may stand where a text belongs.

use super::node::Value;

/// A scalar without quotes and without a tag.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::Bool(false)
        }
        _ if is_number(text) => Value::Number,
        _ => Value::Text(text.to_owned()),
    }
}

fn is_number(text: &str) -> bool {
    match text.as_bytes() {
        [b'.', ..] => matches!(text, ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF") || is_decimal(text),
        [b'0'..=b'9' | b'+' | b'-', ..] => {
            let digits = text.replace('_', "");
            matches!(text, "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF")
                || is_whole(&digits)
                || is_decimal(&digits)
        }
        _ => false,
    }
}

/// A whole number of 64 bits, as Go's `ParseInt` with base 0 takes it.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)),
        [b'0', _, ..] => (8, digits.get(1..)),
        _ => (10, Some(digits)),
    };
    digits.is_some_and(|digits| !digits.starts_with(['+', '-']) && u64::from_str_radix(digits, base).is_ok())
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, unless it is too large for a number.
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    are_digits(whole)
        && are_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|digits| !digits.is_empty() && are_digits(digits))
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = match plain(text) {
            Value::Null => "null",
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            Value::Number => "number",
            Value::Text(_) => "text",
            _ => "another",
        };
        assert_eq!(found, expected, "{text:?}");
    }

    fn all(texts: &[&str], expected: &str) {
        for text in texts {
            check(text, expected);
        }
    }

    #[test]
    fn nothing_and_its_names() {
        all(&["", "~", "null", "Null", "NULL"], "null");
        check("nULL", "text");
    }
    #[test]
    fn truths_have_many_names() {
        all(&["y", "yes", "On", "TRUE"], "true");
        all(&["n", "No", "off", "FALSE"], "false");
        all(&["yEs", "tRUE", "t", "f"], "text");
    }
    #[test]
    fn whole_numbers_have_bases() {
        all(
            &[
                "0",
                "12345",
                "-7",
                "+7",
                "0x1F",
                "0o17",
                "017",
                "0b101",
                "-0b101",
                "1_000",
                "18446744073709551615",
            ],
            "number",
        );
        all(&["0x", "0xG", "1-2", "+", "-", "--1", "+-1", "0x-1", "12ab"], "text");
    }
    #[test]
    fn decimals_have_points_and_exponents() {
        all(
            &["1.5", "-.5", "1.", "1e3", "1E-3", ".5", "08", "99999999999999999999", ".inf", "-.Inf", ".nan"],
            "number",
        );
        all(&["1.2.3", ".", "1e", "e3", "1e999", "1.5.", "._5", "+.nan"], "text");
    }
    #[test]
    fn addresses_dates_and_times_are_texts() {
        all(&["10.0.0.1", "2001-01-01", "12:30:45", "https://host", "arn:aws:eks"], "text");
    }
}

//! What a scalar is by YAML 1.1 as the library that kubectl uses takes it: `yes` is a truth, `0x1f` a number, and
//! neither may stand where a text belongs.

use serde_json::Number;

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
        _ => number(text).unwrap_or_else(|| Value::Text(text.to_owned())),
    }
}

/// The number that a text is.
fn number(text: &str) -> Option<Value> {
    let is_infinite = matches!(text.strip_prefix(['+', '-']).unwrap_or(text), ".inf" | ".Inf" | ".INF");
    match text.as_bytes() {
        _ if is_infinite || matches!(text, ".nan" | ".NaN" | ".NAN") => Some(Value::Number(None)),
        [b'.', ..] => decimal(text).map(|number| Value::Number(Some(number))),
        [b'0'..=b'9' | b'+' | b'-', ..] => {
            let digits = text.replace('_', "");
            whole(&digits).or_else(|| decimal(&digits)).map(|number| Value::Number(Some(number)))
        }
        _ => None,
    }
}

/// A whole number of 64 bits, as Go's `ParseInt` with base 0 takes it.
fn whole(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let number = u64::from_str_radix(digits, base).ok()?;
    if text.starts_with('-') { Some(0_i64.checked_sub_unsigned(number)?.into()) } else { Some(number.into()) }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, unless it is too large for a number.
fn decimal(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_decimal = are_digits(whole)
        && are_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|digits| !digits.is_empty() && are_digits(digits));
    let number: f64 = if is_decimal { text.parse().ok()? } else { return None };
    // Go writes one without a fraction as a whole number, and reads no other as one.
    let whole = format!("{number:.0}").parse::<i64>().ok().filter(|_| number.fract() == 0.0);
    whole.map(Number::from).or_else(|| Number::from_f64(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = match plain(text) {
            Value::Null => "null",
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            Value::Number(_) => "number",
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
    fn a_number_is_in_json_what_go_makes_of_it() {
        for (text, expected) in [
            ("0x1F", "31"),
            ("-017", "-15"),
            ("+1_000", "1000"),
            ("18446744073709551615", "18446744073709551615"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("08", "8"),
            ("1.", "1"),
            ("1.50", "1.5"),
            ("-1e3", "-1000"),
            ("1e-3", "0.001"),
        ] {
            let Value::Number(Some(number)) = plain(text) else { panic!("{text}") };
            assert_eq!(number.to_string(), expected, "{text}");
        }
        assert!(matches!(plain("-.Inf"), Value::Number(None)), "JSON has none");
    }
    #[test]
    fn addresses_dates_and_times_are_texts() {
        all(&["10.0.0.1", "2001-01-01", "12:30:45", "https://host", "arn:aws:eks"], "text");
    }
}

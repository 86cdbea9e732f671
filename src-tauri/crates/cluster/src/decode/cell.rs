//! One cell of a table, printed as kubectl prints it: Go's `fmt.Sprint`, cut at the first line break.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

/// A printed cell: most stand in the answer as they are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Cell<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a cell")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Cell<'de>, E> {
        Ok(Cell(printed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell<'de>, E> {
        Ok(own(text))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Cell<'de>, E> {
        Ok(Cell(value.to_string().into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Cell<'de>, E> {
        Ok(Cell(value.to_string().into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Cell<'de>, E> {
        // What is beyond its integers Go reads as a float.
        #[expect(clippy::cast_precision_loss, reason = "so does Go")]
        let beyond = || float(value as f64);
        Ok(Cell(i64::try_from(value).map_or_else(|_| beyond(), |value| value.to_string()).into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Cell<'de>, E> {
        Ok(Cell(float(value).into()))
    }

    fn visit_unit<E: Error>(self) -> Result<Cell<'de>, E> {
        Ok(Cell(Cow::default()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Cell<'de>, A::Error> {
        let mut text = String::from("[");
        while let Some(Inner(item)) = items.next_element()? {
            let separator = if text.len() > 1 { " " } else { "" };
            let _ = write!(text, "{separator}{item}");
        }
        Ok(own(&(text + "]")))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Cell<'de>, A::Error> {
        // Go prints maps in the order of their keys.
        let mut sorted = std::collections::BTreeMap::new();
        while let Some((key, Inner(value))) = pairs.next_entry::<String, _>()? {
            sorted.insert(key, value);
        }
        let pairs: Vec<_> = sorted.into_iter().map(|(key, value)| format!("{key}:{value}")).collect();
        Ok(own(&format!("map[{}]", pairs.join(" "))))
    }
}

/// A value inside a list or a map, where Go prints null as `<nil>`.
struct Inner<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Inner<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let cell = Option::<Cell>::deserialize(deserializer)?;
        Ok(Self(cell.map_or_else(|| "<nil>".into(), |Cell(text)| text)))
    }
}

/// A cell that does not stand in the answer as it is.
fn own(text: &str) -> Cell<'static> {
    Cell(printed(text).into_owned().into())
}

/// Cut at the first line break, with the escape character made visible.
fn printed(text: &str) -> Cow<'_, str> {
    let end = text.find(['\n', '\r', '\u{c}']);
    let line = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    if end.is_none() && !line.contains('\u{1b}') {
        return line.into();
    }
    let mut line = line.replace('\u{1b}', "^[");
    if end.is_some() {
        line.push_str("...");
    }
    line.into()
}

/// Go's `%v` of a float64: the shortest digits, with an exponent below 1e-4 and from 1e6 on.
fn float(value: f64) -> String {
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    match exponent.parse::<i32>() {
        Ok(-4..6) | Err(_) => value.to_string(),
        Ok(exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", exponent.abs())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: &str) {
        let Cell(text) = serde_json::from_str(json).expect("a cell");
        assert_eq!(&*text, expected, "{json}");
    }

    #[test]
    fn texts_stand_as_they_are() {
        check(r#""web-1""#, "web-1");
        check(r#""""#, "");
        check(r#""a\tb 🌱""#, "a\tb 🌱");
    }
    #[test]
    fn a_text_of_several_lines_is_cut() {
        check(r#""a\nb""#, "a...");
        check(r#""a\r\nb""#, "a...");
        check(r#""a\fb""#, "a...");
        check(r#""\n""#, "...");
    }
    #[test]
    fn an_escape_character_is_made_visible() {
        check(r#""\u001b[31mred""#, "^[[31mred");
    }
    #[test]
    fn numbers_are_as_go_prints_them() {
        check("3", "3");
        check("-9223372036854775808", "-9223372036854775808");
        check("9223372036854775807", "9223372036854775807");
        check("9223372036854775808", "9.223372036854776e+18");
        check("1.5", "1.5");
        check("2.0", "2");
        check("123456.5", "123456.5");
        check("1000000", "1000000");
        check("1e6", "1e+06");
        check("123456789.0", "1.23456789e+08");
        check("1e20", "1e+20");
        check("1e21", "1e+21");
        check("0.0001", "0.0001");
        check("0.00001234", "1.234e-05");
        check("-0.5", "-0.5");
    }
    #[test]
    fn truth_and_nothing() {
        check("true", "true");
        check("null", "");
    }
    #[test]
    fn lists_and_maps_are_as_go_prints_them() {
        check(r#"["a", 1, null]"#, "[a 1 <nil>]");
        check(r#"{"b": true, "a": [1]}"#, "map[a:[1] b:true]");
        check("[]", "[]");
        check("{}", "map[]");
    }
}

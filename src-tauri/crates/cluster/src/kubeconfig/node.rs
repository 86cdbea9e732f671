//! A kubeconfig as a tree of text with line numbers, so that one malformed entry costs that entry only.
//!
//! Scalars are text here whatever YAML takes them for: kubectl too turns `token: 12345` into text. Nodes hold
//! tokens and keys, so they have no `Debug` and no error quotes them.

use std::{fmt, io::Cursor};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{DuplicateKeyPolicy, Options, Spanned};

/// A value and where it starts.
pub(super) struct Node {
    /// From 1; 0 where it is not known.
    pub(super) line: u32,
    pub(super) value: Value,
}

/// What a node holds.
pub(super) enum Value {
    Null,
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// A node that is not what its place asks for, or a text that is no YAML.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) line: Option<u32>,
    pub(super) problem: String,
}

/// Reads the first document. `None` when there is none.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Node>, Malformed> {
    let mut options = Options::default();
    // A snippet would carry tokens into the message.
    options.with_snippet = false;
    // Then all come, and `get` takes the last, as the YAML library that kubectl uses does.
    options.duplicate_keys = DuplicateKeyPolicy::LastWins;
    let mut reader = Cursor::new(bytes);
    let first = serde_saphyr::read_with_options::<_, Node>(&mut reader, options).next();
    first.transpose().map_err(|error| Malformed {
        line: error.location().and_then(|location| u32::try_from(location.line()).ok()),
        // The library's own words may quote a scalar.
        problem: "not valid YAML".to_owned(),
    })
}

impl Node {
    /// The value under a key, unless it is absent or null.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let Value::Map(pairs) = &self.value else { return None };
        let (_, node) = pairs.iter().rfind(|(name, _)| name == key)?;
        if matches!(node.value, Value::Null) { None } else { Some(node) }
    }

    /// The text under a key; an empty one counts as absent, as it does in Go.
    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, Malformed> {
        match self.get(key) {
            None => Ok(None),
            Some(Node { value: Value::Text(text), .. }) => {
                Ok(Some(text.as_str()).filter(|text| !text.is_empty()))
            }
            Some(node) => Err(node.malformed(&format!("{key} is not text"))),
        }
    }

    /// The truth under a key; false when absent.
    pub(super) fn is_set(&self, key: &str) -> Result<bool, Malformed> {
        match self.text(key)? {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => {
                Err(self.get(key).unwrap_or(self).malformed(&format!("{key} is neither true nor false")))
            }
        }
    }

    /// The items under a key; none when absent.
    pub(super) fn list(&self, key: &str) -> Result<&[Node], Malformed> {
        match self.get(key) {
            None => Ok(&[]),
            Some(Node { value: Value::List(items), .. }) => Ok(items),
            Some(node) => Err(node.malformed(&format!("{key} is not a list"))),
        }
    }

    /// The texts of a list under a key.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, Malformed> {
        self.list(key)?
            .iter()
            .map(|item| match &item.value {
                Value::Text(text) => Ok(text.clone()),
                _ => Err(item.malformed(&format!("{key} holds something that is not text"))),
            })
            .collect()
    }

    /// What is wrong with this node.
    pub(super) fn malformed(&self, problem: &str) -> Malformed {
        Malformed { line: self.line(), problem: problem.to_owned() }
    }

    /// The line, where it is known.
    pub(super) fn line(&self) -> Option<u32> {
        Some(self.line).filter(|line| *line > 0)
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Value>::deserialize(deserializer)?;
        Ok(Self { line: u32::try_from(spanned.referenced.line()).unwrap_or_default(), value: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("YAML")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_bytes<E>(self, value: &[u8]) -> Result<Value, E> {
        // `!!binary`, which Go takes as the text in it.
        Ok(Value::Text(String::from_utf8_lossy(value).into_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = access.next_entry()? {
            pairs.push(pair);
        }
        Ok(Value::Map(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(yaml: &str, expected: Option<&str>) {
        let node = parse(yaml.as_bytes()).expect("YAML").expect("a document");
        assert_eq!(node.text("a").ok().flatten(), expected, "{yaml}");
    }

    #[test]
    fn scalars_are_text() {
        check("a: b", Some("b"));
        check("a: 12345", Some("12345"));
        check("a: true", Some("true"));
        check("a: '012'", Some("012"));
    }
    #[test]
    fn nothing_is_absent() {
        check("b: c", None);
        check("a:", None);
        check("a: ''", None);
        check("a: null", None);
    }
    #[test]
    fn json_is_yaml() {
        check(r#"{"a": "b"}"#, Some("b"));
    }
    #[test]
    fn the_last_of_two_equal_keys_wins() {
        check("a: b\na: c", Some("c"));
    }
    #[test]
    fn only_the_first_document_counts() {
        check("a: b\n---\na: c", Some("b"));
        check("a: b\n---\n{", Some("b"));
    }
    #[test]
    fn a_windows_editors_utf_16_is_read() {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend("a: b\r\n".encode_utf16().flat_map(u16::to_le_bytes));
        let node = parse(&bytes).expect("YAML").expect("a document");
        assert_eq!(node.text("a"), Ok(Some("b")));
        bytes.pop();
        let _ = parse(&bytes);
    }
    #[test]
    fn an_empty_file_has_no_document() {
        for text in ["", "\n", "# only a remark\n"] {
            assert!(parse(text.as_bytes()).expect("no problem").is_none(), "{text:?}");
        }
    }
    #[test]
    fn what_is_no_yaml_is_named_by_its_line_and_not_quoted() {
        let malformed = parse(b"a: b\nc: [secret\nd: 'secret\n").err().expect("no YAML");
        assert!(malformed.line.is_some());
        assert_eq!(malformed.problem, "not valid YAML");
    }
    #[test]
    fn nodes_know_their_lines() {
        let node = parse(b"a:\n- b: c\n  d: e\n- f: [g]\n").expect("YAML").expect("a document");
        let lines: Vec<_> = node.list("a").expect("a list").iter().map(Node::line).collect();
        assert_eq!(lines, [Some(2), Some(4)]);
    }
    #[test]
    fn what_is_not_what_its_place_asks_for_is_malformed() {
        let node = parse(b"a: [b]\nb: maybe\nc: d\n").expect("YAML").expect("a document");
        assert_eq!(node.text("a"), Err(Malformed { line: Some(1), problem: "a is not text".into() }));
        assert_eq!(node.is_set("b").err().and_then(|malformed| malformed.line), Some(2));
        assert!(node.list("c").is_err());
    }
}

//! A kubeconfig as a tree of values with line numbers, so that one malformed entry costs that entry only.
//!
//! Nodes hold tokens and keys, so they have no `Debug` and no error quotes them.

use serde_json::json;

/// A value and where it starts.
#[derive(Clone)]
pub(super) struct Node {
    /// From 1; 0 where it is not known.
    pub(super) line: u32,
    pub(super) value: Value,
}

/// What a node holds. As for kubectl, a number or a truth is no text: it takes quotes to make it one.
#[derive(Clone)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// Nothing where JSON has no such number.
    Number(Option<serde_json::Number>),
    Text(String),
    List(Vec<Node>),
    /// Each key once.
    Map(Vec<(String, Node)>),
}

/// A node that is not what its place asks for, or a text that is no YAML.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) line: Option<u32>,
    pub(super) problem: String,
}

impl Node {
    /// The value under a key, unless it is absent or null.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let Value::Map(pairs) = &self.value else { return None };
        let (_, node) = pairs.iter().find(|(name, _)| name == key)?;
        if matches!(node.value, Value::Null) { None } else { Some(node) }
    }

    /// The text under a key; an empty one counts as absent, as it does in Go.
    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, Malformed> {
        match self.get(key) {
            None => Ok(None),
            Some(Node { value: Value::Text(text), .. }) => {
                Ok(Some(text.as_str()).filter(|text| !text.is_empty()))
            }
            Some(node) => Err(node.malformed(&format!("{key} is {}, not text", node.said()))),
        }
    }

    /// The truth under a key; false when absent.
    pub(super) fn is_set(&self, key: &str) -> Result<bool, Malformed> {
        match self.get(key) {
            None => Ok(false),
            Some(Node { value: Value::Bool(truth), .. }) => Ok(*truth),
            Some(node) => Err(node.malformed(&format!("{key} is {}, not true or false", node.said()))),
        }
    }

    /// The items under a key; none when absent.
    pub(super) fn list(&self, key: &str) -> Result<&[Node], Malformed> {
        match self.get(key) {
            None => Ok(&[]),
            Some(Node { value: Value::List(items), .. }) => Ok(items),
            Some(node) => Err(node.malformed(&format!("{key} is {}, not a list", node.said()))),
        }
    }

    /// The texts of a list under a key; what is null there is an empty text, as it is in Go.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, Malformed> {
        self.list(key)?
            .iter()
            .map(|item| match &item.value {
                Value::Text(text) => Ok(text.clone()),
                Value::Null => Ok(String::new()),
                _ => Err(item.malformed(&format!("{key} holds {}, not only text", item.said()))),
            })
            .collect()
    }

    /// The map under a key, an empty one when absent.
    pub(super) fn map(&self, key: &str) -> Result<&[(String, Node)], Malformed> {
        match self.get(key) {
            None => Ok(&[]),
            Some(Node { value: Value::Map(pairs), .. }) => Ok(pairs),
            Some(node) => Err(node.malformed(&format!("{key} is {}, not a map", node.said()))),
        }
    }

    /// The same in JSON, as kubectl makes it.
    pub(super) fn json(&self) -> Result<serde_json::Value, Malformed> {
        Ok(match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(truth) => json!(truth),
            Value::Number(Some(number)) => json!(number),
            Value::Number(None) => return Err(self.malformed("it holds a number that JSON does not have")),
            Value::Text(text) => json!(text),
            Value::List(items) => items.iter().map(Node::json).collect::<Result<_, _>>()?,
            Value::Map(pairs) => {
                pairs.iter().map(|(key, node)| Ok((key.clone(), node.json()?))).collect::<Result<_, _>>()?
            }
        })
    }

    /// What this is, for an error.
    pub(super) fn said(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a truth without quotes",
            Value::Number(_) => "a number without quotes",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
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

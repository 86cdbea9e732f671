//! From YAML to nodes: the first document, anchors and merge keys resolved, within limits.
//!
//! What no kubeconfig needs is refused before it costs anything: depth, size, and what grows by aliases.

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, options};

use super::{
    node::{Malformed, Node, Value},
    scalar,
    text::text_of,
};

/// The most that is made of one file: a value counts one, and one more for each 32 bytes of it. Ten thousand contexts
/// with their clusters and users are less; a million contexts, or a billion laughs, are more.
const MOST: usize = 300_000;
/// A kubeconfig is five deep; its extensions may be anything.
const DEEPEST: usize = 64;

/// Reads the first document. `None` when there is none.
pub(super) fn parse(bytes: &[u8]) -> Result<Option<Node>, Malformed> {
    let text = text_of(bytes)?;
    let mut builder = Builder::default();
    let options =
        options! { emit_comments: false, flow_nesting_limit: DEEPEST, block_nesting_limit: DEEPEST };
    for next in Parser::new_from_str_with_options(&text, options) {
        let (event, span) = next.map_err(|error| invalid(&error))?;
        let line = u32::try_from(span.start.line()).unwrap_or_default();
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.take(event, line).map_err(|problem| Malformed {
            line: Some(line).filter(|line| *line > 0),
            problem: problem.to_owned(),
        })?;
    }
    Ok(builder.root.filter(|root| !matches!(root.value, Value::Null)))
}

/// The parser's own words, which quote nothing but, in one case, a character.
fn invalid(error: &ScanError) -> Malformed {
    let problem = match error.kind() {
        ErrorKind::UnexpectedCharacter { .. } => {
            "not valid YAML: a character that may not stand here".to_owned()
        }
        ErrorKind::RecursionLimitExceeded => TOO_DEEP.to_owned(),
        kind => format!("not valid YAML: {kind}"),
    };
    Malformed { line: u32::try_from(error.marker().line()).ok(), problem }
}

/// Where YAML's own tags are.
const YAML: &str = "tag:yaml.org,2002:";
const OTHER_TAG: &str = "a value is not what its tag says";
const TOO_DEEP: &str = "it is nested too deeply";
const TOO_MUCH: &str = "it holds more values than Secateur reads from one file";

/// A node as far as it is known.
#[derive(Default)]
struct Builder {
    root: Option<Node>,
    open: Vec<Open>,
    /// What aliases stand for.
    anchors: HashMap<usize, Whole>,
    /// What was made so far, by the measure of [`MOST`].
    made: usize,
}

/// A node that is complete, with its measures.
#[derive(Clone)]
struct Whole {
    node: Node,
    size: usize,
    depth: usize,
}

/// A list or a map that is not complete.
struct Open {
    line: u32,
    anchor: usize,
    size: usize,
    depth: usize,
    holds: Holds,
}

enum Holds {
    Items(Vec<Node>),
    Pairs { pairs: Pairs, key: Option<Key> },
}

/// A key whose value is awaited.
enum Key {
    Text(String),
    /// `<<`
    Merge,
}

/// A map's pairs; of equal keys the last stays, as in the library that kubectl uses.
#[derive(Default)]
struct Pairs {
    pairs: Vec<(String, Node)>,
    places: HashMap<String, usize>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, line: u32) -> Result<(), &'static str> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_merge = text == "<<" && style == ScalarStyle::Plain && tag.is_none();
                let value = match tag.as_ref().map(|tag| tag.suffix_in_namespace(YAML)) {
                    None if style == ScalarStyle::Plain => scalar::plain(&text),
                    None | Some(None) => Value::Text(text.to_string()),
                    Some(Some(tag)) => tagged(&tag, &text)?,
                };
                let size = 1 + text.len() / 32;
                self.count(size)?;
                let whole = Whole { node: Node { line, value }, size, depth: 0 };
                self.keep(anchor, &whole)?;
                if self.awaits_key() {
                    self.begin_pair(if is_merge { Key::Merge } else { key(&whole.node.value, &text)? });
                    return Ok(());
                }
                self.put(whole)
            }
            Event::Alias(anchor) => {
                let Some(Whole { node, size, depth }) = self.anchors.get(&anchor) else {
                    return Err("an alias stands for what it is part of");
                };
                let (size, depth) = (*size, *depth);
                let made = self.made + size;
                // Before it is copied: nine times nine times nine, nine times over, are a billion laughs.
                if made > MOST {
                    return Err(TOO_MUCH);
                }
                let whole = Whole { node: Node { line, value: node.value.clone() }, size, depth };
                self.made = made;
                if self.awaits_key() {
                    self.begin_pair(key(&whole.node.value, "a number")?);
                    return Ok(());
                }
                self.put(whole)
            }
            Event::SequenceStart(_, anchor, _) => self.open(line, anchor, Holds::Items(Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                self.open(line, anchor, Holds::Pairs { pairs: Pairs::default(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            _ => Ok(()),
        }
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { holds: Holds::Pairs { key: None, .. }, .. }))
    }

    fn begin_pair(&mut self, begun: Key) {
        if let Some(Open { holds: Holds::Pairs { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(begun);
        }
    }

    fn open(&mut self, line: u32, anchor: usize, holds: Holds) -> Result<(), &'static str> {
        if self.awaits_key() {
            return Err("a key is a list or a map");
        }
        if self.open.len() >= DEEPEST {
            return Err(TOO_DEEP);
        }
        self.open.push(Open { line, anchor, size: 1, depth: 1, holds });
        self.count(1)
    }

    fn close(&mut self) -> Result<(), &'static str> {
        let Some(Open { line, anchor, size, depth, holds }) = self.open.pop() else { return Ok(()) };
        let value = match holds {
            Holds::Items(items) => Value::List(items),
            Holds::Pairs { pairs, .. } => Value::Map(pairs.pairs),
        };
        let whole = Whole { node: Node { line, value }, size, depth };
        self.keep(anchor, &whole)?;
        self.put(whole)
    }

    /// Keeps what has an anchor. The copy counts: anchors within anchors are copied once for each.
    fn keep(&mut self, anchor: usize, whole: &Whole) -> Result<(), &'static str> {
        if anchor != 0 {
            self.count(whole.size)?;
            self.anchors.insert(anchor, whole.clone());
        }
        Ok(())
    }

    fn count(&mut self, size: usize) -> Result<(), &'static str> {
        self.made += size;
        if self.made > MOST { Err(TOO_MUCH) } else { Ok(()) }
    }

    /// Puts what is complete where it belongs.
    fn put(&mut self, whole: Whole) -> Result<(), &'static str> {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(whole.node);
            return Ok(());
        };
        open.size += whole.size;
        open.depth = open.depth.max(whole.depth + 1);
        // Aliases could nest deeper than the text does.
        if open.depth > DEEPEST {
            return Err(TOO_DEEP);
        }
        match &mut open.holds {
            Holds::Items(items) => items.push(whole.node),
            Holds::Pairs { pairs, key } => match key.take() {
                Some(Key::Text(key)) => pairs.set(key, whole.node),
                Some(Key::Merge) => pairs.merge(whole.node)?,
                None => {}
            },
        }
        Ok(())
    }
}

impl Pairs {
    fn set(&mut self, key: String, node: Node) {
        if let Some((_, known)) = self.places.get(&key).and_then(|place| self.pairs.get_mut(*place)) {
            *known = node;
        } else {
            self.places.insert(key.clone(), self.pairs.len());
            self.pairs.push((key, node));
        }
    }

    /// Takes what `<<` brings; of several maps the first wins.
    fn merge(&mut self, node: Node) -> Result<(), &'static str> {
        let maps = match node.value {
            Value::Map(_) => vec![node],
            Value::List(items) => items,
            _ => return Err(NO_MAP),
        };
        for map in maps.into_iter().rev() {
            let Value::Map(pairs) = map.value else { return Err(NO_MAP) };
            for (key, node) in pairs {
                self.set(key, node);
            }
        }
        Ok(())
    }
}

const NO_MAP: &str = "what << brings in is no map";

/// A key's text. Truths and numbers may be keys; no key that is looked for is one.
fn key(value: &Value, number: &str) -> Result<Key, &'static str> {
    match value {
        Value::Text(text) => Ok(Key::Text(text.clone())),
        Value::Bool(truth) => Ok(Key::Text(truth.to_string())),
        Value::Number(Some(number)) => Ok(Key::Text(number.to_string())),
        Value::Number(None) => Ok(Key::Text(number.to_owned())),
        Value::Null | Value::List(_) | Value::Map(_) => Err("a key is not text"),
    }
}

/// A scalar with one of YAML's own tags.
fn tagged(tag: &str, text: &str) -> Result<Value, &'static str> {
    match (tag, scalar::plain(text)) {
        ("null", Value::Null) => Ok(Value::Null),
        ("bool", Value::Bool(truth)) => Ok(Value::Bool(truth)),
        ("int" | "float", number @ Value::Number(_)) => Ok(number),
        ("null" | "bool" | "int" | "float", _) => Err(OTHER_TAG),
        ("binary", _) => {
            let bytes = BASE64_STANDARD.decode(text).map_err(|_| OTHER_TAG)?;
            Ok(Value::Text(String::from_utf8_lossy(&bytes).into_owned()))
        }
        _ => Ok(Value::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests;

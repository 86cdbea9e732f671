//! YAML in all the ways that people and tools write it: block and flow, every kind of quotes.

use crate::chance::Chance;

/// A value before it is written.
#[derive(Clone, Debug)]
pub enum Yaml {
    /// What stands there as it is: a number, a truth, an alias, nothing.
    Raw(String),
    /// A text, whatever it takes to make it one.
    Text(String),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    pub fn raw(text: &str) -> Self {
        Self::Raw(text.to_owned())
    }

    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// In one line.
pub fn flow(value: &Yaml, chance: &mut Chance) -> String {
    match value {
        Yaml::Raw(raw) => raw.clone(),
        Yaml::Text(text) => scalar(text, chance),
        Yaml::List(items) => {
            let items: Vec<_> = items.iter().map(|item| flow(item, chance)).collect();
            format!("[{}]", items.join(", "))
        }
        Yaml::Map(pairs) => {
            let pair =
                |(key, value): &(String, Yaml)| format!("{}: {}", scalar(key, chance), flow(value, chance));
            let pairs: Vec<_> = pairs.iter().map(pair).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

/// In lines that begin with so many spaces; what follows a key or a dash on the same line comes first.
fn below(value: &Yaml, indent: usize, chance: &mut Chance) -> String {
    match value {
        Yaml::Map(pairs) if !pairs.is_empty() && !chance.once_in(5) => {
            format!("\n{}", block_map(pairs, indent, chance))
        }
        Yaml::List(items) if !items.is_empty() && !chance.once_in(3) => {
            let items: String = items.iter().map(|item| list_item(item, indent, chance)).collect();
            format!("\n{items}")
        }
        Yaml::Text(text) if is_blockable(text) && chance.once_in(6) => {
            // The last line break is not part of the text.
            format!(" |-\n{:indent$}{text}\n", "")
        }
        Yaml::Raw(raw) if raw.is_empty() => "\n".to_owned(),
        other => {
            let remark = if chance.once_in(12) { " # a remark: {[" } else { "" };
            format!(" {}{remark}\n", flow(other, chance))
        }
    }
}

pub fn block_map(pairs: &[(String, Yaml)], indent: usize, chance: &mut Chance) -> String {
    let mut text = String::new();
    for (key, value) in pairs {
        let key = scalar(key, chance);
        let value = below(value, indent + 2, chance);
        text.push_str(&format!("{:indent$}{key}:{value}", ""));
    }
    text
}

pub fn list_item(item: &Yaml, indent: usize, chance: &mut Chance) -> String {
    match item {
        Yaml::Map(pairs) if !pairs.is_empty() && !chance.once_in(4) => {
            let block = block_map(pairs, indent + 2, chance);
            format!("{:indent$}- {}", "", block.trim_start_matches(' '))
        }
        other => format!("{:indent$}- {}\n", "", flow(other, chance)),
    }
}

fn scalar(text: &str, chance: &mut Chance) -> String {
    match chance.below(4) {
        0 | 1 if is_plain(text) => text.to_owned(),
        2 if text.chars().all(|character| !character.is_control()) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        _ => serde_json::Value::from(text).to_string(),
    }
}

/// Whether it is a text without quotes, in any place and by any YAML.
fn is_plain(text: &str) -> bool {
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte))
        && !text.ends_with(':')
        && !words.contains(&text.to_lowercase().as_str())
}

fn is_blockable(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphanumeric())
        && text.chars().all(|character| !character.is_control() && character != '\u{feff}')
}

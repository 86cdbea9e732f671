//! Label selectors, as `kubectl -l` takes them.

use crate::row::Labels;

/// Requirements that labels must all meet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selector(Vec<Requirement>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Exists,
    Missing,
    In(Vec<String>),
    /// Labels without the key meet it too.
    NotIn(Vec<String>),
    Greater(i64),
    Less(i64),
}

/// Why a text is no selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SelectorError(String);

impl Selector {
    /// Reads `app=web,tier!=db,env in (a,b),!canary,size>3`.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        let mut reader = Reader { rest: text.trim() };
        if reader.rest.is_empty() {
            return Err(SelectorError("a label is missing".to_owned()));
        }
        let mut requirements = Vec::new();
        loop {
            requirements.push(reader.requirement()?);
            if reader.rest.is_empty() {
                return Ok(Self(requirements));
            }
            reader.expect(',')?;
        }
    }

    /// Whether labels meet all of it.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.0.iter().all(|Requirement { key, test }| {
            let value = labels.get(key);
            let number = || value.and_then(|value| value.parse::<i64>().ok());
            match test {
                Test::Exists => value.is_some(),
                Test::Missing => value.is_none(),
                Test::In(values) => value.is_some_and(|value| values.iter().any(|own| own == value)),
                Test::NotIn(values) => value.is_none_or(|value| values.iter().all(|own| own != value)),
                Test::Greater(than) => number().is_some_and(|number| number > *than),
                Test::Less(than) => number().is_some_and(|number| number < *than),
            }
        })
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn requirement(&mut self) -> Result<Requirement, SelectorError> {
        if self.takes("!") {
            return Ok(Requirement { key: self.key()?, test: Test::Missing });
        }
        let key = self.key()?;
        let test = if self.rest.is_empty() || self.rest.starts_with(',') {
            Test::Exists
        } else if self.takes("!=") {
            Test::NotIn(vec![self.value()?])
        } else if self.takes("==") || self.takes("=") {
            Test::In(vec![self.value()?])
        } else if self.takes(">") {
            Test::Greater(self.number()?)
        } else if self.takes("<") {
            Test::Less(self.number()?)
        } else {
            match self.word() {
                "in" => Test::In(self.values()?),
                "notin" => Test::NotIn(self.values()?),
                word => {
                    let problem = format!("after {key} stands {word:?}, not =, !=, in or notin");
                    return Err(SelectorError(problem));
                }
            }
        };
        Ok(Requirement { key, test })
    }

    fn key(&mut self) -> Result<String, SelectorError> {
        let key = self.word();
        let (prefix, name) = key.rsplit_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
        let is_valid = !name.is_empty() && name.len() <= 63 && is_label_text(name);
        if !is_valid || prefix.is_some_and(|prefix| prefix.is_empty() || !is_label_text(prefix)) {
            return Err(SelectorError(format!("{key:?} is no label's name")));
        }
        Ok(key.to_owned())
    }

    fn value(&mut self) -> Result<String, SelectorError> {
        let value = self.word();
        if value.len() > 63 || (!value.is_empty() && !is_label_text(value)) {
            return Err(SelectorError(format!("{value:?} is no label's value")));
        }
        Ok(value.to_owned())
    }

    fn number(&mut self) -> Result<i64, SelectorError> {
        let word = self.word();
        word.parse().map_err(|_| SelectorError(format!("{word:?} is no whole number")))
    }

    fn values(&mut self) -> Result<Vec<String>, SelectorError> {
        self.expect('(')?;
        let mut values = vec![self.value()?];
        while self.takes(",") {
            values.push(self.value()?);
        }
        self.expect(')')?;
        values.sort_unstable();
        Ok(values)
    }

    fn word(&mut self) -> &'a str {
        let is_end = |character: char| character.is_whitespace() || "=!<>(),".contains(character);
        let end = self.rest.find(is_end).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        word
    }

    fn takes(&mut self, sign: &str) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, sign: char) -> Result<(), SelectorError> {
        if self.takes(sign.encode_utf8(&mut [0; 4])) {
            return Ok(());
        }
        let found =
            self.rest.chars().next().map_or_else(|| "its end".to_owned(), |found| format!("{found:?}"));
        Err(SelectorError(format!("{sign:?} is missing before {found}")))
    }
}

/// Letters, digits and `-_.`, a letter or digit at both ends.
fn is_label_text(text: &str) -> bool {
    let is_end = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && is_end(text.bytes().next())
        && is_end(text.bytes().next_back())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|&(key, value)| (key.into(), value.into())).collect()
    }

    fn check(selector: &str, expected: bool) {
        let labels = labels(&[("app", "web"), ("example.com/size", "10"), ("empty", "")]);
        let parsed = Selector::parse(selector).expect("a selector");
        assert_eq!(parsed.matches(&labels), expected, "{selector}");
    }

    fn refused(selector: &str, problem: &str) {
        assert_eq!(Selector::parse(selector).expect_err("no selector").to_string(), problem);
    }

    #[test]
    fn equality() {
        check("app=web", true);
        check("app==web", true);
        check(" app = web ", true);
        check("app=db", false);
        check("other=web", false);
        check("empty=", true);
    }
    #[test]
    fn inequality_is_met_by_what_has_no_such_label() {
        check("app!=db", true);
        check("app!=web", false);
        check("other!=web", true);
    }
    #[test]
    fn sets() {
        check("app in (db, web)", true);
        check("app in (db)", false);
        check("app notin (db)", true);
        check("other notin (db)", true);
        check("empty in (,a)", true);
    }
    #[test]
    fn presence_and_absence() {
        check("app", true);
        check("other", false);
        check("!other", true);
        check("!app", false);
    }
    #[test]
    fn numbers() {
        check("example.com/size>9", true);
        check("example.com/size>10", false);
        check("example.com/size<11", true);
        check("app>1", false);
    }
    #[test]
    fn all_requirements_must_be_met() {
        check("app=web,!other,example.com/size", true);
        check("app=web,other", false);
    }
    #[test]
    fn what_is_no_selector_says_why() {
        refused("", "a label is missing");
        refused("app in (a", "')' is missing before its end");
        refused("app in a", "'(' is missing before 'a'");
        refused("app is web", "after app stands \"is\", not =, !=, in or notin");
        refused("a=b;c=d", "\"b;c\" is no label's value");
        refused("-a=b", "\"-a\" is no label's name");
        refused("a>b", "\"b\" is no whole number");
        refused("a=b,", "\"\" is no label's name");
        refused("a b c", "after a stands \"b\", not =, !=, in or notin");
    }
}

//! Request headers that a person adds for a cluster behind an authenticating proxy.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

/// Of all values together, in bytes: servers take some ten kilobytes of headers in all.
const MOST_BYTES: usize = 8 << 10;
/// How many there may be.
const MOST_HEADERS: usize = 32;

/// Headers that say who somebody is, what a request means or how it travels: they are the pipeline's own.
const OWN: [&str; 22] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie2",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authorization",
    "proxy-authenticate",
    "proxy-connection",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-remote-user",
];

/// Names and values, checked. Its `Debug` shows no value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ExtraHeaders {
    map: HeaderMap,
}

impl ExtraHeaders {
    /// Checks names and values; the error names the header and never its value.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a SecretString)>) -> Result<Self, String> {
        let mut map = HeaderMap::new();
        let mut bytes = 0;
        for (name, value) in pairs {
            let parsed = check_name(name)?;
            let value = value.expose_secret().trim();
            if value.is_empty() {
                return Err(format!("the header {name} has no value"));
            }
            if value.chars().any(char::is_control) {
                return Err(format!("the value of {name} holds a line break or another control character"));
            }
            let mut kept = HeaderValue::from_str(value)
                .map_err(|_| format!("the value of {name} holds what cannot be sent in a header"))?;
            kept.set_sensitive(true);
            bytes += value.len();
            if map.insert(parsed, kept).is_some() {
                return Err(format!("the header {name} is named twice"));
            }
        }
        if map.len() > MOST_HEADERS || bytes > MOST_BYTES {
            return Err(format!(
                "there may be {MOST_HEADERS} extra headers with {} KiB in all",
                MOST_BYTES >> 10
            ));
        }
        Ok(Self { map })
    }

    /// Their names, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.map.keys().map(ToString::to_string).collect();
        names.sort();
        names
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Puts them on a request. What the pipeline sets itself has none of these names.
    pub(crate) fn add_to(&self, headers: &mut HeaderMap) {
        headers.extend(self.map.clone());
    }
}

impl fmt::Debug for ExtraHeaders {
    /// Names only.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.map.keys()).finish()
    }
}

fn check_name(name: &str) -> Result<HeaderName, String> {
    let parsed = HeaderName::try_from(name)
        .map_err(|_| format!("{name:?} is no name of a header: letters, digits and - are"))?;
    let lower = parsed.as_str();
    if OWN.contains(&lower) || lower.starts_with("impersonate-") || lower.starts_with("x-remote-") {
        return Err(format!(
            "the header {name} cannot be added: Secateur sets it itself, or sends none of that name"
        ));
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, value: &str, expected: Result<&str, &str>) {
        let value = SecretString::from(value);
        let made = ExtraHeaders::new([(name, &value)]);
        match expected {
            Ok(name) => assert_eq!(made.expect("headers").names(), [name]),
            Err(part) => {
                let said = made.expect_err("refused");
                assert!(said.contains(part) && !said.contains("planted"), "{said}");
            }
        }
    }

    #[test]
    fn what_a_proxy_asks_for_is_taken() {
        check("CF-Access-Client-Secret", "planted", Ok("cf-access-client-secret"));
        check("cookie", "planted=1; b=2", Ok("cookie"));
        check("X-Api-Key", "  planted ", Ok("x-api-key"));
        check("x-name", "planted-\u{e4}", Ok("x-name"));
    }

    #[test]
    fn who_somebody_is_and_how_a_request_travels_is_not_added() {
        for name in [
            "Authorization",
            "Impersonate-User",
            "impersonate-extra-scopes",
            "Host",
            "Content-Length",
            "Connection",
            "Transfer-Encoding",
            "Proxy-Authorization",
            "TE",
            "Upgrade",
            "Content-Type",
            "Accept",
            "X-Remote-Group",
        ] {
            check(name, "planted", Err("cannot be added"));
        }
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for name in ["", "a b", "a:b", "a\r\nHost", "ä", ":path"] {
            check(name, "planted", Err("no name of a header"));
        }
        check("x-a", "planted\r\nHost: b", Err("control character"));
        check("x-a", "planted\0", Err("control character"));
        check("x-a", "planted\ta", Err("control character"));
        check("x-a", "  ", Err("no value"));
        check("x-a", &"planted".repeat(2_000), Err("8 KiB"));
        let (one, two) = (SecretString::from("planted"), SecretString::from("planted"));
        let said = ExtraHeaders::new([("X-A", &one), ("x-a", &two)]).expect_err("refused");
        assert_eq!(said, "the header x-a is named twice");
    }

    #[test]
    fn no_value_is_printed() {
        let value = SecretString::from("planted");
        let headers = ExtraHeaders::new([("x-a", &value)]).expect("headers");
        assert_eq!(format!("{headers:?}"), "[\"x-a\"]");
        let mut map = HeaderMap::new();
        headers.add_to(&mut map);
        assert!(!format!("{map:?}").contains("planted"));
        assert_eq!(map.get("x-a").and_then(|value| value.to_str().ok()), Some("planted"));
    }
}

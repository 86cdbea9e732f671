//! A proxy by its URL, which may hold a user and a password, and is told without them.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderValue, uri::Authority};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};

/// How a proxy is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// In the clear, by CONNECT.
    Http,
    /// Over TLS, by CONNECT.
    Https,
    /// SOCKS 5; as with Go, the proxy looks the name up whether or not the scheme ends in `h`.
    Socks,
}

/// A proxy.
#[derive(Clone)]
pub(super) struct Proxy {
    pub(super) scheme: Scheme,
    scheme_text: String,
    /// A name, or an address, in brackets where it is one of version 6.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) login: Option<Login>,
}

/// What a proxy asks for.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: SecretString,
}

impl Proxy {
    /// Reads a URL, or `host:port`, which is a proxy by http.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once("://").unwrap_or(("http", text.trim()));
        let scheme_text = scheme.to_ascii_lowercase();
        let (scheme, usual) = match scheme_text.as_str() {
            "http" => (Scheme::Http, 80),
            "https" => (Scheme::Https, 443),
            "socks5" | "socks5h" => (Scheme::Socks, 1080),
            _ => return None,
        };
        let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (login, place) = match place.rsplit_once('@') {
            Some((login, place)) => (Some(Login::parse(login)?), place),
            None => (None, place),
        };
        let authority: Authority = place.parse().ok()?;
        let port = match authority.port() {
            Some(port) => Some(port.as_u16()),
            // Digits that are no port, as opposed to none at all.
            None if authority.as_str().len() > authority.host().len() + 1 => return None,
            None => None,
        };
        let host = authority.host();
        (!host.is_empty()).then(|| Self {
            scheme,
            scheme_text,
            host: host.to_owned(),
            port: port.unwrap_or(usual),
            login,
        })
    }
}

impl Login {
    fn parse(text: &str) -> Option<Self> {
        let (user, password) = text.split_once(':').unwrap_or((text, ""));
        let plain = |part| Some(percent_decode_str(part).decode_utf8().ok()?.into_owned());
        Some(Self { user: plain(user)?, password: plain(password)?.into() })
    }

    /// `Basic …`, marked as sensitive.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let pair = SecretString::from(format!("{}:{}", self.user, self.password.expose_secret()));
        let line = SecretString::from(format!("Basic {}", BASE64_STANDARD.encode(pair.expose_secret())));
        let mut value = HeaderValue::from_str(line.expose_secret()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

/// As messages name it: neither user nor password.
impl fmt::Display for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}:{}", self.scheme_text, self.host, self.port)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let proxy = Proxy::parse(text);
        assert_eq!(proxy.as_ref().map(ToString::to_string).as_deref(), expected, "{text}");
        assert!(!format!("{proxy:?}").contains("planted-secret"), "{text}");
    }

    #[test]
    fn proxies_are_read_as_go_reads_them_and_told_without_their_password() {
        check("http://proxy.example.com:3128", Some("http://proxy.example.com:3128"));
        check("proxy.example.com:3128", Some("http://proxy.example.com:3128"));
        check("proxy", Some("http://proxy:80"));
        check("https://proxy", Some("https://proxy:443"));
        check("HTTP://proxy/", Some("http://proxy:80"));
        check("socks5://proxy", Some("socks5://proxy:1080"));
        check("socks5h://[::1]:9", Some("socks5h://[::1]:9"));
        check("http://jane:planted-secret@proxy:1", Some("http://proxy:1"));
        check("http://jane:planted-secret@a@proxy:1", Some("http://proxy:1"));
        for bad in ["", "http://", "ftp://proxy", "http://:3128", "http://pro xy", "http://proxy:99999"] {
            check(bad, None);
        }
    }

    #[test]
    fn user_and_password_are_decoded() {
        let login = Proxy::parse("http://j%40e:planted%3Asecret@proxy").and_then(|proxy| proxy.login);
        let login = login.expect("a login");
        assert_eq!((login.user.as_str(), login.password.expose_secret()), ("j@e", "planted:secret"));
        let header = login.header().expect("a header");
        assert!(header.is_sensitive());
        assert_eq!(header, &format!("Basic {}", BASE64_STANDARD.encode("j@e:planted:secret")));
    }
}

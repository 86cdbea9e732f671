//! What the environment says about the network: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, as Go reads them, so
//! that Secateur goes where kubectl goes.
//!
//! As with Go, the large name goes before the small one, an empty variable is none, `ALL_PROXY` is not read, and
//! this machine is never reached through the environment's proxy. Unlike Go, what cannot be understood is told.

use std::{env, net::IpAddr};

use http::Uri;
use ipnet::IpNet;

use super::{dial::bare, proxy::Proxy};

/// For https, for http, and for neither; of each pair the first that is set counts.
const VARIABLES: [[&str; 2]; 3] =
    [["HTTPS_PROXY", "https_proxy"], ["HTTP_PROXY", "http_proxy"], ["NO_PROXY", "no_proxy"]];

/// What the environment says. Its default is an environment that says nothing.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    https: Option<Variable>,
    http: Option<Variable>,
    /// `NO_PROXY` or `no_proxy`, whichever is set.
    rules_name: &'static str,
    rules: Vec<Rule>,
    problems: Vec<String>,
}

#[derive(Debug, Clone)]
struct Variable {
    name: &'static str,
    proxy: Proxy,
}

/// A part of `NO_PROXY`.
#[derive(Debug, Clone)]
struct Rule {
    /// As it was written, in small letters.
    text: String,
    matches: Matches,
    port: Option<u16>,
}

#[derive(Debug, Clone)]
enum Matches {
    Everything,
    Network(IpNet),
    Address(IpAddr),
    /// Names that end in this, which begins with a dot.
    Suffix {
        suffix: String,
        also_itself: bool,
    },
}

/// How a server is reached.
#[derive(Debug, Clone)]
pub(super) enum Route {
    /// Directly; `why` says so where a proxy is configured all the same.
    Direct {
        /// As "`NO_PROXY` names .example.com".
        why: Option<String>,
    },
    /// Through a proxy.
    Through {
        /// Which.
        proxy: Box<Proxy>,
        /// Who says so: `proxy-url`, or a variable.
        source: &'static str,
    },
}

impl Surroundings {
    /// Whether any of these variables says something.
    pub(crate) fn are_in(variable: impl Fn(&str) -> Option<String>) -> bool {
        VARIABLES.as_flattened().iter().any(|name| variable(name).is_some_and(|value| !value.is_empty()))
    }

    /// Those of this process. For composition roots, once.
    pub fn of_environment() -> Self {
        Self::read(|name| env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// Those that these variables make.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: [&'static str; 2]| {
            names.into_iter().find_map(|name| {
                let value = variable(name).filter(|value| !value.is_empty())?;
                Some((name, value))
            })
        };
        let mut problems = Vec::new();
        let mut proxy = |names| {
            let (name, value) = first(names)?;
            let proxy = Proxy::parse(&value);
            if proxy.is_none() {
                // Not the value: it may hold a password.
                problems.push(format!("{name} is no URL of a proxy and is not used"));
            }
            Some(Variable { name, proxy: proxy? })
        };
        let [https, http, no_proxy] = VARIABLES;
        let (https, http) = (proxy(https), proxy(http));
        let mut rules = Vec::new();
        let mut rules_name = "";
        if let Some((name, list)) = first(no_proxy) {
            rules_name = name;
            for part in list.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                match Rule::parse(&part.to_lowercase()) {
                    Some(rule) => rules.push(rule),
                    // A URL does not belong here, and may hold a password.
                    None if part.contains('@') => problems.push(format!("{name}: a part of it is a URL")),
                    None => problems.push(format!("{name}: {part:?} is no host, address or network")),
                }
            }
        }
        Self { https, http, rules_name, rules, problems }
    }

    /// What could not be understood, for people.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// Whether a server is on this machine.
    pub(crate) fn never_matter(server: &Uri) -> bool {
        let (host, address) = named(server);
        host == "localhost" || address.is_some_and(|address| address.is_loopback())
    }

    /// How to reach a server for which the kubeconfig names no proxy.
    pub(super) fn route(&self, server: &Uri) -> Route {
        let is_https = server.scheme() == Some(&http::uri::Scheme::HTTPS);
        let Some(variable) = (if is_https { &self.https } else { &self.http }) else {
            return Route::Direct { why: None };
        };
        let (host, address) = named(server);
        let port = server.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        if Self::never_matter(server) {
            return Route::Direct { why: Some("this machine is reached directly".to_owned()) };
        }
        match self.rules.iter().find(|rule| rule.matches(&host, address, port)) {
            Some(rule) => Route::Direct { why: Some(format!("{} names {}", self.rules_name, rule.text)) },
            None => Route::Through { proxy: Box::new(variable.proxy.clone()), source: variable.name },
        }
    }
}

/// Its host in small letters, and the address that this may be.
fn named(server: &Uri) -> (String, Option<IpAddr>) {
    let host = bare(server.host().unwrap_or_default()).to_lowercase();
    let address = host.parse::<IpAddr>().ok().map(|address| address.to_canonical());
    (host, address)
}

impl Rule {
    /// Reads a part, in small letters.
    fn parse(text: &str) -> Option<Self> {
        let rule = |matches, port| Some(Self { text: text.to_owned(), matches, port });
        if text == "*" {
            return rule(Matches::Everything, None);
        }
        if text.contains('/') {
            return rule(Matches::Network(text.parse().ok()?), None);
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return rule(Matches::Address(address.to_canonical()), None);
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (text, None),
        };
        if let Ok(address) = bare(host).parse::<IpAddr>() {
            return rule(Matches::Address(address.to_canonical()), port);
        }
        let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
        let is_name = host.trim_start_matches('.').split('.').all(is_label);
        if !is_name {
            return None;
        }
        let (suffix, also_itself) =
            if host.starts_with('.') { (host.to_owned(), false) } else { (format!(".{host}"), true) };
        rule(Matches::Suffix { suffix, also_itself }, port)
    }

    fn matches(&self, host: &str, address: Option<IpAddr>, port: u16) -> bool {
        let is_there = match (&self.matches, address) {
            (Matches::Everything, _) => true,
            (Matches::Network(network), Some(address)) => network.contains(&address),
            (Matches::Address(own), Some(address)) => *own == address,
            (Matches::Suffix { suffix, also_itself }, None) => {
                host.ends_with(suffix) || (*also_itself && suffix.strip_prefix('.') == Some(host))
            }
            _ => false,
        };
        is_there && self.port.is_none_or(|own| own == port)
    }
}

/// What a name consists of; underscores are not allowed and common.
fn is_label(label: &str) -> bool {
    let is_fine = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
    !label.is_empty() && label.chars().all(is_fine)
}

#[cfg(test)]
mod tests;

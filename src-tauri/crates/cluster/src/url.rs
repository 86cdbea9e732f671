//! The URLs of the Kubernetes API, as pure functions of their parts.
//!
//! Every segment is percent-encoded and counted again afterwards: a name that slipped out of its segment would turn
//! the DELETE of one object into one of its collection. Nothing else in this crate puts a path together.

use std::fmt::Write;

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use secateur_domain::kind::{Kind, Scope};

/// What RFC 3986 lets stand as it is everywhere.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// A colon may stand in a segment, and kubectl leaves it there in names like `system:node`.
const SEGMENT: &AsciiSet = &QUERY.remove(b':');
/// What `http` takes; a server may take more.
const LONGEST: usize = (u16::MAX - 1) as usize;

/// A URL that would not mean what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UrlError {
    /// A part that is no single segment.
    #[error("{0:?} cannot be a part of a URL's path")]
    Segment(String),
    /// A name, or a selector, of tens of thousands of characters.
    #[error("what is asked for takes a URL of {0} characters, and one of {LONGEST} is the longest")]
    TooLong(usize),
    /// One object of a namespaced kind, without its namespace.
    #[error("{0} are in namespaces and none is given")]
    NoNamespace(String),
    /// The server's URL and the path make no URL.
    #[error("the server's URL {0:?} cannot be used")]
    Server(String),
}

/// The query of a URL, in the order in which its pairs were added.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Query(String);

impl Query {
    /// Adds a pair.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        let separator = if self.0.is_empty() { "" } else { "&" };
        let (key, value) = (utf8_percent_encode(key, QUERY), utf8_percent_encode(value, QUERY));
        let _ = write!(self.0, "{separator}{key}={value}");
        self
    }

    /// Adds a pair where there is a value.
    #[must_use]
    pub(crate) fn with_some(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }
}

/// The URL of all objects of a kind, in one namespace or in all of them.
pub(crate) fn collection(
    server: &Uri,
    kind: &Kind,
    namespace: Option<&str>,
    query: &Query,
) -> Result<Uri, UrlError> {
    // kubectl too takes `-n` for a kind without namespaces and ignores it.
    build(server, &segments(kind, kind.in_namespace(namespace)), query)
}

/// The URL of one object.
pub(crate) fn object(
    server: &Uri,
    kind: &Kind,
    namespace: Option<&str>,
    name: &str,
    query: &Query,
) -> Result<Uri, UrlError> {
    let namespace = match kind.scope {
        Scope::Cluster => None,
        Scope::Namespaced => Some(namespace.ok_or_else(|| UrlError::NoNamespace(kind.plural.clone()))?),
    };
    let mut segments = segments(kind, namespace);
    segments.push(name);
    build(server, &segments, query)
}

/// A URL of given segments under the server's.
pub(crate) fn build(server: &Uri, segments: &[&str], query: &Query) -> Result<Uri, UrlError> {
    let mut path = server.path().trim_end_matches('/').to_owned();
    let prefix_length = path.len();
    for segment in segments {
        if matches!(*segment, "" | "." | "..") || segment.contains(['/', '\0']) {
            return Err(UrlError::Segment((*segment).to_owned()));
        }
        path.push('/');
        path.extend(utf8_percent_encode(segment, SEGMENT));
    }
    if !query.0.is_empty() {
        path.push('?');
        path.push_str(&query.0);
    }
    if path.len() > LONGEST {
        return Err(UrlError::TooLong(path.len()));
    }
    let unusable = || UrlError::Server(server.to_string());
    let mut parts = server.clone().into_parts();
    parts.path_and_query = Some(path.parse().map_err(|_| unusable())?);
    let uri = Uri::from_parts(parts).map_err(|_| unusable())?;
    if has_segments(uri.path().get(prefix_length..).unwrap_or_default(), segments) {
        Ok(uri)
    } else {
        Err(UrlError::Segment(segments.join(" ")))
    }
}

/// Whether a path is exactly these segments, once decoded.
fn has_segments(path: &str, segments: &[&str]) -> bool {
    let found = path.split('/').skip(1).map(|segment| percent_decode_str(segment).decode_utf8());
    path.matches('/').count() == segments.len()
        && found.zip(segments).all(|(found, segment)| found.is_ok_and(|found| found == **segment))
}

fn segments<'a>(kind: &'a Kind, namespace: Option<&'a str>) -> Vec<&'a str> {
    let mut segments = if kind.group.is_empty() { vec!["api"] } else { vec!["apis", &kind.group] };
    segments.push(&kind.version);
    if let Some(namespace) = namespace {
        segments.extend(["namespaces", namespace]);
    }
    segments.push(&kind.plural);
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{configmaps, kind, roles};

    const SERVER: &str = "https://host:6443";

    fn check(name: &str, expected: Option<&str>) {
        let server = Uri::from_static(SERVER);
        let uri = object(&server, &roles(), Some("garden"), name, &Query::default()).ok();
        let expected = expected
            .map(|name| format!("{SERVER}/apis/rbac.authorization.k8s.io/v1/namespaces/garden/roles/{name}"));
        assert_eq!(uri.map(|uri| uri.to_string()), expected, "{name:?}");
    }

    #[test]
    fn an_ordinary_name() {
        check("web-1.example", Some("web-1.example"));
    }
    #[test]
    fn fault_57_a_hash_is_part_of_the_name() {
        check("#x", Some("%23x"));
    }
    #[test]
    fn fault_57_a_question_mark_is_part_of_the_name() {
        check("?x", Some("%3Fx"));
        check("?", Some("%3F"));
    }
    #[test]
    fn fault_57_a_percent_sign_is_part_of_the_name() {
        check("%41", Some("%2541"));
        check("%2e%2e", Some("%252e%252e"));
    }
    #[test]
    fn fault_57_spaces_and_emoji_are_encoded() {
        check("a b", Some("a%20b"));
        check("🌱", Some("%F0%9F%8C%B1"));
    }
    #[test]
    fn fault_57_a_colon_stands() {
        check("system:node", Some("system:node"));
    }
    #[test]
    fn fault_57_a_backslash_does_not_become_a_slash() {
        check("a\\b", Some("a%5Cb"));
        check("..\\x", Some("..%5Cx"));
    }
    #[test]
    fn fault_57_what_is_no_segment_is_refused() {
        for name in ["", ".", "..", "/", "a/b", "../x", "a/", "\0"] {
            check(name, None);
        }
    }
    #[test]
    fn fault_57_an_object_never_has_the_url_of_its_collection() {
        let server = Uri::from_static(SERVER);
        let all = collection(&server, &roles(), Some("garden"), &Query::default()).expect("a URL");
        for name in ["?x", "#x", "%41", " ", ":", "🌱", "...", ";x", "&x=1"] {
            let one = object(&server, &roles(), Some("garden"), name, &Query::default()).expect("a URL");
            assert_ne!(one.path(), all.path(), "{name}");
            assert_eq!(one.path().matches('/').count(), all.path().matches('/').count() + 1, "{name}");
            assert_eq!(one.query(), None, "{name}");
        }
    }
    #[test]
    fn fault_57_a_namespace_or_a_kind_that_is_no_segment_is_refused() {
        let server = Uri::from_static(SERVER);
        assert!(object(&server, &configmaps(), Some("../.."), "a", &Query::default()).is_err());
        assert!(collection(&server, &configmaps(), Some(""), &Query::default()).is_err());
        let odd = kind("a/b", "v1", "things", Scope::Cluster);
        assert!(collection(&server, &odd, None, &Query::default()).is_err());
    }
    #[test]
    fn one_object_of_a_namespaced_kind_needs_its_namespace() {
        let server = Uri::from_static(SERVER);
        let without = object(&server, &configmaps(), None, "a", &Query::default());
        assert_eq!(without, Err(UrlError::NoNamespace("configmaps".into())));
    }
    #[test]
    fn the_core_group_is_under_api_and_a_prefix_stays() {
        let server = Uri::from_static("https://host/k8s/clusters/c-1/");
        let uri = collection(&server, &configmaps(), None, &Query::default()).expect("a URL");
        assert_eq!(uri.to_string(), "https://host/k8s/clusters/c-1/api/v1/configmaps");
    }
    #[test]
    fn a_kind_without_namespaces_has_no_namespace_in_its_url() {
        let server = Uri::from_static(SERVER);
        let nodes = kind("", "v1", "nodes", Scope::Cluster);
        let uri = collection(&server, &nodes, Some("garden"), &Query::default()).expect("a URL");
        assert_eq!(uri.path(), "/api/v1/nodes");
    }
    #[test]
    fn fault_56_a_name_that_no_url_can_hold_is_refused() {
        let of_length = |length: usize| {
            let name = "n".repeat(length);
            object(&Uri::from_static(SERVER), &configmaps(), Some("ns"), &name, &Query::default())
        };
        let path = of_length(253).expect("a URL").path().len() - 253;
        assert!(of_length(LONGEST - path).is_ok());
        assert_eq!(of_length(200_000), Err(UrlError::TooLong(200_000 + path)));
    }
    #[test]
    fn queries_are_encoded() {
        let query = Query::default().with("labelSelector", "a=b,c in (d)").with_some("continue", None);
        let uri = collection(&Uri::from_static(SERVER), &configmaps(), None, &query).expect("a URL");
        assert_eq!(uri.query(), Some("labelSelector=a%3Db%2Cc%20in%20%28d%29"));
    }
}

//! What a request asks for, read from its path and its query.

use http::{Method, Uri};
use percent_encoding::percent_decode_str;

/// What a path names. Nothing here knows whether it is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/version`, `/api`, `/apis`, `/api/v1`, `/apis/apps/v1`, …: documents about the server.
    Document(Vec<String>),
    /// Objects, or something of one.
    Objects(Objects),
    /// A path that no client of ours would send: an empty segment, or one that decodes to no text.
    Malformed,
}

/// All objects of a kind, one of them, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Objects {
    pub(crate) group: String,
    pub(crate) version: String,
    /// Empty where none is named.
    pub(crate) namespace: String,
    pub(crate) plural: String,
    /// Empty for all of them.
    pub(crate) name: String,
    /// Empty for the object itself.
    pub(crate) subresource: String,
}

impl Route {
    pub(crate) fn of(uri: &Uri) -> Self {
        let Some(segments) = segments(uri.path()) else { return Self::Malformed };
        let (group, version, rest) = match segments.iter().map(String::as_str).collect::<Vec<_>>().as_slice()
        {
            ["api", version, rest @ ..] if !rest.is_empty() => ("", *version, texts(rest)),
            ["apis", group, version, rest @ ..] if !rest.is_empty() => (*group, *version, texts(rest)),
            _ => return Self::Document(segments),
        };
        let mut rest = rest.into_iter();
        let mut objects =
            Objects { group: group.to_owned(), version: version.to_owned(), ..Objects::default() };
        let mut next = || rest.next().unwrap_or_default();
        let (first, second, third) = (next(), next(), next());
        let is_of_namespace = first == "namespaces"
            && !third.is_empty()
            && !(group.is_empty() && matches!(third.as_str(), "status" | "finalize"));
        if is_of_namespace {
            (objects.namespace, objects.plural) = (second, third);
            (objects.name, objects.subresource) = (next(), next());
        } else {
            (objects.plural, objects.name, objects.subresource) = (first, second, third);
        }
        if next().is_empty() { Self::Objects(objects) } else { Self::Malformed }
    }
}

/// The segments, decoded; `None` where one is empty, is a way up, or is no text.
fn segments(path: &str) -> Option<Vec<String>> {
    let decoded = path.trim_start_matches('/').split('/').map(|segment| {
        let segment = percent_decode_str(segment).decode_utf8().ok()?;
        (!matches!(segment.as_ref(), "" | "." | "..") && !segment.contains('/')).then(|| segment.into_owned())
    });
    decoded.collect()
}

fn texts(segments: &[&str]) -> Vec<String> {
    segments.iter().map(|&segment| segment.to_owned()).collect()
}

/// The query's pairs, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn of(uri: &Uri) -> Self {
        let decoded = |text: &str| {
            let spaced = text.replace('+', " ");
            percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
        };
        let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decoded(name), decoded(value)))
                .collect(),
        )
    }

    /// The first value of that name; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }

    /// Whether the value says so, as the server reads booleans of a query: everything but `false` and `0` does.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.has(name) && !matches!(self.get(name).to_ascii_lowercase().as_str(), "false" | "0")
    }
}

/// The verb that rights speak of.
pub(crate) fn verb(method: &Method, objects: &Objects, query: &Query) -> &'static str {
    let is_one = !objects.name.is_empty();
    match *method {
        Method::GET | Method::HEAD if query.is("watch") => "watch",
        Method::GET | Method::HEAD if is_one => "get",
        Method::GET | Method::HEAD => "list",
        Method::POST => "create",
        Method::PUT => "update",
        Method::PATCH => "patch",
        Method::DELETE if is_one => "delete",
        Method::DELETE => "deletecollection",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: [&str; 6]) {
        let [group, version, namespace, plural, name, subresource] = expected.map(str::to_owned);
        let objects = Objects { group, version, namespace, plural, name, subresource };
        assert_eq!(Route::of(&path.parse().expect("a URI")), Route::Objects(objects), "{path}");
    }

    #[test]
    fn paths_name_objects() {
        check("/api/v1/pods", ["", "v1", "", "pods", "", ""]);
        check("/api/v1/namespaces", ["", "v1", "", "namespaces", "", ""]);
        check("/api/v1/namespaces/shop", ["", "v1", "", "namespaces", "shop", ""]);
        check("/api/v1/namespaces/shop/finalize", ["", "v1", "", "namespaces", "shop", "finalize"]);
        check("/api/v1/namespaces/shop/pods/web/eviction", ["", "v1", "shop", "pods", "web", "eviction"]);
        check("/apis/apps/v1/namespaces/shop/deployments", ["apps", "v1", "shop", "deployments", "", ""]);
        check("/apis/g.io/v1/namespaces/shop/roles/%3Fx", ["g.io", "v1", "shop", "roles", "?x", ""]);
    }

    #[test]
    fn what_is_no_path_is_none() {
        for path in [
            "/api/v1/namespaces//pods",
            "/api/v1/pods/",
            "/api/v1/pods/..",
            "/api/v1/pods/a%2Fb",
            "/api/v1/pods/%ff",
        ] {
            assert_eq!(Route::of(&path.parse().expect("a URI")), Route::Malformed, "{path}");
        }
    }
}

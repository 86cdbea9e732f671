//! What Go's `httpproxy` decides for the same variables: each line of the table is its answer.

use super::*;

fn read(variables: &[(&str, &str)]) -> Surroundings {
    let find = |name: &str| variables.iter().find(|(own, _)| *own == name);
    Surroundings::read(|name| find(name).map(|(_, value)| (*value).to_owned()))
}

/// Whether a server is reached through the proxy with this `NO_PROXY`.
fn is_proxied(no_proxy: &str, server: &str) -> bool {
    let surroundings =
        read(&[("HTTPS_PROXY", "http://p:1"), ("HTTP_PROXY", "http://p:2"), ("NO_PROXY", no_proxy)]);
    let server = server.parse().expect("a URL");
    matches!(surroundings.route(&server), Route::Through { .. })
}

const SERVERS: [&str; 11] = [
    "https://foo.com",
    "https://bar.foo.com:6443",
    "https://xfoo.com",
    "https://10.1.2.3:6443",
    "https://10.200.0.1",
    "https://[fd00::1]:6443",
    "http://foo.com",
    "http://foo.com:8080",
    "https://foo.com.evil.org",
    "https://Foo.COM",
    "https://[::ffff:10.1.2.3]",
];

/// This machine.
const OURS: [&str; 4] =
    ["https://[::1]:6443", "https://localhost:6443", "https://127.0.0.1:8443", "https://127.8.8.8"];

/// For each `NO_PROXY`, which of the servers golang.org/x/net v0.51.0 reaches without the proxy.
const DIRECT: [(&str, &[&str]); 30] = [
    ("", &[]),
    (
        "foo.com",
        &[
            "https://foo.com",
            "https://bar.foo.com:6443",
            "http://foo.com",
            "http://foo.com:8080",
            "https://Foo.COM",
        ],
    ),
    (".foo.com", &["https://bar.foo.com:6443"]),
    ("*.foo.com", &["https://bar.foo.com:6443"]),
    ("foo.com:443", &["https://foo.com", "https://Foo.COM"]),
    ("foo.com:6443", &["https://bar.foo.com:6443"]),
    (".foo.com:6443", &["https://bar.foo.com:6443"]),
    (
        "*",
        &[
            "https://foo.com",
            "https://bar.foo.com:6443",
            "https://xfoo.com",
            "https://10.1.2.3:6443",
            "https://10.200.0.1",
            "https://[fd00::1]:6443",
            "http://foo.com",
            "http://foo.com:8080",
            "https://foo.com.evil.org",
            "https://Foo.COM",
            "https://[::ffff:10.1.2.3]",
        ],
    ),
    (
        "x,*,y",
        &[
            "https://foo.com",
            "https://bar.foo.com:6443",
            "https://xfoo.com",
            "https://10.1.2.3:6443",
            "https://10.200.0.1",
            "https://[fd00::1]:6443",
            "http://foo.com",
            "http://foo.com:8080",
            "https://foo.com.evil.org",
            "https://Foo.COM",
            "https://[::ffff:10.1.2.3]",
        ],
    ),
    ("10.0.0.0/8", &["https://10.1.2.3:6443", "https://10.200.0.1", "https://[::ffff:10.1.2.3]"]),
    ("10.1.2.3", &["https://10.1.2.3:6443", "https://[::ffff:10.1.2.3]"]),
    ("10.1.2.3:6443", &["https://10.1.2.3:6443"]),
    ("10.1.2.3:1", &[]),
    ("fd00::/8", &["https://[fd00::1]:6443"]),
    ("fd00::1", &["https://[fd00::1]:6443"]),
    ("[fd00::1]:6443", &["https://[fd00::1]:6443"]),
    ("[fd00::1]", &[]),
    (
        "foo.com,",
        &[
            "https://foo.com",
            "https://bar.foo.com:6443",
            "http://foo.com",
            "http://foo.com:8080",
            "https://Foo.COM",
        ],
    ),
    (
        " foo.com , 10.1.0.0/16 ,",
        &[
            "https://foo.com",
            "https://bar.foo.com:6443",
            "https://10.1.2.3:6443",
            "http://foo.com",
            "http://foo.com:8080",
            "https://Foo.COM",
            "https://[::ffff:10.1.2.3]",
        ],
    ),
    (
        "FOO.COM",
        &[
            "https://foo.com",
            "https://bar.foo.com:6443",
            "http://foo.com",
            "http://foo.com:8080",
            "https://Foo.COM",
        ],
    ),
    (
        "com",
        &[
            "https://foo.com",
            "https://bar.foo.com:6443",
            "https://xfoo.com",
            "http://foo.com",
            "http://foo.com:8080",
            "https://Foo.COM",
        ],
    ),
    ("foo.com:80", &["http://foo.com"]),
    (
        ".com",
        &[
            "https://foo.com",
            "https://bar.foo.com:6443",
            "https://xfoo.com",
            "http://foo.com",
            "http://foo.com:8080",
            "https://Foo.COM",
        ],
    ),
    ("10.0.0.0/99", &[]),
    ("a b", &[]),
    ("*foo.com", &[]),
    ("oo.com", &[]),
    ("*:443", &[]),
    (":443", &[]),
    ("10.1.2", &[]),
];

#[test]
fn fault_15_no_proxy_is_read_as_go_reads_it() {
    for (no_proxy, direct) in DIRECT {
        for server in SERVERS {
            assert_eq!(
                is_proxied(no_proxy, server),
                !direct.contains(&server),
                "NO_PROXY={no_proxy} {server}"
            );
        }
        for server in OURS {
            assert!(!is_proxied(no_proxy, server), "NO_PROXY={no_proxy} {server}");
        }
    }
}

#[test]
fn each_scheme_has_its_variable_and_large_names_go_first() {
    let proxy = |variables: &[(&str, &str)], server: &str| match read(variables)
        .route(&server.parse().expect("a URL"))
    {
        Route::Through { proxy, source } => Some((proxy.to_string(), source)),
        Route::Direct { .. } => None,
    };
    let both = [("https_proxy", "http://small:1"), ("HTTPS_PROXY", "http://large:1")];
    assert_eq!(proxy(&both, "https://a"), Some(("http://large:1".to_owned(), "HTTPS_PROXY")));
    assert_eq!(proxy(&both, "http://a"), None);
    let empty = [("https_proxy", "small:1"), ("HTTPS_PROXY", ""), ("http_proxy", "socks5://s")];
    assert_eq!(proxy(&empty, "https://a"), Some(("http://small:1".to_owned(), "https_proxy")));
    assert_eq!(proxy(&empty, "http://a"), Some(("socks5://s:1080".to_owned(), "http_proxy")));
    assert_eq!(proxy(&[("ALL_PROXY", "http://all:1"), ("all_proxy", "http://all:1")], "https://a"), None);
    assert_eq!(proxy(&[], "https://a"), None);
}

#[test]
fn fault_15_what_cannot_be_understood_is_reported_by_its_variable_and_the_rest_counts() {
    let surroundings = read(&[
        ("HTTPS_PROXY", "http://p:1"),
        ("http_proxy", "ftp://jane:planted-secret@proxy"),
        ("NO_PROXY", "10.0.0.0/99, .fine.example,a b,:80,http://jane:planted-secret@x,host:port,,"),
    ]);
    assert_eq!(
        surroundings.problems(),
        [
            "http_proxy is no URL of a proxy and is not used",
            "NO_PROXY: \"10.0.0.0/99\" is no host, address or network",
            "NO_PROXY: \"a b\" is no host, address or network",
            "NO_PROXY: \":80\" is no host, address or network",
            "NO_PROXY: a part of it is a URL",
            "NO_PROXY: \"host:port\" is no host, address or network",
        ]
    );
    assert!(matches!(surroundings.route(&Uri::from_static("https://a.fine.example")), Route::Direct { .. }));
    assert!(matches!(surroundings.route(&Uri::from_static("https://other.example")), Route::Through { .. }));
    assert!(!format!("{surroundings:?}").contains("planted-secret"));
}

#[test]
fn why_a_server_is_reached_directly_is_told() {
    let why =
        |no_proxy: &str, server: &'static str| match read(&[("HTTPS_PROXY", "p"), ("no_proxy", no_proxy)])
            .route(&Uri::from_static(server))
        {
            Route::Direct { why } => why,
            Route::Through { .. } => None,
        };
    assert_eq!(
        why("x,.Edge.Internal", "https://a.edge.internal").as_deref(),
        Some("no_proxy names .edge.internal")
    );
    assert_eq!(why("", "https://localhost:6443").as_deref(), Some("this machine is reached directly"));
}

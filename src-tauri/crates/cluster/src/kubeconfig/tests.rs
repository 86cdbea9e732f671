//! Kubeconfigs in folders of their own.

use std::fs;

use super::*;

/// A folder with these files; the catalogue of all of them, in this order.
pub(super) struct Files {
    folder: tempfile::TempDir,
    pub(super) catalogue: Catalogue,
}

fn read(files: &[(&str, &str)]) -> Files {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<_> = files
        .iter()
        .map(|(name, text)| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("a file");
            path
        })
        .collect();
    let list = std::env::join_paths(paths).expect("a list");
    let catalogue = read_catalogue(&Sources::from_list(&list, Origin::Environment));
    Files { folder, catalogue }
}

impl Files {
    fn context(&self, name: &str) -> &Context {
        self.catalogue.contexts.iter().find(|context| context.name == name).expect("the context")
    }

    fn problem(&self, name: &str) -> String {
        let text = self.context(name).entry.as_ref().expect_err("it cannot be used").clone();
        text.replace(&format!("{}/", self.folder.path().display()), "")
    }

    fn servers(&self) -> Vec<(&str, &str)> {
        self.catalogue
            .contexts
            .iter()
            .map(|context| (context.name.as_str(), context.server.as_str()))
            .collect()
    }
}

/// A file with one context, cluster and user of these names.
fn one(context: &str, cluster: &str, server: &str) -> String {
    format!(
        "contexts:\n- name: {context}\n  context: {{cluster: {cluster}, user: u}}\n\
         clusters:\n- name: {cluster}\n  cluster: {{server: '{server}'}}\n\
         users:\n- name: u\n  user: {{token: planted-secret}}\n"
    )
}

/// A file whose only cluster and user have these fields.
pub(super) fn fields(cluster: &str, user: &str) -> Files {
    read(&[(
        "config",
        &format!(
            "contexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n\
             clusters: [{{name: c, cluster: {{{cluster}}}}}]\n\
             users: [{{name: u, user: {{{user}}}}}]\n"
        ),
    )])
}

fn refused(cluster: &str, user: &str, problem: &str) {
    let files = fields(cluster, user);
    let found = files.problem("c");
    assert!(found.contains(problem), "{found}");
    assert!(!format!("{:?}", files.catalogue).contains("planted-secret"), "{:?}", files.catalogue);
}

#[test]
fn one_file_with_one_context() {
    let files = read(&[("config", &one("dev", "c", "https://host:6443"))]);
    let context = files.context("dev");
    assert_eq!(
        (context.server.as_str(), context.line, context.is_insecure),
        ("https://host:6443", Some(2), false)
    );
    assert_eq!(context.user.as_deref(), Some("u"));
    let entry = context.entry.as_ref().expect("usable");
    assert!(!format!("{entry:?}{:?}", files.catalogue).contains("planted-secret"));
    assert_eq!(files.catalogue.looked[0].found, "1 context");
    assert_eq!(files.catalogue.problems, []);
}

#[test]
fn json_is_a_kubeconfig_too() {
    let json = r#"{"contexts":[{"name":"dev","context":{"cluster":"c"}}],
        "clusters":[{"name":"c","cluster":{"server":"https://host"}}],"users":null}"#;
    assert!(read(&[("config", json)]).context("dev").entry.is_ok());
}

#[test]
fn the_first_file_wins_for_what_a_context_names() {
    let second = "contexts: [{name: other, context: {cluster: c, user: u}}]\n\
        clusters: [{name: c, cluster: {server: 'https://second'}}]";
    let files = read(&[("a", &one("dev", "c", "https://first")), ("b", second)]);
    assert_eq!(files.servers(), [("dev", "https://first"), ("other", "https://first")]);
    assert!(files.context("other").entry.is_ok());
}

#[test]
fn fault_68_the_same_context_in_two_files_is_two_clusters() {
    let files = read(&[("a", &one("dev", "c", "https://first")), ("b", &one("dev", "c", "https://second"))]);
    assert_eq!(files.servers(), [("dev", "https://first"), ("dev", "https://second")]);
    let [first, second] = files.catalogue.contexts.as_slice() else { panic!("two") };
    assert_ne!(first.id, second.id);
    assert!(first.source.ends_with("a") && second.source.ends_with("b"));
}

#[test]
fn fault_68_of_two_in_one_file_the_first_is_taken_and_the_second_named() {
    let text = "contexts:\n- {name: dev, context: {cluster: c}}\n- {name: dev, context: {cluster: d}}\n\
        clusters:\n- {name: c, cluster: {server: 'https://first'}}\n- {name: c, cluster: {server: 'https://second'}}\n";
    let files = read(&[("config", text)]);
    assert_eq!(files.servers(), [("dev", "https://first")]);
    let problems: Vec<_> =
        files.catalogue.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
    assert_eq!(
        problems,
        [
            (Some(6), "clusters: a second \"c\" is ignored"),
            (Some(3), "contexts: a second \"dev\" is ignored")
        ]
    );
}

#[test]
fn the_current_context_is_the_first_that_is_not_empty() {
    let first = format!("current-context: ''\n{}", one("dev", "c", "https://first"));
    let second = format!("current-context: prod\n{}", one("prod", "p", "https://second"));
    let files = read(&[("a", &first), ("b", &second)]);
    assert_eq!(files.catalogue.current.as_ref(), Some(&files.context("prod").id));
    let files = read(&[("a", "current-context: nowhere")]);
    assert_eq!(files.catalogue.current, None);
    assert!(files.catalogue.problems[0].message.contains("\"nowhere\", which no file defines"));
}

#[test]
fn extensions_that_are_none_cost_their_cluster() {
    let check = |extensions: &str, problem: &str| {
        refused(&format!("server: 'https://host', extensions: {extensions}"), "token: t", problem);
    };
    check("text", "extensions is text, not a list");
    check("[planted-secret]", "extensions holds text, not only maps");
    check("[{name: [a]}]", "name is a list, not text");
    check("[{name: a, extension: 1}, {name: a}]", "extensions holds a second \"a\"");
    let infinite = "[{name: client.authentication.k8s.io/exec, extension: {planted-secret: .inf}}]";
    check(infinite, "it holds a number that JSON does not have");
}

#[cfg(target_os = "linux")]
#[test]
fn fault_65_what_the_system_does_not_let_us_read_costs_that_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = folder.path().join("good");
    fs::write(&good, one("dev", "c", "https://host")).expect("a file");
    // Not even root may read the one, and reading the other fails though it can be opened.
    let links = [("forbidden", "/proc/sys/vm/drop_caches"), ("failing", "/proc/self/mem")];
    let links = links.map(|(name, target)| {
        let link = folder.path().join(name);
        std::os::unix::fs::symlink(target, &link).expect("a link");
        link
    });
    let list = std::env::join_paths(links.iter().chain([&good])).expect("a list");
    let catalogue = read_catalogue(&Sources::from_list(&list, Origin::Flag));
    let told: Vec<_> = catalogue.problems.iter().map(|problem| (&problem.file, &*problem.message)).collect();
    let failing = "cannot be read: Input/output error (os error 5)";
    assert_eq!(told, [(&links[0], "may not be read"), (&links[1], failing)]);
    assert_eq!(catalogue.contexts.len(), 1);
}

#[test]
fn fault_65_what_cannot_be_read_costs_that_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = folder.path().join("good");
    fs::write(&good, one("dev", "c", "https://host")).expect("a file");
    fs::create_dir(folder.path().join("folder")).expect("a folder");
    fs::write(folder.path().join("empty"), "").expect("a file");
    fs::write(folder.path().join("broken"), "a: [planted-secret\nb: }").expect("a file");
    fs::write(folder.path().join("list"), "- a\n").expect("a file");
    let paths = ["missing", "folder", "empty", "broken", "list", "good"].map(|name| folder.path().join(name));
    let list = std::env::join_paths(paths).expect("a list");
    let catalogue = read_catalogue(&Sources::from_list(&list, Origin::Flag));
    assert_eq!(catalogue.contexts.len(), 1);
    let found: Vec<_> = catalogue.looked.iter().map(|looked| looked.found.as_str()).collect();
    let [missing, a_folder, empty, broken, list, good] = found.as_slice() else { panic!("six: {found:?}") };
    assert_eq!([*missing, a_folder, empty], ["no such file", "is a folder", "an empty file"]);
    assert!(broken.starts_with("not valid YAML: "), "{broken}");
    assert_eq!([*list, good], ["not a kubeconfig", "1 context"]);
    assert_eq!(catalogue.problems.len(), 3);
    assert!(!format!("{:?}", catalogue.problems).contains("planted-secret"));
}

#[test]
fn fault_66_one_bad_entry_among_two_hundred_costs_itself() {
    use std::fmt::Write;
    let mut text = "contexts:\n".to_owned();
    for number in 0..200 {
        let _ = writeln!(text, "- name: c{number}\n  context: {{cluster: k{number}, user: u}}");
    }
    text.push_str("users: [{name: u, user: {token: t}}]\nclusters:\n");
    for number in 0..200 {
        let server = if number == 77 { "[planted-secret]" } else { "https://host" };
        let _ = writeln!(text, "- name: k{number}\n  cluster: {{server: {server}}}");
    }
    let files = read(&[("config", &text)]);
    assert_eq!(files.catalogue.contexts.len(), 200);
    let bad: Vec<_> = files.catalogue.contexts.iter().filter(|context| context.entry.is_err()).collect();
    assert_eq!(bad.len(), 1);
    assert_eq!(
        files.problem("c77"),
        "context \"c77\" (config line 156): its cluster \"k77\" (config line 559): server is a list, not text"
    );
    assert_eq!(files.catalogue.problems.len(), 1);
    assert_eq!(files.catalogue.problems[0].message, "cluster \"k77\": server is a list, not text");
}

#[test]
fn fault_69_what_points_nowhere_is_shown_and_not_connectable() {
    let files = read(&[("config", "contexts:\n- {name: a, context: {cluster: x, user: u}}\n- {name: b}\n")]);
    assert_eq!(
        files.problem("a"),
        "context \"a\" (config line 2): it names the cluster \"x\", which no file defines"
    );
    assert_eq!(files.problem("b"), "context \"b\" (config line 3): it names no cluster");
    let text = "contexts: [{name: a, context: {cluster: c, user: x}}]\n\
        clusters: [{name: c, cluster: {server: 'https://host'}}]";
    assert!(
        read(&[("config", text)]).problem("a").contains("it names the user \"x\", which no file defines")
    );
}

#[test]
fn fault_69_a_namespace_that_is_none_is_shown_and_not_connectable() {
    for (namespace, is_one) in
        [("default", true), ("a-1", true), ("A", false), ("../x", false), ("-a", false)]
    {
        let text = format!(
            "contexts: [{{name: a, context: {{cluster: c, namespace: '{namespace}'}}}}]\n\
             clusters: [{{name: c, cluster: {{server: 'https://host'}}}}]"
        );
        let files = read(&[("config", &text)]);
        assert_eq!(files.context("a").entry.is_ok(), is_one, "{namespace}");
        assert_eq!(files.context("a").namespace.as_deref(), Some(namespace));
    }
}

#[test]
fn fault_72_names_may_be_anything() {
    let long = "x".repeat(10_000);
    let names = [
        "arn:aws:eks:eu:1:cluster/a",
        "//x/",
        "a b",
        "🌱",
        "..",
        "",
        "__proto__",
        "constructor",
        long.as_str(),
    ];
    for name in names {
        let quoted = serde_json::Value::from(name).to_string();
        let text = format!("current-context: {quoted}\n{}", one(&quoted, &quoted, "https://host"));
        let files = read(&[("config", &text)]);
        let context = files.context(name);
        assert!(context.entry.is_ok(), "{name:?}");
        assert_eq!(context.id.as_str().len(), 32);
    }
    let text = "contexts: [{name: '', context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'https://h'}}]";
    assert!(read(&[("config", text)]).context("").entry.is_ok());
}

#[test]
fn fault_73_paths_belong_to_the_folder_of_their_file() {
    let files = fields(
        "server: 'https://host', certificate-authority: ca.crt",
        "tokenFile: ../token, client-certificate: /abs/crt, client-key: ~/key",
    );
    let entry = files.context("c").entry.as_ref().expect("usable");
    let folder = files.folder.path();
    assert!(matches!(&entry.cluster.ca, Some(Material::File(path)) if *path == folder.join("ca.crt")));
    // By the text: what a link of that name leads to is not asked.
    assert_eq!(entry.user.token_file, folder.parent().map(|above| above.join("token")));
    assert!(matches!(&entry.user.certificate, Some(Material::File(path)) if path == Path::new("/abs/crt")));
    // kubectl knows no home folder here either.
    assert!(matches!(&entry.user.key, Some(Material::File(path)) if *path == folder.join("~/key")));
}

#[test]
fn data_wins_over_files() {
    let files = fields(
        "server: 'https://host', certificate-authority: ca.crt, certificate-authority-data: \"aGVs\\nbG8=\"",
        "",
    );
    let entry = files.context("c").entry.as_ref().expect("usable");
    assert!(matches!(&entry.cluster.ca, Some(Material::Data(bytes)) if bytes == b"hello"));
}

#[test]
fn a_path_that_is_no_text_costs_its_entry_even_beside_data_that_wins() {
    refused("server: 'https://host'", "client-key: true, client-key-data: aGVsbG8=", "client-key is a truth");
}

#[test]
fn fault_37_what_would_be_unsafe_is_refused() {
    let https = "server: 'https://host'";
    refused("server: 'http://host'", "token: planted-secret", "plain http");
    refused("server: 'http://127.0.0.1:8080'", "tokenFile: t", "plain http");
    refused(
        "server: 'https://host', insecure-skip-tls-verify: true, certificate-authority: ca",
        "",
        "asks not to verify",
    );
    refused(
        "server: 'http://host'",
        "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: a}",
        "plain http",
    );
    refused(https, "username: u, password: planted-secret", "username and password");
    refused(
        https,
        "auth-provider: {name: gcp, config: {access-token: planted-secret}}",
        "the auth-provider \"gcp\"",
    );
    refused(https, "as-groups: [g]", "without a user");
    refused(https, "client-certificate: c", "needs its key");
}

#[test]
fn servers_and_proxies_that_cannot_be_used_are_named() {
    refused("", "", "it has no server");
    refused("server: host", "", "does not start with https://");
    refused("server: 'ftp://host'", "", "does not start with https://");
    refused("server: 'https://u:planted-secret@host'", "", "and nothing else");
    refused("server: 'https://host/?a=b'", "", "and nothing else");
    refused("server: 'https://host', proxy-url: 'socks4://p:planted-secret@h'", "", "a proxy by \"socks4\"");
    refused("server: 'https://host', insecure-skip-tls-verify: maybe", "", "not true or false");
    refused("server: 'https://host', certificate-authority-data: '?'", "", "is not base64");
}

#[test]
fn what_is_usable_stays_so() {
    for (cluster, user) in [
        ("server: 'http://host'", ""),
        ("server: 'https://host', insecure-skip-tls-verify: true", "token: '12345'"),
        ("server: 'https://host/prefix', proxy-url: 'socks5://u:p@proxy:1080'", ""),
        (
            "server: 'https://[::1]:6443', tls-server-name: name",
            "as: jane, as-groups: [a], as-user-extra: {k: [v]}",
        ),
        (
            "server: 'https://host'",
            "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [token]}",
        ),
    ] {
        let files = fields(cluster, user);
        assert!(files.context("c").entry.is_ok(), "{:?}", files.context("c").entry);
    }
    assert!(fields("server: 'https://host', insecure-skip-tls-verify: true", "").context("c").is_insecure);
}

#[test]
fn the_list_skips_what_is_empty_and_home_has_one_place() {
    let list = std::env::join_paths(["", "a", "", "b"]).expect("a list");
    assert_eq!(Sources::from_list(&list, Origin::Flag).files, [PathBuf::from("a"), PathBuf::from("b")]);
    assert_eq!(Sources::of_home(Path::new("/home/jane")).files, [PathBuf::from("/home/jane/.kube/config")]);
}

#[test]
fn where_was_looked_is_said_as_a_person_would() {
    let home = tempfile::tempdir().expect("a home");
    let looked = |sources: &Sources| {
        let places = read_catalogue(sources).looked;
        places.into_iter().map(|looked| (looked.place, looked.found)).collect::<Vec<_>>()
    };
    let place = |place: &str, found: &str| (place.to_owned(), found.to_owned());
    assert_eq!(
        looked(&Sources::of_home(home.path())),
        [place("KUBECONFIG", "not set"), place("~/.kube/config", "no such file")]
    );
    let list = Sources::from_list("/nowhere/a".as_ref(), Origin::Environment);
    assert_eq!(looked(&list), [place("KUBECONFIG: /nowhere/a", "no such file")]);
}

//! The entries of a generated file: good ones, odd ones, and those that cost themselves.

use crate::{chance::Chance, writing::Yaml};

/// Where an entry stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    Contexts,
    Clusters,
    Users,
    Current,
}

pub const SECTIONS: [Section; 4] = [Section::Contexts, Section::Clusters, Section::Users, Section::Current];

impl Section {
    pub fn key(self) -> &'static str {
        match self {
            Self::Contexts => "contexts",
            Self::Clusters => "clusters",
            Self::Users => "users",
            Self::Current => "current-context",
        }
    }
}

/// What becomes of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    Good,
    /// kubectl takes it; we do not connect by it, and say so.
    Unusable,
    /// kubectl refuses everything because of it.
    Broken,
    /// Has the name of one before it: kubectl refuses everything, we take the first.
    Second,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub section: Section,
    /// `None` where it can not be read.
    pub name: Option<String>,
    pub fate: Fate,
    pub yaml: Yaml,
    pub choices: u64,
    /// The first and the last.
    pub lines: (u32, u32),
}

/// What entries may refer to; stands in every file.
pub const ANCHORS: &str = "x-anchors:\n- &cluster {server: https://anchored, tls-server-name: anchored}\n- &user\n  token: anchored\n- &name anchored\n";
pub const FLOW_ANCHORS: &str = "[&cluster {server: https://anchored, tls-server-name: anchored}, &user {token: anchored}, &name anchored]";

const NAMES: [&str; 6] = ["dev", "prod", "minikube", "a", "b", "kind-kind"];
const ODD: [&str; 14] = [
    "arn:aws:eks:eu-west-1:123456789012:cluster/a",
    "gke_project_europe-west1_a",
    "user@cluster/with/slashes",
    "//x/",
    "a name with spaces",
    " spaces around ",
    "🌱 Zürich",
    "..",
    "",
    "__proto__",
    "constructor",
    "it's \"quoted\" \\ and #odd: yes",
    "12345",
    "true",
];
const PATHS: [&str; 12] = [
    "ca.crt",
    "./ca.crt",
    "../pki/./ca.crt",
    "sub/../key.pem",
    "~/ca.crt",
    "/etc/kubernetes/ca.crt",
    "/etc/../ca.crt",
    "../../../../../../../../../../../x",
    "a b/ü.pem",
    "",
    "sub//double",
    "$HOME/ca.crt",
];
const EXTENSIONS: [&str; 12] = [
    "[{name: e, extension: {a: [1, yes, ~], 5: x}}]",
    "[]",
    "~",
    "[~, {extension: {a: b}}]",
    "[{name: client.authentication.k8s.io/exec, extension: {audience: 06e3fbd18de8, is: yes, none: ~}}]",
    "[{name: client.authentication.k8s.io/exec, extension: {b: [0x1f, -017, 0b101, 08, +1_000], a: 7}}]",
    "[{name: client.authentication.k8s.io/exec, extension: [1.50, 1., 1e3, .5, -1.25e-3, 2001-01-01]}]",
    "[{name: client.authentication.k8s.io/exec, extension: text}, {name: other, extension: 5}]",
    "[{name: client.authentication.k8s.io/exec, extension: {5: a, yes: b, 'x\ty': <ü&>, m: {<<: {d: 1}}}}]",
    "[{name: client.authentication.k8s.io/exec, extension: ~}]",
    "[{name: client.authentication.k8s.io/exec}]",
    "[{name: client.authentication.k8s.io/exec, extension: {}}, {name: Other, extension: {}}]",
];
const BROKEN_EXTENSIONS: [&str; 6] = [
    "{}",
    "text",
    "[7]",
    "[{name: 7}]",
    "[{name: client.authentication.k8s.io/exec, extension: .inf}]",
    "[{name: a, extension: {b: c}}, {name: a, extension: {b: c}}]",
];
const SERVERS: [&str; 9] = [
    "https://10.0.0.1:6443",
    "https://host.example.com",
    "https://[::1]:8443/prefix/",
    "https://rancher.example.com/k8s/clusters/c-1",
    "http://127.0.0.1:8080",
    "",
    "host:6443",
    "ftp://host",
    "https://name:secret@host",
];
const DATA: [&str; 5] = ["aGVsbG8=", "aGVsbG9=", "aGVs\nbG8=\n", "", "Zm9vYmFy"];

/// Some entries of every section.
pub fn some(chance: &mut Chance) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for section in [Section::Contexts, Section::Clusters, Section::Users] {
        for _ in 0..chance.below(5) {
            let entry = entry(section, chance);
            entries.push(entry);
        }
    }
    if !chance.once_in(3) {
        entries.push(current(chance));
    }
    for place in 1..entries.len() {
        let (before, rest) = entries.split_at_mut(place);
        let entry = &mut rest[0];
        let is_named = |known: &&Entry| known.section == entry.section && known.name == entry.name;
        if entry.name.is_some() && before.iter().any(|known| is_named(&known)) {
            entry.fate = Fate::Second;
        }
    }
    entries
}

pub fn name(chance: &mut Chance) -> String {
    match chance.below(40) {
        0 => "n".repeat(10_000),
        1..=9 => chance.one(&ODD).to_owned(),
        10 => "anchored".to_owned(),
        _ => chance.one(&NAMES).to_owned(),
    }
}

fn current(chance: &mut Chance) -> Entry {
    let (fate, yaml) = match chance.below(16) {
        0 => (Fate::Broken, Yaml::raw(chance.one(&["7", "true", "[a]", "{a: b}"]))),
        1 => (Fate::Good, Yaml::raw(chance.one(&["", "~", "''", "\"\""]))),
        _ => (Fate::Good, Yaml::Text(name(chance))),
    };
    Entry { section: Section::Current, name: None, fate, yaml, choices: 0, lines: (0, 0) }
}

fn entry(section: Section, chance: &mut Chance) -> Entry {
    let choices = chance.below(1 << 30) as u64;
    let made = |name, fate, yaml| Entry { section, name, fate, yaml, choices, lines: (0, 0) };
    match chance.below(40) {
        0 => {
            let raw = chance.one(&["5", "text", "[a]", "true", "{name: 7}", "{name: [a]}", "{name: yes}"]);
            return made(None, Fate::Broken, Yaml::raw(raw));
        }
        1 => return made(Some(String::new()), Fate::Good, Yaml::raw(chance.one(&["null", "~", "{}"]))),
        _ => {}
    }
    let name = name(chance);
    let written_name = if name == "anchored" { Yaml::raw("*name") } else { Yaml::Text(name.clone()) };
    let (fate, value) = match section {
        Section::Clusters => cluster(chance),
        Section::Users => user(chance),
        _ => context(chance),
    };
    let key = match section {
        Section::Clusters => "cluster",
        Section::Users => "user",
        _ => "context",
    };
    let mut pairs = vec![("name".to_owned(), written_name)];
    if let Some(value) = value {
        pairs.push((key.to_owned(), value));
    }
    if chance.once_in(10) {
        pairs.push(("server".to_owned(), Yaml::text("https://not-here")));
    }
    if chance.once_in(2) {
        pairs.reverse();
    }
    made(Some(name), fate, Yaml::Map(pairs))
}

/// Pairs that are gathered by chance, and whether one of them breaks the entry.
struct Fields<'a> {
    chance: &'a mut Chance,
    pairs: Vec<(String, Yaml)>,
    fate: Fate,
}

impl Fields<'_> {
    /// A text once in `times`, and once in many times something that is none.
    fn text(&mut self, key: &str, times: usize, of: impl FnOnce(&mut Chance) -> String) {
        if !self.chance.once_in(times) {
            return;
        }
        let yaml = match self.chance.below(150) {
            0 => {
                let none = ["12345", "true", "no", "1.5", "0x1f", "1e3", "[a]", "{a: b}", "!!int 5", "-.inf"];
                self.broken(&none)
            }
            1 => Yaml::raw(self.chance.one(&["", "~", "null", "!!null ''"])),
            2 => Yaml::raw(self.chance.one(&[
                "1.2.3",
                "2001-01-01",
                "!!str 5",
                "12:30",
                "0x",
                "'true'",
                "1e999",
            ])),
            _ => Yaml::Text(of(self.chance)),
        };
        self.pairs.push((key.to_owned(), yaml));
    }

    fn broken(&mut self, of: &[&str]) -> Yaml {
        self.fate = Fate::Broken;
        Yaml::raw(self.chance.one(of))
    }

    /// Something once in `times`; the first `good` of these are.
    fn raw(&mut self, key: &str, times: usize, good: &[&str], broken: &[&str]) {
        if !self.chance.once_in(times) {
            return;
        }
        let yaml = if self.chance.once_in(12) && !broken.is_empty() {
            self.broken(broken)
        } else {
            Yaml::raw(self.chance.one(good))
        };
        self.pairs.push((key.to_owned(), yaml));
    }

    fn data(&mut self, key: &str, times: usize) {
        if !self.chance.once_in(times) {
            return;
        }
        let yaml = if self.chance.once_in(20) {
            self.fate = Fate::Broken;
            Yaml::text(self.chance.one(&["?", "aGVsbG8", "aGVs bG8=", "aGVsbG8==", "ü"]))
        } else {
            Yaml::text(self.chance.one(&DATA))
        };
        self.pairs.push((key.to_owned(), yaml));
    }

    fn path(&mut self, key: &str, times: usize) {
        self.text(key, times, |chance| chance.one(&PATHS).to_owned());
    }

    fn done(mut self) -> (Fate, Option<Yaml>) {
        if self.pairs.len() > 1 {
            let turned = self.chance.below(self.pairs.len());
            self.pairs.rotate_left(turned);
            // A key twice, of which the last counts.
            if self.chance.once_in(15) && self.fate == Fate::Good {
                let (key, yaml) = self.pairs[0].clone();
                self.pairs.push((key, yaml));
            }
        }
        (self.fate, Some(Yaml::Map(self.pairs)))
    }
}

fn cluster(chance: &mut Chance) -> (Fate, Option<Yaml>) {
    match chance.below(30) {
        0 => return (Fate::Broken, Some(Yaml::raw(chance.one(&["7", "text", "[]", "yes"])))),
        1 => return (Fate::Unusable, chance.once_in(2).then(|| Yaml::raw("null"))),
        2 => return (Fate::Good, Some(Yaml::raw("*cluster"))),
        3 => return (Fate::Good, Some(Yaml::raw("{<<: *cluster, server: 'https://merged'}"))),
        4 => return (Fate::Good, Some(Yaml::raw("{server: 'https://merged', <<: [{a: b}, *cluster]}"))),
        _ => {}
    }
    let mut fields = Fields { chance, pairs: Vec::new(), fate: Fate::Good };
    fields.text("server", 1, |chance| {
        let most = if chance.once_in(4) { SERVERS.len() } else { 5 };
        chance.one(&SERVERS[..most]).to_owned()
    });
    fields.path("certificate-authority", 4);
    fields.data("certificate-authority-data", 4);
    fields.raw(
        "insecure-skip-tls-verify",
        5,
        &["true", "false", "yes", "No", "on", "~", "!!bool y"],
        &["'true'", "1", "maybe", "[]", "0"],
    );
    fields.text("tls-server-name", 5, |_| "name.example.com".to_owned());
    fields.text("proxy-url", 6, |chance| {
        let proxies =
            ["http://proxy:3128", "socks5://u:p@proxy:1080", "https://proxy", "ftp://proxy", "proxy"];
        chance.one(&proxies).to_owned()
    });
    fields.raw("disable-compression", 8, &["true", "false"], &["'true'", "1"]);
    fields.raw("extensions", 4, &EXTENSIONS, &BROKEN_EXTENSIONS);
    fields.raw("unknown", 8, &["{a: 1}", "text"], &[]);
    fields.done()
}

fn user(chance: &mut Chance) -> (Fate, Option<Yaml>) {
    match chance.below(30) {
        0 => return (Fate::Broken, Some(Yaml::raw(chance.one(&["7", "text", "[]", "yes"])))),
        1 => return (Fate::Good, chance.once_in(2).then(|| Yaml::raw("null"))),
        2 => return (Fate::Good, Some(Yaml::raw("*user"))),
        3 => return (Fate::Good, Some(Yaml::raw("{<<: *user, as: jane}"))),
        _ => {}
    }
    let mut fields = Fields { chance, pairs: Vec::new(), fate: Fate::Good };
    fields.text("token", 3, |chance| format!("token-{}", chance.below(1000)));
    fields.path("tokenFile", 5);
    match fields.chance.below(5) {
        0 => {
            fields.path("client-certificate", 1);
            fields.path("client-key", 1);
        }
        1 => {
            fields.data("client-certificate-data", 1);
            fields.data("client-key-data", 1);
            fields.path("client-key", 6);
        }
        2 => fields.path("client-certificate", 8),
        _ => {}
    }
    if fields.chance.once_in(5) {
        let (fate, exec) = exec(fields.chance);
        fields.pairs.push(("exec".to_owned(), exec));
        if fate == Fate::Broken {
            fields.fate = fate;
        }
    }
    fields.text("as", 6, |_| "jane".to_owned());
    fields.text("as-uid", 12, |_| "0123".to_owned());
    fields.raw(
        "as-groups",
        8,
        &["[a, 'b c']", "[]", "~", "[null]", "[x, ~, z]"],
        &["text", "[1]", "[true]", "[[a]]", "{}"],
    );
    fields.raw(
        "as-user-extra",
        8,
        &["{k: [v, w]}", "{}", "{'a/b': [], c: ~}", "{yes: [v]}"],
        &["[]", "{k: v}", "{k: [1]}", "text"],
    );
    fields.text("username", 20, |_| "admin".to_owned());
    fields.text("password", 20, |_| "secret".to_owned());
    fields.done()
}

fn exec(chance: &mut Chance) -> (Fate, Yaml) {
    if chance.once_in(30) {
        return (Fate::Broken, Yaml::raw(chance.one(&["aws", "[]", "7"])));
    }
    let mut fields = Fields { chance, pairs: Vec::new(), fate: Fate::Good };
    fields.text("command", 1, |chance| {
        chance.one(&["aws", "gke-gcloud-auth-plugin", "/opt/a b/plugin"]).to_owned()
    });
    let versions = ["v1", "v1beta1", "v1beta1", "v1alpha1"];
    fields.text("apiVersion", 1, |chance| format!("client.authentication.k8s.io/{}", chance.one(&versions)));
    if !fields.chance.once_in(3) {
        fields
            .text("interactiveMode", 1, |chance| chance.one(&["Never", "IfAvailable", "Always"]).to_owned());
    }
    fields.raw(
        "args",
        2,
        &["[eks, get-token]", "[]", "~", "['5', a b, ~]"],
        &["token", "[5]", "[yes]", "{}"],
    );
    fields.raw(
        "env",
        3,
        &["[{name: A, value: b}]", "[]", "[{name: A, value: ''}, {name: B}]", "[{value: 'c d', name: A}]"],
        &["{A: b}", "[A=b]", "[{name: A, value: 5}]", "[{name: yes, value: b}]"],
    );
    fields.text("installHint", 6, |_| "brew install it".to_owned());
    fields.raw("provideClusterInfo", 4, &["true", "false", "no", "~"], &["'true'", "1", "maybe"]);
    let (fate, exec) = fields.done();
    (fate, exec.expect("a map"))
}

fn context(chance: &mut Chance) -> (Fate, Option<Yaml>) {
    match chance.below(40) {
        0 => return (Fate::Broken, Some(Yaml::raw(chance.one(&["7", "text", "[]", "yes"])))),
        1 => return (Fate::Good, chance.once_in(2).then(|| Yaml::raw("null"))),
        _ => {}
    }
    let mut fields = Fields { chance, pairs: Vec::new(), fate: Fate::Good };
    if !fields.chance.once_in(20) {
        fields.text("cluster", 1, name);
    }
    if !fields.chance.once_in(10) {
        fields.text("user", 1, name);
    }
    fields.text("namespace", 3, |chance| {
        chance.one(&["default", "kube-system", "team-a", "", "Not A Name"]).to_owned()
    });
    fields.raw("unknown", 8, &["{a: 1}", "text"], &[]);
    fields.done()
}

//! kuberc's policy for credential plugins, honoured as kubectl 1.36 does (`kubectl/pkg/kuberc`, and client-go's
//! `plugin/pkg/client/auth/exec`).
//!
//! In two points it is stricter. Where kubectl only warns that it could not load the file in its usual place, and
//! where it passes over a malformed document, nothing is run. A policy in a document of version v1alpha1, which has
//! none, is malformed too: whoever wrote it meant it.

use std::{
    ffi::OsStr,
    io::Cursor,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

use super::{environment::Variables, resolve};
use crate::file::{self, Found};

const LIMIT: u64 = 1 << 20;
const GROUP: &str = "kubectl.config.k8s.io/";

/// Where kuberc is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nowhere: it is turned off, or there is no home folder.
    Nowhere,
    /// Named by `KUBERC`, so it has to be there.
    Named(PathBuf),
    /// In its usual place, if at all.
    Usual(PathBuf),
}

impl Place {
    /// Where it is for a process with these variables; `usual` is `~/.kube/kuberc`.
    pub(super) fn of(variables: &Variables, usual: Option<&Path>) -> Self {
        let variable = |name: &str| variables.get(OsStr::new(name)).filter(|value| !value.is_empty());
        if variable("KUBECTL_KUBERC").is_some_and(|value| value.eq_ignore_ascii_case("false")) {
            return Self::Nowhere;
        }
        match (variable("KUBERC"), usual) {
            (Some(value), _) if value == "off" => Self::Nowhere,
            (Some(value), _) => Self::Named(PathBuf::from(value)),
            (None, Some(usual)) => Self::Usual(usual.to_owned()),
            (None, None) => Self::Nowhere,
        }
    }
}

/// What is to be run.
pub(super) struct Asked<'a> {
    /// The command, cleaned.
    pub(super) named: &'a Path,
    /// The program that was found for it.
    pub(super) program: &'a Path,
    /// Where bare names are looked for.
    pub(super) path: Option<&'a OsStr>,
}

/// Whether it may run. Blocking; reads the file anew. The error says which file forbids it, and how.
pub(super) fn check(place: &Place, asked: &Asked) -> Result<(), String> {
    let (file, is_named) = match place {
        Place::Nowhere => return Ok(()),
        Place::Named(file) => (file, true),
        Place::Usual(file) => (file, false),
    };
    let policy = match file::read(file, LIMIT) {
        Found::Nothing if is_named => Err("does not exist, and KUBERC names it".to_owned()),
        Found::Nothing => return Ok(()),
        Found::Problem(problem) => Err(problem),
        Found::Bytes(bytes) => policy(&bytes),
    };
    let forbidden = match policy {
        Err(problem) => format!("{problem}; until that is put right no plugin is run"),
        Ok(Policy::AllowAll) => return Ok(()),
        Ok(Policy::DenyAll) => "has credentialPluginPolicy: DenyAll".to_owned(),
        Ok(Policy::Allowlist(allowed)) if is_listed(&allowed, asked) => return Ok(()),
        Ok(Policy::Allowlist(_)) => {
            format!("has credentialPluginPolicy: Allowlist, and {} is not on it", asked.program.display())
        }
    };
    Err(format!("{} {forbidden}", file.display()))
}

/// What a kuberc says of plugins.
#[derive(Debug, PartialEq, Eq)]
enum Policy {
    AllowAll,
    DenyAll,
    Allowlist(Vec<PathBuf>),
}

/// The policy of the first document that is one of kubectl's preferences.
fn policy(bytes: &[u8]) -> Result<Policy, String> {
    let mut options = serde_saphyr::Options::default();
    options.with_snippet = false;
    let mut reader = Cursor::new(bytes);
    let mut is_empty = true;
    for document in serde_saphyr::read_with_options::<_, Value>(&mut reader, options) {
        let document = document.map_err(|_| "is not valid YAML".to_owned())?;
        if document.is_null() {
            continue;
        }
        is_empty = false;
        let text = |key: &str| document.get(key).and_then(Value::as_str).unwrap_or_default();
        let (Some(version @ ("v1beta1" | "v1alpha1")), "Preference") =
            (text("apiVersion").strip_prefix(GROUP), text("kind"))
        else {
            continue;
        };
        if version == "v1alpha1" {
            let has_policy = ["credentialPluginPolicy", "credentialPluginAllowlist"]
                .into_iter()
                .any(|key| document.get(key).is_some());
            return if has_policy {
                Err("has a policy for credential plugins, which its apiVersion v1alpha1 does not know"
                    .to_owned())
            } else {
                Ok(Policy::AllowAll)
            };
        }
        let preference = serde_json::from_value::<Preference>(document)
            .map_err(|_| "has a policy for credential plugins that is not as it should be".to_owned())?;
        return preference.policy();
    }
    if is_empty { Ok(Policy::AllowAll) } else { Err("holds no preferences of a known version".to_owned()) }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Preference {
    #[serde(default)]
    credential_plugin_policy: Option<String>,
    #[serde(default)]
    credential_plugin_allowlist: Option<Vec<Listed>>,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    command: Option<String>,
}

impl Preference {
    fn policy(self) -> Result<Policy, String> {
        let policy = self.credential_plugin_policy.unwrap_or_default();
        match (policy.as_str(), self.credential_plugin_allowlist) {
            ("" | "AllowAll" | "DenyAll", Some(_)) => {
                Err(format!("has a credentialPluginAllowlist and credentialPluginPolicy: {policy:?}"))
            }
            ("" | "AllowAll", None) => Ok(Policy::AllowAll),
            ("DenyAll", None) => Ok(Policy::DenyAll),
            ("Allowlist", None) => {
                Err("has credentialPluginPolicy: Allowlist without a credentialPluginAllowlist".to_owned())
            }
            ("Allowlist", Some(list)) if list.is_empty() => {
                Err("has an empty credentialPluginAllowlist".to_owned())
            }
            ("Allowlist", Some(list)) => {
                list.into_iter().map(Listed::command).collect::<Result<_, _>>().map(Policy::Allowlist)
            }
            _ => Err(format!("has credentialPluginPolicy: {policy:?}, which kubectl does not know")),
        }
    }
}

impl Listed {
    fn command(self) -> Result<PathBuf, String> {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let command = match (given(self.name), given(self.command)) {
            (Some(name), Some(command)) if name != command => {
                return Err("has a credentialPluginAllowlist whose name and command differ".to_owned());
            }
            (_, Some(command)) => command,
            (Some(name), None) => name,
            (None, None) => return Err("has a credentialPluginAllowlist with an empty entry".to_owned()),
        };
        let path = PathBuf::from(&command);
        // As text: two paths are equal for Rust where they differ by a `.` or a doubled separator.
        if resolve::clean(&path).as_os_str() == path.as_os_str() {
            Ok(path)
        } else {
            Err(format!("has a credentialPluginAllowlist with {command:?}, which is not a plain path"))
        }
    }
}

/// The command word for word, the program, or an entry of the same name that is found at the same place.
fn is_listed(allowed: &[PathBuf], asked: &Asked) -> bool {
    let same = |one: &Path, other: &Path| one.as_os_str() == other.as_os_str();
    allowed.iter().any(|entry| {
        same(entry, asked.named)
            || same(entry, asked.program)
            || (entry.file_name() == asked.program.file_name()
                && resolve::look_up(entry, asked.path).is_some_and(|found| same(&found, asked.program)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<Policy, &str>) {
        let text = text.replace("V1BETA1", "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n");
        match (policy(text.as_bytes()), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text}"),
            (Err(found), Err(expected)) => assert!(found.contains(expected), "{text}: {found}"),
            (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
        }
    }

    fn list(paths: &[&str]) -> Policy {
        Policy::Allowlist(paths.iter().map(PathBuf::from).collect())
    }

    #[test]
    fn without_a_policy_all_may_run() {
        check("", Ok(Policy::AllowAll));
        check("---\n# nothing\n", Ok(Policy::AllowAll));
        check("V1BETA1", Ok(Policy::AllowAll));
        check("V1BETA1credentialPluginPolicy: ''", Ok(Policy::AllowAll));
        check("V1BETA1credentialPluginPolicy: AllowAll", Ok(Policy::AllowAll));
        check("V1BETA1credentialPluginAllowlist: null", Ok(Policy::AllowAll));
        check("apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference", Ok(Policy::AllowAll));
    }
    #[test]
    fn policies_are_read() {
        check("V1BETA1credentialPluginPolicy: DenyAll", Ok(Policy::DenyAll));
        let entries = "[{name: aws}, {command: /opt/gke}, {name: x, command: x}]";
        let text = format!("V1BETA1credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: {entries}");
        check(&text, Ok(list(&["aws", "/opt/gke", "x"])));
    }
    #[test]
    fn the_first_document_of_a_known_version_counts() {
        let other = "apiVersion: kubectl.config.k8s.io/v9\nkind: Preference\n---\n";
        check(&format!("{other}V1BETA1credentialPluginPolicy: DenyAll"), Ok(Policy::DenyAll));
        check("V1BETA1credentialPluginPolicy: DenyAll\n---\nV1BETA1", Ok(Policy::DenyAll));
    }
    #[test]
    fn fault_33_a_malformed_kuberc_is_closed() {
        let allowlist = "V1BETA1credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: ";
        for (text, problem) in [
            ("a: [", "not valid YAML"),
            ("hello", "no preferences of a known version"),
            ("apiVersion: v1\nkind: Config", "no preferences of a known version"),
            ("V1BETA1credentialPluginPolicy: denyall", "\"denyall\", which kubectl does not know"),
            ("V1BETA1credentialPluginPolicy: [DenyAll]", "not as it should be"),
            ("V1BETA1credentialPluginPolicy: Allowlist", "without a credentialPluginAllowlist"),
            ("V1BETA1credentialPluginAllowlist: []", "credentialPluginPolicy: \"\""),
            ("V1BETA1credentialPluginPolicy: AllowAll\ncredentialPluginAllowlist: [{name: a}]", "AllowAll"),
            ("V1BETA1credentialPluginPolicy: DenyAll\ncredentialPluginAllowlist: [{name: a}]", "DenyAll"),
            (
                "apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\ncredentialPluginPolicy: DenyAll",
                "v1alpha1",
            ),
        ] {
            check(text, Err(problem));
        }
        for (entries, problem) in [
            ("[]", "empty credentialPluginAllowlist"),
            ("aws", "not as it should be"),
            ("[aws]", "not as it should be"),
            ("[{}]", "empty entry"),
            ("[{name: ''}]", "empty entry"),
            ("[{name: 5}]", "not as it should be"),
            ("[{name: a, command: b}]", "name and command differ"),
            ("[{name: ./aws}]", "not a plain path"),
            ("[{name: /opt//aws}]", "not a plain path"),
            ("[{name: /opt/aws/}]", "not a plain path"),
        ] {
            check(&format!("{allowlist}{entries}"), Err(problem));
        }
    }

    #[test]
    fn kuberc_is_where_kubectl_looks_for_it() {
        let usual = Path::new("/home/jane/.kube/kuberc");
        let place = |variables: &[(&str, &str)]| {
            let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            Place::of(&variables, Some(usual))
        };
        assert_eq!(place(&[]), Place::Usual(usual.to_owned()));
        assert_eq!(place(&[("KUBERC", "")]), Place::Usual(usual.to_owned()));
        assert_eq!(place(&[("KUBERC", "off")]), Place::Nowhere);
        assert_eq!(place(&[("KUBERC", "/x")]), Place::Named("/x".into()));
        assert_eq!(place(&[("KUBERC", "/x"), ("KUBECTL_KUBERC", "False")]), Place::Nowhere);
        assert_eq!(Place::of(&Variables::new(), None), Place::Nowhere);
    }
}

//! What the files that an entry refers to may hold.

use std::{fs, path::PathBuf};

use http::Uri;

use super::*;
use crate::kubeconfig::{ClusterEntry, Impersonate};

/// What the entry offers, put together.
fn prepare(entry: &Entry) -> Result<Prepared, String> {
    super::prepare(entry, of_entry(&entry.user)?, &HeaderMap::new(), Opened::default())
}

fn entry(user: UserEntry) -> Entry {
    let cluster = ClusterEntry {
        server: Uri::from_static("https://host"),
        ca: None,
        is_insecure: false,
        tls_server_name: None,
        proxy: None,
        disables_compression: false,
        for_plugin: None,
    };
    Entry { cluster, user }
}

fn with_token(token: &str) -> Result<Prepared, String> {
    prepare(&entry(UserEntry { token: Some(SecretString::from(token)), ..UserEntry::default() }))
}

fn with_token_file(bytes: &[u8]) -> Result<Prepared, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    fs::write(&path, bytes).expect("a file");
    prepare(&entry(UserEntry { token_file: Some(path), ..UserEntry::default() }))
}

fn sent(prepared: &Prepared) -> &str {
    prepared.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn refused(outcome: Result<Prepared, String>, problem: &str) {
    let found = outcome.expect_err("it cannot be used");
    assert!(found.contains(problem), "{found}");
    assert!(!found.contains("planted"), "{found}");
}

#[test]
fn a_token_is_trimmed_and_sensitive() {
    let prepared = with_token_file(b"  abc\r\n").expect("usable");
    assert_eq!(sent(&prepared), "Bearer abc");
    assert_eq!(prepared.method, Method::Token);
    assert!(!format!("{prepared:?}").contains("abc"));
}

#[test]
fn a_token_that_would_break_the_header_is_refused_with_its_position() {
    refused(with_token("planted\nsecret"), "at position 8");
    refused(with_token("planted\0"), "at position 8");
    refused(with_token("plantéd"), "at position 6");
    refused(with_token("planted secret"), "at position 8");
    refused(with_token(" \n"), "is empty");
    refused(with_token_file(&[0xff, 0xfe, b'a', 0, b'b']), "is not text");
    refused(with_token_file(&vec![b'a'; 65_537]), "is larger than 64 KiB");
}

#[test]
fn a_token_file_wins_while_it_can_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    let user = UserEntry {
        token: Some(SecretString::from("inline")),
        token_file: Some(path.clone()),
        ..UserEntry::default()
    };
    assert_eq!(sent(&prepare(&entry(user.clone())).expect("usable")), "Bearer inline");
    fs::write(&path, "from-file").expect("a file");
    assert_eq!(sent(&prepare(&entry(user.clone())).expect("usable")), "Bearer from-file");
    fs::remove_file(&path).expect("removed");
    refused(prepare(&entry(UserEntry { token: None, ..user })), "does not exist");
}

#[test]
fn an_authority_without_a_certificate_is_refused() {
    let mut entry = entry(UserEntry::default());
    entry.cluster.ca = Some(Material::Data(b"planted".to_vec()));
    refused(prepare(&entry), "holds no certificate in PEM");
    entry.cluster.ca = Some(Material::File(PathBuf::from("/nowhere/ca.crt")));
    refused(prepare(&entry), "certificate authority /nowhere/ca.crt does not exist");
}

#[test]
fn the_hash_is_over_the_certificates_themselves() {
    let made = rcgen::generate_simple_self_signed(["host".to_owned()]).expect("a certificate");
    let mut entry = entry(UserEntry::default());
    let pem = made.cert.pem();
    entry.cluster.ca = Some(Material::Data(format!("a remark\n{pem}").into_bytes()));
    let prepared = prepare(&entry).expect("usable");
    assert_eq!(prepared.ca_hash, hash(&[made.cert.der().clone()]));
    assert_eq!(prepared.ca_hash.len(), 64);
    entry.cluster.ca = None;
    assert_eq!(prepare(&entry).expect("usable").ca_hash, "");
}

#[test]
fn a_name_that_is_none_is_refused() {
    let mut entry = entry(UserEntry::default());
    entry.cluster.tls_server_name = Some("not a name".into());
    refused(prepare(&entry), "its tls-server-name \"not a name\" is no name");
}

#[test]
fn acting_as_someone_is_in_the_headers() {
    let impersonate = Impersonate {
        user: Some("jané".into()),
        uid: Some("1".into()),
        groups: vec!["a".into(), "b".into()],
        extra: vec![("Acme.com/Team".into(), vec!["x".into()])],
    };
    let prepared = prepare(&entry(UserEntry { impersonate, ..UserEntry::default() })).expect("usable");
    let names: Vec<_> =
        prepared.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    assert!(names.contains(&("impersonate-user", "jané".as_bytes())));
    assert!(names.contains(&("impersonate-extra-acme.com%2fteam", b"x")));
    assert_eq!(prepared.headers.get_all("impersonate-group").iter().count(), 2);
    assert_eq!(prepared.method, Method::None);
}

//! Credentials that are not what they should be: the field is named, its content is not.

use std::{fmt::Write, fs, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use rcgen::{CertificateParams, KeyPair};
use secateur_cluster::{
    Access, Network, Origin, Sources, Transport, connect, install_crypto_provider, read_catalogue,
};

/// Stands in every content that no error may quote.
const PLANTED: &str = "plantedsecret";

/// What connecting by these fields of a cluster and a user says.
async fn refusal(cluster: &str, user: &str) -> String {
    install_crypto_provider();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    let text = format!(
        "contexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: 'https://127.0.0.1:1', {cluster}}}}}]\n\
         users: [{{name: u, user: {{{user}}}}}]\n"
    );
    fs::write(&file, text).expect("a file");
    let catalogue = read_catalogue(&Sources::from_list(file.as_os_str(), Origin::Flag));
    let network: Arc<dyn Transport> = Arc::new(Network::default());
    let mut told = format!("{catalogue:?}");
    match connect(&catalogue.contexts[0], Access::by_entry(network)).await {
        Ok(_) => panic!("it cannot be used"),
        Err(error) => {
            let _ = write!(told, "{error:?}");
            assert!(!told.contains(PLANTED) && !told.contains(&pack(PLANTED)[..12]), "{told}");
            error.to_string()
        }
    }
}

async fn check(cluster: &str, user: &str, expected: &str) {
    let refusal = refusal(cluster, user).await;
    assert!(refusal.contains(expected), "{refusal}");
}

fn pack(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}

/// A certificate and its key, in PEM.
fn pair() -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new(["host".to_owned()]).and_then(|params| params.self_signed(&key));
    (certificate.expect("a certificate").pem(), key.serialize_pem())
}

fn user(certificate: &str, key: &str) -> String {
    format!("client-certificate-data: {}, client-key-data: {}", pack(certificate), pack(key))
}

#[tokio::test]
async fn fault_67_what_is_no_base64_is_named_by_its_field() {
    check("certificate-authority-data: 'plantedsecret?'", "", "certificate-authority-data is not base64")
        .await;
    check("", "client-key-data: 'plantedsecret?'", "client-key-data is not base64").await;
    check("", "client-certificate-data: 'plantedsecret?'", "client-certificate-data is not base64").await;
}

#[tokio::test]
async fn fault_67_what_is_no_pem_is_named_by_its_field() {
    let (certificate, key) = pair();
    let ca = format!("certificate-authority-data: {}", pack(PLANTED));
    check(&ca, "", "certificate authority (certificate-authority-data) holds no certificate").await;
    check("", &user(PLANTED, &key), "client certificate").await;
    check("", &user(&certificate, PLANTED), "key").await;
    check(
        "",
        &user(&certificate, "-----BEGIN PRIVATE KEY-----\nplantedsecret\n-----END PRIVATE KEY-----\n"),
        "key",
    )
    .await;
}

#[tokio::test]
async fn fault_67_a_key_that_is_encrypted_is_named_as_a_key() {
    let (certificate, _) = pair();
    for words in ["ENCRYPTED PRIVATE KEY", "EC PRIVATE KEY"] {
        let head = if words.starts_with("EC ") {
            "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n"
        } else {
            ""
        };
        let key = format!("-----BEGIN {words}-----\n{head}{}\n-----END {words}-----\n", pack(PLANTED));
        check("", &user(&certificate, &key), "key").await;
    }
}

#[tokio::test]
async fn fault_67_a_key_of_another_certificate_is_named_as_such() {
    let ((certificate, _), (_, key)) = (pair(), pair());
    check("", &user(&certificate, &key), "client key does not fit the client certificate").await;
}

#[tokio::test]
async fn fault_67_a_file_that_is_no_pem_is_named_by_its_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.crt");
    fs::write(&file, PLANTED).expect("a file");
    let ca = format!("certificate-authority: {}", file.display());
    check(&ca, "", "ca.crt) holds no certificate").await;
    fs::remove_file(&file).expect("it is deleted");
    check(&ca, "", "ca.crt does not exist").await;
}

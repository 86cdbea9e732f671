//! Credentials that are not what they should be: the field is named, its content is not.

use std::{fs, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use rcgen::{CertificateParams, KeyPair};
use secateur_cluster::{
    Access, Catalogue, Client, ClusterError, Network, Origin, Sources, Transport, connect,
    install_crypto_provider, read_catalogue,
};

/// Stands in every content that no error may quote.
const PLANTED: &str = "plantedsecret";

/// A key that openssl encrypted under a passphrase that nobody knows any more: as it writes one now, and as it wrote
/// one of an elliptic curve before.
const ENCRYPTED: [&str; 2] = [
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n\
     MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjL6Wr6TYX+TwICCAAw\n\
     DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKJ+j1wWHvXmfyCYRjrcj/0EgZBj\n\
     lG6975BK96LXOitzMX2l+8RI4J87O2g8m1aIt+HscSG0utZPf92gmkBpw10htOjY\n\
     NSnYwSEXgTAyPaDEyV6V/RPBTz8W1HxdmNLtKnQZKnjZxrSxpLsO+XfJSlFkc1zh\n\
     jWDLtic3T13kcwbXQUHo8XprTb2lgBKlQgAh4X+Yjcq9wRBdXFnB9+mK+4hKg0U=\n\
     -----END ENCRYPTED PRIVATE KEY-----\n",
    "-----BEGIN EC PRIVATE KEY-----\n\
     Proc-Type: 4,ENCRYPTED\n\
     DEK-Info: AES-256-CBC,029D6BAEFCE0EB898457D55B89867E03\n\n\
     7lfCG8YaQQ4qxXi6QpCEhFOybcZ9XBa7RJd7XDO1bt9IEcguB44hNzo/d1PpHv72\n\
     dKZzRQs4C0o3K0k7Mg/4ewgg+T13oA/0tFT26PTe/w2j7QzAraHZD7JMbcCuDkvA\n\
     2m1lXLY20NHoggfRyv4JfeTOE9nL40FJPFHGgCNFO3c=\n\
     -----END EC PRIVATE KEY-----\n",
];

/// Connects by these fields of a cluster and a user; nothing is sent by that.
async fn connected(cluster: &str, user: &str) -> Result<Client, (ClusterError, Catalogue)> {
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
    let connected = connect(&catalogue.contexts[0], Access::by_entry(network)).await;
    connected.map_err(|error| (error, catalogue))
}

/// What connecting by these fields says.
async fn refusal(cluster: &str, user: &str) -> String {
    let Err((error, catalogue)) = connected(cluster, user).await else { panic!("it cannot be used") };
    let told = format!("{catalogue:?}{error:?}");
    assert!(!told.contains(PLANTED) && !told.contains(&pack(PLANTED)[..12]), "{told}");
    error.to_string()
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
    let no_certificate = "its client certificate (client-certificate-data) holds no certificate in PEM";
    check("", &user(PLANTED, &key), no_certificate).await;
    check("", &user(&key, &key), no_certificate).await;
    let no_key = "its client key (client-key-data) holds no private key in PEM";
    check("", &user(&certificate, PLANTED), no_key).await;
    check("", &user(&certificate, &certificate), no_key).await;
}

#[tokio::test]
async fn fault_67_what_is_pem_and_nothing_in_it_is_named_by_its_field() {
    let (certificate, key) = pair();
    let pem = |words: &str| format!("-----BEGIN {words}-----\n{}\n-----END {words}-----\n", pack(PLANTED));
    let broken = "its client key (client-key-data) is broken, or of a kind that is not supported";
    check("", &user(&certificate, &pem("PRIVATE KEY")), broken).await;
    let unread = "its client certificate (client-certificate-data) cannot be read";
    check("", &user(&pem("CERTIFICATE"), &key), unread).await;
}

#[tokio::test]
async fn fault_67_a_key_that_is_encrypted_is_named_as_such_with_what_to_do() {
    let (certificate, key) = pair();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.key");
    let by_file = format!("client-certificate-data: {}, client-key: {}", pack(&certificate), file.display());
    for encrypted in ENCRYPTED {
        let what_to_do = "is encrypted, and Secateur asks for no passphrase: decrypt it with `openssl pkey -in KEY \
                          -out DECRYPTED` and use what that writes instead";
        let in_place = refusal("", &user(&certificate, encrypted)).await;
        assert!(in_place.ends_with(&format!("its client key (client-key-data) {what_to_do}")), "{in_place}");
        fs::write(&file, encrypted).expect("a file");
        let in_file = refusal("", &by_file).await;
        assert!(in_file.ends_with(&format!("its client key ({}) {what_to_do}", file.display())), "{in_file}");
        let is_quoted = |line: &str| in_place.contains(line) || in_file.contains(line);
        assert!(!encrypted.lines().filter(|line| !line.is_empty()).any(is_quoted), "{in_place} {in_file}");
    }
    fs::write(&file, key).expect("a file");
    assert!(connected("", &by_file).await.is_ok(), "the decrypted one can be used");
}

#[tokio::test]
async fn fault_67_a_key_of_another_certificate_is_named_as_such() {
    let ((certificate, _), (_, key)) = (pair(), pair());
    let expected = "its client key (client-key-data) does not belong to its client certificate (client-certificate-data)";
    check("", &user(&certificate, &key), expected).await;
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

//! Certificates that are not trusted, and the names that are asked for and checked.

use sha2::{Digest, Sha256};

use super::*;

#[tokio::test]
async fn fault_12_an_expired_certificate_is_named_with_its_dates() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "127.0.0.1", 2021, None).await;
    let problem = problem(&endpoint(peer.port, &authority)).await;
    assert_eq!(
        problem,
        format!(
            "the certificate of 127.0.0.1:{} cannot be trusted: it expired on 2021-12-31 (subject CN=127.0.0.1; \
             issuer CN=Garden CA; valid from 2020-01-01 to 2021-12-31)",
            peer.port
        )
    );
}

#[tokio::test]
async fn fault_12_a_certificate_for_another_host_names_both() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "other.example", 2100, None).await;
    let problem = problem(&endpoint(peer.port, &authority)).await;
    assert!(problem.contains("it is not for 127.0.0.1 but for other.example (subject CN=other"), "{problem}");
}

#[tokio::test]
async fn fault_12_an_unknown_authority_is_named() {
    let peer = Peer::start(&Authority::new(), "127.0.0.1", 2100, None).await;
    let found = problem(&endpoint(peer.port, &Authority::called("Other CA"))).await;
    assert!(found.contains("none of the trusted authorities has signed it (subject CN=127"), "{found}");
    let found = problem(&endpoint(peer.port, &Authority::new())).await;
    assert!(found.contains("an authority of its issuer's name is trusted, but has not signed it"), "{found}");
}

#[tokio::test]
async fn fault_12_a_client_certificate_that_is_asked_for_is_named() {
    let authority = Authority::new();
    let clients = Authority::new();
    let peer = Peer::start(&authority, "127.0.0.1", 2100, Some(&clients)).await;
    let mut endpoint = endpoint(peer.port, &authority);
    let found = problem(&endpoint).await;
    assert!(found.contains("does not accept our client certificate: it asks for one"), "{found}");
    let identity = |authority: &Authority| {
        let (certificate, key) = authority.signs("jane", 2100);
        let key = SecretSlice::from(key.serialize_pem().into_bytes());
        Some(Identity { certificate: certificate.pem().into_bytes(), key })
    };
    endpoint.identity = identity(&clients);
    assert_eq!(get(&endpoint).await.expect("an answer").status(), StatusCode::OK);
    for stranger in [Authority::new(), Authority::called("Other CA")] {
        endpoint.identity = identity(&stranger);
        let found = problem(&endpoint).await;
        assert!(found.contains("does not accept our client certificate"), "{found}");
    }
}

#[tokio::test]
async fn only_asking_for_it_takes_any_certificate() {
    let peer = Peer::start(&Authority::new(), "other.example", 2021, None).await;
    let endpoint = Endpoint { is_insecure: true, ca: vec![], ..endpoint(peer.port, &Authority::new()) };
    assert!(get(&endpoint).await.is_ok());
}

#[tokio::test]
async fn a_tls_server_name_is_asked_for_and_checked() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "kubernetes.example", 2100, None).await;
    let named = |name: &str| {
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        Endpoint { tls_server_name: Some(name), ..endpoint(peer.port, &authority) }
    };
    assert!(get(&named("kubernetes.example")).await.is_ok());
    assert_eq!(peer.names(), [Some("kubernetes.example".to_owned())]);
    let found = problem(&named("other.example")).await;
    assert!(
        found.contains(&format!("127.0.0.1:{} cannot be trusted: it is not for other.example", peer.port)),
        "{found}"
    );
}

#[tokio::test]
async fn a_tls_server_name_that_is_an_address_is_checked_and_not_asked_for() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "10.0.0.1", 2100, None).await;
    let mut endpoint = endpoint(peer.port, &authority);
    endpoint.server = format!("https://localhost:{}", peer.port).parse().expect("a URL");
    assert!(problem(&endpoint).await.contains("it is not for localhost"));
    endpoint.tls_server_name = Some(ServerName::try_from("10.0.0.1").expect("an address"));
    assert!(get(&endpoint).await.is_ok());
    assert_eq!(peer.names(), [None]);
}

#[tokio::test]
async fn fault_12_a_certificate_that_is_not_valid_yet_says_from_when_it_is() {
    let authority = Authority::new();
    let certificate = authority.signs_from("127.0.0.1", 2090, 2100);
    let peer = Peer::with(certificate, None).await;
    let found = problem(&endpoint(peer.port, &authority)).await;
    assert!(found.contains("cannot be trusted: it is not valid before 2090-01-01 (subject"), "{found}");
}

#[tokio::test]
async fn fault_12_what_the_certificate_says_of_itself_comes_along() {
    let authority = Authority::new();
    let (certificate, key) = authority.signs_for(&["api.example.com", "10.1.2.3", "fd00::1"], 2021);
    let digest: Vec<_> = Sha256::digest(certificate.der()).iter().map(|byte| format!("{byte:02X}")).collect();
    let peer = Peer::with((certificate, key), None).await;
    let error = get(&endpoint(peer.port, &authority)).await.err().expect("it is not trusted");
    let TransportError::UntrustedCertificate { host, problem, certificate: Some(facts) } = error else {
        panic!("{error:?}")
    };
    assert_eq!(host, format!("127.0.0.1:{}", peer.port));
    assert_eq!(problem, "it expired on 2021-12-31");
    assert_eq!(facts.names, ["api.example.com", "10.1.2.3", "fd00::1"]);
    assert_eq!((facts.subject.as_str(), facts.issuer.as_str()), ("CN=api.example.com", "CN=Garden CA"));
    assert_eq!(facts.not_before.to_string(), "2020-01-01T00:00:00Z");
    assert_eq!(facts.not_after.to_string(), "2021-12-31T00:00:00Z");
    assert_eq!(facts.sha256, digest.join(":"));
}

#[tokio::test]
async fn what_steers_a_terminal_is_not_taken_over_from_a_certificate() {
    let authority = Authority::called("Gar\u{1b}[31mden\u{202e} CA");
    let peer = Peer::start(&authority, "127.0.0.1", 2021, None).await;
    let found = problem(&endpoint(peer.port, &authority)).await;
    assert!(found.contains("issuer CN=Gar[31mden CA;"), "{found}");
}

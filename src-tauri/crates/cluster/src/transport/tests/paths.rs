//! The path to a server, step by step, as it is told after a failure.

use super::*;

fn told(endpoint: &Endpoint) -> Vec<(StepName, StepOutcome, String)> {
    let steps = endpoint.opened.last_attempt().steps;
    steps.into_iter().map(|step| (step.name, step.outcome, step.words)).collect()
}

fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

use StepName::{Certificate, Connection, Name, Proxy, Server};
use StepOutcome::{Done, Failed, NotReached};

#[tokio::test]
async fn a_way_that_leads_there_is_told_too() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "127.0.0.1", 2100, None).await;
    let endpoint = endpoint(peer.port, &authority);
    assert_eq!(told(&endpoint), [], "nothing was tried");
    get(&endpoint).await.expect("an answer");
    let expected = [
        (Name, Done, "127.0.0.1 is an address".to_owned()),
        (Connection, Done, format!("accepted by 127.0.0.1:{}", peer.port)),
        (Certificate, Done, "trusted, valid until 2100-12-31".to_owned()),
        (Server, Done, "answers by HTTP/1.1".to_owned()),
    ];
    assert_eq!(told(&endpoint), expected);
    assert!(endpoint.opened.last_attempt().steps.iter().all(|step| step.took.is_some()));
    let mut attempt = endpoint.opened.last_attempt();
    attempt.end_at_server("a web page answered");
    assert_eq!(
        attempt.failed().map(|step| (step.name, step.words.as_str())),
        Some((Server, "a web page answered"))
    );
}

#[tokio::test]
async fn fault_01_a_name_without_an_address_ends_the_way_at_once() {
    let name = format!("{}.example", "x".repeat(64));
    let mut endpoint = http(80);
    endpoint.server = format!("http://{name}:6443").parse().expect("a URL");
    get(&endpoint).await.err().expect("no connection");
    let expected = [
        (Name, Failed, format!("cannot resolve {name}")),
        (Connection, NotReached, String::new()),
        (Server, NotReached, String::new()),
    ];
    assert_eq!(told(&endpoint), expected);
}

#[tokio::test]
async fn fault_02_a_refused_connection_names_the_address() {
    let port = closed_port();
    let mut endpoint = endpoint(port, &Authority::new());
    endpoint.server = format!("https://localhost:{port}").parse().expect("a URL");
    let error = get(&endpoint).await.err().expect("no connection");
    let told = told(&endpoint);
    assert_eq!((told[0].0, told[0].1, told[1].1, told[2].1), (Name, Done, Failed, NotReached));
    assert!(told[0].2.starts_with("localhost is "), "{told:?}");
    assert_eq!(told[1].2, error.to_string());
    assert!(
        error.to_string().starts_with("connection refused by ") && !error.to_string().contains("localhost")
    );
}

#[tokio::test]
async fn fault_12_a_certificate_that_is_not_trusted_ends_the_way_at_its_step() {
    let peer = Peer::start(&Authority::new(), "127.0.0.1", 2100, None).await;
    let endpoint = endpoint(peer.port, &Authority::called("Other CA"));
    get(&endpoint).await.err().expect("no connection");
    let failed = endpoint.opened.last_attempt().failed().cloned().expect("a step");
    assert_eq!(failed.name, Certificate);
    assert!(
        failed.words.starts_with("none of the trusted authorities has signed it (subject CN="),
        "{failed:?}"
    );
    let insecure = Endpoint { is_insecure: true, ca: vec![], ..self::endpoint(peer.port, &Authority::new()) };
    get(&insecure).await.expect("an answer");
    assert_eq!(told(&insecure)[2].2, "not checked, valid until 2100-12-31");
}

#[tokio::test]
async fn fault_12_a_client_certificate_that_is_asked_for_is_told_by_the_last_step() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "127.0.0.1", 2100, Some(&Authority::new())).await;
    let endpoint = endpoint(peer.port, &authority);
    get(&endpoint).await.err().expect("no answer");
    let failed = endpoint.opened.last_attempt().failed().cloned().expect("a step");
    assert_eq!((failed.name, failed.words.as_str()), (Server, "it asks for one and none is configured"));
}

#[tokio::test]
async fn a_connection_that_breaks_later_is_told_by_the_last_step() {
    let (port, _tasks) = plain(Some("")).await;
    let endpoint = http(port);
    get(&endpoint).await.err().expect("no answer");
    let told = told(&endpoint);
    assert_eq!(told.iter().map(|step| step.0).collect::<Vec<_>>(), [Name, Connection, Server]);
    assert_eq!(told[2].1, Failed);
}

#[tokio::test]
async fn fault_14_a_proxy_that_cannot_be_reached_ends_the_way_before_everything() {
    let port = closed_port();
    let mut endpoint = endpoint(6443, &Authority::new());
    endpoint.proxy = Some(SecretString::from(format!("http://jane:planted-secret@127.0.0.1:{port}")));
    let error = get(&endpoint).await.err().expect("no connection");
    let why = format!("connection refused by 127.0.0.1:{port}");
    assert_eq!(
        error.to_string(),
        format!("the proxy http://127.0.0.1:{port} gives no way to 127.0.0.1:6443: {why}")
    );
    let expected = [
        (Proxy, Failed, format!("http://127.0.0.1:{port} (proxy-url): {why}")),
        (Connection, NotReached, String::new()),
        (Certificate, NotReached, String::new()),
        (Server, NotReached, String::new()),
    ];
    assert_eq!(told(&endpoint), expected);
}

#[tokio::test]
async fn fault_15_where_no_proxy_names_the_server_the_way_says_so() {
    let port = closed_port();
    let surroundings = Surroundings::read(|name| match name {
        "HTTPS_PROXY" => Some("http://proxy.example.com:3128".to_owned()),
        _ => None,
    });
    let endpoint = endpoint(port, &Authority::new());
    get_by(&Network::new(surroundings), &endpoint).await.err().expect("no connection");
    let told = told(&endpoint);
    assert_eq!(told[0], (Proxy, Done, "none: this machine is reached directly".to_owned()));
    assert_eq!((told[1].0, told[2].1), (Name, Failed));
}

#[tokio::test]
async fn what_is_marked_as_practice_is_never_sent_anywhere_by_a_proxy_neither() {
    let (port, _tasks) = plain(Some(ANSWER)).await;
    let authority = Authority::new();
    for server in ["https://garden-production.practice.invalid", "http://Garden.PRACTICE.invalid:6443/api"] {
        let mut endpoint = endpoint(port, &authority);
        endpoint.server = server.parse().expect("a URL");
        endpoint.proxy = Some(SecretString::from(format!("http://127.0.0.1:{port}")));
        let error = get(&endpoint).await.err().expect("it is refused");
        assert!(matches!(error, TransportError::Unusable { .. }), "{error:?}");
        assert!(error.to_string().contains("practice"), "{error}");
    }
}

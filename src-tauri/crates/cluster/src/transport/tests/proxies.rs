//! Proxies on loopback: real tunnels, and every way of refusing one.

use tokio::{io::copy_bidirectional, net::TcpStream};

use super::*;

/// A proxy that remembers what it was asked, and brings every tunnel to one port, whatever name was asked for.
struct Proxy {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    /// Ends with the proxy.
    _tasks: JoinSet<()>,
}

#[derive(Clone, Copy)]
enum Speaks {
    /// CONNECT, answered with this head before the tunnel, or with this and nothing more.
    Connect { to: Option<u16>, answer: &'static str },
    /// SOCKS 5 with this way of signing in and this reply.
    Socks { to: u16, method: u8, signed_in: u8, reply: u8 },
}

const TAKEN: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

impl Proxy {
    async fn start(speaks: Speaks, tls: Option<Certified>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = Arc::clone(&asked);
        let acceptor = tls.map(|(certificate, key)| acceptor(&certificate, &key, None));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                match &acceptor {
                    None => serve(socket, speaks, &seen).await,
                    Some(acceptor) => {
                        if let Ok(stream) = acceptor.accept(socket).await {
                            serve(stream, speaks, &seen).await;
                        }
                    }
                }
            }
        });
        Self { port, asked, _tasks: tasks }
    }

    /// One that connects everything to a port.
    async fn to(port: u16) -> Self {
        Self::start(Speaks::Connect { to: Some(port), answer: TAKEN }, None).await
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, speaks: Speaks, seen: &Mutex<Vec<String>>) {
    let (asked, target) = match speaks {
        Speaks::Connect { to, answer } => {
            let head = read_head(&mut stream).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.flush().await;
            (head, to)
        }
        Speaks::Socks { to, method, signed_in, reply } => {
            match socks(&mut stream, method, signed_in, reply).await {
                Ok(asked) => (asked, (reply == 0).then_some(to)),
                Err(_) => return,
            }
        }
    };
    seen.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    if let Some(port) = target {
        let mut server = TcpStream::connect(("127.0.0.1", port)).await.expect("the server");
        let _ = copy_bidirectional(&mut stream, &mut server).await;
    }
}

/// Serves one request by RFC 1928 and 1929, and says what was asked.
async fn socks(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    method: u8,
    signed_in: u8,
    reply: u8,
) -> std::io::Result<String> {
    let mut asked = String::new();
    let mut head = [0; 2];
    stream.read_exact(&mut head).await?;
    let mut offered = vec![0; usize::from(head[1])];
    stream.read_exact(&mut offered).await?;
    stream.write_all(&[5, method]).await?;
    if method == 2 {
        stream.read_u8().await?;
        for _ in 0..2 {
            let mut part = vec![0; usize::from(stream.read_u8().await?)];
            stream.read_exact(&mut part).await?;
            asked.push_str(&String::from_utf8_lossy(&part));
            asked.push(' ');
        }
        stream.write_all(&[1, signed_in]).await?;
    }
    let mut request = [0; 4];
    stream.read_exact(&mut request).await?;
    assert_eq!(request[3], 3, "the proxy looks the name up");
    let mut name = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut name).await?;
    let (name, port) = (String::from_utf8_lossy(&name), stream.read_u16().await?);
    asked = format!("{asked}{name}:{port}");
    stream.write_all(&[5, reply, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    Ok(asked)
}

/// A server that only the proxy finds, which is signed for its name.
fn far_away(authority: &Authority, proxy: &str) -> Endpoint {
    Endpoint {
        server: "https://api.cluster.example:6443".parse().expect("a URL"),
        proxy: Some(SecretString::from(proxy)),
        ..endpoint(1, authority)
    }
}

#[tokio::test]
async fn fault_14_a_tunnel_leads_to_the_server_and_its_password_stays_out_of_every_text() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "api.cluster.example", 2100, None).await;
    let proxy = Proxy::to(peer.port).await;
    let endpoint = far_away(&authority, &format!("http://j%40e:planted%3Asecret@127.0.0.1:{}", proxy.port));
    assert_eq!(get(&endpoint).await.expect("an answer").status(), StatusCode::OK);
    assert_eq!(
        proxy.asked(),
        ["CONNECT api.cluster.example:6443 HTTP/1.1\r\nHost: api.cluster.example:6443\r\n\
          Proxy-Authorization: Basic akBlOnBsYW50ZWQ6c2VjcmV0\r\n\r\n"]
    );
    let steps = format!("{:?}", endpoint.opened.last_attempt());
    assert!(steps.contains(&format!("http://127.0.0.1:{} (proxy-url)", proxy.port)), "{steps}");
    assert!(steps.contains("the proxy connects to api.cluster.example:6443"), "{steps}");
    assert!(!steps.contains("planted") && !steps.contains("akBl") && !steps.contains("j@e"), "{steps}");
}

#[tokio::test]
async fn fault_14_every_refusal_names_the_proxy_and_what_it_said_and_no_password() {
    const PAGE: &str = "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<html>no</html>";
    const PORTAL: &str =
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n\r\n<html>sign in</html>";
    for (answer, login, step, problem) in [
        ("HTTP/1.1 407 Nope\r\n\r\n", "", StepName::Proxy, "it asks for a user and a password"),
        (
            "HTTP/1.1 407 Nope\r\nproxy-authenticate: Basic\r\n\r\n",
            "jane:planted-secret@",
            StepName::Proxy,
            "it does not accept the user and password that it is given",
        ),
        ("HTTP/1.1 502 Oops\r\n\r\n", "", StepName::Connection, "it answers 502 Bad Gateway"),
        ("HTTP/1.0 503 Oops\r\n\r\n", "", StepName::Connection, "it answers 503 Service Unavailable"),
        (PAGE, "jane:planted-secret@", StepName::Proxy, "it answers 403 Forbidden, with a web page"),
        (PORTAL, "", StepName::Proxy, "a web page answers instead"),
        ("<!doctype html><title>x</title>\r\n\r\n", "", StepName::Proxy, "a web page answers instead"),
        ("SSH-2.0-OpenSSH_9.9\r\n\r\n", "", StepName::Proxy, "what answers there does not speak HTTP"),
        ("", "jane:planted-secret@", StepName::Proxy, "it closed the connection"),
    ] {
        let proxy = Proxy::start(Speaks::Connect { to: None, answer }, None).await;
        let endpoint = far_away(&Authority::new(), &format!("http://{login}127.0.0.1:{}", proxy.port));
        let error = get(&endpoint).await.err().expect("no way through");
        assert!(!error.was_sent());
        let expected = TransportError::Proxy {
            host: "api.cluster.example:6443".into(),
            proxy: format!("http://127.0.0.1:{}", proxy.port),
            problem: problem.into(),
        };
        assert_eq!(error, expected, "{answer}");
        let attempt = endpoint.opened.last_attempt();
        assert_eq!(attempt.failed().map(|failed| failed.name), Some(step), "{answer}");
        let texts = format!("{error} {attempt:?}");
        assert!(!texts.contains("planted-secret") && !texts.contains("jane"), "{texts}");
    }
}

#[tokio::test]
async fn fault_14_a_socks_proxy_looks_the_name_up_and_signs_in() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "api.cluster.example", 2100, None).await;
    for (login, method, asked) in
        [("", 0, "api.cluster.example:6443"), ("jane:pass@", 2, "jane pass api.cluster.example:6443")]
    {
        let speaks = Speaks::Socks { to: peer.port, method, signed_in: 0, reply: 0 };
        let proxy = Proxy::start(speaks, None).await;
        let endpoint = far_away(&authority, &format!("socks5://{login}127.0.0.1:{}", proxy.port));
        assert_eq!(get(&endpoint).await.expect("an answer").status(), StatusCode::OK);
        assert_eq!(proxy.asked(), [asked]);
    }
}

#[tokio::test]
async fn fault_14_what_a_socks_proxy_refuses_is_told_without_the_password() {
    for (method, signed_in, reply, problem) in [
        (0xff, 0, 0, "it offers no way to sign in with a user and a password"),
        (2, 1, 0, "it does not accept the user and password that it is given"),
        (2, 0, 1, "it failed and says no more"),
        (2, 0, 2, "its rules do not allow that"),
        (2, 0, 3, "it cannot reach that network"),
        (2, 0, 4, "it cannot reach that host"),
        (2, 0, 5, "the server refuses the proxy's connection"),
    ] {
        let proxy = Proxy::start(Speaks::Socks { to: 1, method, signed_in, reply }, None).await;
        let login = "jane:planted-secret@";
        let endpoint = far_away(&Authority::new(), &format!("socks5://{login}127.0.0.1:{}", proxy.port));
        let found = self::problem(&endpoint).await;
        assert_eq!(
            found,
            format!(
                "the proxy socks5://127.0.0.1:{} gives no way to api.cluster.example:6443: {problem}",
                proxy.port
            )
        );
        let steps = format!("{:?}", endpoint.opened.last_attempt());
        assert!(!steps.contains("planted-secret") && steps.contains(problem), "{steps}");
    }
}

#[tokio::test]
async fn a_proxy_by_https_is_checked_before_it_is_told_anything() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "api.cluster.example", 2100, None).await;
    let speaks = Speaks::Connect { to: Some(peer.port), answer: TAKEN };
    let good = Proxy::start(speaks, Some(authority.signs("127.0.0.1", 2100))).await;
    let endpoint = far_away(&authority, &format!("https://127.0.0.1:{}", good.port));
    assert_eq!(get(&endpoint).await.expect("an answer").status(), StatusCode::OK);

    let bad = Proxy::start(speaks, Some(Authority::called("Other CA").signs("127.0.0.1", 2100))).await;
    let mut endpoint = far_away(&authority, &format!("https://jane:planted-secret@127.0.0.1:{}", bad.port));
    for is_insecure in [false, true] {
        // Not checking the server is no reason not to check the proxy.
        endpoint.is_insecure = is_insecure;
        let found = problem(&endpoint).await;
        assert!(
            found.starts_with(&format!("the proxy https://127.0.0.1:{} gives no way", bad.port)),
            "{found}"
        );
        assert!(found.contains("none of the trusted authorities has signed it"), "{found}");
        assert_eq!(bad.asked(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_tls_server_name_is_asked_for_and_checked_through_a_proxy() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "kubernetes.example", 2100, None).await;
    let proxy = Proxy::to(peer.port).await;
    let named = |name: &str| Endpoint {
        tls_server_name: Some(ServerName::try_from(name.to_owned()).expect("a name")),
        ..far_away(&authority, &format!("http://127.0.0.1:{}", proxy.port))
    };
    assert_eq!(get(&named("kubernetes.example")).await.expect("an answer").status(), StatusCode::OK);
    assert_eq!(peer.names(), [Some("kubernetes.example".to_owned())]);
    assert!(proxy.asked()[0].starts_with("CONNECT api.cluster.example:6443 "), "{:?}", proxy.asked());
    let found = problem(&named("other.example")).await;
    assert!(
        found.contains(
            "the certificate of api.cluster.example:6443 cannot be trusted: it is not for other.example"
        ),
        "{found}"
    );
}

#[tokio::test]
async fn plain_http_is_asked_of_the_proxy_by_the_whole_url() {
    const OK: &str = ANSWER;
    let proxy = Proxy::start(Speaks::Connect { to: None, answer: OK }, None).await;
    let mut endpoint = far_away(&Authority::new(), &format!("http://jane:pass@127.0.0.1:{}", proxy.port));
    endpoint.server = "http://api.cluster.example".parse().expect("a URL");
    assert_eq!(get(&endpoint).await.expect("an answer").status(), StatusCode::OK);
    let asked = proxy.asked()[0].to_lowercase();
    assert!(asked.starts_with("get http://api.cluster.example/ http/1.1\r\n"), "{asked}");
    assert!(asked.contains("proxy-authorization: basic amfuztpwyxnz\r\n"), "{asked}");
}

#[tokio::test]
async fn fault_15_the_environments_proxy_is_used_unless_no_proxy_or_the_kubeconfig_say_otherwise() {
    let authority = Authority::new();
    let peer = Peer::start(&authority, "api.cluster.example", 2100, None).await;
    let (ours, other) = (Proxy::to(peer.port).await, Proxy::to(peer.port).await);
    let network = |no_proxy: &str| {
        let (port, no_proxy) = (ours.port, no_proxy.to_owned());
        Network::new(Surroundings::read(move |name| match name {
            "https_proxy" => Some(format!("http://127.0.0.1:{port}")),
            "NO_PROXY" => Some(no_proxy.clone()),
            _ => None,
        }))
    };
    let endpoint = Endpoint { proxy: None, ..far_away(&authority, "") };
    get_by(&network(""), &endpoint).await.expect("an answer");
    assert_eq!((ours.asked().len(), other.asked().len()), (1, 0));

    // It would be reached directly, and is found by nobody but the proxy.
    let error = get_by(&network(".cluster.example,"), &endpoint).await.err().expect("no connection");
    assert!(matches!(error, TransportError::Resolve { .. }), "{error:?}");
    let first = endpoint.opened.last_attempt().steps.remove(0);
    assert_eq!(first.words, "none: NO_PROXY names .cluster.example");
    assert_eq!(ours.asked().len(), 1);

    // What the kubeconfig says goes before both, as in client-go.
    let endpoint = far_away(&authority, &format!("http://127.0.0.1:{}", other.port));
    get_by(&network("*"), &endpoint).await.expect("an answer");
    assert_eq!((ours.asked().len(), other.asked().len()), (1, 1));
}

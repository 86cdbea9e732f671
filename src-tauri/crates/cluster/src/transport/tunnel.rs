//! The way through a proxy once it is connected to: CONNECT, or SOCKS 5.

use std::io;

use http::{StatusCode, header};
use secrecy::ExposeSecret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_socks::tcp::Socks5Stream;

use super::{
    connector::Wire,
    dial::bare,
    proxy::{Proxy, Scheme},
};

/// A proxy's answer is a line and a few headers.
const HEAD_LIMIT: usize = 16 << 10;
const HEADERS_LIMIT: usize = 64;

/// Why a proxy gave no way through.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) problem: String,
    /// Whether the proxy itself is fine and what is behind it is not.
    pub(super) is_beyond: bool,
}

impl Refused {
    fn here(problem: impl Into<String>) -> Self {
        Self { problem: problem.into(), is_beyond: false }
    }

    fn beyond(problem: impl Into<String>) -> Self {
        Self { problem: problem.into(), is_beyond: true }
    }
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
                Self::here("it closed the connection")
            }
            _ => Self::here(error.to_string()),
        }
    }
}

/// Asks for the way to `host:port`.
pub(super) async fn open(proxy: &Proxy, wire: Wire, host: &str, port: u16) -> Result<Wire, Refused> {
    match proxy.scheme {
        Scheme::Http | Scheme::Https => connect(proxy, wire, host, port).await,
        Scheme::Socks => socks(proxy, wire, host, port).await,
    }
}

async fn connect(proxy: &Proxy, mut wire: Wire, host: &str, port: u16) -> Result<Wire, Refused> {
    let mut head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some(header) = proxy.login.as_ref().and_then(super::proxy::Login::header) {
        head.extend_from_slice(b"Proxy-Authorization: ");
        head.extend_from_slice(header.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    wire.write_all(&head).await?;
    wire.flush().await?;
    let answer = read_head(&mut wire).await?;
    judge(proxy, &answer)?;
    Ok(wire)
}

/// Reads to the empty line. Whoever speaks before we do is no TLS server.
async fn read_head(wire: &mut Wire) -> Result<Vec<u8>, Refused> {
    let mut head = Vec::with_capacity(1024);
    loop {
        if wire.read_buf(&mut head).await? == 0 {
            return if head.is_empty() { Err(Refused::here("it closed the connection")) } else { Ok(head) };
        }
        if head.windows(4).any(|bytes| bytes == b"\r\n\r\n") || head.len() >= HEAD_LIMIT {
            return Ok(head);
        }
    }
}

fn judge(proxy: &Proxy, answer: &[u8]) -> Result<(), Refused> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_LIMIT];
    let mut parsed = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(length)) = parsed.parse(answer) else {
        let is_page = answer.trim_ascii_start().starts_with(b"<");
        return Err(Refused::here(if is_page {
            "a web page answers instead"
        } else {
            "what answers there does not speak HTTP"
        }));
    };
    let status = parsed.code.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or_default();
    let is_page = parsed.headers.iter().any(|found| {
        found.name.eq_ignore_ascii_case(header::CONTENT_TYPE.as_str())
            && found.value.trim_ascii_start().to_ascii_lowercase().starts_with(b"text/html")
    });
    if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        return Err(Refused::here(match proxy.login {
            None => "it asks for a user and a password",
            Some(_) => "it does not accept the user and password that it is given",
        }));
    }
    if status.is_success() {
        let is_quiet = answer.len() == length && !is_page;
        return if is_quiet { Ok(()) } else { Err(Refused::here("a web page answers instead")) };
    }
    let page = if is_page { ", with a web page" } else { "" };
    // Only these say that the proxy tried.
    let is_beyond = matches!(status.as_u16(), 502..=504);
    Err(Refused { problem: format!("it answers {}{page}", words(status)), is_beyond })
}

fn words(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

async fn socks(proxy: &Proxy, wire: Wire, host: &str, port: u16) -> Result<Wire, Refused> {
    let target = (bare(host), port);
    let opened = match &proxy.login {
        None => Socks5Stream::connect_with_socket(wire, target).await,
        Some(login) => {
            let password = login.password.expose_secret();
            Socks5Stream::connect_with_password_and_socket(wire, target, &login.user, password).await
        }
    };
    opened.map(Socks5Stream::into_inner).map_err(|error| refusal(proxy, error))
}

fn refusal(proxy: &Proxy, error: tokio_socks::Error) -> Refused {
    use tokio_socks::Error;
    match error {
        Error::Io(error) => error.into(),
        Error::NoAcceptableAuthMethods | Error::AuthorizationRequired | Error::UnknownAuthMethod => {
            Refused::here(match proxy.login {
                None => "it asks for a user and a password",
                Some(_) => "it offers no way to sign in with a user and a password",
            })
        }
        Error::PasswordAuthFailure(_) => {
            Refused::here("it does not accept the user and password that it is given")
        }
        // The text says which of the two is too long or missing, and not what it is.
        Error::InvalidAuthValues(problem) => Refused::here(problem),
        Error::InvalidResponseVersion | Error::InvalidReservedByte | Error::UnknownAddressType => {
            Refused::here("what answers there does not speak SOCKS 5")
        }
        Error::ConnectionNotAllowedByRuleset => Refused::here("its rules do not allow that"),
        Error::CommandNotSupported | Error::AddressTypeNotSupported => {
            Refused::here("it does not know how to connect there")
        }
        Error::GeneralSocksServerFailure => Refused::beyond("it failed and says no more"),
        Error::NetworkUnreachable => Refused::beyond("it cannot reach that network"),
        Error::HostUnreachable => Refused::beyond("it cannot reach that host"),
        Error::ConnectionRefused => Refused::beyond("the server refuses the proxy's connection"),
        Error::TtlExpired => Refused::beyond("its connection took too long"),
        other => Refused::here(other.to_string()),
    }
}

//! From a name to an open TCP connection: all its addresses, both families, whichever accepts first.

use std::{io, net::SocketAddr, time::Duration};

use futures::{StreamExt, stream::FuturesUnordered};
use socket2::{SockRef, TcpKeepalive};
use tokio::{net::TcpStream, time::timeout};

/// How long an address may be silent before the next one is tried as well (RFC 8305 recommends 250 ms).
const HEAD_START: Duration = Duration::from_millis(250);
/// A dead connection is noticed by this where HTTP has no ping.
const KEEPALIVE: Duration = Duration::from_secs(10);
const KEEPALIVE_PROBES: u32 = 3;

/// The last address that was tried, and why it was not that one.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) address: SocketAddr,
    pub(super) error: io::Error,
}

/// The addresses of a name, or the address that it is. An address in brackets is one of version 6.
pub(super) async fn resolve(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let host = bare(host);
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port)).await?.collect();
    if found.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(found) }
}

/// A host without the brackets that a URL puts around an address of version 6.
pub(super) fn bare(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// Connects to the first address that accepts. Dropping the future gives up at once.
pub(super) async fn connect(addresses: &[SocketAddr]) -> Result<(TcpStream, SocketAddr), Failed> {
    let mut waiting = interleaved(addresses).into_iter();
    let mut running = FuturesUnordered::new();
    let mut last = None;
    loop {
        if let Some(address) = waiting.next() {
            running.push(open(address));
        }
        let outcome = if waiting.len() == 0 {
            running.next().await
        } else {
            match timeout(HEAD_START, running.next()).await {
                Ok(outcome) => outcome,
                Err(_) => continue,
            }
        };
        match outcome {
            Some(Ok(connected)) => return Ok(connected),
            Some(Err(failed)) => last = Some(failed),
            None => {
                let nowhere = || Failed {
                    address: SocketAddr::from(([0, 0, 0, 0], 0)),
                    error: io::ErrorKind::AddrNotAvailable.into(),
                };
                return Err(last.unwrap_or_else(nowhere));
            }
        }
    }
}

async fn open(address: SocketAddr) -> Result<(TcpStream, SocketAddr), Failed> {
    let opened = async {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE);
        let keepalive = keepalive.with_retries(KEEPALIVE_PROBES);
        SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
        Ok(stream)
    };
    match opened.await {
        Ok(stream) => Ok((stream, address)),
        Err(error) => Err(Failed { address, error }),
    }
}

/// The families in turn, beginning with the one that the resolver put first.
fn interleaved(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let Some(first) = addresses.first() else { return Vec::new() };
    let (own, other): (Vec<_>, Vec<_>) =
        addresses.iter().copied().partition(|address| address.is_ipv6() == first.is_ipv6());
    let mut other = other.into_iter();
    let mut mixed = Vec::with_capacity(addresses.len());
    for address in own {
        mixed.push(address);
        mixed.extend(other.next());
    }
    mixed.extend(other);
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().expect("an address")).collect()
    }

    #[test]
    fn families_take_turns_beginning_with_the_resolvers_first() {
        let mixed = interleaved(&addresses(&["[::1]:1", "[::2]:1", "1.1.1.1:1", "[::3]:1", "1.1.1.2:1"]));
        assert_eq!(mixed, addresses(&["[::1]:1", "1.1.1.1:1", "[::2]:1", "1.1.1.2:1", "[::3]:1"]));
        assert_eq!(interleaved(&addresses(&["1.1.1.1:1", "[::1]:1"]))[1], addresses(&["[::1]:1"])[0]);
    }

    #[tokio::test]
    async fn an_address_that_refuses_does_not_keep_the_next_from_being_tried() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let good = listener.local_addr().expect("an address");
        let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let bad = closed.local_addr().expect("an address");
        drop(closed);
        let (_stream, address) = connect(&[bad, good]).await.expect("a connection");
        assert_eq!(address, good);
        let failed = connect(&[bad]).await.expect_err("nobody listens");
        assert_eq!((failed.address, failed.error.kind()), (bad, io::ErrorKind::ConnectionRefused));
        assert!(connect(&[]).await.is_err());
    }
}

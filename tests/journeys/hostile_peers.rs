//! Servers that are broken or hostile on the wire, and how much of our memory they get.

use std::{
    io::{self, Write},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use secateur_domain::row::Liveness;
use secateur_engine::Code;

use crate::support::{
    engine::Engine,
    headless::{Gauge, Headless, Ran},
    peer::{Peer, answer, missing, object, page},
};

/// What a list against this peer comes to, and how many MiB it costs more than one against a good peer.
fn listed(does: impl Fn(&Gauge, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> (Ran, u64) {
    let list = |peer: &Peer, gauge: &Gauge| {
        Headless::at(&peer.kubeconfig(), "peer").run_measured(gauge, &["list", "configmaps"])
    };
    let (usual, gauge) = (Gauge::default(), Gauge::default());
    let good = list(&Peer::start(|_, stream| answer(stream, 200, &page(&["a"], None))), &usual);
    assert_eq!((good.status, good.stdout.lines().count()), (0, 2), "{good:?}");
    let looks = gauge.clone();
    let ran = list(&Peer::start(move |_, stream| does(&looks, stream)), &gauge);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{ran:?}");
    (ran, gauge.mib().saturating_sub(usual.mib()))
}

/// Writes chunks of a mebibyte for as long as somebody reads them, and looks after each what became of it.
fn endless(gauge: &Gauge, stream: &mut TcpStream) -> io::Result<()> {
    let mut chunk = format!("{:x}\r\n", 1 << 20).into_bytes();
    chunk.resize(chunk.len() + (1 << 20), b' ');
    chunk.extend_from_slice(b"\r\n");
    stream.write_all(CHUNKED.as_bytes())?;
    loop {
        stream.write_all(&chunk)?;
        gauge.look();
    }
}

const CHUNKED: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";

/// Spaces, a gibibyte of them, packed by gzip: a block of fixed Huffman codes, one space and then nothing but "the last
/// character 258 times more".
fn bomb() -> Vec<u8> {
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    let (mut byte, mut count) = (0_u8, 0);
    let mut put = |bits: &str, packed: &mut Vec<u8>| {
        for bit in bits.bytes() {
            byte |= (bit - b'0') << count;
            count += 1;
            if count == 8 {
                packed.push(byte);
                (byte, count) = (0, 0);
            }
        }
    };
    put("110", &mut packed);
    put("01010000", &mut packed);
    for _ in 0..(1 << 30) / 258 {
        put("1100010100000", &mut packed);
    }
    put("0000000000000000", &mut packed);
    packed.extend([0; 8]);
    packed
}

#[test]
fn fault_61_a_body_without_an_end_is_cut_at_the_limit_and_costs_no_more() {
    let (ran, cost) = listed(endless);
    assert!(ran.stderr.contains("the answer is larger than 64 MiB"), "{ran:?}");
    // That most of it was seen shows that it was measured.
    assert!((40..72).contains(&cost), "{cost} MiB");
}

#[test]
fn fault_61_a_gzip_bomb_is_not_unpacked() {
    let bomb = bomb();
    let length = bomb.len();
    assert!(length < 8 << 20, "{length}");
    let (_, cost) = listed(move |_, stream| {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\
             content-length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(&bomb)
    });
    assert!(cost < 32, "{cost} MiB");
}

#[test]
fn fault_61_a_line_of_a_watch_without_an_end_is_cut_and_the_job_goes_on_without_it() {
    let (is_deleted, was_watched) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (watched, gauge) = (Arc::clone(&was_watched), Gauge::default());
    let looks = gauge.clone();
    let peer = Peer::start(move |asked, stream| {
        let path = asked.path.split('?').next().unwrap_or_default();
        let is_one = path.ends_with("/configmaps/target");
        if asked.path.contains("watch=") {
            let ended = endless(&looks, stream);
            watched.store(true, Ordering::SeqCst);
            return ended;
        }
        if asked.method == "DELETE" && !asked.path.contains("dryRun") {
            is_deleted.store(true, Ordering::SeqCst);
            return answer(stream, 200, &object("target").to_string());
        }
        match (is_one, is_deleted.load(Ordering::SeqCst) && watched.load(Ordering::SeqCst)) {
            (true, true) => answer(stream, 404, &missing(path)),
            (true, false) => answer(stream, 200, &object("target").to_string()),
            (false, true) => answer(stream, 200, &page(&[], None)),
            (false, false) => answer(stream, 200, &page(&["target"], None)),
        }
    });
    let person = Headless::at(&peer.kubeconfig(), "peer");
    let arguments = ["configmaps", "target"];
    let proof = person.proof(&arguments);
    let ran = person.run_measured(&gauge, &[&["delete", "--confirm", &proof], &arguments[..]].concat());
    assert_eq!((ran.status, was_watched.load(Ordering::SeqCst)), (0, true), "{ran:?}");
    assert!(ran.outcomes().contains(&"gone".to_owned()), "{ran:?}");
    assert!(gauge.mib() < 64, "{} MiB", gauge.mib());
}

/// Lets a time pass in steps, since a clock that jumps is a machine that slept.
async fn pass(time: Duration) {
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    while began.elapsed() < time {
        tokio::time::advance(Duration::from_secs(1)).await;
        // Everybody has a turn before the next.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }
    tokio::time::resume();
}

#[test]
fn fault_05_a_page_that_stalls_is_no_end_of_the_list() {
    let is_stalled = Arc::new(AtomicBool::new(false));
    let stalled = Arc::clone(&is_stalled);
    let peer = Peer::start(move |asked, stream| {
        if asked.path.contains("watch=") {
            // Nothing changes.
            return io::Read::read(stream, &mut [0]).map(drop);
        }
        if !asked.path.contains("continue=") {
            return answer(stream, 200, &page(&["a", "b"], Some("more")));
        }
        let body = page(&["c"], None);
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        // All but the last byte.
        stream.write_all(head.as_bytes())?;
        stream.write_all(&body.as_bytes()[..body.len() - 1])?;
        stalled.store(true, Ordering::SeqCst);
        // Until the other side gives up.
        io::Read::read(stream, &mut [0]).and(Err(io::ErrorKind::ConnectionReset.into()))
    });
    Engine::on_one_thread(&peer.kubeconfig()).run(async |engine| {
        let cluster = engine.open("peer").await;
        let list = engine.list(&cluster, "configmaps", Some("default"));
        engine.until("its second page stalls", || is_stalled.load(Ordering::SeqCst).then_some(())).await;
        list.until("two rows of more", |window| {
            (window.rows.len() == 2 && matches!(window.hint.liveness, Liveness::Reading { .. })).then_some(())
        })
        .await;
        pass(Duration::from_secs(61)).await;
        list.until("it says that it is not all", |window| match &window.hint.liveness {
            Liveness::Live | Liveness::Settled => panic!("it is not complete"),
            Liveness::Stale { problem, is_partial, .. } => {
                (*is_partial && problem.code == Code::Timeout).then_some(())
            }
            _ => None,
        })
        .await;
        assert_eq!(list.names(), ["a", "b"]);
    });
}

/// A server of three objects on two pages, the second of which breaks off so many times.
fn breaking_off(times: usize) -> Peer {
    let left = AtomicUsize::new(times);
    Peer::start(move |asked, stream| {
        if asked.path.contains("watch=") {
            return io::Read::read(stream, &mut [0]).map(drop);
        }
        if !asked.path.contains("continue=") {
            return answer(stream, 200, &page(&["a", "b"], Some("more")));
        }
        let breaks =
            left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if breaks {
            stream.write_all(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{",
            )?;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        answer(stream, 200, &page(&["c"], None))
    })
}

#[test]
fn fault_06_a_page_that_breaks_off_is_read_again() {
    let peer = breaking_off(1);
    Engine::at(&[&peer.kubeconfig()]).run(async |engine| {
        let cluster = engine.open("peer").await;
        let list = engine.list(&cluster, "configmaps", Some("default"));
        list.until("all of it", |window| {
            matches!(window.hint.liveness, Liveness::Live).then(|| assert_eq!(window.rows.len(), 3))
        })
        .await;
    });
}

#[test]
fn fault_06_a_page_that_always_breaks_off_leaves_a_list_that_says_it_is_not_all() {
    let peer = breaking_off(usize::MAX);
    Engine::at(&[&peer.kubeconfig()]).run(async |engine| {
        let cluster = engine.open("peer").await;
        let list = engine.list(&cluster, "configmaps", Some("default"));
        list.until("it is incomplete", |window| match &window.hint.liveness {
            Liveness::Live | Liveness::Settled => panic!("it is not complete"),
            Liveness::Stale { is_partial, .. } => is_partial.then_some(()),
            _ => None,
        })
        .await;
        assert_eq!(list.names(), ["a", "b"]);
        assert!(list.window().rows.iter().all(|row| row.is_stale), "none of them can be marked");
    });
}

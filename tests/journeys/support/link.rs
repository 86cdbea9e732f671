//! A link that can be cut and made slow: the journey runs in a network namespace, whose only way out is a pair of
//! virtual network cards, and the way goes on to a plane outside. Only root may do that, and only on Linux.
//!
//! A namespace is a process's. So a journey runs in a process of its own, which is this test again and nothing else.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use super::{
    plane::{Plane, command, first},
    skipped, wait_until,
};

/// Says to the process inside where its kubeconfig will be, and what is outside.
const INSIDE: &str = "SECATEUR_LINK_INSIDE";
/// The card inside.
const CARD: &str = "inside";
/// Drops all of it, without a word to either side: no packet is that small.
const NOTHING: [&str; 8] = ["root", "tbf", "rate", "8bit", "burst", "1", "limit", "1"];
/// 20 kB a second. What waits for more than half a second is dropped.
const SLOW: [&str; 8] = ["root", "tbf", "rate", "160kbit", "burst", "5kb", "limit", "12kb"];

/// Numbers the links of this process.
static LINKS: AtomicU32 = AtomicU32::new(0);

/// The link, as the journey has it.
pub(crate) struct Link {
    kubeconfig: PathBuf,
    /// The network namespace of the plane.
    outside: String,
    /// The other card.
    card: String,
    /// The plane's own kubeconfig.
    straight: PathBuf,
}

/// Runs a journey behind a link to the first plane. `test` is the name of the test that calls this, with its modules.
pub(crate) fn behind_a_link(test: &str, journey: impl FnOnce(&Link)) {
    if let Some(inside) = std::env::var_os(INSIDE) {
        return journey(&Link::inside(&inside.into_string().expect("text")));
    }
    if let Err(why) = try_out() {
        return skipped(&format!("there is no making a network namespace with a link here: {why}"));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let kubeconfig = folder.path().join("config");
    let plane = first();
    let number = LINKS.fetch_add(1, Ordering::SeqCst);
    let card = format!("lnk{}x{number}", std::process::id());
    let straight = plane.kubeconfig();
    let outside = format!("/proc/{}/ns/net", std::process::id());
    let inside = [kubeconfig.to_str(), Some(&*outside), Some(&*card), straight.to_str()];
    let inside = inside.map(|part| part.expect("text")).join("|");
    let own = std::env::current_exe().expect("this binary");
    let journey = command(Path::new("unshare"))
        .arg("--net")
        .arg(own)
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, inside)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the journey starts");
    let address = connect(&journey, &card, number);
    let port = relay(&address, plane.port());
    write_kubeconfig(plane, &kubeconfig, &address, port);
    let ended = journey.wait_with_output().expect("the journey ends");
    let (told, failed) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success() && told.contains("1 passed"), "{told}\n{failed}");
}

impl Link {
    /// In the process inside, once there is a way out.
    fn inside(told: &str) -> Self {
        let parts: Vec<&str> = told.split('|').collect();
        let [kubeconfig, outside, card, straight] = parts[..] else { panic!("four parts: {told}") };
        let link = Self {
            kubeconfig: kubeconfig.into(),
            outside: outside.to_owned(),
            card: card.to_owned(),
            straight: straight.into(),
        };
        wait_until("a way out", || link.kubeconfig.exists());
        link
    }

    /// The first plane's kubeconfig, whose server is behind the link.
    pub(crate) fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// Nothing passes any more, and nobody is told.
    pub(crate) fn cut(&self) {
        self.shape(NOTHING);
    }

    /// What passes takes its time, and not all of it arrives.
    pub(crate) fn slow_down(&self) {
        self.shape(SLOW);
    }

    /// Everything passes at once.
    pub(crate) fn mend(&self) {
        self.outside("tc", &["qdisc", "del", "dev", &self.card, "root"]);
        run("tc", &["qdisc", "del", "dev", CARD, "root"]);
    }

    /// How many packets to the journey were dropped while the link was slow.
    pub(crate) fn dropped(&self) -> usize {
        let told = self.outside("tc", &["-s", "qdisc", "show", "dev", &self.card]);
        let (_, count) = told.split_once("(dropped ").expect("a count");
        count.split(',').next().and_then(|count| count.parse().ok()).expect("a number")
    }

    /// What somebody else does at the plane meanwhile, as its admin.
    pub(crate) fn kubectl(&self, arguments: &[&str]) -> String {
        self.at_the_plane("kubectl", arguments)
    }

    /// Seeds what the arguments say.
    pub(crate) fn seed(&self, arguments: &[&str]) {
        self.at_the_plane("seed", arguments);
    }

    fn at_the_plane(&self, what: &str, arguments: &[&str]) -> String {
        let (binary, straight) = (super::plane::binary(), self.straight.display().to_string());
        let named = [what, "--kubeconfig", &straight];
        self.outside(binary.to_str().expect("a path"), &[&named[..], arguments].concat())
    }

    /// Runs it where the plane is.
    fn outside(&self, program: &str, arguments: &[&str]) -> String {
        let net = format!("--net={}", self.outside);
        run("nsenter", &[&[&*net, program], arguments].concat())
    }

    fn shape(&self, how: [&str; 8]) {
        let at = |card| [&["qdisc", "replace", "dev", card], &how[..]].concat();
        self.outside("tc", &at(&*self.card));
        run("tc", &at(CARD));
    }
}

/// Connects the namespace of a process with ours; gives our address. Both cards go when the process ends.
fn connect(journey: &Child, card: &str, number: u32) -> String {
    let process = journey.id().to_string();
    let net = |process: &str| std::fs::read_link(format!("/proc/{process}/ns/net")).ok();
    wait_until("a namespace of its own", || net(&process).is_some_and(|own| Some(own) != net("self")));
    let place = std::process::id() % 250;
    let [ours, theirs] = [1, 2].map(|end| format!("10.213.{place}.{}", number * 4 + end));
    let (here, there) = ("02:00:00:00:00:01", "02:00:00:00:00:02");
    let pair = ["address", here, "type", "veth", "peer", "name", CARD, "address", there, "netns", &process];
    run("ip", &[&["link", "add", card], &pair[..]].concat());
    let inside = format!("--net=/proc/{process}/ns/net");
    let at = |is_here: bool, arguments: &[&str]| {
        let ip = if is_here { &["ip"][..] } else { &["nsenter", &*inside, "ip"] };
        let all = [ip, arguments].concat();
        run(all[0], &all[1..]);
    };
    for (is_here, card, own, other, its_card) in
        [(true, card, &ours, &theirs, there), (false, CARD, &theirs, &ours, here)]
    {
        at(is_here, &["address", "add", &format!("{own}/30"), "dev", card]);
        at(is_here, &["link", "set", "dev", card, "up"]);
        // Nobody asks for the other's address when nothing passes: an answer that never comes would be told.
        at(is_here, &["neighbour", "replace", other, "lladdr", its_card, "nud", "permanent", "dev", card]);
    }
    ours
}

/// Passes on what comes to this address to a port of this machine; gives the port at which it listens. Its threads end
/// with the process.
fn relay(address: &str, port: usize) -> u16 {
    let listener = TcpListener::bind(format!("{address}:0")).expect("a port");
    let own = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for theirs in listener.incoming().flatten() {
            let plane = TcpStream::connect(format!("127.0.0.1:{port}")).expect("the plane listens");
            for (from, to) in [(&theirs, &plane), (&plane, &theirs)] {
                let clone = |stream: &TcpStream| stream.try_clone().expect("a handle");
                let (mut from, mut to) = (clone(from), clone(to));
                std::thread::spawn(move || {
                    // One that breaks is the application's to notice.
                    let _ = std::io::copy(&mut from, &mut to);
                    let _ = to.shutdown(std::net::Shutdown::Write);
                });
            }
        }
    });
    own
}

/// Writes it whole: that it is there says that the link is.
fn write_kubeconfig(plane: &Plane, to: &Path, address: &str, port: u16) {
    let text = std::fs::read_to_string(plane.kubeconfig()).expect("the kubeconfig");
    let line = text.lines().find(|line| line.trim().starts_with("server:")).expect("a server");
    let before = line.split("server:").next().expect("what is before it");
    // The certificate is of the plane's own name.
    let name = format!("{}tls-server-name: localhost", before.replace('-', " "));
    let lines = format!("{before}server: https://{address}:{port}\n{name}");
    let mut file = tempfile::NamedTempFile::new_in(to.parent().expect("a folder")).expect("a file");
    file.write_all(text.replace(line, &lines).as_bytes()).expect("a kubeconfig");
    file.persist(to).expect("a kubeconfig");
}

/// Makes such a link, and cuts it, in a namespace of its own; says what was wrong where it cannot be.
fn try_out() -> Result<(), String> {
    let link =
        format!("ip link add name one type veth peer name two && tc qdisc add dev one {}", NOTHING.join(" "));
    let tried = command(Path::new("unshare")).args(["--net", "sh", "-ec", &link]).output();
    let output = tried.map_err(|error| format!("unshare: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

/// Runs a program; gives what it printed.
fn run(program: &str, arguments: &[&str]) -> String {
    let output = command(Path::new(program)).args(arguments).output().expect("it runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

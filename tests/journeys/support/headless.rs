//! The headless binary, with a home, a state folder and a kubeconfig of its own.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{
    keyring::in_session,
    plane::{Plane, command},
};

const BINARY: &str = env!("CARGO_BIN_EXE_secateur-headless");

/// A person at a terminal.
pub(crate) struct Headless {
    home: tempfile::TempDir,
    kubeconfig: PathBuf,
    context: String,
    has_keyring: bool,
}

/// Where a person is at home.
#[derive(Clone, Copy)]
pub(crate) enum Home<'a> {
    At(&'a Path),
    None,
}

/// What a run printed and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Headless {
    /// At the admin's context of `plane`.
    pub(crate) fn admin(plane: &Plane) -> Self {
        Self::at(&plane.kubeconfig(), plane.name)
    }

    /// At another user's context of `plane`.
    pub(crate) fn user(plane: &Plane, user: &str) -> Self {
        Self::at(&plane.kubeconfig(), &format!("{}-{user}", plane.name))
    }

    /// At a context of a kubeconfig.
    pub(crate) fn at(kubeconfig: &Path, context: &str) -> Self {
        let home = tempfile::tempdir().expect("a home");
        Self { home, kubeconfig: kubeconfig.to_owned(), context: context.to_owned(), has_keyring: false }
    }

    /// With a keyring that stays from one run to the next.
    pub(crate) fn with_a_keyring(mut self) -> Self {
        self.has_keyring = true;
        self
    }

    /// Runs a command that takes a context.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let (command, rest) = arguments.split_first().expect("a command");
        self.run_bare(&[&[command, "--context", &self.context], rest].concat())
    }

    /// Runs a command that takes a context, with this on standard input.
    pub(crate) fn run_reading(&self, arguments: &[&str], input: &str) -> Ran {
        let (first, rest) = arguments.split_first().expect("a command");
        let program =
            if self.has_keyring { in_session(Path::new(BINARY), self.home.path()) } else { bare(BINARY) };
        let mut reading = self.command(program, &[&[*first, "--context", &self.context], rest].concat());
        reading.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = reading.spawn().expect("the headless binary starts");
        // One that has ended already reads nothing.
        let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
        Ran::of(child.wait_with_output().expect("the headless binary runs"))
    }

    /// Where its journal and trash are.
    pub(crate) fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    /// Runs a command as it is.
    pub(crate) fn run_bare(&self, arguments: &[&str]) -> Ran {
        if self.has_keyring {
            return Self::ended(self.command(in_session(Path::new(BINARY), self.home.path()), arguments));
        }
        Self::ended(self.command(bare(BINARY), arguments))
    }

    /// Runs a command that takes a context with another home, where nobody says where to keep things.
    pub(crate) fn run_at_home(&self, home: Home<'_>, arguments: &[&str]) -> Ran {
        let (first, rest) = arguments.split_first().expect("a command");
        let mut program = match home {
            Home::At(home) => {
                let mut program = bare(BINARY);
                program.env("HOME", home);
                program
            }
            // The list of users has a home for the one who runs this; the user that is seen in there it does not know.
            Home::None => {
                let mut program = bare("unshare");
                program.args(["--user", "--map-user=54321", BINARY]).env("PATH", "/usr/bin:/bin");
                program
            }
        };
        program
            .arg("--kubeconfig")
            .arg(&self.kubeconfig)
            .args([first, "--context", &self.context])
            .args(rest);
        Self::ended(program)
    }

    /// Runs a command whose output nobody reads.
    pub(crate) fn run_unread(&self, arguments: &[&str]) -> Ran {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut unread = self.command(bare(BINARY), arguments);
        unread.stdout(writer).stderr(Stdio::piped());
        let output = unread.spawn().and_then(Child::wait_with_output).expect("the headless binary runs");
        Ran::of(output)
    }

    /// Runs a command that takes a context, where no file can grow beyond so many KiB.
    pub(crate) fn run_with_files_up_to(&self, kib: u32, arguments: &[&str]) -> Ran {
        let (first, rest) = arguments.split_first().expect("a command");
        let mut shell = bare("/bin/sh");
        // The signal would end it; ignored, each write fails instead, as on a full disk. dash counts in 512 bytes.
        let script = format!("trap '' XFSZ; ulimit -f {}; exec {BINARY} \"$@\"", kib * 2);
        shell.args(["-c", &script, "sh"]);
        Self::ended(self.command(shell, &[&[*first, "--context", &self.context], rest].concat()))
    }

    /// Runs a command that takes a context, and looks all the time how much memory it has.
    pub(crate) fn run_measured(&self, gauge: &Gauge, arguments: &[&str]) -> Ran {
        let (first, rest) = arguments.split_first().expect("a command");
        let arguments = [&[*first, "--context", &self.context], rest].concat();
        let mut measured = self.command(bare(BINARY), &arguments);
        let child = measured.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        gauge.process.store(child.id(), Ordering::SeqCst);
        let looking = gauge.clone();
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let looks = std::thread::spawn(move || {
            while !over.load(Ordering::SeqCst) {
                looking.look();
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        // Read as it comes: who prints much waits for its reader.
        let output = child.wait_with_output().expect("its output");
        is_over.store(true, Ordering::SeqCst);
        looks.join().expect("it was looked at");
        Ran::of(output)
    }

    /// Begins a command that takes a context; its output is piped.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        let (first, rest) = arguments.split_first().expect("a command");
        let arguments = [&[*first, "--context", &self.context], rest].concat();
        let mut spawned = self.command(bare(BINARY), &arguments);
        spawned.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the headless binary starts")
    }

    /// Runs a command that ends at a commit, `before 7` or `after 7`; says whether it came that far.
    pub(crate) fn ends_at(&self, commit: &str, arguments: &[&str]) -> bool {
        let (first, rest) = arguments.split_first().expect("a command");
        let arguments = [&[*first, "--context", &self.context], rest].concat();
        let mut ran = self.command(bare(BINARY), &arguments);
        ran.env("SECATEUR_END_AT", commit).stdout(Stdio::null()).stderr(Stdio::null());
        let status = ran.status().expect("the headless binary runs");
        assert!(status.code().is_none_or(|code| code == 0), "{commit}: {status}");
        status.code().is_none()
    }

    fn command(&self, mut program: Command, arguments: &[&str]) -> Command {
        program
            .arg("--kubeconfig")
            .arg(&self.kubeconfig)
            .arg("--state-dir")
            .arg(self.state())
            // Last, since a name may follow `--`.
            .args(arguments)
            .env("HOME", self.home.path())
            .env("TZ", "UTC")
            .stdin(Stdio::null());
        program
    }

    fn ended(mut program: Command) -> Ran {
        Ran::of(program.output().expect("the headless binary runs"))
    }

    /// The proof that `plan` prints for these arguments.
    pub(crate) fn proof(&self, arguments: &[&str]) -> String {
        let ran = self.run(&[&["plan", "-o", "json"], arguments].concat());
        assert_eq!(ran.status, 0, "{ran:?}");
        field(&ran.stdout, "proof").expect("a plan has a proof")
    }

    /// Plans and deletes, as a person does in one go.
    pub(crate) fn plan_and_delete(&self, arguments: &[&str], more: &[&str]) -> Ran {
        let proof = self.proof(arguments);
        self.run(&[&["delete", "--confirm", &proof], more, arguments].concat())
    }
}

/// The most memory that a process had. The kernel keeps that for as long as it lives, so that whoever looks before it
/// gets more, and before it ends, misses nothing.
#[derive(Clone, Default)]
pub(crate) struct Gauge {
    process: Arc<AtomicU32>,
    kib: Arc<AtomicU64>,
}

impl Gauge {
    /// Looks at the process, if it is there.
    pub(crate) fn look(&self) {
        let status = format!("/proc/{}/status", self.process.load(Ordering::SeqCst));
        let text = std::fs::read_to_string(status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
        let kib = peak.map_or(0, |kib| kib.parse().expect("a number"));
        self.kib.fetch_max(kib, Ordering::SeqCst);
    }

    /// The most that was seen, in MiB.
    pub(crate) fn mib(&self) -> u64 {
        self.kib.load(Ordering::SeqCst) >> 10
    }
}

/// A program with nothing of the machine's own: no kubeconfig, no home, no keyring.
fn bare(program: &str) -> Command {
    let mut bare = command(Path::new(program));
    bare.env_clear();
    bare
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            status: output.status.code().expect("it was not killed"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// The outcomes that were told, in order, without the totals.
    pub(crate) fn outcomes(&self) -> Vec<String> {
        self.stdout.lines().filter_map(|line| field(line, "outcome")).collect()
    }
}

/// A text field of the first object in a line of JSON.
pub(crate) fn field(line: &str, name: &str) -> Option<String> {
    let object: serde_json::Value = serde_json::from_str(line.lines().next()?).expect("a line is JSON");
    object.get(name)?.as_str().map(str::to_owned)
}

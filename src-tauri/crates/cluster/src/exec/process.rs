//! A program in a process group of its own, and what it prints.

use std::{
    io,
    path::PathBuf,
    pin::Pin,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, ChildStdout, Command},
    sync::watch,
    time::timeout,
};
use zeroize::Zeroizing;

use super::{environment::Variables, screen::Screen};

/// The most that a plugin may print to its standard output.
pub(super) const PRINTED_LIMIT: usize = 1 << 20;
/// How long the rest of the output is waited for when the program itself has ended: something that it has started
/// may hold it open for ever.
const GRACE: Duration = Duration::from_millis(300);

/// What a plugin has written for people so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PluginOutput {
    /// Its standard error: the last 64 KiB, escape sequences and control characters taken out.
    pub text: String,
}

/// What is run.
pub(super) struct Invocation {
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<String>,
    /// All that it gets.
    pub(super) variables: Variables,
}

/// What came of it.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) printed: Zeroizing<Vec<u8>>,
    pub(super) shown: String,
}

/// Why it did not get to its end.
pub(super) enum Broken {
    /// The system's words.
    CannotRun(io::Error),
    /// It printed more than [`PRINTED_LIMIT`].
    PrintedTooMuch,
}

/// Runs it to its end. Dropping this kills it and all that it has started, as far as that stayed in its group.
pub(super) async fn run(
    invocation: &Invocation,
    output: &watch::Sender<PluginOutput>,
) -> Result<Ended, Broken> {
    let mut started = Group::spawn(invocation, Stdio::piped()).map_err(Broken::CannotRun)?;
    let (mut stdout, mut stderr) = (started.child.stdout.take(), started.child.stderr.take());
    let mut printed = Zeroizing::new(Vec::with_capacity(64 << 10));
    let mut screen = Screen::default();
    let status = {
        let reading = async {
            let kept = keep(stdout.as_mut(), &mut printed);
            let shown = show(stderr.as_mut(), &mut screen, output);
            tokio::try_join!(kept, shown).map(drop)
        };
        let mut reading = std::pin::pin!(reading);
        // Bound after its pipes, so that it is dropped before them: a program that loses its output first could go on
        // to what it does then.
        let mut group = started;
        let outcome = until_ended(&mut group, reading.as_mut()).await;
        group.kill();
        outcome?
    };
    Ok(Ended { status, printed, shown: screen.text().to_owned() })
}

/// Waits for the program itself, and for the rest of its output as long as is reasonable.
async fn until_ended(
    group: &mut Group,
    mut reading: Pin<&mut impl Future<Output = Result<(), Broken>>>,
) -> Result<ExitStatus, Broken> {
    let mut has_read_all = false;
    let status = loop {
        tokio::select! {
            status = group.child.wait() => break status.map_err(Broken::CannotRun)?,
            outcome = &mut reading, if !has_read_all => {
                outcome?;
                has_read_all = true;
            }
        }
    };
    if !has_read_all && let Ok(outcome) = timeout(GRACE, reading).await {
        outcome?;
    }
    Ok(status)
}

/// Reads to the end, or until it is too much.
async fn keep(from: Option<&mut (impl AsyncRead + Unpin)>, printed: &mut Vec<u8>) -> Result<(), Broken> {
    let Some(from) = from else { return Ok(()) };
    while from.read_buf(printed).await.map_err(Broken::CannotRun)? > 0 {
        if printed.len() > PRINTED_LIMIT {
            return Err(Broken::PrintedTooMuch);
        }
    }
    Ok(())
}

/// Shows what comes as it comes.
async fn show(
    from: Option<&mut (impl AsyncRead + Unpin)>,
    screen: &mut Screen,
    output: &watch::Sender<PluginOutput>,
) -> Result<(), Broken> {
    let Some(from) = from else { return Ok(()) };
    let mut buffer = vec![0; 8 << 10];
    loop {
        let count = from.read(&mut buffer).await.map_err(Broken::CannotRun)?;
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
        screen.take(bytes);
        output.send_replace(PluginOutput { text: screen.text().to_owned() });
    }
}

/// A running program with all that it starts, killed when this is dropped.
pub(super) struct Group {
    child: Child,
    /// The group's id while it may have members.
    id: Option<u32>,
}

impl Group {
    /// Starts it, without anything to read from.
    pub(super) fn spawn(invocation: &Invocation, stderr: Stdio) -> io::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "this is the exec runner")]
        let mut command = Command::new(&invocation.program);
        command
            .args(&invocation.arguments)
            .env_clear()
            .envs(&invocation.variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        Ok(Self { id: child.id(), child })
    }

    /// Its standard output, once.
    pub(super) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Kills what is left of the group. Its leader may be gone by then, and with the whole group its id: that another
    /// group has been given this very id meanwhile would take as many forks as there are ids.
    #[cfg(unix)]
    fn kill(&mut self) {
        use nix::{
            sys::signal::{Signal, killpg},
            unistd::Pid,
        };
        if let Some(id) = self.id.take().and_then(|id| i32::try_from(id).ok()).filter(|id| *id > 1) {
            // An error says that nobody is left.
            let _ = killpg(Pid::from_raw(id), Signal::SIGKILL);
        }
    }

    #[cfg(not(unix))]
    fn kill(&mut self) {
        if self.id.take().is_some() {
            let _ = self.child.start_kill();
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

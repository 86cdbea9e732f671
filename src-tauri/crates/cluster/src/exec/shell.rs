//! Asking the login shell for its environment: `env -0` between two random marks, run by the shell as it starts for a
//! person. What its start-up files print lies outside of the marks. They differ, since a shell may export the last
//! word of the command before (`_`), which is the first mark.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    io::AsyncReadExt,
    time::{Instant, sleep_until},
};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    environment::Variables,
    process::{Group, Invocation},
};

/// More than any environment that a kernel would hand on.
const LIMIT: usize = 8 << 20;

/// A shell to ask, and how patiently.
pub(super) struct Shell {
    pub(super) program: PathBuf,
    /// After this long the person is told what is waited for.
    pub(super) soft: Duration,
    /// After this long it is killed.
    pub(super) hard: Duration,
}

impl Shell {
    /// The person's: `SHELL`, else what the system's list of users says, else `/bin/sh`.
    pub(super) fn of(own: &Variables) -> Self {
        let named = own.get(std::ffi::OsStr::new("SHELL")).map(PathBuf::from);
        let program = named
            .filter(|shell| shell.is_absolute())
            .or_else(of_user)
            .unwrap_or_else(|| PathBuf::from("/bin/sh"));
        Self { program, soft: Duration::from_secs(5), hard: Duration::from_secs(10) }
    }
}

#[cfg(unix)]
fn of_user() -> Option<PathBuf> {
    use nix::unistd::{User, getuid};
    User::from_uid(getuid()).ok().flatten().map(|user| user.shell).filter(|shell| shell.is_absolute())
}

#[cfg(not(unix))]
fn of_user() -> Option<PathBuf> {
    None
}

/// Asks. `is_slow` is called when it takes longer than it should. The error says what the shell did instead.
pub(super) async fn ask(shell: &Shell, own: &Variables, is_slow: impl FnOnce()) -> Result<Variables, String> {
    let started = Instant::now();
    let marks = [(); 2].map(|()| Uuid::new_v4().simple().to_string());
    let asking = collect(&shell.program, own, &marks);
    let mut asking = std::pin::pin!(asking);
    tokio::select! {
        outcome = &mut asking => return outcome,
        () = sleep_until(started + shell.soft) => is_slow(),
    }
    tokio::select! {
        outcome = &mut asking => outcome,
        () = sleep_until(started + shell.hard) => {
            Err(format!("did not give its environment within {} s", shell.hard.as_secs()))
        }
    }
}

/// Dropping it kills the shell and what it has started.
async fn collect(program: &Path, own: &Variables, marks: &[String; 2]) -> Result<Variables, String> {
    let [begin, end] = marks;
    let invocation = Invocation {
        program: program.to_owned(),
        // `echo` is a builtin of every shell; the marks are letters and digits, and nothing here comes from anyone.
        arguments: ["-l", "-i", "-c", &format!("echo {begin}; /usr/bin/env -0; echo {end}")]
            .map(str::to_owned)
            .into(),
        variables: own.clone(),
    };
    let mut group =
        Group::spawn(&invocation, Stdio::null()).map_err(|error| format!("cannot be run: {error}"))?;
    let Some(mut stdout) = group.take_stdout() else { return Err("cannot be read".to_owned()) };
    let mut printed = Zeroizing::new(Vec::with_capacity(64 << 10));
    loop {
        // Where the mark may begin that the next part brings to its end.
        let new = printed.len().saturating_sub(end.len());
        let count =
            stdout.read_buf(&mut *printed).await.map_err(|error| format!("cannot be read: {error}"))?;
        let has_mark = printed.get(new..).is_some_and(|new| find(new, end.as_bytes()).is_some());
        if has_mark && let Some(variables) = between(&printed, begin.as_bytes(), end.as_bytes()) {
            return Ok(variables);
        }
        if count == 0 {
            return Err("ended without giving its environment".to_owned());
        }
        if printed.len() > LIMIT {
            return Err("printed too much".to_owned());
        }
    }
}

/// The variables between the marks, once both are there.
fn between(printed: &[u8], begin: &[u8], end: &[u8]) -> Option<Variables> {
    let start = find(printed, begin)? + begin.len();
    let rest = printed.get(start..)?;
    let inside = rest.get(..find(rest, end)?)?;
    let inside = inside.strip_prefix(b"\r").unwrap_or(inside);
    let inside = inside.strip_prefix(b"\n").unwrap_or(inside);
    let pairs = inside.split(|byte| *byte == 0).filter_map(|entry| {
        let equals = entry.iter().position(|byte| *byte == b'=')?;
        let (name, value) = entry.split_at_checked(equals)?;
        Some((text(name), text(value.get(1..)?))).filter(|(name, _)| !name.is_empty())
    });
    Some(pairs.collect())
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(unix)]
fn text(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
fn text(bytes: &[u8]) -> OsString {
    OsString::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_between_the_marks_is_the_environment() {
        let printed = b"Welcome!\n\x1b[0mBEGIN\nA=1\0_=BEGIN\0B=two\nlines=\0C=\0=odd\0D\xff=\xff\0END\nbye";
        let found = between(printed, b"BEGIN", b"END").expect("both marks");
        let value = |name: &str| found.get(std::ffi::OsStr::new(name)).and_then(|value| value.to_str());
        assert_eq!((value("A"), value("B"), value("C")), (Some("1"), Some("two\nlines="), Some("")));
        assert_eq!(found.len(), 5);
    }

    #[test]
    fn half_an_environment_is_none() {
        assert!(between(b"BEGIN\nA=1\0B=", b"BEGIN", b"END").is_none());
        assert!(between(b"A=1\0END", b"BEGIN", b"END").is_none());
    }

    #[test]
    fn the_shell_is_the_persons_own() {
        let shell = |value: &str| Shell::of(&Variables::from([("SHELL".into(), value.into())])).program;
        assert_eq!(shell("/usr/bin/fish"), Path::new("/usr/bin/fish"));
        assert!(shell("fish").is_absolute(), "a bare name says nothing");
        assert!(Shell::of(&Variables::new()).program.is_absolute());
    }
}

//! Standard output and why a command stopped.

use std::{
    collections::BTreeSet,
    io::{self, BufWriter, StdoutLock, Write},
    sync::{Mutex, PoisonError},
};

use secateur_engine::{Code, EngineError};
use serde::Serialize;

const INTERRUPTED: &str = "interrupted. Nothing more is sent; a deletion that had begun is among `jobs`, and `resume` \
                           goes on with it.";

/// Why a command ended before its end.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// The command line, kubeconfig or cluster cannot be used.
    Unusable(String),
    /// Proof missing or wrong, or the plan is no longer what it was. Nothing was sent.
    NotProven(String),
    /// Some objects are not there, or not gone.
    NotAll(String),
    /// Nobody reads any more.
    ClosedPipe,
    /// A signal asked for it; its number.
    Signal(u8),
}

impl Stopped {
    /// As any error, but that of objects that were named some are not there.
    pub(crate) fn naming_objects(error: EngineError) -> Self {
        let is_absent = error.describe().code == Code::NotFound;
        match Self::from(error) {
            Self::Unusable(message) if is_absent => Self::NotAll(message),
            other => other,
        }
    }

    /// Why, in words.
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Unusable(message) | Self::NotProven(message) | Self::NotAll(message) => message,
            Self::ClosedPipe => "nobody reads any more",
            Self::Signal(_) => INTERRUPTED,
        }
    }

    /// Says why on standard error; gives the exit status.
    pub(crate) fn tell(self) -> u8 {
        let (status, message) = match self {
            Self::Unusable(message) => (2, message),
            Self::NotProven(message) => (3, message),
            Self::NotAll(message) => (1, message),
            Self::ClosedPipe => return 1,
            // As a shell reports whatever a signal ended.
            Self::Signal(number) => (128 + number, INTERRUPTED.to_owned()),
        };
        // If standard error is closed as well there is nobody to tell.
        let _ = writeln!(io::stderr(), "secateur-headless: {message}");
        status
    }
}

impl From<EngineError> for Stopped {
    fn from(error: EngineError) -> Self {
        let failure = error.describe();
        let words =
            failure.server_words.map(|words| format!(" The server says: {words}")).unwrap_or_default();
        let hint = failure.hint.map(|hint| format!(" {hint}")).unwrap_or_default();
        let message = format!("{}{words}{hint}", failure.message);
        match failure.code {
            Code::PlanChanged | Code::ProofWrong | Code::OtherCluster => Self::NotProven(message),
            _ => Self::Unusable(message),
        }
    }
}

/// Prints a line.
pub(crate) fn line(text: &str) -> Result<(), Stopped> {
    write(|stdout| stdout.write_all(text.as_bytes()).and_then(|()| stdout.write_all(b"\n")))
}

/// Prints a text as it is.
pub(crate) fn text(text: &str) -> Result<(), Stopped> {
    write(|stdout| stdout.write_all(text.as_bytes()))
}

/// Writes to standard output, and at once.
pub(crate) fn write(
    writing: impl FnOnce(&mut BufWriter<StdoutLock<'_>>) -> io::Result<()>,
) -> Result<(), Stopped> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    let written = writing(&mut stdout).and_then(|()| stdout.flush());
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Stopped::ClosedPipe,
        _ => Stopped::Unusable(format!("standard output: {error}")),
    })
}

/// Prints an object as one line of JSON.
pub(crate) fn json(object: &impl Serialize) -> Result<(), Stopped> {
    let text = serde_json::to_string(object).map_err(|error| Stopped::Unusable(error.to_string()))?;
    line(&text)
}

/// What servers warned of, as far as it was said. Guards nothing else.
static WARNED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Says what a server warns of on standard error as kubectl does, each text once.
pub(crate) fn warn<'a>(warnings: impl IntoIterator<Item = &'a String>) {
    let mut warned = WARNED.lock().unwrap_or_else(PoisonError::into_inner);
    for warning in warnings {
        if warned.insert(warning.clone()) {
            remark(&format!("Warning: {warning}"));
        }
    }
}

/// Says something on standard error.
pub(crate) fn remark(text: &str) {
    // A remark that cannot be told is no reason to stop.
    let _ = writeln!(io::stderr(), "{text}");
}

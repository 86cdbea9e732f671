//! Why a plugin gave no credential, by what can be done about it.

use std::time::Duration;

use super::plugin::Resolved;

/// No credential. No text holds anything that the plugin printed to its standard output, or a value of a variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PluginError {
    /// Its program is not where it was looked for.
    #[error("the credential plugin {command:?} was not found; looked for {}", looked.join(", "))]
    NotFound {
        /// The command as the kubeconfig names it.
        command: String,
        /// The places, with what is wrong with one where that is known.
        looked: Vec<String>,
        /// The kubeconfig's `installHint`, control characters taken out.
        hint: Option<String>,
    },
    /// The person has not agreed to it as it would be run; nothing was run.
    #[error("the credential plugin {:?} was not agreed to", _0.program)]
    NeedsConsent(Box<Resolved>),
    /// kuberc does not allow it, or cannot be read; nothing was run.
    #[error("the credential plugin {command:?} may not run: {policy}")]
    Denied {
        /// The command as the kubeconfig names it.
        command: String,
        /// Which file says so, and what it says.
        policy: String,
    },
    /// It has to be typed to (`interactiveMode: Always`), and there is no terminal here; nothing was run.
    #[error("the credential plugin {command:?} wants to be typed to in a terminal (interactiveMode: Always)")]
    Interactive {
        /// The command as the kubeconfig names it.
        command: String,
    },
    /// It did not end in time and was killed with all that it started.
    #[error("the credential plugin {command:?} did not end within {} s", after.as_secs())]
    TimedOut {
        /// The command as the kubeconfig names it.
        command: String,
        /// How long it had.
        after: Duration,
    },
    /// The person gave up waiting.
    #[error("the credential plugin {command:?} was stopped")]
    Stopped {
        /// The command as the kubeconfig names it.
        command: String,
    },
    /// It was found and could not be run.
    #[error("the credential plugin {command:?} cannot be run: {problem}")]
    CannotRun {
        /// The command as the kubeconfig names it.
        command: String,
        /// The system's words.
        problem: String,
    },
    /// It ended with something else than success.
    #[error("the credential plugin {command:?} failed with {status}")]
    Failed {
        /// The command as the kubeconfig names it.
        command: String,
        /// "exit code 1" or the signal.
        status: String,
        /// What it wrote to its standard error, at most 64 KiB, control characters taken out. For the person only: a
        /// log does not get it, so it is not part of the message.
        stderr: String,
    },
    /// It ended well and printed no credential that can be used.
    #[error("the credential plugin {command:?} gave no usable credential: {problem}")]
    Unusable {
        /// The command as the kubeconfig names it.
        command: String,
        /// What is wrong, without a word of what it printed.
        problem: String,
    },
}

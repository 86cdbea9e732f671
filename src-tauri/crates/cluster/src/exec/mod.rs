//! Credential plugins: the programs that a kubeconfig's `exec` names, which print a credential.
//!
//! What a kubeconfig says is a [`Plugin`]; [`Plugins`] looks where its program is, asks kuberc and the person
//! whether it may run, runs it once for all who wait, and checks what it prints. A program runs by its argument
//! vector, in a process group of its own that is killed at the end; no shell reads anything of it.
//!
//! Not here: what is done with a credential, when it is asked for again, and everything that a person is shown but
//! the plugin's own words. Nothing is spawned on the runtime: a run lives in those who wait for it, and ends with the
//! last of them.

mod answer;
mod environment;
mod error;
mod info;
mod kuberc;
mod plugin;
mod plugins;
mod process;
mod resolve;
mod runs;
mod screen;
mod shell;

#[cfg(test)]
mod tests;

pub use environment::PluginEnvironment;
pub use error::PluginError;
pub use info::ClusterInfo;
pub use plugin::{ApiVersion, Interactive, Plugin, Resolved};
pub use plugins::Plugins;
pub use process::PluginOutput;
pub use runs::{Patience, PluginCredential, Run};

//! The command line, which is stable: see `docs/architecture.md`, "Headless".

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// No wait is longer, in seconds.
const YEAR: u64 = 31_536_000;

/// Secateur's engine without a window.
#[derive(Debug, Parser)]
#[command(name = "secateur-headless", version, about)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Kubeconfig files, as a list like KUBECONFIG; `~/.kube/config` where neither is given.
    #[arg(long, global = true, env = "KUBECONFIG", value_name = "PATHS", hide_env_values = true)]
    pub(crate) kubeconfig: Option<OsString>,
    /// The practice clusters in the place of kubeconfigs, whatever else names some. They are in memory only and the same
    /// at the beginning of every run.
    #[arg(long, global = true)]
    pub(crate) practice: bool,
    /// The folder for settings, journal and trash.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) state_dir: Option<PathBuf>,
    /// Let writes through to read-only clusters, in this run only.
    #[arg(long, global = true)]
    pub(crate) unlock: bool,
    /// Where tokens that are given are kept, and the key of the trash.
    #[arg(long, global = true, value_enum, default_value_t = TokenStore::Keyring)]
    pub(crate) token_store: TokenStore,
    /// Consent to every credential plugin of these kubeconfigs, for this run. One that nobody agreed to is refused and
    /// named.
    #[arg(long, global = true)]
    pub(crate) allow_plugins: bool,
    /// What is logged on standard error.
    #[arg(long, global = true, value_enum, default_value_t = Level::Error)]
    pub(crate) log: Level,
}

/// Where tokens are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenStore {
    /// For this run only: what it deletes cannot be restored afterwards.
    Memory,
    /// In the system's keyring.
    Keyring,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Nothing.
    Off,
    /// Errors.
    Error,
    /// And warnings.
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
    /// And everything else.
    Trace,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print every context. Runs no plugin, opens no connection.
    Clusters {
        #[command(flatten)]
        output: Output,
    },
    /// Print who the cluster takes you for.
    Whoami {
        #[command(flatten)]
        cluster: Cluster,
        #[command(flatten)]
        output: Output,
    },
    /// Sign in to a cluster, and print as whom. A token is kept where --token-store says, once the server took it.
    SignIn {
        #[command(flatten)]
        cluster: Cluster,
        /// With the token on standard input, in the place of what the kubeconfig says.
        #[arg(long)]
        token_stdin: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Forget the token that was given for a cluster.
    SignOut {
        #[command(flatten)]
        cluster: Cluster,
    },
    /// Print the kinds that the cluster serves.
    Kinds {
        #[command(flatten)]
        cluster: Cluster,
        #[command(flatten)]
        output: Output,
    },
    /// Print objects as kubectl get does.
    List {
        /// Anything that kubectl get takes: po, deployments.apps, deployments.v1.apps, po,svc, all, and names after one
        /// of them, or each as TYPE/NAME.
        #[arg(value_name = "TYPE [NAME]…", required = true)]
        objects: Vec<String>,
        #[command(flatten)]
        cluster: Cluster,
        #[command(flatten)]
        place: Place,
        /// Every namespace.
        #[arg(short = 'A', long, conflicts_with = "namespace")]
        all_namespaces: bool,
        /// As kubectl's.
        #[arg(long, value_name = "SELECTOR")]
        field_selector: Option<String>,
        /// The form.
        #[arg(short = 'o', long, value_enum)]
        output: Option<ListFormat>,
    },
    /// Plan a deletion and print its proof. Sends nothing that changes anything.
    Plan {
        #[command(flatten)]
        objects: Objects,
        /// As delete's: they change nothing that is sent, and so are no part of the proof.
        #[command(flatten)]
        follow: Follow,
        #[command(flatten)]
        output: Output,
    },
    /// Delete what a plan's proof stands for, and follow it. Prints a JSON object a line for each change.
    Delete {
        #[command(flatten)]
        objects: Objects,
        #[command(flatten)]
        follow: Follow,
        /// The proof that plan printed.
        #[arg(long, value_name = "PROOF")]
        confirm: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Print what was deleted and what was interrupted, newest first.
    Jobs {
        #[command(flatten)]
        output: Output,
    },
    /// Go on with an interrupted job, and follow it as delete does. Asks nothing, and so sends nothing where something
    /// changed.
    Resume {
        /// Its id, as jobs prints it.
        job: String,
        #[command(flatten)]
        follow: Follow,
        #[command(flatten)]
        output: Output,
    },
    /// Print the receipts of what was deleted, newest first.
    Receipts {
        /// Only those with these words in name, UID, kind, namespace, cluster or Audit-Id.
        #[arg(long)]
        text: Option<String>,
        /// Only those of this job.
        #[arg(long)]
        job: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Print the copies of what was deleted, newest first.
    Trash {
        /// Throw them all away. What was deleted can then not be restored.
        #[arg(long)]
        empty: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Create deleted objects again from their copies. Prints a JSON object a line: what will differ, then what came of it.
    Restore {
        /// Receipts, as receipts prints their ids.
        #[arg(value_name = "RECEIPT", required = true)]
        receipts: Vec<String>,
        /// Only print what will differ, and what the server says to it.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        output: Output,
    },
}

/// How a job is followed.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Follow {
    /// End when the server has taken all; an accepted object is then called terminating.
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// Follow for at most so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(..=YEAR))]
    pub(crate) timeout: u64,
}

/// The cluster.
#[derive(Debug, Args)]
pub(crate) struct Cluster {
    /// The context's name, or its id.
    #[arg(long)]
    pub(crate) context: String,
}

/// The namespace and labels.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The namespace; the context's own without it.
    #[arg(short = 'n', long)]
    pub(crate) namespace: Option<String>,
    /// As kubectl's.
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub(crate) selector: Option<String>,
}

/// The objects of a plan and how they are deleted.
#[derive(Debug, Args)]
pub(crate) struct Objects {
    /// Anything that kubectl get takes.
    pub(crate) kind: String,
    /// The objects.
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    #[command(flatten)]
    pub(crate) cluster: Cluster,
    #[command(flatten)]
    pub(crate) place: Place,
    /// The one name stands for the object with this UID and no other.
    #[arg(long)]
    pub(crate) uid: Option<String>,
    /// What becomes of dependants.
    #[arg(long, value_enum, default_value_t = Propagation::Background, ignore_case = true)]
    pub(crate) propagation: Propagation,
    /// The grace period; what each object says without it.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) grace: Option<u32>,
    /// Delete an object only as long as it is as the plan saw it.
    #[arg(long)]
    pub(crate) only_if_unchanged: bool,
}

/// What becomes of dependants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Propagation {
    /// They go after the object.
    Background,
    /// They go before the object.
    Foreground,
    /// They stay.
    Orphan,
}

/// Text or JSON.
#[derive(Debug, Args)]
pub(crate) struct Output {
    /// The form; JSON is one object a line.
    #[arg(short = 'o', long = "output", value_enum)]
    pub(crate) format: Option<Format>,
}

/// The forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// JSON, one object a line.
    Json,
}

/// The forms of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// With the wide columns.
    Wide,
    /// JSON: columns and rows.
    Json,
}

impl Output {
    /// Whether JSON is asked for.
    pub(crate) fn is_json(&self) -> bool {
        self.format == Some(Format::Json)
    }
}

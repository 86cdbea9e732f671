//! One Kubernetes cluster at a time, as Secateur talks to it: kubeconfigs, credentials, transport, the request
//! pipeline, discovery, tables, watches and deletes.
//!
//! This is the only crate that names kube, k8s-openapi and hyper. It keeps no lists, follows no targets and
//! decides nothing about them: that is the engine's. What runs in the background is its connections, which end with
//! the client; every stream ends when it is dropped.

mod access;
mod bodies;
mod client;
mod create;
mod credential;
mod decode;
mod delete;
mod discovery;
mod error;
mod exec;
mod extra_headers;
mod file;
mod identity;
mod kubeconfig;
mod lists;
mod mentions;
mod ownership;
mod pipeline;
mod rehearsable;
mod requests;
mod transport;
mod url;
mod watch;

#[cfg(test)]
mod testing;

pub use bodies::{BodyPage, Copied, ObjectBody};
pub use client::{Client, connect};
pub use create::Created;
pub use credential::{Access, Generations, Method, Renewal};
pub use delete::Wanted;
pub use discovery::{Discovered, Edition, Unavailable};
pub use error::{ApiStatus, AuthFailure, ClusterError};
pub use exec::{
    ApiVersion, ClusterInfo, Interactive, Patience, Plugin, PluginCredential, PluginEnvironment, PluginError,
    PluginOutput, Plugins, Resolved, Run,
};
pub use extra_headers::ExtraHeaders;
pub use identity::Whoami;
pub use kubeconfig::{
    ADDED, Catalogue, Context, Entry, Looked, Offered, Origin, Problem, Sources, Taken, TakenApart,
    added_context, practice_contexts, read_catalogue, take_paths, take_text,
};
pub use ownership::{Metadata, MetadataPage, Owner};
pub use rehearsable::Rehearsable;
pub use requests::{
    Deleted, DryRun, Include, ListRequest, ObjectEvent, Rehearsed, TableEvent, TablePage, WatchRequest,
};
pub use transport::{
    Attempt, CertificateFacts, Endpoint, HttpService, Identity, Lane, Network, Opened, ResponseBody, Step,
    StepName, StepOutcome, Surroundings, Transport, TransportError, install_crypto_provider,
};

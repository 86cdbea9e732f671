//! One Kubernetes cluster at a time, as Secateur talks to it: kubeconfigs, credentials, transport, the request
//! pipeline, discovery, tables, watches and deletes.
//!
//! This is the only crate that names kube, k8s-openapi and reqwest. It keeps no lists, follows no targets and
//! decides nothing about them: that is the engine's. It spawns no tasks of its own; every stream ends when it is
//! dropped.

mod client;
mod error;
mod kubeconfig;
mod requests;
mod transport;

pub use client::{Client, Discovered, Method, Whoami, connect};
pub use error::{ApiStatus, AuthFailure, ClusterError};
pub use kubeconfig::{Catalogue, Context, Entry, Looked, Origin, Problem, Sources, read_catalogue};
pub use requests::{Deleted, Include, ListRequest, ObjectEvent, TableEvent, TablePage, WatchRequest};
pub use transport::{
    Endpoint, HttpService, Lane, Network, ResponseBody, Transport, TransportError, install_crypto_provider,
};

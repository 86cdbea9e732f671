//! Getting a credential: from the entry, from files, from a plugin or from the person.

use std::fmt;

use http::HeaderMap;
use jiff::Timestamp;
use tokio::sync::watch;

use super::{
    access::{Access, Method, Renewing},
    material::{self, Prepared},
};
use crate::{
    error::ClusterError,
    exec::{ClusterInfo, Patience, Plugin, PluginOutput, Run},
    kubeconfig::{Context, Entry},
    transport::{HttpService, Lane, Opened, Surroundings},
};

/// A credential in use: what a request is sent with.
pub(crate) struct Armed {
    pub(crate) generation: u32,
    pub(crate) headers: HeaderMap,
    pub(crate) requests: HttpService,
    pub(crate) watches: HttpService,
    pub(crate) method: Method,
    pub(crate) ca_hash: String,
    pub(crate) expires: Option<Timestamp>,
    stamp: [u8; 32],
    /// Which run of a plugin gave it.
    pub(super) serial: Option<u64>,
}

/// What was got when a newer credential was asked for.
#[derive(Default)]
pub(super) struct Renewed {
    /// The newer one, if it is another than the one before.
    pub(super) armed: Option<Armed>,
    /// Which run of a plugin gave it, or the same once more.
    pub(super) serial: Option<u64>,
}

impl fmt::Debug for Armed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Armed").field("generation", &self.generation).finish_non_exhaustive()
    }
}

/// Where a credential comes from.
pub(super) enum Source<'a> {
    /// The entry itself, or the person: there is no other.
    Place,
    /// Files that others may replace.
    Files,
    /// A program.
    Plugin(&'a Plugin),
}

/// What is needed to get a credential.
pub(super) struct Reading {
    pub(super) context: Context,
    pub(super) entry: Entry,
    pub(super) access: Access,
    pub(super) opened: Opened,
}

impl Reading {
    pub(super) fn source(&self) -> Source<'_> {
        match self.entry.user.plugin_in_use() {
            _ if self.access.token.is_some() => Source::Place,
            Some(plugin) => Source::Plugin(plugin),
            None if self.entry.names_files() => Source::Files,
            None => Source::Place,
        }
    }

    /// Another one than `current`, if there is one now.
    pub(super) async fn newer(&self, current: &Armed) -> Result<Renewed, ClusterError> {
        let renewing = match self.source() {
            Source::Plugin(plugin) => Some(Renewing::begin(&self.access.renewal, plugin.command())),
            Source::Place | Source::Files => None,
        };
        let output = renewing.as_ref().map(|renewing| renewing.output.clone()).unwrap_or_default();
        let (prepared, serial) =
            self.prepared(self.run(Patience::Background, output, current.serial)).await?;
        let is_another = prepared.stamp != current.stamp;
        let armed = if is_another { Some(self.arm(prepared, serial)?) } else { None };
        Ok(Renewed { armed, serial })
    }

    /// The first one.
    pub(super) async fn first(&self) -> Result<Armed, ClusterError> {
        let run = self.run(self.access.patience, self.access.output.clone(), None);
        let (prepared, serial) = self.prepared(run).await?;
        self.arm(prepared, serial)
    }

    fn run(&self, patience: Patience, output: watch::Sender<PluginOutput>, stale: Option<u64>) -> Run {
        Run { patience, output, stop: self.access.stop.clone(), stale }
    }

    /// Runs what is to be run and reads what is to be read, off the async threads.
    async fn prepared(&self, run: Run) -> Result<(Prepared, Option<u64>), ClusterError> {
        let given = match self.source() {
            Source::Plugin(plugin) => {
                let context = self.context.clone();
                let info = self.read(move || ClusterInfo::of(&context)).await?;
                let given = self.access.plugins.credential(plugin, &info, &run).await;
                Some(given.map_err(ClusterError::Plugin)?)
            }
            Source::Place | Source::Files => None,
        };
        let serial = given.as_ref().map(|given| given.serial);
        let (entry, opened) = (self.entry.clone(), self.opened.clone());
        let (token, extra) = (self.access.token.clone(), self.access.headers.clone());
        let prepared = self.read(move || {
            let signature = match (&token, &given) {
                (Some(token), _) => material::of_token(token)?,
                (None, Some(given)) => material::of_plugin(given)?,
                (None, None) => material::of_entry(&entry.user)?,
            };
            material::prepare(&entry, signature, &extra, opened)
        });
        let mut prepared = prepared.await?;
        prepared.endpoint.surroundings = self.surroundings().await;
        Ok((prepared, serial))
    }

    /// What says how to get to the server, where neither its entry nor our own environment does.
    async fn surroundings(&self) -> Option<Surroundings> {
        let cluster = &self.entry.cluster;
        if cluster.proxy.is_some() || Surroundings::never_matter(&cluster.server) {
            return None;
        }
        self.access.plugins.surroundings().await
    }

    /// Work that waits for the disk, and its problem with the context's name.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, String> + Send + 'static,
    ) -> Result<T, ClusterError> {
        let gave_up = |_| "reading its credential was given up".to_owned();
        let read = tokio::task::spawn_blocking(work).await.map_err(gave_up).flatten();
        let name = &self.context.name;
        read.map_err(|problem| ClusterError::Unusable(format!("context {name:?}: {problem}")))
    }

    /// Prepares both lanes.
    fn arm(&self, prepared: Prepared, serial: Option<u64>) -> Result<Armed, ClusterError> {
        let connect = |lane| self.access.transport.connect(&prepared.endpoint, lane);
        let lane = |lane| connect(lane).map_err(ClusterError::Transport);
        Ok(Armed {
            requests: lane(Lane::Requests)?,
            watches: lane(Lane::Watches)?,
            generation: self.access.generations.next(),
            headers: prepared.headers,
            method: prepared.method,
            ca_hash: prepared.ca_hash,
            expires: prepared.expires,
            stamp: prepared.stamp,
            serial,
        })
    }
}

//! One turn of reading a store: a first page that can be acted on, the cells of everything else, its metadata, and the
//! watch that keeps it so, which begins at once.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt, TryStreamExt, stream};
use secateur_cluster::{ClusterError, Include, ListRequest, TableEvent, TablePage};
use secateur_domain::{ids::ResourceName, kind::Scope};
use tokio::time::Instant;

use super::{
    reader::{Reader, Turn},
    store::Wanted,
    writer::Message,
};
use crate::session::SignedIn;

/// How reading by namespaces ended.
enum Read {
    /// All is read.
    All,
    /// Metadata is still to be read page by page.
    Cells,
}

/// The first page is small, so that something can be seen at once.
const FIRST_PAGE: u32 = 250;
/// A Table page is one buffer on the server: no more than this at a time, with metadata.
const PAGE: u32 = 500;
/// Cells are about thirty-five times smaller than metadata.
const CELLS_PAGE: u32 = 5_000;
/// From so many on, cells are read before metadata.
const MANY: u64 = 1_000;
/// Namespaces are read one by one where they have so many objects on average.
const WORTH_ASKING: u64 = 20;
/// Lists under way. A server lets an ordinary user have a few.
const AT_ONCE: usize = 3;
/// GETs under way for what is on screen.
const LOOKS_AT_ONCE: usize = 8;
/// A watch that ends sooner than this is not opened again before it.
const SHORTEST_WATCH: Duration = Duration::from_secs(1);

impl Reader {
    pub(super) async fn read_and_watch(&self, signed_in: &SignedIn) -> Result<Turn, ClusterError> {
        // Rows that are there are read again one after the other: none loses its UID for a while.
        let is_new = self.snapshots.borrow().table.rows.is_empty();
        self.tell(Message::Began).await;
        let mut first = signed_in.client.list_table(&self.request(Some(FIRST_PAGE))).await?;
        self.session.set_clock_offset(signed_in.client.clock_offset());
        self.session.reach();
        let (token, remaining) = (first.continue_token.take(), first.remaining);
        let version = first.resource_version.clone();
        let rows = first.rows.len() as u64;
        self.take(first).await;
        self.tell(Message::Counted { about: remaining.map(|remaining| rows + remaining) }).await;
        let reading = async {
            if let Some(token) = token {
                let remaining = remaining.filter(|remaining| is_new && *remaining >= MANY);
                let rest = self.rest(signed_in, token, remaining, &version);
                tokio::select! {
                    read = rest => read?,
                    never = self.wanted_first(signed_in) => match never {},
                }
            }
            self.tell(Message::Completed).await;
            Ok::<(), ClusterError>(())
        };
        let watching = async {
            match self.session.watches().of_list().await {
                Some(_watch) => self.watch(signed_in, version.clone()).await,
                None => Ok(Turn::Unwatched),
            }
        };
        let (mut reading, mut watching) = (std::pin::pin!(reading), std::pin::pin!(watching));
        // What the watch tells while the list is read counts more than the list, whose version it began with.
        let watched = tokio::select! {
            biased;
            watched = &mut watching => {
                if is_unwatchable(&watched) {
                    reading.await?;
                }
                watched
            }
            read = &mut reading => {
                read?;
                watching.await
            }
        };
        match watched {
            Err(ClusterError::Gone | ClusterError::Expired { .. }) => Ok(Turn::Relist),
            Err(ClusterError::Refused(_) | ClusterError::NotSupported(_)) => Ok(Turn::Poll),
            watched => watched,
        }
    }

    /// Everything behind the first page.
    async fn rest(
        &self,
        signed_in: &SignedIn,
        token: String,
        many: Option<u64>,
        version: &str,
    ) -> Result<(), ClusterError> {
        if let Some(remaining) = many {
            match self.by_namespace(signed_in, remaining, version).await {
                Ok(Read::All) => return Ok(()),
                Ok(Read::Cells) => {}
                // A server that does not list exactly that version, or a namespace that may not be listed.
                Err(error) => tracing::debug!(%error, "read page by page instead"),
            }
        }
        self.pages(signed_in, token).await
    }

    /// Cells, and where that is done by namespaces, metadata after them.
    async fn by_namespace(
        &self,
        signed_in: &SignedIn,
        remaining: u64,
        version: &str,
    ) -> Result<Read, ClusterError> {
        let is_one_place = self.key.namespace.is_some() || self.key.kind.scope == Scope::Cluster;
        let namespaces = if is_one_place {
            vec![self.key.namespace.as_ref().map(ToString::to_string)]
        } else {
            let Ok(kind) = self.session.kind("namespaces.v1.") else { return Ok(Read::Cells) };
            let names = signed_in.client.list_names(&kind).await?;
            if names.len() as u64 * WORTH_ASKING > remaining {
                return Ok(Read::Cells);
            }
            names.into_iter().map(Some).collect()
        };
        self.places(signed_in, &namespaces, version, Include::None).await?;
        if is_one_place {
            return Ok(Read::Cells);
        }
        self.places(signed_in, &namespaces, version, Include::Metadata).await?;
        Ok(Read::All)
    }

    async fn places(
        &self,
        signed_in: &SignedIn,
        namespaces: &[Option<String>],
        version: &str,
        include: Include,
    ) -> Result<(), ClusterError> {
        stream::iter(namespaces.iter().cloned())
            .map(|namespace| {
                let limit = if include == Include::None { CELLS_PAGE } else { PAGE };
                let at = Some(version.to_owned());
                self.place(signed_in, ListRequest { namespace, include, at, ..self.request(Some(limit)) })
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }

    /// All pages of one namespace, as they were at one version.
    async fn place(&self, signed_in: &SignedIn, mut request: ListRequest) -> Result<(), ClusterError> {
        loop {
            let mut page = signed_in.client.list_table(&request).await?;
            request.continue_token = page.continue_token.take();
            self.take(page).await;
            if request.continue_token.is_none() {
                return Ok(());
            }
        }
    }

    /// All pages behind the first, with metadata.
    async fn pages(&self, signed_in: &SignedIn, token: String) -> Result<(), ClusterError> {
        let mut request = ListRequest { continue_token: Some(token), ..self.request(Some(PAGE)) };
        while request.continue_token.is_some() {
            let mut page = match signed_in.client.list_table(&request).await {
                // The rest is of a later version. The watch tells what changed between the two.
                Err(ClusterError::Expired { token }) => {
                    request.continue_token = Some(token);
                    continue;
                }
                page => page?,
            };
            request.continue_token = page.continue_token.take();
            self.take(page).await;
        }
        Ok(())
    }

    /// The metadata of what is looked at, before the rest.
    async fn wanted_first(&self, signed_in: &SignedIn) -> std::convert::Infallible {
        let mut wanted = self.wanted.clone();
        wanted.mark_changed();
        loop {
            if wanted.changed().await.is_err() {
                // The store is gone, and this task with it.
                std::future::pending::<()>().await;
            }
            let rows = wanted.borrow_and_update().clone();
            tokio::select! {
                () = self.look_at(signed_in, rows) => {}
                // What was wanted before has gone out of sight.
                _ = wanted.changed() => wanted.mark_changed(),
            }
        }
    }

    async fn look_at(&self, signed_in: &SignedIn, rows: Wanted) {
        let kind = &self.key.kind;
        let looks = stream::iter(rows).map(async |(namespace, name)| {
            let namespace = namespace.as_ref().map(ResourceName::as_str);
            signed_in.client.get_table(kind, namespace, &name).await
        });
        let pages = looks.buffer_unordered(LOOKS_AT_ONCE);
        pages
            .for_each(|page| async {
                // One that is gone, or may not be read by itself, comes with the rest or not at all.
                if let Ok(page) = page {
                    self.take(page).await;
                }
            })
            .await;
    }

    /// Follows changes from `version`; servers end watches after a while, and then it goes on where it was.
    async fn watch(&self, signed_in: &SignedIn, mut version: String) -> Result<Turn, ClusterError> {
        if !self.key.kind.can("watch") {
            return Ok(Turn::Poll);
        }
        loop {
            let opened = Instant::now();
            let mut events = signed_in.client.watch_table(&self.request(None), &version).await?;
            while let Some(event) = events.next().await {
                match event? {
                    TableEvent::Upserted { row, resource_version } => {
                        self.tell(Message::Upserted { row, version: number(&resource_version) }).await;
                        version = resource_version;
                    }
                    TableEvent::Removed { row, resource_version } => {
                        self.tell(Message::Removed { row, version: number(&resource_version) }).await;
                        version = resource_version;
                    }
                    TableEvent::Bookmark { resource_version } => version = resource_version,
                }
            }
            tokio::time::sleep(SHORTEST_WATCH.saturating_sub(opened.elapsed())).await;
        }
    }

    async fn take(&self, page: TablePage) {
        let TablePage { columns, rows, warnings, .. } = page;
        self.tell(Message::Page { columns, rows, warnings }).await;
    }

    fn request(&self, limit: Option<u32>) -> ListRequest {
        ListRequest {
            namespace: self.key.namespace.as_ref().map(ToString::to_string),
            field_selector: self.key.fields.clone(),
            limit,
            ..ListRequest::new(Arc::clone(&self.key.kind))
        }
    }
}

/// Whether a list can be read and not watched.
fn is_unwatchable(watched: &Result<Turn, ClusterError>) -> bool {
    matches!(
        watched,
        Ok(Turn::Poll | Turn::Unwatched) | Err(ClusterError::Refused(_) | ClusterError::NotSupported(_))
    )
}

/// Versions are numbers where kube-apiserver made them.
fn number(version: &str) -> u64 {
    version.parse().unwrap_or_default()
}

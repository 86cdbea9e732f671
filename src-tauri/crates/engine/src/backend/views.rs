//! Views and marks.

use std::{
    sync::{Arc, Mutex, Weak},
    time::Duration,
};

use secateur_cluster::{Include, ListRequest};
use secateur_domain::{
    ids::{ClusterId, Identity, ObjectKey, ResourceName},
    kind::Scope,
    row::Liveness,
    view::{Filter, FilterError, Leading, Query},
};
use secateur_store::HistoryQuery;
use tokio::sync::watch;

use super::{Backend, Inner, lock, new_id};
use crate::{
    event::{Event, EventSink},
    failure::EngineError,
    list::{
        ListSnapshot, Namespaces, ObjectsRequest, StoreKey, chosen,
        uses::{self, Looked, may_be_unused},
    },
    marks::{Beside, SelectionChange, SelectionSummary, tray},
    session::Session,
    view::{Feed, Feeds, View, ViewHint, ViewParts, ViewWindow, any_changed},
};

/// How long the tray may be behind the list beside it.
const BETWEEN_TRAYS: Duration = Duration::from_millis(250);
/// How often a list of several clusters looks whether one is missing.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);

/// What a view shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewSource {
    /// Live objects.
    Objects(ObjectsRequest),
    /// The targets of an open plan.
    Plan(String),
    /// The targets of a job.
    Job(String),
    /// The receipts of a job in the journal that match.
    Receipts {
        /// The job.
        job: String,
        /// Which of them.
        query: HistoryQuery,
    },
    /// The marked objects; those not in the view beside say why.
    Marked {
        /// The list on screen.
        beside: Option<String>,
    },
}

/// A view, and what its list is of.
pub(super) struct OpenView {
    pub(super) view: Arc<View>,
    request: Option<ObjectsRequest>,
    /// Guards the filter as it is now: what the server was asked for beside the kind and the place, and whether uses are
    /// looked for.
    filter: Mutex<Filter>,
}

impl Backend {
    /// Opens a view; `hints` is told of every change until it is closed.
    pub fn open_view(
        &self,
        source: ViewSource,
        query: Query,
        hints: Arc<dyn EventSink<ViewHint>>,
    ) -> Result<String, EngineError> {
        let id = new_id();
        let stop = self.child();
        let filter = query.filter.clone();
        let mut request = None;
        let feeds = match source {
            ViewSource::Objects(objects) => {
                let feeds = self.feeds(&objects, &query.filter)?;
                request = Some(objects);
                feeds
            }
            ViewSource::Plan(plan) => Feeds::one(self.plan(&plan)?.snapshots()),
            ViewSource::Job(job) => Feeds::one(self.job(&job)?.snapshots.clone()),
            ViewSource::Receipts { job, query } => Feeds::one(self.receipt_rows(&job, &query)?),
            ViewSource::Marked { beside } => {
                // A list that was left in the meantime has nothing to say.
                let beside = beside.and_then(|beside| self.view(&beside).ok());
                let (publish, snapshots) = watch::channel(Arc::new(self.tray(beside.as_deref())));
                let beside = beside.map(|beside| Arc::downgrade(&beside));
                let task = keep_tray(Arc::downgrade(&self.inner), beside, publish);
                self.inner.tasks.spawn(stop.clone().run_until_cancelled_owned(task));
                Feeds::one(snapshots)
            }
        };
        let inner = Arc::downgrade(&self.inner);
        let now = move |cluster: &ClusterId| {
            let session = inner.upgrade().and_then(|inner| Backend { inner }.session(cluster).ok());
            session.map_or(0, |session| session.server_now())
        };
        let parts = ViewParts {
            id: id.clone(),
            feeds,
            query,
            marks: Arc::clone(&self.inner.marks),
            clock: Arc::clone(&self.inner.clock),
            now: Box::new(now),
            hints,
        };
        let view = View::open(parts, &self.inner.tasks, stop.clone());
        let open = Arc::new(OpenView { view, request, filter: Mutex::new(filter) });
        if open.request.as_ref().is_some_and(|request| request.clusters.len() > 1) {
            let task = complete(Arc::downgrade(&self.inner), Arc::downgrade(&open));
            self.inner.tasks.spawn(stop.run_until_cancelled_owned(task));
        }
        lock(&self.inner.views).insert(id.clone(), open);
        Ok(id)
    }

    /// Changes filter, order and columns; the window is of them from then on. What means nothing is refused, and the view
    /// stays as it is.
    pub async fn set_query(&self, view: &str, query: Query) -> Result<(), EngineError> {
        let open = self.view(view)?;
        if let Some(name) = open.view.unknown_column(&query) {
            return Err(FilterError::NoColumn(name).into());
        }
        let before = std::mem::replace(&mut *lock(&open.filter), query.filter.clone());
        let (fields, asks) = (query.filter.fields(), query.filter.asks_for_uses());
        if let Some(request) = &open.request
            && (before.fields() != fields || before.asks_for_uses() != asks)
        {
            let feeds = match self.try_fields(request, fields.as_deref()).await {
                Ok(()) => self.feeds(request, &query.filter),
                Err(error) => Err(error),
            };
            match feeds {
                Ok(feeds) => open.view.set_feeds(feeds),
                Err(error) => {
                    *lock(&open.filter) = before;
                    return Err(error);
                }
            }
        }
        open.view.set_query(query).await;
        Ok(())
    }

    /// The rows from `start`, at most `count`.
    pub fn window(&self, view: &str, start: usize, count: usize) -> Result<ViewWindow, EngineError> {
        Ok(self.view(view)?.view.window(start, count))
    }

    /// Reads the view's list again.
    pub fn refresh(&self, view: &str) -> Result<(), EngineError> {
        self.view(view)?.view.refresh();
        Ok(())
    }

    /// Closes a view; closing one that is not open does nothing.
    pub fn close_view(&self, view: &str) {
        lock(&self.inner.views).remove(view);
    }

    /// Closes every view, and what else only a page that is gone had open.
    pub fn close_all_views(&self) {
        lock(&self.inner.views).clear();
        lock(&self.inner.plans).clear();
        lock(&self.inner.restores).drain().for_each(|(_, open)| open.close());
    }

    /// Changes the marks. Marking all that match waits until all of it was read, or until marks are changed otherwise:
    /// then it marks nothing.
    pub async fn select(
        &self,
        view: Option<&str>,
        change: SelectionChange,
    ) -> Result<SelectionSummary, EngineError> {
        let marks = &self.inner.marks;
        let of_view = || {
            let missing = || EngineError::Invalid("this change of marks needs a view".into());
            self.view(view.ok_or_else(missing)?)
        };
        let now = self.inner.clock.now_ms();
        let summary = match change {
            SelectionChange::Mark(rows) => marks.mark(of_view()?.view.keys(&rows)),
            SelectionChange::MarkRange(from, to) => marks.mark(of_view()?.view.range_keys(&from, &to)),
            SelectionChange::MarkAll => {
                let open = of_view()?;
                let before = marks.version();
                open.view.readable().await;
                let is_still_wanted = marks.version() == before;
                marks.mark(if is_still_wanted { open.view.all_keys() } else { Vec::new() })
            }
            SelectionChange::Unmark(rows) => marks.unmark(&rows),
            SelectionChange::UnmarkAll => {
                let keys = of_view()?.view.all_keys();
                marks.unmark(&keys.iter().map(ObjectKey::identity).collect::<Vec<_>>())
            }
            SelectionChange::Clear => marks.clear(now),
            SelectionChange::UndoClear => marks.undo_clear(now),
        };
        self.inner.events.send(Event::SelectionChanged(summary.clone()));
        Ok(summary)
    }

    pub(super) fn view(&self, id: &str) -> Result<Arc<OpenView>, EngineError> {
        lock(&self.inner.views)
            .get(id)
            .map(Arc::clone)
            .ok_or_else(|| EngineError::NotOpen { what: "view", id: id.to_owned() })
    }

    /// The one key of a row of a view, as it was under the pointer.
    pub(super) fn row_key(&self, view: &str, row: &Identity) -> Result<ObjectKey, EngineError> {
        let keys = self.view(view)?.view.keys(std::slice::from_ref(row));
        keys.into_iter()
            .next()
            .ok_or_else(|| EngineError::PlanChanged("the row is no longer in this list".into()))
    }

    /// The lists of a request: one for each cluster and namespace.
    fn feeds(&self, request: &ObjectsRequest, filter: &Filter) -> Result<Feeds, EngineError> {
        self.insist_on_one_sort(&request.clusters)?;
        let fields = filter.fields();
        let is_of_several = request.clusters.len() > 1;
        let is_of_one_namespace = matches!(&request.namespaces, Namespaces::Only(only) if only.len() == 1);
        let places: Vec<Option<&ResourceName>> = match &request.namespaces {
            Namespaces::All => vec![None],
            Namespaces::Only(only) if only.is_empty() => {
                let problem = "a list of chosen namespaces names at least one";
                return Err(EngineError::Invalid(problem.into()));
            }
            Namespaces::Only(only) => only.iter().map(Some).collect(),
        };
        let mut feeds = Feeds {
            leading: Leading { with_cluster: is_of_several, ..Leading::default() },
            ..Feeds::default()
        };
        for cluster in &request.clusters {
            let session = self.session(cluster)?;
            let kind = match session.kind(&request.kind) {
                Ok(kind) => kind,
                // The others are shown; this one says why it is not.
                Err(error) if is_of_several => {
                    feeds.lists.push(missing(&session, &error));
                    continue;
                }
                Err(error) => return Err(error),
            };
            if filter.asks_for_uses() && !may_be_unused(&kind) {
                return Err(FilterError::NeverUsed.into());
            }
            let is_namespaced = kind.scope == Scope::Namespaced;
            feeds.leading.with_namespace |= is_namespaced && !is_of_one_namespace;
            let places = if is_namespaced { places.as_slice() } else { &[None] };
            for namespace in places {
                let key = StoreKey {
                    cluster: cluster.clone(),
                    kind: Arc::clone(&kind),
                    namespace: namespace.cloned(),
                    fields: fields.clone(),
                };
                let lease = self.inner.lists.lease(key, &session);
                let snapshots = lease.store().snapshots.clone();
                let uses = filter.asks_for_uses().then(|| self.look_for_uses(&session, *namespace));
                let (cluster, lease) = (Some(cluster.clone()), Some(lease));
                feeds.lists.push(Feed { snapshots, cluster, lease, uses });
            }
        }
        if feeds.lists.is_empty() {
            return Err(EngineError::Invalid("a list names at least one cluster".into()));
        }
        Ok(feeds)
    }

    /// Begins to look for what uses the objects of a list; ends when nobody asks any more.
    fn look_for_uses(
        &self,
        session: &Arc<Session>,
        namespace: Option<&ResourceName>,
    ) -> watch::Receiver<Looked> {
        let (found, uses) = watch::channel(Looked::default());
        let clock = Arc::clone(&self.inner.clock);
        let task = uses::look(Arc::clone(session), namespace.cloned(), clock, found);
        self.inner.tasks.spawn(self.child().run_until_cancelled_owned(task));
        uses
    }

    /// Asks each cluster whether it knows these fields of the kind.
    async fn try_fields(&self, request: &ObjectsRequest, fields: Option<&str>) -> Result<(), EngineError> {
        let Some(fields) = fields else { return Ok(()) };
        for cluster in &request.clusters {
            let session = self.session(cluster)?;
            let (Ok(kind), Ok(signed_in)) = (session.kind(&request.kind), session.signed_in()) else {
                continue;
            };
            let namespace = match &request.namespaces {
                Namespaces::Only(only) => only.first(),
                Namespaces::All => None,
            };
            let wanted = format!("list {} by {fields}", kind.plural);
            let list = ListRequest {
                namespace: namespace.map(ToString::to_string),
                field_selector: Some(fields.to_owned()),
                limit: Some(1),
                include: Include::None,
                ..ListRequest::new(kind)
            };
            signed_in.client.list_table(&list).await.map_err(|error| session.error(&wanted, error))?;
        }
        Ok(())
    }

    fn tray(&self, beside: Option<&OpenView>) -> ListSnapshot {
        let keys = self.inner.marks.keys();
        let names = |cluster: &ClusterId| {
            self.session(cluster).map_or_else(|_| cluster.to_string(), |session| session.name().to_owned())
        };
        // Without marks there is nothing to compare a long list with.
        let beside = beside.filter(|_| !keys.is_empty()).and_then(|beside| beside.beside(&keys));
        tray(&keys, names, beside.as_ref(), &self.inner.marks, self.inner.clock.now_ms())
    }
}

impl OpenView {
    /// The list on screen, as far as these objects are concerned.
    fn beside(&self, keys: &[ObjectKey]) -> Option<Beside> {
        let request = self.request.as_ref()?;
        let contents = self.view.contents(keys);
        Some(Beside {
            clusters: request.clusters.clone(),
            resource: self.view.resource(),
            all: contents.all,
            matching: contents.matching,
            is_complete: contents.is_complete,
            namespaces: match &request.namespaces {
                Namespaces::All => None,
                Namespaces::Only(only) => Some(only.iter().map(ToString::to_string).collect()),
            },
        })
    }
}

/// A cluster that has no such list, or none yet.
fn missing(session: &Session, error: &EngineError) -> Feed {
    let failed = Liveness::Failed { at: session.server_now(), problem: Arc::new(error.describe()) };
    let mut snapshot = chosen([].into(), [], failed);
    snapshot.table.cluster = session.name().into();
    let (_, snapshots) = watch::channel(Arc::new(snapshot));
    Feed { snapshots, cluster: Some(session.id().clone()), lease: None, uses: None }
}

/// Looks again, whenever a session changed and now and then, whether a cluster is missing in a list that could be in it.
/// Holds neither the backend nor the view open.
async fn complete(inner: Weak<Inner>, open: Weak<OpenView>) {
    loop {
        let Some((backend, view)) = inner.upgrade().zip(open.upgrade()) else { return };
        let backend = Backend { inner: backend };
        let Some(request) = &view.request else { return };
        let missing: Vec<_> = view.view.missing().iter().filter_map(|id| backend.session(id).ok()).collect();
        let mut changes: Vec<_> = missing.iter().map(|session| session.changes()).collect();
        if missing.iter().any(|session| session.kind(&request.kind).is_ok()) {
            let filter = lock(&view.filter).clone();
            if let Ok(feeds) = backend.feeds(request, &filter) {
                view.view.set_feeds(feeds);
            }
        }
        drop((backend, view));
        // Kinds come without a change of the session.
        tokio::select! {
            () = any_changed(changes.iter_mut()) => {}
            () = tokio::time::sleep(BETWEEN_LOOKS) => {}
        }
    }
}

/// Publishes the tray whenever the marks, or the list beside, change. Holds neither the backend nor that list open.
async fn keep_tray(
    inner: Weak<Inner>,
    beside: Option<Weak<OpenView>>,
    publish: watch::Sender<Arc<ListSnapshot>>,
) {
    let beside = || beside.as_ref().and_then(Weak::upgrade);
    let Some(mut marks) = inner.upgrade().map(|inner| inner.marks.changes()) else { return };
    let mut list = beside().map(|open| open.view.versions());
    loop {
        tokio::select! {
            changed = marks.changed() => if changed.is_err() { return },
            changed = list_changed(&mut list) => {
                if changed.is_err() {
                    list = None;
                }
                // Marks are looked up in the whole of the list, which may change many times a second.
                tokio::select! {
                    _ = marks.changed() => {}
                    () = tokio::time::sleep(BETWEEN_TRAYS) => {}
                }
            }
        }
        let Some(inner) = inner.upgrade() else { return };
        publish.send_replace(Arc::new(Backend { inner }.tray(beside().as_deref())));
    }
}

/// Waits for a change of the list beside, where there is one.
async fn list_changed(list: &mut Option<watch::Receiver<u64>>) -> Result<(), watch::error::RecvError> {
    match list {
        Some(versions) => versions.changed().await,
        None => std::future::pending().await,
    }
}

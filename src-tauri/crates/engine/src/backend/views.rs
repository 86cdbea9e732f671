//! Views and marks.

use std::sync::{Arc, Weak};

use secateur_domain::{
    ids::{ClusterId, Identity},
    view::Query,
};
use secateur_store::HistoryQuery;
use tokio::sync::watch;

use super::{Backend, Inner, lock, new_id};
use crate::{
    event::{Event, EventSink},
    failure::EngineError,
    list::{ListSnapshot, Namespaces, ObjectList, ObjectsRequest},
    marks::{Beside, SelectionChange, SelectionSummary, tray},
    view::{View, ViewHint, ViewParts, ViewWindow},
};

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

/// A view and the list that it alone reads.
pub(super) struct OpenView {
    pub(super) view: Arc<View>,
    list: Option<ObjectList>,
    request: Option<ObjectsRequest>,
    resource: Option<String>,
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
        let (snapshots, list, request, resource) = match source {
            ViewSource::Objects(request) => {
                let (list, resource) = self.open_list(&request)?;
                (list.snapshots.clone(), Some(list), Some(request), Some(resource))
            }
            ViewSource::Plan(plan) => (self.plan(&plan)?.snapshots(), None, None, None),
            ViewSource::Job(job) => (self.job(&job)?.snapshots.clone(), None, None, None),
            ViewSource::Receipts { job, query } => (self.receipt_rows(&job, &query)?, None, None, None),
            ViewSource::Marked { beside } => {
                // A list that was left in the meantime has nothing to say.
                let beside = beside.and_then(|beside| self.view(&beside).ok());
                let (publish, snapshots) = watch::channel(Arc::new(self.tray(beside.as_deref())));
                let beside = beside.map(|beside| Arc::downgrade(&beside));
                let task = keep_tray(Arc::downgrade(&self.inner), beside, publish);
                self.inner.tasks.spawn(stop.clone().run_until_cancelled_owned(task));
                (snapshots, None, None, None)
            }
        };
        let parts = ViewParts {
            id: id.clone(),
            snapshots,
            query,
            marks: Arc::clone(&self.inner.marks),
            clock: Arc::clone(&self.inner.clock),
            hints,
        };
        let view = View::open(parts, &self.inner.tasks, stop);
        lock(&self.inner.views).insert(id.clone(), Arc::new(OpenView { view, list, request, resource }));
        Ok(id)
    }

    /// Changes filter and order.
    pub fn set_query(&self, view: &str, query: Query) -> Result<(), EngineError> {
        self.view(view)?.view.set_query(query);
        Ok(())
    }

    /// The rows from `start`, at most `count`.
    pub fn window(&self, view: &str, start: usize, count: usize) -> Result<ViewWindow, EngineError> {
        let open = self.view(view)?;
        let known = lock(&self.inner.catalogue);
        Ok(open.view.window(start, count, |row| {
            known.sessions.get(&row.cluster).map_or_else(|| 0, |session| session.server_now())
        }))
    }

    /// Reads the view's list again.
    pub fn refresh(&self, view: &str) -> Result<(), EngineError> {
        if let Some(list) = &self.view(view)?.list {
            list.refresh();
        }
        Ok(())
    }

    /// Closes a view; closing one that is not open does nothing.
    pub fn close_view(&self, view: &str) {
        lock(&self.inner.views).remove(view);
    }

    /// Closes every view, and what else only a page that is gone had open.
    pub fn close_all_views(&self) {
        lock(&self.inner.views).clear();
        lock(&self.inner.restores).drain().for_each(|(_, open)| open.close());
    }

    /// Changes the marks.
    pub fn select(
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
            SelectionChange::MarkAll => marks.mark(of_view()?.view.all_keys()),
            SelectionChange::Unmark(rows) => marks.unmark(&rows),
            SelectionChange::UnmarkAll => marks.unmark(&of_view()?.view.contents().matching),
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
    pub(super) fn row_key(
        &self,
        view: &str,
        row: &Identity,
    ) -> Result<secateur_domain::ids::ObjectKey, EngineError> {
        let keys = self.view(view)?.view.keys(std::slice::from_ref(row));
        keys.into_iter()
            .next()
            .ok_or_else(|| EngineError::PlanChanged("the row is no longer in this list".into()))
    }

    fn open_list(&self, request: &ObjectsRequest) -> Result<(ObjectList, String), EngineError> {
        let mut sources = Vec::new();
        for cluster in &request.clusters {
            let session = self.session(cluster)?;
            let kind = session.kind(&request.kind)?;
            sources.push((session, kind));
        }
        let Some((_, kind)) = sources.first() else {
            return Err(EngineError::Invalid("a list names at least one cluster".into()));
        };
        if matches!(&request.namespaces, Namespaces::Only(only) if only.is_empty()) {
            return Err(EngineError::Invalid("a list of chosen namespaces names at least one".into()));
        }
        let resource = kind.resource();
        let list = ObjectList::open(
            sources,
            &request.namespaces,
            Arc::clone(&self.inner.clock),
            &self.inner.tasks,
            self.child(),
        );
        Ok((list, resource))
    }

    fn tray(&self, beside: Option<&OpenView>) -> ListSnapshot {
        let keys = self.inner.marks.keys();
        let names = |cluster: &ClusterId| {
            self.session(cluster).map_or_else(|_| cluster.to_string(), |session| session.name().to_owned())
        };
        // Without marks there is nothing to compare a long list with.
        let beside = beside.filter(|_| !keys.is_empty()).and_then(OpenView::beside);
        tray(&keys, names, beside.as_ref(), &self.inner.marks, self.inner.clock.now_ms())
    }
}

impl OpenView {
    fn beside(&self) -> Option<Beside> {
        let request = self.request.as_ref()?;
        let contents = self.view.contents();
        Some(Beside {
            clusters: request.clusters.clone(),
            resource: self.resource.clone(),
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
            changed = list_changed(&mut list) => if changed.is_err() { list = None },
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

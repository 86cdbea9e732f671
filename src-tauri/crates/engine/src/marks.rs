//! The marked objects, across views and clusters, as one more list: the tray.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use secateur_domain::{
    ids::{ClusterId, Identity, ObjectKey},
    row::{Column, ColumnKind, Labels, Liveness, Row, RowState},
    selection::Selection,
};
use tokio::sync::watch;

use crate::{
    list::{self, ListSnapshot},
    words::time_of_day,
};

/// How long clearing can be undone.
const UNDO_MS: u64 = 10_000;

/// A change of the marks, made on a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectionChange {
    /// Mark these rows of the view.
    Mark(Vec<Identity>),
    /// Take the mark off these objects.
    Unmark(Vec<Identity>),
    /// Mark from one row of the view to another.
    MarkRange(Identity, Identity),
    /// Mark all that match.
    MarkAll,
    /// Take the mark off all that match.
    UnmarkAll,
    /// Take every mark off.
    Clear,
    /// Take the last `Clear` back.
    UndoClear,
}

/// The marks in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SelectionSummary {
    /// How many.
    pub total: usize,
    /// Of which kinds, most first.
    pub kinds: Vec<(String, usize)>,
    /// In which clusters.
    pub clusters: Vec<(ClusterId, usize)>,
}

#[derive(Default)]
struct State {
    selection: Selection,
    cleared: Option<(Selection, u64)>,
    /// Marked objects that were seen in the list beside, and since when they are not in it any more.
    seen: HashMap<Identity, Option<u64>>,
}

/// The marks of the window.
pub(crate) struct Marks {
    /// Guards the marks; held for moments.
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

impl Marks {
    pub(crate) fn new() -> Self {
        Self { state: Mutex::default(), changed: watch::Sender::new(0) }
    }

    /// Grows with every change.
    pub(crate) fn version(&self) -> u64 {
        *self.changed.borrow()
    }

    /// Tells each change, for views that show marks.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(crate) fn mark(&self, keys: impl IntoIterator<Item = ObjectKey>) -> SelectionSummary {
        self.change(|state| keys.into_iter().for_each(|key| state.selection.mark(key)))
    }

    pub(crate) fn unmark<'a>(&self, identities: impl IntoIterator<Item = &'a Identity>) -> SelectionSummary {
        self.change(|state| identities.into_iter().for_each(|identity| state.selection.unmark(identity)))
    }

    pub(crate) fn clear(&self, now_ms: u64) -> SelectionSummary {
        self.change(|state| state.cleared = Some((state.selection.clear(), now_ms)))
    }

    pub(crate) fn undo_clear(&self, now_ms: u64) -> SelectionSummary {
        self.change(|state| {
            if let Some((selection, cleared_at)) = state.cleared.take()
                && now_ms.saturating_sub(cleared_at) <= UNDO_MS
            {
                selection.keys().into_iter().for_each(|key| state.selection.mark(key.clone()));
            }
        })
    }

    pub(crate) fn keys(&self) -> Vec<ObjectKey> {
        self.lock().selection.keys().into_iter().cloned().collect()
    }

    /// Since when a marked object is gone: known where it was seen in a list before. Call it for each that is in the
    /// list beside, and for each that is missing from it.
    fn gone_since(&self, identity: &Identity, is_there: bool, now_ms: u64) -> Option<u64> {
        let mut state = self.lock();
        if is_there {
            state.seen.insert(identity.clone(), None);
            return None;
        }
        state.seen.get_mut(identity).map(|since| *since.get_or_insert(now_ms))
    }

    /// Runs `read` on the marks, for counting and drawing rows.
    pub(crate) fn with<T>(&self, read: impl FnOnce(&Selection) -> T) -> T {
        read(&self.lock().selection)
    }

    fn change(&self, change: impl FnOnce(&mut State)) -> SelectionSummary {
        let summary = {
            let mut state = self.lock();
            change(&mut state);
            let State { selection, seen, .. } = &mut *state;
            seen.retain(|identity, _| selection.contains(identity));
            summarize(&state.selection)
        };
        self.changed.send_modify(|count| *count += 1);
        summary
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn summarize(selection: &Selection) -> SelectionSummary {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut clusters: BTreeMap<&ClusterId, usize> = BTreeMap::new();
    let keys = selection.keys();
    for key in &keys {
        *kinds.entry(&key.kind.name).or_default() += 1;
        *clusters.entry(&key.cluster).or_default() += 1;
    }
    let mut kinds: Vec<_> = kinds.into_iter().map(|(kind, count)| (kind.to_owned(), count)).collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let clusters = clusters.into_iter().map(|(cluster, count)| (cluster.clone(), count)).collect();
    SelectionSummary { total: keys.len(), kinds, clusters }
}

/// The columns of every list of chosen objects: marks, targets, outcomes.
pub(crate) fn key_columns(before: &[(&str, ColumnKind)], after: &[(&str, ColumnKind)]) -> Arc<[Column]> {
    let of_a_key = [
        ("Kind", ColumnKind::Kind),
        ("Name", ColumnKind::Name),
        ("Namespace", ColumnKind::Namespace),
        ("Cluster", ColumnKind::Cluster),
    ];
    let all = before.iter().chain(&of_a_key).chain(after);
    let column = |&(name, kind): &(&str, ColumnKind)| Column {
        id: name.to_lowercase(),
        name: name.to_owned(),
        description: String::new(),
        kind,
        is_wide: false,
    };
    all.map(column).collect()
}

/// A row for a key under [`key_columns`].
pub(crate) fn key_row(key: &ObjectKey, cluster_name: &str, before: &[&str], after: &[&str]) -> Row {
    let namespace = key.namespace.as_ref().map_or("", |namespace| namespace.as_str());
    let of_a_key = [key.kind.name.as_str(), key.name.as_str(), namespace, cluster_name];
    Row {
        cluster: key.cluster.clone(),
        kind: Arc::clone(&key.kind),
        namespace: key.namespace.clone(),
        name: key.name.as_str().into(),
        uid: Some(key.uid.clone()),
        cells: before.iter().chain(&of_a_key).chain(after).collect(),
        created: None,
        deleted: None,
        printed_at: 0,
        state: RowState::Live,
        labels: Labels::default(),
        finalizers: Box::default(),
        changed_at: None,
        remarks: None,
    }
}

/// The tray as a list. `beside` is the list on screen: marks that are not in it say why and come first.
pub(crate) fn tray(
    keys: &[ObjectKey],
    names: impl Fn(&ClusterId) -> String,
    beside: Option<&Beside>,
    marks: &Marks,
    now_ms: u64,
) -> ListSnapshot {
    let mut rows: Vec<Arc<Row>> = keys
        .iter()
        .map(|key| {
            let mut row = key_row(key, &names(&key.cluster), &[], &[]);
            match beside.and_then(|beside| beside.why_not_in_it(key)) {
                Some(NotIn::Gone) => {
                    row.state = RowState::Gone;
                    let since = marks.gone_since(&key.identity(), false, now_ms);
                    row.set_note(Some(since.map_or_else(
                        || "gone since it was marked".to_owned(),
                        |since| format!("gone since {}", time_of_day(since)),
                    )));
                }
                Some(NotIn::Because(why)) => row.set_note(Some(why.to_owned())),
                None => {}
            }
            if beside.is_some_and(|beside| beside.all.contains(&key.identity())) {
                marks.gone_since(&key.identity(), true, now_ms);
            }
            Arc::new(row)
        })
        .collect();
    rows.sort_by_key(|row| row.note().is_none());
    list::chosen(key_columns(&[], &[]), rows, Liveness::Settled)
}

/// Why a mark is not in the list on screen.
enum NotIn {
    Gone,
    Because(&'static str),
}

/// The list on screen, as far as the tray needs to know it.
pub(crate) struct Beside {
    /// The clusters it shows.
    pub(crate) clusters: Vec<ClusterId>,
    /// The kind it shows, `deployments.apps`.
    pub(crate) resource: Option<String>,
    /// Those of the marked objects that are in it.
    pub(crate) all: std::collections::HashSet<Identity>,
    /// Those that match its filter.
    pub(crate) matching: std::collections::HashSet<Identity>,
    /// Whether all rows have been read, so that what is missing is gone.
    pub(crate) is_complete: bool,
    /// Names of its namespaces; all when absent.
    pub(crate) namespaces: Option<Vec<String>>,
}

impl Beside {
    fn why_not_in_it(&self, key: &ObjectKey) -> Option<NotIn> {
        let identity = key.identity();
        if self.matching.contains(&identity) {
            return None;
        }
        if !self.clusters.contains(&key.cluster) {
            return Some(NotIn::Because("in another cluster than this list"));
        }
        if self.resource.as_ref().is_none_or(|resource| *resource != key.kind.resource()) {
            return Some(NotIn::Because("of another kind than this list"));
        }
        if self.all.contains(&identity) {
            return Some(NotIn::Because("hidden by the filter"));
        }
        let namespace = key.namespace.as_ref().map(ToString::to_string);
        if let (Some(shown), Some(namespace)) = (&self.namespaces, &namespace)
            && !shown.contains(namespace)
        {
            return Some(NotIn::Because("in another namespace than this list"));
        }
        self.is_complete.then_some(NotIn::Gone)
    }
}

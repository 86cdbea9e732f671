//! Watches: what changed since a version, and what changes from then on. A stream runs nothing by itself: it looks
//! when somebody reads it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::{StreamExt, stream};
use secateur_cluster::ResponseBody;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    answer::Form,
    choice::Choice,
    kinds::Kind,
    listing::{Wanted, read_version},
    object,
    server::Cluster,
    state::{Change, State, What},
    status::Refusal,
    table::{Columns, Printer, metadata_of},
};

/// How long a watch may be silent where it may be told that nothing happened.
const BOOKMARK_MS: u64 = 60_000;
/// How long before its time is over a watch is told how far it came.
const FAREWELL_MS: u64 = 2000;
/// The longest sleep: clocks that are driven by hand tell nobody.
const LONGEST_SLEEP: Duration = Duration::from_millis(250);

/// What is watched.
pub(crate) struct Watch {
    kind: Arc<Kind>,
    namespace: Option<String>,
    choice: Choice,
    form: Form,
    printer: Printer,
    /// The version up to which everything was told; before the first look where it begins.
    at: From,
    columns: Columns,
    has_bookmarks: bool,
    /// When something was told last.
    told_ms: u64,
    has_farewell: bool,
    /// When it ends.
    until_ms: u64,
    has_ended: bool,
}

#[derive(Clone, Copy)]
enum From {
    /// All that is there comes first.
    Present,
    Version(u64),
}

impl Watch {
    pub(crate) fn of(state: &State, wanted: &Wanted<'_>) -> Result<Self, Refusal> {
        let Wanted { kind, namespace, query, form } = *wanted;
        let at = match query.get("resourceVersion") {
            "" | "0" => From::Present,
            text => From::Version(read_version(text)?),
        };
        let timeout = query.get("timeoutSeconds").parse::<u64>().ok().filter(|seconds| *seconds > 0);
        let now_ms = state.now_ms();
        Ok(Self {
            kind: Arc::clone(kind),
            namespace: namespace.map(str::to_owned),
            choice: Choice::of(query, kind)?,
            form,
            printer: Printer::of(kind, query)?,
            at,
            columns: Columns::Defined,
            has_bookmarks: query.is("allowWatchBookmarks"),
            told_ms: now_ms,
            has_farewell: false,
            until_ms: timeout.map_or(u64::MAX, |seconds| now_ms.saturating_add(seconds.saturating_mul(1000))),
            has_ended: false,
        })
    }

    /// The lines that are to be told now, and how long it may sleep where there are none.
    fn look(&mut self, state: &State) -> (String, Duration) {
        let now_ms = state.now_ms();
        let farewell_ms = self.until_ms.saturating_sub(FAREWELL_MS);
        let mut lines = self.news(state);
        if lines.is_empty() {
            let is_farewell = now_ms >= farewell_ms && !self.has_farewell;
            if is_farewell || now_ms.saturating_sub(self.told_ms) >= BOOKMARK_MS {
                self.has_farewell |= is_farewell;
                self.told_ms = now_ms;
                if self.has_bookmarks {
                    lines = self.bookmark(state);
                }
            }
        } else {
            self.told_ms = now_ms;
        }
        self.has_ended |= now_ms >= self.until_ms;
        let end_ms = if self.has_farewell { self.until_ms } else { farewell_ms };
        let wake_ms = self.told_ms.saturating_add(BOOKMARK_MS).min(end_ms);
        let wake_ms = state.next_errand_ms().map_or(wake_ms, |due| due.min(wake_ms));
        let sleep = Duration::from_millis(wake_ms.saturating_sub(now_ms).max(1));
        (lines, sleep.min(LONGEST_SLEEP))
    }

    /// What it was not told yet.
    fn news(&mut self, state: &State) -> String {
        let events: Vec<_> = match self.at {
            From::Present => {
                let resource = self.kind.resource();
                let present = state.list(&resource, self.namespace.as_deref());
                let chosen = present.filter(|object| self.choice.takes(object));
                chosen.map(|object| ("ADDED", Arc::clone(object))).collect()
            }
            From::Version(version) => match state.changes_since(version) {
                Some(changes) => changes.filter_map(|change| self.event(change)).collect(),
                None => return self.too_old(version, state),
            },
        };
        // A version that is still to come is waited for.
        self.at = From::Version(match self.at {
            From::Version(version) => version.max(state.version()),
            From::Present => state.version(),
        });
        events.iter().map(|(kind, object)| self.line(kind, object, state.now_ms())).collect()
    }

    /// What a change is for who chose some of the objects.
    fn event(&self, change: &Change) -> Option<(&'static str, Arc<Value>)> {
        let is_here = *change.kind == self.kind.resource()
            && self
                .namespace
                .as_deref()
                .is_none_or(|namespace| namespace == object::namespace(&change.object));
        if !is_here {
            return None;
        }
        let was_taken = change.before.as_ref().is_some_and(|before| self.choice.takes(before));
        let is_taken = change.what != What::Removed && self.choice.takes(&change.object);
        let object = Arc::clone(&change.object);
        match (was_taken, is_taken) {
            (false, true) => Some(("ADDED", object)),
            (true, true) => Some(("MODIFIED", object)),
            // As it was when it was chosen last, at this version.
            (true, false) => {
                let mut last = change.before.as_deref().cloned()?;
                object::set(&mut last, "/metadata/resourceVersion", change.version.to_string());
                Some(("DELETED", Arc::new(last)))
            }
            (false, false) => None,
        }
    }

    fn line(&mut self, kind: &str, object: &Arc<Value>, now_ms: u64) -> String {
        let object = match self.form {
            Form::Whole => Value::clone(object),
            Form::Metadata => metadata_of(object),
            Form::Table => {
                let columns = std::mem::replace(&mut self.columns, Columns::Known);
                self.printer.table_of_one(object, now_ms, columns)
            }
        };
        written(kind, &object)
    }

    fn bookmark(&mut self, state: &State) -> String {
        let empty = json!({
            "kind": self.kind.name,
            "apiVersion": self.kind.api_version(),
            "metadata": {"resourceVersion": state.version().to_string(), "creationTimestamp": null},
        });
        self.line("BOOKMARK", &Arc::new(empty), state.now_ms())
    }

    fn too_old(&mut self, version: u64, state: &State) -> String {
        self.has_ended = true;
        let message = format!("too old resource version: {version} ({})", state.forgotten());
        written("ERROR", &Refusal::expired(message).to_json())
    }
}

fn written(kind: &str, object: &Value) -> String {
    format!("{}\n", json!({"type": kind, "object": object}))
}

/// An open watch's stream.
struct Open {
    cluster: Arc<Cluster>,
    watch: Watch,
    changed: watch::Receiver<u64>,
}

/// The stream of a watch; it ends with its time, or when it is dropped.
pub(crate) fn open(cluster: Arc<Cluster>, watch: Watch) -> ResponseBody {
    let changed = cluster.changes();
    let open = Open { cluster, watch, changed };
    stream::unfold(open, |mut open| async move {
        while !open.watch.has_ended {
            open.changed.mark_unchanged();
            let (lines, sleep) = open.cluster.with(|state| open.watch.look(state));
            if !lines.is_empty() {
                return Some((Ok(Bytes::from(lines)), open));
            }
            // Whether it changed or the time came, it looks again.
            let _ = tokio::time::timeout(sleep, open.changed.changed()).await;
        }
        None
    })
    .fuse()
    .boxed()
}

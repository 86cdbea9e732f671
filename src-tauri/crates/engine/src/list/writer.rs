//! Holds the rows of one list. The only task that writes them; publishes at most 30 snapshots a second.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use secateur_domain::row::{Column, Liveness, Row, Warning};
use tokio::sync::{mpsc, watch};

use super::{ListSnapshot, Message};
use crate::{clock::Clock, failure::Failure};

const BETWEEN_SNAPSHOTS: Duration = Duration::from_millis(33);
/// Warnings of a list: whoever looks at it reads no more, and each window brings them along.
const WARNINGS: usize = 5;

/// Rows are kept in the server's own order: by `namespace/name`, then by reader.
type Position = (Box<str>, usize);

struct Held {
    row: Arc<Row>,
    /// The list that had it last: older ones go when a list is complete.
    list: u64,
}

struct Source {
    list: u64,
    phase: Phase,
    remaining: Option<u64>,
    /// What the server warned of, in the list that said so last.
    warnings: Vec<Warning>,
    warned_in: u64,
}

impl Source {
    fn warn(&mut self, warnings: Vec<Warning>) {
        if std::mem::replace(&mut self.warned_in, self.list) != self.list {
            self.warnings.clear();
        }
        add(&mut self.warnings, warnings);
    }
}

enum Phase {
    Opening,
    Reading,
    Live,
    Troubled { failure: Arc<Failure>, as_of: i64, has_read: bool },
}

pub(super) struct Writer {
    columns: Arc<[Column]>,
    rows: BTreeMap<Position, Held>,
    sources: Vec<Source>,
    clock: Arc<dyn Clock>,
    publish: watch::Sender<Arc<ListSnapshot>>,
}

/// What is known before anything came.
pub(super) fn opening() -> ListSnapshot {
    ListSnapshot { columns: [].into(), rows: [].into(), liveness: Liveness::Opening, warnings: [].into() }
}

impl Writer {
    pub(super) fn new(
        sources: usize,
        clock: Arc<dyn Clock>,
        publish: watch::Sender<Arc<ListSnapshot>>,
    ) -> Self {
        let source =
            || Source { list: 0, phase: Phase::Opening, remaining: None, warnings: Vec::new(), warned_in: 0 };
        let sources = std::iter::repeat_with(source).take(sources).collect();
        Self { columns: [].into(), rows: BTreeMap::new(), sources, clock, publish }
    }

    /// Runs until the list is closed.
    pub(super) async fn run(mut self, mut inbox: mpsc::Receiver<Message>) {
        while let Some(message) = inbox.recv().await {
            self.apply(message);
            while let Ok(message) = inbox.try_recv() {
                self.apply(message);
            }
            self.publish.send_replace(Arc::new(self.snapshot()));
            tokio::time::sleep(BETWEEN_SNAPSHOTS).await;
        }
    }

    fn apply(&mut self, message: Message) {
        match message {
            Message::Began { reader } => {
                if let Some(source) = self.sources.get_mut(reader) {
                    source.list += 1;
                    if matches!(source.phase, Phase::Opening) {
                        source.phase = Phase::Reading;
                    }
                }
            }
            Message::Page { reader, columns, rows, remaining, warnings } => {
                if self.columns.is_empty() {
                    self.columns = columns;
                }
                if let Some(source) = self.sources.get_mut(reader) {
                    source.remaining = remaining;
                    source.warn(warnings);
                    if !matches!(source.phase, Phase::Live) {
                        source.phase = Phase::Reading;
                    }
                }
                for row in rows {
                    self.put(reader, row, None);
                }
            }
            Message::Completed { reader } => self.complete(reader),
            Message::Upserted { reader, row } => {
                let now = self.clock.now_ms();
                self.put(reader, row, Some(now));
            }
            Message::Removed { reader, row } => {
                let position = position(reader, &row);
                // A late removal of an earlier object does not take its namesake away.
                if self.rows.get(&position).is_some_and(|held| held.row.uid == row.uid) {
                    self.rows.remove(&position);
                }
            }
            Message::Troubled { reader, failure, as_of } => self.trouble(reader, failure, as_of),
        }
    }

    fn put(&mut self, reader: usize, mut row: Row, now: Option<u64>) {
        let list = self.sources.get(reader).map_or(0, |source| source.list);
        let position = position(reader, &row);
        if let Some(held) = self.rows.get_mut(&position) {
            held.list = list;
            row.changed_at = held.row.changed_at;
            if *held.row == row {
                return;
            }
        }
        row.changed_at = now;
        self.rows.insert(position, Held { row: Arc::new(row), list });
    }

    fn complete(&mut self, reader: usize) {
        let Some(source) = self.sources.get_mut(reader) else { return };
        source.phase = Phase::Live;
        source.remaining = None;
        let list = source.list;
        self.rows.retain(|(_, of), held| *of != reader || held.list == list);
    }

    fn trouble(&mut self, reader: usize, failure: Arc<Failure>, as_of: i64) {
        let Some(source) = self.sources.get_mut(reader) else { return };
        source.phase = match &source.phase {
            // What was stale stays as of when it became so.
            Phase::Troubled { as_of, has_read, .. } => {
                Phase::Troubled { failure, as_of: *as_of, has_read: *has_read }
            }
            Phase::Opening => Phase::Troubled { failure, as_of, has_read: false },
            Phase::Reading | Phase::Live => {
                let has_read =
                    self.rows.keys().any(|(_, of)| *of == reader) || matches!(source.phase, Phase::Live);
                Phase::Troubled { failure, as_of, has_read }
            }
        };
    }

    fn snapshot(&self) -> ListSnapshot {
        ListSnapshot {
            columns: Arc::clone(&self.columns),
            rows: self.rows.values().map(|held| Arc::clone(&held.row)).collect(),
            liveness: self.liveness(),
            warnings: self.warnings(),
        }
    }

    /// Each text once for each cluster.
    fn warnings(&self) -> Arc<[Warning]> {
        let mut warnings = Vec::new();
        add(&mut warnings, self.sources.iter().flat_map(|source| source.warnings.iter().cloned()));
        warnings.into()
    }

    fn liveness(&self) -> Liveness<Arc<Failure>> {
        let mut troubled = self.sources.iter().filter_map(|source| match &source.phase {
            Phase::Troubled { failure, as_of, has_read } => Some((failure, *as_of, *has_read)),
            _ => None,
        });
        if let Some((failure, as_of, has_read)) = troubled.next() {
            let problem = Arc::clone(failure);
            let is_nothing_read = !has_read && troubled.all(|(_, _, has_read)| !has_read);
            return if is_nothing_read && self.rows.is_empty() {
                Liveness::Failed { problem }
            } else {
                Liveness::Stale { as_of, problem }
            };
        }
        let is_live = self.sources.iter().all(|source| matches!(source.phase, Phase::Live));
        match (is_live, self.columns.is_empty()) {
            (true, _) => Liveness::Live,
            (false, true) => Liveness::Opening,
            (false, false) => Liveness::Reading { about: self.about() },
        }
    }

    /// How many rows there may be in all, if every source said so.
    fn about(&self) -> Option<u64> {
        let remaining: u64 = self.sources.iter().map(|source| source.remaining).sum::<Option<u64>>()?;
        Some(remaining + self.rows.len() as u64)
    }
}

/// Adds those that are not there yet, as long as there is room.
fn add(said: &mut Vec<Warning>, warnings: impl IntoIterator<Item = Warning>) {
    for warning in warnings {
        if said.len() < WARNINGS && !said.contains(&warning) {
            said.push(warning);
        }
    }
}

fn position(reader: usize, row: &Row) -> Position {
    let name = match &row.namespace {
        Some(namespace) => format!("{namespace}/{}", row.name),
        None => row.name.to_string(),
    };
    (name.into(), reader)
}

#[cfg(test)]
mod tests {
    use secateur_domain::{
        ids::{ResourceName, Uid},
        kind::Scope,
        row::{ColumnKind, RowState},
    };

    use super::*;
    use crate::{
        clock::SystemClock,
        failure::Code,
        testing::{cluster, kind},
    };

    fn writer(sources: usize) -> Writer {
        let (publish, _) = watch::channel(Arc::new(opening()));
        Writer::new(sources, Arc::new(SystemClock), publish)
    }

    fn row(name: &str, uid: &str, cell: &str) -> Row {
        Row {
            cluster: cluster("garden"),
            kind: kind("", "configmaps", "ConfigMap", Scope::Namespaced),
            namespace: ResourceName::parse("ns").ok(),
            name: name.into(),
            uid: Uid::parse(uid).ok(),
            cells: [cell.into()].into(),
            created: None,
            state: RowState::Live,
            finalizers: Box::default(),
            note: None,
            changed_at: None,
            outcome: None,
            rehearsal: None,
        }
    }

    fn page(reader: usize, rows: Vec<Row>, remaining: Option<u64>) -> Message {
        let column = Column {
            id: "Name".into(),
            name: "Name".into(),
            description: String::new(),
            kind: ColumnKind::Name,
            is_wide: false,
        };
        Message::Page { reader, columns: [column].into(), rows, remaining, warnings: Vec::new() }
    }

    fn failure() -> Arc<Failure> {
        Arc::new(Failure::new(Code::Unreachable, "no answer".into()))
    }

    fn names(writer: &Writer) -> Vec<String> {
        writer.snapshot().rows.iter().map(|row| row.name.to_string()).collect()
    }

    #[test]
    fn a_list_that_is_read_again_keeps_its_rows_until_it_is_complete() {
        let mut writer = writer(1);
        writer.apply(Message::Began { reader: 0 });
        writer.apply(page(0, vec![row("a", "1", ""), row("b", "2", "")], None));
        writer.apply(Message::Completed { reader: 0 });
        writer.apply(Message::Began { reader: 0 });
        writer.apply(page(0, vec![row("b", "2", ""), row("c", "3", "")], None));
        assert_eq!(names(&writer), ["a", "b", "c"]);
        assert_eq!(writer.liveness(), Liveness::Live);
        writer.apply(Message::Completed { reader: 0 });
        assert_eq!(names(&writer), ["b", "c"]);
    }

    #[test]
    fn the_late_removal_of_an_object_leaves_its_namesake() {
        let mut writer = writer(1);
        writer.apply(Message::Upserted { reader: 0, row: row("a", "2", "") });
        writer.apply(Message::Removed { reader: 0, row: row("a", "1", "") });
        assert_eq!(names(&writer), ["a"]);
        writer.apply(Message::Removed { reader: 0, row: row("a", "2", "") });
        assert!(names(&writer).is_empty());
    }

    #[test]
    fn only_a_change_that_is_one_is_shown_as_one() {
        let mut writer = writer(1);
        writer.apply(page(0, vec![row("a", "1", "x")], None));
        writer.apply(Message::Upserted { reader: 0, row: row("a", "1", "x") });
        assert_eq!(writer.snapshot().rows[0].changed_at, None);
        writer.apply(Message::Upserted { reader: 0, row: row("a", "1", "y") });
        assert!(writer.snapshot().rows[0].changed_at.is_some());
    }

    #[test]
    fn a_list_is_opening_then_reading_then_live() {
        let mut writer = writer(1);
        assert_eq!(writer.liveness(), Liveness::Opening);
        writer.apply(Message::Began { reader: 0 });
        assert_eq!(writer.liveness(), Liveness::Opening);
        writer.apply(page(0, vec![row("a", "1", "")], Some(41)));
        assert_eq!(writer.liveness(), Liveness::Reading { about: Some(42) });
        writer.apply(Message::Completed { reader: 0 });
        assert_eq!(writer.liveness(), Liveness::Live);
    }

    #[test]
    fn what_could_never_be_read_has_failed_and_what_was_read_is_stale() {
        let mut writer = writer(1);
        writer.apply(Message::Troubled { reader: 0, failure: failure(), as_of: 7 });
        assert_eq!(writer.liveness(), Liveness::Failed { problem: failure() });
        writer.apply(Message::Began { reader: 0 });
        writer.apply(page(0, vec![], None));
        writer.apply(Message::Completed { reader: 0 });
        writer.apply(Message::Troubled { reader: 0, failure: failure(), as_of: 9 });
        writer.apply(Message::Troubled { reader: 0, failure: failure(), as_of: 11 });
        assert_eq!(writer.liveness(), Liveness::Stale { as_of: 9, problem: failure() });
    }

    fn warned(reader: usize, texts: &[&str]) -> Message {
        let Message::Page { columns, rows, remaining, .. } = page(reader, vec![], None) else {
            panic!("a page is one")
        };
        let warning = |text: &&str| Warning { cluster: cluster("garden"), text: (*text).to_owned() };
        Message::Page { reader, columns, rows, remaining, warnings: texts.iter().map(warning).collect() }
    }

    fn warnings(writer: &Writer) -> Vec<String> {
        writer.snapshot().warnings.iter().map(|warning| warning.text.clone()).collect()
    }

    #[test]
    fn fault_53_what_is_warned_of_by_every_page_and_place_is_said_once_and_not_without_end() {
        let mut writer = writer(2);
        for reader in [0, 1] {
            writer.apply(Message::Began { reader });
            writer.apply(warned(reader, &["old"]));
            writer.apply(warned(reader, &["old"]));
        }
        assert_eq!(warnings(&writer), ["old"]);
        let many: Vec<String> = (0..100).map(|number| format!("warning {number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        writer.apply(warned(1, &many));
        assert_eq!(warnings(&writer).len(), WARNINGS);
    }

    #[test]
    fn what_a_list_that_is_read_again_warns_of_takes_the_place_of_what_it_warned_of() {
        let mut writer = writer(1);
        writer.apply(Message::Began { reader: 0 });
        writer.apply(warned(0, &["old"]));
        writer.apply(Message::Completed { reader: 0 });
        writer.apply(Message::Began { reader: 0 });
        assert_eq!(warnings(&writer), ["old"], "it is said until the new list says otherwise");
        writer.apply(warned(0, &[]));
        assert!(warnings(&writer).is_empty());
    }

    #[test]
    fn one_namespace_that_fails_does_not_hide_the_rows_of_another() {
        let mut writer = writer(2);
        writer.apply(page(0, vec![row("a", "1", "")], None));
        writer.apply(Message::Completed { reader: 0 });
        writer.apply(Message::Troubled { reader: 1, failure: failure(), as_of: 9 });
        assert_eq!(names(&writer), ["a"]);
        assert!(matches!(writer.liveness(), Liveness::Stale { .. }));
    }
}

use secateur_domain::{
    ids::Uid,
    kind::Scope,
    row::{Cells, ColumnKind, Labels},
};

use super::*;
use crate::{
    clock::SystemClock,
    failure::Code,
    testing::{cluster, kind},
};

fn writer() -> Writer {
    let (publish, _) = watch::channel(Arc::new(opening("garden")));
    Writer::new(&cluster("garden"), "garden", Arc::new(SystemClock), publish)
}

fn row(name: &str, uid: &str, cell: &str) -> Row {
    Row {
        cluster: cluster("garden"),
        kind: kind("", "configmaps", "ConfigMap", Scope::Namespaced),
        namespace: ResourceName::parse("ns").ok(),
        name: name.into(),
        uid: Uid::parse(uid).ok(),
        cells: [cell].into_iter().collect::<Cells>(),
        created: None,
        deleted: None,
        printed_at: 0,
        state: if uid.is_empty() { RowState::Awaited } else { RowState::Live },
        labels: Labels::default(),
        finalizers: Box::default(),
        changed_at: None,
        remarks: None,
    }
}

fn page(rows: Vec<Row>) -> Message {
    let column = Column {
        id: "Name".into(),
        name: "Name".into(),
        description: String::new(),
        kind: ColumnKind::Name,
        is_wide: false,
    };
    Message::Page { columns: [column].into(), rows, warnings: Vec::new() }
}

fn upserted(name: &str, uid: &str, cell: &str, version: u64) -> Message {
    Message::Upserted { row: row(name, uid, cell), version }
}

fn removed(name: &str, uid: &str, version: u64) -> Message {
    Message::Removed { row: row(name, uid, ""), version }
}

fn failure() -> Arc<Failure> {
    Arc::new(Failure::new(Code::Unreachable, "no answer".into()))
}

/// A writer that was told all this.
fn told(messages: impl IntoIterator<Item = Message>) -> Writer {
    let mut writer = writer();
    tell(&mut writer, messages);
    writer
}

fn tell(writer: &mut Writer, messages: impl IntoIterator<Item = Message>) {
    messages.into_iter().for_each(|message| writer.apply(message));
}

/// `name uid cell`, by name.
fn rows(writer: &Writer) -> Vec<String> {
    let snapshot = writer.snapshot();
    let printed = snapshot.table.rows.iter().map(|(_, row)| {
        let uid = row.uid.as_ref().map_or("-", Uid::as_str);
        format!("{} {uid} {}", row.name, row.cells.get(0).unwrap_or_default())
    });
    let mut printed: Vec<_> = printed.collect();
    printed.sort();
    printed
}

#[test]
fn fault_49_a_list_that_is_read_again_keeps_its_rows_until_it_is_complete() {
    let first = [Message::Began, page(vec![row("a", "1", "x"), row("b", "2", "x")]), Message::Completed];
    let again = [Message::Began, page(vec![row("b", "2", "x"), row("c", "3", "x")])];
    let mut writer = told(first.into_iter().chain(again));
    assert_eq!(rows(&writer), ["a 1 x", "b 2 x", "c 3 x"]);
    writer.apply(Message::Completed);
    assert_eq!(rows(&writer), ["b 2 x", "c 3 x"]);
}

#[test]
fn a_place_that_a_row_left_is_taken_by_another() {
    let writer = told([
        page(vec![row("a", "1", ""), row("b", "2", "")]),
        Message::Completed,
        removed("a", "1", 5),
        upserted("c", "3", "", 6),
    ]);
    assert_eq!(rows(&writer), ["b 2 ", "c 3 "]);
    assert_eq!(writer.table.rows.places(), 2);
}

#[test]
fn the_late_removal_of_an_object_leaves_its_namesake() {
    let mut writer = told([Message::Completed, upserted("a", "2", "", 0), removed("a", "1", 0)]);
    assert_eq!(rows(&writer), ["a 2 "]);
    writer.apply(removed("a", "2", 0));
    assert!(rows(&writer).is_empty());
}

#[test]
fn fault_64_of_two_rows_with_one_uid_the_first_has_it_until_it_goes() {
    let mut writer = told([
        Message::Began,
        page(vec![row("a", "1", ""), row("b", "1", ""), row("c", "3", "")]),
        Message::Completed,
    ]);
    assert_eq!(rows(&writer), ["a 1 ", "b - ", "c 3 "]);
    tell(&mut writer, [upserted("b", "1", "again", 5), upserted("c", "1", "", 6)]);
    assert_eq!(rows(&writer), ["a 1 ", "b - again", "c - "], "nor does a change bring it");
    tell(&mut writer, [removed("a", "1", 7), upserted("c", "1", "", 8)]);
    assert_eq!(rows(&writer), ["b - again", "c 1 "], "it is free with the row that had it");
    let again = [Message::Began, page(vec![row("b", "1", "")]), Message::Completed];
    tell(&mut writer, again);
    tell(&mut writer, [upserted("b", "1", "", 9)]);
    assert_eq!(rows(&writer), ["b 1 "]);
}

#[test]
fn fault_50_what_a_watch_says_twice_too_late_or_of_nothing_changes_nothing() {
    let writer = told([
        page(vec![row("a", "1", "old")]),
        Message::Completed,
        upserted("a", "1", "new", 8),
        upserted("a", "1", "new", 8),
        upserted("a", "1", "older", 7),
        removed("unknown", "9", 9),
        upserted("b", "2", "", 10),
        removed("b", "2", 12),
        upserted("b", "2", "", 11),
    ]);
    assert_eq!(rows(&writer), ["a 1 new"]);
}

#[test]
fn what_the_watch_told_counts_more_than_the_list_that_is_being_read() {
    let writer = told([
        Message::Began,
        page(vec![row("a", "1", "old"), row("b", "2", "old")]),
        upserted("a", "1", "new", 8),
        removed("b", "2", 9),
        upserted("c", "3", "new", 10),
        page(vec![row("a", "1", "old"), row("b", "2", "old"), row("d", "4", "old")]),
        Message::Completed,
    ]);
    assert_eq!(rows(&writer), ["a 1 new", "c 3 new", "d 4 old"]);
}

#[test]
fn metadata_takes_the_place_of_cells_and_not_the_other_way_round() {
    let mut writer = told([
        Message::Began,
        page(vec![row("a", "1", "x")]),
        page(vec![row("a", "", "x"), row("b", "", "x")]),
    ]);
    assert_eq!(rows(&writer), ["a 1 x", "b - x"]);
    writer.apply(page(vec![row("b", "2", "x")]));
    assert_eq!(rows(&writer), ["a 1 x", "b 2 x"]);
}

#[test]
fn only_a_change_that_is_one_is_shown_as_one() {
    let mut writer = told([page(vec![row("a", "1", "x")]), Message::Completed]);
    let changed_at = |writer: &Writer| writer.table.rows.get(0).expect("a row").changed_at;
    writer.apply(Message::Upserted { row: Row { printed_at: 7, ..row("a", "1", "x") }, version: 1 });
    assert_eq!(changed_at(&writer), None, "that it was printed later is no change");
    writer.apply(upserted("a", "1", "y", 2));
    assert!(changed_at(&writer).is_some());
}

#[test]
fn a_list_is_opening_then_reading_then_live() {
    let mut writer = writer();
    assert_eq!(writer.liveness(), Liveness::Opening);
    writer.apply(Message::Began);
    assert_eq!(writer.liveness(), Liveness::Opening);
    writer.apply(page(vec![row("a", "1", "")]));
    writer.apply(Message::Counted { about: Some(42) });
    assert_eq!(writer.liveness(), Liveness::Reading { about: Some(42) });
    writer.apply(Message::Completed);
    assert_eq!(writer.liveness(), Liveness::Live);
}

#[test]
fn what_could_never_be_read_has_failed_and_what_was_read_is_stale_until_all_of_it_was_again() {
    let trouble = |as_of| Message::Troubled { failure: failure(), as_of };
    let stale = |as_of, is_partial| Liveness::Stale { as_of, problem: failure(), is_partial };
    let mut writer = told([trouble(7)]);
    assert_eq!(writer.liveness(), Liveness::Failed { at: 7, problem: failure() });
    tell(&mut writer, [Message::Began, page(vec![row("a", "1", "")]), trouble(8)]);
    assert_eq!(writer.liveness(), stale(8, true), "the list was not read to its end");
    tell(&mut writer, [Message::Began, page(vec![]), Message::Completed, trouble(9), trouble(11)]);
    assert_eq!(writer.liveness(), stale(9, false));
    tell(&mut writer, [Message::Began, page(vec![row("b", "2", "")])]);
    assert_eq!(writer.liveness(), stale(9, false));
    writer.apply(Message::Completed);
    assert_eq!(writer.liveness(), Liveness::Live);
}

fn warned(texts: &[&str]) -> Message {
    let Message::Page { columns, rows, .. } = page(vec![]) else { panic!("a page is one") };
    Message::Page { columns, rows, warnings: texts.iter().map(ToString::to_string).collect() }
}

fn warnings(writer: &Writer) -> Vec<String> {
    writer.snapshot().warnings.iter().map(|warning| warning.text.clone()).collect()
}

#[test]
fn fault_53_what_is_warned_of_by_every_page_is_said_once_and_not_without_end() {
    let mut writer = told([Message::Began, warned(&["old"]), warned(&["old"])]);
    assert_eq!(warnings(&writer), ["old"]);
    let many: Vec<String> = (0..100).map(|number| format!("warning {number}")).collect();
    writer.apply(warned(&many.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(warnings(&writer).len(), WARNINGS);
}

#[test]
fn what_a_list_that_is_read_again_warns_of_takes_the_place_of_what_it_warned_of() {
    let mut writer = told([Message::Began, warned(&["old"]), Message::Completed, Message::Began]);
    assert_eq!(warnings(&writer), ["old"], "it is said until the new list says otherwise");
    writer.apply(warned(&[]));
    assert!(warnings(&writer).is_empty());
}

#[tokio::test(start_paused = true)]
async fn readers_do_not_wait_for_the_next_snapshot() {
    let (publish, mut snapshots) = watch::channel(Arc::new(opening("garden")));
    let writer = Writer::new(&cluster("garden"), "garden", Arc::new(SystemClock), publish);
    let (messages, inbox) = mpsc::channel(16);
    let began = Instant::now();
    let telling = async {
        let changes = (1..=10_000).map(|version| upserted("a", "1", &version.to_string(), version));
        for message in std::iter::once(page(Vec::new())).chain(changes) {
            assert!(messages.send(message).await.is_ok(), "the writer runs");
        }
        let is_last = |snapshot: &Arc<ListSnapshot>| {
            snapshot.table.rows.get(0).is_some_and(|row| row.cells.get(0) == Some("10000"))
        };
        assert!(snapshots.wait_for(is_last).await.is_ok(), "it is published");
    };
    tokio::select! {
        () = writer.run(inbox) => panic!("the writer ended"),
        () = telling => {}
    }
    assert!(began.elapsed() <= 2 * BETWEEN_SNAPSHOTS, "{:?}", began.elapsed());
}

#[test]
fn a_row_that_changed_holds_the_texts_that_it_held_before() {
    let mut writer = told([Message::Began, page(vec![row("a", "1", "one")]), Message::Completed]);
    let before = writer.snapshot().table.rows.get(0).cloned().expect("a row");
    tell(&mut writer, [upserted("a", "1", "two", 5)]);
    let after = writer.snapshot().table.rows.get(0).cloned().expect("a row");
    assert!(!Arc::ptr_eq(&before, &after), "it changed");
    assert!(Arc::ptr_eq(&before.name, &after.name), "its name is held once");
}

#[test]
fn rows_that_come_hold_once_what_they_have_in_common() {
    let writer = told([upserted("a", "1", "one", 5), upserted("b", "2", "two", 6)]);
    let namespaces: Vec<_> =
        writer.snapshot().table.rows.iter().map(|(_, row)| row.namespace.clone()).collect();
    let texts: Vec<*const u8> = namespaces.iter().flatten().map(|name| name.as_str().as_ptr()).collect();
    assert_eq!(texts.len(), 2);
    assert_eq!(texts[0], texts[1], "the name of their namespace");
}

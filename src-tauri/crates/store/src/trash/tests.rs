use std::fs;

use super::*;
use crate::{KeyPlace, object::tests::config_map, testing::SmallDisk};

/// What no file may hold.
const SECRET: &str = "planted-cGxhbnRlZA";

fn copy(name: &str, ordinal: u32, role: CopyRole, at: i64) -> NewCopy {
    let object = config_map(name);
    NewCopy {
        job: "job".into(),
        ordinal,
        role,
        cluster: object.cluster.clone(),
        fingerprint: "print".into(),
        body: Zeroizing::new(format!("{{\"name\": \"{name}\", \"data\": \"{SECRET}\"}}").into_bytes()),
        object,
        at,
    }
}

fn target(name: &str, ordinal: u32, at: i64) -> NewCopy {
    copy(name, ordinal, CopyRole::Target, at)
}

fn open(dir: &Path, vault: &Vault) -> Trash {
    Trash::open(dir, vault.clone()).expect("a trash")
}

fn memory() -> Vault {
    Vault::open(KeyPlace::Memory)
}

fn names(rows: &[CopyRow]) -> Vec<&str> {
    rows.iter().map(|row| row.object.name.as_str()).collect()
}

fn files(dir: &Path) -> Vec<Vec<u8>> {
    fs::read_dir(dir)
        .expect("a folder")
        .flatten()
        .map(|entry| fs::read(entry.path()).expect("a file"))
        .collect()
}

/// What all files of the folder take.
fn size(dir: &Path) -> usize {
    files(dir).iter().map(Vec::len).sum()
}

/// Whether some file of the folder holds `text`.
fn holds(dir: &Path, text: &str) -> bool {
    files(dir).iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[test]
fn a_targets_own_copy_comes_first_and_reads_back_after_a_restart() {
    let dir = tempfile::tempdir().expect("a folder");
    let vault = memory();
    let trash = open(dir.path(), &vault);
    let copies = [copy("pod", 1, CopyRole::Dependant, 5), target("set", 1, 6), target("other", 0, 7)];
    trash.put_all(&copies).expect("kept");
    drop(trash);
    let trash = open(dir.path(), &vault);
    let rows = trash.of_target("job", 1).expect("rows");
    assert_eq!(names(&rows), ["set", "pod"]);
    assert_eq!(rows[0].object, copies[1].object);
    assert_eq!((rows[0].role, rows[0].at, rows[0].is_readable), (CopyRole::Target, 6, true));
    assert_eq!(trash.row(rows[0].id).expect("read").as_ref(), rows.first());
    assert_eq!(*trash.body(rows[1].id).expect("a body"), *copies[0].body);
    assert_eq!(names(&trash.rows().expect("rows")), ["other", "set", "pod"], "the newest first");
    let stats = trash.stats().expect("numbers");
    assert_eq!((stats.count, stats.readable), (3, 3));
    assert_eq!(
        stats.bytes,
        rows[0].bytes + rows[1].bytes + trash.of_target("job", 0).expect("rows")[0].bytes
    );
    assert_eq!(trash.of_target("another", 1).expect("rows"), []);
}

#[test]
fn no_file_holds_what_a_body_holds() {
    let dir = tempfile::tempdir().expect("a folder");
    let trash = open(dir.path(), &memory());
    let copies: Vec<_> = (0..200).map(|at| target(&format!("a-{at}"), at, 1)).collect();
    trash.put_all(&copies).expect("kept");
    assert!(holds(dir.path(), "uid-of-a-7"), "what is looked for is found where it is");
    assert!(!holds(dir.path(), SECRET));
    assert!(!format!("{:?}", copies[0]).contains(SECRET));
    drop(trash);
    assert!(!holds(dir.path(), SECRET), "nor after everything was written to its place");
}

#[test]
fn under_another_key_a_copy_is_there_and_says_that_it_cannot_be_read() {
    let dir = tempfile::tempdir().expect("a folder");
    open(dir.path(), &memory()).put_all(&[target("a", 0, 1)]).expect("kept");
    let trash = open(dir.path(), &memory());
    trash.put_all(&[target("b", 1, 2)]).expect("kept");
    let rows = trash.rows().expect("rows");
    let readable: Vec<_> = rows.iter().map(|row| row.is_readable).collect();
    assert_eq!((names(&rows), readable), (vec!["b", "a"], vec![true, false]));
    let refused = trash.body(rows[1].id).expect_err("another key");
    assert_eq!(
        refused.to_string(),
        "the copy of ConfigMap a in ns is under a key that is no longer there, so it cannot be read"
    );
    assert!(matches!(refused, StoreError::Unreadable { .. }));
    let stats = trash.stats().expect("numbers");
    assert_eq!((stats.count, stats.readable), (2, 1));
    assert!(matches!(trash.body(99), Err(StoreError::NoCopy { copy: 99 })));
}

#[test]
fn fault_78_what_was_altered_on_the_disk_is_named_and_not_used() {
    for change in [
        "body = zeroblob(length(body))",
        "body = x''",
        "nonce = x'00'",
        "name = 'other'",
        "uid = 'other'",
        "ordinal = 7",
        "role = 'dependant'",
        "fingerprint = 'other'",
        "namespace = NULL",
        "job = 'other'",
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let trash = open(dir.path(), &memory());
        trash.put_all(&[target("a", 0, 1)]).expect("kept");
        let id = trash.rows().expect("rows")[0].id;
        trash.database.lock().execute(&format!("UPDATE copy SET {change}"), []).expect("changed");
        assert!(matches!(trash.body(id), Err(StoreError::Altered { .. })), "{change}");
    }
}

#[test]
fn no_body_passes_for_that_of_another() {
    let dir = tempfile::tempdir().expect("a folder");
    let trash = open(dir.path(), &memory());
    trash.put_all(&[target("a", 0, 1), target("b", 1, 1)]).expect("kept");
    trash
        .database
        .lock()
        .execute_batch(
            "UPDATE copy SET (nonce, body) = (SELECT nonce, body FROM copy WHERE name = 'b') WHERE name = 'a'",
        )
        .expect("changed");
    let rows = trash.of_target("job", 0).expect("rows");
    assert!(
        matches!(trash.body(rows[0].id), Err(StoreError::Altered { object }) if object == "ConfigMap a in ns")
    );
}

#[test]
fn a_later_copy_of_the_same_object_takes_the_place_of_the_earlier_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let trash = open(dir.path(), &memory());
    trash.put_all(&[target("a", 0, 1)]).expect("kept");
    let later = NewCopy { body: Zeroizing::new(b"later".to_vec()), ..target("a", 0, 2) };
    trash.put_all(&[later]).expect("kept");
    let rows = trash.rows().expect("rows");
    assert_eq!((rows.len(), rows[0].at), (1, 2));
    assert_eq!(trash.body(rows[0].id).expect("a body").as_slice(), b"later");
}

#[test]
fn the_oldest_copies_go_first_by_age_and_by_size() {
    let dir = tempfile::tempdir().expect("a folder");
    let trash = open(dir.path(), &memory());
    let copies: Vec<_> = (0..5).map(|at| target(&format!("a{at}"), at, i64::from(at))).collect();
    trash.put_all(&copies).expect("kept");
    let bytes = trash.rows().expect("rows")[0].bytes;
    assert_eq!(trash.retain(1, u64::MAX).expect("kept"), 1);
    assert_eq!(names(&trash.rows().expect("rows")), ["a4", "a3", "a2", "a1"]);
    assert_eq!(trash.retain(0, 2 * bytes).expect("kept"), 2);
    assert_eq!(names(&trash.rows().expect("rows")), ["a4", "a3"]);
    assert_eq!(trash.retain(0, 2 * bytes).expect("kept"), 0);
    assert_eq!(trash.retain(0, 0).expect("kept"), 2);
}

#[test]
fn what_is_forgotten_gives_its_space_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let trash = open(dir.path(), &memory());
    let large = |ordinal, at| NewCopy {
        body: Zeroizing::new(vec![7; 100_000]),
        ..target(&format!("a{ordinal}"), ordinal, at)
    };
    trash.put_all(&(0..10).map(|ordinal| large(ordinal, 1)).collect::<Vec<_>>()).expect("kept");
    assert!(size(dir.path()) > 1_000_000);
    trash.put_all(&[large(10, 5)]).expect("kept");
    assert_eq!(trash.retain(2, u64::MAX).expect("forgotten"), 10);
    assert!(size(dir.path()) < 250_000, "{}", size(dir.path()));
    assert_eq!(trash.empty().expect("emptied"), 1);
    assert!(size(dir.path()) < 100_000);
    assert_eq!(trash.stats().expect("numbers"), TrashStats::default());
    trash.put_all(&[large(11, 6)]).expect("it goes on");
    drop(trash);
    assert_eq!(open(dir.path(), &memory()).stats().expect("numbers").count, 1);
}

#[test]
fn fault_79_a_full_disk_keeps_all_copies_or_none_and_can_still_be_emptied() {
    let Some(disk) = SmallDisk::mount() else {
        println!("skipped: mounting a small disk takes root on Linux");
        return;
    };
    let trash = open(disk.path(), &memory());
    trash.put_all(&[target("a", 0, 1)]).expect("there is space for this one");
    disk.fill();
    let many: Vec<_> = (1..2_000).map(|ordinal| target(&format!("b-{ordinal}"), ordinal, 2)).collect();
    assert!(matches!(trash.put_all(&many), Err(StoreError::Full { .. })));
    assert_eq!(names(&trash.rows().expect("rows")), ["a"]);
    assert_eq!(trash.empty().expect("emptied"), 1);
    disk.clear();
    trash.put_all(&many).expect("the same request succeeds once there is space");
    assert_eq!(trash.stats().expect("numbers").count, 1_999);
}

#[test]
fn fault_81_a_damaged_trash_is_set_aside_and_said() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join(SCHEMA.file), "not a database. ".repeat(100)).expect("a file");
    let trash = open(dir.path(), &memory());
    let problem = trash.problem().expect("a sentence");
    assert!(problem.contains("trash.db was damaged") && problem.contains("this run only"), "{problem}");
    trash.put_all(&[target("a", 0, 1)]).expect("kept");
    assert_eq!(trash.stats().expect("numbers").count, 1);
}

#[test]
fn fault_77_copies_of_a_run_without_a_keyring_are_kept_when_it_comes_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let unlocked = Arc::new(AtomicBool::new(false));
    let vault = Vault::of_locked_keyring(7, Arc::clone(&unlocked));
    let trash = open(dir.path(), &vault);
    trash.put_all(&[target("early", 0, 1)]).expect("kept");
    unlocked.store(true, Ordering::SeqCst);
    assert!(vault.retry());
    trash.put_all(&[target("late", 1, 2)]).expect("kept");
    assert_eq!(trash.stats().expect("numbers").readable, 2);
    drop(trash);
    let trash = open(dir.path(), &Vault::of_keyring(7));
    for row in trash.rows().expect("rows") {
        assert!(row.is_readable);
        assert_eq!(*trash.body(row.id).expect("a body"), *target(row.object.name.as_str(), 0, 0).body);
    }
}

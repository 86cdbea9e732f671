//! Files that are not what Secateur wrote.

use std::io::{Seek, SeekFrom, Write};

use super::*;

/// The files that were set aside, without their WALs.
fn aside(dir: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(dir).expect("a folder").flatten().map(|entry| entry.path());
    let is_aside = |name: &str| name.contains(".damaged-") && !name.ends_with("-wal");
    entries.filter(|path| is_aside(&path.to_string_lossy())).collect()
}

/// Fills page after page, as a disk does that loses what it was given.
fn overwrite(file: &Path, from: u64, bytes: usize) {
    let mut file = fs::OpenOptions::new().write(true).open(file).expect("a file");
    file.seek(SeekFrom::Start(from)).expect("a place in it");
    file.write_all(&vec![0xa5; bytes]).expect("changed");
}

/// A journal with two finished jobs of many targets each, closed.
fn written(dir: &Path) {
    let journal = open(dir);
    let names: Vec<_> = (0..300).map(|index| format!("target-{index}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    for (id, at) in [("one", 1), ("two", 2)] {
        journal.begin_job(&job(id, at, &names)).expect("written");
        journal.record_all(id, &[outcome(0, Outcome::AlreadyGone, 3)]).expect("written");
        journal.finish_job(id, 4).expect("written");
    }
}

#[test]
fn fault_81_a_newer_file_is_refused_by_name_and_left_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    drop(open(dir.path()));
    let file = dir.path().join(SCHEMA.file);
    Connection::open(&file).and_then(|own| own.pragma_update(None, "user_version", 99)).expect("a version");
    let before = fs::read(&file).expect("a file");
    let refused = Journal::open(dir.path()).expect_err("a newer file");
    assert!(matches!(&refused, StoreError::Newer { found: 99, known: 3, file: named } if *named == file));
    assert!(refused.to_string().contains("journal.db was written by a newer Secateur"));
    assert_eq!(fs::read(&file).expect("a file"), before);
    assert!(aside(dir.path()).is_empty());
}

#[test]
fn fault_81_a_file_that_is_no_database_is_set_aside_and_said() {
    let dir = tempfile::tempdir().expect("a folder");
    let text = "not a database. ".repeat(100);
    fs::write(dir.path().join(SCHEMA.file), &text).expect("a file");
    let journal = open(dir.path());
    let aside = aside(dir.path());
    assert_eq!(fs::read_to_string(&aside[0]).expect("it is kept"), text);
    let problem = journal.problem().expect("a sentence");
    assert!(problem.contains(&*aside[0].to_string_lossy()), "{problem}");
    assert!(problem.contains("nothing of it could be read"), "{problem}");
    journal.begin_job(&job("one", 1, &["a"])).expect("a new journal was begun");
    drop(journal);
    let journal = open(dir.path());
    assert_eq!((journal.problem(), journal.jobs().expect("jobs").len()), (None, 1));
}

#[test]
fn fault_81_an_empty_file_is_a_new_journal() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join(SCHEMA.file), "").expect("a file");
    let journal = open(dir.path());
    assert_eq!(journal.problem(), None);
    assert_eq!(journal.jobs().expect("jobs"), []);
}

#[test]
fn fault_81_what_lies_beside_a_damaged_page_is_taken_over() {
    let dir = tempfile::tempdir().expect("a folder");
    written(dir.path());
    let file = dir.path().join(SCHEMA.file);
    let pages = fs::metadata(&file).expect("a file").len() / 4_096;
    // Somewhere in the middle, where the targets are.
    overwrite(&file, pages / 2 * 4_096, 4_096);
    let damaged = fs::read(&file).expect("a file");
    let journal = open(dir.path());
    let problem = journal.problem().expect("a sentence");
    assert!(problem.contains("what could be read of it was taken over"), "{problem}");
    let jobs = journal.jobs().expect("jobs");
    assert_eq!(jobs.iter().map(|row| row.job.as_str()).collect::<Vec<_>>(), ["two", "one"]);
    let left = journal.count_receipts().expect("a count");
    assert!((300..600).contains(&left), "{left}");
    assert_eq!(fs::read(&aside(dir.path())[0]).expect("it is kept"), damaged);
    journal.begin_job(&job("three", 3, &["a"])).expect("it goes on");
    drop(journal);
    let journal = open(dir.path());
    assert_eq!((journal.problem(), journal.count_receipts().expect("a count")), (None, left + 1));
    let names: Vec<_> =
        fs::read_dir(dir.path()).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().contains("salvage")), "{names:?}");
}

#[test]
fn fault_81_every_page_may_be_the_damaged_one() {
    let whole = tempfile::tempdir().expect("a folder");
    written(whole.path());
    let bytes = fs::read(whole.path().join(SCHEMA.file)).expect("a file");
    for page in (0..bytes.len() / 4_096).step_by(7) {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join(SCHEMA.file);
        fs::write(&file, &bytes).expect("a copy");
        overwrite(&file, page as u64 * 4_096, 4_096);
        let journal = open(dir.path());
        // A page that nothing was on is no damage; anything else is said, and the journal can be used.
        if journal.problem().is_none() {
            assert_eq!(journal.count_receipts().expect("a count"), 600, "page {page}");
        }
        for row in journal.jobs().expect("jobs") {
            journal.targets(&row.job).expect("what was taken over reads back");
        }
        journal.begin_job(&job("three", 3, &["a"])).expect("it goes on");
    }
}

#[test]
fn fault_81_a_file_that_was_cut_off_is_set_aside() {
    let dir = tempfile::tempdir().expect("a folder");
    written(dir.path());
    let file = dir.path().join(SCHEMA.file);
    let length = fs::metadata(&file).expect("a file").len();
    fs::OpenOptions::new().write(true).open(&file).and_then(|own| own.set_len(length / 2)).expect("cut");
    let journal = open(dir.path());
    assert!(journal.problem().is_some());
    journal.begin_job(&job("three", 3, &["a"])).expect("it goes on");
}

#[test]
fn fault_81_a_job_that_does_not_read_back_is_left_behind_and_the_others_taken_over() {
    let dir = tempfile::tempdir().expect("a folder");
    written(dir.path());
    let change = "UPDATE job SET options = 'nonsense' WHERE job = 'one'";
    open(dir.path()).database.lock().execute(change, []).expect("changed");
    let journal = open(dir.path());
    assert!(journal.problem().expect("a sentence").contains("taken over"));
    let jobs = journal.jobs().expect("jobs");
    assert_eq!(jobs.iter().map(|row| (row.job.as_str(), row.total())).collect::<Vec<_>>(), [("two", 300)]);
    assert_eq!(journal.events("two", 0).expect("events").len(), 1);
}

#[test]
fn a_damaged_journal_is_set_aside_with_its_wal_and_a_second_one_does_not_replace_the_first() {
    let dir = tempfile::tempdir().expect("a folder");
    for round in 1..=2 {
        fs::write(dir.path().join(SCHEMA.file), format!("{round}").repeat(5_000)).expect("a file");
        fs::write(dir.path().join("journal.db-wal"), "a log").expect("a file");
        drop(open(dir.path()));
        assert_eq!(aside(dir.path()).len(), round);
    }
    let logs = fs::read_dir(dir.path()).expect("a folder").flatten().map(|entry| entry.path());
    let logs = logs.filter(|path| path.to_string_lossy().ends_with("-wal"));
    assert!(logs.map(|path| fs::read_to_string(path).expect("a log")).all(|text| text == "a log"));
}

#[test]
fn a_value_that_does_not_read_back_is_damage_and_not_a_guess() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    journal.begin_job(&job("one", 1, &["a"])).expect("written");
    let other = r#"{"outcome": "vanished"}"#;
    journal.database.lock().execute("UPDATE target SET outcome = ?1", [other]).expect("changed");
    assert!(matches!(journal.targets("one"), Err(StoreError::Damaged { .. })));
}

#[test]
fn no_shared_memory_file_is_used_whose_growth_a_full_disk_would_kill() {
    let dir = tempfile::tempdir().expect("a folder");
    written(dir.path());
    let journal = open(dir.path());
    journal.begin_job(&job("three", 3, &["a"])).expect("written");
    assert!(!dir.path().join("journal.db-shm").exists());
}

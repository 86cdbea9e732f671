use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use secateur_domain::ids::ClusterId;
use secrecy::{ExposeSecret, SecretString};

use super::*;
use crate::{KeyPlace, testing::SmallDisk};

/// What no file may hold.
const SECRET: &str = "planted-cGxhbnRlZA";

fn id(name: &str) -> ClusterId {
    ClusterId::parse(name).expect("an id")
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn open(dir: &Path) -> Safe {
    Safe::open(dir, Vault::of_keyring(7))
}

fn tokens(safe: &Safe) -> KeptTokens {
    KeptTokens::new(safe.clone())
}

fn read(safe: &Safe, cluster: &str) -> Option<String> {
    let token = tokens(safe).get(&id(cluster)).expect("read");
    token.map(|token| token.expose_secret().to_owned())
}

/// Whether some file of the folder holds these bytes.
fn holds(dir: &Path, bytes: &[u8]) -> bool {
    let files = fs::read_dir(dir).expect("a folder").flatten();
    files
        .map(|entry| fs::read(entry.path()).expect("a file"))
        .any(|file| file.windows(bytes.len()).any(|window| window == bytes))
}

/// Changes the file behind the safe's back.
fn alter(dir: &Path, sql: &str) {
    let connection = Connection::open(dir.join("safe.db")).expect("the file");
    assert!(connection.execute(sql, []).expect("changed") > 0);
}

#[test]
fn a_token_is_there_after_a_restart_and_in_no_file_in_the_clear() {
    let dir = tempfile::tempdir().expect("a folder");
    let safe = open(dir.path());
    assert!(safe.is_empty());
    assert_eq!(read(&safe, "a"), None);
    tokens(&safe).set(&id("a"), &secret("first")).expect("kept");
    tokens(&safe).set(&id("a"), &secret(SECRET)).expect("kept");
    tokens(&safe).set(&id("b"), &secret("b's")).expect("kept");
    assert_eq!((tokens(&safe).is_lasting(), tokens(&safe).problem()), (true, None));
    assert!(!holds(dir.path(), SECRET.as_bytes()));
    drop(safe);
    let safe = open(dir.path());
    assert!(!safe.is_empty());
    assert_eq!((read(&safe, "a").as_deref(), read(&safe, "b").as_deref()), (Some(SECRET), Some("b's")));
    assert!(!format!("{:?} {:?}", safe, tokens(&safe)).contains(SECRET));
}

#[test]
fn fault_78_a_token_of_100_kb_is_stored() {
    let dir = tempfile::tempdir().expect("a folder");
    let token = "x".repeat(100_000);
    tokens(&open(dir.path())).set(&id("a"), &secret(&token)).expect("kept");
    assert_eq!(read(&open(dir.path()), "a"), Some(token));
}

#[test]
fn a_token_that_is_removed_is_in_no_file_any_more() {
    let dir = tempfile::tempdir().expect("a folder");
    let safe = open(dir.path());
    for (cluster, length) in [("short", 40), ("long", 100_000)] {
        tokens(&safe).set(&id(cluster), &secret(&"x".repeat(length))).expect("kept");
        let Disk::Own(database) = &safe.inner.disk else { panic!("a file") };
        let row = database.read(|connection| sealed(connection, Sort::Token, cluster)).expect("read");
        let body = row.expect("a row").body;
        let pieces = [&body[..20], &body[body.len() - 20..], &body[body.len() / 2 - 10..body.len() / 2 + 10]];
        assert!(pieces.iter().all(|piece| holds(dir.path(), piece)), "the file holds what is sealed");
        tokens(&safe).remove(&id(cluster)).expect("removed");
        tokens(&safe).remove(&id(cluster)).expect("what is not there is removed");
        assert!(!pieces.iter().any(|piece| holds(dir.path(), piece)), "{cluster}");
        assert_eq!(read(&safe, cluster), None);
    }
    assert!(safe.is_empty());
}

#[test]
fn fault_77_without_a_keyring_nothing_is_written_and_everything_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let vault = Vault::of_locked_keyring(7, Arc::default());
    let safe = Safe::open(dir.path(), vault);
    tokens(&safe).set(&id("a"), &secret(SECRET)).expect("held");
    assert_eq!(read(&safe, "a").as_deref(), Some(SECRET));
    let said = tokens(&safe).problem().expect("a sentence");
    assert_eq!(said, "The keyring is locked. The token is kept for this run only.");
    let said = AddedClusters::new(safe.clone()).problem().expect("a sentence");
    assert_eq!(said, "The keyring is locked. Clusters that are added are kept for this run only.");
    let said = HeaderValues::new(safe.clone()).problem().expect("a sentence");
    assert_eq!(said, "The keyring is locked. Request headers are kept for this run only.");
    drop(safe);
    assert!(open(dir.path()).is_empty());

    let safe = Safe::open(dir.path(), Vault::open(KeyPlace::Memory));
    tokens(&safe).set(&id("a"), &secret(SECRET)).expect("held");
    let said = tokens(&safe).problem().expect("a sentence");
    assert_eq!(said, "No keyring is used. The token is kept for this run only.");
    tokens(&safe).remove(&id("a")).expect("removed");
    assert_eq!(read(&safe, "a"), None);
}

#[test]
fn fault_77_what_was_held_is_kept_when_the_keyring_comes_back() {
    let dir = tempfile::tempdir().expect("a folder");
    tokens(&open(dir.path())).set(&id("before"), &secret("1")).expect("kept");
    let unlocked = Arc::new(AtomicBool::new(false));
    let safe = Safe::open(dir.path(), Vault::of_locked_keyring(7, Arc::clone(&unlocked)));
    let said = tokens(&safe).get(&id("before")).expect_err("locked").to_string();
    assert_eq!(said, "the kept token cannot be read: the keyring is locked");
    tokens(&safe).set(&id("early"), &secret("2")).expect("held");
    unlocked.store(true, Ordering::SeqCst);
    tokens(&safe).set(&id("late"), &secret("3")).expect("kept");
    assert!(tokens(&safe).is_lasting());
    assert!(safe.held().is_empty());
    assert_eq!(read(&safe, "before").as_deref(), Some("1"));
    drop(safe);
    let safe = open(dir.path());
    for (cluster, token) in [("before", "1"), ("early", "2"), ("late", "3")] {
        assert_eq!(read(&safe, cluster).as_deref(), Some(token));
    }
}

#[test]
fn fault_78_a_row_that_cannot_be_opened_is_named_and_costs_no_other() {
    let check = |sql: &str, expected: &str| {
        let dir = tempfile::tempdir().expect("a folder");
        let safe = open(dir.path());
        tokens(&safe).set(&id("a"), &secret(SECRET)).expect("kept");
        tokens(&safe).set(&id("b"), &secret("b's")).expect("kept");
        tokens(&safe).set(&id("c"), &secret("c's")).expect("kept");
        drop(safe);
        alter(dir.path(), sql);
        let safe = open(dir.path());
        let said = tokens(&safe).get(&id("a")).expect_err("not opened").to_string();
        assert_eq!(said, expected, "{sql}");
        assert_eq!(read(&safe, "c").as_deref(), Some("c's"));
        tokens(&safe).set(&id("a"), &secret("new")).expect("kept");
        assert_eq!(read(&safe, "a").as_deref(), Some("new"));
    };
    let altered = "the kept token was altered on the disk, so it is not used";
    check("UPDATE sealed SET body = zeroblob(40) WHERE name = 'a'", altered);
    check("UPDATE sealed SET body = x'' WHERE name = 'a'", altered);
    check("UPDATE sealed SET nonce = x'00' WHERE name = 'a'", altered);
    // Another row's body, with its nonce.
    check(
        "UPDATE sealed SET (nonce, body) = (SELECT nonce, body FROM sealed WHERE name = 'b') WHERE name = 'a'",
        altered,
    );
    check(
        "UPDATE sealed SET key = 'another' WHERE name = 'a'",
        "the kept token cannot be read: its key is no longer in the keyring",
    );
}

#[test]
fn fault_78_no_row_is_taken_for_another_sort() {
    let dir = tempfile::tempdir().expect("a folder");
    tokens(&open(dir.path())).set(&id("a"), &secret(SECRET)).expect("kept");
    alter(dir.path(), "UPDATE sealed SET sort = 'added'");
    let safe = open(dir.path());
    let added = AddedClusters::new(safe).all().expect("rows");
    let why = added[0].kubeconfig.as_ref().expect_err("not opened").to_string();
    assert_eq!(why, "a cluster that was added was altered on the disk, so it is not used");
}

#[test]
fn fault_78_a_damaged_file_is_set_aside_and_said() {
    let dir = tempfile::tempdir().expect("a folder");
    tokens(&open(dir.path())).set(&id("a"), &secret(SECRET)).expect("kept");
    fs::write(dir.path().join("safe.db"), b"not a database, and long enough to be looked at as one")
        .expect("written");
    let safe = open(dir.path());
    let said = safe.file_problem().expect("a sentence");
    assert!(said.contains("safe.db was damaged") && said.contains("safe.db.damaged-"), "{said}");
    assert_eq!(read(&safe, "a"), None);
    tokens(&safe).set(&id("a"), &secret("new")).expect("kept");
    assert_eq!(read(&open_again(safe, dir.path()), "a").as_deref(), Some("new"));
}

fn open_again(safe: Safe, dir: &Path) -> Safe {
    drop(safe);
    open(dir)
}

#[test]
fn fault_80_a_file_that_cannot_be_used_leaves_a_safe_for_this_run() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::create_dir(dir.path().join("safe.db")).expect("a folder in its place");
    let safe = open(dir.path());
    tokens(&safe).set(&id("a"), &secret(SECRET)).expect("held");
    assert_eq!(read(&safe, "a").as_deref(), Some(SECRET));
    assert!(!tokens(&safe).is_lasting());
    let said = tokens(&safe).problem().expect("a sentence");
    assert!(said.contains("safe.db") && said.ends_with("The token is kept for this run only."), "{said}");
    assert!(safe.file_problem().expect("a problem").contains("safe.db"));
}

#[test]
fn fault_80_on_a_full_disk_a_token_is_held_and_the_failure_is_told() {
    let Some(disk) = SmallDisk::mount() else { return eprintln!("skipped: nothing may be mounted") };
    let safe = open(disk.path());
    tokens(&safe).set(&id("a"), &secret("1")).expect("kept");
    disk.fill();
    let long = "x".repeat(200_000);
    let failed = tokens(&safe).set(&id("a"), &secret(&long)).expect_err("full");
    assert!(matches!(failed, StoreError::Full { .. }), "{failed}");
    assert_eq!(read(&safe, "a").as_ref(), Some(&long));
    disk.clear();
    assert!(safe.retry());
    assert_eq!(read(&open_again(safe, disk.path()), "a"), Some(long));
}

#[test]
fn clusters_that_were_added_keep_their_order_and_each_its_id() {
    let dir = tempfile::tempdir().expect("a folder");
    let added = AddedClusters::new(open(dir.path()));
    for (id, text) in [("z", "1"), ("a", "2"), ("m", "3"), ("z", "4")] {
        added.put(id, &secret(text)).expect("kept");
    }
    added.remove("a").expect("removed");
    drop(added);
    let found = AddedClusters::new(open(dir.path())).all().expect("read");
    let texts: Vec<_> = found
        .iter()
        .map(|cluster| (cluster.id.as_str(), cluster.kubeconfig.as_ref().expect("a text").expose_secret()))
        .collect();
    assert_eq!(texts, [("z", "4"), ("m", "3")]);
}

#[test]
fn headers_come_back_with_their_names_in_order() {
    let dir = tempfile::tempdir().expect("a folder");
    let headers = HeaderValues::new(open(dir.path()));
    let pairs = [("X-B".to_owned(), secret(SECRET)), ("X-A".to_owned(), secret("\u{e4}"))];
    headers.set(&id("a"), &pairs).expect("kept");
    drop(headers);
    assert!(!holds(dir.path(), SECRET.as_bytes()) && !holds(dir.path(), b"X-B"));
    let headers = HeaderValues::new(open(dir.path()));
    let read: Vec<_> = headers.get(&id("a")).expect("read");
    let read: Vec<_> = read.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
    assert_eq!(read, [("X-B", SECRET), ("X-A", "\u{e4}")]);
    assert_eq!(headers.all().expect("read").len(), 1);
    headers.set(&id("a"), &[]).expect("removed");
    assert!(headers.get(&id("a")).expect("read").is_empty() && headers.all().expect("read").is_empty());
}

#[test]
fn who_only_looks_reads_what_another_keeps_and_keeps_nothing() {
    let home = tempfile::tempdir().expect("a folder");
    // What a URI would take for something else.
    let dir = home.path().join("a b%20c?d#e");
    fs::create_dir(&dir).expect("a folder");
    let looking = Safe::look(&dir, Vault::of_keyring(7));
    assert!(looking.is_empty() && looking.file_problem().is_none());
    let owner = open(&dir);
    tokens(&owner).set(&id("a"), &secret("1")).expect("kept");
    tokens(&owner).set(&id("b"), &secret("2")).expect("kept");
    let looking = Safe::look(&dir, Vault::of_keyring(7));
    assert_eq!(looking.file_problem(), None);
    assert_eq!((read(&looking, "a").as_deref(), read(&looking, "b").as_deref()), (Some("1"), Some("2")));
    assert!(!tokens(&looking).is_lasting());
    let said = tokens(&looking).problem().expect("a sentence");
    assert_eq!(said, "The state folder is only looked at. The token is kept for this run only.");
    tokens(&looking).set(&id("a"), &secret("mine")).expect("held");
    tokens(&looking).remove(&id("b")).expect("forgotten");
    assert_eq!((read(&looking, "a").as_deref(), read(&looking, "b")), (Some("mine"), None));
    assert_eq!((read(&owner, "a").as_deref(), read(&owner, "b").as_deref()), (Some("1"), Some("2")));
    drop(owner);
    assert_eq!(read(&Safe::look(&dir, Vault::of_keyring(7)), "b").as_deref(), Some("2"));
    let other = Safe::look(&dir, Vault::of_keyring(8));
    assert!(tokens(&other).get(&id("a")).is_err());
    assert!(!home.path().join("a b%20c").exists());
}

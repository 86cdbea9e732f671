//! The safe: tokens, clusters that were added, and request headers.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use keyring_core::Error;
use secateur_domain::ids::ClusterId;
use secateur_store::{
    AddedClusters, HeaderValues, KeptTokens, KeyPlace, Safe, SecretString, StoreError, TokenStore, Vault,
};
use secrecy::ExposeSecret;

use super::{Home, LOCKED, UNLOCKED, entry, shell};

/// What no file may hold.
const TOKEN: &str = "planted-token-cGxhbnRlZA";

pub(super) fn step(step: &str, state: &Path) {
    match step {
        "sign in" => sign_in(state),
        "signed in" => assert_eq!(token(state, "a").expect("read").as_deref(), Some(TOKEN)),
        "signed out by the keyring" => signed_out(state, "its key is no longer in the keyring"),
        "locked out" => signed_out(state, "the keyring is locked"),
        "damage the entry" => entry().set_secret(b"not a key").expect("changed"),
        "signed out by damage" => signed_out(state, "Secateur's key in the keyring is damaged"),
        "sign in without a keyring" => without(state),
        "nothing is kept" => assert_eq!(token(state, "a").expect("read"), None),
        "in memory" => in_memory(state),
        "unlocked later" => unlocked_later(state),
        "the daemon restarts" => restarts(state),
        "look" => look(state),
        other => panic!("no step is called {other:?}"),
    }
}

fn id(cluster: &str) -> ClusterId {
    ClusterId::parse(cluster).expect("an id")
}

fn open(state: &Path, place: KeyPlace) -> Safe {
    Safe::open(state, Vault::open(place))
}

fn token(state: &Path, cluster: &str) -> Result<Option<String>, StoreError> {
    let token = KeptTokens::new(open(state, KeyPlace::Keyring)).get(&id(cluster))?;
    Ok(token.map(|token| token.expose_secret().to_owned()))
}

fn put(safe: &Safe, cluster: &str, token: &str) {
    KeptTokens::new(safe.clone()).set(&id(cluster), &SecretString::from(token)).expect("put");
}

/// No file of the person's home holds the token, and none its key.
fn nothing_is_plain(home: &Path) {
    for entry in fs::read_dir(home).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            nothing_is_plain(&path);
        } else if path.is_file() {
            let bytes = fs::read(&path).expect("a file");
            let is_plain = bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes());
            assert!(!is_plain, "{}", path.display());
        }
    }
}

fn sign_in(state: &Path) {
    let safe = open(state, KeyPlace::Keyring);
    put(&safe, "a", TOKEN);
    put(&safe, "long", &TOKEN.repeat(100_000 / TOKEN.len()));
    let added = AddedClusters::new(safe.clone());
    added.put("one", &SecretString::from(TOKEN)).expect("put");
    let header = ("X-Proxy".to_owned(), SecretString::from(TOKEN));
    HeaderValues::new(safe.clone()).set(&id("a"), &[header]).expect("put");
    assert_eq!((added.is_lasting(), added.problem()), (true, None));
    drop((safe, added));
    let safe = open(state, KeyPlace::Keyring);
    let long = KeptTokens::new(safe).get(&id("long")).expect("read").expect("a token");
    assert_eq!(long.expose_secret().len(), 100_000 / TOKEN.len() * TOKEN.len());
    nothing_is_plain(state.parent().expect("the home"));
}

/// Everything that was kept is there, cannot be read, and says so; what comes new is taken.
fn signed_out(state: &Path, why: &str) {
    let said = token(state, "a").expect_err("not read").to_string();
    assert_eq!(said, format!("the kept token cannot be read: {why}"));
    let safe = open(state, KeyPlace::Keyring);
    let added = AddedClusters::new(safe.clone()).all().expect("rows");
    assert!(added.len() == 1 && added.iter().all(|cluster| cluster.kubeconfig.is_err()));
    let headers = HeaderValues::new(safe.clone()).all().expect("rows");
    assert!(headers.len() == 1 && headers.iter().all(|kept| kept.headers.is_err()));
    put(&safe, "b", TOKEN);
    assert!(KeptTokens::new(safe).get(&id("b")).expect("read").is_some());
    nothing_is_plain(state.parent().expect("the home"));
}

fn without(state: &Path) {
    let begun = Instant::now();
    let safe = open(state, KeyPlace::Keyring);
    put(&safe, "a", TOKEN);
    assert!(begun.elapsed() < Duration::from_secs(2), "it answers at once");
    let tokens = KeptTokens::new(safe);
    assert!(tokens.get(&id("a")).expect("read").is_some());
    assert!(!tokens.is_lasting());
    let said = tokens.problem().expect("a sentence");
    assert_eq!(said, "No keyring answers. The token is kept for this run only.");
    nothing_is_plain(state.parent().expect("the home"));
}

fn in_memory(state: &Path) {
    let safe = open(state, KeyPlace::Memory);
    put(&safe, "a", TOKEN);
    assert!(!safe.is_lasting());
    assert!(matches!(entry().get_secret(), Err(Error::NoEntry)), "the keyring was not touched");
    nothing_is_plain(state.parent().expect("the home"));
}

fn unlocked_later(state: &Path) {
    shell(
        "dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
         org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login",
    );
    let safe = open(state, KeyPlace::Keyring);
    put(&safe, "early", "1");
    assert!(!safe.is_lasting());
    let said = KeptTokens::new(safe.clone()).problem().expect("a sentence");
    assert!(said.ends_with("The token is kept for this run only."), "{said}");
    // No prompt can be shown here: a daemon that starts with the password stands for one that is answered.
    end_the_daemon();
    shell(UNLOCKED);
    put(&safe, "late", "2");
    assert!(safe.is_lasting());
    drop(safe);
    for (cluster, expected) in [("a", TOKEN), ("early", "1"), ("late", "2")] {
        assert_eq!(token(state, cluster).expect("read").as_deref(), Some(expected));
    }
}

fn restarts(state: &Path) {
    let safe = open(state, KeyPlace::Keyring);
    put(&safe, "a", TOKEN);
    end_the_daemon();
    // What is known needs no keyring.
    put(&safe, "meanwhile", "1");
    assert!(safe.is_lasting());
    shell(UNLOCKED);
    put(&safe, "after", "2");
    drop(safe);
    for (cluster, expected) in [("a", TOKEN), ("meanwhile", "1"), ("after", "2")] {
        assert_eq!(token(state, cluster).expect("read").as_deref(), Some(expected));
    }
}

/// Ends the keyring of this step's own session, and waits until it has.
fn end_the_daemon() {
    let owner = "dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
                 org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets 2>/dev/null";
    let daemon = shell(owner);
    let daemon = daemon.split("uint32 ").nth(1).expect("the keyring's process").trim();
    shell(&format!("kill {daemon}"));
    let begun = Instant::now();
    while !shell(owner).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(10), "it does not end");
    }
}

fn look(state: &Path) {
    let owner = open(state, KeyPlace::Keyring);
    let looking = Safe::look(state, Vault::look(KeyPlace::Keyring));
    let read = KeptTokens::new(looking.clone()).get(&id("a")).expect("read").expect("a token");
    assert_eq!(read.expose_secret(), TOKEN);
    put(&looking, "mine", "1");
    assert_eq!(KeptTokens::new(owner).get(&id("mine")).expect("read").map(|_| ()), None);

    // Who only looks makes no key either.
    entry().delete_credential().expect("deleted");
    let looking = Vault::look(KeyPlace::Keyring);
    let said = looking.problem().expect("a sentence");
    assert!(said.starts_with("The keyring has no key of Secateur's"), "{said}");
    assert!(matches!(entry().get_secret(), Err(Error::NoEntry)));
}

#[test]
fn a_token_reads_back_after_a_restart_of_everything_and_is_nowhere_in_the_clear() {
    let home = Home::new();
    home.with(UNLOCKED, "sign in");
    home.with(UNLOCKED, "signed in");
}

#[test]
fn fault_77_without_a_bus_a_token_is_kept_for_this_run_only() {
    let home = Home::new();
    home.without("", "sign in without a keyring");
    home.without("unix:path=/nonexistent/bus", "sign in without a keyring");
    home.with(UNLOCKED, "nothing is kept");
}

#[test]
fn fault_77_a_locked_keyring_signs_out_and_signs_in_again_when_it_is_unlocked() {
    let home = Home::new();
    home.with(UNLOCKED, "sign in");
    home.with(LOCKED, "locked out");
    home.with(UNLOCKED, "signed in");
}

#[test]
fn fault_77_a_keyring_that_is_unlocked_during_the_run_keeps_what_was_held() {
    let home = Home::new();
    home.with(UNLOCKED, "sign in");
    home.with(UNLOCKED, "unlocked later");
}

#[test]
fn fault_77_a_keyring_that_restarts_loses_nothing() {
    Home::new().with(UNLOCKED, "the daemon restarts");
}

#[test]
fn fault_77_tokens_in_memory_leave_the_keyring_alone() {
    let home = Home::new();
    home.with(UNLOCKED, "in memory");
    home.with(UNLOCKED, "no entry");
}

#[test]
fn fault_78_a_deleted_entry_signs_out_and_new_tokens_are_kept() {
    let home = Home::new();
    home.with(UNLOCKED, "sign in");
    home.with(UNLOCKED, "delete");
    home.with(UNLOCKED, "signed out by the keyring");
}

#[test]
fn fault_78_a_damaged_entry_signs_out_and_is_left_as_it_is() {
    let home = Home::new();
    home.with(UNLOCKED, "sign in");
    home.with(UNLOCKED, "damage the entry");
    home.with(UNLOCKED, "signed out by damage");
}

#[test]
fn who_only_looks_reads_tokens_and_makes_no_key() {
    let home = Home::new();
    home.with(UNLOCKED, "sign in");
    home.with(UNLOCKED, "look");
}

//! The vault, the trash and the safe with a real keyring: gnome-keyring on a D-Bus session of the test's own.
//!
//! Each step runs in a process of its own, this same binary with [`HOME`] and [`STEP`] set, so that a step after a
//! step is a restart. Nothing of the person's session is used, and a step makes sure of that before anything else.
#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends where something is not as it must be"
)]

mod safe;

use std::{
    env, fs,
    os::unix::net::UnixListener,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use keyring_core::{Entry, Error, api::CredentialStoreApi};
use secateur_domain::ids::{ClusterId, ResourceName, Uid};
use secateur_store::{
    CopyRole, CopyRow, KeyPlace, NewCopy, ObjectRecord, StoreError, Trash, Vault, Zeroizing,
};
use zbus_secret_service_keyring_store::Store;

/// The folder that stands for the person's home in a step.
const HOME: &str = "SECATEUR_TEST_HOME";
/// Which step this process is.
const STEP: &str = "SECATEUR_TEST_STEP";
const BODY: &[u8] = b"{\"kind\": \"ConfigMap\"}";

/// How the keyring is when a step begins: unlocked with the person's password, or waiting for it.
const UNLOCKED: &str = "printf test | gnome-keyring-daemon --unlock --components=secrets";
const LOCKED: &str = "gnome-keyring-daemon --start --components=secrets";

struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        for name in ["data", "run", "state"] {
            fs::create_dir(dir.path().join(name)).expect("a folder");
        }
        Self { dir }
    }

    /// Runs a step in a D-Bus session with a keyring, which ends with it.
    fn with(&self, keyring: &str, step: &str) {
        let script = format!("{keyring} >/dev/null 2>&1; \"$@\"");
        self.run(command("dbus-run-session").args(["--", "sh", "-c", &script, "sh"]).arg(this_test()), step);
    }

    /// Runs a step with `bus` for a D-Bus session.
    fn without(&self, bus: &str, step: &str) {
        self.run(command(this_test()).env("DBUS_SESSION_BUS_ADDRESS", bus), step);
    }

    fn run(&self, command: &mut Command, step: &str) {
        let home = self.dir.path();
        let ran = command
            .args(["--exact", "a_step_of_another_test", "--nocapture"])
            .envs([(HOME, home), ("HOME", home)])
            .env(STEP, step)
            .envs(
                ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"].map(|name| (name, home.join("data"))),
            )
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("GNOME_KEYRING_CONTROL")
            .output()
            .expect("dbus-run-session runs");
        let (said, complained) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success() && said.contains(&done(step)), "{step}: {said}\n{complained}");
    }
}

impl Drop for Home {
    /// Ends every keyring that a step started: one that waits for something does not end with its session. They are known
    /// by this home in their environment, which is nobody else's.
    fn drop(&mut self) {
        let mark = format!("{HOME}={}", self.dir.path().display()).into_bytes();
        for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let read = |name: &str| fs::read(process.path().join(name)).unwrap_or_default();
            let is_ours = || read("environ").split(|byte| *byte == 0).any(|variable| variable == mark);
            if read("comm").starts_with(b"gnome-keyring") && is_ours() {
                let _ = command("kill").arg(process.file_name()).status();
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test starts a keyring; the exec runner is for credential plugins"
)]
fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(program)
}

/// Runs a line of shell in the session of this step.
fn shell(line: &str) -> String {
    let ran = command("sh").args(["-c", line]).output().expect("sh runs");
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

fn this_test() -> PathBuf {
    env::current_exe().expect("a path")
}

/// What a step says at its end, so that one that never began does not pass for one that succeeded.
fn done(step: &str) -> String {
    format!("the step {step:?} is done")
}

/// Not a test of its own: what the others run in a session. Alone it has nothing to do.
#[test]
fn a_step_of_another_test() {
    let (Some(home), Ok(step)) = (env::var_os(HOME), env::var(STEP)) else { return };
    let home = PathBuf::from(home);
    for name in ["XDG_DATA_HOME", "XDG_RUNTIME_DIR", "HOME"] {
        let own = env::var_os(name).map(PathBuf::from).expect("it is set");
        assert!(own.starts_with(&home), "{name} is the person's own");
    }
    let state = home.join("state");
    match step.as_str() {
        "keep" => keep(&state),
        "read back" => read_back(&state),
        "locked" => locked(&state),
        "no keyring" => no_keyring(&state),
        "silence" => silence(),
        "memory" => memory(&state),
        "no entry" => assert!(matches!(entry().get_secret(), Err(Error::NoEntry))),
        "delete" => entry().delete_credential().expect("deleted"),
        "deleted" => deleted(&state),
        "damage" => damage(&state),
        "nothing under it" => nothing_under_it(&home.join("another")),
        other => safe::step(other, &state),
    }
    println!("{}", done(&step));
}

/// The entry itself, as Secateur's own code and anybody else finds it.
fn entry() -> Entry {
    let store = Store::new().expect("a keyring");
    store.build("dev.secateur.desktop", "key", None).expect("an entry")
}

fn open(state: &Path, place: KeyPlace) -> Trash {
    fs::create_dir_all(state).expect("a folder");
    Trash::open(state, Vault::open(place)).expect("a trash")
}

fn put(trash: &Trash, name: &str) {
    let object = ObjectRecord {
        cluster: ClusterId::parse("c").expect("an id"),
        group: String::new(),
        version: "v1".into(),
        plural: "configmaps".into(),
        kind: "ConfigMap".into(),
        namespace: ResourceName::parse("ns").ok(),
        name: ResourceName::parse(name).expect("a name"),
        uid: Uid::parse(name).expect("a UID"),
        is_namespaced: true,
    };
    let copy = NewCopy {
        job: "job".into(),
        ordinal: 0,
        role: CopyRole::Target,
        cluster: object.cluster.clone(),
        fingerprint: "print".into(),
        object,
        body: Zeroizing::new(BODY.to_vec()),
        at: 1,
    };
    trash.put_all(&[copy]).expect("kept");
}

fn row(trash: &Trash, name: &str) -> CopyRow {
    let rows = trash.rows().expect("rows");
    rows.into_iter().find(|row| row.object.name.as_str() == name).expect("a copy")
}

fn problem(trash: &Trash) -> &str {
    assert!(!trash.is_lasting());
    trash.problem().expect("a sentence")
}

/// The copy is there, is not to be read, and says so.
fn is_unreadable(trash: &Trash, name: &str) {
    let row = row(trash, name);
    assert!(!row.is_readable);
    assert!(matches!(trash.body(row.id), Err(StoreError::Unreadable { .. })));
}

fn keep(state: &Path) {
    let trash = open(state, KeyPlace::Keyring);
    assert_eq!((trash.is_lasting(), trash.problem()), (true, None));
    put(&trash, "kept");
}

fn read_back(state: &Path) {
    let trash = open(state, KeyPlace::Keyring);
    assert!(trash.is_lasting(), "{:?}", trash.problem());
    let row = row(&trash, "kept");
    assert!(row.is_readable);
    assert_eq!(trash.body(row.id).expect("a body").as_slice(), BODY);
}

fn locked(state: &Path) {
    let begun = Instant::now();
    let trash = open(state, KeyPlace::Keyring);
    let said = problem(&trash);
    assert!(said.contains("locked") || said.contains("did not answer"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(7));
    is_unreadable(&trash, "kept");
    put(&trash, "of this run");
    assert!(row(&trash, "of this run").is_readable);
}

fn no_keyring(state: &Path) {
    let begun = Instant::now();
    let trash = open(state, KeyPlace::Keyring);
    let said = problem(&trash);
    assert!(said.starts_with("No keyring was found"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(2), "it answers at once");
    put(&trash, "of this run");
    let row = row(&trash, "of this run");
    assert_eq!(trash.body(row.id).expect("a body").as_slice(), BODY);
}

fn silence() {
    let begun = Instant::now();
    let vault = Vault::open(KeyPlace::Keyring);
    assert!(begun.elapsed() < Duration::from_secs(1), "opening waits for nothing");
    let said = vault.problem().expect("a sentence");
    assert!(said.starts_with("The keyring did not answer in time"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(7), "{:?}", begun.elapsed());
}

fn memory(state: &Path) {
    let trash = open(state, KeyPlace::Memory);
    put(&trash, "of this run");
    assert!(problem(&trash).contains("this run only"));
    assert!(matches!(entry().get_secret(), Err(Error::NoEntry)), "the keyring was not touched");
}

fn deleted(state: &Path) {
    let trash = open(state, KeyPlace::Keyring);
    assert!(trash.is_lasting(), "there is a new key");
    is_unreadable(&trash, "kept");
    put(&trash, "new");
    assert_eq!(trash.stats().expect("numbers").readable, 1);
}

/// Whatever the entry holds that is no key, it stays until nothing is under it any more.
fn damage(state: &Path) {
    for text in ["", "not a key", &"A".repeat(100_000)] {
        entry().set_secret(text.as_bytes()).expect("changed");
        let trash = open(state, KeyPlace::Keyring);
        let said = problem(&trash);
        assert!(said.contains("key in the keyring is damaged"), "{said}");
        is_unreadable(&trash, "kept");
        put(&trash, "of this run");
        assert_eq!(entry().get_secret().expect("the entry"), text.as_bytes(), "it was not replaced");
    }
    let trash = open(state, KeyPlace::Keyring);
    trash.empty().expect("emptied");
    assert_eq!((trash.is_lasting(), trash.problem()), (true, None));
    put(&trash, "kept");
}

fn nothing_under_it(state: &Path) {
    entry().set_secret(b"not a key").expect("changed");
    let trash = open(state, KeyPlace::Keyring);
    assert!(trash.is_lasting(), "{:?}", trash.problem());
    put(&trash, "kept");
    drop(trash);
    read_back(state);
}

#[test]
fn a_copy_reads_back_after_a_restart_of_everything() {
    let home = Home::new();
    home.with(UNLOCKED, "keep");
    home.with(UNLOCKED, "read back");
}

#[test]
fn fault_77_without_a_bus_the_key_is_of_this_run() {
    let home = Home::new();
    home.without("", "no keyring");
    home.without("unix:path=/nonexistent/bus", "no keyring");
}

#[test]
fn fault_77_a_bus_that_never_answers_is_not_waited_for() {
    let home = Home::new();
    let socket = home.dir.path().join("bus");
    let _listening = UnixListener::bind(&socket).expect("a socket");
    home.without(&format!("unix:path={}", socket.display()), "silence");
}

#[test]
fn fault_77_a_locked_keyring_is_told_and_gives_its_key_when_it_is_unlocked() {
    let home = Home::new();
    home.with(UNLOCKED, "keep");
    home.with(LOCKED, "locked");
    home.with(UNLOCKED, "read back");
}

#[test]
fn fault_77_a_key_in_memory_leaves_the_keyring_alone() {
    let home = Home::new();
    home.with(UNLOCKED, "memory");
    home.with(UNLOCKED, "no entry");
}

#[test]
fn fault_78_a_deleted_entry_is_made_anew_and_what_was_under_it_says_so() {
    let home = Home::new();
    home.with(UNLOCKED, "keep");
    home.with(UNLOCKED, "delete");
    home.with(UNLOCKED, "deleted");
}

#[test]
fn fault_78_a_damaged_entry_is_kept_as_long_as_copies_are_under_it() {
    let home = Home::new();
    home.with(UNLOCKED, "keep");
    home.with(UNLOCKED, "damage");
    home.with(UNLOCKED, "read back");
}

#[test]
fn fault_78_a_damaged_entry_that_nothing_is_under_is_replaced() {
    Home::new().with(UNLOCKED, "nothing under it");
}

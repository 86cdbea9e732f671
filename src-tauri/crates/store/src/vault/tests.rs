use super::*;

fn made() -> Entry {
    Key::random().map_err(|error| Failure::NotAsked(error.to_string()))
}

fn wait_forever() -> Entry {
    loop {
        thread::park();
    }
}

#[test]
fn a_key_of_the_keyring_lasts() {
    let vault = Vault::ask(Arc::new(made), PATIENCE);
    assert!(vault.is_lasting());
    assert_eq!(vault.problem(), None);
    let sealed = vault.clone().seal(b"a", b"").expect("sealed");
    assert_eq!(vault.open_sealed(&sealed, b"").expect("opened").as_slice(), b"a");
}

#[test]
fn a_key_in_memory_is_of_this_run_and_says_so() {
    let (vault, other) = (Vault::open(KeyPlace::Memory), Vault::open(KeyPlace::Memory));
    assert!(!vault.is_lasting());
    assert!(vault.problem().expect("a sentence").contains("this run only"));
    let sealed = vault.seal(b"a", b"").expect("sealed");
    assert_eq!(other.open_sealed(&sealed, b"").err(), Some(OpenError::OtherKey));
}

#[test]
fn a_keyring_that_fails_leaves_a_key_of_this_run() {
    let failures: [fn() -> Entry; 4] = [
        || Err(Failure::Absent("no bus".into())),
        || Err(Failure::Locked),
        || Err(Failure::Damaged),
        || Err(Failure::Refused("no".into())),
    ];
    for fail in failures {
        let vault = Vault::ask(Arc::new(fail), PATIENCE);
        assert!(!vault.is_lasting());
        assert!(vault.problem().expect("a sentence").contains("cannot be read after quitting"));
        assert!(vault.seal(b"a", b"").is_some());
    }
}

#[test]
fn a_prompt_that_nobody_answers_is_not_waited_for() {
    // The thread that asks stays where it is, as one that waits for a person.
    let vault = Vault::ask(Arc::new(wait_forever), Duration::from_millis(20));
    assert!(vault.problem().expect("a sentence").starts_with("The keyring did not answer in time"));
}

#[test]
fn asking_that_fails_is_no_crash() {
    let vault = Vault::ask(Arc::new(|| panic!("a bug in the keyring's client")), PATIENCE);
    assert!(vault.problem().expect("a sentence").starts_with("The keyring could not be asked"));
}

#[test]
fn nothing_of_the_key_is_printed() {
    let vault = Vault::open(KeyPlace::Memory);
    assert_eq!(format!("{vault:?}"), "Vault { .. }");
}

#[test]
fn fault_77_a_keyring_that_comes_back_gives_its_key_and_the_runs_own_still_opens() {
    let unlocked = Arc::new(AtomicBool::new(false));
    let vault = Vault::of_locked_keyring(7, Arc::clone(&unlocked));
    let early = vault.seal(b"early", b"").expect("sealed");
    assert!(!vault.retry(), "it is locked still");
    assert_eq!(vault.cause(), Some("the keyring is locked"));
    unlocked.store(true, Ordering::SeqCst);
    assert!(vault.retry());
    assert_eq!((vault.problem(), vault.cause()), (None, None));
    let late = vault.seal(b"late", b"").expect("sealed");
    assert_ne!(early.key, late.key);
    assert!(vault.holds(&early.key) && vault.holds(&late.key) && !vault.holds(""));
    assert_eq!(vault.open_sealed(&early, b"").expect("opened").as_slice(), b"early");
    assert_eq!(vault.open_sealed(&late, b"").expect("opened").as_slice(), b"late");
    assert_eq!(Vault::of_keyring(7).open_sealed(&late, b"").expect("opened").as_slice(), b"late");
}

#[test]
fn fault_77_a_prompt_that_is_answered_late_is_not_shown_twice() {
    let (answer, waiting) = sync_channel(1);
    let (waiting, asked) = (Mutex::new(waiting), Arc::new(AtomicBool::new(false)));
    let fetch = move || {
        assert!(!asked.swap(true, Ordering::SeqCst), "it was asked once");
        waiting.lock().expect("a lock").recv().expect("an answer")
    };
    let vault = Vault::ask(Arc::new(fetch), Duration::from_millis(20));
    assert_eq!(vault.cause(), Some("no keyring answers"));
    assert!(!vault.retry_for(Duration::from_millis(20)));
    answer.send(made()).expect("heard");
    assert!(vault.retry());
}

#[test]
fn fault_77_a_keyring_that_is_unlocked_late_is_noticed_without_asking() {
    let (answer, waiting) = sync_channel(0);
    let waiting = Mutex::new(waiting);
    let fetch = move || waiting.lock().expect("a lock").recv().expect("an answer");
    let vault = Vault::ask(Arc::new(fetch), Duration::from_millis(20));
    assert!(!vault.is_lasting());
    answer.send(made()).expect("heard");
    while !vault.is_lasting() {
        thread::yield_now();
    }
    assert_eq!(vault.cause(), None);
}

#[test]
fn fault_77_a_prompt_that_was_dismissed_is_shown_again_when_it_is_wanted() {
    let (dismissed, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (seen, first) = (Arc::clone(&dismissed), Arc::clone(&asked));
    let fetch = move || {
        if first.swap(true, Ordering::SeqCst) {
            return made();
        }
        while !seen.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        Err(Failure::Locked)
    };
    let vault = Vault::ask(Arc::new(fetch), Duration::from_millis(20));
    assert!(!vault.is_lasting());
    dismissed.store(true, Ordering::SeqCst);
    assert!(vault.retry());
}

#[test]
fn what_is_damaged_or_not_to_be_asked_is_not_asked_again() {
    let damaged = Vault::ask(Arc::new(|| Err(Failure::Damaged)), PATIENCE);
    assert!(!damaged.retry());
    assert!(!Vault::open(KeyPlace::Memory).retry());
}

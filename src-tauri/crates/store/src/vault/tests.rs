use super::*;

fn made() -> Entry {
    Key::random().map_err(|error| Failure::NotAsked(error.to_string()))
}

#[test]
fn a_key_of_the_keyring_lasts() {
    let vault = Vault::ask(made, PATIENCE);
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
        let vault = Vault::ask(fail, PATIENCE);
        assert!(!vault.is_lasting());
        assert!(vault.problem().expect("a sentence").contains("cannot be read after quitting"));
        assert!(vault.seal(b"a", b"").is_some());
    }
}

#[test]
fn a_prompt_that_nobody_answers_is_not_waited_for() {
    // The thread that asks stays where it is, as one that waits for a person.
    let vault = Vault::ask(
        || {
            loop {
                thread::park();
            }
        },
        Duration::from_millis(20),
    );
    assert!(vault.problem().expect("a sentence").starts_with("The keyring did not answer in time"));
}

#[test]
fn asking_that_fails_is_no_crash() {
    let vault = Vault::ask(|| panic!("a bug in the keyring's client"), PATIENCE);
    assert!(vault.problem().expect("a sentence").starts_with("The keyring could not be asked"));
}

#[test]
fn nothing_of_the_key_is_printed() {
    let vault = Vault::open(KeyPlace::Memory);
    assert_eq!(format!("{vault:?}"), "Vault { .. }");
}

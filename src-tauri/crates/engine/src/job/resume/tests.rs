//! Where a look puts what an earlier run left.

use secateur_domain::outcome::WaitsFor;

use super::*;
use crate::testing::{job_for_one, seen, uid};

fn present(uid: &str) -> Seen {
    seen(uid, "1")
}

/// Where the only target is put: the word of its outcome, "send", "send again", or why the job does not go on.
fn check(before: &Outcome, seen: &Seen, expected: &str) {
    let mut planned = job_for_one();
    let key = planned.confirmed.plan().targets()[0].clone();
    let placed = match place(&mut planned, 0, before, &key, seen) {
        Err(error) => error.to_string(),
        Ok(()) => match planned.waiting.get(&0) {
            Some(outcome) => outcome.word().to_owned(),
            None if planned.doubtful.contains(&0) => "send again".to_owned(),
            None => "send".to_owned(),
        },
    };
    assert_eq!(placed, expected, "{before:?} {seen:?}");
}

#[test]
fn what_was_not_started_is_sent_unless_it_is_gone_or_another() {
    check(&Outcome::Waiting, &present("mine"), "send");
    check(&Outcome::Waiting, &Seen::Absent, "alreadyGone");
    let changed = "nothing was sent: the plan changed";
    let mut planned = job_for_one();
    let key = planned.confirmed.plan().targets()[0].clone();
    let error = place(&mut planned, 0, &Outcome::Waiting, &key, &present("other")).expect_err(changed);
    assert!(error.to_string().contains("was replaced"), "{error}");
}

#[test]
fn what_may_have_been_sent_is_gone_or_sent_again_or_left_to_terminate() {
    let terminating =
        Seen::Present { uid: uid("mine"), version: String::new(), terminating: Some(WaitsFor::default()) };
    let unknown = Outcome::Unknown { cause: "reset".into() };
    for before in [&Outcome::Requested, &Outcome::Accepted, &unknown] {
        check(before, &Seen::Absent, "gone");
        check(before, &present("other"), "recreated");
        check(before, &present("mine"), "send again");
        check(before, &terminating, "terminating");
    }
    check(&Outcome::Waiting, &terminating, "terminating");
}

#[test]
fn what_is_given_up_is_not_sent_or_unknown_and_what_is_known_stays() {
    let check = |outcome: Outcome, expected: Option<&str>| {
        assert_eq!(given_up(&outcome).map(|outcome| outcome.word()), expected, "{outcome:?}");
    };
    check(Outcome::Waiting, Some("notSent"));
    check(Outcome::Requested, Some("unknown"));
    check(Outcome::Accepted, Some("unknown"));
    check(Outcome::Gone { successor: None }, None);
    check(Outcome::Terminating { waits_for: WaitsFor::default() }, None);
}

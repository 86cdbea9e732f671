//! Answers and sights in every order that they may come in.

use secateur_domain::outcome::WaitsFor;

use super::*;
use crate::testing::{job_for_one, seen, uid};

fn one_target() -> Targets {
    let mut targets = Targets::new("job".into(), &job_for_one(), &HashMap::new(), 0);
    let cluster = targets.lanes[0].cluster.clone();
    targets.end_lane(&cluster, None);
    targets
}

/// Feeds answers and sights as they come; gives the words of the outcomes that were told.
fn check(news: &[News], expected: &[&str]) {
    let mut targets = one_target();
    let mut told = Vec::new();
    for (now, news) in (1..).zip(news) {
        let mut tell = |targets: &Targets| told.push(targets.states[0].outcome.word());
        let is_told = match news {
            News::Answer(outcome) => targets.answer(0, outcome.clone(), Reply::default(), now),
            News::Sight(seen) => targets.see(0, seen, now),
        };
        if is_told {
            tell(&targets);
        }
        if let Some(seen) = targets.take_seen_early(0)
            && targets.see(0, &seen, now)
        {
            tell(&targets);
        }
    }
    assert_eq!(told, expected);
}

enum News {
    Answer(Outcome),
    Sight(Seen),
}
use News::{Answer, Sight};

fn present(uid: &str) -> Seen {
    seen(uid, "1")
}

#[test]
fn the_answer_and_then_the_watch() {
    let news = [Answer(Outcome::Requested), Answer(Outcome::Accepted), Sight(Seen::Absent)];
    check(&news, &["requested", "accepted", "gone"]);
}
#[test]
fn a_watch_that_is_faster_than_the_answer_waits_for_it() {
    let news = [Answer(Outcome::Requested), Sight(Seen::Absent), Answer(Outcome::Accepted)];
    check(&news, &["requested", "accepted", "gone"]);
}
#[test]
fn a_watch_that_is_faster_than_the_news_of_sending_is_not_lost() {
    let news = [Sight(Seen::Absent), Answer(Outcome::Requested), Answer(Outcome::Accepted)];
    check(&news, &["requested", "accepted", "gone"]);
}
#[test]
fn somebody_else_was_faster() {
    let news = [Answer(Outcome::Requested), Sight(Seen::Absent), Answer(Outcome::AlreadyGone)];
    check(&news, &["requested", "alreadyGone"]);
}
#[test]
fn what_comes_after_it_makes_it_recreated() {
    let news =
        [Answer(Outcome::Requested), Answer(Outcome::Accepted), Sight(Seen::Absent), Sight(present("next"))];
    check(&news, &["requested", "accepted", "gone", "recreated"]);
}
#[test]
fn an_old_sight_of_it_alive_changes_nothing() {
    let news = [Answer(Outcome::Requested), Answer(Outcome::Accepted), Sight(present("mine"))];
    check(&news, &["requested", "accepted"]);
}
#[test]
fn a_refused_target_is_not_gone_because_somebody_deletes_it_later() {
    let refused = Outcome::Refused { status: 403, reason: "Forbidden".into(), message: "no".into() };
    check(&[Answer(Outcome::Requested), Answer(refused), Sight(Seen::Absent)], &["requested", "refused"]);
}
#[test]
fn a_lost_answer_is_unknown_until_it_is_seen() {
    let unknown = Outcome::Unknown { cause: "reset".into() };
    check(
        &[Answer(Outcome::Requested), Answer(unknown), Sight(Seen::Absent)],
        &["requested", "unknown", "gone"],
    );
}
#[test]
fn a_terminating_target_goes_in_the_end() {
    let held = WaitsFor { finalizers: vec!["a/b".into()], ..WaitsFor::default() };
    let held = Seen::Present { uid: uid("mine"), version: String::new(), terminating: Some(held) };
    let news = [Answer(Outcome::Requested), Answer(Outcome::Accepted), Sight(held), Sight(Seen::Absent)];
    check(&news, &["requested", "accepted", "terminating", "gone"]);
}
#[test]
fn what_was_accepted_long_ago_is_looked_at_and_then_left_for_a_while() {
    let mut targets = one_target();
    targets.answer(0, Outcome::Accepted, Reply::default(), 1_000);
    assert_eq!(targets.take_overdue(4_000, 9).len(), 0);
    assert_eq!(targets.take_overdue(4_001, 0).len(), 0);
    assert_eq!(targets.take_overdue(4_001, 9).len(), 1);
    assert_eq!(targets.take_overdue(4_002, 9).len(), 0);
    assert_eq!(targets.take_overdue(7_002, 9).len(), 1);
}

#[test]
fn what_nobody_may_look_at_is_gone_by_the_servers_word_with_the_uid_and_unknown_without() {
    for (is_named, expected) in [(true, "gone"), (false, "unknown")] {
        for is_blind_first in [true, false] {
            let mut targets = one_target();
            if is_named {
                targets.name(0);
            }
            targets.answer(0, Outcome::Requested, Reply::default(), 1);
            if is_blind_first {
                targets.blind(0, 2);
                assert!(!targets.are_all_over(), "not before the answer");
            }
            targets.answer(0, Outcome::Accepted, Reply::default(), 3);
            if !is_blind_first {
                targets.blind(0, 4);
            }
            assert_eq!(targets.states[0].outcome.word(), expected);
            assert!(targets.are_all_over());
        }
    }
}

#[test]
fn an_unknown_target_ends_a_job_only_when_it_is_given_up() {
    let mut targets = one_target();
    targets.answer(0, Outcome::Unknown { cause: "reset".into() }, Reply::default(), 1);
    assert!(!targets.are_all_over());
    targets.give_up(0);
    assert!(targets.are_all_over());
}

#[test]
fn a_journal_that_cannot_be_written_is_told_with_every_cluster() {
    let mut targets = one_target();
    assert_eq!(targets.summary(0).lanes[0].problem, None);
    targets.set_journal_problem("the disk is full");
    let problem = targets.summary(0).lanes[0].problem.clone();
    assert_eq!(
        problem.as_deref(),
        Some("What became of these targets is not written down: the disk is full.")
    );
}

#[test]
fn what_is_held_longer_than_its_grace_period_keeps_nobody_waiting() {
    let mut targets = one_target();
    let waits_for = WaitsFor { until: Some(30), ..WaitsFor::default() };
    targets.answer(0, Outcome::Terminating { waits_for }, Reply::default(), 1_000);
    assert!(!targets.are_all_over());
    assert!(!targets.are_rest_held(40_000), "its grace period ends at 30 s");
    assert!(targets.are_rest_held(40_001));
    targets.until = Until::Accepted;
    assert!(targets.are_all_over(), "where nobody waits for the end, accepted is enough");
}

#[test]
fn that_a_delete_is_on_its_way_is_written_before_it_is_and_not_again() {
    let mut targets = one_target();
    targets.answer(0, Outcome::Requested, Reply::default(), 1);
    assert_eq!(targets.record(0), None);
    let reply = Reply { status: Some(200), ..Reply::default() };
    targets.answer(0, Outcome::Accepted, reply, 2);
    assert_eq!(targets.record(0).and_then(|record| record.status), Some(200));
    targets.see(0, &Seen::Absent, 3);
    assert_eq!(targets.record(0).map(|record| record.status), Some(None), "the reply was told");
}

use secateur_domain::plan::DeleteOptions;

use super::{
    super::testing::{known, work_out},
    *,
};
use crate::testing::{cluster, config_map, plan, pod, seen, uid};

fn refused() -> Rehearsal {
    Rehearsal::Refused { status: 403, reason: "Forbidden".into(), message: "no".into() }
}

fn terminating(name: &str, until: i64) -> Seen {
    let waits_for = WaitsFor { until: Some(until), ..WaitsFor::default() };
    Seen::Present { uid: uid(name), version: "9".into(), terminating: Some(waits_for) }
}

fn strict(names: &[&str]) -> Known {
    let options = DeleteOptions { only_if_unchanged: true, ..DeleteOptions::default() };
    Known::new(plan(names.iter().map(|name| config_map("garden", name)).collect(), options))
}

fn left(known: &mut Known) -> Vec<String> {
    let plan = known.left().plan.clone();
    plan.map(|plan| plan.targets().iter().map(|key| key.name.to_string()).collect()).unwrap_or_default()
}

#[test]
fn a_target_is_rehearsed_once_it_was_looked_at() {
    let mut known = known(&["a", "b"]);
    let garden = cluster("garden");
    assert_eq!(known.take_wanted(&garden), None);
    assert_eq!(known.see(1, &seen("b", "1")), News::Progress);
    assert_eq!(known.take_wanted(&garden).map(|wanted| wanted.target), Some(1));
    assert_eq!(known.take_wanted(&garden), None);
    assert!(!known.is_ready());
}

#[test]
fn a_plan_is_ready_when_everything_was_asked_and_answered() {
    let mut known = known(&["a", "b"]);
    work_out(&mut known);
    assert!(known.is_ready());
    assert_eq!(known.progress().words, "");
}

#[test]
fn what_would_be_refused_is_left_out_and_the_digest_says_so() {
    let mut known = known(&["a", "b"]);
    let (frozen, garden) = (known.left().frozen.clone(), cluster("garden"));
    known.see(0, &seen("a", "1"));
    known.take_wanted(&garden).expect("a rehearsal");
    known.answer(0, refused(), 1);
    assert_eq!(left(&mut known), ["b"]);
    assert_ne!(known.left().digest, frozen);
    assert_eq!(known.left().frozen, frozen);
}

#[test]
fn what_is_gone_or_replaced_is_left_out_and_not_rehearsed() {
    let mut known = known(&["a", "b"]);
    work_out(&mut known);
    assert!(matches!(known.see(0, &Seen::Absent), News::Change(words) if words.contains("is gone")));
    assert!(
        matches!(known.see(1, &seen("another", "2")), News::Change(words) if words.contains("was replaced"))
    );
    assert_eq!(left(&mut known), Vec::<String>::new());
    assert!(known.targets.iter().all(|target| matches!(target.rehearsal, Rehearsal::NotAsked { .. })));
    assert!(known.is_ready());
}

#[test]
fn one_that_is_there_again_is_rehearsed_again_and_a_new_version_is_no_reason() {
    let mut known = known(&["a"]);
    work_out(&mut known);
    assert_eq!(known.see(0, &seen("a", "2")), News::Nothing);
    assert!(known.is_ready());
    known.see(0, &Seen::Absent);
    known.see(0, &seen("a", "2"));
    assert!(!known.is_ready());
    assert!(known.take_wanted(&cluster("garden")).is_some());
}

#[test]
fn an_answer_that_comes_after_the_target_went_says_nothing() {
    let mut known = known(&["a"]);
    known.see(0, &seen("a", "1"));
    known.take_wanted(&cluster("garden")).expect("a rehearsal");
    known.see(0, &Seen::Absent);
    assert_eq!(known.answer(0, Rehearsal::Accepted, 1), News::Nothing);
    assert!(matches!(known.targets[0].rehearsal, Rehearsal::NotAsked { .. }));
}

#[test]
fn only_unchanged_ones_may_go_where_that_was_asked_for() {
    let mut known = strict(&["a", "b"]);
    work_out(&mut known);
    assert_eq!(known.take_wanted(&cluster("garden")), None);
    let at_first = known.left().frozen.clone();
    assert!(matches!(known.see(0, &seen("a", "2")), News::Change(words) if words.contains("has changed")));
    assert_eq!(known.targets[0].presence, Presence::Changed);
    assert_eq!(left(&mut known), ["b"]);
    assert_eq!(known.left().frozen, at_first, "the frozen versions are those of the first look");
    let key = known.plan.targets()[0].clone();
    assert_eq!(known.plan.version(&key), Some("1"));
}

#[test]
fn one_whose_version_nobody_may_read_is_left_out_where_only_unchanged_ones_may_go() {
    let mut known = strict(&["a", "b"]);
    known.blind(0);
    known.see(1, &seen("b", "1"));
    assert_eq!(left(&mut known), ["b"]);
}

#[test]
fn a_terminating_target_stays_part_of_the_plan_and_is_not_rehearsed() {
    let mut known = known(&["a"]);
    known.see(0, &terminating("a", 100));
    assert_eq!(known.take_wanted(&cluster("garden")), None);
    assert_eq!(left(&mut known), ["a"]);
}

#[test]
fn force_is_for_a_pod_that_is_past_its_grace_period() {
    let options = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
    let mut known = Known::new(plan(vec![pod("p")], options));
    known.see(0, &seen("p", "1"));
    assert!(!known.may_force(1_000));
    known.see(0, &terminating("p", 100));
    assert!(!known.may_force(99));
    assert!(known.may_force(100));
    assert!(known.take_wanted(&cluster("garden")).is_some(), "it is sent a DELETE, and so rehearsed");
}

#[test]
fn a_locked_cluster_is_ready_unrehearsed_and_is_rehearsed_when_it_is_unlocked() {
    let mut known = known(&["a", "b"]);
    let garden = cluster("garden");
    for (target, name) in ["a", "b"].iter().enumerate() {
        known.see(target, &seen(name, "1"));
    }
    known.take_wanted(&garden).expect("a rehearsal");
    assert_eq!(known.hold(&garden, "garden", &Hold::Locked), News::Progress);
    assert!(
        known
            .targets
            .iter()
            .all(|target| target.rehearsal == Rehearsal::NotAsked { why: "garden is read-only".into() })
    );
    assert_eq!(known.take_wanted(&garden), None);
    known.surveyed(&garden, Surveyed::default());
    known.access(&garden, Vec::new());
    known.keep_in(Keeping::Nothing { why: String::new() });
    assert!(known.is_ready());
    known.release(&garden);
    assert!(!known.is_ready());
    assert!(known.take_wanted(&garden).is_some() && known.take_wanted(&garden).is_some());
}

#[test]
fn a_busy_server_is_asked_again_but_not_for_ever() {
    let mut known = known(&["a"]);
    let garden = cluster("garden");
    known.see(0, &seen("a", "1"));
    for _ in 1..BUSY_AT_MOST {
        known.take_wanted(&garden).expect("a rehearsal");
        assert_eq!(known.busy(0, "too many requests", 1), News::Nothing);
    }
    known.take_wanted(&garden).expect("the last one");
    assert_eq!(known.busy(0, "too many requests", 1), News::Progress);
    assert_eq!(known.targets[0].rehearsal, Rehearsal::NoAnswer { cause: "too many requests".into() });
}

#[test]
fn what_takes_too_long_to_look_at_is_rehearsed_all_the_same() {
    let mut known = known(&["a", "b"]);
    known.see(0, &seen("a", "1"));
    assert_eq!(known.stop_waiting_for_looks(), News::Progress);
    assert!(
        known.take_wanted(&cluster("garden")).is_some() && known.take_wanted(&cluster("garden")).is_some()
    );
    assert_eq!(known.stop_waiting_for_looks(), News::Nothing);
}

#[test]
fn what_goes_with_what_is_left_raises_the_risk() {
    let mut known = known(&["a", "b"]);
    let taken = vec![(0, pod("p1")), (0, pod("p2")), (1, pod("p3"))];
    known.surveyed(&cluster("garden"), Surveyed { taken, ..Surveyed::default() });
    assert_eq!(known.found().dependants, 3);
    known.see(0, &Seen::Absent);
    assert_eq!(known.found().dependants, 1);
}

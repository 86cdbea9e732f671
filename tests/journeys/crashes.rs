//! Killed in the middle of deleting: what the journal and the trash hold then, and how the job goes on.
//!
//! The headless binary is killed by its id with SIGKILL, at random moments and right after each kind of thing it
//! writes. What it left is judged against the server's audit log, and then resumed by an engine on the same folder.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader},
    path::Path,
    process::Child,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use secateur_domain::outcome::Outcome;
use secateur_engine::JobState;
use secateur_store::{CopyRole, Journal};

use crate::{
    audit::deletes,
    support::{
        engine::Engine,
        headless::{Headless, field},
        jobs::{copied, copied_as, counted},
        parts::several,
        plane::{Plane, first},
        wait_until,
    },
};

const TARGETS: usize = 150;
/// So few that each of their commits is a kill in a minute.
const FEW: usize = 8;
/// So many that not all is sent when the first is gone.
const MANY: usize = 800;

/// When the process is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// So long after it began.
    After(Duration),
    /// When the journal's file grows: the intent is being written.
    Intent,
    /// When the trash's file grows: copies are being written.
    Copies,
    /// When so many targets were told with this outcome.
    Told(&'static str, usize),
    /// Before or after the commit with this number.
    Commit(&'static str, usize),
}

#[test]
fn fault_82_killed_at_random_moments_nothing_is_lost_and_no_delete_is_without_a_copy() {
    let plane = first();
    for kill in 0..several("SECATEUR_KILLS", 5) {
        // The moment is printed with whatever fails.
        let moment = Moment::After(Duration::from_millis(random(1_500)));
        kill_and_resume(plane, &format!("killed-{kill}"), TARGETS, moment);
    }
}

#[test]
fn fault_82_killed_at_every_commit_nothing_is_lost_and_no_delete_is_without_a_copy() {
    let plane = first();
    for side in ["before", "after"] {
        let mut number = 1;
        // Whatever is written for good: the intent, copies, requests, answers, the end.
        while kill_and_resume(plane, &format!("{side}-{number}"), FEW, Moment::Commit(side, number)) {
            number += 1;
        }
        assert!(number > 5, "only {number} commits");
    }
}

#[test]
fn fault_82_killed_at_every_kind_of_write_nothing_is_lost_and_no_delete_is_without_a_copy() {
    let plane = first();
    let moments = [
        Moment::Intent,
        Moment::Copies,
        Moment::Told("requested", 1),
        Moment::Told("accepted", 1),
        Moment::Told("gone", 1),
        Moment::Told("requested", TARGETS / 2),
        Moment::Told("gone", TARGETS - 1),
        Moment::Told("gone", TARGETS),
    ];
    for (place, moment) in moments.into_iter().enumerate() {
        kill_and_resume(plane, &format!("written-{place}"), TARGETS, moment);
    }
}

#[test]
fn fault_82_a_job_is_resumed_only_if_nothing_was_replaced_and_dismissed_for_good() {
    let plane = first();
    plane.seed_config_maps("changed", MANY);
    let person = Headless::admin(plane);
    let arguments = ["configmaps", "-n", "changed", "-l", "app=configmap"];
    let proof = person.proof(&arguments);
    kill_at(&person, &[&["delete", "--confirm", &proof], &arguments[..]].concat(), Moment::Told("gone", 1));
    let journal = Journal::open(&person.state()).expect("the journal");
    let job = journal.unfinished().expect("its jobs").pop().expect("the interrupted job").job;
    let targets = journal.targets(&job).expect("its targets");
    let waiting = targets.iter().find(|row| row.latest.outcome == Outcome::Waiting).expect("one not started");
    let name = waiting.target.object.name.to_string();
    drop(journal);
    plane.kubectl(&["-n", "changed", "delete", "cm", &name]);
    let namesake = plane.config_map("changed", &name);
    let before = deletes(plane, "changed").len();
    Engine::on_state(&[plane], &person.state()).run(async |engine| {
        let summary = engine.job(&job);
        assert_eq!((summary.state, summary.is_settled), (JobState::Interrupted, false), "{summary:?}");
        assert!(summary.sentence.starts_with("A job was interrupted: "), "{summary:?}");
        assert!(summary.sentence.ends_with("Nothing goes on by itself."), "{summary:?}");
        let refused = engine.backend.resume_job(&job).await.expect_err("nobody is signed in");
        assert_eq!(refused.describe().code, secateur_engine::Code::SignInRequired);
        engine.open(plane.name).await;
        let refused = engine.backend.resume_job(&job).await.expect_err("one was replaced");
        assert_eq!(refused.describe().code, secateur_engine::Code::PlanChanged);
        assert!(refused.to_string().contains(&name), "{refused}");
        engine.backend.dismiss_job(&job).await.expect("it is given up");
        assert!(engine.backend.jobs().is_empty());
    });
    assert_eq!(deletes(plane, "changed").len(), before, "nothing was sent");
    assert_eq!(plane.uid("changed", "cm", &name), Some(namesake));
    let journal = Journal::open(&person.state()).expect("the journal");
    assert!(journal.unfinished().expect("its jobs").is_empty());
}

#[test]
fn a_resumed_job_keeps_its_order_and_copies_what_goes_with_its_targets() {
    let plane = first();
    plane.namespace("in-order");
    let owner = plane.config_map("in-order", "owner");
    let owns = |name: &str| {
        plane.apply(&format!(
            r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{name}","namespace":"in-order",
            "ownerReferences":[{{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{owner}"}}]}}}}"#
        ));
        plane.uid("in-order", "cm", name).expect("its UID")
    };
    // By their names alone the owned one would come first.
    let (target, with_it) = (owns("a-target"), owns("with-it"));
    let person = Headless::admin(plane);
    let arguments = ["configmaps", "-n", "in-order", "a-target", "owner"];
    let proof = person.proof(&arguments);
    let killed = kill_at(
        &person,
        &[&["delete", "--confirm", &proof], &arguments[..]].concat(),
        Moment::Commit("after", 1),
    );
    assert!(killed && deletes(plane, "in-order").is_empty(), "only the intent is written");
    let job = judge(plane, "in-order", &person.state(), Moment::Commit("after", 1)).expect("the job");
    Engine::on_state(&[plane], &person.state()).run(async |engine| {
        engine.open(plane.name).await;
        engine.backend.resume_job(&job).await.expect("nothing changed");
        let over = engine.over(&job).await;
        assert_eq!(counted(&over, "gone") + counted(&over, "alreadyGone"), 2, "{over:?}");
    });
    let sent: Vec<String> = deletes(plane, "in-order").iter().map(crate::audit::Delete::uid).collect();
    // The collector may have taken the owned one before its own DELETE.
    assert!(sent == [owner.as_str(), &target] || sent == [owner.as_str()], "{sent:?}");
    assert_eq!(copied_as(&person.state(), CopyRole::Dependant), BTreeSet::from([with_it]));
}

#[test]
fn a_run_that_ends_by_itself_leaves_nothing_unfinished() {
    let plane = first();
    plane.seed_config_maps("ended", 30);
    let person = Headless::admin(plane);
    let ran = person.plan_and_delete(&["configmaps", "-n", "ended", "-l", "app=configmap"], &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let journal = Journal::open(&person.state()).expect("the journal");
    assert!(journal.unfinished().expect("its jobs").is_empty());
    let job = journal.jobs().expect("its jobs").pop().expect("the job").job;
    let rows = journal.targets(&job).expect("its targets");
    assert!(rows.iter().all(|row| row.latest.outcome.is_gone()), "{rows:?}");
}

/// Some number below `limit`.
fn random(limit: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    u64::from(now.subsec_micros()) % limit
}

/// Deletes ConfigMaps of a namespace of its own, kills it, judges what it left, and lets it go on. Says whether there
/// was anything to kill at that moment.
fn kill_and_resume(plane: &Plane, namespace: &str, count: usize, moment: Moment) -> bool {
    plane.seed_config_maps(namespace, count);
    plane.config_map(namespace, "bystander");
    let person = Headless::admin(plane);
    let arguments = ["configmaps", "-n", namespace, "-l", "app=configmap"];
    let proof = person.proof(&arguments);
    let is_killed = kill_at(&person, &[&["delete", "--confirm", &proof], &arguments[..]].concat(), moment);
    let job = judge(plane, namespace, &person.state(), moment);
    let Some(job) = job else {
        // It was killed before it wrote down what it wanted, or after everything was over.
        return is_killed;
    };
    let known = copied(&person.state());
    Engine::on_state(&[plane], &person.state()).run(async |engine| {
        assert_eq!(engine.job(&job).state, JobState::Interrupted, "{moment:?}");
        let before = deletes(plane, namespace).len();
        engine.open(plane.name).await;
        assert_eq!(deletes(plane, namespace).len(), before, "it went on by itself, {moment:?}");
        engine.backend.resume_job(&job).await.expect("nothing changed");
        let over = engine.over(&job).await;
        let ended = counted(&over, "gone") + counted(&over, "alreadyGone");
        assert_eq!((ended, over.total), (count, count), "{moment:?}: {over:?}");
    });
    judge(plane, namespace, &person.state(), moment);
    assert!(copied(&person.state()).is_superset(&known), "{moment:?}");
    assert!(plane.uid(namespace, "cm", "bystander").is_some(), "{moment:?}");
    let left = plane.kubectl(&["-n", namespace, "get", "cm", "-l", "app=configmap", "-o", "name"]);
    assert_eq!(left, "", "{moment:?}");
    is_killed
}

/// What is on the disk against what the server was asked: the journal knows of every DELETE, and the trash has a copy
/// for each. Gives the job that was interrupted, if one was.
fn judge(plane: &Plane, namespace: &str, state: &Path, moment: Moment) -> Option<String> {
    if !state.join("journal.db").exists() {
        assert_eq!(deletes(plane, namespace).len(), 0, "sent before there was a journal, {moment:?}");
        return None;
    }
    let journal = Journal::open(state).expect("the journal");
    let mut known = BTreeMap::new();
    for job in journal.jobs().expect("its jobs") {
        for row in journal.targets(&job.job).expect("its targets") {
            known.insert(row.target.object.uid.to_string(), row.latest.outcome);
        }
    }
    let copies = copied(state);
    let sent: BTreeSet<String> = deletes(plane, namespace).iter().map(crate::audit::Delete::uid).collect();
    for uid in sent {
        let outcome =
            known.get(&uid).unwrap_or_else(|| panic!("an object that nobody chose: {uid}, {moment:?}"));
        assert_ne!(*outcome, Outcome::Waiting, "a DELETE that the journal does not know: {uid}, {moment:?}");
        assert!(copies.contains(&uid), "a DELETE without a copy: {uid}, {moment:?}");
    }
    journal.unfinished().expect("its jobs").pop().map(|job| job.job)
}

/// Begins a command and kills it at this moment; says whether it did, and did not end by itself before.
fn kill_at(person: &Headless, arguments: &[&str], moment: Moment) -> bool {
    if let Moment::Commit(side, number) = moment {
        return person.ends_at(&format!("{side} {number}"), arguments);
    }
    let state = person.state();
    let size = |file: &str| std::fs::metadata(state.join(file)).map_or(0, |metadata| metadata.len());
    let began = Instant::now();
    let (journal, trash) = (size("journal.db-wal"), size("trash.db-wal"));
    let mut child = person.spawn(arguments);
    let mut output = BufReader::new(child.stdout.take().expect("its output"));
    let is_over = |child: &mut Child| child.try_wait().expect("its state").is_some();
    match moment {
        Moment::After(wait) => {
            wait_until("the moment", || began.elapsed() >= wait || is_over(&mut child));
        }
        // Opening a file writes to it too, so this is the first write or one soon after it.
        Moment::Intent => wait_until("an intent", || size("journal.db-wal") > journal || is_over(&mut child)),
        Moment::Copies => wait_until("a copy", || size("trash.db-wal") > trash || is_over(&mut child)),
        Moment::Told(word, count) => {
            let mut told = 0;
            let mut line = String::new();
            while told < count && output.read_line(&mut line).expect("its output") > 0 {
                told += usize::from(field(&line, "outcome").as_deref() == Some(word));
                line.clear();
            }
        }
        Moment::Commit(..) => {}
    }
    // It may have ended by itself.
    let _ = child.kill();
    child.wait().expect("it ends").code().is_none()
}

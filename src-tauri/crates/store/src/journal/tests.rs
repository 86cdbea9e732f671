use std::fs;

use rusqlite::Connection;
use secateur_domain::{
    fingerprint::Fingerprint,
    ids::{ClusterId, Uid},
    outcome::WaitsFor,
    plan::{Agreed, DeleteOptions, Propagation},
    rehearsal::Rehearsal,
    tier::Tier,
};

use super::{
    record::{CopyPlanned, JobCluster, OutcomeCount},
    *,
};
use crate::{object::tests::config_map, testing::SmallDisk};

mod damage;
mod history;
mod migration;

fn target_of(name: &str) -> TargetRecord {
    TargetRecord {
        object: config_map(name),
        resource_version: Some("7".into()),
        rehearsal: Rehearsal::Accepted,
        rehearsed_at: Some(900),
        copy: CopyPlanned::NotAllowed { why: "no get".into() },
        dependants: 3,
        copied_with: vec![config_map("with-it")],
        level: 2,
    }
}

fn job(id: &str, created: i64, targets: &[&str]) -> JobRecord {
    let fingerprint = Fingerprint {
        server: "https://a".into(),
        ca_hash: "ca".into(),
        namespace: "kube-system".into(),
        namespace_uid: Uid::parse("system").ok(),
    };
    JobRecord {
        job: id.into(),
        digest: "d".into(),
        options: DeleteOptions {
            propagation: Propagation::Foreground,
            grace_period_seconds: Some(5),
            ..DeleteOptions::default()
        },
        agreed: Agreed::Typed("garden".into()),
        created,
        clusters: vec![JobCluster {
            cluster: config_map("any").cluster,
            name: "garden".into(),
            fingerprint,
            tier: Tier::Staging,
            user: Some("jane".into()),
            server: "https://a".into(),
        }],
        targets: targets.iter().map(|name| target_of(name)).collect(),
    }
}

fn outcome(ordinal: u32, outcome: Outcome, at: i64) -> OutcomeRecord {
    OutcomeRecord::new(ordinal, outcome, at)
}

fn open(dir: &Path) -> Journal {
    Journal::open(dir).expect("a journal")
}

#[test]
fn an_intent_is_there_after_a_restart_with_every_target_waiting() {
    let dir = tempfile::tempdir().expect("a folder");
    let record = job("one", 1_000, &["a", "<script>", "b"]);
    // Forgotten, not closed: nothing gets to tidy up, as in a crash. The lock goes with the file's descriptor, so the
    // folder is copied before it is opened again.
    let journal = open(dir.path());
    journal.begin_job(&record).expect("written");
    let after = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(dir.path()).expect("a folder").flatten() {
        fs::copy(entry.path(), after.path().join(entry.file_name())).expect("a copy");
    }
    let again = open(after.path());
    let jobs = again.jobs().expect("jobs");
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].clusters, record.clusters);
    assert_eq!((jobs[0].options, jobs[0].created, jobs[0].finished), (record.options, 1_000, None));
    assert_eq!(jobs[0].agreed.as_ref(), Some(&record.agreed));
    assert_eq!(again.unfinished().expect("jobs"), jobs);
    assert_eq!(again.job("one").expect("a job").as_ref(), jobs.first());
    assert_eq!(again.job("two").expect("no job"), None);
    assert_eq!(jobs[0].outcomes, [OutcomeCount { outcome: "waiting".into(), count: 3 }]);
    let targets = again.targets("one").expect("targets");
    assert_eq!(targets.iter().map(|row| row.target.clone()).collect::<Vec<_>>(), record.targets);
    assert!(
        (0..)
            .zip(&targets)
            .all(|(at, row)| row.latest.ordinal == at && row.latest.outcome == Outcome::Waiting)
    );
}

#[test]
fn an_intent_is_whole_or_not_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    let mut record = job("one", 1, &["a", "b"]);
    record.targets[1].object.cluster = ClusterId::derive("another", "one", "!");
    assert!(journal.begin_job(&record).is_err(), "a target of a cluster that the job does not name");
    assert_eq!(journal.jobs().expect("jobs"), []);
    journal.begin_job(&job("one", 1, &["a"])).expect("written");
    assert!(journal.begin_job(&job("one", 2, &["b"])).is_err(), "the same job twice");
    assert_eq!(journal.targets("one").expect("targets").len(), 1);
}

#[test]
fn the_latest_outcome_counts_and_all_are_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    journal.begin_job(&job("one", 1, &["a", "b", "c"])).expect("written");
    let waits_for =
        WaitsFor { finalizers: vec!["a/b".into()], grace_period_seconds: Some(30), until: Some(7) };
    let terminating = Outcome::Terminating { waits_for };
    let accepted = OutcomeRecord {
        audit_id: Some("audit".into()),
        status: Some(202),
        note: Some("a warning".into()),
        ..outcome(0, Outcome::Accepted, 2)
    };
    journal.record_all("one", std::slice::from_ref(&accepted)).expect("written");
    journal.record_all("one", &[outcome(0, terminating.clone(), 3)]).expect("written");
    let gone = |ordinal| outcome(ordinal, Outcome::Gone { successor: None }, 4);
    journal.record_all("one", &[gone(1), gone(2)]).expect("written");
    journal.finish_job("one", 5).expect("written");

    let first = &journal.targets("one").expect("targets")[0].latest;
    assert_eq!((&first.outcome, first.at), (&terminating, 3));
    assert_eq!(
        (first.audit_id.as_deref(), first.status, first.note.as_deref()),
        (Some("audit"), Some(202), Some("a warning")),
        "what came with the reply stays"
    );
    let jobs = journal.jobs().expect("jobs");
    let counts: Vec<_> =
        jobs[0].outcomes.iter().map(|counted| (counted.outcome.as_str(), counted.count)).collect();
    assert_eq!(counts, [("gone", 2), ("terminating", 1)]);
    assert_eq!((jobs[0].total(), jobs[0].finished), (3, Some(5)));
    let events = journal.events("one", 0).expect("events");
    assert_eq!(events, [accepted, outcome(0, terminating, 3)]);
    assert_eq!(journal.count_receipts().expect("a count"), 3);
    assert_eq!(journal.unfinished().expect("jobs"), []);
}

#[test]
fn an_outcome_without_an_intent_is_refused_and_nothing_of_its_batch_is_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    journal.begin_job(&job("one", 1, &["a"])).expect("written");
    let gone = |ordinal| outcome(ordinal, Outcome::AlreadyGone, 2);
    let refused = journal.record_all("one", &[gone(0), gone(1)]);
    assert!(matches!(refused, Err(StoreError::UnknownTarget { ordinal: 1, .. })));
    assert_eq!(journal.targets("one").expect("targets")[0].latest.outcome, Outcome::Waiting);
}

#[test]
fn the_newest_job_comes_first() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    for (id, created) in [("old", 1), ("new", 3), ("between", 2), ("as new", 3)] {
        journal.begin_job(&job(id, created, &["a"])).expect("written");
    }
    let order: Vec<_> = journal.jobs().expect("jobs").into_iter().map(|row| row.job).collect();
    assert_eq!(order, ["as new", "new", "between", "old"]);
}

#[test]
fn jobs_written_at_once_from_many_threads_are_all_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let journal = journal.clone();
            scope.spawn(move || {
                for round in 0..5 {
                    let id = format!("{thread}-{round}");
                    journal.begin_job(&job(&id, 1, &["a", "b"])).expect("written");
                    journal.record_all(&id, &[outcome(1, Outcome::AlreadyGone, 2)]).expect("written");
                    journal.finish_job(&id, 3).expect("written");
                }
            });
        }
    });
    let jobs = journal.jobs().expect("jobs");
    assert_eq!(jobs.len(), 40);
    assert!(jobs.iter().all(|row| row.finished == Some(3) && row.outcomes.len() == 2));
}

#[test]
fn every_commit_waits_for_the_disk() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    let connection = journal.database.lock();
    let text =
        |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, String>(0)).expect("a value");
    let number =
        |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0)).expect("a value");
    assert_eq!((text("journal_mode").as_str(), number("synchronous"), number("foreign_keys")), ("wal", 2, 1));
}

#[test]
fn a_journal_that_cannot_be_opened_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join(SCHEMA.file);
    fs::create_dir(&file).expect("a folder in the file's place");
    assert!(matches!(Journal::open(dir.path()), Err(StoreError::Io { file: named, .. }) if named == file));
}

#[test]
fn fault_79_a_full_disk_refuses_the_intent_and_nothing_of_it_is_kept() {
    let Some(disk) = SmallDisk::mount() else {
        println!("skipped: mounting a small disk takes root on Linux");
        return;
    };
    let journal = open(disk.path());
    journal.begin_job(&job("small", 1, &["a"])).expect("there is space for this one");
    let filler = disk.path().join("filler");
    fs::write(&filler, vec![0; 4 << 20]).expect_err("the disk is smaller");
    let names: Vec<_> = (0..2_000).map(|index| format!("a-{index}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    assert!(matches!(journal.begin_job(&job("large", 2, &names)), Err(StoreError::Full { .. })));
    assert_eq!(journal.jobs().expect("still to be read").len(), 1);
    fs::remove_file(&filler).expect("space again");
    journal.begin_job(&job("large", 2, &names)).expect("the same request succeeds once there is space");
    assert_eq!(journal.targets("large").expect("targets").len(), 2_000);
}

#[test]
fn fault_79_a_disk_that_fills_up_during_a_job_keeps_what_was_written() {
    let Some(disk) = SmallDisk::mount() else {
        println!("skipped: mounting a small disk takes root on Linux");
        return;
    };
    let journal = open(disk.path());
    journal.begin_job(&job("one", 1, &["a", "b"])).expect("there is space");
    journal.record_all("one", &[outcome(0, Outcome::AlreadyGone, 2)]).expect("written");
    disk.fill();
    let refused = (3..10_000)
        .map(|at| journal.write(&[("one".into(), outcome(1, Outcome::Requested, at))]))
        .find_map(Result::err);
    assert!(matches!(refused, Some(StoreError::Full { .. })));
    assert_eq!(journal.targets("one").expect("targets")[0].latest.outcome, Outcome::AlreadyGone);
    disk.clear();
    journal.write(&[("one".into(), outcome(1, Outcome::AlreadyGone, 9))]).expect("space again");
}

#[test]
fn outcomes_of_several_jobs_are_written_at_once_or_not_at_all() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    for id in ["one", "two"] {
        journal.begin_job(&job(id, 1, &["a"])).expect("written");
    }
    let requested = |id: &str, ordinal| (id.to_owned(), outcome(ordinal, Outcome::Requested, 2));
    let refused = journal.write(&[requested("one", 0), requested("two", 7)]);
    assert!(matches!(refused, Err(StoreError::UnknownTarget { job, ordinal: 7 }) if job == "two"));
    let latest = |id| journal.target(id, 0).expect("read").expect("a target").latest.outcome;
    assert_eq!((latest("one"), latest("two")), (Outcome::Waiting, Outcome::Waiting));
    journal.write(&[requested("one", 0), requested("two", 0)]).expect("written");
    assert_eq!((latest("one"), latest("two")), (Outcome::Requested, Outcome::Requested));
}

#[test]
fn a_note_is_an_event_and_no_outcome() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    journal.begin_job(&job("one", 1, &["a"])).expect("written");
    journal.record_all("one", &[outcome(0, Outcome::AlreadyGone, 2)]).expect("written");
    journal.note("one", 0, "Restored", 3).expect("written");
    let uid = Uid::parse("uid-of-a").expect("a UID");
    let target = journal.target_by_uid("one", &uid).expect("read").expect("a target");
    assert_eq!((target.latest.at, target.latest.note.as_deref()), (2, Some("Restored")));
    let events = journal.events("one", 0).expect("events");
    let noted = OutcomeRecord { note: Some("Restored".into()), ..outcome(0, Outcome::AlreadyGone, 3) };
    assert_eq!(events, [outcome(0, Outcome::AlreadyGone, 2), noted]);
    assert!(matches!(journal.note("one", 1, "?", 4), Err(StoreError::UnknownTarget { ordinal: 1, .. })));
}

#[test]
fn finished_jobs_that_are_too_old_are_forgotten_and_unfinished_ones_never() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    for (id, finished) in [("old", Some(10)), ("left", None), ("young", Some(20))] {
        journal.begin_job(&job(id, 1, &["a", "b"])).expect("written");
        journal.record_all(id, &[outcome(0, Outcome::AlreadyGone, 2)]).expect("written");
        if let Some(at) = finished {
            journal.finish_job(id, at).expect("written");
        }
    }
    assert_eq!(journal.retain(20).expect("forgotten"), 2);
    let left: Vec<_> = journal.jobs().expect("jobs").into_iter().map(|row| row.job).collect();
    assert_eq!(left, ["young", "left"]);
    assert_eq!(
        (journal.targets("old").expect("targets"), journal.events("old", 0).expect("events")),
        (vec![], vec![])
    );
    assert_eq!(journal.count_receipts().expect("a count"), 4);
}

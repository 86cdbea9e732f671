use std::fs;

use secateur_domain::{
    fingerprint::Fingerprint,
    outcome::WaitsFor,
    plan::{DeleteOptions, Propagation},
};

use super::*;

fn cluster() -> ClusterId {
    ClusterId::derive("file", "context", "server")
}

fn target_of(name: &str) -> TargetRecord {
    TargetRecord {
        cluster: cluster(),
        group: String::new(),
        version: "v1".into(),
        plural: "configmaps".into(),
        kind: "ConfigMap".into(),
        namespace: ResourceName::parse("ns").ok(),
        name: ResourceName::parse(name).expect("a name"),
        uid: Uid::parse(&format!("uid-of-{name}")).expect("a UID"),
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
        created,
        clusters: vec![JobCluster { cluster: cluster(), name: "garden".into(), fingerprint }],
        targets: targets.iter().map(|name| target_of(name)).collect(),
    }
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
    record.targets[1].cluster = ClusterId::derive("another", "one", "!");
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
    journal.record("one", 0, &Outcome::Accepted, Some("audit"), 2).expect("written");
    journal.record("one", 0, &terminating, None, 3).expect("written");
    let gone = |ordinal| OutcomeRecord {
        ordinal,
        outcome: Outcome::Gone { successor: None },
        audit_id: None,
        at: 4,
    };
    journal.record_all("one", &[gone(1), gone(2)]).expect("written");
    journal.finish_job("one", 5).expect("written");

    let first = &journal.targets("one").expect("targets")[0].latest;
    assert_eq!((&first.outcome, first.at), (&terminating, 3));
    assert_eq!(first.audit_id.as_deref(), Some("audit"), "the id of the DELETE stays");
    let jobs = journal.jobs().expect("jobs");
    let counts: Vec<_> =
        jobs[0].outcomes.iter().map(|counted| (counted.outcome.as_str(), counted.count)).collect();
    assert_eq!(counts, [("gone", 2), ("terminating", 1)]);
    assert_eq!((jobs[0].total(), jobs[0].finished), (3, Some(5)));
    let events: u32 =
        journal.lock().query_row("SELECT count(*) FROM event", [], |row| row.get(0)).expect("a count");
    assert_eq!(events, 4);
}

#[test]
fn an_outcome_without_an_intent_is_refused_and_nothing_of_its_batch_is_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    journal.begin_job(&job("one", 1, &["a"])).expect("written");
    let gone = |ordinal| OutcomeRecord { ordinal, outcome: Outcome::AlreadyGone, audit_id: None, at: 2 };
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
                    journal.record(&id, 1, &Outcome::AlreadyGone, None, 2).expect("written");
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
    let connection = journal.lock();
    let text =
        |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, String>(0)).expect("a value");
    let number =
        |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0)).expect("a value");
    assert_eq!((text("journal_mode").as_str(), number("synchronous"), number("foreign_keys")), ("wal", 2, 1));
}

#[test]
fn a_newer_file_is_refused_by_name_and_left_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    drop(open(dir.path()));
    let file = dir.path().join(FILE);
    Connection::open(&file).and_then(|own| own.pragma_update(None, "user_version", 99)).expect("a version");
    let before = fs::read(&file).expect("a file");
    let refused = Journal::open(dir.path()).expect_err("a newer file");
    assert!(matches!(&refused, StoreError::Newer { found: 99, known: 1, file: named } if *named == file));
    assert!(refused.to_string().contains("journal.db was written by a newer Secateur"));
    assert_eq!(fs::read(&file).expect("a file"), before);
}

#[test]
fn a_file_that_is_no_database_is_damaged_and_left_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join(FILE);
    let text = "not a database. ".repeat(100);
    fs::write(&file, &text).expect("a file");
    assert!(
        matches!(Journal::open(dir.path()), Err(StoreError::Damaged { file: named, .. }) if named == file)
    );
    assert_eq!(fs::read_to_string(&file).expect("a file"), text);
}

#[test]
fn a_value_that_does_not_read_back_is_damage_and_not_a_guess() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    journal.begin_job(&job("one", 1, &["a"])).expect("written");
    let other = r#"{"outcome": "vanished"}"#;
    journal.lock().execute("UPDATE target SET outcome = ?1", [other]).expect("changed");
    assert!(matches!(journal.targets("one"), Err(StoreError::Damaged { .. })));
}

#[test]
fn a_journal_that_cannot_be_opened_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join(FILE);
    fs::create_dir(&file).expect("a folder in the file's place");
    assert!(matches!(Journal::open(dir.path()), Err(StoreError::Io { file: named, .. }) if named == file));
}

#[test]
fn a_full_disk_refuses_the_intent_and_nothing_of_it_is_kept() {
    let Some(disk) = SmallDisk::mount() else {
        println!("skipped: mounting a small disk takes root on Linux");
        return;
    };
    let journal = open(disk.dir.path());
    journal.begin_job(&job("small", 1, &["a"])).expect("there is space for this one");
    let filler = disk.dir.path().join("filler");
    fs::write(&filler, vec![0; 4 << 20]).expect_err("the disk is smaller");
    let names: Vec<_> = (0..2_000).map(|index| format!("a-{index}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    assert!(matches!(journal.begin_job(&job("large", 2, &names)), Err(StoreError::Full { .. })));
    assert_eq!(journal.jobs().expect("still to be read").len(), 1);
    fs::remove_file(&filler).expect("space again");
    journal.begin_job(&job("large", 2, &names)).expect("the same request succeeds once there is space");
    assert_eq!(journal.targets("large").expect("targets").len(), 2_000);
}

/// A tmpfs of 2 MiB, unmounted when dropped.
struct SmallDisk {
    dir: tempfile::TempDir,
}

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().expect("a folder");
        let options = ["-t", "tmpfs", "-o", "size=2m", "secateur-test"];
        run("mount", &options, dir.path()).then_some(Self { dir })
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        run("umount", &["--lazy"], self.dir.path());
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test mounts a disk; the exec runner is for credential plugins"
)]
fn run(program: &str, arguments: &[&str], path: &Path) -> bool {
    let done = std::process::Command::new(program).args(arguments).arg(path).output();
    done.is_ok_and(|output| output.status.success())
}

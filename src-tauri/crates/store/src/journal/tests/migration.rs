//! A journal of the first version, made by its own script.

use super::{
    super::{record::HistoryQuery, schema::INTENTS},
    *,
};

const FINGERPRINT: &str =
    r#"{"server":"https://old","ca_hash":"ca","namespace":"kube-system","namespace_uid":"system"}"#;

/// As version 0.1.0 left it: one job with one target in a namespace that is gone and one that is recreated.
fn write_version_1(dir: &Path) {
    let connection = Connection::open(dir.join(SCHEMA.file)).expect("a file");
    connection.execute_batch(INTENTS).expect("its script");
    connection.pragma_update(None, "user_version", 1).expect("its version");
    connection.pragma_update(None, "journal_mode", "WAL").expect("its mode");
    let options = r#"{"propagation":"Background","grace_period_seconds":5}"#;
    connection.execute("INSERT INTO job VALUES ('one', 'd', ?1, 1, 9)", [options]).expect("a job");
    connection
        .execute("INSERT INTO job_cluster VALUES ('one', 0, 'c', 'Gärten', ?1)", [FINGERPRINT])
        .expect("a cluster");
    for (ordinal, namespace, outcome) in [
        (0, Some("ns"), r#"{"outcome":"gone","successor":null}"#),
        (1, None, r#"{"outcome":"gone","successor":"after"}"#),
    ] {
        connection
            .execute(
                "INSERT INTO target VALUES ('one', ?1, 'c', '', 'v1', 'things', 'Thing', ?2, 'a', 'u' || ?1, ?3, 'audit', 5)",
                params![ordinal, namespace, outcome],
            )
            .expect("a target");
        connection
            .execute(
                "INSERT INTO event (job, ordinal, outcome, audit_id, at) VALUES ('one', ?1, ?2, 'audit', 5)",
                params![ordinal, outcome],
            )
            .expect("an event");
    }
}

#[test]
fn fault_81_a_journal_of_the_first_version_is_brought_to_this_one() {
    let dir = tempfile::tempdir().expect("a folder");
    write_version_1(dir.path());
    let journal = open(dir.path());
    assert_eq!(journal.problem(), None);
    let jobs = journal.jobs().expect("jobs");
    assert_eq!((jobs[0].agreed.clone(), jobs[0].options.grace_period_seconds), (None, Some(5)));
    let cluster = &jobs[0].clusters[0];
    assert_eq!(
        (cluster.tier, cluster.user.as_deref(), cluster.server.as_str()),
        (Tier::Unknown, None, "https://old")
    );
    let words: Vec<_> = jobs[0].outcomes.iter().map(|counted| counted.outcome.as_str()).collect();
    assert_eq!(words, ["gone", "recreated"]);
    let targets = journal.targets("one").expect("targets");
    let named: Vec<_> = targets.iter().map(|row| row.target.object.is_namespaced).collect();
    assert_eq!(named, [true, false]);
    assert!(matches!(targets[0].target.rehearsal, Rehearsal::NotAsked { .. }));
    assert!(matches!(targets[0].target.copy, CopyPlanned::NotKept { .. }));
    assert_eq!((targets[0].target.dependants, targets[0].latest.status), (0, None));
    assert_eq!((targets[0].target.level, targets[0].target.copied_with.len()), (0, 0));
    assert_eq!(journal.events("one", 1).expect("events")[0].audit_id.as_deref(), Some("audit"));
    for query in [
        HistoryQuery { text: "GÄRTEN thing".into(), ..HistoryQuery::default() },
        HistoryQuery { cluster: Some("Gärten".to_owned()), ..HistoryQuery::default() },
    ] {
        assert_eq!(journal.search(&query).expect("found")[0].matching, 2, "{query:?}");
    }
    drop(journal);
    assert_eq!(open(dir.path()).jobs().expect("jobs"), jobs, "and it stays what it is");
}

#[test]
fn an_intent_can_be_added_to_a_migrated_journal() {
    let dir = tempfile::tempdir().expect("a folder");
    write_version_1(dir.path());
    let journal = open(dir.path());
    journal.begin_job(&job("two", 2, &["b"])).expect("written");
    journal.record_all("one", &[outcome(0, Outcome::AlreadyGone, 7)]).expect("written");
    assert_eq!(journal.count_receipts().expect("a count"), 3);
}

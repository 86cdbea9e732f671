//! Searching.

use super::{
    super::{history::Filter, record::HistoryQuery},
    *,
};

fn text(text: &str) -> HistoryQuery {
    HistoryQuery { text: text.into(), ..HistoryQuery::default() }
}

/// Two jobs: `web-1` gone and `web-2` recreated in the garden, `db` refused in the Gärtnerei.
fn filled(dir: &Path) -> Journal {
    let journal = open(dir);
    journal.begin_job(&job("first", 1, &["web-1", "web-2"])).expect("written");
    let mut second = job("second", 2, &["db"]);
    second.clusters[0].name = "GÄRTNEREI".into();
    second.clusters[0].fingerprint.server = "https://b".into();
    journal.begin_job(&second).expect("written");
    let gone = |successor: Option<&str>| Outcome::Gone {
        successor: successor.map(|uid| Uid::parse(uid).expect("a UID")),
    };
    let refused = Outcome::Refused { status: 403, reason: "Forbidden".into(), message: "no".into() };
    let with_id = OutcomeRecord { audit_id: Some("1A2b-3c".into()), ..outcome(0, gone(None), 3) };
    journal.record_all("first", &[with_id, outcome(1, gone(Some("after")), 3)]).expect("written");
    journal.record_all("second", &[outcome(0, refused, 3)]).expect("written");
    journal
}

fn check(query: &HistoryQuery, expected: &[(&str, u32)]) {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = filled(dir.path());
    let found = journal.search(query).expect("found");
    let jobs: Vec<_> = found.iter().map(|row| (row.job.as_str(), row.matching)).collect();
    assert_eq!(jobs, expected, "{query:?}");
    let all = HistoryQuery { limit: None, offset: 0, ..query.clone() };
    let counted = journal.count(query).expect("counted");
    let (mut jobs, mut receipts) = (0, 0);
    for row in journal.jobs().expect("jobs") {
        let matching = journal.matching(&row.job, &all).expect("found").len();
        jobs += u32::from(matching > 0);
        receipts += matching as u64;
    }
    assert_eq!((counted.jobs, counted.receipts), (jobs, receipts), "{query:?}");
}

#[test]
fn without_a_query_everything_is_found_newest_first() {
    check(&HistoryQuery::default(), &[("second", 1), ("first", 2)]);
}
#[test]
fn every_word_must_be_in_some_part_in_any_case() {
    check(&text("WEB configmap"), &[("first", 2)]);
    check(&text("web-2 ns"), &[("first", 1)]);
    check(&text("web db"), &[]);
    check(&text("uid-of-db"), &[("second", 1)]);
}
#[test]
fn a_clusters_name_is_found_beyond_ascii() {
    check(&text("gärtner"), &[("second", 1)]);
}
#[test]
fn an_audit_id_is_found() {
    check(&text("1a2B"), &[("first", 1)]);
}
#[test]
fn what_means_something_to_sql_means_nothing_here() {
    for word in ["%", "_eb", "'", "web*", "\"", "\\"] {
        check(&text(word), &[]);
    }
}
#[test]
fn recreated_is_an_outcome_of_its_own() {
    let query = |outcomes: &[&str]| HistoryQuery {
        outcomes: outcomes.iter().map(|&word| word.to_owned()).collect(),
        ..HistoryQuery::default()
    };
    check(&query(&["gone"]), &[("first", 1)]);
    check(&query(&["recreated"]), &[("first", 1)]);
    check(&query(&["recreated", "refused"]), &[("second", 1), ("first", 1)]);
    check(&query(&["unheard"]), &[]);
}
#[test]
fn a_cluster_is_found_by_the_name_that_it_had() {
    let query = |name: &str| HistoryQuery { cluster: Some(name.into()), ..HistoryQuery::default() };
    check(&query("garden"), &[("first", 2)]);
    check(&query("other"), &[]);
}
#[test]
fn results_come_page_by_page() {
    check(&HistoryQuery { limit: Some(1), ..HistoryQuery::default() }, &[("second", 1)]);
    check(&HistoryQuery { limit: Some(1), offset: 1, ..HistoryQuery::default() }, &[("first", 2)]);
    check(&HistoryQuery { offset: 2, ..HistoryQuery::default() }, &[]);
}

#[test]
fn the_targets_of_a_job_that_match_come_in_their_order() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = filled(dir.path());
    let found = |query: &HistoryQuery| {
        let rows = journal.matching("first", query).expect("found");
        rows.into_iter().map(|row| row.ordinal).collect::<Vec<_>>()
    };
    assert_eq!(found(&text("web")), [0, 1]);
    assert_eq!(found(&HistoryQuery { offset: 1, ..text("web") }), [1]);
    assert_eq!(found(&text("db")), [0; 0]);
}

/// How SQLite would go about it.
fn plan(journal: &Journal, sql: &str, values: &[&str]) -> String {
    let connection = journal.database.lock();
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a statement");
    let steps = statement
        .query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3))
        .expect("a plan");
    steps.collect::<Result<Vec<_>, _>>().expect("its steps").join("\n")
}

#[test]
fn a_hundred_thousand_receipts_are_gone_through_once_and_never_sorted() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = filled(dir.path());
    let check = |sql: &str, values: &[&str], expected: &str| {
        assert_eq!(plan(&journal, sql, values), expected, "{sql}");
    };
    let grouped = |filter: &str| format!("SELECT job, count(*) FROM target {filter} GROUP BY job");
    let filter = Filter::of(&text("web")).expect("a filter").sql;
    check(&grouped(&filter), &["web", "web"], "SCAN target");
    check(&grouped(""), &[], "SCAN target USING COVERING INDEX target_by_word");
    let of_job = "SELECT word, count(*) FROM target WHERE job = ? GROUP BY word ORDER BY word";
    check(of_job, &["first"], "SEARCH target USING INDEX target_by_word (job=?)");
    let in_cluster = "SELECT job, cluster FROM job_cluster WHERE name = ?";
    check(in_cluster, &["d"], "SEARCH job_cluster USING COVERING INDEX job_cluster_by_name (name=?)");
    let events = "SELECT at FROM event WHERE job = ? AND ordinal = ? ORDER BY id";
    check(events, &["first", "0"], "SEARCH event USING INDEX event_of_target (job=? AND ordinal=?)");
}

//! Servers whose objects are too many, too large, or not told apart, and what that costs us.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use secateur_domain::row::Liveness;
use secateur_engine::SelectionChange;

use crate::support::{
    engine::Engine,
    headless::{Gauge, Headless, Ran},
    peer::{Peer, answer, missing, object, page},
};

/// What any of it may cost, in MiB.
const MOST: u64 = 150;

/// So many rows from the first on, each with an annotation of so many bytes, and where the next ones begin.
fn rows(first: usize, count: usize, annotation: usize, next: Option<usize>) -> String {
    let text = "x".repeat(annotation);
    let rows = (first..first + count).map(|number| {
        format!(
            r#"{{"cells":["n{number}"],"object":{{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":
            {{"name":"n{number}","namespace":"default","uid":"u{number}","resourceVersion":"7","annotations":{{"a":"{text}"}}}}}}}}"#
        )
    });
    let rows = rows.collect::<Vec<_>>().join(",");
    let next = next.map(|next| format!(r#","continue":"{next}""#)).unwrap_or_default();
    format!(
        r#"{{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{{"resourceVersion":"7"{next}}},"columnDefinitions":
        [{{"name":"Name","type":"string","format":"name","description":"","priority":0}}],"rows":[{rows}]}}"#
    )
}

/// A number in a query.
fn number(path: &str, name: &str) -> Option<usize> {
    let (_, query) = path.split_once('?')?;
    query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
}

/// Lists ConfigMaps there, measured.
fn listed(peer: &Peer) -> Ran {
    let gauge = Gauge::default();
    let ran = Headless::at(&peer.kubeconfig(), "peer").run_measured(&gauge, &["list", "configmaps"]);
    assert!((1..MOST).contains(&gauge.mib()), "{} MiB", gauge.mib());
    ran
}

#[test]
fn fault_60_fifty_thousand_objects_in_100_mb_are_listed_in_little_memory() {
    let all = 50_000;
    let peer = Peer::start(move |asked, stream| {
        let first = number(&asked.path, "continue").unwrap_or_default();
        let count = number(&asked.path, "limit").unwrap_or(all).min(all - first);
        let next = Some(first + count).filter(|next| *next < all);
        answer(stream, 200, &rows(first, count, 2_000, next))
    });
    let ran = listed(&peer);
    assert_eq!((ran.status, ran.stdout.lines().count()), (0, all + 1), "{}", ran.stderr);
}

#[test]
fn fault_60_a_list_of_100_mb_in_one_page_is_cut_and_one_of_60_mb_is_listed() {
    let whole = |count| Peer::start(move |_, stream| answer(stream, 200, &rows(0, count, 2_000, None)));
    let cut = listed(&whole(46_000));
    assert_eq!((cut.status, cut.stdout.as_str()), (2, ""), "{}", cut.stderr);
    assert!(cut.stderr.contains("the answer is larger than 64 MiB"), "{}", cut.stderr);
    let ran = listed(&whole(27_000));
    assert_eq!((ran.status, ran.stdout.lines().count()), (0, 27_001), "{}", ran.stderr);
}

#[test]
fn fault_60_an_object_with_an_annotation_of_10_mb_is_listed_copied_and_deleted() {
    let is_deleted = Arc::new(AtomicBool::new(false));
    let deleted = Arc::clone(&is_deleted);
    let peer = Peer::start(move |asked, stream| {
        let path = asked.path.split('?').next().unwrap_or_default();
        if asked.path.contains("watch=") {
            return std::io::Read::read(stream, &mut [0]).map(drop);
        }
        if asked.method == "DELETE" && !asked.path.contains("dryRun") {
            deleted.store(true, Ordering::SeqCst);
        } else if deleted.load(Ordering::SeqCst) {
            return answer(stream, 404, &missing(path));
        }
        if path.ends_with("/configmaps") {
            return answer(stream, 200, &rows(0, 1, 10 << 20, None));
        }
        let mut object = object("n0");
        object["metadata"]["uid"] = "u0".into();
        object["metadata"]["annotations"] = serde_json::json!({ "a": "x".repeat(10 << 20) });
        answer(stream, 200, &object.to_string())
    });
    assert_eq!(listed(&peer).stdout.lines().collect::<Vec<_>>(), ["NAME", "n0"]);
    let (person, gauge) = (Headless::at(&peer.kubeconfig(), "peer"), Gauge::default());
    let target = ["configmaps", "n0"];
    let proof = person.proof(&target);
    let ran = person.run_measured(&gauge, &[&["delete", "--confirm", &proof], &target[..]].concat());
    assert_eq!((ran.status, is_deleted.load(Ordering::SeqCst)), (0, true), "{}", ran.stderr);
    assert!((1..MOST).contains(&gauge.mib()), "{} MiB", gauge.mib());
    let copied: u64 = std::fs::read_dir(person.state())
        .expect("a state folder")
        .map(|file| file.expect("a file").metadata().expect("its size").len())
        .sum();
    assert!(copied > 10 << 20, "it was copied whole: {copied}");
}

#[test]
fn fault_64_of_two_objects_with_one_uid_only_the_first_can_be_marked() {
    let peer = Peer::start(|asked, stream| {
        if asked.path.contains("watch=") {
            return std::io::Read::read(stream, &mut [0]).map(drop);
        }
        let body = page(&["first", "second", "third"], None);
        answer(stream, 200, &body.replace("uid-of-second", "uid-of-first"))
    });
    Engine::at(&[&peer.kubeconfig()]).run(async |engine| {
        let cluster = engine.open("peer").await;
        let list = engine.list(&cluster, "configmaps", Some("default"));
        list.until("all of it", |window| matches!(window.hint.liveness, Liveness::Live).then_some(())).await;
        let window = list.window();
        assert_eq!(
            (list.names(), window.hint.markable),
            (["first", "second", "third"].map(str::to_owned).to_vec(), 2)
        );
        assert_eq!(window.rows[1].row.identity(), None);
        let select =
            async |change| engine.backend.select(Some(&list.id), change).await.expect("a change").total;
        let first = window.rows[0].row.identity().expect("a UID");
        assert_eq!(select(SelectionChange::Mark(vec![first])).await, 1);
        let marked: Vec<bool> = list.window().rows.iter().map(|row| row.is_marked).collect();
        assert_eq!(marked, [true, false, false]);
        assert_eq!(select(SelectionChange::MarkAll).await, 2);
    });
}

//! Lists that are long, of several clusters, or filtered: on real servers, with a fault in front where one has to be made.

use std::sync::atomic::Ordering;

use secateur_domain::{
    ids::{ClusterId, ResourceName},
    row::{Liveness, RowState},
    view::{ColumnChoice, Direction, Filter, Query},
};
use secateur_engine::{Code, Namespaces, ObjectsRequest, SelectionChange, ViewSource, ViewWindow};

use crate::support::{
    engine::{Engine, List},
    faults::Fault,
    plane::{Plane, first, second},
    scripted::{Does, Rule},
};

fn filtered(text: &str, tokens: &[&str]) -> Query {
    Query { filter: Filter::parse(text, tokens).expect("a filter"), ..Query::default() }
}

async fn filter(engine: &Engine, list: &List<'_>, tokens: &[&str]) {
    engine.backend.set_query(&list.id, filtered("", tokens)).await.expect("a filter that is understood");
}

fn is_live(window: &ViewWindow) -> Option<()> {
    matches!(window.hint.liveness, Liveness::Live).then_some(())
}

async fn shows(list: &List<'_>, expected: &[&str]) {
    list.until(&format!("{expected:?}"), |_| (list.names() == expected).then_some(())).await;
}

#[test]
fn a_long_list_is_seen_whole_before_its_metadata_is_read_and_what_is_on_screen_is_read_first() {
    let plane = first();
    for namespace in ["long-a", "long-b"] {
        plane.seed_config_maps(namespace, 1_200);
    }
    Engine::with(&[plane], Fault::HoldMetadata).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        engine.arm();
        let view = engine.list(&cluster, "configmaps", None);
        filter(engine, &view, &["ns:long-b", "name:!kube-root-ca.crt"]).await;
        let seen = |window: &ViewWindow| {
            let is_reading = matches!(window.hint.liveness, Liveness::Reading { about: Some(2_400..) });
            (window.hint.total == 1_200 && window.hint.awaited > 600 && is_reading).then_some(())
        };
        engine
            .until("all rows, most without a UID", || seen(&engine.backend.window(&view.id, 0, 1).ok()?))
            .await;
        // The last rows of the list: nobody would come to them soon.
        engine
            .until("what is on screen can be acted on", || {
                let window = engine.backend.window(&view.id, 1_160, 40).expect("open");
                let can = |row: &secateur_engine::WindowRow| row.row.is_markable();
                (window.rows.len() == 40 && window.rows.iter().all(|row| can(row) && row.cells[2] == "1"))
                    .then_some(())
            })
            .await;
        assert!(view.window().hint.awaited > 600, "the rest is still held");

        // All that match waits for the rest.
        let marking = engine.backend.select(Some(&view.id), SelectionChange::MarkAll);
        let (summary, ()) = futures::join!(marking, async {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            assert_eq!(view.window().hint.marked, 0, "not before all can be marked");
            engine.disarm();
        });
        assert_eq!(summary.expect("marks").total, 1_200);
        view.until("live, and marked", |window| {
            (window.hint.marked == 1_200 && window.hint.awaited == 0).then(|| is_live(window))?
        })
        .await;
    });
}

#[test]
fn marking_all_that_is_still_being_read_is_given_up_by_another_change_of_marks() {
    let plane = first();
    plane.seed_config_maps("given-up", 1_300);
    Engine::with(&[plane], Fault::HoldMetadata).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        engine.arm();
        let view = engine.list(&cluster, "configmaps", Some("given-up"));
        view.until("rows without UIDs", |window| (window.hint.awaited > 900).then_some(())).await;
        let marking = engine.backend.select(Some(&view.id), SelectionChange::MarkAll);
        let (given_up, cleared) = futures::join!(marking, async {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            engine.backend.select(None, SelectionChange::Clear).await
        });
        assert_eq!((given_up.expect("marks").total, cleared.expect("marks").total), (0, 0));
        engine.disarm();
        view.until("live", is_live).await;
    });
}

/// All of a long list is there in spite of a fault.
fn is_read_whole(namespace: &str, engine: impl FnOnce(&Plane) -> Engine) {
    let plane = first();
    plane.seed_config_maps(namespace, 1_500);
    engine(plane).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some(namespace));
        view.until("all of them, live", |window| {
            (window.hint.total == 1_501 && window.hint.markable == 1_501).then(|| is_live(window))?
        })
        .await;
        plane.config_map(namespace, "later");
        view.until("what came later", |window| (window.hint.total == 1_502).then_some(())).await;
    });
}

#[test]
fn fault_49_a_page_that_expired_goes_on_with_the_rest_as_it_is_now() {
    is_read_whole("expired-page", |plane| Engine::with(&[plane], Fault::ExpirePaging));
}

#[test]
fn a_server_that_lists_no_earlier_version_is_read_page_by_page() {
    let refused = Does::refuse(400, "BadRequest", "not offered here");
    let rule = Rule::new(refused).asking("resourceVersionMatch=Exact");
    is_read_whole("no-version", |plane| Engine::scripted(&[plane], [rule]));
}

#[test]
fn rows_are_filtered_by_labels_columns_ages_and_what_the_server_is_asked_for() {
    let plane = first();
    plane.namespace("filters");
    plane.kubectl(&["-n", "filters", "label", "cm", "kube-root-ca.crt", "app=none"]);
    for (name, label) in [("a", "app=web"), ("b", "app=db"), ("c", "tier=x")] {
        plane.config_map("filters", name);
        plane.kubectl(&["-n", "filters", "label", "cm", name, label]);
    }
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("filters"));
        view.until("four", |window| (window.hint.total == 4).then(|| is_live(window))?).await;
        for (tokens, expected) in [
            (&["label=app in (web,db)"][..], &["a", "b"][..]),
            (&["label=!app"], &["c"]),
            (&["data:1", "name:!kube-root-ca.crt,c"], &["a", "b"]),
            (&["older:1d"], &[]),
            (&["younger:1d", "label=app=db"], &["b"]),
            (&["field:metadata.name=c"], &["c"]),
            (&["field:metadata.name!=c", "label=app!=none"], &["a", "b"]),
            (&["ns:elsewhere"], &[]),
        ] {
            filter(engine, &view, tokens).await;
            shows(&view, expected).await;
        }
        filter(engine, &view, &["field:metadata.name!=a", "label=app!=none"]).await;
        shows(&view, &["b", "c"]).await;
        // What means nothing is refused with the reason, and what was shown stays.
        for (token, problem) in [
            ("field:status.phase=Failed", "is not a known field selector"),
            ("phase:Failed", "No column of this list is called \"phase\""),
        ] {
            let error =
                engine.backend.set_query(&view.id, filtered("", &[token])).await.expect_err("refused");
            let failure = error.describe();
            let words = format!("{} {}", failure.message, failure.server_words.unwrap_or_default());
            assert_eq!(failure.code, Code::InvalidRequest, "{words}");
            assert!(words.contains(problem), "{words}");
        }
        shows(&view, &["b", "c"]).await;
        // A list that the server selects follows what comes into it and leaves it.
        plane.config_map("filters", "d");
        shows(&view, &["b", "c", "d"]).await;
    });
}

#[test]
fn labels_are_columns_and_columns_are_hidden_as_the_person_chose() {
    let plane = first();
    plane.namespace("chosen-columns");
    for (name, label) in [("a", "shelf=10"), ("b", "shelf=9")] {
        plane.config_map("chosen-columns", name);
        plane.kubectl(&["-n", "chosen-columns", "label", "cm", name, label]);
    }
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("chosen-columns"));
        view.row("b").await;
        let columns = ColumnChoice {
            hidden: vec!["Data".into()],
            labels: vec!["shelf".into()],
            ..ColumnChoice::default()
        };
        let sort = Some(("label:shelf".to_owned(), Direction::Ascending));
        let query = Query { columns, sort, ..filtered("", &["label=shelf"]) };
        engine.backend.set_query(&view.id, query).await.expect("a query");
        let window = view
            .until("two, by their shelf", |window| (window.hint.total == 2).then(|| window.clone()))
            .await;
        let headings: Vec<_> = window.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(headings, ["Name", "Age", "shelf"]);
        assert_eq!(
            window.hidden_columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(),
            ["Data"]
        );
        assert_eq!(window.rows.iter().map(|row| row.cells[2].as_str()).collect::<Vec<_>>(), ["9", "10"]);
    });
}

fn of_both(clusters: &[&ClusterId], kind: &str, namespace: &str) -> ViewSource {
    ViewSource::Objects(ObjectsRequest {
        clusters: clusters.iter().map(|cluster| (*cluster).clone()).collect(),
        kind: kind.to_owned(),
        namespaces: Namespaces::Only(vec![ResourceName::parse(namespace).expect("a namespace")]),
    })
}

#[test]
fn clusters_share_a_list_and_each_has_its_own_trouble() {
    let planes = [first(), second()];
    for plane in planes {
        plane.namespace("shared-list");
    }
    planes[0].config_map("shared-list", "of-the-first");
    planes[1].config_map("shared-list", "of-the-second");
    Engine::on(&planes).run(async |engine| {
        let one = engine.open(planes[0].name).await;
        let two = engine.backend.cluster_named(planes[1].name).expect("the context");
        let view = engine.view(of_both(&[&one, &two], "configmaps", "shared-list"));
        view.row("of-the-first").await;
        let window = view.window();
        assert_eq!(window.columns[0].name, "Cluster");
        let part = |window: &ViewWindow, at: usize| window.parts[at].liveness.clone();
        assert!(
            matches!(part(&window, 1), Liveness::Failed { .. }),
            "the other is not open: {:?}",
            window.parts
        );

        // Its rows come by themselves once it is signed in.
        engine.open(planes[1].name).await;
        view.row("of-the-second").await;
        let window = view.until("both are live", |window| is_live(window).map(|()| window.clone())).await;
        let clusters: Vec<_> = window.rows.iter().map(|row| row.cells[0].as_str()).collect();
        assert!(clusters.contains(&planes[0].name) && clusters.contains(&planes[1].name), "{clusters:?}");
        let sort = Some(("secateur/Cluster".to_owned(), Direction::Descending));
        engine.backend.set_query(&view.id, Query { sort, ..Query::default() }).await.expect("a query");
        view.until("the second's first", |window| (window.rows[0].cells[0] == planes[1].name).then_some(()))
            .await;

        // One signs out: its rows stay as of then and cannot be marked, the other's can.
        engine.backend.sign_out(&two).await.expect("signed out");
        let window = view
            .until("the second's are of earlier", |window| {
                let is_stale = |row: &secateur_engine::WindowRow| row.is_stale == (row.row.cluster == two);
                window.rows.iter().all(is_stale).then(|| window.clone())
            })
            .await;
        assert!(matches!(part(&window, 0), Liveness::Live), "{:?}", window.parts);
        assert!(matches!(part(&window, 1), Liveness::Stale { is_partial: false, .. }), "{:?}", window.parts);
        assert_eq!(window.hint.total, 4);
        let marked = engine.backend.select(Some(&view.id), SelectionChange::MarkAll).await.expect("marks");
        assert_eq!(marked.clusters, [(one.clone(), 2)]);
    });
}

#[test]
fn a_cluster_that_serves_no_such_kind_says_so_beside_the_others() {
    let planes = [first(), second()];
    planes[0].seed_garden();
    Engine::on(&planes).run(async |engine| {
        let (one, two) = (engine.open(planes[0].name).await, engine.open(planes[1].name).await);
        let elsewhere = engine.backend.kinds(&two).await.expect("kinds").kinds;
        let kinds = engine.backend.kinds(&one).await.expect("kinds").kinds;
        let is_elsewhere = |plural: &str| elsewhere.iter().any(|kind| kind.plural == plural);
        let only_here = kinds.iter().find(|kind| !kind.group.is_empty() && !is_elsewhere(&kind.plural));
        let only_here = only_here.expect("a kind of the garden").resource();
        let view = engine.view(of_both(&[&one, &two], &only_here, "garden"));
        let window = view.until("the first's", |window| is_live(window).map(|()| window.clone())).await;
        let Liveness::Failed { problem, .. } = &window.parts[1].liveness else {
            panic!("{:?}", window.parts)
        };
        assert_eq!(problem.code, Code::KindUnknown);
        assert!(problem.message.contains(planes[1].name), "{}", problem.message);
    });
}

#[test]
fn a_list_that_was_left_is_there_at_once_when_somebody_comes_back() {
    let plane = first();
    plane.namespace("left-list");
    plane.config_map("left-list", "flower");
    Engine::with(&[plane], Fault::HoldReads).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("left-list"));
        view.until("live", is_live).await;
        let lists = || engine.script.lists.load(Ordering::SeqCst);
        let before = lists();
        engine.backend.close_view(&view.id);
        // What changes meanwhile is followed.
        plane.config_map("left-list", "later");
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        let again = engine.list(&cluster, "configmaps", Some("left-list"));
        let window = again.window();
        assert!(is_live(&window).is_some() && window.hint.total == 3, "{:?}", window.hint);
        assert_eq!(lists(), before, "nothing was asked");

        // What somebody saw who is signed in no more is kept for nobody.
        engine.backend.close_view(&again.id);
        engine.backend.sign_out(&cluster).await.expect("signed out");
        engine.open(plane.name).await;
        let anew = engine.list(&cluster, "configmaps", Some("left-list"));
        anew.until("live", is_live).await;
        assert!(lists() > before, "it was read again");
    });
}

#[test]
fn what_nothing_in_its_namespace_names_is_found_and_said_with_caution() {
    let plane = first();
    plane.namespace("unused");
    for name in ["mounted", "read", "forgotten"] {
        plane.config_map("unused", name);
    }
    plane.apply(
        r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"user","namespace":"unused"},"spec":{
        "volumes":[{"name":"v","configMap":{"name":"mounted"}}],
        "containers":[{"name":"c","image":"example.com/none","envFrom":[{"configMapRef":{"name":"read"}}]}]}}"#,
    );
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("unused"));
        view.until("live", is_live).await;
        filter(engine, &view, &["unused:", "name:!kube-root-ca.crt"]).await;
        shows(&view, &["forgotten"]).await;
        let remark = view.window().parts.remove(0).remark.expect("a remark");
        assert!(remark.starts_with("Nothing in their namespace named them at"), "{remark}");

        let pods = engine.list(&cluster, "pods", Some("unused"));
        let refused =
            engine.backend.set_query(&pods.id, filtered("", &["unused:"])).await.expect_err("refused");
        assert!(refused.to_string().starts_with("only ConfigMaps, Secrets"), "{refused}");
    });
}

#[test]
fn a_row_that_goes_says_for_how_long_it_should_have_been_gone() {
    let plane = first();
    plane.namespace("overdue");
    plane.config_map("overdue", "held");
    let patch = r#"{"metadata":{"finalizers":["garden.example.com/holds"]}}"#;
    plane.kubectl(&["-n", "overdue", "patch", "cm", "held", "--type=merge", "-p", patch]);
    plane.kubectl(&["-n", "overdue", "delete", "cm", "held", "--wait=false"]);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("overdue"));
        filter(engine, &view, &["terminating:1s"]).await;
        // Nothing changes any more: that time passes is enough.
        let window =
            view.until("it is overdue", |window| (window.hint.total == 1).then(|| window.clone())).await;
        assert_eq!(window.rows[0].row.state, RowState::Terminating);
        assert!(window.rows[0].overdue.is_some_and(|seconds| seconds >= 1), "{:?}", window.rows[0].overdue);
    });
    plane.kubectl(&[
        "-n",
        "overdue",
        "patch",
        "cm",
        "held",
        "--type=merge",
        "-p",
        r#"{"metadata":{"finalizers":null}}"#,
    ]);
}

//! Views on a live server: rows come, change and go by themselves; marks and order survive it.

use std::{sync::atomic::Ordering, time::Duration};

use http::Method;
use secateur_domain::{
    ids::ResourceName,
    row::Liveness,
    view::{Direction, Filter, Query},
};
use secateur_engine::{Code, Namespaces, ObjectsRequest, SelectionChange, ViewSource, ViewWindow};

use crate::support::{
    engine::Engine,
    plane::first,
    scripted::{Does, Rule},
};

fn text_filter(text: &str) -> Filter {
    Filter::parse::<&str>(text, &[]).expect("a text")
}

#[test]
fn rows_come_change_and_go_as_the_server_says() {
    let plane = first();
    plane.namespace("live");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("live"));
        view.row("kube-root-ca.crt").await;
        view.until("live", |window| matches!(window.hint.liveness, Liveness::Live).then_some(())).await;
        plane.config_map("live", "flower");
        view.row("flower").await;
        let data = |window: &ViewWindow| {
            let column = window.columns.iter().position(|column| column.name == "Data")?;
            let row = window.rows.iter().find(|row| &*row.row.name == "flower")?;
            Some(row.cells[column].clone())
        };
        assert_eq!(view.until("its data", data).await, "1");
        plane.kubectl(&["-n", "live", "patch", "cm", "flower", "-p", r#"{"data":{"more":"x"}}"#]);
        view.until("two entries", |window| (data(window)? == "2").then_some(())).await;
        plane.kubectl(&["-n", "live", "delete", "cm", "flower"]);
        view.until("gone", |window| window.rows.iter().all(|row| &*row.row.name != "flower").then_some(()))
            .await;
    });
}

#[test]
fn a_view_filters_sorts_and_gives_the_window_that_is_asked_for() {
    let plane = first();
    plane.namespace("arranged");
    for name in ["apple", "pear", "plum"] {
        plane.config_map("arranged", name);
    }
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("arranged"));
        view.row("plum").await;
        let query = |text: &str, direction| Query {
            filter: text_filter(text),
            sort: Some(("Name".into(), direction)),
            ..Query::default()
        };
        engine.backend.set_query(&view.id, query("p", Direction::Descending)).await.expect("open");
        assert_eq!(view.names(), ["plum", "pear", "apple"], "as soon as it is answered");
        engine.backend.set_query(&view.id, query("PL", Direction::Ascending)).await.expect("open");
        assert_eq!(view.names(), ["apple", "plum"]);
        let window = engine.backend.window(&view.id, 1, 1).expect("open");
        assert_eq!((window.start, window.rows.len(), &*window.rows[0].row.name), (1, 1, "plum"));
        assert_eq!((window.hint.total, window.hint.unfiltered), (2, 4));
    });
}

#[test]
fn marks_by_key_range_and_all_survive_filters_and_views() {
    let plane = first();
    plane.namespace("marked");
    for name in ["a", "b", "c", "d", "e"] {
        plane.config_map("marked", name);
    }
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("marked"));
        let (a, b, d) = (view.row("a").await, view.row("b").await, view.row("d").await);
        let select =
            async |change| engine.backend.select(Some(&view.id), change).await.expect("a change").total;
        assert_eq!(select(SelectionChange::Mark(vec![a.clone()])).await, 1);
        assert_eq!(select(SelectionChange::MarkRange(d.clone(), b)).await, 4);
        assert_eq!(select(SelectionChange::Unmark(vec![a])).await, 3);
        let nothing = Query { filter: text_filter("nothing-at-all"), ..Query::default() };
        engine.backend.set_query(&view.id, nothing).await.expect("open");
        view.until("filtered", |window| (window.hint.total == 0).then_some(())).await;

        let tray = engine.view(ViewSource::Marked { beside: Some(view.id.clone()) });
        tray.until("three marks, hidden", |window| {
            let is_hidden = |row: &secateur_engine::WindowRow| row.row.note() == Some("hidden by the filter");
            (window.rows.len() == 3 && window.rows.iter().all(is_hidden)).then_some(())
        })
        .await;

        engine.backend.set_query(&view.id, Query::default()).await.expect("open");
        view.until("all again", |window| (window.hint.total == 6).then_some(())).await;
        assert_eq!(select(SelectionChange::MarkAll).await, 6);
        assert_eq!(select(SelectionChange::Clear).await, 0);
        assert_eq!(select(SelectionChange::UndoClear).await, 6);
        plane.kubectl(&["-n", "marked", "delete", "cm", "d"]);
        tray.until("one is gone and says so", |window| {
            let is_it = |row: &&secateur_engine::WindowRow| row.row.identity().as_ref() == Some(&d);
            let note = window.rows.iter().find(is_it)?.row.note().map(str::to_owned);
            note.filter(|note| note.starts_with("gone since ") && note.contains(':')).map(drop)
        })
        .await;
    });
}

#[test]
fn fault_49_a_version_that_is_too_old_is_read_again_without_an_empty_moment() {
    let plane = first();
    plane.namespace("expired");
    plane.config_map("expired", "flower");
    let too_old = Does::refuse(410, "Expired", "too old resource version");
    let forgets = Rule::new(too_old).of(Method::GET, "/**/configmaps").watches(true).first(1);
    Engine::scripted(&[plane], [forgets]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("expired"));
        view.row("flower").await;
        plane.config_map("expired", "later");
        view.until("what came after the relist", |window| {
            assert!(
                window.rows.iter().any(|row| &*row.row.name == "flower"),
                "the list was empty for a moment"
            );
            window.rows.iter().any(|row| &*row.row.name == "later").then_some(())
        })
        .await;
    });
}

#[test]
fn a_refused_list_says_who_may_not_and_shows_no_empty_list() {
    let plane = first();
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open("first-tenant").await;
        let view = engine.list(&cluster, "secrets", None);
        let problem = view
            .until("refused", |window| match &window.hint.liveness {
                Liveness::Failed { problem, .. } => Some(problem.clone()),
                _ => None,
            })
            .await;
        assert_eq!(problem.code, Code::Refused);
        assert_eq!(problem.message, "tenant may not list secrets in all namespaces of first-tenant.");
        assert!(problem.server_words.as_ref().is_some_and(|words| words.contains("cannot list resource")));
        // One namespace can be typed where they cannot be listed.
        assert!(engine.backend.namespaces(&cluster).await.is_err());
        let own = engine.list(&cluster, "configmaps", Some("tenant-b"));
        own.row("kube-root-ca.crt").await;
    });
}

#[test]
fn fault_39_a_list_that_is_refused_everywhere_offers_the_namespaces_where_it_is_not() {
    let plane = first();
    plane.namespace("offered");
    plane.apply(
        r#"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding",
        "metadata":{"name":"nobody-reads","namespace":"offered"},
        "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},
        "subjects":[{"kind":"User","name":"nobody","apiGroup":"rbac.authorization.k8s.io"}]}"#,
    );
    plane.apply(
        r#"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"lists-namespaces"},
        "rules":[{"apiGroups":[""],"resources":["namespaces"],"verbs":["list"]}]}"#,
    );
    plane.apply(
        r#"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding",
        "metadata":{"name":"nobody-lists-namespaces"},
        "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"lists-namespaces"},
        "subjects":[{"kind":"User","name":"nobody","apiGroup":"rbac.authorization.k8s.io"}]}"#,
    );
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open("first-nobody").await;
        let everywhere = engine.list(&cluster, "configmaps", None);
        everywhere
            .until("refused", |window| matches!(window.hint.liveness, Liveness::Failed { .. }).then_some(()))
            .await;
        assert!(engine.backend.namespaces(&cluster).await.expect("namespaces").len() > 4);
        let offered = engine.backend.listable_namespaces(&cluster, "configmaps").await.expect("an answer");
        assert_eq!(offered, ["offered"]);
        engine.list(&cluster, "configmaps", Some(&offered[0])).row("kube-root-ca.crt").await;
        assert_eq!(
            engine.backend.listable_namespaces(&cluster, "secrets").await.expect("an answer"),
            [""; 0]
        );
    });
}

/// So many lists of a cluster are watched at a time.
const WATCHED: usize = 60;

#[test]
fn where_too_many_lists_are_open_the_least_recently_seen_is_no_longer_watched_and_says_so() {
    let plane = first();
    plane.namespace("seen-first");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let watching = || engine.script.watching.load(Ordering::SeqCst);
        let is_live = |window: &ViewWindow| matches!(window.hint.liveness, Liveness::Live).then_some(());
        let oldest = engine.list(&cluster, "configmaps", Some("seen-first"));
        oldest.until("live", is_live).await;
        // What is opened within a second is of one view.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let mut others = Vec::new();
        for number in 0..WATCHED {
            others.push(engine.list(&cluster, "configmaps", Some(&format!("crowd-{number}"))));
        }
        for other in &others {
            other.until("live", is_live).await;
        }
        oldest
            .until("it says that it is not kept up to date", |window| match &window.hint.liveness {
                Liveness::Stale { problem, .. } => problem.message.starts_with("So many other").then_some(()),
                _ => None,
            })
            .await;
        engine.until("as many watches as may be", || (watching() == WATCHED).then_some(())).await;
        plane.config_map("seen-first", "later");
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        assert!(!oldest.names().contains(&"later".to_owned()));
        engine.backend.refresh(&oldest.id).expect("open");
        oldest.row("later").await;
        oldest.until("live again", is_live).await;
        engine.until("in the place of another", || (watching() == WATCHED).then_some(())).await;
    });
}

#[test]
fn a_list_of_more_namespaces_than_can_be_watched_is_read_whole_and_says_so() {
    let plane = first();
    plane.namespace("crowded");
    plane.config_map("crowded", "flower");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let names = (0..WATCHED + 5).map(|number| format!("crowd-{number}")).chain(["crowded".to_owned()]);
        let only = names.map(|name| ResourceName::parse(&name).expect("a name")).collect();
        let list = engine.view(ViewSource::Objects(ObjectsRequest {
            clusters: vec![cluster],
            kind: "configmaps".to_owned(),
            namespaces: Namespaces::Only(only),
        }));
        list.row("flower").await;
        list.until("it says that it is not watched", |window| match &window.hint.liveness {
            Liveness::Stale { problem, is_partial, .. } => {
                (problem.message.starts_with("More lists of first are open") && !is_partial).then_some(())
            }
            _ => None,
        })
        .await;
        let watching = engine.script.watching.load(Ordering::SeqCst);
        assert!(watching <= WATCHED, "{watching}");
    });
}

#[test]
fn a_thousand_rows_are_read_to_the_end() {
    let plane = first();
    plane.seed_config_maps("thousand-rows", 1_000);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("thousand-rows"));
        view.until("all of them, live", |window| {
            (window.hint.total == 1_001 && matches!(window.hint.liveness, Liveness::Live)).then_some(())
        })
        .await;
        let all = engine.backend.select(Some(&view.id), SelectionChange::MarkAll).await.expect("marks");
        assert_eq!(all.total, 1_001);
    });
}

//! Links that die without a word, and links that hardly carry anything.

use std::time::{Duration, Instant};

use secateur_domain::row::Liveness;
use secateur_engine::{Code, SelectionChange};

use crate::support::{
    engine::{Engine, List},
    link::behind_a_link,
};

#[test]
fn fault_08_a_half_open_connection_is_noticed_within_25_s_and_marks_stay() {
    let test = "links::fault_08_a_half_open_connection_is_noticed_within_25_s_and_marks_stay";
    behind_a_link(test, |link| {
        link.kubectl(&["create", "namespace", "half-open"]);
        let create = |name| {
            drop(link.kubectl(&["-n", "half-open", "create", "configmap", name, "--from-literal=a=b"]));
        };
        create("flower");
        Engine::at(&[link.kubeconfig()]).run(async |engine| {
            let cluster = engine.open("first").await;
            let list = engine.list(&cluster, "configmaps", Some("half-open"));
            let flower = list.row("flower").await;
            list.until("live", |window| matches!(window.hint.liveness, Liveness::Live).then_some(())).await;
            let mark = SelectionChange::Mark(vec![flower.clone()]);
            engine.backend.select(Some(&list.id), mark).await.expect("a mark");
            link.cut();
            let cut = Instant::now();
            list.until("stale", |window| {
                assert_eq!(window.rows.len(), 2, "rows stay on screen");
                let Liveness::Stale { problem, .. } = &window.hint.liveness else { return None };
                assert_eq!(problem.code, Code::Unreachable);
                assert!(window.rows.iter().all(|row| row.is_stale));
                Some(())
            })
            .await;
            assert!(cut.elapsed() < Duration::from_secs(25), "{:?}", cut.elapsed());
            create("later");
            link.mend();
            list.until("live again, with what came meanwhile", |window| {
                let is_live = matches!(window.hint.liveness, Liveness::Live);
                let marked = window.rows.iter().filter(|row| row.is_marked);
                assert!(marked.map(|row| row.row.identity()).eq([Some(flower.clone())]), "the mark stays");
                (is_live && window.rows.len() == 3).then_some(())
            })
            .await;
            assert_eq!(engine.logouts(), []);
        });
    });
}

#[test]
fn fault_09_over_a_slow_link_with_losses_the_first_page_can_be_used_and_opening_be_given_up() {
    let test =
        "links::fault_09_over_a_slow_link_with_losses_the_first_page_can_be_used_and_opening_be_given_up";
    behind_a_link(test, |link| {
        link.seed(&["configmaps", "--namespace", "slow", "--count", "1500"]);
        Engine::at(&[link.kubeconfig()]).run(async |engine| {
            link.slow_down();
            let cluster = engine.backend.cluster_named("first").expect("the context");
            let stopping = async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                engine.backend.stop_connecting(&cluster).expect("a cluster");
                Instant::now()
            };
            let (opened, stopped) = tokio::join!(engine.backend.open_cluster(&cluster), stopping);
            opened.expect_err("it was stopped");
            assert!(stopped.elapsed() < Duration::from_millis(200), "{:?}", stopped.elapsed());
            engine.backend.open_cluster(&cluster).await.expect("it opens");
            let list = engine.list(&cluster, "configmaps", Some("slow"));
            first_page(&list).await;
            assert!(link.dropped() > 0, "nothing was lost");
            link.mend();
            list.until("all of it", |window| {
                (window.hint.total == 1_501 && matches!(window.hint.liveness, Liveness::Live)).then_some(())
            })
            .await;
        });
    });
}

/// Waits for rows that can be marked, of a list that says how long it will be.
async fn first_page(list: &List<'_>) {
    let began = Instant::now();
    loop {
        let hint = list.window().hint;
        match hint.liveness {
            Liveness::Opening | Liveness::Reading { .. } if hint.markable == 0 => {}
            Liveness::Reading { about } => {
                assert_eq!((hint.markable, about), (250, Some(1_501)));
                return;
            }
            other => panic!("it is still read: {other:?}"),
        }
        assert!(began.elapsed() < Duration::from_mins(1), "no first page");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

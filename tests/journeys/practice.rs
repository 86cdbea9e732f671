//! The practice clusters through the engine, as the window has them: opened, deleted in, reset and closed, and never
//! taken for real ones.

use std::{path::Path, sync::Arc};

use secateur_domain::{
    ids::ClusterId,
    outcome::Outcome,
    plan::{DeleteOptions, Proof},
    tier::{ClusterCare, Tier},
    view::Query,
};
use secateur_engine::{
    Code, EngineError, Event, HistoryQuery, JobControl, MarkedPart, Namespaces, ObjectsRequest, PlanOf,
    RestoreState, SelectionChange, ViewSource,
};

use crate::support::{
    engine::{Engine, List, Log},
    headless::Headless,
    plane::first,
};

const PRODUCTION: &str = "garden-production";
const DEVELOPMENT: &str = "garden-development";
/// A ConfigMap that nothing refers to.
const BANNER: &str = "summer-sale-banner";

/// An engine with both gardens open.
async fn gardens(engine: &Engine) -> (ClusterId, ClusterId) {
    engine.backend.open_practice().await.expect("practice opens");
    (engine.open(PRODUCTION).await, engine.open(DEVELOPMENT).await)
}

async fn banner_is_gone(list: &List<'_>) {
    list.until("it is gone", |_| list.names().iter().all(|name| name != BANNER).then_some(())).await;
}

#[test]
fn practice_clusters_come_into_the_list_and_go_out_of_it_and_are_there_at_the_next_start() {
    let engine = Engine::practising(&[]);
    assert!(engine.backend.catalogue().clusters.is_empty(), "nobody practises yet");
    let state = engine.run(async |engine| {
        let opened = engine.backend.open_practice().await.expect("practice opens");
        assert!(opened.is_practising);
        let names: Vec<&str> = opened.clusters.iter().map(|cluster| cluster.name.as_str()).collect();
        assert!(names.contains(&PRODUCTION) && names.contains(&DEVELOPMENT), "{names:?}");
        assert!(opened.clusters.iter().all(|cluster| cluster.is_practice && !cluster.is_added));
        assert!(opened.problems.is_empty(), "{:?}", opened.problems);
    });
    let engine = Engine::practising_again(state);
    assert!(engine.backend.catalogue().is_practising, "it was open at the end of the last run");
    let state = engine.run(async |engine| {
        engine.open(DEVELOPMENT).await;
        let closed = engine.backend.close_practice().await.expect("practice closes");
        assert!(closed.clusters.is_empty() && !closed.is_practising);
    });
    let engine = Engine::practising_again(state);
    assert!(!engine.backend.catalogue().is_practising, "and it was closed at the end of this one");
    engine.run(async |_| {});
}

#[test]
fn a_practice_cluster_plays_a_tier_without_being_asked_and_by_the_rules_of_that_tier() {
    Engine::practising(&[]).run(async |engine| {
        let (production, development) = gardens(engine).await;
        let care = |name: &str| engine.summary(name).care;
        assert_eq!((care(PRODUCTION).tier, care(DEVELOPMENT).tier), (Tier::Production, Tier::Development));
        assert!(care(PRODUCTION).is_tier_asked && care(DEVELOPMENT).is_tier_asked);
        assert!(engine.summary(PRODUCTION).is_locked && !engine.summary(DEVELOPMENT).is_locked);
        let plan = engine.plan(&production, "configmaps", "shop", &[BANNER]).await;
        assert!(plan.clusters.iter().all(|cluster| cluster.is_practice && cluster.is_locked));
        let refused = engine.backend.confirm_plan(&plan.plan, &Proof::Digest(plan.digest)).await;
        assert_eq!(refused.expect_err("it is read-only").describe().code, Code::ReadOnly);
        let chosen = ClusterCare { tier: Tier::Staging, ..ClusterCare::default() };
        engine.backend.set_care(&development, chosen).await.expect("kept");
        assert_eq!(care(DEVELOPMENT).tier, Tier::Staging, "a person may have it play another");
    });
}

#[test]
fn an_object_of_a_practice_cluster_is_deleted_and_comes_back_from_its_receipt() {
    Engine::practising(&[]).run(async |engine| {
        let (_, development) = gardens(engine).await;
        let list = engine.list(&development, "configmaps", Some("shop"));
        let before = list.row(BANNER).await;
        let plan = engine.plan(&development, "configmaps", "shop", &[BANNER]).await;
        assert_eq!(plan.remaining, 1);
        let job = engine.backend.confirm_plan(&plan.plan, &Proof::Digest(plan.digest)).await.expect("a job");
        assert!(matches!(engine.settled(&job.job).await, Outcome::Gone { .. }));
        banner_is_gone(&list).await;

        let receipts = engine.backend.receipts(HistoryQuery::default()).await.expect("receipts");
        let [receipt] = receipts.as_slice() else { panic!("{receipts:?}") };
        assert!(receipt.cluster.is_practice, "a receipt says that it was practice");
        let planned = engine.backend.plan_restore(vec![receipt.receipt.clone()]).await.expect("a restore");
        let ready = engine.backend.restore_ready(&planned.restore).await.expect("asked");
        assert!(ready.clusters.iter().all(|cluster| cluster.is_practice));
        let done = engine.backend.confirm_restore(&ready.restore).await.expect("carried out");
        assert!(done.items.iter().all(|item| item.state == RestoreState::Restored), "{done:?}");
        let after = list.row(BANNER).await;
        assert_ne!(after, before, "it is another object");
    });
}

#[test]
fn one_plan_is_of_both_gardens() {
    Engine::practising(&[]).run(async |engine| {
        let (production, development) = gardens(engine).await;
        engine.backend.unlock(&production, None).expect("unlocked");
        let mut keys = engine.keys(&production, "shop", &[BANNER]).await;
        keys.extend(engine.keys(&development, "shop", &[BANNER]).await);
        let job = engine.delete(keys, DeleteOptions::default()).await;
        engine.settled(&job).await;
        let lanes = engine.job(&job).lanes;
        let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
        assert_eq!(names, [DEVELOPMENT, PRODUCTION], "where least can be lost first");
        assert!(lanes.iter().all(|lane| lane.is_practice && lane.settled == 1), "{lanes:?}");
        assert!(engine.told().iter().filter(|(_, word)| *word == "gone").count() == 2);
    });
}

#[test]
fn practice_and_real_clusters_share_no_plan_and_no_list() {
    let plane = first();
    plane.namespace("no-practice");
    plane.config_map("no-practice", "real");
    Engine::practising(&[plane]).run(async |engine| {
        let (_, development) = gardens(engine).await;
        let real = engine.open(plane.name).await;
        for (cluster, namespace, name) in [(&development, "shop", BANNER), (&real, "no-practice", "real")] {
            let list = engine.list(cluster, "configmaps", Some(namespace));
            let row = list.row(name).await;
            engine.backend.select(Some(&list.id), SelectionChange::Mark(vec![row])).await.expect("marked");
        }
        let plan = |part| engine.backend.create_plan(PlanOf::Marked(part), DeleteOptions::default());
        let refused = plan(MarkedPart::All).await.expect_err("it is of both").describe();
        assert_eq!(refused.code, Code::InvalidRequest);
        for said in [DEVELOPMENT, plane.name, "practice", "real"] {
            assert!(refused.message.contains(said), "{}", refused.message);
        }
        for (part, cluster) in [(MarkedPart::Practice, &development), (MarkedPart::Real, &real)] {
            let planned = plan(part).await.expect("a plan of one part");
            assert_eq!(planned.total, 1);
            assert!(planned.clusters.iter().all(|known| known.cluster == *cluster), "{planned:?}");
        }
        let request = ObjectsRequest {
            clusters: vec![development, real],
            kind: "configmaps".into(),
            namespaces: Namespaces::All,
        };
        let hints = Arc::new(Log::default());
        let listed = engine.backend.open_view(ViewSource::Objects(request), Query::default(), hints);
        assert!(matches!(listed, Err(EngineError::Invalid(why)) if why.contains("practice")));
    });
}

#[test]
fn a_reset_brings_back_what_was_deleted_and_forgets_what_was_marked() {
    Engine::practising(&[]).run(async |engine| {
        let (production, development) = gardens(engine).await;
        let list = engine.list(&development, "configmaps", Some("shop"));
        list.row(BANNER).await;
        let job = engine.delete(engine.keys(&development, "shop", &[BANNER]).await, DeleteOptions::default());
        engine.settled(&job.await).await;
        banner_is_gone(&list).await;
        let marked = list.row("cart-settings").await;
        engine.backend.select(Some(&list.id), SelectionChange::Mark(vec![marked])).await.expect("marked");
        let plan = engine.plan(&production, "configmaps", "shop", &[BANNER]).await;

        engine.backend.reset_practice().await.expect("reset");
        list.row(BANNER).await;
        let marks = engine.events().into_iter().rev().find_map(|event| match event {
            Event::SelectionChanged(selection) => Some(selection.total),
            _ => None,
        });
        assert_eq!(marks, Some(0));
        let confirmed = engine.backend.confirm_plan(&plan.plan, &Proof::Digest(plan.digest)).await;
        assert_eq!(confirmed.expect_err("the plan is forgotten").describe().code, Code::NotOpen);
        let receipts = engine.backend.receipts(HistoryQuery::default()).await.expect("receipts");
        assert_eq!(receipts.len(), 1, "receipts stay");
    });
}

#[test]
fn nothing_is_reset_or_closed_under_a_job_that_deletes() {
    Engine::practising(&[]).run(async |engine| {
        let (_, development) = gardens(engine).await;
        // It waits for a finalizer whose controller is not there.
        let keys = engine.keys_of(&development, "plots", "beds", &["herb-spiral"]).await;
        let job = engine.delete(keys, DeleteOptions::default()).await;
        engine
            .until("it terminates", || {
                engine.steps().iter().any(|(_, word)| word == "terminating").then_some(())
            })
            .await;
        let refused = engine.backend.reset_practice().await.expect_err("a job is there").describe();
        assert!(refused.message.contains("herb-spiral"), "{}", refused.message);
        assert!(refused.message.contains("stop it first"), "{}", refused.message);
        assert!(engine.backend.close_practice().await.is_err());
        engine.backend.control_job(&job, JobControl::Stop).await.expect("stopped");
        engine.backend.reset_practice().await.expect("reset");
    });
}

#[test]
fn the_command_line_practises_on_the_same_clusters_in_every_run() {
    let person = Headless::at(Path::new("no-kubeconfig"), DEVELOPMENT);
    let clusters = person.run_bare(&["--practice", "clusters", "-o", "json"]);
    assert!(clusters.stdout.contains("\"practice\":true"), "{clusters:?}");
    let target = ["configmap", BANNER, "-n", "shop", "--practice"];
    let deleted = person.plan_and_delete(&target, &[]);
    assert_eq!(
        (deleted.status, deleted.outcomes().last().map(String::as_str)),
        (0, Some("gone")),
        "{deleted:?}"
    );
    let again = person.plan_and_delete(&target, &[]);
    assert_eq!(again.status, 0, "each run begins with the same clusters: {again:?}");
    let without = person.run(&["list", "configmaps"]);
    assert_eq!(without.status, 2, "there is no such context without it: {without:?}");
}

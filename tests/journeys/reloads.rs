//! A server that asks, by `X-Reload: reload`, that what was read of it be read again.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use secateur_domain::{ids::ClusterId, plan::DeleteOptions, row::Liveness};
use secateur_engine::{Event, PlanOf, ViewWindow};

use crate::support::{
    engine::{Engine, List},
    faults::Fault,
    jobs::counted,
    plane::{Plane, first},
};

/// Between one time of reading again and the next there is more than this.
const PAUSE: u64 = 10;

/// Defines a kind, and waits until the server serves it.
async fn define(engine: &Engine, plane: &Plane, plural: &str) {
    let kind = plural.trim_end_matches('s');
    plane.apply(&format!(
        r#"{{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
        "metadata":{{"name":"{plural}.reloads.example"}},
        "spec":{{"group":"reloads.example","scope":"Namespaced","names":{{"plural":"{plural}","kind":"{kind}"}},
        "versions":[{{"name":"v1","served":true,"storage":true,
        "schema":{{"openAPIV3Schema":{{"type":"object"}}}}}}]}}}}"#
    ));
    let name = format!("{plural}.v1.reloads.example");
    engine.until("it is served", || plane.try_kubectl(&["get", &name]).status.success().then_some(())).await;
}

fn serves(engine: &Engine, cluster: &ClusterId, plural: &str) -> Option<()> {
    let kinds = engine.backend.kinds(cluster).expect("kinds").kinds;
    kinds.iter().any(|kind| kind.plural == plural).then_some(())
}

/// How often it was told that kinds were read.
fn told(engine: &Engine) -> usize {
    engine.events().iter().filter(|event| matches!(event, Event::KindsChanged(_))).count()
}

fn lists(engine: &Engine) -> usize {
    engine.script.lists.load(Ordering::SeqCst)
}

fn discoveries(engine: &Engine) -> usize {
    engine.script.discoveries.load(Ordering::SeqCst)
}

async fn live(list: &List<'_>) {
    list.until("live", |window| matches!(window.hint.liveness, Liveness::Live).then_some(())).await;
}

/// Anything that is asked: its answer is the one that asks back.
async fn ask(engine: &Engine, cluster: &ClusterId) {
    engine.backend.namespaces(cluster).await.expect("namespaces");
}

#[test]
fn one_answer_that_asks_for_it_shows_the_kinds_made_since_and_reads_views_again() {
    let plane = first();
    plane.namespace("reloaded");
    plane.config_map("reloaded", "flower");
    Engine::with(&[plane], Fault::AskOnceForReload).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("reloaded"));
        live(&view).await;
        define(engine, plane, "sinces").await;
        assert_eq!(serves(engine, &cluster, "sinces"), None, "nobody has asked for it yet");
        let (told_before, lists_before, discoveries_before) =
            (told(engine), lists(engine), discoveries(engine));

        engine.arm();
        ask(engine, &cluster).await;
        let is_whole = |window: &ViewWindow| window.rows.iter().any(|row| &*row.row.name == "flower");
        view.until("the kind, and the list read again", |window| {
            assert!(is_whole(window), "the list was empty for a moment");
            assert!(matches!(window.hint.liveness, Liveness::Live), "{:?}", window.hint.liveness);
            (lists(engine) > lists_before).then_some(())?;
            serves(engine, &cluster, "sinces")
        })
        .await;
        // What is read again is watched again.
        plane.config_map("reloaded", "later");
        view.row("later").await;
        assert_eq!(told(engine), told_before + 1);
        assert_eq!((lists(engine), discoveries(engine)), (lists_before + 1, discoveries_before + 1));
    });
}

#[test]
fn a_server_that_asks_with_every_answer_is_read_again_once() {
    let plane = first();
    plane.namespace("reloaded-always");
    Engine::with(&[plane], Fault::AskForReload).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("reloaded-always"));
        live(&view).await;
        let (lists_before, discoveries_before) = (lists(engine), discoveries(engine));
        engine.arm();
        let begun = Instant::now();
        // The person works on, for longer than it may take until it would be read again.
        for second in 1..=PAUSE + 2 {
            ask(engine, &cluster).await;
            let is_over = || (begun.elapsed() >= Duration::from_secs(second)).then_some(());
            engine.until("another second", is_over).await;
        }
        assert_eq!((lists(engine), discoveries(engine)), (lists_before + 1, discoveries_before + 1));

        // It had stopped, and asks again: that is another time.
        engine.disarm();
        ask(engine, &cluster).await;
        define(engine, plane, "agains").await;
        engine.arm();
        ask(engine, &cluster).await;
        engine.until("read again", || serves(engine, &cluster, "agains")).await;
    });
}

#[test]
fn a_plan_that_is_open_and_a_job_that_runs_are_not_disturbed() {
    let plane = first();
    plane.seed_config_maps("reloaded-job", 600);
    plane.namespace("reloaded-plan");
    plane.config_map("reloaded-plan", "planned");
    Engine::with(&[plane], Fault::AskOnceForReload).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let keys = engine.keys(&cluster, "reloaded-plan", &["planned"]).await;
        let plan = engine.worked_out(PlanOf::Keys(keys), DeleteOptions::default()).await;
        let told_before = told(engine);
        // The fifth DELETE of the job is answered with it.
        engine.script.arms_after.store(5, Ordering::SeqCst);
        let keys = engine.seeded(&cluster, "reloaded-job").await;
        assert_eq!(keys.len(), 600);
        let job = engine.delete(keys, DeleteOptions::default()).await;
        engine.over(&job).await;

        let events = engine.events();
        let reload = events.iter().rposition(|event| matches!(event, Event::KindsChanged(_)));
        let last = events.iter().rposition(|event| matches!(event, Event::TargetChanged { .. }));
        assert_eq!(told(engine), told_before + 1, "the kinds were read again once");
        assert!(reload < last, "the job was over before the kinds were read again");
        assert_eq!(counted(&engine.job(&job), "gone"), 600);
        assert_eq!(engine.script.deletes.load(Ordering::SeqCst), 600, "each was sent once");
        let problems: Vec<_> = engine.job(&job).lanes.into_iter().filter_map(|lane| lane.problem).collect();
        assert!(problems.is_empty(), "{problems:?}");

        let now = engine.backend.worked_out(&plan.plan).await.expect("the plan is open");
        assert_eq!((now.digest, now.remaining), (plan.digest, 1));
        assert!(engine.plan_events(&plan.plan).iter().all(|(_, change)| change.is_empty()));
    });
}

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
    plane::first,
};

/// Between one time of reading again and the next there is more than this.
const PAUSE: u64 = 10;

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
fn one_answer_that_asks_for_it_reads_kinds_and_views_again() {
    let plane = first();
    plane.namespace("reloaded");
    plane.config_map("reloaded", "flower");
    Engine::with(&[plane], Fault::AskOnceForReload).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("reloaded"));
        live(&view).await;
        let (told_before, lists_before, discoveries_before) =
            (told(engine), lists(engine), discoveries(engine));

        engine.arm();
        ask(engine, &cluster).await;
        let is_whole = |window: &ViewWindow| window.rows.iter().any(|row| &*row.row.name == "flower");
        view.until("kinds and list read again", |window| {
            assert!(is_whole(window), "the list was empty for a moment");
            assert!(matches!(window.hint.liveness, Liveness::Live), "{:?}", window.hint.liveness);
            (lists(engine) > lists_before && told(engine) > told_before).then_some(())
        })
        .await;
        // What is read again is watched again.
        plane.config_map("reloaded", "later");
        view.row("later").await;
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
        engine.arm();
        ask(engine, &cluster).await;
        engine.until("read again", || (discoveries(engine) == discoveries_before + 2).then_some(())).await;
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
        let discoveries_before = discoveries(engine);
        // The fifth DELETE of the job is answered with it.
        engine.script.arms_after.store(5, Ordering::SeqCst);
        let keys = engine.seeded(&cluster, "reloaded-job").await;
        assert_eq!(keys.len(), 600);
        let job = engine.delete(keys, DeleteOptions::default()).await;
        engine.over(&job).await;

        let events = engine.events();
        let reload = events.iter().rposition(|event| matches!(event, Event::KindsChanged(_)));
        let last = events.iter().rposition(|event| matches!(event, Event::TargetChanged { .. }));
        assert_eq!(discoveries(engine), discoveries_before + 1, "the kinds were read again once");
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

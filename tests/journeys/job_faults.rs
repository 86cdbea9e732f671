//! Faults in the middle of jobs: what is lost, busy, replaced, held, asleep or full.

use std::sync::atomic::Ordering;

use http::Method;
use secateur_domain::{
    outcome::Outcome,
    plan::{DeleteOptions, Propagation},
    row::Liveness,
};
use secateur_engine::{Code, JobControl, LaneState, LaneWait};

use crate::{
    audit::deletes,
    deletes::races,
    support::{
        engine::Engine,
        faults::Fault,
        headless::Headless,
        jobs::counted,
        plane::{first, second},
        scripted::{Does, Rule, gateway_gives_up},
    },
};

#[test]
fn fault_24_a_cluster_that_ends_its_session_pauses_alone_and_goes_on_after_signing_in() {
    let (here, there) = (first(), second());
    for plane in [here, there] {
        plane.seed_config_maps("signed-out", 80);
    }
    let engine = Engine::with(&[here, there], Fault::SignOut);
    engine.script.only.store(here.port(), Ordering::SeqCst);
    engine.run(async |engine| {
        let (ours, theirs) = (engine.open(here.name).await, engine.open(there.name).await);
        let mut keys = engine.seeded(&ours, "signed-out").await;
        keys.extend(engine.seeded(&theirs, "signed-out").await);
        engine.script.arms_after.store(20, Ordering::SeqCst);
        let job = engine.delete(keys, DeleteOptions::default()).await;
        let paused = engine
            .until_job(&job, "one waits for signing in, the other is done", |job| {
                job.lanes
                    .iter()
                    .any(|lane| lane.cluster == ours && lane.state == LaneState::Paused(LaneWait::SignIn))
                    && job.lanes.iter().any(|lane| lane.cluster == theirs && lane.settled == 80)
            })
            .await;
        assert!(paused.needs_person && !paused.is_settled, "{paused:?}");
        let lane = paused.lanes.iter().find(|lane| lane.cluster == ours).expect("its lane");
        assert!(lane.sentence.starts_with("Paused: sign in again."), "{lane:?}");
        engine.disarm();
        engine.backend.open_cluster(&ours).await.expect("signed in again");
        let over = engine.over(&job).await;
        assert_eq!(counted(&over, "gone"), 160, "{over:?}");
        assert_eq!(engine.logged_out().await.len(), 1);
    });
    assert_eq!(deletes(there, "signed-out").len(), 80);
}

#[test]
fn fault_11_another_cluster_behind_the_address_in_the_middle_of_a_job_is_sent_nothing_more() {
    let plane = first();
    plane.seed_config_maps("swapped", 120);
    Engine::with(&[plane], Fault::AnotherClusterAfterPlan).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let job = engine.delete_seeded(&cluster, "swapped").await;
        let stopped = engine
            .until_job(&job, "nothing more is sent", |job| job.lanes[0].state == LaneState::Stopped)
            .await;
        let problem = stopped.lanes[0].problem.clone().expect("why");
        assert!(problem.contains("is not the cluster this plan was made for"), "{problem}");
        // Those under way when the connection changed; each of them names its UID.
        assert!(engine.script.deletes.load(Ordering::SeqCst) <= 20 + 32, "{stopped:?}");
        assert!(counted(&stopped, "notSent") >= 120 - 52, "{stopped:?}");
    });
}

#[test]
fn fault_17_after_sleep_lists_are_stale_until_they_were_read_again() {
    let plane = first();
    plane.seed_config_maps("slept-list", 20);
    Engine::with(&[plane], Fault::HoldReads).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("slept-list"));
        view.until("live", |window| matches!(window.hint.liveness, Liveness::Live).then_some(())).await;
        engine.arm();
        engine.clock.jump(3_600_000);
        let stale = view.until("stale", |window| {
            assert!(!window.rows.is_empty(), "rows stay on screen");
            matches!(&window.hint.liveness, Liveness::Stale { problem, .. } if problem.code == Code::Unreachable)
                .then_some(())
        });
        tokio::time::timeout(std::time::Duration::from_secs(5), stale).await.expect("in time");
        engine.disarm();
        view.until("live again", |window| matches!(window.hint.liveness, Liveness::Live).then_some(())).await;
    });
}

#[test]
fn fault_17_after_sleep_a_job_asks_what_the_cluster_is() {
    let plane = first();
    plane.seed_config_maps("slept", 120);
    Engine::with(&[plane], Fault::AnotherClusterAfterPlan).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let keys = engine.seeded(&cluster, "slept").await;
        let job = engine.delete(keys, DeleteOptions::default()).await;
        engine.until_job(&job, "it is under way", |job| job.settled > 0 || job.in_flight > 0).await;
        engine.backend.control_job(&job, JobControl::Pause).await.expect("it pauses");
        engine.until_job(&job, "nothing is in flight", |job| job.in_flight == 0).await;
        let sent = engine.script.deletes.load(Ordering::SeqCst);
        engine.arm();
        let told = engine.states(&cluster).len();
        engine.clock.jump(3_600_000);
        engine.until("it was noticed", || (engine.states(&cluster).len() > told).then_some(())).await;
        engine.backend.control_job(&job, JobControl::Resume).await.expect("it goes on");
        let stopped = engine
            .until_job(&job, "it is another cluster", |job| job.lanes[0].state == LaneState::Stopped)
            .await;
        assert_eq!(engine.script.deletes.load(Ordering::SeqCst), sent, "nothing was sent: {stopped:?}");
    });
}

#[test]
fn fault_43_a_gateway_that_gave_up_waiting_is_unknown_and_then_gone_by_one_delete() {
    let plane = first();
    plane.namespace("gateway");
    plane.config_map("gateway", "target");
    Engine::scripted(&[plane], [gateway_gives_up()]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let job = engine
            .delete(engine.keys(&cluster, "gateway", &["target"]).await, DeleteOptions::default())
            .await;
        let over = engine.over(&job).await;
        assert_eq!(counted(&over, "gone"), 1, "{over:?}");
        assert!(engine.outcomes().contains(&"unknown"), "{:?}", engine.outcomes());
    });
    assert_eq!(deletes(plane, "gateway").len(), 1, "one logical delete");
}

#[test]
fn fault_44_a_namesake_that_comes_between_the_copy_and_the_delete_is_not_touched() {
    let plane = first();
    plane.namespace("between");
    let engine = Engine::with(&[plane], Fault::HoldDeletes);
    engine.run(async |engine| {
        let cluster = engine.open(plane.name).await;
        for race in 0..races() {
            let _ = plane.try_kubectl(&["-n", "between", "delete", "cm", "target"]);
            plane.config_map("between", "target");
            engine.arm();
            let keys = engine.keys(&cluster, "between", &["target"]).await;
            let job = engine.delete(keys, DeleteOptions::default()).await;
            let is_under_way = || (engine.script.under_way.load(Ordering::SeqCst) > 0).then_some(());
            engine.until("the DELETE is on its way", is_under_way).await;
            plane.kubectl(&["-n", "between", "delete", "cm", "target"]);
            let namesake = plane.config_map("between", "target");
            engine.disarm();
            let over = engine.over(&job).await;
            assert_eq!(counted(&over, "replaced"), 1, "race {race}: {over:?}");
            assert_eq!(plane.uid("between", "cm", "target"), Some(namesake), "race {race}");
        }
    });
    let sent = deletes(plane, "between");
    assert_eq!(sent.len(), races());
    assert!(sent.iter().all(|delete| delete.status == 409), "{sent:?}");
}

#[test]
fn fault_44_a_namespace_that_is_terminating_is_followed_and_sent_nothing() {
    let plane = first();
    plane.namespace("ending");
    plane.config_map("ending", "holds");
    let patch = r#"{"metadata":{"finalizers":["garden.example.com/holds"]}}"#;
    plane.kubectl(&["-n", "ending", "patch", "cm", "holds", "--type=merge", "-p", patch]);
    plane.kubectl(&["delete", "namespace", "ending", "--wait=false"]);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let keys = engine.cluster_scoped(&cluster, "namespaces", "ending").await;
        let job = engine.delete(keys, DeleteOptions::default()).await;
        engine.until_job(&job, "it is terminating", |job| counted(job, "terminating") == 1).await;
        let patch = r#"{"metadata":{"finalizers":null}}"#;
        plane.kubectl(&["-n", "ending", "patch", "cm", "holds", "--type=merge", "-p", patch]);
        assert_eq!(counted(&engine.over(&job).await, "gone"), 1);
    });
    assert!(deletes(plane, "").iter().all(|delete| delete.name != "ending"));
}

#[test]
fn fault_45_gone_before_the_delete_arrives_is_another_outcome_than_gone_by_it() {
    let plane = first();
    plane.namespace("early");
    plane.config_map("early", "target");
    let engine = Engine::with(&[plane], Fault::HoldDeletes);
    engine.arm();
    engine.run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let job =
            engine.delete(engine.keys(&cluster, "early", &["target"]).await, DeleteOptions::default()).await;
        engine
            .until("the DELETE is on its way", || {
                (engine.script.under_way.load(Ordering::SeqCst) > 0).then_some(())
            })
            .await;
        plane.kubectl(&["-n", "early", "delete", "cm", "target"]);
        engine.disarm();
        let over = engine.over(&job).await;
        assert_eq!(counted(&over, "alreadyGone"), 1, "{over:?}");
    });
    assert_eq!(deletes(plane, "early")[0].status, 404);
}

#[test]
fn fault_46_a_finalizer_that_never_goes_is_said_and_keeps_nobody_waiting() {
    let plane = first();
    plane.namespace("forever");
    for name in ["held", "free"] {
        plane.config_map("forever", name);
    }
    let patch = r#"{"metadata":{"finalizers":["garden.example.com/holds"]}}"#;
    plane.kubectl(&["-n", "forever", "patch", "cm", "held", "--type=merge", "-p", patch]);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let keys = engine.keys(&cluster, "forever", &["held", "free"]).await;
        let job = engine.delete(keys, DeleteOptions::default()).await;
        let shown = engine.over(&job).await;
        assert_eq!((counted(&shown, "gone"), counted(&shown, "terminating")), (1, 1), "{shown:?}");
        assert_eq!(shown.sentence, "1 of 2 is gone. 1 is still there: 1 is terminating.");
        let finalizers = shown.outcomes.iter().find_map(|(outcome, _)| match outcome {
            Outcome::Terminating { waits_for } => Some(waits_for.finalizers.clone()),
            _ => None,
        });
        assert_eq!(finalizers, Some(vec!["garden.example.com/holds".to_owned()]));
        // It is followed all the same.
        let patch = r#"{"metadata":{"finalizers":null}}"#;
        plane.kubectl(&["-n", "forever", "patch", "cm", "held", "--type=merge", "-p", patch]);
        engine.until_job(&job, "it is gone in the end", |job| counted(job, "gone") == 2).await;
    });
}

#[test]
fn fault_47_a_foreground_delete_that_waits_for_a_dependant_says_that_it_waits() {
    let plane = first();
    plane.namespace("foreground");
    let owner = plane.config_map("foreground", "owner");
    plane.apply(&format!(
        r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"dependant","namespace":"foreground",
        "finalizers":["garden.example.com/holds"],"ownerReferences":[{{"apiVersion":"v1","kind":"ConfigMap",
        "name":"owner","uid":"{owner}","blockOwnerDeletion":true}}]}}}}"#
    ));
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let keys = engine.keys(&cluster, "foreground", &["owner"]).await;
        let options = DeleteOptions { propagation: Propagation::Foreground, ..DeleteOptions::default() };
        let job = engine.delete(keys, options).await;
        let held = engine.until_job(&job, "it is terminating", |job| counted(job, "terminating") == 1).await;
        assert!(held.sentence.contains("foregroundDeletion"), "{held:?}");
        let patch = r#"{"metadata":{"finalizers":null}}"#;
        plane.kubectl(&["-n", "foreground", "patch", "cm", "dependant", "--type=merge", "-p", patch]);
        engine.until_job(&job, "it is gone in the end", |job| counted(job, "gone") == 1).await;
    });
}

#[test]
fn fault_54_an_answer_about_another_object_is_unknown_and_not_believed() {
    let plane = first();
    plane.namespace("unexpected");
    plane.config_map("unexpected", "target");
    let other =
        Does::ChangeAnswer(|said| said["details"]["uid"] = "00000000-0000-0000-0000-000000000000".into());
    let other = Rule::new(other).of(Method::DELETE, "/**").for_real();
    Engine::scripted(&[plane], [other]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let job = engine
            .delete(engine.keys(&cluster, "unexpected", &["target"]).await, DeleteOptions::default())
            .await;
        engine.over(&job).await;
        let told = engine.outcomes();
        assert!(told.contains(&"unknown") && !told.contains(&"accepted"), "{told:?}");
    });
    assert_eq!(deletes(plane, "unexpected").len(), 1, "it was not sent again");
}

#[test]
fn fault_79_a_trash_that_can_no_longer_be_written_stops_the_job_and_keeps_the_results() {
    let plane = first();
    plane.namespace("full");
    let large = "x".repeat(100_000);
    // Copies are taken in the order of the list: a hundred small ones, then the large ones.
    let small = (0..100).map(|number| (format!("a-{number:03}"), "small"));
    let items: Vec<String> = small
        .chain((0..30).map(|number| (format!("b-{number:03}"), large.as_str())))
        .map(|(name, content)| {
            format!(
                r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{name}","namespace":"full",
                "labels":{{"full":"yes"}}}},"data":{{"content":"{content}"}}}}"#
            )
        })
        .collect();
    plane.apply(&format!(r#"{{"apiVersion":"v1","kind":"List","items":[{}]}}"#, items.join(",")));
    let person = Headless::admin(plane);
    let arguments = ["configmaps", "-n", "full", "-l", "full=yes"];
    let proof = person.proof(&arguments);
    // No file may grow beyond two mebibytes: the small copies fit, the large ones do not.
    let ran =
        person.run_with_files_up_to(2_048, &[&["delete", "--confirm", &proof], &arguments[..]].concat());
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stdout.contains("The copy of ConfigMap b-"), "{ran:?}");
    assert!(ran.stdout.contains("could not be written"), "{ran:?}");
    assert!(ran.stdout.contains(r#""gone":100"#) && ran.stdout.contains(r#""notSent":30"#), "{ran:?}");
    let sent = deletes(plane, "full");
    assert_eq!(sent.len(), 100);
    assert!(sent.iter().all(|delete| delete.name.starts_with("a-")), "{sent:?}");
}

#[test]
fn fault_44_an_object_that_changed_is_refused_where_only_unchanged_ones_may_go() {
    let plane = first();
    plane.namespace("version");
    let uid = plane.config_map("version", "target");
    let engine = Engine::with(&[plane], Fault::HoldDeletes);
    engine.run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let keys = engine.keys(&cluster, "version", &["target"]).await;
        let options = DeleteOptions { only_if_unchanged: true, ..DeleteOptions::default() };
        engine.arm();
        let job = engine.delete(keys, options).await;
        let is_under_way = || (engine.script.under_way.load(Ordering::SeqCst) > 0).then_some(());
        engine.until("the DELETE is on its way", is_under_way).await;
        plane.kubectl(&["-n", "version", "annotate", "cm", "target", "changed=yes"]);
        engine.disarm();
        let over = engine.over(&job).await;
        assert_eq!(counted(&over, "refused"), 1, "{over:?}");
    });
    assert_eq!(plane.uid("version", "cm", "target"), Some(uid));
    assert_eq!(deletes(plane, "version")[0].status, 409);
}

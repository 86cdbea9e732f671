//! Jobs over many targets: copied first, paced, controlled, and honest about what became of each.

use std::sync::atomic::Ordering;

use secateur_domain::{
    plan::{DeleteOptions, Order, Until},
    row::Liveness,
    tier::{ClusterCare, Tier},
};
use secateur_engine::{JobControl, JobState, LaneState, LaneWait};

use crate::{
    audit::deletes,
    support::{
        engine::Engine,
        faults::Fault,
        jobs::{copied, counted},
        plane::{Plane, first, second},
        scripted::gateway_gives_up,
    },
};

/// The UIDs that Secateur's DELETEs in a namespace named.
fn deleted(plane: &Plane, namespace: &str) -> Vec<String> {
    deletes(plane, namespace).iter().map(crate::audit::Delete::uid).collect()
}

#[test]
fn many_are_copied_sent_and_confirmed_gone_and_every_delete_has_its_copy() {
    let plane = first();
    plane.seed_config_maps("bulk", 300);
    plane.config_map("bulk", "bystander");
    let folder = Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let job = engine.delete(engine.seeded(&cluster, "bulk").await, DeleteOptions::default()).await;
        let summary = engine.over(&job).await;
        assert_eq!((counted(&summary, "gone"), summary.total), (300, 300), "{summary:?}");
        assert_eq!(summary.sentence, "All 300 ConfigMaps are gone.");
        assert_eq!(summary.state, JobState::Settled);
        assert!(summary.took.is_some(), "{summary:?}");
    });
    assert!(plane.uid("bulk", "cm", "bystander").is_some());
    let (sent, copied) = (deleted(plane, "bulk"), copied(folder.path()));
    assert_eq!(sent.len(), 300);
    assert!(sent.iter().all(|uid| copied.contains(uid)), "a DELETE without a copy");
}

#[test]
fn a_paused_job_sends_nothing_until_it_goes_on() {
    let plane = first();
    plane.seed_config_maps("paused", 120);
    Engine::with(&[plane], Fault::HoldAnswers).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let job = engine.delete_seeded(&cluster, "paused").await;
        engine.armed().await;
        let paused = engine.backend.control_job(&job, JobControl::Pause).await.expect("it pauses");
        assert_eq!(paused.state, JobState::Paused);
        engine.disarm();
        let paused = engine
            .until_job(&job, "what was sent has ended", |job| {
                counted(job, "gone") == job.settled
                    && job.in_flight == 0
                    && job.settled > 0
                    && counted(job, "accepted") == 0
            })
            .await;
        let sent = engine.script.deletes.load(Ordering::SeqCst);
        assert_eq!(paused.settled, sent, "what was sent was followed to its end: {paused:?}");
        let refused = engine.backend.empty_trash().await.expect_err("its copies are needed");
        assert!(refused.to_string().contains("a job is running"), "{refused}");
        assert!(paused.sentence.starts_with("Paused by you."), "{paused:?}");
        assert!(paused.needs_person);
        assert_eq!(paused.lanes[0].state, LaneState::Paused(LaneWait::Person));
        // Another list is opened and read meanwhile: time enough for a DELETE that should not be.
        engine
            .list(&cluster, "secrets", None)
            .until("live", |window| matches!(window.hint.liveness, Liveness::Live).then_some(()))
            .await;
        assert_eq!(engine.script.deletes.load(Ordering::SeqCst), sent);
        engine.backend.control_job(&job, JobControl::Resume).await.expect("it goes on");
        assert_eq!(counted(&engine.over(&job).await, "gone"), 120);
    });
    assert_eq!(deletes(plane, "paused").len(), 120);
}

#[test]
fn a_stopped_job_sends_no_further_delete_and_follows_those_it_sent() {
    let plane = first();
    plane.seed_config_maps("stopped", 120);
    Engine::with(&[plane], Fault::HoldAnswers).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let job = engine.delete_seeded(&cluster, "stopped").await;
        engine.armed().await;
        engine
            .until_job(&job, "as many are under way as may be", |job| {
                engine.script.under_way.load(Ordering::SeqCst) == job.lanes[0].at_once
            })
            .await;
        let stopped = engine.backend.control_job(&job, JobControl::Stop).await.expect("it stops");
        // What had left until then: the limit may still have grown by what the first answers told.
        let sent = engine.script.deletes.load(Ordering::SeqCst);
        assert_eq!(stopped.state, JobState::Stopped);
        assert!(stopped.sentence.contains("already sent and are being followed"), "{stopped:?}");
        engine.disarm();
        let over = engine.over(&job).await;
        assert_eq!(engine.script.deletes.load(Ordering::SeqCst), sent, "not one more");
        assert_eq!((counted(&over, "gone"), counted(&over, "notSent")), (sent, 120 - sent), "{over:?}");
        assert!(over.sentence.starts_with("Stopped by you."), "{over:?}");
        assert_eq!(over.retryable, 120 - sent);
        // A stopped job stays stopped; what is left of it is another plan.
        engine.backend.control_job(&job, JobControl::Resume).await.expect("it is told");
        let left = engine
            .backend
            .create_plan(secateur_engine::PlanOf::Left(job), DeleteOptions::default())
            .await
            .expect("a plan of what is left");
        assert_eq!(left.total, 120 - sent);
    });
}

#[test]
fn staged_clusters_follow_each_other() {
    let (here, there) = (first(), second());
    for plane in [here, there] {
        plane.seed_config_maps("staged", 40);
    }
    Engine::on(&[here, there]).run(async |engine| {
        let (ours, theirs) = (engine.open(here.name).await, engine.open(there.name).await);
        let mut keys = engine.seeded(&ours, "staged").await;
        keys.extend(engine.seeded(&theirs, "staged").await);
        let options = DeleteOptions { order: Order::Staged, ..DeleteOptions::default() };
        let job = engine.delete(keys, options).await;
        let over = engine.over(&job).await;
        assert_eq!(counted(&over, "gone"), 80);
        let order: Vec<_> = over.lanes.iter().map(|lane| lane.cluster.clone()).collect();
        let told = engine.told();
        let first_of_second =
            told.iter().position(|(cluster, word)| *cluster == order[1] && *word == "requested");
        let last_of_first = told
            .iter()
            .rposition(|(cluster, word)| *cluster == order[0] && matches!(*word, "requested" | "accepted"));
        assert!(last_of_first < first_of_second, "{last_of_first:?} {first_of_second:?}");
    });
}

#[test]
fn a_failure_that_was_not_foreseen_ends_a_staged_job_where_that_was_asked_for() {
    let (here, there) = (first(), second());
    for plane in [here, there] {
        plane.namespace("until-failure");
        plane.config_map("until-failure", "target");
    }
    let engine = Engine::scripted(&[here, there], [gateway_gives_up().at(here.port())]);
    engine.run(async |engine| {
        let (ours, theirs) = (engine.open(here.name).await, engine.open(there.name).await);
        let mut keys = engine.keys(&ours, "until-failure", &["target"]).await;
        keys.extend(engine.keys(&theirs, "until-failure", &["target"]).await);
        let options = DeleteOptions { order: Order::StagedUntilFailure, ..DeleteOptions::default() };
        let job = engine.delete(keys, options).await;
        let over = engine.over(&job).await;
        assert_eq!(counted(&over, "notSent"), 1, "{over:?}");
        assert!(over.sentence.starts_with("Stopped after the first failure"), "{over:?}");
    });
    assert_eq!((deletes(here, "until-failure").len(), deletes(there, "until-failure").len()), (1, 0));
}

#[test]
fn a_busy_server_is_left_alone_as_it_asks_and_then_sent_less_at_a_time() {
    let plane = first();
    plane.seed_config_maps("busy", 60);
    let engine = Engine::with(&[plane], Fault::BusyBeyond(1));
    engine.arm();
    engine.run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let job = engine.delete(engine.seeded(&cluster, "busy").await, DeleteOptions::default()).await;
        let waiting = engine
            .until_job(&job, "it waits for the server", |job| {
                matches!(job.lanes[0].state, LaneState::Paused(LaneWait::Server { .. }))
            })
            .await;
        assert!(waiting.lanes[0].seconds.is_some_and(|seconds| seconds <= 1), "{waiting:?}");
        assert!(waiting.lanes[0].sentence.contains("asked to slow down. Goes on in"), "{waiting:?}");
        assert_eq!(waiting.lanes[0].at_once, 1, "half of two");
        assert!(!waiting.needs_person);
        assert_eq!(counted(&engine.over(&job).await, "gone"), 60);
        assert!(engine.script.refused.load(Ordering::SeqCst) > 0);
    });
    assert_eq!(deletes(plane, "busy").len(), 60, "what was refused with 429 never reached the server");
}

#[test]
fn a_cluster_that_does_not_answer_pauses_and_goes_on_when_it_does() {
    let plane = first();
    plane.seed_config_maps("unplugged", 80);
    Engine::with(&[plane], Fault::Unplugged).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let job = engine.delete_seeded(&cluster, "unplugged").await;
        let paused = engine
            .until_job(&job, "it waits for an answer", |job| {
                job.lanes[0].state == LaneState::Paused(LaneWait::Connection)
            })
            .await;
        assert!(paused.settled < 80, "{paused:?}");
        engine.disarm();
        assert_eq!(counted(&engine.over(&job).await, "gone"), 80);
    });
    assert_eq!(deletes(plane, "unplugged").len(), 80, "one DELETE each, whatever broke in between");
}

#[test]
fn a_job_that_waits_for_acceptance_only_is_over_when_all_is_accepted() {
    let plane = first();
    plane.namespace("accepted");
    plane.config_map("accepted", "target");
    let patch = r#"{"metadata":{"finalizers":["garden.example.com/holds"]}}"#;
    plane.kubectl(&["-n", "accepted", "patch", "cm", "target", "--type=merge", "-p", patch]);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let keys = engine.keys(&cluster, "accepted", &["target"]).await;
        let options = DeleteOptions { until: Until::Accepted, ..DeleteOptions::default() };
        let job = engine.delete(keys, options).await;
        let over = engine.over(&job).await;
        assert_eq!(counted(&over, "terminating"), 1, "{over:?}");
    });
    let patch = r#"{"metadata":{"finalizers":null}}"#;
    plane.kubectl(&["-n", "accepted", "patch", "cm", "target", "--type=merge", "-p", patch]);
}

#[test]
fn a_cluster_that_is_locked_in_the_middle_is_sent_nothing_until_it_is_unlocked() {
    let plane = first();
    plane.seed_config_maps("locked", 120);
    Engine::with(&[plane], Fault::HoldAnswers).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let care = ClusterCare { tier: Tier::Production, ..ClusterCare::default() };
        engine.backend.set_care(&cluster, care).await.expect("it is production");
        engine.backend.unlock(&cluster, None).expect("it is unlocked");
        let job = engine.delete_seeded(&cluster, "locked").await;
        engine.armed().await;
        engine.backend.lock(&cluster).expect("it is locked");
        let sent = engine.script.deletes.load(Ordering::SeqCst);
        engine.disarm();
        let paused = engine
            .until_job(&job, "it waits for an unlock", |job| {
                job.lanes[0].state == LaneState::Paused(LaneWait::Unlock) && job.settled >= sent
            })
            .await;
        assert!(paused.needs_person, "{paused:?}");
        assert!(paused.lanes[0].sentence.contains("is read-only, unlock it."), "{paused:?}");
        // One may have left between the count and the lock.
        let left = engine.script.deletes.load(Ordering::SeqCst);
        assert!(left <= sent + 1, "{sent} {left}");
        engine.backend.unlock(&cluster, None).expect("it is unlocked");
        assert_eq!(counted(&engine.over(&job).await, "gone"), 120);
    });
    assert_eq!(deletes(plane, "locked").len(), 120);
}

#[test]
fn a_job_whose_context_leaves_the_kubeconfig_waits_and_goes_on_when_it_is_back() {
    let plane = first();
    plane.seed_config_maps("left", 120);
    let known = std::fs::read_to_string(plane.kubeconfig()).expect("the kubeconfig");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    std::fs::write(&file, &known).expect("a kubeconfig");
    Engine::at_with(&file, Fault::HoldAnswers).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let job = engine.delete_seeded(&cluster, "left").await;
        engine.armed().await;
        std::fs::write(&file, "apiVersion: v1\nkind: Config\n").expect("a kubeconfig");
        engine.backend.reload().await.expect("it is read");
        engine.disarm();
        let waits = LaneState::Paused(LaneWait::SignIn);
        engine
            .until_job(&job, "the lane waits", |job| job.lanes.iter().all(|lane| lane.state == waits))
            .await;
        std::fs::write(&file, &known).expect("a kubeconfig");
        engine.backend.reload().await.expect("it is read");
        let before = engine.job(&job);
        assert!(!before.is_settled, "nothing goes on before somebody signs in: {before:?}");
        engine.open(plane.name).await;
        assert_eq!(counted(&engine.over(&job).await, "gone"), 120);
    });
    let mut sent = deleted(plane, "left");
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), 120);
}

#[test]
fn a_session_that_ends_while_it_is_asked_which_cluster_it_is_pauses_the_job() {
    let plane = first();
    plane.seed_config_maps("asked", 60);
    Engine::with(&[plane], Fault::HoldIdentity).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let job = engine.delete_seeded(&cluster, "asked").await;
        engine.armed().await;
        let is_still = || engine.script.under_way.load(Ordering::SeqCst) == 0;
        engine.until("nothing more is sent", || is_still().then_some(())).await;
        engine.backend.sign_out(&cluster).await.expect("signed out");
        let waits = LaneState::Paused(LaneWait::SignIn);
        engine
            .until_job(&job, "the lane waits", |job| job.lanes.iter().all(|lane| lane.state == waits))
            .await;
        engine.disarm();
        engine.open(plane.name).await;
        assert_eq!(counted(&engine.over(&job).await, "gone"), 60);
    });
}

#[test]
fn an_owner_is_sent_before_what_it_owns() {
    let plane = first();
    plane.namespace("owners");
    let owner = plane.config_map("owners", "owner");
    plane.apply(&format!(
        r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"owned","namespace":"owners",
        "ownerReferences":[{{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{owner}"}}]}}}}"#
    ));
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let keys = engine.keys(&cluster, "owners", &["owned", "owner"]).await;
        let job = engine.delete(keys, DeleteOptions::default()).await;
        let over = engine.over(&job).await;
        assert_eq!(counted(&over, "gone") + counted(&over, "alreadyGone"), 2, "{over:?}");
        let steps = engine.steps();
        let told_at = |name: &str, word: &str| {
            steps.iter().position(|step| step == &(name.to_owned(), word.to_owned()))
        };
        let (answered, next) =
            (told_at("owner", "accepted").or(told_at("owner", "gone")), told_at("owned", "requested"));
        // The collector may have been faster than the second DELETE.
        assert!(answered.is_some() && next.is_none_or(|next| answered < Some(next)), "{steps:?}");
    });
}

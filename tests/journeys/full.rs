//! The disk is full: before a job is written down, and while it goes on.
//!
//! Only root can mount a small disk. For others, `jobs` limits the size of files, which is nearly the same.

use secateur_domain::plan::{DeleteOptions, Proof};
use secateur_engine::{Code, HistoryQuery, PlanOf, ReceiptsForm};

use crate::{
    audit::deletes,
    support::{
        disk::SmallDisk,
        engine::Engine,
        jobs::counted,
        plane::{Plane, first},
        skipped,
    },
};

/// A disk of this size holds what a fresh state folder needs and the copies of what is small, and not of what is large.
const DISK_KIB: usize = 6 * 1_024;
/// Small ones go first, since their namespace's name does.
const SMALL: usize = 30;
const LARGE: usize = 60;
/// Of each large one, in bytes.
const CONTENT: usize = 100_000;

/// The disk, or a word about why there is none.
fn disk() -> Option<SmallDisk> {
    let disk = SmallDisk::mount(DISK_KIB);
    if disk.is_none() {
        skipped("a small disk cannot be mounted here");
    }
    disk
}

#[test]
fn fault_79_a_full_disk_before_the_job_is_written_down_sends_nothing() {
    let plane = first();
    let Some(disk) = disk() else { return };
    plane.namespace("full-before");
    let uid = plane.config_map("full-before", "target");
    Engine::on_state(&[plane], &disk.state()).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "configmaps", "full-before", &["target"]).await;
        disk.fill(0);
        let proof = Proof::Digest(plan.digest);
        let refused = engine.backend.confirm_plan(&plan.plan, &proof).await.expect_err("a full disk");
        assert_eq!(refused.describe().code, Code::StorageFailed, "{refused}");
        assert_eq!(plane.uid("full-before", "cm", "target"), Some(uid));
        assert_eq!(deletes(plane, "full-before").len(), 0);
        // The plan is still open, and goes when there is room again.
        disk.free();
        let job = engine.backend.confirm_plan(&plan.plan, &proof).await.expect("a job");
        assert_eq!(counted(&engine.over(&job.job).await, "gone"), 1);
    });
    assert_eq!(deletes(plane, "full-before").len(), 1);
}

#[test]
fn fault_79_a_disk_that_fills_up_stops_the_job_at_a_target_and_keeps_the_results() {
    let plane = first();
    let Some(disk) = disk() else { return };
    let content = "x".repeat(CONTENT);
    for (namespace, count, content) in [("filling-a", SMALL, "small"), ("filling-b", LARGE, content.as_str())]
    {
        seed(plane, namespace, count, content);
    }
    let sent = || -> Vec<String> {
        let both = ["filling-a", "filling-b"].into_iter().flat_map(|namespace| deletes(plane, namespace));
        both.filter_map(|delete| delete.uid_in_body).collect()
    };
    Engine::on_state(&[plane], &disk.state()).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let mut keys = engine.seeded(&cluster, "filling-a").await;
        keys.extend(engine.seeded(&cluster, "filling-b").await);
        let job = engine.delete(keys, DeleteOptions::default()).await;
        let over = engine.over(&job).await;
        let (gone, left) = (counted(&over, "gone"), counted(&over, "notSent"));
        assert!(gone > 0 && left > 0, "{over:?}");
        assert_eq!(gone + left, SMALL + LARGE, "every target has an outcome: {over:?}");
        let sent = sent();
        assert_eq!(sent.len(), gone, "{over:?}");

        // With room again, the receipts are there and what is left is another plan.
        engine.backend.empty_trash().await.expect("it is emptied");
        let query = HistoryQuery { text: "filling".into(), ..HistoryQuery::default() };
        let exported = engine.backend.export_receipts(query, ReceiptsForm::Json).await.expect("receipts");
        assert!(sent.iter().all(|uid| exported.contains(uid)), "a receipt that was lost");
        let left_plan = engine.worked_out(PlanOf::Left(job), DeleteOptions::default()).await;
        assert_eq!(left_plan.total, left);
    });
}

fn seed(plane: &Plane, namespace: &str, count: usize, content: &str) {
    plane.namespace(namespace);
    let items: Vec<String> = (0..count)
        .map(|number| {
            format!(
                r#"{{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"target-{number}",
                "namespace":"{namespace}","labels":{{"app":"configmap"}}}},"data":{{"content":"{content}"}}}}"#
            )
        })
        .collect();
    plane.apply(&format!(r#"{{"apiVersion":"v1","kind":"List","items":[{}]}}"#, items.join(",")));
}

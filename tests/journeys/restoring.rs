//! Receipts, and the way back from them.

use secateur_domain::{
    ids::ClusterId,
    outcome::Outcome,
    plan::{DeleteOptions, Proof},
    rehearsal::Rehearsal,
    tier::{ClusterCare, Tier},
};
use secateur_engine::{
    Code, CopyState, HistoryQuery, PlanOf, Receipt, ReceiptsForm, RestoreItem, RestoreState, RestoreSummary,
    Targets,
};

use crate::{
    audit::creations,
    support::{engine::Engine, plane::first},
};

/// Deletes the named objects and waits for the end; gives their receipts.
async fn deleted(
    engine: &Engine,
    cluster: &ClusterId,
    kind: &str,
    namespace: &str,
    names: &[&str],
) -> Vec<Receipt> {
    let targets = Targets {
        kind: kind.to_owned(),
        names: names.iter().map(ToString::to_string).collect(),
        namespace: Some(namespace.to_owned()).filter(|namespace| !namespace.is_empty()),
        ..Targets::default()
    };
    let keys = engine.backend.find_keys(cluster, &targets, None).await.expect("the objects").keys;
    let plan =
        engine.backend.create_plan(PlanOf::Keys(keys), DeleteOptions::default()).await.expect("a plan");
    let plan = engine.backend.worked_out(&plan.plan).await.expect("worked out");
    let job = engine.backend.confirm_plan(&plan.plan, &Proof::Digest(plan.frozen)).await.expect("a job");
    assert!(engine.settled(&job.job).await.is_gone());
    receipts(engine, &job.job).await
}

async fn receipts(engine: &Engine, job: &str) -> Vec<Receipt> {
    let mut receipts = engine.backend.receipts(HistoryQuery::default()).await.expect("receipts");
    receipts.retain(|receipt| receipt.receipt.job == job);
    receipts
}

/// Restores what these receipts stand for.
async fn restored(engine: &Engine, receipts: &[Receipt]) -> RestoreSummary {
    let references = receipts.iter().map(|receipt| receipt.receipt.clone()).collect();
    let planned = engine.backend.plan_restore(references).await.expect("a restore");
    let ready = engine.backend.restore_ready(&planned.restore).await.expect("asked");
    assert!(ready.is_ready && !ready.is_done, "{ready:?}");
    engine.backend.confirm_restore(&planned.restore).await.expect("carried out")
}

fn item<'a>(summary: &'a RestoreSummary, kind: &str, name: &str) -> &'a RestoreItem {
    let is_it = |item: &&RestoreItem| item.object.kind == kind && item.object.name.as_str() == name;
    summary.items.iter().find(is_it).unwrap_or_else(|| panic!("no {kind} {name} in {summary:?}"))
}

#[test]
fn what_was_deleted_comes_back_with_what_was_in_it_and_a_new_uid() {
    let plane = first();
    plane.namespace("restore-back");
    plane.kubectl(&[
        "-n",
        "restore-back",
        "create",
        "secret",
        "generic",
        "target",
        "--from-literal=pass=planted-secret-7",
    ]);
    plane.kubectl(&["-n", "restore-back", "label", "secret", "target", "mine=yes"]);
    let old = plane.uid("restore-back", "secret", "target").expect("a UID");
    let folder = Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let receipts = deleted(engine, &cluster, "secrets", "restore-back", &["target"]).await;
        let receipt = &receipts[0];
        assert_eq!((receipt.copy, receipt.copies), (CopyState::Kept, 1), "{receipt:?}");
        assert_eq!(receipt.outcome, Outcome::Gone { successor: None });
        assert_eq!(receipt.cluster.name, plane.name);
        assert!(receipt.audit_id.is_some() && receipt.by.is_some(), "{receipt:?}");
        let steps: Vec<&str> = receipt.happened.iter().map(|step| step.text.as_str()).collect();
        for step in
            ["Rehearsed, accepted", "Intent in the journal", "Copy in the trash", "DELETE sent", "Gone"]
        {
            assert!(steps.contains(&step), "{step} in {steps:?}");
        }
        let summary = restored(engine, &receipts).await;
        assert_eq!(
            summary.sentence,
            format!("Restored as Secret target in restore-back, {}, with a new UID.", plane.name)
        );
        let now = plane.uid("restore-back", "secret", "target").expect("it is there");
        assert_ne!(now, old);
        assert_eq!(item(&summary, "Secret", "target").new_uid.as_ref(), Some(&now));
        let receipt = engine.backend.receipt(&receipts[0].receipt).await.expect("the receipt");
        assert!(receipt.happened.iter().any(|step| step.text.contains(&now)), "{receipt:?}");
    });
    let field = |path: &str| plane.kubectl(&["-n", "restore-back", "get", "secret", "target", "-o", path]);
    assert_eq!(field("jsonpath={.data.pass}"), "cGxhbnRlZC1zZWNyZXQtNw==");
    assert_eq!(field("jsonpath={.metadata.labels.mine}"), "yes");
    let sent = creations(plane, "restore-back");
    assert_eq!(sent.iter().filter(|create| create.is_dry_run).count(), 1, "{sent:?}");
    assert_eq!(sent.iter().filter(|create| !create.is_dry_run).count(), 1, "{sent:?}");
    for file in std::fs::read_dir(folder.path()).expect("the folder").flatten() {
        let bytes = std::fs::read(file.path()).unwrap_or_default();
        for planted in ["planted-secret-7", "cGxhbnRlZC1zZWNyZXQtNw"] {
            let is_there = bytes.windows(planted.len()).any(|window| window == planted.as_bytes());
            assert!(!is_there, "{planted} in {}", file.path().display());
        }
    }
}

#[test]
fn what_a_controller_makes_again_is_left_to_it() {
    let plane = first();
    plane.namespace("restore-owned");
    plane.kubectl(&["-n", "restore-owned", "create", "deployment", "web", "--image=x", "--replicas=2"]);
    plane.kubectl(&[
        "-n",
        "restore-owned",
        "wait",
        "deployment/web",
        "--for=condition=Available",
        "--timeout=60s",
    ]);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let receipts = deleted(engine, &cluster, "deployments.apps", "restore-owned", &["web"]).await;
        assert!(receipts[0].copies > 1, "what went with it was copied too: {:?}", receipts[0]);
        let summary = restored(engine, &receipts).await;
        assert_eq!(item(&summary, "Deployment", "web").state, RestoreState::Restored);
        let others: Vec<_> = summary.items.iter().filter(|item| item.object.kind != "Deployment").collect();
        assert!(others.iter().any(|item| item.object.kind == "ReplicaSet"), "{summary:?}");
        assert!(others.iter().all(|item| item.state == RestoreState::LeftOut), "{summary:?}");
    });
    plane.kubectl(&[
        "-n",
        "restore-owned",
        "wait",
        "deployment/web",
        "--for=condition=Available",
        "--timeout=60s",
    ]);
}

#[test]
fn a_namespace_comes_back_before_what_was_in_it() {
    let plane = first();
    plane.namespace("restore-whole");
    plane.config_map("restore-whole", "inside");
    plane.kubectl(&["-n", "restore-whole", "create", "serviceaccount", "worker"]);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let receipts = deleted(engine, &cluster, "namespaces", "", &["restore-whole"]).await;
        let planned =
            engine.backend.plan_restore(vec![receipts[0].receipt.clone()]).await.expect("a restore");
        let ready = engine.backend.restore_ready(&planned.restore).await.expect("asked");
        assert_eq!(item(&ready, "Namespace", "restore-whole").rehearsal, Rehearsal::Accepted);
        let inside = &item(&ready, "ConfigMap", "inside").rehearsal;
        assert!(
            matches!(inside, Rehearsal::NotAsked { why } if why.contains("Namespace restore-whole")),
            "{inside:?}"
        );
        let done = engine.backend.confirm_restore(&planned.restore).await.expect("carried out");
        assert_eq!(done.items[0].object.kind, "Namespace");
        for (kind, name) in
            [("Namespace", "restore-whole"), ("ConfigMap", "inside"), ("ServiceAccount", "worker")]
        {
            assert_eq!(item(&done, kind, name).state, RestoreState::Restored, "{done:?}");
        }
        assert_eq!(item(&done, "ConfigMap", "kube-root-ca.crt").state, RestoreState::LeftOut);
    });
    assert_eq!(
        plane.kubectl(&["-n", "restore-whole", "get", "cm", "inside", "-o", "jsonpath={.data.key}"]),
        "value"
    );
}

#[test]
fn a_definition_comes_back_before_its_resources() {
    let plane = first();
    plane.apply(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: bulbs.back.example.com\n\
         spec:\n  group: back.example.com\n  scope: Namespaced\n  names: {plural: bulbs, kind: Bulb}\n  versions:\n\
         \x20 - name: v1\n    served: true\n    storage: true\n    schema: {openAPIV3Schema: {type: object, \
         x-kubernetes-preserve-unknown-fields: true}}\n",
    );
    plane.namespace("restore-bulbs");
    plane.kubectl(&["wait", "crd/bulbs.back.example.com", "--for=condition=Established", "--timeout=30s"]);
    let bulb = "apiVersion: back.example.com/v1\nkind: Bulb\nmetadata: {name: tulip, namespace: restore-bulbs}\nspec: {colour: red}\n";
    plane.apply(bulb);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let kind = "customresourcedefinitions.apiextensions.k8s.io";
        let receipts = deleted(engine, &cluster, kind, "", &["bulbs.back.example.com"]).await;
        let summary = restored(engine, &receipts).await;
        assert_eq!(item(&summary, "Bulb", "tulip").state, RestoreState::Restored, "{summary:?}");
    });
    let colour =
        plane.kubectl(&["-n", "restore-bulbs", "get", "bulbs", "tulip", "-o", "jsonpath={.spec.colour}"]);
    assert_eq!(colour, "red");
}

#[test]
fn an_object_whose_owner_is_gone_is_restored_without_it_and_lives() {
    let plane = first();
    plane.namespace("restore-orphan");
    let owner = plane.config_map("restore-orphan", "owner");
    plane.apply(&format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: owned\n  namespace: restore-orphan\n  ownerReferences:\n\
         \x20 - {{apiVersion: v1, kind: ConfigMap, name: owner, uid: {owner}}}\n",
    ));
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let receipts = deleted(engine, &cluster, "configmaps", "restore-orphan", &["owned"]).await;
        plane.kubectl(&["-n", "restore-orphan", "delete", "cm", "owner"]);
        let summary = restored(engine, &receipts).await;
        let words = &item(&summary, "ConfigMap", "owned").words;
        assert!(words.iter().any(|words| words.contains("owner is gone")), "{words:?}");
    });
    let owners = ["-n", "restore-orphan", "get", "cm", "owned", "-o", "jsonpath={.metadata.ownerReferences}"];
    assert_eq!(plane.kubectl(&owners), "");
}

#[test]
fn what_is_there_again_is_left_alone() {
    let plane = first();
    plane.namespace("restore-again");
    plane.config_map("restore-again", "target");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let receipts = deleted(engine, &cluster, "configmaps", "restore-again", &["target"]).await;
        let namesake = plane.config_map("restore-again", "target");
        let checked = engine.backend.check_receipt(&receipts[0].receipt).await.expect("looked at");
        let last = checked.happened.last().expect("a step");
        assert!(last.text.contains(&namesake), "{last:?}");
        let summary = restored(engine, &receipts).await;
        assert_eq!(summary.items[0].state, RestoreState::LeftOut, "{summary:?}");
        assert_eq!(plane.uid("restore-again", "cm", "target"), Some(namesake));
    });
}

#[test]
fn a_locked_cluster_is_not_written_to_until_it_is_unlocked() {
    let plane = first();
    plane.namespace("restore-locked");
    plane.config_map("restore-locked", "target");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let receipts = deleted(engine, &cluster, "configmaps", "restore-locked", &["target"]).await;
        let care = ClusterCare { tier: Tier::Production, ..ClusterCare::default() };
        let summary = engine.backend.set_care(&cluster, care).await.expect("chosen");
        assert!(summary.is_locked);
        let planned =
            engine.backend.plan_restore(vec![receipts[0].receipt.clone()]).await.expect("a restore");
        let ready = engine.backend.restore_ready(&planned.restore).await.expect("asked");
        assert!(matches!(ready.items[0].rehearsal, Rehearsal::NotAsked { .. }), "{ready:?}");
        let refused = engine.backend.confirm_restore(&planned.restore).await.expect_err("it is locked");
        assert_eq!(refused.describe().code, Code::ReadOnly);
        assert!(creations(plane, "restore-locked").is_empty());
        engine.backend.unlock(&cluster, Some(1)).expect("unlocked");
        engine
            .until("the server was asked", || {
                let now = engine.backend.restore(&planned.restore).ok()?;
                (now.items[0].rehearsal == Rehearsal::Accepted).then_some(())
            })
            .await;
        let done = engine.backend.confirm_restore(&planned.restore).await.expect("carried out");
        assert_eq!(done.items[0].state, RestoreState::Restored);
    });
}

#[test]
fn the_history_finds_by_name_uid_outcome_and_cluster_and_can_be_taken_along() {
    let plane = first();
    plane.namespace("restore-history");
    let uid = plane.config_map("restore-history", "needle");
    plane.config_map("restore-history", "hay");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        deleted(engine, &cluster, "configmaps", "restore-history", &["needle"]).await;
        deleted(engine, &cluster, "configmaps", "restore-history", &["hay"]).await;
        let backend = &engine.backend;
        let find = async |text: &str, outcomes: &[&str]| {
            let outcomes = outcomes.iter().map(ToString::to_string).collect();
            let query = HistoryQuery { text: text.to_owned(), outcomes, ..HistoryQuery::default() };
            let found = backend.history(query).await.expect("a history");
            found.jobs.iter().map(|job| job.subject.clone()).collect::<Vec<_>>()
        };
        let needle = format!("ConfigMap needle in {}", plane.name);
        let hay = format!("ConfigMap hay in {}", plane.name);
        assert_eq!(find("", &[]).await, vec![hay, needle.clone()]);
        assert_eq!(find(&uid, &[]).await, vec![needle.clone()]);
        assert_eq!(find("NEEDLE history", &["gone"]).await, vec![needle.clone()]);
        assert_eq!(find("", &["refused"]).await, Vec::<String>::new());
        let page = backend
            .history(HistoryQuery { limit: Some(1), ..HistoryQuery::default() })
            .await
            .expect("a page");
        assert_eq!((page.jobs.len(), page.total, page.receipts, page.trash.copies), (1, 2, 2, 2));
        assert_eq!(page.clusters, [plane.name]);
        assert_eq!(page.jobs[0].day, "Today");
        let csv = backend.export_receipts(HistoryQuery::default(), ReceiptsForm::Csv).await.expect("a table");
        assert_eq!(csv.lines().count(), 3);
        assert!(csv.contains(&uid), "{csv}");
        let json =
            backend.export_receipts(HistoryQuery::default(), ReceiptsForm::Json).await.expect("a list");
        let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(json.as_array().map(Vec::len), Some(2));
        let emptied = backend.empty_trash().await.expect("emptied");
        assert_eq!(emptied.copies, 0);
        let receipts = backend.receipts(HistoryQuery::default()).await.expect("receipts");
        assert!(receipts.iter().all(|receipt| receipt.copy == CopyState::Thrown), "{receipts:?}");
    });
}

#[test]
fn copies_and_receipts_are_thrown_away_when_their_days_are_over() {
    let plane = first();
    plane.namespace("restore-days");
    plane.config_map("restore-days", "target");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        deleted(engine, &cluster, "configmaps", "restore-days", &["target"]).await;
        let kept = async || {
            engine.backend.retain().await.expect("looked through");
            let history = engine.backend.history(HistoryQuery::default()).await.expect("a history");
            (history.trash.copies, history.receipts)
        };
        assert_eq!(kept().await, (1, 1));
        engine.clock.jump(31 * 86_400_000);
        assert_eq!(kept().await, (0, 1));
        engine.clock.jump(60 * 86_400_000);
        assert_eq!(kept().await, (0, 0));
    });
}

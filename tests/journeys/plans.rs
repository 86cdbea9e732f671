//! Plans: worked out while their sheet is open, on real servers. A rehearsal deletes nothing.

use std::time::{Duration, Instant};

use secateur_domain::{
    plan::{DeleteOptions, Given, Proof, Propagation},
    rehearsal::Rehearsal,
    row::ColumnKind,
    tier::{ClusterCare, Tier},
};
use secateur_engine::{
    Code, FindingKind, FindingTone, PlanForm, PlanOf, PlanSummary, Presence, ViewSource, ViewWindow,
};

use crate::{
    audit::{deletes, rehearsals},
    support::{
        engine::{Engine, List},
        headless::Headless,
        plane::{Plane, first, second},
        wait_until,
    },
};

fn titles(plan: &PlanSummary) -> Vec<&str> {
    plan.findings.iter().map(|finding| finding.title.as_str()).collect()
}

fn has(plan: &PlanSummary, title: &str) -> bool {
    titles(plan).contains(&title)
}

fn typed(plan: &PlanSummary, word: &str) -> Proof {
    Proof::Shown { digest: plan.digest.clone(), given: Given::Typed(word.into()) }
}

/// A cell of the row with this name, under a heading.
fn cell(window: &ViewWindow, name: &str, heading: &str) -> String {
    let column = window.columns.iter().position(|column| column.name == heading).expect("the column");
    let row = window.rows.iter().find(|row| &*row.row.name == name).expect("the row");
    row.row.cells.get(column).expect("a cell").to_owned()
}

fn rows<'a>(engine: &'a Engine, plan: &PlanSummary) -> List<'a> {
    engine.view(ViewSource::Plan(plan.plan.clone()))
}

/// Waits until a policy refuses to delete what it protects.
fn protect(plane: &Plane, namespace: &str) {
    plane.apply(&format!(
        r#"{{"apiVersion":"v1","kind":"List","items":[
            {{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicy",
              "metadata":{{"name":"protect-{namespace}"}},
              "spec":{{"matchConstraints":{{"resourceRules":[{{"apiGroups":[""],"apiVersions":["v1"],
                "operations":["DELETE"],"resources":["configmaps"]}}]}},
                "validations":[{{"expression":"!oldObject.metadata.name.startsWith('kept')",
                  "message":"edge routes need a change ticket"}}]}}}},
            {{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicyBinding",
              "metadata":{{"name":"protect-{namespace}"}},
              "spec":{{"policyName":"protect-{namespace}","validationActions":["Deny"],
                "matchResources":{{"namespaceSelector":{{"matchLabels":
                  {{"kubernetes.io/metadata.name":"{namespace}"}}}}}}}}}}]}}"#
    ));
    wait_until("the policy is in force", || {
        let tried = plane.try_kubectl(&["-n", namespace, "delete", "cm", "kept", "--dry-run=server"]);
        !tried.status.success()
    });
}

#[test]
fn what_the_server_would_accept_is_rehearsed_and_stays() {
    let plane = first();
    plane.namespace("rehearsed");
    let uid = plane.config_map("rehearsed", "target");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "configmaps", "rehearsed", &["target"]).await;
        assert_eq!(plan.only.as_ref().map(|only| &only.rehearsal), Some(&Rehearsal::Accepted));
        assert!(has(&plan, "The server would accept it") && has(&plan, "Nothing goes with it"), "{plan:?}");
        assert!(plan.rehearsed.ends_with(" as admin."), "{}", plan.rehearsed);
        let window = rows(engine, &plan).window();
        assert_eq!(cell(&window, "target", "Rehearsal"), "accepted");
        assert!(window.columns.iter().any(|column| column.kind == ColumnKind::Rehearsal));
    });
    let sent = rehearsals(plane, "rehearsed");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].uid_in_body.as_ref(), Some(&uid));
    assert_eq!(deletes(plane, "rehearsed").len(), 0);
    assert_eq!(plane.uid("rehearsed", "cm", "target"), Some(uid));
}

#[test]
fn what_a_policy_would_refuse_is_left_out_with_the_servers_words() {
    let plane = first();
    plane.namespace("policy");
    for name in ["kept", "target"] {
        plane.config_map("policy", name);
    }
    protect(plane, "policy");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "configmaps", "policy", &["kept", "target"]).await;
        assert_eq!((plan.total, plan.remaining), (2, 1));
        assert_ne!(plan.digest, plan.frozen);
        let refused = &plan.findings[0];
        assert_eq!((refused.kind, refused.tone), (FindingKind::Refused, FindingTone::Bad));
        assert!(refused.detail.contains("edge routes need a change ticket"), "{refused:?}");
        let window = rows(engine, &plan).window();
        assert_eq!(cell(&window, "kept", "Rehearsal"), "refused");
        assert_eq!(cell(&window, "kept", "Effect"), "not part of this plan");
        let job = engine.backend.confirm_plan(&plan.plan, &typed(&plan, "target")).await.expect("a job");
        engine.settled(&job.job).await;
    });
    let names: Vec<String> = deletes(plane, "policy").into_iter().map(|delete| delete.name).collect();
    assert_eq!(names, ["target"]);
    assert!(plane.uid("policy", "cm", "kept").is_some());
}

#[test]
fn what_rights_would_refuse_leaves_nothing_to_agree_to() {
    let plane = first();
    plane.namespace("rights");
    plane.config_map("rights", "target");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(&format!("{}-keeper", plane.name)).await;
        let plan = engine.plan(&cluster, "configmaps", "rights", &["target"]).await;
        assert_eq!(plan.remaining, 0);
        assert!(plan.findings[0].detail.contains("cannot delete resource"), "{:?}", plan.findings);
        let refused = engine.backend.confirm_plan(&plan.plan, &typed(&plan, "target")).await;
        assert_eq!(refused.expect_err("nothing is left").describe().code, Code::PlanChanged);
    });
    assert_eq!(deletes(plane, "rights").len(), 0);
}

#[test]
fn what_may_really_delete_is_not_rehearsed_and_says_why() {
    let plane = first();
    plane.seed(&["sheds", "--namespace", "sheds", "--count", "1"]);
    let uid = plane.uid("sheds", "sheds.annex.example.com", "shed-0").expect("a shed");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "sheds.annex.example.com", "sheds", &["shed-0"]).await;
        let Some(Rehearsal::CannotBe { why }) = plan.only.map(|only| only.rehearsal) else {
            panic!("rehearsed")
        };
        assert!(why.contains("annex.example.com") && why.contains("you may delete it"), "{why}");
    });
    assert_eq!(plane.uid("sheds", "sheds.annex.example.com", "shed-0"), Some(uid));
    assert_eq!(rehearsals(plane, "sheds").len(), 0);
}

#[test]
fn a_read_only_cluster_is_sent_nothing_that_writes_until_it_is_unlocked() {
    let plane = first();
    plane.namespace("read-only");
    plane.config_map("read-only", "target");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let care = ClusterCare { tier: Tier::Production, ..ClusterCare::default() };
        engine.backend.set_care(&cluster, care).await.expect("it is production now");
        let plan = engine.plan(&cluster, "configmaps", "read-only", &["target"]).await;
        assert!(plan.is_ready && plan.clusters[0].is_locked, "{plan:?}");
        assert_eq!(plan.clusters[0].tier, Tier::Production);
        let not_asked = plan.only.as_ref().map(|only| &only.rehearsal);
        assert!(matches!(not_asked, Some(Rehearsal::NotAsked { .. })), "{not_asked:?}");
        assert!(titles(&plan)[0].ends_with("is read-only"), "{:?}", titles(&plan));
        assert_eq!(rehearsals(plane, "read-only").len(), 0);
        let confirm = async || engine.backend.confirm_plan(&plan.plan, &typed(&plan, "target")).await;
        assert_eq!(confirm().await.expect_err("locked").describe().code, Code::ReadOnly);
        engine.backend.unlock(&cluster, Some(1)).expect("it is unlocked");
        let is_rehearsed =
            |plan: &PlanSummary| plan.only.as_ref().is_some_and(|only| only.rehearsal == Rehearsal::Accepted);
        engine
            .until("it is rehearsed", || {
                let told = engine.plan_events(&plan.plan);
                told.iter().any(|(plan, _)| is_rehearsed(plan) && !plan.clusters[0].is_locked).then_some(())
            })
            .await;
        engine.backend.lock(&cluster).expect("it is locked");
        assert_eq!(confirm().await.expect_err("locked again").describe().code, Code::ReadOnly);
    });
    assert_eq!((rehearsals(plane, "read-only").len(), deletes(plane, "read-only").len()), (1, 0));
}

#[test]
fn what_a_job_could_not_delete_is_planned_again() {
    let plane = first();
    plane.namespace("again");
    for name in ["kept", "target"] {
        plane.config_map("again", name);
    }
    protect(plane, "again");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "configmaps", "again", &["kept", "target"]).await;
        let proof = Proof::Digest(plan.frozen);
        let job = engine.backend.confirm_plan(&plan.plan, &proof).await.expect("a job").job;
        engine.settled(&job).await;
        for of in [PlanOf::Failed(job.clone()), PlanOf::Left(job)] {
            let again = engine.worked_out(of, DeleteOptions::default()).await;
            assert_eq!(again.only.map(|only| only.key.name.to_string()).as_deref(), Some("kept"));
        }
        let unknown = engine.backend.create_plan(PlanOf::Failed("x".into()), DeleteOptions::default()).await;
        assert_eq!(unknown.expect_err("no such job").describe().code, Code::NotOpen);
    });
}

#[test]
fn one_plan_holds_several_kinds_in_two_clusters() {
    let (here, there) = (first(), second());
    for plane in [here, there] {
        plane.namespace("both");
        plane.config_map("both", "target");
    }
    here.kubectl(&["-n", "both", "create", "secret", "generic", "word", "--from-literal=a=b"]);
    Engine::on(&[here, there]).run(async |engine| {
        let (ours, theirs) = (engine.open(here.name).await, engine.open(there.name).await);
        let mut keys = engine.keys_of(&ours, "configmaps", "both", &["target"]).await;
        keys.extend(engine.keys_of(&theirs, "configmaps", "both", &["target"]).await);
        keys.extend(engine.keys_of(&ours, "secrets", "both", &["word"]).await);
        let plan = engine.worked_out(PlanOf::Keys(keys), DeleteOptions::default()).await;
        assert!(has(&plan, "The servers would accept all 3"), "{:?}", titles(&plan));
        assert!(plan.rehearsed.starts_with("Rehearsed on both servers at "), "{}", plan.rehearsed);
        let bands: Vec<_> = plan.clusters.iter().map(|band| (band.name.as_str(), band.count)).collect();
        assert_eq!(bands, [(here.name, 2), (there.name, 1)]);
        let names = rows(engine, &plan).names();
        assert_eq!(names, ["target", "word", "target"], "rows stand by cluster");
        let job = engine.backend.confirm_plan(&plan.plan, &typed(&plan, there.name)).await.expect("a job");
        engine.settled(&job.job).await;
    });
    assert_eq!((deletes(here, "both").len(), deletes(there, "both").len()), (2, 1));
}

#[test]
fn a_thousand_targets_are_planned_in_seconds_with_progress_and_nothing_is_deleted() {
    let plane = second();
    plane.namespace("thousand");
    plane.seed_config_maps("thousand", 1_000);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let keys = engine.keys_of(&cluster, "configmaps", "thousand", &[]).await;
        let total = keys.len();
        let start = Instant::now();
        let begun = engine.backend.create_plan(PlanOf::Keys(keys), DeleteOptions::default()).await;
        let begun = begun.expect("a plan");
        assert!(start.elapsed() < Duration::from_millis(300), "the sheet opened after {:?}", start.elapsed());
        assert!(!begun.is_ready);
        let refused = engine.backend.confirm_plan(&begun.plan, &Proof::Digest(begun.digest)).await;
        assert_eq!(refused.expect_err("not ready").describe().code, Code::PlanNotReady);
        let plan = engine.backend.worked_out(&begun.plan).await.expect("it is worked out");
        let took = start.elapsed();
        assert!(took < Duration::from_secs(25), "it took {took:?}");
        assert_eq!((plan.total, plan.remaining), (total, total));
        assert!(
            has(&plan, &format!("The server would accept all {}", thousands(total))),
            "{:?}",
            titles(&plan)
        );
        let told = engine.plan_events(&plan.plan);
        assert!(told.iter().any(|(plan, _)| plan.progress.words.ends_with("rehearsed")), "{}", told.len());
        let most = took.as_millis() / 90 + 10;
        assert!(told.len() as u128 <= most, "{} events in {took:?}", told.len());
        assert!(told.iter().all(|(_, change)| change.is_empty()), "progress is no change");
    });
    let mut sent: Vec<String> = rehearsals(plane, "thousand").into_iter().map(|sent| sent.name).collect();
    let count = sent.len();
    sent.sort();
    sent.dedup();
    assert_eq!((count, sent.len()), (1_001, 1_001), "each was rehearsed once");
    assert_eq!(deletes(plane, "thousand").len(), 0);
}

fn thousands(number: usize) -> String {
    format!("{},{:03}", number / 1_000, number % 1_000)
}

#[test]
fn a_plan_that_is_discarded_asks_nothing_more() {
    let plane = second();
    for namespace in ["discarded", "afterwards"] {
        plane.namespace(namespace);
    }
    plane.seed_config_maps("discarded", 1_000);
    plane.config_map("afterwards", "target");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let keys = engine.keys_of(&cluster, "configmaps", "discarded", &[]).await;
        let plan =
            engine.backend.create_plan(PlanOf::Keys(keys), DeleteOptions::default()).await.expect("a plan");
        engine
            .until("some are rehearsed", || (rehearsals(plane, "discarded").len() > 20).then_some(()))
            .await;
        engine.backend.discard_plan(&plan.plan);
        let gone = engine.backend.worked_out(&plan.plan).await;
        assert_eq!(gone.expect_err("it is forgotten").describe().code, Code::NotOpen);
        // What was on its way has been answered when another plan, begun later, is worked out.
        engine.plan(&cluster, "configmaps", "afterwards", &["target"]).await;
        let sent = rehearsals(plane, "discarded").len();
        engine.plan(&cluster, "configmaps", "afterwards", &["target"]).await;
        assert_eq!(rehearsals(plane, "discarded").len(), sent);
        assert!(sent < 1_000, "all {sent} were rehearsed");
    });
}

#[test]
fn an_open_plan_tells_what_goes_is_replaced_and_terminates_and_goes_on_with_the_rest() {
    let plane = first();
    plane.namespace("alive");
    for name in ["gone", "held", "replaced", "still"] {
        plane.config_map("alive", name);
    }
    let patch = r#"{"metadata":{"finalizers":["garden.example.com/holds"]}}"#;
    plane.kubectl(&["-n", "alive", "patch", "cm", "held", "--type=merge", "-p", patch]);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let names = ["gone", "held", "replaced", "still"];
        let plan = engine.plan(&cluster, "configmaps", "alive", &names).await;
        plane.kubectl(&["-n", "alive", "delete", "cm", "gone", "replaced"]);
        plane.config_map("alive", "replaced");
        plane.kubectl(&["-n", "alive", "delete", "cm", "held", "--wait=false"]);
        let list = rows(engine, &plan);
        list.until("the rows say so", |window| {
            let is = |name, words: &str| cell(window, name, "Effect") == words;
            (is("gone", "gone, not part of this plan")
                && is("replaced", "replaced, not part of this plan")
                && is("held", "already terminating"))
            .then_some(())
        })
        .await;
        let told = engine.plan_events(&plan.plan);
        assert!(told.iter().any(|(_, change)| change.contains("no longer part of this plan")), "{told:?}");
        let (now, _) = told.last().expect("events");
        assert_eq!((now.total, now.remaining), (4, 2));
        let old = engine.backend.confirm_plan(&plan.plan, &typed(&plan, "alive")).await;
        assert_eq!(old.expect_err("another plan now").describe().code, Code::PlanChanged);
    });
    plane.kubectl(&[
        "-n",
        "alive",
        "patch",
        "cm",
        "held",
        "--type=merge",
        "-p",
        r#"{"metadata":{"finalizers":null}}"#,
    ]);
    assert_eq!(deletes(plane, "alive").len(), 0);
}

#[test]
fn only_unchanged_objects_go_where_that_is_asked_for() {
    let plane = first();
    plane.namespace("unchanged");
    for name in ["changes", "stays"] {
        plane.config_map("unchanged", name);
    }
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let keys = engine.keys_of(&cluster, "configmaps", "unchanged", &["changes", "stays"]).await;
        let options = DeleteOptions { only_if_unchanged: true, ..DeleteOptions::default() };
        let plan = engine.worked_out(PlanOf::Keys(keys), options).await;
        assert_eq!(plan.remaining, 2);
        plane.kubectl(&["-n", "unchanged", "label", "cm", "changes", "seen=yes"]);
        let told = engine.until("the change is told", || {
            let told = engine.plan_events(&plan.plan);
            told.into_iter().find(|(plan, _)| plan.remaining == 1)
        });
        let (_, change) = told.await;
        assert!(change.starts_with("ConfigMap changes in unchanged has changed."), "{change}");
        let window = rows(engine, &plan).window();
        assert_eq!(cell(&window, "changes", "Effect"), "changed, not part of this plan");
    });
    let sent = rehearsals(plane, "unchanged");
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|sent| sent.version_in_body.is_some()), "{sent:?}");
}

#[test]
fn what_goes_with_a_deployment_and_with_a_namespace_is_counted() {
    let plane = first();
    plane.namespace("along");
    plane.kubectl(&["-n", "along", "create", "deployment", "web", "--image=web", "--replicas=2"]);
    wait_until("two pods", || {
        plane.kubectl(&["-n", "along", "get", "pods", "-o", "name"]).lines().count() == 2
    });
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "deployments", "along", &["web"]).await;
        assert!(has(&plan, "3 objects go with it"), "{:?}", titles(&plan));
        let window = rows(engine, &plan).window();
        assert_eq!(cell(&window, "web", "Effect"), "takes 1 ReplicaSet, 2 Pods");
        let keys = engine.keys_of(&cluster, "deployments", "along", &["web"]).await;
        let options = DeleteOptions { propagation: Propagation::Orphan, ..DeleteOptions::default() };
        let orphaning = engine.worked_out(PlanOf::Keys(keys), options).await;
        assert!(has(&orphaning, "What belongs to it stays"), "{:?}", titles(&orphaning));
        let whole = engine.plan(&cluster, "namespaces", "", &["along"]).await;
        // Deployment, ReplicaSet, two Pods, the CA's ConfigMap and the ServiceAccount.
        assert!(has(&whole, "6 objects go with it"), "{:?}", whole.findings);
        assert!(
            titles(&whole).iter().any(|title| title.starts_with("Copies: 7 of 7")),
            "{:?}",
            titles(&whole)
        );
    });
}

#[test]
fn a_grace_period_of_0_is_for_a_pod_that_is_past_its_own() {
    let plane = first();
    plane.namespace("force");
    let pod = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"stuck","namespace":"force",
        "finalizers":["garden.example.com/holds"]},"spec":{"containers":[{"name":"a","image":"a"}]}}"#;
    plane.apply(pod);
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let keys = engine.keys_of(&cluster, "pods", "force", &["stuck"]).await;
        let options = DeleteOptions { grace_period_seconds: Some(0), ..DeleteOptions::default() };
        let plan = engine.worked_out(PlanOf::Keys(keys.clone()), options).await;
        let refused = engine.backend.confirm_plan(&plan.plan, &typed(&plan, "stuck")).await;
        let refused = refused.expect_err("it is alive").describe();
        assert!(refused.message.contains("past its grace period"), "{refused:?}");
        plane.kubectl(&["-n", "force", "delete", "pod", "stuck", "--grace-period=1", "--wait=false"]);
        engine
            .until("it is past its grace period", || {
                let told = engine.plan_events(&plan.plan);
                let (now, _) = told.last()?;
                matches!(now.only.as_ref()?.presence, Presence::Terminating(_)).then_some(())
            })
            .await;
        let confirm = async || {
            let plan = engine.worked_out(PlanOf::Keys(keys.clone()), options).await;
            engine.backend.confirm_plan(&plan.plan, &typed(&plan, "stuck")).await.ok()
        };
        let mut job = None;
        while job.is_none() {
            job = confirm().await;
        }
        let is_sent = || (deletes(plane, "force").len() == 1).then_some(());
        engine.until("the DELETE was sent", is_sent).await;
    });
    assert!(deletes(plane, "force")[0].uri.contains("gracePeriodSeconds=0"));
    plane.try_kubectl(&[
        "-n",
        "force",
        "patch",
        "pod",
        "stuck",
        "--type=merge",
        "-p",
        r#"{"metadata":{"finalizers":null}}"#,
    ]);
}

#[test]
fn a_plan_can_be_taken_along_in_every_form() {
    let plane = first();
    plane.namespace("export");
    let uid = plane.config_map("export", "target");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "configmaps", "export", &["target"]).await;
        let export = |form| engine.backend.export_plan(&plan.plan, form).expect("a text");
        let json: serde_json::Value = serde_json::from_str(&export(PlanForm::Json)).expect("JSON");
        assert_eq!(json["targets"][0]["uid"], uid.as_str());
        assert_eq!(json["targets"][0]["rehearsal"]["rehearsal"], "accepted");
        assert_eq!(json["digest"], plan.digest.as_str());
        assert_eq!(json["clusters"][0]["tier"], "unknown");
        let yaml = export(PlanForm::Yaml);
        assert!(yaml.contains(&format!("uid: {uid}")), "{yaml}");
        assert!(
            export(PlanForm::Kubectl)
                .contains("--namespace=export delete configmaps --cascade=background -- target")
        );
    });
}

#[test]
fn on_a_command_line_the_proof_covers_what_was_frozen_refused_or_not() {
    let plane = first();
    plane.namespace("frozen");
    for name in ["kept", "target"] {
        plane.config_map("frozen", name);
    }
    protect(plane, "frozen");
    let ran = Headless::admin(plane).plan_and_delete(&["cm", "kept", "target", "-n", "frozen"], &[]);
    assert_eq!(ran.status, 1, "{ran:?}");
    let outcomes = ran.outcomes();
    assert!(outcomes.contains(&"refused".to_owned()) && outcomes.contains(&"gone".to_owned()), "{ran:?}");
    assert_eq!(deletes(plane, "frozen").len(), 2);
}

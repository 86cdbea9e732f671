//! Deleting: from the plan to the proof, on real servers.

use http::Method;
use secateur_domain::{
    ids::Uid,
    outcome::Outcome,
    plan::{DeleteOptions, Given, Proof},
};
use secateur_engine::{Code, PlanOf};

use crate::{
    audit::deletes,
    support::{
        engine::Engine,
        faults::Fault,
        headless::{Headless, field},
        parts::several,
        plane::{first, second},
        scripted::{Does, Rule},
        wait_until,
    },
};

#[test]
fn a_config_map_is_deleted_and_confirmed_gone() {
    let plane = first();
    plane.namespace("one");
    let uid = plane.config_map("one", "target");
    plane.config_map("one", "bystander");
    let ran = Headless::admin(plane).plan_and_delete(&["cm", "target", "-n", "one"], &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(ran.outcomes().first().map(String::as_str), Some("requested"));
    assert_eq!(ran.outcomes().last().map(String::as_str), Some("gone"));
    assert!(ran.stdout.lines().last().is_some_and(|line| line.contains(r#""totals":{"gone":1}"#)), "{ran:?}");
    assert_eq!(plane.uid("one", "cm", "target"), None);
    assert!(plane.uid("one", "cm", "bystander").is_some());
    let sent = deletes(plane, "one");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].uid_in_body.as_ref(), Some(&uid));
    assert_eq!(sent[0].propagation.as_deref(), Some("Background"));
    let told = ran.stdout.lines().filter_map(|line| field(line, "auditId")).next_back();
    assert_eq!(told.as_ref(), Some(&sent[0].id), "the receipt names the server's own audit id");
}

#[test]
fn several_by_a_label_are_deleted_and_no_other() {
    let plane = first();
    plane.namespace("several");
    for name in ["a", "b", "c", "d"] {
        plane.config_map("several", name);
    }
    plane.kubectl(&["-n", "several", "label", "cm", "a", "b", "c", "part=yes"]);
    let ran = Headless::admin(plane).plan_and_delete(&["configmaps", "-l", "part=yes", "-n", "several"], &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stdout.contains(r#""totals":{"gone":3}"#), "{ran:?}");
    assert!(plane.uid("several", "cm", "d").is_some());
    let mut names: Vec<String> = deletes(plane, "several").into_iter().map(|delete| delete.name).collect();
    names.sort();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn propagation_and_grace_are_sent_as_said() {
    let plane = first();
    plane.namespace("options");
    plane.config_map("options", "target");
    let arguments = ["cm", "target", "-n", "options", "--propagation", "foreground", "--grace", "0"];
    let ran = Headless::admin(plane).plan_and_delete(&arguments, &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let sent = deletes(plane, "options");
    assert_eq!(sent[0].propagation.as_deref(), Some("Foreground"));
    assert!(sent[0].uri.contains("gracePeriodSeconds=0"), "{sent:?}");
}

#[test]
fn a_missing_or_wrong_proof_sends_nothing() {
    let plane = first();
    plane.namespace("proof");
    plane.config_map("proof", "target");
    let person = Headless::admin(plane);
    let arguments = ["delete", "cm", "target", "-n", "proof"];
    assert_eq!(person.run(&arguments).status, 3);
    let ran = person.run(&[&arguments[..], &["--confirm", "0000"]].concat());
    assert_eq!(ran.status, 3, "{ran:?}");
    assert!(ran.stderr.contains("othing was sent"), "{ran:?}");
    let proof = person.proof(&["cm", "target", "-n", "proof"]);
    let with_other_options = ["--propagation", "orphan", "--confirm", &proof];
    assert_eq!(person.run(&[&arguments[..], &with_other_options].concat()).status, 3);
    assert!(plane.uid("proof", "cm", "target").is_some());
    assert_eq!(deletes(plane, "proof").len(), 0);
}

#[test]
fn an_object_that_was_recreated_after_the_plan_is_not_the_one_that_was_planned() {
    let plane = first();
    plane.namespace("recreated");
    plane.config_map("recreated", "target");
    let person = Headless::admin(plane);
    let arguments = ["cm", "target", "-n", "recreated"];
    let proof = person.proof(&arguments);
    plane.kubectl(&["-n", "recreated", "delete", "cm", "target"]);
    let namesake = plane.config_map("recreated", "target");
    let ran = person.run(&[&["delete"], &arguments[..], &["--confirm", &proof]].concat());
    assert_eq!(ran.status, 3, "{ran:?}");
    assert_eq!(plane.uid("recreated", "cm", "target"), Some(namesake));
    assert_eq!(deletes(plane, "recreated").len(), 0);
}

#[test]
fn a_namesake_of_the_confirmed_object_lives_and_the_outcome_says_replaced() {
    let plane = first();
    plane.namespace("replaced");
    let person = Headless::admin(plane);
    let mut old = plane.config_map("replaced", "target");
    for race in 0..races() {
        let arguments = ["cm", "target", "-n", "replaced", "--uid", &old];
        let proof = person.proof(&arguments);
        plane.kubectl(&["-n", "replaced", "delete", "cm", "target"]);
        let namesake = plane.config_map("replaced", "target");
        let ran = person.run(&[&["delete"], &arguments[..], &["--confirm", &proof]].concat());
        assert_eq!(ran.status, 1, "race {race}: {ran:?}");
        assert_eq!(ran.outcomes().last().map(String::as_str), Some("replaced"), "race {race}: {ran:?}");
        assert_eq!(plane.uid("replaced", "cm", "target").as_ref(), Some(&namesake), "race {race}");
        old = namesake;
    }
    // The copy that is taken first finds the namesake. That the DELETE would too is `fault_44`.
    assert_eq!(deletes(plane, "replaced").len(), 0);
}

/// How many recreate races are run: a few in `make test`, many in `make proof`.
pub(crate) fn races() -> usize {
    several("SECATEUR_RACES", 3)
}

#[test]
fn an_object_that_is_gone_when_the_delete_arrives_was_already_gone() {
    let plane = first();
    plane.namespace("already");
    let uid = plane.config_map("already", "target");
    let person = Headless::admin(plane);
    let arguments = ["cm", "target", "-n", "already", "--uid", &uid];
    let proof = person.proof(&arguments);
    plane.kubectl(&["-n", "already", "delete", "cm", "target"]);
    let ran = person.run(&[&["delete"], &arguments[..], &["--confirm", &proof]].concat());
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(ran.outcomes().last().map(String::as_str), Some("alreadyGone"));
}

#[test]
fn a_refusal_comes_in_the_servers_own_words() {
    let plane = first();
    plane.namespace("refused");
    let uid = plane.config_map("refused", "target");
    let ran = Headless::user(plane, "keeper").plan_and_delete(&["cm", "target", "-n", "refused"], &[]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert_eq!(ran.outcomes(), ["requested", "refused"]);
    assert!(ran.stdout.contains(r#"User \"keeper\" cannot delete resource \"configmaps\""#), "{ran:?}");
    assert_eq!(plane.uid("refused", "cm", "target"), Some(uid));
    let sent = deletes(plane, "refused");
    assert_eq!((sent.len(), sent[0].user.as_str()), (1, "keeper"));
}

#[test]
fn a_finalizer_that_holds_is_terminating_and_named_and_neither_failed_nor_gone() {
    let plane = first();
    plane.namespace("held");
    plane.config_map("held", "target");
    let patch = r#"{"metadata":{"finalizers":["garden.example.com/holds"]}}"#;
    plane.kubectl(&["-n", "held", "patch", "cm", "target", "--type=merge", "-p", patch]);
    let person = Headless::admin(plane);
    let ran = person.plan_and_delete(&["cm", "target", "-n", "held"], &["--timeout", "10"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert_eq!(ran.outcomes().last().map(String::as_str), Some("terminating"));
    assert!(ran.stdout.contains("garden.example.com/holds"), "{ran:?}");
    assert!(plane.uid("held", "cm", "target").is_some());

    // One that is terminating is followed and sent no second DELETE.
    let again = person.plan_and_delete(&["cm", "target", "-n", "held"], &["--timeout", "2"]);
    assert_eq!(again.outcomes(), ["terminating"], "{again:?}");
    assert_eq!(deletes(plane, "held").len(), 1);

    // With --no-wait an accepted object is enough.
    let no_wait = person.plan_and_delete(&["cm", "target", "-n", "held"], &["--no-wait"]);
    assert_eq!(no_wait.status, 0, "{no_wait:?}");
    plane.kubectl(&[
        "-n",
        "held",
        "patch",
        "cm",
        "target",
        "--type=merge",
        "-p",
        r#"{"metadata":{"finalizers":null}}"#,
    ]);
}

#[test]
fn a_switch_between_sheet_and_confirmation_changes_nothing_about_the_target() {
    let (here, there) = (first(), second());
    for plane in [here, there] {
        plane.namespace("switched");
        plane.config_map("switched", "target");
    }
    Engine::on(&[here, there]).run(async |engine| {
        let (ours, theirs) = (engine.open(here.name).await, engine.open(there.name).await);
        let view = engine.list(&ours, "configmaps", Some("switched"));
        let row = view.row("target").await;
        let of = PlanOf::Row { view: view.id.clone(), row };
        let plan = engine.worked_out(of, DeleteOptions::default()).await;
        // The person looks at the other cluster's object of the same name meanwhile, and leaves the first list.
        engine.backend.close_view(&view.id);
        let other = engine.list(&theirs, "configmaps", Some("switched"));
        other.row("target").await;
        let proof = Proof::Digest(plan.digest);
        let job = engine.backend.confirm_plan(&plan.plan, &proof).await.expect("a job");
        engine.settled(&job.job).await;
    });
    assert_eq!(here.uid("switched", "cm", "target"), None);
    assert!(there.uid("switched", "cm", "target").is_some());
    assert_eq!(deletes(here, "switched").len(), 1);
    assert_eq!(deletes(there, "switched").len(), 0);
}

#[test]
fn a_plan_is_confirmed_once_however_often_the_button_is_pressed() {
    let plane = first();
    plane.namespace("twice");
    plane.config_map("twice", "target");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "configmaps", "twice", &["target"]).await;
        let proof = Proof::Digest(plan.digest);
        let (one, two) = tokio::join!(
            engine.backend.confirm_plan(&plan.plan, &proof),
            engine.backend.confirm_plan(&plan.plan, &proof)
        );
        let (jobs, refusals): (Vec<_>, Vec<_>) = [one, two].into_iter().partition(Result::is_ok);
        assert_eq!((jobs.len(), refusals.len()), (1, 1));
        engine.settled(&jobs[0].as_ref().expect("a job").job).await;
    });
    assert_eq!(deletes(plane, "twice").len(), 1);
}

#[test]
fn a_namespace_asks_for_its_typed_name_and_the_backend_checks_it() {
    let plane = first();
    plane.namespace("typed-one");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "namespaces", "", &["typed-one"]).await;
        for typed in [None, Some("typed-on"), Some("typed-one ")] {
            let proof = Proof::Shown {
                digest: plan.digest.clone(),
                given: typed.map_or(Given::Click, |typed| Given::Typed(typed.into())),
            };
            let refused = engine.backend.confirm_plan(&plan.plan, &proof).await.expect_err("not proven");
            assert_eq!(refused.describe().code, Code::ProofWrong, "{typed:?}");
        }
        let proof = Proof::Shown { digest: plan.digest, given: Given::Typed("typed-one".into()) };
        let job = engine.backend.confirm_plan(&plan.plan, &proof).await.expect("a job");
        let outcome = engine.settled(&job.job).await;
        assert_eq!(outcome, Outcome::Gone { successor: None });
    });
    assert_eq!(plane.uid("default", "namespace", "typed-one"), None);
}

#[test]
fn an_open_plan_says_that_its_object_was_replaced_and_the_old_digest_sends_nothing() {
    let plane = first();
    plane.namespace("open-plan");
    plane.config_map("open-plan", "target");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "configmaps", "open-plan", &["target"]).await;
        plane.kubectl(&["-n", "open-plan", "delete", "cm", "target"]);
        plane.config_map("open-plan", "target");
        let changed = engine.plan_change(&plan.plan).await;
        assert!(changed.contains("Nothing to delete"), "{changed}");
        let proof = Proof::Shown { digest: plan.digest, given: Given::Click };
        let refused = engine.backend.confirm_plan(&plan.plan, &proof).await.expect_err("changed");
        assert_eq!(refused.describe().code, Code::PlanChanged);
    });
    assert_eq!(deletes(plane, "open-plan").len(), 0);
}

#[test]
fn fault_07_an_answer_that_is_lost_is_unknown_until_a_look_settles_it() {
    let plane = first();
    plane.namespace("lost");
    plane.config_map("lost", "target");
    let lost = Rule::new(Does::BreakAfter).of(Method::DELETE, "/**").for_real();
    let engine = Engine::scripted(&[plane], [lost]);
    engine.run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "configmaps", "lost", &["target"]).await;
        let proof = Proof::Digest(plan.digest);
        let job = engine.backend.confirm_plan(&plan.plan, &proof).await.expect("a job");
        assert_eq!(engine.settled(&job.job).await, Outcome::Gone { successor: None });
        let told = engine.outcomes();
        assert!(!told.contains(&"accepted"), "an answer that never came was believed: {told:?}");
    });
    assert_eq!(deletes(plane, "lost").len(), 1, "one logical delete");
}

#[test]
fn fault_11_another_cluster_at_the_same_address_is_sent_nothing() {
    let plane = first();
    plane.namespace("other");
    let uid = plane.config_map("other", "target");
    let engine = Engine::with(&[plane], Fault::AnotherClusterAfterPlan);
    engine.run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "configmaps", "other", &["target"]).await;
        engine.arm();
        let proof = Proof::Digest(plan.digest);
        let job = engine.backend.confirm_plan(&plan.plan, &proof).await.expect("a job");
        let outcome = engine.settled(&job.job).await;
        let Outcome::NotSent { cause } = outcome else { panic!("{outcome:?}") };
        assert!(cause.contains("is not the cluster this plan was made for"), "{cause}");
    });
    assert_eq!(plane.uid("other", "cm", "target"), Some(uid));
    assert_eq!(deletes(plane, "other").len(), 0);
}

#[test]
fn the_journal_holds_the_intent_and_what_became_of_it() {
    let plane = first();
    plane.namespace("journaled");
    let uid = plane.config_map("journaled", "target");
    let folder = Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "configmaps", "journaled", &["target"]).await;
        let proof = Proof::Digest(plan.digest);
        let job = engine.backend.confirm_plan(&plan.plan, &proof).await.expect("a job");
        engine.settled(&job.job).await;
    });
    let journal = secateur_store::Journal::open(folder.path()).expect("the journal");
    let jobs = journal.jobs().expect("its jobs");
    assert_eq!(jobs.len(), 1);
    assert!(jobs[0].finished.is_some());
    let targets = journal.targets(&jobs[0].job).expect("its targets");
    assert_eq!(targets[0].target.object.uid, Uid::parse(&uid).expect("a UID"));
    assert_eq!(targets[0].latest.outcome, Outcome::Gone { successor: None });
    assert_eq!(targets[0].latest.audit_id.as_ref(), Some(&deletes(plane, "journaled")[0].id));
}

#[test]
fn without_a_journal_nothing_is_sent() {
    let plane = first();
    plane.namespace("unjournaled");
    plane.config_map("unjournaled", "target");
    Engine::without_stores(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let plan = engine.plan(&cluster, "configmaps", "unjournaled", &["target"]).await;
        let proof = Proof::Digest(plan.digest);
        assert!(engine.backend.confirm_plan(&plan.plan, &proof).await.is_err());
    });
    assert_eq!(deletes(plane, "unjournaled").len(), 0);
}

#[test]
fn one_who_may_read_two_namespaces_only_deletes_there() {
    let plane = first();
    plane.kubectl(&["-n", "tenant-a", "create", "configmap", "target"]);
    let ran = Headless::user(plane, "tenant").plan_and_delete(&["cm", "target", "-n", "tenant-a"], &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(ran.outcomes().last().map(String::as_str), Some("gone"));
    wait_until("gone by kubectl", || plane.uid("tenant-a", "cm", "target").is_none());
    assert_eq!(deletes(plane, "tenant-a").len(), 1);
}

#[test]
fn one_who_may_delete_and_not_look_has_the_servers_word_with_the_uid() {
    let plane = first();
    plane.namespace("blind");
    let uid = plane.config_map("blind", "target");
    plane.kubectl(&["-n", "blind", "create", "role", "cutter", "--verb=delete", "--resource=configmaps"]);
    plane.kubectl(&["-n", "blind", "create", "rolebinding", "cutter", "--role=cutter", "--user=nobody"]);
    let ran =
        Headless::user(plane, "nobody").plan_and_delete(&["cm", "target", "-n", "blind", "--uid", &uid], &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(ran.outcomes().last().map(String::as_str), Some("gone"), "{ran:?}");
    assert_eq!(plane.uid("blind", "cm", "target"), None);
    assert_eq!(deletes(plane, "blind").len(), 1);
}

#[test]
fn a_timeout_that_is_none_is_refused_before_anything_is_sent() {
    let plane = first();
    plane.namespace("never");
    plane.config_map("never", "target");
    let arguments =
        ["delete", "cm", "target", "-n", "never", "--timeout", "18446744073709551615", "--confirm", "x"];
    assert_eq!(Headless::admin(plane).run(&arguments).status, 2);
    assert_eq!(deletes(plane, "never").len(), 0);
}

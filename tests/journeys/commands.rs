//! The command line: what each command prints, what it does and how it ends.

use secateur_store::StateDir;
use serde_json::{Value, json};

use crate::{
    audit::deletes,
    support::{
        headless::{Headless, Ran, field},
        plane::{Plane, first},
    },
};

/// Every line as JSON.
fn lines(ran: &Ran) -> Vec<Value> {
    ran.stdout.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

/// A ConfigMap in a namespace of its own, deleted; gives the id of its receipt.
fn deleted(plane: &Plane, person: &Headless, namespace: &str) -> String {
    plane.namespace(namespace);
    plane.config_map(namespace, "target");
    let ran = person.plan_and_delete(&["cm", "target", "-n", namespace], &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let receipts = person.run_bare(&["receipts", "-o", "json", "--text", namespace]);
    field(&receipts.stdout, "id").expect("a receipt")
}

#[test]
fn a_plan_says_what_the_server_says_and_what_goes_with_it_and_changes_nothing() {
    let plane = first();
    plane.namespace("planned");
    let create = ["-n", "planned", "create", "deployment", "web", "--image=web", "--replicas=2"];
    plane.kubectl(&create);
    plane.kubectl(&["-n", "planned", "rollout", "status", "deployment/web", "--timeout=60s"]);
    let uid = plane.uid("planned", "deployment", "web").expect("a UID");
    let person = Headless::admin(plane);

    let json = person.run(&["plan", "deployments", "web", "-n", "planned", "-o", "json"]);
    assert_eq!((json.status, json.stdout.lines().count()), (0, 1), "{json:?}");
    let plan = &lines(&json)[0];
    let target = &plan["targets"][0];
    assert_eq!((target["uid"].as_str(), target["presence"].as_str()), (Some(uid.as_str()), Some("present")));
    assert_eq!(target["rehearsal"]["rehearsal"], "accepted", "{plan}");
    let kinds = plan["dependants"].as_array().expect("a list").iter().map(|taken| taken["kind"].as_str());
    assert_eq!(kinds.clone().filter(|kind| *kind == Some("Pod")).count(), 2, "{plan}");
    assert_eq!(kinds.filter(|kind| *kind == Some("ReplicaSet")).count(), 1, "{plan}");

    let text = person.run(&["plan", "deploy", "web", "-n", "planned"]);
    assert_eq!(text.status, 0, "{text:?}");
    for part in [
        format!("Deployment web in planned, {}  {uid}", plane.name),
        "  rehearsal: accepted".to_owned(),
        "2 Pod, 1 ReplicaSet".to_owned(),
        format!("proof: {}", plan["proof"].as_str().expect("a proof")),
    ] {
        assert!(text.stdout.contains(&part), "{part}: {text:?}");
    }
    assert_eq!(plane.uid("planned", "deployment", "web"), Some(uid));
    assert_eq!(deletes(plane, "planned").len(), 0);
}

#[test]
fn what_the_server_would_refuse_is_planned_in_its_own_words() {
    let plane = first();
    plane.namespace("foreseen");
    plane.config_map("foreseen", "target");
    let ran = Headless::user(plane, "keeper").run(&["plan", "cm", "target", "-n", "foreseen"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stdout.contains("  rehearsal: refused: 403: "), "{ran:?}");
    assert!(ran.stdout.contains(r#"User "keeper" cannot delete resource "configmaps""#), "{ran:?}");
}

#[test]
fn the_proof_knows_the_options_and_not_the_waiting() {
    let plane = first();
    plane.namespace("proofs");
    plane.config_map("proofs", "target");
    let person = Headless::admin(plane);
    let arguments = ["cm", "target", "-n", "proofs"];
    let proof = person.proof(&arguments);
    let with = |more: &[&str]| person.proof(&[&arguments[..], more].concat());
    assert_eq!(with(&["--no-wait"]), proof);
    for more in [&["--only-if-unchanged"][..], &["--propagation", "orphan"], &["--grace", "0"]] {
        assert_ne!(with(more), proof, "{more:?}");
    }
    let ran = person.run(&[&["delete", "--only-if-unchanged", "--confirm", &proof], &arguments[..]].concat());
    assert_eq!(ran.status, 3, "{ran:?}");
    assert!(plane.uid("proofs", "cm", "target").is_some());
}

#[test]
fn a_read_only_cluster_is_written_to_only_when_that_is_said() {
    let plane = first();
    let person = Headless::admin(plane);
    // What was chosen belongs to the cluster's fingerprint, which its first receipt names.
    deleted(plane, &person, "before");
    let told = person.run_bare(&["receipts", "-o", "json"]);
    let fingerprint = field(&told.stdout, "fingerprintDigest").expect("a fingerprint");
    let file = person.state().join("settings.json");
    let mut settings: Value =
        std::fs::read(&file).map_or(json!({}), |text| serde_json::from_slice(&text).expect("JSON"));
    settings["clusters"] = json!({ &fingerprint: { "tier": "production" } });
    std::fs::write(&file, settings.to_string()).expect("settings");

    let clusters = person.run_bare(&["clusters"]);
    assert!(clusters.stdout.lines().any(|line| line.contains("production")), "{clusters:?}");
    plane.namespace("unlocked-once");
    plane.config_map("unlocked-once", "target");
    let arguments = ["cm", "target", "-n", "unlocked-once"];
    let proof = person.proof(&arguments);
    let ran = person.run(&[&["delete", "--confirm", &proof], &arguments[..]].concat());
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.stderr.contains("nothing was sent") && ran.stderr.contains("read-only"), "{ran:?}");
    assert_eq!(ran.stdout, "");
    assert!(plane.uid("unlocked-once", "cm", "target").is_some());

    let ran = person.run(&[&["delete", "--unlock", "--confirm", &proof], &arguments[..]].concat());
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(deletes(plane, "unlocked-once").len(), 1);
}

#[test]
fn what_was_deleted_is_told_by_jobs_receipts_and_the_trash_and_comes_back() {
    let plane = first();
    let person = Headless::admin(plane).with_a_keyring();
    let receipt = deleted(plane, &person, "comes-back");

    let jobs = lines(&person.run_bare(&["jobs", "-o", "json"]));
    assert_eq!((jobs.len(), jobs[0]["outcomes"].clone()), (1, json!({ "gone": 1 })), "{jobs:?}");
    assert!(jobs[0]["finished"].is_i64() && jobs[0]["state"] == "finished", "{jobs:?}");
    assert!(receipt.starts_with(jobs[0]["id"].as_str().expect("an id")));
    let told = &lines(&person.run_bare(&["receipts", "-o", "json"]))[0];
    assert_eq!(told["auditId"].as_str(), Some(deletes(plane, "comes-back")[0].id.as_str()), "{told}");
    assert_eq!((told["copy"].as_str(), told["outcome"].as_str()), (Some("kept"), Some("gone")), "{told}");
    assert_eq!(told["rehearsal"]["rehearsal"], "accepted", "{told}");
    assert_eq!(told["status"], 200, "{told}");
    let trash = lines(&person.run_bare(&["trash", "-o", "json"]));
    assert_eq!(
        (trash.len(), trash[1]["copies"].clone(), trash[1]["lasting"].clone()),
        (2, json!(1), json!(true))
    );
    for command in ["jobs", "receipts", "trash"] {
        let ran = person.run_bare(&[command]);
        assert_eq!(ran.status, 0, "{ran:?}");
        assert!(ran.stdout.contains("ConfigMap"), "{ran:?}");
    }

    let shown = person.run_bare(&["restore", "--dry-run", &receipt]);
    assert_eq!(shown.status, 0, "{shown:?}");
    let item = &lines(&shown)[0];
    assert_eq!(
        (item["state"].as_str(), item["rehearsal"]["rehearsal"].as_str()),
        (Some("planned"), Some("accepted"))
    );
    assert_eq!(plane.uid("comes-back", "cm", "target"), None, "it was only shown");

    let restored = person.run_bare(&["restore", &receipt]);
    assert_eq!(restored.status, 0, "{restored:?}");
    let now = plane.uid("comes-back", "cm", "target").expect("it is back");
    let told = lines(&restored);
    let last = told.last().expect("totals");
    assert_eq!(last["totals"], json!({ "restored": 1 }), "{restored:?}");
    assert!(told.iter().any(|line| line["newUid"].as_str() == Some(now.as_str())), "{restored:?}");
    let value = ["-n", "comes-back", "get", "cm", "target", "-o", "jsonpath={.data.key}"];
    assert_eq!(plane.kubectl(&value), "value");

    // What is there again is not created a second time.
    let again = person.run_bare(&["restore", &receipt]);
    assert_eq!(again.status, 1, "{again:?}");
    assert_eq!(plane.uid("comes-back", "cm", "target"), Some(now));

    let empty = lines(&person.run_bare(&["trash", "--empty", "-o", "json"]));
    assert_eq!(empty[0]["copies"], 0, "{empty:?}");
    let ran = person.run_bare(&["restore", &receipt]);
    assert_eq!(ran.status, 1, "{ran:?}");
}

#[test]
fn a_copy_under_a_key_of_one_run_is_said_to_be_lost_after_it() {
    let plane = first();
    let person = Headless::admin(plane);
    plane.namespace("forgotten");
    plane.config_map("forgotten", "target");
    let arguments = ["cm", "target", "-n", "forgotten"];
    let ran = person.plan_and_delete(&arguments, &["--token-store", "memory"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let told = &lines(&person.run_bare(&["receipts", "-o", "json", "--token-store", "memory"]))[0];
    assert_eq!(told["copy"], "unreadable", "{told}");
    let trash = person.run_bare(&["trash", "--token-store", "memory"]);
    assert!(trash.stdout.contains("cannot be read after quitting"), "{trash:?}");
    let receipt = told["id"].as_str().expect("an id");
    let ran = person.run_bare(&["restore", "--token-store", "memory", receipt]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert_eq!(plane.uid("forgotten", "cm", "target"), None);
}

#[test]
fn a_folder_that_another_uses_is_left_alone_and_the_other_is_named() {
    let plane = first();
    let person = Headless::admin(plane);
    let held = StateDir::open(&person.state()).expect("the folder");
    let me = format!("(process {})", std::process::id());
    for command in ["jobs", "receipts", "trash"] {
        let ran = person.run_bare(&[command]);
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(ran.stderr.contains(&me), "{ran:?}");
    }
    // Looking takes nothing that is another's.
    assert_eq!(person.run_bare(&["clusters"]).status, 0);
    drop(held);
    assert_eq!(person.run_bare(&["jobs"]).status, 0);
}

#[test]
fn what_is_not_there_is_named() {
    let person = Headless::admin(first());
    for arguments in [&["restore", "no-such/receipt"][..], &["restore", "nothing"], &["resume", "nothing"]] {
        let ran = person.run_bare(arguments);
        assert_eq!(ran.status, 2, "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(arguments[1]), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let person = Headless::admin(first());
    let ran = person.run_unread(&["clusters"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""), "{ran:?}");
}

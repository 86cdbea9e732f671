//! What servers warn of, told where the person looks: in their words, once, and not without end.

use secateur_domain::plan::DeleteOptions;
use secateur_engine::{Event, PlanOf, Receipt};

use crate::support::{
    engine::Engine,
    faults::Fault,
    headless::{Headless, Ran, field},
    plane::{Plane, first},
};

/// Endpoints, whose version is deprecated.
fn endpoints(plane: &Plane, namespace: &str, names: &[&str]) {
    plane.namespace(namespace);
    for name in names {
        plane.apply(&format!(
            r#"{{"apiVersion":"v1","kind":"Endpoints","metadata":{{"name":"{name}","namespace":"{namespace}"}}}}"#
        ));
    }
}

/// The lines of standard error that warn.
fn warnings(stderr: &str) -> Vec<&str> {
    stderr.lines().filter(|line| line.starts_with("Warning: ")).collect()
}

/// What kubectl warns of where it lists Endpoints.
fn by_kubectl(plane: &Plane, namespace: &str) -> String {
    let output = plane.try_kubectl(&["-n", namespace, "get", "endpoints"]);
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    let [only] = warnings(&stderr)[..] else { panic!("one warning: {stderr}") };
    only.to_owned()
}

/// Whoever creates or deletes a ConfigMap in this namespace is warned.
fn warn_in(plane: &Plane, namespace: &str) -> String {
    let words = format!("{namespace} is kept by hand");
    plane.apply(&format!(
        r#"{{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicy",
        "metadata":{{"name":"{namespace}"}},
        "spec":{{"matchConstraints":{{"resourceRules":[{{"apiGroups":[""],"apiVersions":["v1"],
        "operations":["CREATE","DELETE"],"resources":["configmaps"]}}]}},
        "validations":[{{"expression":"false","message":"{words}"}}]}}}}"#
    ));
    plane.apply(&format!(
        r#"{{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicyBinding",
        "metadata":{{"name":"{namespace}"}},
        "spec":{{"policyName":"{namespace}","validationActions":["Warn"],
        "matchResources":{{"namespaceSelector":{{"matchLabels":{{"kubernetes.io/metadata.name":"{namespace}"}}}}}}}}}}"#
    ));
    words
}

/// Waits until the policy is in force.
async fn in_force(engine: &Engine, plane: &Plane, namespace: &str, words: &str) {
    engine
        .until("the policy is in force", || {
            let dry = ["-n", namespace, "create", "configmap", "dry", "--dry-run=server"];
            let stderr = plane.try_kubectl(&dry).stderr;
            String::from_utf8_lossy(&stderr).contains(words).then_some(())
        })
        .await;
}

fn warned(ran: &Ran) -> Vec<&str> {
    warnings(&ran.stderr)
}

/// The step of a receipt that is the answer to its DELETE.
fn answer(receipt: &Receipt) -> &str {
    let steps: Vec<&str> = receipt.happened.iter().map(|step| step.text.as_str()).collect();
    let answer = steps.iter().find(|step| step.starts_with("200, "));
    answer.unwrap_or_else(|| panic!("no answer in {steps:?}"))
}

#[test]
fn a_command_line_says_what_kubectl_says_once_for_each_text() {
    let plane = first();
    endpoints(plane, "warned-headless", &["one", "two"]);
    let expected = by_kubectl(plane, "warned-headless");
    let person = Headless::admin(plane);
    let all = person.run(&["list", "endpoints", "-n", "warned-headless"]);
    assert_eq!(warned(&all), [&expected]);
    let named = ["endpoints", "one", "two", "-n", "warned-headless"];
    let planned = person.run(&[&["plan"], &named[..]].concat());
    assert_eq!(warned(&planned), [&expected]);
    let words = expected.trim_start_matches("Warning: ");
    assert!(planned.stdout.contains(&format!("The server warns. \u{201c}{words}\u{201d}.")), "{planned:?}");
    let deleted = person.plan_and_delete(&named, &[]);
    assert_eq!((deleted.status, warned(&deleted)), (0, vec![expected.as_str()]), "{deleted:?}");
    // Where nothing is warned of nothing is said.
    let quiet = person.run(&["list", "configmaps", "-n", "warned-headless"]);
    assert_eq!((quiet.status, warned(&quiet)), (0, vec![]));
}

#[test]
fn a_view_of_a_deprecated_version_says_so_once() {
    let plane = first();
    endpoints(plane, "warned-view", &["one"]);
    let expected = by_kubectl(plane, "warned-view");
    Engine::on(&[plane]).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "endpoints", Some("warned-view"));
        view.row("one").await;
        let said = |texts: &[secateur_domain::row::Warning]| -> Vec<(String, String)> {
            texts.iter().map(|said| (said.cluster.to_string(), format!("Warning: {}", said.text))).collect()
        };
        assert_eq!(said(&view.window().warnings), [(cluster.to_string(), expected.clone())]);
        // Read again it is not said twice, and another kind has nothing to do with it.
        engine.backend.refresh(&view.id).expect("open");
        plane.apply(
            r#"{"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"later","namespace":"warned-view"}}"#,
        );
        view.row("later").await;
        assert_eq!(said(&view.window().warnings), [(cluster.to_string(), expected.clone())]);
        let quiet = engine.list(&cluster, "configmaps", Some("warned-view"));
        quiet.row("kube-root-ca.crt").await;
        assert!(quiet.window().warnings.is_empty());
    });
}

#[test]
fn what_a_policy_warns_of_is_in_the_plan_the_job_the_receipt_and_the_restore() {
    let plane = first();
    plane.namespace("warned-policy");
    let words = warn_in(plane, "warned-policy");
    Engine::on(&[plane]).run(async |engine| {
        in_force(engine, plane, "warned-policy", &words).await;
        plane.config_map("warned-policy", "one");
        let cluster = engine.open(plane.name).await;
        let keys = engine.keys(&cluster, "warned-policy", &["one"]).await;
        let plan = engine.worked_out(PlanOf::Keys(keys.clone()), DeleteOptions::default()).await;
        let finding = plan.findings.iter().find(|finding| finding.title == "The server warns");
        let finding = finding.unwrap_or_else(|| panic!("{:?}", plan.findings));
        assert!(finding.detail.contains(&words), "{finding:?}");

        let job = engine.delete(keys, DeleteOptions::default()).await;
        assert!(engine.settled(&job).await.is_gone());
        let told: Vec<String> = engine
            .events()
            .into_iter()
            .filter_map(|event| match event {
                Event::TargetChanged { warnings, .. } => Some(warnings),
                _ => None,
            })
            .flatten()
            .collect();
        assert!(told.len() == 1 && told[0].contains(&words), "{told:?}");

        let receipts =
            engine.backend.receipts(secateur_engine::HistoryQuery::default()).await.expect("receipts");
        let receipt = receipts.iter().find(|receipt| receipt.receipt.job == job).expect("its receipt");
        let said = answer(receipt);
        assert!(
            said.starts_with("200, accepted. The server warns: \u{201c}") && said.contains(&words),
            "{said}"
        );

        let planned = engine.backend.plan_restore(vec![receipt.receipt.clone()]).await.expect("a restore");
        let ready = engine.backend.restore_ready(&planned.restore).await.expect("asked");
        let says = |words_of: &[String]| words_of.iter().any(|said| said.contains(&words));
        assert!(says(&ready.items[0].words) && says(&ready.items[0].warnings), "{ready:?}");
        let done = engine.backend.confirm_restore(&planned.restore).await.expect("carried out");
        assert!(says(&done.items[0].words), "{done:?}");
        let receipt = engine.backend.receipt(&receipt.receipt).await.expect("the receipt");
        let last = &receipt.happened.last().expect("a step").text;
        assert!(last.starts_with("Restored ConfigMap one") && last.contains(&words), "{last}");
    });
    // The same on a command line.
    plane.config_map("warned-policy", "two");
    let person = Headless::admin(plane).with_a_keyring();
    let is_it = |ran: &Ran| matches!(warned(ran)[..], [only] if only.contains(&words));
    let target = ["configmaps", "two", "-n", "warned-policy"];
    let deleted = person.plan_and_delete(&target, &[]);
    assert!(deleted.status == 0 && is_it(&deleted), "{deleted:?}");
    let receipts = person.run_bare(&["receipts", "-o", "json", "--text", "two"]);
    let receipt = field(&receipts.stdout, "id").expect("a receipt");
    let restored = person.run_bare(&["restore", &receipt]);
    assert!(restored.status == 0 && is_it(&restored), "{restored:?}");
}

#[test]
fn fault_53_two_hundred_warnings_of_10_kb_are_told_once_each_and_in_bounds() {
    let plane = first();
    plane.namespace("warned-flood");
    for name in ["one", "two"] {
        plane.config_map("warned-flood", name);
    }
    Engine::with(&[plane], Fault::WarnWithoutEnd).run(async |engine| {
        let cluster = engine.open(plane.name).await;
        let view = engine.list(&cluster, "configmaps", Some("warned-flood"));
        view.row("two").await;
        let texts: Vec<String> = view.window().warnings.iter().map(|said| said.text.clone()).collect();
        assert_eq!(texts[0], "this is said again and again");
        assert!(texts.len() > 1 && texts.len() <= 5, "{} warnings", texts.len());
        let mut once = texts.clone();
        once.dedup();
        assert_eq!(once, texts);
        assert!(texts.iter().all(|text| text.len() <= 1024));

        let keys = engine.keys(&cluster, "warned-flood", &["one", "two"]).await;
        let plan = engine.worked_out(PlanOf::Keys(keys.clone()), DeleteOptions::default()).await;
        let finding = plan.findings.iter().find(|finding| finding.title == "The server warns");
        let detail = &finding.expect("a finding").detail;
        assert_eq!(detail.matches("this is said again and again").count(), 1, "{detail}");
        assert!(detail.chars().count() <= 600, "{detail}");
        assert!(plan.findings.iter().map(|finding| finding.detail.len()).sum::<usize>() <= 4_500);

        let job = engine.delete(keys, DeleteOptions::default()).await;
        assert!(engine.settled(&job).await.is_gone());
        let receipts =
            engine.backend.receipts(secateur_engine::HistoryQuery::default()).await.expect("receipts");
        assert_eq!(receipts.len(), 2);
        for receipt in &receipts {
            let said = answer(receipt);
            assert_eq!(said.matches("this is said again and again").count(), 1, "{said}");
            assert!(said.chars().count() < 700, "{said}");
        }
    });
}

//! Whether a plugin is there and may run: nothing runs before the person and kuberc have agreed to it as it is.

use std::os::unix::fs::symlink;

use super::*;

async fn asked(bench: &Bench, plugin: &Plugin) -> Resolved {
    match bench.run(plugin).await {
        Err(PluginError::NeedsConsent(resolved)) => *resolved,
        other => panic!("{other:?}"),
    }
}

async fn denied(bench: &Bench, plugin: &Plugin) -> String {
    let runs = bench.runs();
    let error = bench.run(plugin).await.expect_err("kuberc forbids it");
    assert_eq!(bench.plugins.resolve(plugin).await.expect_err("the same"), error);
    assert_eq!(bench.runs(), runs);
    match error {
        PluginError::Denied { policy, .. } => policy.replace(&bench.path("").display().to_string(), ""),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn fault_25_a_missing_plugin_is_named_with_where_was_looked_and_how_to_install_it() {
    let bench = Bench::strict(&[("PATH", Path::new("/nowhere/bin:/nowhere/sbin"))]);
    let hint = Some("\x1b[1mInstall it\x1b[0m:\n  gcloud components install".to_owned());
    let plugin = Plugin { install_hint: hint, ..bench.plugin("gke-gcloud-auth-plugin", &[]) };
    let error = bench.run(&plugin).await.expect_err("it is not there");
    let PluginError::NotFound { command, looked, hint } = &error else { panic!("{error:?}") };
    assert_eq!(command, "gke-gcloud-auth-plugin");
    assert_eq!(looked, &["/nowhere/bin/gke-gcloud-auth-plugin", "/nowhere/sbin/gke-gcloud-auth-plugin"]);
    assert_eq!(hint.as_deref(), Some("Install it:\n  gcloud components install"));
    assert!(error.to_string().contains("was not found; looked for /nowhere/bin/gke-gcloud-auth-plugin, "));
    let error = bench.run(&bench.plugin("bin/plugin", &[])).await.expect_err("nor there");
    let PluginError::NotFound { looked, hint, .. } = error else { panic!("{error:?}") };
    assert_eq!((looked, hint), (vec![bench.path("bin/plugin").display().to_string()], None));
}

#[tokio::test]
async fn fault_32_nothing_runs_before_the_person_agrees_to_it_as_it_would_be_run() {
    let bench = Bench::strict(&[]);
    let variables = vec![("VAULT_TOKEN".to_owned(), secret("planted-secret"))];
    let plugin = Plugin { variables, ..bench.printing(token()) };
    let resolved = asked(&bench, &plugin).await;
    assert_eq!(resolved, bench.plugins.resolve(&plugin).await.expect("the same"));
    assert_eq!(resolved.program, Path::new("/bin/sh"));
    assert_eq!(resolved.arguments, plugin.arguments);
    assert_eq!(resolved.variables, ["VAULT_TOKEN"]);
    assert_eq!((resolved.file.as_path(), resolved.line), (bench.path("config").as_path(), Some(7)));
    assert!(!format!("{resolved:?}").contains("planted"));
    assert_eq!(bench.runs(), 0);
    bench.plugins.consent(&resolved.digest);
    bench.run(&plugin).await.expect("agreed to");
    assert_eq!(bench.runs(), 1);
}

#[tokio::test]
async fn fault_32_a_plugin_that_changes_after_consent_asks_again() {
    let bench = Bench::strict(&[]);
    let plugin = Plugin { variables: vec![("A".to_owned(), secret("b"))], ..bench.printing(token()) };
    let resolved = bench.plugins.resolve(&plugin).await.expect("it is there");
    bench.plugins.consent(&resolved.digest);
    let variable = |name: &str, value: &str| vec![(name.to_owned(), secret(value))];
    let more = [&plugin.arguments[..], &["x".to_owned()]].concat();
    let changed = [
        Plugin { variables: variable("A", "c"), ..plugin.clone() },
        Plugin { variables: variable("B", "b"), ..plugin.clone() },
        Plugin { variables: Vec::new(), ..plugin.clone() },
        Plugin { arguments: more, ..plugin.clone() },
        Plugin { arguments: vec![plugin.arguments[0].clone(), String::new()], ..plugin.clone() },
        Plugin { file: bench.path("other"), ..plugin.clone() },
        Plugin { command: "/usr/bin/env".to_owned(), ..plugin.clone() },
    ];
    let mut digests = vec![resolved.digest];
    for other in &changed {
        digests.push(asked(&bench, other).await.digest);
    }
    assert_eq!(bench.runs(), 0);
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), changed.len() + 1, "each is another");
    bench.run(&Plugin { line: Some(8), ..plugin }).await.expect("only moved within its file");
}

#[tokio::test]
async fn fault_32_another_program_under_the_same_name_asks_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
    for place in [&one, &two] {
        fs::create_dir(place).expect("a folder");
        symlink("/bin/sh", place.join("plugin")).expect("a link");
    }
    let path = std::env::join_paths([&one, &two]).expect("a list");
    let bench = Bench::strict(&[("PATH", Path::new(&path))]);
    let script = bench.printing(token()).arguments;
    bench.write("script", format!("PATH=/usr/bin:/bin\n{}", bench.read("script")));
    let plugin = bench.plugin("plugin", &[&script[0]]);
    let resolved = asked(&bench, &plugin).await;
    assert_eq!(resolved.program, one.join("plugin"));
    bench.plugins.consent(&resolved.digest);
    bench.run(&plugin).await.expect("agreed to");
    fs::remove_file(one.join("plugin")).expect("removed");
    assert_eq!(asked(&bench, &plugin).await.program, two.join("plugin"));
    assert_eq!(bench.runs(), 1);
}

const PREFERENCE: &str =
    "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: ";

#[tokio::test]
async fn fault_33_kuberc_denies_all_and_is_named() {
    let bench = Bench::new();
    let plugin = bench.printing(token());
    bench.run(&plugin).await.expect("there is no kuberc");
    bench.write("kuberc", format!("{PREFERENCE}DenyAll"));
    assert_eq!(denied(&bench, &plugin).await, "kuberc has credentialPluginPolicy: DenyAll");
    // A program that is not there is denied as well: nobody is told to install what may not run.
    assert_eq!(
        denied(&bench, &bench.plugin("missing", &[])).await,
        "kuberc has credentialPluginPolicy: DenyAll"
    );
    bench.write("kuberc", format!("{PREFERENCE}AllowAll"));
    bench.run(&plugin).await.expect("it is read anew");
    assert_eq!(bench.runs(), 1, "by then it was given already");
}

#[tokio::test]
async fn fault_33_kubercs_allowlist_lets_through_what_is_on_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let [good, evil] = ["good", "evil"].map(|name| folder.path().join(name));
    for place in [&good, &evil] {
        fs::create_dir(place).expect("a folder");
        symlink("/bin/sh", place.join("plugin")).expect("a link");
    }
    let bench = Bench::strict(&[("PATH", &good)]);
    let script = bench.printing(token()).arguments;
    bench.write("script", format!("PATH=/usr/bin:/bin\n{}", bench.read("script")));
    bench.plugins.consent_to_all();
    let (bare, whole) = (bench.plugin("plugin", &[&script[0]]), good.join("plugin").display().to_string());
    let by_path = Plugin { command: whole.clone(), ..bare.clone() };
    let other = Plugin { command: evil.join("plugin").display().to_string(), ..bare.clone() };
    let allow = |entry: &str| {
        bench.write("kuberc", format!("{PREFERENCE}Allowlist\ncredentialPluginAllowlist: [{entry}]"));
    };
    for entry in ["{name: plugin}", "{command: plugin}", &format!("{{name: aws}}, {{name: '{whole}'}}")] {
        allow(entry);
        bench.run(&bare).await.expect(entry);
        bench.run(&by_path).await.expect(entry);
        let policy = format!(
            "kuberc has credentialPluginPolicy: Allowlist, and {} is not on it",
            evil.join("plugin").display()
        );
        assert_eq!(denied(&bench, &other).await, policy, "the same name elsewhere is another");
    }
    allow("{name: aws}");
    assert!(denied(&bench, &bare).await.ends_with("is not on it"));
    allow("{name: plugin}");
    // A kubeconfig that brings a PATH of its own does not get another program past the list.
    let path = vec![("PATH".to_owned(), secret(&evil.display().to_string()))];
    let sly = Plugin { variables: path, ..bare };
    assert_eq!(bench.plugins.resolve(&sly).await.expect("allowed").program, good.join("plugin"));
}

#[tokio::test]
async fn fault_33_a_malformed_kuberc_is_closed() {
    let bench = Bench::new();
    let plugin = bench.printing(token());
    let closed = "; until that is put right no plugin is run";
    for (text, problem) in [
        ("a: [planted", "kuberc is not valid YAML"),
        (
            &format!("{PREFERENCE}Some"),
            "kuberc has credentialPluginPolicy: \"Some\", which kubectl does not know",
        ),
        ("kind: Other", "kuberc holds no preferences of a known version"),
    ] {
        bench.write("kuberc", text);
        assert_eq!(denied(&bench, &plugin).await, format!("{problem}{closed}"));
    }
    fs::remove_file(bench.path("kuberc")).expect("removed");
    fs::create_dir(bench.path("kuberc")).expect("a folder");
    assert_eq!(denied(&bench, &plugin).await, format!("kuberc is a folder{closed}"));
}

#[tokio::test]
async fn fault_33_kuberc_is_where_the_environment_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let named = folder.path().join("mine");
    let bench = Bench::strict(&[("KUBERC", &named)]);
    bench.plugins.consent_to_all();
    let plugin = bench.printing(token());
    bench.write("kuberc", format!("{PREFERENCE}DenyAll"));
    assert!(denied(&bench, &plugin).await.contains("mine does not exist, and KUBERC names it"));
    fs::write(&named, "").expect("a file");
    bench.run(&plugin).await.expect("the named one says nothing");
    let off = Bench::strict(&[("KUBERC", Path::new("off"))]);
    off.plugins.consent_to_all();
    off.write("kuberc", format!("{PREFERENCE}DenyAll"));
    off.run(&off.printing(token())).await.expect("kuberc is off");
}

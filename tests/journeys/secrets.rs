//! What is secret stays in the backend: planted tokens, keys, passwords, plugin output and data of Secrets are looked
//! for in everything that is printed, logged at the finest level, and kept in the state folder.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Child,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::support::{
    headless::{Headless, Ran},
    plane::{Plane, first},
};

/// In the data of a Secret that is deleted and copied.
const DATA: &str = "planted-secret-data-71f3";
/// What a plugin prints where it should print a credential.
const PRINTED: &str = "planted-on-standard-output-9c2e";
/// A variable that the kubeconfig gives to a plugin.
const VARIABLE: &str = "planted-variable-5ab8";
/// A token that no server takes.
const WRONG: &str = "planted-wrong-token-e8d1";

/// A folder with a kubeconfig whose user is this YAML, on the plane's cluster.
fn kubeconfig(plane: &Plane, user: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    let of = |path: &str| plane.kubectl(&["config", "view", "--raw", "-o", &format!("jsonpath={{{path}}}")]);
    let server = of(".clusters[0].cluster.server");
    let ca = of(".clusters[0].cluster.certificate-authority-data");
    let text = format!(
        "contexts: [{{name: planted, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: '{server}', certificate-authority-data: '{ca}'}}}}]\n\
         users: [{{name: u, user: {user}}}]\n"
    );
    fs::write(&file, text).expect("a kubeconfig");
    (folder, file)
}

/// Fails where one of these texts, or its base64, is in what was said or in a file under `folder`.
fn is_nowhere(secrets: &[&str], said: &[Ran], folder: &Path) {
    let packed: Vec<String> = secrets.iter().map(|secret| BASE64_STANDARD.encode(secret)).collect();
    let all: Vec<&str> = secrets.iter().copied().chain(packed.iter().map(String::as_str)).collect();
    for secret in all {
        for ran in said {
            assert!(
                !ran.stdout.contains(secret) && !ran.stderr.contains(secret),
                "{secret} was said: {ran:?}"
            );
        }
        let found = files(folder).into_iter().find(|file| {
            let bytes = fs::read(file).unwrap_or_default();
            bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
        });
        assert_eq!(found, None, "{secret} is in a file");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_token_and_the_data_of_a_secret_are_told_to_nobody_by_any_command() {
    let plane = first();
    plane.namespace("planted");
    plane.kubectl(&[
        "-n",
        "planted",
        "create",
        "secret",
        "generic",
        "planted",
        &format!("--from-literal=key={DATA}"),
    ]);
    plane.kubectl(&["-n", "planted", "create", "serviceaccount", "planter"]);
    let role = "--clusterrole=cluster-admin";
    plane.kubectl(&["create", "clusterrolebinding", "planter", role, "--serviceaccount=planted:planter"]);
    let token = plane.kubectl(&["-n", "planted", "create", "token", "planter"]).trim().to_owned();
    let (_folder, file) = kubeconfig(plane, &format!("{{token: '{token}'}}"));
    let headless = Headless::at(&file, "planted").with_a_keyring();
    let run = |arguments: &[&str]| headless.run(&[arguments, &["--log", "trace"]].concat());
    let mut said = vec![headless.run_bare(&["clusters", "-o", "json", "--log", "trace"])];
    said.push(run(&["whoami", "-o", "json"]));
    said.push(run(&["list", "secrets", "-n", "planted", "-o", "json"]));
    let proof = headless.proof(&["secrets", "planted", "-n", "planted"]);
    said.push(run(&["delete", "secrets", "planted", "-n", "planted", "--confirm", &proof]));
    assert_eq!(said.last().expect("the delete").status, 0, "{said:?}");
    for bare in [&["receipts", "-o", "json"][..], &["trash", "-o", "json"], &["jobs", "-o", "json"]] {
        said.push(headless.run_bare(&[bare, &["--log", "trace"]].concat()));
    }
    let mut typed = token.clone();
    typed.push('\n');
    said.push(headless.run_reading(&["sign-in", "--token-stdin", "--log", "trace"], &typed));
    assert_eq!(said.last().expect("the sign-in").status, 0, "{said:?}");
    said.push(headless.run_reading(&["sign-in", "--token-stdin", "--log", "trace"], WRONG));
    // The last part of a token is its signature; the first is the same for all.
    let signature = token.rsplit('.').next().expect("a signature");
    is_nowhere(&[&token, signature, DATA, WRONG], &said, &headless.state());
    assert!(files(&headless.state()).len() > 3, "there was something to look at");
}

#[test]
fn fault_28_fault_29_what_a_plugin_prints_and_is_given_is_told_to_nobody() {
    let plane = first();
    for script in [
        format!("echo {PRINTED}"),
        format!("echo {PRINTED}; echo why it failed >&2; exit 3"),
        format!("printf '{{\"kind\":\"ExecCredential\",\"status\":{{\"token\":\"{PRINTED}\"}}}}'"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let program = folder.path().join("plugin");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("a script");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it can be run");
        let user = format!(
            "{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: '{}', interactiveMode: Never, \
             env: [{{name: PLANTED, value: {VARIABLE}}}]}}}}",
            program.display()
        );
        let (_folder, file) = kubeconfig(plane, &user);
        let headless = Headless::at(&file, "planted");
        let said: Vec<Ran> =
            [&["whoami"][..], &["whoami", "--allow-plugins"], &["sign-in", "--allow-plugins"]]
                .into_iter()
                .map(|arguments| headless.run(&[arguments, &["--log", "trace"]].concat()))
                .collect();
        assert!(said.iter().all(|ran| ran.status == 2 && ran.stderr.contains("plugin")), "{said:?}");
        is_nowhere(&[PRINTED, VARIABLE], &said, &headless.state());
    }
}

#[test]
fn keys_and_passwords_of_a_kubeconfig_are_told_to_nobody() {
    let plane = first();
    let key = "-----BEGIN PRIVATE KEY-----\nplantedkeyplantedkeyplantedkey\n-----END PRIVATE KEY-----\n";
    let packed = BASE64_STANDARD.encode(key);
    for user in [
        format!("{{client-certificate-data: '{packed}', client-key-data: '{packed}'}}"),
        "{username: me, password: planted-password-11}".to_owned(),
        "{token: \"planted-token-22 with words\"}".to_owned(),
        "{client-key-data: 'planted-not-base64-33!'}".to_owned(),
        "{token: [planted-list-44]}".to_owned(),
    ] {
        let (_folder, file) = kubeconfig(plane, &user);
        let headless = Headless::at(&file, "planted");
        let said = vec![
            headless.run_bare(&["clusters", "-o", "json", "--log", "trace"]),
            headless.run(&["whoami", "--log", "trace"]),
        ];
        assert_eq!(said[1].status, 2, "{user}: {said:?}");
        let planted = [
            packed.as_str(),
            "plantedkey",
            "planted-password-11",
            "planted-token-22",
            "planted-not-base64-33",
            "planted-list-44",
        ];
        is_nowhere(&planted, &said, &headless.state());
    }
}

#[test]
fn nothing_listens_while_it_works() {
    let plane = first();
    plane.seed_config_maps("listening", 30);
    let headless = Headless::admin(plane);
    let all = ["configmaps", "-n", "listening", "-l", "!absent"];
    let proof = headless.proof(&all);
    let mut child = headless.spawn(&[&["delete", "--confirm", &proof][..], &all].concat());
    let mut looks = 0;
    while child.try_wait().expect("its state").is_none() {
        assert_eq!(listening(&child), Vec::<String>::new());
        looks += 1;
    }
    assert!(looks > 0, "it was looked at while it worked");
}

/// The listening sockets of a process, as the system lists them.
fn listening(child: &Child) -> Vec<String> {
    const LISTEN: &str = "0A";
    let process = Path::new("/proc").join(child.id().to_string());
    let descriptors = fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
    let own: Vec<String> = descriptors
        .filter_map(|descriptor| {
            let target = fs::read_link(descriptor.path()).ok()?;
            let inode = target.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned();
            Some(inode)
        })
        .collect();
    let mut found = Vec::new();
    for table in ["net/tcp", "net/tcp6", "net/udp", "net/udp6"] {
        let text = fs::read_to_string(process.join(table)).unwrap_or_default();
        for line in text.lines().skip(1) {
            let parts: Vec<&str> = line.split_whitespace().collect();
            let (Some(state), Some(inode)) = (parts.get(3), parts.get(9)) else { continue };
            if *state == LISTEN && own.iter().any(|own| own == inode) {
                found.push(line.to_owned());
            }
        }
    }
    found
}

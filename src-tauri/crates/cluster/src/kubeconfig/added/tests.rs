use std::fmt::Write;

use super::*;

const TWO: &str = "apiVersion: v1
kind: Config
current-context: one
contexts:
- {name: one, context: {cluster: c, user: u, namespace: team}}
- {name: two, context: {cluster: d, user: v}}
clusters:
- {name: c, cluster: {server: 'https://one:6443', certificate-authority: ca.crt}}
- {name: d, cluster: {server: 'https://two:6443'}}
users:
- {name: u, user: {token: planted-one}}
- {name: v, user: {token: planted-two}}
";

fn names(taken: &TakenApart) -> Vec<&str> {
    taken.contexts.iter().map(|context| context.name.as_str()).collect()
}

fn messages(taken: &TakenApart) -> Vec<String> {
    let message = |problem: &Problem| {
        let file = problem.file.file_name().unwrap_or_default().to_string_lossy();
        let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{file}{line} {}", problem.message)
    };
    taken.problems.iter().map(message).collect()
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name);
    fs::write(&file, text).expect("a file");
    file
}

/// A kubeconfig with one context; each part is YAML in one line.
fn config(cluster: &str, user: &str) -> String {
    format!(
        "kind: Config\ncontexts:\n- {{name: x, context: {{cluster: c, user: u}}}}\n\
         clusters:\n- name: c\n  cluster: {cluster}\nusers:\n- name: u\n  user: {user}\n"
    )
}

#[test]
fn a_context_takes_its_own_cluster_and_user_along_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = take_paths(&[write(folder.path(), "config", TWO)]);
    assert_eq!((names(&taken), messages(&taken)), (vec!["one", "two"], vec![]));
    let one = &taken.contexts[0];
    assert_eq!((one.server.as_str(), one.user.as_deref()), ("https://one:6443", Some("u")));
    let text = one.kubeconfig.expose_secret();
    assert!(
        text.contains("planted-one") && !text.contains("planted-two") && !text.contains("two:6443"),
        "{text}"
    );
    assert!(text.contains(&*folder.path().join("ca.crt").to_string_lossy()), "{text}");
    assert!(!format!("{taken:?}").contains("planted"));

    let context = added_context("an-entry", Ok(&one.kubeconfig));
    assert_eq!((context.name.as_str(), context.namespace.as_deref()), ("one", Some("team")));
    assert_eq!((context.source.as_path(), context.line), (Path::new(ADDED), None));
    assert!(context.entry.is_ok(), "{:?}", context.entry);
    assert_eq!(context.id, added_context("an-entry", Ok(&one.kubeconfig)).id);
    assert_ne!(context.id, added_context("another", Ok(&one.kubeconfig)).id);
}

#[test]
fn what_a_cluster_has_for_its_plugin_is_taken_along() {
    let told =
        "extensions: [{name: client.authentication.k8s.io/exec, extension: {id: 0x10, of: [~, yes, 1.5]}}]";
    let plugin = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Never, \
                  provideClusterInfo: true}}";
    let taken = take_text(&config(&format!("{{server: 'https://x', {told}}}"), plugin));
    let context = added_context("an-entry", Ok(&taken.contexts[0].kubeconfig));
    let info = crate::exec::ClusterInfo::of(&context).expect("all is there");
    let config = info.config.as_ref().map(ExposeSecret::expose_secret);
    assert_eq!(config, Some(r#"{"id":16,"of":[null,true,1.5]}"#));
}

#[test]
fn a_relative_path_in_a_pasted_text_is_refused_by_its_field() {
    let check = |cluster: &str, user: &str, expected: &str| {
        let taken = take_text(&config(cluster, user));
        if expected.is_empty() {
            assert_eq!((names(&taken), messages(&taken)), (vec!["x"], vec![]));
        } else {
            assert_eq!(names(&taken), [""; 0], "{cluster} {user}");
            let [message] = messages(&taken).try_into().expect("one problem");
            let expected = format!(
                "context \"x\": its {expected} is a relative path, and a pasted text lies in no folder"
            );
            assert!(message.starts_with("the pasted text:") && message.ends_with(&expected), "{message}");
        }
    };
    let server = "{server: 'https://x'}";
    check("{server: 'https://x', certificate-authority: ca.crt}", "{}", "certificate-authority \"ca.crt\"");
    check(server, "{client-certificate: a, client-key: /b}", "client-certificate \"a\"");
    check(server, "{client-certificate: /a, client-key: ./b}", "client-key \"./b\"");
    check(server, "{tokenFile: ~/token}", "tokenFile \"~/token\"");
    check(server, "{tokenFile: /token}", "");
    // What is given in place wins, so its path is not looked at.
    check("{server: 'https://x', certificate-authority: ca.crt, certificate-authority-data: YQ==}", "{}", "");
}

#[test]
fn fault_73_paths_of_a_file_are_made_absolute_and_a_command_on_the_path_stays_a_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |user: &str, key: &str, expected: &str| {
        let taken = take_paths(&[write(folder.path(), "config", &config("{server: 'https://x'}", user))]);
        assert_eq!(messages(&taken), [""; 0], "{user}");
        let text = taken.contexts[0].kubeconfig.expose_secret();
        let kept: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(kept.pointer(&format!("/users/0/user/{key}")), Some(&json!(expected)), "{user}");
    };
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    check("{tokenFile: sub/token}", "tokenFile", &at("sub/token"));
    let exec = |command: &str| {
        format!(
            "{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: {command}, interactiveMode: Never}}}}"
        )
    };
    check(&exec("./bin/plugin"), "exec/command", &at("bin/plugin"));
    check(&exec("bin/plugin"), "exec/command", &at("bin/plugin"));
    check(&exec("plugin"), "exec/command", "plugin");
    check(&exec("/opt/plugin"), "exec/command", "/opt/plugin");
}

#[test]
fn a_folders_kubeconfigs_are_taken_each_once_and_the_rest_is_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = config("{server: 'https://x'}", "{}");
    let named = write(folder.path(), "a", &own);
    write(folder.path(), "b.yaml", TWO);
    write(folder.path(), "deployment.yaml", "kind: Deployment\nmetadata: {name: x}\n");
    write(folder.path(), "notes.txt", "nothing: [");
    write(folder.path(), "empty", "");
    fs::write(folder.path().join("picture"), [0xff, 0xd8, 0]).expect("a file");
    fs::create_dir(folder.path().join("sub")).expect("a folder");
    write(&folder.path().join("sub"), "deeper", &own);
    let paths = [named.clone(), folder.path().to_owned(), folder.path().to_owned()];
    let taken = take_paths(&paths);
    assert_eq!((names(&taken), messages(&taken)), (vec!["x", "one", "two"], vec![]));

    let paths = ["deployment.yaml", "notes.txt", "empty", "missing"].map(|name| folder.path().join(name));
    let taken = take_paths(&paths);
    assert_eq!(names(&taken), [""; 0]);
    let [deployment, notes, empty, missing] = messages(&taken).try_into().expect("four problems");
    assert_eq!(deployment, "deployment.yaml:1 not a kubeconfig");
    assert!(notes.contains("not valid YAML"), "{notes}");
    assert_eq!((empty.as_str(), missing.as_str()), ("empty is empty", "missing does not exist"));
}

#[test]
fn what_cannot_be_used_is_named_and_the_rest_is_taken() {
    let text = TWO.replace("cluster: d,", "cluster: nowhere,");
    let taken = take_text(&text.replace("certificate-authority: ca.crt", "tls-server-name: x"));
    assert_eq!(names(&taken), ["one"]);
    let [message] = messages(&taken).try_into().expect("one problem");
    assert!(message.contains("\"two\"") && message.contains("\"nowhere\""), "{message}");
    assert_eq!(messages(&take_text("kind: Config\n")), ["the pasted text it has no context"]);
    assert_eq!(messages(&take_text("hello")), ["the pasted text:1 not a kubeconfig"]);
}

#[test]
fn what_cannot_be_read_any_more_is_a_context_that_says_why() {
    let context = added_context("e", Err("the keyring is locked".to_owned()));
    assert_eq!(context.entry.err().as_deref(), Some("the keyring is locked"));
    let broken = added_context("e", Ok(&SecretString::from("[]")));
    assert_eq!(broken.entry.err().as_deref(), Some("what was kept of it is no kubeconfig"));
    assert_eq!(context.id, broken.id);
}

#[test]
fn a_folder_of_many_files_is_not_read_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..=MOST_FILES {
        write(folder.path(), &format!("{number}"), "");
    }
    let taken = take_paths(&[folder.path().to_owned()]);
    let [message] = messages(&taken).try_into().expect("one problem");
    assert!(message.contains("more than 1000 files"), "{message}");
}

#[test]
fn names_may_be_any_text() {
    let mut text =
        "kind: Config\nclusters:\n- {name: c, cluster: {server: 'https://x'}}\ncontexts:\n".to_owned();
    let all = ["arn:aws:eks:eu:1:cluster/a", "//x/", "a b", "🌱", "..", "__proto__", "12", "true"];
    for name in all {
        let _ = writeln!(text, "- {{name: {name:?}, context: {{cluster: c}}}}");
    }
    let taken = take_text(&text);
    assert_eq!((names(&taken), messages(&taken)), (all.to_vec(), vec![]));
    for context in &taken.contexts {
        assert_eq!(added_context("e", Ok(&context.kubeconfig)).name, context.name);
    }
}

//! What plugins are told, and whose environment they get.

use std::sync::Arc;

use secrecy::ExposeSecret;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{shell::Shell, *};
use crate::{Access, Network, Origin, Sources, connect, read_catalogue};

/// A bench whose plugins get what this login shell sets.
fn with_shell(script: &str, own: &[(&str, &str)]) -> Bench {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("shell");
    executable(&program, &format!("#!/bin/sh\ncd {}\n{script}\n", folder.path().display()));
    with_program(folder, &program, own)
}

fn with_program(folder: TempDir, program: &Path, own: &[(&str, &str)]) -> Bench {
    let mut variables =
        Variables::from([("PATH".into(), "/nowhere".into()), ("SHELL".into(), program.into())]);
    variables.extend(own.iter().map(|(name, value)| ((*name).into(), (*value).into())));
    let shell = Shell::of(&variables);
    assert_eq!(shell.program, program);
    let environment = Environment::with(variables, Some(shell));
    let plugins = Plugins::with(environment, None);
    plugins.consent_to_all();
    Bench { folder, plugins }
}

/// The environment that a plugin got.
async fn environment(bench: &Bench) -> Vec<String> {
    bench.write("answer", token());
    let plugin = bench.script("/usr/bin/env > environment\n/bin/cat answer");
    bench.run(&plugin).await.expect("a credential");
    bench.read("environment").lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_plugin_gets_the_environment_its_variables_and_what_it_is_told() {
    let bench = Bench::strict(&[("OURS", Path::new("1")), ("BOTH", Path::new("ours"))]);
    bench.plugins.consent_to_all();
    bench.write("answer", token());
    let variables =
        vec![("BOTH".to_owned(), secret("theirs")), ("KUBERNETES_EXEC_INFO".to_owned(), secret("forged"))];
    let script = bench.script("printf %s \"$OURS $BOTH $PATH\" > environment\nprintf %s \"$KUBERNETES_EXEC_INFO\" > told\ncat answer");
    let plugin = Plugin { variables, ..script };
    bench.run(&plugin).await.expect("a credential");
    assert_eq!(bench.read("environment"), "1 theirs /usr/bin:/bin");
    assert_eq!(
        bench.read("told"),
        r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}}"#
    );
    let plugin = Plugin { provides_cluster_info: true, api_version: ApiVersion::V1Beta1, ..plugin };
    let info = ClusterInfo {
        server: "https://host:6443".to_owned(),
        tls_server_name: Some("name".to_owned()),
        is_insecure: true,
        ca: Some(b"pem".to_vec()),
        proxy: Some(secret("http://u:planted-secret@proxy")),
        disables_compression: true,
        config: Some(secret(r#"{"audience":"planted","b":[1,null]}"#)),
    };
    assert!(!format!("{info:?}").contains("planted"));
    bench.write("answer", token().replace("/v1", "/v1beta1"));
    bench.plugins.credential(&plugin, &info, &background()).await.expect("a credential");
    assert_eq!(
        bench.read("told"),
        concat!(
            r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{"cluster":{"#,
            r#""server":"https://host:6443","tls-server-name":"name","insecure-skip-tls-verify":true,"#,
            r#""certificate-authority-data":"cGVt","proxy-url":"http://u:planted-secret@proxy","#,
            r#""disable-compression":true,"config":{"audience":"planted","b":[1,null]}},"interactive":false}}"#
        )
    );
    let least = ClusterInfo { server: "https://host".to_owned(), ..ClusterInfo::default() };
    bench.plugins.credential(&plugin, &least, &background()).await.expect("a credential");
    assert!(bench.read("told").contains(r#"{"cluster":{"server":"https://host","config":null},"#));
}

#[tokio::test]
async fn what_the_login_shell_sets_lies_over_our_own() {
    let script = "echo asked >> asked\necho Welcome!\nexport PATH=/usr/bin:/bin VAULT_TOKEN='planted\nsecret' \
        KUBECONFIG=/home/jane/k8s BOTH=theirs\n[ \"$1 $2 $3\" = '-l -i -c' ] && eval \"$4\"";
    let bench = with_shell(script, &[("OURS", "1"), ("BOTH", "ours"), ("PWD", "/ours")]);
    assert_eq!(bench.plugins.offered_kubeconfig(), None, "nobody was asked yet");
    let got = environment(&bench).await;
    for line in ["OURS=1", "BOTH=theirs", "PATH=/usr/bin:/bin", "VAULT_TOKEN=planted", "secret"] {
        assert!(got.iter().any(|found| found == line), "{line} of {got:?}");
    }
    assert_eq!(bench.plugins.offered_kubeconfig(), Some("/home/jane/k8s".into()));
    assert_eq!(bench.plugins.problem(), None);
    // A bare name is found where the shell finds it, and the shell is asked once.
    let resolved = bench.plugins.resolve(&bench.plugin("sh", &[])).await.expect("it is there");
    assert!(resolved.program.ends_with("bin/sh"));
    assert_eq!(bench.read("asked"), "asked\n");
}

#[tokio::test]
async fn a_kubeconfig_that_we_have_ourselves_is_not_offered() {
    let script = "export KUBECONFIG=/theirs\neval \"$4\"";
    let bench = with_shell(script, &[("KUBECONFIG", "/ours")]);
    assert!(!bench.plugins.may_offer_kubeconfig());
    environment(&bench).await;
    assert_eq!(bench.plugins.offered_kubeconfig(), None);
    let bench = with_shell(script, &[("KUBECONFIG", "")]);
    assert!(bench.plugins.may_offer_kubeconfig());
    bench.plugins.ask_login_shell().await;
    assert_eq!(bench.plugins.offered_kubeconfig(), Some("/theirs".into()));
    let command_line = Plugins::new(PluginEnvironment::Own, None);
    assert!(!command_line.may_offer_kubeconfig(), "a shell has started it");
}

/// Without it the environment is our own, and that is said.
async fn check_problem(bench: &Bench, problem: &str) {
    let got = environment(bench).await;
    assert!(got.iter().any(|found| found == "PATH=/nowhere"), "{got:?}");
    let found = bench.plugins.problem().expect("it is said");
    assert!(found.contains(problem) && !found.contains("planted"), "{found}");
    assert!(found.ends_with("plugins get the environment that Secateur was started with"), "{found}");
}

#[tokio::test]
async fn a_login_shell_that_fails_leaves_our_own_environment() {
    let bench = with_shell("echo planted\nexport PATH=/usr/bin:/bin\nexit 1", &[]);
    check_problem(&bench, "shell ended without giving its environment; ").await;
    let folder = tempfile::tempdir().expect("a folder");
    let bench = with_program(folder, Path::new("/nowhere/shell"), &[]);
    check_problem(&bench, "the login shell /nowhere/shell cannot be run: No such file").await;
    let bench = with_shell("PATH=/usr/bin:/bin\nyes planted", &[]);
    check_problem(&bench, "shell printed too much; ").await;
}

#[tokio::test]
async fn a_login_shell_that_hangs_is_waited_for_ten_seconds_and_killed() {
    let bench =
        with_shell("PATH=/usr/bin:/bin\nsleep 1000 &\necho $! $$ > starting\nmv starting pids\nwait", &[]);
    let plugin = bench.plugin("/bin/sh", &[]);
    let mut resolving = std::pin::pin!(bench.plugins.resolve(&plugin));
    let hangs = async {
        while bench.read("pids").is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! { _ = &mut resolving => panic!("it hangs"), () = hangs => tokio::time::pause() }
    tokio::time::advance(Duration::from_secs(6)).await;
    assert!(futures::poll!(&mut resolving).is_pending());
    let problem = bench.plugins.problem().expect("the person is told");
    assert!(
        problem.starts_with("waiting for the login shell ") && problem.ends_with("/shell to start"),
        "{problem}"
    );
    tokio::time::advance(Duration::from_secs(5)).await;
    resolving.await.expect("with our own environment");
    are_gone(&bench.read("pids")).await;
    tokio::time::resume();
    check_problem(&bench, "shell did not give its environment within 10 s; ").await;
}

/// Connects to a server that only a proxy finds, and gives what a proxy on this port was asked by that.
async fn asked_of_proxy(bench: &Bench, listener: TcpListener) -> String {
    let path = bench.path("config");
    let text = "contexts: [{name: c, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: 'http://a.invalid'}}]\n";
    fs::write(&path, text).expect("a kubeconfig");
    let contexts = read_catalogue(&Sources { origin: Origin::Flag, files: vec![path] }).contexts;
    let network = Arc::new(Network::default());
    let access = Access { plugins: bench.plugins.clone(), ..Access::by_entry(network) };
    let proxy = async {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        let mut asked = [0; 1024];
        let count = socket.read(&mut asked).await.expect("a request");
        let answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
        socket.write_all(answer.as_bytes()).await.expect("an answer");
        String::from_utf8_lossy(&asked[..count]).lines().next().unwrap_or_default().to_owned()
    };
    let client = connect(&contexts[0], access).await.expect("a client");
    tokio::select! {
        asked = proxy => asked,
        failed = async { client.whoami().await.expect_err("nobody answers").to_string() } => failed,
    }
}

#[tokio::test]
async fn a_proxy_that_only_the_login_shell_knows_is_used() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let script = format!("echo asked >> asked\nexport http_proxy=127.0.0.1:{port}\neval \"$4\"");
    let bench = with_shell(&script, &[]);
    let asked = asked_of_proxy(&bench, listener).await;
    assert!(asked.starts_with("POST http://a.invalid/apis/"), "{asked}");
    assert!(bench.plugins.surroundings().await.is_some());
    assert_eq!(bench.read("asked"), "asked\n", "once");
}

#[tokio::test]
async fn a_shell_is_not_asked_of_the_network_where_our_own_environment_says_it_or_a_terminal_started_us() {
    let script = "echo asked >> asked\nexport HTTP_PROXY=127.0.0.1:1\neval \"$4\"";
    let bench = with_shell(script, &[("no_proxy", "somewhere")]);
    assert!(bench.plugins.surroundings().await.is_none());
    assert_eq!(bench.read("asked"), "");
    assert!(Bench::new().plugins.surroundings().await.is_none(), "there is no shell");
}

#[tokio::test]
async fn a_slow_shell_holds_connections_up_for_a_second_in_all() {
    let bench = with_shell("PATH=/usr/bin:/bin\necho $$ > pids\nwhile :; do sleep 1000; done", &[]);
    let mut waiting = std::pin::pin!(bench.plugins.surroundings());
    let begins = async {
        while bench.read("pids").is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! { _ = &mut waiting => panic!("it is slow"), () = begins => tokio::time::pause() }
    tokio::time::advance(Duration::from_millis(1_001)).await;
    assert!(waiting.await.is_none());
    let began = tokio::time::Instant::now();
    assert!(bench.plugins.surroundings().await.is_none());
    assert_eq!(began.elapsed(), Duration::ZERO);
    are_gone(&bench.read("pids")).await;
}

#[test]
fn a_context_tells_its_plugin_of_its_cluster_only_if_that_asks() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config");
    fs::write(folder.path().join("ca.crt"), "pem").expect("a file");
    let exec = "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws";
    let cluster = "server: 'https://host', certificate-authority: ca.crt, tls-server-name: name, proxy-url: 'http://p', \
         disable-compression: yes, extensions: [{name: client.authentication.k8s.io/exec, extension: {id: 0x10}}]";
    let text = format!(
        "contexts: [{{name: a, context: {{cluster: c, user: a}}}}, {{name: b, context: {{cluster: c, user: b}}}}]\n\
         clusters: [{{name: c, cluster: {{{cluster}}}}}]\n\
         users: [{{name: a, user: {{{exec}, provideClusterInfo: true}}}}}}, {{name: b, user: {{{exec}}}}}}}]\n"
    );
    fs::write(&path, text).expect("a kubeconfig");
    let contexts = read_catalogue(&Sources { origin: Origin::Flag, files: vec![path] }).contexts;
    let told = ClusterInfo::of(&contexts[0]).expect("all is there");
    assert_eq!((told.server.as_str(), told.ca.as_deref()), ("https://host", Some(&b"pem"[..])));
    assert_eq!((told.tls_server_name.as_deref(), told.proxy.is_some()), (Some("name"), true));
    let config = told.config.as_ref().map(ExposeSecret::expose_secret);
    assert_eq!((told.disables_compression, config), (true, Some(r#"{"id":16}"#)));
    assert_eq!(ClusterInfo::of(&contexts[1]).expect("nothing to tell").server, "");
    fs::remove_file(folder.path().join("ca.crt")).expect("removed");
    let problem = ClusterInfo::of(&contexts[0]).expect_err("it cannot be told");
    assert!(problem.starts_with("its certificate authority ") && problem.ends_with("ca.crt does not exist"));
}

//! Three hundred contexts: nothing is run, read or connected until one is chosen, and then that one alone.

use std::{
    fmt::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    time::Duration,
};

use secateur_engine::SessionState;

use crate::support::{
    engine::Engine,
    headless::Headless,
    plane::{command, first},
};

/// Contexts whose plugins leave a mark when they run, whose token files hang whoever opens them, and whose servers
/// are this test's own; before them all those of the plane.
struct Contexts {
    folder: tempfile::TempDir,
    servers: Vec<TcpListener>,
}

const EACH: usize = 100;

impl Contexts {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let servers: Vec<TcpListener> = (0..10)
            .map(|_| {
                let server = TcpListener::bind("127.0.0.1:0").expect("a port");
                server.set_nonblocking(true).expect("it does not block");
                server
            })
            .collect();
        let fifo = folder.path().join("fifo");
        assert!(command(Path::new("mkfifo")).arg(&fifo).status().expect("mkfifo").success());
        let contexts = Self { folder, servers };
        contexts.write(&fifo);
        contexts
    }

    fn write(&self, fifo: &Path) {
        let ran = self.ran();
        let users = [
            format!(
                "exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: touch, args: [{}]}}",
                ran.display()
            ),
            format!("tokenFile: {}", fifo.display()),
            format!("client-certificate: {0}, client-key: {0}", fifo.display()),
        ];
        let mut text = "contexts:\n".to_owned();
        for number in 0..3 * EACH {
            let _ = writeln!(
                text,
                "- {{name: many-{number}, context: {{cluster: many-{number}, user: many-{number}}}}}"
            );
        }
        text.push_str("clusters:\n");
        for number in 0..3 * EACH {
            let server = self.servers[number % 10].local_addr().expect("an address");
            let _ = writeln!(
                text,
                "- {{name: many-{number}, cluster: {{server: 'https://{server}', certificate-authority: {}}}}}",
                fifo.display()
            );
        }
        text.push_str("users:\n");
        for number in 0..3 * EACH {
            let _ = writeln!(text, "- {{name: many-{number}, user: {{{}}}}}", users[number % 3]);
        }
        std::fs::write(self.file(), text).expect("a kubeconfig");
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    /// What a plugin makes when it runs.
    fn ran(&self) -> PathBuf {
        self.folder.path().join("ran")
    }

    fn assert_untouched(&self) {
        assert!(!self.ran().exists(), "a plugin ran");
        for server in &self.servers {
            let nobody = server.accept().expect_err("nobody connects");
            assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
        }
    }
}

#[test]
fn three_hundred_contexts_are_listed_without_running_opening_or_connecting_anything() {
    let contexts = Contexts::new();
    let listed = Headless::at(&contexts.file(), "many-0").run_bare(&["clusters", "-o", "json"]);
    assert_eq!(listed.status, 0, "{listed:?}");
    assert_eq!(listed.stdout.lines().filter(|line| line.contains(r#""context":"many-"#)).count(), 3 * EACH);
    contexts.assert_untouched();
}

#[test]
fn of_three_hundred_contexts_the_one_that_is_opened_connects_and_no_other() {
    let contexts = Contexts::new();
    Engine::at(&[&contexts.file(), &first().kubeconfig()]).run(async |engine| {
        engine.backend.watch_kubeconfigs();
        let known = engine.backend.catalogue().clusters;
        assert!(known.len() > 3 * EACH);
        let opened = engine.open(first().name).await;
        engine.backend.reload().await.expect("it is read");
        for cluster in engine.backend.catalogue().clusters {
            let expected =
                if cluster.id == opened { SessionState::SignedIn } else { SessionState::NotConnected };
            assert_eq!(cluster.state, expected, "{}", cluster.name);
        }
    });
    contexts.assert_untouched();
}

#[test]
fn a_cluster_that_never_answers_delays_no_other() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    let text = format!(
        "contexts: [{{name: silent, context: {{cluster: silent}}}}]\n\
         clusters: [{{name: silent, cluster: {{server: 'https://{address}'}}}}]\n"
    );
    std::fs::write(&file, text).expect("a kubeconfig");
    Engine::at(&[&file, &first().kubeconfig()]).run(async |engine| {
        let cluster = engine.backend.cluster_named("silent").expect("the context");
        let slow = engine.backend.open_cluster(&cluster);
        let quick = async {
            // It hangs: its connection is taken, and nothing is said.
            engine
                .until("it connects", || {
                    (engine.states(&cluster) == [SessionState::Connecting]).then_some(())
                })
                .await;
            let begun = std::time::Instant::now();
            engine.open(first().name).await;
            engine.backend.reload().await.expect("it is read");
            assert_eq!(engine.states(&cluster), [SessionState::Connecting], "it still hangs");
            begun.elapsed()
        };
        let took = tokio::select! {
            _ = slow => panic!("nobody answers"),
            took = quick => took,
        };
        assert!(took < Duration::from_secs(5), "{took:?}");
    });
}

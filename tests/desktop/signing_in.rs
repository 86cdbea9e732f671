//! What stands in the way of a session, and the way through it: a program to agree to, a certificate, a server that is
//! not there.

use std::{
    fs, io,
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    thread,
};

use serde_json::{Value, json};

use crate::{
    plane::{self, Plane},
    window::{Window, free_port, tile},
};

/// What a person sees of a session that is none.
const PANEL: &str = "//section[@data-region='session']";
/// The code that a plugin prints for a person.
const CODE: &str = "QK7P-4TXM";

/// A folder with a kubeconfig of one context, which the window's isolation knows by its name.
fn kubeconfig(name: &str, cluster: &Value, user: &Value) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("plane")).expect("a folder");
    let file = folder.path().join("plane/kubeconfig");
    let entries = json!({
        "apiVersion": "v1", "kind": "Config",
        "clusters": [{ "name": name, "cluster": cluster }],
        "users": [{ "name": name, "user": user }],
        "contexts": [{ "name": name, "context": { "cluster": name, "user": name } }],
    });
    fs::write(&file, serde_json::to_string_pretty(&entries).expect("JSON")).expect("a kubeconfig");
    (folder, file)
}

fn of_plane(plane: &Plane, path: &str) -> String {
    plane.kubectl(&["config", "view", "--raw", "-o", &format!("jsonpath={{{path}}}")]).trim().to_owned()
}

fn authority(plane: &Plane) -> String {
    of_plane(plane, ".clusters[0].cluster.certificate-authority-data")
}

/// A token that the plane takes.
fn token(plane: &Plane) -> String {
    of_plane(plane, &format!(".users[?(@.name==\"{}-viewer\")].user.token", plane.name))
}

/// The row of a panel's facts.
fn fact(term: &str) -> String {
    format!("{PANEL}//dt[normalize-space(.)='{term}']/following-sibling::dd")
}

fn button(word: &str) -> String {
    format!("{PANEL}//button[normalize-space(.)='{word}']")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_runs_once_it_is_agreed_to_and_its_code_is_shown_until_it_gives_a_credential() {
    let plane = plane::first();
    let cluster = json!({
        "server": of_plane(plane, ".clusters[0].cluster.server"), "certificate-authority-data": authority(plane),
    });
    let plugin = json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never", "command": "./give-token",
        "args": ["--device-code", "--audience", "garden eu"], "env": [{ "name": "GARDEN_HOME", "value": "planted" }],
    } });
    let (folder, file) = kubeconfig("garden", &cluster, &plugin);
    let here = folder.path().join("plane");
    let script = format!(
        "#!/bin/sh\ncd {}\necho ran >> runs\n\
         echo 'To sign in, open https://login.example.com/device and enter the code {CODE}' >&2\n\
         while [ ! -e approved ]; do sleep 0.05; done\n\
         printf '{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",'\n\
         printf '\"status\":{{\"token\":\"{}\"}}}}'\n",
        here.display(),
        token(plane),
    );
    let program = here.join("give-token");
    fs::write(&program, script).expect("a script");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("it can be run");

    let window = Window::at(&file).await;
    window.click(&tile("garden")).await;
    window.find(&format!("{PANEL}//h2[.='garden wants to run a program to sign in']")).await;
    assert_eq!(window.words(&fact("Program")).await.trim(), program.display().to_string());
    let arguments = window.words(&fact("Arguments")).await;
    assert!(["--device-code", "--audience", "garden eu"].iter().all(|argument| arguments.contains(argument)));
    let variables = window.words(&fact("Variables")).await;
    assert!(variables.contains("GARDEN_HOME") && !variables.contains("planted"), "{variables}");
    let asked_by = window.words(&fact("Asked by")).await;
    assert!(asked_by.contains(&file.display().to_string()) && asked_by.contains("line "), "{asked_by}");
    assert!(!here.join("runs").exists(), "nothing runs before it is agreed to");
    window.pictures("consent").await;

    window.click(&button("Run it")).await;
    let written = format!("{PANEL}//*[@role='log'][contains(., '{CODE}')]");
    window.find(&written).await;
    assert_eq!(window.count(&format!("{written}//a")).await, 0, "an address is text");
    window.find(&button("Stop give-token")).await;
    window.pictures("device-code").await;

    fs::write(here.join("approved"), "").expect("a file");
    window.find("//nav[@aria-label='Kinds']//button[starts-with(normalize-space(.), 'Pods')]").await;
    window.gone(PANEL).await;
    assert_eq!(window.cluster("garden").await["user"], json!("viewer"));
    assert_eq!(fs::read_to_string(here.join("runs")).expect("runs"), "ran\n", "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_trusted_is_shown_and_nothing_makes_it_insecure() {
    let plane = plane::first();
    let cluster = json!({ "server": of_plane(plane, ".clusters[0].cluster.server") });
    let (_folder, file) = kubeconfig("garden", &cluster, &json!({ "token": token(plane) }));
    let window = Window::at(&file).await;
    window.click(&tile("garden")).await;
    window.find(&format!("{PANEL}//h2[.='The certificate of garden is not trusted']")).await;
    assert_eq!(window.words(&fact("Subject")).await.trim(), "CN=kube-apiserver");
    assert_eq!(window.words(&fact("Issuer")).await.trim(), "CN=plane first");
    let valid = window.words(&fact("Valid")).await;
    assert!(valid.matches("20").count() >= 2 && valid.contains(" to "), "{valid}");
    let names = window.words(&fact("For")).await;
    assert!(names.contains("kubernetes.default.svc") && names.contains("127.0.0.1"), "{names}");
    assert_eq!(window.words(&fact("SHA-256")).await.matches(':').count(), 30);
    window.pictures("certificate").await;

    // Every way on there is: none of them lets a server through that is not checked.
    let buttons = "return [...document.querySelectorAll('[data-region=session] :is(button, a, input)')]
        .map((control) => control.textContent.trim())";
    assert_eq!(window.run(buttons).await, json!(["Copy details", "Try again"]));
    window.click(&button("Try again")).await;
    window.until("the same answer", async || window.is("garden", "untrustedCertificate").await).await;
    assert_eq!(window.cluster("garden").await["isInsecure"], json!(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_does_not_answer_is_tried_again_until_that_is_stopped_and_when_it_is_asked_for() {
    let plane = plane::first();
    let port = free_port();
    let server = format!("https://127.0.0.1:{port}");
    let cluster = json!({ "server": server, "certificate-authority-data": authority(plane) });
    let (_folder, file) = kubeconfig("garden", &cluster, &json!({ "token": token(plane) }));
    let window = Window::at(&file).await;
    window.click(&tile("garden")).await;
    window.find(&format!("{PANEL}//h2[.='garden does not answer']")).await;
    let refused = format!("{PANEL}//li[contains(@class, 'step-failed')][contains(., '127.0.0.1:{port}')]");
    window.find(&refused).await;
    window.find(&format!("{PANEL}//*[starts-with(normalize-space(.), 'Next try in ')]")).await;
    window.pictures("unreachable").await;

    window.click(&button("Stop trying")).await;
    window.find(&format!("{PANEL}//*[normalize-space(.)='It is not tried by itself']")).await;
    stand_for(port, plane.port());
    assert!(window.is("garden", "unreachable").await.is_some(), "nobody tries");
    window.click(&button("Try now")).await;
    window.find("//nav[@aria-label='Kinds']//button[starts-with(normalize-space(.), 'Pods')]").await;
    window.gone(PANEL).await;
    assert!(window.is("garden", "signedIn").await.is_some());
}

/// Passes on what comes to a port, until the tests end.
fn stand_for(port: u16, to: usize) {
    let to = u16::try_from(to).expect("a port");
    let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
    thread::spawn(move || {
        for here in listener.incoming() {
            let here = here.expect("a connection");
            let there = TcpStream::connect(("127.0.0.1", to)).expect("the server");
            let back = (there.try_clone().expect("a socket"), here.try_clone().expect("a socket"));
            for (mut from, mut to) in [(here, there), back] {
                // What breaks here, breaks for both ends.
                thread::spawn(move || io::copy(&mut from, &mut to));
            }
        }
    });
}

impl Window {
    /// What the page is told of a cluster.
    pub(crate) async fn cluster(&self, name: &str) -> Value {
        let catalogue = self.invoke("catalogue_read", json!({})).await.expect("a catalogue");
        let clusters = catalogue["clusters"].as_array().cloned().unwrap_or_default();
        clusters.into_iter().find(|cluster| cluster["name"] == json!(name)).unwrap_or_default()
    }

    async fn is(&self, name: &str, state: &str) -> Option<()> {
        (self.cluster(name).await["state"] == json!(state)).then_some(())
    }
}

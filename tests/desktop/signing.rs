//! Signed out by the server.

use std::fs;

use serde_json::json;

use crate::{
    plane,
    window::{Opening, Window, row, tile},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_no_longer_accepted_signs_out_and_the_rows_stay() {
    let plane = plane::first();
    plane.namespace("leaving");
    plane.config_map("leaving", "still-seen");
    plane.kubectl(&["-n", "leaving", "create", "serviceaccount", "guest"]);
    plane.kubectl(&[
        "create",
        "clusterrolebinding",
        "guest",
        "--clusterrole=view",
        "--serviceaccount=leaving:guest",
    ]);
    let token = plane.kubectl(&["-n", "leaving", "create", "token", "guest"]);
    let folder = tempfile::tempdir().expect("a folder");
    let kubeconfig = folder.path().join("plane/kubeconfig");
    fs::create_dir(folder.path().join("plane")).expect("a folder");
    fs::copy(plane.kubeconfig(), &kubeconfig).expect("a copy");
    let file = kubeconfig.to_str().expect("a path");
    let cluster = plane.kubectl(&["config", "view", "-o", "jsonpath={.contexts[0].context.cluster}"]);
    plane.kubectl(&["--kubeconfig", file, "config", "set-credentials", "guest", "--token", token.trim()]);
    plane.kubectl(&[
        "--kubeconfig",
        file,
        "config",
        "set-context",
        "guest",
        "--cluster",
        &cluster,
        "--user",
        "guest",
        "--namespace",
        "leaving",
    ]);
    for theme in ["light", "dark"] {
        let settings = Some(json!({ "theme": theme }));
        let window =
            Window::open(Opening { kubeconfig: Some(&kubeconfig), settings, ..Opening::default() }).await;
        if theme == "light" {
            window.open_list(plane.name, "ConfigMaps").await;
            window.open_list("guest", "ConfigMaps").await;
            window.find(&row("still-seen")).await;
            plane.kubectl(&["-n", "leaving", "delete", "serviceaccount", "guest"]);
            // The server remembers for some seconds that it accepted the token; a look again then ends the session.
            window
                .until("the sign-out", async || {
                    let _ = window
                        .invoke("namespaces_read", json!({ "cluster": id_of(&window, "guest").await }))
                        .await;
                    (state_of(&window, "guest").await == "needsSignIn").then_some(())
                })
                .await;
            window.find("//h2[contains(., 'Sign in to guest')]").await;
            window.find(&row("still-seen")).await;
            assert_eq!(state_of(&window, plane.name).await, "signedIn", "no other cluster is concerned");
            window.picture("signed-out-light").await;
        } else {
            window.click(&tile("guest")).await;
            window
                .until("the refusal", async || {
                    (state_of(&window, "guest").await == "needsSignIn").then_some(())
                })
                .await;
            window.find("//h2[contains(., 'Sign in to guest')]").await;
            window.picture("signed-out-dark").await;
        }
    }
}

async fn id_of(window: &Window, name: &str) -> String {
    window.cluster(name).await["id"].as_str().unwrap_or_default().to_owned()
}

async fn state_of(window: &Window, name: &str) -> String {
    window.cluster(name).await["state"].as_str().unwrap_or_default().to_owned()
}

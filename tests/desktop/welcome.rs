//! A machine where nothing is set up.

use serde_json::json;

use crate::window::{Opening, Window};

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_without_a_kubeconfig_is_welcomed_and_told_where_was_looked() {
    for theme in ["light", "dark"] {
        let window =
            Window::open(Opening { settings: Some(json!({ "theme": theme })), ..Opening::default() }).await;
        window.find("//h1[contains(., 'No cluster yet')] | //h2[contains(., 'No cluster yet')]").await;
        window.find("//*[contains(text(), 'KUBECONFIG')]").await;
        let shown = "return document.documentElement.dataset.theme";
        window.until("its theme", async || (window.run(shown).await == json!(theme)).then_some(())).await;
        let is_seen = "return document.visibilityState";
        window
            .until("the window", async || (window.run(is_seen).await == json!("visible")).then_some(()))
            .await;
        window.picture(&format!("welcome-{theme}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_windows_title_is_the_documents() {
    let window = Window::on_an_empty_home().await;
    window.find("//*[contains(text(), 'No cluster yet')]").await;
    assert_eq!(window.client.title().await.expect("a title"), "Secateur");
    assert!(window.state().join("journal.db").is_file(), "the state folder is the test's own");
}

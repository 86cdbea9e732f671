//! Lists in the real window: of several clusters, filtered by tokens, arranged and kept so, and with hostile text in them.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{
    plane,
    window::{Window, row},
};

const FILTER: &str = "//input[@aria-label='Filter this list']";
/// What hostile text would leave behind if it ran.
const TRACE: &str = "return window.secateurTrace ?? null";

impl Window {
    async fn token(&self, text: &str) {
        let field = self.find(FILTER).await;
        field.send_keys(&format!("{text}\u{e007}")).await.expect("a field");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_two_clusters_is_filtered_by_tokens_and_kept_as_it_was_arranged() {
    let (here, there) = (plane::first(), plane::second());
    let both = std::env::join_paths([here.kubeconfig(), there.kubeconfig()]).expect("a list");
    for plane in [here, there] {
        plane.namespace("beside");
        plane.config_map("beside", &format!("beside-{}", plane.name));
        plane.kubectl(&[
            "-n",
            "beside",
            "label",
            "configmap",
            &format!("beside-{}", plane.name),
            "shelf=top",
        ]);
    }
    let window = Window::at(Path::new(&both)).await;
    window.open_rows(here.name, "ConfigMaps", "beside").await;

    window.click("//button[contains(., 'Add clusters to this list')]").await;
    let option = format!(
        "//*[@role='option'][.//*[contains(@class, 'name')][starts-with(normalize-space(.), '{},')]]",
        there.name
    );
    window.click(&option).await;
    window.find(FILTER).await.click().await.expect("the menu closes");
    for plane in [here, there] {
        window.find(&row(&format!("beside-{}", plane.name))).await;
    }
    assert!(window.words("//h1").await.starts_with("ConfigMaps"));
    window.themes("lists-two-clusters").await;

    // Tokens filter, and one that means nothing says why and changes nothing.
    window.find(FILTER).await.clear().await.expect("a field");
    window.token("label=shelf=top").await;
    window.gone(&row("kube-root-ca.crt")).await;
    window.token("older:soon").await;
    window.find("//*[contains(., '\"soon\" is no time')]").await;
    window.find(&row(&format!("beside-{}", there.name))).await;
    window.pictures("lists-tokens").await;

    // A column that was hidden stays hidden.
    window.click("//button[@aria-label='Columns and order']").await;
    window.pictures("lists-columns").await;
    window.click("//*[@role='dialog']//*[@role='switch' or @role='checkbox' or self::button][starts-with(normalize-space(.), 'Data')]").await;
    window
        .until("the look to be kept", async || {
            let settings = fs::read_to_string(window.state().join("settings.json")).ok()?;
            let settings: Value = serde_json::from_str(&settings).ok()?;
            settings["looks"].to_string().contains("Data").then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_up_view_is_a_list_with_a_filter_that_can_be_seen() {
    let plane = plane::first();
    plane.namespace("cleaned");
    plane.config_map("cleaned", "cleaned-unused");
    let window = Window::on(plane).await;
    window.open_rows(plane.name, "ConfigMaps", "cleaned").await;
    window.click("//nav[@aria-label='Kinds']//summary[normalize-space(.)='Clean up']").await;
    window.click("//nav[@aria-label='Kinds']//button[normalize-space(.)='Unused ConfigMaps']").await;
    window.find("//*[contains(., 'Nothing in their namespace named them at')]").await;
    window.find(&row("cleaned-unused")).await;
    window.gone(&row("kube-root-ca.crt")).await;
    window.themes("lists-clean-up").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fault_58_and_59_text_of_a_cluster_is_text_in_the_window() {
    let plane = plane::second();
    // A role's name may be nearly anything.
    let role = |name: &str| {
        format!(
            r#"{{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{{"name":"{name}"}},"rules":[]}}"#
        )
    };
    let markup = "hostile-<img src=x onerror=window.secateurTrace=1>";
    plane.apply(&role(markup));
    plane.apply(&role("hostile-\\u202etac.exe\\u202c-\\u200bzero"));
    let window = Window::on(plane).await;
    window.open_list(plane.name, "ClusterRoles").await;
    window.filter("hostile").await;
    window.find(&row(markup)).await;
    window
        .find("//*[@role='grid']//*[@role='row'][contains(., 'hostile-\\u202etac.exe\\u202c-\\u200bzero')]")
        .await;
    assert_eq!(window.count("//main//img | //main//script").await, 0);
    assert_eq!(window.run(TRACE).await, Value::Null);
    window.pictures("lists-hostile").await;
    // The sheet that would delete it names it in full, as text.
    window.plan(&row(markup)).await;
    window.find(&format!("//dialog//*[contains(., '{markup}')]")).await;
    assert_eq!(window.count("//dialog//img | //dialog//script").await, 0);
    assert_eq!(window.run(TRACE).await, Value::Null);
    window.pictures("lists-hostile-sheet").await;
}

/// Mesa's graphics card on the processor draws the first rows after a second, where this takes a tenth of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_drawn_without_a_graphics_card_that_is_played() {
    let plane = plane::first();
    plane.namespace("drawn");
    plane.config_map("drawn", "drawn");
    let window = Window::on(plane).await;
    window.open_rows(plane.name, "ConfigMaps", "drawn").await;
    window.find(&row("drawn")).await;
    let drawers = window.drawers();
    assert!(drawers.iter().all(|name| !name.starts_with("llvmpipe")), "{drawers:?}");
    assert!(!drawers.is_empty(), "threads were seen");
}

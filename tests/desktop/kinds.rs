//! Kinds in the real window: they come and go with their definitions, are counted, and stand where they were put.

use std::fs;

use serde_json::json;

use crate::{plane, window::Window};

fn item(group: &str, name: &str) -> String {
    format!(
        "//nav[@aria-label='Kinds']//h2[normalize-space(.)='{group}']/following-sibling::ul[1]//button[.//*[contains(@class, 'name')][normalize-space(.)='{name}']]"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_comes_into_the_list_and_goes_from_it_and_a_favourite_is_kept() {
    let plane = plane::second();
    let window = Window::on(plane).await;
    window.open_list(plane.name, "Nodes").await;
    // Those of a kind that was looked at are counted.
    window
        .until("a count", async || {
            let words = window.words(&item("Cluster", "Nodes")).await;
            words.trim_start_matches("Nodes").trim().parse::<u32>().ok()
        })
        .await;
    assert_eq!(
        window.count(&format!("{}//*[contains(@class, 'count')]", item("Network", "Services"))).await,
        0
    );

    let definition = r#"{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
        "metadata":{"name":"pergolas.window.example"},"spec":{"group":"window.example","scope":"Namespaced",
        "names":{"plural":"pergolas","kind":"Pergola"},"versions":[{"name":"v1","served":true,"storage":true,
        "schema":{"openAPIV3Schema":{"type":"object"}}}]}}"#;
    plane.apply(definition);
    let pergolas = item("Custom resources", "Pergolas");
    window.click(&pergolas).await;
    window.find("//h1[normalize-space(.)='Pergolas']").await;
    window.run("document.querySelector('nav[aria-label=Kinds] .kind-chosen').focus()").await;
    window.chord(&['*']).await;
    window.find(&item("Favourites", "Pergolas")).await;
    window.pictures("kinds-favourite").await;
    window
        .until("it to be kept", async || {
            let settings = fs::read_to_string(window.state().join("settings.json")).ok()?;
            settings.contains("pergolas.window.example").then_some(())
        })
        .await;

    plane.kubectl(&["delete", "crd", "pergolas.window.example"]);
    window.find("//*[contains(@class, 'banner')][contains(., 'second no longer serves Pergolas.')]").await;
    window.find(&format!("{}[contains(@class, 'vanished')]", item("Favourites", "Pergolas"))).await;
    window.pictures("kinds-gone").await;
    window.click("//button[normalize-space(.)='Show Pods']").await;
    window.gone(&item("Favourites", "Pergolas")).await;

    let kept = fs::read_dir(window.state().join("kinds")).expect("what was served is kept").count();
    assert_eq!(kept, 1);
    let catalogue = window.invoke("catalogue_read", json!({})).await.expect("the catalogue");
    let id = catalogue["current"].as_str().expect("the current cluster").to_owned();
    let kinds = window.invoke("kinds_read", json!({ "cluster": id })).await.expect("kinds");
    assert_eq!(kinds["isRemembered"], json!(false));
}

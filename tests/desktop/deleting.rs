//! The main job, by clicks, on a real cluster.

use std::fs;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use serde_json::{Value, json};

use crate::{
    plane,
    window::{Opening, PLAN_DELETION, SHEET, Window, row, sheet_button},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_config_map_is_deleted_by_clicks_and_gone() {
    let plane = plane::first();
    plane.namespace("clicks");
    let uid = plane.config_map("clicks", "goes-by-clicks");
    plane.config_map("clicks", "stays-by-clicks");
    for theme in ["light", "dark"] {
        let kubeconfig = plane.kubeconfig();
        let settings = Some(json!({ "theme": theme }));
        let window = Window::open(Opening { kubeconfig: Some(&kubeconfig), settings }).await;
        window.open_list(plane.name, "ConfigMaps").await;
        choose_all_namespaces(&window).await;
        window.filter("by-clicks").await;
        window.find(&row("goes-by-clicks")).await;
        window.picture(&format!("list-{theme}")).await;
        window.plan(&row("goes-by-clicks")).await;
        let sheet = window.words(SHEET).await;
        for named in [plane.name, "clicks", "ConfigMap", "goes-by-clicks"] {
            assert!(sheet.contains(named), "the sheet names {named}: {sheet}");
        }
        window.find(&sheet_button("Cancel")).await;
        let focused = window.run("return document.activeElement.textContent.trim()").await;
        assert_eq!(focused, json!("Cancel"));
        window.picture(&format!("sheet-{theme}")).await;
        if theme == "light" {
            window.click(&sheet_button("Cancel")).await;
            window.gone(SHEET).await;
            continue;
        }
        window.click(&sheet_button("Delete")).await;
        window.gone(SHEET).await;
        window
            .until("the object to be gone", async || {
                plane.uid("clicks", "configmap", "goes-by-clicks").is_none().then_some(())
            })
            .await;
        window.find("//*[contains(., 'is gone')]").await;
        window.picture("gone-dark").await;
        let journal = window.state().join("journal.db");
        assert!(fs::metadata(journal).expect("a journal").len() > 0);
    }
    assert!(plane.uid("clicks", "configmap", "stays-by-clicks").is_some());
    let audit = fs::read_to_string(plane.audit_log()).expect("the audit log");
    let deletes: Vec<Value> = audit
        .lines()
        .map(|line| serde_json::from_str(line).expect("an event"))
        .filter(|event: &Value| {
            event["verb"] == json!("delete") && event["objectRef"]["namespace"] == json!("clicks")
        })
        .collect();
    assert_eq!(deletes.len(), 1, "one DELETE");
    assert_eq!(deletes[0]["objectRef"]["name"], json!("goes-by-clicks"));
    let asked = deletes[0]["requestURI"].as_str().unwrap_or_default();
    assert!(asked.contains(&uid), "with the UID: {asked}");
}

/// Fault 86: a double click makes one plan, and neither it nor Enter confirms it.
#[tokio::test(flavor = "multi_thread")]
async fn fault_86_a_double_click_and_enter_delete_nothing() {
    let plane = plane::first();
    plane.namespace("double");
    plane.config_map("double", "twice-clicked");
    let window = Window::on(plane).await;
    window.open_list(plane.name, "ConfigMaps").await;
    choose_all_namespaces(&window).await;
    window.filter("twice-clicked").await;
    window.open_menu(&row("twice-clicked")).await;
    let item = window.find(PLAN_DELETION).await;
    let double = MouseActions::new("mouse".into())
        .then(PointerAction::MoveToElement { element: item, duration: None, x: 0., y: 0. })
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
        .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT })
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
        .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    window.client.perform_actions(double).await.expect("a double click");
    window.find(SHEET).await;
    for _ in 0..3 {
        let focused = window.client.active_element().await.expect("the focus");
        assert_eq!(focused.text().await.expect("its text").trim(), "Cancel");
        // Enter on Cancel would close the sheet; held over from the menu it must not delete either.
        window.run("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', repeat: true, bubbles: true }))").await;
    }
    assert_eq!(window.count("//dialog[@open]").await, 1, "one sheet");
    window.client.active_element().await.expect("the focus").send_keys("\u{E007}").await.expect("Enter");
    assert_eq!(window.invoke("jobs_read", json!({})).await, Ok(json!([])), "no job was made");
    assert!(plane.uid("double", "configmap", "twice-clicked").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_in_a_name_is_text() {
    let plane = plane::first();
    let name = "<img src=x onerror=window.secateurTrace=1>";
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": { "name": name, "annotations": { "note": "<script>window.secateurTrace=1</script>" } },
    });
    plane.apply(&role.to_string());
    let window = Window::on(plane).await;
    window.open_list(plane.name, "ClusterRoles").await;
    window.filter("secateurTrace").await;
    let shown = "//*[@role='grid']//*[@role='row'][@data-index][contains(@aria-label, 'secateurTrace')]";
    let text = window.words(shown).await;
    assert!(text.contains(name), "the name is shown as it is: {text}");
    window.plan(shown).await;
    let sheet = window.words(SHEET).await;
    assert!(sheet.contains(name), "{sheet}");
    assert_eq!(window.count("//img[@src='x']").await, 0);
    assert_eq!(window.run("return window.secateurTrace ?? null").await, Value::Null);
    window.picture("script-in-a-name").await;
}

/// Makes the list show every namespace, by its menu.
async fn choose_all_namespaces(window: &Window) {
    window.click("//button[starts-with(normalize-space(.), 'Namespaces')][not(ancestor::nav)]").await;
    window.click("//button[starts-with(normalize-space(.), 'All namespaces')]").await;
}

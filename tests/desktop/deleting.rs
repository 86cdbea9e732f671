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
        window.press_delete().await;
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

/// Fault 86: whatever is opened between the sheet and the click, the target stays the one that was planned.
#[tokio::test(flavor = "multi_thread")]
async fn fault_86_another_cluster_opened_under_the_sheet_is_sent_nothing() {
    let (here, there) = (plane::first(), plane::second());
    for plane in [here, there] {
        plane.namespace("under-sheet");
        plane.config_map("under-sheet", "same-name");
    }
    let both = std::env::join_paths([here.kubeconfig(), there.kubeconfig()]).expect("a list");
    let window = Window::open(Opening { kubeconfig: Some(both.as_ref()), settings: None }).await;
    window.open_list(here.name, "ConfigMaps").await;
    choose_all_namespaces(&window).await;
    window.filter("same-name").await;
    window.plan(&row("same-name")).await;
    // The keys of the window behind are dead, and the backend keeps no cluster that could be another by now.
    window.run("for (const key of ['2', '7']) document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: true, bubbles: true }))").await;
    let catalogue = window.invoke("catalogue_read", json!({})).await.expect("a catalogue");
    let clusters = catalogue["clusters"].as_array().expect("clusters");
    let other = clusters.iter().find(|cluster| cluster["name"] == there.name).expect("the other one");
    window.invoke("cluster_open", json!({ "cluster": other["id"] })).await.expect("it opens");
    assert!(window.words(SHEET).await.contains(here.name));
    window.press_delete().await;
    window
        .until("the object to be gone", async || {
            here.uid("under-sheet", "configmap", "same-name").is_none().then_some(())
        })
        .await;
    assert!(there.uid("under-sheet", "configmap", "same-name").is_some());
    let audit = fs::read_to_string(there.audit_log()).expect("the audit log");
    let ours = |line: &&str| line.contains("secateur/") && line.contains("\"verb\":\"delete\"");
    assert_eq!(audit.lines().filter(ours).count(), 0, "the other cluster was asked to delete nothing");
}

/// Fault 86: a row that comes above while the pointer is on another does not slip under it.
#[tokio::test(flavor = "multi_thread")]
async fn fault_86_the_target_is_what_was_under_the_pointer() {
    let plane = plane::first();
    plane.namespace("moving");
    plane.config_map("moving", "moving-m");
    let window = Window::on(plane).await;
    window.open_list(plane.name, "ConfigMaps").await;
    choose_all_namespaces(&window).await;
    window.filter("moving-").await;
    let under = window.find(&row("moving-m")).await;
    let point = MouseActions::new("mouse".into()).then(PointerAction::MoveToElement {
        element: under,
        duration: None,
        x: 0.,
        y: 0.,
    });
    window.client.perform_actions(point).await.expect("a pointer");
    plane.config_map("moving", "moving-a");
    let press = MouseActions::new("mouse".into())
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
        .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    window.client.perform_actions(press).await.expect("a click");
    window.client.active_element().await.expect("the grid").send_keys("\u{E017}").await.expect("Delete");
    let sheet = window.words(SHEET).await;
    assert!(sheet.contains("moving-m") && !sheet.contains("moving-a"), "{sheet}");
    window.click(&sheet_button("Cancel")).await;
    window.gone(SHEET).await;
    // And it comes, once the pointer rests.
    window.find(&row("moving-a")).await;
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

//! The main job, by clicks, on a real cluster.

use std::{fs, path::Path};

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use serde_json::{Value, json};

use crate::{
    audit, plane,
    steps::TIER_ASKED,
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
        let window =
            Window::open(Opening { kubeconfig: Some(&kubeconfig), settings, ..Opening::default() }).await;
        window.open_rows(plane.name, "ConfigMaps", "by-clicks").await;
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
        window.agree("goes-by-clicks").await;
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
    let sent: Vec<String> = audit::deletes(plane, "clicks").iter().map(audit::Delete::uid).collect();
    assert_eq!(sent, [uid], "one DELETE, with the UID");
}

/// A cluster of unknown tier is asked about once, and until then it is treated with care.
#[tokio::test(flavor = "multi_thread")]
async fn the_tier_is_asked_for_once() {
    let plane = plane::first();
    plane.namespace("asked");
    plane.config_map("asked", "asked-once");
    let window = Window::on(plane).await;
    window.open_rows(plane.name, "ConfigMaps", "asked-once").await;
    window.find(TIER_ASKED).await;
    assert_eq!(window.count(TIER_ASKED).await, 1);
    window.plan(&row("asked-once")).await;
    window.find(&format!("{SHEET}//*[contains(., 'Until you say, it is treated like production')]")).await;
    window.find(&format!("{SHEET}//input[@aria-label='Type asked-once to delete']")).await;
    window.click(&sheet_button("Cancel")).await;
    window.gone(SHEET).await;
    window.choose_tier("Later").await;
    window.open_rows(plane.name, "ConfigMaps", "asked-once").await;
    window.plan(&row("asked-once")).await;
    window.find(&format!("{SHEET}//input[@aria-label='Type asked-once to delete']")).await;
    for asked in [TIER_ASKED.to_owned(), format!("{SHEET}//*[contains(., 'Until you say')]")] {
        assert_eq!(window.count(&asked).await, 0, "it is not asked again at {asked}");
    }
}

/// Fault 86: a double click makes one plan, and neither it nor Enter confirms it.
#[tokio::test(flavor = "multi_thread")]
async fn fault_86_a_double_click_and_enter_delete_nothing() {
    let plane = plane::first();
    plane.namespace("double");
    plane.config_map("double", "twice-clicked");
    let window = Window::on(plane).await;
    window.open_rows(plane.name, "ConfigMaps", "twice-clicked").await;
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
    // Where the second press came before the sheet, one comes beside the sheet now.
    let beside = MouseActions::new("mouse".into())
        .then(PointerAction::MoveTo { duration: None, x: 1_200., y: 700. })
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
        .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    window.client.perform_actions(beside).await.expect("a press");
    let focused = "return document.activeElement.textContent.trim()";
    window
        .until("the focus on Cancel", async || (window.run(focused).await == json!("Cancel")).then_some(()))
        .await;
    for _ in 0..3 {
        assert_eq!(window.run(focused).await, json!("Cancel"));
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
    let window = Window::at(Path::new(&both)).await;
    window.open_rows(here.name, "ConfigMaps", "same-name").await;
    window.plan(&row("same-name")).await;
    // The keys of the window behind are dead, and the backend keeps no cluster that could be another by now.
    window.run("for (const key of ['2', '7']) document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: true, bubbles: true }))").await;
    let catalogue = window.invoke("catalogue_read", json!({})).await.expect("a catalogue");
    let clusters = catalogue["clusters"].as_array().expect("clusters");
    let other = clusters.iter().find(|cluster| cluster["name"] == there.name).expect("the other one");
    window.invoke("cluster_open", json!({ "cluster": other["id"] })).await.expect("it opens");
    assert!(window.words(SHEET).await.contains(here.name));
    window.agree("same-name").await;
    window
        .until("the object to be gone", async || {
            here.uid("under-sheet", "configmap", "same-name").is_none().then_some(())
        })
        .await;
    assert!(there.uid("under-sheet", "configmap", "same-name").is_some());
    assert!(audit::deletes(there, "under-sheet").is_empty(), "the other cluster was asked to delete nothing");
    assert!(audit::rehearsals(there, "under-sheet").is_empty());
}

/// Fault 86: a row that comes above while the pointer is on another does not slip under it.
#[tokio::test(flavor = "multi_thread")]
async fn fault_86_the_target_is_what_was_under_the_pointer() {
    let plane = plane::first();
    plane.namespace("moving");
    plane.config_map("moving", "moving-m");
    let window = Window::on(plane).await;
    window.open_rows(plane.name, "ConfigMaps", "moving-").await;
    // A row that is drawn anew in between is looked for again.
    window
        .until("the pointer on the row", async || {
            let element = window.find(&row("moving-m")).await;
            let to = PointerAction::MoveToElement { element, duration: None, x: 0., y: 0. };
            let point = MouseActions::new("mouse".into()).then(to);
            window.client.perform_actions(point).await.ok()
        })
        .await;
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

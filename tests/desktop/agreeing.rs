//! How much a person has to do to agree, by how careful to be; and what does not count as agreeing.

use std::time::Duration;

use crate::{
    audit,
    gate::Gate,
    plane,
    steps::{ENTER, F10, SHIFT, SPACE, TIER_ASKED},
    window::{SHEET, Window, row, sheet_button, tile},
};

/// Well under the 1.2 s that Delete is to be held, and well over.
const SHORT: Duration = Duration::from_millis(500);
const LONG: Duration = Duration::from_millis(1_600);

/// Counts how often Delete was seen being held.
const COUNT_HOLDS: &str = "window.secateurHolds = 0;
    new MutationObserver((changes) => {
        for (const { target } of changes) if (target.classList.contains('delete-holding')) window.secateurHolds += 1;
    }).observe(document.body, { subtree: true, attributeFilter: ['class'] })";
const HOLDS: &str = "return window.secateurHolds";

#[tokio::test(flavor = "multi_thread")]
async fn two_objects_of_a_development_cluster_are_held_and_one_is_clicked() {
    let plane = plane::first();
    plane.namespace("held");
    let mut uids: Vec<String> =
        ["held-a", "held-b", "held-single"].iter().map(|name| plane.config_map("held", name)).collect();
    let window = Window::on(plane).await;
    window.open_rows(plane.name, "ConfigMaps", "held-").await;
    window.find(&row("held-single")).await;
    window.pictures("tier-asked").await;
    window.choose_tier("development").await;
    for name in ["held-a", "held-b"] {
        window.mark(&row(name)).await;
    }
    window.plan_marked().await;
    window.until_possible().await;
    window.pictures("held").await;
    window.run(COUNT_HOLDS).await;
    window.tab_to_delete().await;
    // A press within 400 ms of the button's being enabled is none: it is tried until it is one.
    window
        .until("Delete to be held", async || {
            window.hold_key(SPACE, SHORT).await;
            window.run(HOLDS).await.as_u64().filter(|seen| *seen > 0)
        })
        .await;
    window.hold_key(ENTER, LONG).await;
    window.find(&format!("{SHEET}//*[@role='status'][contains(., 'Space, held, presses Delete')]")).await;
    // A double click is two short presses.
    window.press(&sheet_button("Delete"), 2).await;
    assert_eq!(window.count(SHEET).await, 1, "the sheet is still open");
    assert!(window.jobs().await.is_empty(), "a short press deletes nothing");
    assert!(audit::deletes(plane, "held").is_empty());
    window.tab_to_delete().await;
    window.hold_key(SPACE, LONG).await;
    window.gone(SHEET).await;
    window
        .until("both to be gone", async || {
            ["held-a", "held-b"]
                .iter()
                .all(|name| plane.uid("held", "configmap", name).is_none())
                .then_some(())
        })
        .await;
    window.find("//section[@aria-label='Job']//*[contains(., 'All 2 ConfigMaps are gone')]").await;
    window.click("//button[@aria-label='Close the job']").await;
    // One alone takes one click; a second, and one that is still queued, find nothing to press.
    window.plan(&row("held-single")).await;
    window.until_possible().await;
    assert_eq!(window.count(&format!("{SHEET}//input")).await, 0, "nothing is to be typed");
    window.picture("one-click").await;
    window
        .until("the sheet to go after Delete", async || {
            if window.count(&sheet_button("Delete")).await > 0 {
                window.press(&sheet_button("Delete"), 3).await;
            }
            window.count(SHEET).await.eq(&0).then_some(())
        })
        .await;
    window
        .until("the third to be gone", async || {
            plane.uid("held", "configmap", "held-single").is_none().then_some(())
        })
        .await;
    assert_eq!(window.jobs().await.len(), 2, "a double click made one job");
    let mut sent: Vec<String> = audit::deletes(plane, "held").iter().map(audit::Delete::uid).collect();
    sent.sort();
    uids.sort();
    assert_eq!(sent, uids, "each was asked for once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_production_cluster_is_read_only_until_it_is_unlocked() {
    let plane = plane::first();
    plane.namespace("locked");
    let uid = plane.config_map("locked", "locked-target");
    let window = Window::on(plane).await;
    window.open_rows(plane.name, "ConfigMaps", "locked-").await;
    window.find(&row("locked-target")).await;
    // By keys: the tile's menu, its entry Tier, and there production.
    window.click(&tile(plane.name)).await;
    window.chord(&[SHIFT, F10]).await;
    window.click("//*[@role='menuitem'][starts-with(normalize-space(.), 'Tier')]").await;
    window.themes("tile-menu").await;
    window.click("//*[@role='menuitemradio'][starts-with(normalize-space(.), 'production')]").await;
    window.gone(TIER_ASKED).await;
    window.plan(&row("locked-target")).await;
    let sheet = window.words(&format!("{SHEET}[contains(., 'first is read-only')]")).await;
    assert!(!sheet.contains("Type locked-target to delete"), "there is nothing to agree to yet: {sheet}");
    window.pictures("locked").await;
    assert_eq!(audit::rehearsals(plane, "locked").len(), 0, "not even a rehearsal is sent");
    window.click(&sheet_button("Unlock for 15 min…")).await;
    window.find(&sheet_button("Keep read-only")).await;
    window.pictures("unlocking").await;
    window.click(&sheet_button("Unlock")).await;
    window.find(&format!("{SHEET}//*[contains(., 'The server would accept it')]")).await;
    assert_eq!(audit::rehearsals(plane, "locked").len(), 1);
    window.pictures("unlocked").await;
    window.agree("locked-target").await;
    window
        .until("the object to be gone", async || {
            plane.uid("locked", "configmap", "locked-target").is_none().then_some(())
        })
        .await;
    let sent: Vec<String> = audit::deletes(plane, "locked").iter().map(audit::Delete::uid).collect();
    assert_eq!(sent, [uid]);
}

/// What is chosen in the settings holds at once, everywhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_given_a_tier_in_its_settings() {
    let plane = plane::first();
    let window = Window::on(plane).await;
    window.open_list(plane.name, "ConfigMaps").await;
    window.find(TIER_ASKED).await;
    window.click(&tile(plane.name)).await;
    window.chord(&[SHIFT, F10]).await;
    window.click("//*[@role='menuitem'][starts-with(normalize-space(.), 'Settings of this cluster…')]").await;
    let panel = "//aside[@aria-label='Settings of first']";
    window.click(&format!("{panel}//label[contains(., 'staging')]")).await;
    window.find("//nav[@aria-label='Clusters']//button[starts-with(@aria-label, 'first, staging')]").await;
    window.pictures("settings-clusters").await;
    window.click(&tile(plane.name)).await;
    window.find("//*[@role='grid']").await;
    assert_eq!(window.count(TIER_ASKED).await, 0, "it is not asked any more");
}

/// Fault 86: clicks that were made while the sheet still asked the server do not count once it has answered.
#[tokio::test(flavor = "multi_thread")]
async fn fault_86_clicks_during_a_delay_delete_nothing() {
    let plane = plane::first();
    plane.namespace("queued");
    plane.config_map("queued", "queued-clicks");
    let gate = Gate::before(plane).await;
    let window = Window::at(&gate.kubeconfig()).await;
    window.open_rows(plane.name, "ConfigMaps", "queued-").await;
    window.find(&row("queued-clicks")).await;
    window.choose_tier("development").await;
    gate.close();
    window.plan(&row("queued-clicks")).await;
    window.find(&format!("{SHEET}//*[contains(., 'asking')]")).await;
    window.pictures("asking").await;
    window.press(&sheet_button("Delete"), 3).await;
    gate.open();
    window.until_possible().await;
    assert_eq!(window.count(SHEET).await, 1, "the sheet is still open");
    assert!(window.jobs().await.is_empty(), "no job was made");
    assert!(audit::deletes(plane, "queued").is_empty());
    assert!(plane.uid("queued", "configmap", "queued-clicks").is_some());
}

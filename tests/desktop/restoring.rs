//! The way back: from the receipts, by clicks.

use crate::{
    audit, plane,
    steps::{CONTROL, SHIFT},
    window::{SHEET, Window, row, sheet_button},
};

const RECEIPTS: &str = "//section[@aria-label='Receipts']";
const RECEIPT: &str = "//section[@aria-label='Receipt']";

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_object_comes_back_from_its_receipt() {
    let plane = plane::first();
    plane.namespace("way-back");
    let uid = plane.config_map("way-back", "comes-back");
    let window = Window::on(plane).await;
    window.open_rows(plane.name, "ConfigMaps", "comes-back").await;
    window.plan(&row("comes-back")).await;
    window.agree("comes-back").await;
    window
        .until("the object to be gone", async || {
            plane.uid("way-back", "configmap", "comes-back").is_none().then_some(())
        })
        .await;
    window.chord(&[CONTROL, SHIFT, 'r']).await;
    // The newest is unfolded from the first.
    let line = format!("{RECEIPTS}//*[@role='row'][@aria-level='2'][contains(., 'comes-back')]");
    window.find(&format!("{line}[contains(., 'Gone')]")).await;
    window.pictures("receipts").await;
    window.click(&line).await;
    let told = window.words(&format!("{RECEIPT}[contains(., '{uid}')]")).await;
    for said in [plane.name, "way-back", "ConfigMap comes-back", "Audit-Id"] {
        assert!(told.contains(said), "the receipt says {said}: {told}");
    }
    window.pictures("receipt").await;
    window
        .click(&format!("{RECEIPT}//button[starts-with(normalize-space(.), 'Restore…')][not(@disabled)]"))
        .await;
    window.find(&format!("{SHEET}//*[contains(., 'would be accepted')]")).await;
    assert!(plane.uid("way-back", "configmap", "comes-back").is_none(), "a rehearsal creates nothing");
    window.pictures("restore").await;
    window.click(&format!("{}[not(@disabled)]", sheet_button("Restore ConfigMap"))).await;
    let back = window
        .until("the object to be back", async || plane.uid("way-back", "configmap", "comes-back"))
        .await;
    assert_ne!(back, uid, "it is another object");
    window.find(&format!("{SHEET}//*[contains(., 'Restored')]")).await;
    window.pictures("restored").await;
    window.click(&sheet_button("Close")).await;
    window.gone(SHEET).await;
    let creations = audit::creations(plane, "way-back");
    let real = creations.iter().filter(|creation| !creation.is_dry_run).count();
    assert_eq!((real, creations.len()), (1, 2), "one rehearsal, one creation");
    let value = ["-n", "way-back", "get", "configmap", "comes-back", "-o", "jsonpath={.data.key}"];
    assert_eq!(plane.kubectl(&value), "value", "with what was in it");
}

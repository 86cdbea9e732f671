//! What a person does in the window, as the tests take it together: marking, agreeing, holding keys, looking closely.

use std::time::Duration;

use fantoccini::{
    Locator,
    actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction},
};
use serde_json::json;

use crate::window::{GLANCE, SHEET, Window, sheet_button};

pub(crate) const SPACE: char = ' ';
pub(crate) const TAB: char = '\u{E004}';
pub(crate) const ENTER: char = '\u{E007}';
pub(crate) const SHIFT: char = '\u{E008}';
pub(crate) const CONTROL: char = '\u{E009}';
pub(crate) const ESCAPE: char = '\u{E00C}';
pub(crate) const F10: char = '\u{E03A}';

/// The panel that follows a job.
pub(crate) const JOB: &str = "//section[@aria-label='Job']";

/// The banner that asks for a tier.
pub(crate) const TIER_ASKED: &str =
    "//*[contains(@class, 'banner-accent')][contains(., 'How careful should Secateur be with')]";

impl Window {
    /// Opens a kind in all namespaces of a cluster, and leaves the rows that a test is about.
    pub(crate) async fn open_rows(&self, cluster: &str, kind: &str, filter: &str) {
        self.open_list(cluster, kind).await;
        self.click("//button[starts-with(normalize-space(.), 'Namespaces')][not(ancestor::nav)]").await;
        self.click("//button[starts-with(normalize-space(.), 'All namespaces')]").await;
        self.filter(filter).await;
        // Until the others are gone a row may still move between the driver's finding it and its press.
        let rows = "//*[@role='grid']//*[@role='row'][@data-index]";
        let others = format!("{rows}[not(contains(@aria-label, '{filter}'))]");
        self.find(rows).await;
        self.gone(&others).await;
    }

    /// Answers the banner that asks for the open cluster's tier.
    pub(crate) async fn choose_tier(&self, tier: &str) {
        self.click(&format!("{TIER_ASKED}//button[normalize-space(.)='{tier}']")).await;
        self.gone(TIER_ASKED).await;
    }

    /// Marks a row by its check.
    pub(crate) async fn mark(&self, row: &str) {
        let (check, marked) =
            (format!("{row}//*[@data-part='check']"), format!("{row}[@aria-selected='true']"));
        // A click on a row that moves, or has no UID yet, is dropped: then it is tried again, but not while it may work.
        self.until(&format!("a mark on {row}"), async || {
            self.client.find(Locator::XPath(&check)).await.ok()?.click().await.ok()?;
            for _ in 0..40 {
                if self.count(&marked).await > 0 {
                    return Some(());
                }
                tokio::time::sleep(GLANCE).await;
            }
            None
        })
        .await;
    }

    /// Plans the deletion of what is marked, by the tray, and waits for the sheet.
    pub(crate) async fn plan_marked(&self) {
        self.click("//section[@aria-label='Marked objects']//button[starts-with(normalize-space(.), 'Plan deletion of')][not(@disabled)]")
            .await;
        self.find(SHEET).await;
    }

    /// Types the word that the sheet asks for, which is this one, and presses Delete.
    pub(crate) async fn agree(&self, word: &str) {
        self.type_proof(word).await;
        self.press_delete().await;
    }

    /// Types the word that the sheet asks for, which is this one.
    pub(crate) async fn type_proof(&self, word: &str) {
        let field = self.find(&format!("{SHEET}//input[@aria-label='Type {word} to delete']")).await;
        field.send_keys(word).await.expect("a field");
    }

    /// Waits until Delete could be pressed: it is worked out, and the proof, if one is to be typed, is there.
    pub(crate) async fn until_possible(&self) {
        self.find(&format!("{}[not(@disabled)]", sheet_button("Delete"))).await;
    }

    /// Presses keys together, in this order, and lets go of them in the other.
    pub(crate) async fn chord(&self, keys: &[char]) {
        let down = keys.iter().map(|key| KeyAction::Down { value: *key });
        let up = keys.iter().rev().map(|key| KeyAction::Up { value: *key });
        self.keys(down.chain(up)).await;
    }

    /// Holds one key for so long.
    pub(crate) async fn hold_key(&self, key: char, duration: Duration) {
        let keys =
            [KeyAction::Down { value: key }, KeyAction::Pause { duration }, KeyAction::Up { value: key }];
        self.keys(keys).await;
    }

    async fn keys(&self, keys: impl IntoIterator<Item = KeyAction>) {
        let actions = keys.into_iter().fold(KeyActions::new("keys".into()), KeyActions::then);
        self.client.perform_actions(actions).await.expect("keys");
    }

    /// Presses the left button so often on what is at an `XPath`, without waiting for anything.
    pub(crate) async fn press(&self, path: &str, times: usize) {
        let element = self.find(path).await;
        let to = PointerAction::MoveToElement { element, duration: None, x: 0., y: 0. };
        let mut actions = MouseActions::new("mouse".into()).then(to);
        for _ in 0..times {
            actions = actions
                .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
                .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        }
        self.client.perform_actions(actions).await.expect("clicks");
    }

    /// Moves the focus on by Tab until it is on Delete.
    pub(crate) async fn tab_to_delete(&self) {
        let delete = sheet_button("Delete");
        self.until("the focus on Delete", async || {
            let focused = self.client.active_element().await.ok()?;
            if focused.element_id() == self.client.find(Locator::XPath(&delete)).await.ok()?.element_id() {
                return Some(());
            }
            self.chord(&[TAB]).await;
            None
        })
        .await;
    }

    /// Jobs that this run knows.
    pub(crate) async fn jobs(&self) -> Vec<serde_json::Value> {
        let jobs = self.invoke("jobs_read", json!({})).await.expect("jobs");
        jobs.as_array().expect("a list").clone()
    }

    /// Keeps pictures of what is shown now in both themes and in two sizes.
    pub(crate) async fn pictures(&self, name: &str) {
        for (width, height) in [(960, 600), (1440, 900)] {
            self.resize(width, height).await;
            self.themes(&format!("{name}-{width}")).await;
        }
    }

    /// Keeps pictures of what is shown now in both themes; a menu would not stay open in another size.
    pub(crate) async fn themes(&self, name: &str) {
        let theme = self.run("return document.documentElement.dataset.theme").await;
        for theme in ["light", "dark"] {
            self.run(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
            self.picture(&format!("{name}-{theme}")).await;
        }
        self.run(&format!("document.documentElement.dataset.theme = {theme}")).await;
    }

    async fn resize(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.expect("a size");
        let is_so = format!("return innerWidth === {width} && innerHeight === {height}");
        self.until("the window's size", async || (self.run(&is_so).await == json!(true)).then_some(())).await;
    }
}

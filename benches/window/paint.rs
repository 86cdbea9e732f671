//! When the page has painted what it was asked for: at the first animation frame after the rows are in the document.

use std::{collections::HashMap, time::Duration};

use serde_json::{Value, json};

use crate::{
    percentile::percentile,
    window::{Window, kind, tile},
    writer::{PROBE, Writer},
};

/// Rows are of Pods of the one cluster.
pub(crate) const IS_PODS: &str = "label.startsWith('pod-')";
pub(crate) const IS_NOT_PODS: &str = "label !== '' && !label.startsWith('pod-')";
/// Rows are of the other cluster: of its Pods, or of what a cluster shows at first.
pub(crate) const IS_OTHER: &str =
    "document.title.includes('other') && label !== '' && !label.startsWith('pod-')";

/// `after(isThere, done)`: calls `done` with the time of the first animation frame that finds the first row to be so.
const AFTER: &str = "
    const after = (isThere, done) => {
        const look = () => {
            const label = document.querySelector('[role=grid] [data-index=\"0\"]')?.getAttribute('aria-label') ?? '';
            if (isThere(label)) done(performance.now());
            else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    };";

/// How long somebody writes what is looked for.
const WRITING: Duration = Duration::from_secs(40);
const EVERY: &str = "200ms";
/// Changes a second that are asked for while keys are pressed; what came of it is measured.
const RATE: &str = "1000";
const KEYS: usize = 100;
/// Until changes come as they will.
const WARMING: Duration = Duration::from_secs(3);

/// From the moment that a write was sent until its row was painted, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    pub(crate) count: usize,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// The middle of what the write itself took.
    pub(crate) write_p50: f64,
}

/// From a key until its rows were painted, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Typed {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    /// Changes a second at the server meanwhile.
    pub(crate) changes: f64,
}

impl Window {
    /// Opens a kind in all namespaces of a cluster.
    pub(crate) async fn open_all(&self, cluster: &str, name: &str) {
        self.click(&tile(cluster)).await;
        self.click(&kind(name)).await;
        self.click("//button[starts-with(normalize-space(.), 'Namespaces')][not(ancestor::nav)]").await;
        self.click("//button[starts-with(normalize-space(.), 'All namespaces')]").await;
        self.find("//*[@role='grid']//*[@role='row'][@data-index]").await;
    }

    /// Waits until a list says that it has all of these.
    pub(crate) async fn until_complete(&self, pods: usize) {
        let count =
            "return Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') ?? 0)";
        // The heading is a row as well.
        let is_complete = async || (self.run(count).await.as_u64()? > pods as u64).then_some(());
        self.until("all pods", is_complete).await;
    }

    /// Clicks, and gives the milliseconds until rows that are so were painted.
    pub(crate) async fn painted(&self, path: &str, is_there: &str) -> f64 {
        self.find(path).await;
        let script = format!(
            "{AFTER}
            const [path, done] = arguments;
            const button = document.evaluate(path, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null).singleNodeValue;
            const began = performance.now();
            button.click();
            after((label) => {is_there}, (painted) => done(painted - began));"
        );
        let painted = self.client.execute_async(&script, vec![json!(path)]).await.expect("rows");
        painted.as_f64().expect("milliseconds")
    }

    /// The first pod changes again and again, and each change is waited for.
    pub(crate) async fn writes(&self, kubeconfig: &str, pods: usize) -> Written {
        self.run(&format!(
            "window.secateurSeen = {{}};
            const look = () => {{
                const cells = document.querySelectorAll('[role=grid] [data-index=\"0\"] *');
                const status = [...cells].find((cell) => cell.childElementCount === 0 && cell.textContent.startsWith('{PROBE}'));
                const number = status?.textContent.slice('{PROBE}'.length);
                if (number !== undefined) window.secateurSeen[number] ??= Date.now();
                if (window.secateurSeen.isOver !== true) requestAnimationFrame(look);
            }};
            look();"
        ))
        .await;
        let writer = Writer::start(kubeconfig, pods, &["--probe-every", EVERY]);
        tokio::time::sleep(WRITING).await;
        let (probes, _) = writer.end();
        let seen = self.run("const seen = window.secateurSeen; seen.isOver = true; return seen").await;
        let seen: HashMap<u32, u128> = seen
            .as_object()
            .expect("what was seen")
            .iter()
            .filter_map(|(number, at)| Some((number.parse().ok()?, nanoseconds(at.as_f64()?))))
            .collect();
        let seen_of = |number| seen.get(&number).copied();
        let until = |sent: u128, at: u128| Duration::from_nanos_u128(at.saturating_sub(sent));
        // The last may not have come when nobody looked any more.
        let painted: Vec<Duration> =
            probes.iter().filter_map(|probe| Some(until(probe.sent, seen_of(probe.number)?))).collect();
        let written: Vec<Duration> = probes.iter().map(|probe| until(probe.sent, probe.answered)).collect();
        assert!(painted.len() > 100, "{} changes were painted", painted.len());
        Written {
            count: painted.len(),
            p50: percentile(&painted, 50),
            p99: percentile(&painted, 99),
            write_p50: percentile(&written, 50),
        }
    }

    /// Types while pods change, each time what ten pods of their own are called.
    pub(crate) async fn keys(&self, kubeconfig: &str, pods: usize) -> Typed {
        let writer = Writer::start(kubeconfig, pods, &["--rate", RATE, "--replace-every", "20"]);
        tokio::time::sleep(WARMING).await;
        let script = format!(
            "{AFTER}
            const [text, done] = arguments;
            const field = document.querySelector(\"input[aria-label='Filter this list']\");
            field.focus();
            field.value = text;
            const began = performance.now();
            field.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));
            after((label) => label.startsWith(text), (painted) => done(painted - began));"
        );
        let mut took = Vec::new();
        for key in 0..KEYS {
            let text = format!("pod-{:04}", (key * 37) % (pods / 10));
            let painted: Value = self.client.execute_async(&script, vec![json!(text)]).await.expect("rows");
            took.push(Duration::from_secs_f64(painted.as_f64().expect("milliseconds") / 1_000.0));
        }
        let (_, wrote) = writer.end();
        Typed { p50: percentile(&took, 50), p95: percentile(&took, 95), changes: wrote.rate() }
    }
}

/// Milliseconds as a page tells them, in the unit in which writers do.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "times after 1970")]
fn nanoseconds(milliseconds: f64) -> u128 {
    milliseconds as u128 * 1_000_000
}

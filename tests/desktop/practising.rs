//! The first minute of someone who has nothing: no cluster, no kubeconfig, no D-Bus and no network. By clicks alone they
//! delete an object of a practice cluster, see that it is gone, and get it back.
#![allow(clippy::print_stderr, reason = "it says how long it took, or that it is skipped")]

use std::{
    env, fs,
    os::unix::fs::MetadataExt,
    path::Path,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    plane::command,
    steps::{ENTER, ESCAPE, JOB},
    window::{SHEET, Window, alone_on_the_display, row, sheet_button, tile},
};

const THIS: &str = "practising::someone_with_neither_cluster_nor_network_deletes_and_restores_by_clicks_alone_within_a_minute";
/// Set for this test when it runs in a network namespace of its own.
const INSIDE: &str = "SECATEUR_TEST_WITHOUT_NETWORK";
/// A ConfigMap of garden-development that nothing refers to.
const BANNER: &str = "summer-sale-banner";
const TOUR: &str = "//section[@aria-label='Tour']";
const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread")]
async fn someone_with_neither_cluster_nor_network_deletes_and_restores_by_clicks_alone_within_a_minute() {
    if env::var_os(INSIDE).is_some() {
        return by_clicks_alone().await;
    }
    if fs::metadata("/proc/self").is_ok_and(|process| process.uid() != 0) {
        eprintln!("skipped: only root may make a network namespace");
        return;
    }
    let _display = alone_on_the_display().await;
    // Only this machine can be reached from in there: the driver is.
    let script = "ip link set lo up && exec \"$0\" \"$@\"";
    let own = env::current_exe().expect("this test's binary");
    let mut inside = command(Path::new("unshare"));
    inside.args(["--net", "sh", "-c", script]).arg(own).args([THIS, "--exact", "--nocapture"]);
    inside.env(INSIDE, "1").env_remove("DBUS_SESSION_BUS_ADDRESS");
    let status = tokio::task::spawn_blocking(move || inside.status()).await.expect("it is waited for");
    assert!(status.expect("unshare starts").success(), "see above");
}

async fn by_clicks_alone() {
    let routes = fs::read_to_string("/proc/net/route").expect("routes");
    assert_eq!(routes.lines().count(), 1, "there is no way out: {routes}");
    assert!(env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none(), "there is no D-Bus");
    let window = Window::on_an_empty_home().await;
    window.find("//h1[contains(., 'No cluster yet')]").await;
    window.picture("first-welcome").await;

    let began = Instant::now();
    window.click("//button[normalize-space(.)='Open the practice clusters']").await;
    let banner = row(BANNER);
    window.find(&banner).await;
    window.find(&format!("{TOUR}[contains(., 'Step 1 of 5')]")).await;
    window.picture("first-list").await;
    window.mark(&banner).await;
    window.plan_marked().await;
    window.until_possible().await;
    window.find(&format!("{SHEET}//*[contains(., 'plays development')]")).await;
    window.picture("first-sheet").await;
    window.press_delete().await;
    window.gone(&banner).await;
    let gone = began.elapsed();
    window.find(&format!("{TOUR}[contains(., 'Step 5 of 5')]")).await;
    window.picture("first-gone").await;

    let jobs = window.jobs().await;
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0]["outcomes"], json!([{ "outcome": "gone", "count": 1 }]), "as the server confirmed it");
    assert_eq!(jobs[0]["lanes"][0]["isPractice"], json!(true));

    window.click("//button[@aria-label='Receipts']").await;
    // The newest is unfolded from the first.
    let line = format!("//*[@role='row'][@aria-level='2'][contains(., '{BANNER}')][contains(., 'Gone')]");
    window.click(&line).await;
    window.picture("first-receipt").await;
    window.click("//button[starts-with(normalize-space(.), 'Restore…')][not(@disabled)]").await;
    window.click(&format!("{}[not(@disabled)]", sheet_button("Restore ConfigMap"))).await;
    window.find(&format!("{SHEET}//*[contains(., 'Restored as ConfigMap {BANNER}')]")).await;
    window.find(&format!("{TOUR}[contains(., 'That is all of it')]")).await;
    window.click(&format!("{TOUR}//button[normalize-space(.)='Done']")).await;
    window.click(&sheet_button("Close")).await;
    window.click(&tile("garden-development")).await;
    window.find(&banner).await;
    let back = began.elapsed();
    eprintln!("gone after {:.1} s, back after {:.1} s", gone.as_secs_f32(), back.as_secs_f32());
    assert!(back < MINUTE, "it took {back:?}");

    let title = window.client.title().await.expect("a title");
    assert!(title.contains("practice"), "the window's title says so too: {title}");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_gardens_are_in_one_list_and_in_one_plan() {
    let window = Window::on_an_empty_home().await;
    window.click("//button[normalize-space(.)='Open the practice clusters']").await;
    // It has come to rest by then.
    window.find("//*[@role='row'][@data-pointed]").await;
    window.click(&format!("{TOUR}//button[@aria-label='Leave the tour']")).await;
    window.gone(TOUR).await;
    window.open_list("garden-development", "PersistentVolumeClaims").await;
    window.mark(&row("data-catalogue-0")).await;
    window.open_list("garden-development", "Deployments").await;
    window.click("//button[starts-with(normalize-space(.), 'Add clusters to this list')]").await;
    window
        .click("//*[@role='option'][contains(., 'garden-production')][not(contains(., 'production-'))]")
        .await;
    window.chord(&[ESCAPE]).await;
    let filter = window.find("//input[@aria-label='Filter this list']").await;
    filter.send_keys("label=app in (storefront,cart)").await.expect("a field");
    window.chord(&[ENTER]).await;
    let of = |name: &str, garden: &str| format!("{}[contains(., '{garden}')]", row(name));
    for garden in ["garden-development", "garden-production"] {
        window.mark(&of("storefront", garden)).await;
    }
    window.find("//section[@aria-label='Marked objects']//*[contains(., '3 marked')]").await;
    window.pictures("gardens-list").await;
    window.plan_marked().await;
    for garden in ["garden-development", "garden-production"] {
        window.find(&format!("{SHEET}//*[contains(@class, 'band-practice')][contains(., '{garden}')]")).await;
    }
    window.click(&format!("{SHEET}//button[starts-with(normalize-space(.), 'Unlock for 15 min…')]")).await;
    window.click(&format!("{SHEET}//button[normalize-space(.)='Unlock']")).await;
    let accepted = format!("{SHEET}//*[@role='row'][contains(., 'accepted')]");
    window.until("all to be rehearsed", async || (window.count(&accepted).await == 3).then_some(())).await;
    window.pictures("gardens-plan").await;
    window.agree("garden-production").await;
    // A Pod has the claim: it goes when that does.
    let expected = json!([{ "outcome": "terminating", "count": 1 }, { "outcome": "gone", "count": 2 }]);
    let outcomes = async || {
        let mut told = window.jobs().await[0]["outcomes"].as_array().expect("outcomes").clone();
        told.sort_by_key(|outcome| outcome["count"].as_u64());
        (json!(told) == expected).then_some(())
    };
    window.until("two to be gone and one to terminate", outcomes).await;
    window.find(&format!("{JOB}//*[contains(., 'kubernetes.io/pvc-protection')]")).await;
    window.pictures("gardens-job").await;
    let jobs = window.jobs().await;
    let told = jobs[0]["lanes"].as_array().expect("lanes").iter().map(|lane| lane["name"].clone());
    assert_eq!(told.collect::<Vec<_>>(), ["garden-development", "garden-production"]);
}
